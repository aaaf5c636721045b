/// How a day is written: for machines `2026-04-03`, for people `3 April 2026`.
extension Day: CustomStringConvertible, Codable {
  /// Reads `yyyy-mm-dd` and nothing else: four, two and two digits.
  package init?(iso: some StringProtocol) {
    let bytes = Array(iso.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      var value = 0
      for byte in bytes[range] {
        guard byte >= 48, byte <= 57 else { return nil }
        value = value * 10 + Int(byte - 48)
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// "2026-04-03"
  package var iso: String {
    let (year, month, day) = parts
    guard (0...9999).contains(year) else { return "\(year)-\(Day.padded(month))-\(Day.padded(day))" }
    return String(unsafeUninitializedCapacity: 10) { buffer in
      func put(_ value: Int, at index: Int) { buffer[index] = UInt8(48 + value % 10) }
      put(year / 1000, at: 0); put(year / 100, at: 1); put(year / 10, at: 2); put(year, at: 3)
      buffer[4] = UInt8(ascii: "-")
      put(month / 10, at: 5); put(month, at: 6)
      buffer[7] = UInt8(ascii: "-")
      put(day / 10, at: 8); put(day, at: 9)
      return 10
    }
  }

  package var description: String { iso }

  /// "3 April 2026"
  package var words: String {
    let (year, month, day) = parts
    return "\(day) \(Day.monthNames[month - 1]) \(year)"
  }

  /// "3 Apr 2026"
  package var short: String {
    let (year, month, day) = parts
    return "\(day) \(Day.monthNames[month - 1].prefix(3)) \(year)"
  }

  /// The same, which no line breaks.
  package var unbroken: String { short.replacing(" ", with: "\u{A0}") }

  /// "Friday 3 April 2026"
  package var longWords: String { "\(weekday.words) \(words)" }

  /// "April 2026"
  package var monthWords: String {
    let (year, month, _) = parts
    return "\(Day.monthNames[month - 1]) \(year)"
  }

  package static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]

  private static func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let day = Day(iso: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a day in the form yyyy-mm-dd")
    }
    self = day
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(iso)
  }
}
