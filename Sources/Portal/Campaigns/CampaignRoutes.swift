import Domain
import Foundation
import Hummingbird
import Web

/// Campaigns: drawing one up, seeing who would be reached, fixing the list, running it, and what became of it.
enum CampaignRoutes {
  static func add(to routes: Routes) {
    routes.may(.readRegister, .get, "campaigns", list)
    routes.may(.runCampaigns, .get, "campaigns/new") { visit in
      let versions = try await store(visit).versions(for: visit.officer)
      var form = CampaignForm(versions, districts: districts(visit))
      let query = try visit.query()
      form.registrations = query.all("registration").filter { UUID(uuidString: $0) != nil }.joined(separator: " ")
      if form.districts.isEmpty { form.districts = query.all("district") }
      return try visit.page(page(nil, form, versions, visit))
    }
    routes.may(.runCampaigns, .post, "campaigns/new", draft)
    routes.may(.readRegister, .get, "campaigns/{id}", show)
    routes.may(.runCampaigns, .get, "campaigns/{id}/edit") { visit in
      let campaign = try await draftOnly(visit)
      let versions = try await store(visit).versions(for: visit.officer)
      return try visit.page(page(campaign, CampaignForm(campaign, settings: visit.environment.settings), versions, visit))
    }
    routes.may(.runCampaigns, .post, "campaigns/{id}/edit", change)
    routes.may(.runCampaigns, .post, "campaigns/{id}/state", move)
    routes.may(.runCampaigns, .post, "campaigns/{id}/copy", copy)
    routes.may(.runCampaigns, .post, "campaigns/{id}/resend") { visit in
      _ = try await visit.form()
      let campaign = try await visit.campaign(may: .runCampaigns)
      let again = try await store(visit).resend(campaign, by: visit.officer)
      return visit.redirect(
        to: campaign.path,
        saying: again == 0 ? "Nobody to send to again: letters that came back wait for another address." : "It goes out again to \(again.grouped).")
    }
    RecipientRoutes.add(to: routes)
  }

  static func store(_ visit: OfficerVisit) -> CampaignStore { CampaignStore(visit.environment) }

  private static func districts(_ visit: OfficerVisit) -> [Settings.Authority] {
    visit.officer.authorities(.runCampaigns).compactMap(visit.environment.settings.authority)
  }

  private static func page(_ campaign: Campaign?, _ form: CampaignForm, _ versions: [CampaignVersion], _ visit: OfficerVisit, _ errors: Errors = []) -> CampaignFormPage {
    CampaignFormPage(
      campaign: campaign, form: form, versions: versions, districts: districts(visit), offered: offered(visit), tokens: visit.formTokens, errors: errors)
  }

  private struct Cursor: Codable, Sendable {
    var at: Double
    var id: UUID
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems()
    let after = query["after"].flatMap { KeysetCursor.decode($0, as: Cursor.self) }
    let rows = try await store(visit).list(before: after.map { (Date(timeIntervalSince1970: $0.at), $0.id) }, limit: 51, for: visit.officer)
    let shown = Array(rows.prefix(50))
    let next = rows.count > 50 ? shown.last.map { KeysetCursor.encode(Cursor(at: $0.campaign.createdAt.timeIntervalSince1970, id: $0.campaign.id)) } : nil
    return try visit.page(CampaignsPage(
      rows: shown, settings: visit.environment.settings, mayAdd: visit.officer.may(.runCampaigns), next: next.map { query.setting("after", $0).address }))
  }

  /// The kinds of licence that the officer may run a campaign for.
  static func offered(_ visit: OfficerVisit) -> [LicenceKind] {
    visit.environment.settings.kinds.map(\.code).filter { visit.officer.may(.runCampaigns, of: $0.register) }
  }

  private static func draft(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let form = CampaignForm(fields)
    let versions = try await store(visit).versions(for: visit.officer)
    switch form.validated(versions, allowed: districts(visit), offered: offered(visit)) {
    case .invalid(let errors): return try visit.page(page(nil, form, versions, visit, errors), status: .unprocessableContent)
    case .valid(let new):
      let id = try await store(visit).draft(new, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.campaign(id), saying: "\(new.name) is drawn up. Nothing goes out until you fix the list and run it.")
    }
  }

  private static func draftOnly(_ visit: OfficerVisit) async throws -> Campaign {
    let campaign = try await visit.campaign(may: .runCampaigns)
    guard campaign.state == .draft else {
      throw Problem(.conflict, "The campaign can no longer be changed", "Its list is fixed. Throw the list away first, if nothing has gone out.", wayOn: ("See the campaign", campaign.path))
    }
    return campaign
  }

  private static func change(_ visit: OfficerVisit) async throws -> Response {
    let form = CampaignForm(try await visit.form())
    let campaign = try await draftOnly(visit)
    let versions = try await store(visit).versions(for: visit.officer)
    switch form.validated(versions, allowed: districts(visit), offered: offered(visit)) {
    case .invalid(let errors): return try visit.page(page(campaign, form, versions, visit, errors), status: .unprocessableContent)
    case .valid(let new):
      try await store(visit).change(campaign, to: new, seen: form.seen, by: visit.officer)
      return .redirect(to: campaign.path)
    }
  }

  static func show(_ visit: OfficerVisit) async throws -> Response {
    let campaign = try await visit.campaign(may: .readRegister)
    let tallies = try await store(visit).tallies(campaign, for: visit.officer)
    let history = try await visit.environment.database.read(as: visit.officer, History.of(campaign.id, limit: 20))
    return try visit.page(CampaignPage(
      campaign: campaign, tallies: tallies, history: History.timeline(history), settings: visit.environment.settings,
      mayRun: campaign.authorities.allSatisfy { visit.officer.may(.runCampaigns, in: $0) }, mayExport: visit.officer.may(.exportRegister), today: visit.today,
      tokens: visit.formTokens))
  }

  private static func move(_ visit: OfficerVisit) async throws -> Response {
    let wanted = CampaignState(rawValue: try await visit.form()["to"] ?? "")
    let campaign = try await visit.campaign(may: .runCampaigns)
    guard let wanted, campaign.state.next.contains(wanted), wanted != .finished, !(campaign.state == .finished) else { throw CampaignStore.movedOn(campaign) }
    let store = store(visit)
    let words: String
    switch wanted {
    case .ready:
      try await store.fix(campaign, by: visit.officer)
      words = "The list is fixed. Nothing has gone out yet."
    case .draft:
      try await store.unfix(campaign, by: visit.officer)
      words = "The list was thrown away. The campaign is a draft again."
    case .running:
      try await store.run(campaign, by: visit.officer)
      words = campaign.channel.isSent ? "The campaign is running. You may leave this page." : "The campaign has started. Record who is reached as you go."
    case .paused:
      try await store.pause(campaign, by: visit.officer)
      words = "It is paused. Nothing more goes out until it is resumed."
    case .cancelled:
      try await store.cancel(campaign, by: visit.officer)
      words = "The campaign is cancelled. Nothing more goes out."
    case .finished: throw CampaignStore.movedOn(campaign)
    }
    return visit.redirect(to: campaign.path, saying: words)
  }

  private static func copy(_ visit: OfficerVisit) async throws -> Response {
    _ = try await visit.form()
    let campaign = try await visit.campaign(may: .runCampaigns)
    let versions = try await store(visit).versions(for: visit.officer)
    var form = CampaignForm(campaign, settings: visit.environment.settings)
    form.name = String("\(campaign.name), again".prefix(120))
    return try visit.page(page(nil, form, versions, visit))
  }
}

extension OfficerVisit {
  /// The one road from an id to a campaign: not visible is not found. To read it, one of its districts; to change it, all of them.
  func campaign(may permission: Permission) async throws -> Campaign {
    guard let campaign = try await CampaignStore(environment).campaign(try id(), for: officer) else { throw Problem.notFound }
    let allowed = campaign.authorities.filter { officer.may(permission, in: $0) }
    guard permission == .readRegister ? !allowed.isEmpty : allowed.count == campaign.authorities.count else { throw Problem.forbidden }
    return campaign
  }
}
