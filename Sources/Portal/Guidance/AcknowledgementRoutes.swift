import Domain
import Foundation
import Hummingbird
import Web

/// What a licence holder does by a link: read, answer, sign. No account; the link is the key, and it turns once.
enum AcknowledgementRoutes {
  static func add(to routes: Routes) {
    routes.anybody(.get, "a/{token}", show)
    routes.anybody(.post, "a/{token}", counting: .form, acknowledge)
    routes.may(.issueGuidance, .post, "licences/{id}/issues/{issue}/link", make)
  }

  private static func read(_ visit: Visit) async throws -> (token: [UInt8], guidance: LinkedGuidance) {
    guard let token = [UInt8](base64URL: try visit.parameter("token")), token.count == 32,
      let guidance = try await LinkStore(visit.environment).guidance(token)
    else {
      throw Problem(
        .notFound, "This link does not work", "It may have been cut short when it was copied. Open it again from your message or letter, or ask your licensing officer for a new one.")
    }
    return (token, guidance)
  }

  private static func show(_ visit: Visit) async throws -> Response {
    let (token, guidance) = try await read(visit)
    return try await answer(visit, token, guidance, SigningForm(), language: try visit.request.query()["language"], [])
  }

  private static func answer(
    _ visit: Visit, _ token: [UInt8], _ guidance: LinkedGuidance, _ form: SigningForm, language asked: String?, _ errors: Errors
  ) async throws -> Response {
    guard guidance.state == .open else { return try visit.plainPage(LinkOverPage(guidance: guidance)) }
    let language = asked.flatMap { guidance.languages.contains($0) ? $0 : nil } ?? guidance.languages.first ?? "en"
    let text = try await LinkStore(visit.environment).text(guidance.version, language)
    let page = SigningPage(
      address: "/a/" + token.base64URL, guidance: guidance, language: language, body: text?.body, questions: text?.questions ?? [], form: form,
      tokens: [visit.site.csrf.token(for: token)], errors: errors)
    return try visit.plainPage(page, status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  private static func acknowledge(_ visit: Visit) async throws -> Response {
    let (token, guidance) = try await read(visit)
    let fields = try await visit.form(bindingTo: token)
    guard guidance.state == .open else { return try visit.plainPage(LinkOverPage(guidance: guidance)) }
    let language = fields["language"].flatMap { guidance.languages.contains($0) ? $0 : nil } ?? guidance.languages.first ?? "en"
    let questions = try await LinkStore(visit.environment).text(guidance.version, language)?.questions ?? []
    let form = SigningForm(fields)
    let errors = form.errors(questions)
    guard errors.isEmpty else { return try await answer(visit, token, guidance, form, language: language, errors) }
    // Whoever was quicker, the page says how it stands now.
    _ = try await LinkStore(visit.environment).acknowledge(token, as: form.name)
    return .redirect(to: "/a/" + token.base64URL)
  }

  /// Makes a link and shows it once: it is not kept in words.
  private static func make(_ visit: OfficerVisit) async throws -> Response {
    _ = try await visit.form()
    let licence = try await visit.licence(may: .issueGuidance)
    let id = try visit.id("issue")
    guard let issue = try await visit.environment.database.read(as: visit.officer, GuidanceStore.issues(of: licence.id)).first(where: { $0.id == id }),
      issue.void == nil
    else { throw Problem.notFound }
    guard issue.acknowledgedOn == nil else { return visit.redirect(to: Path.licence(licence.id), saying: "It is acknowledged already.") }
    let made = try await LinkStore(visit.environment).make(for: id, named: issue.version, of: licence, by: visit.officer)
    return try visit.page(LinkMadePage(licence: licence, version: issue.version, address: "\(visit.environment.origin)/a/\(made.token)", until: made.until))
  }
}
