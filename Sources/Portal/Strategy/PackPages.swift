import Domain
import Foundation
import Web

/// Packs as pages that print well.
enum PackPages {
  static let actions = Table<BoardPack.Action>(rowHeader: "action", [
    .text("ref", "No.") { $0.ref }, .text("action", "Action") { $0.action }, .text("accountable", "Accountable") { $0.accountable }, .date("due", "Due") { $0.due },
    .text("measure", "Measure") { $0.measure.isEmpty ? nil : $0.measure }, .text("trend", "Three months before") { $0.trend }, .tag("rating", "Rating") { $0.rating.tag }, .text("why", "Why") { $0.why },
  ])

  static func list(_ packs: [PackStore.Kept], _ on: DateFields, _ plan: String, _ errors: Errors, _ visit: OfficerVisit) -> Sheet {
    let strategies = visit.environment.settings.strategies
    var sheet = Sheet(title: "Board packs")
    sheet.lead = "A pack keeps what the Board was shown. Opened again, it is the same."
    var columns: [Column<PackStore.Kept>] = [
      Column("day", "As of") { .link(address: Path.pack($0.id), text: $0.asOf.words) }, .date("made", "Made") { London.day(of: $0.madeAt).short }, .text("by", "By") { $0.by },
      .text("hash", "Fingerprint") { String($0.hash.prefix(12)) },
    ]
    if strategies.count > 1 { columns.insert(.text("plan", "Plan") { kept in strategies.first { $0.slug == kept.strategy }?.name ?? kept.strategy }, at: 1) }
    sheet.sections = [.init(nil, Table(rowHeader: "day", columns).html(packs, caption: "Packs, latest first", empty: .init("No pack was made yet", "The first appears here once it is made.")))]
    if visit.officer.may(.manageStrategy) {
      var parts: [FormView.Part] = [.field(.date("on", "As of which day?", on, hint: "Today or any day before"))]
      if strategies.count > 1 { parts.insert(.field(.radios("plan", "Of which plan?", plan.isEmpty ? strategies[0].slug : plan, strategies.map { .init($0.slug, $0.name) })), at: 0) }
      let form = FormView(action: Path.packs, tokens: visit.formTokens, parts: parts, buttons: [.init("Make the pack")], errors: errors)
      sheet.sections.append(.init("Make a pack", form.html))
    }
    return sheet
  }

  /// One figure of a measure as it is printed.
  struct Line: Sendable {
    var measure: Measure
    var name: String
    var value: MeasureValue?
  }

  static func lines(of row: BoardPack.District) -> [Line] {
    zip(row.names, row.values).map { Line(measure: row.measure, name: $0, value: $1) } + [Line(measure: row.measure, name: "Together", value: row.total)]
  }

  static func lines(of pack: BoardPack) -> [Line] { pack.measures.flatMap { lines(of: $0) } }

  static let figures = Table<Line>(rowHeader: "district", [
    Column<Line>.text("measure", "Measure") { $0.measure.name }.exportOnly,
    .text("district", "District") { $0.name }, Column("part", "Counted", align: .end) { $0.value.map { .number($0.part) } ?? .text(Equity.withheld) },
    Column("whole", "Of", align: .end) { $0.value.map { .number($0.whole) } ?? .text(Equity.withheld) },
    Column("share", "Share", align: .end) { .text($0.value?.share ?? Equity.withheld) },
    Column<Line>.text("rule", "What is counted") { $0.measure.rule }.exportOnly,
  ])

  /// - Parameter makesFiles: whether PDF files are made here; else the page says how it is printed.
  static func pack(_ pack: BoardPack, _ kept: PackStore.Kept, hasEarlier: Bool, makesFiles: Bool) -> Sheet {
    var sheet = Sheet(title: "\(pack.strategy): \(pack.asOf.words)")
    sheet.crumbs = [Breadcrumb("Board packs", Path.packs), Breadcrumb(pack.asOf.words)]
    sheet.lead = "For the \(pack.board), overseen by the \(pack.oversight). Made by \(kept.by) on \(London.day(of: kept.madeAt).words)."
    if hasEarlier { sheet.actions = [.init("What changed since the pack before", Path.pack(kept.id) + "/changes")] }
    let counts = Dictionary(grouping: pack.actions, by: \.rating).mapValues(\.count)
    sheet.figures = Figures([.red, .amber, .green, .complete].map { rating in
      .init(counts[rating] ?? 0, rating.word.lowercased(), "#actions", state: rating == .red && (counts[.red] ?? 0) > 0 ? .overdue : nil)
    })
    sheet.sections = [
      .init("Exceptions", id: "exceptions", actions.html(pack.exceptions, caption: "Red and amber, in the plan’s order", empty: .init("None", "Nothing is red or amber."))),
      .init("All actions", id: "actions", actions.html(pack.actions, caption: "The plan, in its order"), links: downloads(kept, makesFiles)),
    ]
    if let equity = pack.equity { sheet.sections.append(.init("Districts side by side", EquityPages.table(equity).html(equity.lines, caption: "Districts side by side"))) }
    for (index, row) in pack.measures.enumerated() {
      let chart = Chart.bars(
        row.measure.name, id: "measure-\(index)", summary: row.total.map { "\($0.words) in all." } ?? "The total is withheld.", labelled: "District", row.names,
        [Chart.Series(row.measure.name, row.values.map { $0?.points ?? nil })], unit: .percent)
      sheet.sections.append(.init(
        row.measure.name, words: row.measure.rule, figures.html(lines(of: row), caption: "\(row.measure.name), district beside district"),
        chart: row.values.contains { ($0?.whole ?? 0) > 0 } ? chart : nil))
    }
    if let challenges = pack.challenges { sheet.sections += ChallengePages.sections(challenges) }
    sheet.sections.append(.init("What the ratings mean", StrategyPages.key))
    sheet.sections.append(.init("Notes", words: pack.notes.joined(separator: " ") + " Fingerprint (SHA-256) of this pack: \(grouped(kept.hash))."))
    return sheet
  }

  private static func downloads(_ kept: PackStore.Kept, _ makesFiles: Bool) -> [Sheet.Link] {
    let path = Path.pack(kept.id)
    return [
      makesFiles ? .init("Download the pack (PDF)", path + "/pack.pdf") : .init("How to print it", path + "/pack.pdf"), .init("Download the actions (CSV)", path + "/actions.csv"), .init("Download the measures (CSV)", path + "/measures.csv"), .init("Download the pack (.xlsx)", path + "/pack.xlsx"),
    ]
  }

  /// In groups of eight, so that it wraps on a phone.
  private static func grouped(_ hash: String) -> String {
    stride(from: 0, to: hash.count, by: 8).map { String(hash.dropFirst($0).prefix(8)) }.joined(separator: " ")
  }

  static func changes(_ changes: PackChanges, _ kept: PackStore.Kept, since earlier: PackStore.Named, of before: [PackStore.Named]) -> Sheet {
    var sheet = Sheet(title: "What changed since the pack of \(earlier.asOf.words)")
    sheet.crumbs = [Breadcrumb("Board packs", Path.packs), Breadcrumb(kept.asOf.words, Path.pack(kept.id)), Breadcrumb("What changed")]
    sheet.lead = """
      From the pack of \(earlier.asOf.words), made on \(London.day(of: earlier.madeAt).words), to the pack of \(kept.asOf.words). It is told from what the two print: a figure that one of them \
      withholds is withheld here too, and where the one prints what the other withholds, it has moved by five or more.
      """
    let actions = Table<PackChanges.Action>(rowHeader: "action", [
      .text("ref", "No.") { $0.ref }, .text("action", "Action") { $0.action }, .tag("before", "Before") { $0.before?.tag }, .tag("after", "Now") { $0.after?.tag },
      .text("words", "What else") { $0.words.isEmpty ? nil : $0.words.joined(separator: " ") },
    ])
    let figures = Table<PackChanges.Figure>(rowHeader: "district", [
      .text("measure", "Measure") { $0.measure }, .text("district", "District") { $0.district }, .text("before", "Before") { $0.before }, .text("after", "Now") { $0.after },
      Column("points", "Moved", align: .end) { .text($0.points.map { $0 == 0 ? "by less than a point" : "\(abs($0)) \(abs($0) == 1 ? "point" : "points") \($0 > 0 ? "up" : "down")" } ?? "n/a") },
    ])
    sheet.sections = [
      .init("Actions", actions.html(changes.actions, caption: "Actions that changed, in the plan’s order", empty: .init("None", "No action is rated, measured or answered for otherwise."))),
      .init("Figures", figures.html(changes.figures, caption: "Figures that changed", empty: .init("None", "Every figure is the same."))),
    ]
    if before.count > 1 {
      let form = FormView(
        action: Path.pack(kept.id) + "/changes", method: .get,
        parts: [.field(.select("since", "Since which pack?", earlier.id.uuidString.lowercased(), before.map { .init($0.id.uuidString.lowercased(), "As of \($0.asOf.words), made \(London.day(of: $0.madeAt).short)") }))],
        buttons: [.init("Show", .secondary)])
      sheet.sections.append(.init("Another pack", form.html))
    }
    return sheet
  }

  static func noChanges(_ kept: PackStore.Kept) -> Sheet {
    var sheet = Sheet(title: "What changed")
    sheet.crumbs = [Breadcrumb("Board packs", Path.packs), Breadcrumb(kept.asOf.words, Path.pack(kept.id)), Breadcrumb("What changed")]
    sheet.lead = "This is the first pack of its plan: there is none before it to hold it against."
    return sheet
  }
}
