import Domain
import Foundation
import Hummingbird
import Web

/// Who was given guidance and has not acknowledged it: reminded step by step, and then somebody talks to them.
enum ChaseRoutes {
  static func add(to routes: Routes) {
    routes.may(.issueGuidance, .get, "chase") { visit in try visit.page(try await page(visit)) }
    routes.may(.issueGuidance, .post, "chase") { visit in
      let fields = try await visit.form()
      let authority = fields["district"].flatMap { visit.environment.settings.authority(slug: $0)?.id }
      let many = try await DeliveryStore(visit.environment).remind(authority: authority, by: visit.officer)
      return visit.redirect(
        to: Path.chase, saying: many == 0 ? "No reminder was due: all that can be reminded by e-mail were." : "\(many.grouped) \(many == 1 ? "reminder is" : "reminders are") on the way.",
        link: "See the outbox", address: Path.outbox)
    }
  }

  private static func page(_ visit: OfficerVisit) async throws -> ChasePage {
    let settings = visit.environment.settings
    let authority = try visit.query()["district"].flatMap { settings.authority(slug: $0)?.id }
    let steps = settings.policy.chaseDays
    let (escalated, reminded) = try await visit.environment.database.read(
      as: visit.officer, DeliveryStore.chased(on: visit.today, steps: steps, authority: authority, isEscalated: true, limit: 200),
      DeliveryStore.chased(on: visit.today, steps: steps, authority: authority, isEscalated: false, limit: 200))
    return ChasePage(escalated: escalated, reminded: reminded, authority: authority, settings: settings, tokens: visit.formTokens)
  }
}

struct ChasePage: Page {
  static let template = "delivery/chase"
  let escalated: [DeliveryStore.Chased]
  let reminded: [DeliveryStore.Chased]
  let authority: Int?
  let settings: Settings?
  let tokens: [FormToken]

  private func table(_ rows: [DeliveryStore.Chased], _ caption: String, _ empty: String) -> TrustedHTML {
    let settings = settings
    return Table<DeliveryStore.Chased>(rowHeader: "name", [
      Column("name", "Name") { .titled(address: Path.licence($0.licence), text: $0.name, note: "\($0.kind.name), \($0.reference)") },
      .text("district", "District") { settings?.authority($0.authority)?.name }, .date("given", "Given") { $0.issued.short }, .number("days", "Days ago") { $0.days },
      Column("reminded", "Reminders", align: .end) { .text($0.reminded == 0 ? "None" : String($0.reminded)) },
      .text("contact", "Contact") { $0.phone ?? $0.email ?? nil },
    ]).html(rows, caption: caption, empty: .init(empty))
  }

  var viewData: ViewData {
    let steps = settings?.policy.chaseDays ?? []
    let due = (escalated + reminded).filter { $0.email != nil && $0.rung > $0.reminded }.count
    let authorities = (settings?.county.authorities ?? []).map { Field.Choice($0.slug, $0.name) }
    let slug = authority.flatMap { settings?.authority($0)?.slug } ?? ""
    return [
      "title": "Acknowledgements to chase",
      "lead": "A reminder goes by e-mail after \(steps.dropLast().map(String.init).joined(separator: ", "))\(steps.count > 1 ? " and " : "")\(steps.last.map(String.init) ?? "") days. After the last, somebody talks to the holder.",
      "filterHTML": FormView(
        action: Path.chase, method: .get, parts: [.field(.select("district", "District", slug, [.init("", "Any")] + authorities))], buttons: [.init("Show", .secondary)]).html,
      "due": due.grouped, "isOne": due == 1, "nothingDue": due == 0, "sendAddress": Path.chase, "district": slug, "tokensHTML": TrustedHTML.joined(tokens.map(\.html)),
      "escalatedHTML": table(escalated, "To talk to", "Nobody has to be talked to"), "remindedHTML": table(reminded.filter { $0.email != nil }, "Being reminded", "Nobody is being reminded"),
      // Nothing reminds them by itself.
      "unreachableHTML": reminded.contains { $0.email == nil } ? table(reminded.filter { $0.email == nil }, "Without an e-mail address", "") : nil,
      "isCut": escalated.count == 200 || reminded.count == 200,
    ]
  }

  static var samples: [ChasePage] { [ChasePage(escalated: [], reminded: [], authority: nil, settings: nil, tokens: [])] }
}
