import Domain
import Foundation
import Web

/// The worksheet of a campaign: who, where, in the order in which somebody walks, with room to sign. Made to be printed.
struct WorksheetPage: Page {
  static let template = "campaigns/worksheet"
  /// Rows on one sheet of the screen; the next follow by a link.
  static let size = 500
  let campaign: Campaign
  let rows: [Recipient]
  let authority: Int?
  let next: String?
  let settings: Settings?

  private static let table = Table<Recipient>(rowHeader: "name", [
    Column("tick", "Given", align: .nowrap, plain: { _ in "" }, write: { row, out in
      out.append(row.state == .planned ? "<span class=\"app-tick\" aria-hidden=\"true\"></span><span class=\"govuk-visually-hidden\">Not yet</span>" : "Yes")
    }),
    Column("name", "Name") { .titled(address: Path.licence($0.id), text: $0.name, note: "\($0.kind.name) \($0.reference)") },
    .text("address", "Address") { $0.address.split(separator: "\n").joined(separator: ", ") }, .text("postcode", "Postcode") { $0.postcode },
    Column("signature", "Signature and date", width: .third, plain: { _ in "" }, write: { row, out in out.append(escaping: row.issuedOn.map { "Given \($0.short)" } ?? "") }),
  ])

  var viewData: ViewData {
    let places = Dictionary(grouping: rows) { String(($0.postcode ?? "").split(separator: " ").first ?? "No postcode") }
    var order: [String] = []
    for row in rows {
      let area = String((row.postcode ?? "").split(separator: " ").first ?? "No postcode")
      if order.last != area, !order.contains(area) { order.append(area) }
    }
    let sections = order.map { area -> ViewData in
      ["area": area, "here": (places[area]?.count ?? 0) == 1 ? "1 licence" : "\((places[area]?.count ?? 0).grouped) licences", "rowsHTML": Self.table.html(places[area] ?? [], caption: "\(campaign.name), \(area)")]
    }
    return [
      "title": "Worksheet", "campaign": campaign.name, "versionName": campaign.versionName, "district": authority.flatMap { settings?.authority($0)?.name },
      "breadcrumbs": Breadcrumbs(Breadcrumb("Campaigns", Path.campaigns), Breadcrumb(campaign.name, campaign.path), Breadcrumb("Worksheet")),
      "sections": sections, "isEmpty": rows.isEmpty, "nextAddress": next, "path": campaign.path, "many": rows.count.grouped,
      "districts": campaign.authorities.count < 2 ? [] : campaign.authorities.compactMap { id -> ViewData? in
        settings?.authority(id).map { ["name": $0.name, "address": campaign.path + "/worksheet?district=\($0.slug)"] }
      },
    ]
  }

  static var samples: [WorksheetPage] { [] }
}

/// Recording who was given it by hand: a page of those who wait, to be ticked.
struct GivenPage: Page {
  static let template = "campaigns/given"
  static let size = 50
  let campaign: Campaign
  let rows: [Recipient]
  let waiting: Int
  let on: DateFields
  let ticked: Set<UUID>
  let next: String?
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let choices = rows.map { Field.Choice($0.id.uuidString.lowercased(), "\($0.name), \($0.reference)", hint: $0.addressLine) }
    let form = FormView(
      action: campaign.path + "/given", tokens: tokens,
      parts: [
        .field(.date("on", "On which day was it given?", on)),
        .field(.checkboxes("recipient", "Who was given it?", ticked.map { $0.uuidString.lowercased() }, choices, hint: "In the order of the worksheet")),
      ], buttons: [.init("Record those ticked"), .init("Back to the campaign", .link(address: campaign.path))], errors: errors)
    return form.viewData.merging([
      "title": "Record who was reached", "lead": "\(campaign.name): \(waiting.grouped) are waiting.",
      "breadcrumbs": Breadcrumbs(Breadcrumb("Campaigns", Path.campaigns), Breadcrumb(campaign.name, campaign.path), Breadcrumb("Record who was reached")),
      "nextAddress": next, "isEmpty": rows.isEmpty, "restAddress": campaign.path + "/rest", "waiting": waiting == 1 ? "the one who is waiting" : "all \(waiting.grouped) who are waiting",
      "restFormHTML": FormView(
        action: campaign.path + "/rest", tokens: tokens, parts: [.field(Self.restDay(on))], buttons: [.init("Record all who are waiting", .secondary)], errors: []).html,
    ])
  }

  private static func restDay(_ on: DateFields) -> Field {
    var field = Field.date("rest", "On which day?", on)
    field.id = "rest"
    return field
  }

  static var samples: [GivenPage] { [] }
}

/// Mail that came back: references typed or scanned, one a line.
struct ReturnsPage: Page {
  static let template = "campaigns/returns"
  let campaign: Campaign
  let form: ReturnForm
  let recorded: [Recipient]
  let unmatched: [String]
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let view = FormView(
      action: campaign.path + "/returns", tokens: tokens,
      parts: [
        .field(.textarea("references", "Licence references", form.references, hint: "One a line, as on the letters", rows: 5)),
        .field(.radios("reason", "What does the envelope say?", form.reason, ReturnReason.allCases.map { .init($0.rawValue, $0.name) })),
        .field(.date("on", "When did they come back?", form.on)),
      ], buttons: [.init("Record"), .init("Back to the campaign", .link(address: campaign.path))], errors: errors)
    let table = Table<Recipient>(rowHeader: "name", [
      .link("name", "Name", to: { Path.licence($0.id) }, { $0.name }), .text("reference", "Reference") { $0.reference },
      .text("address", "Address it was sent to") { $0.addressLine }, .date("on", "Came back") { $0.returnedOn?.short },
      .text("reason", "What the envelope says") { $0.returnReason?.name },
      Column("undo", "A slip?", plain: { _ in "" }, write: { [campaign, tokens] row, out in
        out.append("<form method=\"post\"")
        out.append(attribute: "action", campaign.path + "/returns/\(row.id.uuidString.lowercased())/withdrawal")
        out.append(">")
        for token in tokens { out.append(token.html) }
        out.append("<button class=\"app-link-button\">Take back<span class=\"govuk-visually-hidden\"> ")
        out.append(escaping: row.reference)
        out.append("</span></button></form>")
      }),
    ])
    return view.viewData.merging([
      "title": "Mail that came back",
      "lead": "The guidance stays given: the holder was sent it in time. The address is marked, and no letter goes to it until it changes.",
      "breadcrumbs": Breadcrumbs(Breadcrumb("Campaigns", Path.campaigns), Breadcrumb(campaign.name, campaign.path), Breadcrumb("Mail that came back")),
      "unmatched": unmatched.map { ["text": $0] as ViewData }, "hasUnmatched": !unmatched.isEmpty,
      "tableHTML": table.html(recorded, caption: "Came back", empty: .init("Nothing has come back")),
    ])
  }

  static var samples: [ReturnsPage] { [] }
}

/// Returned mail, as typed.
struct ReturnForm: Sendable {
  var references = ""
  var reason = ""
  var on: DateFields

  init(today: Day) { on = DateFields(today) }
  init(_ fields: FormFields) {
    references = fields["references"] ?? ""
    reason = fields["reason"] ?? ""
    on = DateFields("on") { fields[$0] }
  }

  func validated(from first: Day?, today: Day) -> Validated<(references: [String], reason: ReturnReason, on: Day)> {
    var errors = Errors()
    let lines = references.split { $0.isNewline || $0 == "," || $0 == ";" }.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    if lines.isEmpty { errors.add("references", "Enter the reference of at least one letter that came back") }
    if lines.count > 500 { errors.add("references", "Enter no more than 500 references at a time") }
    let why = ReturnReason(rawValue: reason)
    if why == nil { errors.add("reason", "Choose what the envelope says") }
    let day = errors.day(on, "on", of: "The day they came back")
    if let day, day > today { errors.add("on", "The day they came back cannot be in the future") }
    if let day, let first, day < first { errors.add("on", "The campaign began on \(first.words): nothing can have come back before") }
    guard errors.isEmpty, let why, let day else { return .invalid(errors) }
    return .valid((lines, why, day))
  }
}
