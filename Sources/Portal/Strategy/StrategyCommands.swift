import Domain
import Foundation
import HTTPTypes
import Postgres
import Web

/// What people write about the plan.
extension StrategyStore {
  private func path(of action: StrategyAction, in strategy: Strategy) -> String { Path.action(action.ref, plan: environment.settings.slug(of: strategy)) }

  struct Report: Sendable {
    var standing: ActionStanding
    var progress: Int?
    var words: String
    var evidence: String
    var on: Day
  }

  /// - Returns: false where somebody verifies what they themselves reported as done: nothing is written.
  func report(_ report: Report, of action: StrategyAction, in strategy: Strategy, by officer: Officer, once sent: SentForm?) async throws -> Bool {
    do {
      try await environment.database.write(by: officer, at: environment.now(), once: sent) { transaction in
        try await transaction.execute(
          """
          INSERT INTO strategy_report (strategy, action_ref, standing, progress, words, evidence, reported_on, recorded_by)
          VALUES (\(strategy.slug), \(action.ref), \(report.standing.rawValue), \(report.progress.map(Int16.init)), \(report.words), \(report.evidence), \(report.on), \(officer.id))
          """)
        return Written.done(AuditEntry(.reportAction, detail: ["action": action.ref, "standing": report.standing.words.lowercased(), "words": report.words]))
          .leading(to: path(of: action, in: strategy))
      }
      return true
    } catch let error as PostgresError where error.constraint == "strategy_report_verified_by_another" {
      return false
    }
  }

  func override(_ rating: Rating, because reason: String, from: Day, until: Day, of action: StrategyAction, in strategy: Strategy, by officer: Officer, once sent: SentForm?) async throws {
    try await environment.database.write(by: officer, at: environment.now(), once: sent) { transaction in
      try await transaction.execute(
        """
        INSERT INTO strategy_override (strategy, action_ref, rating, reason, from_day, until_day, recorded_by)
        VALUES (\(strategy.slug), \(action.ref), \(rating.rawValue), \(reason), \(from), \(until), \(officer.id))
        """)
      return Written.done(AuditEntry(.overrideRating, detail: ["action": action.ref, "rating": rating.word.lowercased(), "until": until.words, "reason": reason]))
        .leading(to: path(of: action, in: strategy))
    }
  }

  struct Figure: Sendable {
    var what: String
    var part: Int
    var whole: Int?
    var asAt: Day
    var source: String
  }

  /// A figure is typed only where nothing computes one: two figures of one action would contradict each other.
  func refuseIfCounted(_ action: StrategyAction, in strategy: Strategy) throws {
    guard action.counted?.isEmpty ?? true else {
      throw Problem(
        .conflict, "This action is counted", "Its figures are counted from the registers: none is entered by hand. Nothing was saved.",
        wayOn: ("See the action", path(of: action, in: strategy)))
    }
  }

  func enter(_ figure: Figure, of action: StrategyAction, in strategy: Strategy, by officer: Officer, once sent: SentForm?) async throws {
    try refuseIfCounted(action, in: strategy)
    try await environment.database.write(by: officer, at: environment.now(), once: sent) { transaction in
      try await transaction.execute(
        """
        INSERT INTO strategy_figure (strategy, action_ref, what, part, whole, as_at, source, recorded_by)
        VALUES (\(strategy.slug), \(action.ref), \(figure.what), \(figure.part), \(figure.whole), \(figure.asAt), \(figure.source), \(officer.id))
        """)
      return Written.done(AuditEntry(.enterFigure, detail: ["action": action.ref, "what": figure.what, "source": figure.source])).leading(to: path(of: action, in: strategy))
    }
  }
}
