import Domain
import Foundation
import Web

extension IntelligenceItem {
  /// What stands out about it, in the order of its weight.
  func tags(today: Day) -> [StatusTag] {
    var all: [StatusTag] = []
    switch state {
    case .returned, .recalled, .disposed: all.append(StatusTag(state.name, .grey))
    case .closed: all.append(StatusTag("Closed", .green))
    case .received: all.append(StatusTag(isReader && !wasOpened ? "New to you" : "Received", .blue))
    }
    if isHeld { all.append(StatusTag("Legal hold", .purple)) }
    guard state.isOpenable else { return all }
    if disposalProposedBy != nil { all.append(StatusTag("Disposal proposed", .orange)) } else if reviewBy < today {
      all.append(StatusTag("Review overdue", .red))
    } else if reviewBy <= today + IntelligenceReview.dueSoonDays {
      all.append(StatusTag("Review due", .yellow))
    }
    if !handled.conditions.isEmpty { all.append(StatusTag("Conditions", .yellow)) }
    if isPoliceOnly { all.append(StatusTag("Police only", .red)) }
    return all
  }

  /// "P: Lawful sharing permitted", or what 5x5x5 says.
  var handlingWords: String {
    switch grading {
    case .ungraded: "P: \(Handling.permitted.words)"
    case .graded(let grading):
      ([grading.handling.rawValue + ": " + grading.handling.words] + [handled.action.map { "\($0.rawValue): \($0.words)" }, handled.sanitisation.map { "\($0.rawValue): \($0.words)" }].compactMap { $0 })
        .joined(separator: "; ")
    case .legacy(let legacy): "\(legacy.handling.rawValue) of 5x5x5: \(legacy.handling.words)"
    }
  }
}

/// Tags beside one another, as the cell of a list.
private func tagColumn(_ heading: String, today: Day) -> Column<IntelligenceItem> {
  Column("tags", heading, plain: { $0.tags(today: today).map(\.text).joined(separator: ", ") }, write: { item, out in
    // One box, in which they wrap on a phone.
    out.append("<span>")
    for tag in item.tags(today: today) {
      out.append(tag.html)
      out.append(" ")
    }
    out.append("</span>")
  })
}

struct IntelligencePage: Page {
  static let template = "intelligence/list"
  let rows: [IntelligenceItem]
  let pagination: Pagination?
  let query: QueryItems
  let settings: Settings?
  let today: Day
  let mayHandle: Bool
  /// How often this year somebody was sent elsewhere, and a text was refused; nil for who does not see that.
  let counts: (stopped: Int, refused: Int)?
  /// Reviews that are due, and disposals that wait for a second person.
  var due: (reviews: Int, disposals: Int)?

  private static func partnership(_ settings: Settings?) -> @Sendable (IntelligenceItem) -> String? {
    { item in settings?.county.partnerships.first { $0.id == item.csp }?.name }
  }

  private static func chosen(_ query: QueryItems, _ settings: Settings?) -> [(name: String, label: String)] {
    [
      ("near", query["near"].flatMap { $0.isEmpty ? nil : "Near \($0.prefix(40))" }), ("kind", query["kind"].flatMap(IntelligenceKind.init)?.name),
      ("grade", query["grade"].flatMap(IntelligenceFilter.Grade.init)?.name), ("theme", query["theme"].flatMap(IntelligenceTheme.init)?.name),
      ("state", query["state"].flatMap(IntelligenceState.init)?.name), ("district", query["district"].flatMap { settings?.authority(slug: $0) }?.name),
      ("review", query["review"].flatMap(IntelligenceFilter.Review.init)?.name),
      ("partnership", query["partnership"].flatMap { slug in settings?.county.partnerships.first { String($0.id) == slug }?.name }),
    ].compactMap { name, label in label.map { (name, $0) } }
  }

  private var dueLinks: [ViewData] {
    guard let due else { return [] }
    var all: [ViewData] = []
    if due.reviews > 0 { all.append(["label": due.reviews == 1 ? "One review is due or overdue" : "\(due.reviews.grouped) reviews are due or overdue", "address": Path.intelligence + "?review=due"]) }
    if due.disposals > 0 {
      all.append(["label": due.disposals == 1 ? "One disposal waits for a second person" : "\(due.disposals.grouped) disposals wait for a second person", "address": Path.intelligence + "?review=disposal"])
    }
    return all
  }

  var viewData: ViewData {
    let settings = settings, partnership = Self.partnership(settings)
    let table = Table<IntelligenceItem>(rowHeader: "reference", [
      Column("reference", "Item") { .titled(address: $0.path, text: $0.reference, note: $0.kind.name) },
      .text("theme", "About") { $0.theme.name }, .text("partnership", "Where") { item in item.authority.flatMap { settings?.authority($0)?.name } ?? partnership(item) },
      .text("grading", "Grading") { $0.grading.code }, .date("received", "Received", export: { $0.receivedOn.iso }) { $0.receivedOn.short }, tagColumn("State", today: today),
    ])
    let any = Field.Choice("", "Any")
    func select(_ name: String, _ label: String, _ choices: [Field.Choice]) -> FormView.Part { .field(.select(name, label, query[name] ?? "", [any] + choices)) }
    let form = FormView(
      action: Path.intelligence, method: .get,
      parts: [
        .field(.text("near", "Near", query["near"] ?? "", type: .search, hint: "A postcode, a grid reference, or a hot spot’s name", width: .twenty, autocomplete: "off")),
        select("kind", "Kind", IntelligenceKind.allCases.map { .init($0.rawValue, $0.name) }), select("grade", "Grading", IntelligenceFilter.Grade.allCases.map { .init($0.rawValue, $0.name) }),
        select("theme", "About", IntelligenceTheme.allCases.map { .init($0.rawValue, $0.name) }), select("state", "State", IntelligenceState.allCases.map { .init($0.rawValue, $0.name) }),
        select("district", "District", (settings?.county.authorities ?? []).map { .init($0.slug, $0.name) }),
        select("partnership", "Partnership", (settings?.county.partnerships ?? []).map { .init(String($0.id), $0.name) }),
        select("review", "Review", IntelligenceFilter.Review.allCases.map { .init($0.rawValue, $0.name) }),
      ], buttons: [.init("Apply filter", .secondary)])
    let bare = query.removing("after", "before")
    let chosen = Self.chosen(query, settings).map { FilterPanel.Chosen($0.label, removeAddress: bare.removing($0.name).address) }
    return [
      "title": "Intelligence", "policeAddress": mayHandle ? Path.intelligence + "/police" : nil, "legacyAddress": mayHandle ? Path.intelligence + "/police?scheme=5x5x5" : nil,
      "submitAddress": Path.submit, "mineAddress": Path.submissions, "dueLinks": dueLinks,
      "pagination": pagination, "filter": FilterPanel(form: form, chosen: chosen, clearAddress: Path.intelligence),
      "counts": counts.map { "This year, sent to 999, the Family Front Door or 101 instead: \($0.stopped.grouped). Reasons found to refuse a text that might identify a child: \($0.refused.grouped)." },
      "tableHTML": table.html(
        rows, caption: "Intelligence, latest first",
        empty: chosen.isEmpty
          ? .init("Nothing names you yet", "Items appear here when they name you as a reader.", link: "Tell us what you know", address: Path.submit)
          : .init("Nothing matches", "Take a filter away to see more.", link: "Clear all filters", address: Path.intelligence)),
    ]
  }

  static var samples: [IntelligencePage] {
    [IntelligencePage(rows: [], pagination: nil, query: QueryItems(path: Path.intelligence), settings: nil, today: Day(dayNumber: 739_943), mayHandle: true, counts: (1, 2), due: (1, 1))]
  }
}

/// What one sent, and what became of it.
struct SubmissionsPage: Page {
  static let template = "intelligence/mine"
  let rows: [IntelligenceItem]
  let pagination: Pagination?
  let today: Day

  var viewData: ViewData {
    let table = Table<IntelligenceItem>(rowHeader: "reference", [
      Column("reference", "Reference") { .titled(address: Path.submission($0.id), text: $0.reference, note: $0.theme.name) },
      .date("received", "Sent") { $0.receivedOn.short }, .tag("state", "State") { StatusTag($0.state.name, $0.state == .closed ? .green : $0.state == .returned ? .red : $0.state == .received ? .blue : .grey) },
      .text("outcome", "What became of it") { $0.outcome?.name },
    ])
    return [
      "title": "My submissions", "submitAddress": Path.submit, "pagination": pagination,
      "tableHTML": table.html(
        rows, caption: "What you sent, latest first",
        empty: .init("You have sent nothing yet", "Tell us about a place or a pattern that worries you.", link: "Tell us what you know", address: Path.submit)),
    ]
  }

  static var samples: [SubmissionsPage] { [SubmissionsPage(rows: [], pagination: nil, today: Day(dayNumber: 739_943))] }
}

/// The acknowledgement of a submission, and later its outcome. Never what it says.
struct SubmissionPage: Page {
  static let template = "intelligence/submission"
  let item: IntelligenceItem
  let settings: Settings

  var viewData: ViewData {
    let next: String
    switch item.state {
    case .received: next = "Those who screen information for the partnership will read it. What becomes of it is said here."
    case .closed: next = item.outcome?.feedback ?? "It was read."
    case .returned: next = IntelligenceOutcome.identifyingData.feedback
    case .recalled: next = item.isDestroyed ? "You recalled it. Its text was destroyed." : "You recalled it. Nobody can open it; its text is destroyed when a legal hold ends."
    case .disposed: next = "It was looked at again and is no longer needed. Its text was destroyed."
    }
    return [
      "title": item.reference, "breadcrumbs": Breadcrumbs(Breadcrumb("My submissions", Path.submissions), Breadcrumb(item.reference)), "next": next,
      "recallAddress": item.after(.recall) == nil ? nil : Path.submission(item.id) + "/recall",
      "rules": item.returnedRules.map { ["words": $0.words] as ViewData }, "hasRules": !item.returnedRules.isEmpty,
      "againAddress": item.state == .returned ? Path.submit + "?replaces=" + item.id.uuidString.lowercased() : nil,
      "facts": SummaryList([
        .init("Reference", item.reference), .init("About", item.theme.name), .init("Sent", item.receivedOn.words),
        .init("Partnership", settings.county.partnerships.first { $0.id == item.csp }?.name), .init("Happened", item.happenedOn?.words), .init("Grid reference", item.point?.reference),
        .init("State", item.state.name), .init("What became of it", item.outcome?.name, note: item.outcomeOn?.words),
      ]),
    ]
  }

  static var samples: [SubmissionPage] { [] }
}

/// One item: how it is graded and handled, who may open it, who did, and what was decided. Its text only where it has just been opened.
struct IntelligenceItemPage: Page {
  static let template = "intelligence/item"
  let item: IntelligenceItem
  let settings: Settings
  let today: Day
  let officer: Officer
  let mayHandle: Bool
  var readers: [IntelligenceReader] = []
  var groups: [IntelligenceGroup] = []
  var readings: [IntelligenceReading] = []
  var reviews: [IntelligenceReviewRow] = []
  var hold: IntelligenceHold?
  var hotSpots: [LinkableHotSpot] = []
  let tokens: [FormToken]
  /// What it says.
  var opened: String?
  var errors: Errors = []

  private var opener: FormView {
    FormView(
      action: item.path + "/opening", tokens: tokens,
      parts: item.asksAcknowledgement
        ? [.inset(item.handled.conditions), .field(.checkboxes("acknowledged", "Its conditions", [], [.init("yes", "I have read the conditions and will keep them")]))] : [],
      buttons: [.init("Open and log that I did")], errors: errors)
  }

  private var why: String? {
    switch item.state {
    case .received, .closed: item.isReader ? nil : "It does not name you as a reader, so you cannot open it."
    case .returned: "It could identify somebody, so it was returned to whoever sent it. The text was destroyed."
    case .recalled: item.isDestroyed ? "Its originator recalled it. The text was destroyed." : "Its originator recalled it. Nobody can open it; the text is destroyed when the legal hold is lifted."
    case .disposed: "It was looked at again and disposed of. The text was destroyed."
    }
  }

  private var facts: SummaryList {
    SummaryList([
      .init("Grading", item.grading.words), .init("Handling", item.handlingWords, note: item.handled.conditions),
      .init("Originator’s agreement", item.handled.consent), .init("Authority to share it", item.handled.authority),
      .init("Marking", item.marking.name, note: item.handlingInstruction), .init("Sanitised", item.sanitisedOn.map { "\($0.words), by \(item.sanitisedBy)" }),
      .init("Received", item.receivedOn.words), .init("Happened", item.happenedOn?.words), .init("Grid reference", item.point?.reference),
      .init("District", item.authority.flatMap(settings.authority)?.name), .init("Partnership", settings.county.partnerships.first { $0.id == item.csp }?.name),
      .init("Review by", item.state.isOpenable ? item.reviewBy.words : nil), .init("Originator’s reference", item.originatorReference),
      .init("What became of it", item.outcome?.name, note: item.outcomeOn?.words),
      .init("What it said", item.returnedRules.isEmpty ? nil : item.returnedRules.map(\.words).joined(separator: "; ")),
      .init("Legal hold", hold.map { "Since \($0.placedOn.words), placed by \($0.placer ?? "somebody who left")" }, note: hold?.reason),
    ].filter { entry in if case .nothing = entry.value { false } else { true } })
  }

  private var actions: [ViewData] {
    guard mayHandle else { return [] }
    var all: [(String, String)] = []
    if item.after(.decide) != nil { all += [("Say what became of it", "/outcome"), ("Change who may open it", "/readers"), ("Review it", "/review"), ("Link it to hot spots", "/hot-spots")] }
    if item.after(.sendBack) != nil { all.append(("Return it: it could identify somebody", "/return")) }
    if item.isHeld { all.append(("Lift the legal hold", "/hold")) } else if !item.isDestroyed { all.append(("Place a legal hold", "/hold")) }
    return all.map { ["label": $0.0, "address": item.path + $0.1] }
  }

  var viewData: ViewData {
    let mayOpen = item.isReader && item.state.isOpenable
    let table = Table<IntelligenceReading>(rowHeader: "name", [.text("name", "Opened by") { $0.name }, .date("at", "When") { London.time(of: $0.at) }])
    let decided = Table<IntelligenceReviewRow>(rowHeader: "what", [
      .text("what", "Decision") { $0.step.past.prefix(1).uppercased() + $0.step.past.dropFirst() }, .date("on", "On") { $0.on.short },
      .text("by", "By") { row in [row.decider ?? "Somebody who left", row.second.map { "proposed by \($0)" }].compactMap { $0 }.joined(separator: ", ") },
      .text("reason", "Reason", width: .third) { $0.reason }, .date("next", "Next review") { $0.next?.short },
    ])
    return opener.viewData.merging([
      "title": item.reference, "breadcrumbs": Breadcrumbs(Breadcrumb("Intelligence", Path.intelligence), Breadcrumb(item.reference)),
      "kind": item.kind.name, "theme": item.theme.name, "tags": item.tags(today: today), "marking": item.marking.name,
      "mayOpen": mayOpen && opened == nil, "isOpen": opened != nil, "paragraphs": (opened ?? "").split(whereSeparator: \.isNewline).map { ["words": String($0)] as ViewData },
      "why": why, "openedConditions": opened != nil && !item.handled.conditions.isEmpty ? item.handled.conditions : nil, "facts": facts,
      "mayHandle": mayHandle, "actions": actions, "hasActions": !actions.isEmpty,
      "recallAddress": item.author == officer.id && item.after(.recall) != nil ? Path.submission(item.id) + "/recall" : nil,
      "readers": (groups.map { $0.name(settings) } + readers.map(\.name)).map { ["name": $0] as ViewData }, "hasReaders": !readers.isEmpty || !groups.isEmpty,
      "hotSpots": hotSpots.map { ["name": "\($0.reference), \($0.name)", "address": Path.hotSpot($0.id)] as ViewData }, "hasHotSpots": !hotSpots.isEmpty,
      "readingsHTML": table.html(readings, caption: "Each opening, latest first", empty: .init("Nobody has opened it yet")),
      "hasReviews": !reviews.isEmpty, "reviewsHTML": decided.html(reviews, caption: "Reviews, latest first"),
    ])
  }

  static var samples: [IntelligenceItemPage] { [] }
}
