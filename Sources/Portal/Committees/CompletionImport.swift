import Crypto
import Domain
import Foundation
import Postgres
import Web

/// A file of completions that came in, with what was said of its columns.
struct CompletionImport: RowDecodable, Sendable {
  var id: UUID
  var authority: Int
  var file: String
  var headings: [String]
  var lines: [CompletionFile.Line]
  var mapping: CompletionMapping?
  var evidence: String
  var by: String?
  var madeAt: Date
  var isClosed: Bool

  static let columns: SQL = """
    i.id, i.authority_id, i.file_name, i.headings, i.lines::text AS lines, i.mapping::text AS mapping, i.evidence, n.name AS by_name, i.made_at, i.closed_at IS NOT NULL AS closed
    """
  static let tables: SQL = "training_import i LEFT JOIN LATERAL sec.account_names(ARRAY[i.made_by]) n ON true"

  init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    file = try row.get("file_name")
    headings = try row.get("headings")
    lines = try JSONDecoder().decode([CompletionFile.Line].self, from: Data(try row.get("lines", as: String.self).utf8))
    mapping = try row.get("mapping", as: String?.self).map { try JSONDecoder().decode(CompletionMapping.self, from: Data($0.utf8)) }
    evidence = try row.get("evidence")
    by = try row.get("by_name")
    madeAt = try row.get("made_at")
    isClosed = try row.get("closed")
  }
}

/// A file in the list of files, without its lines.
struct CompletionImportLine: RowDecodable, Sendable {
  var id: UUID
  var authority: Int
  var file: String
  var count: Int
  var by: String?
  var madeAt: Date
  var isClosed: Bool
  init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    file = try row.get("file_name")
    count = try row.get("count")
    by = try row.get("by_name")
    madeAt = try row.get("made_at")
    isClosed = try row.get("closed")
  }

  static let latest = Query<CompletionImportLine>("""
    SELECT i.id, i.authority_id, i.file_name, jsonb_array_length(i.lines) AS count, n.name AS by_name, i.made_at, i.closed_at IS NOT NULL AS closed
      FROM \(CompletionImport.tables) ORDER BY i.made_at DESC, i.id LIMIT 50
    """)
}

/// Files of completions: kept as they came, matched anew whenever they are looked at, recorded when a person says so.
struct CompletionStore: Sendable {
  let environment: Environment
  private var database: Database { environment.database }
  init(_ environment: Environment) { self.environment = environment }

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  func find(_ id: UUID, for officer: Officer) async throws -> CompletionImport? {
    try await database.read(as: officer, Query<CompletionImport>("SELECT \(CompletionImport.columns) FROM \(CompletionImport.tables) WHERE i.id = \(id)")).first
  }

  /// Keeps the file, with what was said of the same headings the last time.
  func add(_ file: CompletionFile, named name: String, bytes: [UInt8], in authority: Int, evidence: String, once sent: SentForm?, by officer: Officer) async throws -> UUID {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let saved = try await transaction.optionalValue(
        "SELECT mapping::text FROM training_mapping WHERE authority_id = \(Int16(authority)) AND headings = \(file.headings)", as: String.self)
      let suggested = CompletionMapping(headings: file.headings)
      let mapping = try saved ?? (suggested.problem == nil ? json(suggested) : nil)
      let id = try await transaction.value(
        """
        INSERT INTO training_import (authority_id, file_name, sha256, headings, lines, mapping, evidence, made_by, made_at)
        VALUES (\(Int16(authority)), \(String(name.prefix(200))), \(Array(SHA256.hash(data: bytes))), \(file.headings), \(try json(file.lines))::jsonb, \(mapping)::jsonb, \(evidence), \(officer.id), \(environment.now()))
        RETURNING id
        """, as: UUID.self)
      return Written(id, AuditEntry(.startTrainingImport, of: id, authority: authority, detail: ["file": name])).leading(to: Path.trainingImport(id))
    }
  }

  /// Says what the columns and words are, for this file and the next of the same headings.
  func map(_ run: CompletionImport, _ mapping: CompletionMapping, by officer: Officer) async throws {
    let text = try json(mapping)
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute("UPDATE training_import SET mapping = \(text)::jsonb WHERE id = \(run.id)")
      try await transaction.execute(
        """
        INSERT INTO training_mapping (authority_id, headings, mapping, saved_by, saved_at)
        VALUES (\(Int16(run.authority)), \(run.headings), \(text)::jsonb, \(officer.id), \(environment.now()))
        ON CONFLICT (authority_id, headings) DO UPDATE SET mapping = excluded.mapping, saved_by = excluded.saved_by, saved_at = excluded.saved_at
        """)
      return .done(AuditEntry(.explainTrainingImport, of: run.id, authority: run.authority, detail: ["what": "explained the columns", "file": run.file]))
    }
  }

  /// What a person said of lines in doubt: a member, or nil for left out.
  func decide(_ run: CompletionImport, _ decisions: [Int: UUID?], by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      for (line, member) in decisions.sorted(by: { $0.key < $1.key }) {
        try await transaction.execute(
          """
          INSERT INTO training_import_decision (import_id, line, authority_id, member_id, decided_by, decided_at)
          VALUES (\(run.id), \(line), \(Int16(run.authority)), \(member), \(officer.id), \(environment.now()))
          ON CONFLICT (import_id, line) DO UPDATE SET member_id = excluded.member_id, decided_by = excluded.decided_by, decided_at = excluded.decided_at
          """)
      }
      return .done(AuditEntry(
        .explainTrainingImport, of: run.id, authority: run.authority, detail: ["what": "decided on \(decisions.count == 1 ? "one line" : "\(decisions.count) lines")", "file": run.file]))
    }
  }

  private struct Decision: RowDecodable, Sendable {
    var line: Int
    var member: UUID?
    init(row: Row) throws {
      line = try row.get("line")
      member = try row.get("member_id")
    }
  }
  private struct HeldRow: RowDecodable, Sendable {
    var mark: String
    init(row: Row) throws {
      mark = CompletionPlan.mark(try row.get("member_id"), try row.get("course_id"), try row.get("completed_on"), try row.get("attempt"))
    }
  }

  /// The lines as they stand now, matched against the members of today.
  func plan(_ run: CompletionImport, for officer: Officer) async throws -> (plan: CompletionPlan, members: [Member], courses: [Course]) {
    let today = environment.today()
    let (members, courses, rules, held, decisions) = try await database.read(
      as: officer, Query<Member>("SELECT \(Member.columns) FROM member m WHERE m.authority_id = \(Int16(run.authority)) ORDER BY m.sort_name, m.id"), Course.all, TrainingStore.requirements,
      Query<HeldRow>("SELECT member_id, course_id, completed_on, attempt FROM member_training WHERE authority_id = \(Int16(run.authority))"),
      Query<Decision>("SELECT line, member_id FROM training_import_decision WHERE import_id = \(run.id)"))
    let roll = members.map { RollMatch.Entry(id: $0.id, name: NewMember.key($0.name), ward: NewMember.key($0.ward), email: $0.email) }
    let plan = CompletionPlan(
      run.lines, run.mapping ?? CompletionMapping(headings: run.headings), roll: roll, courses: courses, rules: rules.filter { $0.authority == run.authority }, held: Set(held.map(\.mark)),
      decisions: Dictionary(decisions.map { ($0.line, $0.member) }, uniquingKeysWith: { first, _ in first }), today: today)
    return (plan, members, courses)
  }

  /// Records what is ready; what is in doubt waits. All of it or nothing, and nothing twice.
  func apply(_ run: CompletionImport, _ plan: CompletionPlan, once sent: SentForm?, by officer: Officer) async throws -> Int {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      var made = 0
      var members: Set<UUID> = []
      for row in plan.ready {
        guard case .ready(let member) = row.outcome, let course = row.course, let on = row.on else { continue }
        let written = try await transaction.execute(
          """
          INSERT INTO member_training (authority_id, member_id, course_id, completed_on, provider, score, passed, evidence, attempt, import_id, recorded_by)
          VALUES (\(Int16(run.authority)), \(member), \(Int16(course.id)), \(on), \(row.provider), \(row.score.map(Int16.init)), \(row.passed), \(run.evidence), \(Int16(row.attempt)), \(run.id), \(officer.id))
          ON CONFLICT DO NOTHING
          """)
        made += written
        if written > 0 { members.insert(member) }
      }
      if plan.doubtful.isEmpty, plan.unexplained == 0 {
        try await transaction.execute("UPDATE training_import SET closed_at = coalesce(closed_at, \(environment.now())) WHERE id = \(run.id)")
      }
      let counts = "\(made) recorded, \(plan.held) held already, \(plan.doubtful.count + plan.unexplained) in doubt, \(plan.leftOut) left out"
      var entry = AuditEntry(.importTraining, of: run.id, authority: run.authority, detail: ["file": run.file, "counts": counts])
      entry.subjects += members.sorted { $0.uuidString < $1.uuidString }
      return Written(made, entry).leading(to: Path.trainingImport(run.id))
    }
  }
}
