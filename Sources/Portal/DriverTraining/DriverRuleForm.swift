import Domain
import Foundation
import Web

/// A rule on the training of drivers, as typed.
struct DriverRuleForm: Sendable {
  var districts: [String] = []
  var kinds: [String] = []
  var cohort = TrainingCohort.all.rawValue
  var due = TrainingDue.byDay.rawValue
  var from = DateFields()
  var grace = DateFields()
  var refresher = ""
  var passMark = ""
  var attempts = ""
  var providers = ""
  var consequence = TrainingConsequence.advisory.rawValue

  init() {}

  init(_ fields: FormFields) {
    districts = fields.all("district")
    kinds = fields.all("kind")
    cohort = fields["cohort"] ?? cohort
    due = fields["due"] ?? due
    from = DateFields("from") { fields[$0] }
    grace = DateFields("grace") { fields[$0] }
    refresher = fields.trimmed("refresher")
    passMark = fields.trimmed("pass-mark")
    attempts = fields.trimmed("attempts")
    providers = fields.trimmed("providers")
    consequence = fields["consequence"] ?? consequence
  }

  /// All that was typed, so that what is saved is what was looked at.
  var words: String {
    (districts.sorted() + kinds.sorted() + [cohort, due] + [from, grace].map { "\($0.day)-\($0.month)-\($0.year)" }
      + [refresher, passMark, attempts, providers.split(whereSeparator: \.isNewline).joined(separator: "/"), consequence]).joined(separator: " ")
  }

  func validated(allowed: [Settings.Authority]) -> Validated<NewDriverTraining> {
    var errors = Errors()
    let places = allowed.filter { districts.contains($0.slug) }
    if places.isEmpty { errors.add("district", "Choose at least one district") }
    let drivers = Register.drivers.kinds.filter { kinds.contains($0.rawValue) }
    if drivers.isEmpty { errors.add("kind", "Choose at least one kind of driver") }
    let whom = TrainingCohort(rawValue: cohort)
    if whom == nil { errors.add("cohort", "Choose whom it asks") }
    let when = TrainingDue(rawValue: due)
    if when == nil { errors.add("due", "Choose by when it is owed") }
    if when == .beforeGrant, let whom, whom != .new { errors.add("due", "Before the first grant it can be asked of new drivers alone") }
    let first = errors.day(from, "from", of: "The day it begins")
    let last = errors.day(grace, "grace", of: "The end of the time of grace")
    if let first, let last, last < first { errors.add("grace", "The end of the time of grace cannot be before the day it begins") }
    func number(_ text: String, _ field: String, _ what: String, _ range: ClosedRange<Int>) -> Int? {
      guard !text.isEmpty else { return nil }
      if let number = Int(text.replacing("%", with: "")), range.contains(number) { return number }
      errors.add(field, "Enter \(what) as a number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    let months = number(refresher, "refresher", "the months until it is taken again", 1...120)
    let mark = number(passMark, "pass-mark", "the pass mark", 1...100)
    let most = number(attempts, "attempts", "the attempts", 1...10)
    let named = providers.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    if named.count > 20 { errors.add("providers", "Name 20 providers or fewer") }
    if named.contains(where: { $0.count > 120 }) { errors.add("providers", "Name each provider in 120 characters or fewer") }
    let then = TrainingConsequence(rawValue: consequence)
    if then == nil { errors.add("consequence", "Choose what follows") }
    guard errors.isEmpty, let first, let last, let whom, let when, let then else { return .invalid(errors) }
    return .valid(NewDriverTraining(
      authorities: places.map(\.id), kinds: drivers, startsOn: first, graceUntil: last, cohort: whom, due: when, consequence: then, refresherMonths: months, passMark: mark,
      maxAttempts: most, providers: named))
  }
}

/// A rule is thought of, looked at, and then saved.
struct DriverTrainingFormPage: Page {
  static let template = "site/form"
  let form: DriverRuleForm
  let districts: [Settings.Authority]
  /// What it would do; nil before it was asked.
  let preview: [DriverTrainingPreview]?
  var weeks: [DriverTrainingWeek] = []
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
    let byWeek = Table<DriverTrainingWeek>(rowHeader: "week", [
      .date("week", "Week of") { $0.week.short }, .text("district", "District") { settings.authority($0.authority)?.name }, .number("many", "Become overdue") { $0.count },
    ])
    let after = preview.reduce(0) { $0 + $1.afterGrace }
    let all = preview.reduce(0) { $0 + $1.licences }
    return [
      .field(.hidden("seen", form.words)), .inset("Nothing is saved yet. If nobody is trained meanwhile, \(after.grouped) of \(all.grouped) drivers would be overdue when the time of grace ends."),
      .html(table.html(preview, caption: "What the rule would do", empty: .init("Nobody"))),
      .html(byWeek.html(Array(weeks.prefix(120)), caption: weeks.count > 120 ? "Who becomes overdue, by district and week: the first 120 rows" : "Who becomes overdue, by district and week", empty: .init("Nobody becomes overdue"))),
    ]
  }

  var viewData: ViewData {
    FormView(
      action: Path.driverTraining + "/rules/new", tokens: tokens,
      parts: counted + [
        .field(.checkboxes("district", "In which districts?", form.districts, districts.map { .init($0.slug, $0.name) })),
        .field(.checkboxes("kind", "Of which drivers?", form.kinds, Register.drivers.kinds.map { .init($0.rawValue, $0.plural) })),
        .field(.radios("cohort", "Whom does it ask?", form.cohort, [
          .init(TrainingCohort.all.rawValue, "Everybody"), .init(TrainingCohort.new.rawValue, "New drivers only", hint: "First licensed on or after the day it begins"),
          .init(TrainingCohort.existing.rawValue, "Only those licensed before"),
        ])),
        .field(.date("from", "From which day?", form.from, hint: "Whoever is first licensed on or after this day owes it at once")),
        .field(.radios("due", "When do those owe it who are licensed already?", form.due, [
          .init(TrainingDue.byDay.rawValue, "When the time of grace ends"),
          .init(TrainingDue.beforeRenewal.rawValue, "Before their next renewal, and when the time of grace ends at the latest"),
          .init(TrainingDue.beforeGrant.rawValue, "Nobody does: it is owed before the first grant", hint: "For a rule that asks new drivers only"),
        ])),
        .field(.date("grace", "When does the time of grace end?", form.grace, hint: "Whoever was licensed before owes it from this day. The same day: no time of grace")),
        .heading("What the training must be"),
        .field(.text("refresher", "Taken again after", form.refresher, hint: "In months, from 1 to 120. Empty: as local policy says, \(settings.policy.trainingValidMonths) months", width: .three, inputMode: "numeric", isOptional: true)),
        .field(.text("pass-mark", "Pass mark", form.passMark, hint: "In per cent. Empty: whether it was passed is taken from the certificate", width: .three, inputMode: "numeric", isOptional: true)),
        .field(.text("attempts", "Attempts allowed", form.attempts, hint: "From 1 to 10. Empty: as many as they need", width: .two, inputMode: "numeric", isOptional: true)),
        .field(.textarea("providers", "Providers whose training is accepted", form.providers, hint: "One on each line. Empty: any provider", rows: 3, isOptional: true)),
        .field(.radios("consequence", "What follows where it is overdue?", form.consequence, TrainingConsequence.allCases.map { .init($0.rawValue, $0.name) }, hint: "A person decides each case: nothing is suspended by itself")),
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
