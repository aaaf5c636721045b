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

  /// Of a yearly duty the time runs from the day after it last fell due, not from the beginning of the plan.
  @Test func aYearlyDutysTimeRunsAnewEachYear() throws {
    var yearly = try action(due: "2015-10-31", from: "2015-04-01")
    yearly.timeframe = .annualBy
    #expect(yearly.begins(asOf: try day("2015-10-31")) == (try day("2015-04-01")))
    #expect(yearly.begins(asOf: try day("2026-11-01")) == (try day("2026-11-01")))
    let half = RatingRule(yearly, standing: .inProgress, since: try day("2026-06-01"), reported: nil, progress: nil, value: nil).expected(on: try day("2027-05-02"))
    #expect((49.5...50.5).contains(half))
  }

  @Test func dueSoonIsAmberOnlyWhereItIsBehind() throws {
    // 28 days before the end of the year 92% is expected.
    #expect(try rating(action(), reported: "2026-12-01", progress: 91, on: "2026-12-03") == .amber)
    #expect(try rating(action(), reported: "2026-12-01", progress: 93, on: "2026-12-03") == .green)
    #expect(try rating(action(), reported: "2026-12-01", progress: 50, on: "2026-12-02") == .green, "29 days are not within 28")
    #expect(try rating(action(), .done, reported: "2026-12-01", progress: nil, on: "2026-12-03") == .green)
  }

  /// Half of what is required is not below half of it, nine tenths not below nine tenths.
  @Test func theBordersOfAMeasureAreInside() throws {
    let target = MeasureTarget(measure: .guidancePremises, path: [.init(on: try day("2026-01-01"), percent: 0), .init(on: try day("2026-06-01"), percent: 80)])
    func judged(_ part: Int) throws -> Rating {
      RatingRule(
        try action(), standing: .inProgress, since: try day("2026-06-01"), reported: try day("2026-06-20"), progress: 90, value: MeasureValue(part, of: 1000), target: target
      ).judged(on: try day("2026-07-01")).rating
    }
    #expect(try judged(399) == .red)
    #expect(try judged(400) == .amber)
    #expect(try judged(719) == .amber)
    #expect(try judged(720) == .green)
  }

  @Test func aTargetRunsStraightFromPointToPoint() throws {
    let target = MeasureTarget(measure: .guidanceTrade, path: [.init(on: try day("2026-01-01"), percent: 20), .init(on: try day("2026-01-11"), percent: 40), .init(on: try day("2026-01-21"), percent: 100)])
    for (iso, percent) in [("2025-12-31", 0.0), ("2026-01-01", 20), ("2026-01-06", 30), ("2026-01-11", 40), ("2026-01-16", 70), ("2026-01-21", 100), ("2030-01-01", 100)] {
      #expect(target.required(on: try day(iso)) == percent, "\(iso)")
    }
  }

  /// The gravest rule that fires decides, whatever else would.
  @Test func theFirstRuleThatFiresDecides() throws {
    let few = MeasureValue(1, of: 100)
    #expect(try rating(action(), .verified, reported: nil, value: few, on: "2027-06-01") == .complete)
    #expect(try rating(action(due: "2026-12-31", from: "2026-08-01"), .notStarted, reported: nil, value: few) == .grey)
    #expect(RatingRule(try action(), standing: .blocked, since: try day("2026-01-01"), reported: nil, progress: nil, value: few).judged(on: try day("2027-01-01")).why.hasPrefix("Past its due day"))
    #expect(RatingRule(try action(), standing: .blocked, since: try day("2026-06-01"), reported: nil, progress: nil, value: few).judged(on: try day("2026-07-01")).why.hasPrefix("Blocked since"))
    #expect(try rating(action(), .blocked, since: "2026-06-30", reported: nil, value: few) == .red, "its measure is below half")
    let late = RatingRule(try action(), standing: .inProgress, since: try day("2026-06-01"), reported: nil, progress: nil, value: MeasureValue(1, of: 1)).judged(on: try day("2027-01-01"))
    #expect(late.rating == .red && late.why.contains("its measure is fulfilled, but nobody has verified"), "a measure does not complete an action")
    // What the sentence may not say, it does not.
    let said = RatingRule(try action(), standing: .inProgress, since: try day("2026-06-01"), reported: nil, progress: nil, value: few, saying: "withheld").judged(on: try day("2026-07-01"))
    #expect(said.rating == .red && said.why.contains("withheld") && !said.why.contains("1 of 100"))
  }

  /// Nobody has reported for exactly six weeks: that is not more than 42 days.
  @Test func nobodyEverReported() throws {
    #expect(try rating(action(from: "2026-05-20"), .notStarted, reported: nil) == .green)
    #expect(try rating(action(from: "2026-05-19"), .notStarted, reported: nil) == .amber)
  }

  /// From a day on, without an end: never past it, and all of it is expected.
  @Test func whatHasNoEndIsNeverPastIt() throws {
    var open = try action(due: nil, from: "2015-07-01")
    open.timeframe = .fromWithReview
    open.reviewDue = try day("2016-01-31")
    #expect(try rating(open, reported: "2026-06-20") == .green)
    #expect(try rating(open, reported: "2026-06-20", value: MeasureValue(89, of: 100)) == .amber)
  }
}
