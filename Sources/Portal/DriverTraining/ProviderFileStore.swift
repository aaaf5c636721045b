import Domain
package import Foundation
import HTTPTypes
import Postgres
import Web

/// Reads a provider's file, matches its lines with drivers, and records them once.
package struct ProviderFileStore: Sendable {
  let environment: Environment
  package init(_ environment: Environment) { self.environment = environment }
  var database: Database { environment.database }
  static let most = 20_000

  func list(for officer: Officer) async throws -> [ProviderFile] {
    try await database.read(as: officer, Query(ProviderFile.query + " ORDER BY i.started_at DESC, i.id LIMIT 50"))
  }

  package func get(_ id: UUID, for officer: Officer) async throws -> ProviderFile? {
    try await database.read(as: officer, Query<ProviderFile>(ProviderFile.query + " WHERE i.id = \(id)")).first
  }

  func mappings(for officer: Officer) async throws -> [KeptProviderMapping] {
    try await database.read(as: officer, Query("SELECT name, mapping::text AS mapping FROM provider_file_mapping ORDER BY name LIMIT 100"))
  }

  func rows(_ run: UUID, _ condition: SQL, after line: Int = 0, limit: Int, for officer: Officer) async throws -> [ProviderRow] {
    try await database.read(as: officer, Query(ProviderRow.query + " WHERE x.import_id = \(run) AND x.line > \(line) AND \(condition) ORDER BY x.line LIMIT \(limit)"))
  }

  func drivers(_ ids: [UUID], for officer: Officer) async throws -> [UUID: KnownDriver] {
    let found = try await database.read(
      as: officer, Query<KnownDriver>("SELECT \(KnownDriver.columns) FROM registration r JOIN party p ON p.id = r.party_id WHERE r.id = ANY(\(ids))"))
    return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
  }

  /// Keeps the lines of a file as they stand.
  package func start(_ id: UUID, _ table: ProviderTable, fileName: String, hash: [UInt8], by officer: Officer) async throws {
    let places = officer.authorities(.recordTraining).map(Int16.init)
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute(
        """
        INSERT INTO provider_file (id, authority_ids, file_name, file_hash, headings, started_by) VALUES (\(id), \(places), \(fileName), \(hash), \(table.headings), \(officer.id))
        """)
      let rows = table.rows.map { Line(line: $0.line, cells: $0.cells) }
      try await transaction.execute(
        """
        INSERT INTO provider_file_row (import_id, line, cells)
        SELECT \(id), x.line, ARRAY(SELECT jsonb_array_elements_text(x.cells)) FROM jsonb_to_recordset(\(String(decoding: try JSONEncoder().encode(rows), as: UTF8.self))::jsonb) AS x (line integer, cells jsonb)
        """)
      return .done(AuditEntry(.startCompletions, of: id, detail: ["file": fileName])).leading(to: Path.completionImport(id))
    }
  }

  private struct Line: Codable {
    var line: Int
    var cells: [String]
  }

  func cancel(_ run: ProviderFile, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      guard try await transaction.execute("UPDATE provider_file SET state = 'cancelled' WHERE id = \(run.id) AND state IN ('uploaded', 'checked')") == 1 else { throw Self.over }
      return .done(AuditEntry(.cancelCompletions, of: run.id, detail: ["file": run.fileName]))
    }
  }

  static var over: Problem {
    Problem(.conflict, "This file is done with", "It was recorded or left out already. To record more, upload a file anew: what is recorded already is not recorded twice.", wayOn: ("Completions from files", Path.completionImports))
  }
}
