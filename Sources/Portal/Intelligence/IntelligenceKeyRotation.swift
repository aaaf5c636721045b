import Domain
import Foundation
import Postgres
import Web

/// Puts a new key in the place of the one that seals intelligence, and wraps the key of every item anew. What the items say is not touched.
/// Killed at any moment it goes on where it stopped when it is run again; the service opens and seals all the while.
package struct IntelligenceKeyRotation: Sendable {
  let environment: Environment
  let keys: IntelligenceKeys
  private var database: Database { environment.database }

  package init(_ environment: Environment, keys: IntelligenceKeys) {
    self.environment = environment
    self.keys = keys
  }

  package struct Outcome: Sendable {
    /// The name of the key that seals now, and whether this run made it.
    package var key: String
    package var isNew: Bool
    package var moved = 0
    /// References of items whose key none of ours opens: changed, or sealed under a key that is not here.
    package var unopened: [String] = []
    /// Items that are still under other keys.
    package var left = 0
    /// Names of the keys before, whose files are kept.
    package var retired: [String] = []
  }

  /// - Parameters:
  ///   - anew: makes a new key even where items are left under other keys, such as those that do not open.
  ///   - batch: items in one transaction.
  ///   - most: batches after which it stops, as if it were killed.
  package func run(anew: Bool = false, batch: Int = 100, most: Int = .max, by officer: Officer) async throws -> Outcome {
    var key = try keys.sealing()
    let left = try await left(under: key)
    // Without an earlier key there is nothing to go on with: what has no key's name is under the one that seals now.
    let earlier = try keys.retired().contains { $0.id != key.id }
    let isNew = anew || left == 0 || !earlier
    if isNew { key = try keys.replace().new }
    var outcome = Outcome(key: key.id, isNew: isNew)
    let sealing = key
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute("SELECT sec.use_intelligence_key(\(sealing.id))")
      return .done(AuditEntry(
        .rotateIntelligenceKey, of: officer.id, detail: ["what": isNew ? "put a new key of intelligence in place" : "went on to change the key of intelligence", "counts": "key \(sealing.id)"]))
    }
    var last = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    var done = 0
    while done < most {
      let step = try await wrap(after: last, under: sealing, batch: batch, by: officer)
      guard let reached = step.last else { break }
      last = reached
      outcome.moved += step.moved
      outcome.unopened += step.unopened
      done += 1
    }
    outcome.left = try await self.left(under: sealing)
    outcome.retired = try keys.retired().map(\.id).filter { $0 != sealing.id }
    return outcome
  }

  private func left(under key: IntelligenceKey) async throws -> Int {
    try await database.pool.transaction(.readOnly) {
      try await $0.value("SELECT count(*) FROM intelligence_item WHERE wrapped_key IS NOT NULL AND key_id IS DISTINCT FROM \(key.id)", as: Int.self)
    }
  }

  private func wrap(after last: UUID, under key: IntelligenceKey, batch: Int, by officer: Officer) async throws -> (moved: Int, unopened: [String], last: UUID?) {
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute("SELECT sec.use_intelligence_key(\(key.id))")
      let rows = try await transaction.all(
        Query<SealedRow>(
          """
          SELECT id, reference, received_on, ciphertext, nonce, wrapped_key, key_id FROM intelligence_item
           WHERE wrapped_key IS NOT NULL AND key_id IS DISTINCT FROM \(key.id) AND id > \(last) ORDER BY id LIMIT \(batch) FOR UPDATE
          """))
      var moved = 0
      var unopened: [String] = []
      for row in rows {
        guard let fresh = try? row.text.rewrapped(row.id, from: keys.opening(row.text.keyID), to: key) else {
          unopened.append(row.reference)
          continue
        }
        moved += try await transaction.execute("UPDATE intelligence_item SET wrapped_key = \(fresh.wrappedKey), key_id = \(key.id) WHERE id = \(row.id)")
      }
      let entries = moved == 0 ? [] : [
        AuditEntry(.rotateIntelligenceKey, of: officer.id, detail: ["what": "wrapped keys of intelligence anew", "counts": "\(moved) items under key \(key.id)"])
      ]
      return Written((moved, unopened, rows.last?.id), entries: entries)
    }
  }

  /// Names of keys that items are sealed under and that are not in `keys/`, with how many items.
  package func missing() async throws -> [(key: String, items: Int)] {
    let used = try await database.pool.transaction(.readOnly) {
      try await $0.all("SELECT key_id, count(*) AS items FROM intelligence_item WHERE wrapped_key IS NOT NULL AND key_id IS NOT NULL GROUP BY key_id ORDER BY key_id", as: UsedKey.self)
    }
    return used.filter { keys.opening($0.id).isEmpty }.map { ($0.id, $0.items) }
  }

  private struct UsedKey: RowDecodable, Sendable {
    var id: String
    var items: Int
    init(row: Row) throws {
      id = try row.get("key_id")
      items = try row.get("items")
    }
  }

  /// Destroys the keys before the one that seals, where no item is left under them. What older backups hold under them cannot be read any more.
  /// - Returns: names of the keys that were destroyed, and those that something is still sealed under.
  package func destroyRetired(by officer: Officer) async throws -> (destroyed: [String], needed: [String]) {
    let current = try keys.sealing().id
    var destroyed: [String] = [], needed: [String] = []
    for key in try keys.retired() where key.id != current {
      let isFree = try await database.write(by: officer, at: environment.now()) { transaction in
        try await transaction.execute("SELECT FROM intelligence_key WHERE id = \(key.id) FOR UPDATE")
        let sealed = try await transaction.value(
          "SELECT count(*) FROM intelligence_item WHERE wrapped_key IS NOT NULL AND (key_id = \(key.id) OR key_id IS NULL)", as: Int.self)
        guard sealed == 0 else { return Written(false, entries: []) }
        try await transaction.execute("UPDATE intelligence_key SET destroyed_at = coalesce(destroyed_at, \(environment.now())) WHERE id = \(key.id)")
        return Written(true, AuditEntry(.rotateIntelligenceKey, of: officer.id, detail: ["what": "destroyed a key of intelligence that was retired", "counts": "key \(key.id)"]))
      }
      if isFree { try keys.destroy(key) }
      if isFree { destroyed.append(key.id) } else { needed.append(key.id) }
    }
    return (destroyed, needed)
  }
}

/// An item as it is sealed, for commands: the web has no such row.
struct SealedRow: RowDecodable, Sendable {
  var id: UUID
  var reference: String
  var receivedOn: Day
  var text: SealedText

  init(row: Row) throws {
    id = try row.get("id")
    reference = try row.get("reference")
    receivedOn = try row.get("received_on")
    text = SealedText(ciphertext: try row.get("ciphertext"), nonce: try row.get("nonce"), wrappedKey: try row.get("wrapped_key"), keyID: try row.get("key_id"))
  }
}
