import Crypto
package import Foundation
import Postgres
package import Web

/// A form as it was sent: what makes it the same form when it arrives again, by a double click or a second try.
package struct SentForm: Sendable {
  /// Of the form's own key and of all that was typed: a form that was gone back to and changed is another one.
  let key: UUID
  let hash: [UInt8]

  static let field = "once"

  /// Nil where the form carries no key.
  package init?(_ fields: FormFields) {
    guard let own = fields[Self.field], !own.isEmpty else { return nil }
    var digest = SHA256()
    for (name, value) in fields.pairs where name != CSRF.fieldName {
      digest.update(data: Data("\(name.utf8.count):\(name)\(value.utf8.count):\(value)".utf8))
    }
    hash = Array(digest.finalize())
    key = hash.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }

  /// The hidden field of a form that was not sent yet.
  package static var fresh: FormToken { FormToken(name: field, value: Chance.bytes(16).base64URL) }
}

/// The form took effect when it was sent before: this is where it led. Answered by leading there again.
package struct AlreadySent: Error {
  package let location: String
}

/// Lets a form take effect once, however often it is sent: its key is written in the transaction of the effect.
enum Once {
  /// Waits for whoever is sending the same form at this moment.
  /// - Throws: `AlreadySent`, when it took effect before.
  static func enter(_ sent: SentForm, by officer: Officer, in transaction: Transaction) async throws {
    try await transaction.execute("SELECT pg_advisory_xact_lock(hashtextextended(\(sent.key.uuidString), 0))")
    let led = try await transaction.optionalValue("SELECT location FROM idempotency WHERE account_id = \(officer.id) AND key = \(sent.key)", as: String.self)
    if let led { throw AlreadySent(location: led) }
  }

  /// Notes that the form took effect and where it leads.
  static func leave(_ sent: SentForm, to location: String, by officer: Officer, in transaction: Transaction) async throws {
    try await transaction.execute(
      "INSERT INTO idempotency (account_id, key, request_hash, location) VALUES (\(officer.id), \(sent.key), \(sent.hash), \(location))")
  }

  /// Notes the key; true if it was there already, so that the effect is to be left out.
  static func wasDone(_ key: UUID, by officer: Officer, what: String, location: String, in transaction: Transaction) async throws -> Bool {
    let hash = Array(SHA256.hash(data: Data(what.utf8)))
    let noted = try await transaction.execute(
      """
      INSERT INTO idempotency (account_id, key, request_hash, location) VALUES (\(officer.id), \(key), \(hash), \(location))
      ON CONFLICT DO NOTHING
      """)
    return noted == 0
  }
}
