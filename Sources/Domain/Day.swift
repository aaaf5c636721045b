/// A calendar day, without a time and without a zone: what law and licences mean by a date.
///
/// Kept as a count of days, so that comparing and adding are plain integer work (proleptic Gregorian calendar).
package struct Day: Hashable, Comparable, Sendable {
  /// Days since 1 January 1970.
  package let number: Int

  package init(number: Int) { self.number = number }

  /// Nil for a day that does not exist: 30 February, month 13, a year outside 1...9999.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), (1...Day.length(ofMonth: month, year: year)).contains(day) else { return nil }
    number = Day.count(year: year, month: month, day: day)
  }

  /// "2026-04-03" and nothing else.
  package init?(iso: some StringProtocol) {
    let parts = iso.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
      parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  package static func < (a: Day, b: Day) -> Bool { a.number < b.number }
  package static func + (day: Day, days: Int) -> Day { Day(number: day.number + days) }
  package static func - (day: Day, days: Int) -> Day { Day(number: day.number - days) }
  /// Days from `b` to `a`: negative when `a` comes first.
  package static func - (a: Day, b: Day) -> Int { a.number - b.number }

  package var year: Int { parts.year }
  package var month: Int { parts.month }
  package var day: Int { parts.day }

  /// The same day some years on; 29 February becomes the 28th in a common year.
  package func adding(years: Int) -> Day { adding(months: years * 12) }

  /// The same day some months on, or the last day of that month where it is shorter.
  package func adding(months: Int) -> Day {
    let (year, month, day) = parts
    let total = year * 12 + month - 1 + months
    let (newYear, newMonth) = (total >= 0 ? total / 12 : (total - 11) / 12, ((total % 12) + 12) % 12 + 1)
    return Day(number: Day.count(year: newYear, month: newMonth, day: min(day, Day.length(ofMonth: newMonth, year: newYear))))
  }

  package var firstOfMonth: Day { self - (day - 1) }
  package var lastOfMonth: Day { self + (Day.length(ofMonth: month, year: year) - day) }

  /// 1 is Monday, 7 Sunday.
  package var weekday: Int { ((number + 3) % 7 + 7) % 7 + 1 }

  package static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  package static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  // Days from civil and back, in eras of 400 years that begin on 1 March (Howard Hinnant's public-domain derivation).
  private static func count(year: Int, month: Int, day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private var parts: (year: Int, month: Int, day: Int) {
    let z = number + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let m = (5 * dayOfYear + 2) / 153
    let month = m < 10 ? m + 3 : m - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * m + 2) / 5 + 1)
  }
}

extension Day: CustomStringConvertible {
  /// "2026-04-03"
  package var iso: String {
    let (year, month, day) = parts
    func padded(_ n: Int, _ width: Int) -> String { String(repeating: "0", count: max(0, width - String(n).count)) + String(n) }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
  package var description: String { iso }

  /// "3 April 2026"
  package var words: String { "\(day) \(Day.monthNames[month - 1]) \(year)" }
  /// "3 Apr 2026"
  package var short: String { "\(day) \(Day.monthNames[month - 1].prefix(3)) \(year)" }

  package static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
  ]
}

extension Day: Codable {
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let day = Day(iso: text) else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not a date: \(text)"))
    }
    self = day
  }
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(iso)
  }
}

/// Days from one up to but not including another; open-ended where there is no end.
package struct DayRange: Hashable, Sendable {
  package let from: Day
  package let before: Day?

  package init(from: Day, before: Day?) {
    self.from = from
    self.before = before
  }

  package func contains(_ day: Day) -> Bool { from <= day && (before.map { day < $0 } ?? true) }
  package func overlaps(_ other: DayRange) -> Bool {
    (before.map { other.from < $0 } ?? true) && (other.before.map { from < $0 } ?? true)
  }
}
