import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Web

/// The May turnover of a whole district: the form, what it would do, doing it, taking it back.
enum DistrictTurnoverRoutes {
  static func add(to routes: Routes) {
    routes.may(.manageCommittees, .get, "committees/turnover", show)
    routes.may(.manageCommittees, .post, "committees/turnover", turnOver)
    routes.may(.manageCommittees, .post, "committees/turnovers/{id}/undo", undo)
  }

  private static func store(_ visit: OfficerVisit) -> CommitteeStore { CommitteeStore(visit.environment) }

  private struct District {
    var authority: Settings.Authority
    /// Those with members of their own: a sub-committee sits with its parent's.
    var committees: [Committee]
    var members: [Member]
    var current: [Appointment]
  }

  private static func district(_ slug: String, _ visit: OfficerVisit) async throws -> District {
    guard let authority = visit.environment.settings.authority(slug: slug), visit.officer.may(.manageCommittees, in: authority.id) else { throw Problem.notFound }
    let committees = try await store(visit).committees(in: authority.id, on: visit.today, for: visit.officer).filter { $0.parent == nil }
    let members = try await store(visit).members(in: authority.id, on: visit.today, for: visit.officer)
    let current = try await visit.environment.database.read(as: visit.officer, Query<Appointment>("""
      SELECT \(Appointment.columns) FROM \(Appointment.tables) WHERE a.committee_id = ANY(\(committees.map(\.id))) AND a.role <> 'officer' AND coalesce(a.ends_before, 'infinity') > \(visit.today)
       ORDER BY k.name, array_position(ARRAY['chair', 'vice_chair', 'member', 'substitute'], a.role), m.sort_name, a.id
      """))
    return District(authority: authority, committees: committees, members: members, current: current)
  }

  private static let crumbs = [Breadcrumb("Committees", Path.committees), Breadcrumb("May turnover")]

  private static func page(_ district: District, _ form: DistrictTurnoverForm, _ visit: OfficerVisit, errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "May turnover of \(district.authority.name)",
      lead: "Every committee of the district in one step. You see what it would change before it is done, and it can be taken back for \(visit.environment.settings.committees.turnoverUndoHours) hours. Nobody’s training is lost.",
      crumbs: crumbs,
      form: FormView(
        action: Path.committees + "/turnover", tokens: visit.formTokens,
        parts: [.field(.hidden("district", district.authority.slug))] + form.parts(district.committees, district.members, current: district.current, hidden: false),
        buttons: [.init("See what it would change", name: "action", value: "check"), .init("Cancel", .link(address: Path.committees))], errors: errors))
  }

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let places = visit.places(.manageCommittees)
    guard let slug = try visit.query()["district"] ?? (places.count == 1 ? places[0].slug : nil) else {
      return try visit.page(TaskPage(
        title: "May turnover", lead: "The annual meeting of one district: every committee in one step.", crumbs: crumbs,
        form: FormView(
          action: Path.committees + "/turnover", method: .get,
          parts: [.field(.select("district", "District", "", places.map { .init($0.slug, $0.name) }))], buttons: [.init("Continue"), .init("Cancel", .link(address: Path.committees))])))
    }
    let district = try await district(slug, visit)
    guard !district.committees.isEmpty else {
      throw Problem(.notFound, "There is no committee to turn over", "\(district.authority.name) has no committee yet.", wayOn: ("Set up a committee", Path.committees + "/new"))
    }
    return try visit.page(page(district, DistrictTurnoverForm(district.current, meeting: visit.today), visit))
  }

  private static func turnOver(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let district = try await district(fields["district"] ?? "", visit)
    let form = DistrictTurnoverForm(fields)
    func again(_ errors: Errors) throws -> Response { try visit.page(page(district, form, visit, errors: errors), status: errors.isEmpty ? .ok : .unprocessableContent) }
    if fields["action"] == "change" { return try again([]) }
    switch form.validated(district.committees, district.members, current: district.current) {
    case .invalid(let errors): return try again(errors)
    case .valid(let plan):
      do {
        guard fields["action"] == "do" else {
          let effect = try await store(visit).tryTurnover(plan, in: district.authority.id, district.committees, by: visit.officer)
          return try visit.page(SheetPage(effectSheet(effect, plan, district, form, visit)))
        }
        _ = try await store(visit).turnOver(
          district.authority.name, plan, in: district.authority.id, district.committees, once: SentForm(fields), leadsTo: Path.committees, by: visit.officer)
      } catch CommitteeConflict.overlaps {
        return try again([FieldError(field: "on", message: "Somebody has an appointment that begins after that day")])
      } catch CommitteeConflict.twoChairs {
        return try again([FieldError(field: "on", message: "Another chair is appointed from a later day")])
      }
      return try await CommitteeRoutes.saying(
        "The committees of \(district.authority.name) turn over on \(plan.on.words): \(plan.seats.count) appointments, \(plan.elected.count) newly elected, \(plan.left.count) left office.",
        at: Path.committees, visit)
    }
  }

  private static func effectSheet(_ effect: TurnoverEffect, _ plan: DistrictTurnoverForm.Plan, _ district: District, _ form: DistrictTurnoverForm, _ visit: OfficerVisit) -> Sheet {
    var sheet = Sheet(title: "What the turnover of \(district.authority.name) would change")
    sheet.crumbs = crumbs
    sheet.line = Sheet.line(StatusTag("Trial", .blue), "Nothing is changed yet", "Annual meeting on \(plan.on.longWords)")
    if !effect.lost.isEmpty { sheet.warning = effect.lost.count == 1 ? "The panel of one hearing would lose a member." : "The panels of \(effect.lost.count) hearings would lose a member." }
    sheet.facts = SummaryList([
      .init("Appointments that end", String(effect.ended)), .init("Appointments that begin", String(effect.begun)),
      .init("Newly elected", plan.elected.isEmpty ? "Nobody" : plan.elected.map { "\($0.name) (\($0.ward))" }.joined(separator: ", ")),
      .init("No longer councillors", plan.left.isEmpty ? "Nobody" : plan.left.map(\.name).joined(separator: ", ")),
    ])
    let names = Dictionary(district.committees.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let rules = visit.environment.settings.committees
    let table = Table<TurnoverEffect.Line>(rowHeader: "committee", [
      .text("committee", "Committee") { names[$0.committee]?.name }, .number("before", "Members the day before") { $0.before }, .number("after", "Members from that day") { $0.after },
      .light("size", "Size") { line in
        guard let rule = names[line.committee]?.rule else { return nil }
        let fits = (rule.sizeLeast...max(rule.sizeLeast, rule.sizeMost)).contains(line.after)
        return StatusLight("Size", fits ? .inOrder : .due, fits ? "As it should be" : "Should be \(rule.sizeLeast) to \(rule.sizeMost)")
      },
      .light("able", "Able to sit that day") { CommitteePages.light($0.able, rules, String($0.able)) },
    ])
    let lost = Table<TurnoverEffect.Lost>(rowHeader: "hearing", [
      .date("on", "Day") { $0.on.short }, .link("hearing", "Hearing", to: { Path.hearing($0.hearing) }) { $0.reference }, .text("members", "Who could not sit") { $0.members },
    ])
    let order = Dictionary(district.committees.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    let action = FormView(
      action: Path.committees + "/turnover", tokens: visit.formTokens,
      parts: [.field(.hidden("district", district.authority.slug))] + form.parts(district.committees, district.members, current: district.current, hidden: true),
      buttons: [.init("Turn it over", name: "action", value: "do"), .init("Change it", .secondary, name: "action", value: "change"), .init("Cancel", .link(address: Path.committees))])
    sheet.sections = [
      .init("Committees", table.html(effect.lines.sorted { (order[$0.committee] ?? 0) < (order[$1.committee] ?? 0) }, caption: "Committees before and after")),
    ]
    if !effect.lost.isEmpty { sheet.sections.append(.init("Hearings that would lose a member", lost.html(effect.lost, caption: "Hearings that would lose a member"))) }
    sheet.sections.append(.init(nil, action.html))
    return sheet
  }

  private static func undo(_ visit: OfficerVisit) async throws -> Response {
    _ = try await visit.form()
    let id = try visit.id()
    let open = try await visit.environment.database.read(as: visit.officer, DoneTurnover.open(since: earliest(visit)))
    guard let turnover = open.first(where: { $0.id == id }) else {
      throw Problem(.conflict, "It cannot be taken back any more", "It was taken back already, or its time is over.", wayOn: ("Committees", Path.committees))
    }
    guard visit.officer.may(.manageCommittees, in: turnover.authority) else { throw Problem.forbidden }
    let name = visit.environment.settings.authority(turnover.authority)?.name ?? ""
    do { try await store(visit).undo(id, name, since: earliest(visit), by: visit.officer) } catch CommitteeConflict.alreadyThere {
      throw Problem(
        .conflict, "It cannot be taken back whole", "Training, a place or a panel was recorded for somebody who was newly elected. End what is wrong one by one.", wayOn: ("Committees", Path.committees))
    } catch CommitteeConflict.gone {
      throw Problem(.conflict, "It cannot be taken back any more", "It was taken back already, or its time is over.", wayOn: ("Committees", Path.committees))
    }
    return try await CommitteeRoutes.saying("The turnover of \(name) is taken back: its committees are as they were.", at: Path.committees, visit)
  }

  static func earliest(_ visit: OfficerVisit) -> Date { visit.environment.now().addingTimeInterval(-3600 * Double(visit.environment.settings.committees.turnoverUndoHours)) }

  /// Turnovers that can still be taken back, above the list of committees.
  static func section(_ open: [DoneTurnover], _ settings: Settings, tokens: [FormToken]) -> Sheet.Section {
    let hidden = TrustedHTML.joined(tokens.map(\.html))
    let table = Table<DoneTurnover>(rowHeader: "district", [
      .text("district", "District") { settings.authority($0.authority)?.name }, .date("on", "Annual meeting") { $0.on.short }, .text("by", "Entered by") { $0.by },
      .text("until", "Can be taken back until") { London.time(of: $0.madeAt.addingTimeInterval(3600 * Double(settings.committees.turnoverUndoHours))) },
      Column("do", "Action", plain: { _ in "" }) { row, out in
        out.append("<form method=\"post\"")
        out.append(attribute: "action", Path.committees + "/turnovers/\(row.id.uuidString.lowercased())/undo")
        out.append(">")
        out.append(hidden)
        out.append("<button class=\"govuk-button govuk-button--secondary app-button--compact\">Take it back<span class=\"govuk-visually-hidden\"> the turnover of ")
        out.append(escaping: settings.authority(row.authority)?.name ?? "")
        out.append("</span></button></form>")
      }.pageOnly,
    ])
    return .init("Turned over lately", id: "turnovers", table.html(open, caption: "Turnovers that can be taken back"))
  }
}
