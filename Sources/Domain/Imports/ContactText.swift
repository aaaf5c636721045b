/// E-mail addresses and telephone numbers: a register's contact columns are read leniently, and what cannot be one is
/// left out with a note, because no row is worth losing for it.
package enum ContactText {
  package enum Reading: Equatable, Sendable {
    case blank
    case value(String)
    case unusable(String)
  }

  /// Lower-cases the domain, drops `mailto:` and angle brackets; of several addresses the first.
  package static func email(_ written: String) -> Reading {
    if ImportWords.meansNone(written) { return .blank }
    guard written.utf8.contains(UInt8(ascii: "@")) else { return .unusable("“\(written)” is not an e-mail address") }
    var text = written[...]
    if text.lowercased().hasPrefix("mailto:") { text = text.dropFirst(7) }
    if let open = text.firstIndex(of: "<"), let close = text.lastIndex(of: ">"), open < close {
      text = text[text.index(after: open)..<close]
    }
    if let end = text.firstIndex(where: { ";, ".contains($0) }) { text = text[..<end] }
    let halves = text.split(separator: "@", omittingEmptySubsequences: false)
    guard halves.count == 2, !halves[0].isEmpty, text.utf8.count <= 254 else {
      return .unusable("“\(written)” is not an e-mail address")
    }
    let labels = halves[1].split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= 2, labels.allSatisfy({ !$0.isEmpty }) else {
      return .unusable("“\(written)” is not an e-mail address")
    }
    return .value("\(halves[0])@\(halves[1].lowercased())")
  }

  /// Keeps the number as written, tidied; gives back the zero a spreadsheet has eaten. Of several numbers the first.
  package static func phone(_ written: String) -> Reading {
    if ImportWords.meansNone(written) { return .blank }
    let first = written.split(whereSeparator: { "/;".contains($0) }).first.map { TableRecord.tidied(String($0)) } ?? ""
    guard first.utf8.allSatisfy({ isPhoneByte($0) || ($0 | 0x20 >= 97 && $0 | 0x20 <= 122) }) else {
      return .unusable("“\(written)” is not a telephone number")
    }
    let digits = first.utf8.count { $0 >= 48 && $0 <= 57 }
    let letters = first.utf8.count { $0 | 0x20 >= 97 && $0 | 0x20 <= 122 }
    if letters == 1, first.uppercased().contains("E+") {
      return .unusable("“\(written)” is a telephone number that a spreadsheet has rounded")
    }
    // "ext" and the like may follow; more letters than that are words.
    guard (7...15).contains(digits), letters <= 9 else { return .unusable("“\(written)” is not a telephone number") }
    let bare = first.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }
    let lostZero = bare && digits == 10 && "127".contains(first.first ?? "0")
    return .value(lostZero ? "0" + first : first)
  }

  private static func isPhoneByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 0x20, UInt8(ascii: "+"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: ","): true
    default: false
    }
  }

  /// Whether it can hardly be anything else: a long number that begins with 0 or +.
  static func looksLikePhone(_ text: String) -> Bool {
    guard let first = text.utf8.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "+") || first == UInt8(ascii: "(")
    else { return false }
    guard text.utf8.allSatisfy(isPhoneByte) else { return false }
    return (10...15).contains(text.utf8.count { $0 >= 48 && $0 <= 57 })
  }
}
