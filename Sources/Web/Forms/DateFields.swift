/// A date as somebody typed it: three boxes, or the whole date pasted into the first. No calendar is asked here: whether
/// there is a 30 February is for the domain to say.
package struct DateFields: Sendable, Equatable {
  package var day: String
  package var month: String
  package var year: String

  package init(day: String = "", month: String = "", year: String = "") {
    self.day = day
    self.month = month
    self.year = year
  }

  /// The boxes of a date that is known.
  package init(year: Int, month: Int, day: Int) {
    self.init(day: String(day), month: String(month), year: String(year))
  }

  /// Reads the boxes `name-day`, `name-month` and `name-year` by means of a form's lookup.
  package init(_ name: String, from value: (String) -> String?) {
    self.init(
      day: value("\(name)-day") ?? "", month: value("\(name)-month") ?? "", year: value("\(name)-year") ?? "")
  }

  package struct Parsed: Sendable, Equatable {
    package var year: Int
    package var month: Int
    package var day: Int

    package init(year: Int, month: Int, day: Int) {
      self.year = year
      self.month = month
      self.day = day
    }
  }

  package enum Reading: Sendable, Equatable {
    /// Nothing was typed.
    case empty
    /// Numbers in the places of a date, months 1 to 12, days 1 to 31. The calendar may still refuse it.
    case date(Parsed)
    /// These boxes hold nothing.
    case missing(Set<DatePart>)
    /// These boxes hold what cannot be read.
    case unreadable(Set<DatePart>)
  }

  /// What was typed, as numbers.
  ///
  /// Accepted: 3/4/2026, 3-4-26, 3.4.2026, 2026-04-03, 3 April 2026, 3rd Apr 2026, 03-Apr-26, Friday 3 April 2026, each
  /// also pasted into the day's box; a month as a number or a name. Day before month, as the field writes it.
  /// - Parameter pivot: a year of two figures is the one from 50 years before this year to 49 years after it.
  package func read(around pivot: Int = 2026) -> Reading {
    let day = Self.trimmed(day)
    let month = Self.trimmed(month)
    let year = Self.trimmed(year)
    if day.isEmpty, month.isEmpty, year.isEmpty { return .empty }
    if month.isEmpty, year.isEmpty, let pasted = Self.whole(day, around: pivot) { return .date(pasted) }

    var missing: Set<DatePart> = []
    if day.isEmpty { missing.insert(.day) }
    if month.isEmpty { missing.insert(.month) }
    if year.isEmpty { missing.insert(.year) }
    guard missing.isEmpty else { return .missing(missing) }

    let d = Self.number(Self.withoutOrdinal(day), in: 1...31, digits: 2)
    let m = Self.month(month)
    let y = Self.year(year, around: pivot)
    if let d, let m, let y { return .date(Parsed(year: y, month: m, day: d)) }
    var wrong: Set<DatePart> = []
    if d == nil { wrong.insert(.day) }
    if m == nil { wrong.insert(.month) }
    if y == nil { wrong.insert(.year) }
    return .unreadable(wrong)
  }

  /// The words for a reading that is no date: "Issue date must include a month". Nil for a date.
  package static func message(for reading: Reading, of what: String) -> (String, Set<DatePart>)? {
    switch reading {
    case .date: return nil
    case .empty:
      // "Issue date" is lowered within the sentence, "DBS date" is not; "The last day" brings its article.
      let isName = what.dropFirst().first?.isUppercase ?? false
      let said = isName ? what : what.prefix(1).lowercased() + what.dropFirst()
      return (said.hasPrefix("the ") ? "Enter \(said)" : "Enter the \(said)", [])
    case .missing(let parts):
      let names = DatePart.allCases.filter(parts.contains).map(\.rawValue)
      return ("\(what) must include a \(names.joined(separator: " and "))", parts)
    case .unreadable(let parts): return ("\(what) must be a real date, such as 27 3 2026", parts)
    }
  }

  // MARK: - Reading

  /// A whole date in one text.
  private static func whole(_ text: String, around pivot: Int) -> Parsed? {
    var words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.map(String.init)
    // The weekday says nothing new.
    if words.count == 4, let first = words.first, weekdays.contains(first.lowercased().prefix(3).description) {
      words.removeFirst()
    }
    guard words.count == 3 else { return nil }
    if words[0].count == 4, let year = year(words[0], around: pivot), let month = number(words[1], in: 1...12, digits: 2),
      let day = number(words[2], in: 1...31, digits: 2)
    {
      return Parsed(year: year, month: month, day: day)
    }
    guard let day = number(withoutOrdinal(words[0]), in: 1...31, digits: 2), let month = month(words[1]),
      let year = year(words[2], around: pivot)
    else { return nil }
    return Parsed(year: year, month: month, day: day)
  }

  private static func trimmed(_ text: String) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  private static func withoutOrdinal(_ text: String) -> String {
    let suffix = text.drop(while: \.isNumber).lowercased()
    return ["st", "nd", "rd", "th"].contains(suffix) ? String(text.prefix(while: \.isNumber)) : text
  }

  private static func number(_ text: String, in range: ClosedRange<Int>, digits: Int) -> Int? {
    guard !text.isEmpty, text.utf8.count <= digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int(text), range.contains(number)
    else { return nil }
    return number
  }

  private static func month(_ text: String) -> Int? {
    if let number = number(text, in: 1...12, digits: 2) { return number }
    let name = text.lowercased().filter(\.isLetter)
    guard name.count >= 3 else { return nil }
    return months.firstIndex { $0 == name || $0.prefix(3) == name || (name == "sept" && $0 == "september") }
      .map { $0 + 1 }
  }

  private static func year(_ text: String, around pivot: Int) -> Int? {
    if text.utf8.count == 4 { return number(text, in: 1000...9999, digits: 4) }
    guard text.utf8.count == 2, let short = number(text, in: 0...99, digits: 2) else { return nil }
    let candidate = pivot / 100 * 100 + short
    if candidate < pivot - 50 { return candidate + 100 }
    return candidate > pivot + 49 ? candidate - 100 : candidate
  }

  private static let weekdays: Set<String> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]
}
