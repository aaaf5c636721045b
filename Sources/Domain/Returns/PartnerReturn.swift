/// What an organisation returns, and for which periods.
package enum ReturnKind: String, CaseIterable, Sendable, Codable {
  case dataset, disruption, assurance

  package var name: String {
    switch self {
    case .dataset: "Common dataset"
    case .disruption: "Orders and notices"
    case .assurance: "Training assurance (section 11)"
    }
  }

  /// The same within a sentence.
  package var words: String {
    switch self {
    case .dataset: "the common dataset"
    case .disruption: "orders and notices"
    case .assurance: "training assurance"
    }
  }

  /// Months that one return covers.
  package var months: Int { self == .assurance ? 12 : 3 }
}

/// A quarter, or for assurance the year from 1 April.
package struct ReturnPeriod: Hashable, Sendable {
  package let kind: ReturnKind
  package let from: Day

  /// Nil where no period of that kind begins on the day.
  package init?(_ kind: ReturnKind, from: Day) {
    guard from.day == 1, kind == .assurance ? from.month == 4 : from.month % 3 == 1 else { return nil }
    self.kind = kind
    self.from = from
  }

  package init(_ kind: ReturnKind, holding day: Day) {
    self.kind = kind
    let month = kind == .assurance ? 4 : (day.month - 1) / 3 * 3 + 1
    let year = kind == .assurance ? PlanYear(holding: day).year : day.year
    from = Day(year: year, month: month, day: 1) ?? day
  }

  package var before: Day { from.adding(months: kind.months) }
  package var last: Day { before - 1 }
  package func due(after days: Int) -> Day { last + days }

  /// "July to September 2026", "April 2025 to March 2026"
  package var words: String {
    let first = Day.monthNames[from.month - 1], end = Day.monthNames[last.month - 1]
    return from.year == last.year ? "\(first) to \(end) \(last.year)" : "\(first) \(from.year) to \(end) \(last.year)"
  }
}

/// How a return that is owed stands on a day.
package enum ReturnState: String, CaseIterable, Sendable, Codable {
  case due, missing, partial, late, inTime = "in_time"

  package init(supplied: Int, of items: Int, received: Day?, due: Day, today: Day) {
    guard let received else {
      self = due < today ? .missing : .due
      return
    }
    self = supplied < items ? .partial : received > due ? .late : .inTime
  }

  package var name: String {
    switch self {
    case .due: "Due"
    case .missing: "Missing"
    case .partial: "Items missing"
    case .late: "Came late"
    case .inTime: "In time"
    }
  }
}
