import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// Attempts at training: recording them with their certificate, the queue of certificates, and what is decided on each.
enum AttemptRoutes {
  static func add(to routes: Routes) {
    routes.may(.recordTraining, .get, "licences/{id}/training/new") { visit in
      let licence = try await driver(visit)
      return try visit.page(try await page(visit, licence, AttemptForm(today: visit.today)))
    }
    routes.may(.recordTraining, .post, "licences/{id}/training/new", record)
    routes.may(.recordTraining, .get, "driver-training/reviews") { visit in
      try visit.page(SheetPage(sheet(try await store(visit).waiting(limit: 201, for: visit.officer), visit)))
    }
    routes.may(.recordTraining, .post, "driver-training/attempts/{id}/acceptance") { visit in
      let fields = try await visit.form()
      let attempt = try await attempt(visit)
      try await store(visit).review(attempt, as: .accepted, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.trainingReviews, saying: "The training of \(attempt.name) on \(attempt.on.words) is accepted and counts from that day.")
    }
    routes.may(.recordTraining, .get, "driver-training/attempts/{id}/rejection") { try $0.page(rejection(try await attempt($0), "", $0)) }
    routes.may(.recordTraining, .post, "driver-training/attempts/{id}/rejection", reject)
    routes.may(.recordTraining, .get, "driver-training/attempts/{id}/certificate") { visit in
      let attempt = try await attempt(visit)
      guard let id = attempt.id, let file = try await store(visit).file(id, for: visit.officer) else { throw Problem.notFound }
      return .download(file.bytes, type: file.type, name: "certificate-\(attempt.on.iso).\(file.ending)")
    }
  }

  private static func store(_ visit: OfficerVisit) -> AttemptStore { AttemptStore(visit.environment) }

  /// A licence whose holder can be trained: places have staff, not training of their own.
  private static func driver(_ visit: OfficerVisit) async throws -> Licence {
    let licence = try await visit.licence(may: .recordTraining)
    guard !licence.kind.isOfPlace else { throw Problem.notFound }
    return licence
  }

  private static func attempt(_ visit: OfficerVisit) async throws -> Attempt {
    guard let attempt = try await store(visit).attempt(try visit.id(), for: visit.officer) else { throw Problem.notFound }
    guard visit.officer.may(.recordTraining, in: attempt.authority) else { throw Problem.forbidden }
    return attempt
  }

  private static func page(_ visit: OfficerVisit, _ licence: Licence, _ form: AttemptForm, errors: Errors = []) async throws -> TaskPage {
    form.page(
      licence, try await store(visit).rule(licence, on: visit.today, for: visit.officer), months: visit.environment.settings.policy.trainingValidMonths, tokens: visit.formTokens, errors: errors)
  }

  private static func record(_ visit: OfficerVisit) async throws -> Response {
    let licence = try await driver(visit)
    let (fields, file) = try await visit.formWithFile()
    let form = AttemptForm(fields)
    // The rule of the day on which it was completed, where that day can be read.
    let typed: Day? = if case .date(let day) = form.on.read() { Day(year: day.year, month: day.month, day: day.day) } else { nil }
    let rule = try await store(visit).rule(licence, on: typed ?? visit.today, for: visit.officer)
    func again(_ errors: Errors) async throws -> Response { try visit.page(try await page(visit, licence, form, errors: errors), status: .unprocessableContent) }
    switch form.validated(rule, file: file, today: visit.today) {
    case .invalid(let errors): return try await again(errors)
    case .valid(let new):
      do {
        try await store(visit).record(new, of: licence, once: SentForm(fields), by: visit.officer)
      } catch AttemptConflict.recordedAlready {
        return try await again([FieldError(field: "on", message: "This course is recorded for that day already")])
      } catch AttemptConflict.noAttemptLeft(let most) {
        return try await again([FieldError(field: "passed", message: "The rule allows \(most == 1 ? "one attempt" : "\(most) attempts"), and they are used up")])
      }
      let before = new.on.adding(months: rule?.refresherMonths ?? visit.environment.settings.policy.trainingValidMonths)
      let words = !new.passed ? "The attempt is recorded as failed." : new.awaits ? "The certificate is recorded and awaits review." : "Training recorded. It is valid to \((before - 1).words)."
      return visit.redirect(to: Path.licence(licence.id), saying: words)
    }
  }

  private static func rejection(_ attempt: Attempt, _ reason: String, _ visit: OfficerVisit, errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Reject evidence", lead: "\(attempt.name), \(attempt.reference): \(attempt.course), completed on \(attempt.on.words). It stays on the record and does not count.",
      crumbs: [Breadcrumb("Training of drivers", Path.driverTraining), Breadcrumb("Certificates", Path.trainingReviews), Breadcrumb("Reject")],
      form: FormView(
        action: Path.attempt(attempt.id ?? UUID(), "rejection"), tokens: visit.formTokens,
        parts: [.field(.textarea("reason", "Why is it rejected?", reason, hint: "What is wrong with the certificate, and what the driver may bring instead", rows: 3, limit: 500))],
        buttons: [.init("Reject", .warning), .init("Cancel", .link(address: Path.trainingReviews))], errors: errors))
  }

  private static func reject(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let attempt = try await attempt(visit)
    let reason = fields.trimmed("reason")
    var errors = Errors()
    errors.text(reason, "reason", "why it is rejected", most: 500, today: visit.today)
    guard errors.isEmpty else { return try visit.page(rejection(attempt, reason, visit, errors: errors), status: .unprocessableContent) }
    try await store(visit).review(attempt, as: .rejected, reason: reason, once: SentForm(fields), by: visit.officer)
    return visit.redirect(to: Path.trainingReviews, saying: "The evidence of \(attempt.name) is rejected and does not count.")
  }

  /// What can be done with a certificate, in a cell.
  static func acts(_ attempt: Attempt, tokens: TrustedHTML, to out: inout HTMLBuffer) {
    guard let id = attempt.id else { return }
    func link(_ part: String, _ label: String) {
      out.append("<a class=\"govuk-link\"")
      out.append(href: Path.attempt(id, part))
      out.append(">")
      out.append(escaping: label)
      out.append("<span class=\"govuk-visually-hidden\">")
      out.append(escaping: ": \(attempt.name), \(attempt.on.short)")
      out.append("</span></a> ")
    }
    out.append("<span class=\"app-row-actions\">")
    if attempt.hasFile { link("certificate", "Certificate") }
    if attempt.review.next.contains(.accepted) {
      out.append("<form method=\"post\"")
      out.append(attribute: "action", Path.attempt(id, "acceptance"))
      out.append(">")
      out.append(tokens)
      out.append("<button class=\"app-link-button govuk-link\">Accept<span class=\"govuk-visually-hidden\">")
      out.append(escaping: ": \(attempt.name), \(attempt.on.short)")
      out.append("</span></button></form> ")
    }
    if attempt.review.next.contains(.rejected) { link("rejection", "Reject") }
    out.append("</span>")
  }

  private static func sheet(_ attempts: [Attempt], _ visit: OfficerVisit) -> Sheet {
    let settings = visit.environment.settings
    let tokens = TrustedHTML.joined(visit.formTokens.map(\.html))
    let table = Table<Attempt>(rowHeader: "name", [
      Column("name", "Driver") { .titled(address: Path.licence($0.licence), text: $0.name, note: $0.reference) }, .text("district", "District") { settings.authority($0.authority)?.name },
      .text("course", "Course") { $0.course }, .text("by", "Provider and result") { $0.words }, .date("on", "Completed") { $0.on.short },
      Column("do", "Action", plain: { _ in "" }) { attempt, out in acts(attempt, tokens: tokens, to: &out) },
    ])
    var sheet = Sheet(title: "Certificates that await review")
    sheet.crumbs = [Breadcrumb("Training of drivers", Path.driverTraining), Breadcrumb("Certificates")]
    sheet.lead = attempts.count > 200 ? "These are the first 200, the longest waiting first." : "The longest waiting first. A certificate counts from the day the training was completed, once it is accepted."
    sheet.sections = [.init(nil, table.html(Array(attempts.prefix(200)), caption: "Certificates that await review", empty: .init("No certificate awaits review", "Certificates come with training that is recorded on a licence, or from a provider’s file.")))]
    return sheet
  }
}
