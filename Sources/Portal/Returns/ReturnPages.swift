import Domain
import Foundation
import Web

extension ReturnState {
  var tag: StatusTag {
    switch self {
    case .due: StatusTag(name, .blue)
    case .missing: StatusTag(name, .red)
    case .partial: StatusTag(name, .orange)
    case .late: StatusTag(name, .yellow)
    case .inTime: StatusTag(name, .green)
    }
  }
}

/// Returns that are owed and that came, as sheets.
enum ReturnPages {
  /// Whoever enters for one organisation finds its own; whoever keeps or only reads returns finds all.
  static func own(_ all: [OwedReturn], mine: Set<Int>, _ visit: OfficerVisit) -> [OwedReturn] {
    visit.officer.may(.manageReturns) || mine.isEmpty ? all : all.filter { mine.contains($0.organisation) }
  }

  static func narrow(_ owed: [OwedReturn], _ state: ReturnState?, _ kind: ReturnKind?, _ visit: OfficerVisit) -> [OwedReturn] {
    owed.filter { (state == nil || $0.state(on: visit.today) == state) && (kind == nil || $0.kind == kind) }
  }

  /// - Parameter mine: the organisations for which the officer enters.
  static func table(mine: Set<Int>, _ visit: OfficerVisit) -> Table<OwedReturn> {
    let (settings, today) = (visit.environment.settings, visit.today)
    return Table<OwedReturn>(rowHeader: "organisation", [
      Column("organisation", "Organisation") { row in
        let name = settings.organisation(row.organisation)?.name ?? ""
        return row.id.map { Cell.link(address: Path.partnerReturn($0), text: name) } ?? Cell.text(name)
      },
      .text("kind", "Return") { $0.kind.name }, .text("period", "For") { $0.words }, .date("due", "Due") { $0.due.short },
      .date("received", "Came") { $0.received?.short }, Column("items", "Items", align: .end) { $0.kind == .dataset ? .text("\($0.supplied)\u{A0}of\u{A0}\($0.items)") : .nothing },
      .tag("state", "State") { $0.state(on: today).tag },
      Column<OwedReturn>("do", "Action", plain: { _ in "" }) { row, out in
        guard mine.contains(row.organisation) else { return }
        out.append("<a class=\"govuk-link app-no-print\"")
        out.append(href: row.entry)
        out.append(">")
        out.append(escaping: row.id == nil ? "Enter" : "Replace")
        out.append("<span class=\"govuk-visually-hidden\">: ")
        out.append(escaping: "\(settings.organisation(row.organisation)?.name ?? ""), \(row.kind.name.lowercased()), \(row.words)")
        out.append("</span></a>")
      }.pageOnly,
    ])
  }

  /// What is owed, narrowed by state and kind. The home of whoever keeps returns.
  static func list(_ all: [OwedReturn], mine: Set<Int>, state: ReturnState?, kind: ReturnKind?, _ visit: OfficerVisit) -> Sheet {
    let (settings, today) = (visit.environment.settings, visit.today)
    let keeps = visit.officer.may(.manageReturns)
    let owed = own(all, mine: mine, visit)
    var sheet = Sheet(title: "Returns")
    sheet.lead = keeps || mine.isEmpty
      ? "What organisations owe for the last quarters: figures of the common dataset, orders and notices, and each year the assurance that staff are trained."
      : "What \(mine.compactMap { settings.organisation($0)?.name }.sorted().joined(separator: ", ")) \(mine.count == 1 ? "owes" : "owe") for the last quarters."
    let counts = Dictionary(grouping: owed) { $0.state(on: today) }.mapValues(\.count)
    func figure(_ which: ReturnState, _ label: String, _ light: StatusLight.State?) -> Figures.Figure {
      let count = counts[which] ?? 0
      return .init(count, label, Path.returns + "?state=" + which.rawValue, state: count > 0 ? light : nil)
    }
    sheet.figures = Figures([
      figure(.due, "due", .due), figure(.missing, "missing", .overdue), figure(.partial, "with items missing", .due), figure(.late, "came late", nil), figure(.inTime, "in time", .inOrder),
    ])
    sheet.actions = [.init("Problem profiles", Path.profiles), .init("Common dataset", Path.dataset)]
    if visit.officer.may(.readStrategy) { sheet.actions.append(.init("Orders and notices", Path.disruption)) }
    let narrowed = QueryItems(path: Path.returns + ".csv", [state.map { ("state", $0.rawValue) }, kind.map { ("kind", $0.rawValue) }].compactMap { $0 })
    let filtered = state != nil || kind != nil
    let words = filtered ? "Shown: " + [state.map { $0.name.lowercased() }, kind.map(\.words)].compactMap { $0 }.joined(separator: ", ") + "." : nil
    let links: [Sheet.Link] = [.init("Download this list (CSV)", narrowed.address)] + (filtered ? [.init("Show all", Path.returns)] : []) + ReturnKind.allCases.map { .init("Only \($0.words)", Path.returns + "?kind=" + $0.rawValue) }
    sheet.sections = [.init("Owed for the last \(ReturnStore.quarters) quarters", id: "owed", words: words, table(mine: mine, visit).html(
      narrow(owed, state, kind, visit), caption: "Returns that are owed", empty: filtered
        ? .init("None of this kind", "Nothing that is owed stands so.", link: "Show all", address: Path.returns)
        : .init("Nothing is owed", "No edition of the dataset is agreed yet, and nobody owes another return.", link: "See the dataset", address: Path.dataset)), links: links)]
    return sheet
  }

  static func one(_ one: PartnerReturn, _ content: Sheet.Section, approval: FormView?, _ visit: OfficerVisit, mine: Set<Int>) -> Sheet {
    let settings = visit.environment.settings
    let name = settings.organisation(one.organisation)?.name ?? "An organisation"
    let due = ReturnPeriod(one.kind, from: one.period)?.due(after: settings.returns.dueDays)
    var sheet = Sheet(title: "\(one.kind.name), \(one.words)", crumbs: [Breadcrumb("Returns", Path.returns), Breadcrumb(name)])
    sheet.line = Sheet.line(
      one.withdrawn != nil ? StatusTag("Withdrawn", .grey) : one.isReplaced ? StatusTag("Replaced by a later return", .grey) : one.approvedOn != nil ? StatusTag("Approved", .green) : StatusTag("Not approved yet", .yellow), name)
    if one.withdrawn == nil, !one.isReplaced, mine.contains(one.organisation) {
      sheet.actions = [
        .init("Replace it", Path.returns + "/new?kind=\(one.kind.rawValue)&organisation=\(one.organisation)&period=\(one.period.iso)"), .init("Withdraw it", one.path + "/withdrawal"),
      ]
    }
    sheet.facts = SummaryList(present: [
      .init("Came", one.received.words, note: due.map { one.received > $0 ? "Late: it was due by \($0.words)" : "In time: it was due by \($0.words)" }),
      .init("Entered by", one.author ?? "Somebody who left"),
      .init("Approved", one.approvedOn.map { "\($0.words), by \(one.approver ?? "somebody who left")" }), .init("Withdrawn", one.withdrawn), .init("Note", one.note.isEmpty ? nil : one.note),
    ])
    sheet.sections = [content]
    if let approval {
      sheet.errorSummary = approval.errorSummary
      sheet.sections.append(.init("Approve it", id: "approve", words: "Somebody other than who entered it looks at it once.", approval.html))
    }
    return sheet
  }

  /// What a return says, for whoever may read its figures; else how much of it there is.
  static func content(_ one: PartnerReturn, _ items: [DatasetItem], _ values: [DatasetValue], _ lines: [DisruptionLine], _ said: Assurance?, mayRead: Bool, _ settings: Settings) -> Sheet.Section {
    switch one.kind {
    case .dataset:
      guard mayRead else { return .init("Figures", words: "Its figures are read by whoever made it and by those who keep returns.") }
      let found = Dictionary(values.map { ($0.code, $0.value) }) { first, _ in first }
      let table = Table<DatasetItem>(rowHeader: "name", [
        .text("name", "Item") { $0.name }, .text("often", "How often") { $0.isYearly ? "Yearly" : "Quarterly" },
        Column("value", "Figure", align: .end) { found[$0.code].map(Cell.number) ?? Cell.tag(StatusTag("Missing", .orange)) },
      ])
      return .init("Figures", words: "\(values.count) of \(items.count) items were supplied.", table.html(items, caption: "Figures of the return", empty: .init("No items", "No edition of the dataset asks this organisation for anything.")))
    case .disruption:
      guard mayRead else { return .init("Counts", words: "Its counts are read by whoever made it and by those who keep returns; everybody else sees the county’s, with small numbers withheld.") }
      let names = Dictionary(settings.returns.orders.map { ($0.code, $0.name) }) { first, _ in first }
      let table = Table<DisruptionLine>(rowHeader: "order", [
        .text("order", "Order or notice") { names[$0.code] ?? $0.code }, .text("district", "District") { settings.authority($0.authority)?.name },
        .number("obtained", "Obtained") { $0.obtained }, .number("breached", "Breached") { $0.breached }, .number("refused", "Refused") { $0.refused },
      ])
      return .init("Counts", table.html(lines, caption: "Counts of the return", empty: .init("Nothing to report", "There were none in any district in the quarter.")))
    case .assurance:
      guard let said else { return .init("Assurance", words: "Nothing is recorded.") }
      return .init("Assurance", words: "\(said.trained.grouped) of \(said.staff.grouped) staff are trained at the level right for them. The agency \(said.assures ? "assures" : "does not assure") that all of them are; its contracts \(said.contracts ? "ask" : "do not ask") those it commissions to train theirs. \(said.words)\(said.evidence.isEmpty ? "" : " Evidence: \(said.evidence).")")
    }
  }
}
