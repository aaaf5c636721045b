import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// A sheet to print and take along: what is known of the place, what to look at, and room to write.
struct VisitSheetPage: Page {
  static let template = "fieldwork/sheet"
  let licence: Licence
  let lights: Lights
  let visits: [FieldVisit]
  let requests: [EvidenceRequest]
  let settings: Settings
  let today: Day

  static func show(_ visit: OfficerVisit) async throws -> Response {
    let licence = try await visit.licence(may: .readRegister)
    let store = FieldworkStore(visit.environment)
    guard let lights = try await visit.environment.database.read(as: visit.officer, RecordPage.lights(licence.id, on: visit.today)).first else { throw Problem.notFound }
    let mine: SQL = "x.registration_id = \(licence.id)"
    return try visit.page(VisitSheetPage(
      licence: licence, lights: lights, visits: try await store.visits([mine], at: .first, limit: 3, for: visit.officer),
      requests: try await store.requests([mine, "x.received_on IS NULL"], at: .first, limit: 5, for: visit.officer), settings: visit.environment.settings, today: visit.today))
  }

  /// What to look at; none of it asks after a person.
  private var questions: [String] {
    licence.kind.isOfPlace
      ? [
        "Is the guidance where staff see it?", "Do staff on duty know what to look for, and whom to call: 101, or 999 if somebody is in danger?",
        licence.kind.register == .accommodation ? "Is identity checked on arrival, and cash without a booking questioned?" : "Is age checked at the door and the bar, and is a register of refusals kept?",
        "Who of the staff was trained, and when?", "Is there somebody to answer for safeguarding on every shift?",
      ]
      : ["Does the holder have the guidance with them?", "Do they know what to look for, and whom to call: 101, or 999 if somebody is in danger?", "When were they trained, and by whom?"]
  }

  var viewData: ViewData {
    let past = Table<FieldVisit>(rowHeader: "on", [.date("on", "Day") { $0.on.short }, .text("officer", "Officer") { $0.officer }, .text("found", "What was found") { $0.found }])
    return [
      "title": "Visit sheet: \(licence.tradingName ?? licence.holder.name)", "breadcrumbs": licence.crumbs("Visit sheet"),
      "line": [licence.kind.name, licence.reference, settings.authority(licence.authority)?.name ?? "", "printed for \(today.words)"].joined(separator: ", "),
      "facts": SummaryList([
        .init("Holder", licence.holder.name), .init("Telephone", licence.holder.phone),
        .init("Address", (licence.holder.address.split(separator: "\n").map(String.init) + [licence.holder.postcode ?? ""]).filter { !$0.isEmpty }.joined(separator: ", ")),
      ]),
      "lights": StatusLights(licence.kind.isOfPlace ? Array(lights.all.prefix(2)) : lights.all),
      "pastHTML": past.html(visits, caption: "The last visits", empty: .init("No visit is recorded")),
      "requests": requests.map { request -> ViewData in ["words": "\(request.words), due on \(request.dueOn.words)"] },
      "questions": questions.map { words -> ViewData in ["words": words] },
    ]
  }

  static var samples: [VisitSheetPage] { [] }
}
