import Domain
import Foundation
import Web

/// Where a location is, as typed.
struct PointForm: Sendable {
  var grid = ""
  var uprn = ""
  var version = 0

  init(_ location: Location) {
    grid = location.place.grid.map { "\($0.easting), \($0.northing)" } ?? ""
    uprn = location.place.uprn.map { String($0) } ?? ""
    version = location.version
  }

  init(_ fields: FormFields) {
    grid = fields.trimmed("grid")
    uprn = fields.trimmed("uprn").filter { !$0.isWhitespace }
    version = Int(fields["version"] ?? "") ?? 0
  }

  func validated() -> Validated<(point: GridPoint?, uprn: Int?)> {
    var errors = Errors()
    let point = GridPoint(words: grid)
    if !grid.isEmpty, point == nil { errors.add("grid", "Enter a grid reference, like SO 8504 5485, or easting and northing in metres") }
    let property = Int(uprn)
    if !uprn.isEmpty, property.map({ !(1...999_999_999_999).contains($0) }) ?? true { errors.add("uprn", "Enter a UPRN of up to 12 digits, or leave it empty") }
    return errors.isEmpty ? .valid((point, property)) : .invalid(errors)
  }
}

struct PointPage: Page {
  static let template = "site/form"
  let location: Location
  let form: PointForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: Path.location(location.id) + "/place", tokens: tokens,
      parts: [
        .field(.hidden("version", String(form.version))),
        .field(.text(
          "grid", "Grid reference", form.grid, hint: "Like SO 8504 5485, or easting and northing in metres: 385040, 254850. Empty: it is not on the map",
          width: .twenty, autocomplete: "off", isOptional: true)),
        .field(.text("uprn", "UPRN", form.uprn, hint: "Unique Property Reference Number", width: .twenty, autocomplete: "off", isOptional: true)),
      ], buttons: [.init("Save"), .init("Cancel", .link(address: Path.location(location.id)))], errors: errors
    ).viewData.merging(["title": "Where is \(location.title)?", "lead": nil, "breadcrumbs": location.crumbs("On the map")])
  }

  static var samples: [PointPage] { [] }
}

/// A scheme that a location joins.
struct SchemePage: Page {
  static let template = "site/form"
  let location: Location
  let schemes: [LocationStore.Scheme]
  var chosen = ""
  var from = DateFields()
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: Path.location(location.id) + "/schemes/new", tokens: tokens,
      parts: [
        .field(.radios("scheme", "Which scheme does it belong to?", chosen, schemes.map { .init($0.code, $0.name) })),
        .field(.date("from", "From which day?", from, hint: "For example, 27 3 2026")),
      ], buttons: [.init("Save"), .init("Cancel", .link(address: Path.location(location.id)))], errors: errors
    ).viewData.merging(["title": "\(location.title): a scheme", "lead": nil, "breadcrumbs": location.crumbs("A scheme")])
  }

  static var samples: [SchemePage] { [] }
}

/// Who answers for a registration, as typed.
struct PlaceRoleForm: Sendable {
  var role = ""
  var name = ""
  var contact = ""
  var from = DateFields()

  init(today: Day) { from = DateFields(year: today.year, month: today.month, day: today.day) }

  init(_ fields: FormFields) {
    role = fields["role"] ?? ""
    name = fields.trimmed("name")
    contact = fields.trimmed("contact")
    from = DateFields("from") { fields[$0] }
  }

  func validated(_ kind: LicenceKind, today: Day) -> Validated<NewPlaceRole> {
    var errors = Errors()
    let chosen = PlaceRoleKind(rawValue: role).flatMap { PlaceRoleKind.offered(for: kind).contains($0) ? $0 : nil }
    if chosen == nil { errors.add("role", "Choose what they do") }
    if name.isEmpty { errors.add("name", "Enter the name") } else if name.count > 200 { errors.add("name", "Enter a name of 200 characters or fewer") }
    if contact.count > 200 { errors.add("contact", "Enter a telephone number or email address of 200 characters or fewer") }
    let day = LicenceForm.day(from, "from", of: "The first day", &errors)
    if let day, day > today + 60 { errors.add("from", "The first day cannot be more than 60 days from now") }
    guard errors.isEmpty, let chosen, let day else { return .invalid(errors) }
    return .valid(NewPlaceRole(kind: chosen, name: name, contact: contact, from: day))
  }
}

struct PlaceRolePage: Page {
  static let template = "site/form"
  let licence: Licence
  let form: PlaceRoleForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: Path.licence(licence.id, "roles/new"), tokens: tokens,
      parts: [
        .field(.radios(
          "role", "What do they do?", form.role,
          PlaceRoleKind.offered(for: licence.kind).map { .init($0.rawValue, $0.name, hint: $0.isHeldByOne ? "The one before ends on that day" : nil) })),
        .field(.text("name", "Name", form.name, autocomplete: "off")),
        .field(.text("contact", "Telephone or email address", form.contact, autocomplete: "off", isOptional: true)),
        .field(.date("from", "From which day?", form.from, hint: "For example, 27 3 2026")),
      ], buttons: [.init("Save"), .init("Cancel", .link(address: Path.licence(licence.id)))], errors: errors
    ).viewData.merging(["title": "Who answers for \(licence.tradingName ?? licence.reference)?", "lead": nil, "breadcrumbs": licence.crumbs("Who answers for it")])
  }

  static var samples: [PlaceRolePage] { [] }
}

extension Location {
  func crumbs(_ here: String) -> Breadcrumbs {
    Breadcrumbs(Breadcrumb("Locations", Path.locations), Breadcrumb(title, Path.location(id)), Breadcrumb(here))
  }
}
