import Domain
import Web

/// Adding a licence.
struct NewLicencePage: Page {
  static let template = "site/form"
  let form: LicenceForm
  let authorities: [Settings.Authority]
  let settings: Settings?
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let kinds = form.register.kinds.map { Field.Choice($0.rawValue, $0.name) }
    let months = Set(form.register.kinds.flatMap { settings?.termMonths(of: $0) ?? [] }).sorted(by: >)
    let start: [FormView.Part] = [
      .field(.hidden("register", form.register.rawValue)),
      .field(.select("authority", "District", form.authority, [.init("", "Choose the district")] + authorities.map { .init($0.slug, $0.name) })),
      .field(.radios("kind", "Kind of \(form.register.noun)", form.kind, kinds)),
    ]
    let end: [FormView.Part] = [
      .field(.date("from", "First day of the licence", form.from, hint: form.register == .accommodation ? "Of a place without a licence: the day it became known" : "For example, 27 3 2026")),
      .field(.radios(
        "months", "The licence lasts", form.months,
        months.map { .init(String($0), $0 % 12 == 0 ? ($0 == 12 ? "1 year" : "\($0 / 12) years") : "\($0) months") }
          + (form.register.isOfPlaces ? [.init("0", "No end")] : []), inline: true)),
    ]
    return FormView(
      action: "/licences/new", tokens: tokens, parts: start + form.detailFields + end, buttons: [.init("Add the \(form.register.noun)")], errors: errors
    ).viewData.merging([
      "title": form.register.addWords, "lead": nil,
      "breadcrumbs": Breadcrumbs(Breadcrumb(form.register.title, form.register.path), Breadcrumb(form.register.addWords)),
    ])
  }

  static var samples: [NewLicencePage] {
    [
      NewLicencePage(form: LicenceForm(register: .drivers), authorities: [], settings: nil, tokens: []),
      NewLicencePage(
        form: LicenceForm(register: .operators), authorities: [], settings: nil, tokens: [],
        errors: [FieldError(field: "reference", message: "Enter the licence reference")]),
    ]
  }
}

/// Correcting the details of a licence.
struct EditLicencePage: Page {
  static let template = "site/form"
  let licence: Licence
  let form: LicenceForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: Path.licence(licence.id, "edit"), tokens: tokens,
      parts: [.field(.hidden("version", String(form.version)))] + form.detailFields,
      buttons: [.init("Save changes"), .init("Cancel", .link(address: Path.licence(licence.id)))], errors: errors
    ).viewData.merging(["title": "Change the details of \(licence.reference)", "lead": nil, "breadcrumbs": licence.crumbs("Change details")])
  }

  static var samples: [EditLicencePage] { [] }
}

/// Somebody changed the record meanwhile: both versions, and a choice.
struct StaleEditPage: Page {
  static let template = "registers/stale"
  let current: Licence
  let form: LicenceForm
  let details: LicenceDetails
  let tokens: [FormToken]

  private struct Line: Sendable {
    var field: String
    var now: String
    var yours: String
  }

  var viewData: ViewData {
    let held = LicenceDetails(of: current).fields
    let lines = zip(held, details.fields).map { Line(field: $0.name, now: $0.value, yours: $1.value) }
    let table = Table<Line>(rowHeader: "field", [
      .text("field", "Field") { $0.field }, .text("now", "The record now") { $0.now.isEmpty ? nil : $0.now },
      .text("yours", "What you typed") { $0.yours.isEmpty ? nil : $0.yours },
      .tag("differs", "Same?") { $0.now == $0.yours ? nil : StatusTag("Differs", .orange) },
    ])
    var again = form
    again.version = current.version
    return FormView(
      action: Path.licence(current.id, "edit"), tokens: tokens, parts: [.field(.hidden("version", String(current.version)))] + again.detailFields,
      buttons: [.init("Save what I typed"), .init("Keep the record as it is", .link(address: Path.licence(current.id)))]
    ).viewData.merging([
      "title": "Somebody changed this record while you had it open", "tableHTML": table.html(lines, caption: "The two versions"),
      "breadcrumbs": current.crumbs("Two versions"),
    ])
  }

  static var samples: [StaleEditPage] { [] }
}

extension Licence {
  /// Register, licence, and the page itself.
  func crumbs(_ here: String?) -> Breadcrumbs {
    let register = kind.register
    let own = here.map { [Breadcrumb(title, Path.licence(id)), Breadcrumb($0)] } ?? [Breadcrumb(title)]
    return Breadcrumbs([Breadcrumb(register.title, register.path)] + own)
  }
}
