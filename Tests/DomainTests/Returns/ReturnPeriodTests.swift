import Domain
import Testing

@Suite struct ReturnPeriodTests {
  private func day(_ iso: String) throws -> Day { try #require(Day(iso: iso)) }

  @Test func aQuarterBeginsInJanuaryAprilJulyAndOctober() throws {
    for month in 1...12 {
      let first = try #require(Day(year: 2026, month: month, day: 1))
      #expect((ReturnPeriod(.dataset, from: first) != nil) == [1, 4, 7, 10].contains(month), "\(month)")
      #expect((ReturnPeriod(.assurance, from: first) != nil) == (month == 4), "\(month)")
      #expect(ReturnPeriod(.dataset, from: first + 1) == nil)
    }
  }

  @Test func aDayLiesInOnePeriod() throws {
    #expect(ReturnPeriod(.disruption, holding: try day("2026-09-30")).from == (try day("2026-07-01")))
    #expect(ReturnPeriod(.disruption, holding: try day("2026-10-01")).from == (try day("2026-10-01")))
    #expect(ReturnPeriod(.assurance, holding: try day("2026-03-31")).from == (try day("2025-04-01")))
    #expect(ReturnPeriod(.assurance, holding: try day("2026-04-01")).from == (try day("2026-04-01")))
  }

  @Test func itIsDueSoManyDaysAfterItsLast() throws {
    let quarter = ReturnPeriod(.dataset, holding: try day("2026-08-12"))
    let (last, due) = (try day("2026-09-30"), try day("2026-10-28"))
    #expect(quarter.last == last && quarter.due(after: 28) == due && quarter.words == "July to September 2026")
    #expect(ReturnPeriod(.assurance, holding: try day("2026-08-12")).words == "April 2026 to March 2027")
  }

  @Test func itsStateIsAskedOfADay() throws {
    let due = try day("2026-10-28")
    func state(_ supplied: Int, _ received: Day?, _ today: Day) -> ReturnState { ReturnState(supplied: supplied, of: 3, received: received, due: due, today: today) }
    #expect(state(0, nil, due) == .due && state(0, nil, due + 1) == .missing)
    #expect(state(3, due, due + 9) == .inTime && state(3, due + 1, due + 9) == .late && state(2, due, due) == .partial)
  }

  @Test func aYearOfPlansBeginsInApril() throws {
    let (before, after) = (PlanYear(holding: try day("2026-03-31")), PlanYear(holding: try day("2026-04-01")))
    #expect(before.year == 2025 && after.year == 2026)
    #expect(PlanYear(2026).words == "2026/27" && PlanYear(1999).words == "1999/00" && PlanYear(2026).before == PlanYear(2027).from)
  }

  /// Every step that is not named is refused: the complement.
  @Test func anItemIsVerifiedOnlyAfterItIsDone() {
    let allowed: [ItemStanding: Set<ItemStanding>] = [
      .notStarted: [.inProgress, .blocked, .done], .inProgress: [.inProgress, .blocked, .done], .blocked: [.inProgress, .blocked, .done],
      .done: [.done, .verified, .inProgress], .verified: [.verified, .inProgress],
    ]
    for from in ItemStanding.allCases { for to in ItemStanding.allCases { #expect(from.next.contains(to) == (allowed[from]?.contains(to) ?? false), "\(from) to \(to)") } }
  }
}
