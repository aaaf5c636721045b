import Domain
import Foundation
import Web

/// Which of the three lists is shown.
enum FieldworkTab: String, CaseIterable, Sendable {
  case visits, tests, requests

  var title: String {
    switch self {
    case .visits: "Visits"
    case .tests: "Challenge tests"
    case .requests: "Requests for evidence"
    }
  }
  var path: String { self == .visits ? Path.fieldwork : "\(Path.fieldwork)/\(rawValue)" }
  /// What each list can be narrowed by, in words.
  var states: [(value: String, words: String)] {
    switch self {
    case .visits: [("due", "Follow-up due"), ("overdue", "Follow-up overdue"), ("concern", "With a concern"), ("guidance", "Guidance given")]
    case .tests: ChallengeResult.allCases.map { ($0.rawValue, $0.name) }
    case .requests: [("open", "Waiting or overdue"), ("overdue", "Overdue"), ("received", "Received")]
    }
  }
}

/// A list of visits, tests or requests across the officer's districts.
struct FieldworkListPage: Page {
  static let template = "fieldwork/list"
  enum Rows: Sendable {
    case visits([FieldVisit])
    case tests([ChallengeTest])
    case requests([EvidenceRequest])
  }
  let rows: Rows
  let query: QueryItems
  let pagination: Pagination?
  let counts: FieldworkStore.Counts?
  let settings: Settings?
  /// Reminders that are due and can be sent.
  var reminders = 0
  var mayRecord = false
  var tokens: [FormToken] = []
  let today: Day

  private var tab: FieldworkTab {
    switch rows {
    case .visits: .visits
    case .tests: .tests
    case .requests: .requests
    }
  }

  private func empty<Row>(_ isNarrowed: Bool, of row: Row.Type) -> Table<Row>.Empty {
    guard !isNarrowed else { return .init("Nothing matches", "Take a filter away to see more.", link: "Clear all filters", address: tab.path) }
    let what = switch tab {
    case .visits: "Record a visit"
    case .tests: "Record a test"
    case .requests: "Ask for evidence"
    }
    return .init("Nothing here yet", "\(what) from the record of a licence, by its link “Visits and tests”.")
  }

  private func tableHTML(_ isNarrowed: Bool) -> TrustedHTML {
    switch rows {
    case .visits(let rows):
      Tables.visits(settings, today: today).html(rows, caption: "Visits, latest first", empty: empty(isNarrowed, of: FieldVisit.self))
    case .tests(let rows):
      Tables.tests(settings).html(rows, caption: "Challenge tests, latest first", empty: empty(isNarrowed, of: ChallengeTest.self))
    case .requests(let rows):
      Tables.requests(settings, today: today).html(rows, caption: "Requests for evidence, the first due first", empty: empty(isNarrowed, of: EvidenceRequest.self))
    }
  }

  var viewData: ViewData {
    let any = Field.Choice("", "Any")
    let form = FormView(
      action: tab.path, method: .get,
      parts: [
        .field(.select("district", "District", query["district"] ?? "", [any] + (settings?.county.authorities ?? []).map { .init($0.slug, $0.name) })),
        .field(.select("show", tab == .tests ? "Result" : "State", query["show"] ?? "", [any] + tab.states.map { .init($0.value, $0.words) })),
      ], buttons: [.init("Apply filter", .secondary)])
    let bare = query.removing("after", "before")
    let chosen: [FilterPanel.Chosen] = [
      ("district", query["district"].flatMap { settings?.authority(slug: $0)?.name }), ("show", tab.states.first { $0.value == query["show"] }?.words),
    ].compactMap { name, label in label.map { FilterPanel.Chosen($0, removeAddress: bare.removing(name).address) } }
    return [
      "title": tab.title, "addAddress": tab == .visits && mayRecord ? Path.fieldwork + "/visits/new" : nil,
      "reminders": reminders == 0 ? nil : reminders == 1 ? "One reminder is due." : "\(reminders.grouped) reminders are due.", "remindAddress": Path.fieldwork + "/requests/reminders",
      "tokensHTML": TrustedHTML.joined(tokens.map(\.html)),
      "tabs": FieldworkTab.allCases.map { one -> ViewData in ["words": one.title, "address": one.path, "isCurrent": one == tab] },
      "figures": Figures([
        .init(counts?.visitsDue ?? 0, "follow-ups to do", "\(Path.fieldwork)?show=due"),
        .init(counts?.visitsOverdue ?? 0, "follow-ups overdue", "\(Path.fieldwork)?show=overdue", state: (counts?.visitsOverdue ?? 0) > 0 ? .overdue : nil),
        .init(counts?.requestsOpen ?? 0, "requests waiting", "\(Path.fieldwork)/requests?show=open"),
        .init(counts?.requestsOverdue ?? 0, "requests overdue", "\(Path.fieldwork)/requests?show=overdue", state: (counts?.requestsOverdue ?? 0) > 0 ? .overdue : nil),
      ]),
      "filter": FilterPanel(form: form, chosen: chosen, clearAddress: tab.path), "pagination": pagination,
      "tableHTML": tableHTML(!chosen.isEmpty),
    ]
  }

  static var samples: [FieldworkListPage] {
    [FieldworkListPage(rows: .visits([]), query: QueryItems(path: Path.fieldwork), pagination: nil, counts: nil, settings: nil, today: Day(dayNumber: 739_943))]
  }
}

/// The tables of lists and of one licence. With `acts`, each row has what can be done to it.
enum Tables {
  typealias Act = @Sendable (_ path: String, _ label: String, _ of: String) -> TrustedHTML

  private static func subject<T>(_ settings: Settings?, _ get: @escaping @Sendable (T) -> FieldworkSubject) -> [Column<T>] {
    [
      Column("licence", "Licence") { .titled(address: get($0).path, text: get($0).name, note: get($0).reference + ", " + get($0).kind.nameWithin) },
      .text("district", "District") { settings?.authority(get($0).authority)?.name },
    ]
  }

  static func visits(_ settings: Settings?, today: Day, of licence: UUID? = nil, act: Act? = nil) -> Table<FieldVisit> {
    var columns: [Column<FieldVisit>] = licence != nil ? [] : [
      Column("licence", "Place") { row in
        row.subject.map { .titled(address: $0.path, text: $0.name, note: $0.reference + ", " + $0.kind.nameWithin) }
          ?? .titled(address: row.path, text: row.placeName, note: (row.placeAddress.isEmpty ? "" : row.placeAddress + ", ") + "without a licence")
      },
      .text("district", "District") { settings?.authority($0.authority)?.name },
    ]
    columns += [
      Column("on", "Day", align: .nowrap) { .link(address: $0.path, text: $0.on.short) }, .text("officer", "Officer") { $0.officer }, .text("found", "What was found") { $0.found },
      Column("concern", "Concern") { $0.isConcern ? .tag(StatusTag("Concern", .orange)) : .text("None") }, .text("guidance", "Guidance given") { $0.guidance },
      Column("follow-up", "Follow-up") { row in row.tag(today: today).map(Cell.tag) ?? .nothing }, .date("by", "By") { $0.followUpBy?.short },
      Column("files", "Files", align: .end) { $0.files == 0 ? .nothing : .number($0.files) },
    ]
    if let licence, let act {
      columns.append(Column("do", "Action", plain: { _ in "" }, write: { row, out in
        let path = Path.licence(licence, "visits/\(row.id.uuidString.lowercased())")
        out.append("<span class=\"app-row-actions\">")
        if row.followUpBy != nil, row.followedUpOn == nil { out.append(act(path + "/follow-up", "Followed up", "the visit of \(row.on.short)")) }
        out.append(act(path + "/withdrawal", "Take back", "the visit of \(row.on.short)"))
        out.append("</span>")
      }).pageOnly)
    }
    return Table(rowHeader: licence == nil ? "licence" : "on", columns)
  }

  static func tests(_ settings: Settings?, of licence: UUID? = nil, act: Act? = nil) -> Table<ChallengeTest> {
    var columns: [Column<ChallengeTest>] = licence == nil ? subject(settings) { $0.subject } : []
    columns += [
      .date("on", "Day") { $0.on.short }, .text("kind", "What was tried") { $0.kind.name }, .tag("result", "Result") { $0.tag }, .text("officer", "Officer") { $0.officer },
      .text("debrief", "Debrief") { $0.debrief.isEmpty ? nil : $0.debrief },
    ]
    if let licence, let act {
      columns.append(Column("do", "Action", plain: { _ in "" }, write: { row, out in
        out.append(act(Path.licence(licence, "tests/\(row.id.uuidString.lowercased())/withdrawal"), "Take back", "the test of \(row.on.short)"))
      }).pageOnly)
    }
    return Table(rowHeader: licence == nil ? "licence" : "on", columns)
  }

  static func requests(_ settings: Settings?, today: Day, of licence: UUID? = nil, act: Act? = nil) -> Table<EvidenceRequest> {
    var columns: [Column<EvidenceRequest>] = licence == nil ? subject(settings) { $0.subject } : []
    columns += [
      .text("wanted", "Asked for") { $0.words }, .date("asked", "Asked") { $0.askedOn.short }, .date("due", "Due") { $0.dueOn.short },
      .tag("state", "State") { $0.tag(today: today) }, .date("received", "Received") { $0.receivedOn?.short },
    ]
    if let licence, let act {
      columns.append(Column("do", "Action", plain: { _ in "" }, write: { row, out in
        let path = Path.licence(licence, "requests/\(row.id.uuidString.lowercased())")
        out.append("<span class=\"app-row-actions\">")
        if row.receivedOn == nil { out.append(act(path + "/received", "Received today", row.words)) }
        out.append(act(path + "/withdrawal", "Take back", "the request: " + row.words))
        out.append("</span>")
      }).pageOnly)
    }
    return Table(rowHeader: licence == nil ? "licence" : "wanted", columns)
  }
}

/// What was done in the field about one licence.
struct LicenceFieldworkPage: Page {
  static let template = "fieldwork/licence"
  let licence: Licence
  let visits: [FieldVisit]
  let tests: [ChallengeTest]
  let requests: [EvidenceRequest]
  let settings: Settings
  let mayRecord: Bool
  let tokens: [FormToken]
  let today: Day

  private var button: Tables.Act {
    let tokens = tokens
    return { path, label, what in
      HTMLBuffer.build { out in
        out.append("<form method=\"post\"")
        out.append(attribute: "action", path)
        out.append(">")
        for token in tokens { out.append(token.html) }
        out.append("<button class=\"app-link-button govuk-link\">")
        out.append(escaping: label)
        out.append("<span class=\"govuk-visually-hidden\">: ")
        out.append(escaping: what)
        out.append("</span></button></form>")
      }
    }
  }

  var viewData: ViewData {
    let act = mayRecord ? button : nil
    func address(_ part: String) -> String? { mayRecord ? Path.licence(licence.id, part) : nil }
    return [
      "title": "Visits and tests of \(licence.tradingName ?? licence.holder.name)", "line": [licence.reference, licence.kind.name, settings.authority(licence.authority)?.name ?? ""].joined(separator: ", "),
      "breadcrumbs": licence.crumbs("Visits and tests"), "visitAddress": address("visits/new"), "sheetAddress": Path.licence(licence.id, "visit-sheet"), "testAddress": address("tests/new"), "requestAddress": address("requests/new"),
      "visitsHTML": Tables.visits(settings, today: today, of: licence.id, act: act).html(visits, caption: "Visits", empty: .init("No visit is recorded")),
      "testsHTML": Tables.tests(settings, of: licence.id, act: act).html(tests, caption: "Challenge tests", empty: .init("No challenge test is recorded")),
      "requestsHTML": Tables.requests(settings, today: today, of: licence.id, act: act).html(requests, caption: "Requests for evidence", empty: .init("Nothing has been asked for")),
    ]
  }

  static var samples: [LicenceFieldworkPage] { [] }
}
