import Domain
import Foundation
import Web

extension IntelligenceItem {
  /// What stands out about it, in the order of its weight.
  func tags(today: Day) -> [StatusTag] {
    var all: [StatusTag] = []
    switch state {
    case .recalled: return [StatusTag("Recalled", .grey)]
    case .closed: all.append(StatusTag("Closed", .green))
    case .received: all.append(StatusTag(isReader && !wasOpened ? "New to you" : "Received", .blue))
    }
    if let reviewBy, reviewBy < today, state == .received { all.append(StatusTag("Review overdue", .red)) }
    if handling == .conditions { all.append(StatusTag("Conditions", .yellow)) }
    return all
  }

  var gradingWords: String {
    grading.map { "\($0.code): \($0.source.words.lowercased()) source; \($0.information.words.lowercased())" } ?? "Not graded: a partner’s submission"
  }
}

/// Tags beside one another, as the cell of a list.
private func tagColumn(_ heading: String, today: Day) -> Column<IntelligenceItem> {
  Column("tags", heading, plain: { $0.tags(today: today).map(\.text).joined(separator: ", ") }, write: { item, out in
    for tag in item.tags(today: today) {
      out.append(tag.html)
      out.append(" ")
    }
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

  var viewData: ViewData {
    let settings = settings
    let table = Table<IntelligenceItem>(rowHeader: "reference", [
      Column("reference", "Item") { .titled(address: $0.path, text: $0.reference, note: $0.kind.name) },
      .text("theme", "About") { $0.theme.name }, .text("partnership", "Partnership") { item in settings?.county.partnerships.first { $0.id == item.csp }?.name },
      .text("grading", "Grading") { $0.grading?.code }, .date("received", "Received", export: { $0.receivedOn.iso }) { $0.receivedOn.short }, tagColumn("State", today: today),
    ])
    let any = Field.Choice("", "Any")
    let form = FormView(
      action: Path.intelligence, method: .get,
      parts: [
        .field(.select("kind", "Kind", query["kind"] ?? "", [any] + IntelligenceKind.allCases.map { .init($0.rawValue, $0.name) })),
        .field(.select("theme", "About", query["theme"] ?? "", [any] + IntelligenceTheme.allCases.map { .init($0.rawValue, $0.name) })),
        .field(.select("state", "State", query["state"] ?? "", [any] + IntelligenceState.allCases.map { .init($0.rawValue, $0.name) })),
        .field(.select("partnership", "Partnership", query["partnership"] ?? "", [any] + (settings?.county.partnerships ?? []).map { .init(String($0.id), $0.name) })),
      ], buttons: [.init("Apply filter", .secondary)])
    let bare = query.removing("after", "before")
    let chosen: [FilterPanel.Chosen] = [
      ("kind", query["kind"].flatMap(IntelligenceKind.init)?.name), ("theme", query["theme"].flatMap(IntelligenceTheme.init)?.name),
      ("state", query["state"].flatMap(IntelligenceState.init)?.name),
      ("partnership", query["partnership"].flatMap { slug in settings?.county.partnerships.first { String($0.id) == slug }?.name }),
    ].compactMap { name, label in label.map { FilterPanel.Chosen($0, removeAddress: bare.removing(name).address) } }
    return [
      "title": "Intelligence", "policeAddress": mayHandle ? Path.intelligence + "/police" : nil, "submitAddress": Path.submit, "mineAddress": Path.submissions,
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
    [IntelligencePage(rows: [], pagination: nil, query: QueryItems(path: Path.intelligence), settings: nil, today: Day(dayNumber: 739_943), mayHandle: true, counts: (1, 2))]
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
      .date("received", "Sent") { $0.receivedOn.short }, .tag("state", "State") { StatusTag($0.state.name, $0.state == .closed ? .green : $0.state == .recalled ? .grey : .blue) },
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
    case .closed: next = "It was read. What became of it: \(item.outcome?.name.lowercased() ?? "")."
    case .recalled: next = "You recalled it. Its text was destroyed."
    }
    return [
      "title": item.reference, "breadcrumbs": Breadcrumbs(Breadcrumb("My submissions", Path.submissions), Breadcrumb(item.reference)), "next": next,
      "recallAddress": item.state == .recalled ? nil : Path.submission(item.id) + "/recall",
      "facts": SummaryList([
        .init("Reference", item.reference), .init("About", item.theme.name), .init("Sent", item.receivedOn.words),
        .init("Partnership", settings.county.partnerships.first { $0.id == item.csp }?.name), .init("Happened", item.happenedOn?.words), .init("Grid reference", item.point?.reference),
        .init("State", item.state.name), .init("What became of it", item.outcome?.name, note: item.outcomeOn?.words),
      ]),
    ]
  }

  static var samples: [SubmissionPage] { [] }
}

/// One item: how it is graded and handled, who may open it, who did. Its text only where it has just been opened.
struct IntelligenceItemPage: Page {
  static let template = "intelligence/item"
  let item: IntelligenceItem
  let settings: Settings
  let today: Day
  let isMine: Bool
  let mayHandle: Bool
  let readers: [IntelligenceReader]
  let readings: [IntelligenceReading]
  let tokens: [FormToken]
  /// What it says.
  var opened: String?
  var errors: Errors = []

  private var opener: FormView {
    let asks = item.handling.asksAcknowledgement(of: item.conditions, acknowledged: item.acknowledged)
    return FormView(
      action: item.path + "/opening", tokens: tokens,
      parts: asks ? [.inset(item.conditions), .field(.checkboxes("acknowledged", "Its conditions", [], [.init("yes", "I have read the conditions and will keep them")]))] : [],
      buttons: [.init("Open and log that I did")], errors: errors)
  }

  var viewData: ViewData {
    let mayOpen = item.isReader && item.state != .recalled
    let table = Table<IntelligenceReading>(rowHeader: "name", [.text("name", "Opened by") { $0.name }, .date("at", "When") { London.time(of: $0.at) }])
    let opener = opener
    return opener.viewData.merging([
      "title": item.reference, "breadcrumbs": Breadcrumbs(Breadcrumb("Intelligence", Path.intelligence), Breadcrumb(item.reference)),
      "kind": item.kind.name, "theme": item.theme.name, "tags": item.tags(today: today),
      "mayOpen": mayOpen && opened == nil, "isOpen": opened != nil, "paragraphs": (opened ?? "").split(whereSeparator: \.isNewline).map { ["words": String($0)] as ViewData },
      "why": item.state == .recalled ? "Its originator recalled it. The text was destroyed." : item.isReader ? nil : "It does not name you as a reader, so you cannot open it.",
      "openedConditions": opened != nil && !item.conditions.isEmpty ? item.conditions : nil,
      "facts": SummaryList([
        .init("Grading", item.gradingWords), .init("Handling", "\(item.handling.rawValue): \(item.handling.words)", note: item.conditions),
        .init("Received", item.receivedOn.words), .init("Happened", item.happenedOn?.words), .init("Grid reference", item.point?.reference),
        .init("Review by", item.reviewBy?.words), .init("Originator’s reference", item.originatorReference),
        .init("Partnership", settings.county.partnerships.first { $0.id == item.csp }?.name),
        .init("What became of it", item.outcome?.name, note: item.outcomeOn?.words),
      ]),
      "mayHandle": mayHandle, "mayDecide": mayHandle && item.state != .recalled, "outcomeAddress": item.path + "/outcome", "readersAddress": item.path + "/readers",
      "recallAddress": isMine && item.state != .recalled ? Path.submission(item.id) + "/recall" : nil,
      "readers": readers.map { ["name": $0.name] as ViewData }, "hasReaders": !readers.isEmpty,
      "readingsHTML": table.html(readings, caption: "Each opening, latest first", empty: .init("Nobody has opened it yet")),
    ])
  }

  static var samples: [IntelligenceItemPage] { [] }
}
