import Domain
import Foundation
import Hummingbird
import Web

/// Guidance given to one holder: giving it, its acknowledgement, undoing a slip, correcting it later.
enum IssueRoutes {
  static func add(to routes: Routes) {
    routes.may(.issueGuidance, .get, "licences/{id}/issues/new") { visit in
      let licence = try await visit.licence(may: .issueGuidance)
      let versions = try await GuidanceStore(environment: visit.environment).offered(licence.kind, for: visit.officer)
      return try visit.page(IssuePage(licence: licence, versions: versions, form: IssueForm(versions, for: licence.kind, occasion: try visit.query()["occasion"], today: visit.today), tokens: visit.formTokens))
    }
    routes.may(.issueGuidance, .post, "licences/{id}/issues/new", give)
    routes.may(.issueGuidance, .get, "licences/{id}/issues/{issue}/acknowledgement") { visit in
      let (licence, issue) = try await issue(visit)
      return try visit.page(AcknowledgementPage(licence: licence, issue: issue, form: AcknowledgementForm(today: visit.today), tokens: visit.formTokens))
    }
    routes.may(.issueGuidance, .post, "licences/{id}/issues/{issue}/acknowledgement", acknowledge)
    routes.may(.issueGuidance, .post, "licences/{id}/issues/{issue}/undo", undo)
    routes.may(.issueGuidance, .get, "licences/{id}/issues/{issue}/correction") { visit in
      let (licence, issue) = try await issue(visit)
      return try visit.page(CorrectionPage(licence: licence, issue: issue, reason: "", tokens: visit.formTokens))
    }
    routes.may(.issueGuidance, .post, "licences/{id}/issues/{issue}/correction", correct)
  }

  private static func store(_ visit: OfficerVisit) -> GuidanceStore { GuidanceStore(environment: visit.environment) }

  private static func issue(_ visit: OfficerVisit) async throws -> (Licence, Issue) {
    let licence = try await visit.licence(may: .issueGuidance)
    let id = try visit.id("issue")
    guard let issue = try await store(visit).issues(of: licence.id, for: visit.officer).first(where: { $0.id == id }) else { throw Problem.notFound }
    return (licence, issue)
  }

  private static func give(_ visit: OfficerVisit) async throws -> Response {
    let licence = try await visit.licence(may: .issueGuidance)
    let versions = try await store(visit).offered(licence.kind, for: visit.officer)
    let form = IssueForm(try await visit.form())
    switch form.validated(versions, for: licence.kind, today: visit.today) {
    case .invalid(let errors):
      return try visit.page(IssuePage(licence: licence, versions: versions, form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let new):
      let given = try await store(visit).give(new, to: licence, key: form.key, by: visit.officer)
      let words = "Guidance given to \(licence.holder.name)" + (new.acknowledgement == nil ? "." : " and acknowledged.")
      guard let given else { return visit.redirect(to: Path.licence(licence.id), saying: "That was recorded already.") }
      return visit.redirect(
        to: Path.licence(licence.id), saying: words, link: "Undo", address: Path.licence(licence.id) + "#issue-\(given.uuidString.lowercased())")
    }
  }

  private static func acknowledge(_ visit: OfficerVisit) async throws -> Response {
    let (licence, issue) = try await issue(visit)
    let form = AcknowledgementForm(try await visit.form())
    switch form.validated(issue, today: visit.today) {
    case .invalid(let errors):
      return try visit.page(AcknowledgementPage(licence: licence, issue: issue, form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let (method, day)):
      do {
        try await store(visit).acknowledge(issue, of: licence, method: method, on: day, by: visit.officer)
      } catch LicenceConflict.alreadyAcknowledged {
        return visit.redirect(to: Path.licence(licence.id), saying: "That was acknowledged already.")
      }
      return visit.redirect(to: Path.licence(licence.id), saying: "The acknowledgement of \(issue.version) was recorded.")
    }
  }

  private static func undo(_ visit: OfficerVisit) async throws -> Response {
    _ = try await visit.form()
    let (licence, issue) = try await issue(visit)
    do {
      try await store(visit).undo(issue, of: licence, by: visit.officer)
    } catch LicenceConflict.tooLateToUndo { throw RenewalRoutes.tooLate(licence, visit) }
    return visit.redirect(to: Path.licence(licence.id), saying: "The issue of \(issue.version) was undone.")
  }

  private static func correct(_ visit: OfficerVisit) async throws -> Response {
    let (licence, issue) = try await issue(visit)
    let reason = try await visit.form().trimmed("reason")
    var errors = Errors()
    errors.text(reason, "reason", "what was wrong with it", least: 1, most: 500, today: visit.today)
    guard errors.isEmpty else {
      return try visit.page(CorrectionPage(licence: licence, issue: issue, reason: reason, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    do {
      try await store(visit).correct(issue, of: licence, reason: reason, by: visit.officer)
    } catch LicenceConflict.gone {
      throw Problem(.conflict, "That no longer counts already", "Somebody undid or corrected it before you.", wayOn: ("Back to the licence", Path.licence(licence.id)))
    }
    return visit.redirect(
      to: Path.licence(licence.id), saying: "\(issue.version) no longer counts. Record what should have been there, if anything.", link: "Give guidance",
      address: Path.licence(licence.id, "issues/new"))
  }
}
