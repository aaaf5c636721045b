import Domain
import Foundation
import Web

/// Packs as pages that print well.
enum PackPages {
  static let actions = Table<BoardPack.Action>(rowHeader: "action", [
    .text("ref", "No.") { $0.ref }, .text("action", "Action") { $0.action }, .text("accountable", "Accountable") { $0.accountable }, Column("due", "Due") { .date($0.due) },
    .text("measure", "Measure") { $0.measure.isEmpty ? nil : $0.measure }, .tag("rating", "Rating") { $0.rating.tag }, .text("why", "Why") { $0.why },
  ])

  static func list(_ packs: [PackStore.Kept], _ on: DateFields, _ errors: Errors, _ visit: OfficerVisit) -> Sheet {
    var sheet = Sheet(title: "Board packs")
    sheet.lead = "A pack keeps what the Board was shown. Opened again, it is the same."
    let table = Table<PackStore.Kept>(rowHeader: "day", [
      Column("day", "As of") { .link(address: Path.pack($0.id), text: $0.asOf.words) }, .date("made", "Made") { London.day(of: $0.madeAt).short }, .text("by", "By") { $0.by },
      .text("hash", "Fingerprint") { String($0.hash.prefix(12)) },
    ])
    sheet.sections = [.init(nil, table.html(packs, caption: "Packs, latest first", empty: .init("No pack was made yet", "The first appears here once it is made.")))]
    if visit.officer.may(.manageStrategy) {
      let form = FormView(
        action: Path.packs, tokens: visit.formTokens, parts: [.field(.date("on", "As of which day?", on, hint: "Today or any day before"))],
        buttons: [.init("Make the pack")], errors: errors)
      sheet.sections.append(.init("Make a pack", form.html))
    }
    return sheet
  }

  private struct Line: Sendable {
    var name: String
    var value: MeasureValue?
  }

  static func pack(_ pack: BoardPack, _ kept: PackStore.Kept) -> Sheet {
    var sheet = Sheet(title: "\(pack.strategy): \(pack.asOf.words)")
    sheet.crumbs = [Breadcrumb("Board packs", Path.packs), Breadcrumb(pack.asOf.words)]
    sheet.lead = "For the \(pack.board), overseen by the \(pack.oversight). Made by \(kept.by) on \(London.day(of: kept.madeAt).words)."
    let counts = Dictionary(grouping: pack.actions, by: \.rating).mapValues(\.count)
    sheet.figures = Figures([.red, .amber, .green, .complete].map { rating in
      .init(counts[rating] ?? 0, rating.word.lowercased(), "#actions", state: rating == .red && (counts[.red] ?? 0) > 0 ? .overdue : nil)
    })
    let exceptions = pack.actions.filter { $0.rating == .red || $0.rating == .amber }
    sheet.sections = [
      .init("Exceptions", actions.html(exceptions, caption: "Red and amber, in the plan’s order", empty: .init("None", "Nothing is red or amber."))),
      .init("All actions", id: "actions", actions.html(pack.actions, caption: "The plan, in its order"), links: [
        .init("Download the actions (CSV)", Path.pack(kept.id) + "/actions.csv"), .init("Download the pack (.xlsx)", Path.pack(kept.id) + "/pack.xlsx"),
      ]),
    ]
    for (index, measure) in pack.measures.enumerated() {
      let lines = zip(measure.names, measure.values).map { Line(name: $0, value: $1) } + [Line(name: "Together", value: measure.total)]
      let table = Table<Line>(rowHeader: "district", [
        .text("district", "District") { $0.name }, Column("part", "Counted", align: .end) { $0.value.map { .number($0.part) } ?? .text("withheld") },
        Column("whole", "Of", align: .end) { $0.value.map { .number($0.whole) } ?? .text("withheld") },
        Column("share", "Share", align: .end) { .text($0.value.map { $0.percent.map { "\(Int($0))%" } ?? "n/a" } ?? "withheld") },
      ])
      let chart = Chart.bars(
        measure.measure.name, id: "measure-\(index)", summary: "\(measure.total.words) in all.", labelled: "District", measure.names,
        [Chart.Series(measure.measure.name, measure.values.map { $0?.percent ?? nil })], unit: .percent)
      sheet.sections.append(.init(words: measure.measure.rule, table.html(lines, caption: "\(measure.measure.name), district beside district"), chart: chart))
    }
    sheet.sections.append(.init("What the ratings mean", StrategyPages.key))
    sheet.sections.append(.init("Notes", words: pack.notes.joined(separator: " ") + " Fingerprint (SHA-256) of this pack: \(grouped(kept.hash))."))
    return sheet
  }

  /// In groups of eight, so that it wraps on a phone.
  private static func grouped(_ hash: String) -> String {
    stride(from: 0, to: hash.count, by: 8).map { String(hash.dropFirst($0).prefix(8)) }.joined(separator: " ")
  }

  /// How it stood on a day: everything that is counted, and where the rest of the answer is.
  static func standing(_ answer: StrategyAnswer, _ visit: OfficerVisit, _ errors: Errors) -> Sheet {
    let day = answer.day
    var sheet = Sheet(title: "How did it stand on a day?")
    sheet.lead = "On \(day.words):"
    if !errors.isEmpty { sheet.warning = errors.all.map(\.message).joined(separator: " ") }
    let counts = Dictionary(grouping: answer.strategy.actions, by: answer.shown).mapValues(\.count)
    let words = Rating.allCases.map { "\(counts[$0] ?? 0) \($0.word.lowercased())" }.joined(separator: ", ")
    let table = Table<Measure>(rowHeader: "measure", [
      .text("measure", "Measure") { $0.name }, .number("part", "Counted") { answer.value($0)?.part ?? 0 }, .number("whole", "Of") { answer.value($0)?.whole ?? 0 },
      Column("share", "Share", align: .end) { .text(answer.value($0)?.percent.map { "\(Int($0))%" } ?? "n/a") },
    ])
    var links: [Sheet.Link] = [.init("The strategy on that day", Path.strategy + "?on=" + day.iso)]
    if visit.officer.may(.readCoverage) { links.append(.init("Coverage on that day", Path.coverage + "?on=" + day.iso)) }
    sheet.sections = [
      .init("Ask", StrategyPages.dayForm(Path.standing, day, errors)),
      .init("Measures", table.html(Measure.allCases, caption: "What was counted on \(day.words)")), .init("The strategy’s actions", words: "Of \(answer.strategy.actions.count): \(words).", links: links),
    ]
    return sheet
  }
}
