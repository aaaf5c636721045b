import Domain
package import Foundation
package import Hummingbird
package import Logging
import Postgres
package import Web

/// The site: what every request leans on, and the table of its contents (`routes`).
package struct Site: Sendable {
  package let environment: Environment
  package let renderer: Renderer
  package let assets: Assets
  package let keys: Keys
  package let cookie: SessionCookie
  let visitorCookie: SessionCookie
  let returnCookie: ReturnCookie
  package let csrf: CSRF
  let flashes = Flashes()
  let accounts: AccountStore
  let limits: RequestLimits
  private let proxies: TrustedProxies
  /// The addresses that the service is reached at, such as "http://localhost:8080".
  package let origins: [String]
  private let assetAddresses: Layout.Assets

  /// - Parameters:
  ///   - root: the directory that holds Templates and the fetched front-end files.
  ///   - proxies: whose word about a client's address is believed.
  package init(_ environment: Environment, root: URL, keys: Keys, origins: [String], proxies: TrustedProxies = .standard) throws {
    self.proxies = proxies
    limits = RequestLimits(environment.settings.policy.requestsPerMinute, uptime: environment.uptime)
    self.environment = environment
    self.keys = keys
    self.origins = origins
    renderer = try Renderer(directory: root.appendingPathComponent("Templates").path, logger: environment.logger)
    assets = try Assets(directories: [root.appendingPathComponent("Templates/assets"), root.appendingPathComponent(".lantern-assets")])
    assetAddresses = Layout.Assets(
      stylesheets: [try assets.address("govuk-frontend.css"), try assets.address("app.css")], script: try assets.address("app.js"),
      frontendScript: try assets.address("govuk-frontend.js"), logo: try assets.address("lantern.svg"), icon: try assets.address("icon.svg"))
    let isSecure = environment.origin.hasPrefix("https:")
    cookie = SessionCookie(isSecure: isSecure)
    visitorCookie = SessionCookie(isSecure: isSecure, suffix: "-visitor")
    returnCookie = ReturnCookie(isSecure: isSecure)
    csrf = CSRF(key: keys.forms)
    accounts = AccountStore(environment.database, keys: keys)
  }

  func layout(for context: SiteContext) -> Layout {
    var layout = Layout(assets: assetAddresses, nonce: context.nonce, reference: context.reference, version: productVersion)
    layout.isDemonstration = environment.demonstration
    return layout
  }

  /// The router, read from top to bottom in order of execution, and the table of its routes.
  package func router() -> (router: Router<SiteContext>, table: [RouteEntry]) {
    let router = Router(context: SiteContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: ForwardedAddress(proxies))
    router.add(middleware: RequestLog(environment.logger))
    router.add(middleware: SecurityHeaders(
      isSecure: environment.origin.hasPrefix("https:"), picturesFrom: environment.tiles.map { [$0.origin] } ?? []))
    router.add(middleware: ProblemPages(logger: environment.logger, translate: Self.translate) { problem, request, context in
      try await problemPage(problem, request, context)
    })
    router.add(middleware: HostAllowList(origins.map { $0.replacingOccurrences(of: "https://", with: "").replacingOccurrences(of: "http://", with: "") }))
    router.add(middleware: BodyLimit(BodyLimits()))
    router.add(middleware: SameOrigin(origins, except: Path.receipts))
    let routes = Routes(site: self, router: router)
    contents(routes)
    return (router, routes.finish())
  }

  /// Refusals of lower layers that are nobody's fault.
  private static func translate(_ error: any Error) -> Problem? {
    if error is TooBusy { return .unavailable }
    guard let error = error as? PostgresError else { return nil }
    switch error.kind {
    case .poolExhausted, .connectionLost: return .unavailable
    case .commitOutcomeUnknown:
      return Problem(
        .serviceUnavailable, "We cannot tell whether that was saved",
        "The connection to the database was lost at the last moment. Look at the record before you try again.", wayOn: ("Go to your home page", "/"))
    default: return error.sqlState == .insufficientPrivilege ? .forbidden : nil
    }
  }

  private func problemPage(_ problem: Problem, _ request: Request, _ context: SiteContext) async throws -> Response {
    .html(try renderer.render(ProblemPage(problem: problem), layout: layout(for: context)))
  }
}
