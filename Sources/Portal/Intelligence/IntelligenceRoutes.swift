import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// Intelligence: what partners send and the police record, who may open it, and what becomes of it.
enum IntelligenceRoutes {
  static func add(to routes: Routes) {
    routes.may(.readIntelligence, .get, "intelligence", list)
    SubmissionRoutes.add(to: routes)
    routes.may(.handleIntelligence, .get, "intelligence/police") { visit in
      let places = visit.partnerships(.handleIntelligence)
      return try visit.page(IntelligenceFormPage(
        kind: .police, form: IntelligenceForm(partnerships: places, today: visit.today), partnerships: places, possible: try await possible(visit), tokens: visit.formTokens))
    }
    routes.may(.handleIntelligence, .post, "intelligence/police", record)
    routes.may(.readIntelligence, .get, "intelligence/{id}") { visit in try await show(visit, try await visit.intelligence(may: .readIntelligence)) }
    routes.may(.readIntelligence, .post, "intelligence/{id}/opening", open)
    routes.may(.handleIntelligence, .get, "intelligence/{id}/readers") { visit in
      let item = try await visit.intelligence(may: .handleIntelligence)
      let chosen = try await visit.intelligenceStore.readers(item.id, for: visit.officer).map(\.id)
      return try visit.page(ReadersPage(
        item: item, possible: try await visit.intelligenceStore.possibleReaders(item.csp, for: visit.officer), chosen: chosen, tokens: visit.formTokens))
    }
    routes.may(.handleIntelligence, .post, "intelligence/{id}/readers", name)
    routes.may(.handleIntelligence, .get, "intelligence/{id}/outcome") { visit in
      try visit.page(OutcomePage(item: try await visit.intelligence(may: .handleIntelligence), tokens: visit.formTokens))
    }
    routes.may(.handleIntelligence, .post, "intelligence/{id}/outcome", decide)
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems()
    let filter = IntelligenceFilter(
      kind: query["kind"].flatMap(IntelligenceKind.init), theme: query["theme"].flatMap(IntelligenceTheme.init),
      state: query["state"].flatMap(IntelligenceState.init), csp: query["partnership"].flatMap(Int.init).flatMap { (1...999).contains($0) ? $0 : nil })
    let position = KeysetPosition<IntelligenceCursor>(query)
    let store = visit.intelligenceStore
    let fetched = try await store.list(filter, at: position, limit: 51, for: visit.officer)
    let page = KeysetPage(fetched, limit: 50, at: position) { IntelligenceCursor(on: $0.receivedOn.iso, id: $0.id) }
    let mayHandle = visit.officer.may(.handleIntelligence)
    return try visit.page(IntelligencePage(
      rows: page.rows, pagination: page.pagination(query), query: query, settings: visit.environment.settings, today: visit.today, mayHandle: mayHandle,
      counts: mayHandle ? try await store.counted(in: visit.today.year, for: visit.officer) : nil))
  }

  private static func possible(_ visit: OfficerVisit) async throws -> [Int: [IntelligenceReader]] {
    var all: [Int: [IntelligenceReader]] = [:]
    for place in visit.partnerships(.handleIntelligence) { all[place.id] = try await visit.intelligenceStore.possibleReaders(place.id, for: visit.officer) }
    return all
  }

  private static func record(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let form = IntelligenceForm(fields)
    let places = visit.partnerships(.handleIntelligence)
    let possible = try await possible(visit)
    switch form.validated(.police, allowed: places, possible: possible, today: visit.today) {
    case .invalid(let errors):
      try await visit.intelligenceStore.count(.rule, form.screened(today: visit.today).map(\.rawValue), by: visit.officer)
      return try visit.page(
        IntelligenceFormPage(kind: .police, form: form, partnerships: places, possible: possible, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let new):
      let id = try await visit.intelligenceStore.add(new, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.intelligence(id), saying: "The item is recorded and sealed.")
    }
  }

  private static func show(_ visit: OfficerVisit, _ item: IntelligenceItem, opened: String? = nil, errors: Errors = []) async throws -> Response {
    let mayHandle = visit.mayHandle(item)
    let store = visit.intelligenceStore
    return try visit.page(
      IntelligenceItemPage(
        item: item, settings: visit.environment.settings, today: visit.today, isMine: item.author == visit.officer.id, mayHandle: mayHandle,
        readers: mayHandle ? try await store.readers(item.id, for: visit.officer) : [], readings: mayHandle ? try await store.readings(item.id, for: visit.officer) : [],
        tokens: visit.formTokens, opened: opened, errors: errors),
      status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  private static func open(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let item = try await visit.intelligence(may: .readIntelligence)
    do {
      let text = try await visit.intelligenceStore.open(item, acknowledging: fields["acknowledged"] == "yes", by: visit.officer)
      return try await show(visit, try await visit.intelligence(may: .readIntelligence), opened: text)
    } catch is IntelligenceStore.Unacknowledged {
      return try await show(visit, item, errors: [FieldError(field: "acknowledged", message: "Confirm that you have read the conditions")])
    }
  }

  private static func name(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let item = try await visit.intelligence(may: .handleIntelligence)
    let possible = try await visit.intelligenceStore.possibleReaders(item.csp, for: visit.officer)
    let chosen = fields.all("reader").compactMap(UUID.init(uuidString:)).filter { id in possible.contains { $0.id == id } }
    guard !chosen.isEmpty, item.state != .recalled else {
      return try visit.page(
        ReadersPage(item: item, possible: possible, chosen: chosen, tokens: visit.formTokens, errors: [FieldError(field: "reader", message: "Choose at least one reader")]),
        status: .unprocessableContent)
    }
    try await visit.intelligenceStore.name(chosen, on: item, by: visit.officer)
    return visit.redirect(to: item.path, saying: chosen.count == 1 ? "One person may open it now." : "\(chosen.count) people may open it now.")
  }

  private static func decide(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let item = try await visit.intelligence(may: .handleIntelligence)
    guard let outcome = fields["outcome"].flatMap(IntelligenceOutcome.init) else {
      return try visit.page(
        OutcomePage(item: item, tokens: visit.formTokens, errors: [FieldError(field: "outcome", message: "Choose what became of it")]), status: .unprocessableContent)
    }
    try await visit.intelligenceStore.decide(outcome, on: item, seen: Int(fields["seen"] ?? "") ?? 0, by: visit.officer)
    return visit.redirect(to: item.path, saying: "What became of it is recorded. Whoever sent it can see that.")
  }
}

extension OfficerVisit {
  var intelligenceStore: IntelligenceStore { IntelligenceStore(environment, key: site.keys.intelligence) }

  /// The partnerships in which the permission is held in at least one authority.
  func partnerships(_ permission: Permission) -> [Settings.Partnership] {
    let held = Set(officer.authorities(permission).compactMap { environment.settings.authority($0)?.partnership })
    return environment.settings.county.partnerships.filter { held.contains($0.id) }
  }

  func mayHandle(_ item: IntelligenceItem) -> Bool { partnerships(.handleIntelligence).contains { $0.id == item.csp } }

  /// The one road from an id to an item.
  func intelligence(may permission: Permission) async throws -> IntelligenceItem {
    guard let item = try await intelligenceStore.item(try id(), for: officer) else { throw Problem.notFound }
    guard partnerships(permission).contains(where: { $0.id == item.csp }) else { throw Problem.forbidden }
    return item
  }
}
