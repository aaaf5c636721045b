import Domain
import Foundation
import Testing

@Suite struct PanelChoiceTests {
  private func day(_ iso: String) -> Day { PanelFixture.day(iso) }

  /// Committees, training and cases by chance; the same every time.
  private func byChance(_ seed: UInt64) -> PanelFixture {
    var chance = SeededChance(seed: seed)
    var fixture = PanelFixture()
    func range(_ chance: inout SeededChance) -> DayRange {
      let from = PanelFixture.hearing + Int.random(in: -60...40, using: &chance)
      return DayRange(from: from, before: chance.happens(25) ? nil : from + Int.random(in: 0...120, using: &chance))
    }
    fixture.people = (0..<Int.random(in: 3...12, using: &chance)).map { number in
      Candidate(
        name: "M\(number)", ward: chance.pick(["A", "B", nil]), inOffice: chance.happens(85) ? PanelFixture.office : range(&chance),
        appointments: chance.happens(80) ? [.init(chance.pick([.chair, .member, .member, .substitute]), chance.happens(60) ? PanelFixture.year : range(&chance))] : [],
        covers: PanelFixture.courses.flatMap { course in
          (0..<Int.random(in: 0...2, using: &chance)).map { _ in TrainingCover(course: course, days: range(&chance), isSigned: chance.happens(85)) }
        }, sittings: Int.random(in: 0...3, using: &chance),
        away: chance.happens(25) ? [range(&chance)] : [])
    }
    fixture.hearing.ward = "A"
    return fixture
  }

  /// A lawful panel stays lawful when a member is replaced by anybody of the list; and the list holds everybody who could.
  @Test(arguments: 0..<200) func aReplacementKeepsThePanelLawful(_ number: Int) {
    let fixture = byChance(UInt64(number))
    let check = fixture.check
    let panel = check.panel(for: fixture.hearing).members
    guard panel.count == 3 else { return }
    #expect(check.isLawful(panel, for: fixture.hearing))
    let ranked = check.substitutes(for: panel, fixture.hearing)
    for place in panel.indices {
      for substitute in ranked {
        var other = panel
        other[place] = substitute.member.id
        #expect(check.isLawful(other, for: fixture.hearing))
      }
      for person in fixture.people where !panel.contains(person.id) && !ranked.contains(where: { $0.member.id == person.id }) {
        var other = panel
        other[place] = person.id
        #expect(!check.isLawful(other, for: fixture.hearing))
      }
    }
  }

  /// The first lawful day is lawful and a working day, and no working day before it is: compared with trying every day.
  @Test(arguments: 0..<200) func theFirstLawfulDayIsTheFirst(_ number: Int) {
    let fixture = byChance(UInt64(number) &+ 7_000)
    let check = fixture.check
    let panel = fixture.panel
    let from = PanelFixture.hearing - 30
    let found = check.firstLawfulDay(of: panel, from: from, for: fixture.hearing)
    let tried = (0...500).lazy.map { from + $0 }.first { check.workingDays.isWorking($0) && check.isLawful(panel, for: fixture.hearing.moved(to: $0)) }
    #expect(found == tried)
    // And the last before a day is the last.
    let end = PanelFixture.hearing + 60
    let last = check.lastLawfulDay(of: panel, from: from, before: end, for: fixture.hearing)
    let triedBack = (1...(end - from)).lazy.map { end - $0 }.first { check.workingDays.isWorking($0) && check.isLawful(panel, for: fixture.hearing.moved(to: $0)) }
    #expect(last == triedBack)
  }

  @Test func thoseWithoutWarningsAndWithFewerSittingsComeFirst() {
    var fixture = PanelFixture()
    fixture.hearing.ward = "Ward 3"
    for index in 4..<12 { fixture.people[index].sittings = 2 }
    fixture.people[8].sittings = 1
    fixture.people[9].sittings = 1
    fixture.people[9].covers = fixture.people[9].covers.map { TrainingCover(course: $0.course, days: DayRange(from: $0.days.from, before: day("2029-01-01"))) }
    let ranked = fixture.check.substitutes(for: fixture.panel, fixture.hearing)
    #expect(ranked.first?.member.name == "Member 9")
    #expect(ranked.dropFirst().first?.member.name == "Member 8")
    #expect(ranked.last?.member.name == "Member 3" && ranked.last?.warnings.map(\.code) == [.wardMember])
    #expect(ranked.count == 9)
  }

  /// Whoever is away comes last, whatever else is said of the others, and is chosen only where nobody else is left.
  @Test(arguments: 0..<100) func whoIsAwayIsChosenLast(_ number: Int) {
    let fixture = byChance(UInt64(number) &+ 40_000)
    let ranked = fixture.check.substitutes(for: [], fixture.hearing)
    if let first = ranked.firstIndex(where: \.isAway) { #expect(ranked[first...].allSatisfy { $0.isAway }) }
    let here = ranked.count { !$0.isAway }
    let panel = fixture.check.panel(for: fixture.hearing).members
    let awayOnPanel = panel.count { id in ranked.contains { $0.member.id == id && $0.isAway } }
    #expect(awayOnPanel == max(0, min(3, ranked.count) - here))
  }

  @Test func aPanelHasAChairWhereOneMaySit() {
    var fixture = PanelFixture()
    for index in 0...1 { fixture.people[index].sittings = 9 }
    let (members, presiding) = fixture.check.panel(for: fixture.hearing)
    #expect(members.count == 3 && members.first == presiding)
    #expect(presiding.flatMap { fixture.check.candidate($0)?.role(on: fixture.hearing.day)?.presides } == true)
    fixture.people[0].covers = []
    fixture.people[1].covers = []
    #expect(fixture.check.panel(for: fixture.hearing).members.count == 3)
    for index in fixture.people.indices { fixture.people[index].covers = [] }
    #expect(fixture.check.panel(for: fixture.hearing).members == [])
  }

  /// The moved hearing of the brief: lawful on the first day, not on the second, lawful again with the best substitute.
  @Test func aMovedHearingBreaksAPanelAndTheListMendsIt() throws {
    var fixture = PanelFixture()
    fixture.people[1].covers[0].days = DayRange(from: day("2023-06-20"), before: day("2026-06-20"))
    #expect(fixture.check.isLawful(fixture.panel, for: fixture.hearing))
    let moved = fixture.hearing.moved(to: day("2026-06-23"))
    #expect(!fixture.check.isLawful(fixture.panel, for: moved))
    let best = try #require(fixture.check.substitutes(for: fixture.panel, moved).first)
    #expect(fixture.check.isLawful([fixture.panel[0], best.member.id, fixture.panel[2]], for: moved))
    #expect(fixture.check.firstLawfulDay(of: fixture.panel, from: moved.day, for: moved) == nil)
  }

  /// No other day and no training mends a panel whose places are not filled.
  @Test func placesAreFilledBeforeDaysAreSought() {
    let fixture = PanelFixture()
    for panel in [[], Array(fixture.panel.prefix(2)), Array(repeating: fixture.panel[0], count: 3), fixture.people.prefix(4).map(\.id)] as [[UUID]] {
      #expect(fixture.check.lawfulDaysInWords(of: panel, for: fixture.hearing) == "Once three members are chosen, each for one place.")
    }
    #expect(fixture.check.lawfulDaysInWords(of: fixture.panel, for: fixture.hearing).hasPrefix("From the day of the hearing on, the first is"))
  }

  /// An election between two hearings: the new committee sits from the day of the annual meeting on.
  @Test func anElectionTurnsTheCommitteeOver() {
    var fixture = PanelFixture()
    let meeting = day("2026-05-20")
    fixture.people[0].appointments = [.init(.member, DayRange(from: day("2025-05-21"), before: meeting))]
    for (on, isMember) in [("2026-05-19", true), ("2026-05-20", false)] {
      let found = fixture.check.findings(of: fixture.people[0].id, for: fixture.hearing.moved(to: day(on)))
      #expect(found.isEmpty == isMember, "\(on)")
    }
  }
}
