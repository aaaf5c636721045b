@testable import Domain
import Testing

/// Where a rate may lie, against figures worked out elsewhere; and what is told of few tests.
@Suite struct ChallengeRateTests {
  private func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 0.00005 }

  /// Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
  @Test func theIntervalIsWilsons() throws {
    for (part, whole, low, high) in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)] {
      let interval = try #require(Interval.wilson(MeasureValue(part, of: whole)))
      #expect(close(interval.low, low) && close(interval.high, high), "\(part) of \(whole): \(interval)")
    }
    #expect(Interval.wilson(MeasureValue(0, of: 0)) == nil)
    #expect(try #require(Interval.wilson(MeasureValue(7, of: 7))).high == 1)
  }

  /// Newcombe (1998), table II, method 10: 56/70 − 48/80, 9/10 − 3/10, 10/10 − 0/20.
  @Test func theDifferenceIsNewcombes() throws {
    for (a, m, b, n, low, high) in [(56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090), (10, 10, 0, 20, 0.6791, 1.0000)] {
      let interval = try #require(Interval.difference(MeasureValue(a, of: m), MeasureValue(b, of: n)))
      #expect(close(interval.low, low) && close(interval.high, high), "\(a)/\(m) − \(b)/\(n): \(interval)")
    }
    #expect(try !#require(Interval.difference(MeasureValue(9, of: 10), MeasureValue(3, of: 10))).holdsNought)
    #expect(try #require(Interval.difference(MeasureValue(5, of: 10), MeasureValue(4, of: 10))).holdsNought)
  }

  @Test func intervalsAreRoundedOutwards() {
    #expect(Interval(low: 0.411, high: 0.777).words == "41% to 78%")
    #expect(Interval(low: -0.031, high: 0.412).pointsWords == "from 4 points fewer to 42 points more")
    #expect(Interval(low: 0, high: 0.29).words == "0% to 29%")
  }

  private func rate(_ rows: [(Awareness, Bool, Int, Int)]) throws -> ChallengeRate {
    ChallengeRate(
      rows.map { .init(authority: 1, awareness: $0.0, inHotSpot: $0.1, completed: $0.3, challenged: $0.2, notCompleted: 1) }, from: try #require(Day(iso: "2023-07-01")),
      until: try #require(Day(iso: "2026-06-30")))
  }

  @Test func whoWasAwareIsHeldAgainstWhoWasNot() throws {
    let rate = try rate([(.both, false, 18, 24), (.guidance, true, 12, 20), (.training, false, 6, 12), (.neither, true, 9, 30)])
    #expect(rate.byAwareness.values == [MeasureValue(18, of: 24), MeasureValue(12, of: 20), MeasureValue(6, of: 12), MeasureValue(9, of: 30)])
    #expect(rate.byPlace.values == [MeasureValue(21, of: 50), MeasureValue(24, of: 36)])
    let compared = try #require(rate.compared)
    #expect(compared.aware == MeasureValue(36, of: 56) && compared.neither == MeasureValue(9, of: 30))
    #expect(rate.sentence.contains("more than chance would explain"))
  }

  /// Few tests: both rows or neither say how many there are in all.
  @Test func oneRowDoesNotTellWhatTheOtherWithholds() throws {
    let few = try rate([(.both, false, 3, 4), (.neither, false, 0, 3)])
    #expect(few.byAwareness.total == nil && few.byPlace.total == nil && few.byPlace.values.allSatisfy { $0?.whole ?? 0 == 0 })
    // Two that are withheld, and the total with them, tell of neither.
    let split = try rate([(.both, false, 20, 30), (.neither, true, 2, 12)])
    #expect(split.byAwareness.total == MeasureValue(22, of: 42) && split.byAwareness.values.filter { $0 == nil }.count == 2 && split.byPlace.values == [nil, nil])
    #expect(split.compared == nil && split.sentence.hasPrefix("22 of 42"))
  }
}
