package import Hummingbird
import Foundation
import NIOCore

/// What a form sent: names and values in order, exactly as typed.
package struct FormFields: Sendable {
  package private(set) var pairs: [(name: String, value: String)]

  package init(_ pairs: [(String, String)] = []) { self.pairs = pairs.map { (name: $0.0, value: $0.1) } }

  /// The first value of a name.
  package subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }
  package func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }
  /// The value without surrounding space; empty where there is none.
  package func trimmed(_ name: String) -> String { (self[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines) }
  package var names: Set<String> { Set(pairs.map(\.name)) }

  mutating func append(_ name: String, _ value: String) { pairs.append((name, value)) }

  /// Reads a whole urlencoded body.
  /// - Throws: `Problem`: 413 over the limit, 400 for what is not text, holds NUL or did not arrive whole (`ConnectionGuard`).
  package init(reading request: Request, most bytes: Int = 100_000) async throws {
    var collected: [UInt8] = []
    for try await chunk in request.body {
      guard collected.count + chunk.readableBytes <= bytes else { throw Problem.tooLarge }
      collected.append(contentsOf: chunk.readableBytesView)
    }
    try self.init(urlEncoded: collected)
  }

  /// - Throws: `Problem` 400 for more than 500 fields, a broken escape, invalid UTF-8 or NUL.
  package init(urlEncoded body: [UInt8]) throws {
    var pairs: [(name: String, value: String)] = []
    guard !body.isEmpty else {
      self.pairs = []
      return
    }
    for part in body.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: true) {
      guard pairs.count < 500 else { throw Problem.badRequest("The form has too many fields.") }
      let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      pairs.append((try Self.decode(halves[0]), halves.count > 1 ? try Self.decode(halves[1]) : ""))
    }
    self.pairs = pairs
  }

  private static func decode(_ bytes: ArraySlice<UInt8>) throws -> String {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      switch bytes[index] {
      case UInt8(ascii: "+"): out.append(32)
      case UInt8(ascii: "%"):
        guard index + 2 < bytes.endIndex, let high = hex(bytes[index + 1]), let low = hex(bytes[index + 2]) else {
          throw Problem.badRequest("The form is damaged.")
        }
        out.append(high << 4 | low)
        index += 2
      case let byte: out.append(byte)
      }
      index += 1
    }
    return try text(out)
  }

  /// - Throws: `Problem` 400 for invalid UTF-8 and for NUL, which no keyboard types and PostgreSQL refuses.
  static func text(_ bytes: some Collection<UInt8>) throws -> String {
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
      throw Problem.badRequest("The form holds characters that are not text.")
    }
    return text
  }

  private static func hex(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }
}

extension Request {
  /// The query of the address, read like a form.
  /// - Throws: `Problem` 400 where it cannot be read.
  package func query() throws -> FormFields { try FormFields(urlEncoded: Array((uri.query ?? "").utf8)) }
}
