import Domain
import Foundation
import Web

/// An item of a plan, as typed.
struct PartnershipItemForm: Sendable {
  var what = ""
  var part = ""
  var tags: [String] = []
  var organisation = ""
  var lead = ""
  var due = DateFields()
  var seen = 0

  init() {}
  init(_ item: PartnershipItem) {
    what = item.what
    part = item.part.rawValue
    tags = item.tags.map(\.rawValue)
    organisation = String(item.organisation)
    lead = item.lead
    due = DateFields(item.due)
    seen = item.version
  }
  init(_ fields: FormFields) {
    what = fields.trimmed("what")
    part = fields["part"] ?? ""
    tags = fields.all("tag")
    organisation = fields["organisation"] ?? ""
    lead = fields.trimmed("lead")
    due = DateFields("due") { fields[$0] }
    seen = Int(fields["seen"] ?? "") ?? 0
  }

  func validated(_ organisations: [Settings.Organisation], year: PlanYear, today: Day) -> Validated<NewPartnershipItem> {
    var errors = Errors()
    errors.text(what, "what", "what the partnership undertakes", most: 400, today: today)
    let answers = PartnershipPart(rawValue: part)
    if answers == nil { errors.add("part", "Choose what it is about") }
    let owner = organisations.first { String($0.id) == organisation }
    if owner == nil { errors.add("organisation", "Choose the organisation that owns it") }
    errors.text(lead, "lead", "who leads it there", least: 2, most: 120, today: today)
    let day = errors.day(due, "due", of: "The day it is due")
    if let day, day < year.from || day > year.before.adding(years: 2) { errors.add("due", "The day it is due must be between \(year.from.words) and \(year.before.adding(years: 2).words)") }
    guard errors.isEmpty, let answers, let owner, let day else { return .invalid(errors) }
    return .valid(NewPartnershipItem(what: what, part: answers, tags: PartnershipTag.allCases.filter { tags.contains($0.rawValue) }, organisation: owner.id, lead: lead, due: day))
  }

  func view(_ action: String, cancel: String, button: String, _ organisations: [Settings.Organisation], tokens: [FormToken], errors: Errors) -> FormView {
    FormView(
      action: action, tokens: tokens,
      parts: [
        .field(.hidden("seen", String(seen))),
        .field(.textarea("what", "What does the partnership undertake?", what, hint: "One thing that can be seen to be done. Do not describe a person", rows: 2, limit: 400)),
        .field(.radios("part", "What is it about?", part, PartnershipPart.allCases.map { .init($0.rawValue, $0.name, hint: PartnershipPart.required.contains($0) ? "The strategy asks for this of every partnership" : nil) })),
        .field(.checkboxes("tag", "Counted under", tags, PartnershipTag.allCases.map { .init($0.rawValue, $0.name) }, isOptional: true)),
        .field(.select("organisation", "Organisation that owns it", organisation, [.init("", "Choose the organisation")] + organisations.map { .init(String($0.id), $0.name) })),
        .field(.text("lead", "Who leads it there", lead, hint: "A post: “Community safety manager”", width: .thirty, autocomplete: "off")),
        .field(.date("due", "Due by", due)),
      ], buttons: [.init(button), .init("Cancel", .link(address: cancel))], errors: errors)
  }
}

/// A risk assessment, as typed.
struct PartnershipRiskForm: Sendable {
  var level = ""
  var words = ""
  var on: DateFields

  init(today: Day) { on = DateFields(today) }
  init(_ fields: FormFields) {
    level = fields["level"] ?? ""
    words = fields.trimmed("words")
    on = DateFields("on") { fields[$0] }
  }

  func validated(today: Day) -> Validated<(level: RiskLevel, words: String, on: Day)> {
    var errors = Errors()
    let known = RiskLevel(rawValue: level)
    if known == nil { errors.add("level", "Choose how high the risk is") }
    errors.text(words, "words", "what could make it fail, and what is done about that", today: today)
    let day = errors.day(on, "on", of: "The day of the assessment")
    if let day, day > today { errors.add("on", "The day cannot be in the future") }
    guard errors.isEmpty, let known, let day else { return .invalid(errors) }
    return .valid((known, words, day))
  }

  func page(_ item: PartnershipItem, _ crumbs: [Breadcrumb], tokens: [FormToken], errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Assess the risk", lead: item.what, crumbs: crumbs,
      form: FormView(
        action: item.path + "/risk", tokens: tokens,
        parts: [
          .field(.radios("level", "How high is the risk that it fails?", level, RiskLevel.allCases.map { .init($0.rawValue, $0.name) }, inline: true)),
          .field(.textarea("words", "What could make it fail, and what is done about that?", words, hint: "Do not name or describe a person", rows: 4, limit: 2_000)),
          .field(.date("on", "Assessed on", on)),
        ], buttons: [.init("Record"), .init("Cancel", .link(address: item.path))], errors: errors))
  }
}

/// An entry of monitoring, as typed.
struct PartnershipEntryForm: Sendable {
  var standing = ""
  var words = ""
  var evidence = ""
  var on: DateFields

  init(_ item: PartnershipItem, today: Day) {
    standing = item.standing == .notStarted ? "" : item.standing.rawValue
    on = DateFields(today)
  }
  init(_ fields: FormFields) {
    standing = fields["standing"] ?? ""
    words = fields.trimmed("words")
    evidence = fields.trimmed("evidence")
    on = DateFields("on") { fields[$0] }
  }

  func validated(_ item: PartnershipItem, today: Day) -> Validated<NewPartnershipEntry> {
    var errors = Errors()
    let next = ItemStanding(rawValue: standing).flatMap { item.standing.next.contains($0) ? $0 : nil }
    if next == nil { errors.add("standing", "Choose where it stands") }
    errors.text(words, "words", "what was seen or done, in a line", today: today)
    errors.text(evidence, "evidence", "where the evidence is kept", least: 0, most: 400, today: today)
    let day = errors.day(on, "on", of: "The day")
    if let day, day > today { errors.add("on", "The day cannot be in the future") }
    if let day, let last = item.lastEntry, day < last { errors.add("on", "The day cannot be before \(last.words), the day of the last entry") }
    guard errors.isEmpty, let next, let day else { return .invalid(errors) }
    return .valid(NewPartnershipEntry(standing: next, words: words, evidence: evidence, on: day))
  }

  func view(_ item: PartnershipItem, by officer: Officer, tokens: [FormToken], errors: Errors = []) -> FormView {
    FormView(
      action: item.path + "/entries", tokens: tokens,
      parts: [
        .field(.textarea("words", "What was seen or done?", words, hint: "A line is enough. Do not name or describe a person", rows: 2, limit: 2_000)),
        .field(.radios("standing", "Where does it stand?", standing, item.standing.next.map { next in
          .init(next.rawValue, next == item.standing ? "Still: \(next.name.lowercased())" : next.name,
                hint: next == .verified && item.standing == .done && item.doneBy.contains(officer.id) ? "By somebody else: you reported it as done" : nil)
        })),
        .field(.text("evidence", "Where the evidence is kept", evidence, hint: "Such as a minute’s number", width: .thirty, autocomplete: "off", isOptional: true)),
        .field(.date("on", "On", on)),
      ], buttons: [.init("Record")], errors: errors)
  }
}
