import Domain
import Foundation
import Hummingbird
import Web

/// Lists, searches and records of licences, and what is done to them. Verbs are nouns: suspending is the resource restriction.
enum RegisterRoutes {
  static func add(to routes: Routes) {
    for register in Register.allCases {
      routes.may(.readRegister, .get, String(register.path.dropFirst())) { visit in
        try visit.require(.readRegister, of: register)
        return try await list(register, visit)
      }
      routes.may(.exportRegister, .get, String(register.path.dropFirst()) + ".csv") { visit in
        try visit.require(.exportRegister, of: register)
        return try await LicenceExport.csv(register, visit)
      }
    }
    routes.may(.readRegister, .get, "search", search)
    routes.may(.editRegister, .get, "licences/new") { visit in
      let asked = Register(rawValue: try visit.query()["register"] ?? "")
      let form = LicenceForm(register: asked ?? Register.allCases.first { visit.officer.may(.editRegister, of: $0) } ?? .drivers)
      try visit.require(.editRegister, of: form.register)
      return try visit.page(NewLicencePage(form: form, authorities: authorities(visit), settings: visit.environment.settings, tokens: visit.formTokens))
    }
    routes.may(.editRegister, .post, "licences/new", create)
    routes.may(.readRegister, .get, "licences/{id}", RecordPage.show)
    routes.may(.readRegister, .get, "licences/{id}/proof", LicenceProof.show)
    routes.may(.editRegister, .get, "licences/{id}/edit") { visit in
      let licence = try await visit.licence(may: .editRegister)
      return try visit.page(EditLicencePage(licence: licence, form: LicenceForm(licence), tokens: visit.formTokens))
    }
    routes.may(.editRegister, .post, "licences/{id}/edit", edit)
    routes.may(.restrictLicences, .get, "licences/{id}/restriction") { visit in
      let licence = try await visit.licence(may: .restrictLicences)
      let form = RestrictionForm(kind: try visit.query()["kind"] ?? "", today: visit.today)
      return try visit.page(RestrictionPage(licence: licence, form: form, tokens: visit.formTokens))
    }
    routes.may(.restrictLicences, .post, "licences/{id}/restriction", restrict)
    routes.may(.restrictLicences, .get, "licences/{id}/restrictions/{restriction}/lift") { visit in
      let (licence, restriction) = try await openRestriction(visit)
      return try visit.page(LiftPage(licence: licence, restriction: restriction, form: LiftForm(today: visit.today), tokens: visit.formTokens))
    }
    routes.may(.restrictLicences, .post, "licences/{id}/restrictions/{restriction}/lift", lift)
    RenewalRoutes.add(to: routes)
  }

  static func authorities(_ visit: OfficerVisit) -> [Settings.Authority] {
    visit.officer.authorities(.editRegister).compactMap(visit.environment.settings.authority)
  }

  private static func list(_ register: Register, _ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems()
    let settings = visit.environment.settings
    let filter = LicenceFilter(register, query, today: visit.today, settings: settings)
    let sort = Table<LicenceRow>.Sort(query, among: LicenceListStore.Order.allCases.map(\.rawValue), default: "name")
    let order = LicenceListStore.Order(rawValue: sort.key) ?? .name
    let position = KeysetPosition<LicenceCursor>(query)
    let (rows, count) = try await LicenceListStore(environment: visit.environment).page(
      filter, order: order, descending: sort.isDescending, at: position, limit: 50, for: visit.officer)
    let page = KeysetPage(rows, limit: 50, at: position, cursor: order.cursor)
    return try visit.page(LicenceListPage(
      filter: filter, settings: settings, query: query, rows: page.rows, count: count, pagination: page.pagination(query), sort: sort,
      mayAdd: visit.officer.may(.editRegister), mayExport: visit.officer.may(.exportRegister)))
  }

  /// A search that finds one licence by its badge or reference goes straight to it: nobody else can be meant.
  private static func search(_ visit: OfficerVisit) async throws -> Response {
    let words = try visit.query().trimmed("q")
    let found = words.isEmpty ? [] : try await LicenceListStore(environment: visit.environment).search(words, on: visit.today, for: visit.officer)
    if let only = found.first, found.count == 1, ["reference", "badge"].contains(only.matched) { return .redirect(to: Path.licence(only.row.id)) }
    return try visit.page(SearchPage(words: words, found: found, settings: visit.environment.settings))
  }

  private static func create(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let form = LicenceForm(fields)
    let settings = visit.environment.settings
    func again(_ errors: Errors) throws -> Response {
      let page = NewLicencePage(form: form, authorities: authorities(visit), settings: settings, tokens: visit.formTokens, errors: errors)
      return try visit.page(page, status: .unprocessableContent)
    }
    switch form.validatedAsNew(settings, officer: visit.officer, today: visit.today) {
    case .invalid(let errors): return try again(errors)
    case .valid(let new):
      do {
        let id = try await RegisterStore(visit.environment).add(new, once: SentForm(fields), by: visit.officer)
        return visit.redirect(to: Path.licence(id), saying: "Licence \(new.details.reference) was added. Guidance is due.")
      } catch LicenceConflict.referenceTaken {
        return try again([FieldError(field: "reference", message: "Another licence of this kind in this district has this reference")])
      }
    }
  }

  private static func edit(_ visit: OfficerVisit) async throws -> Response {
    let licence = try await visit.licence(may: .editRegister)
    var form = LicenceForm(try await visit.form())
    // The licence says which register it is in, and so what may be asked about it.
    form.register = licence.kind.register
    switch form.validated() {
    case .invalid(let errors):
      return try visit.page(EditLicencePage(licence: licence, form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let details):
      do {
        try await RegisterStore(visit.environment).edit(licence, to: details, version: form.version, by: visit.officer)
        return visit.redirect(to: Path.licence(licence.id), saying: "The details of \(details.reference) were changed.")
      } catch LicenceConflict.stale(let current) {
        return try visit.page(StaleEditPage(current: current, form: form, details: details, tokens: visit.formTokens), status: .conflict)
      } catch LicenceConflict.referenceTaken {
        let errors: Errors = [FieldError(field: "reference", message: "Another licence of this kind in this district has this reference")]
        return try visit.page(EditLicencePage(licence: licence, form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
      }
    }
  }

  private static func restrict(_ visit: OfficerVisit) async throws -> Response {
    let licence = try await visit.licence(may: .restrictLicences)
    let fields = try await visit.form()
    let form = RestrictionForm(fields)
    func again(_ errors: Errors) throws -> Response {
      try visit.page(RestrictionPage(licence: licence, form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    switch form.validated(for: licence.kind, today: visit.today) {
    case .invalid(let errors): return try again(errors)
    case .valid(let new):
      do {
        try await RegisterStore(visit.environment).restrict(licence, new, once: SentForm(fields), by: visit.officer)
        return visit.redirect(to: Path.licence(licence.id), saying: "\(new.kind.name) of \(licence.reference) recorded from \(new.from.words).")
      } catch LicenceConflict.alreadyRestricted {
        return try again([FieldError(field: "from", message: "This licence already has a \(new.kind.name.lowercased()) in those days")])
      }
    }
  }

  private static func openRestriction(_ visit: OfficerVisit) async throws -> (Licence, LicenceRestriction) {
    let licence = try await visit.licence(may: .restrictLicences)
    let id = try visit.id("restriction")
    guard let (_, _, restrictions) = try await RegisterStore(visit.environment).record(licence.id, on: visit.today, for: visit.officer),
      let restriction = restrictions.first(where: { $0.id == id })
    else { throw Problem.notFound }
    guard restriction.lifted == nil else {
      throw Problem(.conflict, "That has ended already", "Somebody ended it before you.", wayOn: ("Back to the licence", Path.licence(licence.id)))
    }
    return (licence, restriction)
  }

  private static func lift(_ visit: OfficerVisit) async throws -> Response {
    let (licence, restriction) = try await openRestriction(visit)
    let form = LiftForm(try await visit.form())
    switch form.validated(restriction, today: visit.today) {
    case .invalid(let errors):
      return try visit.page(
        LiftPage(licence: licence, restriction: restriction, form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let (day, reason)):
      do {
        try await RegisterStore(visit.environment).lift(restriction, of: licence, on: day, reason: reason, by: visit.officer)
      } catch LicenceConflict.gone {
        throw Problem(.conflict, "That has ended already", "Somebody ended it before you.", wayOn: ("Back to the licence", Path.licence(licence.id)))
      }
      return visit.redirect(to: Path.licence(licence.id), saying: "The \(restriction.kind.name.lowercased()) of \(licence.reference) ends on \(day.words).")
    }
  }
}
