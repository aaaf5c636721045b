/// Working days of England and Wales: neither Saturday, Sunday, Christmas Day, Good Friday nor a bank holiday
/// (Licensing Act 2003 s.193). Which days those are is data (`Config/bank-holidays.json`): bank holidays move by proclamation.
package struct WorkingDays: Sendable {
  package let holidays: Set<Day>
  /// The calendar years whose bank holidays are known: outside them weekends alone are left out.
  package let years: ClosedRange<Int>?

  package init(holidays: some Sequence<Day>) {
    self.holidays = Set(holidays)
    let known = self.holidays.map(\.year).sorted()
    if let first = known.first, let last = known.last { years = first...last } else { years = nil }
  }

  package func isWorking(_ day: Day) -> Bool { !day.weekday.isWeekend && !holidays.contains(day) }

  /// The day itself where it is a working day, else the next that is.
  package func onOrAfter(_ day: Day) -> Day {
    var day = day
    while !isWorking(day) { day = day + 1 }
    return day
  }

  /// The last day of a period of `count` working days that begins on `first`: with 1, the first working day on or after it.
  package func last(of count: Int, beginning first: Day) -> Day {
    var day = onOrAfter(first)
    for _ in 1..<max(count, 1) { day = onOrAfter(day + 1) }
    return day
  }

  /// The latest day on which something can be given so that it is given at least `count` working days before `day`.
  package func latest(_ count: Int, before day: Day) -> Day {
    var day = day
    for _ in 0..<max(count, 0) {
      day = day - 1
      while !isWorking(day) { day = day - 1 }
    }
    return day
  }

  /// The working days after `from` up to and including `to`; 0 where `to` is not after `from`.
  package func count(after from: Day, through to: Day) -> Int {
    guard to > from else { return 0 }
    return (1...(to - from)).count { isWorking(from + $0) }
  }
}

/// A municipal year: from the annual meeting in May to the next. Where no meeting is known, from 1 May.
package struct MunicipalYear: Hashable, Comparable, Sendable {
  /// The calendar year in which it begins.
  package let start: Int

  package init(start: Int) { self.start = start }
  package init(containing day: Day) { start = day.month >= 5 ? day.year : day.year - 1 }

  package static func < (a: MunicipalYear, b: MunicipalYear) -> Bool { a.start < b.start }

  /// "2026/27"
  package var name: String {
    let second = (start + 1) % 100
    return "\(start)/\(second < 10 ? "0" : "")\(second)"
  }

  package var days: DayRange? {
    guard let from = Day(year: start, month: 5, day: 1), let before = Day(year: start + 1, month: 5, day: 1) else { return nil }
    return DayRange(from: from, before: before)
  }
}
