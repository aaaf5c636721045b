package import Domain
package import Foundation
package import Portal
import Postgres
import Web

extension TestDatabase {
  /// The environment of the site on this database, at a fixed moment: noon in London on 23 November 2026 unless told otherwise.
  /// Tests ask faster than people: no rate stops them.
  package func environment(now: Date = TestDatabase.noon, home: URL = FileManager.default.temporaryDirectory) -> Portal.Environment {
    var settings = settings
    settings.policy.requestsPerMinute = .init(sessionReads: 1_000_000, sessionWrites: 1_000_000, addressForms: 1_000_000, addressPages: 1_000_000)
    return Portal.Environment(
      settings: settings, database: app, now: { now }, logger: TestDatabase.logger, demonstration: false, origin: Browser.origin,
      home: home)
  }

  static let sessionSecret = [UInt8](repeating: 7, count: 32)
  package static let noon = Date(timeIntervalSince1970: 1_795_435_200)

  /// A site on this database.
  package func site(now: Date = TestDatabase.noon) throws -> Site {
    let home = FileManager.default.temporaryDirectory.appendingPathComponent(name)
    return try Site(environment(now: now, home: home), root: TestDatabase.root, keys: keys(), origins: [Browser.origin])
  }

  /// Keys of this database's application: the secret of sessions is the one that the template was given.
  package func keys() throws -> Keys {
    var keys = try Keys(directory: FileManager.default.temporaryDirectory.appendingPathComponent(name).appendingPathComponent("keys"))
    keys.sessions = Self.sessionSecret
    return keys
  }

  /// The author of what tests arrange.
  package func operatorOfficer() async throws -> Officer {
    try await owner.commandLineOfficer(named: "test", settings: settings)
  }

  /// A signed-in person with one role: their officer, and a browser that holds their session.
  package func signIn(_ role: Role?, _ scope: GrantScope = .organisation(1), named name: String = "Ros Hartley") async throws -> (Officer, Browser) {
    let author = try await operatorOfficer()
    let token = Chance.bytes(32)
    let email = "\(UUID().uuidString.lowercased())@example.org"
    let kind = scope.parts
    let keys = try keys()
    try await owner.write(by: author, at: TestDatabase.noon) { transaction in
      let account = try await transaction.value("SELECT sec.create_account(\(email), \(name))", as: UUID.self)
      if let role {
        try await transaction.execute("SELECT sec.grant_role(\(account), \(role.rawValue), \(kind.name), \(kind.number)::smallint, \(author.id))")
      }
      try await transaction.execute("SELECT sec.begin_session(\(account), \(token), 'full', 'test', \(keys.sessionProof(account, token: token, stage: "full")))")
      return Written((), entries: [])
    }
    let site = try site()
    guard let officer = try await AccountStore(app, keys: keys).officer(of: token) else { throw NotSignedIn() }
    let browser = Browser(site)
    browser.setCookie(site.cookie.name, token.base64URL)
    return (officer, browser)
  }

  package struct NotSignedIn: Error {}
}

extension GrantScope {
  fileprivate var parts: (name: String, number: Int?) {
    switch self {
    case .authority(let id): ("authority", id)
    case .csp(let id): ("csp", id)
    case .organisation(let id): ("organisation", id)
    case .everywhere: ("everywhere", nil)
    }
  }
}

extension Browser {
  package func setCookie(_ name: String, _ value: String) { keep(name, value) }
}
