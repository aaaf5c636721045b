import Domain
import Foundation
import Hummingbird
import Web

/// The papers that leave a meeting, one an organisation. Who printed which is noted before it is shown.
enum TaskingPackRoutes {
  static func add(to routes: Routes) {
    routes.may(.managePlans, .get, "tasking/{id}/packs") { visit in try await list(visit) }
    routes.may(.managePlans, .post, "tasking/{id}/packs", print)
    routes.may(.managePlans, .get, "tasking/{id}/packs/{organisation}", show)
  }

  private static func papered(_ visit: OfficerVisit) async throws -> TaskingMeeting {
    let meeting = try await visit.meeting(may: .managePlans)
    guard meeting.state != .cancelled else { throw TaskingStore.over(meeting) }
    return meeting
  }

  private static func list(_ visit: OfficerVisit, _ errors: Errors = []) async throws -> Response {
    let meeting = try await papered(visit)
    let form = FormView(
      action: Path.tasking(meeting.id, "packs"), tokens: visit.formTokens,
      parts: [.field(.select("organisation", "Organisation", "", [.init("", "Choose the organisation")] + visit.organisations(in: meeting).map { .init(String($0.id), $0.name) }))],
      buttons: [.init("Show its paper")], errors: errors)
    return try visit.page(
      SheetPage(TaskingPages.packs(meeting, try await visit.tasking.packs(of: meeting.id, for: visit.officer), form: form, visit.environment.settings)),
      status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  private static func print(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let meeting = try await papered(visit)
    guard let organisation = visit.organisations(in: meeting).first(where: { String($0.id) == fields["organisation"] }) else {
      return try await list(visit, [FieldError(field: "organisation", message: "Choose the organisation whose paper is printed")])
    }
    try await visit.tasking.print(for: organisation, of: meeting, once: SentForm(fields), by: visit.officer)
    return .redirect(to: Path.tasking(meeting.id, "packs/\(organisation.id)"))
  }

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let meeting = try await papered(visit)
    let wanted = try visit.parameter("organisation")
    guard let organisation = visit.organisations(in: meeting).first(where: { String($0.id) == wanted }),
      try await visit.tasking.packs(of: meeting.id, for: visit.officer).contains(where: { $0.organisation == organisation.id })
    else { throw Problem.notFound }
    return try visit.page(SheetPage(try await visit.tasking.pack(of: meeting, for: organisation, by: visit.officer).sheet))
  }
}
