import Domain
import Foundation
import Postgres

/// What was reported of the plan: most actions done in time and verified by somebody else, the counted ones still under way,
/// one blocked, and figures of schools that nothing here counts.
struct DemoStrategy: Sendable {
  let today: Day
  let strategy: Strategy

  /// Actions that were never verified.
  private static let open: Set<String> = ["1.2.2", "2.1.4", "4.3.2"]

  func insert(by recorder: UUID, verifiedBy verifier: UUID, in transaction: Transaction) async throws {
    for action in strategy.actions {
      let due = action.due ?? action.reviewDue ?? action.from
      if action.counted == nil, !Self.open.contains(action.ref), action.timeframe != .unknown {
        try await report(action.ref, .done, 100, "Done as the plan asks.", "Minutes of the \(action.body(on: due))", due - 10, recorder, transaction)
        try await report(action.ref, .verified, 100, "Seen and verified.", "", due + 12, verifier, transaction)
      } else if action.ref == "4.3.2" {
        try await report(action.ref, .inProgress, 40, "Two meetings held.", "", today - 70, recorder, transaction)
        try await report(action.ref, .blocked, 40, "Waits for the new analyst.", "", today - 31, recorder, transaction)
      } else if action.timeframe != .unknown {
        try await report(action.ref, .inProgress, 60, "Under way; the figures below say how far.", "", today - 12, recorder, transaction)
      }
    }
    try await transaction.execute(
      """
      INSERT INTO strategy_figure (strategy, action_ref, what, part, whole, as_at, source, recorded_by) VALUES
        (\(strategy.slug), '1.2.1', 'Schools using the whole-school approach', 168, 241, \(today - 80), 'the head teachers’ survey', \(recorder)),
        (\(strategy.slug), '1.2.2', 'Schools that showed their programme', 131, 241, \(today - 80), 'the section 175 audit', \(recorder))
      """)
    try await transaction.execute(
      """
      INSERT INTO strategy_override (strategy, action_ref, rating, reason, from_day, until_day, recorded_by)
      VALUES (\(strategy.slug), '2.1.4', 'amber', 'The toolkit is printed and goes out this month', \(today - 14), \(today + 30), \(recorder))
      """)
  }

  private func report(
    _ ref: String, _ standing: ActionStanding, _ progress: Int, _ words: String, _ evidence: String, _ on: Day, _ by: UUID, _ transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      INSERT INTO strategy_report (strategy, action_ref, standing, progress, words, evidence, reported_on, recorded_by)
      VALUES (\(strategy.slug), \(ref), \(standing.rawValue), \(Int16(progress)), \(words), \(evidence), \(on), \(by))
      """)
  }
}
