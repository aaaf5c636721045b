/// A county's plan: its priorities and every action in its own order and words (`Config/strategies/`). The next period, or another
/// county, is another file.
package struct Strategy: Codable, Sendable {
  /// Its name in addresses.
  package var slug: String
  package var name: String
  package var board: String
  package var from: Day
  package var oversight: [DatedBody]
  package var priorities: [Priority]
  package var actions: [StrategyAction]
  /// How the strategy itself asks to be judged, each test with the measures that answer it.
  package var effectiveness: [EffectivenessTest]?

  package struct EffectivenessTest: Codable, Sendable {
    package var test: String
    package var counted: [Measure]
  }
  /// What each measure ought to be, and by when. Without one, all of it by the action's due day, evenly.
  package var targets: [MeasureTarget]?

  package struct Priority: Codable, Sendable {
    package var number: String
    package var name: String
    package var aim: String
  }

  package func target(of measure: Measure) -> MeasureTarget? { targets?.first { $0.measure == measure } }

  package func action(_ ref: String) -> StrategyAction? { actions.first { $0.ref == ref } }

  /// The actions of one priority, in the plan's order. The first figure of a reference is its priority.
  package func actions(of priority: Priority) -> [StrategyAction] { actions.filter { $0.ref.hasPrefix(priority.number + ".") } }
}

/// What a measure ought to be on each day: a path through the points that were agreed.
package struct MeasureTarget: Codable, Sendable, Equatable {
  package var measure: Measure
  /// In order of their days.
  package var path: [Point]

  package struct Point: Codable, Sendable, Equatable {
    package var on: Day
    package var percent: Double
    package init(on: Day, percent: Double) {
      self.on = on
      self.percent = percent
    }
  }

  package init(measure: Measure, path: [Point]) {
    self.measure = measure
    self.path = path
  }

  /// Straight from one point to the next; nothing before the first, and the last one's ever after.
  package func required(on day: Day) -> Double {
    guard let next = path.firstIndex(where: { $0.on > day }) else { return path.last?.percent ?? 0 }
    guard next > 0 else { return 0 }
    let (a, b) = (path[next - 1], path[next])
    return a.percent + (b.percent - a.percent) * Double(day - a.on) / Double(b.on - a.on)
  }

  /// "50% by 30 September 2015, 100% by 31 December 2015"
  package var words: String { path.filter { $0.percent > 0 }.map { "\(Int($0.percent))% by \($0.on.words)" }.joined(separator: ", ") }
}

/// A body that answers from a day (none: always) up to, but without, another.
package struct DatedBody: Codable, Sendable, Equatable {
  package var name: String
  package var from: Day?
  package var before: Day?

  package init(name: String, from: Day? = nil, before: Day? = nil) {
    self.name = name
    self.from = from
    self.before = before
  }

  package func answers(on day: Day) -> Bool { from.map { $0 <= day } ?? true && before.map { day < $0 } ?? true }
}

/// When an action is to be done, as the plan says it.
package enum Timeframe: String, Codable, Sendable, CaseIterable {
  case byDate = "by_date"
  case byMonth = "by_month"
  case range
  /// Begins and goes on; looked at again on a day, never overdue before it.
  case fromWithReview = "from_with_review"
  case annualBy = "annual_by"
  case milestones
  /// Lost in the source.
  case unknown
}

/// One action of a plan.
package struct StrategyAction: Codable, Sendable {
  package var ref: String
  package var area: String
  package var action: String
  package var owners: [String]
  /// How the plan says it is measured.
  package var measures: [String]
  package var accountable: [DatedBody]
  package var timeframe: Timeframe
  package var timeframeWords: String
  package var from: Day
  package var due: Day?
  package var reviewDue: Day?
  /// What is missing in the source.
  package var gap: String?
  /// The measures that are counted from rows, the first of them the one that is judged.
  package var counted: [Measure]?

  package func body(on day: Day) -> String { accountable.first { $0.answers(on: day) }?.name ?? accountable.last?.name ?? "" }

  /// The day from which its time runs, as it stands on a day: of a yearly duty, the day after it last fell due.
  package func begins(asOf day: Day) -> Day {
    guard timeframe == .annualBy, let first = due, let next = due(asOf: day), next > first else { return from }
    return next.adding(years: -1) + 1
  }

  /// The day it falls due, as it stands on a day: a yearly duty falls due each year anew.
  package func due(asOf day: Day) -> Day? {
    guard timeframe == .annualBy, let due, due < day else { return due }
    let years = day.year - due.year
    let thisYear = due.adding(years: years)
    return thisYear < day ? due.adding(years: years + 1) : thisYear
  }
}
