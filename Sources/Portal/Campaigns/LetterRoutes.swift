import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// The letters of a campaign, to be printed: one for each who was given guidance by letter, five hundred a batch, with their posting list.
enum LetterRoutes {
  static func add(to routes: Routes) {
    routes.may(.runCampaigns, .get, "campaigns/{id}/letters", letters)
  }

  private static func letters(_ visit: OfficerVisit) async throws -> Response {
    let campaign = try await visit.campaign(may: .runCampaigns)
    guard campaign.channel == .letter else { throw Problem.notFound }
    let query = try visit.queryItems()
    let (texts, fetched) = (
      try await visit.environment.database.read(
        as: visit.officer,
        Query<Scalar<String>>(
          "SELECT body AS value FROM guidance_text WHERE version_id = \(campaign.versionID) AND form = 'text' ORDER BY language <> 'en', language LIMIT 1")),
      try await CampaignStore(visit.environment).recipients(
        campaign, RecipientFilter(state: .issued), at: KeysetPosition(query), limit: LettersPage.size + 1, for: visit.officer)
    )
    let rows = Array(fetched.prefix(LettersPage.size))
    let next = fetched.count > rows.count ? rows.last.map { query.setting("after", KeysetCursor.encode(RecipientCursor(walk: $0.walkKey, id: $0.id))).address } : nil
    return try visit.visit.plainPage(LettersPage(
      campaign: campaign, rows: rows, text: texts.first?.value, next: next, sender: visit.environment.settings.letterSender))
  }
}

/// Letters on A4 for window envelopes: the address stands between 24.6 and 120 mm from the left and 39.5 and 66.3 mm from the top.
struct LettersPage: Page {
  static let template = "campaigns/letters"
  static let size = 500
  let campaign: Campaign
  let rows: [Recipient]
  /// The words of the version; nil where there is only a file, which is enclosed.
  let text: String?
  let next: String?
  let sender: String

  var viewData: ViewData {
    let paragraphs = (text ?? "").components(separatedBy: "\n\n").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
      .map { paragraph -> ViewData in ["words": paragraph] }
    let letters = rows.map { row -> ViewData in
      // Royal Mail: name, at most seven lines, the postcode alone on the last.
      let lines = [row.name] + row.address.split(separator: "\n").map(String.init).prefix(5) + [row.postcode ?? ""]
      return [
        "lines": lines.filter { !$0.isEmpty }.map { line -> ViewData in ["line": line] }, "reference": row.reference, "day": row.issuedOn?.words ?? "",
        "isOfPlace": row.kind.isOfPlace,
      ]
    }
    return [
      "title": "Letters", "campaign": campaign.name, "path": campaign.path, "many": rows.count == 1 ? "1 letter" : "\(rows.count.grouped) letters", "versionName": campaign.versionName,
      "letters": letters, "paragraphs": paragraphs, "isEnclosed": text == nil, "isEmpty": rows.isEmpty, "nextAddress": next, "sender": sender,
      "postingAddress": campaign.path + "/recipients.csv?state=issued",
    ]
  }

  static var samples: [LettersPage] { [] }
}

extension Settings {
  /// Who letters come from: the regulatory service of the day.
  var letterSender: String { county.organisations.first { $0.kind == "regulatory_service" && $0.until == nil }?.name ?? county.county }
}
