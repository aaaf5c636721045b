/// The words of headings and values, folded so that spellings meet.
package enum ImportWords {
  /// Whether a value says that there is none: "n/a", "none", "-".
  package static func meansNone(_ text: String) -> Bool {
    guard text.utf8.count <= 14 else { return false }
    // The first letter settles nearly all values without folding them.
    for byte in text.utf8 {
      switch byte | 0x20 {
      case UInt8(ascii: "n"), UInt8(ascii: "u"), UInt8(ascii: "b"): return isNoneWord(text)
      case 97...122, 48...57: return false
      case 0x80...: return isNoneWord(text)
      default: continue
      }
    }
    return true
  }

  private static func isNoneWord(_ text: String) -> Bool {
    switch folded(text) {
    case "", "n a", "na", "none", "nil", "null", "not applicable", "not known", "unknown", "blank": return true
    default: return false
    }
  }

  /// Lower case ASCII words with one space between; everything else separates. `LicenceNumber` is two words; accents
  /// are dropped.
  package static func folded(_ text: String) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count + 4)
    var gap = false
    var previousLower = false
    let plain = text.utf8.allSatisfy { $0 < 0x80 } ? text : PersonName.withoutMarks(text)
    for byte in plain.utf8 {
      let upper = byte >= 65 && byte <= 90
      guard upper || (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) || byte >= 0x80 else {
        gap = true
        previousLower = false
        continue
      }
      if (gap || (upper && previousLower)), !out.isEmpty { out.append(0x20) }
      gap = false
      previousLower = byte >= 97 && byte <= 122
      out.append(upper ? byte | 0x20 : byte)
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// A heading in its canonical words: "License No." and "licence_number" are both "licence number".
  package static func heading(_ text: String) -> String {
    var spelled: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      if scalar == "#" { spelled += " number ".unicodeScalars } else { spelled.append(scalar) }
    }
    var words = String(String.UnicodeScalarView(spelled)).split(separator: "(s)", omittingEmptySubsequences: false)
      .joined(separator: "s ")
    if words.hasSuffix("'s") { words.removeLast(2) }
    return folded(words).split(separator: " ").map { word in
      switch word {
      case "license": "licence"
      case "licenses", "licences": "licences"
      case "no", "nr", "num", "nos", "numbers": "number"
      case "tel": "telephone"
      case "addr": "address"
      case "dt": "date"
      case "lic": "licence"
      case "veh": "vehicle"
      case "reg": "registration"
      case "color": "colour"
      default: String(word)
      }
    }.joined(separator: " ")
  }
}
