import Domain
import Foundation
import Hummingbird
import Web

/// Partnership plans: begun for a year, filled with items, copied forward to the next.
enum PartnershipRoutes {
  static func add(to routes: Routes) {
    routes.may(.readPartnership, .get, "partnership-plans") { visit in
      try visit.page(SheetPage(PartnershipPages.list(try await visit.partnerships.list(on: visit.today, for: visit.officer), visit)))
    }
    routes.may(.managePartnership, .get, "partnership-plans/new") { visit in try visit.page(beginning("", String(PlanYear(holding: visit.today).year), visit)) }
    routes.may(.managePartnership, .post, "partnership-plans/new", begin)
    routes.may(.readPartnership, .get, "partnership-plans/{id}", show)
    routes.may(.managePartnership, .get, "partnership-plans/{id}/next") { visit in
      let plan = try await keptPlan(visit)
      let items = try await visit.partnerships.items(of: plan.id, for: visit.officer)
      return try visit.page(copying(plan, items, chosen: items.filter { $0.standing != .verified }.map(\.id), visit))
    }
    routes.may(.managePartnership, .post, "partnership-plans/{id}/next", copy)
    routes.may(.managePartnership, .get, "partnership-plans/{id}/items") { visit in
      try visit.page(adding(try await keptPlan(visit), PartnershipItemForm(), visit))
    }
    routes.may(.managePartnership, .post, "partnership-plans/{id}/items", add)
  }

  /// The one road from an id to a plan.
  static func plan(_ visit: OfficerVisit) async throws -> PartnershipPlan {
    guard let plan = try await visit.partnerships.plan(try visit.id(), on: visit.today, for: visit.officer) else { throw Problem.notFound }
    return plan
  }

  private static func keptPlan(_ visit: OfficerVisit) async throws -> PartnershipPlan {
    let plan = try await plan(visit)
    guard visit.keepsPlan(of: plan.partnership) else { throw Problem.forbidden }
    return plan
  }

  /// Organisations that act in some district of a partnership on the day.
  static func organisations(of partnership: Int, _ visit: OfficerVisit) -> [Settings.Organisation] {
    let settings = visit.environment.settings
    let districts = Set(settings.county.authorities.filter { $0.partnership == partnership }.map(\.id))
    return settings.county.organisations.filter { !districts.isDisjoint(with: $0.authorities) && $0.acts(on: visit.today) }.sorted { $0.name < $1.name }
  }

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let plan = try await plan(visit)
    let items = try await visit.partnerships.items(of: plan.id, for: visit.officer)
    let next = try await visit.partnerships.list(on: visit.today, for: visit.officer).first { $0.partnership == plan.partnership && $0.year == plan.year.next }
    return try visit.page(SheetPage(PartnershipPages.plan(plan, items, next: next, visit)))
  }

  private static func beginning(_ partnership: String, _ year: String, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    let now = PlanYear(holding: visit.today)
    return TaskPage(
      title: "Begin a partnership plan", lead: "Where there is a plan of the year before, copy it forward instead: open it and choose what goes on.",
      crumbs: [Breadcrumb("Partnership plans", Path.partnershipPlans), Breadcrumb("Begin a plan")],
      form: FormView(
        action: Path.partnershipPlans + "/new", tokens: visit.formTokens,
        parts: [
          .field(.radios("partnership", "Partnership", partnership, visit.keptPartnerships.map { .init(String($0.id), $0.name) })),
          .field(.radios("year", "Year", year, [PlanYear(now.year - 1), now, now.next].map { .init(String($0.year), $0.words) }, inline: true)),
        ], buttons: [.init("Begin the plan"), .init("Cancel", .link(address: Path.partnershipPlans))], errors: errors))
  }

  private static func begin(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    var errors = Errors()
    let now = PlanYear(holding: visit.today).year
    let partnership = Int(fields["partnership"] ?? "").flatMap { id in visit.keptPartnerships.first { $0.id == id } }
    if partnership == nil { errors.add("partnership", "Choose the partnership") }
    let year = Int(fields["year"] ?? "").flatMap { (now - 1...now + 1).contains($0) ? PlanYear($0) : nil }
    if year == nil { errors.add("year", "Choose the year") }
    if let partnership, let year, try await visit.partnerships.list(on: visit.today, for: visit.officer).contains(where: { $0.partnership == partnership.id && $0.year == year }) {
      errors.add("year", "\(partnership.name) has a plan for \(year.words) already")
    }
    guard errors.isEmpty, let partnership, let year else {
      return try visit.page(beginning(fields["partnership"] ?? "", fields["year"] ?? "", visit, errors), status: .unprocessableContent)
    }
    let id = try await visit.partnerships.begin(partnership.id, year, once: SentForm(fields), by: visit.officer)
    return visit.redirect(to: Path.partnershipPlan(id), saying: "The plan is begun. Add its items.")
  }

  private static func copying(_ plan: PartnershipPlan, _ items: [PartnershipItem], chosen: [UUID], _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    let title = PartnershipPages.title(plan, visit.environment.settings)
    return TaskPage(
      title: "Copy forward to \(plan.year.next.words)", lead: "What goes on is open again, due a year later, and has its risk assessed anew. Monitoring stays with this year.",
      crumbs: [Breadcrumb("Partnership plans", Path.partnershipPlans), Breadcrumb(title, plan.path), Breadcrumb("Copy forward")],
      form: FormView(
        action: plan.path + "/next", tokens: visit.formTokens,
        parts: [.field(.checkboxes("item", "Which items go on?", chosen.map { $0.uuidString.lowercased() }, items.map { .init($0.id.uuidString.lowercased(), $0.what, hint: $0.standing.name) }))],
        buttons: [.init("Copy forward"), .init("Cancel", .link(address: plan.path))], errors: errors))
  }

  private static func copy(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let plan = try await keptPlan(visit)
    let items = try await visit.partnerships.items(of: plan.id, for: visit.officer)
    let chosen = fields.all("item").compactMap { UUID(uuidString: $0) }.filter { id in items.contains { $0.id == id } }
    guard !chosen.isEmpty else {
      return try visit.page(copying(plan, items, chosen: [], visit, [FieldError(field: "item", message: "Choose at least one item that goes on")]), status: .unprocessableContent)
    }
    let id = try await visit.partnerships.begin(plan.partnership, plan.year.next, copying: plan, items: chosen, once: SentForm(fields), by: visit.officer)
    return visit.redirect(to: Path.partnershipPlan(id), saying: "\(chosen.count) \(chosen.count == 1 ? "item goes" : "items go") on in \(plan.year.next.words).")
  }

  private static func adding(_ plan: PartnershipPlan, _ form: PartnershipItemForm, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    let title = PartnershipPages.title(plan, visit.environment.settings)
    return TaskPage(
      title: "Add an item", lead: title, crumbs: [Breadcrumb("Partnership plans", Path.partnershipPlans), Breadcrumb(title, plan.path), Breadcrumb("Add an item")],
      form: form.view(plan.path + "/items", cancel: plan.path, button: "Add the item", organisations(of: plan.partnership, visit), tokens: visit.formTokens, errors: errors))
  }

  private static func add(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let plan = try await keptPlan(visit)
    let form = PartnershipItemForm(fields)
    switch form.validated(organisations(of: plan.partnership, visit), year: plan.year, today: visit.today) {
    case .invalid(let errors): return try visit.page(adding(plan, form, visit, errors), status: .unprocessableContent)
    case .valid(let new):
      let id = try await visit.partnerships.add(new, to: plan, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: plan.path, saying: "The item is added.", link: "Assess its risk", address: Path.partnershipItem(id) + "/risk")
    }
  }
}
