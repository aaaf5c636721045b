package import Domain
package import Foundation
import HTTPTypes
package import Postgres
import Web

/// A provider's file of completions on its way into the register.
package struct ProviderFile: RowDecodable, Sendable {
  enum State: String, Sendable, PostgresDecodable {
    case uploaded, checked, applied, cancelled
    var tag: StatusTag {
      switch self {
      case .uploaded: StatusTag("Columns to be named", .yellow)
      case .checked: StatusTag("To be looked at", .blue)
      case .applied: StatusTag("Recorded", .green)
      case .cancelled: StatusTag("Left out")
      }
    }
  }

  package var id: UUID
  var authorities: [Int]
  var fileName: String
  var headings: [String]
  var mapping: ProviderMapping?
  var state: State
  var startedAt: Date
  /// How many lines there are of each kind now.
  package var counts: Counts

  package struct Counts: Sendable {
    package var ready = 0
    package var undecided = 0
    package var taken = 0
    package var left = 0
    package var known = 0
    package var rejected = 0
    package var all = 0

    /// What is recorded when it is applied.
    package var willBe: Int { ready + taken }
    var words: String { "\(willBe) recorded, \(known) known already, \(left) left out, \(rejected) unreadable" }
  }

  static let query: SQL = """
    SELECT i.id, i.authority_ids, i.file_name, i.headings, i.mapping, i.state, i.started_at, c.*
      FROM provider_file i CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE outcome = 'ready') AS ready, count(*) FILTER (WHERE outcome = 'doubt' AND decision IS NULL) AS undecided,
               count(*) FILTER (WHERE outcome = 'doubt' AND decision = 'take') AS taken, count(*) FILTER (WHERE outcome = 'doubt' AND decision = 'leave') AS "left",
               count(*) FILTER (WHERE outcome = 'known') AS known, count(*) FILTER (WHERE outcome = 'rejected') AS rejected, count(*) AS "all"
          FROM provider_file_row r WHERE r.import_id = i.id) c
    """

  package init(row: Row) throws {
    id = try row.get("id")
    authorities = try row.get("authority_ids")
    fileName = try row.get("file_name")
    headings = try row.get("headings")
    mapping = try row.get("mapping", as: String?.self).map { try JSONDecoder().decode(ProviderMapping.self, from: Data($0.utf8)) }
    state = try row.get("state")
    startedAt = try row.get("started_at")
    counts = Counts(
      ready: try row.get("ready"), undecided: try row.get("undecided"), taken: try row.get("taken"), left: try row.get("left"), known: try row.get("known"),
      rejected: try row.get("rejected"), all: try row.get("all"))
  }
}

/// A line of it, with what it was taken for.
struct ProviderRow: RowDecodable, Sendable {
  var line: Int
  var cells: [String]
  var outcome: String?
  var reason: String
  var who: String
  var course: String?
  var provider: String?
  var on: Day?
  var score: Int?
  var passed: Bool?
  var driver: UUID?
  var driverName: String?
  var driverReference: String?
  var candidates: [UUID]
  var needsReview: Bool
  var decision: String?

  static let query: SQL = """
    SELECT x.line, x.cells, x.outcome, x.reason, x.who, x.course, x.provider, x.completed_on, x.score, x.passed, x.registration_id, p.name AS driver_name, r.reference AS driver_reference,
           x.candidates, x.needs_review, x.decision
      FROM provider_file_row x LEFT JOIN registration r ON r.id = x.registration_id LEFT JOIN party p ON p.id = r.party_id
    """

  init(row: Row) throws {
    line = try row.get("line")
    cells = try row.get("cells")
    outcome = try row.get("outcome")
    reason = try row.get("reason")
    who = try row.get("who")
    course = try row.get("course")
    provider = try row.get("provider")
    on = try row.get("completed_on")
    score = try row.get("score")
    passed = try row.get("passed")
    driver = try row.get("registration_id")
    driverName = try row.get("driver_name")
    driverReference = try row.get("driver_reference")
    candidates = try row.get("candidates")
    needsReview = try row.get("needs_review")
    decision = try row.get("decision")
  }

  var what: String { [course ?? "", provider ?? "", score.map { "\($0)%" } ?? "", passed == false ? "failed" : ""].filter { !$0.isEmpty }.joined(separator: ", ") }
}

/// A mapping kept under a name.
struct KeptProviderMapping: RowDecodable, Sendable {
  var name: String
  var mapping: ProviderMapping
  init(row: Row) throws {
    name = try row.get("name")
    mapping = try JSONDecoder().decode(ProviderMapping.self, from: Data(try row.get("mapping", as: String.self).utf8))
  }
}

/// A driver who may be meant, with their districts' rule.
struct KnownDriver: RowDecodable, Sendable {
  var id: UUID
  var authority: Int
  var kind: LicenceKind
  var reference: String
  var referenceKey: String
  var badgeKey: String
  var name: String

  static let columns: SQL = "r.id, r.authority_id, r.kind, r.reference, r.reference_key, coalesce(r.badge_key, '') AS badge_key, p.name"

  init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    kind = try row.get("kind")
    reference = try row.get("reference")
    referenceKey = try row.get("reference_key")
    badgeKey = try row.get("badge_key")
    name = try row.get("name")
  }

  var candidate: ProviderCandidate { ProviderCandidate(id: id.uuidString, referenceKey: referenceKey, badgeKey: badgeKey, name: name) }
}

/// Reads a provider's file, matches its lines with drivers, and records them once.
package struct ProviderFileStore: Sendable {
  let environment: Environment
  package init(_ environment: Environment) { self.environment = environment }
  private var database: Database { environment.database }
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

  /// What a line was taken for, as it is written back.
  private struct Judged: Codable {
    var line: Int
    var outcome: String
    var reason: String
    var who: String
    var course: String?
    var provider: String?
    var on: String?
    var score: Int?
    var passed: Bool?
    var driver: UUID?
    var candidates: [UUID]
    var review: Bool
  }

  /// Reads every line by the mapping and says whose it is; decisions that were taken before are forgotten.
  package func check(_ run: ProviderFile, _ mapping: ProviderMapping, savingAs name: String?, by officer: Officer) async throws {
    let today = environment.today()
    try await database.write(by: officer, at: environment.now()) { transaction in
      guard run.state == .uploaded || run.state == .checked,
        try await transaction.execute("UPDATE provider_file SET state = 'checked', mapping = \(String(decoding: try JSONEncoder().encode(mapping), as: UTF8.self))::jsonb WHERE id = \(run.id) AND state IN ('uploaded', 'checked')") == 1
      else { throw Self.over }
      if let name {
        try await transaction.execute(
          """
          INSERT INTO provider_file_mapping (authority_ids, name, mapping, saved_by)
          SELECT authority_ids, \(name), mapping, \(officer.id) FROM provider_file WHERE id = \(run.id)
          ON CONFLICT ON CONSTRAINT provider_file_mapping_once DO UPDATE SET mapping = excluded.mapping, saved_at = now()
          """)
      }
      let places = mapping.places(in: run.headings)
      let lines = try await transaction.all(ProviderRow.query + " WHERE x.import_id = \(run.id) ORDER BY x.line", as: ProviderRow.self).map {
        (number: $0.line, line: ProviderLine($0.cells, mapping, at: places, today: today))
      }
      let judged = try await judge(lines, run.authorities, today, in: transaction)
      try await transaction.execute(
        """
        UPDATE provider_file_row r SET outcome = x.outcome, reason = x.reason, who = x.who, course = x.course, provider = x.provider, completed_on = x."on", score = x.score,
               passed = x.passed, registration_id = x.driver, candidates = ARRAY(SELECT jsonb_array_elements_text(x.candidates)::uuid), needs_review = x.review,
               decision = NULL, decided_by = NULL, decided_at = NULL
          FROM jsonb_to_recordset(\(String(decoding: try JSONEncoder().encode(judged), as: UTF8.self))::jsonb)
            AS x (line integer, outcome text, reason text, who text, course text, provider text, "on" date, score smallint, passed boolean, driver uuid, candidates jsonb, review boolean)
         WHERE r.import_id = \(run.id) AND r.line = x.line
        """)
      return Written((), entries: [])
    }
  }

  private func judge(_ lines: [(number: Int, line: ProviderLine)], _ authorities: [Int], _ today: Day, in transaction: Transaction) async throws -> [Judged] {
    let drivers = try await candidates(lines.map(\.line), authorities, in: transaction)
    let byReference = Dictionary(grouping: drivers) { $0.referenceKey }
    let byBadge = Dictionary(grouping: drivers.filter { !$0.badgeKey.isEmpty }) { $0.badgeKey }
    let byName = Dictionary(grouping: drivers) { ProviderCandidate.words($0.name) }
    let all = Dictionary(drivers.map { ($0.id.uuidString, $0) }, uniquingKeysWith: { one, _ in one })
    let rules = try await transaction.all(
      SQL("SELECT * , true AS in_force FROM driver_training_rule WHERE withdrawn_at IS NULL AND authority_id = ANY(\(authorities.map(Int16.init))) ORDER BY starts_on DESC"), as: DriverTrainingRule.self)
    let known = try await recorded(drivers.map(\.id), in: transaction)
    var seen: Set<String> = []
    return lines.map { number, line in
      var row = Judged(
        line: number, outcome: "rejected", reason: line.problem ?? "", who: String(line.who.prefix(300)), course: line.course, provider: line.provider, on: line.completed?.iso, score: line.score,
        passed: nil, driver: nil, candidates: [], review: false)
      guard line.problem == nil, let on = line.completed else { return row }
      // A driver whom number and name both find is one candidate.
      var met: Set<UUID> = []
      let near = ((byReference[ProviderCandidate.key(line.reference)] ?? []) + (byBadge[ProviderCandidate.key(line.badge)] ?? []) + (byName[ProviderCandidate.words(line.name)] ?? [])).filter { met.insert($0.id).inserted }
      row.passed = line.said ?? true
      row.outcome = "doubt"
      switch ProviderMatch.judge(line, near.map(\.candidate)) {
      case .doubt(let ids, let reason):
        row.candidates = ids.compactMap(UUID.init)
        row.reason = reason
      case .certain(let id):
        guard let driver = all[id] else { return row }
        row.driver = driver.id
        row.candidates = [driver.id]
        let rule = rules.first { $0.authority == driver.authority && $0.kind == driver.kind && $0.startsOn <= on }?.attempts(policy: 0)
        row.provider = rule?.spelled(line.provider) ?? line.provider
        let key = "\(driver.id) \(PersonName.folded(line.course)) \(on.iso)"
        if known.contains(key) {
          row.outcome = "known"
        } else if !seen.insert(key).inserted {
          row.reason = "Another line says the same of this driver and day"
        } else if let rule, !rule.accepts(line.provider) {
          row.reason = line.provider.isEmpty ? "It names no provider, and the rule accepts certain ones alone" : "The rule does not accept training by \(line.provider)"
          row.review = true
        } else if let mark = rule?.passMark, line.score == nil, line.said != false {
          row.reason = "It gives no score, and the rule asks for \(mark)%"
          row.review = true
        } else if let mark = rule?.passMark, let score = line.score, let said = line.said, said != (score >= mark) {
          row.reason = "It says \(said ? "passed" : "failed") with \(score)%, and the rule asks for \(mark)%"
          row.passed = score >= mark
          row.review = row.passed == true
        } else {
          row.passed = rule?.passed(score: line.score, said: line.said) ?? line.said ?? true
          row.outcome = "ready"
        }
      }
      return row
    }
  }

  /// Every driver whom one of the lines could mean.
  private func candidates(_ lines: [ProviderLine], _ authorities: [Int], in transaction: Transaction) async throws -> [KnownDriver] {
    let kinds = (Register.drivers.kinds + Register.operators.kinds).map(\.rawValue)
    let references = Set(lines.map { ProviderCandidate.key($0.reference) }).subtracting([""])
    let badges = Set(lines.map { ProviderCandidate.key($0.badge) }).subtracting([""])
    // The order of lists: family name, given names, both folded.
    let names = Set(lines.flatMap { line -> [String] in
      let words = PersonName.parse(line.name)
      guard !words.family.isEmpty else { return [] }
      return [PersonName.folded(words.family) + (words.given.isEmpty ? "" : ", " + PersonName.folded(words.given))]
    })
    return try await transaction.all(
      """
      SELECT \(KnownDriver.columns) FROM registration r JOIN party p ON p.id = r.party_id
       WHERE r.kind = ANY(\(kinds)) AND r.authority_id = ANY(\(authorities.map(Int16.init)))
         AND r.id IN (SELECT id FROM registration WHERE reference_key = ANY(\(Array(references))) UNION SELECT id FROM registration WHERE badge_key = ANY(\(Array(badges)))
                      UNION SELECT id FROM registration WHERE sort_name = ANY(\(Array(names)))) LIMIT 60000
      """, as: KnownDriver.self)
  }

  /// What is recorded of these drivers: driver, course and day.
  private func recorded(_ drivers: [UUID], in transaction: Transaction) async throws -> Set<String> {
    struct Held: RowDecodable, Sendable {
      var key: String
      init(row: Row) throws {
        let id = try row.get("registration_id", as: UUID.self)
        key = "\(id) \(PersonName.folded(try row.get("course", as: String.self))) \(try row.get("completed_on", as: Day.self).iso)"
      }
    }
    return Set(try await transaction.all(
      """
      SELECT registration_id, course, completed_on FROM training_completion WHERE registration_id = ANY(\(drivers))
      UNION SELECT registration_id, course, completed_on FROM training_attempt WHERE registration_id = ANY(\(drivers))
      """, as: Held.self).map(\.key))
  }

  /// What a person says of a line in doubt.
  enum Decision: Sendable {
    case take(UUID), leave
  }

  /// - Returns: how many decisions were taken; a line that somebody decided meanwhile is decided anew.
  func decide(_ decisions: [Int: Decision], of run: ProviderFile, by officer: Officer) async throws -> Int {
    let now = environment.now()
    return try await database.write(by: officer, at: now) { transaction in
      guard try await transaction.optionalValue("SELECT true FROM provider_file WHERE id = \(run.id) AND state = 'checked' FOR UPDATE", as: Bool.self) == true else { throw Self.over }
      var done = 0
      for (line, decision) in decisions.sorted(by: { $0.key < $1.key }) {
        switch decision {
        case .leave:
          done += try await transaction.execute(
            "UPDATE provider_file_row SET decision = 'leave', decided_by = \(officer.id), decided_at = \(now) WHERE import_id = \(run.id) AND line = \(line) AND outcome = 'doubt'")
        case .take(let driver):
          done += try await transaction.execute(
            """
            UPDATE provider_file_row x SET decision = 'take', registration_id = r.id, decided_by = \(officer.id), decided_at = \(now) FROM registration r
             WHERE x.import_id = \(run.id) AND x.line = \(line) AND x.outcome = 'doubt' AND r.id = \(driver) AND r.authority_id = ANY(\(run.authorities.map(Int16.init)))
            """)
        }
      }
      return Written(done, entries: [])
    }
  }

  /// Leaves out every line that nobody has decided on.
  func leaveRest(of run: ProviderFile, by officer: Officer) async throws {
    let now = environment.now()
    try await database.write(by: officer, at: now) { transaction in
      try await transaction.execute(
        """
        UPDATE provider_file_row SET decision = 'leave', decided_by = \(officer.id), decided_at = \(now)
         WHERE import_id = \(run.id) AND outcome = 'doubt' AND decision IS NULL AND EXISTS (SELECT FROM provider_file i WHERE i.id = \(run.id) AND i.state = 'checked')
        """)
      return Written((), entries: [])
    }
  }

  /// Which driver of the run's districts a typed reference or badge names; nil: none, or several.
  func named(_ text: String, in run: ProviderFile, for officer: Officer) async throws -> UUID? {
    let key = ProviderCandidate.key(text)
    guard !key.isEmpty else { return nil }
    let kinds = (Register.drivers.kinds + Register.operators.kinds).map(\.rawValue)
    let found = try await database.read(
      as: officer,
      Query<KnownDriver>(
        """
        SELECT \(KnownDriver.columns) FROM registration r JOIN party p ON p.id = r.party_id
         WHERE (r.reference_key = \(key) OR r.badge_key = \(key)) AND r.kind = ANY(\(kinds)) AND r.authority_id = ANY(\(run.authorities.map(Int16.init))) ORDER BY (r.reference_key = \(key)) DESC LIMIT 3
        """))
    let exact = found.filter { $0.referenceKey == key }
    return exact.count == 1 ? exact[0].id : found.count == 1 ? found[0].id : nil
  }

  /// Records every line that is certain or was taken: each once, whatever was recorded meanwhile. A second time there is nothing left to do.
  package func apply(_ run: ProviderFile, once sent: SentForm? = nil, by officer: Officer) async throws {
    let now = environment.now()
    let months = environment.settings.policy.trainingValidMonths
    try await database.write(by: officer, at: now, once: sent) { transaction in
      guard try await transaction.optionalValue("SELECT true FROM provider_file WHERE id = \(run.id) AND state = 'checked' FOR UPDATE", as: Bool.self) == true else { throw Self.over }
      guard try await transaction.value("SELECT NOT EXISTS (SELECT FROM provider_file_row WHERE import_id = \(run.id) AND outcome = 'doubt' AND decision IS NULL)", as: Bool.self) else {
        throw Problem(.conflict, "Some lines are still in doubt", "Decide on each of them first, or leave them out.", wayOn: ("Back to the file", Path.completionImport(run.id)))
      }
      // Attempts first. What counts goes into the narrow table, and the attempt is told which row that is.
      let made = try await transaction.value(
        """
        WITH found AS (
          SELECT x.line, row_number() OVER (PARTITION BY r.id, x.course, x.completed_on ORDER BY x.passed, x.line) AS nth,
                 row_number() OVER (PARTITION BY r.id, x.course, x.completed_on, x.passed ORDER BY x.line) AS same, r.id, r.authority_id, x.course, x.provider, x.completed_on, x.score, x.passed, x.needs_review,
                 (x.completed_on + make_interval(months => coalesce((SELECT u.refresher_months FROM driver_training_rule u WHERE u.authority_id = r.authority_id AND u.kind = r.kind
                    AND u.withdrawn_at IS NULL AND u.starts_on <= x.completed_on ORDER BY u.starts_on DESC LIMIT 1), \(Int16(months)))::integer))::date AS before,
                 (SELECT count(*) FROM training_attempt a WHERE a.registration_id = r.id AND NOT a.passed AND a.completed_on <= x.completed_on
                    AND a.completed_on >= coalesce((SELECT max(c.completed_on) FROM training_completion c WHERE c.registration_id = r.id AND c.completed_on <= x.completed_on), '-infinity')) AS failed
            FROM provider_file_row x JOIN registration r ON r.id = x.registration_id
           WHERE x.import_id = \(run.id) AND (x.outcome = 'ready' OR x.decision = 'take')
             AND NOT EXISTS (SELECT FROM training_attempt a WHERE a.registration_id = r.id AND a.course = x.course AND a.completed_on = x.completed_on)),
        -- Who failed and passed on one day did so in that order; two lines that say the same are one.
        taken AS (SELECT f.*, least(99, f.failed + f.nth)::smallint AS number FROM found f WHERE NOT f.passed OR f.same = 1),
        counted AS (
          INSERT INTO training_completion (registration_id, authority_id, course, provider, completed_on, valid_before, recorded_by)
          SELECT id, authority_id, course, coalesce(provider, ''), completed_on, before, \(officer.id) FROM taken WHERE passed AND NOT needs_review
          ON CONFLICT ON CONSTRAINT training_once DO NOTHING RETURNING id, registration_id, course, completed_on),
        attempts AS (
          INSERT INTO training_attempt (registration_id, authority_id, course, provider, completed_on, number, score, passed, review, reviewed_by, reviewed_at, completion_id, import_id, recorded_by)
          SELECT t.id, t.authority_id, t.course, coalesce(t.provider, ''), t.completed_on, t.number, t.score, t.passed,
                 CASE WHEN NOT t.passed THEN 'none' WHEN t.needs_review THEN 'awaiting' ELSE 'accepted' END,
                 CASE WHEN t.passed AND NOT t.needs_review THEN \(officer.id)::uuid END, CASE WHEN t.passed AND NOT t.needs_review THEN \(now)::timestamptz END, CASE WHEN t.passed AND NOT t.needs_review THEN c.id END, \(run.id), \(officer.id)
            FROM taken t LEFT JOIN counted c ON c.registration_id = t.id AND c.course = t.course AND c.completed_on = t.completed_on
           WHERE c.id IS NOT NULL OR NOT t.passed OR t.needs_review
          ON CONFLICT ON CONSTRAINT attempt_once DO NOTHING RETURNING registration_id)
        SELECT count(*) FROM attempts
        """, as: Int.self)
      try await transaction.execute("UPDATE provider_file SET state = 'applied', applied_by = \(officer.id), applied_at = \(now) WHERE id = \(run.id)")
      var counts = run.counts
      counts.known += counts.willBe - made
      counts.ready = made
      counts.taken = 0
      let drivers = try await transaction.values("SELECT DISTINCT registration_id FROM training_attempt WHERE import_id = \(run.id)", as: UUID.self)
      var entry = AuditEntry(.applyCompletions, of: run.id, detail: ["file": run.fileName, "counts": counts.words])
      entry.subjects += drivers
      return .done(entry).leading(to: Path.completionImport(run.id))
    }
  }

  func cancel(_ run: ProviderFile, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      guard try await transaction.execute("UPDATE provider_file SET state = 'cancelled' WHERE id = \(run.id) AND state IN ('uploaded', 'checked')") == 1 else { throw Self.over }
      return .done(AuditEntry(.cancelCompletions, of: run.id, detail: ["file": run.fileName]))
    }
  }

  private static var over: Problem {
    Problem(.conflict, "This file is done with", "It was recorded or left out already. To record more, upload a file anew: what is recorded already is not recorded twice.", wayOn: ("Completions from files", Path.completionImports))
  }
}

/// The lines of a provider's file, as text.
package struct ProviderTable: Sendable {
  package var headings: [String]
  package var rows: [(line: Int, cells: [String])]

  /// - Throws: `ImportRefusal` or `TableRefusal` in words.
  package init(_ file: ImportFile) async throws {
    try await file.convertSpreadsheet()
    let sniff = try file.sniff()
    guard sniff.format.hasHeader else { throw ImportRefusal("The first line must name the columns, such as badge, name and completed.") }
    headings = sniff.columns.map(\.name)
    var reader = DelimitedReader(format: sniff.format)
    var records: [TableRecord] = []
    try await file.chunks { bytes, _ in records += try reader.feed(bytes) }
    records += try reader.finish()
    let width = headings.count
    rows = records.dropFirst(1 + sniff.format.preamble).compactMap { record in
      let cells = (0..<width).map { record.text($0) }
      return cells.allSatisfy(\.isEmpty) ? nil : (record.line, cells.map { String($0.prefix(500)) })
    }
    guard rows.count <= ProviderFileStore.most else { throw ImportRefusal("The file holds more than \(ProviderFileStore.most.grouped) lines: split it.") }
    guard !rows.isEmpty else { throw ImportRefusal("The file holds no line below its column names.") }
  }
}
