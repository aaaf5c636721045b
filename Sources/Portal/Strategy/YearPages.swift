import Domain
import Web

/// A year's figures for the annual report: every measure of the county at the end of each quarter, with what it counts.
enum YearPages {
  /// April to March, by the calendar year in which it begins.
  struct Year: Sendable {
    var begins: Int
    var today: Day
    /// The day before it begins and the last day of each quarter, as far as they have come; today, where the year is not over.
    var days: [Day] {
      let first = Day(year: begins, month: 4, day: 1) ?? today
      let ends = (0...4).map { first.adding(months: 3 * $0) - 1 }
      let past = ends.filter { $0 <= today }
      return past.count < ends.count ? past + (past.last == today ? [] : [today]) : past
    }
    var name: String { "April \(begins) to March \(begins + 1)" }
    var slug: String { "\(begins)-\((begins + 1) % 100 < 10 ? "0" : "")\((begins + 1) % 100)" }
    static func begun(by day: Day) -> Int { day.month >= 4 ? day.year : day.year - 1 }
  }

  struct Row: Sendable {
    var measure: Measure
    var points: [Point]
  }

  struct Point: Sendable {
    var measure: Measure
    var day: Day
    /// Nil where withheld.
    var value: MeasureValue?
    var isKnown: Bool
    var words: String { isKnown ? value.map(\.words) ?? Equity.withheld : "Nothing to count" }
  }

  /// The year that is asked about; what cannot be read is said, and the current year stands in for it.
  static func asked(_ visit: OfficerVisit) throws -> (Year, Errors) {
    var errors = Errors()
    let now = Year.begun(by: visit.today)
    let typed = try visit.query()["begins"] ?? ""
    let begins = typed.isEmpty ? now : Int(typed)
    if !typed.isEmpty, begins.map({ !(2000...now).contains($0) }) ?? true { errors.add("begins", "Choose a year from 2000 to \(now)") }
    return (Year(begins: begins.map { min(max($0, 2000), now) } ?? now, today: visit.today), errors)
  }

  /// Small numbers of people are withheld in the county's figures too.
  static func rows(_ figures: [BoardFigures.Dated], _ year: Year) -> [Row] {
    Measure.allCases.compactMap { measure in
      let known = figures.filter { $0.measure == measure }
      guard !known.isEmpty else { return nil }
      return Row(measure: measure, points: year.days.map { day in
        let value = known.first { $0.day == day }?.value
        return Point(measure: measure, day: day, value: value.map(measure.tellsOfFew) == true ? nil : value, isKnown: value != nil)
      })
    }
  }

  static let export = Table<Point>(rowHeader: "measure", [
    .text("measure", "Measure") { $0.measure.name }, .text("definition", "What is counted") { $0.measure.rule }, .date("day", "On", export: { $0.day.iso }) { $0.day.short },
    Column("part", "Counted", align: .end) { $0.value.map { .number($0.part) } ?? .text($0.isKnown ? Equity.withheld : "") },
    Column("whole", "Of", align: .end) { $0.value.map { .number($0.whole) } ?? .text($0.isKnown ? Equity.withheld : "") },
    Column("share", "Share", align: .end) { .text($0.value?.share ?? ($0.isKnown ? Equity.withheld : "")) },
  ])

  static func page(_ rows: [Row], _ year: Year, _ errors: Errors, _ visit: OfficerVisit) -> Sheet {
    var sheet = Sheet(title: "A year’s figures")
    sheet.crumbs = [Breadcrumb("Strategy", StrategyPages.on(Path.strategy, visit.today, visit)), Breadcrumb("A year’s figures")]
    sheet.lead = "\(year.name), for the Board’s annual report: each measure of the county at the end of each quarter, counted from the registers as known today."
    if !errors.isEmpty { sheet.warning = errors.all.map(\.message).joined(separator: " ") }
    let now = Year.begun(by: visit.today)
    let form = FormView(
      action: Path.year, method: .get, tokens: StrategyPages.plan(visit).map { [FormToken(name: "plan", value: $0)] } ?? [],
      parts: [.field(.select("begins", "Which year?", String(year.begins), (0..<12).map { now - $0 }.filter { $0 >= 2000 }.map { .init(String($0), Year(begins: $0, today: visit.today).name) }))],
      buttons: [.init("Show", .secondary)], errors: errors)
    var columns: [Column<Row>] = [.text("measure", "Measure") { $0.measure.name }]
    for (index, day) in year.days.enumerated() { columns.append(Column("d\(index)", day.short, align: .end) { .text($0.points[index].words) }) }
    let table = Table(rowHeader: "measure", columns)
    let definitions = Table<Row>(rowHeader: "measure", [.text("measure", "Measure") { $0.measure.name }, .text("rule", "What is counted") { $0.measure.rule }])
    sheet.sections = [
      .init("Year", form.html),
      .init("The figures", table.html(rows, caption: "Measures of \(year.name)", empty: .init("Nothing was counted", "No register reaches back to this year.")), links: [
        .init("Download the figures with their definitions (CSV)", QueryItems(path: Path.year + ".csv", [("begins", String(year.begins))]).address)
      ]),
    ]
    sheet.sections.append(.init("What is counted", definitions.html(rows, caption: "Definitions of the measures")))
    return sheet
  }
}
