import Domain
import Foundation
import Web

/// A rule on the training of drivers, as typed.
struct DriverRuleForm: Sendable {
  var districts: [String] = []
  var kinds: [String] = []
  var from = DateFields()
  var grace = DateFields()

  init() {}

  init(_ fields: FormFields) {
    districts = fields.all("district")
    kinds = fields.all("kind")
    from = DateFields("from") { fields[$0] }
    grace = DateFields("grace") { fields[$0] }
  }

  /// All that was typed, so that what is saved is what was looked at.
  var words: String {
    (districts.sorted() + kinds.sorted() + [from, grace].map { "\($0.day)-\($0.month)-\($0.year)" }).joined(separator: " ")
  }

  func validated(allowed: [Settings.Authority]) -> Validated<NewDriverTraining> {
    var errors = Errors()
    let places = allowed.filter { districts.contains($0.slug) }
    if places.isEmpty { errors.add("district", "Choose at least one district") }
    let whom = Register.drivers.kinds.filter { kinds.contains($0.rawValue) }
    if whom.isEmpty { errors.add("kind", "Choose at least one kind of driver") }
    let first = errors.day(from, "from", of: "The day it begins")
    let last = errors.day(grace, "grace", of: "The end of the time of grace")
    if let first, let last, last < first { errors.add("grace", "The end of the time of grace cannot be before the day it begins") }
    guard errors.isEmpty, let first, let last else { return .invalid(errors) }
    return .valid(NewDriverTraining(authorities: places.map(\.id), kinds: whom, startsOn: first, graceUntil: last))
  }
}

/// A rule is thought of, looked at, and then saved.
struct DriverTrainingFormPage: Page {
  static let template = "site/form"
  let form: DriverRuleForm
  let districts: [Settings.Authority]
  /// What it would do; nil before it was asked.
  let preview: [DriverTrainingPreview]?
  let settings: Settings
  let tokens: [FormToken]
  var errors: Errors = []

  private var counted: [FormView.Part] {
    guard let preview else { return [] }
    let settings = settings
    let table = Table<DriverTrainingPreview>(rowHeader: "district", [
      .text("district", "District") { settings.authority($0.authority)?.name }, .text("kind", "Drivers") { $0.kind.plural }, .number("licences", "Licences today") { $0.licences },
      .number("start", "Overdue on its first day") { $0.atStart }, .number("grace", "In their time of grace") { $0.inGrace }, .number("after", "Overdue when grace ends") { $0.afterGrace },
    ])
    let after = preview.reduce(0) { $0 + $1.afterGrace }
    let all = preview.reduce(0) { $0 + $1.licences }
    return [
      .field(.hidden("seen", form.words)), .inset("Nothing is saved yet. If nobody is trained meanwhile, \(after.grouped) of \(all.grouped) drivers would be overdue when the time of grace ends."),
      .html(table.html(preview, caption: "What the rule would do", empty: .init("Nobody"))),
    ]
  }

  var viewData: ViewData {
    FormView(
      action: Path.driverTraining + "/rules/new", tokens: tokens,
      parts: counted + [
        .field(.checkboxes("district", "In which districts?", form.districts, districts.map { .init($0.slug, $0.name) })),
        .field(.checkboxes("kind", "Of which drivers?", form.kinds, Register.drivers.kinds.map { .init($0.rawValue, $0.plural) })),
        .field(.date("from", "From which day?", form.from, hint: "Whoever is first licensed on or after this day owes it at once")),
        .field(.date("grace", "Until when do others have?", form.grace, hint: "Whoever was licensed before owes it from this day. The same day: no time of grace")),
      ],
      buttons: [.init("See what it would do", preview == nil ? .primary : .secondary, name: "do", value: "look")]
        + (preview == nil ? [] : [.init("Save the rule", .primary, name: "do", value: "save")]) + [.init("Cancel", .link(address: Path.driverTraining + "/rules"))],
      errors: errors
    ).viewData.merging([
      "title": "Ask for training of drivers", "lead": "Safeguarding training, as it is recorded on the licence and for as long as it is valid there.",
      "breadcrumbs": Breadcrumbs(Breadcrumb("Training of drivers", Path.driverTraining), Breadcrumb("Rules", Path.driverTraining + "/rules"), Breadcrumb("New")),
    ])
  }

  static var samples: [DriverTrainingFormPage] { [] }
}
