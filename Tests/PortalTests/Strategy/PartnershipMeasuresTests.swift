import Domain
import Foundation
import Portal
import Postgres
import TestSupport
import Testing

/// Items of partnership plans, profiles and decisions, against counts of their own.
@Suite(.database) struct PartnershipMeasuresTests {
  private func day(_ iso: String) throws -> Day { try MeasureCast.day(iso) }

  private func plan(_ csp: Int16, _ year: Int16, on: Day) async throws -> UUID {
    try await MeasureCast.inserted("INSERT INTO partnership_plan (csp_id, year, recorded_by, recorded_at) VALUES (\(csp), \(year), sec.me(), \(on) + time '09:00') RETURNING id")
  }
  private func item(_ plan: UUID, _ csp: Int16, _ number: Int16, tags: [String], part: String = "other", on: Day) async throws -> UUID {
    try await MeasureCast.inserted(
      """
      INSERT INTO partnership_item (plan_id, csp_id, number, what, part, tags, organisation_id, lead, due_on, recorded_by, recorded_at)
      VALUES (\(plan), \(csp), \(number), 'Brief the door staff', \(part), \(tags), 3, 'Operational lead', \(on + 90), sec.me(), \(on) + time '09:00') RETURNING id
      """)
  }
  private func enter(_ item: UUID, _ csp: Int16, _ standing: String, on: Day, by author: UUID = UUID(), recorded: Day? = nil) async throws {
    try await CommitteeCast.execute(
      """
      INSERT INTO partnership_entry (item_id, csp_id, standing, words, on_day, recorded_by, recorded_at)
      VALUES (\(item), \(csp), \(standing), 'As seen', \(on), \(author), \(recorded ?? on) + time '12:00')
      """)
  }
  private func assess(_ item: UUID, _ csp: Int16, on: Day) async throws {
    try await CommitteeCast.execute(
      "INSERT INTO partnership_risk (item_id, csp_id, assessed_on, level, words, recorded_by, recorded_at) VALUES (\(item), \(csp), \(on), 'low', 'Staff change', sec.me(), \(on) + time '12:00')")
  }

  @Test func itemsOnNightsafeAndStreetPastorsAreCountedUntilTheyAreOpenAgain() async throws {
    struct Made {
      var csp: Int
      var tags: [String]
      var verified: Day?
      var reopened: Day?
    }
    var history: [Made] = []
    for csp in [1, 2] as [Int16] {
      let plan = try await plan(csp, 2025, on: day("2025-04-02"))
      for number in 0..<9 {
        let tags = [["nightsafe"], ["street_pastors", "cse"], ["cse"]][number % 3]
        let item = try await item(plan, csp, Int16(number + 1), tags: tags, on: day("2025-04-03"))
        var made = Made(csp: Int(csp), tags: tags)
        if number < 7 {
          let done = try day("2025-05-20") + number * 25 + Int(csp) * 3
          try await enter(item, csp, "done", on: done)
          if number < 5 {
            made.verified = done + 10
            try await enter(item, csp, "verified", on: done + 10)
          }
          if number == 1 {
            made.reopened = done + 90
            try await enter(item, csp, "in_progress", on: done + 90)
          }
        }
        history.append(made)
      }
    }
    func own(_ on: Day, _ csp: Int? = nil) throws -> MeasureValue {
      guard try day("2025-04-03") <= on, try on < day("2026-04-01") else { return MeasureValue(0, of: 0) }
      let counted = history.filter { (csp == nil || $0.csp == csp) && ($0.tags.contains("nightsafe") || $0.tags.contains("street_pastors")) }
      return MeasureValue(counted.filter { one in one.verified.map { $0 <= on } ?? false && !(one.reopened.map { $0 <= on } ?? false) }.count, of: counted.count)
    }
    for iso in ["2025-06-30", "2025-09-01", "2026-03-31", "2026-04-01"] {
      let on = try day(iso), expected = try own(on)
      #expect(try await MeasureCast.value(.partnershipLinks, on: on) == expected, "\(iso): \(expected)")
      for csp in [1, 2] { #expect(try await MeasureCast.value(.partnershipLinks, on: on, area: -csp) == own(on, csp), "\(iso), partnership \(csp)") }
    }
    // On the day it is verified and the day before; on the day it is opened again and the day before.
    let one = try #require(history.first { $0.reopened != nil })
    for on in [try #require(one.verified), try #require(one.reopened)] {
      #expect(try await MeasureCast.value(.partnershipLinks, on: on, area: -one.csp) == own(on, one.csp))
      #expect(try await MeasureCast.value(.partnershipLinks, on: on - 1, area: -one.csp) == own(on - 1, one.csp))
      #expect(try own(on, one.csp).part != (try own(on - 1, one.csp)).part)
    }
  }

  /// An item tagged CSE with a risk assessment and an entry in the last three months: from the later of the two until the entry is three months old.
  @Test func aPartnershipAnswersForCSEWhileAnItemIsAssessedAndMonitored() async throws {
    let north = try await plan(1, 2025, on: day("2025-04-02")), south = try await plan(2, 2025, on: day("2025-04-02"))
    let item = try await item(north, 1, 1, tags: ["cse"], part: "identification", on: day("2025-04-03"))
    let assessed = try day("2025-05-10"), seen = try day("2025-06-01")
    try await assess(item, 1, on: assessed)
    try await enter(item, 1, "in_progress", on: seen)
    // South: assessed and monitored, on two different items; and a third that is not about CSE.
    let one = try await self.item(south, 2, 1, tags: ["cse"], on: day("2025-04-03")), two = try await self.item(south, 2, 2, tags: ["cse"], on: day("2025-04-03"))
    let other = try await self.item(south, 2, 3, tags: ["nightsafe"], on: day("2025-04-03"))
    try await assess(one, 2, on: assessed)
    try await enter(two, 2, "in_progress", on: seen)
    try await assess(other, 2, on: assessed)
    try await enter(other, 2, "in_progress", on: seen)
    for (iso, holds) in [("2025-05-31", 0), ("2025-06-01", 1), ("2025-08-31", 1), ("2025-09-01", 0), ("2026-04-01", 0)] {
      #expect(try await MeasureCast.value(.partnershipDuties, on: day(iso), area: -1) == MeasureValue(holds, of: 1), "\(iso)")
      #expect(try await MeasureCast.value(.partnershipDuties, on: day(iso), area: -2) == MeasureValue(0, of: 1), "\(iso)")
    }
    try await enter(one, 2, "in_progress", on: seen + 1)
    #expect(try await MeasureCast.value(.partnershipDuties, on: seen, area: -2) == MeasureValue(0, of: 1))
    #expect(try await MeasureCast.value(.partnershipDuties, on: seen + 1) == MeasureValue(2, of: 2))
    // The rows say what is missing.
    let (officer, _) = try await TestDatabase.current.signIn(.boardReader, .organisation(2))
    let said = try await TestDatabase.current.app.read(
      as: officer,
      Query<Scalar<String>>("SELECT detail AS value FROM sec.measure_rows('partnership_duties', \(seen + 1), 'infinity', -1::smallint, NULL, '', '00000000-0000-0000-0000-000000000000', 9)"))
    #expect(said.first?.value == "1 of 1 items on CSE with risk assessment and monitoring; nothing on risk assessment, evidence gathering")
  }

  /// Written down a month later: not known then, known now.
  @Test func monitoringThatWasRecordedLaterWasNotKnownThen() async throws {
    let plan = try await plan(1, 2025, on: day("2025-04-02"))
    let item = try await item(plan, 1, 1, tags: ["cse", "nightsafe"], on: day("2025-04-03"))
    let seen = try day("2025-06-01")
    try await assess(item, 1, on: seen)
    try await enter(item, 1, "done", on: seen)
    try await enter(item, 1, "verified", on: seen + 1, recorded: seen + 30)
    let on = seen + 10
    #expect(try await MeasureCast.value(.partnershipLinks, on: on) == MeasureValue(1, of: 1))
    #expect(try await MeasureCast.value(.partnershipLinks, on: on, known: on) == MeasureValue(0, of: 1))
    #expect(try await MeasureCast.value(.partnershipLinks, on: on, known: seen + 30) == MeasureValue(1, of: 1))
    #expect(try await MeasureCast.value(.partnershipDuties, on: on, area: -1, known: seen - 1) == MeasureValue(0, of: 1))
  }

  @Test func aProfileCountsForAYearFromItsDay() async throws {
    let published = [try day("2023-10-20"), try day("2024-11-14"), try day("2025-10-28")], released = [try day("2023-11-02"), try day("2025-01-09")]
    for (number, on) in published.enumerated() {
      let id = try await MeasureCast.inserted(
        """
        INSERT INTO problem_profile (title, scope, edition, owner, handling, held_at, covers_from, covers_to, published_on, due_on, summary, recorded_by, recorded_at)
        VALUES ('Profile', 'county', '1', 'Head of PVP', 'official', 'PP/1', \(on - 400), \(on - 30), \(on), \(on), 'Places and times', sec.me(), \(on) + time '10:00') RETURNING id
        """)
      if number < released.count {
        try await CommitteeCast.execute(
          "INSERT INTO problem_profile_release (profile_id, body, on_day, recorded_by, recorded_at) VALUES (\(id), 'The group', \(released[number]), sec.me(), \(released[number]) + time '10:00')")
      }
    }
    func holds(_ days: [Day], _ on: Day) -> Int { days.contains { $0 <= on && $0 > on.adding(years: -1) } ? 1 : 0 }
    for days in [published, released] {
      let measure: Measure = days == published ? .problemProfile : .problemProfileAvailable
      for first in days {
        for on in [first - 1, first, first.adding(years: 1) - 1, first.adding(years: 1)] {
          #expect(try await MeasureCast.value(measure, on: on) == MeasureValue(holds(days, on), of: 1), "\(measure.rawValue), \(on)")
        }
      }
    }
  }

  @Test func anEnforcementTeamIsReviewedWhenItsThreeConditionsHold() async throws {
    let version = try await Arrange.version(1, from: day("2020-01-01"))
    var licences: [UUID] = []
    for number in 0..<10 { licences.append(try await Arrange.licence("E\(number)", in: Int16(number % 6 + 1), from: day("2025-01-01"), before: day("2028-01-01"))) }
    for licence in licences.prefix(8) { try await Arrange.issue(version, to: licence, on: day("2025-03-01")) }
    #expect(try await MeasureCast.value(.enforcementReview, on: day("2025-06-01")) == MeasureValue(0, of: 3))
    // Nine of ten are the nine tenths that are wanted.
    try await Arrange.issue(version, to: licences[8], on: day("2025-06-02"))
    #expect(try await MeasureCast.value(.enforcementReview, on: day("2025-06-01")) == MeasureValue(0, of: 3))
    #expect(try await MeasureCast.value(.enforcementReview, on: day("2025-06-02")) == MeasureValue(1, of: 3))
    try await CommitteeCast.execute(
      """
      INSERT INTO problem_profile (title, scope, edition, owner, handling, held_at, covers_from, covers_to, published_on, due_on, summary, recorded_by)
      VALUES ('Profile', 'county', '1', 'Head of PVP', 'official', 'PP/1', '2024-01-01', '2024-12-31', '2025-07-01', '2025-10-31', 'Places and times', sec.me())
      """)
    try await CommitteeCast.execute(
      """
      INSERT INTO strategy_decision (strategy, action_ref, decided_on, decided_by, outcome, words, recorded_by)
      VALUES ('worcestershire-2015', '3.3.8', '2025-08-01', 'CSE Strategic Group', 'no', 'Partners do it together', sec.me()),
             ('worcestershire-2015', NULL, '2025-08-05', 'The Board', 'keep', 'It stands', sec.me())
      """)
    for (iso, met) in [("2025-06-30", 1), ("2025-07-01", 2), ("2025-07-31", 2), ("2025-08-01", 3)] {
      #expect(try await MeasureCast.value(.enforcementReview, on: day(iso)) == MeasureValue(met, of: 3), "\(iso)")
    }
    for (iso, met) in [("2025-08-04", 0), ("2025-08-05", 1), ("2026-08-04", 1), ("2026-08-05", 0)] {
      #expect(try await MeasureCast.value(.strategyReviewed, on: day(iso)) == MeasureValue(met, of: 1), "\(iso)")
    }
  }
}
