import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// One licence: the three lights, what can be done, the facts, guidance, terms, restrictions, and its history in sentences.
struct RecordPage: Page {
  static let template = "registers/record"
  let licence: Licence
  let lights: Lights
  let cycle: Cycle
  let terms: [LicenceTerm]
  let restrictions: [LicenceRestriction]
  let issues: [Issue]
  let versions: [OfferedVersion]
  let training: [Attempt]
  let owed: OwedTraining?
  let exemption: TrainingExemption?
  let place: PlaceSection?
  let history: Timeline
  let officer: Officer
  let settings: Settings
  let tokens: [FormToken]
  let now: Date
  let today: Day

  /// The guidance year that holds today, as the database's one rule gives it.
  struct Cycle: RowDecodable, Sendable {
    var from: Day
    var before: Day
    init(row: Row) throws {
      from = try row.get("cycle_from")
      before = try row.get("cycle_before")
    }
  }

  static func lights(_ id: UUID, on day: Day) -> Query<Lights> {
    Query("SELECT \(Lights.columns) FROM registration_lights(\(day)) l WHERE l.registration_id = \(id)")
  }

  static func show(_ visit: OfficerVisit) async throws -> Response {
    let id = try visit.id()
    let today = visit.today
    guard let (licence, terms, restrictions) = try await RegisterStore(visit.environment).record(id, on: today, for: visit.officer) else {
      throw Problem.notFound
    }
    let (lights, cycles, issues, versions, history, origins, training, owed, exemptions) = try await visit.environment.database.read(
      as: visit.officer, lights(id, on: today),
      Query<Cycle>("SELECT cycle_start(\(licence.anchor), \(today)) AS cycle_from, cycle_end(\(licence.anchor), \(today)) AS cycle_before"),
      GuidanceStore.issues(of: id), GuidanceStore.offered(licence.kind, on: today), History.of(id), History.origin(id),
      Attempt.all(of: id), DriverRuleStore.owed(id, on: today), TrainingExemption.query(id, on: today))
    guard let light = lights.first, let cycle = cycles.first else { throw Problem.notFound }
    let place = licence.kind.isOfPlace ? try await PlaceSection(of: licence, for: visit) : nil
    return try visit.page(RecordPage(
      licence: licence, lights: light, cycle: cycle, terms: terms, restrictions: restrictions, issues: issues, versions: versions, training: training, owed: owed.first, exemption: exemptions.first, place: place,
      history: History.timeline(history, origin: origins.first), officer: visit.officer, settings: visit.environment.settings, tokens: visit.formTokens,
      now: visit.environment.now(), today: today))
  }

  var viewData: ViewData {
    let district = settings.authority(licence.authority)?.name ?? ""
    func can(_ permission: Permission) -> Bool { officer.may(permission, in: licence.authority) }
    return [
      "title": licence.title, "name": licence.tradingName ?? licence.holder.name, "kind": licence.kind.name, "reference": licence.reference,
      "district": district, "status": licence.status.tag.html, "statusHTML": licence.status.tag.html, "breadcrumbs": licence.crumbs(nil),
      "lights": StatusLights(licence.kind.isOfPlace ? Array(lights.all.prefix(2)) : lights.all), "explanation": explanation,
      "renewAddress": can(.renewLicences) && !settings.termMonths(of: licence.kind).isEmpty ? Path.licence(licence.id, "renewal") : nil,
      "editAddress": can(.editRegister) ? Path.licence(licence.id, "edit") : nil,
      "giveAddress": can(.issueGuidance) ? Path.licence(licence.id, "issues/new") : nil,
      "trainingAddress": can(.recordTraining) && !licence.kind.isOfPlace ? Path.licence(licence.id, "training/new") : nil,
      "fieldworkAddress": Path.licence(licence.id, "fieldwork"),
      "restrictAddress": can(.restrictLicences) ? Path.licence(licence.id, "restriction") : nil,
      "contactAddress": Path.licence(licence.id, "contact"),
      "proofAddress": Path.licence(licence.id, "proof"),
      "place": place,
      "facts": facts, "termsHTML": termsTable, "restrictionsHTML": restrictions.isEmpty ? nil : restrictionsTable,
      "issuesHTML": issuesTable, "history": history,
      "exemption": exemption?.words,
      "exemptAddress": can(.setDriverTraining) && !licence.kind.isOfPlace ? Path.licence(licence.id, "training/exemption") : nil,
      "tokensHTML": TrustedHTML.joined(tokens.map(\.html)),
      "trainingHTML": licence.kind.isOfPlace ? nil : trainingTable, "owedTraining": owed.map { $0.words + " " + $0.consequence.name + "." },
    ]
  }

  /// Why the guidance light is what it is, in words.
  var explanation: String {
    let year = "Its guidance year runs from \(cycle.from.words) to \((cycle.before - 1).words), because \(licence.anchor.words) is the day it turns on"
    let leap = licence.anchor.month == 2 && licence.anchor.day == 29 ? " (in years without 29 February, on the 28th)" : ""
    let law = switch licence.status {
    case .current:
      switch lights.guidance {
      case "held": " Guidance is in force until \(lights.dueBy.map { ($0 - settings.policy.guidanceDueDays - 1).words } ?? "its year ends")."
      default: " None that counts has been given in it. It was due within \(settings.policy.guidanceDueDays) days of its start."
      }
    case .suspended: " While it is suspended no guidance is owed; what was given before still counts when the suspension ends."
    default: " It is not current, so no guidance is owed."
    }
    return year + leap + "." + law
  }

  private var facts: SummaryList {
    let holder = licence.holder
    return SummaryList([
      .init("Holder", holder.name, note: holder.isBusiness ? "A business" : nil), .init(licence.kind.isOfPlace ? "Name of the place" : "Trading name", licence.tradingName),
      .init("Badge number", licence.kind.isOfPlace ? nil : licence.badge),
      .init("Telephone", holder.phone), .init("Email address", holder.email),
      .init(licence.kind.isOfPlace ? "Written to at" : "Address", (holder.address.split(separator: "\n").map(String.init) + [holder.postcode ?? ""]).filter { !$0.isEmpty }.joined(separator: ", ")),
      licence.kind.register.hasBases ? .init("Base", licence.place?.words ?? "Not known", note: licence.place.map { $0.grid?.reference ?? "Not on the map" }, actions: baseActions) : .init("Base", nil),
    ].filter { entry in if case .nothing = entry.value { entry.term != "Trading name" && !(licence.kind.isOfPlace && entry.term == "Badge number") } else { true } })
  }

  private var trainingTable: TrustedHTML {
    let may = officer.may(.recordTraining, in: licence.authority)
    let tokens = TrustedHTML.joined(tokens.map(\.html))
    return Table<Attempt>(rowHeader: "course", [
      .date("on", "Completed") { $0.on.short }, .text("course", "Course") { $0.course }, .text("by", "Provider and result") { $0.words },
      Column("state", "Evidence", plain: { $0.tag.text }) { attempt, out in
        out.append(attempt.tag.html)
        guard !attempt.reason.isEmpty else { return }
        out.append("<span class=\"app-note\">")
        out.append(escaping: attempt.reason)
        out.append("</span>")
      },
      .date("until", "Counts to") { $0.before.map { ($0 - 1).short } },
      Column("do", "Action", plain: { _ in "" }) { attempt, out in if may { AttemptRoutes.acts(attempt, tokens: tokens, to: &out) } },
    ]).html(training, caption: "Training", empty: .init("No training is recorded"))
  }

  private var baseActions: [SummaryList.Action] { licence.location.map { [SummaryList.Action("Look", of: "at the base", Path.location($0))] } ?? [] }

  private var undoable: @Sendable (UUID?, Date) -> Bool {
    let (me, earliest) = (officer.id, now.addingTimeInterval(-60 * Double(settings.policy.undoMinutes)))
    return { by, at in by == me && at > earliest }
  }

  private var termsTable: TrustedHTML {
    let undoable = undoable
    let action = Path.licence(licence.id, "terms/")
    let tokens = TrustedHTML.joined(tokens.map(\.html))
    return Table<LicenceTerm>(rowHeader: "from", [
      .date("from", "From") { $0.from.short }, .date("to", "To") { $0.before.map { ($0 - 1).short } ?? "No end" },
      .text("event", "Event") { ($0.isRenewal ? "Renewal" : "Grant") + ($0.fromWasInferred ? " (first day not in the register; worked out from its end)" : "") },
      Column("guidance", "Without guidance") { $0.withoutGuidance.map(Cell.text) ?? .nothing },
      Column("undo", "Action", plain: { _ in "" }) { term, out in
        guard term.isRenewal, undoable(term.recordedBy, term.recordedAt) else { return }
        out.append("<form method=\"post\"")
        out.append(attribute: "id", "term-" + term.id.uuidString.lowercased())
        out.append(attribute: "action", action + term.id.uuidString.lowercased() + "/undo")
        out.append(">")
        out.append(tokens)
        out.append("<button class=\"govuk-button govuk-button--secondary app-button--compact\">Undo<span class=\"govuk-visually-hidden\"> this renewal</span></button></form>")
      },
    ]).html(terms, caption: "Terms", empty: .init("No term is recorded"))
  }

  private var restrictionsTable: TrustedHTML {
    let lift = officer.may(.restrictLicences, in: licence.authority)
    let base = Path.licence(licence.id, "restrictions/")
    return Table<LicenceRestriction>(rowHeader: "kind", [
      .text("kind", "What") { $0.kind.name }, .date("from", "From") { $0.from.short }, .date("to", "Ended") { $0.lifted?.short },
      .text("why", "Why") { [$0.cause?.name, $0.reason].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ") },
      Column("lift", "Action", plain: { _ in "" }) { restriction, out in
        guard lift, restriction.lifted == nil else { return }
        out.append("<a class=\"govuk-link\"")
        out.append(href: base + restriction.id.uuidString.lowercased() + "/lift")
        out.append(">End it<span class=\"govuk-visually-hidden\">: ")
        out.append(escaping: restriction.kind.name)
        out.append("</span></a>")
      },
    ]).html(restrictions, caption: "Suspensions, revocations and surrenders")
  }

  private var issuesTable: TrustedHTML {
    let may = officer.may(.issueGuidance, in: licence.authority)
    let undoable = undoable
    let base = Path.licence(licence.id, "issues/")
    let today = today
    let hasEmail = licence.holder.email != nil
    let tokens = TrustedHTML.joined(tokens.map(\.html))
    return Table<Issue>(rowHeader: "version", [
      .date("on", "Given") { $0.on.short }, .text("version", "Guidance") { $0.version },
      .text("how", "How") { "\($0.channel.name), \($0.occasion.name.lowercased())" }, .text("by", "By") { $0.byName },
      Column("acknowledged", "Acknowledged") { issue in
        if let day = issue.acknowledgedOn { return .text("\(day.short), \(issue.method?.name.lowercased() ?? "")") }
        return issue.void == nil ? .text("Not yet") : .nothing
      },
      Column("state", "Counts", align: .nowrap) { issue in
        switch issue.void {
        case nil: .date("To \((issue.coversBefore - 1).short)")
        case .undone: .tag(StatusTag("Undone"))
        case .corrected: .tag(StatusTag("Corrected"))
        case .returned: .tag(StatusTag("Returned", .orange))
        case .failed: .tag(StatusTag("Failed", .red))
        case .cancelled: .tag(StatusTag("Cancelled"))
        }
      },
      Column("do", "Action", plain: { _ in "" }) { issue, out in
        guard may, issue.void == nil, issue.coversBefore > today else { return }
        let id = issue.id.uuidString.lowercased()
        out.append("<span class=\"app-row-actions\">")
        if issue.acknowledgedOn == nil {
          out.append("<a class=\"govuk-link\"")
          out.append(href: base + id + "/acknowledgement")
          out.append(">Acknowledge</a> <form method=\"post\"")
          out.append(attribute: "action", base + id + "/link")
          out.append(">")
          out.append(tokens)
          out.append("<button class=\"app-link-button govuk-link\">Make a link<span class=\"govuk-visually-hidden\"> to acknowledge by</span></button></form> ")
          if hasEmail {
            out.append("<form method=\"post\"")
            out.append(attribute: "action", base + id + "/message")
            out.append(">")
            out.append(tokens)
            out.append("<button class=\"app-link-button govuk-link\">Send by e-mail<span class=\"govuk-visually-hidden\">: a link to acknowledge by</span></button></form> ")
          }
        }
        if undoable(issue.recordedBy, issue.recordedAt) {
          out.append("<form method=\"post\"")
          out.append(attribute: "id", "issue-" + id)
          out.append(attribute: "action", base + id + "/undo")
          out.append(">")
          out.append(tokens)
          out.append("<button class=\"govuk-button govuk-button--secondary app-button--compact\">Undo<span class=\"govuk-visually-hidden\"> this issue</span></button></form>")
        } else {
          out.append("<a class=\"govuk-link\"")
          out.append(href: base + id + "/correction")
          out.append(">Correct</a>")
        }
        out.append("</span>")
      },
    ]).html(issues, caption: "Guidance given", empty: .init("No guidance has been recorded", "Give it at the counter, or from here."))
  }

  static var samples: [RecordPage] { [] }
}
