import Domain
import Foundation
import Web

struct EventsPage: Page {
  static let template = "events/list"
  let rows: [Event]
  let pagination: Pagination?
  let query: QueryItems
  let settings: Settings?
  let today: Day
  let mayAdd: Bool
  let seesReach: Bool

  var viewData: ViewData {
    let settings = settings, today = today
    let table = Table<Event>(rowHeader: "title", [
      Column("title", "Event") { .titled(address: $0.path, text: $0.title, note: $0.kind.name) },
      .date("on", "Day") { $0.heldOn.short }, .text("district", "District") { settings?.authority($0.authority)?.name },
      .text("item", "Item on exploitation") { $0.agendaItem.isEmpty ? nil : $0.agendaItem },
      Column("attended", "Present", align: .end) { $0.heldOn > today && $0.attended == 0 ? .text("To come") : .number($0.attended) },
      Column("unmatched", "To correct", align: .end) { $0.unmatched > 0 ? .link(address: $0.path + "#unmatched", text: $0.unmatched.grouped) : .nothing },
    ])
    let any = Field.Choice("", "Any")
    let years = (2015...(today.year + 1)).reversed().map { Field.Choice(String($0), String($0)) }
    let form = FormView(
      action: Path.events, method: .get,
      parts: [
        .field(.select("year", "Year", query["year"] ?? "", [any] + years)),
        .field(.select("district", "District", query["district"] ?? "", [any] + (settings?.county.authorities ?? []).map { .init($0.slug, $0.name) })),
        .field(.select("kind", "What it was", query["kind"] ?? "", [any] + EventKind.allCases.map { .init($0.rawValue, $0.name) })),
      ], buttons: [.init("Apply filter", .secondary)])
    let bare = query.removing("after", "before")
    let chosen: [FilterPanel.Chosen] = [
      ("year", query["year"]), ("district", query["district"].flatMap { settings?.authority(slug: $0)?.name }), ("kind", query["kind"].flatMap(EventKind.init)?.name),
    ].compactMap { name, label in label.flatMap { $0.isEmpty ? nil : FilterPanel.Chosen($0, removeAddress: bare.removing(name).address) } }
    return [
      "title": "Awareness events", "addAddress": mayAdd ? Path.events + "/new" : nil, "reachAddress": seesReach ? Path.events + "/reach" : nil,
      "contactsAddress": Path.events + "/contacts", "pagination": pagination, "filter": FilterPanel(form: form, chosen: chosen, clearAddress: Path.events),
      "tableHTML": table.html(
        rows, caption: "Awareness events, latest first",
        empty: chosen.isEmpty
          ? .init("No events yet", "Forums, liaison meetings, Pubwatch and Nightsafe at which the trade hears about exploitation.", link: mayAdd ? "Record an event" : nil, address: mayAdd ? Path.events + "/new" : nil)
          : .init("Nothing matches", "Take a filter away to see more.", link: "Clear all filters", address: Path.events)),
    ]
  }

  static var samples: [EventsPage] {
    [EventsPage(rows: [], pagination: nil, query: QueryItems(path: Path.events), settings: nil, today: Day(dayNumber: 739_943), mayAdd: true, seesReach: true)]
  }
}

/// One event: who was there, what was pasted and waits, and the ways to record more.
struct EventPage: Page {
  static let template = "events/event"
  /// Attendees of one page.
  static let size = 100
  let event: Event
  let attendees: [Attendee]
  let next: String?
  let unmatched: [Unmatched]
  let words: String
  let found: [Attendee]?
  let pasted: String
  let settings: Settings?
  let mayRecord: Bool
  let isToCome: Bool
  let history: Timeline
  let tokens: [FormToken]
  var errors: Errors = []
  /// Which of those that wait was corrected in vain, with what was typed.
  var retyped: (id: UUID, text: String)?

  private func button(_ path: String, _ label: String, of what: String) -> TrustedHTML {
    HTMLBuffer.build { out in
      out.append("<form method=\"post\"")
      out.append(attribute: "action", path)
      out.append(">")
      for token in tokens { out.append(token.html) }
      out.append("<button class=\"app-link-button\">")
      out.append(escaping: label)
      out.append("<span class=\"govuk-visually-hidden\"> ")
      out.append(escaping: what)
      out.append("</span></button></form>")
    }
  }

  private var table: Table<Attendee> {
    let settings = settings
    var columns: [Column<Attendee>] = [
      Column("name", "Name") { .titled(address: Path.licence($0.id), text: $0.name, note: $0.kind.name) }, .text("reference", "Reference") { $0.reference },
      .text("badge", "Badge") { $0.badge }, .text("district", "District") { settings?.authority($0.authority)?.name },
    ]
    if event.evidence == .issuance { columns.append(.text("guidance", "Guidance") { $0.gotGuidance ? "Recorded" : "Not for this kind" }) }
    if event.evidence == .training { columns.append(.text("training", "Training") { $0.wasTrained ? "Recorded" : "Recorded before" }) }
    if mayRecord {
      columns.append(Column("undo", "A slip?", plain: { _ in "" }, write: { [self] row, out in
        out.append(button(event.path + "/attendance/\(row.id.uuidString.lowercased())/withdrawal", "Was not there", of: row.reference))
      }).pageOnly)
    }
    return Table(rowHeader: "name", columns)
  }

  private var facts: SummaryList {
    SummaryList([
      .init("Day", event.heldOn.words), .init("District", settings?.authority(event.authority)?.name), .init("Venue", event.venue),
      .init("Item on exploitation", event.agendaItem.isEmpty ? "None: it does not count towards the strategy" : event.agendaItem),
      .init("Attendance is evidence of", event.evidence == .none ? "Having been there" : event.evidenceWords?.capitalizedFirst),
      .init("Others present", event.others > 0 ? event.others.grouped : nil),
    ])
  }

  private var finder: TrustedHTML {
    FormView(
      action: event.path, method: .get, parts: [.field(.text("find", "Name, reference or badge", words, type: .search, width: .thirty, autocomplete: "off"))],
      buttons: [.init("Find", .secondary)]
    ).html
  }

  private var picker: FormView {
    let choices = (found ?? []).map { row in
      Field.Choice(row.id.uuidString.lowercased(), "\(row.name), \(row.reference)", hint: [row.kind.name, settings?.authority(row.authority)?.name].compactMap { $0 }.joined(separator: ", "))
    }
    return FormView(
      action: event.path + "/attendance", tokens: tokens + [FormToken(name: "find", value: words)],
      parts: [.field(.checkboxes("licence", "Who was there?", [], choices))], buttons: [.init("Record as present")], errors: errors)
  }

  private var paster: FormView {
    FormView(
      action: event.path + "/pasted", tokens: tokens,
      parts: [.field(.textarea("numbers", "References or badge numbers", pasted, hint: "As they stand on the attendance sheet: one a line, or with commas between. What cannot be placed is kept for you to correct", rows: 6))],
      buttons: [.init("Record as present")], errors: errors)
  }

  private var bringer: FormView {
    FormView(
      action: event.path + "/file", tokens: tokens, isMultipart: true,
      parts: [.field(.file("file", "Or a file of the attendance sheet", accept: ".csv,.xlsx,.txt", hint: "CSV or .xlsx, with a column named reference or badge; otherwise its first column is taken"))],
      buttons: [.init("Record as present", .secondary)], errors: errors)
  }

  var viewData: ViewData {
    let foundAny = found.map { !$0.isEmpty } ?? false
    let view = FormView(action: "", parts: paster.parts + bringer.parts + picker.parts + unmatched.map { .field(.text("number-\($0.id.uuidString.lowercased())", "")) }, buttons: [], errors: errors)
    return [
      "title": event.title, "breadcrumbs": Breadcrumbs(Breadcrumb("Events", Path.events), Breadcrumb(event.title)), "kind": event.kind.name,
      "district": settings?.authority(event.authority)?.name, "when": event.heldOn.words, "facts": facts,
      "many": event.attended == 1 ? "1 licence holder was there." : event.attended == 0 ? (isToCome ? "It is still to come." : "Nobody is recorded as present yet.") : "\(event.attended.grouped) licence holders were there.",
      "editAddress": mayRecord ? event.path + "/edit" : nil, "tableHTML": table.html(attendees, caption: "Who was at \(event.title)", empty: .init("Nobody is recorded as present yet")),
      "hasAttendees": event.attended > 0, "nextAddress": next, "mayRecord": mayRecord && !isToCome, "finderHTML": finder, "hasFound": foundAny, "foundNobody": found != nil && !foundAny,
      "words": words, "pickerHTML": picker.html, "pasterHTML": paster.html, "bringerHTML": bringer.html, "errorSummaryHTML": view.errorSummary, "hasErrors": !errors.isEmpty,
      "hasUnmatched": !unmatched.isEmpty, "mayCorrect": mayRecord,
      "unmatched": unmatched.map { row -> ViewData in
        let typed = retyped?.id == row.id ? retyped?.text ?? row.text : row.text
        return [
          "text": row.text, "typed": typed, "id": row.id.uuidString.lowercased(), "why": row.isAmbiguous ? "More than one licence has this number: enter the reference" : "No licence has this reference or badge",
          "action": event.path + "/unmatched/\(row.id.uuidString.lowercased())",
          "isWrong": retyped?.id == row.id,
        ]
      },
      "tokensHTML": TrustedHTML.joined(tokens.map(\.html)), "history": history,
    ]
  }

  static var samples: [EventPage] { [] }
}

/// How many were reached in a year, by district and by trade; drivers licensed elsewhere.
struct ReachPage: Page {
  static let template = "events/reach"
  let year: Int
  let answer: EventStore.Answer
  let settings: Settings?
  let today: Day
  /// Whether numbers lead to their rows: only for those who may see names.
  let links: Bool

  private struct Line: Sendable {
    var name: String
    var slug: String?
    var events = 0
    var withItem = 0
    var reached = 0
    var licences = 0
    var percent: String { Percent.words(reached, of: licences) }
  }

  private var districts: [Line] {
    let seen = Set(answer.licensed.map(\.authority))
    var lines = (settings?.county.authorities ?? []).filter { seen.contains($0.id) }.map { place in
      Line(
        name: place.name, slug: place.slug, events: answer.held.filter { $0.authority == place.id }.reduce(0) { $0 + $1.events },
        withItem: answer.held.filter { $0.authority == place.id }.reduce(0) { $0 + $1.withItem },
        reached: answer.reached.filter { $0.authority == place.id }.reduce(0) { $0 + $1.reached },
        licences: answer.licensed.filter { $0.authority == place.id }.reduce(0) { $0 + $1.licences })
    }
    if lines.count > 1 {
      lines.append(Line(
        name: "Together", events: lines.reduce(0) { $0 + $1.events }, withItem: lines.reduce(0) { $0 + $1.withItem },
        reached: lines.reduce(0) { $0 + $1.reached }, licences: lines.reduce(0) { $0 + $1.licences }))
    }
    return lines
  }

  private var trades: [Line] {
    LicenceKind.allCases.compactMap { kind in
      let reached = answer.reached.filter { $0.kind == kind }.reduce(0) { $0 + $1.reached }
      let licences = answer.licensed.filter { $0.kind == kind }.reduce(0) { $0 + $1.licences }
      return reached + licences == 0 ? nil : Line(name: kind.plural, reached: reached, licences: licences)
    }
  }

  private var chart: Chart {
    let places = districts.filter { $0.slug != nil }
    let ids = places.compactMap { line in settings?.authority(slug: line.slug ?? "")?.id }
    func series(_ year: Int, _ rows: [EventStore.Reached]) -> Chart.Series {
      Chart.Series(String(year), ids.map { id in Chart.Point(Double(rows.filter { $0.authority == id }.reduce(0) { $0 + $1.reached })) })
    }
    let now = answer.reached.reduce(0) { $0 + $1.reached }
    let before = answer.before.reduce(0) { $0 + $1.reached }
    let summary = before == 0 && now == 0 ? "Nobody is recorded in \(year) or the year before." : "\(now.grouped) licence holders were reached in \(year), \(before.grouped) in \(year - 1)."
    return Chart.bars(
      "Reached at events, by district", id: "reach", summary: summary, labelled: "District", places.map(\.name),
      [series(year, answer.reached), series(year - 1, answer.before)], unit: .count)
  }

  var viewData: ViewData {
    let links = links, year = year
    @Sendable func address(_ line: Line) -> String { QueryItems(path: Path.events, [("year", String(year)), ("district", line.slug ?? "")]).address }
    func count(_ name: String, _ heading: String, _ value: @escaping @Sendable (Line) -> Int) -> Column<Line> {
      Column(name, heading, align: .end) { links ? .link(address: address($0), text: value($0).grouped) : .number(value($0)) }
    }
    let byDistrict = Table<Line>(rowHeader: "district", narrow: .scrolls, [
      .text("district", "District") { $0.name }, count("events", "Events", \.events), count("item", "With the item", \.withItem),
      .number("reached", "Licence holders reached") { $0.reached }, .number("licences", "Current licences") { $0.licences },
      Column("percent", "Reached", align: .end) { .text($0.percent) },
    ])
    let byTrade = Table<Line>(rowHeader: "trade", narrow: .scrolls, [
      .text("trade", "Trade") { $0.name }, .number("reached", "Licence holders reached") { $0.reached }, .number("licences", "Current licences") { $0.licences },
      Column("percent", "Reached", align: .end) { .text($0.percent) },
    ])
    let elsewhere = Table<EventStore.Elsewhere>(rowHeader: "by", [
      .text("by", "Licensed by") { $0.licensedBy }, .number("contacts", "Contacts") { $0.contacts }, .number("badges", "Different badges noted") { $0.badges },
    ])
    let (events, withItem) = (districts.last?.events ?? 0, districts.last?.withItem ?? 0)
    let reached = districts.last?.reached ?? 0
    let others = answer.held.reduce(0) { $0 + $1.others }
    return [
      "title": "Reach of awareness events", "breadcrumbs": links ? Breadcrumbs(Breadcrumb("Events", Path.events), Breadcrumb("Reach")) : nil,
      "lead": "In \(year) there \(events == 1 ? "was one event" : "were \(events.grouped) events"), \(withItem.grouped) with an item on exploitation. \(reached == 1 ? "One licence holder was" : "\(reached.grouped) licence holders were") reached, each counted once, and \(others.grouped) others were present.",
      "chart": chart, "districtsHTML": byDistrict.html(districts, caption: "Reached in \(year) by district", empty: .init("Nothing to count")),
      "tradesHTML": byTrade.html(trades, caption: "Reached in \(year) by trade", empty: .init("Nothing to count")),
      "elsewhereHTML": elsewhere.html(answer.elsewhere, caption: "Drivers licensed elsewhere, met in \(year)", empty: .init("Nobody licensed elsewhere was noted in \(year)")),
      "yearsHTML": FormView(
        action: Path.events + "/reach", method: .get,
        parts: [.field(.select("year", "Year", String(year), (2015...today.year).reversed().map { .init(String($0), String($0)) }))], buttons: [.init("Count", .secondary)]
      ).html,
      "asAt": year == today.year ? "Current licences are those of today." : "Current licences are those of 31 December \(year).",
      "contactsAddress": links ? Path.events + "/contacts" : nil,
    ]
  }

  static var samples: [ReachPage] { [] }
}

/// Drivers licensed elsewhere who were spoken to here.
struct ContactsPage: Page {
  static let template = "events/contacts"
  let rows: [Contact]
  let next: String?
  let form: ContactForm
  let districts: [Settings.Authority]
  let settings: Settings?
  let mayRecord: Bool
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let settings = settings
    var columns: [Column<Contact>] = [
      .text("by", "Licensed by") { $0.licensedBy }, .date("on", "Met") { $0.metOn.short }, .text("district", "In") { settings?.authority($0.authority)?.name },
      .text("place", "Where") { $0.place.isEmpty ? nil : $0.place }, .text("badge", "Badge") { $0.badge },
    ]
    if mayRecord {
      columns.append(Column("undo", "A slip?", plain: { _ in "" }, write: { [tokens] row, out in
        out.append("<form method=\"post\"")
        out.append(attribute: "action", Path.events + "/contacts/\(row.id.uuidString.lowercased())/withdrawal")
        out.append(">")
        for token in tokens { out.append(token.html) }
        out.append("<button class=\"app-link-button\">Take back<span class=\"govuk-visually-hidden\"> ")
        out.append(escaping: "\(row.licensedBy) \(row.badge ?? ""), \(row.metOn.short)")
        out.append("</span></button></form>")
      }).pageOnly)
    }
    let view = FormView(
      action: Path.events + "/contacts", tokens: tokens,
      parts: [
        .field(.text("licensed-by", "Which authority licensed them?", form.licensedBy, hint: "Such as Wolverhampton", width: .thirty, autocomplete: "off")),
        .field(.select("district", "Where were they met?", form.district, [.init("", "Choose the district")] + districts.map { .init($0.slug, $0.name) })),
        .field(.date("on", "On which day?", form.on)),
        .field(.text("place", "Place", form.place, hint: "Such as “rank at the station”", autocomplete: "off", isOptional: true)),
        .field(.text("count", "How many were they?", form.count, hint: "One, or as many as there are badge numbers, if you leave it empty", width: .three, inputMode: "numeric", isOptional: true)),
        .field(.textarea("badges", "Badge numbers", form.badges, hint: "If you noted them, one a line. Never a name", rows: 3, isOptional: true)),
      ], buttons: [.init("Record")], errors: errors)
    return view.viewData.merging([
      "title": "Drivers licensed elsewhere", "breadcrumbs": Breadcrumbs(Breadcrumb("Events", Path.events), Breadcrumb("Drivers licensed elsewhere")),
      "lead": "Drivers who work here and are licensed by an authority outside the county have no record with us. Note that they were spoken to, and by whom they are licensed: nothing about the person but a badge number.",
      "tableHTML": Table(rowHeader: "by", columns).html(rows, caption: "Contacts, latest first", empty: .init("Nobody has been noted yet")), "mayRecord": mayRecord, "nextAddress": next,
    ])
  }

  static var samples: [ContactsPage] { [] }
}
