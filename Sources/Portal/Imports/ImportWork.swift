package import Domain
package import Foundation
package import Postgres

/// The work of an import: reading and comparing (the dry run), and applying. All or nothing, on behalf of who started it.
package struct ImportWork: Sendable {
  let environment: Environment
  let officer: Officer
  /// How each transaction of the work enters the database.
  let entering: SQL

  /// - Parameter entering: nil: as the officer themselves (the command line); else the statement of the worker's door.
  package init(_ environment: Environment, officer: Officer, entering: SQL? = nil) {
    self.environment = environment
    self.officer = officer
    self.entering = entering ?? officer.identity.entering
  }

  private func write<R: Sendable>(_ body: (Transaction) async throws -> R) async throws -> R {
    try await environment.database.pool.transaction(.readWrite, prelude: [entering], body)
  }

  /// Says how far the work is, in a short transaction of its own, and keeps the claim alive.
  private func progress(_ run: UUID, _ phase: String, _ done: Int, _ total: Int) async throws {
    try await write {
      _ = try await $0.execute(
        "UPDATE import_run SET phase = \(phase), done = \(done), total = \(total), lease_until = now() + interval '2 minutes' WHERE id = \(run)")
    }
  }

  /// Reads the file, stages its rows in COPY sets, and compares the whole with what is held.
  package func check(_ run: ImportRun, file: ImportFile) async throws -> [String: Int] {
    guard let saved = run.mapping else { throw ImportRefusal("Say first what the columns are.") }
    let sniff = try file.sniff()
    let mapping = saved.fit(sniff.columns, hasHeader: sniff.format.hasHeader).mapping
    let survey = try await file.survey(sniff)
    let mapped = mapping.mapped
    try await write { _ = try await $0.execute("SELECT sec.begin_import(\(run.id))") }
    var reader = try RegisterFileReader(format: sniff.format, mapping: mapping, evidence: survey.evidence, today: environment.today(),
      place: environment.settings.authority(run.authority)?.name)
    let prefix = Array(run.id.uuidString.lowercased().utf8) + [9]
    try await file.chunks { bytes, read in
      try await stage(try reader.feed(bytes), run, prefix, mapped)
      try await progress(run.id, "Reading the file", read, run.bytes)
    }
    try await stage(try reader.finish(), run, prefix, mapped)
    let words = ImportWordsFound(leftOut: reader.leftOut, unknownKinds: reader.unknownKinds, unknownStatuses: reader.unknownStatuses)
    try await progress(run.id, "Comparing with the register", run.bytes, run.bytes)
    return try await write { transaction in
      try await Self.allowLong(transaction)
      _ = try await transaction.execute("SELECT sec.compare_import(\(run.id), \(mapped.map(\.rawValue)), \(environment.today()))")
      var counts: [String: Int] = [:]
      for row in try await transaction.all("SELECT outcome, count(*) AS n FROM import_row WHERE run_id = \(run.id) GROUP BY outcome", as: Row.self) {
        counts[try row.get("outcome")] = try row.get("n")
      }
      let json = String(decoding: try JSONEncoder().encode(counts.merging(words.counts) { $1 }), as: UTF8.self)
      try await transaction.execute(
        "UPDATE import_run SET state = 'checked', phase = '', counts = \(json)::jsonb, lease_until = NULL WHERE id = \(run.id) AND state = 'checking'")
      return counts
    }
  }

  private func stage(_ outcomes: [RowOutcome], _ run: ImportRun, _ prefix: [UInt8], _ mapped: Set<RegisterField>) async throws {
    var lines: [UInt8] = []
    var rejections: [RowRejection] = []
    for outcome in outcomes {
      switch outcome {
      case .accepted(let row):
        lines += prefix
        row.appendCopyLine(mapped: mapped, to: &lines)
      case .rejected(let rejection): rejections.append(rejection)
      case .leftOut: break
      }
    }
    guard !lines.isEmpty || !rejections.isEmpty else { return }
    let staged = lines
    try await write { transaction in
      if !staged.isEmpty {
        _ = try await transaction.copyIn(
          """
          COPY import_line (run_id, line, reference, reference_key, kind, badge, family_name, given_names, operator_name, trading_name, search_name,
            status, status_date, starts_on, expires_on, first_granted_on, address, postcode, email, phone, uprn, easting, northing, longitude, latitude,
            max_persons, canonical) FROM STDIN
          """, from: One(chunk: staged))
      }
      if !rejections.isEmpty {
        try await transaction.execute(
          """
          INSERT INTO import_row (run_id, authority_id, line, outcome, reason, original)
          SELECT \(run.id), \(Int16(run.authority)), x.line, 'rejected', x.reason, x.original
            FROM unnest(\(rejections.map(\.line)), \(rejections.map(\.reasonWords)), \(rejections.map { Self.joined($0.fields) })) AS x (line, reason, original)
          ON CONFLICT DO NOTHING
          """)
      }
    }
  }

  /// The fields of a rejected row in one text that splits again: unit separators between them.
  static func joined(_ fields: [String]) -> String { fields.map { $0.replacingOccurrences(of: "\u{0}", with: "") }.joined(separator: "\u{1F}") }

  private struct One: AsyncSequence, AsyncIteratorProtocol, Sendable {
    var chunk: [UInt8]?
    mutating func next() async -> [UInt8]? {
      defer { chunk = nil }
      return chunk
    }
    func makeAsyncIterator() -> One { self }
  }

  /// Applies what was checked: a few statements over the set, in one transaction with its audit entry.
  package func apply(_ run: ImportRun) async throws {
    try await progress(run.id, "Applying", 0, 1)
    let steps = Self.steps(run.id, by: officer.id, today: environment.today())
    try await write { transaction in
      try await Self.allowLong(transaction)
      for step in steps { try await transaction.execute(step) }
      let applied = try await transaction.execute(
        "UPDATE import_run SET state = 'applied', phase = '', done = 1, lease_until = NULL, applied_at = \(environment.now()) WHERE id = \(run.id) AND state = 'applying'")
      guard applied == 1 else { throw ImportRefusal("The import was stopped by somebody.") }
      try await AuditChain.append(
        [AuditEntry(
          .applyImport, of: run.id, authority: run.authority,
          detail: ["file": run.fileName, "sha256": run.hash.hexadecimal, "counts": run.summary])],
        by: officer, at: environment.now(), in: transaction)
    }
    try await environment.database.pool.transaction(.readWrite) { _ = try await $0.execute("SELECT analyze_registers()") }
  }

  /// A register of a hundred thousand takes longer than a page may; what is compared was filled just now, so that the planner would
  /// take it for empty and choose nested loops.
  private static func allowLong(_ transaction: Transaction) async throws {
    try await transaction.execute("SET LOCAL statement_timeout = '15min'")
    try await transaction.execute("SET LOCAL enable_nestloop = off")
  }

  private static func steps(_ run: UUID, by officer: UUID, today: Day) -> [SQL] {
    let mine: SQL = "x.run_id = \(run)"
    let location: SQL = "coalesce(x.location_id, l.id)"
    let sortName: SQL = """
      CASE WHEN x.is_place THEN fold_name(coalesce(x.trading_name, x.name))
           ELSE array_to_string(ARRAY[fold_name(x.family_name), nullif(fold_name(x.given_names), '')], ', ') END
      """
    return [
      """
      INSERT INTO party (id, authority_id, kind, name, family_name, given_names, email, phone, address, postcode)
      SELECT x.party_id, x.authority_id, CASE WHEN x.is_business THEN 'business' ELSE 'person' END, x.name, x.family_name, x.given_names, x.email, x.phone, x.address, x.postcode
        FROM import_row x WHERE \(mine) AND x.outcome = 'new'
      """,
      // One location for all rows that name it in the same words, and for what is held under them already.
      """
      INSERT INTO location (authority_id, name, address, postcode, match_key, uprn, easting, northing, placed_by, district)
      SELECT DISTINCT ON (x.match_key) x.authority_id, coalesce(x.trading_name, ''), x.address, x.postcode, x.match_key, x.uprn, x.easting, x.northing, x.placed_by,
             (SELECT o.code FROM outline o WHERE o.kind = 'district' AND st_covers(o.shape, st_setsrid(st_makepoint(x.easting, x.northing), 27700)) ORDER BY o.code LIMIT 1)
        FROM import_row x WHERE \(mine) AND x.is_place AND x.outcome IN ('new', 'changed') AND x.location_id IS NULL ORDER BY x.match_key, x.line
      ON CONFLICT (authority_id, match_key) DO NOTHING
      """,
      """
      INSERT INTO registration (id, authority_id, kind, reference, badge, party_id, trading_name, sort_name, postcode_key, anchor_on, term_ends_before, import_run_id,
        location_id, particulars)
      SELECT x.registration_id, x.authority_id, x.kind, x.reference, x.badge, x.party_id, x.trading_name,
             \(sortName), replace(x.postcode, ' ', ''), x.anchor_on, x.ends_before, \(run), \(location), jsonb_strip_nulls(jsonb_build_object('maxPersons', x.max_persons))
        FROM import_row x LEFT JOIN location l ON x.is_place AND l.authority_id = x.authority_id AND l.match_key = x.match_key WHERE \(mine) AND x.outcome = 'new'
      """,
      """
      INSERT INTO term (registration_id, authority_id, kind, event, starts_on, ends_before, starts_inferred, granted_on, recorded_by, import_run_id)
      SELECT x.registration_id, x.authority_id, x.kind, 'grant', x.starts_on, x.ends_before, x.inferred, x.starts_on, \(officer), \(run)
        FROM import_row x WHERE \(mine) AND x.outcome = 'new' AND x.starts_on IS NOT NULL
      """,
      // An operator whose base was their address moves with it; the base is found again below.
      """
      UPDATE registration r SET location_id = NULL
        FROM import_row x, party p, location l, licence_kind k
       WHERE \(mine) AND x.outcome = 'changed' AND r.id = x.registration_id AND p.id = r.party_id AND l.id = r.location_id AND k.code = r.kind AND k.register = 'operators'
         AND x.address <> '' AND l.match_key = location_key('', p.address, p.postcode) AND l.match_key <> location_key('', x.address, x.postcode)
      """,
      """
      UPDATE party p SET kind = CASE WHEN x.is_business THEN 'business' ELSE 'person' END, name = x.name, family_name = x.family_name, given_names = x.given_names,
             email = coalesce(x.email, p.email), phone = coalesce(x.phone, p.phone), address = coalesce(nullif(x.address, ''), p.address),
             postcode = coalesce(x.postcode, p.postcode)
        FROM import_row x WHERE \(mine) AND x.outcome = 'changed' AND p.id = x.party_id
      """,
      """
      UPDATE registration r SET badge = coalesce(x.badge, r.badge), trading_name = coalesce(x.trading_name, r.trading_name), version = r.version + 1,
             sort_name = \(sortName), postcode_key = coalesce(replace(x.postcode, ' ', ''), r.postcode_key),
             location_id = CASE WHEN x.is_place AND x.address <> '' THEN \(location) ELSE r.location_id END
        FROM import_row x LEFT JOIN location l ON x.is_place AND l.authority_id = x.authority_id AND l.match_key = x.match_key
       WHERE \(mine) AND x.outcome = 'changed' AND r.id = x.registration_id
      """,
      """
      SELECT settle_operator_bases(ARRAY(SELECT x.registration_id FROM import_row x JOIN licence_kind k ON k.code = x.kind
        WHERE \(mine) AND x.outcome IN ('new', 'changed') AND k.register = 'operators'))
      """,
      // A later end is a renewal from where the held term ends; an earlier one shortens the held term.
      """
      INSERT INTO term (registration_id, authority_id, kind, event, starts_on, ends_before, starts_inferred, granted_on, recorded_by, import_run_id)
      SELECT x.registration_id, x.authority_id, x.kind, 'renewal', greatest(r.term_ends_before, x.starts_on), x.ends_before, x.inferred,
             least(greatest(r.term_ends_before, x.starts_on), \(today)), \(officer), \(run)
        FROM import_row x JOIN registration r ON r.id = x.registration_id
       WHERE \(mine) AND x.outcome = 'changed' AND x.ends_before > r.term_ends_before AND greatest(r.term_ends_before, x.starts_on) < x.ends_before
      """,
      """
      UPDATE term t SET ends_before = x.ends_before, import_run_id = \(run)
        FROM import_row x JOIN registration r ON r.id = x.registration_id
       WHERE \(mine) AND x.outcome = 'changed' AND x.ends_before < r.term_ends_before AND t.registration_id = r.id AND t.ends_before = r.term_ends_before
         AND t.starts_on < x.ends_before
      """,
      """
      UPDATE restriction b SET lifted_on = greatest(b.starts_on, \(today)), lifted_reason = 'The register no longer says so', lifted_by = \(officer), lifted_at = now()
        FROM import_row x WHERE \(mine) AND x.outcome = 'changed' AND x.restriction IS NULL AND b.registration_id = x.registration_id AND b.lifted_at IS NULL
         AND b.import_run_id IS NOT NULL
      """,
      """
      INSERT INTO restriction (registration_id, authority_id, kind, cause, reason, starts_on, recorded_by, import_run_id)
      SELECT x.registration_id, x.authority_id, x.restriction, CASE WHEN x.restriction = 'suspension' THEN 'other' END, 'Imported from the register', x.restricted_on, \(officer), \(run)
        FROM import_row x WHERE \(mine) AND x.outcome IN ('new', 'changed') AND x.restriction IS NOT NULL
         AND NOT EXISTS (SELECT FROM restriction b WHERE b.registration_id = x.registration_id AND b.kind = x.restriction AND (b.lifted_on IS NULL OR b.lifted_on > x.restricted_on))
      """,
      """
      INSERT INTO import_source (registration_id, authority_id, run_id, line, digest)
      SELECT x.registration_id, x.authority_id, x.run_id, x.line, x.digest FROM import_row x WHERE \(mine) AND x.outcome IN ('new', 'changed', 'unchanged')
      ON CONFLICT (registration_id) DO UPDATE SET run_id = excluded.run_id, line = excluded.line, digest = excluded.digest
        WHERE import_source.digest IS DISTINCT FROM excluded.digest
      """,
      // Places at which nothing stands any more, because the register writes their addresses otherwise now.
      """
      DELETE FROM location l USING import_row x
       WHERE \(mine) AND x.is_place AND x.outcome = 'changed' AND l.authority_id = x.authority_id AND l.postcode_key = replace(x.postcode, ' ', '')
         AND NOT EXISTS (SELECT FROM registration r WHERE r.location_id = l.id) AND NOT EXISTS (SELECT FROM scheme_membership m WHERE m.location_id = l.id)
         AND NOT EXISTS (SELECT FROM location_merge g WHERE g.kept_id = l.id)
      """,
      "SELECT index_names(ARRAY(SELECT x.registration_id FROM import_row x WHERE \(mine) AND x.outcome IN ('new', 'changed')))",
    ]
  }
}
