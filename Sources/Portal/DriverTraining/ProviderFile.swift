import Domain
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
