import Domain
import Foundation
import Portal
import Postgres
import TestSupport
import Testing

/// Induction, hearings and officers, against counts of their own that know who was appointed and trained when.
@Suite(.database) struct CommitteeMeasuresTests {
  private func day(_ iso: String) throws -> Day { try MeasureCast.day(iso) }
  private static let authority: Int16 = 3

  private struct Person {
    var id: UUID
    var appointed: Day
    var left: Day?
    var trained: Day?
    var isSigned = true

    /// Training counts for 24 months.
    func isValid(_ on: Day) -> Bool { isSigned && (trained.map { $0 <= on && $0.adding(months: 24) > on } ?? false) }
  }

  private func committee() async throws -> UUID {
    let id = try await MeasureCast.inserted("INSERT INTO committee (authority_id, name, regime) VALUES (\(Self.authority), 'Licensing Committee', 'la2003') RETURNING id")
    try await CommitteeCast.execute(
      """
      INSERT INTO training_requirement (authority_id, course_id, regimes, starts_on, validity_months, induction_days, needs_signature)
      SELECT \(Self.authority), id, '{la2003}', '2020-01-01', 24, 42, true FROM training_course WHERE topic = 'csae_risk'
      """)
    return id
  }

  private func person(_ name: String, _ committee: UUID, officer: Bool = false, appointed: Day, left: Day? = nil, trained: Day?, signed: Bool = true, recorded: Day? = nil) async throws -> Person {
    let id = try await MeasureCast.inserted(
      """
      INSERT INTO member (authority_id, kind, name, sort_name, name_key, office_from) VALUES (\(Self.authority), \(officer ? "officer" : "councillor"), \(name), \(name), \(name), '2019-05-01') RETURNING id
      """)
    try await CommitteeCast.execute(
      """
      INSERT INTO appointment (authority_id, committee_id, member_id, role, starts_on, ends_before, recorded_at)
      VALUES (\(Self.authority), \(committee), \(id), \(officer ? "officer" : "member"), \(appointed), \(left), \(appointed) + time '09:00')
      """)
    if let trained {
      let training = try await MeasureCast.inserted(
        """
        INSERT INTO member_training (authority_id, member_id, course_id, completed_on, evidence, recorded_at)
        SELECT \(Self.authority), \(id), id, \(trained), 'certificate', \(recorded ?? trained) + time '16:00' FROM training_course WHERE topic = 'csae_risk' LIMIT 1 RETURNING id
        """)
      if signed {
        try await CommitteeCast.execute(
          """
          INSERT INTO training_signature (training_id, member_id, authority_id, how, signed_name, signed_on, recorded_by, recorded_at)
          VALUES (\(training), \(id), \(Self.authority), 'screen', \(name), \(trained), sec.me(), \(recorded ?? trained) + time '16:30')
          """)
      }
    }
    return Person(id: id, appointed: appointed, left: left, trained: trained, isSigned: signed)
  }

  @Test func newMembersAreInductedWithinTheirTime() async throws {
    let committee = try await committee()
    var people: [Person] = []
    let offsets: [Int?] = [-30, 0, 20, 42, 43, nil, -800]
    for number in 0..<14 {
      let appointed = try day("2024-05-20") + number * 40, offset = offsets[number % offsets.count]
      people.append(try await person("Member \(number)", committee, appointed: appointed, trained: offset.map { appointed + $0 }, signed: number != 8))
    }
    func own(_ on: Day) -> MeasureValue {
      var value = MeasureValue(0, of: 0)
      for one in people where one.appointed > on.adding(years: -1) && one.appointed <= on {
        let due = one.appointed + 42
        let inducted = one.isSigned && (one.trained.map { $0 <= min(due, on) && $0.adding(months: 24) > one.appointed } ?? false)
        if inducted || due < on { value = value + MeasureValue(inducted ? 1 : 0, of: 1) }
      }
      return value
    }
    for iso in ["2024-09-30", "2025-03-31", "2025-12-31"] {
      let on = try day(iso)
      #expect(try await MeasureCast.value(.membersInducted, on: on) == own(on) && own(on).part > 0, "\(iso): \(own(on))")
    }
    // Trained on the last day of the time, and a day too late: on either side of the days that decide.
    for one in [people[3], people[4], people[0]] {
      for on in [one.appointed - 1, one.appointed, one.appointed + 41, one.appointed + 42, one.appointed + 43, one.appointed.adding(years: 1) - 1, one.appointed.adding(years: 1)] {
        #expect(try await MeasureCast.value(.membersInducted, on: on) == own(on), "\(on)")
      }
    }
  }

  @Test func hearingsCountWhenTheWholePanelWasTrained() async throws {
    let committee = try await committee()
    var people: [Person] = []
    for number in 0..<6 {
      people.append(try await person("Member \(number)", committee, appointed: day("2022-05-20"), trained: number == 5 ? nil : day("2023-01-10") + number * 60, signed: number != 4))
    }
    var history: [(on: Day, panel: [Int])] = []
    for number in 0..<14 {
      let on = try day("2023-06-01") + number * 55, panel = number == 6 ? [] : [number % 4, (number + 1) % 4, number % 5 == 3 ? 5 : number % 7 == 2 ? 4 : (number + 2) % 4]
      history.append((on, panel))
      let hearing = try await MeasureCast.inserted(
        """
        INSERT INTO hearing (authority_id, committee_id, kind, reference, subject, held_on, status, recorded_at)
        VALUES (\(Self.authority), \(committee), 'review', \("H/\(number)"), 'The Lamb', \(on), \(number == 9 ? "cancelled" : "held"), \(on) + time '09:00') RETURNING id
        """)
      guard !panel.isEmpty else { continue }
      let chosen = try await MeasureCast.inserted(
        "INSERT INTO panel (hearing_id, authority_id, number, for_day, findings, chosen_by, chosen_at) VALUES (\(hearing), \(Self.authority), 1, \(on), '[]', sec.me(), \(on) + time '08:00') RETURNING id")
      for (seat, one) in panel.enumerated() {
        try await CommitteeCast.execute("INSERT INTO panel_seat (panel_id, member_id, authority_id, seat) VALUES (\(chosen), \(people[one].id), \(Self.authority), \(Int16(seat + 1)))")
      }
    }
    func own(_ on: Day) -> MeasureValue {
      let counted = history.enumerated().filter { $0.offset != 9 && $0.element.on > on.adding(years: -1) && $0.element.on <= on }.map(\.element)
      return MeasureValue(counted.filter { one in !one.panel.isEmpty && one.panel.allSatisfy { people[$0].isValid(one.on) } }.count, of: counted.count)
    }
    for iso in ["2023-12-31", "2024-09-30", "2025-05-31"] {
      let on = try day(iso)
      #expect(try await MeasureCast.value(.hearingsPanelTrained, on: on) == own(on) && own(on).whole > 0 && own(on).missing > 0, "\(iso): \(own(on))")
    }
    let held = history[1].on
    for on in [held - 1, held, held.adding(years: 1) - 1, held.adding(years: 1)] { #expect(try await MeasureCast.value(.hearingsPanelTrained, on: on) == own(on), "\(on)") }
  }

  @Test func officersAndMembersAreCountedApart() async throws {
    let committee = try await committee()
    var officers: [Person] = [], members: [Person] = []
    for number in 0..<6 {
      let appointed = try day("2024-01-10") + number * 70
      officers.append(try await person("Officer \(number)", committee, officer: true, appointed: appointed, left: number == 2 ? appointed + 300 : nil, trained: number == 3 ? nil : appointed + number * 25))
      members.append(try await person("Member \(number)", committee, appointed: appointed, trained: appointed + number * 40, signed: number != 1))
    }
    func own(_ people: [Person], _ on: Day) -> MeasureValue {
      let current = people.filter { $0.appointed <= on && ($0.left.map { on < $0 } ?? true) }
      return MeasureValue(current.filter { $0.isValid(on) }.count, of: current.count)
    }
    for iso in ["2024-06-30", "2025-01-31", "2026-03-01"] {
      let on = try day(iso)
      #expect(try await MeasureCast.value(.officersTrained, on: on) == own(officers, on), "\(iso): \(own(officers, on))")
      #expect(try await MeasureCast.value(.membersTrained, on: on) == own(members, on), "\(iso): \(own(members, on))")
    }
    // The day training ends, the day somebody leaves, the day training begins.
    for one in officers {
      for border in [one.appointed, one.left, one.trained, one.trained?.adding(months: 24)].compactMap({ $0 }) {
        for on in [border - 1, border] { #expect(try await MeasureCast.value(.officersTrained, on: on) == own(officers, on), "\(on)") }
      }
    }
  }

  /// Training that was written down a month later was not known before.
  @Test func trainingThatWasRecordedLaterWasNotKnownThen() async throws {
    let committee = try await committee()
    let trained = try day("2025-03-01")
    _ = try await person("Member", committee, appointed: day("2025-01-10"), trained: trained, recorded: trained + 30)
    let on = trained + 10
    #expect(try await MeasureCast.value(.membersTrained, on: on) == MeasureValue(1, of: 1))
    #expect(try await MeasureCast.value(.membersTrained, on: on, known: on) == MeasureValue(0, of: 1))
    #expect(try await MeasureCast.value(.membersTrained, on: on, known: trained + 30) == MeasureValue(1, of: 1))
  }
}
