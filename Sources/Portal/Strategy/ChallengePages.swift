import Domain
import Web

/// How often challenge tests were challenged, by what the place had: figure, chart, table, and the tests for those who may read them.
enum ChallengePages {
  struct Line: Sendable {
    var name: String
    var value: MeasureValue?
    /// What to ask for to see the tests; nil: all of them.
    var awareness: Awareness?
    var isLinked = false
  }

  static func rate(_ counts: [ChallengeRate.Count], until day: Day) -> ChallengeRate {
    let span = BoardFigures.span(until: day)
    return ChallengeRate(counts, from: span.from, until: span.until)
  }

  static func lines(_ row: Disclosed) -> [Line] {
    zip(row.names, row.values).map { name, value in Line(name: name, value: value, awareness: Awareness.allCases.first { $0.name == name }) } + [Line(name: "All tests", value: row.total)]
  }

  static func table(_ address: (@Sendable (Line) -> String?)? = nil) -> Table<Line> {
    Table<Line>(rowHeader: "what", [
      Column("what", "What the place had") { line in address?(line).map { .link(address: $0, text: line.name) } ?? .text(line.name) },
      Column("challenged", "Challenged", align: .end) { $0.value.map { .number($0.part) } ?? .text(Equity.withheld) },
      Column("completed", "Of tests completed", align: .end) { $0.value.map { .number($0.whole) } ?? .text(Equity.withheld) },
      Column("rate", "Rate", align: .end) { .text($0.value?.share ?? Equity.withheld) },
      .text("interval", "95% interval") { line in line.value.flatMap(Interval.wilson)?.words },
    ])
  }

  static func chart(_ row: Disclosed, _ title: String, id: String, summary: String) -> Chart? {
    guard row.values.contains(where: { ($0?.whole ?? 0) > 0 }) else { return nil }
    return Chart.bars(
      title, id: id, summary: summary, labelled: "What the place had", row.names,
      [
        Chart.Series("Challenged", row.values.map { $0?.points ?? nil }), Chart.Series("Lowest it may be", row.values.map { $0.flatMap(Interval.wilson).map { ($0.low * 100).rounded(.down) } }),
        Chart.Series("Highest it may be", row.values.map { $0.flatMap(Interval.wilson).map { ($0.high * 100).rounded(.up) } }),
      ], unit: .percent)
  }

  static func sections(_ rate: ChallengeRate, _ address: (@Sendable (Line) -> String?)? = nil) -> [Sheet.Section] {
    [
      .init(
        "Challenge rate by what the place had", words: rate.sentence, table(address).html(lines(rate.byAwareness), caption: "Challenge tests by what the place had"),
        chart: chart(rate.byAwareness, "Challenge rate with its 95% interval", id: "challenges", summary: rate.sentence)),
      .init("Inside hot spots and elsewhere", table().html(lines(rate.byPlace), caption: "Challenge tests inside hot spots and elsewhere")),
    ]
  }

  static let rule = """
    Challenged out of the tests that were completed. A place held guidance where some licence there had it in force when the day of the test began, and was trained where \
    training was valid then: what is given on the day of a test is given because of it. The interval says where the rate may lie, so few tests being what they are \
    (Wilson’s; for the difference of two, Newcombe’s). Fewer than five are withheld, with as many beside them as it takes.
    """

  static func rate(_ counts: [ChallengeRate.Count], until day: Day, _ errors: Errors, _ visit: OfficerVisit) -> Sheet {
    let rate = rate(counts, until: day)
    let mayRead = visit.officer.may(.readRegister)
    var sheet = Sheet(title: "Does awareness work?")
    sheet.crumbs = [Breadcrumb("Strategy", StrategyPages.on(Path.strategy, day, visit)), Breadcrumb("Challenge tests")]
    sheet.lead = "Challenge tests from \(rate.from.words) to \(rate.until.words): how often staff challenged what they saw, by whether their place held guidance and was trained."
    if !errors.isEmpty { sheet.warning = errors.all.map(\.message).joined(separator: " ") }
    let tests = Path.challenges + "/tests"
    let on = day == visit.today ? "" : day.iso
    let behind: @Sendable (Line) -> String? = { line in QueryItems(path: tests, [("had", line.awareness?.rawValue ?? ""), ("on", on)]).address }
    sheet.sections = sections(rate, mayRead ? behind : nil)
    let stopped = counts.reduce(0) { $0 + $1.notCompleted }
    let stoppedWords = Suppression.isSmall(stopped) ? "A few tests were not completed and count nowhere." : "\(stopped.grouped) tests were not completed and count nowhere."
    sheet.sections.append(.init("How it is counted", words: rule + (stopped > 0 ? " " + stoppedWords : ""), links: [.init("Download the figures (CSV)", StrategyPages.on(Path.challenges + ".csv", day, visit))]))
    sheet.sections.append(.init("Ask about another day", StrategyPages.dayForm(Path.challenges, day, errors, plan: StrategyPages.plan(visit))))
    return sheet
  }

  static func tests(_ rows: [BoardFigures.Test], _ awareness: Awareness?, until day: Day, next: String?, _ visit: OfficerVisit) -> Sheet {
    let settings = visit.environment.settings
    var sheet = Sheet(title: awareness.map { "Challenge tests: \($0.name.lowercased())" } ?? "Challenge tests")
    let mayReadRate = visit.officer.may(.readStrategy)
    sheet.crumbs = (mayReadRate ? [Breadcrumb("Strategy", StrategyPages.on(Path.strategy, day, visit)), Breadcrumb("Challenge tests", StrategyPages.on(Path.challenges, day, visit))] : [])
      + [Breadcrumb("The tests")]
    sheet.lead = "Of the three years to \(day.words), in the districts you work for, the latest first."
    let table = Table<BoardFigures.Test>(rowHeader: "name", [
      .date("on", "Tested") { $0.on.short }, Column("name", "Place") { .titled(address: Path.licence($0.licence, "fieldwork"), text: $0.name, note: $0.reference) },
      .text("district", "District") { settings.authority($0.authority)?.name }, .text("kind", "Test") { $0.kind.name }, .text("had", "The place had") { $0.awareness.name },
      .text("result", "Result") { $0.result.name },
    ])
    sheet.sections = [.init(nil, table.html(rows, caption: "Challenge tests", empty: .init("None", "No test of this kind was recorded in this time.")))]
    sheet.pagination = next.map { Pagination(previous: nil, next: $0) }
    return sheet
  }
}
