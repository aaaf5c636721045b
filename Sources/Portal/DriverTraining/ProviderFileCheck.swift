package import Domain
import Foundation
import HTTPTypes
import Postgres
import Web

/// Reading every line and saying whose it is.
extension ProviderFileStore {
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
}
