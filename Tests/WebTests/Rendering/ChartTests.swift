import Testing

@testable import Web

@Suite struct ChartTests {
  @Test(arguments: [(0.0, 4.0, 1.0), (7, 8, 2), (43, 50, 10), (999, 1000, 200), (1502, 2000, 500)])
  func theScaleHasRoundSteps(_ highest: Double, _ top: Double, _ step: Double) {
    let scale = ChartDrawing.scale(for: highest, .count)
    #expect(scale.top == top && scale.step == step)
    #expect(scale.top >= highest && scale.top / scale.step <= 5)
  }

  private var stair: Chart {
    var chart = Chart.line("A", id: "c", summary: "S", labelled: "Day", ["1 May", "2 May", "21 May"], [.init("x", [4, 4, 0])], unit: .count)
    chart.heldFrom = [1, 2, 21]
    return chart
  }

  /// A day is as long as any other, and a figure holds until the day on which it changes.
  @Test func anAxisOfTimeIsTrue() {
    let html = stair.drawing.string
    #expect(html.contains("d=\"M92 20H121.7L121.7 20H686L686 250\""))
    // The first label would touch the second, and is left out.
    #expect(!html.contains(">1 May<") && html.contains(">2 May<") && html.contains(">21 May<"))
  }

  @Test func aChartIsAnImageWithAName() {
    for chart in [
      Chart.line("A <b>", id: "c", summary: "S", labelled: "Month", ["Jan", "Feb"], [.init("x", [1, nil])], unit: .count),
      Chart.bars("A", id: "c", summary: "S", labelled: "D", ["W"], [.init("x", [50]), .init("y", [.nan])], unit: .percent),
      stair,
      Chart.line("Nothing yet", id: "c", summary: "", labelled: "D", [], [], unit: .count),
    ] {
      let html = chart.drawing.string + chart.legend.string + chart.table.string
      #expect(MarkupCheck.faults(in: html, isWholePage: false) == [])
      #expect(html.contains("role=\"img\"") && !html.contains("style="))
    }
  }
}
