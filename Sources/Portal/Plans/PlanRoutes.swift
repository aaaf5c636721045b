import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// Plans: begun for a hot spot, approved by another, closed with a reason.
enum PlanRoutes {
  static func add(to routes: Routes) {
    routes.may(.managePlans, .get, "hot-spots/{id}/plan") { visit in
      let place = try await plannable(visit)
      return try visit.page(beginning(place, PlanForm(today: visit.today), visit))
    }
    routes.may(.managePlans, .post, "hot-spots/{id}/plan", begin)
    routes.may(.readHotSpots, .get, "plans/{id}", show)
    routes.may(.managePlans, .get, "plans/{id}/edit") { visit in
      let plan = try await visit.openPlan()
      return try visit.page(changing(plan, PlanForm(plan), visit))
    }
    routes.may(.managePlans, .post, "plans/{id}/edit", change)
    routes.may(.managePlans, .get, "plans/{id}/approval") { visit in
      let plan = try await approvable(visit)
      return try visit.page(deciding(plan, PlanDecisionForm(plan, today: visit.today), closes: false, visit))
    }
    routes.may(.managePlans, .post, "plans/{id}/approval") { visit in
      let fields = try await visit.form()
      let plan = try await approvable(visit)
      let form = PlanDecisionForm(fields)
      switch form.validated(plan, closes: false, today: visit.today) {
      case .invalid(let errors): return try visit.page(deciding(plan, form, closes: false, visit, errors), status: .unprocessableContent)
      case .valid(let day):
        try await visit.plans.approve(plan, on: day, version: form.seen, once: SentForm(fields), by: visit.officer)
        return visit.redirect(to: plan.path, saying: "The plan is approved.")
      }
    }
    routes.may(.managePlans, .get, "plans/{id}/end") { visit in
      let plan = try await closable(visit)
      return try visit.page(deciding(plan, PlanDecisionForm(plan, today: visit.today), closes: true, visit))
    }
    routes.may(.managePlans, .post, "plans/{id}/end") { visit in
      let fields = try await visit.form()
      let plan = try await closable(visit)
      let form = PlanDecisionForm(fields)
      switch form.validated(plan, closes: true, today: visit.today) {
      case .invalid(let errors): return try visit.page(deciding(plan, form, closes: true, visit, errors), status: .unprocessableContent)
      case .valid(let day):
        try await visit.plans.close(plan, because: form.reason, on: day, version: form.seen, once: SentForm(fields), by: visit.officer)
        return visit.redirect(to: plan.path, saying: "The plan is closed.")
      }
    }
  }

  private static func plannable(_ visit: OfficerVisit) async throws -> PlannedPlace {
    guard let place = try await visit.plans.hotSpot(try visit.id(), for: visit.officer) else { throw Problem.notFound }
    guard visit.officer.may(.managePlans, in: place.authority) else { throw Problem.forbidden }
    guard place.state.isLive else {
      throw Problem(.conflict, "It takes no plan now", "The hot spot is \(place.state.name.lowercased()): a plan answers one that is designated.", wayOn: ("See the hot spot", Path.hotSpot(place.id)))
    }
    if let plan = try await visit.plans.current(of: place.id, for: visit.officer) {
      throw Problem(.conflict, "There is a plan already", "\(plan.reference) answers this hot spot.", wayOn: ("See the plan", plan.path))
    }
    return place
  }

  private static func beginning(_ place: PlannedPlace, _ form: PlanForm, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    let lead = place.designatedOn.map { "Designated on \($0.words). A plan is to be approved within \(PlanRules.daysToPlan) days, by \(($0 + PlanRules.daysToPlan).words)." }
    return TaskPage(
      title: "Begin a plan for \(place.name)", lead: lead,
      crumbs: [Breadcrumb("Hot spots", Path.hotSpots), Breadcrumb(place.reference, Path.hotSpot(place.id)), Breadcrumb("Plan")],
      form: form.view(Path.hotSpot(place.id, "plan"), cancel: Path.hotSpot(place.id), button: "Begin the plan", tokens: visit.formTokens, errors: errors))
  }

  private static func begin(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let form = PlanForm(fields)
    // The same form again leads to the plan it made; only then is it asked whether there is one.
    let place = try await visit.plans.hotSpot(try visit.id(), for: visit.officer)
    guard let place else { throw Problem.notFound }
    guard visit.officer.may(.managePlans, in: place.authority) else { throw Problem.forbidden }
    guard place.state.isLive else { _ = try await plannable(visit); throw Problem.notFound }
    switch form.validated(today: visit.today) {
    case .invalid(let errors): return try visit.page(beginning(place, form, visit, errors), status: .unprocessableContent)
    case .valid(let new):
      let id = try await visit.plans.begin(new, for: place, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.plan(id), saying: "The plan is begun. Add actions of two organisations or more.")
    }
  }

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let plan = try await visit.plan(may: .readHotSpots)
    let actions = try await visit.plans.actions(of: plan.id, for: visit.officer)
    let lines = try await visit.environment.database.read(as: visit.officer, History.of(plan.id))
    return try visit.page(SheetPage(PlanPages.plan(plan, actions, history: History.timeline(lines), visit.environment.settings, officer: visit.officer, today: visit.today)))
  }

  private static func changing(_ plan: Plan, _ form: PlanForm, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Change the plan", lead: plan.hotSpotName, crumbs: PlanPages.crumbs(plan, "Change"),
      form: form.view(plan.path + "/edit", cancel: plan.path, button: "Save", tokens: visit.formTokens, errors: errors))
  }

  private static func change(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let plan = try await visit.openPlan()
    let form = PlanForm(fields)
    switch form.validated(today: visit.today) {
    case .invalid(let errors): return try visit.page(changing(plan, form, visit, errors), status: .unprocessableContent)
    case .valid(let new):
      try await visit.plans.change(new, of: plan, version: form.seen, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: plan.path, saying: "The plan is changed.")
    }
  }

  private static func approvable(_ visit: OfficerVisit) async throws -> Plan {
    let plan = try await visit.openPlan()
    guard plan.createdBy != visit.officer.id else { throw PlanStore.ownPlan(plan) }
    guard plan.approvedOn == nil else { throw Problem(.conflict, "It is approved already", "It was approved on \(plan.approvedOn?.words ?? "another day").", wayOn: ("See the plan", plan.path)) }
    return plan
  }

  private static func closable(_ visit: OfficerVisit) async throws -> Plan {
    let plan = try await visit.openPlan()
    if let obstacle = PlanRules.obstacle(toClosing: plan.texts.assessment, openActions: plan.openActions) { throw PlanStore.unclosable(plan, obstacle) }
    return plan
  }

  private static func deciding(_ plan: Plan, _ form: PlanDecisionForm, closes: Bool, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    let missing = plan.faults.filter { $0 != .notApproved }.map(\.words)
    let lead = closes
      ? "Nothing can be changed in it afterwards."
      : missing.isEmpty ? "\(plan.hotSpotName). Begun by \(plan.author ?? "somebody"); you are the second person." : "It can be approved, and is not a multi-agency plan yet: \(missing.joined(separator: "; ").lowercasedFirst)."
    return TaskPage(
      title: closes ? "Close \(plan.reference)" : "Approve \(plan.reference)", lead: lead, crumbs: PlanPages.crumbs(plan, closes ? "Close" : "Approve"),
      form: form.view(plan, closes ? "end" : "approval", closes: closes, tokens: visit.formTokens, errors: errors))
  }
}

extension OfficerVisit {
  var plans: PlanStore { PlanStore(environment) }
  var planActions: PlanActionStore { PlanActionStore(environment) }

  /// The one road from an id to a plan.
  func plan(may permission: Permission) async throws -> Plan {
    guard let plan = try await plans.plan(try id(), for: officer) else { throw Problem.notFound }
    guard officer.may(permission, in: plan.authority) else { throw Problem.forbidden }
    return plan
  }

  /// A plan that one manages and that is not closed.
  func openPlan() async throws -> Plan {
    let plan = try await plan(may: .managePlans)
    guard plan.closedOn == nil else { throw Problem(.conflict, "The plan is closed", "Nothing can be changed in it.", wayOn: ("See the plan", plan.path)) }
    return plan
  }
}
