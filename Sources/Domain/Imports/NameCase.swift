/// Names that arrive in capitals, written as people write them.
package enum NameCase {
  /// "O'BRIEN" becomes "O'Brien", "VAN DER BERG" "Van der Berg". A name with any small letter is left as it is.
  package static func presentable(_ text: String) -> String {
    var ascii = true
    var letters = 0
    for byte in text.utf8 {
      if byte >= 97 && byte <= 122 { return text }
      if byte >= 65 && byte <= 90 { letters += 1 }
      if byte >= 0x80 { ascii = false }
    }
    if !ascii {
      guard !text.unicodeScalars.contains(where: { $0.properties.isLowercase }) else { return text }
      letters = 2
    }
    // One letter is an initial.
    guard letters > 1 else { return text }
    var words: [String] = []
    for (index, word) in text.split(separator: " ", omittingEmptySubsequences: true).enumerated() {
      words.append(word.split(separator: "-", omittingEmptySubsequences: false)
        .map { presentableWord($0, isFirst: index == 0) }.joined(separator: "-"))
    }
    return words.joined(separator: " ")
  }

  private static let particles: Set<String> = ["van", "der", "den", "de", "la", "du", "von", "bin", "ibn", "dos", "ter"]
  private static let capitals: Set<String> = ["ii", "iii", "iv"]
  /// Mac is capitalised after only in names known for it: there are Macks, Machados and Maceys.
  private static let macs: Set<String> = [
    "macarthur", "macaulay", "macdonald", "macdougall", "macgregor", "macintyre", "mackay", "mackenzie", "mackinnon",
    "maclean", "macleod", "macmillan", "macneil", "macpherson",
  ]

  private static func presentableWord(_ word: Substring, isFirst: Bool) -> String {
    let lower = word.lowercased()
    if capitals.contains(lower) { return String(word) }
    if !isFirst, particles.contains(lower) { return lower }
    if lower.hasPrefix("mc"), lower.utf8.count > 3 { return "Mc" + capitalised(lower.dropFirst(2)) }
    if macs.contains(lower) { return "Mac" + capitalised(lower.dropFirst(3)) }
    if let mark = lower.firstIndex(where: { $0 == "'" || $0 == "\u{2019}" }) {
      let head = lower[..<mark]
      let tail = lower[lower.index(after: mark)...]
      // O'Brien and D'Arcy, but Tony's.
      let rest = head.count <= 2 && tail.count > 1 ? capitalised(tail) : String(tail)
      return capitalised(head) + String(lower[mark]) + rest
    }
    return capitalised(lower[...])
  }

  private static func capitalised(_ text: Substring) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }
}
