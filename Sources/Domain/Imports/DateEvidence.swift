/// What the values of one column say about the order of its dates.
package struct DateEvidence: Hashable, Codable, Sendable {
  /// Values whose first number is past 12: they can only be day first.
  package private(set) var dayFirst = 0
  /// Values whose second number is past 12: they can only be month first.
  package private(set) var monthFirst = 0
  package private(set) var yearFirst = 0
  /// Values that can be read either way and differ then: 03/04/2026.
  package private(set) var either = 0
  /// Values that are the same either way: 4/4/2026, 3 April 2026.
  package private(set) var plain = 0
  package private(set) var monthsAlone = 0
  package private(set) var blank = 0
  package private(set) var unreadable = 0

  package init() {}

  package mutating func note(_ text: String) {
    switch DateParts.parse(text) {
    case .blank: blank += 1
    case .unreadable: unreadable += 1
    case .named: plain += 1
    case .month(let month, _, _): if (1...12).contains(month) { monthsAlone += 1 } else { unreadable += 1 }
    case .numbers(let a, let b, let c, let firstDigits, _):
      if firstDigits == 4 {
        if (1...12).contains(b), (1...31).contains(c) { yearFirst += 1 } else { unreadable += 1 }
      } else if a > 31 || b > 31 || a == 0 || b == 0 || (a > 12 && b > 12) {
        unreadable += 1
      } else if a > 12 {
        dayFirst += 1
      } else if b > 12 {
        monthFirst += 1
      } else if a == b {
        plain += 1
      } else {
        either += 1
      }
    }
  }

  /// Values that are dates.
  package var dates: Int { dayFirst + monthFirst + yearFirst + either + plain + monthsAlone }

  /// Whether the column is one of dates: nine in ten of its values are.
  package var isDateColumn: Bool { dates > 0 && dates * 10 >= (dates + unreadable) * 9 }

  package enum Verdict: Hashable, Sendable {
    case decided(DateOrder)
    /// Every date can be read both ways: an officer has to say which is meant.
    case ambiguous
    /// Some can only be day first and some only month first: an officer has to say; the others will be rejected.
    case contradictory(dayFirst: Int, monthFirst: Int)
    /// No order matters: no dates, or all with the month named or alone.
    case indifferent
  }

  package var verdict: Verdict {
    if dayFirst > 0, monthFirst > 0 {
      // A slip in a hundred is a slip; more is a file put together from two sources.
      if monthFirst * 100 <= dayFirst { return .decided(.dayFirst) }
      if dayFirst * 100 <= monthFirst { return .decided(.monthFirst) }
      return .contradictory(dayFirst: dayFirst, monthFirst: monthFirst)
    }
    if dayFirst > 0 { return .decided(.dayFirst) }
    if monthFirst > 0 { return .decided(.monthFirst) }
    if either > 0 { return .ambiguous }
    return yearFirst > 0 ? .decided(.yearFirst) : .indifferent
  }

  /// The verdict for an undecided column from its neighbours: the columns of one file are written alike.
  package static func order(ofFile columns: [DateEvidence]) -> Verdict {
    var sum = DateEvidence()
    for column in columns where column.isDateColumn {
      sum.dayFirst += column.dayFirst
      sum.monthFirst += column.monthFirst
      sum.yearFirst += column.yearFirst
      sum.either += column.either
    }
    return sum.verdict
  }
}
