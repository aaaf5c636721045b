import Foundation

/// PostgreSQL's ISO text form of `timestamptz`, read and written without a formatter: a page has hundreds of them.
enum TimestampText {
  /// `2026-03-01 09:30:00.000000+00`
  static func text(of date: Date) -> String {
    if date == .distantFuture { return "infinity" }
    if date == .distantPast { return "-infinity" }
    let microseconds = Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
    let seconds = microseconds.floorDivided(by: 1_000_000)
    let days = seconds.floorDivided(by: 86_400)
    let (year, month, day) = civil(days: days)
    let second = seconds - days * 86_400
    let fraction = microseconds - seconds * 1_000_000
    let shown = year > 0 ? year : 1 - year
    let dayText = "\(padded(shown, 4))-\(padded(month, 2))-\(padded(day, 2))"
    let time = "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    let text = "\(dayText) \(time).\(padded(fraction, 6))+00"
    return year > 0 ? text : text + " BC"
  }

  /// Reads `timestamptz` in any zone, `timestamp` as UTC and `date` as its midnight in UTC; nil when it is none of
  /// them.
  static func date(from text: UnsafeBufferPointer<UInt8>) -> Date? {
    if text.elementsEqual("infinity".utf8) { return .distantFuture }
    if text.elementsEqual("-infinity".utf8) { return .distantPast }
    var reader = Reader(text: text)
    guard let year = reader.number(atLeast: 4), reader.skip("-"),
      let month = reader.number(atLeast: 2), reader.skip("-"),
      let day = reader.number(atLeast: 2), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    let days = self.days(year: year, month: month, day: day)
    guard !reader.isAtEnd else { return Date(timeIntervalSince1970: Double(days * 86_400)) }
    guard reader.skip(" ") || reader.skip("T"), let hour = reader.number(atLeast: 2), reader.skip(":"),
      let minute = reader.number(atLeast: 2), reader.skip(":"), let second = reader.number(atLeast: 2)
    else { return nil }
    var microseconds: Int64 = 0
    if reader.skip(".") {
      guard let fraction = reader.fraction() else { return nil }
      microseconds = fraction
    }
    var offset: Int64 = 0
    if let sign: Int64 = reader.skip("+") ? 1 : reader.skip("-") ? -1 : nil {
      guard let hours = reader.number(atLeast: 2) else { return nil }
      offset = hours * 3600
      if reader.skip(":") { offset += (reader.number(atLeast: 2) ?? 0) * 60 }
      if reader.skip(":") { offset += reader.number(atLeast: 2) ?? 0 }
      offset *= sign
    }
    // " BC" and anything else unforeseen is refused rather than misread.
    guard reader.isAtEnd else { return nil }
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    return Date(timeIntervalSince1970: Double(seconds) + Double(microseconds) / 1_000_000)
  }

  /// Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant's algorithm).
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted.floorDivided(by: 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted.floorDivided(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private struct Reader {
    let text: UnsafeBufferPointer<UInt8>
    var index = 0

    var isAtEnd: Bool { index == text.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard index < text.count, text[index] == UInt8(ascii: character) else { return false }
      index += 1
      return true
    }

    mutating func number(atLeast digits: Int) -> Int64? {
      let start = index
      var value: Int64 = 0
      while index < text.count, index - start < 9, text[index] >= 48, text[index] <= 57 {
        value = value * 10 + Int64(text[index] - 48)
        index += 1
      }
      return index - start >= digits ? value : nil
    }

    /// The digits after the point, as microseconds.
    mutating func fraction() -> Int64? {
      let start = index
      guard let value = number(atLeast: 1), index - start <= 6 else { return nil }
      return (0..<(6 - (index - start))).reduce(value) { value, _ in value * 10 }
    }
  }
}

extension Int64 {
  fileprivate func floorDivided(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
