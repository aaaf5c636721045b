import Domain
import Foundation
import Web

/// Hot spots by state, on a map and in a table that says the same.
struct HotSpotsPage: Page {
  static let template = "hotspots/list"
  let rows: [HotSpot]
  let coverage: [UUID: HotSpotCoverage]
  /// Of those that are designated: whether there is a multi-agency plan, and why not.
  let plans: [UUID: PlanStanding]
  let map: TrustedHTML
  let query: QueryItems
  let settings: Settings?
  let today: Day
  let mayPropose: Bool
  /// Reviews that are due within days, or overdue.
  let due: Int
  /// Places that items which the officer may see suggest.
  let suggested: Int
  let maySeeSuggestions: Bool

  var viewData: ViewData {
    let settings = settings, today = today, coverage = coverage, plans = plans
    let table = Table<HotSpot>(rowHeader: "name", [
      Column("name", "Hot spot") { .titled(address: $0.path, text: $0.name, note: $0.reference) },
      .tag("state", "State") { $0.state.tag },
      .text("district", "District") { settings?.authority($0.authority)?.name },
      .text("csp", "Partnership") { row in settings?.county.partnerships.first { $0.id == row.partnership }?.name },
      .text("age", "Designated") { row in row.designatedOn.map { today == $0 ? "Today" : "\($0.unbroken), \(today.dayNumber - $0.dayNumber) \(today.dayNumber - $0.dayNumber == 1 ? "day" : "days") ago" } },
      .text("review", "Look at it again by") { $0.reviewWords(today) },
      .text("plan", "Multi-agency plan") { plans[$0.id]?.words },
      .text("guidance", "Places with guidance") { coverage[$0.id]?.insideWords },
      .text("rest", "Rest of the district") { coverage[$0.id]?.outsideWords },
    ])
    let any = Field.Choice("", "Any")
    let form = FormView(
      action: Path.hotSpots, method: .get,
      parts: [
        .field(.select("state", "State", query["state"] ?? "", [any] + HotSpotState.allCases.map { .init($0.rawValue, $0.name) })),
        .field(.select("csp", "Partnership", query["csp"] ?? "", [any] + (settings?.county.partnerships ?? []).map { .init(String($0.id), $0.name) })),
        .field(.select("review", "Review", query["review"] ?? "", [any, .init("due", "Due within \(HotSpotRules.dueSoonDays) days or overdue")])),
      ], buttons: [.init("Apply filter", .secondary)])
    let chosen: [FilterPanel.Chosen] = [
      ("state", query["state"].flatMap(HotSpotState.init)?.name), ("csp", query["csp"].flatMap(Int.init).flatMap { id in settings?.county.partnerships.first { $0.id == id }?.name }),
      ("review", query["review"] == "due" ? "Review due" : nil),
    ].compactMap { name, label in label.map { FilterPanel.Chosen($0, removeAddress: query.removing(name).address) } }
    return [
      "title": "Hot spots", "addAddress": mayPropose ? Path.hotSpots + "/new" : nil, "mapHTML": MapDrawing.figure(map),
      "dueWords": due == 0 ? nil : due == 1 ? "One hot spot is to be looked at again within \(HotSpotRules.dueSoonDays) days, or should have been." : "\(due) hot spots are to be looked at again within \(HotSpotRules.dueSoonDays) days, or should have been.",
      "suggestedWords": suggested == 0 ? nil : suggested == 1 ? "One place is suggested by items near one another." : "\(suggested) places are suggested by items near one another.",
      "suggestionsAddress": maySeeSuggestions ? Path.suggestions : nil, "mapAddress": Path.hotSpotMap,
      "dueAddress": Path.hotSpots + "?review=due", "filter": FilterPanel(form: form, chosen: chosen, clearAddress: Path.hotSpots),
      "note": "Places are premises, accommodation and operators’ bases with a current licence or registration, in the hot spot or within \(HotSpotRules.buffer) metres of it. Guidance is counted as of today.",
      "tableHTML": table.html(
        rows, caption: "Hot spots, those to be looked at first at the top",
        empty: chosen.isEmpty
          ? .init("No hot spots yet", "A place that is proposed to tasking appears here.", link: mayPropose ? "Propose a hot spot" : nil, address: mayPropose ? Path.hotSpots + "/new" : nil)
          : .init("Nothing matches", "Take a filter away to see more.", link: "Clear all filters", address: Path.hotSpots)),
    ]
  }

  static var samples: [HotSpotsPage] {
    [HotSpotsPage(rows: [], coverage: [:], plans: [:], map: .none, query: QueryItems(path: Path.hotSpots), settings: nil, today: Day(dayNumber: 739_943), mayPropose: true, due: 0, suggested: 2, maySeeSuggestions: true)]
  }
}

extension HotSpot {
  /// "3 May 2026, overdue"; "Now: it lost what it rests on"
  func reviewWords(_ today: Day) -> String? { hasLostGround ? "Now: it lost what it rests on" : reviewDayWords(today) }

  /// The day alone, for papers that leave the meeting: what became of the information is told to those who decide.
  func reviewDayWords(_ today: Day) -> String? {
    guard state.isLive, let reviewBy else { return nil }
    if reviewBy < today { return "\(reviewBy.unbroken), overdue" }
    return reviewBy <= today + HotSpotRules.dueSoonDays ? "\(reviewBy.unbroken), due soon" : reviewBy.unbroken
  }
}

/// One hot spot: where it stands, what is in it, what was decided.
struct HotSpotPage: Page {
  static let template = "hotspots/hotspot"
  let hotSpot: HotSpot
  let metres: Int
  let places: [HotSpotPlace]
  let coverage: HotSpotCoverage?
  let frame: MapFrame?
  let decisions: [HotSpotDecision]
  let consultations: [Consultation]
  let campaigns: [HotSpotCampaign]
  let tokens: [FormToken]
  /// Nil where it is not designated.
  let plan: PlanStanding?
  /// What it was suggested by, and items before and after; nil for whoever reads no intelligence.
  let suggestedBy: SuggestedBy?
  let displacement: Displacement?
  let settings: Settings?
  let today: Day
  let officer: Officer
  var basis: HotSpotBasis?

  private var placeTable: Table<HotSpotPlace> {
    let settings = settings
    let seesRegister = officer.reach[.readRegister] ?? []
    return Table(rowHeader: "name", [
      Column("name", "Place") { place in
        let lines = place.address.split(separator: "\n").map(String.init).filter { $0 != place.title }
        let note = lines + [place.postcode].compactMap { $0 }
        return seesRegister.contains(place.authority)
          ? .titled(address: Path.location(place.id), text: place.title, note: note.joined(separator: ", ")) : .text(([place.title] + note).joined(separator: ", "))
      },
      .text("register", "Known as") { $0.registerWords },
      .text("district", "District") { settings?.authority($0.authority)?.name },
      .text("distance", "Where") { $0.isInside ? "Inside" : "\($0.distance.grouped) m outside" },
      .tag("guidance", "Guidance") { $0.guidance.tag },
    ])
  }

  /// Steps with their addresses; what stands in the way is said, not hidden.
  private var steps: (buttons: [ViewData], obstacles: [String]) {
    var buttons: [ViewData] = []
    var obstacles: [String] = []
    for step in hotSpot.state.steps {
      if step == .propose {
        if officer.may(.proposeHotSpots, in: hotSpot.authority) { buttons.append(["label": step.action, "address": hotSpot.path + "/proposal", "class": ""]) }
        continue
      }
      guard officer.may(.designateHotSpots, in: hotSpot.authority) else { continue }
      if step == .designate, let obstacle = HotSpotRules.obstacle(toDesignating: hotSpot.proposedBy, by: officer.id, answeredOn: hotSpot.answeredOn, decidedOn: today) {
        obstacles.append(obstacle.words + ".")
        continue
      }
      let ends = step == .deDesignate || step == .reject
      buttons.append([
        "label": step.action, "address": hotSpot.path + "/decisions/" + step.rawValue, "class": ends ? "govuk-button--secondary" : buttons.isEmpty ? "" : "govuk-button--secondary",
      ])
    }
    return (buttons, obstacles)
  }

  private var facts: SummaryList {
    SummaryList([
      .init("Reference", hotSpot.reference), .init("State", .tag(hotSpot.state.tag)), .init("District", settings?.authority(hotSpot.authority)?.name),
      .init("Partnership", settings?.county.partnerships.first { $0.id == hotSpot.partnership }?.name), .init("Kind of place", hotSpot.theme.name),
      .init("Reasons", hotSpot.reasons.map(\.name).joined(separator: "; ")),
      .init("Size", hotSpot.sizeWords),
      .init("Suggested by", suggestedBy.flatMap { by in settings.map { by.words($0.policy.suggestions) } }),
      .init("Proposed", hotSpot.proposedOn.map { "\($0.words), by \(hotSpot.proposer ?? "somebody who left")" }),
      .init("Designated", hotSpot.designatedOn.map { "\($0.words), by \(hotSpot.designator ?? "somebody who left")" }),
      .init("Look at it again by", hotSpot.reviewWords(today)), .init("Ended", hotSpot.endedOn?.words),
    ].filter { entry in if case .nothing = entry.value { false } else { true } })
  }

  /// The test of a multi-agency plan, condition by condition.
  private var planLights: StatusLights? {
    guard let plan else { return nil }
    func light(_ name: String, _ fits: Bool, _ yes: String, _ no: String) -> StatusLight { StatusLight(name, fits ? .inOrder : .overdue, fits ? yes : no) }
    let owners = plan.owners.compactMap { settings?.organisation($0)?.name }.joined(separator: ", ")
    return StatusLights([
      light("Plan", plan.plan != nil && plan.approved, "Approved", plan.plan == nil ? "There is no plan" : "The plan is not approved"),
      StatusLight(
        "Organisations", plan.organisations >= 2 ? .inOrder : .overdue, plan.organisations == 0 ? "No action is agreed" : owners, reason: plan.organisations >= 2 ? nil : "Two or more are needed"),
      light("Missing Children, CSE and Trafficking Group", plan.consulted, "Has answered", "Has not answered"),
    ])
  }

  private var gapWords: String {
    let unguided = places.count { $0.guidance == .none }
    if places.isEmpty { return "No premises, accommodation or operator’s base with a current licence or registration is known here." }
    if unguided == 0 { return "Every place here has guidance in force." }
    return unguided == 1 ? "One place here has no guidance in force." : "\(unguided.grouped) places here have no guidance in force."
  }

  private var history: Table<HotSpotDecision> {
    Table(rowHeader: "what", [
      .text("what", "Decision") { $0.step.past.prefix(1).uppercased() + $0.step.past.dropFirst() }, .date("on", "On") { $0.decidedOn.short },
      .text("by", "By") { row in [row.decider ?? "Somebody who left", row.second.map { "proposed by \($0)" }].compactMap { $0 }.joined(separator: ", ") },
      .text("meeting", "Meeting") { $0.meeting.isEmpty ? nil : $0.meeting }, .text("reason", "Reasons", width: .third) { $0.reason }, .date("review", "Review by") { $0.reviewBy?.short },
    ])
  }

  var viewData: ViewData {
    let asked = Table<Consultation>(rowHeader: "asked", [
      .date("asked", "Asked") { $0.askedOn.short }, .date("answered", "Answered") { $0.answeredOn?.short ?? "Not yet" }, .text("view", "View") { $0.view?.name },
      .text("comments", "Comments", width: .half) { $0.comments.isEmpty ? nil : $0.comments },
    ])
    let bufferForm = FormView(
      action: hotSpot.path, method: .get,
      parts: [.field(.select("metres", "Count places as far away as", String(metres), HotSpotRules.buffers.map { .init(String($0), $0 == 0 ? "Only inside" : "\($0) metres") }))],
      buttons: [.init("Show", .secondary)])
    let mayAsk = officer.may(.proposeHotSpots, in: hotSpot.authority) && hotSpot.endedOn == nil
    let (buttons, obstacles) = steps
    let begun = Table<HotSpotCampaign>(rowHeader: "name", [
      .link("name", "Campaign for this hot spot", to: { Path.campaign($0.id) }, { $0.name }), .text("state", "State") { $0.state.name }, .number("given", "Given to") { $0.given },
    ])
    let concern = displacement.flatMap { displacement in settings.map { DisplacementSection(displacement, $0.policy.suggestions, hotSpot, officer, metres: metres) } }
    return [
      "concern": concern, "mapAddress": Path.hotSpotMap,
      "title": hotSpot.name, "breadcrumbs": Breadcrumbs(Breadcrumb("Hot spots", Path.hotSpots), Breadcrumb(hotSpot.reference)),
      "tagHTML": hotSpot.state.tag.html, "reference": hotSpot.reference, "district": settings?.authority(hotSpot.authority)?.name ?? "",
      "steps": buttons, "hasSteps": !buttons.isEmpty, "obstacles": obstacles.map { ["words": $0] as ViewData }, "facts": facts,
      "mapHTML": frame.map { MapDrawing.hotSpot(hotSpot, $0, places) } ?? .none, "legendHTML": MapDrawing.legend, "bufferHTML": bufferForm.html,
      "mapWords": "The solid line is the hot spot, the dashed line the \(metres) metres that are counted with it, the dotted line \(HotSpotRules.displacement) metres more to which harm may be displaced.",
      "isWide": metres > 0, "gapWords": gapWords, "isPlanned": plan != nil, "planLights": planLights,
      "planWords": plan.map { $0.faults.isEmpty ? "This hot spot has a multi-agency plan.\($0.overdue == 0 ? "" : $0.overdue == 1 ? " One action is overdue." : " \($0.overdue) actions are overdue.")"
        : "This hot spot has no multi-agency plan: \($0.faults.map(\.words).joined(separator: "; ").lowercasedFirst)." },
      "planAddress": plan.flatMap { standing in
        standing.plan.map(Path.plan) ?? (officer.may(.managePlans, in: hotSpot.authority) ? hotSpot.path + "/plan" : nil)
      }, "planLabel": plan?.plan == nil ? "Begin a plan" : "See the plan",
      "inside": coverage?.insideWords ?? "No places", "outside": coverage?.outsideWords ?? "No places", "campaignHTML": GapCampaigns.form(hotSpot, places, within: metres, officer, tokens: tokens)?.html,
      "hasCampaigns": !campaigns.isEmpty, "campaignsHTML": begun.html(campaigns, caption: "Campaigns for this hot spot"),
      "placesHTML": placeTable.html(places, caption: "Places in and around the hot spot, the nearest first", empty: .init("No places", "Choose a wider distance to see more.")),
      "consultationsHTML": asked.html(consultations, caption: "Consultation of the Missing Children, CSE and Trafficking Group", empty: .init("The group has not been asked", "A designation needs its answer.")),
      "askAddress": mayAsk ? hotSpot.path + "/consultation" : nil, "askLabel": hotSpot.askedOn == nil ? "Record that the group was asked" : "Record the group’s answer",
      "basis": basis?.view,
      "decisionsHTML": history.html(decisions, caption: "Decisions, latest first", empty: .init("Nothing has been decided yet")),
    ]
  }

  static var samples: [HotSpotPage] { [] }
}
