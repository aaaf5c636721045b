import Domain
import Web

/// What a search found, and by which road.
struct SearchPage: Page {
  static let template = "registers/search"
  let words: String
  let found: [(row: LicenceRow, matched: String)]
  let settings: Settings?

  private struct Hit: Sendable {
    var row: LicenceRow
    var matched: String
  }

  var viewData: ViewData {
    let table = Table<Hit>(rowHeader: "name", [
      Column("name", "Name") { .titled(address: Path.licence($0.row.id), text: $0.row.name, note: $0.row.tradingName ?? $0.row.kind.name) },
      .text("reference", "Reference") { $0.row.reference },
      .text("badge", "Badge") { $0.row.badge },
      .text("district", "District") { settings?.authority($0.row.authority)?.name },
      .tag("status", "Status") { $0.row.lights.status.tag },
      .light("guidance", "Guidance") { $0.row.lights.guidanceLight },
      .text("matched", "Found by") { $0.matched },
    ])
    return [
      "title": words.isEmpty ? "Search" : "Search for “\(words)”", "asked": !words.isEmpty, "many": found.count >= 50,
      "tableHTML": words.isEmpty ? nil : table.html(
        found.map { Hit(row: $0.row, matched: $0.matched) }, caption: "Licences found",
        empty: .init("Nothing found", "Try the badge number, the licence reference, the postcode, or another part of the name.")),
    ]
  }

  static var samples: [SearchPage] { [SearchPage(words: "", found: [], settings: nil), SearchPage(words: "nobody", found: [], settings: nil)] }
}
