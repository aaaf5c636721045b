import Domain
import Foundation
import Web

extension CampaignState {
  var tag: StatusTag {
    switch self {
    case .draft: StatusTag(name)
    case .ready: StatusTag(name, .yellow)
    case .running: StatusTag(name, .blue)
    case .paused: StatusTag(name, .orange)
    case .cancelled: StatusTag(name, .red)
    case .finished: StatusTag(name, .green)
    }
  }
}

extension RecipientState {
  var tag: StatusTag {
    switch self {
    case .planned: StatusTag(name, .blue)
    case .excluded: StatusTag(name)
    case .issued: StatusTag(name, .green)
    case .failed: StatusTag(name, .red)
    case .returned: StatusTag(name, .orange)
    }
  }
}

extension Population {
  /// "Private hire drivers and hackney carriage drivers in Redditch and Wychavon who are owed guidance, in WR1"
  func sentence(_ settings: Settings?) -> String {
    func all(_ words: [String]) -> String {
      words.count < 2 ? words.first ?? "" : words.dropLast().joined(separator: ", ") + " and " + (words.last ?? "")
    }
    let everyKind = settings?.kinds.map(\.code.rawValue) ?? []
    let names = kinds.map { $0 == everyKind ? ["all kinds of licence"] : $0.map { LicenceKind(rawValue: $0)?.pluralWithin ?? $0 } } ?? ["all kinds of licence"]
    let everywhere = settings.map { $0.county.authorities.count == authorities.count } ?? false
    let places = everywhere ? "all districts" : all(authorities.compactMap { settings?.authority($0)?.name })
    var text = all(names).capitalizedFirst + " in " + places
    if let postcodes { text += ", postcodes " + all(postcodes) }
    text += gap == .owed ? ", without guidance in their guidance year" : ", without this version"
    if statuses.contains("suspended") { text += "; suspended ones too" }
    if hotSpot != nil { text += "; only places in a hot spot\(metres.map { $0 > 0 ? " or within \($0.grouped) metres of it" : "" } ?? "")" }
    if let registrations { text += "; only \(registrations.count.grouped) that were chosen" }
    return text
  }
}

struct CampaignsPage: Page {
  static let template = "campaigns/list"
  let rows: [(campaign: Campaign, given: Int, meant: Int)]
  let settings: Settings?
  let mayAdd: Bool
  let next: String?

  private struct Line: Sendable {
    var campaign: Campaign
    var given: Int
    var meant: Int
  }

  var viewData: ViewData {
    let settings = settings
    let table = Table<Line>(rowHeader: "name", [
      Column("name", "Campaign") { .titled(address: $0.campaign.path, text: $0.campaign.name, note: $0.campaign.versionName) },
      .tag("state", "State") { $0.campaign.state.tag }, .text("channel", "How") { $0.campaign.channel.name },
      .text("where", "Where") { line in
        let names = line.campaign.authorities.compactMap { settings?.authority($0)?.name }
        return names.count > 2 ? "\(names.count) districts" : names.joined(separator: ", ")
      },
      Column("given", "Given", align: .end) { $0.campaign.isListed ? .text("\($0.given.grouped) of \($0.meant.grouped)") : .nothing },
      .text("by", "Drawn up by") { $0.campaign.author }, .date("on", "On") { London.day(of: $0.campaign.createdAt).short },
    ])
    return [
      "title": "Campaigns", "addAddress": mayAdd ? Path.campaigns + "/new" : nil,
      "tableHTML": table.html(
        rows.map { Line(campaign: $0.campaign, given: $0.given, meant: $0.meant) }, caption: "Campaigns, latest first",
        empty: .init(
          "No campaigns yet", "A campaign gives guidance to many at once: choose who, see who would be reached, run it.",
          link: mayAdd ? "Draw up a campaign" : nil, address: mayAdd ? Path.campaigns + "/new" : nil)),
      "pagination": next.map { Pagination(previous: nil, next: $0) },
    ]
  }

  static var samples: [CampaignsPage] { [CampaignsPage(rows: [], settings: nil, mayAdd: true, next: nil)] }
}

struct RecipientsPage: Page {
  static let template = "campaigns/recipients"
  let campaign: Campaign
  let filter: RecipientFilter
  let rows: [Recipient]
  let count: Int
  let pagination: Pagination?
  let settings: Settings?
  let query: QueryItems
  let tallies: [CampaignTally]
  let mayExport: Bool
  let mayRecord: Bool

  static func table(_ settings: Settings?, _ campaign: Campaign, mayRecord: Bool) -> Table<Recipient> {
    let isDraft = !campaign.isListed
    return Table<Recipient>(rowHeader: "name", [
      Column("name", "Name") { .titled(address: Path.licence($0.id), text: $0.name, note: $0.kind.name) }, .text("kind", "Kind") { $0.kind.name }.exportOnly,
      .text("reference", "Reference") { $0.reference }, .text("district", "District") { settings?.authority($0.authority)?.name },
      .text("address", "Address") { $0.addressLine },
      .tag("state", "State") { isDraft && $0.state == .planned ? StatusTag("Would be given", .blue) : $0.state.tag },
      Column("why", "Why, or when") { row in
        if let reason = row.reason { return .text(reason.words) }
        if let returned = row.returnedOn { return .text("Came back \(returned.short)") }
        if let acknowledged = row.acknowledgedOn { return .text("Given \(row.issuedOn?.short ?? ""), acknowledged \(acknowledged.short)") }
        return row.issuedOn.map { .text("Given \($0.short)") } ?? .nothing
      },
    ])
  }

  var viewData: ViewData {
    let any = Field.Choice("", "Any")
    let reasons = Set(tallies.compactMap(\.reason))
    let districts = Set(tallies.map(\.authority))
    let form = FormView(
      action: campaign.path + "/recipients", method: .get,
      parts: [
        .field(.select("state", "State", filter.state?.rawValue ?? "", [any] + RecipientState.allCases.map { .init($0.rawValue, $0.name) })),
        .field(.select("reason", "Why", filter.reason?.rawValue ?? "", [any] + RecipientReason.allCases.filter(reasons.contains).map { .init($0.rawValue, $0.words) })),
        .field(.select(
          "district", "District", filter.authority.flatMap { settings?.authority($0)?.slug } ?? "",
          [any] + (settings?.county.authorities ?? []).filter { districts.contains($0.id) }.map { .init($0.slug, $0.name) })),
      ], buttons: [.init("Apply filter", .secondary)])
    let bare = query.removing("after", "before")
    let chosen: [FilterPanel.Chosen] = [
      ("state", filter.state?.name), ("reason", filter.reason?.words), ("district", filter.authority.flatMap { settings?.authority($0)?.name }),
    ].compactMap { name, label in label.map { FilterPanel.Chosen($0, removeAddress: bare.removing(name).address) } }
    return [
      "title": campaign.isListed ? "Recipients" : "Who would be reached", "campaign": campaign.name, "count": count.grouped,
      "breadcrumbs": Breadcrumbs(Breadcrumb("Campaigns", Path.campaigns), Breadcrumb(campaign.name, campaign.path), Breadcrumb("Recipients")),
      "filter": FilterPanel(form: form, chosen: chosen, clearAddress: campaign.path + "/recipients"), "pagination": pagination,
      "exportAddress": mayExport && count > 0 ? bare.at(campaign.path + "/recipients.csv").address : nil,
      "tableHTML": Self.table(settings, campaign, mayRecord: mayRecord).html(
        rows, caption: "Recipients of \(campaign.name)", empty: .init("Nobody", "Take a filter away to see more.", link: "Clear all filters", address: campaign.path + "/recipients")),
    ]
  }

  static var samples: [RecipientsPage] { [] }
}
