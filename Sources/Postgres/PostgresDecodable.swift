package import Foundation

/// A value's text as PostgreSQL sent it. It borrows the result's memory: valid only inside the initialiser it is
/// given to.
package struct PostgresText {
  /// The UTF-8 bytes, without the closing zero.
  package let bytes: UnsafeBufferPointer<UInt8>

  package init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  /// The text as a string.
  package var string: String { String(decoding: bytes, as: UTF8.self) }

  /// The text as an integer.
  package func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) throws -> T {
    guard let value = parsedInteger(bytes, as: T.self) else { throw mismatch(T.self) }
    return value
  }

  /// The error to throw when the text is not of the expected form.
  package func mismatch<T>(_ type: T.Type) -> any Error {
    PostgresError.decoding("\(type) cannot be read from what the database sent", detail: string)
  }
}

/// A value that may be read out of a row.
package protocol PostgresDecodable {
  /// Reads the text form.
  init(postgres text: PostgresText) throws
  /// What NULL becomes. Refused unless the type is an Optional.
  static func fromNull() throws -> Self
}

extension PostgresDecodable {
  package static func fromNull() throws -> Self {
    throw PostgresError.decoding("\(Self.self) expected and NULL found")
  }
}

/// An enum of strings or integers reads its raw value; an unknown one is an error.
extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
  package init(postgres text: PostgresText) throws {
    guard let value = Self(rawValue: try RawValue(postgres: text)) else { throw text.mismatch(Self.self) }
    self = value
  }
}

extension String: PostgresDecodable {
  package init(postgres text: PostgresText) { self = text.string }
}

extension Bool: PostgresDecodable {
  package init(postgres text: PostgresText) throws {
    switch text.bytes.first {
    case UInt8(ascii: "t") where text.bytes.count == 1: self = true
    case UInt8(ascii: "f") where text.bytes.count == 1: self = false
    default: throw text.mismatch(Bool.self)
    }
  }
}

extension Int: PostgresDecodable {
  package init(postgres text: PostgresText) throws { self = try text.integer() }
}

extension Int16: PostgresDecodable {
  package init(postgres text: PostgresText) throws { self = try text.integer() }
}

extension Int32: PostgresDecodable {
  package init(postgres text: PostgresText) throws { self = try text.integer() }
}

extension Int64: PostgresDecodable {
  package init(postgres text: PostgresText) throws { self = try text.integer() }
}

extension Double: PostgresDecodable {
  package init(postgres text: PostgresText) throws {
    guard let value = Double(text.string) else { throw text.mismatch(Double.self) }
    self = value
  }
}

extension Decimal: PostgresDecodable {
  package init(postgres text: PostgresText) throws {
    guard let value = Decimal(string: text.string, locale: Locale(identifier: "en_US_POSIX")) else {
      throw text.mismatch(Decimal.self)
    }
    self = value
  }
}

extension UUID: PostgresDecodable {
  package init(postgres text: PostgresText) throws {
    guard let value = UUID(uuidString: text.string) else { throw text.mismatch(UUID.self) }
    self = value
  }
}

extension Date: PostgresDecodable {
  package init(postgres text: PostgresText) throws {
    guard let value = TimestampText.date(from: text.bytes) else { throw text.mismatch(Date.self) }
    self = value
  }
}

extension Data: PostgresDecodable {
  package init(postgres text: PostgresText) throws { self = Data(try byteaBytes(text)) }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  package init(postgres text: PostgresText) throws { self = .some(try Wrapped(postgres: text)) }
  package static func fromNull() throws -> Wrapped? { nil }
}

/// What may stand in a Swift array read from one column: an array's elements, or the bytes of a `bytea`.
package protocol PostgresArrayDecodable {
  static func decodeArray(_ text: PostgresText) throws -> [Self]
}

extension UInt8: PostgresArrayDecodable {
  package static func decodeArray(_ text: PostgresText) throws -> [UInt8] { try byteaBytes(text) }
}

extension PostgresArrayDecodable where Self: PostgresDecodable {
  package static func decodeArray(_ text: PostgresText) throws -> [Self] {
    guard let elements = ArrayText.elements(of: text.bytes) else { throw text.mismatch([Self].self) }
    return try elements.map { element in
      guard let element else { return try Self.fromNull() }
      return try element.withUnsafeBufferPointer { try Self(postgres: PostgresText($0)) }
    }
  }
}

extension String: PostgresArrayDecodable {}
extension Bool: PostgresArrayDecodable {}
extension Int: PostgresArrayDecodable {}
extension Int16: PostgresArrayDecodable {}
extension Int32: PostgresArrayDecodable {}
extension Int64: PostgresArrayDecodable {}
extension Double: PostgresArrayDecodable {}
extension Decimal: PostgresArrayDecodable {}
extension UUID: PostgresArrayDecodable {}
extension Date: PostgresArrayDecodable {}
extension Data: PostgresArrayDecodable {}
extension Optional: PostgresArrayDecodable where Wrapped: PostgresDecodable {}

extension Array: PostgresDecodable where Element: PostgresArrayDecodable {
  package init(postgres text: PostgresText) throws { self = try Element.decodeArray(text) }
}

/// Decimal digits with an optional sign; nil when there is anything else or it does not fit.
func parsedInteger<T: FixedWidthInteger>(_ bytes: UnsafeBufferPointer<UInt8>, as type: T.Type) -> T? {
  guard let first = bytes.first else { return nil }
  let isNegative = first == UInt8(ascii: "-")
  let digits = isNegative ? bytes[1...] : bytes[...]
  guard !digits.isEmpty else { return nil }
  var value: T = 0
  for byte in digits {
    guard byte >= 48, byte <= 57 else { return nil }
    let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
    let digit = T(truncatingIfNeeded: byte &- 48)
    let (next, carried) = isNegative
      ? tenfold.subtractingReportingOverflow(digit) : tenfold.addingReportingOverflow(digit)
    guard !overflow, !carried else { return nil }
    value = next
  }
  return value
}

/// The bytes behind `\x…`.
private func byteaBytes(_ text: PostgresText) throws -> [UInt8] {
  let source = text.bytes
  func nibble(_ byte: UInt8) throws -> UInt8 {
    switch byte {
    case 48...57: byte - 48
    case 97...102: byte - 87
    case 65...70: byte - 55
    default: throw text.mismatch([UInt8].self)
    }
  }
  guard source.count >= 2, source.count % 2 == 0, source[0] == UInt8(ascii: "\\"), source[1] == UInt8(ascii: "x") else {
    throw text.mismatch([UInt8].self)
  }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(source.count / 2 - 1)
  var index = 2
  while index < source.count {
    bytes.append(try nibble(source[index]) << 4 | nibble(source[index + 1]))
    index += 2
  }
  return bytes
}
