import Domain
import Foundation
import Portal
import Postgres
import TestSupport
import Testing

/// The rows behind each measure: they add up to it, and name only what the reader may read.
@Suite(.database) struct MeasureRowsTests {
  private struct Found: RowDecodable, Sendable {
    var key: String
    var id: UUID
    var link: UUID?
    var area: Int
    var counted: Bool
    init(row: Row) throws {
      key = try row.get("key")
      id = try row.get("id")
      link = try row.get("link", as: UUID?.self)
      area = try row.get("authority_id")
      counted = try row.get("counted")
    }
  }

  private static let nowhere = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

  private func rows(_ measure: Measure, on day: Day, as officer: Officer, after: (String, UUID) = ("", nowhere), most: Int = 10_000) async throws -> [Found] {
    try await TestDatabase.current.app.read(
      as: officer,
      Query<Found>("SELECT key, id, link, authority_id, counted FROM sec.measure_rows(\(measure.rawValue), \(day), 'infinity', NULL, NULL, \(after.0), \(after.1), \(most)::integer)"))
  }

  /// Counting by what is derived and by the evidence itself come to the same, by area and day, on the demonstration.
  @Test func rowsAddUpToTheirMeasure() async throws {
    let database = TestDatabase.current
    let operatorOfficer = try await database.operatorOfficer()
    var environment = database.environment()
    environment.database = database.owner
    _ = try await DemoLoader(environment).load(by: operatorOfficer, as: operatorOfficer.id, drivers: 120, operators: 12)
    let today = Arrange.today
    var sums: [String] = []
    for measure in Measure.allCases {
      for day in [today, today - 91, today - 300] {
        let found = try await database.owner.read(
          as: operatorOfficer,
          Query<Found>("SELECT key, id, link, authority_id, counted FROM sec.measure_rows(\(measure.rawValue), \(day), 'infinity', NULL, NULL, '', \(Self.nowhere), 10000::integer)"))
        let counted = try await database.owner.read(
          as: operatorOfficer, Query<MeasureCast.Counted>("SELECT authority_id, part, whole FROM sec.strategy_measures(\(day)) WHERE measure = \(measure.rawValue) AND whole > 0 ORDER BY authority_id"))
        let added = Dictionary(grouping: found, by: \.area).sorted { $0.key < $1.key }.map { ($0.key, MeasureValue($0.value.filter(\.counted).count, of: $0.value.count)) }
        #expect(added.map(\.0) == counted.map(\.area) && added.map(\.1) == counted.map { MeasureValue($0.part, of: $0.whole) }, "\(measure.rawValue) on \(day)")
        // One measure by itself, as the trend asks for it, is what it is among all of them.
        let alone = try await database.owner.read(
          as: operatorOfficer, Query<MeasureCast.Counted>("SELECT authority_id, part, whole FROM sec.measure_of(\(measure.rawValue), \(day)) WHERE whole > 0 ORDER BY authority_id"))
        #expect(alone.map { [$0.area, $0.part, $0.whole] } == counted.map { [$0.area, $0.part, $0.whole] }, "\(measure.rawValue) on \(day)")
        if day == today, !found.isEmpty { sums.append(measure.rawValue) }
      }
    }
    // Whoever reads nothing but the strategy is given the rows of a measure where it says that nothing more is needed, and no others.
    let (reader, _) = try await database.signIn(.boardReader, .organisation(2))
    for measure in Measure.allCases { #expect(try await rows(measure, on: today, as: reader, most: 10).isEmpty == (measure.rowsNeed != nil), "\(measure.rawValue)") }
    // The demonstration has rows for every measure: a test of nothing proves nothing.
    #expect(Set(Measure.allCases.map(\.rawValue)).subtracting(sums) == [])
    // The rule of validity is said in one more place, for what was known then; the two agree on what is known now.
    let differ = try await CommitteeCast.value(
      """
      SELECT count(*) FROM (
        (SELECT member_id, course_id, source, starts_on, ends_before, signed FROM member_cover EXCEPT ALL SELECT member_id, course_id, source, starts_on, ends_before, signed FROM sec.member_cover_known('infinity'))
        UNION ALL
        (SELECT member_id, course_id, source, starts_on, ends_before, signed FROM sec.member_cover_known('infinity') EXCEPT ALL SELECT member_id, course_id, source, starts_on, ends_before, signed FROM member_cover)) x
      """, as: Int.self)
    #expect(differ == 0)
  }

  /// A Board reader is given no row of hot spots and none of people; whoever reads the register they stand in is, of their districts.
  @Test func rowsNameOnlyWhatTheReaderMayRead() async throws {
    let database = TestDatabase.current
    let today = Arrange.today
    try await Arrange.licence("N1", in: 3, name: "Amina Begum")
    let spot = try await MeasureCast.hotSpot("Lantern Street", designated: today - 40)
    let (reader, _) = try await database.signIn(.boardReader, .organisation(2))
    let (manager, _) = try await database.signIn(.licensingManager, .organisation(1))
    let (district, _) = try await database.signIn(.licensingManager, .authority(4))
    #expect(try await rows(.guidanceTrade, on: today, as: reader).isEmpty)
    #expect(try await rows(.guidanceTrade, on: today, as: manager).map(\.key) == ["N1, Amina Begum"])
    #expect(try await rows(.guidanceTrade, on: today, as: district).isEmpty)
    #expect(try await rows(.hotSpotsReviewed, on: today, as: reader).isEmpty)
    let named = try await rows(.hotSpotsReviewed, on: today, as: manager)
    #expect(named.count == 1 && named[0].link == spot && named[0].key.hasSuffix("Lantern Street"))
    // Nobody who counts nothing is told anything; a measure that does not exist has no rows.
    let (member, _) = try await database.signIn(.memberSelf, .authority(3))
    #expect(try await rows(.hotSpotsReviewed, on: today, as: member).isEmpty)
    let none = try await database.app.read(as: manager, Query<Found>("SELECT key, id, link, authority_id, counted FROM sec.measure_rows('pg_sleep', \(today), 'infinity', NULL, NULL, '', \(Self.nowhere), 9)"))
    #expect(none.isEmpty)
  }

  /// Pages join without a gap and without a row twice, also where keys are equal.
  @Test func pagesOfRowsJoin() async throws {
    for number in 0..<23 { try await Arrange.licence("SAME\(number / 6)", in: Int16(number % 6 + 1)) }
    let (manager, _) = try await TestDatabase.current.signIn(.licensingManager, .organisation(1))
    let all = try await rows(.guidanceTrade, on: Arrange.today, as: manager)
    var joined: [UUID] = []
    var after = ("", Self.nowhere)
    while true {
      let page = try await rows(.guidanceTrade, on: Arrange.today, as: manager, after: after, most: 4)
      guard let last = page.last else { break }
      joined += page.map(\.id)
      after = (last.key, last.id)
    }
    #expect(joined == all.map(\.id) && joined.count == 23)
  }
}
