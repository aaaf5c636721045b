/// A UK postcode in its one spelling: capitals, one space before the last three.
package struct UKPostcode: Hashable, Sendable {
  package let text: String

  /// Lenient about case and spaces; nil when it has not the form of a UK postcode.
  /// - Parameter inventedToo: accepts the letters that no real postcode has (demonstrations use them on purpose).
  package init?(_ written: String, inventedToo: Bool = false) {
    var letters: [UInt8] = []
    for byte in written.utf8 {
      switch byte {
      case 0x20: continue
      case 48...57, 65...90: letters.append(byte)
      case 97...122: letters.append(byte & 0xDF)
      default: return nil
      }
      if letters.count > 7 { return nil }
    }
    guard letters.count >= 5 else { return nil }
    func isDigit(_ byte: UInt8) -> Bool { byte < 65 }
    let inward = letters.suffix(3)
    let outward = letters.dropLast(3)
    let pattern = inward.map(isDigit)
    guard pattern == [true, false, false], inventedToo || inward.dropFirst().allSatisfy({ !Self.neverInward.contains($0) }) else {
      return nil
    }
    switch outward.map(isDigit) {
    case [false, true], [false, true, true], [false, true, false], [false, false, true], [false, false, true, true],
      [false, false, true, false]: break
    default:
      guard Array(outward) == Array("GIR".utf8) else { return nil }
    }
    text = String(decoding: outward + [0x20] + inward, as: UTF8.self)
  }

  /// Letters the last two places never have.
  private static let neverInward = Set("CIKMOV".utf8)
}
