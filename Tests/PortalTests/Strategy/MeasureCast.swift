import Domain
import Foundation
import Portal
import Postgres
import TestSupport
import Testing

/// How tests ask for a measure, and what they arrange for it behind the site's back.
enum MeasureCast {
  struct Counted: RowDecodable, Sendable {
    var area: Int
    var part: Int
    var whole: Int
    init(row: Row) throws {
      area = try row.get("authority_id")
      part = try row.get("part")
      whole = try row.get("whole")
    }
  }

  static func day(_ iso: String) throws -> Day { try #require(Day(iso: iso)) }

  /// The county's value of a measure on a day, as the Board reads it; as it was known at the end of another day, where that is named.
  static func value(_ measure: Measure, on day: Day, area: Int? = nil, known: Day? = nil) async throws -> MeasureValue {
    let database = TestDatabase.current
    let (officer, _) = try await database.signIn(.boardReader, .organisation(2))
    let rows: [Counted]
    if let known {
      rows = try await database.app.read(as: officer, Query<Counted>("SELECT authority_id, part, whole FROM sec.measure_of(\(measure.rawValue), \(day), sec.end_of(\(known)))"))
    } else {
      rows = try await database.app.read(as: officer, Query<Counted>("SELECT authority_id, part, whole FROM sec.strategy_measures(\(day)) WHERE measure = \(measure.rawValue)"))
    }
    return rows.filter { area == nil || $0.area == area }.reduce(MeasureValue(0, of: 0)) { $0 + MeasureValue($1.part, of: $1.whole) }
  }

  /// A run of numbers that looks like chance and is the same each time.
  struct Dice {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func roll(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(sides))
    }
  }

  @discardableResult
  static func hotSpot(_ name: String, in authority: Int16 = 4, designated: Day, ended: Day? = nil, at middle: (Int, Int) = (385_000, 254_900), radius: Int = 200) async throws -> UUID {
    try await inserted(
      """
      INSERT INTO hot_spot (authority_id, csp_id, name, area, drawn_from, theme, reason_codes, state, proposed_by, proposed_on, designated_by, designated_on, review_by, ended_on)
      SELECT \(authority), csp_id, \(name), st_multi(st_buffer(st_setsrid(st_makepoint(\(middle.0), \(middle.1)), 27700), \(radius))), 'circle', 'transport', '{transport_hub}',
        \(ended == nil ? "designated" : "de_designated"), gen_random_uuid(), \(designated - 9), gen_random_uuid(), \(designated), \(designated + 42), \(ended) FROM authority WHERE id = \(authority) RETURNING id
      """)
  }

  static func inserted(_ sql: SQL) async throws -> UUID {
    let database = TestDatabase.current
    let officer = try await database.operatorOfficer()
    return try await database.owner.write(by: officer, at: TestDatabase.noon) { Written(try await $0.value(sql, as: UUID.self), entries: []) }
  }

  static func decide(_ spot: UUID, _ authority: Int16 = 4, _ kind: String, on day: Day, review: Day? = nil, recorded: Day? = nil) async throws {
    try await CommitteeCast.execute(
      """
      INSERT INTO hot_spot_decision (hot_spot_id, authority_id, kind, reason, decided_on, review_by, decided_by, second_person, recorded_at)
      VALUES (\(spot), \(authority), \(kind), 'As minuted', \(day), \(review), sec.me(), \(kind == "designate" ? UUID() : nil as UUID?), \(recorded ?? day) + time '11:00')
      """)
  }

  static func answered(_ spot: UUID, _ authority: Int16 = 4, on day: Day) async throws {
    try await CommitteeCast.execute(
      "INSERT INTO hot_spot_consultation (hot_spot_id, authority_id, asked_on, answered_on, view, recorded_by) VALUES (\(spot), \(authority), \(day - 3), \(day), 'supports', sec.me())")
  }
}
