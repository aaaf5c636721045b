import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// Visits, challenge tests and requests for evidence: lists of all, and the page of one licence.
enum FieldworkRoutes {
  static func add(to routes: Routes) {
    routes.may(.readRegister, .get, "fieldwork") { try await list($0, .visits) }
    routes.may(.readRegister, .get, "fieldwork/tests") { try await list($0, .tests) }
    routes.may(.readRegister, .get, "fieldwork/requests") { try await list($0, .requests) }
    routes.may(.readRegister, .get, "licences/{id}/fieldwork", show)
    routes.may(.recordFieldwork, .get, "licences/{id}/visits/new") { visit in
      let licence = try await visit.licence(may: .recordFieldwork)
      return try visit.page(VisitFormPage(
        licence: licence, form: VisitForm(today: visit.today, officer: visit.officer.name), versions: try await store(visit).offered(licence.kind, for: visit.officer),
        tokens: visit.formTokens))
    }
    routes.may(.recordFieldwork, .post, "licences/{id}/visits/new", addVisit)
    routes.may(.recordFieldwork, .get, "licences/{id}/tests/new") { visit in
      let licence = try await visit.licence(may: .recordFieldwork)
      return try visit.page(ChallengeFormPage(
        licence: licence, form: ChallengeForm(licence.kind, today: visit.today, officer: visit.officer.name), tokens: visit.formTokens))
    }
    routes.may(.recordFieldwork, .post, "licences/{id}/tests/new", addTest)
    routes.may(.recordFieldwork, .get, "licences/{id}/requests/new") { visit in
      let licence = try await visit.licence(may: .recordFieldwork)
      return try visit.page(RequestFormPage(licence: licence, form: RequestForm(today: visit.today, sends: licence.holder.email != nil), tokens: visit.formTokens))
    }
    routes.may(.recordFieldwork, .post, "licences/{id}/requests/new", addRequest)
    routes.may(.recordFieldwork, .post, "licences/{id}/visits/{thing}/follow-up") { visit in
      let licence = try await acted(visit)
      try await store(visit).followUp(try visit.id("thing"), of: licence, by: visit.officer)
      return visit.redirect(to: Path.licence(licence.id, "fieldwork"), saying: "The follow-up is done.")
    }
    routes.may(.recordFieldwork, .post, "licences/{id}/requests/{thing}/received") { visit in
      let licence = try await acted(visit)
      try await store(visit).receive(try visit.id("thing"), as: "", of: licence, by: visit.officer)
      return visit.redirect(to: Path.licence(licence.id, "fieldwork"), saying: "The evidence is recorded as received today.")
    }
    routes.may(.recordFieldwork, .post, "fieldwork/requests/reminders") { visit in
      _ = try await visit.form()
      let many = try await store(visit).remind(by: visit.officer)
      return visit.redirect(
        to: Path.fieldwork + "/requests?show=open", saying: many == 0 ? "No reminder was due." : "\(many.grouped) \(many == 1 ? "reminder is" : "reminders are") on the way.", link: "See the outbox", address: Path.outbox)
    }
    routes.may(.recordFieldwork, .post, "licences/{id}/visits/{thing}/withdrawal") { try await withdraw($0, .visits) }
    routes.may(.recordFieldwork, .post, "licences/{id}/tests/{thing}/withdrawal") { try await withdraw($0, .tests) }
    routes.may(.recordFieldwork, .post, "licences/{id}/requests/{thing}/withdrawal") { try await withdraw($0, .requests) }
  }

  private static func store(_ visit: OfficerVisit) -> FieldworkStore { FieldworkStore(visit.environment) }

  private static func acted(_ visit: OfficerVisit) async throws -> Licence {
    _ = try await visit.form()
    return try await visit.licence(may: .recordFieldwork)
  }

  private static func withdraw(_ visit: OfficerVisit, _ thing: FieldworkStore.Thing) async throws -> Response {
    let licence = try await acted(visit)
    try await store(visit).withdraw(thing, try visit.id("thing"), of: licence, by: visit.officer)
    let more = thing == .visits ? " Guidance that was given on it stays: undo it on the record." : ""
    return visit.redirect(to: Path.licence(licence.id, "fieldwork"), saying: "The \(thing.words) was taken back." + more)
  }

  private static func conditions(_ query: QueryItems, _ tab: FieldworkTab, _ visit: OfficerVisit) -> [SQL] {
    var all: [SQL] = []
    if let place = query["district"].flatMap({ visit.environment.settings.authority(slug: $0) }) { all.append("x.authority_id = \(Int16(place.id))") }
    switch (tab, query["show"]) {
    case (.visits, "due"): all.append("x.follow_up_by IS NOT NULL AND x.followed_up_on IS NULL")
    case (.visits, "overdue"): all.append("x.follow_up_by < \(visit.today) AND x.followed_up_on IS NULL")
    case (.visits, "concern"): all.append("x.concern")
    case (.visits, "guidance"): all.append("x.issuance_id IS NOT NULL")
    case (.tests, let show?): if let result = ChallengeResult(rawValue: show) { all.append("x.result = \(result)") }
    case (.requests, "open"): all.append("x.received_on IS NULL")
    case (.requests, "overdue"): all.append("x.received_on IS NULL AND x.due_on < \(visit.today)")
    case (.requests, "received"): all.append("x.received_on IS NOT NULL")
    default: break
    }
    return all
  }

  private static func list(_ visit: OfficerVisit, _ tab: FieldworkTab) async throws -> Response {
    let query = try visit.queryItems()
    let position = KeysetPosition<FieldworkCursor>(query)
    let narrowed = conditions(query, tab, visit)
    let store = store(visit)
    let rows: FieldworkListPage.Rows
    let pagination: Pagination?
    switch tab {
    case .visits:
      let page = KeysetPage(try await store.visits(narrowed, at: position, limit: 51, for: visit.officer), limit: 50, at: position) { FieldworkCursor(on: $0.on.iso, id: $0.id) }
      (rows, pagination) = (.visits(page.rows), page.pagination(query))
    case .tests:
      let page = KeysetPage(try await store.tests(narrowed, at: position, limit: 51, for: visit.officer), limit: 50, at: position) { FieldworkCursor(on: $0.on.iso, id: $0.id) }
      (rows, pagination) = (.tests(page.rows), page.pagination(query))
    case .requests:
      let page = KeysetPage(try await store.requests(narrowed, at: position, limit: 51, for: visit.officer), limit: 50, at: position) { FieldworkCursor(on: $0.dueOn.iso, id: $0.id) }
      (rows, pagination) = (.requests(page.rows), page.pagination(query))
    }
    let reminders = tab == .requests && visit.officer.may(.recordFieldwork) ? try await store.remindersDue(for: visit.officer).count { visit.officer.may(.recordFieldwork, in: $0.authority) } : 0
    return try visit.page(FieldworkListPage(
      rows: rows, query: query, pagination: pagination, counts: try await store.counts(for: visit.officer), settings: visit.environment.settings, reminders: reminders,
      mayRecord: visit.officer.may(.recordFieldwork), tokens: visit.formTokens, today: visit.today))
  }

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let licence = try await visit.licence(may: .readRegister)
    let store = store(visit)
    let mine: [SQL] = ["x.registration_id = \(licence.id)"]
    return try visit.page(LicenceFieldworkPage(
      licence: licence, visits: try await store.visits(mine, at: .first, limit: 100, for: visit.officer),
      tests: try await store.tests(mine, at: .first, limit: 100, for: visit.officer), requests: try await store.requests(mine, at: .first, limit: 100, for: visit.officer),
      settings: visit.environment.settings, mayRecord: visit.officer.may(.recordFieldwork, in: licence.authority), tokens: visit.formTokens, today: visit.today))
  }

  private static func addVisit(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let licence = try await visit.licence(may: .recordFieldwork)
    let versions = try await store(visit).offered(licence.kind, for: visit.officer)
    let form = VisitForm(fields)
    switch form.validated(versions, today: visit.today) {
    case .invalid(let errors):
      return try visit.page(VisitFormPage(licence: licence, form: form, versions: versions, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let new):
      try await store(visit).add(new, to: licence, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.licence(licence.id, "fieldwork"), saying: new.version == nil ? "The visit is recorded." : "The visit is recorded, and the guidance given on it.")
    }
  }

  private static func addTest(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let licence = try await visit.licence(may: .recordFieldwork)
    let form = ChallengeForm(fields)
    switch form.validated(today: visit.today) {
    case .invalid(let errors):
      return try visit.page(ChallengeFormPage(licence: licence, form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let new):
      try await store(visit).add(new, to: licence, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.licence(licence.id, "fieldwork"), saying: "The challenge test is recorded.")
    }
  }

  private static func addRequest(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let licence = try await visit.licence(may: .recordFieldwork)
    let form = RequestForm(fields)
    switch form.validated(today: visit.today) {
    case .invalid(let errors):
      return try visit.page(RequestFormPage(licence: licence, form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let new):
      try await store(visit).add(new, to: licence, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.licence(licence.id, "fieldwork"), saying: "The request is recorded\(new.sends ? " and its message is in the outbox" : ""). It is due on \(new.dueOn.words).")
    }
  }
}
