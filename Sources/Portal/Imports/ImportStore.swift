package import Domain
package import Foundation
import HTTPTypes
import Postgres
import Web

/// Runs of imports: what officers see of them and ask of them. The work itself is `ImportWork`'s.
package struct ImportStore: Sendable {
  let environment: Environment
  private var database: Database { environment.database }
  package init(_ environment: Environment) { self.environment = environment }

  package func runs(for officer: Officer) async throws -> [ImportRun] {
    try await database.read(as: officer, Query<ImportRun>("SELECT \(ImportRun.columns) FROM import_run i ORDER BY i.started_at DESC, i.id LIMIT 50"))
  }

  package func run(_ id: UUID, for officer: Officer) async throws -> ImportRun? {
    try await database.read(as: officer, Query<ImportRun>("SELECT \(ImportRun.columns) FROM import_run i WHERE i.id = \(id)")).first
  }

  package func start(_ id: UUID, authority: Int, fileName: String, hash: [UInt8], bytes: Int, by officer: Officer) async throws {
    let place = environment.settings.authority(authority)?.name ?? ""
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute(
        """
        INSERT INTO import_run (id, authority_id, file_name, file_hash, file_bytes, started_by)
        VALUES (\(id), \(Int16(authority)), \(fileName), \(hash), \(bytes), \(officer.id))
        """)
      return .done(AuditEntry(.startImport, of: id, authority: authority, detail: ["file": fileName, "authority": place]))
    }
  }

  /// Sets what the columns are and asks for the check; keeps the mapping under a name where one is given.
  package func map(_ run: ImportRun, _ mapping: SavedMapping, savingAs name: String?, by officer: Officer) async throws {
    let json = String(decoding: try JSONEncoder().encode(mapping), as: UTF8.self)
    try await database.write(by: officer, at: environment.now()) { transaction in
      if let name {
        try await transaction.execute(
          """
          INSERT INTO saved_mapping (authority_id, name, mapping) VALUES (\(Int16(run.authority)), \(name), \(json)::jsonb)
          ON CONFLICT (authority_id, name) DO UPDATE SET mapping = excluded.mapping, saved_at = now()
          """)
      }
      try await Self.move(run, from: ["uploaded", "checked", "failed"], to: .checking, setting: "mapping = \(json)::jsonb, failure = NULL, counts = '{}',", in: transaction)
      return Written((), entries: [])
    }
  }

  package func apply(_ run: ImportRun, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await Self.move(run, from: ["checked"], to: .applying, setting: "", in: transaction)
      return Written((), entries: [])
    }
  }

  package func cancel(_ run: ImportRun, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await Self.move(run, from: ["uploaded", "checking", "checked", "failed"], to: .cancelled, setting: "", in: transaction)
      return .done(AuditEntry(.cancelImport, of: run.id, authority: run.authority, detail: ["file": run.fileName]))
    }
  }

  private static func move(_ run: ImportRun, from states: [String], to state: ImportRun.State, setting: SQL, in transaction: Transaction) async throws {
    let moved = try await transaction.execute(
      "UPDATE import_run SET \(setting) state = \(state), phase = 'Waiting', done = 0, total = 0, lease_until = NULL WHERE id = \(run.id) AND state = ANY(\(states))")
    guard moved == 1 else {
      throw Problem(.conflict, "The import has moved on", "Somebody, or the worker, was quicker. Look at it again.", wayOn: ("See the import", Path.importRun(run.id)))
    }
  }

  package func savedMappings(_ authority: Int, for officer: Officer) async throws -> [(name: String, mapping: SavedMapping)] {
    struct Saved: RowDecodable, Sendable {
      var name: String
      var mapping: SavedMapping
      init(row: Row) throws {
        name = try row.get("name")
        mapping = try JSONDecoder().decode(SavedMapping.self, from: Data(try row.get("mapping", as: String.self).utf8))
      }
    }
    return try await database.read(
      as: officer, Query<Saved>("SELECT name, mapping::text AS mapping FROM saved_mapping WHERE authority_id = \(Int16(authority)) ORDER BY name")
    ).map { ($0.name, $0.mapping) }
  }

  /// What became of licences between what is held and the file: renewed, and held no more.
  struct Compared: RowDecodable, Sendable {
    var renewed: Int
    var lapsed: Int
    var running: Int
    init(row: Row) throws {
      renewed = try row.get("renewed")
      lapsed = try row.get("lapsed")
      running = try row.get("running")
    }
  }

  /// What a row says of the time between: over `import_row x` and the `registration r` it is of.
  private static func between(_ what: String, _ today: Day) -> SQL? {
    switch what {
    case "renewed":
      "x.outcome = 'changed' AND (SELECT m.days[2] > m.days[1] FROM (SELECT regexp_match(x.reason, 'Last day from (\\S+) to ([0-9-]+)') AS days) m)"
    case "lapsed": "x.outcome = 'missing' AND r.term_ends_before <= \(today)"
    case "running": "x.outcome = 'missing' AND coalesce(r.term_ends_before, 'infinity') > \(today)"
    default: nil
    }
  }

  func compared(_ run: UUID, for officer: Officer) async throws -> Compared? {
    func count(_ what: String) -> SQL { "count(*) FILTER (WHERE \(Self.between(what, environment.today()) ?? "false"))" }
    return try await environment.database.read(
      as: officer,
      Query<Compared>(
        """
        SELECT \(count("renewed")) AS renewed, \(count("lapsed")) AS lapsed, \(count("running")) AS running
          FROM import_row x LEFT JOIN registration r ON r.id = x.registration_id WHERE x.run_id = \(run) AND x.outcome IN ('changed', 'missing')
        """)
    ).first
  }

  package func rows(_ run: UUID, _ outcome: String, after line: Int, limit: Int, for officer: Officer) async throws -> [ImportRow] {
    // What was renewed is among the changed; who lapsed or still runs, among the missing: those are asked through the same index.
    let held = ["renewed": "changed", "lapsed": "missing", "running": "missing"][outcome] ?? outcome
    let between = Self.between(outcome, environment.today()).map { "AND \($0)" as SQL } ?? ""
    return try await database.read(
      as: officer,
      Query<ImportRow>(
        """
        SELECT \(ImportRow.columns) FROM import_row x LEFT JOIN registration r ON r.id = x.registration_id
         WHERE x.run_id = \(run) AND x.outcome = \(held) AND x.line > \(line) \(between) ORDER BY x.line LIMIT \(limit)
        """))
  }
}
