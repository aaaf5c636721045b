import Domain
import Foundation
import Web

extension ItemStanding {
  var tag: StatusTag {
    switch self {
    case .notStarted: StatusTag(name, .grey)
    case .inProgress: StatusTag(name, .blue)
    case .blocked: StatusTag(name, .red)
    case .done: StatusTag(name, .purple)
    case .verified: StatusTag(name, .green)
    }
  }
}

extension RiskLevel {
  var tag: StatusTag {
    switch self {
    case .low: StatusTag(name, .green)
    case .medium: StatusTag(name, .yellow)
    case .high: StatusTag(name, .red)
    }
  }
}

/// Plans of partnerships and their items, as sheets.
enum PartnershipPages {
  static func title(_ plan: PartnershipPlan, _ settings: Settings) -> String { "\(settings.partnership(plan.partnership)?.name ?? "Partnership") plan \(plan.year.words)" }

  static func crumbs(_ item: PartnershipItem, _ settings: Settings, _ here: String? = nil) -> [Breadcrumb] {
    let road = [
      Breadcrumb("Partnership plans", Path.partnershipPlans),
      Breadcrumb("\(settings.partnership(item.partnership)?.name ?? "") \(item.year.words)", Path.partnershipPlan(item.plan)),
    ]
    return here.map { road + [Breadcrumb("Item \(item.number)", item.path), Breadcrumb($0)] } ?? road + [Breadcrumb("Item \(item.number)")]
  }

  /// What the strategy asks of a plan and this one lacks, in a sentence.
  static func lacking(_ plan: PartnershipPlan) -> String? {
    var all: [String] = []
    if !plan.missing.isEmpty { all.append("No item on CSE answers: " + plan.missing.map { $0.name.lowercased() }.joined(separator: ", ")) }
    if plan.whole == 0 { all.append("no item on CSE has both a risk assessment and monitoring in the last three months") }
    return all.isEmpty ? nil : all.joined(separator: "; ").capitalizedFirst + "."
  }

  static func list(_ plans: [PartnershipPlan], _ visit: OfficerVisit) -> Sheet {
    let settings = visit.environment.settings
    let manages = visit.officer.may(.managePartnership)
    var sheet = Sheet(title: "Partnership plans")
    sheet.lead = "What each community safety partnership undertakes in a year that begins on 1 April. The strategy asks each to answer for identification, risk assessment and evidence gathering of CSE, and to say how it goes."
    if manages { sheet.actions = [.init("Begin a plan", Path.partnershipPlans + "/new", isPrimary: true)] }
    let table = Table<PartnershipPlan>(rowHeader: "plan", [
      .link("plan", "Plan", to: { $0.path }, { title($0, settings) }), .number("items", "Items") { $0.items }, .number("verified", "Verified") { $0.verified },
      .tag("cse", "Answers for CSE") { lacking($0) == nil ? StatusTag("Yes", .green) : StatusTag("Not yet", .orange) },
      .text("lacks", "Lacks") { lacking($0) },
    ])
    sheet.sections = [.init(nil, table.html(plans, caption: "Partnership plans, latest first", empty: .init(
      "No plans yet", "A plan holds the year’s items of one partnership.", link: manages ? "Begin a plan" : nil, address: manages ? Path.partnershipPlans + "/new" : nil)))]
    return sheet
  }

  static func plan(_ plan: PartnershipPlan, _ items: [PartnershipItem], next: PartnershipPlan?, _ visit: OfficerVisit) -> Sheet {
    let settings = visit.environment.settings, today = visit.today
    let manages = visit.keepsPlan(of: plan.partnership)
    var sheet = Sheet(
      title: title(plan, settings), crumbs: [Breadcrumb("Partnership plans", Path.partnershipPlans), Breadcrumb(title(plan, settings))],
      line: Sheet.line(nil, "\(plan.year.from.words) to \((plan.year.before - 1).words)", plan.author.map { "begun by \($0)" }))
    if manages {
      sheet.actions.append(.init("Add an item", plan.path + "/items", isPrimary: true))
      if next == nil { sheet.actions.append(.init("Copy forward to \(plan.year.next.words)", plan.path + "/next")) }
    }
    sheet.warning = lacking(plan)
    if sheet.warning == nil { sheet.lead = "It answers for identification, risk assessment and evidence gathering, and is monitored." }
    sheet.facts = SummaryList(present: [
      .init("Parts the strategy asks for", PartnershipPart.required.map { "\($0.name): \(plan.missing.contains($0) ? "missing" : "answered")" }.joined(separator: "; ")),
      .init("Items", "\(plan.items), \(plan.verified) verified"),
      .init("Earlier plan", plan.copiedFrom.map { Cell.link(address: Path.partnershipPlan($0), text: "Copied forward from it") } ?? Cell.nothing),
      .init("Next plan", next.map { Cell.link(address: $0.path, text: $0.year.words) } ?? Cell.nothing),
    ])
    let table = Table<PartnershipItem>(rowHeader: "what", [
      .number("number", "No.") { $0.number },
      Column("what", "Item") { .titled(address: $0.path, text: $0.what, note: ([$0.part.name] + $0.tags.map(\.name)).joined(separator: ", ")) },
      .text("owner", "Owner") { [settings.organisation($0.organisation)?.name, $0.lead].compactMap { $0 }.joined(separator: ": ") },
      .date("due", "Due") { $0.isOverdue(today) ? "\($0.due.short), overdue" : $0.due.short },
      .tag("risk", "Risk") { $0.risk?.tag ?? StatusTag("Not assessed", .orange) },
      .date("seen", "Last monitored") { $0.lastEntry?.short }, .tag("standing", "Stands") { $0.standing.tag },
    ])
    sheet.sections = [.init("Items", table.html(items, caption: "Items of the plan", empty: .init(
      "No items yet", "Add what the partnership undertakes this year.", link: manages ? "Add an item" : nil, address: manages ? plan.path + "/items" : nil)))]
    return sheet
  }

  static func item(_ item: PartnershipItem, entries: [PartnershipNote], risks: [PartnershipNote], form: FormView?, _ visit: OfficerVisit) -> Sheet {
    let settings = visit.environment.settings, today = visit.today
    var sheet = Sheet(title: item.what, crumbs: crumbs(item, settings), line: Sheet.line(item.standing.tag, ([item.part.name] + item.tags.map(\.name)).joined(separator: ", ")))
    if visit.keepsPlan(of: item.partnership) { sheet.actions = [.init("Assess the risk", item.path + "/risk", isPrimary: item.risk == nil), .init("Change the item", item.path + "/edit")] }
    let lacks = item.lacks(on: today)
    sheet.warning = lacks.isEmpty ? nil : "It has \(lacks.joined(separator: " and ")): the strategy asks for both of an item on CSE."
    sheet.facts = SummaryList(present: [
      .init("Owner", [settings.organisation(item.organisation)?.name, item.lead].compactMap { $0 }.joined(separator: ": ")),
      .init("Due", item.isOverdue(today) ? "\(item.due.words), overdue" : item.due.words),
      .init("Risk", item.risk.map { Cell.tag($0.tag) } ?? Cell.text("Not assessed"), note: item.assessedOn.map { "Assessed on \($0.words)" }),
      .init("Last monitored", item.lastEntry?.words ?? "Not yet"), .init("Added by", item.author ?? "Somebody who left"),
      .init("Copied from", item.copiedFrom.map { Cell.link(address: Path.partnershipItem($0), text: "The same item a year before") } ?? Cell.nothing),
    ])
    func table(_ kind: String) -> Table<PartnershipNote> {
      Table<PartnershipNote>(rowHeader: "on", [
        .date("on", "On") { $0.on.short },
        .tag("kind", kind) { ItemStanding(rawValue: $0.kind)?.tag ?? RiskLevel(rawValue: $0.kind)?.tag }, .text("words", "In words") { $0.words },
        .text("evidence", "Evidence") { $0.evidence.isEmpty ? nil : $0.evidence }, .text("by", "By") { $0.by },
      ])
    }
    if let form {
      if !form.errors.isEmpty { sheet.errorSummary = form.errorSummary }
      sheet.sections.append(.init("Add to the monitoring", id: "monitor", form.html))
    }
    sheet.sections.append(.init("Monitoring", table("Stands").html(entries, caption: "Monitoring, latest first", empty: .init("Nothing entered yet", "What is seen and done is entered here, once, by its author."))))
    sheet.sections.append(.init("Risk assessments", table("Risk").html(risks, caption: "Risk assessments, latest first", empty: .init("Not assessed yet", "The strategy asks for a risk assessment of every item on CSE."))))
    return sheet
  }
}

extension OfficerVisit {
  var partnerships: PartnershipStore { PartnershipStore(environment) }

  /// Partnerships in some district of which the officer keeps plans.
  var keptPartnerships: [Settings.Partnership] {
    let ids = Set(officer.authorities(.managePartnership).compactMap { environment.settings.authority($0)?.partnership })
    return environment.settings.county.partnerships.filter { ids.contains($0.id) }
  }
  func keepsPlan(of partnership: Int) -> Bool { keptPartnerships.contains { $0.id == partnership } }
}
