import Domain
import Foundation
import Web

struct HomePage: Page {
  static let template = "home/page"
  let due: [DueRow]
  let pagination: Pagination?
  let counts: [DueCount]
  let overdue: Int
  let premises: Int
  let lodgings: Int
  let outstanding: Int
  let training: Int
  /// Nil: whoever it is reviews none.
  let certificates: Int?
  /// What of plans waits for the officer; nil where they have no part in them.
  let plans: PlansDue?
  let exceptions: [ExceptionRow]
  let recent: [RecentRow]
  let settings: Settings
  let officer: Officer
  let today: Day

  /// What the officer is to look at: of the registers that they see.
  private var figures: [Figures.Figure] {
    func most(_ count: Int) -> String { count > LicenceListStore.countedTo ? "over \(LicenceListStore.countedTo.grouped)" : count.grouped }
    let week = Dictionary(grouping: counts, by: \.occasion).mapValues { $0.reduce(0) { $0 + $1.count } }
    let unheld = counts.filter { $0.guidance != "held" }.reduce(0) { $0 + $1.count }
    let drivers = Path.drivers + "?status=current"
    let seesDrivers = officer.may(.readRegister, of: .drivers)
    var all: [Figures.Figure] = [
      .init(most(week["renewal"] ?? 0), "licences end", "#due"), .init(most(week["anniversary"] ?? 0), "guidance years begin", "#due", note: "\(unheld) of all without guidance now"),
    ]
    if seesDrivers { all.append(.init(most(overdue), "drivers’ guidance overdue", drivers + "&guidance=overdue", state: overdue > 0 ? .overdue : .inOrder)) }
    if officer.may(.readRegister, of: .premises) {
      all.append(.init(most(premises), "premises’ guidance overdue", Path.premises + "?status=current&guidance=overdue", state: premises > 0 ? .overdue : .inOrder))
    }
    all.append(.init(most(lodgings), "guidance of places to stay overdue", Path.accommodation + "?status=current&guidance=overdue", state: lodgings > 0 ? .overdue : .inOrder))
    if seesDrivers {
      all.append(.init(most(outstanding), "drivers’ acknowledgements outstanding", drivers + "&acknowledgement=outstanding", state: outstanding > 0 ? .due : .inOrder))
      all.append(.init(most(training), "drivers’ training runs out in 90 days", drivers + "&training=expiring", state: training > 0 ? .due : .inOrder))
    }
    if let certificates {
      all.append(.init(most(certificates), certificates == 1 ? "certificate awaits review" : "certificates await review", Path.trainingReviews, state: certificates > 0 ? .due : .inOrder))
    }
    return all
  }

  var viewData: ViewData {
    return [
      "title": "This week", "days": "\(today.words) to \((today + 7).words)",
      "figures": Figures(figures + planFigures),
      "dueHTML": dueTable, "pagination": pagination, "exceptionsHTML": ExceptionsPage.table(settings).html(
        Array(exceptions.prefix(5)), caption: "Renewed without guidance", empty: .init("None in the last year", "Every renewal went through the strip with guidance.")),
      "exceptionsAddress": exceptions.count > 5 ? Path.exceptions : nil, "recentHTML": recentTable,
    ]
  }

  private var planFigures: [Figures.Figure] {
    guard let plans else { return [] }
    let manages = officer.may(.managePlans)
    var figures: [Figures.Figure] = [
      .init(plans.overdue, manages ? "actions of plans overdue" : "actions of your organisation overdue", Path.planActions + "?due=overdue" + (manages ? "&organisation=any" : ""), state: plans.overdue > 0 ? .overdue : .inOrder)
    ]
    if officer.may(.proposeHotSpots) || officer.may(.designateHotSpots) {
      figures.append(.init(plans.reviews, "reviews of hot spots due", Path.hotSpots + "?review=due", state: plans.reviews > 0 ? .due : .inOrder))
    }
    return figures
  }

  private var dueTable: TrustedHTML {
    let (officer, settings) = (officer, settings)
    return Table<DueRow>(rowHeader: "name", [
      .date("on", "Due") { $0.dueOn.short },
      Column("name", "Name") { .titled(address: Path.licence($0.id), text: $0.name, note: "\($0.reference), \(settings.authority($0.authority)?.name ?? "")") },
      .text("what", "What") { $0.isRenewal ? "Licence ends" : "Guidance year begins" },
      .light("guidance", "Guidance") { $0.lights.guidanceLight }, .light("acknowledged", "Acknowledged") { $0.lights.acknowledgementLight },
      .light("training", "Training") { $0.lights.trainingLight },
      Column("do", "Action", plain: { _ in "" }) { row, out in
        let renews = row.isRenewal && officer.may(.renewLicences, in: row.authority)
        guard renews || officer.may(.issueGuidance, in: row.authority) else { return }
        out.append("<a class=\"govuk-link\"")
        out.append(href: Path.licence(row.id, renews ? "renewal" : "issues/new"))
        out.append(">")
        out.append(escaping: renews ? "Renew" : "Give guidance")
        out.append("<span class=\"govuk-visually-hidden\">: ")
        out.append(escaping: row.name)
        out.append("</span></a>")
      },
    ]).html(due, caption: "What falls due in the next seven days", empty: .init("Nothing falls due", "No licence ends and no guidance year begins in the next seven days."))
  }

  private var recentTable: TrustedHTML {
    Table<RecentRow>(rowHeader: "name", [
      Column("name", "Name") { .titled(address: Path.licence($0.id), text: $0.name, note: $0.reference) }, .text("version", "Guidance") { $0.version },
      .text("at", "Recorded") { London.time(of: $0.at) }, .tag("state", "State") { $0.isVoid ? StatusTag("Taken back") : StatusTag("Given", .green) },
    ]).html(recent, caption: "Your recent work", empty: .init("Nothing yet", "What you record at the counter is listed here."))
  }

  static var samples: [HomePage] { [] }
}

/// Renewals granted without guidance, with who and why.
struct ExceptionsPage: Page {
  static let template = "home/exceptions"
  let rows: [ExceptionRow]
  let settings: Settings
  let today: Day

  static func table(_ settings: Settings) -> Table<ExceptionRow> {
    Table<ExceptionRow>(rowHeader: "name", [
      .date("granted", "Renewed") { $0.grantedOn.short }, Column("name", "Name") { .titled(address: Path.licence($0.id), text: $0.name, note: $0.reference) },
      .text("district", "District") { settings.authority($0.authority)?.name }, .text("reason", "Reason") { $0.reason }, .text("officer", "Officer") { $0.officer },
      .date("open", "Can be put right until") { $0.openUntil.short },
    ])
  }

  var viewData: ViewData {
    [
      "title": "Renewed without guidance", "days": "\(today.adding(years: -1).words) to \(today.words)",
      "tableHTML": Self.table(settings).html(rows, caption: "Renewals without guidance", empty: .init("None in the last year", "Every renewal had guidance near it.")),
      "many": rows.count >= 500, "breadcrumbs": Breadcrumbs(Breadcrumb("This week", Path.home), Breadcrumb("Renewed without guidance")),
    ]
  }

  static var samples: [ExceptionsPage] { [] }
}
