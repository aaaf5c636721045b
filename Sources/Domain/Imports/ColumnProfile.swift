/// What the sampled values of a column look like.
package struct ColumnProfile: Sendable {
  package private(set) var dates = DateEvidence()
  package private(set) var filled = 0
  package private(set) var blank = 0
  package private(set) var postcodes = 0
  package private(set) var emails = 0
  package private(set) var phones = 0
  package private(set) var vehicleMarks = 0
  package private(set) var kinds = 0
  package private(set) var statuses = 0
  /// "LAST,FIRST" names.
  package private(set) var commaNames = 0
  /// Values with a digit in them.
  package private(set) var withDigit = 0
  /// Values of the form of a reference: one short word with a digit.
  package private(set) var codes = 0
  private var distinct: Set<String> = []

  package init() {}

  package mutating func note(_ text: String) {
    if ImportWords.meansNone(text) {
      blank += 1
      return
    }
    filled += 1
    dates.note(text)
    if distinct.count < 5000 { distinct.insert(text) }
    if UKPostcode(text) != nil { postcodes += 1 }
    if case .value = ContactText.email(text) { emails += 1 }
    if ContactText.looksLikePhone(text) { phones += 1 }
    if Self.isVehicleMark(text) { vehicleMarks += 1 }
    if LicenceKind.reading(text).kind != nil { kinds += 1 }
    if ImportedStatus(words: text) != nil { statuses += 1 }
    let digit = text.utf8.contains { $0 >= 48 && $0 <= 57 }
    if digit { withDigit += 1 }
    if digit, text.utf8.count <= 24, !text.utf8.contains(0x20) { codes += 1 }
    if !digit, text.utf8.contains(UInt8(ascii: ",")) { commaNames += 1 }
  }

  /// The share of filled values a count makes up.
  package func share(_ count: Int) -> Double { filled == 0 ? 0 : Double(count) / Double(filled) }

  /// 1 when no value repeats.
  package var distinctness: Double {
    filled == 0 ? 0 : filled > 5000 ? 1 : Double(distinct.count) / Double(filled)
  }

  /// A UK registration mark of the current or the two older patterns: AB12 CDE, A123 BCD, ABC 123D.
  static func isVehicleMark(_ text: String) -> Bool {
    var pattern: [Character] = []
    for byte in text.utf8 {
      switch byte {
      case 65...90, 97...122: pattern.append("a")
      case 48...57: pattern.append("9")
      case 0x20: continue
      default: return false
      }
      if pattern.count > 7 { return false }
    }
    switch String(pattern) {
    case "aa99aaa", "a999aaa", "a99aaa", "aaa999a", "aaa99a", "aa9aaaa", "aa99aa": return true
    default: return false
    }
  }
}
