import Domain
import Foundation
import HTTPTypes
import Postgres
import Web

/// Editions of the common dataset: drawn up, agreed by another, and followed by the next.
struct DatasetStore: Sendable {
  let environment: Environment
  init(_ environment: Environment) { self.environment = environment }

  func list(for officer: Officer) async throws -> [DatasetEdition] {
    try await environment.database.read(as: officer, Query<DatasetEdition>("SELECT \(DatasetEdition.columns) FROM \(DatasetEdition.tables) ORDER BY e.number DESC LIMIT 100"))
  }

  func one(_ id: UUID, for officer: Officer) async throws -> DatasetEdition? {
    try await environment.database.read(as: officer, Query<DatasetEdition>("SELECT \(DatasetEdition.columns) FROM \(DatasetEdition.tables) WHERE e.id = \(id)")).first
  }

  func items(of id: UUID, for officer: Officer) async throws -> [DatasetItem] {
    try await environment.database.read(
      as: officer,
      Query<DatasetItem>(
        """
        SELECT i.id, i.code, i.name, i.organisation_id, i.frequency FROM dataset_item i JOIN organisation o ON o.id = i.organisation_id
         WHERE i.edition_id = \(id) ORDER BY o.name COLLATE "C", i.name COLLATE "C", i.id
        """))
  }

  /// Begins the next edition with the items of the one before.
  func begin(once sent: SentForm? = nil, by officer: Officer) async throws -> UUID {
    let id = UUID()
    return try await environment.database.write(by: officer, at: environment.now(), once: sent) { transaction in
      try await transaction.execute("SELECT pg_advisory_xact_lock(hashtextextended('dataset_edition', 1))")
      let open = try await transaction.optionalValue(
        "SELECT e.id FROM dataset_edition e WHERE NOT EXISTS (SELECT FROM dataset_agreement a WHERE a.edition_id = e.id) LIMIT 1", as: UUID.self)
      if let open { throw Problem(.conflict, "There is a draft already", "Agree it before you begin another.", wayOn: ("See the draft", Path.edition(open))) }
      let number = try await transaction.value(
        "INSERT INTO dataset_edition (id, number, recorded_by) SELECT \(id), coalesce(max(number), 0) + 1, \(officer.id) FROM dataset_edition RETURNING number", as: Int.self)
      try await transaction.execute(
        """
        INSERT INTO dataset_item (edition_id, code, name, organisation_id, frequency, recorded_by)
        SELECT \(id), i.code, i.name, i.organisation_id, i.frequency, \(officer.id)
          FROM dataset_item i JOIN dataset_edition e ON e.id = i.edition_id WHERE e.number = \(Int16(number - 1))
        """)
      return Written(id, AuditEntry(.keepDataset, of: id, detail: ["what": "began", "edition": String(number)])).leading(to: Path.edition(id))
    }
  }

  /// - Returns: false where the edition has an item of that name already.
  func add(_ name: String, code: String, _ organisation: Int, isYearly: Bool, to edition: DatasetEdition, once sent: SentForm? = nil, by officer: Officer) async throws -> Bool {
    do {
      try await environment.database.write(by: officer, at: environment.now(), once: sent) { transaction in
        try await transaction.execute(
          """
          INSERT INTO dataset_item (edition_id, code, name, organisation_id, frequency, recorded_by)
          VALUES (\(edition.id), \(code), \(name), \(Int16(organisation)), \(isYearly ? "yearly" : "quarterly"), \(officer.id))
          """)
        return Written((), AuditEntry(.keepDataset, of: edition.id, detail: ["what": "added to", "edition": String(edition.number), "item": name])).leading(to: edition.path)
      }
      return true
    } catch let error as PostgresError where error.constraint == "dataset_item_once" {
      return false
    } catch let error as PostgresError where error.constraint == "dataset_item_of_draft" {
      throw Self.agreed(edition)
    }
  }

  func remove(_ item: DatasetItem, from edition: DatasetEdition, once sent: SentForm? = nil, by officer: Officer) async throws {
    do {
      try await environment.database.write(by: officer, at: environment.now(), once: sent) { transaction in
        try await transaction.execute("DELETE FROM dataset_item WHERE id = \(item.id) AND edition_id = \(edition.id)")
        return Written((), AuditEntry(.keepDataset, of: edition.id, detail: ["what": "took out of", "edition": String(edition.number), "item": item.name])).leading(to: edition.path)
      }
    } catch let error as PostgresError where error.constraint == "dataset_item_of_draft" {
      throw Self.agreed(edition)
    }
  }

  /// - Returns: what forbids it, in a sentence; nil where the agreement is recorded.
  func agree(_ edition: DatasetEdition, on day: Day, by body: String, once sent: SentForm? = nil, recordedBy officer: Officer) async throws -> String? {
    do {
      try await environment.database.write(by: officer, at: environment.now(), once: sent) { transaction in
        let added = try await transaction.execute(
          "INSERT INTO dataset_agreement (edition_id, agreed_on, agreed_by, recorded_by) VALUES (\(edition.id), \(day), \(body), \(officer.id)) ON CONFLICT DO NOTHING")
        guard added == 1 else { throw Self.agreed(edition) }
        return Written((), AuditEntry(.keepDataset, of: edition.id, detail: ["what": "recorded the agreement of", "edition": String(edition.number), "item": "by the \(body)"])).leading(to: edition.path)
      }
      return nil
    } catch let error as PostgresError where error.constraint == "dataset_agreed_by_another" {
      return "You drew it up: somebody else records that it was agreed"
    } catch let error as PostgresError where error.constraint == "dataset_agreed_with_items" {
      return "Add its items first"
    }
  }

  static func agreed(_ edition: DatasetEdition) -> Problem {
    Problem(.conflict, "The edition is agreed", "Nothing in it can be changed: begin the next.", wayOn: ("See the edition", edition.path))
  }
}
