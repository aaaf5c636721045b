import Domain
import Web

/// Six districts by one rule, side by side.
enum EquityPages {
  /// - Parameter officer: who reads them; nil: a file or a pack, which go on to anybody.
  static func districts(_ rows: [MeasureRow], for officer: Officer?, _ settings: Settings, after earlier: [BoardPack] = []) -> [BoardPack.District] {
    let known = Set(rows.compactMap(\.measure))
    return Measure.allCases.filter { known.contains($0) }.map { BoardPack.District($0, of: rows, for: officer, settings, after: earlier) }
  }

  static func equity(_ districts: [BoardPack.District], _ sides: [BoardFigures.Side], _ settings: Settings, contacts: Bool = true, plans: Bool = true) -> Equity {
    let known = sides.compactMap { side in side.authority.flatMap(settings.authority).map { (name: $0.name, side: side) } }
    return Equity(
      names: known.map(\.name), measures: districts,
      rows: known.map { .init(authority: $0.side.authority ?? 0, planned: $0.side.planned, medianDays: $0.side.medianDays, contacts: $0.side.contacts) },
      medianOfAll: sides.first { $0.authority == nil }?.medianDays, withholding: contacts, withholdingPlans: plans)
  }

  static func table(_ equity: Equity) -> Table<Equity.Line> {
    var columns: [Column<Equity.Line>] = [.text("what", "What is counted") { $0.name }]
    for (index, name) in equity.districts.enumerated() { columns.append(Column("d\(index)", name, align: .end) { .text($0.cells[index]) }) }
    columns.append(Column("together", "Together", align: .end) { .text($0.together) })
    return Table(rowHeader: "what", narrow: .scrolls, columns)
  }

  static func page(_ rows: [MeasureRow], _ sides: [BoardFigures.Side], on day: Day, _ errors: Errors, _ visit: OfficerVisit) -> Sheet {
    let settings = visit.environment.settings
    let officer = visit.officer
    let districts = districts(rows, for: officer, settings)
    let equity = equity(districts, sides, settings, contacts: !officer.may(.readRegister), plans: Measure.hotSpotsWithPlan.isWithheld(from: officer))
    var sheet = Sheet(title: "Districts side by side")
    sheet.crumbs = [Breadcrumb("Strategy", StrategyPages.on(Path.strategy, day, visit)), Breadcrumb("Districts")]
    sheet.lead = "\(equity.districts.count) districts by the same rules, as of \(day.words). Where they differ, the playing field is uneven."
    if !errors.isEmpty { sheet.warning = errors.all.map(\.message).joined(separator: " ") }
    var links: [Sheet.Link] = [.init("Download the figures (CSV)", StrategyPages.on(Path.equity + ".csv", day, visit)), .init("Coverage on that day", Path.coverage + "?on=" + day.iso)]
    if officer.may(.readRegister) { links.append(.init("Drivers licensed elsewhere", Path.events + "/contacts")) }
    sheet.sections = [.init("The figures", table(equity).html(equity.lines, caption: "Districts side by side"), links: links)]
    for (measure, name) in Equity.measures where measure != .hotSpotsWithPlan {
      guard let row = districts.first(where: { $0.measure == measure }), row.values.contains(where: { ($0?.whole ?? 0) > 0 }) else { continue }
      sheet.sections.append(.init(words: measure.rule, chart: Chart.bars(
        name, id: measure.rawValue.replacing("_", with: "-"), summary: row.total.map { "\($0.words) in all." } ?? "The total is withheld.", labelled: "District", row.names,
        [Chart.Series(name, row.values.map { $0?.points ?? nil })], unit: .percent)))
    }
    sheet.sections.append(.init("How it is counted", words: """
      Uptake: renewals of the last twelve months that went with guidance. Coverage: guidance in force on the day. Members eligible: CSE training valid on the day. Days to plan: from the designation of \
      a hot spot to the approval of its plan, of those designated in the two years to the day. Drivers licensed elsewhere have no licence here: those who were spoken to in the twelve months to the day are \
      counted as contacts. Fewer than five are withheld from those who may not read the rows, with as many beside them as it takes.
      """))
    sheet.sections.append(.init("Ask about another day", StrategyPages.dayForm(Path.equity, day, errors, plan: StrategyPages.plan(visit))))
    return sheet
  }
}
