import Domain
import Web

/// A pack as one page of its own, for the file that is printed and read aloud: the pack's sections without what only a screen can do.
enum PackDocument {
  static let template = "strategy/pack-file"

  static func viewData(_ pack: BoardPack, _ kept: PackStore.Kept) -> ViewData {
    let sheet = PackPages.pack(pack, kept, hasEarlier: false, makesFiles: true)
    return [
      "title": sheet.title, "lead": sheet.lead ?? "",
      "sections": sheet.sections.map { section -> ViewData in
        ["heading": section.heading, "words": section.words, "bodyHTML": section.body, "chart": section.chart.map(drawing)]
      },
    ]
  }

  /// The table of a measure stands above its chart; which bar is which is said, since colours may not be printed.
  private static func drawing(_ chart: Chart) -> ViewData {
    var chart = chart
    chart.isSelfStyled = true
    let names = chart.series.map(\.name)
    return [
      "title": chart.title, "drawingHTML": chart.drawing,
      "order": names.count > 1 ? "Bars of each, from the top: " + names.joined(separator: ", ") + "." : nil,
    ]
  }
}
