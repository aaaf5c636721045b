import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// Locations and what is true of them whatever stands there; and who answers for a registration of a place.
enum LocationRoutes {
  static func add(to routes: Routes) {
    routes.may(.readRegister, .get, "locations", list)
    routes.may(.readRegister, .get, "locations/duplicates") { visit in
      let found = try await visit.environment.database.read(as: visit.officer, LocationStore.suggestions(most: 200))
      return try visit.page(DuplicatesPage(suggestions: found, settings: visit.environment.settings, mergeable: Set(visit.officer.authorities(.editRegister))))
    }
    routes.may(.readRegister, .get, "locations/{id}", show)
    routes.may(.editRegister, .get, "locations/{id}/place") { visit in
      let location = try await visit.location(may: .editRegister)
      return try visit.page(PointPage(location: location, form: PointForm(location), tokens: visit.formTokens))
    }
    routes.may(.editRegister, .post, "locations/{id}/place", place)
    routes.may(.editRegister, .get, "locations/{id}/merge/{other}") { visit in
      let (one, other) = try await pair(visit)
      return try await compare(one, other, visit)
    }
    routes.may(.editRegister, .post, "locations/{id}/merge/{other}", merge)
    routes.may(.editRegister, .get, "locations/{id}/schemes/new") { visit in
      let location = try await visit.location(may: .editRegister)
      let schemes = try await visit.environment.database.read(as: visit.officer, LocationStore.schemes)
      let today = DateFields(year: visit.today.year, month: visit.today.month, day: visit.today.day)
      return try visit.page(SchemePage(location: location, schemes: schemes, from: today, tokens: visit.formTokens))
    }
    routes.may(.editRegister, .post, "locations/{id}/schemes/new", join)
    routes.may(.editRegister, .post, "locations/{id}/schemes/{membership}/end") { visit in
      _ = try await visit.form()
      let location = try await visit.location(may: .editRegister)
      do {
        try await LocationStore(visit.environment).leave(try visit.id("membership"), at: location, on: visit.today, by: visit.officer)
      } catch LocationConflict.gone { throw Problem.notFound }
      return visit.redirect(to: Path.location(location.id), saying: "Recorded. Its membership ends today.")
    }
    routes.may(.editRegister, .get, "licences/{id}/roles/new") { visit in
      let licence = try await placeLicence(visit)
      return try visit.page(PlaceRolePage(licence: licence, form: PlaceRoleForm(today: visit.today), tokens: visit.formTokens))
    }
    routes.may(.editRegister, .post, "licences/{id}/roles/new", appoint)
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems()
    let settings = visit.environment.settings
    let filter = LocationStore.Filter(
      authority: query["district"].flatMap { settings.authority(slug: $0)?.id }, isUnplaced: query["map"] == "no")
    let position = KeysetPosition<LocationStore.Cursor>(query)
    let (rows, counts) = try await visit.environment.database.read(
      as: visit.officer, LocationStore.rows(filter, at: position, limit: 51), LocationStore.counts)
    let page = KeysetPage(rows, limit: 50, at: position) { LocationStore.Cursor(key: $0.matchKey, id: $0.id) }
    return try visit.page(LocationListPage(
      rows: page.rows, filter: filter, query: query, pagination: page.pagination(query), counts: counts.first, settings: settings, seesAll: visit.officer.may(.readRegister, of: .premises)))
  }

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let id = try visit.id()
    let (locations, standing, memberships, history) = try await visit.environment.database.read(
      as: visit.officer, LocationStore.one(id), Standing.at([id], on: visit.today), SchemeMembership.of(id), History.of(id))
    guard let location = locations.first else { throw Problem.notFound }
    return try visit.page(LocationPage(
      location: location, standing: standing, memberships: memberships, history: History.timeline(history),
      mayEdit: visit.officer.may(.editRegister, in: location.authority), settings: visit.environment.settings, tokens: visit.formTokens))
  }

  private static func place(_ visit: OfficerVisit) async throws -> Response {
    let location = try await visit.location(may: .editRegister)
    let form = PointForm(try await visit.form())
    func again(_ errors: Errors) throws -> Response {
      try visit.page(PointPage(location: location, form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    switch form.validated() {
    case .invalid(let errors): return try again(errors)
    case .valid(let (point, uprn)):
      do {
        try await LocationStore(visit.environment).place(location, at: point, uprn: uprn, version: form.version, by: visit.officer)
      } catch LocationConflict.uprnTaken {
        return try again([FieldError(field: "uprn", message: "Another location in this district has this UPRN. If they are one place, merge them")])
      } catch LocationConflict.stale {
        throw Problem(
          .conflict, "Somebody changed this place while you had it open", "Nothing was saved. Look at it again, then change what is still wrong.",
          wayOn: ("Back to the place", Path.location(location.id)))
      }
      return visit.redirect(to: Path.location(location.id), saying: point == nil ? "It is not on the map now." : "It is on the map.")
    }
  }

  private static func pair(_ visit: OfficerVisit) async throws -> (Location, Location) {
    let one = try await visit.location(may: .editRegister)
    guard let other = try await LocationStore(visit.environment).location(try visit.id("other"), for: visit.officer), other.authority == one.authority,
      other.id != one.id
    else { throw Problem.notFound }
    return (one, other)
  }

  private static func compare(_ one: Location, _ other: Location, _ visit: OfficerVisit, _ errors: Errors = []) async throws -> Response {
    let (atOne, atOther) = try await visit.environment.database.read(
      as: visit.officer, Standing.at([one.id], on: visit.today), Standing.at([other.id], on: visit.today))
    return try visit.page(
      MergePage(one: one, other: other, atOne: atOne, atOther: atOther, tokens: visit.formTokens, errors: errors),
      status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  private static func merge(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let (one, other) = try await pair(visit)
    let store = LocationStore(visit.environment)
    switch fields["answer"] {
    case "one":
      try await store.merge(other, into: one, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.location(one.id), saying: "The two locations are one now. All that stood at either stands here.")
    case "other":
      try await store.merge(one, into: other, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.location(other.id), saying: "The two locations are one now. All that stood at either stands here.")
    case "apart":
      try await store.keepApart(one, other, by: visit.officer)
      return visit.redirect(to: Path.duplicates, saying: "They are kept apart and not suggested again.")
    default: return try await compare(one, other, visit, [FieldError(field: "answer", message: "Say whether they are one place")])
    }
  }

  private static func join(_ visit: OfficerVisit) async throws -> Response {
    let location = try await visit.location(may: .editRegister)
    let fields = try await visit.form()
    let schemes = try await visit.environment.database.read(as: visit.officer, LocationStore.schemes)
    let typed = DateFields("from") { fields[$0] }
    var errors = Errors()
    let scheme = schemes.first { $0.code == fields["scheme"] }
    if scheme == nil { errors.add("scheme", "Choose the scheme") }
    let day = LicenceForm.day(typed, "from", of: "The first day", &errors)
    if let day, day > visit.today { errors.add("from", "The first day must be today or earlier") }
    if let scheme, let day, errors.isEmpty {
      do {
        try await LocationStore(visit.environment).join(location, scheme: scheme, from: day, by: visit.officer)
        return visit.redirect(to: Path.location(location.id), saying: "\(location.title) belongs to \(scheme.name) from \(day.words).")
      } catch LocationConflict.memberAlready { errors.add("scheme", "It belongs to this scheme in those days already") }
    }
    return try visit.page(
      SchemePage(location: location, schemes: schemes, chosen: fields["scheme"] ?? "", from: typed, tokens: visit.formTokens, errors: errors),
      status: .unprocessableContent)
  }

  private static func placeLicence(_ visit: OfficerVisit) async throws -> Licence {
    let licence = try await visit.licence(may: .editRegister)
    guard licence.kind.isOfPlace else { throw Problem.notFound }
    return licence
  }

  private static func appoint(_ visit: OfficerVisit) async throws -> Response {
    let licence = try await placeLicence(visit)
    let fields = try await visit.form()
    let form = PlaceRoleForm(fields)
    func again(_ errors: Errors) throws -> Response {
      try visit.page(PlaceRolePage(licence: licence, form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    switch form.validated(licence.kind, today: visit.today) {
    case .invalid(let errors): return try again(errors)
    case .valid(let role):
      do {
        try await LocationStore(visit.environment).appoint(role, to: licence, once: SentForm(fields), by: visit.officer)
      } catch LocationConflict.roleOverlaps {
        return try again([FieldError(field: "from", message: "Somebody else holds this role on that day, or from a later one")])
      }
      let give = role.kind.occasion.map { Path.licence(licence.id, "issues/new?occasion=\($0.rawValue)") }
      return visit.redirect(
        to: Path.licence(licence.id), saying: "\(role.name) is \(role.kind.name.lowercased()) from \(role.from.words).",
        link: give == nil ? nil : "Give guidance", address: give)
    }
  }
}

extension OfficerVisit {
  /// The one road from an id in an address to a location.
  func location(may permission: Permission) async throws -> Location {
    guard let location = try await LocationStore(environment).location(try id(), for: officer) else { throw Problem.notFound }
    guard officer.may(permission, in: location.authority) else { throw Problem.forbidden }
    return location
  }
}
