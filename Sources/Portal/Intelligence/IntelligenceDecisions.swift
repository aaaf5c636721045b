package import Domain
package import Foundation
import HTTPTypes
import Postgres
import Web

/// What is decided about an item after it was sent.
extension IntelligenceStore {
  /// Changes whom an item names. Those who opened it before stay in its log.
  package func name(_ readers: [UUID], on item: IntelligenceItem, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let gone = try await transaction.execute("DELETE FROM intelligence_audience WHERE item_id = \(item.id) AND NOT account_id = ANY(\(readers))")
      let come = try await transaction.execute(
        """
        INSERT INTO intelligence_audience (item_id, csp_id, account_id, named_by)
        SELECT \(item.id), \(Int16(item.csp)), r.id, \(officer.id) FROM sec.intelligence_readers(\(Int16(item.csp))) r WHERE r.id = ANY(\(readers))
        ON CONFLICT DO NOTHING
        """)
      return .done(AuditEntry(.nameReaders, of: item.id, detail: ["reference": item.reference, "changes": "\(come) named, \(gone) no longer"]))
    }
  }

  /// Says what became of an item, which closes it.
  package func decide(_ outcome: IntelligenceOutcome, on item: IntelligenceItem, seen version: Int, by officer: Officer) async throws {
    let today = environment.today()
    try await database.write(by: officer, at: environment.now()) { transaction in
      let changed = try await transaction.execute(
        """
        UPDATE intelligence_item SET outcome = \(outcome), outcome_on = \(today), state = 'closed', version = version + 1
         WHERE id = \(item.id) AND version = \(version) AND state <> 'recalled'
        """)
      guard changed == 1 else {
        throw Problem(.conflict, "The item has changed meanwhile", "Somebody was quicker. Look at it again.", wayOn: ("See the item", item.path))
      }
      return .done(AuditEntry(.decideIntelligence, of: item.id, detail: ["reference": item.reference, "outcome": outcome.name]))
    }
  }

  /// Takes back what one sent: its text and the key to it are destroyed, and nobody opens it again.
  package func recall(_ item: IntelligenceItem, by officer: Officer) async throws {
    let now = environment.now()
    try await database.write(by: officer, at: now) { transaction in
      let changed = try await transaction.execute(
        """
        UPDATE intelligence_item SET state = 'recalled', recalled_at = \(now), ciphertext = NULL, nonce = NULL, wrapped_key = NULL, version = version + 1
         WHERE id = \(item.id) AND author = \(officer.id) AND state <> 'recalled'
        """)
      guard changed == 1 else {
        throw Problem(.conflict, "It was recalled already", "Nothing of its text is left.", wayOn: ("See your submissions", Path.submissions))
      }
      return .done(AuditEntry(.recallIntelligence, of: item.id, detail: ["reference": item.reference]))
    }
  }
}
