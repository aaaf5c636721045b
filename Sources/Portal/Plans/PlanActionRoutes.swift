import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// Actions of plans: added by those who manage the plan, reported on by those who do them, verified by another organisation.
enum PlanActionRoutes {
  static func add(to routes: Routes) {
    routes.may(.readHotSpots, .get, "plan-actions", list)
    routes.may(.reportPlans, .get, "agency", agency)
    routes.may(.managePlans, .get, "plans/{id}/actions") { visit in
      let plan = try await visit.openPlan()
      return try visit.page(adding(plan, PlanActionForm(), visit))
    }
    routes.may(.managePlans, .post, "plans/{id}/actions", add)
    routes.may(.readHotSpots, .get, "plan-actions/{id}") { visit in
      let action = try await visit.planAction(may: .readHotSpots)
      return try await show(visit, action, PlanStepForm(action, today: visit.today))
    }
    routes.may(.reportPlans, .post, "plan-actions/{id}/steps", report)
    routes.may(.managePlans, .get, "plan-actions/{id}/edit") { visit in
      let action = try await visit.openPlanAction()
      return try visit.page(changing(action, PlanActionForm(action), visit))
    }
    routes.may(.managePlans, .post, "plan-actions/{id}/edit", change)
  }

  /// Organisations that act there on the day.
  static func organisations(in authority: Int, _ visit: OfficerVisit) -> [Settings.Organisation] {
    visit.environment.settings.county.organisations.filter { $0.authorities.contains(authority) && $0.acts(on: visit.today) }.sorted { $0.name < $1.name }
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems()
    let mine = try await visit.planActions.organisation(of: visit.officer)
    var filter = PlanActionFilter()
    filter.organisation = query["organisation"] == nil ? mine : query["organisation"].flatMap(Int.init).flatMap { visit.environment.settings.organisation($0)?.id }
    filter.state = query["state"].flatMap(PlanActionState.init)
    filter.isOverdue = query["due"] == "overdue"
    let position = KeysetPosition<PlanActionCursor>(query)
    let fetched = try await visit.planActions.list(filter, at: position, limit: 51, for: visit.officer)
    let page = KeysetPage(fetched, limit: 50, at: position) { PlanActionCursor(due: $0.due.iso, id: $0.id) }
    return try visit.page(PlanActionsPage(
      rows: page.rows, pagination: page.pagination(query), query: query, settings: visit.environment.settings, mine: mine,
      today: visit.today))
  }

  private static func adding(_ plan: Plan, _ form: PlanActionForm, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Add an action", lead: plan.hotSpotName, crumbs: PlanPages.crumbs(plan, "Add an action"),
      form: form.view(plan.path + "/actions", cancel: plan.path, button: "Add the action", organisations(in: plan.authority, visit), tokens: visit.formTokens, errors: errors))
  }

  private static func add(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let plan = try await visit.openPlan()
    let form = PlanActionForm(fields)
    switch form.validated(organisations(in: plan.authority, visit), earliest: visit.today, today: visit.today) {
    case .invalid(let errors): return try visit.page(adding(plan, form, visit, errors), status: .unprocessableContent)
    case .valid(let new):
      let id = try await visit.planActions.add(new, to: plan, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: plan.path, saying: "The action is proposed. It counts once it is agreed.", link: "Agree it now", address: Path.planAction(id) + "#report")
    }
  }

  /// What the reader may say of an action: those who manage the plan everything, others how it goes on in their own organisation.
  private static func choices(_ action: PlanAction, _ mine: Int?, _ officer: Officer) -> [PlanActionState] {
    guard !action.planClosed, !action.state.isOver, officer.may(.reportPlans, in: action.authority) else { return [] }
    let manages = officer.may(.managePlans, in: action.authority)
    guard manages || mine == action.organisation else { return [] }
    return [action.state] + action.state.next(isReached: action.isReached).filter { !$0.isDecided || manages && ($0 != .verified || mine != action.organisation) }
  }

  /// A partner's home: what their organisation has to do, each with a line to say how it goes on.
  private static func agency(_ visit: OfficerVisit) async throws -> Response {
    guard let mine = try await visit.planActions.organisation(of: visit.officer) else { return try visit.page(SheetPage(PlanPages.agencyNotRecorded(visit.officer))) }
    let actions = try await visit.planActions.open(of: mine, for: visit.officer)
    let forms = actions.map { action in
      let choices = choices(action, mine, visit.officer)
      return (action, choices.isEmpty ? nil : PlanStepForm(action, today: visit.today).line(action, choices, tokens: visit.formTokens))
    }
    return try visit.page(SheetPage(PlanPages.agency(visit.environment.settings.organisation(mine)?.name ?? "Your organisation", forms, officer: visit.officer, today: visit.today)))
  }

  private static func show(_ visit: OfficerVisit, _ action: PlanAction, _ form: PlanStepForm, errors: Errors = []) async throws -> Response {
    let mine = try await visit.planActions.organisation(of: visit.officer)
    let choices = choices(action, mine, visit.officer)
    let report = choices.isEmpty ? nil : form.view(action, choices, tokens: visit.formTokens, errors: errors)
    let steps = try await visit.planActions.steps(of: action.id, for: visit.officer)
    let lines = try await visit.environment.database.read(as: visit.officer, History.of(action.id))
    let campaigns = action.coverageWanted == nil ? [] : try await visit.environment.database.read(as: visit.officer, HotSpotCampaign.of(action.hotSpot))
    let reads = mine == action.organisation || visit.officer.may(.managePlans, in: action.authority)
    let sheet = PlanPages.action(action, steps: steps, reads: reads, campaigns: campaigns, report: report, history: History.timeline(lines), visit.environment.settings, officer: visit.officer, today: visit.today)
    return try visit.page(SheetPage(sheet), status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  private static func report(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let action = try await visit.planAction(may: .reportPlans)
    let form = PlanStepForm(fields)
    guard form.seen == action.version else {
      throw Problem(.conflict, "The action has changed meanwhile", "Somebody was quicker. Look at it again.", wayOn: ("See the action", action.path))
    }
    let mine = try await visit.planActions.organisation(of: visit.officer)
    switch form.validated(choices(action, mine, visit.officer), since: action.since, today: visit.today) {
    case .invalid(let errors): return try await show(visit, action, form, errors: errors)
    case .valid(let step):
      try await visit.planActions.report(step, on: action, version: form.seen, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: fields["from"] == "agency" ? Path.agency : action.path, saying: step.state == action.state ? "It is recorded." : "The action is now \(step.state.name.lowercased()).")
    }
  }

  private static func changing(_ action: PlanAction, _ form: PlanActionForm, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Change the action", lead: action.hotSpotName,
      crumbs: [Breadcrumb(action.planReference, Path.plan(action.plan)), Breadcrumb("Action \(action.number)", action.path), Breadcrumb("Change")],
      form: form.view(action.path + "/edit", cancel: action.path, button: "Save", organisations(in: action.authority, visit), tokens: visit.formTokens, errors: errors))
  }

  private static func change(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let action = try await visit.openPlanAction()
    let form = PlanActionForm(fields)
    switch form.validated(organisations(in: action.authority, visit), earliest: min(action.due, visit.today), today: visit.today) {
    case .invalid(let errors): return try visit.page(changing(action, form, visit, errors), status: .unprocessableContent)
    case .valid(let new):
      try await visit.planActions.change(new, of: action, version: form.seen, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: action.path, saying: "The action is changed.")
    }
  }
}

extension Settings.Organisation {
  func acts(on day: Day) -> Bool {
    (from.flatMap { Day(iso: $0) }.map { $0 <= day } ?? true) && (until.flatMap { Day(iso: $0) }.map { day < $0 } ?? true)
  }
}

extension OfficerVisit {
  /// The one road from an id to an action of a plan.
  func planAction(may permission: Permission) async throws -> PlanAction {
    guard let action = try await planActions.action(try id(), for: officer) else { throw Problem.notFound }
    guard officer.may(permission, in: action.authority) else { throw Problem.forbidden }
    return action
  }

  func openPlanAction() async throws -> PlanAction {
    let action = try await planAction(may: .managePlans)
    guard !action.planClosed, !action.state.isOver else {
      throw Problem(.conflict, "It cannot be changed now", "The action is \(action.planClosed ? "part of a plan that is closed" : action.state.name.lowercased()).", wayOn: ("See the action", action.path))
    }
    return action
  }
}
