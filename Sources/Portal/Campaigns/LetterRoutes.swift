import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// The letters of a campaign: files of them with their posting lists, made by the work; or printed from the browser.
enum LetterRoutes {
  static func add(to routes: Routes) {
    routes.may(.runCampaigns, .get, "campaigns/{id}/letters") { visit in
      let campaign = try await byLetter(visit)
      let (batches, given, without) = try await store(visit).batches(campaign, for: visit.officer)
      return try visit.page(LettersPage(
        campaign: campaign, batches: batches, given: given, without: without, makesFiles: visit.environment.pdf != nil, tokens: visit.formTokens))
    }
    routes.may(.runCampaigns, .post, "campaigns/{id}/letters", ask)
    routes.may(.runCampaigns, .get, "campaigns/{id}/letters/print", print)
    routes.may(.runCampaigns, .get, "campaigns/{id}/letters/{batch}/letters.pdf", file)
    routes.may(.runCampaigns, .get, "campaigns/{id}/letters/{batch}/posting-list.csv", postingList)
    routes.may(.runCampaigns, .post, "campaigns/{id}/letters/{batch}/again") { visit in
      _ = try await visit.form()
      let (campaign, batch) = try await batch(visit)
      try await store(visit).again(batch, of: campaign, by: visit.officer)
      return visit.redirect(to: campaign.path + "/letters", saying: "File \(batch.number) is being made again.")
    }
  }

  private static func store(_ visit: OfficerVisit) -> LetterStore { LetterStore(visit.environment) }

  private static func byLetter(_ visit: OfficerVisit) async throws -> Campaign {
    let campaign = try await visit.campaign(may: .runCampaigns)
    guard campaign.channel == .letter else { throw Problem.notFound }
    return campaign
  }

  private static func batch(_ visit: OfficerVisit) async throws -> (Campaign, LetterBatch) {
    let campaign = try await byLetter(visit)
    guard let batch = try await store(visit).batch(try visit.id("batch"), of: campaign, for: visit.officer) else { throw Problem.notFound }
    return (campaign, batch)
  }

  private static func ask(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let campaign = try await byLetter(visit)
    guard visit.environment.pdf != nil else {
      throw Problem(.conflict, "No PDF files are made here", "What makes them is not installed. Print the letters from the browser.", wayOn: ("Print the letters", campaign.path + "/letters/print"))
    }
    let many = try await store(visit).ask(campaign, once: SentForm(fields), by: visit.officer)
    return visit.redirect(
      to: campaign.path + "/letters", saying: many == 0 ? "Every letter is in a file already." : many == 1 ? "The letter is being made." : "\(many.grouped) letters are being made. You may leave this page.")
  }

  private static func file(_ visit: OfficerVisit) async throws -> Response {
    let (campaign, batch) = try await batch(visit)
    guard batch.state == .made, let data = try? Data(contentsOf: LetterFile.url(batch.id, home: visit.environment.home)) else {
      throw Problem(.notFound, "The file is not there", "It is not made yet, or it was cleared away. It can be made again.", wayOn: ("See the letters", campaign.path + "/letters"))
    }
    try await store(visit).take(batch, of: campaign, by: visit.officer)
    return .download(Array(data), type: "application/pdf", name: "letters-\(batch.number)-\(visit.today.iso).pdf")
  }

  private static let table = Table<Letter>(rowHeader: "name", [
    .number("number", "Number") { $0.number }, .text("name", "Name") { $0.name }, .text("address", "Address") { $0.address.split(separator: "\n").joined(separator: ", ") },
    .text("postcode", "Postcode") { $0.postcode }, .text("reference", "Reference") { $0.reference }, .date("given", "Given", export: { $0.issuedOn.iso }) { $0.issuedOn.short },
  ])

  private static func postingList(_ visit: OfficerVisit) async throws -> Response {
    let (campaign, batch) = try await batch(visit)
    var bytes = table.csvHead
    for letter in try await store(visit).postingList(batch, of: campaign, by: visit.officer) { table.appendCSV(letter, to: &bytes) }
    return .download(bytes, type: "text/csv; charset=utf-8", name: "posting-list-\(batch.number)-\(visit.today.iso).csv")
  }

  private static func print(_ visit: OfficerVisit) async throws -> Response {
    let campaign = try await byLetter(visit)
    let query = try visit.queryItems()
    let texts = try await visit.environment.database.read(as: visit.officer, Query<Scalar<String>>(LetterText.words("\(campaign.versionID)")))
    let fetched = try await CampaignStore(visit.environment).recipients(
      campaign, RecipientFilter(state: .issued), at: KeysetPosition(query), limit: PrintedLettersPage.size + 1, for: visit.officer)
    let rows = Array(fetched.prefix(PrintedLettersPage.size))
    let next = fetched.count > rows.count ? rows.last.map { query.setting("after", KeysetCursor.encode(RecipientCursor(walk: $0.walkKey, id: $0.id))).address } : nil
    return try visit.visit.plainPage(PrintedLettersPage(
      campaign: campaign, rows: rows, text: LetterText(versionName: campaign.versionName, text: texts.first?.value, sender: visit.environment.settings.letterSender),
      next: next, stylesheet: try visit.site.assets.address("letter.css"), today: visit.today))
  }
}
