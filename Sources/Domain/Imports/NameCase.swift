/// Names that arrive in capitals, written as people write them.
package enum NameCase {
  /// "O'BRIEN" becomes "O'Brien", "VAN DER BERG" "Van der Berg". A name with any small letter is left as it is.
  package static func presentable(_ text: String) -> String {
    var ascii = true
    var capitals = 0
    for byte in text.utf8 {
      if byte >= 97 && byte <= 122 { return text }
      if byte >= 65 && byte <= 90 { capitals += 1 }
      if byte >= 0x80 { ascii = false }
    }
    if !ascii, text.unicodeScalars.contains(where: { $0.properties.isLowercase }) { return text }
    // One letter is an initial.
    guard capitals > 1 || !ascii else { return text }
    var bytes = ascii ? text.utf8.map { $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0 } : Array(text.lowercased().utf8)
    var rises: [Int] = []
    var start = 0
    var isFirst = true
    for index in 0...bytes.count where index == bytes.count || bytes[index] == 0x20 || bytes[index] == hyphen {
      findRises(bytes[start..<index], isFirst: isFirst, &rises)
      if index < bytes.count, bytes[index] == 0x20 { isFirst = false }
      start = index + 1
    }
    if ascii {
      for rise in rises { bytes[rise] &= 0xDF }
      return String(decoding: bytes, as: UTF8.self)
    }
    return risen(String(decoding: bytes, as: UTF8.self), at: rises)
  }

  private static let hyphen = UInt8(ascii: "-")
  private static let particles: Set<String> = ["van", "der", "den", "de", "la", "du", "von", "bin", "ibn", "dos", "ter"]
  private static let numerals: Set<String> = ["ii", "iii", "iv"]
  /// Mac is capitalised after only in names known for it: there are Macks, Machados and Maceys.
  private static let macs: Set<String> = [
    "macarthur", "macaulay", "macdonald", "macdougall", "macgregor", "macintyre", "mackay", "mackenzie", "mackinnon",
    "maclean", "macleod", "macmillan", "macneil", "macpherson",
  ]

  /// Where the small letters of a word have to become capitals again.
  private static func findRises(_ word: ArraySlice<UInt8>, isFirst: Bool, _ rises: inout [Int]) {
    guard !word.isEmpty else { return }
    let start = word.startIndex
    if word.count <= 3, word.count >= 2 {
      let text = String(decoding: word, as: UTF8.self)
      if numerals.contains(text) { return rises += start..<word.endIndex }
      if !isFirst, particles.contains(text) { return }
    }
    rises.append(start)
    if word.starts(with: "mc".utf8), word.count > 3 { rises.append(start + 2) }
    if word.starts(with: "mac".utf8), macs.contains(String(decoding: word, as: UTF8.self)) { rises.append(start + 3) }
    // O'Brien and D'Arcy, but Tony's. The curly apostrophe has three bytes.
    for index in word.indices where word[index] == UInt8(ascii: "'") || word[index...].starts(with: [0xE2, 0x80, 0x99]) {
      let next = index + (word[index] == UInt8(ascii: "'") ? 1 : 3)
      if index - start <= 2, word.endIndex - next > 1 { rises.append(next) }
      break
    }
  }

  /// Capitals at byte offsets, also where the letter is not ASCII.
  private static func risen(_ text: String, at rises: [Int]) -> String {
    var out = String.UnicodeScalarView()
    var offset = 0
    for scalar in text.unicodeScalars {
      if rises.contains(offset) {
        out.append(contentsOf: scalar.properties.uppercaseMapping.unicodeScalars)
      } else {
        out.append(scalar)
      }
      offset += UTF8.width(scalar)
    }
    return String(out)
  }
}
