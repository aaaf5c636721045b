@testable import Domain
import Testing

/// How an action is judged, one test for each rule and what stands just beside it; and which small numbers are withheld.
@Suite struct RatingTests {
  private func day(_ iso: String) throws -> Day { try #require(Day(iso: iso)) }
  private func action(due: String? = "2026-12-31", from: String = "2026-01-01") throws -> StrategyAction {
    StrategyAction(
      ref: "3.3.5", area: "Area", action: "Do it", owners: [], measures: [], accountable: [], timeframe: .byDate, timeframeWords: "", from: try day(from),
      due: try due.map(day), reviewDue: nil, gap: nil, counted: [.guidancePremises])
  }
  private func rating(
    _ action: StrategyAction, _ standing: ActionStanding = .inProgress, since: String = "2026-06-01", reported: String? = "2026-06-20", progress: Int? = 90,
    value: MeasureValue? = nil, on: String = "2026-07-01"
  ) throws -> Rating {
    RatingRule(action, standing: standing, since: try day(since), reported: try reported.map(day), progress: progress, value: value).judged(on: try day(on)).rating
  }

  @Test func verifiedIsCompleteEvenPastItsDay() throws {
    #expect(try rating(action(), .verified, on: "2027-06-01") == .complete)
    #expect(try rating(action(), .done, on: "2027-06-01") == .red)
  }

  @Test func theDueDayItselfIsInTime() throws {
    #expect(try rating(action(), .done, reported: "2026-12-20", on: "2026-12-31") == .green)
    #expect(try rating(action(), .done, reported: "2026-12-20", on: "2027-01-01") == .red)
  }

  @Test func blockedTurnsRedAfterFourteenDays() throws {
    #expect(try rating(action(), .blocked, since: "2026-06-17") == .green)
    #expect(try rating(action(), .blocked, since: "2026-06-16") == .red)
  }

  @Test func aMeasureIsHeldAgainstItsPath() throws {
    // Half of the year has gone by on 2 July: 50% is required, 25% of that the border to red, 45% the border to amber.
    let half = try action(due: "2027-01-01", from: "2026-01-01")
    #expect(try rating(half, value: MeasureValue(24, of: 100), on: "2026-07-03") == .red)
    #expect(try rating(half, value: MeasureValue(26, of: 100), on: "2026-07-03") == .amber)
    #expect(try rating(half, value: MeasureValue(46, of: 100), on: "2026-07-03") == .green)
    #expect(try rating(half, value: MeasureValue(0, of: 0), on: "2026-07-03") == .green)
  }

  @Test func silenceTurnsAmberAfterSixWeeks() throws {
    #expect(try rating(action(), reported: "2026-05-20") == .green)
    #expect(try rating(action(), reported: "2026-05-19") == .amber)
  }

  @Test func whatHasNotBegunIsGrey() throws {
    #expect(try rating(action(from: "2026-07-02"), .notStarted, reported: nil) == .grey)
    #expect(try rating(action(from: "2026-07-01"), .notStarted, reported: nil) == .green)
  }

  @Test func aYearlyDutyFallsDueEachYearAnew() throws {
    var yearly = try action(due: "2015-10-31", from: "2015-04-01")
    yearly.timeframe = .annualBy
    #expect(yearly.due(asOf: try day("2026-10-31")) == (try day("2026-10-31")))
    #expect(yearly.due(asOf: try day("2026-11-01")) == (try day("2027-10-31")))
  }

  @Test func oneWithheldFigureTakesAnotherWithIt() {
    #expect(Suppression.withheld([3, 40, 20]) == [0, 2])
    #expect(Suppression.withheld([5, 40, 20]).isEmpty)
    #expect(Suppression.withheld([0, 40, 20]).isEmpty)
    // What is missing tells as much as what is there.
    #expect(Suppression.withheld([MeasureValue(38, of: 41), MeasureValue(20, of: 40), MeasureValue(10, of: 30)]) == [0, 2])
  }

  /// Never exactly one is withheld beside another that is not nought: the total would give it away.
  @Test func theTotalNeverGivesAFigureAway() {
    for seed in 0..<400 {
      let counts = (0..<6).map { (seed * 7 + $0 * $0 * 13 + seed / 3) % 23 }
      let hidden = Suppression.withheld(counts)
      #expect(counts.indices.allSatisfy { !(1...4).contains(counts[$0]) || hidden.contains($0) })
      if hidden.count == 1 { #expect(counts.filter { $0 > 0 }.count == 1) }
    }
  }
}
