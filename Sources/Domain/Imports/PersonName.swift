import Foundation

/// A person's name in two parts, and the forms in which registers write it and officers search for it.
package struct PersonName: Hashable, Codable, Sendable {
  package var family: String
  /// All names before the family name, in order. Empty for people with one name.
  package var given: String

  package init(family: String, given: String) {
    self.family = family
    self.given = given
  }

  /// "Maria Van der Berg"
  package var display: String { given.isEmpty ? family : family.isEmpty ? given : "\(given) \(family)" }
  /// "Van der Berg, Maria"
  package var sorted: String { given.isEmpty ? family : family.isEmpty ? given : "\(family), \(given)" }

  /// The words to search by: lower case, without accents and punctuation; given names first.
  package var folded: String { PersonName.folded(display) }

  /// Lower case words without accents; apostrophes close up ("O'Brien" is "obrien"), other punctuation separates
  /// ("El-Kallini" is "el kallini"). The same folding for what is stored and for what is typed into the search.
  package static func folded(_ text: String) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count)
    var gap = false
    func put(_ byte: UInt8) {
      if gap, !out.isEmpty { out.append(0x20) }
      gap = false
      out.append(byte)
    }
    let ascii = text.utf8.allSatisfy { $0 < 0x80 }
    for byte in (ascii ? text : withoutMarks(text)).utf8 {
      switch byte {
      case 65...90: put(byte | 0x20)
      case 97...122, 48...57, 0x80...: put(byte)
      case UInt8(ascii: "'"), UInt8(ascii: "`"): continue
      default: gap = true
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Letters without their accents, curly apostrophes straight, and letters that no accent explains spelled out.
  static func withoutMarks(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.decomposedStringWithCompatibilityMapping.unicodeScalars {
      switch scalar {
      case "\u{2018}", "\u{2019}", "\u{02BC}", "\u{00B4}", "\u{2032}": out.append("'")
      case "ß": out.append(contentsOf: "ss".unicodeScalars)
      case "æ", "Æ": out.append(contentsOf: "ae".unicodeScalars)
      case "œ", "Œ": out.append(contentsOf: "oe".unicodeScalars)
      case "ø", "Ø": out.append("o")
      case "ł", "Ł": out.append("l")
      case "đ", "Đ", "ð", "Ð": out.append("d")
      case "þ", "Þ": out.append(contentsOf: "th".unicodeScalars)
      case "ı": out.append("i")
      default:
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: continue
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
          out.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        default: if scalar.isASCII { out.append(scalar) } else { out.append(" ") }
        }
      }
    }
    return String(out)
  }

  // MARK: One field with the whole name

  /// Reads a whole name: "LAST,FIRST,M" and "Last, First" when it has a comma, else "First Last". Titles are dropped;
  /// particles belong to the family name ("Maria van der Berg").
  package static func parse(_ text: String) -> PersonName {
    if let comma = text.utf8.firstIndex(of: UInt8(ascii: ",")) {
      let family = trimmed(text[..<comma])
      var given = ""
      for part in text[text.utf8.index(after: comma)...].utf8.split(separator: UInt8(ascii: ",")) {
        let part = trimmed(Substring(part))
        if !part.isEmpty { given += given.isEmpty ? part : " " + part }
      }
      return PersonName(family: family, given: withoutTitle(given)).inPresentableCase
    }
    let words = withoutTitle(text).utf8.split(separator: 0x20).map { String(Substring($0)) }
    guard words.count > 1 else { return PersonName(family: words.first ?? "", given: "").inPresentableCase }
    var start = words.count - 1
    if start > 1, suffixes.contains(folded(words[start])) { start -= 1 }
    while start > 1, particles.contains(folded(words[start - 1])) { start -= 1 }
    return PersonName(
      family: words[start...].joined(separator: " "), given: words[..<start].joined(separator: " ")
    ).inPresentableCase
  }

  /// Bytes are enough: other blanks were tidied away when the field was read.
  private static func trimmed(_ text: Substring) -> String {
    var bytes = text.utf8
    while bytes.first == 0x20 { bytes.removeFirst() }
    while bytes.last == 0x20 { bytes.removeLast() }
    return String(Substring(bytes))
  }

  private static let titles: Set<String> = ["mr", "mrs", "ms", "miss", "mx", "dr", "sir", "rev", "prof", "cllr"]
  private static let suffixes: Set<String> = ["jr", "snr", "sr", "jnr", "ii", "iii", "iv"]
  private static let particles: Set<String> = [
    "van", "der", "den", "de", "la", "le", "du", "von", "di", "da", "dos", "del", "della", "bin", "ibn", "al", "el",
    "st", "ter", "ten",
  ]

  private static func withoutTitle(_ text: String) -> String {
    guard let space = text.utf8.firstIndex(of: 0x20), text.utf8.distance(from: text.startIndex, to: space) <= 5,
      titles.contains(folded(String(text[..<space])))
    else { return text }
    return trimmed(text[space...])
  }

  /// The name as people write it, where it came all in capitals; otherwise untouched.
  package var inPresentableCase: PersonName {
    PersonName(family: NameCase.presentable(family), given: NameCase.presentable(given))
  }
}
