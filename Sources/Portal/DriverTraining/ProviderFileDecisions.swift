import Domain
import Foundation
import HTTPTypes
import Postgres
import Web

/// What a person decides of lines in doubt, and recording what is certain or was taken.
extension ProviderFileStore {
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
                 training_serves_before(r.authority_id, r.kind, x.completed_on, \(Int16(months))::integer) AS before,
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
}
