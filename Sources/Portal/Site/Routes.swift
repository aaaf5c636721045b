package import Domain
import Foundation
package import HTTPTypes
package import Hummingbird
import Synchronization
package import Web

/// Adds routes with who may reach them, checks that before the handler runs, and keeps the table that a test walks.
package final class Routes {
  private let site: Site
  private let router: Router<SiteContext>
  private var table: [RouteEntry] = []

  init(site: Site, router: Router<SiteContext>) {
    self.site = site
    self.router = router
  }

  /// For anybody at all, so often as `counting` says.
  package func anybody(
    _ method: HTTPRequest.Method, _ path: String, counting: RequestLimits.Counting = .page,
    _ handler: @escaping @Sendable (Visit) async throws -> Response
  ) {
    let site = site
    add(method, path, .anybody) { request, context in
      try site.limits.count(counting, of: context.network)
      return try await handler(Visit(request: request, context: context, site: site))
    }
  }

  /// For whoever has given their password and owes the second step.
  func halfSignedIn(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping @Sendable (HalfOpenVisit) async throws -> Response) {
    let site = site
    add(method, path, .halfSignedIn) { request, context in
      try site.limits.count(.form, of: context.network)
      guard let token = site.cookie.read(request), let person = try await site.accounts.halfOpen(token) else {
        return .redirect(to: Path.signIn)
      }
      return try await handler(HalfOpenVisit(visit: Visit(request: request, context: context, site: site), token: token, person: person))
    }
  }

  /// For whoever is signed in.
  package func signedIn(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping @Sendable (OfficerVisit) async throws -> Response) {
    officer(method, path, .signedIn, handler)
  }

  /// For whoever holds the permission somewhere. Which records it reaches is asked of each record (`Access`).
  package func may(
    _ permission: Permission, _ method: HTTPRequest.Method, _ path: String, _ handler: @escaping @Sendable (OfficerVisit) async throws -> Response
  ) {
    officer(method, path, .may(permission), handler)
  }

  private func officer(
    _ method: HTTPRequest.Method, _ path: String, _ access: RouteAccess, _ handler: @escaping @Sendable (OfficerVisit) async throws -> Response
  ) {
    let site = site
    add(method, path, access) { request, context in
      let cookie = site.cookie.read(request)
      try site.limits.admit(cookie, from: context.network)
      guard let token = cookie, let officer = try await site.accounts.officer(of: token) else {
        try site.limits.count(.page, of: context.network)
        // A page leads to sign-in and back; a form says that nothing was saved.
        guard request.method == .get || request.method == .head else { throw Problem.sessionEnded }
        var response = Response.redirect(to: Path.signIn)
        site.returnCookie.keep(request, on: &response)
        return response
      }
      try site.limits.count(request.method, of: token)
      if case .may(let permission) = access, !officer.may(permission) { throw Problem.forbidden }
      if site.environment.now().timeIntervalSince(officer.lastSeen) > 60 { try await site.accounts.touch(token) }
      do {
        let visit = OfficerVisit(visit: Visit(request: request, context: context, site: site), officer: officer, token: token)
        let tally = ScreenTally()
        let response = try await ScreenTally.$current.withValue(tally) { try await handler(visit) }
        // Whichever form it was: how often a text was refused, and why, is counted in one place.
        try await visit.intelligenceStore.count(.rule, tally.rules.map(\.rawValue), by: officer)
        return response
      } catch let sent as AlreadySent {
        // Sent twice: it took effect once, and both answers lead to the same page.
        return .redirect(to: sent.location)
      }
    }
  }

  private func add(
    _ method: HTTPRequest.Method, _ path: String, _ access: RouteAccess, _ respond: @escaping @Sendable (Request, SiteContext) async throws -> Response
  ) {
    table.append(RouteEntry(method: method.rawValue, path: "/" + path, access: access))
    router.on(RouterPath(path), method: method, use: respond)
  }

  /// Answers known paths asked in a way they do not know, and gives the table.
  func finish() -> [RouteEntry] {
    for (path, entries) in Dictionary(grouping: table, by: \.path) {
      let known = Set(entries.map(\.method))
      let allowed = (known.contains("GET") ? known.union(["HEAD"]) : known).sorted().joined(separator: ", ")
      for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] where !known.contains(method.rawValue) {
        router.on(RouterPath(String(path.dropFirst())), method: method) { _, _ -> Response in
          throw Problem(.methodNotAllowed, "That cannot be done here", "Go back and try again.", headers: [.allow: allowed])
        }
      }
    }
    return table
  }
}
