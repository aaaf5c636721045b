import Domain
import Foundation
import Postgres
import Web

/// Figures for the Board beside the plan's own: challenge tests, districts side by side, a year of measures.
struct BoardFigures: Sendable {
  let environment: Environment
  init(_ environment: Environment) { self.environment = environment }

  struct Challenges: RowDecodable, Sendable {
    var count: ChallengeRate.Count
    init(row: Row) throws {
      count = ChallengeRate.Count(
        authority: try row.get("authority_id"), awareness: Awareness(guidance: try row.get("guidance"), training: try row.get("trained")), inHotSpot: try row.get("in_hot_spot"),
        completed: try row.get("completed"), challenged: try row.get("challenged"), notCompleted: try row.get("not_completed"))
    }
  }

  struct Side: RowDecodable, Sendable {
    /// Nil: all together.
    var authority: Int?
    var planned: Int
    var medianDays: Double?
    var contacts: Int
    init(row: Row) throws {
      authority = try row.get("authority_id", as: Int?.self)
      planned = try row.get("planned")
      medianDays = try row.get("median_days", as: Double?.self)
      contacts = try row.get("contacts")
    }
  }

  /// The days between which tests are counted, as they stand on a day.
  static func span(until day: Day) -> (from: Day, until: Day) { (day.adding(years: -ChallengeRate.years) + 1, day) }

  static func challenges(until day: Day) -> Query<Challenges> {
    let span = span(until: day)
    return Query("SELECT authority_id, guidance, trained, in_hot_spot, completed, challenged, not_completed FROM sec.challenge_counted(\(span.from), \(span.until))")
  }

  static func sides(on day: Day) -> Query<Side> { Query("SELECT authority_id, planned, median_days, contacts FROM sec.equity_counted(\(day))") }

  func challenges(until day: Day, for officer: Officer) async throws -> [ChallengeRate.Count] {
    try await environment.database.read(as: officer, Self.challenges(until: day)).map(\.count)
  }

  /// The measures of a day and what stands beside them, in one round trip.
  func equity(on day: Day, for officer: Officer) async throws -> (rows: [MeasureRow], sides: [Side]) {
    try await environment.database.read(
      as: officer, Query<MeasureRow>("SELECT measure, authority_id, part, whole FROM sec.strategy_measures(\(day)) ORDER BY measure, authority_id"), Self.sides(on: day))
  }

  /// One measure of the county on one day.
  struct Dated: RowDecodable, Sendable {
    var day: Day
    var measure: Measure?
    var value: MeasureValue
    init(row: Row) throws {
      day = try row.get("on_day")
      measure = Measure(rawValue: try row.get("measure"))
      value = MeasureValue(try row.get("part"), of: try row.get("whole"))
    }
  }

  /// Every measure of the county on each of these days, in one round trip.
  func measures(on days: [Day], for officer: Officer) async throws -> [Dated] {
    try await environment.database.read(
      as: officer,
      Query<Dated>(
        """
        SELECT d.on_day, m.measure, sum(m.part)::bigint AS part, sum(m.whole)::bigint AS whole
          FROM unnest(\(days.map(\.iso))::date[]) AS d (on_day) CROSS JOIN LATERAL sec.strategy_measures(d.on_day) m
         GROUP BY d.on_day, m.measure ORDER BY d.on_day, m.measure
        """))
  }

  /// One test with what the place had, for those who read the register.
  struct Test: RowDecodable, Sendable {
    var id: UUID
    var licence: UUID
    var authority: Int
    var name: String
    var reference: String
    var on: Day
    var kind: ChallengeKind
    var result: ChallengeResult
    var awareness: Awareness
    init(row: Row) throws {
      id = try row.get("test_id")
      licence = try row.get("registration_id")
      authority = try row.get("authority_id")
      name = try row.get("name")
      reference = try row.get("reference")
      on = try row.get("tested_on")
      kind = ChallengeKind(rawValue: try row.get("kind")) ?? .other
      result = ChallengeResult(rawValue: try row.get("result")) ?? .notCompleted
      awareness = Awareness(guidance: try row.get("guidance"), training: try row.get("trained"))
    }
  }

  struct TestCursor: Codable, Sendable, Equatable {
    var on: String
    var id: UUID
  }

  /// The latest first. Row level security leaves what the officer may read.
  func tests(until day: Day, _ awareness: Awareness?, after cursor: TestCursor?, limit: Int, for officer: Officer) async throws -> [Test] {
    let span = Self.span(until: day)
    var conditions: [SQL] = ["true"]
    if let awareness {
      conditions.append("c.guidance = \([.both, .guidance].contains(awareness)) AND c.trained = \([.both, .training].contains(awareness))")
    }
    if let cursor, let on = Day(iso: cursor.on) { conditions.append("(c.tested_on, c.test_id) < (\(on), \(cursor.id))") }
    return try await environment.database.read(
      as: officer,
      Query<Test>(
        """
        SELECT c.test_id, c.registration_id, c.authority_id, coalesce(r.trading_name, p.name) AS name, r.reference, c.tested_on, c.kind, c.result, c.guidance, c.trained
          FROM challenge_standing(\(span.from), \(span.until)) c JOIN registration r ON r.id = c.registration_id JOIN party p ON p.id = r.party_id
         WHERE \(SQL.joined(conditions, by: " AND ")) ORDER BY c.tested_on DESC, c.test_id DESC LIMIT \(limit)
        """))
  }

  /// A hot spot as it stood on a day, for those who read hot spots.
  struct Spot: RowDecodable, Sendable {
    var id: UUID
    var reference: String
    var name: String
    var authority: Int
    var designatedOn: Day
    init(row: Row) throws {
      id = try row.get("id")
      reference = try row.get("reference")
      name = try row.get("name")
      authority = try row.get("authority_id")
      designatedOn = try row.get("designated_on")
    }
  }

  /// Those that stood designated on a day; row level security leaves what the officer may read. The first two hundred.
  static func spots(on day: Day) -> Query<Spot> {
    Query(
      """
      SELECT h.id, h.reference, h.name, h.authority_id, h.designated_on FROM hot_spot h
       WHERE h.designated_on <= \(day) AND (h.ended_on IS NULL OR h.ended_on > \(day)) ORDER BY h.designated_on, h.reference COLLATE "C" LIMIT 200
      """)
  }

  /// Coverage of one kind of licence over all districts.
  struct Covered: RowDecodable, Sendable {
    var kind: LicenceKind
    var coverage: Coverage
    init(row: Row) throws {
      kind = try row.get("kind")
      coverage = Coverage(licences: try row.get("licences"), issued: try row.get("issued"), acknowledged: try row.get("acknowledged"))
    }
  }

  static func covered(on day: Day) -> Query<Covered> {
    Query(
      """
      SELECT c.kind, sum(c.licences)::bigint AS licences, sum(c.issued)::bigint AS issued, sum(c.acknowledged)::bigint AS acknowledged
        FROM sec.coverage(\(day)) c JOIN licence_kind k ON k.code = c.kind GROUP BY c.kind, k.position ORDER BY k.position
      """)
  }

  /// What stands beside the measures on the page that is asked about a day.
  func standing(on day: Day, for officer: Officer) async throws -> (covered: [Covered], spots: [Spot], pack: PackStore.Named?) {
    let (covered, spots, packs) = try await environment.database.read(
      as: officer, Self.covered(on: day), Self.spots(on: day),
      Query<PackStore.Named>("SELECT id, strategy, as_of, recorded_at FROM board_pack WHERE as_of <= \(day) ORDER BY as_of DESC, recorded_at DESC, id LIMIT 1"))
    return (covered, spots, packs.first)
  }
}
