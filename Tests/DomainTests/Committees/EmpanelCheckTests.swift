import Domain
import Foundation
import Testing

/// One test for each finding, and its complement: the fixture alone finds nothing.
@Suite struct EmpanelCheckTests {
  private func day(_ iso: String) -> Day { PanelFixture.day(iso) }

  @Test func aLawfulPanelHasNoFinding() { #expect(PanelFixture().findings == []) }

  @Test func threeMembersHearIt() {
    let fixture = PanelFixture()
    for count in [0, 1, 2, 4, 5] {
      let found = fixture.check.findings(panel: fixture.people.prefix(count).map(\.id), for: fixture.hearing)
      #expect(found.map(\.code) == [.panelSizeNot3] && found.first?.severity == .blockStatutory, "\(count)")
    }
    #expect(fixture.check.findings(panel: fixture.people.suffix(3).map(\.id), for: fixture.hearing) == [])
  }

  @Test func taxiCommitteesHaveTheQuorumOfTheirConstitution() {
    var fixture = PanelFixture()
    fixture.rule = CommitteeRule(regime: .taxiGeneral, panelSize: 5, quorum: 4)
    #expect(fixture.codes(.blockPolicy) == [.panelBelowQuorum] && fixture.codes(.blockStatutory) == [])
    #expect(fixture.check.findings(panel: fixture.people.prefix(4).map(\.id), for: fixture.hearing) == [])
  }

  @Test func aMemberTwiceIsOneMember() {
    let fixture = PanelFixture()
    let twice = [fixture.panel[0], fixture.panel[1], fixture.panel[1]]
    let found = fixture.check.findings(panel: twice, for: fixture.hearing)
    #expect(found.map(\.code) == [.panelSizeNot3, .duplicateMember])
    #expect(found.allSatisfy { $0.severity == .blockStatutory })
    let thrice = Array(repeating: fixture.panel[0], count: 3)
    #expect(fixture.check.findings(panel: thrice, for: fixture.hearing).map(\.code) == [.panelSizeNot3, .duplicateMember], "said once")
  }

  @Test func onTheCommitteeOnTheDayOfTheHearing() {
    // [from, before): on the first day yes, on the day it ends no.
    for (from, before, isMember) in [
      ("2026-06-16", "2027-05-19", true), ("2026-06-17", "2027-05-19", false), ("2025-05-20", "2026-06-16", false), ("2025-05-20", "2026-06-17", true),
    ] {
      var fixture = PanelFixture()
      fixture.people[2].appointments = [.init(.member, DayRange(from: day(from), before: day(before)))]
      #expect(fixture.codes(.blockStatutory) == (isMember ? [] : [.notCommitteeMemberOnH]), "\(from) to \(before)")
    }
  }

  @Test func nobodySitsWithoutOffice() {
    var fixture = PanelFixture()
    fixture.people[1].inOffice = DayRange(from: day("2022-05-01"), before: PanelFixture.hearing)
    #expect(fixture.codes(.blockStatutory) == [.notCommitteeMemberOnH])
  }

  @Test func aSubstituteSitsOnATaxiPanelOnly() {
    var fixture = PanelFixture()
    fixture.people[2].appointments = [.init(.substitute, PanelFixture.year)]
    #expect(fixture.codes(.blockStatutory) == [.notCommitteeMemberOnH])
    fixture.rule = CommitteeRule(regime: .taxiGeneral)
    #expect(fixture.codes == [])
    fixture.people[2].appointments = [.init(.officer, PanelFixture.year)]
    #expect(fixture.codes(.blockStatutory) == [.notCommitteeMemberOnH])
  }

  @Test func theLawAsksForTenToFifteen() {
    for (count, isRight) in [(9, false), (10, true), (15, true), (16, false)] {
      var fixture = PanelFixture()
      let extra = fixture.people[11]
      fixture.people = Array(fixture.people.prefix(min(count, 12))) + (12..<max(count, 12)).map { _ in
        Candidate(name: "More", inOffice: extra.inOffice, appointments: [.init(.member, PanelFixture.year)], covers: extra.covers)
      }
      #expect(fixture.codes(.warn) == (isRight ? [] : [.committeeSizeOutOf10To15]), "\(count)")
      #expect(fixture.check.isLawful(fixture.panel, for: fixture.hearing), "it blocks nothing")
    }
  }

  @Test func trainingIsValidOnTheDayOfTheHearing() {
    for (course, code) in [("cse", EmpanelFinding.Code.cseTrainingNotValidOnH), ("procedure", .licensingTrainingNotValidOnH)] {
      for (from, before, isValid) in [
        ("2026-06-16", "2029-06-16", true), ("2026-06-17", "2029-06-17", false), ("2023-06-16", "2026-06-16", false),
      ] {
        var fixture = PanelFixture()
        fixture.people[0].covers.removeAll { $0.course == course }
        fixture.people[0].covers.append(TrainingCover(course: course, days: DayRange(from: day(from), before: day(before))))
        #expect(fixture.codes(.blockPolicy) == (isValid ? [] : [code]), "\(course) \(from)")
      }
    }
  }

  /// Which severity a missing training has is local policy: each authority says.
  @Test func whereThePolicyOnlyAdvisesItWarns() {
    var fixture = PanelFixture()
    fixture.people[0].covers = []
    fixture.duties = fixture.duties.map { duty in
      var duty = duty
      duty.blocks = false
      return duty
    }
    #expect(fixture.codes(.blockPolicy) == [] && fixture.codes(.warn) == [.cseTrainingNotValidOnH, .licensingTrainingNotValidOnH])
  }

  /// A requirement of another day is no requirement.
  @Test func theDutyInForceOnTheDayCounts() {
    var fixture = PanelFixture()
    fixture.people[0].covers.removeAll { $0.course == "cse" }
    fixture.duties[0].days = DayRange(from: PanelFixture.hearing + 1, before: nil)
    #expect(fixture.codes == [])
    fixture.duties[0].days = DayRange(from: PanelFixture.hearing, before: PanelFixture.hearing + 1)
    #expect(fixture.codes == [.cseTrainingNotValidOnH])
  }

  @Test func thePersonTrainedSigns() {
    var fixture = PanelFixture()
    fixture.people[0].covers[0].isSigned = false
    #expect(fixture.codes(.blockPolicy) == [.signatureMissing])
    fixture.duties[0].needsSignature = false
    #expect(fixture.codes == [])
    // A decision on equivalence or a dispensation is not signed by the member.
    fixture = PanelFixture()
    fixture.people[0].covers[0] = TrainingCover(course: "cse", days: PanelFixture.valid, isSigned: false, source: .equivalence)
    #expect(fixture.codes == [])
  }

  @Test func trainingThatEndsSoonAfterIsPointedOut() {
    for (last, warns) in [(30, true), (31, false), (0, true)] {
      var fixture = PanelFixture()
      fixture.people[0].covers[0].days = DayRange(from: day("2024-01-01"), before: PanelFixture.hearing + last + 1)
      #expect(fixture.codes == (warns ? [.trainingExpiresWithin] : []), "\(last)")
    }
    // What follows without a gap counts as one.
    var fixture = PanelFixture()
    fixture.people[0].covers[0].days = DayRange(from: day("2024-01-01"), before: PanelFixture.hearing + 5)
    fixture.people[0].covers.append(TrainingCover(course: "cse", days: DayRange(from: PanelFixture.hearing + 5, before: nil)))
    #expect(fixture.codes == [])
  }

  @Test func theWardMemberStandsAside() {
    var fixture = PanelFixture()
    fixture.hearing.ward = "ward 2 "
    #expect(fixture.codes == [.wardMember] && fixture.findings.first?.member == fixture.panel[2])
    fixture.hearing.ward = "Ward 9"
    #expect(fixture.codes == [])
  }

  @Test func interestsAreDeclared() {
    var fixture = PanelFixture()
    fixture.hearing.interests = [fixture.people[9].id: "Lives next door"]
    #expect(fixture.codes == [])
    fixture.hearing.interests = [fixture.panel[1]: "Lives next door"]
    #expect(fixture.codes == [.interestDeclared] && fixture.findings[0].text.hasSuffix("Lives next door"))
  }

  /// Whoever said they cannot come is pointed out, and forbidden nothing.
  @Test func whoIsAwayIsPointedOut() {
    for (from, before, isAway) in [("2026-06-16", "2026-06-17", true), ("2026-06-10", "2026-06-16", false), ("2026-06-17", "2026-06-20", false)] {
      var fixture = PanelFixture()
      fixture.people[1].away = [DayRange(from: day(from), before: day(before))]
      #expect(fixture.codes == (isAway ? [.notAvailable] : []), "\(from)")
      #expect(fixture.check.isLawful(fixture.panel, for: fixture.hearing))
    }
  }

  @Test func theChairPresidesWhereTheConstitutionSaysSo() {
    var fixture = PanelFixture()
    let panel = fixture.people[2...4].map(\.id)
    #expect(fixture.check.findings(panel: panel, presiding: panel[0], for: fixture.hearing) == [])
    fixture.rule.chairPresides = true
    #expect(fixture.check.findings(panel: panel, presiding: panel[0], for: fixture.hearing).map(\.code) == [.chairNotChairOrDeputy])
    #expect(fixture.codes == [])
  }

  @Test func somebodyElseCouldStepIn() {
    var fixture = PanelFixture()
    for index in 3..<12 { fixture.people[index].covers = [] }
    #expect(fixture.codes == [.noTrainedSubstitute])
    fixture.people[7].covers = fixture.people[0].covers
    #expect(fixture.codes == [])
  }

  @Test func theHearingBeginsInTime() {
    // Representations end on Friday 29 May 2026: the 20th working day is Friday 26 June.
    for (on, late) in [("2026-06-26", false), ("2026-06-29", true)] {
      var fixture = PanelFixture()
      fixture.hearing.day = day(on)
      #expect(fixture.codes(.warn) == (late ? [.hearingOutside20WD] : []), "\(on)")
    }
    // 28 days of a summary review are days, not working days.
    for (on, late) in [("2026-06-26", false), ("2026-06-27", true)] {
      var fixture = PanelFixture()
      fixture.hearing.timetable = HearingTimetable(kind: .summaryReview, startDays: 28)
      fixture.hearing.day = day(on)
      #expect(fixture.codes(.warn) == (late ? [.hearingOutside20WD] : []), "\(on)")
    }
  }

  @Test func noticeIsGivenInTime() {
    // Ten working days before Tuesday 16 June are Tuesday 2 June.
    for (given, asked, short) in [
      ("2026-06-02", "2026-06-10", false), ("2026-06-03", "2026-06-10", true), (nil, "2026-06-02", false), (nil, "2026-06-03", true), (nil, "2026-07-01", false),
    ] as [(String?, String, Bool)] {
      var fixture = PanelFixture()
      fixture.hearing.noticeGiven = given.map(day)
      fixture.hearing.asked = day(asked)
      #expect(fixture.codes == (short ? [.noticeTooShort] : []), "\(given ?? "none") asked \(asked)")
    }
  }

  /// The fixture knows the bank holidays of 2026 and 2027. The count runs over the days before the hearing.
  @Test func aCountBeyondTheKnownBankHolidaysIsPointedOut() {
    for (on, isBeyond) in [("2027-12-30", false), ("2028-01-01", false), ("2028-01-03", true), ("2026-01-12", true), ("2026-01-20", false)] {
      var fixture = PanelFixture()
      fixture.hearing.day = day(on)
      fixture.hearing.periodEnd = nil
      #expect(fixture.codes.contains(.bankHolidaysUnknown) == isBeyond, "\(on)")
    }
    var fixture = PanelFixture()
    fixture.hearing.periodEnd = day("2027-12-20")
    #expect(fixture.codes.contains(.bankHolidaysUnknown), "the period to begin in ends in 2028")
    fixture.hearing.timetable = HearingTimetable(kind: .summaryReview, startDays: 28)
    #expect(!fixture.codes.contains(.bankHolidaysUnknown), "days are days")
  }

  @Test func theGravestStandFirst() {
    var fixture = PanelFixture()
    fixture.hearing.ward = "Ward 0"
    fixture.people[1].covers = []
    fixture.people[2].appointments = []
    #expect(fixture.findings.map(\.severity) == fixture.findings.map(\.severity).sorted())
    #expect(fixture.findings.first?.severity == .blockStatutory && fixture.findings.last?.severity == .warn)
  }
}
