import Mustache

/// Markup that may enter a page unescaped.
///
/// There is no initialiser from a string: the only way to make one is an `HTMLBuffer`, whose markup comes from string
/// literals and whose data is escaped as it is appended. So markup made of data cannot be called trusted.
package struct TrustedHTML: Sendable, Equatable {
  /// UTF-8.
  package let bytes: [UInt8]

  fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

  /// No markup at all.
  package static let none = TrustedHTML(bytes: [])

  package var isEmpty: Bool { bytes.isEmpty }
  package var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Several pieces one after another.
  package static func joined(_ pieces: [TrustedHTML]) -> TrustedHTML {
    TrustedHTML(bytes: pieces.flatMap(\.bytes))
  }
}

extension TrustedHTML: MustacheCustomRenderable, MustacheParent {
  package var renderText: String { string }
  package var isNull: Bool { isEmpty }
  /// Nothing stands inside it, so a section on it lets names fall through to the row and the page.
  package func child(named: String) -> Any? { nil }
}

/// Builds markup as UTF-8 bytes: literals as they stand, everything else escaped.
package struct HTMLBuffer: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

  /// Markup of our own, which only a literal can be.
  @inline(__always)
  package mutating func append(_ markup: StaticString) {
    markup.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// A piece built before.
  package mutating func append(_ html: TrustedHTML) { bytes.append(contentsOf: html.bytes) }

  /// A whole number; its digits need no escaping.
  package mutating func append(_ number: Int) { bytes.append(contentsOf: String(number).utf8) }

  /// Text of any origin, safe as the content of an element and within a quoted attribute.
  package mutating func append(escaping text: String) {
    var text = text
    text.withUTF8 { append(escaping: UnsafeRawBufferPointer($0)) }
  }

  /// UTF-8 straight from where it was received, without the detour of a `String`.
  package mutating func append(escaping utf8: UnsafeRawBufferPointer) {
    SafeHTML.escape(utf8, into: &bytes)
  }

  /// ` name="value"` with the value escaped; nothing where it is nil.
  package mutating func append(attribute name: StaticString, _ value: String?) {
    guard let value else { return }
    append(" ")
    append(name)
    append("=\"")
    append(escaping: value)
    append("\"")
  }

  /// ` href="…"`. Only our own paths, fragments, https, mailto and tel may be followed: anything else (a `javascript:`
  /// address out of somebody's data) becomes `#`.
  package mutating func append(href address: String) {
    append(attribute: "href", SafeHTML.isSafeAddress(address) ? address : "#")
  }

  /// What was built so far.
  package var html: TrustedHTML { TrustedHTML(bytes: bytes) }

  /// Builds a piece in one expression.
  package static func build(_ write: (inout HTMLBuffer) -> Void) -> TrustedHTML {
    var buffer = HTMLBuffer()
    write(&buffer)
    return buffer.html
  }
}
