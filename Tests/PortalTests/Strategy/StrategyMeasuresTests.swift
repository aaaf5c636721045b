import Domain
import Foundation
import Portal
import Postgres
import TestSupport
import Testing

/// What the strategy counts, against counts of their own that ask the evidence and none of what is derived from it.
@Suite(.database) struct StrategyMeasuresTests {
  private struct Counted: RowDecodable, Sendable {
    var measure: String
    var part: Int
    var whole: Int
    init(row: Row) throws {
      measure = try row.get("measure")
      part = try row.get("part")
      whole = try row.get("whole")
    }
  }

  private func day(_ iso: String) throws -> Day { try #require(Day(iso: iso)) }

  /// The county's value of a measure on a day, as the Board reads it.
  private func value(_ measure: Measure, on day: Day) async throws -> MeasureValue {
    let database = TestDatabase.current
    let (officer, _) = try await database.signIn(.boardReader, .organisation(2))
    let rows = try await database.environment().database.read(
      as: officer,
      Query<Counted>("SELECT measure, sum(part)::bigint AS part, sum(whole)::bigint AS whole FROM sec.strategy_measures(\(day)) GROUP BY measure"))
    let found = rows.first { $0.measure == measure.rawValue }
    return MeasureValue(found?.part ?? 0, of: found?.whole ?? 0)
  }

  /// Licences whose term has begun and not ended, and those of them with guidance that still covers the day: asked of terms and issues.
  private func independent(_ kinds: [LicenceKind], on day: Day) async throws -> MeasureValue {
    let codes = kinds.map(\.rawValue)
    let whole = try await CommitteeCast.value(
      "SELECT count(DISTINCT t.registration_id) FROM term t WHERE t.kind = ANY (\(codes)) AND t.starts_on <= \(day) AND t.ends_before > \(day)", as: Int.self)
    let part = try await CommitteeCast.value(
      """
      SELECT count(DISTINCT t.registration_id) FROM term t JOIN issuance i ON i.registration_id = t.registration_id
       WHERE t.kind = ANY (\(codes)) AND t.starts_on <= \(day) AND t.ends_before > \(day) AND i.issued_on <= \(day) AND i.covers_before > \(day)
      """, as: Int.self)
    return MeasureValue(part, of: whole)
  }

  @Test func theTradeIsCountedAsItsRowsAre() async throws {
    let version = try await Arrange.version(1, from: day("2020-01-01"))
    let kinds: [LicenceKind] = [.privateHireDriver, .hackneyDriver, .privateHireOperator]
    for number in 0..<30 {
      let from = try day("2024-01-15") + number * 23
      let licence = try await Arrange.licence("T\(number)", in: Int16(number % 6 + 1), kind: kinds[number % 3], from: from, before: from.adding(years: 1 + number % 2))
      if number % 4 != 0 { try await Arrange.issue(version, to: licence, on: from + number % 5 * 60) }
    }
    for iso in ["2024-06-30", "2025-03-31", "2026-01-01"] {
      let on = try day(iso)
      let (counted, own) = (try await value(.guidanceTrade, on: on), try await independent(kinds, on: on))
      #expect(counted == own && own.whole > 0 && own.part > 0 && own.part < own.whole, "\(iso): \(counted) and \(own)")
    }
    // One issue, the day before it and on it; one licence, on its last day and the day after.
    let border = try await Arrange.licence("BORDER", in: 3, from: day("2026-03-01"), before: day("2027-03-01"))
    try await Arrange.issue(version, to: border, on: day("2026-04-10"))
    let before = try await value(.guidanceTrade, on: day("2026-04-09")), after = try await value(.guidanceTrade, on: day("2026-04-10"))
    #expect(after.part == before.part + 1)
    let last = try await value(.guidanceTrade, on: day("2027-02-28")), ended = try await value(.guidanceTrade, on: day("2027-03-01"))
    #expect(ended.whole == last.whole - 1)
  }

  /// A place with two licences is one place; that one of them holds guidance is enough.
  @Test func premisesAreCountedByPlace() async throws {
    let version = try await Arrange.version(1, from: day("2020-01-01"))
    var licences: [UUID] = []
    for number in 0..<4 { licences.append(try await Arrange.licence("P\(number)", in: 4, kind: .premisesLicence, from: day("2025-01-01"), before: day("2030-01-01"))) }
    for (licence, name) in zip(licences, ["The Lamb", "The Lamb", "The Crown", "The Bell"]) {
      try await CommitteeCast.execute(
        "UPDATE registration SET location_id = settle_location(4::smallint, \(name), \(name), NULL, NULL, 385000, 254900) WHERE id = \(licence)")
    }
    try await Arrange.issue(version, to: licences[1], on: day("2025-06-01"))
    #expect(try await value(.guidancePremises, on: day("2024-12-31")) == MeasureValue(0, of: 0))
    #expect(try await value(.guidancePremises, on: day("2025-05-31")) == MeasureValue(0, of: 3))
    #expect(try await value(.guidancePremises, on: day("2025-06-01")) == MeasureValue(1, of: 3))
    #expect(try await value(.guidanceAccommodation, on: day("2025-06-01")) == MeasureValue(0, of: 0))
  }

  /// A district counts from the day of a meeting with the item for twelve months; a meeting without it never does.
  @Test func districtsHaveMetForTwelveMonths() async throws {
    for (authority, item, on) in [(3, "CSE: what to look for", "2025-05-20"), (3, "CSE again", "2025-05-21"), (4, "", "2025-05-20")] {
      try await CommitteeCast.execute(
        """
        INSERT INTO awareness_event (authority_id, kind, title, held_on, agenda_item, author)
        VALUES (\(Int16(authority)), 'taxi_forum', 'Forum', \(try day(on)), \(item), sec.me())
        """)
    }
    for (iso, met) in [("2025-05-19", 0), ("2025-05-20", 1), ("2026-05-20", 1), ("2026-05-21", 0)] {
      #expect(try await value(.eventsWithItem, on: day(iso)) == MeasureValue(met, of: 6), "\(iso)")
    }
  }

  /// In office on the day: counted up to the day before they leave, and no longer.
  @Test func membersAreCountedWhileTheyAreInOffice() async throws {
    try await CommitteeCast.load()
    let today = Arrange.today
    let (before, yesterday) = (try await value(.membersTrained, on: today), try await value(.membersTrained, on: today - 1))
    let owing = try await CommitteeCast.value(
      """
      SELECT count(DISTINCT (a.member_id, r.course_id)) FROM appointment a JOIN committee k ON k.id = a.committee_id JOIN member m ON m.id = a.member_id AND m.kind = 'councillor'
        JOIN training_requirement r ON r.authority_id = a.authority_id AND k.regime = ANY (r.regimes) JOIN training_course c ON c.id = r.course_id
       WHERE c.topic = 'csae_risk' AND a.starts_on <= \(today) AND coalesce(a.ends_before > \(today), true)
         AND r.starts_on <= \(today) AND coalesce(r.ends_before > \(today), true)
      """, as: Int.self)
    #expect(before.whole == owing && before.part > 0 && before.part < before.whole)
    let leaver = try await CommitteeCast.value(
      """
      SELECT m.member_id FROM training_matrix(\(today)) m JOIN training_course c ON c.id = m.course_id JOIN member p ON p.id = m.member_id AND p.kind = 'councillor'
       WHERE c.topic = 'csae_risk' AND m.state = 'valid' ORDER BY m.member_id LIMIT 1
      """, as: UUID.self)
    try await CommitteeCast.execute(
      "UPDATE appointment SET ends_before = \(today) WHERE member_id = \(leaver) AND starts_on < \(today) AND coalesce(ends_before > \(today), true)")
    #expect(try await value(.membersTrained, on: today) == MeasureValue(before.part - 1, of: before.whole - 1))
    #expect(try await value(.membersTrained, on: today - 1) == yesterday)
  }

  /// Looked at no more than ninety days before; gone on the day it ends.
  @Test func hotSpotsAreReviewedWithinNinetyDays() async throws {
    let designated = try day("2025-03-01")
    try await CommitteeCast.execute(
      """
      WITH spot AS (
        INSERT INTO hot_spot (authority_id, csp_id, name, area, drawn_from, theme, reason_codes, state, proposed_by, proposed_on, designated_by, designated_on, review_by, ended_on)
        VALUES (4, 2, 'Lantern Street', st_multi(st_buffer(st_setsrid(st_makepoint(385000, 254900), 27700), 200)), 'circle', 'transport', '{transport_hub}', 'de_designated',
          gen_random_uuid(), \(designated - 9), gen_random_uuid(), \(designated), \(designated + 42), \(designated + 200)) RETURNING id),
      asked AS (
        INSERT INTO hot_spot_consultation (hot_spot_id, authority_id, asked_on, answered_on, view, recorded_by)
        SELECT id, 4, \(designated - 5), \(designated - 2), 'supports', sec.me() FROM spot)
      INSERT INTO hot_spot_decision (hot_spot_id, authority_id, kind, reason, decided_on, review_by, decided_by)
      SELECT id, 4, 'extend', 'Repeat tests are booked', \(designated + 40), \(designated + 80), sec.me() FROM spot
      """)
    for (after, expected) in [(-1, MeasureValue(0, of: 0)), (39, MeasureValue(0, of: 1)), (40, MeasureValue(1, of: 1)), (129, MeasureValue(1, of: 1)), (130, MeasureValue(0, of: 1)), (199, MeasureValue(0, of: 1)), (200, MeasureValue(0, of: 0))] {
      #expect(try await value(.hotSpotsReviewed, on: designated + after) == expected, "\(after) days after")
    }
  }

  /// A pack says what it said when it was made, whatever was counted since; and nobody changes it.
  @Test func aPackIsKeptAsItWasMade() async throws {
    let database = TestDatabase.current
    let strategy = try #require(database.settings.strategies.first)
    let (officer, _) = try await database.signIn(.businessSupport, .organisation(1))
    let store = PackStore(database.environment())
    let first = try await store.make(asOf: Arrange.today, of: strategy, by: officer)
    let again = try await store.make(asOf: Arrange.today, of: strategy, by: officer)
    let kept = try #require(try await store.one(first, for: officer))
    #expect(try await store.one(again, for: officer)?.hash == kept.hash)
    try await Arrange.licence("LATER")
    let changed = try await store.make(asOf: Arrange.today, of: strategy, by: officer)
    #expect(try await store.one(changed, for: officer)?.hash != kept.hash)
    #expect(try await store.one(first, for: officer)?.content == kept.content)
    // Red without the trigger board_pack_never_changes of migration 25.
    await #expect(throws: PostgresError.self) { try await CommitteeCast.execute("UPDATE board_pack SET as_of = as_of - 1 WHERE id = \(first)") }
  }
}
