import Testing

@testable import Web

@Suite struct ChartTests {
  @Test(arguments: [(0.0, 4.0, 1.0), (7, 8, 2), (43, 50, 10), (999, 1000, 200), (1502, 2000, 500)])
  func theScaleHasRoundSteps(_ highest: Double, _ top: Double, _ step: Double) {
    let scale = ChartDrawing.scale(for: highest, .count)
    #expect(scale.top == top && scale.step == step)
    #expect(scale.top >= highest && scale.top / scale.step <= 5)
  }

  @Test func aChartIsAnImageWithAName() {
    for chart in [
      Chart.line("A <b>", id: "c", summary: "S", labelled: "Month", ["Jan", "Feb"], [.init("x", [1, nil])], unit: .count),
      Chart.bars("A", id: "c", summary: "S", labelled: "D", ["W"], [.init("x", [50]), .init("y", [.nan])], unit: .percent),
      Chart.line("Nothing yet", id: "c", summary: "", labelled: "D", [], [], unit: .count),
    ] {
      let html = chart.drawing.string + chart.legend.string + chart.table.string
      #expect(MarkupCheck.faults(in: html, isWholePage: false) == [])
      #expect(html.contains("role=\"img\"") && !html.contains("style="))
    }
  }
}
