/// The lines and bars of a chart. Lengths are in units of its view box, which the page scales to its width.
struct ChartDrawing {
  let chart: Chart
  private let width = 720.0

  init(chart: Chart) { self.chart = chart }

  var html: TrustedHTML {
    HTMLBuffer.build { out in
      switch chart.kind {
      case .line: writeLines(to: &out)
      case .bars: writeBars(to: &out)
      case .heat: writeHeat(to: &out)
      }
    }
  }

  /// The top of the scale and the step of its lines: 1, 2, 2.5 or 5 times a power of ten, at most five steps.
  static func scale(for highest: Double, _ unit: Chart.Unit) -> (top: Double, step: Double) {
    if case .percent = unit { return (100, 25) }
    let highest = max(highest, 4)
    var power = 1.0
    while power * 10 <= highest / 4 { power *= 10 }
    for factor in [1, 2, 2.5, 5, 10] where power * factor * 5 >= highest {
      // Half a driver is no driver.
      let step = max(1, (power * factor).rounded(.up))
      return ((highest / step).rounded(.up) * step, step)
    }
    return (highest, highest)
  }

  private var scale: (top: Double, step: Double) {
    Self.scale(for: chart.series.flatMap { $0.points.compactMap(\.value) }.max() ?? 0, chart.unit)
  }

  private func open(height: Double, to out: inout HTMLBuffer) {
    out.append("<svg class=\"app-chart__drawing\" role=\"img\"")
    out.append(attribute: "aria-labelledby", "\(chart.id)-title \(chart.id)-description")
    out.append(" viewBox=\"0 0 720 ")
    out.append(coordinate: height)
    out.append("\" focusable=\"false\"><title")
    out.append(attribute: "id", "\(chart.id)-title")
    out.append(">")
    out.append(escaping: chart.isSelfStyled ? "\(chart.title): \(chart.summary)" : chart.title)
    out.append("</title><desc")
    out.append(attribute: "id", "\(chart.id)-description")
    out.append(">")
    out.append(escaping: chart.summary)
    out.append("</desc>")
    guard chart.isSelfStyled else { return }
    out.append("<style>.app-chart__text{fill:#3d4a57;font-family:arial,sans-serif;font-size:15px}.app-chart__text--label,.app-chart__text--value{fill:#000;font-size:16px}")
    out.append(".app-chart__text--value{font-weight:700}.app-chart__grid{stroke:#cfd4d9}.app-series__line{fill:none;stroke-width:3}.app-series__track{fill:#e9eef3}")
    out.append(".app-series--1 .app-series__line{stroke:#165a9c}.app-series--1 .app-series__point,.app-series--1 .app-series__bar{fill:#165a9c}")
    out.append(".app-series--2 .app-series__line{stroke:#b45309}.app-series--2 .app-series__point,.app-series--2 .app-series__bar{fill:#b45309}")
    out.append(".app-series--3 .app-series__line{stroke:#00703c}.app-series--3 .app-series__point,.app-series--3 .app-series__bar{fill:#00703c}")
    out.append(".app-series--4 .app-series__line{stroke:#6d3a8f}.app-series--4 .app-series__point,.app-series--4 .app-series__bar{fill:#6d3a8f}</style>")
  }

  // MARK: - Lines

  private func writeLines(to out: inout HTMLBuffer) {
    let (top, step) = scale
    let left = 72.0, right = 706.0, floor = 250.0, ceiling = 20.0
    let count = max(chart.labels.count, 1)
    let along = chart.heldFrom ?? Array(0..<count)
    func x(_ index: Int) -> Double {
      guard index < along.count, let first = along.first, let last = along.last, last > first else { return (left + right) / 2 }
      return left + 20 + (right - left - 40) * Double(along[index] - first) / Double(last - first)
    }
    func y(_ value: Double) -> Double { floor - (floor - ceiling) * min(max(value, 0), top) / top }

    open(height: 300, to: &out)
    var value = 0.0
    while value <= top + 0.001 {
      out.append("<line class=\"app-chart__grid\"")
      line(left, y(value), right, y(value), to: &out)
      out.append("/><text class=\"app-chart__text\" text-anchor=\"end\"")
      place(left - 8, y(value) + 5, to: &out)
      out.append(">")
      out.append(escaping: chart.unit.words(value))
      out.append("</text>")
      value += step
    }
    // Labels that would touch are left out: about twelve fit, and on a narrow screen every third of those.
    let room = (right - left - 40) / 11.9
    var shown: [Int] = []
    for index in chart.labels.indices.reversed() where shown.last.map({ x($0) - x(index) >= room }) ?? true { shown.append(index) }
    for (place, index) in shown.enumerated().reversed() {
      if place % 3 == 0 { out.append("<text class=\"app-chart__text\"") }
      else { out.append("<text class=\"app-chart__text app-chart__text--minor\"") }
      out.append(" text-anchor=\"middle\"")
      self.place(x(index), floor + 26, to: &out)
      out.append(">")
      out.append(escaping: chart.labels[index])
      out.append("</text>")
    }
    for (number, series) in chart.series.enumerated() {
      out.append("<g class=\"app-series app-series--")
      out.append(number % 4 + 1)
      out.append("\">")
      var isDrawing = false
      out.append("<path class=\"app-series__line\" d=\"")
      for (index, point) in series.points.prefix(count).enumerated() {
        guard let value = point.value else {
          isDrawing = false
          continue
        }
        if isDrawing, chart.heldFrom != nil {
          out.append("H")
          out.append(coordinate: x(index))
        }
        if isDrawing { out.append("L") } else { out.append("M") }
        out.append(coordinate: x(index))
        out.append(" ")
        out.append(coordinate: y(value))
        isDrawing = true
      }
      out.append("\"/>")
      for (index, point) in series.points.prefix(count).enumerated() {
        if let value = point.value { Self.writePoint(number, x(index), y(value), to: &out) }
      }
      out.append("</g>")
    }
    out.append("</svg>")
  }

  // MARK: - Bars

  /// Bars lie, each label above its own: so any label fits, at any width.
  private func writeBars(to out: inout HTMLBuffer) {
    let (top, _) = scale
    let bar = 22.0, gap = 8.0, labelHeight = 30.0, between = 14.0
    let block = labelHeight + Double(chart.series.count) * (bar + gap) + between
    let longest = width - 92
    open(height: max(block * Double(chart.labels.count), 20), to: &out)
    for (index, label) in chart.labels.enumerated() {
      let blockTop = block * Double(index)
      out.append("<text class=\"app-chart__text app-chart__text--label\"")
      place(0, blockTop + 20, to: &out)
      out.append(">")
      out.append(escaping: label)
      out.append("</text>")
      for (number, series) in chart.series.enumerated() {
        let barTop = blockTop + labelHeight + Double(number) * (bar + gap)
        guard index < series.points.count, let value = series.points[index].value else {
          // Said once for a label, or it would look as if the drawing were broken. Why there is none, the table beneath says.
          guard number == 0 else { continue }
          out.append("<text class=\"app-chart__text\"")
          place(0, barTop + 18, to: &out)
          out.append(">No figure</text>")
          continue
        }
        let length = max(longest * min(max(value, 0), top) / max(top, 1), 2)
        out.append("<g class=\"app-series app-series--")
        out.append(number % 4 + 1)
        out.append("\"><rect class=\"app-series__track\"")
        rectangle(0, barTop, longest, bar, to: &out)
        out.append("/><rect class=\"app-series__bar\"")
        rectangle(0, barTop, length, bar, to: &out)
        out.append("/></g><text class=\"app-chart__text app-chart__text--value\"")
        place(longest + 10, barTop + 18, to: &out)
        out.append(">")
        out.append(escaping: chart.unit.words(value))
        out.append("</text>")
      }
    }
    out.append("</svg>")
  }

  // MARK: - Heat

  /// Each series is a row of cells below its name; a cell says its figure, so that its shade only helps the eye.
  private func writeHeat(to out: inout HTMLBuffer) {
    let count = max(chart.labels.count, 1)
    let cell = width / Double(count), height = 40.0, name = 34.0, head = 34.0, between = 12.0
    let most = max(chart.series.flatMap { $0.points.compactMap(\.value) }.max() ?? 0, 1)
    open(height: head + Double(chart.series.count) * (name + height + between), to: &out)
    for (index, label) in chart.labels.enumerated() {
      out.append("<text class=\"app-chart__text\" text-anchor=\"middle\"")
      place(cell * (Double(index) + 0.5), 22, to: &out)
      out.append(">")
      out.append(escaping: String(label.prefix(3)))
      out.append("</text>")
    }
    for (number, series) in chart.series.enumerated() {
      let top = head + Double(number) * (name + height + between)
      out.append("<text class=\"app-chart__text app-chart__text--label\"")
      place(0, top + 24, to: &out)
      out.append(">")
      out.append(escaping: series.name)
      out.append("</text>")
      for index in chart.labels.indices {
        let value = index < series.points.count ? series.points[index].value ?? 0 : 0
        switch value <= 0 ? 0 : Int((value * 3 / most).rounded(.up)) {
        case 0: out.append("<rect class=\"app-heat-cell app-heat-cell--0\"")
        case 1: out.append("<rect class=\"app-heat-cell app-heat-cell--1\"")
        case 2: out.append("<rect class=\"app-heat-cell app-heat-cell--2\"")
        default: out.append("<rect class=\"app-heat-cell app-heat-cell--3\"")
        }
        rectangle(cell * Double(index) + 1, top + name, cell - 2, height, to: &out)
        out.append("/><text class=\"app-chart__text app-chart__text--value\" text-anchor=\"middle\"")
        place(cell * (Double(index) + 0.5), top + name + height / 2 + 7, to: &out)
        out.append(">")
        out.append(escaping: chart.unit.words(value))
        out.append("</text>")
      }
    }
    out.append("</svg>")
  }

  // MARK: - Marks

  /// The mark of a series in the legend.
  static func writeMark(_ kind: Chart.Kind, series: Int, to out: inout HTMLBuffer) {
    out.append("<g class=\"app-series app-series--")
    out.append(series % 4 + 1)
    out.append("\">")
    switch kind {
    case .line:
      out.append("<path class=\"app-series__line\" d=\"M0 8L36 8\"/>")
      writePoint(series, 18, 8, to: &out)
    case .bars, .heat: out.append("<rect class=\"app-series__bar\" x=\"2\" y=\"0\" width=\"32\" height=\"16\"/>")
    }
    out.append("</g>")
  }

  private static func writePoint(_ series: Int, _ x: Double, _ y: Double, to out: inout HTMLBuffer) {
    let corners: [(Double, Double)]
    switch series % 4 {
    case 0:
      out.append("<circle class=\"app-series__point\" cx=\"")
      out.append(coordinate: x)
      out.append("\" cy=\"")
      out.append(coordinate: y)
      out.append("\" r=\"5\"/>")
      return
    case 1: corners = [(-5, -5), (5, -5), (5, 5), (-5, 5)]
    case 2: corners = [(0, -6.5), (6.5, 5), (-6.5, 5)]
    default: corners = [(0, -7), (7, 0), (0, 7), (-7, 0)]
    }
    out.append("<path class=\"app-series__point\" d=\"")
    for (index, corner) in corners.enumerated() {
      if index == 0 { out.append("M") } else { out.append("L") }
      out.append(coordinate: x + corner.0)
      out.append(" ")
      out.append(coordinate: y + corner.1)
    }
    out.append("Z\"/>")
  }

  private func place(_ x: Double, _ y: Double, to out: inout HTMLBuffer) {
    out.append(" x=\"")
    out.append(coordinate: x)
    out.append("\" y=\"")
    out.append(coordinate: y)
    out.append("\"")
  }

  private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, to out: inout HTMLBuffer) {
    out.append(" x1=\"")
    out.append(coordinate: x1)
    out.append("\" y1=\"")
    out.append(coordinate: y1)
    out.append("\" x2=\"")
    out.append(coordinate: x2)
    out.append("\" y2=\"")
    out.append(coordinate: y2)
    out.append("\"")
  }

  private func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, to out: inout HTMLBuffer) {
    place(x, y, to: &out)
    out.append(" width=\"")
    out.append(coordinate: width)
    out.append("\" height=\"")
    out.append(coordinate: height)
    out.append("\"")
  }
}

extension HTMLBuffer {
  /// A length with one decimal. What is no number is 0.
  mutating func append(coordinate value: Double) {
    guard value.isFinite, abs(value) < 1_000_000 else { return append(0) }
    let tenths = Int((value * 10).rounded())
    if tenths < 0 { append("-") }
    append(abs(tenths) / 10)
    if tenths % 10 != 0 {
      append(".")
      append(abs(tenths) % 10)
    }
  }
}
