package import Domain
package import Foundation
package import Postgres

/// Invites people, gives and ends roles, closes accounts. Whatever changes of somebody ends their sessions at once.
package struct AccountAdministration: Sendable {
  let environment: Environment
  private var database: Database { environment.database }

  package init(_ environment: Environment) { self.environment = environment }

  /// A person on the list of accounts.
  package struct Account: RowDecodable, Sendable {
    package var id: UUID
    package var email: String
    package var name: String
    package var hasSecondStep: Bool
    package var hasPassword: Bool
    package var isClosed: Bool
    package var lastSeen: Date?
    package var grants: [Grant]

    package init(row: Row) throws {
      id = try row.get("id")
      email = try row.get("email")
      name = try row.get("name")
      hasSecondStep = try row.get("two_step")
      hasPassword = try row.get("has_password")
      isClosed = try row.get("disabled")
      lastSeen = try row.get("last_seen_at")
      let json: String = try row.get("roles")
      grants = try JSONDecoder().decode([Grant].self, from: Data(json.utf8))
    }
  }

  package struct Grant: Codable, Sendable {
    package var id: UUID
    package var role: String
    package var scope: String
    package var scope_id: Int?
  }

  package func accounts(for officer: Officer) async throws -> [Account] {
    try await database.read(as: officer, Query<Account>("SELECT * FROM sec.accounts() ORDER BY name, id"))
  }

  /// Makes the account with its first role and an invitation; answers the token of the link, which is stored as a hash only.
  /// - Throws: `AccountConflict.emailTaken`.
  package func invite(name: String, email: String, role: Role, scope: GrantScope, by officer: Officer) async throws -> (id: UUID, token: String) {
    let token = randomBytes(32)
    do {
      let id = try await database.write(by: officer, at: environment.now()) { transaction in
        let account = try await transaction.value("SELECT sec.create_account(\(email), \(name))", as: UUID.self)
        try await transaction.execute("SELECT sec.grant_role(\(account), \(role.rawValue), \(scope.kind), \(scope.number), \(officer.id))")
        try await transaction.execute(
          "SELECT sec.invite(\(account), \(token), 'welcome', \(officer.id), \(environment.settings.policy.invitationHours)::integer)")
        let detail = ["name": name, "role": role.title, "scope": scope.words(environment.settings)]
        return Written(account, AuditEntry(.invite, of: account, detail: detail), AuditEntry(.grantRole, of: account, detail: detail))
      }
      return (id, Data(token).base64URL)
    } catch let error as PostgresError where error.constraint == "account_email_unique" {
      throw AccountConflict.emailTaken
    }
  }

  /// A new link to choose a password: after an invitation ran out, or a password was forgotten.
  package func sendReset(to account: Account, by officer: Officer) async throws -> String {
    let token = randomBytes(32)
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute(
        "SELECT sec.invite(\(account.id), \(token), 'reset', \(officer.id), \(environment.settings.policy.invitationHours)::integer)")
      return .done(AuditEntry(.resetPassword, of: account.id, detail: ["name": account.name]))
    }
    return Data(token).base64URL
  }

  /// - Throws: `AccountConflict.alreadyGranted`.
  package func grant(_ role: Role, _ scope: GrantScope, to account: Account, by officer: Officer) async throws {
    do {
      try await database.write(by: officer, at: environment.now()) { transaction in
        try await transaction.execute("SELECT sec.grant_role(\(account.id), \(role.rawValue), \(scope.kind), \(scope.number), \(officer.id))")
        return .done(AuditEntry(
          .grantRole, of: account.id, detail: ["name": account.name, "role": role.title, "scope": scope.words(environment.settings)]))
      }
    } catch let error as PostgresError where error.constraint == "role_grant_once" {
      throw AccountConflict.alreadyGranted
    }
  }

  package func end(_ grant: Grant, of account: Account, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute("SELECT sec.end_grant(\(grant.id), \(officer.id))")
      let title = Role(rawValue: grant.role)?.title ?? grant.role
      return .done(AuditEntry(.endRole, of: account.id, detail: ["name": account.name, "role": title]))
    }
  }

  /// For whom somebody works, whatever their roles: whose actions in plans are theirs, and whose they may not verify.
  package func organisation(of account: UUID, for officer: Officer) async throws -> Int? {
    try await database.read(as: officer, Query<Scalar<Int>>("SELECT o.works_for::bigint AS value FROM sec.organisation_of(\(account)) o (works_for) WHERE o.works_for IS NOT NULL")).first?.value
  }

  package func name(_ organisation: Settings.Organisation?, of account: UUID, called name: String, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute("SELECT sec.name_organisation(\(account), \(organisation.map { Int16($0.id) }), \(environment.today()))")
      var detail = ["name": name]
      detail["organisation"] = organisation?.name
      return .done(AuditEntry(.nameOrganisation, of: account, detail: detail))
    }
  }

  package func setClosed(_ closed: Bool, _ account: Account, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute("SELECT sec.set_disabled(\(account.id), \(closed))")
      return .done(AuditEntry(closed ? .disableAccount : .enableAccount, of: account.id, detail: ["name": account.name]))
    }
  }
}

package enum AccountConflict: Error, Sendable { case emailTaken, alreadyGranted }

extension GrantScope {
  var kind: String {
    switch self {
    case .authority: "authority"
    case .csp: "csp"
    case .organisation: "organisation"
    case .everywhere: "everywhere"
    }
  }

  var number: Int16? {
    switch self {
    case .authority(let id), .csp(let id), .organisation(let id): Int16(id)
    case .everywhere: nil
    }
  }

  /// "Redditch", "CSP North", "everywhere"
  package func words(_ settings: Settings) -> String {
    switch self {
    case .authority(let id): settings.authority(id)?.name ?? "an authority that is gone"
    case .csp(let id): settings.partnership(id)?.name ?? "a partnership that is gone"
    case .organisation(let id): settings.organisation(id)?.name ?? "an organisation that is gone"
    case .everywhere: "everywhere"
    }
  }

  package init?(kind: String, number: Int?) {
    switch (kind, number) {
    case ("authority", let id?): self = .authority(id)
    case ("csp", let id?): self = .csp(id)
    case ("organisation", let id?): self = .organisation(id)
    case ("everywhere", nil): self = .everywhere
    default: return nil
    }
  }
}

extension Data {
  /// Base 64 with the alphabet of addresses, without padding.
  package var base64URL: String {
    base64EncodedString()
      .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
  }

  package init?(base64URL text: some StringProtocol) {
    let plain = String(text).replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
    self.init(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4))
  }
}
