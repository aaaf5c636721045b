import Domain
import Foundation
import Hummingbird
import Web

/// Awareness events: what they were, who was there, and what that is evidence of.
enum EventRoutes {
  static func add(to routes: Routes) {
    routes.may(.readRegister, .get, "events", list)
    routes.may(.readCoverage, .get, "events/reach", reach)
    routes.may(.recordEvents, .get, "events/new") { visit in
      try visit.page(EventFormPage(
        event: nil, form: EventForm(today: visit.today, districts: districts(visit)), versions: try await store(visit).versions(for: visit.officer),
        districts: districts(visit), tokens: visit.formTokens))
    }
    routes.may(.recordEvents, .post, "events/new", create)
    ContactRoutes.add(to: routes)
    routes.may(.readRegister, .get, "events/{id}") { visit in try await show(visit, try await visit.event(may: .readRegister)) }
    routes.may(.recordEvents, .get, "events/{id}/edit") { visit in
      let event = try await visit.event(may: .recordEvents)
      return try visit.page(EventFormPage(
        event: event, form: EventForm(event, settings: visit.environment.settings), versions: try await store(visit).versions(for: visit.officer),
        districts: districts(visit), tokens: visit.formTokens))
    }
    routes.may(.recordEvents, .post, "events/{id}/edit", change)
    routes.may(.recordEvents, .post, "events/{id}/attendance", pick)
    routes.may(.recordEvents, .post, "events/{id}/pasted", paste)
    routes.may(.recordEvents, .post, "events/{id}/file", bring)
    routes.may(.recordEvents, .post, "events/{id}/unmatched/{row}", settle)
    routes.may(.recordEvents, .post, "events/{id}/attendance/{licence}/withdrawal") { visit in
      _ = try await visit.form()
      let event = try await visit.event(may: .recordEvents)
      let reference = try await store(visit).withdraw(try visit.id("licence"), from: event, by: visit.officer)
      let words = reference.map { "\($0) is no longer recorded as present" + (event.evidence == .none ? "." : ", and what came of it no longer counts.") }
      return visit.redirect(to: event.path, saying: words ?? "That was taken back already.")
    }
  }

  static func store(_ visit: OfficerVisit) -> EventStore { EventStore(visit.environment) }

  static func districts(_ visit: OfficerVisit) -> [Settings.Authority] {
    visit.officer.authorities(.recordEvents).compactMap(visit.environment.settings.authority)
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems()
    let settings = visit.environment.settings
    let year = query["year"].flatMap(Int.init).flatMap { (2000...2100).contains($0) ? $0 : nil }
    let filter = EventFilter(
      from: year.flatMap { Day(year: $0, month: 1, day: 1) }, to: year.flatMap { Day(year: $0, month: 12, day: 31) },
      authority: query["district"].flatMap { settings.authority(slug: $0)?.id }, kind: query["kind"].flatMap(EventKind.init))
    let position = KeysetPosition<EventCursor>(query)
    let fetched = try await store(visit).list(filter, at: position, limit: 51, for: visit.officer)
    let page = KeysetPage(fetched, limit: 50, at: position) { EventCursor(on: $0.heldOn.iso, id: $0.id) }
    return try visit.page(EventsPage(
      rows: page.rows, pagination: page.pagination(query), query: query, settings: settings, today: visit.today, mayAdd: visit.officer.may(.recordEvents),
      seesReach: visit.officer.may(.readCoverage)))
  }

  private static func reach(_ visit: OfficerVisit) async throws -> Response {
    let year = try visit.queryItems()["year"].flatMap(Int.init).flatMap { (2000...visit.today.year).contains($0) ? $0 : nil } ?? visit.today.year
    return try visit.page(ReachPage(
      year: year, answer: try await store(visit).reach(year, for: visit.officer), settings: visit.environment.settings, today: visit.today,
      links: visit.officer.may(.readRegister)))
  }

  private static func create(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let form = EventForm(fields)
    let versions = try await store(visit).versions(for: visit.officer)
    switch form.validated(versions, allowed: districts(visit), today: visit.today) {
    case .invalid(let errors):
      return try visit.page(
        EventFormPage(event: nil, form: form, versions: versions, districts: districts(visit), tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let new):
      let id = try await store(visit).add(new, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.event(id), saying: new.heldOn > visit.today ? "The event is noted." : "The event is recorded. Now record who was there.")
    }
  }

  private static func change(_ visit: OfficerVisit) async throws -> Response {
    let form = EventForm(try await visit.form())
    let event = try await visit.event(may: .recordEvents)
    let versions = try await store(visit).versions(for: visit.officer)
    switch form.validated(versions, allowed: districts(visit), event: event, today: visit.today) {
    case .invalid(let errors):
      return try visit.page(
        EventFormPage(event: event, form: form, versions: versions, districts: districts(visit), tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let new):
      try await store(visit).change(event, to: new, seen: form.seen, by: visit.officer)
      return visit.redirect(to: event.path, saying: "The event was changed.")
    }
  }

  private static func show(
    _ visit: OfficerVisit, _ event: Event, words asked: String? = nil, pasted: String = "", errors: Errors = [], retyped: (id: UUID, text: String)? = nil
  ) async throws -> Response {
    let query = try visit.query()
    let words = asked ?? query.trimmed("find")
    let found = words.isEmpty ? nil : try await store(visit).found(words, for: event.id, officer: visit.officer)
    let after = query["after"].flatMap { KeysetCursor.decode($0, as: AttendeeCursor.self) }
    let fetched = try await store(visit).attendees(event.id, after: after.map { ($0.name, $0.id) }, limit: EventPage.size + 1, for: visit.officer)
    let shown = Array(fetched.prefix(EventPage.size))
    let next = fetched.count > shown.count ? shown.last.map { event.path + "?after=" + KeysetCursor.encode(AttendeeCursor(name: $0.sortName, id: $0.id)) } : nil
    let unmatched = try await store(visit).unmatched(event.id, for: visit.officer)
    let history = try await visit.environment.database.read(as: visit.officer, History.of(event.id, limit: 20))
    return try visit.page(
      EventPage(
        event: event, attendees: shown, next: next, unmatched: unmatched, words: words, found: found, pasted: pasted, settings: visit.environment.settings,
        mayRecord: visit.officer.may(.recordEvents, in: event.authority), isToCome: event.heldOn > visit.today, history: History.timeline(history), tokens: visit.formTokens,
        errors: errors, retyped: retyped),
      status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  private struct AttendeeCursor: Codable, Sendable {
    var name: String
    var id: UUID
  }

  /// An event that has been held: nobody was at one that is still to come.
  private static func held(_ visit: OfficerVisit) async throws -> Event {
    let event = try await visit.event(may: .recordEvents)
    guard event.heldOn <= visit.today else {
      throw Problem(.conflict, "The event is still to come", "Record who was there when it has been held, on \(event.heldOn.words).", wayOn: ("See the event", event.path))
    }
    return event
  }

  private static func words(_ recorded: EventStore.Recorded) -> String {
    var parts = [recorded.new == 1 ? "One was recorded as present" : "\(recorded.new.grouped) were recorded as present"]
    if recorded.known > 0 { parts.append("\(recorded.known.grouped) had been before") }
    if recorded.unmatched > 0 { parts.append("\(recorded.unmatched.grouped) could not be placed and \(recorded.unmatched == 1 ? "waits" : "wait") below") }
    return parts.joined(separator: "; ") + "."
  }

  private static func pick(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let event = try await held(visit)
    let chosen = fields.all("licence").compactMap(UUID.init(uuidString:))
    guard !chosen.isEmpty else {
      return try await show(visit, event, words: fields.trimmed("find"), errors: [FieldError(field: "licence", message: "Tick those who were there")])
    }
    return visit.redirect(to: event.path, saying: words(try await store(visit).record(chosen, at: event, by: visit.officer)))
  }

  private static func paste(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let event = try await held(visit)
    let texts = PastedReferences.read(fields["numbers"] ?? "")
    guard !texts.isEmpty, texts.count <= PastedReferences.most else {
      let message = texts.isEmpty ? "Enter at least one reference or badge number" : "Enter no more than \(PastedReferences.most.grouped) numbers at a time"
      return try await show(visit, event, pasted: fields["numbers"] ?? "", errors: [FieldError(field: "numbers", message: message)])
    }
    let recorded = try await store(visit).paste(texts, at: event, by: visit.officer)
    return visit.redirect(to: event.path, saying: words(recorded))
  }

  /// The numbers of a file: of its column that is named so, or of its first. What cannot be placed waits as when it was pasted.
  private static func bring(_ visit: OfficerVisit) async throws -> Response {
    let file = ImportFile(UUID(), home: visit.environment.home)
    let sink = try UploadFile(file)
    defer { sink.discard() }
    let reader = try MultipartReader(visit.request, limits: .init(fileBytes: SmallFile.most))
    let fields = try await reader.read(visit.request.body) { part in
      guard part.field == "file", !part.fileName.isEmpty else { return nil }
      return sink
    }
    try visit.check(fields)
    let event = try await held(visit)
    _ = try sink.finish()
    var texts: [String] = []
    var message = sink.bytes == 0 ? "Choose a file, CSV or .xlsx, with something in it" : nil
    if sink.bytes > 0 {
      do {
        let table = try await ProviderTable(file)
        let columns = ProviderField.suggested(table.headings)
        let column = columns[.reference] ?? columns[.badge] ?? 0
        texts = PastedReferences.read(table.rows.map { $0.cells[column] }.joined(separator: "\n"))
        if texts.isEmpty { message = "The column “\(table.headings[column])” holds no reference or badge" }
        if texts.count > PastedReferences.most { message = "The file holds more than \(PastedReferences.most.grouped) numbers: split it" }
      } catch let refusal as ImportRefusal { message = refusal.description } catch let refusal as TableRefusal { message = refusal.description }
    }
    if let message { return try await show(visit, event, errors: [FieldError(field: "file", message: message)]) }
    return visit.redirect(to: event.path, saying: words(try await store(visit).paste(texts, at: event, by: visit.officer)))
  }

  private static func settle(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let event = try await visit.event(may: .recordEvents)
    let row = try visit.id("row")
    if fields["dismiss"] != nil {
      try await store(visit).dismiss(row, at: event, by: visit.officer)
      return visit.redirect(to: event.path, saying: "It was left out: nobody of the register.")
    }
    let text = String(fields.trimmed("number").prefix(120))
    guard !text.isEmpty, try await store(visit).settle(row, as: text, at: event, by: visit.officer) else {
      return try await show(
        visit, event, errors: [FieldError(field: "number-\(row.uuidString.lowercased())", message: text.isEmpty ? "Enter a reference or badge number" : "“\(text)” names no licence either, or more than one")],
        retyped: (row, text))
    }
    return visit.redirect(to: event.path, saying: "\(text) was recorded as present.")
  }
}

extension OfficerVisit {
  /// The one road from an id to an event.
  func event(may permission: Permission) async throws -> Event {
    guard let event = try await EventStore(environment).event(try id(), for: officer) else { throw Problem.notFound }
    guard officer.may(permission, in: event.authority) else { throw Problem.forbidden }
    return event
  }
}
