import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// Who a campaign reaches: lists, worksheet, those recorded by hand, mail that came back.
enum RecipientRoutes {
  static func add(to routes: Routes) {
    routes.may(.readRegister, .get, "campaigns/{id}/recipients", list)
    routes.may(.exportRegister, .get, "campaigns/{id}/recipients.csv", export)
    routes.may(.readRegister, .get, "campaigns/{id}/worksheet", worksheet)
    LetterRoutes.add(to: routes)
    routes.may(.runCampaigns, .get, "campaigns/{id}/given") { visit in
      let campaign = try await byHand(visit)
      return try visit.page(try await given(campaign, on: DateFields(visit.today), visit))
    }
    routes.may(.runCampaigns, .post, "campaigns/{id}/given", give)
    routes.may(.runCampaigns, .post, "campaigns/{id}/rest", rest)
    routes.may(.runCampaigns, .get, "campaigns/{id}/returns") { visit in
      let campaign = try await visit.campaign(may: .runCampaigns)
      return try visit.page(try await returns(campaign, ReturnForm(today: visit.today), visit))
    }
    routes.may(.runCampaigns, .post, "campaigns/{id}/returns", record)
    routes.may(.runCampaigns, .post, "campaigns/{id}/returns/{registration}/withdrawal") { visit in
      _ = try await visit.form()
      let campaign = try await visit.campaign(may: .runCampaigns)
      let done = try await store(visit).withdrawReturn(try visit.id("registration"), of: campaign, by: visit.officer)
      return visit.redirect(to: campaign.path + "/returns", saying: done ? "Taken back: it counts as not returned." : "That was taken back already.")
    }
  }

  private static func store(_ visit: OfficerVisit) -> CampaignStore { CampaignStore(visit.environment) }

  private static func filter(_ query: QueryItems, _ visit: OfficerVisit) -> RecipientFilter {
    RecipientFilter(
      state: query["state"].flatMap(RecipientState.init), reason: query["reason"].flatMap(RecipientReason.init),
      authority: query["district"].flatMap { visit.environment.settings.authority(slug: $0)?.id })
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    let campaign = try await visit.campaign(may: .readRegister)
    let query = try visit.queryItems()
    let filter = filter(query, visit)
    let position = KeysetPosition<RecipientCursor>(query)
    let tallies = try await store(visit).tallies(campaign, for: visit.officer)
    let fetched = try await store(visit).recipients(campaign, filter, at: position, limit: 51, for: visit.officer)
    let page = KeysetPage(fetched, limit: 50, at: position) { RecipientCursor(walk: $0.walkKey, id: $0.id) }
    let count = tallies.filter {
      (filter.state == nil || $0.state == filter.state) && (filter.reason == nil || $0.reason == filter.reason) && (filter.authority == nil || $0.authority == filter.authority)
    }.reduce(0) { $0 + $1.count }
    return try visit.page(RecipientsPage(
      campaign: campaign, filter: filter, rows: page.rows, count: count, pagination: page.pagination(query), settings: visit.environment.settings, query: query,
      tallies: tallies, mayExport: visit.officer.may(.exportRegister), mayRecord: false))
  }

  /// Everybody of the filter, logged like any list that is taken away.
  private static func export(_ visit: OfficerVisit) async throws -> Response {
    let campaign = try await visit.campaign(may: .exportRegister)
    let query = try visit.queryItems().at(campaign.path + "/recipients")
    let filter = filter(query, visit)
    let sql = try CampaignStore.rows(campaign, filter, at: .first, limit: 20_000, on: visit.today)
    let words = ["Campaign \(campaign.name)", filter.state?.name.lowercased(), filter.reason?.words.lowercased(), filter.authority.flatMap { visit.environment.settings.authority($0)?.name }]
    let rows = try await visit.environment.database.write(by: visit.officer, at: visit.environment.now()) { transaction in
      let rows = try await transaction.all(sql, as: Recipient.self)
      return Written(
        rows, AuditEntry(.exportList, of: visit.officer.id, campaign.id, detail: ["rows": String(rows.count), "filter": words.compactMap { $0 }.joined(separator: ", ")]))
    }
    let table = RecipientsPage.table(visit.environment.settings, campaign, mayRecord: false)
    var bytes = table.csvHead
    for row in rows { table.appendCSV(row, to: &bytes) }
    return .download(bytes, type: "text/csv; charset=utf-8", name: "campaign-\(visit.today.iso).csv")
  }

  private static func worksheet(_ visit: OfficerVisit) async throws -> Response {
    let campaign = try await visit.campaign(may: .readRegister)
    let query = try visit.queryItems()
    let authority = filter(query, visit).authority
    let fetched = try await store(visit).recipients(
      campaign, RecipientFilter(authority: authority), at: KeysetPosition(query), limit: nil, for: visit.officer
    ).filter { $0.state != .excluded }
    let rows = Array(fetched.prefix(WorksheetPage.size))
    let next = fetched.count > rows.count ? rows.last.map { query.setting("after", KeysetCursor.encode(RecipientCursor(walk: $0.walkKey, id: $0.id))).address } : nil
    return try visit.page(WorksheetPage(campaign: campaign, rows: rows, authority: authority, next: next, settings: visit.environment.settings))
  }

  /// A campaign that people give, and that is running.
  private static func byHand(_ visit: OfficerVisit) async throws -> Campaign {
    let campaign = try await visit.campaign(may: .runCampaigns)
    guard !campaign.channel.isSent, campaign.state == .running, campaign.restGivenOn == nil else {
      throw Problem(.conflict, "Nobody is to be recorded here", "The campaign is not running, or the service sends it by itself.", wayOn: ("See the campaign", campaign.path))
    }
    return campaign
  }

  private static func given(_ campaign: Campaign, on: DateFields, ticked: Set<UUID> = [], _ visit: OfficerVisit, errors: Errors = []) async throws -> GivenPage {
    let query = try visit.queryItems()
    let waiting = RecipientFilter(state: .planned)
    let fetched = try await store(visit).recipients(campaign, waiting, at: KeysetPosition(query), limit: GivenPage.size + 1, for: visit.officer)
    let rows = Array(fetched.prefix(GivenPage.size))
    let count = try await store(visit).tallies(campaign, for: visit.officer).filter { $0.state == .planned }.reduce(0) { $0 + $1.count }
    let next = fetched.count > rows.count
      ? rows.last.map { query.setting("after", KeysetCursor.encode(RecipientCursor(walk: $0.walkKey, id: $0.id))).address } : nil
    return GivenPage(campaign: campaign, rows: rows, waiting: count, on: on, ticked: ticked, next: next, tokens: visit.formTokens, errors: errors)
  }

  private static func day(_ typed: DateFields, _ field: String, _ campaign: Campaign, _ visit: OfficerVisit, _ errors: inout Errors) -> Day? {
    guard let day = errors.day(typed, field, of: "The day it was given") else { return nil }
    if day > visit.today { errors.add(field, "The day it was given cannot be in the future") }
    if let listed = campaign.listedOn, day < listed { errors.add(field, "The list was fixed on \(listed.words): choose that day or a later one") }
    return day
  }

  private static func give(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let campaign = try await byHand(visit)
    let typed = DateFields("on") { fields[$0] }
    let chosen = Set(fields.all("recipient").compactMap(UUID.init(uuidString:)))
    var errors = Errors()
    let day = day(typed, "on", campaign, visit, &errors)
    if chosen.isEmpty { errors.add("recipient", "Tick those who were given it") }
    guard errors.isEmpty, let day else {
      return try visit.page(try await given(campaign, on: typed, ticked: chosen, visit, errors: errors), status: .unprocessableContent)
    }
    let recorded = try await store(visit).give(campaign, to: Array(chosen), on: day, by: visit.officer)
    let others = chosen.count - recorded
    let words = "\(recorded == 1 ? "One was" : "\(recorded) were") recorded." + (others > 0 ? " \(others) had been recorded before, or is left out by now." : "")
    let after = try await store(visit).campaign(campaign.id, for: visit.officer)
    return visit.redirect(to: after?.state == .finished ? campaign.path : campaign.path + "/given", saying: words)
  }

  private static func rest(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let campaign = try await byHand(visit)
    let typed = DateFields("rest") { fields[$0] }
    var errors = Errors()
    guard let day = day(typed, "on", campaign, visit, &errors), errors.isEmpty else {
      return try visit.page(try await given(campaign, on: typed, visit, errors: errors), status: .unprocessableContent)
    }
    try await store(visit).giveRest(campaign, on: day, by: visit.officer)
    return visit.redirect(to: campaign.path, saying: "All who were left are being recorded. You may leave this page.")
  }

  private static func returns(
    _ campaign: Campaign, _ form: ReturnForm, unmatched: [String] = [], _ visit: OfficerVisit, errors: Errors = []
  ) async throws -> ReturnsPage {
    let recorded = try await store(visit).recipients(campaign, RecipientFilter(state: .returned), limit: 200, for: visit.officer)
    return ReturnsPage(campaign: campaign, form: form, recorded: recorded, unmatched: unmatched, tokens: visit.formTokens, errors: errors)
  }

  private static func record(_ visit: OfficerVisit) async throws -> Response {
    let form = ReturnForm(try await visit.form())
    let campaign = try await visit.campaign(may: .runCampaigns)
    switch form.validated(from: campaign.startedAt.map(London.day), today: visit.today) {
    case .invalid(let errors): return try visit.page(try await returns(campaign, form, visit, errors: errors), status: .unprocessableContent)
    case .valid(let back):
      let (recorded, unmatched) = try await store(visit).recordReturns(back.references, of: campaign, reason: back.reason, on: back.on, by: visit.officer)
      guard unmatched.isEmpty else {
        // What was recorded stands below; what was not stays in the box, to be corrected.
        var again = form
        again.references = unmatched.joined(separator: "\n")
        return try visit.page(try await returns(campaign, again, unmatched: unmatched, visit))
      }
      return visit.redirect(to: campaign.path + "/returns", saying: recorded.count == 1 ? "One letter was recorded." : "\(recorded.count) letters were recorded.")
    }
  }
}
