import Domain
import Web

extension Rating {
  var tag: StatusTag {
    switch self {
    case .complete: StatusTag(word, .blue, mark: "✔")
    case .red: StatusTag(word, .red, mark: "■")
    case .amber: StatusTag(word, .orange, mark: "▲")
    case .green: StatusTag(word, .green, mark: "●")
    case .grey: StatusTag(word, .grey, mark: "○")
    }
  }
}

/// The plan on one page, in the plan's own order.
enum StrategyPages {
  /// The same plan and day at another address: today and the latest plan are not said.
  static func on(_ path: String, _ day: Day, _ visit: OfficerVisit) -> String {
    QueryItems(path: path, [("plan", plan(visit) ?? ""), ("on", day == visit.today ? "" : day.iso)]).address
  }

  /// The slug of the plan that is asked about, where it is not the latest.
  static func plan(_ visit: OfficerVisit) -> String? {
    let settings = visit.environment.settings
    return (try? visit.query()["plan"]).flatMap { slug in settings.strategies.first { $0.slug == slug } }.flatMap { settings.slug(of: $0) }
  }

  /// - Parameter officer: who reads it; nil: a file, which goes on to anybody.
  static func table(_ answer: StrategyAnswer, for officer: Officer?, address: @escaping @Sendable (String) -> String = { Path.action($0) }) -> Table<StrategyAction> {
    let day = answer.day
    return Table<StrategyAction>(rowHeader: "action", [
      .text("ref", "No.") { $0.ref },
      Column("action", "Action") { .titled(address: address($0.ref), text: $0.action, note: $0.body(on: day)) },
      Column("measure", "Measure", plain: { measured($0, answer, for: officer) ?? "" }) { action, out in
        out.append(escaping: measured(action, answer, for: officer) ?? "–")
        guard let moved = answer.moved(action, for: officer) else { return }
        out.append("<span class=\"app-note\">")
        out.append(escaping: moved)
        out.append("</span>")
      },
      Column<StrategyAction>.text("trend", "Three months before") { answer.moved($0, for: officer) }.exportOnly,
      Column<StrategyAction>.text("owners", "Owners") { $0.owners.joined(separator: "; ") }.exportOnly,
      Column<StrategyAction>.text("timeframe", "Timeframe") { $0.timeframeWords }.exportOnly,
      .date("due", "Due") { $0.due(asOf: day)?.short ?? ($0.reviewDue.map { "Review " + $0.short } ?? "Not said") },
      .tag("rating", "Rating") { answer.shown($0).tag },
      .text("why", "Why") { why($0, answer, saying: answer.said(of: $0, to: officer)) },
    ])
  }

  /// The measure in words: counted, else typed and called so.
  static func measured(_ action: StrategyAction, _ answer: StrategyAnswer, for officer: Officer?) -> String? {
    if let measure = action.counted?.first, let words = answer.words(measure, for: officer) { return words }
    if let typed = answer.figures[action.ref] { return "\(typed.words), as entered from \(typed.source)" }
    return nil
  }

  static func why(_ action: StrategyAction, _ answer: StrategyAnswer, saying said: String?) -> String {
    let judged = answer.judged(action, saying: said)
    guard let override = answer.overrides[action.ref] else { return judged.why }
    return "Set by \(override.by) until \(override.until.words): \(override.reason). By the rule it is \(judged.rating.word.lowercased()): \(judged.why)"
  }

  /// The strategy's own tests, each with the measures that answer it.
  private static func tests(_ answer: StrategyAnswer, _ reviews: [StrategyDecision], _ visit: OfficerVisit) -> Sheet.Section {
    struct Line: Sendable {
      var test: String
      var measure: Measure?
    }
    let lines = (answer.strategy.effectiveness ?? []).flatMap { test in test.counted.isEmpty ? [Line(test: test.test)] : test.counted.map { Line(test: test.test, measure: $0) } }
    let day = answer.day
    let table = Table<Line>(rowHeader: "measure", [
      .text("test", "The strategy asks") { $0.test },
      Column("measure", "Measure") { line in line.measure.map { Cell.link(address: on(Path.measure($0), day, visit), text: $0.name) } ?? Cell.text("Not counted here") },
      .text("value", "Stands") { line in line.measure.flatMap { answer.words($0, for: visit.officer) } },
    ])
    let last = reviews.first.map { "Last reviewed by the \($0.body) on \($0.on.words): \($0.outcome.name.lowercased())." } ?? "No yearly review is recorded yet."
    return .init("Does it work?", id: "tests", words: last, table.html(lines, caption: "The strategy’s own tests"), links: [.init("Yearly reviews", Path.review)])
  }

  static func plan(_ answer: StrategyAnswer, _ reviews: [StrategyDecision], _ visit: OfficerVisit, _ errors: Errors) -> Sheet {
    let (strategy, day) = (answer.strategy, answer.day)
    var sheet = Sheet(title: strategy.name)
    sheet.lead = "\(strategy.board). As it stood on \(day.words); overseen by the \(strategy.oversight.first { $0.answers(on: day) }?.name ?? "Board")."
    if !errors.isEmpty { sheet.warning = errors.all.map(\.message).joined(separator: " ") }
    let counts = Dictionary(grouping: strategy.actions, by: answer.shown).mapValues(\.count)
    sheet.figures = Figures([
      .init(counts[.red] ?? 0, "red", "#exceptions", state: (counts[.red] ?? 0) > 0 ? .overdue : nil),
      .init(counts[.amber] ?? 0, "amber", "#exceptions"), .init(counts[.green] ?? 0, "green", "#plan"), .init(counts[.complete] ?? 0, "complete", "#plan"),
    ])
    let link: @Sendable (String) -> String = { on(Path.action($0), day, visit) }
    let table = table(answer, for: visit.officer, address: link)
    let exceptions = strategy.actions.filter { [.red, .amber].contains(answer.shown($0)) && $0.counted != nil }
    sheet.sections = [
      .init("Counted measures that need attention", id: "exceptions", table.html(exceptions, caption: "Counted actions that are red or amber", empty: .init("None", "Every counted measure is where it should be."))),
      .init("For the Board", links: [
        .init("Districts side by side", on(Path.equity, day, visit)), .init("Challenge tests", on(Path.challenges, day, visit)), .init("A year’s figures", on(Path.year, day, visit)),
        .init("How did it stand on a day?", on(Path.standing, day, visit)), .init("Board packs", Path.packs),
      ]),
    ]
    sheet.sections += strategy.priorities.enumerated().map { index, priority in
      .init("\(priority.number). \(priority.name)", id: index == 0 ? "plan" : nil, words: priority.aim + ".", table.html(strategy.actions(of: priority), caption: "Actions of priority \(priority.number)"))
    }
    if answer.strategy.effectiveness?.isEmpty == false { sheet.sections.append(tests(answer, reviews, visit)) }
    sheet.sections.append(.init("What the ratings mean", key, links: [.init("Download this table (CSV)", on(Path.strategy + ".csv", day, visit))]))
    if let targets = strategy.targets, !targets.isEmpty {
      let required = Table<MeasureTarget>(rowHeader: "measure", [
        .text("measure", "Measure") { $0.measure.name }, .text("path", "Target") { $0.words }, Column("now", "Required on \(day.short)", align: .end) { .text("\(Int($0.required(on: day)))%") },
        Column("value", "Counted", align: .end) { .text(answer.words($0.measure, for: visit.officer) ?? "Nothing to count") },
      ])
      sheet.sections.append(.init("What is required of the measures", words: "Straight from one point of the path to the next. Below nine tenths of it is amber, below half of it red.", required.html(targets, caption: "Targets of the measures")))
    }
    sheet.sections.append(.init("Ask about another day", dayForm(Path.strategy, day, errors, plan: plan(visit))))
    let others = visit.environment.settings.strategies.filter { $0.slug != strategy.slug }
    if !others.isEmpty {
      sheet.sections.append(.init("Other plans", links: others.map { other in
        .init(other.name, QueryItems(path: Path.strategy, [("plan", visit.environment.settings.slug(of: other) ?? "")]).address)
      }))
    }
    return sheet
  }

  /// The key to the colours: each is a word first.
  static var key: TrustedHTML {
    Table<Rating>(rowHeader: "rating", [.tag("rating", "Rating") { $0.tag }, .text("meaning", "Means") { $0.meaning }])
      .html(Rating.allCases, caption: "The first rule that fires decides")
  }

  static func dayForm(_ path: String, _ day: Day, _ errors: Errors = [], plan: String? = nil) -> TrustedHTML {
    FormView(
      action: path, method: .get, tokens: plan.map { [FormToken(name: "plan", value: $0)] } ?? [],
      parts: [.field(.date("on", "On which day?", DateFields(year: day.year, month: day.month, day: day.day), hint: "Today or any day before"))],
      buttons: [.init("Show", .secondary)], errors: errors
    ).html
  }
}
