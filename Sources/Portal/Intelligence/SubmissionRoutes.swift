import Domain
import Foundation
import Hummingbird
import Web

/// What partners send: the question first, the form, and their own submissions with what became of them.
enum SubmissionRoutes {
  static func add(to routes: Routes) {
    routes.may(.submitIntelligence, .get, "submissions/new") { visit in
      try visit.page(StopPage(replaces: try visit.query()["replaces"].flatMap(UUID.init(uuidString:))?.uuidString.lowercased() ?? "", tokens: visit.formTokens))
    }
    routes.may(.submitIntelligence, .post, "submissions/new", answer)
    routes.may(.submitIntelligence, .get, "submissions/elsewhere/{answer}") { visit in
      guard let answer = StopAnswer(rawValue: try visit.parameter("answer")), !answer.maySubmit else { throw Problem.notFound }
      return try visit.page(ElsewherePage(answer: answer))
    }
    routes.may(.submitIntelligence, .get, "submissions/form", form)
    routes.may(.submitIntelligence, .post, "submissions/form", send)
    routes.may(.submitIntelligence, .get, "submissions", mine)
    routes.may(.submitIntelligence, .get, "submissions/{id}") { visit in
      try visit.page(SubmissionPage(item: try await own(visit), settings: visit.environment.settings))
    }
    routes.may(.submitIntelligence, .get, "submissions/{id}/recall") { visit in
      try visit.page(RecallPage(item: try await own(visit), tokens: visit.formTokens))
    }
    routes.may(.submitIntelligence, .post, "submissions/{id}/recall") { visit in
      let fields = try await visit.form()
      let item = try await own(visit)
      guard fields["sure"] == "yes" else {
        return try visit.page(
          RecallPage(item: item, tokens: visit.formTokens, errors: [FieldError(field: "sure", message: "Confirm that its text is to be destroyed")]), status: .unprocessableContent)
      }
      try await visit.intelligenceStore.recall(item, by: visit.officer)
      return visit.redirect(to: Path.submission(item.id), saying: item.isHeld ? "\(item.reference) is recalled. Nobody can open it." : "\(item.reference) is recalled. Its text was destroyed.")
    }
  }

  /// What one sent or recorded oneself. Somebody else’s is not there.
  private static func own(_ visit: OfficerVisit) async throws -> IntelligenceItem {
    let item = try await visit.intelligence(may: .submitIntelligence)
    guard item.author == visit.officer.id else { throw Problem.notFound }
    return item
  }

  private static func answer(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    guard let answer = fields["stop"].flatMap(StopAnswer.init) else {
      return try visit.page(
        StopPage(replaces: fields["replaces"] ?? "", tokens: visit.formTokens, errors: [FieldError(field: "stop", message: "Choose which of these it is")]), status: .unprocessableContent)
    }
    guard answer.maySubmit else {
      try await visit.intelligenceStore.count(.stopped, [answer.rawValue], by: visit.officer)
      return .redirect(to: Path.submissions + "/elsewhere/" + answer.rawValue)
    }
    // A page of its own, so that going back to it and reloading it ask nothing and count nothing again.
    let passed = visit.site.csrf.token(for: proof(visit)).value
    return .redirect(to: QueryItems(path: Path.submissionForm, [("passed", passed), ("replaces", fields["replaces"] ?? "")].filter { !$0.1.isEmpty }).address)
  }

  /// What the answer to the question is bound to, so that no address opens the form without it.
  private static func proof(_ visit: OfficerVisit) -> [UInt8] { visit.token + Array("asked first".utf8) }

  private static func form(_ visit: OfficerVisit) async throws -> Response {
    let fields = try visit.query()
    guard visit.site.csrf.verify(fields["passed"], for: proof(visit)) else { return .redirect(to: Path.submit) }
    let places = visit.partnerships(.submitIntelligence)
    var form = IntelligenceForm(partnerships: places, today: visit.today)
    if let id = fields["replaces"].flatMap(UUID.init(uuidString:)), let returned = try await visit.intelligenceStore.item(id, for: visit.officer),
      returned.author == visit.officer.id, returned.state == .returned {
      form = IntelligenceForm(insteadOf: returned)
    }
    return try page(visit, form, places)
  }

  private static func page(_ visit: OfficerVisit, _ form: IntelligenceForm, _ places: [Settings.Partnership], errors: Errors = []) throws -> Response {
    try visit.page(
      IntelligenceFormPage(
        kind: .submission, form: form, partnerships: places, settings: visit.environment.settings, today: visit.today, tokens: visit.formTokens, errors: errors),
      status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  private static func send(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    // Whoever did not pass the question is asked it.
    guard fields["stop"].flatMap(StopAnswer.init)?.maySubmit == true else { return .redirect(to: Path.submit) }
    let form = IntelligenceForm(fields)
    let places = visit.partnerships(.submitIntelligence)
    if let id = UUID(uuidString: form.replaces) {
      guard let returned = try await visit.intelligenceStore.item(id, for: visit.officer), returned.author == visit.officer.id, returned.state == .returned else { throw Problem.notFound }
    }
    switch form.validated(.submission, allowed: places, settings: visit.environment.settings, today: visit.today) {
    case .invalid(let errors):
      return try page(visit, form, places, errors: errors)
    case .valid(let new):
      let id = try await visit.intelligenceStore.add(new, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.submission(id), saying: "It was sent and sealed. Keep the reference.")
    }
  }

  private static func mine(_ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems()
    let position = KeysetPosition<IntelligenceCursor>(query)
    let fetched = try await visit.intelligenceStore.list(IntelligenceFilter(author: visit.officer.id), at: position, limit: 51, for: visit.officer)
    let page = KeysetPage(fetched, limit: 50, at: position) { IntelligenceCursor(on: $0.receivedOn.iso, id: $0.id) }
    return try visit.page(SubmissionsPage(rows: page.rows, pagination: page.pagination(query), today: visit.today))
  }
}
