package import Foundation

/// The type a parameter is announced as.
package struct PostgresType: Sendable, Hashable {
  /// The type's oid; 0 lets PostgreSQL infer it from the context, as it does for a literal.
  package let oid: UInt32
  /// The oid of the array of this type; 0 as above.
  package let array: UInt32

  package init(oid: UInt32, array: UInt32) {
    self.oid = oid
    self.array = array
  }

  /// Inferred, like a quoted literal: it fits text, an enum, a date or jsonb alike. Where nothing can be inferred
  /// (`jsonb_build_object`, `format`), write the cast: `\(name)::text`.
  package static let inferred = PostgresType(oid: 0, array: 0)
  /// What a `String` goes as: inferred on its own, `text[]` in an array.
  package static let string = PostgresType(oid: 0, array: 1009)
  package static let text = PostgresType(oid: 25, array: 1009)
  package static let bool = PostgresType(oid: 16, array: 1000)
  package static let int2 = PostgresType(oid: 21, array: 1005)
  package static let int4 = PostgresType(oid: 23, array: 1007)
  package static let int8 = PostgresType(oid: 20, array: 1016)
  package static let float8 = PostgresType(oid: 701, array: 1022)
  package static let numeric = PostgresType(oid: 1700, array: 1231)
  package static let uuid = PostgresType(oid: 2950, array: 2951)
  package static let date = PostgresType(oid: 1082, array: 1182)
  package static let timestamptz = PostgresType(oid: 1184, array: 1185)
  package static let daterange = PostgresType(oid: 3912, array: 3913)
  package static let bytea = PostgresType(oid: 17, array: 1001)
  package static let json = PostgresType(oid: 114, array: 199)
  package static let jsonb = PostgresType(oid: 3802, array: 3807)
}

/// A value on its way to PostgreSQL.
package struct PostgresParameter: Sendable {
  enum Content: Sendable {
    case null
    case text(String)
    case binary([UInt8])
  }

  let content: Content
  let oid: UInt32

  init(content: Content, oid: UInt32) {
    self.content = content
    self.oid = oid
  }

  /// A value in PostgreSQL's text form; nil is NULL.
  package init(text: String?, type: PostgresType) {
    content = text.map(Content.text) ?? .null
    oid = type.oid
  }

  /// One `bytea`.
  package static func bytes(_ bytes: [UInt8]) -> PostgresParameter {
    PostgresParameter(content: .binary(bytes), oid: PostgresType.bytea.oid)
  }
}

/// A value that may be interpolated into `SQL`. To conform, say the text PostgreSQL would read and, where the type
/// must not be left to inference, which type it is.
package protocol PostgresEncodable {
  /// The announced type; inferred unless said otherwise.
  static var postgresType: PostgresType { get }
  /// The value as PostgreSQL reads it from text; nil is NULL.
  var postgresText: String? { get }
  /// The parameter itself. Only a type with a binary form needs to say this.
  var postgresParameter: PostgresParameter { get }
}

extension PostgresEncodable {
  package static var postgresType: PostgresType { .inferred }

  package var postgresParameter: PostgresParameter {
    PostgresParameter(text: postgresText, type: Self.postgresType)
  }
}

/// An enum of strings is written as its raw value.
extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
  package static var postgresType: PostgresType { RawValue.postgresType }
  package var postgresText: String? { rawValue.postgresText }
}

extension String: PostgresEncodable {
  package static var postgresType: PostgresType { .string }
  package var postgresText: String? { self }
}

extension Substring: PostgresEncodable {
  package static var postgresType: PostgresType { .string }
  package var postgresText: String? { String(self) }
}

extension Bool: PostgresEncodable {
  package static var postgresType: PostgresType { .bool }
  package var postgresText: String? { self ? "t" : "f" }
}

extension Int: PostgresEncodable {
  package static var postgresType: PostgresType { .int8 }
  package var postgresText: String? { String(self) }
}

extension Int16: PostgresEncodable {
  package static var postgresType: PostgresType { .int2 }
  package var postgresText: String? { String(self) }
}

extension Int32: PostgresEncodable {
  package static var postgresType: PostgresType { .int4 }
  package var postgresText: String? { String(self) }
}

extension Int64: PostgresEncodable {
  package static var postgresType: PostgresType { .int8 }
  package var postgresText: String? { String(self) }
}

extension Double: PostgresEncodable {
  package static var postgresType: PostgresType { .float8 }
  package var postgresText: String? { description }
}

extension Decimal: PostgresEncodable {
  package static var postgresType: PostgresType { .numeric }
  package var postgresText: String? { description }
}

extension UUID: PostgresEncodable {
  package static var postgresType: PostgresType { .uuid }
  package var postgresText: String? { uuidString }
}

/// A moment, as `timestamptz` to the microsecond.
extension Date: PostgresEncodable {
  package static var postgresType: PostgresType { .timestamptz }
  package var postgresText: String? { TimestampText.text(of: self) }
}

extension Data: PostgresEncodable {
  package static var postgresType: PostgresType { .bytea }
  package var postgresText: String? { hexadecimal(self) }
  package var postgresParameter: PostgresParameter { .bytes([UInt8](self)) }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  package static var postgresType: PostgresType { Wrapped.postgresType }
  package var postgresText: String? { self?.postgresText }
  package var postgresParameter: PostgresParameter {
    self?.postgresParameter ?? PostgresParameter(text: nil, type: Wrapped.postgresType)
  }
}

/// One array parameter: `where id = any(\(ids))`.
extension Array: PostgresEncodable where Element: PostgresEncodable {
  package static var postgresType: PostgresType {
    // An array of arrays has the type of the inner array in PostgreSQL.
    let element = Element.postgresType
    return PostgresType(oid: element.array, array: element.array)
  }
  package var postgresText: String? { ArrayText.literal(map(\.postgresText)) }
}

/// `\x…`, the text form of bytea.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  var text: [UInt8] = [UInt8(ascii: "\\"), UInt8(ascii: "x")]
  let digits = Array("0123456789abcdef".utf8)
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
