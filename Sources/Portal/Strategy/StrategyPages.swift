import Domain
import Web

extension Rating {
  var tag: StatusTag {
    switch self {
    case .complete: StatusTag(word, .blue)
    case .red: StatusTag(word, .red)
    case .amber: StatusTag(word, .orange)
    case .green: StatusTag(word, .green)
    case .grey: StatusTag(word, .grey)
    }
  }
}

/// The plan on one page, in the plan's own order.
enum StrategyPages {
  static func on(_ path: String, _ day: Day, _ visit: OfficerVisit) -> String { day == visit.today ? path : path + "?on=" + day.iso }

  static func table(_ answer: StrategyAnswer, day: Day, address: @escaping @Sendable (String) -> String = { Path.action($0) }) -> Table<StrategyAction> {
    Table<StrategyAction>(rowHeader: "action", [
      .text("ref", "No.") { $0.ref },
      Column("action", "Action") { .titled(address: address($0.ref), text: $0.action, note: $0.body(on: day)) },
      .text("measure", "Measure") { measured($0, answer) },
      Column("due", "Due") { .date($0.due(asOf: day)?.short ?? ($0.reviewDue.map { "Review " + $0.short } ?? "Not said")) },
      .tag("rating", "Rating") { answer.shown($0).tag },
      .text("why", "Why") { why($0, answer) },
    ])
  }

  /// The measure in words: counted, else typed and called so.
  static func measured(_ action: StrategyAction, _ answer: StrategyAnswer) -> String? {
    if let measure = action.counted?.first, let value = answer.value(measure) { return measure.words(value) }
    if let typed = answer.figures[action.ref] { return "\(typed.words), as entered from \(typed.source)" }
    return nil
  }

  static func why(_ action: StrategyAction, _ answer: StrategyAnswer) -> String {
    let judged = answer.judged(action)
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
      .text("value", "Stands") { line in line.measure.flatMap { measure in answer.value(measure).map(measure.words) } },
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
    let table = table(answer, day: day, address: link)
    let exceptions = strategy.actions.filter { [.red, .amber].contains(answer.shown($0)) && $0.counted != nil }
    sheet.sections = [
      .init("Counted measures that need attention", id: "exceptions", table.html(exceptions, caption: "Counted actions that are red or amber", empty: .init("None", "Every counted measure is where it should be.")))
    ]
    sheet.sections += strategy.priorities.enumerated().map { index, priority in
      .init("\(priority.number). \(priority.name)", id: index == 0 ? "plan" : nil, words: priority.aim + ".", table.html(strategy.actions(of: priority), caption: "Actions of priority \(priority.number)"))
    }
    if answer.strategy.effectiveness?.isEmpty == false { sheet.sections.append(tests(answer, reviews, visit)) }
    sheet.sections.append(.init("What the ratings mean", key, links: [
      .init("Download this table (CSV)", on(Path.strategy + ".csv", day, visit)), .init("How did it stand on a day?", Path.standing),
    ]))
    sheet.sections.append(.init("Ask about another day", dayForm(Path.strategy, day, errors)))
    return sheet
  }

  /// The key to the colours: each is a word first.
  static var key: TrustedHTML {
    Table<Rating>(rowHeader: "rating", [.tag("rating", "Rating") { $0.tag }, .text("meaning", "Means") { $0.meaning }])
      .html(Rating.allCases, caption: "The first rule that fires decides")
  }

  static func dayForm(_ path: String, _ day: Day, _ errors: Errors = []) -> TrustedHTML {
    FormView(
      action: path, method: .get,
      parts: [.field(.date("on", "On which day?", DateFields(year: day.year, month: day.month, day: day.day), hint: "Today or any day before"))],
      buttons: [.init("Show", .secondary)], errors: errors
    ).html
  }
}
