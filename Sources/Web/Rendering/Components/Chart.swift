/// A chart drawn on the server, with the same figures in a table below it.
///
/// The drawing is one image with a name and a description; the table is how figures are read, followed and copied.
/// Series differ by shape and dash as well as by colour. Presentation attributes and classes only: no inline style.
package struct Chart: ViewModel {
  package enum Kind: Sendable { case line, bars, heat }

  package enum Unit: Sendable {
    /// 0 to 100, scale fixed.
    case percent
    case count

    func words(_ value: Double) -> String {
      switch self {
      case .percent: "\(Int(value.rounded()))%"
      case .count: Int(value.rounded()).grouped
      }
    }
  }

  package struct Point: Sendable {
    /// Nil where nothing is known: a gap in the line, a dash in the table.
    package var value: Double?
    /// The rows that the figure counts.
    package var address: String?

    package init(_ value: Double?, address: String? = nil) {
      self.value = value.flatMap { $0.isFinite ? $0 : nil }
      self.address = address
    }
  }

  package struct Series: Sendable {
    package var name: String
    /// One for each label of the chart.
    package var points: [Point]

    package init(_ name: String, _ points: [Point]) {
      self.name = name
      self.points = points
    }

    package init(_ name: String, _ values: [Double?]) { self.init(name, values.map { Point($0) }) }
  }

  package var kind: Kind
  package var title: String
  /// The chart in a sentence: what rose, what fell.
  package var summary: String
  /// What the labels are: "Month", "District".
  package var labelHeading: String
  package var labels: [String]
  package var series: [Series]
  package var unit: Unit
  /// Unique on the page.
  package var id: String
  /// For figures that hold until they change: the day on which each begins, rising, one for each label. The axis is then one of time,
  /// and a line a stair. Nil: labels stand at equal steps.
  package var heldFrom: [Int]?
  /// Whether the drawing says its own colours: for files whose style sheet does not reach into drawings.
  package var isSelfStyled = false

  package static func line(
    _ title: String, id: String, summary: String, labelled labelHeading: String, _ labels: [String],
    _ series: [Series], unit: Unit
  ) -> Chart {
    Chart(
      kind: .line, title: title, summary: summary, labelHeading: labelHeading, labels: labels, series: series,
      unit: unit, id: id)
  }

  package static func bars(
    _ title: String, id: String, summary: String, labelled labelHeading: String, _ labels: [String],
    _ series: [Series], unit: Unit
  ) -> Chart {
    Chart(
      kind: .bars, title: title, summary: summary, labelHeading: labelHeading, labels: labels, series: series,
      unit: unit, id: id)
  }

  /// Labels across, series down: each cell is shaded by its figure, and says it.
  package static func heat(
    _ title: String, id: String, summary: String, labelled labelHeading: String, _ labels: [String],
    _ series: [Series], unit: Unit
  ) -> Chart {
    Chart(
      kind: .heat, title: title, summary: summary, labelHeading: labelHeading, labels: labels, series: series,
      unit: unit, id: id)
  }

  package var viewData: ViewData {
    ["title": title, "summary": summary, "drawingHTML": drawing, "legendHTML": legend, "tableHTML": table]
  }

  // MARK: - The figures

  /// The figures as a table; each that has an address is a link to its rows.
  package var table: TrustedHTML {
    let unit = unit
    var columns: [Column<(label: String, points: [Point])>] = [
      Column("label", labelHeading) { .text($0.label) }
    ]
    for (index, series) in series.enumerated() {
      columns.append(
        Column("s\(index)", series.name, align: .end) { row in
          guard index < row.points.count, let value = row.points[index].value else { return .nothing }
          let words = unit.words(value)
          if let address = row.points[index].address { return .link(address: address, text: words) }
          return .text(words)
        })
    }
    let rows = labels.enumerated().map { index, label in
      (label: label, points: series.map { index < $0.points.count ? $0.points[index] : Point(nil) })
    }
    return Table(rowHeader: "label", narrow: .scrolls, columns).html(rows, caption: title)
  }

  /// Which mark is which series. Nothing for a single series, which the title names, nor where each row bears its name.
  var legend: TrustedHTML {
    guard series.count > 1, kind != .heat else { return .none }
    return HTMLBuffer.build { out in
      out.append("<ul class=\"app-legend\">")
      for (index, series) in series.enumerated() {
        out.append("<li><svg class=\"app-legend__mark\" viewBox=\"0 0 36 16\" aria-hidden=\"true\" focusable=\"false\">")
        ChartDrawing.writeMark(kind, series: index, to: &out)
        out.append("</svg>")
        out.append(escaping: series.name)
        out.append("</li>")
      }
      out.append("</ul>")
    }
  }

  package var drawing: TrustedHTML { ChartDrawing(chart: self).html }
}
