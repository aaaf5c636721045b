import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Web

/// Committees, their members, training and hearings: who may lawfully sit on a given day.
enum CommitteeRoutes {
  static func add(to routes: Routes) {
    routes.may(.readCommittees, .get, "committees", list)
    routes.may(.manageCommittees, .get, "committees/new") { visit in
      try visit.page(CommitteeForm(today: visit.today).page(nil, places: visit.places(.manageCommittees), parents: try await parents(visit), tokens: visit.formTokens))
    }
    routes.may(.manageCommittees, .post, "committees/new", create)
    routes.may(.readCommittees, .get, "committees/{id}", show)
    routes.may(.manageCommittees, .get, "committees/{id}/edit") { visit in
      let committee = try await visit.committee(may: .manageCommittees)
      return try visit.page(CommitteeForm(committee).page(committee, places: [], parents: [], tokens: visit.formTokens))
    }
    routes.may(.manageCommittees, .post, "committees/{id}/edit", edit)
    routes.may(.manageCommittees, .get, "committees/{id}/appointment") { visit in
      let committee = try await visit.committee(may: .manageCommittees)
      return try visit.page(AppointmentForm(today: visit.today).page(committee, try await store(visit).members(in: committee.authority, on: visit.today, for: visit.officer), tokens: visit.formTokens))
    }
    routes.may(.manageCommittees, .post, "committees/{id}/appointment", appoint)
    routes.may(.manageCommittees, .get, "committees/{id}/appointments/{appointment}/end") { visit in
      let (_, appointment) = try await appointment(visit)
      return try visit.page(EndForm(today: visit.today).page(appointment, tokens: visit.formTokens))
    }
    routes.may(.manageCommittees, .post, "committees/{id}/appointments/{appointment}/end", end)
    routes.may(.manageCommittees, .get, "committees/{id}/turnover") { visit in
      let (committee, members, current) = try await turnover(visit)
      return try visit.page(TurnoverForm(members, current, meeting: visit.today).page(committee, members, tokens: visit.formTokens))
    }
    routes.may(.manageCommittees, .post, "committees/{id}/turnover", turnOver)
    DistrictTurnoverRoutes.add(to: routes)
    HearingRoutes.add(to: routes)
    MemberRoutes.add(to: routes)
    MemberTrainingRoutes.add(to: routes)
  }

  static func store(_ visit: OfficerVisit) -> CommitteeStore { CommitteeStore(visit.environment) }

  private static func parents(_ visit: OfficerVisit) async throws -> [Committee] {
    try await store(visit).committees(on: visit.today, for: visit.officer).filter { $0.parent == nil && visit.officer.may(.manageCommittees, in: $0.authority) }
  }

  private struct Cursor: Codable, Sendable {
    var authority: Int
    var name: String
    var id: UUID
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    let settings = visit.environment.settings
    let query = try visit.queryItems()
    let position = KeysetPosition<Cursor>(query)
    var bound: SQL = "true"
    var order: SQL = "k.authority_id, k.name, k.id"
    switch position {
    case .first: break
    case .after(let at): bound = "(k.authority_id, k.name, k.id) > (\(Int16(clamping: at.authority)), \(at.name), \(at.id))"
    case .before(let at):
      bound = "(k.authority_id, k.name, k.id) < (\(Int16(clamping: at.authority)), \(at.name), \(at.id))"
      order = "k.authority_id DESC, k.name DESC, k.id DESC"
    }
    let found = try await visit.environment.database.read(as: visit.officer, Query<Committee>("""
      SELECT \(Committee.columns) FROM committee k WHERE coalesce(k.ends_before, 'infinity') > \(visit.today) AND \(bound) ORDER BY \(order) LIMIT 51
      """))
    let page = KeysetPage(found, limit: 50, at: position) { Cursor(authority: $0.authority, name: $0.name, id: $0.id) }
    let strength = try await visit.environment.database.read(
      as: visit.officer, PoolDay.query(page.rows.map(\.id), from: visit.today, days: settings.committees.forecastDays))
    let days = Dictionary(grouping: strength, by: \.committee)
    let lines = page.rows.map { committee in
      CommitteePages.Line(committee: committee, today: days[committee.id]?.first, lowest: days[committee.id]?.min { $0.able < $1.able })
    }
    var sheet = CommitteePages.list(lines, settings, mayManage: visit.officer.may(.manageCommittees), pagination: page.pagination(query))
    if visit.officer.may(.manageCommittees) {
      let open = try await visit.environment.database.read(as: visit.officer, DoneTurnover.open(since: DistrictTurnoverRoutes.earliest(visit)))
        .filter { visit.officer.may(.manageCommittees, in: $0.authority) }
      if !open.isEmpty { sheet.sections.append(DistrictTurnoverRoutes.section(open, settings, tokens: visit.formTokens)) }
    }
    return try visit.page(SheetPage(sheet))
  }

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let committee = try await visit.committee()
    let query = try visit.query()
    var day = visit.today
    if let asked = query["on"].flatMap({ Day(iso: $0) }) { day = asked }
    if case .date(let parsed) = DateFields("on", from: { query[$0] }).read(), let asked = Day(year: parsed.year, month: parsed.month, day: parsed.day) { day = asked }
    let settings = visit.environment.settings
    let (appointments, strength, history, parents) = try await visit.environment.database.read(
      as: visit.officer, CommitteeStore.appointments(of: committee.roll),
      PoolDay.query([committee.id], from: visit.today, days: settings.committees.forecastDays), Sheet.history(of: committee.id),
      Query<Committee>("SELECT \(Committee.columns) FROM committee k WHERE k.id = \(committee.roll) AND k.id <> \(committee.id)"))
    let check = try await EmpanelStore(visit.environment).checks([committee.id], around: day, for: visit.officer)[committee.id]
    let asked = HearingCase(day: day, asked: visit.today)
    let seats = appointments.filter { $0.days.contains(day) }.map { appointment in
      let blocks = (check?.findings(of: appointment.member, for: asked) ?? []).filter { $0.severity != .warn }
      let sits = appointment.role.sits(committee.rule.regime)
      return CommitteePages.Seat(appointment: appointment, isAble: sits && blocks.isEmpty, reason: sits ? blocks.first?.text : nil)
    }
    let hearings = try await HearingStore(visit.environment).page(from: visit.today, committee: committee.id, limit: 20, for: visit.officer)
    return try visit.page(SheetPage(CommitteePages.record(
      committee, on: day, today: visit.today, seats: seats, others: appointments.filter { !$0.days.contains(day) },
      forecast: .init(days: strength, rules: settings.committees), hearings: hearings, parent: parents.first, history: history, settings: settings,
      officer: visit.officer, tokens: visit.formTokens)))
  }

  private static func create(_ visit: OfficerVisit) async throws -> Response {
    let form = CommitteeForm(try await visit.form())
    let above = try await parents(visit)
    func again(_ errors: Errors) throws -> Response {
      try visit.page(form.page(nil, places: visit.places(.manageCommittees), parents: above, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    switch form.validated(visit.environment.settings, known: nil, parents: above, officer: visit.officer) {
    case .invalid(let errors): return try again(errors)
    case .valid(let new):
      do {
        let id = try await store(visit).add(new, by: visit.officer)
        return visit.redirect(to: Path.committee(id), saying: "\(new.name) was set up. Appoint its members.")
      } catch CommitteeConflict.nameTaken {
        return try again([FieldError(field: "name", message: "Another committee of this district has this name")])
      }
    }
  }

  private static func edit(_ visit: OfficerVisit) async throws -> Response {
    let committee = try await visit.committee(may: .manageCommittees)
    let form = CommitteeForm(try await visit.form())
    func again(_ errors: Errors, _ status: HTTPResponse.Status = .unprocessableContent) throws -> Response {
      var form = form
      if status == .conflict { form.version = committee.version }
      return try visit.page(form.page(committee, places: [], parents: [], tokens: visit.formTokens, errors: errors), status: status)
    }
    switch form.validated(visit.environment.settings, known: committee, parents: [], officer: visit.officer) {
    case .invalid(let errors): return try again(errors)
    case .valid(let new):
      do {
        try await store(visit).edit(committee, to: new, version: form.version, by: visit.officer)
        return visit.redirect(to: Path.committee(committee.id), saying: "The rules of \(new.name) were changed.")
      } catch CommitteeConflict.nameTaken {
        return try again([FieldError(field: "name", message: "Another committee of this district has this name")])
      } catch CommitteeConflict.stale {
        return try again([FieldError(field: "", message: "Somebody changed these rules while you had them open. Save again to keep what you typed")], .conflict)
      }
    }
  }

  private static func appoint(_ visit: OfficerVisit) async throws -> Response {
    let committee = try await visit.committee(may: .manageCommittees)
    let members = try await store(visit).members(in: committee.authority, on: visit.today, for: visit.officer)
    let form = AppointmentForm(try await visit.form())
    func again(_ errors: Errors) throws -> Response {
      try visit.page(form.page(committee, members, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    switch form.validated(members) {
    case .invalid(let errors): return try again(errors)
    case .valid(let (member, role, from, before)):
      do {
        try await store(visit).appoint(member, to: committee, as: role, from: from, before: before, by: visit.officer)
        return visit.redirect(to: Path.committee(committee.id), saying: "\(member.name) is \(role.name.lowercased()) from \(from.words).")
      } catch CommitteeConflict.overlaps {
        return try again([FieldError(field: "member", message: "\(member.name) is on this committee in those days already")])
      } catch CommitteeConflict.twoChairs {
        return try again([FieldError(field: "role", message: "Somebody else is the chair in those days")])
      }
    }
  }

  private static func appointment(_ visit: OfficerVisit) async throws -> (Committee, Appointment) {
    let committee = try await visit.committee(may: .manageCommittees)
    let id = try visit.id("appointment")
    let all = try await visit.environment.database.read(as: visit.officer, CommitteeStore.appointments(of: committee.id))
    guard let found = all.first(where: { $0.id == id }) else { throw Problem.notFound }
    return (committee, found)
  }

  private static func end(_ visit: OfficerVisit) async throws -> Response {
    let (committee, appointment) = try await appointment(visit)
    let form = EndForm(try await visit.form())
    switch form.validated(appointment) {
    case .invalid(let errors): return try visit.page(form.page(appointment, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let (before, why)):
      do { try await store(visit).end(appointment, in: committee.authority, before: before, why: why, by: visit.officer) } catch CommitteeConflict.gone {
        throw Problem(.conflict, "It has ended already", "Somebody ended it before you.", wayOn: ("Back to the committee", Path.committee(committee.id)))
      }
      return try await saying("The appointment of \(appointment.memberName) ends with \((before - 1).words).", at: Path.committee(committee.id), visit)
    }
  }

  /// The answer to a change that may have broken a panel: it says so at once.
  static func saying(_ words: String, at path: String, _ visit: OfficerVisit) async throws -> Response {
    let broken = try await HearingStore(visit.environment).broken(from: visit.today, for: visit.officer)
    guard !broken.isEmpty else { return visit.redirect(to: path, saying: words) }
    let count = broken.count == 1 ? "The panel of one hearing may not sit now." : "The panels of \(broken.count) hearings may not sit now."
    return visit.redirect(to: path, saying: words + " " + count, link: "See which", address: Path.hearings + "#broken")
  }

  private static func turnover(_ visit: OfficerVisit) async throws -> (Committee, [Member], [Appointment]) {
    let committee = try await visit.committee(may: .manageCommittees)
    let members = try await store(visit).members(in: committee.authority, on: visit.today, for: visit.officer)
    let all = try await visit.environment.database.read(as: visit.officer, CommitteeStore.appointments(of: committee.id))
    return (committee, members, all.filter { $0.days.before.map { $0 > visit.today } ?? true })
  }

  private static func turnOver(_ visit: OfficerVisit) async throws -> Response {
    let (committee, members, current) = try await turnover(visit)
    let form = TurnoverForm(try await visit.form())
    func again(_ errors: Errors) throws -> Response {
      try visit.page(form.page(committee, members, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    switch form.validated(committee, members, current: current) {
    case .invalid(let errors): return try again(errors)
    case .valid(let plan):
      do {
        try await store(visit).turnOver(committee, plan, key: form.key, by: visit.officer)
      } catch CommitteeConflict.overlaps {
        return try again([FieldError(field: "on", message: "Somebody has an appointment that begins after that day")])
      } catch CommitteeConflict.twoChairs {
        return try again([FieldError(field: "on", message: "Another chair is appointed from a later day")])
      }
      let count = plan.seats.count + plan.elected.count
      return try await saying("\(committee.name) has \(count) members from \(plan.on.words), \(plan.elected.count) of them newly elected.", at: Path.committee(committee.id) + "?on=\(plan.on.iso)", visit)
    }
  }
}
