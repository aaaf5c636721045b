import Domain
import Testing

@Suite struct PercentTests {
  @Test func halvesGoUpAndOnlyAllIsAHundred() {
    for (part, whole, percent) in [(8, 12, 67), (1, 3, 33), (1, 8, 13), (999, 1000, 99), (1, 1000, 1), (0, 7, 0), (7, 7, 100)] {
      #expect(Percent.whole(part, of: whole) == percent, "\(part) of \(whole)")
    }
    #expect(Percent.whole(0, of: 0) == nil && Percent.words(0, of: 0) == "n/a" && Percent.words(8, of: 12) == "67%")
    // What a chart draws and what a table says are one figure.
    #expect(MeasureValue(8, of: 12).words == "8 of 12 (67%)" && MeasureValue(8, of: 12).points == 67)
  }
}
