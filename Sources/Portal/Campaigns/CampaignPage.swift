import Domain
import Foundation
import Web

/// One campaign: the dry run of a draft, the progress of a running one, the report of one that has ended.
struct CampaignPage: Page {
  static let template = "campaigns/campaign"
  let campaign: Campaign
  let tallies: [CampaignTally]
  let history: Timeline
  let settings: Settings?
  let mayRun: Bool
  let mayExport: Bool
  let today: Day
  let tokens: [FormToken]

  private func count(_ states: RecipientState...) -> Int { tallies.filter { states.contains($0.state) }.reduce(0) { $0 + $1.count } }
  private var given: Int { count(.issued, .failed, .returned) }
  private var meant: Int { given + count(.planned) }
  private var acknowledged: Int { tallies.reduce(0) { $0 + $1.acknowledged } }

  private func address(_ state: RecipientState?, _ reason: RecipientReason? = nil, in authority: Int? = nil) -> String {
    QueryItems(path: campaign.path + "/recipients", [
      ("state", state?.rawValue ?? ""), ("reason", reason?.rawValue ?? ""), ("district", authority.flatMap { settings?.authority($0)?.slug } ?? ""),
    ]).address
  }

  private var figures: Figures {
    let waiting = count(.planned)
    var all: [Figures.Figure] = []
    switch campaign.state {
    case .draft: all.append(.init(waiting, "would be given it", address(.planned)))
    case .cancelled where waiting > 0: all.append(.init(waiting, "were not reached", address(.planned), state: .overdue))
    default: if waiting > 0 || given == 0 { all.append(.init(waiting, "waiting", address(.planned))) }
    }
    if campaign.state != .draft, campaign.state != .ready {
      all.append(.init(count(.issued), "given, and not come back", address(.issued), state: count(.issued) > 0 ? .inOrder : nil))
      all.append(.init(count(.returned), "came back", address(.returned), state: count(.returned) > 0 ? .due : nil))
      all.append(.init(count(.failed), "not delivered", address(.failed), state: count(.failed) > 0 ? .overdue : nil))
    }
    all.append(.init(count(.excluded), campaign.state == .draft ? "would be left out" : "left out", address(.excluded)))
    return Figures(all)
  }

  private struct Reason: Sendable {
    var reason: RecipientReason
    var count: Int
  }

  private var reasons: TrustedHTML {
    let grouped = Dictionary(grouping: tallies.filter { $0.reason != nil && $0.state == .excluded }) { $0.reason }
    let rows = grouped.compactMap { reason, all in reason.map { Reason(reason: $0, count: all.reduce(0) { $0 + $1.count }) } }
      .sorted { ($1.count, $0.reason.rawValue) < ($0.count, $1.reason.rawValue) }
    guard !rows.isEmpty else { return .none }
    let link: @Sendable (RecipientReason) -> String = { [self] in address(.excluded, $0) }
    return Table<Reason>(rowHeader: "reason", [
      .link("reason", "Why", to: { link($0.reason) }, { $0.reason.words }), .number("count", "Licences") { $0.count },
      .text("mend", "What to do") {
        !$0.reason.isMendable ? nil : campaign.isListed ? "Put the record right, then draw up another" : "Put the record right and look again"
      },
    ]).html(rows, caption: "Left out, by reason")
  }

  private struct District: Sendable {
    var id: Int?
    var name: String
    var tallies: [CampaignTally]
    func count(_ states: RecipientState...) -> Int { tallies.filter { states.contains($0.state) }.reduce(0) { $0 + $1.count } }
  }

  private var districts: TrustedHTML {
    var rows = campaign.authorities.map { id in
      District(id: id, name: settings?.authority(id)?.name ?? "", tallies: tallies.filter { $0.authority == id })
    }
    if rows.count > 1 { rows.append(District(id: nil, name: "Together", tallies: tallies)) }
    let link: @Sendable (RecipientState, Int?) -> String = { [self] in address($0, in: $1) }
    func number(_ heading: String, _ state: RecipientState) -> Column<District> {
      Column(state.rawValue, heading, align: .end) { .link(address: link(state, $0.id), text: $0.count(state).grouped) }
    }
    var columns: [Column<District>] = [
      .text("district", "District") { $0.name },
      .number("all", "In the population") { $0.tallies.reduce(0) { $0 + $1.count } },
      number(campaign.isListed ? "Left out" : "Would be left out", .excluded),
      number(campaign.isListed ? "Waiting" : "Would be given", .planned),
    ]
    if campaign.startedAt != nil {
      columns += [
        number("Given", .issued), number("Came back", .returned), number("Not delivered", .failed),
        .number("acknowledged", "Acknowledged") { $0.tallies.reduce(0) { $0 + $1.acknowledged } },
      ]
    }
    return Table(rowHeader: "district", narrow: .scrolls, columns).html(rows, caption: "\(campaign.name) by district")
  }

  private var facts: SummaryList {
    SummaryList([
      .init("Guidance", campaign.versionName), .init("How", campaign.channel.name), .init("Why", campaign.occasion.name),
      .init("Who", campaign.population.sentence(settings)),
      .init("Drawn up", "\(campaign.author ?? ""), \(London.time(of: campaign.createdAt))"),
    ] + (campaign.listedOn.map { [.init("List fixed", "As of \($0.words)")] } ?? [])
      + (campaign.startedAt.map { [.init("Started", "\(campaign.startedBy ?? ""), \(London.time(of: $0))")] } ?? [])
      + (campaign.endedAt.map { [.init(campaign.state == .cancelled ? "Cancelled" : "Finished", London.time(of: $0))] } ?? []))
  }

  private struct Action: ViewModel {
    var to: String
    var label: String
    var isSecondary = true
    var viewData: ViewData { ["to": to, "label": label, "isSecondary": isSecondary] }
  }

  /// What this officer can do with it as it stands, most likely first.
  private var actions: [Action] {
    guard mayRun else { return [] }
    switch campaign.state {
    case .draft: return count(.planned) > 0 ? [Action(to: "ready", label: "Fix this list", isSecondary: false)] : []
    case .ready: return [Action(to: "running", label: campaign.channel.isSent ? "Run the campaign" : "Start", isSecondary: false), Action(to: "draft", label: "Throw the list away")]
    case .running: return [Action(to: "paused", label: "Pause")]
    case .paused: return [Action(to: "running", label: "Resume", isSecondary: false)]
    case .finished, .cancelled: return []
    }
  }

  private var isByLetter: Bool { campaign.channel == .letter }

  private var lead: String {
    let waiting = count(.planned)
    switch campaign.state {
    case .draft:
      if tallies.isEmpty { return "Nobody is in this population. Change who it is for." }
      return "This is a dry run: nothing has gone out. As of \(today.words) it would go to \(waiting.grouped) of \(count(.planned, .excluded).grouped) licences."
    case .ready:
      return campaign.channel.isSent
        ? "The list is fixed. Nothing has gone out yet. Whoever is given guidance in another way before their turn comes is left out then." + (isByLetter ? " A letter counts as given on the day it is run: run it on the day of posting." : "")
        : "The list is fixed. Print the worksheet, then start, and record who was reached."
    case .running:
      if campaign.isAtWork { return "\(given.grouped) of \(meant.grouped) have been given it." }
      return "\(given.grouped) of \(meant.grouped) have been recorded. Record who was reached, from the worksheet."
    case .paused: return "It is paused: nothing goes out. \(given.grouped) of \(meant.grouped) have been given it."
    case .cancelled: return given == 0 ? "It was cancelled before anything went out." : "It was cancelled after \(given.grouped) of \(meant.grouped) had been given it. Their guidance counts."
    case .finished:
      let came = count(.returned) + count(.failed)
      let back = came == 0 ? "none came back or failed" : "\(came.grouped) came back or could not be delivered"
      return "\(given.grouped) licences were given \(campaign.versionName); \(back), \(acknowledged == 0 ? "nobody has" : acknowledged.grouped + (acknowledged == 1 ? " has" : " have")) acknowledged it."
        + (isByLetter ? " Print and post the letters if that is not done yet." : "")
    }
  }

  var viewData: ViewData {
    let byHand = !campaign.channel.isSent && campaign.state == .running && campaign.restGivenOn == nil
    let canReturn = mayRun && campaign.channel == .letter && given > 0
    return [
      "title": campaign.name, "breadcrumbs": Breadcrumbs(Breadcrumb("Campaigns", Path.campaigns), Breadcrumb(campaign.name)), "stateHTML": campaign.state.tag.html,
      "versionName": campaign.versionName, "channel": campaign.channel.name, "lead": lead, "failure": campaign.failure,
      "isAtWork": campaign.isAtWork, "done": given, "total": max(meant, 1), "percent": "\(Percent.whole(given, of: meant) ?? 0)%", "path": campaign.path,
      "figures": figures, "actions": actions, "stateAddress": campaign.path + "/state", "tokensHTML": TrustedHTML.joined(tokens.map(\.html)),
      "editAddress": mayRun && campaign.state == .draft ? campaign.path + "/edit" : nil,
      "lettersAddress": mayRun && campaign.channel == .letter && campaign.startedAt != nil ? campaign.path + "/letters" : nil,
      "worksheetAddress": campaign.isListed && meant > 0 ? campaign.path + "/worksheet" : nil,
      "givenAddress": mayRun && byHand ? campaign.path + "/given" : nil, "returnsAddress": canReturn ? campaign.path + "/returns" : nil,
      "resendAddress": mayRun && count(.failed, .returned) > 0 && [.finished, .running, .paused].contains(campaign.state) ? campaign.path + "/resend" : nil,
      "copyAddress": mayRun && [.finished, .cancelled].contains(campaign.state) ? campaign.path + "/copy" : nil,
      "exportAddress": mayExport && !tallies.isEmpty ? campaign.path + "/recipients.csv" : nil,
      "canCancel": mayRun && [.draft, .ready, .running, .paused].contains(campaign.state),
      "cancelWords": given > 0 ? "What was given stays given. The \(count(.planned).grouped) who wait are not reached. A cancelled campaign cannot be resumed." : "Nothing has gone out. A cancelled campaign cannot be resumed.",
      "reasonsHTML": reasons, "hasReasons": tallies.contains { $0.state == .excluded }, "districtsHTML": districts, "hasDistricts": !tallies.isEmpty, "facts": facts, "history": history,
    ]
  }

  static var samples: [CampaignPage] { [] }
}
