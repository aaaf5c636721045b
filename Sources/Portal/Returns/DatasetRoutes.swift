import Domain
import Foundation
import Hummingbird
import Web

/// The common dataset: which figures are supplied, by whom, how often; and since when that is agreed.
enum DatasetRoutes {
  static func add(to routes: Routes) {
    routes.may(.readPartnership, .get, "dataset") { visit in
      try visit.page(SheetPage(DatasetPages.list(try await visit.datasets.list(for: visit.officer), visit)))
    }
    routes.may(.manageReturns, .post, "dataset") { visit in
      let fields = try await visit.form()
      let id = try await visit.datasets.begin(once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.edition(id), saying: "The draft is begun.")
    }
    routes.may(.readPartnership, .get, "dataset/{id}") { visit in
      let edition = try await one(visit)
      return try visit.page(SheetPage(DatasetPages.one(edition, try await visit.datasets.items(of: edition.id, for: visit.officer), visit)))
    }
    routes.may(.manageReturns, .get, "dataset/{id}/items") { visit in try visit.page(DatasetItemForm().page(try await draft(visit), visit)) }
    routes.may(.manageReturns, .post, "dataset/{id}/items", add)
    routes.may(.manageReturns, .post, "dataset/{id}/items/{item}/removal") { visit in
      let fields = try await visit.form()
      let edition = try await draft(visit)
      let id = try visit.id("item")
      guard let item = try await visit.datasets.items(of: edition.id, for: visit.officer).first(where: { $0.id == id }) else { throw Problem.notFound }
      try await visit.datasets.remove(item, from: edition, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: edition.path, saying: "“\(item.name)” is taken out.")
    }
    routes.may(.manageReturns, .get, "dataset/{id}/agreement") { visit in try visit.page(DatasetPages.agreeing(try await draft(visit), DateFields(visit.today), "CSE Strategic Group", visit)) }
    routes.may(.manageReturns, .post, "dataset/{id}/agreement", agree)
  }

  private static func one(_ visit: OfficerVisit) async throws -> DatasetEdition {
    guard let edition = try await visit.datasets.one(try visit.id(), for: visit.officer) else { throw Problem.notFound }
    return edition
  }

  private static func draft(_ visit: OfficerVisit) async throws -> DatasetEdition {
    let edition = try await one(visit)
    guard edition.agreedOn == nil else { throw DatasetStore.agreed(edition) }
    return edition
  }

  private static func add(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let edition = try await draft(visit)
    let form = DatasetItemForm(fields)
    func again(_ errors: Errors) throws -> Response { try visit.page(form.page(edition, visit, errors), status: .unprocessableContent) }
    switch form.validated(DatasetItemForm.organisations(visit), today: visit.today) {
    case .invalid(let errors): return try again(errors)
    case .valid(let new):
      guard try await visit.datasets.add(new.name, code: new.code, new.organisation, isYearly: new.isYearly, to: edition, once: SentForm(fields), by: visit.officer) else {
        return try again([FieldError(field: "name", message: "The edition has an item of that name")])
      }
      return visit.redirect(to: edition.path, saying: "The item is added.")
    }
  }

  private static func agree(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let edition = try await draft(visit)
    let on = DateFields("on") { fields[$0] }, body = fields.trimmed("body")
    var errors = Errors()
    errors.text(body, "body", "who agreed it", most: 120, today: visit.today)
    let day = errors.day(on, "on", of: "The day it was agreed")
    if let day, day > visit.today { errors.add("on", "The day it was agreed cannot be in the future") }
    if errors.isEmpty, let day {
      guard let obstacle = try await visit.datasets.agree(edition, on: day, by: body, once: SentForm(fields), recordedBy: visit.officer) else {
        return visit.redirect(to: edition.path, saying: "Edition \(edition.number) is agreed. Returns follow it from the quarter that ends next.")
      }
      errors.add("body", obstacle)
    }
    return try visit.page(DatasetPages.agreeing(edition, on, body, visit, errors), status: .unprocessableContent)
  }
}

/// An item of the dataset, as typed.
struct DatasetItemForm: Sendable {
  var name = ""
  var organisation = ""
  var frequency = ""

  init() {}
  init(_ fields: FormFields) {
    name = fields.trimmed("name")
    organisation = fields["organisation"] ?? ""
    frequency = fields["frequency"] ?? ""
  }

  static func organisations(_ visit: OfficerVisit) -> [Settings.Organisation] {
    visit.environment.settings.county.organisations.filter { $0.acts(on: visit.today) }.sorted { $0.name < $1.name }
  }

  /// The name that the item has from edition to edition: letters and digits of its words.
  static func code(_ name: String) -> String {
    let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return String(words.joined(separator: "_").prefix(40))
  }

  func validated(_ organisations: [Settings.Organisation], today: Day) -> Validated<(name: String, code: String, organisation: Int, isYearly: Bool)> {
    var errors = Errors()
    errors.text(name, "name", "what is counted", most: 200, today: today)
    let code = Self.code(name)
    if errors.isEmpty, code.count < 2 { errors.add("name", "Enter what is counted in words") }
    let owner = organisations.first { String($0.id) == organisation }
    if owner == nil { errors.add("organisation", "Choose who supplies it") }
    if !["quarterly", "yearly"].contains(frequency) { errors.add("frequency", "Choose how often") }
    guard errors.isEmpty, let owner else { return .invalid(errors) }
    return .valid((name, code, owner.id, frequency == "yearly"))
  }

  func page(_ edition: DatasetEdition, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Add an item", lead: "Edition \(edition.number) of the common dataset. Totals only: nothing that tells of a child.",
      crumbs: [Breadcrumb("Common dataset", Path.dataset), Breadcrumb("Edition \(edition.number)", edition.path), Breadcrumb("Add an item")],
      form: FormView(
        action: edition.path + "/items", tokens: visit.formTokens,
        parts: [
          .field(.text("name", "What is counted?", name, hint: "Such as “Risk assessments completed”", width: .thirty, autocomplete: "off")),
          .field(.select("organisation", "Who supplies it?", organisation, [.init("", "Choose the organisation")] + Self.organisations(visit).map { .init(String($0.id), $0.name) })),
          .field(.radios("frequency", "How often?", frequency, [.init("quarterly", "Each quarter"), .init("yearly", "Once a year, with the quarter that ends in March")])),
        ], buttons: [.init("Add the item"), .init("Cancel", .link(address: edition.path))], errors: errors))
  }
}

enum DatasetPages {
  private static func tag(_ edition: DatasetEdition) -> StatusTag { edition.agreedOn == nil ? StatusTag("Draft", .yellow) : StatusTag("Agreed", .green) }

  static func list(_ editions: [DatasetEdition], _ visit: OfficerVisit) -> Sheet {
    var sheet = Sheet(title: "Common dataset", crumbs: [Breadcrumb("Returns", Path.returns), Breadcrumb("Common dataset")])
    sheet.lead = "Which figures partners supply, who supplies each, and how often. An edition counts from the day it was agreed; returns of a quarter follow the edition agreed at its end."
    let table = Table<DatasetEdition>(rowHeader: "edition", [
      .link("edition", "Edition", to: { $0.path }, { "Edition \($0.number)" }), .number("items", "Items") { $0.items }, .tag("state", "State") { tag($0) },
      .date("agreed", "Agreed") { $0.agreedOn?.short }, .text("by", "By") { $0.agreedBy },
    ])
    sheet.sections = [.init(nil, table.html(editions, caption: "Editions, latest first", empty: .init("No edition yet", "Begin one, add its items, and have somebody else record that it was agreed.")))]
    if visit.officer.may(.manageReturns), !editions.contains(where: { $0.agreedOn == nil }) {
      sheet.sections.append(.init("Begin the next edition", words: editions.isEmpty ? "It begins empty." : "It begins with the items of the one before.",
        FormView(action: Path.dataset, tokens: visit.formTokens, parts: [], buttons: [.init("Begin a draft", .secondary)]).html))
    }
    return sheet
  }

  static func one(_ edition: DatasetEdition, _ items: [DatasetItem], _ visit: OfficerVisit) -> Sheet {
    let settings = visit.environment.settings
    let keeps = visit.officer.may(.manageReturns) && edition.agreedOn == nil
    var sheet = Sheet(title: "Common dataset, edition \(edition.number)", crumbs: [Breadcrumb("Returns", Path.returns), Breadcrumb("Common dataset", Path.dataset), Breadcrumb("Edition \(edition.number)")])
    sheet.line = Sheet.line(tag(edition), edition.agreedOn.map { "\($0.words), by the \(edition.agreedBy ?? "group")" }, edition.author.map { "drawn up by \($0)" })
    if keeps {
      sheet.actions = [.init("Add an item", edition.path + "/items", isPrimary: true)]
      if edition.recordedBy != visit.officer.id { sheet.actions.append(.init("Record that it was agreed", edition.path + "/agreement")) }
      if edition.recordedBy == visit.officer.id { sheet.lead = "You drew it up: somebody else who keeps returns records that it was agreed." }
    }
    let tokens = visit.formTokens
    var columns: [Column<DatasetItem>] = [
      .text("name", "Item") { $0.name }, .text("organisation", "Supplied by") { settings.organisation($0.organisation)?.name }, .text("often", "How often") { $0.isYearly ? "Yearly" : "Quarterly" },
    ]
    if keeps {
      columns.append(Column("do", "Action", plain: { _ in "" }) { item, out in
        out.append("<form method=\"post\" class=\"app-no-print\"")
        out.append(attribute: "action", edition.path + "/items/\(item.id.uuidString.lowercased())/removal")
        out.append(">")
        for token in tokens { out.append(token.html) }
        out.append("<button type=\"submit\" class=\"govuk-button govuk-button--secondary app-button--compact\">Take out<span class=\"govuk-visually-hidden\">: ")
        out.append(escaping: item.name)
        out.append("</span></button></form>")
      })
    }
    sheet.sections = [.init("Items", Table<DatasetItem>(rowHeader: "name", columns).html(items, caption: "Items of the edition", empty: .init(
      "No items yet", "Add what is counted, and who supplies it.", link: keeps ? "Add an item" : nil, address: keeps ? edition.path + "/items" : nil)))]
    return sheet
  }

  static func agreeing(_ edition: DatasetEdition, _ on: DateFields, _ body: String, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Record that edition \(edition.number) was agreed", lead: "\(edition.items) \(edition.items == 1 ? "item" : "items"). Nothing in it can be changed afterwards.",
      crumbs: [Breadcrumb("Common dataset", Path.dataset), Breadcrumb("Edition \(edition.number)", edition.path), Breadcrumb("Agreed")],
      form: FormView(
        action: edition.path + "/agreement", tokens: visit.formTokens, parts: [.field(.text("body", "Who agreed it?", body, width: .thirty, autocomplete: "off")), .field(.date("on", "On", on))],
        buttons: [.init("Record"), .init("Cancel", .link(address: edition.path))], errors: errors))
  }
}
