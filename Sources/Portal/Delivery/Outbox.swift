import Domain
import Foundation
import Postgres

/// Where messages are put by whatever gives guidance.
enum Outbox {
  /// Writes messages for issues, in the transaction of what they belong to; says how many. One a purpose and rung: asked for twice, it goes once.
  static func queue(
    _ issues: [UUID], by channel: String, purpose: String = "guidance", rung: Int = 0, campaign: UUID? = nil, in transaction: Transaction, _ environment: Environment
  ) async throws -> Int {
    try await transaction.value(
      """
      SELECT queue_messages(\(issues), \(channel), \(purpose), \(Int16(rung)), \(campaign), \(environment.origin), \(environment.now()),
        \(environment.settings.policy.acknowledgementLinkDays)::integer)
      """, as: Int.self)
  }
}
