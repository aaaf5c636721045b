import Domain
import Web

/// One action: what the plan says, how it is judged and why, its measure by district and over time, and what was reported.
enum ActionPages {
  /// Whose places stand behind an action's measure; nil where its rows are people's.
  static func register(of action: StrategyAction) -> Register? {
    switch action.counted?.first {
    case .guidancePremises: .premises
    case .guidanceAccommodation: .accommodation
    default: nil
    }
  }

  /// The list with the rows behind a measure, for whoever may read it.
  private static func rows(_ measure: Measure, on day: Day, _ visit: OfficerVisit) -> Sheet.Link? {
    switch measure {
    case .guidanceTrade where visit.officer.may(.readRegister):
      .init("See the drivers without guidance", QueryItems(path: Path.drivers, [("status", "current"), ("guidance", "overdue"), ("on", day.iso)]).address)
    case .renewalsWithGuidance where visit.officer.may(.readRegister): .init("See renewals without guidance", Path.exceptions + "?on=" + day.iso)
    case .partnershipLinks where visit.officer.may(.readPartnership), .partnershipDuties where visit.officer.may(.readPartnership): .init("See the partnership plans", Path.partnershipPlans)
    case .problemProfile where visit.officer.may(.readPartnership): .init("See the problem profiles", Path.profiles)
    case .datasetAgreed where visit.officer.may(.readPartnership): .init("See the dataset", Path.dataset)
    case .datasetSupplied where visit.officer.may(.readPartnership), .disruptionReturned where visit.officer.may(.readPartnership), .agenciesAssured where visit.officer.may(.readPartnership):
      .init("See the returns", Path.returns)
    case .eventsWithItem where visit.officer.may(.readRegister): .init("See the events", Path.events)
    case .membersTrained where visit.officer.may(.readCommittees): .init("See members’ training", Path.training + "?on=" + day.iso)
    default: nil
    }
  }

  /// What only some actions have.
  struct More: Sendable {
    /// On a day that is past: the measures as they were known at its end; nil today.
    var knownThen: [MeasureRow]?
    var planDays: [PlanDays] = []
    var decisions: [StrategyDecision]?
  }

  static func action(
    _ action: StrategyAction, _ answer: StrategyAnswer, _ reports: [ActionReport], _ trend: [(day: Day, value: MeasureValue)], _ more: More, _ visit: OfficerVisit,
    _ errors: Errors
  ) -> Sheet {
    let day = answer.day
    let said = answer.said(of: action, to: visit.officer)
    let judged = answer.judged(action, saying: said)
    var sheet = Sheet(title: "\(action.ref) \(action.area)")
    sheet.crumbs = [Breadcrumb("Strategy", StrategyPages.on(Path.strategy, day, visit)), Breadcrumb(action.ref)]
    sheet.line = Sheet.line(answer.shown(action).tag, StrategyPages.why(action, answer, saying: said), "As of \(day.words)")
    sheet.lead = action.action + "."
    sheet.warning = errors.isEmpty ? action.gap.map { $0 + "." } : errors.all.map(\.message).joined(separator: " ")
    let plan = StrategyPages.plan(visit)
    if visit.officer.may(.reportStrategy) { sheet.actions.append(.init("Report progress", Path.action(action.ref, "report", plan: plan), isPrimary: true)) }
    if visit.officer.may(.manageStrategy) {
      if action.counted?.isEmpty ?? true { sheet.actions.append(.init("Enter a figure", Path.action(action.ref, "figure", plan: plan))) }
      sheet.actions.append(.init("Override the rating", Path.action(action.ref, "override", plan: plan)))
      if more.decisions != nil { sheet.actions.append(.init("Record the decision", Path.action(action.ref, "decision", plan: plan))) }
    }
    let override = answer.overrides[action.ref]
    let report = answer.reports[action.ref]
    sheet.facts = SummaryList([
      .init("By the rule", "\(judged.rating.word): \(judged.why)"),
      .init("Overridden", override.map { "\($0.rating.word) until \($0.until.words), by \($0.by): \($0.reason)" } ?? "No"),
      .init("Stands", (report?.standing ?? .notStarted).words + (report?.progress.map { ", \($0)% done" } ?? "")),
      .init("Owners", action.owners.joined(separator: "; ")), .init("Measured by", action.measures.joined(separator: "; ")),
      .init("Accountable", action.accountable.map { body in
        body.name + (body.before.map { " until \(($0 - 1).words)" } ?? "") + (body.from.map { " from \($0.words)" } ?? "")
      }.joined(separator: "; ")),
      .init("Timeframe", action.timeframeWords.isEmpty ? "Lost in the source" : action.timeframeWords),
      .init("Target", action.counted?.first.flatMap { measure in answer.strategy.target(of: measure).map { "\(measure.name): \($0.words)" } } ?? "None was agreed"),
    ])
    sheet.sections = (action.counted ?? []).map { measureSection($0, action, answer, more, visit) }
    if let gap = gapSection(answer, action, visit) { sheet.sections.append(gap) }
    if !more.planDays.isEmpty { sheet.sections.append(daysSection(more.planDays, visit)) }
    if let decisions = more.decisions { sheet.sections.append(DecisionPages.section(decisions, "Decisions")) }
    if action.counted?.contains(.disruptionReturned) == true {
      sheet.sections.append(.init("Orders and notices", words: "Counts by kind, of the last quarter against the four before it, with small numbers withheld.", links: [.init("See the orders and notices", StrategyPages.on(Path.disruption, day, visit))]))
    }
    if let measure = action.counted?.first, trend.contains(where: { $0.value.whole > 0 }), !answer.isWithheld(measure, from: visit.officer) {
      sheet.sections.append(trendSection(measure, trend, action, visit.officer))
    }
    if action.counted == nil || answer.figures[action.ref] != nil { sheet.sections.append(typedSection(action, answer)) }
    sheet.sections.append(.init("Reports", reportsTable(reports)))
    sheet.sections.append(.init("Ask about another day", StrategyPages.dayForm(Path.action(action.ref), day, errors, plan: plan)))
    return sheet
  }

  /// Coverage in hot spots minus elsewhere, in points of percent: it should not be below nought.
  private static func gapSection(_ answer: StrategyAnswer, _ action: StrategyAction, _ visit: OfficerVisit) -> Sheet.Section? {
    guard action.counted?.contains(.guidancePremisesHotSpots) == true, let inside = answer.value(.guidancePremisesHotSpots), let elsewhere = answer.value(.guidancePremisesElsewhere),
      let a = inside.percent, let b = elsewhere.percent
    else { return nil }
    struct Line: Sendable {
      var area: Int
      var inside: MeasureValue?
      var elsewhere: MeasureValue?
      var gap: String? { inside?.percent.flatMap { a in elsewhere?.percent.map { ActionPages.points(a - $0) } } }
    }
    func find(_ measure: Measure, _ area: Int) -> MeasureValue? { answer.rows.first { $0.measure == measure && $0.authority == area }?.value }
    let areas = Set(answer.rows.filter { $0.measure == .guidancePremises }.map(\.authority)).sorted()
    let lines = areas.map { Line(area: $0, inside: find(.guidancePremisesHotSpots, $0), elsewhere: find(.guidancePremisesElsewhere, $0)) }
    let settings = visit.environment.settings
    let table = Table<Line>(rowHeader: "district", [
      .text("district", "District") { settings.areaName($0.area) }, .text("inside", "In hot spots") { $0.inside?.words ?? "No hot spot" }, .text("elsewhere", "Elsewhere") { $0.elsewhere?.words },
      .text("gap", "In hot spots minus elsewhere") { $0.gap },
    ])
    let isWithheld = Measure.guidancePremisesHotSpots.isWithheld(from: visit.officer)
    return .init(
      "The gap", words: "In hot spots minus elsewhere: \(points(a - b)). " + (a >= b ? "Hot spots are reached as well as the rest, or better." : "Hot spots should be reached as well as the rest, or better."),
      isWithheld ? .none : table.html(lines, caption: "Guidance in hot spots and elsewhere, by district"))
  }

  private static func points(_ gap: Double) -> String {
    let tenths = Int((abs(gap) * 10).rounded())
    return (tenths == 0 ? "" : gap < 0 ? "minus " : "plus ") + "\(tenths / 10).\(tenths % 10) points"
  }

  private static func daysSection(_ days: [PlanDays], _ visit: OfficerVisit) -> Sheet.Section {
    let settings = visit.environment.settings
    @Sendable func words(_ median: Double) -> String { median == median.rounded() ? "\(Int(median)) days" : "\(Int(median)).5 days" }
    let all = days.first { $0.authority == nil }
    let districts = days.filter { $0.authority != nil }
    let few = Suppression.districts(districts.map { MeasureValue($0.plans, of: $0.plans) })
    let isWithheld = Measure.plansInTime.isWithheld(from: visit.officer) && !few.cells.isEmpty
    let table = Table<PlanDays>(rowHeader: "district", [
      .text("district", "District") { $0.authority.map(settings.areaName) },
      Column("plans", "Plans", align: .end) { isWithheld ? .text(Equity.withheld) : .number($0.plans) },
      .text("median", "Median") { isWithheld ? Equity.withheld : words($0.median) },
    ])
    return .init(
      "Days from designation to an approved plan",
      words: all.map { "The median is \(words($0.median)) over \($0.plans) \($0.plans == 1 ? "plan" : "plans"); \(settings.returns.planWithinDays) days are allowed." },
      table.html(districts, caption: "Days to a plan, by district"))
  }

  /// What was known then beside what is known now, in words; nothing where one of the two is withheld.
  private static func thenAndNow(_ measure: Measure, _ then: [MeasureRow], _ answer: StrategyAnswer, _ officer: Officer) -> String {
    guard !answer.isWithheld(measure, from: officer), !StrategyAnswer.isWithheld(measure, in: then, from: officer) else { return "" }
    let (now, day) = (answer.value(measure), answer.day)
    let rows = then.filter { $0.measure == measure }
    let known = rows.isEmpty ? nil : rows.reduce(MeasureValue(0, of: 0)) { $0 + $1.value }
    if known == now || (known?.whole ?? 0) + (now?.whole ?? 0) == 0 { return " The same was known then." }
    return " As known on \(day.words): \(known.map { measure.words($0).lowercasedUnlessCounted } ?? "nothing to count"). As known now: \(now.map { measure.words($0).lowercasedUnlessCounted } ?? "nothing to count"). The difference was recorded later."
  }

  private static func measureSection(_ measure: Measure, _ action: StrategyAction, _ answer: StrategyAnswer, _ more: More, _ visit: OfficerVisit) -> Sheet.Section {
    let officer = visit.officer
    let lines = PackPages.lines(of: BoardPack.District(measure, of: answer.rows, for: officer, visit.environment.settings)).dropLast()
    var links: [Sheet.Link] = []
    if measure == action.counted?.first, register(of: action) != nil, let missing = answer.value(measure)?.missing, missing > 0 {
      let noun = missing == 1 ? measure.noun.one : measure.noun.many
      links.append(.init("See the \(missing.grouped) \(noun) without guidance", StrategyPages.on(Path.action(action.ref, "places"), answer.day, visit)))
    }
    let withheld = measure.withheldWords(from: officer)
    if withheld == nil, (answer.value(measure)?.whole ?? 0) > 0 { links.append(.init("See the rows behind it", StrategyPages.on(Path.measure(measure), answer.day, visit))) }
    if let link = Self.rows(measure, on: answer.day, visit) { links.append(link) }
    let known = more.knownThen.map { thenAndNow(measure, $0, answer, officer) } ?? ""
    let isSplit = answer.rows.contains { $0.measure == measure && $0.authority != 0 }
    let said = answer.words(measure, for: officer).map { "\($0.capitalizedFirst). " } ?? "Nothing of this kind is recorded yet. "
    return .init(
      measure.name, words: said + measure.rule + known + (withheld.map { " " + $0 } ?? ""),
      isSplit ? PackPages.figures.html(Array(lines), caption: "\(measure.name), by area") : .none, links: links)
  }

  private static func trendSection(_ measure: Measure, _ trend: [(day: Day, value: MeasureValue)], _ action: StrategyAction, _ officer: Officer) -> Sheet.Section {
    let isWithheld = measure.isWithheld(from: officer)
    let percents: [Double?] = trend.map { isWithheld && measure.tellsOfFew($0.value) ? nil : $0.value.points }
    let series = Chart.Series(measure.name, zip(trend, percents).map { Chart.Point($1, address: Path.action(action.ref) + "?on=" + $0.day.iso) })
    let known = percents.compactMap { $0 }
    let summary = if let first = known.first, let last = known.last { "\(Int(first))% at first, \(Int(last))% at the end." } else { "Nothing is known of these months." }
    return .init(chart: Chart.line("Twelve months", id: "trend", summary: summary, labelled: "Day", trend.map(\.day.short), [series], unit: .percent))
  }

  private static func typedSection(_ action: StrategyAction, _ answer: StrategyAnswer) -> Sheet.Section {
    guard let figure = answer.figures[action.ref] else { return .init("Figures", words: "Nothing here counts this action, and nobody has entered a figure yet.") }
    return .init(
      "Figure entered by hand", words: "\(figure.what): \(figure.words). As at \(figure.asAt.words), from \(figure.source), entered by \(figure.by). It was typed, not counted.")
  }

  /// Where the evidence is: an address of this site or of a secure one is a link, all else is said as it was written.
  static func evidence<Row: Sendable>(_ text: @escaping @Sendable (Row) -> String) -> Column<Row> {
    Column("evidence", "Evidence") { row in
      let text = text(row)
      let isAddress = !text.contains(where: \.isWhitespace) && ((text.hasPrefix("/") && !text.hasPrefix("//") && !text.contains("\\")) || text.hasPrefix("https://"))
      return text.isEmpty ? .nothing : isAddress ? .link(address: text, text: text) : .text(text)
    }
  }

  private static func reportsTable(_ reports: [ActionReport]) -> TrustedHTML {
    Table<ActionReport>(rowHeader: "on", [
      .date("on", "Reported") { $0.on.short }, .text("standing", "Stands") { $0.standing.words }, .text("progress", "Done") { $0.progress.map { "\($0)%" } },
      .text("words", "In words") { $0.words }, evidence { $0.evidence }, .text("by", "By") { $0.by },
    ]).html(reports, caption: "What was reported, latest first", empty: .init("Nobody has reported yet", "Reports of its owners appear here."))
  }

  static func places(_ rows: [PlaceWithout], of action: StrategyAction, on day: Day, next: String?, _ visit: OfficerVisit) -> Sheet {
    let settings = visit.environment.settings
    let mayRead = visit.officer.may(.readRegister)
    var sheet = Sheet(title: "Places without guidance")
    sheet.crumbs = [
      Breadcrumb("Strategy", StrategyPages.on(Path.strategy, day, visit)), Breadcrumb(action.ref, StrategyPages.on(Path.action(action.ref), day, visit)), Breadcrumb("Places without guidance"),
    ]
    sheet.lead = "On \(day.words), the places behind action \(action.ref) in which no registration held guidance."
    let table = Table<PlaceWithout>(rowHeader: "name", [
      Column("name", "Place") { mayRead ? .link(address: Path.location($0.id), text: $0.name.isEmpty ? "No name" : $0.name) : .text($0.name.isEmpty ? "No name" : $0.name) },
      .text("address", "Address") { $0.address.split(separator: "\n").joined(separator: ", ") }, .text("postcode", "Postcode") { $0.postcode?.replacing(" ", with: "\u{a0}") },
      .text("district", "District") { settings.authority($0.authority)?.name },
    ])
    sheet.sections = [.init(nil, table.html(rows, caption: "Places without guidance", empty: .init("None", "Every place held guidance on that day.")))]
    sheet.pagination = next.map { Pagination(previous: nil, next: $0) }
    return sheet
  }
}

extension String {
  /// "yes" within a sentence; "40 of 50 (80%)" stays.
  fileprivate var lowercasedUnlessCounted: String { first?.isNumber == true ? self : lowercased() }
}
