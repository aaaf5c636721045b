import Crypto
package import Foundation
import Postgres

/// Appends to the one hash chain, and knows how a link is made. The database stores; the sums are done again here to verify.
package enum AuditChain {
  /// The hash of the entry `seq` whose predecessor has the hash `previous`.
  package static func hash(seq: Int64, previous: [UInt8], body: String) -> [UInt8] {
    var sum = SHA256()
    sum.update(data: Array("audit-v1".utf8) + [0])
    sum.update(data: bigEndian(seq))
    sum.update(data: previous)
    let bytes = Array(body.utf8)
    sum.update(data: bigEndian(Int64(bytes.count)))
    sum.update(data: bytes)
    return Array(sum.finalize())
  }

  package static func commitment(salt: [UInt8], detail: String) -> String {
    SHA256.hash(data: salt + Array(detail.utf8)).hexadecimal
  }

  static func append(_ entries: [AuditEntry], by officer: Officer, at now: Date, in transaction: Transaction) async throws {
    var bodies: [String] = []
    var salts: [String?] = []
    var details: [String?] = []
    var subjects: [String] = []
    for entry in entries {
      let made = try encoded(entry, by: officer.id, named: officer.name, at: now)
      bodies.append(made.body)
      salts.append(made.salt?.hexadecimal)
      details.append(made.detail)
      subjects.append(entry.subjects.map { "\($0.uuidString.lowercased()):\(entry.authority.map(String.init) ?? "")" }.joined(separator: " "))
    }
    _ = try await transaction.value(
      "SELECT audit.append(\(bodies), \(salts), \(details), \(subjects))", as: Int64.self)
  }

  /// The canonical body, and the salted detail that it commits to.
  package static func encoded(
    _ entry: AuditEntry, by id: UUID, named name: String, at now: Date
  ) throws -> (body: String, salt: [UInt8]?, detail: String?) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var salt: [UInt8]?
    var detail: String?
    if !entry.detail.isEmpty {
      var generator = SystemRandomNumberGenerator()
      salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      detail = String(decoding: try encoder.encode(entry.detail), as: UTF8.self)
    }
    let body = AuditBody(
      at: now.formatted(.iso8601), by: id.uuidString.lowercased(), name: name, verb: entry.verb,
      subjects: entry.subjects.map { $0.uuidString.lowercased() }, fields: entry.detail.keys.sorted(),
      detail: detail.flatMap { detail in salt.map { commitment(salt: $0, detail: detail) } })
    return (String(decoding: try encoder.encode(body), as: UTF8.self), salt, detail)
  }

  private static func bigEndian(_ number: Int64) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }
}

extension Sequence<UInt8> {
  /// Lower-case hexadecimal.
  package var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
