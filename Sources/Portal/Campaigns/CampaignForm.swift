import Domain
import Foundation
import Web

/// A campaign, as typed.
struct CampaignForm: Sendable {
  var name = ""
  var version = ""
  var channel = Channel.letter.rawValue
  var occasion = Occasion.anniversary.rawValue
  var districts: [String] = []
  var kinds: [String] = []
  var gap = Population.Gap.owed.rawValue
  var suspended = false
  var postcodes = ""
  /// Licences chosen one by one elsewhere; kept through the form.
  var registrations = ""
  /// The hot spot whose places it is for, and the metres around it; kept through the form.
  var hotSpot = ""
  var metres = ""
  /// The version of the draft that was looked at.
  var seen = 0

  init(_ versions: [CampaignVersion], districts: [Settings.Authority]) {
    version = versions.count == 1 ? versions[0].id.uuidString : ""
    self.districts = districts.count == 1 ? [districts[0].slug] : []
  }

  init(_ campaign: Campaign, settings: Settings) {
    name = campaign.name
    version = campaign.versionID.uuidString
    channel = campaign.channel.rawValue
    occasion = campaign.occasion.rawValue
    districts = campaign.population.authorities.compactMap { settings.authority($0)?.slug }
    kinds = campaign.population.kinds ?? settings.kinds.map(\.code.rawValue)
    gap = campaign.population.gap.rawValue
    suspended = campaign.population.statuses.contains("suspended")
    postcodes = (campaign.population.postcodes ?? []).joined(separator: ", ")
    registrations = (campaign.population.registrations ?? []).joined(separator: " ")
    hotSpot = campaign.population.hotSpot ?? ""
    metres = campaign.population.metres.map { String($0) } ?? ""
    seen = campaign.version
  }

  init(_ fields: FormFields) {
    name = fields.trimmed("name")
    version = fields["version"] ?? ""
    channel = fields["channel"] ?? ""
    occasion = fields["occasion"] ?? ""
    districts = fields.all("district")
    kinds = fields.all("kind")
    gap = fields["gap"] ?? ""
    suspended = fields["suspended"] != nil
    postcodes = fields.trimmed("postcodes")
    registrations = fields["registrations"] ?? ""
    hotSpot = fields["hot-spot"] ?? ""
    metres = fields["metres"] ?? ""
    seen = Int(fields["seen"] ?? "") ?? 0
  }

  /// - Parameter offered: the kinds of licence that a campaign of this officer may be for.
  func validated(_ versions: [CampaignVersion], allowed: [Settings.Authority], offered: [LicenceKind]) -> Validated<NewCampaign> {
    var errors = Errors()
    if name.count < 3 { errors.add("name", "Enter a name of the campaign") } else if name.count > 120 { errors.add("name", "Enter a name of 120 characters or fewer") }
    let chosen = versions.first { $0.id.uuidString.lowercased() == version.lowercased() }
    if chosen == nil { errors.add("version", "Choose the guidance to give") }
    let how = Channel(rawValue: channel).flatMap { Channel.ofCampaigns.contains($0) ? $0 : nil }
    if how == nil { errors.add("channel", "Choose how it is given") }
    let why = Occasion(rawValue: occasion).flatMap { Occasion.forCampaigns.contains($0) ? $0 : nil }
    if why == nil { errors.add("occasion", "Choose why it is given") }
    let places = allowed.filter { districts.contains($0.slug) }
    if places.isEmpty || places.count != Set(districts).count { errors.add("district", "Choose at least one district of yours") }
    let known = offered.map(\.rawValue).filter(kinds.contains)
    if known.isEmpty { errors.add("kind", "Choose at least one kind of licence") }
    if let chosen, !known.isEmpty, Set(known).isDisjoint(with: chosen.audience) { errors.add("kind", "This guidance is for none of these kinds: choose others, or other guidance") }
    let whom = Population.Gap(rawValue: gap)
    if whom == nil { errors.add("gap", "Choose who is reached") }
    let areas = postcodes.split { ", ;\n\t".contains($0) }.map { $0.uppercased() }
    if let wrong = areas.first(where: { !(1...8).contains($0.count) || !$0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } || $0.first?.isLetter != true }) {
      errors.add("postcodes", "“\(wrong)” does not begin a postcode. Enter WR1, WR5 and so on, with commas between")
    }
    let licences = registrations.split(separator: " ").compactMap { UUID(uuidString: String($0)) }
    let near = UUID(uuidString: hotSpot)?.uuidString.lowercased()
    guard errors.isEmpty, let chosen, let how, let why, let whom else { return .invalid(errors) }
    return .valid(NewCampaign(
      name: name,
      population: Population(
        authorities: places.map(\.id).sorted(), kinds: known, statuses: ["current"] + (suspended ? ["suspended"] : []), gap: whom,
        postcodes: areas.isEmpty ? nil : areas, registrations: licences.isEmpty ? nil : licences.map { $0.uuidString.lowercased() },
        hotSpot: near, metres: near == nil ? nil : min(max(Int(metres) ?? 0, 0), 5_000)),
      versionID: chosen.id, channel: how, occasion: why))
  }
}

struct CampaignFormPage: Page {
  static let template = "site/form"
  let campaign: Campaign?
  let form: CampaignForm
  let versions: [CampaignVersion]
  let districts: [Settings.Authority]
  let offered: [LicenceKind]
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let action = campaign.map { $0.path + "/edit" } ?? Path.campaigns + "/new"
    let kinds = offered.map { Field.Choice($0.rawValue, $0.plural) }
    let listed = form.registrations.split(separator: " ").count
    var parts: [FormView.Part] = [
      .field(.hidden("seen", String(form.seen))), .field(.hidden("registrations", form.registrations)),
      .field(.hidden("hot-spot", form.hotSpot)), .field(.hidden("metres", form.metres)),
      .field(.text("name", "Name of the campaign", form.name, hint: "Such as “Private hire, Redditch, autumn 2026”", autocomplete: "off")),
      .heading("What is given"),
      .field(.select("version", "Guidance", form.version, [.init("", "Choose the guidance")] + versions.map { .init($0.id.uuidString, $0.name) })),
      .field(.select("occasion", "Why", form.occasion, Occasion.forCampaigns.map { .init($0.rawValue, $0.name) })),
      .field(.radios("channel", "How is it given?", form.channel, Channel.ofCampaigns.map { .init($0.rawValue, $0.name, hint: Self.hint($0)) })),
      .heading("Who it is for"),
    ]
    if listed > 0 { parts.append(.inset("Only the \(listed == 1 ? "one licence" : "\(listed.grouped) licences") chosen before, of those below.")) }
    if !form.hotSpot.isEmpty { parts.append(.inset("Only places in the hot spot\((Int(form.metres) ?? 0) > 0 ? " and \(form.metres) metres around it" : ""), of those below.")) }
    parts += [
      .field(.checkboxes("district", "Districts", form.districts, districts.map { .init($0.slug, $0.name) })),
      .field(.checkboxes("kind", "Kinds of licence", form.kinds, kinds)),
      .field(.radios("gap", "Who of them?", form.gap, Population.Gap.allCases.map { .init($0.rawValue, $0.name) })),
      .field(.checkboxes("suspended", "Not current", form.suspended ? ["yes"] : [], [.init("yes", "Also those who are suspended")], isOptional: true)),
      .field(.text("postcodes", "Only postcodes that begin with", form.postcodes, hint: "Such as WR1, WR5", width: .twenty, autocomplete: "off", isOptional: true)),
    ]
    return FormView(
      action: action, tokens: tokens, parts: versions.isEmpty ? [.inset("No guidance is in effect. A licensing manager publishes it in the guidance library.")] : parts,
      buttons: (versions.isEmpty ? [] : [.init(campaign == nil ? "See who would be reached" : "Save and see who would be reached")])
        + [.init("Cancel", .link(address: campaign?.path ?? Path.campaigns))], errors: errors
    ).viewData.merging([
      "title": campaign == nil ? "Draw up a campaign" : "Change the campaign",
      "lead": "Nothing goes out from here: you see first who would be reached, and who would not and why.",
      "breadcrumbs": Breadcrumbs([Breadcrumb("Campaigns", Path.campaigns)] + (campaign.map { [Breadcrumb($0.name, $0.path)] } ?? []) + [Breadcrumb(campaign == nil ? "New" : "Change")]),
    ])
  }

  private static func hint(_ channel: Channel) -> String? {
    switch channel {
    case .letter: "To those with a postal address"
    case .email: "To those with an e-mail address"
    case .smsLink: "To those with a telephone number"
    case .hand: "From a worksheet in walking order; you record who was reached"
    case .withLicencePack: "You record who was sent their pack"
    case .eventHandout: "You record who was there"
    case .portal: nil
    }
  }

  static var samples: [CampaignFormPage] { [] }
}
