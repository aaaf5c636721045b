import Domain
import Foundation
import Postgres
import Web

/// What every letter of a campaign says, on the screen and in a file.
struct LetterText: Sendable {
  let versionName: String
  /// The words of the version; nil where there is only a file, which is enclosed.
  let text: String?
  let sender: String

  /// The words of a version: English before other languages.
  static func words(_ version: SQL) -> SQL {
    "SELECT body AS value FROM guidance_text WHERE version_id = \(version) AND form = 'text' ORDER BY language <> 'en', language LIMIT 1"
  }

  /// The data of `campaigns/_letter`.
  func viewData(_ letters: [Letter], isFile: Bool) -> ViewData {
    let paragraphs = (text ?? "").components(separatedBy: "\n\n").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
      .map { paragraph -> ViewData in ["words": paragraph] }
    return [
      "letters": letters.map(Self.viewData), "versionName": versionName, "paragraphs": paragraphs, "isEnclosed": text == nil, "sender": sender, "isFile": isFile,
    ]
  }

  func file(_ letters: [Letter], title: String) -> ViewData { viewData(letters, isFile: true).merging(["title": title]) }

  private static func viewData(_ letter: Letter) -> ViewData {
    let window = EnvelopeAddress(name: letter.name, address: letter.address, postcode: letter.postcode)
    return [
      "lines": window.lines.map { line -> ViewData in ["line": line] }, "reference": letter.reference, "day": letter.issuedOn.words,
      "isOfPlace": letter.kind.isOfPlace, "isLong": window.isSmall,
    ]
  }
}

/// Letters on A4 for window envelopes, to be printed from the browser: the address stands between 24.6 and 120 mm from the left and 39.5
/// and 66.3 mm from the top.
struct PrintedLettersPage: Page {
  static let template = "campaigns/letters-print"
  static let size = 500
  let campaign: Campaign
  let rows: [Recipient]
  let text: LetterText
  let next: String?
  let stylesheet: String
  let today: Day

  var viewData: ViewData {
    text.viewData(rows.enumerated().map { Letter($1, number: $0 + 1, on: today) }, isFile: false).merging([
      "title": "Letters", "campaign": campaign.name, "path": campaign.path + "/letters", "many": rows.count == 1 ? "1 letter" : "\(rows.count.grouped) letters",
      "isEmpty": rows.isEmpty, "nextAddress": next, "postingAddress": campaign.path + "/recipients.csv?state=issued", "letterStylesheet": stylesheet,
    ])
  }

  static var samples: [PrintedLettersPage] { [] }
}

/// The letters of a campaign: their files, and what is in none yet.
struct LettersPage: Page {
  static let template = "campaigns/letters"
  let campaign: Campaign
  let batches: [LetterBatch]
  let given: Int
  let without: Int
  let makesFiles: Bool
  let tokens: [FormToken]

  private static func letters(_ count: Int) -> String { count == 1 ? "1 letter" : "\(count.grouped) letters" }
  private func path(_ batch: LetterBatch, _ part: String) -> String { "\(campaign.path)/letters/\(batch.id.uuidString.lowercased())/\(part)" }
  private var waiting: [LetterBatch] { batches.filter { $0.state == .waiting } }

  private var table: Table<LetterBatch> {
    Table<LetterBatch>(rowHeader: "number", [
      Column("number", "File") { [self] batch in
        batch.state == .made ? .titled(address: path(batch, "letters.pdf"), text: "File \(batch.number) (PDF)", note: Self.size(batch.bytes ?? 0)) : .text("File \(batch.number)")
      },
      .number("letters", "Letters") { $0.letters },
      .link("posting", "Posting list", to: { [self] in path($0, "posting-list.csv") }, { "Posting list \($0.number) (CSV)" }),
      Column("state", "State") { batch in
        switch batch.state {
        case .waiting: .tag(StatusTag("Being made", .blue))
        case .made: .text(batch.madeAt.map { "Made \(London.time(of: $0))" } ?? "")
        case .failed: .text(batch.failure ?? "")
        }
      },
      Column("again", "Make again", plain: { _ in "" }, write: { [self] batch, out in
        guard batch.state != .waiting, makesFiles else { return out.append("<span class=\"app-none\">–</span>") }
        out.append("<form method=\"post\"")
        out.append(attribute: "action", path(batch, "again"))
        out.append(">")
        for token in tokens { out.append(token.html) }
        out.append("<button class=\"app-link-button\">Make again<span class=\"govuk-visually-hidden\"> ")
        out.append(escaping: "file \(batch.number)")
        out.append("</span></button></form>")
      }),
    ])
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 1_000_000 ? "\(max(bytes / 1000, 1)) kB" : "\(bytes / 1_000_000).\(bytes / 100_000 % 10) MB"
  }

  var viewData: ViewData {
    let asked = batches.reduce(0) { $0 + $1.letters }
    let made = batches.filter { $0.state == .made }.reduce(0) { $0 + $1.letters }
    return [
      "title": "Letters", "campaign": campaign.name, "path": campaign.path,
      "breadcrumbs": Breadcrumbs(Breadcrumb("Campaigns", Path.campaigns), Breadcrumb(campaign.name, campaign.path), Breadcrumb("Letters")),
      "isEmpty": given == 0, "many": Self.letters(given), "makesFiles": makesFiles, "hasFiles": !batches.isEmpty,
      "isAtWork": !waiting.isEmpty && makesFiles, "progress": "\(made.grouped) of \(asked.grouped) letters are in a file.", "done": made, "total": max(asked, 1),
      "percent": "\(Percent.whole(made, of: asked) ?? 0)%",
      "askWords": without > 0 && makesFiles ? "Make PDF files of \(Self.letters(without))" : nil,
      "address": campaign.path + "/letters", "tokensHTML": TrustedHTML.joined(tokens.map(\.html)),
      "printAddress": given > 0 ? campaign.path + "/letters/print" : nil, "tableHTML": table.html(batches, caption: "Files of letters"),
    ]
  }

  static var samples: [LettersPage] { [] }
}

extension Settings {
  /// Who letters come from: the regulatory service of the day.
  var letterSender: String { county.organisations.first { $0.kind == "regulatory_service" && $0.until == nil }?.name ?? county.county }
}
