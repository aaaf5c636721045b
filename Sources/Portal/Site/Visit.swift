package import Domain
package import Foundation
package import Hummingbird
package import Web

/// A request of somebody who need not be known.
package struct Visit: Sendable {
  package let request: Request
  package let context: SiteContext
  package let site: Site

  package var environment: Environment { site.environment }
  package var today: Day { environment.today() }

  /// The text of a part of the path: `{token}`.
  package func parameter(_ name: String) throws -> String {
    guard let value = context.parameters.get(name) else { throw Problem.notFound }
    return value
  }

  /// Reads a form and checks its token against `binding`.
  package func form(bindingTo binding: [UInt8]) async throws -> FormFields {
    let fields = try await FormFields(reading: request)
    guard site.csrf.verify(fields[CSRF.fieldName], for: binding) else { throw Problem.formExpired }
    return fields
  }

  /// A page outside the navigation: sign-in, invitations, problems.
  package func plainPage(_ page: some Page, status: HTTPResponse.Status = .ok) throws -> Response {
    .html(try site.renderer.render(page, layout: site.layout(for: context)), status: status)
  }
}

/// A request of a signed-in officer. A handler that takes this cannot be reached by anybody else.
package struct OfficerVisit: Sendable {
  package let visit: Visit
  package let officer: Officer
  /// The session's token: what forms are bound to.
  let token: [UInt8]

  package var request: Request { visit.request }
  package var site: Site { visit.site }
  package var environment: Environment { visit.environment }
  package var today: Day { visit.today }
  package func parameter(_ name: String) throws -> String { try visit.parameter(name) }

  /// The id in the path; what is no id is not found.
  package func id(_ name: String = "id") throws -> UUID {
    guard let id = UUID(uuidString: try parameter(name)) else { throw Problem.notFound }
    return id
  }

  package func form() async throws -> FormFields { try await visit.form(bindingTo: token) }
  /// Checks the token of a form that was read in another way, such as one with a file.
  package func check(_ fields: FormFields) throws {
    guard site.csrf.verify(fields[CSRF.fieldName], for: token) else { throw Problem.formExpired }
  }
  package func query() throws -> FormFields { try request.query() }
  /// Path and query, for lists that keep what they were asked for.
  package func queryItems() throws -> QueryItems { QueryItems(path: request.uri.path, try query().pairs.map { ($0.name, $0.value) }) }

  /// The hidden fields that every form of this officer carries: its token, and a key that makes it take effect once.
  package var formTokens: [FormToken] { [site.csrf.token(for: token), SentForm.fresh] }

  /// A page within the navigation, with whatever the last request has to say.
  package func page(_ page: some Page, status: HTTPResponse.Status = .ok) throws -> Response {
    var layout = site.layout(for: visit.context)
    (layout.navigation, layout.sectionPages) = Navigation.items(for: officer, at: request.uri.path)
    layout.signedIn = Layout.SignedIn(
      name: officer.name, role: "", accountAddress: Path.account, signOutAddress: Path.signOut, token: site.csrf.token(for: token))
    if officer.may(.readRegister) {
      layout.search = Layout.Search(action: Path.search, label: "Badge, reference, postcode or name", text: (try? query()["q"]) ?? "")
    }
    if Navigation.isSensitive(request.uri.path) {
      layout.printMarking = "OFFICIAL-SENSITIVE. For \(officer.name), at \(London.time(of: environment.now())). Share it only as its conditions allow."
    }
    if status == .ok, let flash = site.flashes.take(officer.sessionID) { layout.flashes = [flash] }
    return .html(try site.renderer.render(page, layout: layout), status: status)
  }

  /// See other, with a sentence that the next page says once.
  package func redirect(to path: String, saying message: String, link: String? = nil, address: String? = nil) -> Response {
    site.flashes.leave(Flash(.success, message, link: link, address: address), for: officer.sessionID)
    return .redirect(to: path)
  }
}
