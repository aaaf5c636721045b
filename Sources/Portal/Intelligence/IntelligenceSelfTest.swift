package import Domain
import Foundation
import Postgres

/// Reads every text that is kept about places and plans with the screen that forms have: what is sealed is opened in memory and never shown. The
/// run is logged before it reads, and so is what it counted.
package struct IntelligenceSelfTest: Sendable {
  let environment: Environment
  let keys: IntelligenceKeys
  private var database: Database { environment.database }

  package init(_ environment: Environment, keys: IntelligenceKeys) {
    self.environment = environment
    self.keys = keys
  }

  /// Counts only.
  package struct Report: Sendable, Equatable {
    package var opened = 0
    package var unopened = 0
    /// Texts beside the sealed ones: of hot spots, plans, meetings, visits, tests, events and reports, and what stands beside an item.
    package var others = 0
    package var found: [ChildRule: Int] = [:]
  }

  package func run(by officer: Officer) async throws -> Report {
    try await log("began to read what is kept for what could identify a child", nil, by: officer)
    var report = Report()
    var last = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    while true {
      let after = last
      let rows = try await database.reading(as: officer) {
        try await $0.all(
          Query<SealedRow>(
            """
            SELECT id, reference, received_on, ciphertext, nonce, wrapped_key, key_id FROM intelligence_item
             WHERE wrapped_key IS NOT NULL AND id > \(after) ORDER BY id LIMIT 200
            """))
      }
      guard let end = rows.last else { break }
      last = end.id
      for row in rows {
        if let text = try? row.text.open(row.id, under: keys.opening(row.text.keyID)) {
          report.opened += 1
          // As of the day it came: what was a recent day then is no birth now.
          for rule in ChildScreen.rules(in: text, today: row.receivedOn) { report.found[rule, default: 0] += 1 }
        } else {
          report.unopened += 1
        }
      }
    }
    for text in try await database.reading(as: officer, { try await $0.all(Query<KeptText>(Self.others)) }) {
      report.others += 1
      for rule in ChildScreen.rules(in: text.words, today: text.on) where !(text.isPlace && rule == .school) { report.found[rule, default: 0] += 1 }
    }
    let found = report.found.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue) \($0.value)" }.joined(separator: ", ")
    try await log(
      "read what is kept for what could identify a child",
      "\(report.opened) sealed items and \(report.others) other texts read, \(report.unopened) do not open; found: \(found.isEmpty ? "nothing" : found)", by: officer)
    return report
  }

  private func log(_ what: String, _ counts: String?, by officer: Officer) async throws {
    var detail = ["what": what]
    if let counts { detail["counts"] = counts }
    try await database.write(by: officer, at: environment.now()) { _ in .done(AuditEntry(.testIntelligence, of: officer.id, detail: detail)) }
  }

  private struct KeptText: RowDecodable, Sendable {
    var words: String
    var on: Day
    /// Whether it names a place, which may be a school.
    var isPlace: Bool

    init(row: Row) throws {
      words = try row.get("words")
      on = try row.get("on_day")
      isPlace = try row.get("is_place")
    }
  }

  private static let others: SQL = """
    SELECT words, on_day, is_place FROM (
      SELECT conditions AS words, received_on AS on_day, false AS is_place FROM intelligence_item
      UNION ALL SELECT originator_consent, received_on, false FROM intelligence_item UNION ALL SELECT handling_instruction, received_on, false FROM intelligence_item
      UNION ALL SELECT sanitised_by, received_on, false FROM intelligence_item UNION ALL SELECT originator_reference, received_on, false FROM intelligence_item
      UNION ALL SELECT reason, decided_on, false FROM intelligence_review UNION ALL SELECT reason, placed_on, false FROM intelligence_hold
      UNION ALL SELECT lifted_because, lifted_on, false FROM intelligence_hold
      UNION ALL SELECT name, created_at::date, true FROM hot_spot UNION ALL SELECT reason, decided_on, false FROM hot_spot_decision
      UNION ALL SELECT meeting, decided_on, false FROM hot_spot_decision UNION ALL SELECT comments, asked_on, false FROM hot_spot_consultation
      UNION ALL SELECT reason, decided_on, false FROM hot_spot_suggestion
      UNION ALL SELECT x, begun_on, false FROM plan CROSS JOIN LATERAL unnest(ARRAY[objective, scanning, place_analysis, others_analysis, response, baseline, assessment, closed_because]) x
      UNION ALL SELECT x, created_at::date, false FROM plan_action CROSS JOIN LATERAL unnest(ARRAY[what, lead]) x
      UNION ALL SELECT x, on_day, false FROM plan_action_step CROSS JOIN LATERAL unnest(ARRAY[words, evidence]) x
      UNION ALL SELECT place, held_on, true FROM tasking_meeting UNION ALL SELECT names, recorded_at::date, false FROM tasking_attendance
      UNION ALL SELECT words, recorded_at::date, false FROM tasking_minute UNION ALL SELECT words, recorded_at::date, false FROM tasking_correction
      UNION ALL SELECT found, visited_on, false FROM fieldwork_visit UNION ALL SELECT debrief, tested_on, false FROM challenge_test
      UNION ALL SELECT detail, asked_on, false FROM evidence_request
      UNION ALL SELECT title, held_on, true FROM awareness_event UNION ALL SELECT venue, held_on, true FROM awareness_event
      UNION ALL SELECT agenda_item, held_on, true FROM awareness_event UNION ALL SELECT place, met_on, true FROM awareness_contact
      UNION ALL SELECT words, reported_on, false FROM strategy_report UNION ALL SELECT evidence, reported_on, false FROM strategy_report
      UNION ALL SELECT reason, from_day, false FROM strategy_override UNION ALL SELECT what, as_at, false FROM strategy_figure
      UNION ALL SELECT source, as_at, false FROM strategy_figure) kept
     WHERE words <> '' AND on_day IS NOT NULL
    """
}
