/// How the bytes of an uploaded table stand for characters.
package enum TextEncoding: String, Codable, Hashable, Sendable {
  case utf8, utf16LittleEndian, utf16BigEndian, windows1252

  package var words: String {
    switch self {
    case .utf8: "UTF-8"
    case .utf16LittleEndian, .utf16BigEndian: "UTF-16"
    case .windows1252: "Windows-1252 (Western European)"
    }
  }

  /// Judges the first bytes of a file. A sample cut in the middle of a character is no evidence against UTF-8.
  package static func detect(_ sample: [UInt8]) -> TextEncoding {
    if sample.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
    if sample.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
    // Without a byte order mark, UTF-16 of a Western text has a zero in every second byte.
    let head = sample.prefix(2000)
    if head.count >= 8 {
      let zeros = head.indices.filter { head[$0] == 0 }
      let odd = zeros.count { !$0.isMultiple(of: 2) }
      if zeros.count * 5 >= head.count * 2 {
        return odd * 2 >= zeros.count ? .utf16LittleEndian : .utf16BigEndian
      }
    }
    return sample.withUnsafeBufferPointer { UTF8Check.validPrefix($0) + 4 > $0.count && UTF8Check.mayContinue($0) }
      ? .utf8 : .windows1252
  }

  /// What Windows-1252 means by the bytes 0x80...0x9F. The five it leaves undefined stay control characters, as on the web.
  private static let windowsUpper: [UInt16] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
    0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
    0x017E, 0x0178,
  ]

  /// Appends one Windows-1252 byte as UTF-8.
  static func appendWindows(_ byte: UInt8, to out: inout [UInt8]) {
    if byte < 0x80 { return out.append(byte) }
    let scalar = byte < 0xA0 ? UInt32(windowsUpper[Int(byte - 0x80)]) : UInt32(byte)
    appendScalar(scalar, to: &out)
  }

  /// Appends a scalar value as UTF-8; a surrogate becomes the replacement character.
  static func appendScalar(_ value: UInt32, to out: inout [UInt8]) {
    out.append(contentsOf: UTF8.encode(Unicode.Scalar(value) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
  }
}

/// Whether bytes are well-formed UTF-8.
enum UTF8Check {
  static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { validPrefix(bytes) == bytes.count }

  /// How many bytes from the start are well formed.
  static func validPrefix(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var i = 0
    while i < bytes.count {
      let length = sequenceLength(bytes, at: i)
      if length == 0 { return i }
      i += length
    }
    return i
  }

  /// Whether what follows the well-formed prefix is a character cut off by the end of the sample.
  static func mayContinue(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = validPrefix(bytes)
    if start == bytes.count { return true }
    let needed = expectedLength(bytes[start])
    guard needed > bytes.count - start else { return false }
    return bytes[(start + 1)...].allSatisfy { $0 & 0xC0 == 0x80 }
  }

  private static func expectedLength(_ lead: UInt8) -> Int {
    switch lead {
    case 0..<0x80: 1
    case 0xC2..<0xE0: 2
    case 0xE0..<0xF0: 3
    case 0xF0..<0xF5: 4
    default: 0
    }
  }

  /// The length of the character that begins at `i`; 0 when it is ill formed or incomplete.
  private static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Int {
    let lead = bytes[i]
    if lead < 0x80 { return 1 }
    let length = expectedLength(lead)
    guard length > 1, i + length <= bytes.count else { return 0 }
    let second = bytes[i + 1]
    // Overlong forms, surrogates and values past U+10FFFF show in the second byte.
    let lowest: UInt8 = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80
    let highest: UInt8 = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF
    guard second >= lowest, second <= highest else { return 0 }
    for k in stride(from: 2, to: length, by: 1) where bytes[i + k] & 0xC0 != 0x80 { return 0 }
    return length
  }
}

/// Turns UTF-16 chunks into UTF-8, holding back the halves of units and pairs that a chunk cuts.
struct UTF16Decoder: Sendable {
  let bigEndian: Bool
  private var heldByte: UInt8?
  private var highSurrogate: UInt32?

  init(bigEndian: Bool) { self.bigEndian = bigEndian }

  mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    for byte in bytes {
      guard let first = heldByte else {
        heldByte = byte
        continue
      }
      heldByte = nil
      let unit = bigEndian ? UInt32(first) << 8 | UInt32(byte) : UInt32(byte) << 8 | UInt32(first)
      take(unit, &out)
    }
    return out
  }

  /// What is left at the end of the file: a broken half becomes a replacement character.
  mutating func finish() -> [UInt8] {
    var out: [UInt8] = []
    if highSurrogate != nil || heldByte != nil { TextEncoding.appendScalar(0xFFFD, to: &out) }
    highSurrogate = nil
    heldByte = nil
    return out
  }

  private mutating func take(_ unit: UInt32, _ out: inout [UInt8]) {
    if let high = highSurrogate {
      highSurrogate = nil
      if (0xDC00..<0xE000).contains(unit) {
        return TextEncoding.appendScalar(0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00), to: &out)
      }
      TextEncoding.appendScalar(0xFFFD, to: &out)
    }
    if (0xD800..<0xDC00).contains(unit) {
      highSurrogate = unit
    } else {
      TextEncoding.appendScalar(unit, to: &out)
    }
  }
}
