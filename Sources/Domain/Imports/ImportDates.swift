/// In which order the numbers of a date stand.
package enum DateOrder: String, Codable, CaseIterable, Hashable, Sendable {
  case dayFirst, monthFirst, yearFirst

  package var words: String {
    switch self {
    case .dayFirst: "day/month/year"
    case .monthFirst: "month/day/year"
    case .yearFirst: "year-month-day"
    }
  }
}

/// Where in its month a date given as a month alone lies: a licence starts on the first and ends on the last day.
package enum MonthEdge: Hashable, Sendable { case first, last }

/// The parts of a written date, before it is known what each number means.
enum DateParts: Equatable {
  case blank
  /// Three numbers as written, with the number of digits of the first and last.
  case numbers(Int, Int, Int, firstDigits: Int, lastDigits: Int)
  /// A day and year around a month given by name.
  case named(day: Int, month: Int, year: Int, yearDigits: Int)
  case month(Int, year: Int, yearDigits: Int)
  case unreadable(String)
}

/// Reads dates as registers write them: `03/04/2026`, `2026-04-03`, `3-Apr-26`, `3rd April 2026`, `Apr 3, 2026`,
/// `20260403`, and months alone: `04/2026`, `Apr-2026`. A time of day after the date is ignored.
package struct DateReader: Hashable, Sendable {
  package let order: DateOrder
  /// The last year a two-digit year may mean, and the last believable year: 30 years on.
  private let latestYear: Int

  /// - Parameter today: settles the century of two-digit years and which years cannot be meant.
  package init(order: DateOrder, today: Day) {
    self.order = order
    latestYear = today.year + 30
  }

  /// The day, nil for a blank or a word for none ("n/a", "-"), or the reason why it is no date, as a clause.
  package func read(_ text: String, monthOnly edge: MonthEdge) -> Result<Day?, ImportProblem> {
    switch DateParts.parse(text) {
    case .blank: return .success(nil)
    case .unreadable(let reason): return .failure(ImportProblem("“\(text)” \(reason)"))
    case .named(let day, let month, let year, let digits):
      return make(text, year: full(year, digits), month: month, day: day)
    case .month(let month, let year, let digits):
      let year = full(year, digits)
      guard (1...12).contains(month) else { return .failure(ImportProblem("“\(text)” has no month \(month)")) }
      return make(text, year: year, month: month, day: edge == .first ? 1 : Day.length(ofMonth: month, year: year))
    case .numbers(let a, let b, let c, let firstDigits, let lastDigits):
      if firstDigits == 4 { return make(text, year: a, month: b, day: c) }
      if lastDigits == 4 || order != .yearFirst {
        let year = full(c, lastDigits)
        // Written year first as a rule, yet this one ends in its year: only an unmistakable day helps.
        let dayFirst = order == .dayFirst || (order == .yearFirst && a > 12)
        if order == .yearFirst, a <= 12, b <= 12, a != b {
          return .failure(ImportProblem("“\(text)” may be day first or month first, unlike the rest of its column"))
        }
        return dayFirst ? make(text, year: year, month: b, day: a) : make(text, year: year, month: a, day: b)
      }
      return make(text, year: full(a, firstDigits), month: b, day: c)
    }
  }

  private func full(_ year: Int, _ digits: Int) -> Int {
    guard digits <= 2 else { return year }
    let century = latestYear - latestYear % 100
    return century + year > latestYear ? century - 100 + year : century + year
  }

  private func make(_ text: String, year: Int, month: Int, day: Int) -> Result<Day?, ImportProblem> {
    guard (1900...latestYear).contains(year) else {
      return .failure(ImportProblem("“\(text)” has the year \(year), which cannot be meant"))
    }
    guard (1...12).contains(month) else {
      let hint = (1...12).contains(day) && order != .yearFirst ? " when read \(order.words)" : ""
      return .failure(ImportProblem("“\(text)” has no month \(month)\(hint)"))
    }
    guard let made = Day(year: year, month: month, day: day) else {
      return .failure(ImportProblem("“\(text)” is not a day: \(Day.monthNames[month - 1]) \(year) has no day \(day)"))
    }
    return .success(made)
  }
}

/// What is wrong with a value, as a clause that can follow "line 12, Expires: ".
package struct ImportProblem: Error, Hashable, Codable, Sendable, CustomStringConvertible {
  package let reason: String
  package init(_ reason: String) { self.reason = reason }
  package var description: String { reason }
}

extension DateParts {
  /// Splits a date into its tokens. Bytes, not characters: a register has a date in every third field.
  static func parse(_ text: String) -> DateParts {
    var copy = text
    return copy.withUTF8 { parse($0) }
  }

  private struct Token {
    var value = 0
    var digits = 0
    var isName = false
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> DateParts {
    var (a, b, c) = (Token(), Token(), Token())
    var count = 0
    var i = 0
    func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 97 && byte | 0x20 <= 122 }
    scan: while i < bytes.count {
      let start = i
      var token = Token()
      if isDigit(bytes[i]) {
        while i < bytes.count, isDigit(bytes[i]) {
          if i - start >= 8 { return .unreadable("is not a date") }
          token.value = token.value * 10 + Int(bytes[i] - 48)
          i += 1
        }
        token.digits = i - start
        // A colon makes it a time of day, and the date is over.
        if i < bytes.count, bytes[i] == UInt8(ascii: ":") { break scan }
        if count == 3 { return .unreadable("is not a date") }
      } else if isLetter(bytes[i]) {
        while i < bytes.count, isLetter(bytes[i]) { i += 1 }
        let word = bytes[start..<i]
        if count == 3 || (count > 0 && isTimeMark(word)) { break scan }
        if isFiller(word) { continue }
        guard let month = month(named: word) else {
          return count == 0 && isNone(bytes) ? .blank : .unreadable("is not a date")
        }
        token.value = month
        token.isName = true
      } else {
        switch bytes[i] {
        case 0...0x20, UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ","),
          UInt8(ascii: "'"), UInt8(ascii: "\\"):
          i += 1
          continue
        default: return isNone(bytes) ? .blank : .unreadable("is not a date")
        }
      }
      count += 1
      if count == 1 { a = token } else if count == 2 { b = token } else { c = token }
    }
    switch count {
    case 0: return .blank
    case 1:
      if a.digits == 8 {
        return .numbers(a.value / 10_000, a.value / 100 % 100, a.value % 100, firstDigits: 4, lastDigits: 2)
      }
      if a.digits == 4 { return .unreadable("is only a year") }
      if a.digits == 5 { return .unreadable("looks like a spreadsheet's day number: format the column as a date") }
      return .unreadable("is not a date")
    case 2:
      if a.isName, b.digits == 4 || b.digits == 2 { return .month(a.value, year: b.value, yearDigits: b.digits) }
      if b.isName, a.digits == 4 { return .month(b.value, year: a.value, yearDigits: 4) }
      if !a.isName, !b.isName {
        if b.digits == 4, a.digits <= 2 { return .month(a.value, year: b.value, yearDigits: 4) }
        if a.digits == 4, b.digits <= 2 { return .month(b.value, year: a.value, yearDigits: 4) }
      }
      return .unreadable("has no year")
    default:
      func isYear(_ token: Token) -> Bool { token.digits == 2 || token.digits == 4 }
      if a.isName, !b.isName, !c.isName, b.digits <= 2, isYear(c) {
        return .named(day: b.value, month: a.value, year: c.value, yearDigits: c.digits)
      }
      if b.isName, !a.isName, !c.isName {
        if a.digits == 4, c.digits <= 2 { return .named(day: c.value, month: b.value, year: a.value, yearDigits: 4) }
        if a.digits <= 2, isYear(c) { return .named(day: a.value, month: b.value, year: c.value, yearDigits: c.digits) }
      }
      guard !a.isName, !b.isName, !c.isName, b.digits <= 2 else { return .unreadable("is not a date") }
      if a.digits == 4, c.digits <= 2 { return .numbers(a.value, b.value, c.value, firstDigits: 4, lastDigits: c.digits) }
      if a.digits <= 2, isYear(c) {
        return .numbers(a.value, b.value, c.value, firstDigits: a.digits, lastDigits: c.digits)
      }
      return .unreadable("is not a date")
    }
  }

  private typealias Word = Slice<UnsafeBufferPointer<UInt8>>

  private static func equals(_ word: Word, _ text: StaticString) -> Bool {
    guard word.count == text.utf8CodeUnitCount else { return false }
    var k = 0
    for byte in word {
      if byte | 0x20 != text.utf8Start[k] { return false }
      k += 1
    }
    return true
  }

  /// The `T` between date and time.
  private static func isTimeMark(_ word: Word) -> Bool { equals(word, "t") }

  /// Ordinal endings, "of", and days of the week say nothing more.
  private static func isFiller(_ word: Word) -> Bool {
    for filler: StaticString in ["st", "nd", "rd", "th", "of", "the"] where equals(word, filler) { return true }
    guard word.count >= 3 else { return false }
    let names: [StaticString] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    return names.contains { isStart(word, of: $0) }
  }

  private static func month(named word: Word) -> Int? {
    if equals(word, "sept") { return 9 }
    guard word.count >= 3 else { return nil }
    let names: [StaticString] = [
      "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
      "december",
    ]
    return names.firstIndex { word.count == 3 || word.count == $0.utf8CodeUnitCount ? isStart(word, of: $0) : false }
      .map { $0 + 1 }
  }

  private static func isStart(_ word: Word, of name: StaticString) -> Bool {
    guard word.count <= name.utf8CodeUnitCount else { return false }
    var k = 0
    for byte in word {
      if byte | 0x20 != name.utf8Start[k] { return false }
      k += 1
    }
    return true
  }

  private static func isNone(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    ImportWords.meansNone(String(decoding: bytes, as: UTF8.self))
  }
}
