import Domain
import Foundation
import Web

/// Drivers who do not meet the rule in force for them.
struct UntrainedDriversPage: Page {
  static let template = "driver-training/list"
  let rows: [UntrainedDriver]
  let query: QueryItems
  let pagination: Pagination?
  let counts: DriverRuleStore.Counts?
  /// Certificates that wait for somebody to look at them.
  var awaiting = 0
  let settings: Settings?
  let hasRules: Bool
  let mayExport: Bool
  var mayRecord = false

  static func table(_ settings: Settings?) -> Table<UntrainedDriver> {
    Table(rowHeader: "name", [
      Column("name", "Name") { .link(address: Path.licence($0.id), text: $0.name) }, .text("reference", "Reference") { $0.reference },
      .text("kind", "Kind") { $0.kind.name }, .text("district", "District") { settings?.authority($0.authority)?.name },
      .text("held", "Last training") { row in row.lacks == .expired ? row.heldBefore.map { "Ran out on \(($0 - 1).short)" } : row.lacks.name },
      .tag("state", "State") { $0.isSuspended ? StatusTag("Suspended already") : $0.isInGrace ? StatusTag("In grace", .blue) : StatusTag("Overdue", .red) },
      .date("due", "Owed from", export: { $0.dueOn.iso }) { $0.dueOn.short }, .text("then", "What follows") { $0.consequence.name },
    ])
  }

  var viewData: ViewData {
    let any = Field.Choice("", "Any")
    let form = FormView(
      action: Path.driverTraining, method: .get,
      parts: [
        .field(.select("district", "District", query["district"] ?? "", [any] + (settings?.county.authorities ?? []).map { .init($0.slug, $0.name) })),
        .field(.select("kind", "Kind", query["kind"] ?? "", [any] + Register.drivers.kinds.map { .init($0.rawValue, $0.name) })),
        .field(.select("show", "State", query["show"] ?? "", [any] + UntrainedFilter.Show.allCases.map { .init($0.rawValue, $0.words) })),
        .field(.select("lacks", "What they lack", query["lacks"] ?? "", [any] + TrainingLack.allCases.map { .init($0.rawValue, $0.name) })),
      ], buttons: [.init("Apply filter", .secondary)])
    let bare = query.removing("after", "before")
    let chosen: [FilterPanel.Chosen] = [
      ("district", query["district"].flatMap { settings?.authority(slug: $0)?.name }),
      ("kind", Register.drivers.kinds.first { $0.rawValue == query["kind"] }?.name), ("show", query["show"].flatMap(UntrainedFilter.Show.init)?.words),
      ("lacks", query["lacks"].flatMap(TrainingLack.init)?.name),
    ].compactMap { name, label in label.map { FilterPanel.Chosen($0, removeAddress: bare.removing(name).address) } }
    let empty: Table<UntrainedDriver>.Empty =
      !chosen.isEmpty ? .init("Nothing matches", "Take a filter away to see more.", link: "Clear all filters", address: Path.driverTraining)
      : hasRules ? .init("Every driver meets the rule in force for them")
      : .init("No rule is in force", "Drivers owe training where their district asks for it.", link: "See the rules", address: Path.driverTraining + "/rules")
    return [
      "title": "Training of drivers", "rulesAddress": Path.driverTraining + "/rules", "scheduleAddress": Path.driverTraining + "/schedule",
      "importAddress": mayRecord ? Path.driverTraining + "/imports" : nil,
      "exportAddress": mayExport && !rows.isEmpty ? bare.at(Path.driverTraining + ".csv").address : nil,
      "figures": Figures([
        .init(counts?.overdue ?? 0, "overdue", Path.driverTraining + "?show=overdue", state: (counts?.overdue ?? 0) > 0 ? .overdue : nil),
        .init(counts?.grace ?? 0, "in their time of grace", Path.driverTraining + "?show=grace"),
        .init(counts?.suspended ?? 0, "suspended already", Path.driverTraining + "?show=suspended"),
      ] + (mayRecord ? [.init(awaiting, "certificates await review", Path.trainingReviews, state: awaiting > 0 ? .due : nil)] : [])),
      "filter": FilterPanel(form: form, chosen: chosen, clearAddress: Path.driverTraining), "pagination": pagination,
      "tableHTML": Self.table(settings).html(rows, caption: "Drivers without valid training", empty: empty),
    ]
  }

  static var samples: [UntrainedDriversPage] {
    [UntrainedDriversPage(rows: [], query: QueryItems(path: Path.driverTraining), pagination: nil, counts: nil, settings: nil, hasRules: false, mayExport: true)]
  }
}

/// What each district asks, now and from a day to come.
struct DriverTrainingRulesPage: Page {
  static let template = "driver-training/rules"
  let rules: [DriverTrainingRule]
  let officer: Officer?
  let settings: Settings?
  let tokens: [FormToken]
  let today: Day

  var viewData: ViewData {
    let settings = settings, today = today, officer = officer, tokens = tokens
    var columns: [Column<DriverTrainingRule>] = [
      .text("district", "District") { settings?.authority($0.authority)?.name }, .text("kind", "Drivers") { $0.kind.plural }, .date("from", "From") { $0.startsOn.short },
      .date("grace", "Others from") { $0.graceUntil.short },
      .text("whom", "Whom") { $0.cohort.name + ($0.due == .byDay ? "" : ", " + $0.due.name.lowercased()) }, .text("what", "What counts") { $0.attemptWords },
      .text("then", "What follows") { $0.consequence.name },
      .tag("state", "State") { $0.isInForce ? StatusTag("In force", .green) : $0.startsOn > today ? StatusTag("To come", .blue) : StatusTag("Replaced") },
    ]
    if officer?.may(.setDriverTraining) == true {
      columns.append(Column("do", "Action", plain: { _ in "" }, write: { rule, out in
        guard officer?.may(.setDriverTraining, in: rule.authority) == true else { return }
        out.append("<form method=\"post\"")
        out.append(attribute: "action", Path.driverTraining + "/rules/\(rule.id.uuidString.lowercased())/withdrawal")
        out.append(">")
        for token in tokens { out.append(token.html) }
        out.append("<button class=\"app-link-button govuk-link\">Take back<span class=\"govuk-visually-hidden\"> ")
        out.append(escaping: "\(rule.kind.pluralWithin), \(settings?.authority(rule.authority)?.name ?? ""), \(rule.startsOn.short)")
        out.append("</span></button></form>")
      }).pageOnly)
    }
    return [
      "title": "Rules on the training of drivers", "breadcrumbs": Breadcrumbs(Breadcrumb("Training of drivers", Path.driverTraining), Breadcrumb("Rules")),
      "addAddress": officer?.may(.setDriverTraining) == true ? Path.driverTraining + "/rules/new" : nil,
      "tableHTML": Table(rowHeader: "district", columns).html(rules, caption: "Rules by district", empty: .init("No district of yours asks for training", "A rule says from when, and how long those have who are licensed already.")),
    ]
  }

  static var samples: [DriverTrainingRulesPage] {
    [DriverTrainingRulesPage(rules: [], officer: nil, settings: nil, tokens: [], today: Day(dayNumber: 739_943))]
  }
}
