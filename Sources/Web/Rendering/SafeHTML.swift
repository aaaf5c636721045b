import Mustache

/// The escaper of every template. It walks bytes, not characters.
///
/// The one that swift-mustache brings walks grapheme clusters, and `"` followed by a combining mark is one cluster that
/// is not `"`, so it passes unescaped and ends the attribute. Bytes know no combining marks.
package struct SafeHTML: MustacheContentType {
  package init() {}

  package func escapeText(_ text: String) -> String {
    var text = text
    return text.withUTF8 { utf8 -> String? in
      guard utf8.contains(where: Self.isMarkup) else { return nil }
      var escaped: [UInt8] = []
      escaped.reserveCapacity(utf8.count + 32)
      Self.escape(UnsafeRawBufferPointer(utf8), into: &escaped)
      return String(decoding: escaped, as: UTF8.self)
    } ?? text
  }

  /// Makes "HTML" in a template's pragma mean this escaper. Must have run before any template is parsed.
  package static func register() { _ = registered }
  private static let registered: Void = MustacheContentTypes.register(SafeHTML(), named: "HTML")

  /// `"`, `&`, `'`, `<`, `=`, `>` as bits of the first 64 code points. The equals sign and the backtick end an unquoted
  /// attribute in old browsers; our attributes are quoted, this is the second lock.
  private static let markup: UInt64 =
    1 << 0x22 | 1 << 0x26 | 1 << 0x27 | 1 << 0x3C | 1 << 0x3D | 1 << 0x3E

  @inline(__always)
  static func isMarkup(_ byte: UInt8) -> Bool {
    byte < 64 ? markup >> UInt64(byte) & 1 == 1 : byte == 0x60
  }

  /// Appends the text with its markup bytes replaced, copying the runs between them whole.
  static func escape(_ utf8: UnsafeRawBufferPointer, into out: inout [UInt8]) {
    var start = 0
    var index = 0
    let end = utf8.count
    while index < end {
      let byte = utf8[index]
      if isMarkup(byte) {
        if start < index { out.append(contentsOf: utf8[start..<index]) }
        let entity = self.entity(byte)
        entity.withUTF8Buffer { out.append(contentsOf: $0) }
        start = index + 1
      }
      index += 1
    }
    if start < end { out.append(contentsOf: utf8[start..<end]) }
  }

  private static func entity(_ byte: UInt8) -> StaticString {
    switch byte {
    case 0x22: "&quot;"
    case 0x26: "&amp;"
    case 0x27: "&#39;"
    case 0x3C: "&lt;"
    case 0x3D: "&#61;"
    case 0x3E: "&gt;"
    default: "&#96;"
    }
  }

  /// Whether a link may point there: our own paths (never `//host`), a query, a fragment, or a scheme that runs nothing.
  package static func isSafeAddress(_ address: String) -> Bool {
    let utf8 = Array(address.utf8.prefix(9))
    guard let first = utf8.first else { return true }
    // A control character or a backslash near the front is read differently by different browsers.
    if utf8.contains(where: { $0 < 0x21 || $0 == 0x5C }) { return false }
    switch first {
    case UInt8(ascii: "/"): return utf8.count < 2 || utf8[1] != UInt8(ascii: "/")
    case UInt8(ascii: "?"), UInt8(ascii: "#"): return true
    default:
      let lowered = address.prefix(9).lowercased()
      return ["https://", "http://", "mailto:", "tel:"].contains { lowered.hasPrefix($0) }
    }
  }
}
