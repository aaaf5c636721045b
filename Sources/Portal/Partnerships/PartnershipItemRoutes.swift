import Domain
import Foundation
import Hummingbird
import Web

/// Items of partnership plans: seen by readers, monitored and assessed by those who keep the plan, verified by another of them.
enum PartnershipItemRoutes {
  static func add(to routes: Routes) {
    routes.may(.readPartnership, .get, "partnership-items/{id}") { visit in
      let item = try await item(visit)
      return try await show(visit, item, PartnershipEntryForm(item, today: visit.today))
    }
    routes.may(.managePartnership, .post, "partnership-items/{id}/entries", enter)
    routes.may(.managePartnership, .get, "partnership-items/{id}/risk") { visit in
      let item = try await keptItem(visit)
      return try visit.page(PartnershipRiskForm(today: visit.today).page(item, PartnershipPages.crumbs(item, visit.environment.settings, "Risk"), tokens: visit.formTokens))
    }
    routes.may(.managePartnership, .post, "partnership-items/{id}/risk", assess)
    routes.may(.managePartnership, .get, "partnership-items/{id}/edit") { visit in
      let item = try await keptItem(visit)
      return try visit.page(changing(item, PartnershipItemForm(item), visit))
    }
    routes.may(.managePartnership, .post, "partnership-items/{id}/edit", change)
  }

  /// The one road from an id to an item.
  private static func item(_ visit: OfficerVisit) async throws -> PartnershipItem {
    guard let item = try await visit.partnerships.item(try visit.id(), for: visit.officer) else { throw Problem.notFound }
    return item
  }

  private static func keptItem(_ visit: OfficerVisit) async throws -> PartnershipItem {
    let item = try await item(visit)
    guard visit.keepsPlan(of: item.partnership) else { throw Problem.forbidden }
    return item
  }

  private static func show(_ visit: OfficerVisit, _ item: PartnershipItem, _ form: PartnershipEntryForm, errors: Errors = []) async throws -> Response {
    let notes = try await visit.partnerships.notes(of: item.id, for: visit.officer)
    let view = visit.keepsPlan(of: item.partnership) ? form.view(item, by: visit.officer, tokens: visit.formTokens, errors: errors) : nil
    return try visit.page(SheetPage(PartnershipPages.item(item, entries: notes.entries, risks: notes.risks, form: view, visit)), status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  private static func enter(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let item = try await keptItem(visit)
    let form = PartnershipEntryForm(fields)
    switch form.validated(item, today: visit.today) {
    case .invalid(let errors): return try await show(visit, item, form, errors: errors)
    case .valid(let entry):
      if let obstacle = try await visit.partnerships.enter(entry, on: item, once: SentForm(fields), by: visit.officer) {
        return try await show(visit, item, form, errors: [FieldError(field: "standing", message: obstacle)])
      }
      return visit.redirect(to: item.path, saying: entry.standing == .verified && item.standing == .done ? "The item is verified." : "It is recorded.")
    }
  }

  private static func assess(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let item = try await keptItem(visit)
    let form = PartnershipRiskForm(fields)
    switch form.validated(today: visit.today) {
    case .invalid(let errors):
      return try visit.page(form.page(item, PartnershipPages.crumbs(item, visit.environment.settings, "Risk"), tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let typed):
      try await visit.partnerships.assess(item, typed.level, typed.words, on: typed.on, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: item.path, saying: "The risk is assessed as \(typed.level.name.lowercased()).")
    }
  }

  private static func changing(_ item: PartnershipItem, _ form: PartnershipItemForm, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Change the item", lead: item.what, crumbs: PartnershipPages.crumbs(item, visit.environment.settings, "Change"),
      form: form.view(item.path + "/edit", cancel: item.path, button: "Save", PartnershipRoutes.organisations(of: item.partnership, visit), tokens: visit.formTokens, errors: errors))
  }

  private static func change(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let item = try await keptItem(visit)
    let form = PartnershipItemForm(fields)
    switch form.validated(PartnershipRoutes.organisations(of: item.partnership, visit), year: item.year, today: visit.today) {
    case .invalid(let errors): return try visit.page(changing(item, form, visit, errors), status: .unprocessableContent)
    case .valid(let new):
      try await visit.partnerships.change(new, of: item, version: form.seen, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: item.path, saying: "The item is changed.")
    }
  }
}
