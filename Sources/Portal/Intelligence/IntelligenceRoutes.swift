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
    IntelligenceReviewRoutes.add(to: routes)
    routes.may(.handleIntelligence, .get, "intelligence/police") { visit in
      let scheme = try visit.query()["scheme"] == GradingScheme.fiveFiveFive.rawValue ? GradingScheme.fiveFiveFive : .threeFiveTwo
      let places = visit.partnerships(.handleIntelligence)
      return try await policeForm(visit, IntelligenceForm(partnerships: places, scheme: scheme, today: visit.today), places)
    }
    routes.may(.handleIntelligence, .post, "intelligence/police", record)
    routes.may(.readIntelligence, .get, "intelligence/{id}") { visit in try await show(visit, try await visit.intelligence(may: .readIntelligence)) }
    routes.may(.readIntelligence, .post, "intelligence/{id}/opening", open)
    routes.may(.handleIntelligence, .get, "intelligence/{id}/readers") { visit in
      let item = try await visit.intelligence(may: .handleIntelligence)
      let chosen = try await visit.intelligenceStore.readers(item.id, for: visit.officer).map(\.id)
      let groups = try await visit.intelligenceStore.groups(item.id, for: visit.officer)
      return try await readersPage(visit, item, chosen, groups)
    }
    routes.may(.handleIntelligence, .post, "intelligence/{id}/readers", name)
    routes.may(.handleIntelligence, .get, "intelligence/{id}/outcome") { visit in
      try visit.page(OutcomePage(item: try await visit.intelligence(may: .handleIntelligence), tokens: visit.formTokens))
    }
    routes.may(.handleIntelligence, .post, "intelligence/{id}/outcome", decide)
  }

  /// What the query asks for. A place is a postcode, a grid reference, or words of a hot spot's name.
  private static func filter(_ visit: OfficerVisit, _ query: QueryItems) async throws -> IntelligenceFilter {
    let settings = visit.environment.settings
    var filter = IntelligenceFilter(
      kind: query["kind"].flatMap(IntelligenceKind.init), grade: query["grade"].flatMap(IntelligenceFilter.Grade.init), theme: query["theme"].flatMap(IntelligenceTheme.init),
      state: query["state"].flatMap(IntelligenceState.init), csp: query["partnership"].flatMap(Int.init).flatMap { settings.partnership($0)?.id },
      district: query["district"].flatMap(settings.authority(slug:))?.id, review: query["review"].flatMap(IntelligenceFilter.Review.init), today: visit.today)
    guard let words = query["near"]?.trimmingCharacters(in: .whitespaces), !words.isEmpty else { return filter }
    if let point = GridPoint(words: words) {
      filter.near = .point(easting: point.easting, northing: point.northing)
    } else if let point = try await visit.intelligenceStore.postcode(String(words.prefix(12)), for: visit.officer) {
      filter.near = .point(easting: point.easting, northing: point.northing)
    } else {
      filter.near = .hotSpot(String(words.prefix(120)))
    }
    return filter
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems()
    let chosen = try await filter(visit, query)
    let position = KeysetPosition<IntelligenceCursor>(query)
    let store = visit.intelligenceStore
    let fetched = try await store.list(chosen, at: position, limit: 51, for: visit.officer)
    let page = KeysetPage(fetched, limit: 50, at: position) { IntelligenceCursor(on: $0.receivedOn.iso, id: $0.id) }
    let mayHandle = visit.officer.may(.handleIntelligence)
    return try visit.page(IntelligencePage(
      rows: page.rows, pagination: page.pagination(query), query: query, settings: visit.environment.settings, today: visit.today, mayHandle: mayHandle,
      counts: mayHandle ? try await store.counted(in: visit.today.year, for: visit.officer) : nil, due: mayHandle ? try await store.due(for: visit.officer) : nil))
  }

  private static func possible(_ visit: OfficerVisit) async throws -> IntelligenceForm.Possible {
    var all = IntelligenceForm.Possible()
    for place in visit.partnerships(.handleIntelligence) { all.readers[place.id] = try await visit.intelligenceStore.possibleReaders(place.id, for: visit.officer) }
    all.police = try await visit.intelligenceStore.police(among: Array(Set(all.readers.values.flatMap { $0.map(\.id) } + [visit.officer.id])), for: visit.officer)
    all.isPolice = all.police.contains(visit.officer.id)
    return all
  }

  private static func policeForm(_ visit: OfficerVisit, _ form: IntelligenceForm, _ places: [Settings.Partnership], errors: Errors = []) async throws -> Response {
    try visit.page(
      IntelligenceFormPage(
        kind: .police, form: form, partnerships: places, possible: try await possible(visit), settings: visit.environment.settings, today: visit.today,
        tokens: visit.formTokens, errors: errors),
      status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  private static func record(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let form = IntelligenceForm(fields)
    let places = visit.partnerships(.handleIntelligence)
    switch form.validated(.police, allowed: places, possible: try await possible(visit), settings: visit.environment.settings, today: visit.today) {
    case .invalid(let errors):
      return try await policeForm(visit, form, places, errors: errors)
    case .valid(let new):
      let id = try await visit.intelligenceStore.add(new, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.intelligence(id), saying: "The item is recorded and sealed.")
    }
  }

  static func show(_ visit: OfficerVisit, _ item: IntelligenceItem, opened: String? = nil, errors: Errors = []) async throws -> Response {
    let mayHandle = visit.mayHandle(item)
    let store = visit.intelligenceStore, officer = visit.officer
    var page = IntelligenceItemPage(
      item: item, settings: visit.environment.settings, today: visit.today, officer: officer, mayHandle: mayHandle, tokens: visit.formTokens, opened: opened, errors: errors)
    if mayHandle {
      page.readers = try await store.readers(item.id, for: officer)
      page.groups = try await store.groups(item.id, for: officer)
      page.readings = try await store.readings(item.id, for: officer)
      page.reviews = try await store.reviews(item.id, for: officer)
      page.hold = try await store.hold(on: item.id, for: officer)
      page.hotSpots = try await store.hotSpots(near: item, for: officer).filter(\.isLinked)
    }
    return try visit.page(page, status: errors.isEmpty ? .ok : .unprocessableContent)
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

  private static func readersPage(_ visit: OfficerVisit, _ item: IntelligenceItem, _ chosen: [UUID], _ groups: [IntelligenceGroup], errors: Errors = []) async throws -> Response {
    try visit.page(
      ReadersPage(
        item: item, possible: try await visit.intelligenceStore.possibleReaders(item.csp, for: visit.officer), chosen: chosen,
        groups: groups, possibleGroups: IntelligenceGroup.possible(in: item.csp, visit.environment.settings, on: visit.today), settings: visit.environment.settings,
        tokens: visit.formTokens, errors: errors),
      status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  private static func name(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let item = try await visit.intelligence(may: .handleIntelligence)
    let settings = visit.environment.settings
    let possible = try await visit.intelligenceStore.possibleReaders(item.csp, for: visit.officer)
    let chosen = fields.all("reader").compactMap(UUID.init(uuidString:)).filter { id in possible.contains { $0.id == id } }
    let offered = IntelligenceGroup.possible(in: item.csp, settings, on: visit.today)
    let groups = fields.all("group").compactMap(IntelligenceGroup.init).filter(offered.contains)
    var errors = Errors()
    if chosen.isEmpty, groups.isEmpty { errors.add("reader", "Choose at least one reader") }
    if !item.state.isOpenable { errors.add("reader", "It can no longer be opened by anybody") }
    if item.isPoliceOnly {
      let police = try await visit.intelligenceStore.police(among: chosen, for: visit.officer)
      if !chosen.allSatisfy(police.contains) || !groups.allSatisfy({ $0.isPolice(settings) }) { errors.add("reader", "Choose police readers only: its handling does not reach partners") }
    }
    guard errors.isEmpty else { return try await readersPage(visit, item, chosen, groups, errors: errors) }
    try await visit.intelligenceStore.name(chosen, groups, on: item, by: visit.officer)
    let people = chosen.count == 1 ? "One person may open it now" : "\(chosen.count) people may open it now"
    return visit.redirect(to: item.path, saying: groups.isEmpty ? people + "." : "Who may open it is changed.")
  }

  private static func decide(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let item = try await visit.intelligence(may: .handleIntelligence)
    guard let outcome = fields["outcome"].flatMap(IntelligenceOutcome.init), IntelligenceOutcome.ofKept.contains(outcome) else {
      return try visit.page(
        OutcomePage(item: item, tokens: visit.formTokens, errors: [FieldError(field: "outcome", message: "Choose what became of it")]), status: .unprocessableContent)
    }
    try await visit.intelligenceStore.decide(outcome, on: item, seen: Int(fields["seen"] ?? "") ?? 0, by: visit.officer)
    return visit.redirect(to: item.path, saying: "What became of it is recorded. Whoever sent it can see that.")
  }
}

extension OfficerVisit {
  var intelligenceStore: IntelligenceStore { IntelligenceStore(environment, keys: site.keys.intelligence) }

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
