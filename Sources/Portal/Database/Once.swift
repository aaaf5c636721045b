import Crypto
import Foundation
import Postgres

/// Lets a form take effect once, however often it is sent: its key is written in the transaction of the effect.
enum Once {
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
