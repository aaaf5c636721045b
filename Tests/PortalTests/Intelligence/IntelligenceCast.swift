import Domain
import Foundation
import Portal
import Postgres
import TestSupport

/// Items as tests arrange them. What each says holds a word that stands nowhere else.
enum IntelligenceCast {
  static let canary = "marigold"
  static let words = "Cars wait behind the \(canary) takeaway every Friday"

  static func store(_ keys: IntelligenceKeys? = nil) throws -> IntelligenceStore {
    IntelligenceStore(TestDatabase.current.environment(), keys: try keys ?? TestDatabase.current.keys().intelligence)
  }

  static func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }

  /// As the owner of the server, behind every wall and past every trigger.
  static func force(_ sql: SQL) async throws {
    try await TestDatabase.current.owner.pool.transaction(.readWrite) {
      try await $0.execute("SET LOCAL session_replication_role = replica")
      try await $0.execute(sql)
    }
  }

  static func police(
    _ readers: [UUID] = [], groups: [IntelligenceGroup] = [], grading: ItemGrading = .graded(Grading(.reliable, .b, .permitted)), handled: ItemHandling = ItemHandling(),
    text: String = words, at point: GridPoint? = GridPoint(easting: 385_010, northing: 254_820), by officer: Officer
  ) async throws -> UUID {
    try await store().add(
      NewIntelligence(
        csp: 2, kind: .police, theme: .foodRetail, point: point, authority: 4, grading: grading, handled: handled, sanitisedBy: "Intelligence unit",
        sanitisedOn: Arrange.today, reviewBy: Arrange.today + 30, text: text, readers: readers, groups: groups), by: officer)
  }

  static func submission(by officer: Officer, text: String = words) async throws -> UUID {
    try await store().add(NewIntelligence(csp: 2, kind: .submission, theme: .other, text: text), by: officer)
  }

  static func path(_ id: UUID) -> String { "/intelligence/" + id.uuidString.lowercased() }
}
