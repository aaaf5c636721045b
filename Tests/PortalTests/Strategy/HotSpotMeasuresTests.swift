import Domain
import Foundation
import Portal
import Postgres
import TestSupport
import Testing

/// Plans and reviews of hot spots, against counts of their own.
@Suite(.database) struct HotSpotMeasuresTests {
  private func day(_ iso: String) throws -> Day { try MeasureCast.day(iso) }

  private func plan(_ spot: UUID, _ authority: Int16 = 4, begun: Day, approved: Day?, closed: Day? = nil) async throws -> UUID {
    try await MeasureCast.inserted(
      """
      INSERT INTO plan (hot_spot_id, authority_id, objective, begun_on, review_by, approved_on, approved_by, closed_on, closed_by, closed_because, created_by, created_at)
      VALUES (\(spot), \(authority), 'Fewer chances for harm', \(begun), \(begun + 90), \(approved), \(approved == nil ? nil as UUID? : UUID()), \(closed), \(closed == nil ? nil as UUID? : UUID()),
        \(closed == nil ? nil as String? : "It is over"), sec.me(), \(begun) + time '09:00') RETURNING id
      """)
  }

  private func action(_ plan: UUID, _ number: Int16, in authority: Int16 = 4, of organisation: Int16, agreed: Day, cancelled: Day? = nil) async throws {
    let action = try await MeasureCast.inserted(
      """
      INSERT INTO plan_action (plan_id, authority_id, number, what, theme, organisation_id, lead, due_on, state, state_on, created_by)
      VALUES (\(plan), \(authority), \(number), 'Visit every premises', 'prevent', \(organisation), 'Licensing officer', \(agreed + 60), \(cancelled == nil ? "agreed" : "cancelled"), \(agreed), sec.me()) RETURNING id
      """)
    for (state, on) in [("agreed", agreed)] + (cancelled.map { [("cancelled", $0)] } ?? []) {
      try await CommitteeCast.execute(
        """
        INSERT INTO plan_action_step (action_id, authority_id, state, words, on_day, recorded_by, recorded_at)
        VALUES (\(action), \(authority), \(state), 'As agreed', \(on), gen_random_uuid(), \(on) + time '12:00')
        """)
    }
  }

  /// Each condition on a day of its own: the plan counts from the last of them until one fails.
  @Test func aPlanCountsWhileAllItsConditionsHold() async throws {
    let designated = try day("2025-03-01")
    let spot = try await MeasureCast.hotSpot("Lantern Street", designated: designated, ended: designated + 200)
    try await MeasureCast.answered(spot, on: designated + 4)
    let plan = try await plan(spot, begun: designated + 2, approved: designated + 10, closed: designated + 150)
    try await action(plan, 1, of: 1, agreed: designated + 12)
    try await action(plan, 2, of: 3, agreed: designated + 20, cancelled: designated + 100)
    // A second hot spot never has a plan.
    try await MeasureCast.hotSpot("Canal steps", designated: designated + 30, at: (390_000, 260_000))
    func own(_ after: Int) -> MeasureValue {
      MeasureValue(after >= 20 && after < 100 ? 1 : 0, of: (after >= 0 && after < 200 ? 1 : 0) + (after >= 30 ? 1 : 0))
    }
    for after in [-1, 0, 9, 12, 19, 20, 29, 30, 99, 100, 149, 199, 200] {
      #expect(try await MeasureCast.value(.hotSpotsWithPlan, on: designated + after) == own(after), "\(after) days after")
    }
  }

  @Test func plansAreApprovedInTimeOrAreLate() async throws {
    var dice = MeasureCast.Dice(11)
    var history: [(designated: Day, approved: Day?)] = []
    for number in 0..<12 {
      let designated = try day("2025-01-05") + number * 20
      let approved: Day? = number % 5 == 4 ? nil : designated + 5 + dice.roll(45)
      let authority = Int16(number % 6 + 1)
      let spot = try await MeasureCast.hotSpot("Place \(number)", in: authority, designated: designated, at: (380_000 + number * 1_000, 255_000))
      if let approved { _ = try await plan(spot, authority, begun: designated, approved: approved) }
      history.append((designated, approved))
    }
    func own(_ on: Day) -> MeasureValue {
      let counted = history.filter { $0.designated <= on && ($0.approved.map { $0 <= on } ?? false || $0.designated + 28 < on) }
      return MeasureValue(counted.filter { one in one.approved.map { $0 <= on && $0 - one.designated <= 28 } ?? false }.count, of: counted.count)
    }
    for iso in ["2025-04-01", "2025-07-15", "2025-12-31"] {
      let on = try day(iso)
      let counted = try await MeasureCast.value(.plansInTime, on: on), expected = own(on)
      #expect(counted == expected, "\(iso)")
      #expect(expected.part > 0 && expected.missing > 0, "\(iso)")
    }
    // The median, of the same history.
    let on = try day("2025-12-31")
    let days = history.compactMap { one in one.approved.map { $0 - one.designated } }.sorted()
    let (officer, _) = try await TestDatabase.current.signIn(.boardReader, .organisation(2))
    let asked: SQL = "SELECT median AS value FROM sec.plan_days(\(on)) WHERE authority_id IS NULL AND plans = \(days.count)"
    let medians = try await TestDatabase.current.app.read(as: officer, Query<Scalar<Double>>(asked))
    let median = medians.first?.value
    let middle = Double(days[(days.count - 1) / 2] + days[days.count / 2]) / 2
    #expect(median == middle)
    // On the 28th day it is not late; on the 29th it is; approved on the 28th it was in time.
    let border = try day("2026-02-01")
    let spot = try await MeasureCast.hotSpot("Border", designated: border, at: (395_000, 265_000))
    #expect(try await MeasureCast.value(.plansInTime, on: border + 28) == own(border + 28))
    #expect(try await MeasureCast.value(.plansInTime, on: border + 29).whole == own(border + 29).whole + 1)
    _ = try await plan(spot, begun: border, approved: border + 28)
    #expect(try await MeasureCast.value(.plansInTime, on: border + 28) == MeasureValue(own(border + 28).part + 1, of: own(border + 28).whole + 1))
  }

  @Test func reviewsAreHeldByTheirDay() async throws {
    var history: [(due: Day, held: Day?)] = []
    for number in 0..<10 {
      let authority = Int16(number % 6 + 1), designated = try day("2024-06-01") + number * 37
      let spot = try await MeasureCast.hotSpot("Place \(number)", in: authority, designated: designated, at: (380_000 + number * 1_000, 255_000))
      try await MeasureCast.answered(spot, authority, on: designated)
      try await MeasureCast.decide(spot, authority, "designate", on: designated, review: designated + 42)
      let held: Day? = number % 4 == 3 ? nil : designated + 38 + number % 7
      if let held {
        try await MeasureCast.decide(spot, authority, "extend", on: held, review: held + 60)
        history.append((held + 60, nil))
      }
      history.append((designated + 42, held))
    }
    func own(_ on: Day) -> MeasureValue {
      let counted = history.filter { $0.due < on && $0.due >= on.adding(years: -1) }
      return MeasureValue(counted.filter { one in one.held.map { $0 <= one.due } ?? false }.count, of: counted.count)
    }
    for iso in ["2024-11-30", "2025-04-15", "2026-02-01"] {
      let on = try day(iso)
      #expect(try await MeasureCast.value(.reviewsOnTime, on: on) == own(on) && own(on).whole > 0, "\(iso): \(own(on))")
    }
    // Due by a day: on that day it is not late yet; a year later it is forgotten. An end is a review too.
    let designated = try day("2026-06-01"), due = designated + 42
    let spot = try await MeasureCast.hotSpot("Border", designated: designated, ended: due, at: (395_000, 265_000))
    try await MeasureCast.answered(spot, on: designated)
    try await MeasureCast.decide(spot, 4, "designate", on: designated, review: due)
    for (on, more) in [(due, 0), (due + 1, 1), (due.adding(years: 1), 1), (due.adding(years: 1) + 1, 0)] {
      #expect(try await MeasureCast.value(.reviewsOnTime, on: on) == MeasureValue(own(on).part, of: own(on).whole + more), "\(on)")
    }
    try await MeasureCast.decide(spot, 4, "de_designate", on: due)
    #expect(try await MeasureCast.value(.reviewsOnTime, on: due + 1) == MeasureValue(own(due + 1).part + 1, of: own(due + 1).whole + 1))
  }

  /// What was decided by a day and written down later was not known on that day.
  @Test func whatWasRecordedLaterWasNotKnownThen() async throws {
    let designated = try day("2025-03-01"), reviewed = designated + 40
    let spot = try await MeasureCast.hotSpot("Lantern Street", designated: designated)
    try await MeasureCast.answered(spot, on: designated)
    try await MeasureCast.decide(spot, 4, "designate", on: designated, review: designated + 42)
    try await MeasureCast.decide(spot, 4, "extend", on: reviewed, review: reviewed + 42, recorded: reviewed + 70)
    let on = designated + 100
    #expect(try await MeasureCast.value(.hotSpotsReviewed, on: on) == MeasureValue(1, of: 1))
    #expect(try await MeasureCast.value(.hotSpotsReviewed, on: on, known: on) == MeasureValue(0, of: 1))
    #expect(try await MeasureCast.value(.hotSpotsReviewed, on: on, known: reviewed + 69) == MeasureValue(0, of: 1))
    #expect(try await MeasureCast.value(.hotSpotsReviewed, on: on, known: reviewed + 70) == MeasureValue(1, of: 1))
    #expect(try await MeasureCast.value(.hotSpotsReviewed, on: on, known: designated - 1) == MeasureValue(0, of: 0))
  }
}
