import Domain
import Foundation
import Web

/// A problem profile, as typed.
struct ProfileForm: Sendable {
  var title = ""
  var scope = ""
  var partnership = ""
  var edition = ""
  var owner = ""
  var handling = ""
  var heldAt = ""
  var from = DateFields()
  var to = DateFields()
  var published: DateFields
  var due: DateFields
  var summary = ""

  init(today: Day, due rule: Settings.Returns.MonthDay) {
    published = DateFields(today)
    let year = Day(year: today.year, month: rule.month, day: rule.day).map { $0 + 90 < today ? today.year + 1 : today.year } ?? today.year
    due = Day(year: year, month: rule.month, day: rule.day).map { DateFields($0) } ?? DateFields()
  }
  init(_ fields: FormFields) {
    title = fields.trimmed("title")
    scope = fields["scope"] ?? ""
    partnership = fields["partnership"] ?? ""
    edition = fields.trimmed("edition")
    owner = fields.trimmed("owner")
    handling = fields["handling"] ?? ""
    heldAt = fields.trimmed("held-at")
    from = DateFields("from") { fields[$0] }
    to = DateFields("to") { fields[$0] }
    published = DateFields("published") { fields[$0] }
    due = DateFields("due") { fields[$0] }
    summary = fields.trimmed("summary")
  }

  func validated(_ partnerships: [Settings.Partnership], today: Day) -> Validated<NewProfile> {
    var errors = Errors()
    errors.text(title, "title", "the title", most: 200, today: today)
    let reach = ProfileScope(rawValue: scope)
    if reach == nil { errors.add("scope", "Choose what it is about") }
    let one = partnerships.first { String($0.id) == partnership }
    if reach == .partnership, one == nil { errors.add("partnership", "Choose the partnership") }
    errors.text(edition, "edition", "the edition", least: 1, most: 40, today: today)
    errors.text(owner, "owner", "the post that owns it", least: 2, most: 120, today: today)
    if !["official", "official_sensitive"].contains(handling) { errors.add("handling", "Choose the marking. A document marked secret is not registered here") }
    errors.text(heldAt, "held-at", "where the document is", least: 2, most: 200, today: today)
    let first = errors.day(from, "from", of: "The first day it covers")
    let last = errors.day(to, "to", of: "The last day it covers")
    if let first, let last, last < first { errors.add("to", "The last day it covers cannot be before the first") }
    let out = errors.day(published, "published", of: "The day it was published")
    if let out, out > today { errors.add("published", "The day it was published cannot be in the future") }
    if let out, let first, out < first { errors.add("published", "It cannot have been published before the first day it covers") }
    let by = errors.day(due, "due", of: "The day it was due")
    errors.text(summary, "summary", "the summary", most: 4_000, today: today)
    guard errors.isEmpty, let reach, let first, let last, let out, let by else { return .invalid(errors) }
    return .valid(NewProfile(
      title: title, scope: reach, partnership: reach == .partnership ? one?.id : nil, edition: edition, owner: owner, isSensitive: handling == "official_sensitive", heldAt: heldAt,
      coversFrom: first, coversTo: last, publishedOn: out, dueOn: by, summary: summary))
  }

  func page(_ partnerships: [Settings.Partnership], tokens: [FormToken], errors: Errors = []) -> TaskPage {
    let choices: [Field.Choice] = [.init("", "Choose the partnership")] + partnerships.map { Field.Choice(String($0.id), $0.name) }
    let scopes = ProfileScope.allCases.map { one in
      Field.Choice(one.rawValue, one.name, reveals: one == .partnership ? [Field.select("partnership", "Partnership", partnership, choices)] : [])
    }
    return TaskPage(
      title: "Register a problem profile", lead: "What it is and a summary that identifies nobody. The document itself stays with the police.",
      crumbs: [Breadcrumb("Returns", Path.returns), Breadcrumb("Problem profiles", Path.profiles), Breadcrumb("Register")],
      form: FormView(
        action: Path.profiles + "/new", tokens: tokens,
        parts: [
          .field(.text("title", "Title", title, hint: "Such as “Alliance CSE problem profile”", width: .thirty, autocomplete: "off")),
          .field(.radios("scope", "What is it about?", scope, scopes)),
          .field(.text("edition", "Edition", edition, hint: "Such as “2026”", width: .ten, autocomplete: "off")),
          .field(.text("owner", "Owner", owner, hint: "A post: “Head of Protecting Vulnerable People”", width: .thirty, autocomplete: "off")),
          .field(.radios("handling", "Marking", handling, [.init("official", "Official"), .init("official_sensitive", "Official-sensitive")])),
          .field(.text("held-at", "Where the document is", heldAt, hint: "Such as a police file’s number", width: .thirty, autocomplete: "off")),
          .field(.date("from", "First day it covers", from)), .field(.date("to", "Last day it covers", to)),
          .field(.date("published", "Published on", published)), .field(.date("due", "It was due by", due, hint: "The strategy says 31 October of each year")),
          .field(.textarea("summary", "Summary for partners", summary, hint: "Places, times and patterns. No name, age or school, and nothing that tells who a child, a victim, a suspect or a source is", rows: 8, limit: 4_000)),
        ], buttons: [.init("Register it"), .init("Cancel", .link(address: Path.profiles))], errors: errors))
  }
}

/// That a profile was made available, as typed.
struct ReleaseForm: Sendable {
  var body: String
  var on: DateFields
  var how = ""

  init(today: Day, for group: String) {
    body = group
    on = DateFields(today)
  }
  init(_ fields: FormFields) {
    body = fields.trimmed("body")
    on = DateFields("on") { fields[$0] }
    how = fields.trimmed("how")
  }

  func validated(_ profile: ProblemProfile, today: Day) -> Validated<(body: String, on: Day, how: String)> {
    var errors = Errors()
    errors.text(body, "body", "to whom it was made available", most: 120, today: today)
    errors.text(how, "how", "how", least: 0, most: 200, today: today)
    let day = errors.day(on, "on", of: "The day it was made available")
    if let day, day > today { errors.add("on", "The day cannot be in the future") }
    if let day, day < profile.publishedOn { errors.add("on", "It cannot have been made available before \(profile.publishedOn.words), when it was published") }
    guard errors.isEmpty, let day else { return .invalid(errors) }
    return .valid((body, day, how))
  }

  func page(_ profile: ProblemProfile, tokens: [FormToken], errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Record that it was made available", lead: profile.title, crumbs: [Breadcrumb("Problem profiles", Path.profiles), Breadcrumb(profile.title, profile.path), Breadcrumb("Made available")],
      form: FormView(
        action: profile.path + "/release", tokens: tokens,
        parts: [
          .field(.text("body", "To whom?", body, width: .thirty, autocomplete: "off")), .field(.date("on", "On", on)),
          .field(.text("how", "How?", how, hint: "Such as “at the meeting, minute 14”", width: .thirty, autocomplete: "off", isOptional: true)),
        ], buttons: [.init("Record"), .init("Cancel", .link(address: profile.path))], errors: errors))
  }
}
