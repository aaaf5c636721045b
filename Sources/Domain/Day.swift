/// A calendar day: proleptic Gregorian, without time or time zone.
///
/// Licences, renewals and guidance are dated by the day, so the legal rules are computed on this value in pure integer
/// arithmetic. Any day can be reached by arithmetic; a day made from parts lies in the years 1 to 9999.
package struct Day: Hashable, Comparable, Sendable {
  /// Days since 1 January 2000, which is day 0. Negative before it. PostgreSQL counts its `date` from the same day.
  package let dayNumber: Int

  /// The day so many days after 1 January 2000.
  package init(dayNumber: Int) { self.dayNumber = dayNumber }

  /// Nil when there is no such day (30 February) or the year is outside 1...9999.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Day.length(ofMonth: month, year: year)
    else { return nil }
    self.init(unchecked: year, month, day)
  }

  /// The parts are known to make a day.
  private init(unchecked year: Int, _ month: Int, _ day: Int) {
    // Years that begin in March put the leap day at their end, so that the month's offset is a straight formula.
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    dayNumber = era * 146_097 + dayOfEra - Day.marchEpoch
  }

  /// Days from 1 March of year 0 to 1 January 2000.
  private static let marchEpoch = 730_425

  /// Year, month (1...12) and day of the month (1...31).
  package var parts: (year: Int, month: Int, day: Int) {
    let z = dayNumber + Day.marchEpoch
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  package var year: Int { parts.year }
  /// 1...12
  package var month: Int { parts.month }
  /// The day of the month, 1...31.
  package var day: Int { parts.day }

  package static func < (a: Day, b: Day) -> Bool { a.dayNumber < b.dayNumber }

  /// The number of days in a month (1...12) of a year.
  package static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  package static func isLeap(_ year: Int) -> Bool {
    year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
  }

  /// Whether the day lies in a leap year.
  package var isLeap: Bool { Day.isLeap(year) }
}

// MARK: Arithmetic

extension Day {
  package static func + (day: Day, days: Int) -> Day { Day(dayNumber: day.dayNumber + days) }
  package static func - (day: Day, days: Int) -> Day { Day(dayNumber: day.dayNumber - days) }
  /// Days from `b` to `a`; negative when `a` is the earlier.
  package static func - (a: Day, b: Day) -> Int { a.dayNumber - b.dayNumber }

  /// Days from this day to another; negative when the other lies before.
  package func daysUntil(_ other: Day) -> Int { other - self }

  /// The same day and month in another year; 29 February becomes 28 February where there is no 29th.
  package func adding(years: Int) -> Day { adding(months: 12 * years) }

  /// The same day in another month, clamped to the month's last day: 31 January plus one month is 28 or 29 February.
  package func adding(months: Int) -> Day {
    let (year, month, day) = parts
    let index = year * 12 + month - 1 + months
    let newYear = index >= 0 ? index / 12 : (index - 11) / 12
    let newMonth = index - newYear * 12 + 1
    return Day(unchecked: newYear, newMonth, min(day, Day.length(ofMonth: newMonth, year: newYear)))
  }

  package var firstOfMonth: Day { self - (day - 1) }
  package var lastOfMonth: Day {
    let (year, month, day) = parts
    return self + (Day.length(ofMonth: month, year: year) - day)
  }

  package var weekday: Weekday {
    // 1 January 2000 was a Saturday.
    let index = (dayNumber + 5) % 7
    return Weekday(rawValue: (index < 0 ? index + 7 : index) + 1) ?? .monday
  }

  /// The Monday on or before this day.
  package var startOfWeek: Day { self - (weekday.rawValue - 1) }
}

/// A day of the week, numbered as ISO 8601 does: Monday is 1.
package enum Weekday: Int, CaseIterable, Codable, Sendable {
  case monday = 1, tuesday, wednesday, thursday, friday, saturday, sunday

  /// "Monday"
  package var words: String {
    switch self {
    case .monday: "Monday"
    case .tuesday: "Tuesday"
    case .wednesday: "Wednesday"
    case .thursday: "Thursday"
    case .friday: "Friday"
    case .saturday: "Saturday"
    case .sunday: "Sunday"
    }
  }

  package var isWeekend: Bool { self == .saturday || self == .sunday }
}
