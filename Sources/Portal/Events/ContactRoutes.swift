import Domain
import Foundation
import Hummingbird
import Web

/// Drivers licensed elsewhere who were spoken to here: counted by who licensed them.
enum ContactRoutes {
  static func add(to routes: Routes) {
    routes.may(.readRegister, .get, "events/contacts") { visit in
      try visit.page(try await page(visit, ContactForm(today: visit.today, districts: EventRoutes.districts(visit))))
    }
    routes.may(.recordEvents, .post, "events/contacts", record)
    routes.may(.recordEvents, .post, "events/contacts/{id}/withdrawal") { visit in
      _ = try await visit.form()
      let done = try await EventRoutes.store(visit).withdrawContact(try visit.id(), by: visit.officer)
      guard done else { throw Problem.notFound }
      return visit.redirect(to: Path.events + "/contacts", saying: "The contact was taken back.")
    }
  }

  private struct Cursor: Codable, Sendable {
    var on: String
    var id: UUID
  }

  private static func page(_ visit: OfficerVisit, _ form: ContactForm, errors: Errors = []) async throws -> ContactsPage {
    let after = try visit.query()["after"].flatMap { KeysetCursor.decode($0, as: Cursor.self) }.flatMap { cursor in Day(iso: cursor.on).map { ($0, cursor.id) } }
    let fetched = try await EventRoutes.store(visit).contacts(after: after, limit: 51, for: visit.officer)
    let rows = Array(fetched.prefix(50))
    let next = fetched.count > 50 ? rows.last.map { Path.events + "/contacts?after=" + KeysetCursor.encode(Cursor(on: $0.metOn.iso, id: $0.id)) } : nil
    return ContactsPage(
      rows: rows, next: next, form: form, districts: EventRoutes.districts(visit), settings: visit.environment.settings,
      mayRecord: visit.officer.may(.recordEvents), tokens: visit.formTokens, errors: errors)
  }

  private static func record(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let form = ContactForm(fields)
    switch form.validated(allowed: EventRoutes.districts(visit), settings: visit.environment.settings, today: visit.today) {
    case .invalid(let errors): return try visit.page(try await page(visit, form, errors: errors), status: .unprocessableContent)
    case .valid(let new):
      try await EventRoutes.store(visit).addContacts(new, once: SentForm(fields), by: visit.officer)
      return visit.redirect(
        to: Path.events + "/contacts", saying: new.count == 1 ? "One contact was noted." : "\(new.count) contacts were noted.")
    }
  }
}
