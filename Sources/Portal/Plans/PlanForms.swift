import Domain
import Foundation
import Web

/// A plan as typed.
struct PlanForm: Sendable {
  var texts = PlanTexts(objective: "")
  var initiatives: [String] = []
  var review: DateFields
  var seen = 0

  init(today: Day) { review = DateFields(today + PlanRules.reviewDays) }

  init(_ plan: Plan) {
    texts = plan.texts
    initiatives = plan.initiatives.map(\.rawValue)
    review = DateFields(plan.reviewBy)
    seen = plan.version
  }

  init(_ fields: FormFields) {
    texts = PlanTexts(
      objective: fields.trimmed("objective"), scanning: fields.trimmed("scanning"), place: fields.trimmed("place"), others: fields.trimmed("others"),
      response: fields.trimmed("response"), baseline: fields.trimmed("baseline"), assessment: fields.trimmed("assessment"))
    initiatives = fields.all("initiative")
    review = DateFields("review") { fields[$0] }
    seen = Int(fields["seen"] ?? "") ?? 0
  }

  func validated(today: Day) -> Validated<NewPlan> {
    var errors = Errors()
    errors.text(texts.objective, "objective", "what the plan is to achieve", today: today)
    for (field, text, most) in [
      ("scanning", texts.scanning, 4_000), ("place", texts.place, 4_000), ("others", texts.others, 4_000), ("response", texts.response, 4_000),
      ("baseline", texts.baseline, 2_000), ("assessment", texts.assessment, 4_000),
    ] { errors.text(text, field, "it", least: 0, most: most, today: today) }
    let day = errors.day(review, "review", of: "The day by which the plan is looked at again")
    if let day, day < today { errors.add("review", "The plan is looked at again today or later") }
    if let day, day > today.adding(years: 1) { errors.add("review", "The plan must be looked at again within a year") }
    guard errors.isEmpty, let day else { return .invalid(errors) }
    return .valid(NewPlan(texts, initiatives: initiatives.compactMap(PlanInitiative.init), reviewBy: day))
  }

  private static let place = "Of places, never of people: no name, age or school, and nothing that tells who a child, a victim or a suspect is"

  func view(_ action: String, cancel: String, button: String, tokens: [FormToken], errors: Errors) -> FormView {
    FormView(
      action: action, tokens: tokens,
      parts: [
        .field(.hidden("seen", String(seen))),
        .field(.textarea("objective", "Objective", texts.objective, hint: "What will be different at the place, and by when. \(Self.place)", rows: 3, limit: 2_000)),
        .field(.textarea("scanning", "Scanning", texts.scanning, hint: "What has been seen there, when, and by which organisations", rows: 4, limit: 4_000, isOptional: true)),
        .heading("Analysis"),
        .field(.textarea("place", "The place", texts.place, hint: "Opening hours, lighting, routes, ranks, car parks, management", rows: 4, limit: 4_000, isOptional: true)),
        .field(.textarea("others", "The other sides of the triangle", texts.others, hint: "In general words: who is drawn there, and who could look after the place. Describe nobody", rows: 3, limit: 4_000, isOptional: true)),
        .heading("Response and assessment"),
        .field(.textarea("response", "Response", texts.response, hint: "How the organisations work together; each action is added on its own", rows: 3, limit: 4_000, isOptional: true)),
        .field(.checkboxes("initiative", "Links with what is done already", initiatives, PlanInitiative.allCases.map { .init($0.rawValue, $0.name) }, isOptional: true)),
        .field(.textarea("baseline", "Baseline", texts.baseline, hint: "What is counted, and how it stands before anything is done", rows: 2, limit: 2_000, isOptional: true)),
        .field(.textarea("assessment", "Assessment", texts.assessment, hint: "What changed against the baseline. Filled in before the plan is closed", rows: 3, limit: 4_000, isOptional: true)),
        .field(.date("review", "Looked at again by", review)),
      ], buttons: [.init(button), .init("Cancel", .link(address: cancel))], errors: errors)
  }
}

/// An action as typed.
struct PlanActionForm: Sendable {
  var what = ""
  var theme = ""
  var organisation = ""
  var lead = ""
  var due = DateFields()
  var coverage = ""
  var seen = 0

  init() {}

  init(_ action: PlanAction) {
    what = action.what
    theme = action.theme.rawValue
    organisation = String(action.organisation)
    lead = action.lead
    due = DateFields(action.due)
    coverage = action.coverageWanted.map(String.init) ?? ""
    seen = action.version
  }

  init(_ fields: FormFields) {
    what = fields.trimmed("what")
    theme = fields["theme"] ?? ""
    organisation = fields["organisation"] ?? ""
    lead = fields.trimmed("lead")
    due = DateFields("due") { fields[$0] }
    coverage = fields.trimmed("coverage")
    seen = Int(fields["seen"] ?? "") ?? 0
  }

  /// - Parameter earliest: the day before which nothing can be due; an action that is only corrected keeps its own.
  func validated(_ organisations: [Settings.Organisation], earliest: Day, today: Day) -> Validated<NewPlanAction> {
    var errors = Errors()
    errors.text(what, "what", "what is to be done", most: 400, today: today)
    let what = self.what, kind = PlanTheme(rawValue: theme)
    if kind == nil { errors.add("theme", "Choose what the action is for") }
    let owner = organisations.first { String($0.id) == organisation }
    if owner == nil { errors.add("organisation", "Choose the organisation that owns it") }
    errors.text(lead, "lead", "who leads it there", least: 2, most: 120, today: today)
    let day = errors.day(due, "due", of: "The day it is due")
    if let day, day < earliest { errors.add("due", "The day it is due must be \(earliest.words) or later") }
    if let day, day > today.adding(years: 3) { errors.add("due", "The day it is due must be within three years") }
    let percent = Int(coverage)
    if !coverage.isEmpty, percent.map({ (1...100).contains($0) }) != true { errors.add("coverage", "Enter a whole number from 1 to 100, or leave it empty") }
    guard errors.isEmpty, let kind, let owner, let day else { return .invalid(errors) }
    return .valid(NewPlanAction(what, theme: kind, organisation: owner.id, lead: lead, due: day, coverageWanted: percent))
  }

  func view(_ action: String, cancel: String, button: String, _ organisations: [Settings.Organisation], tokens: [FormToken], errors: Errors) -> FormView {
    FormView(
      action: action, tokens: tokens,
      parts: [
        .field(.hidden("seen", String(seen))),
        .field(.textarea("what", "What is to be done?", what, hint: "One thing that can be seen to be done. Do not describe a person", rows: 2, limit: 400)),
        .field(.radios("theme", "What is it for?", theme, PlanTheme.allCases.map { .init($0.rawValue, $0.name, hint: $0.hint) })),
        .field(.select("organisation", "Organisation that owns it", organisation, [.init("", "Choose the organisation")] + organisations.map { .init(String($0.id), $0.name) })),
        .field(.text("lead", "Who leads it there", lead, hint: "A post or a colleague: “Licensing enforcement officer”", width: .thirty, autocomplete: "off")),
        .field(.date("due", "Due by", due)),
        .field(.text("coverage", "Guidance wanted, in percent", coverage, hint: "Where the action is guidance: the share of the hot spot’s places that should hold it", width: .three, autocomplete: "off", inputMode: "numeric", isOptional: true)),
      ], buttons: [.init(button), .init("Cancel", .link(address: cancel))], errors: errors)
  }
}

extension PlanTheme {
  var hint: String {
    switch self {
    case .prevent: "Fewer chances for harm at the place"
    case .protect: "People there who know the signs and act on them"
    case .prepare: "Organisations that can respond"
    case .pursue: "Disruption: visits, conditions, orders"
    }
  }
}

/// A step of an action as typed.
struct PlanStepForm: Sendable {
  var state = ""
  var words = ""
  var evidence = ""
  var on: DateFields
  var seen = 0

  init(_ action: PlanAction, today: Day) {
    state = action.state.rawValue
    on = DateFields(today)
    seen = action.version
  }

  init(_ fields: FormFields) {
    state = fields["state"] ?? ""
    words = fields.trimmed("words")
    evidence = fields.trimmed("evidence")
    on = DateFields("on") { fields[$0] }
    seen = Int(fields["seen"] ?? "") ?? 0
  }

  func validated(_ choices: [PlanActionState], since: Day, today: Day) -> Validated<NewPlanStep> {
    var errors = Errors()
    let next = PlanActionState(rawValue: state).flatMap { choices.contains($0) ? $0 : nil }
    if next == nil { errors.add("state", "Choose where the action stands") }
    errors.text(words, "words", "what was done, in a line", today: today)
    errors.text(evidence, "evidence", "where the evidence is kept", least: 0, most: 400, today: today)
    let day = errors.day(on, "on", of: "The day")
    if let day, day > today { errors.add("on", "The day cannot be in the future") }
    if let day, day < since { errors.add("on", "The day cannot be before \(since.words), when the action came to where it stands") }
    guard errors.isEmpty, let next, let day else { return .invalid(errors) }
    return .valid(NewPlanStep(next, words, evidence: evidence, on: day))
  }

  func view(_ action: PlanAction, _ choices: [PlanActionState], tokens: [FormToken], errors: Errors) -> FormView {
    FormView(
      action: action.path + "/steps", tokens: tokens,
      parts: [
        .field(.hidden("seen", String(seen))),
        .field(.textarea("words", "What was done?", words, hint: "A line is enough. Do not name or describe a person", rows: 2, limit: 2_000)),
        .field(.radios("state", "Where does it stand?", state, choices.map { .init($0.rawValue, $0 == action.state ? "Still: \($0.name.lowercased())" : $0.name) })),
        .field(.text("evidence", "Where the evidence is kept", evidence, hint: "Such as a file number", width: .thirty, autocomplete: "off", isOptional: true)),
        .field(.date("on", "On", on)),
      ], buttons: [.init("Record")], errors: errors)
  }
}

extension PlanStepForm {
  /// The same in one line among others of its kind: today, without evidence.
  func line(_ action: PlanAction, _ choices: [PlanActionState], tokens: [FormToken]) -> FormView {
    func own(_ field: Field) -> Field {
      var field = field
      field.id = "\(field.name)-\(action.id.uuidString.prefix(8).lowercased())"
      return field
    }
    let state: Field = choices.count == 1
      ? .hidden("state", self.state)
      : own(.select("state", "Where it stands", self.state, choices.map { .init($0.rawValue, $0 == action.state ? "Still: \($0.name.lowercased())" : $0.name) }))
    return FormView(
      action: action.path + "/steps", tokens: tokens,
      parts: [
        .field(.hidden("seen", String(seen))), .field(.hidden("from", "agency")), .field(.hidden("on-day", on.day)), .field(.hidden("on-month", on.month)),
        .field(.hidden("on-year", on.year)), .field(own(.text("words", "What was done?", hint: "A line is enough. Do not name or describe a person", autocomplete: "off"))), .field(state),
      ], buttons: [.init("Record", .secondary)])
  }
}

/// Why a plan is closed, as typed; or the day of its approval.
struct PlanDecisionForm: Sendable {
  var on: DateFields
  var reason = ""
  var seen = 0

  init(_ plan: Plan, today: Day) {
    on = DateFields(today)
    seen = plan.version
  }

  init(_ fields: FormFields) {
    on = DateFields("on") { fields[$0] }
    reason = fields.trimmed("reason")
    seen = Int(fields["seen"] ?? "") ?? 0
  }

  /// - Parameter closes: whether the plan is closed, which takes a reason.
  func validated(_ plan: Plan, closes: Bool, today: Day) -> Validated<Day> {
    var errors = Errors()
    let day = errors.day(on, "on", of: closes ? "The day on which the plan is closed" : "The day of the approval")
    if let day, day > today { errors.add("on", "The day cannot be in the future") }
    let since = plan.approvedOn ?? plan.begunOn
    if let day, day < since { errors.add("on", "The day cannot be before \(since.words), when the plan was \(plan.approvedOn == nil ? "begun" : "approved")") }
    if closes { errors.text(reason, "reason", "why the plan is closed", today: today) }
    guard errors.isEmpty, let day else { return .invalid(errors) }
    return .valid(day)
  }

  func view(_ plan: Plan, _ part: String, closes: Bool, tokens: [FormToken], errors: Errors) -> FormView {
    var parts: [FormView.Part] = [.field(.hidden("seen", String(seen))), .field(.date("on", closes ? "Closed on" : "Approved on", on))]
    if closes { parts.append(.field(.textarea("reason", "Why is it closed?", reason, hint: "What came of it. Do not describe a person", rows: 3, limit: 2_000))) }
    return FormView(
      action: plan.path + "/" + part, tokens: tokens, parts: parts,
      buttons: [.init(closes ? "Close the plan" : "Approve the plan", closes ? .warning : .primary), .init("Cancel", .link(address: plan.path))], errors: errors)
  }
}
