import Domain
import Foundation
import Web

extension Plan {
  var tag: StatusTag { closedOn != nil ? StatusTag("Closed", .grey) : approvedOn != nil ? StatusTag("Approved", .green) : StatusTag("Draft", .yellow) }
}

extension PlanActionState {
  var tag: StatusTag {
    switch self {
    case .proposed: StatusTag(name, .yellow)
    case .agreed: StatusTag(name, .lightBlue)
    case .inProgress: StatusTag(name, .blue)
    case .blocked: StatusTag(name, .red)
    case .donePendingVerification: StatusTag(name, .purple)
    case .verified: StatusTag(name, .green)
    case .cancelled: StatusTag(name, .grey)
    }
  }
}

/// Plans and their actions, as sheets.
enum PlanPages {
  static func crumbs(_ plan: Plan, _ here: String? = nil) -> [Breadcrumb] {
    let road = [Breadcrumb("Hot spots", Path.hotSpots), Breadcrumb(plan.hotSpotReference, Path.hotSpot(plan.hotSpot))]
    return here.map { road + [Breadcrumb(plan.reference, plan.path), Breadcrumb($0)] } ?? road + [Breadcrumb(plan.reference)]
  }

  static func plan(_ plan: Plan, _ actions: [PlanAction], history: Timeline, _ settings: Settings, officer: Officer, today: Day) -> Sheet {
    let manages = officer.may(.managePlans, in: plan.authority) && plan.closedOn == nil
    var sheet = Sheet(
      title: "Plan for \(plan.hotSpotName)", crumbs: crumbs(plan), line: Sheet.line(plan.tag, plan.reference, settings.authority(plan.authority)?.name))
    if manages {
      sheet.actions = [.init("Add an action", plan.path + "/actions", isPrimary: true), .init("Change the plan", plan.path + "/edit")]
      if plan.approvedOn == nil, plan.createdBy != officer.id { sheet.actions.append(.init("Approve it", plan.path + "/approval")) }
      if PlanRules.obstacle(toClosing: plan.texts.assessment, openActions: plan.openActions) == nil { sheet.actions.append(.init("Close it", plan.path + "/end")) }
    }
    if plan.closedOn == nil {
      sheet.lead = plan.faults.isEmpty ? "It passes the test of a multi-agency plan." : "It is not a multi-agency plan yet: \(plan.faults.map(\.words).joined(separator: "; ").lowercasedFirst)."
      sheet.lights = lights(plan)
    }
    var facts: [SummaryList.Entry] = [
      .init("Hot spot", .link(address: Path.hotSpot(plan.hotSpot), text: plan.hotSpotName), note: plan.designatedOn.map { "Designated on \($0.words)" }),
      .init("Objective", plan.texts.objective), .init("Begun", "\(plan.begunOn.words), by \(plan.author ?? "somebody who left")"),
      .init("Approved", plan.approvedOn.map { "\($0.words), by \(plan.approver ?? "somebody who left")" }, note: plan.timeWords),
      .init("Look at it again by", plan.closedOn == nil ? plan.reviewBy < today ? "\(plan.reviewBy.words), overdue" : plan.reviewBy.words : nil),
      .init("Linked with", plan.initiatives.isEmpty ? nil : plan.initiatives.map(\.name).joined(separator: ", ")),
    ]
    if let closed = plan.closedOn { facts.append(.init("Closed", closed.words, note: plan.closedBecause)) }
    sheet.facts = SummaryList(facts.filter { if case .nothing = $0.value { false } else { true } })
    let table = Table<PlanAction>(rowHeader: "what", [
      .number("number", "Number") { $0.number }, .link("what", "Action", to: { $0.path }, { $0.what }), .text("theme", "For") { $0.theme.name },
      Column("owner", "Organisation") { .text([settings.organisation($0.organisation)?.name, $0.lead].compactMap { $0 }.joined(separator: ": ")) },
      .date("due", "Due") { $0.dueWords(today) }, .tag("state", "State") { $0.shown.tag },
    ])
    sheet.sections = [
      .init("Actions", id: "actions", table.html(
        actions, caption: "Actions of the plan", empty: .init("No actions yet", "A multi-agency plan takes agreed actions of two organisations or more.", link: manages ? "Add an action" : nil, address: manages ? plan.path + "/actions" : nil)))
    ]
    let texts: [(String, String)] = [
      ("Scanning", plan.texts.scanning), ("Analysis: the place", plan.texts.place), ("Analysis: the other sides", plan.texts.others), ("Response", plan.texts.response),
      ("Baseline", plan.texts.baseline), ("Assessment", plan.texts.assessment),
    ].filter { !$0.1.isEmpty }
    if !texts.isEmpty { sheet.factsBelow = SummaryList(texts.map { .init($0.0, $0.1) }) }
    sheet.history = history
    return sheet
  }

  private static func lights(_ plan: Plan) -> [StatusLight] {
    [
      StatusLight("Approval", plan.approvedOn == nil ? .overdue : .inOrder, plan.approvedOn.map { "Approved on \($0.words)" } ?? "Not approved"),
      StatusLight(
        "Organisations", plan.organisations >= 2 ? .inOrder : .overdue,
        plan.organisations == 0 ? "No action is agreed" : "\(plan.organisations) with agreed actions", reason: plan.organisations >= 2 ? nil : "Two or more are needed"),
      StatusLight("Missing Children, CSE and Trafficking Group", plan.groupAnswered ? .inOrder : .overdue, plan.groupAnswered ? "Has answered" : "Has not answered"),
    ]
  }

  /// - Parameter reads: whether the reader is told what was done; others are told where it stands.
  static func action(
    _ action: PlanAction, steps: [PlanStep], reads: Bool, campaigns: [HotSpotCampaign], report: FormView?, history: Timeline, _ settings: Settings, officer: Officer, today: Day
  ) -> Sheet {
    var sheet = Sheet(
      title: action.what,
      crumbs: [Breadcrumb("Hot spots", Path.hotSpots), Breadcrumb(action.planReference, Path.plan(action.plan)), Breadcrumb("Action \(action.number)")],
      line: Sheet.line(action.shown.tag, "Action \(action.number) of \(action.planReference)", action.isOverdue(today) ? "Overdue" : nil))
    if officer.may(.managePlans, in: action.authority), !action.state.isOver, !action.planClosed { sheet.actions = [.init("Change it", action.path + "/edit")] }
    var facts: [SummaryList.Entry] = [
      .init("Plan", .link(address: Path.plan(action.plan), text: action.planReference)), .init("Hot spot", .link(address: Path.hotSpot(action.hotSpot), text: action.hotSpotName)),
      .init("For", action.theme.name), .init("Organisation", settings.organisation(action.organisation)?.name), .init("Led there by", action.lead),
      .init("Due by", action.dueWords(today)), .init("Stands so since", action.since.words),
    ]
    if let wanted = action.coverageWanted {
      facts.append(.init(
        "Guidance wanted", "\(wanted)% of the places in and within \(HotSpotRules.buffer) metres of the hot spot", note: action.coverWords,
        actions: [.init("See", of: "guidance there", Path.hotSpot(action.hotSpot) + "#guidance")]))
    }
    sheet.facts = SummaryList(facts)
    if action.isReached, !action.state.isDone { sheet.lead = "The guidance that was agreed is held: the action is done by itself, and can be verified." }
    if let report {
      sheet.sections.append(.init("Say how it goes on", id: "report", words: action.shown == .donePendingVerification ? "It is done. Somebody of another organisation, who has not reported on it, verifies it." : nil, report.html))
      sheet.errorSummary = report.errorSummary
    }
    if action.coverageWanted != nil {
      let table = Table<HotSpotCampaign>(rowHeader: "name", [
        .link("name", "Campaign", to: { Path.campaign($0.id) }, { $0.name }), .text("state", "State") { $0.state.name }, .number("given", "Given to") { $0.given },
      ])
      let start = action.state.isOver || officer.authorities(.runCampaigns).isEmpty ? nil : Path.hotSpot(action.hotSpot) + "#guidance"
      sheet.sections.append(.init(
        "Campaigns that serve it", id: "campaigns", words: "Guidance given in any campaign for this hot spot counts for this action, and so does guidance given otherwise.",
        table.html(campaigns, caption: "Campaigns for the places of the hot spot", empty: .init(
          "No campaign that you may see", "Whoever runs campaigns makes one from the page of the hot spot.", link: start == nil ? nil : "Make one from the hot spot", address: start))))
    }
    let table = Table<PlanStep>(rowHeader: "on", [
      .date("on", "On") { $0.on.short }, .tag("state", "State") { $0.state.tag }, .text("words", "What was done", width: .half) { $0.words },
      .text("evidence", "Evidence") { $0.evidence.isEmpty ? nil : $0.evidence },
      .text("by", "By") { [$0.by ?? "Somebody who left", $0.organisation.flatMap(settings.organisation)?.name].compactMap { $0 }.joined(separator: ", ") },
    ])
    if reads {
      sheet.sections.append(.init("What was done", id: "steps", table.html(steps, caption: "Steps of the action, latest first")))
    } else {
      sheet.sections.append(.init("What was done", id: "steps", words: "What was done is told to \(settings.organisation(action.organisation)?.name ?? "its organisation") and to those who manage the plan."))
    }
    sheet.history = history
    return sheet
  }

  /// The home of a partner of whom nobody has recorded for whom they work.
  static func agencyNotRecorded(_ officer: Officer) -> Sheet {
    var sheet = Sheet(
      title: agencyTitle,
      lead: "Your account does not say yet for whom you work. Ask whoever invited you: they record it with your account, and what your organisation has to do stands here.")
    sheet.actions = agencyActions(officer)
    sheet.sections = [.init(nil, links: [.init("See everybody’s actions", Path.planActions)])]
    return sheet
  }

  private static let agencyTitle = "My organisation’s actions"
  private static func agencyActions(_ officer: Officer) -> [Sheet.Link] { officer.may(.submitIntelligence) ? [.init("Submit information", Path.submit, isPrimary: true)] : [] }

  /// A partner's home.
  static func agency(_ name: String, _ actions: [(action: PlanAction, form: FormView?)], officer: Officer, today: Day) -> Sheet {
    let late = actions.filter { $0.action.isOverdue(today) }.count
    let words = actions.isEmpty ? nil : "\(actions.count == 1 ? "One action is" : "\(actions.count) actions are") not over\(late == 0 ? "." : late == 1 ? ", one of them overdue." : ", \(late) of them overdue.")"
    var sheet = Sheet(title: agencyTitle, line: Sheet.line(nil, name), lead: words)
    sheet.actions = agencyActions(officer)
    sheet.sections = actions.map { action, form in
      .init(
        action.what, id: "action-\(action.id.uuidString.prefix(8).lowercased())",
        words: "\(action.hotSpotName). Due by \(action.dueWords(today)). \(action.shown.name). Led by \(action.lead).\(action.coverWords.map { " \($0), \(action.coverageWanted ?? 0)% wanted." } ?? "")",
        form?.html ?? .none, links: [.init("See action \(action.number) of \(action.planReference)", action.path)])
    }
    if actions.isEmpty {
      sheet.sections = [.init(nil, words: "Nothing is waited for from \(name).", links: [.init("See everybody’s actions", Path.planActions + "?organisation=any")])]
    }
    sheet.sections.append(.init(
      "Daily e-mail", id: "digest", words: "What is overdue is told by e-mail once a day, in counts and links.",
      links: [.init("Turn it on or off", Path.digest)]))
    return sheet
  }
}

extension Plan {
  /// How long it took from the designation to the approval, against the days that are given.
  var timeWords: String? {
    guard let approvedOn, let designatedOn else { return nil }
    let days = max(0, approvedOn.dayNumber - designatedOn.dayNumber)
    return "\(days) \(days == 1 ? "day" : "days") after the designation\(days > PlanRules.daysToPlan ? ", later than \(PlanRules.daysToPlan)" : "")"
  }
}

/// Actions of every plan that one may see, one's own organisation's first.
struct PlanActionsPage: Page {
  static let template = "plans/actions"
  let rows: [PlanAction]
  let pagination: Pagination?
  let query: QueryItems
  let settings: Settings?
  /// For whom the reader works.
  let mine: Int?
  let today: Day

  var viewData: ViewData {
    let settings = settings, today = today
    let organisations = settings?.county.organisations ?? []
    let shown = query["organisation"].flatMap(Int.init) ?? (query["organisation"] == nil ? mine : nil)
    let table = Table<PlanAction>(rowHeader: "what", [
      Column("what", "Action") { .titled(address: $0.path, text: $0.what, note: "\($0.hotSpotName), \($0.planReference)") },
      .text("organisation", "Organisation") { settings?.organisation($0.organisation)?.name }, .text("lead", "Led by") { $0.lead },
      .date("due", "Due", export: { $0.due.iso }) { $0.dueWords(today) }, .tag("state", "State") { $0.shown.tag },
    ])
    let form = FormView(
      action: Path.planActions, method: .get,
      parts: [
        .field(.select("organisation", "Organisation", shown.map(String.init) ?? "any", [.init("any", "Any")] + organisations.map { .init(String($0.id), $0.name) })),
        .field(.select("state", "State", query["state"] ?? "", [.init("", "Not over")] + PlanActionState.allCases.map { .init($0.rawValue, $0.name) })),
        .field(.select("due", "Due", query["due"] ?? "", [.init("", "Any day"), .init("overdue", "Overdue")])),
      ], buttons: [.init("Apply filter", .secondary)])
    let bare = query.removing("after", "before")
    var chosen: [FilterPanel.Chosen] = []
    if let shown, let name = settings?.organisation(shown)?.name { chosen.append(.init(name, removeAddress: bare.setting("organisation", "any").address)) }
    if let state = query["state"].flatMap(PlanActionState.init) { chosen.append(.init(state.name, removeAddress: bare.removing("state").address)) }
    if query["due"] == "overdue" { chosen.append(.init("Overdue", removeAddress: bare.removing("due").address)) }
    let own = mine.flatMap { settings?.organisation($0)?.name }
    return [
      "title": "Actions", "pagination": pagination, "filter": FilterPanel(form: form, chosen: chosen, clearAddress: Path.planActions + "?organisation=any"),
      "words": own.map { "You work for \($0)." } ?? "Your account does not say for whom you work. Once whoever manages accounts has recorded it, your own organisation’s actions stand here first.",
      "tableHTML": table.html(
        rows, caption: "Actions of plans for hot spots, the most urgent first",
        empty: chosen.isEmpty
          ? .init("No actions yet", "Actions of plans for hot spots appear here.", link: "See the hot spots", address: Path.hotSpots)
          : .init("Nothing to do", "No action matches.", link: "See everybody’s actions", address: Path.planActions + "?organisation=any")),
    ]
  }

  static var samples: [PlanActionsPage] {
    [PlanActionsPage(rows: [], pagination: nil, query: QueryItems(path: Path.planActions), settings: nil, mine: nil, today: Day(dayNumber: 739_943))]
  }
}
