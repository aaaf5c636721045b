package import Domain
package import Foundation
import Web

/// A visit, whole and valid.
package struct NewVisit: Sendable {
  package var on: Day
  package var officer: String
  package var found: String
  package var isConcern: Bool
  /// The version of guidance that was given.
  package var version: UUID?
  package var followUpBy: Day?

  package init(on: Day, officer: String, found: String, isConcern: Bool = false, version: UUID? = nil, followUpBy: Day? = nil) {
    self.on = on
    self.officer = officer
    self.found = found
    self.isConcern = isConcern
    self.version = version
    self.followUpBy = followUpBy
  }
}

/// A challenge test, whole and valid.
package struct NewChallenge: Sendable {
  package var on: Day
  package var kind: ChallengeKind
  package var result: ChallengeResult
  package var isReported: Bool
  package var officer: String
  package var debrief: String

  package init(on: Day, kind: ChallengeKind, result: ChallengeResult, isReported: Bool = false, officer: String, debrief: String = "") {
    self.on = on
    self.kind = kind
    self.result = result
    self.isReported = isReported
    self.officer = officer
    self.debrief = debrief
  }
}

/// A request for evidence, whole and valid.
package struct NewRequest: Sendable {
  package var wanted: EvidenceWanted
  package var detail: String
  package var dueOn: Day
  /// Whether the holder is written to.
  package var sends: Bool

  package init(wanted: EvidenceWanted, detail: String = "", dueOn: Day, sends: Bool = false) {
    self.sends = sends
    self.wanted = wanted
    self.detail = detail
    self.dueOn = dueOn
  }
}

extension Errors {
  /// A day on which something was done: real, and not to come.
  fileprivate mutating func past(_ typed: DateFields, _ field: String, of what: String, today: Day) -> Day? {
    let day = day(typed, field, of: what)
    if let day, day > today { add(field, "\(what) cannot be in the future") }
    if let day, day < today - 3660 { add(field, "\(what) must be within the last ten years") }
    return day
  }

  fileprivate mutating func officer(_ name: String) {
    if !(2...120).contains(name.count) { add("officer", "Enter the officer’s name, in 2 to 120 characters") }
  }
}

/// A visit as typed.
struct VisitForm: Sendable {
  var on: DateFields
  var officer: String
  var found = ""
  var concern = "no"
  var version = ""
  var again = "no"
  var followUp = DateFields()

  init(today: Day, officer: String) {
    on = DateFields(today)
    self.officer = officer
  }

  init(_ fields: FormFields) {
    on = DateFields("on") { fields[$0] }
    officer = fields.trimmed("officer")
    found = fields.trimmed("found")
    concern = fields["concern"] ?? ""
    version = fields["version"] ?? ""
    again = fields["again"] ?? ""
    followUp = DateFields("follow-up") { fields[$0] }
  }

  func validated(_ versions: [(id: UUID, name: String)], today: Day) -> Validated<NewVisit> {
    var errors = Errors()
    let day = errors.past(on, "on", of: "The day of the visit", today: today)
    errors.officer(officer)
    errors.text(found, "found", "what was found", today: today)
    if !["yes", "no"].contains(concern) { errors.add("concern", "Choose whether there was a concern") }
    let given = versions.first { $0.id.uuidString.lowercased() == version.lowercased() }
    if !version.isEmpty, given == nil { errors.add("version", "Choose guidance that is in effect, or none") }
    if given != nil, let day, day < today - 31 { errors.add("version", "The visit was more than a month ago: record its guidance on the licence instead") }
    var by: Day?
    switch again {
    case "no": break
    case "yes":
      by = errors.day(followUp, "follow-up", of: "The day of the follow-up")
      if let by, let day, by <= day { errors.add("follow-up", "The follow-up must be after the visit") }
    default: errors.add("again", "Choose whether there is to be a follow-up")
    }
    guard errors.isEmpty, let day else { return .invalid(errors) }
    return .valid(NewVisit(on: day, officer: officer, found: found, isConcern: concern == "yes", version: given?.id, followUpBy: by))
  }
}

/// A challenge test as typed.
struct ChallengeForm: Sendable {
  var on: DateFields
  var kind = ""
  var result = ""
  var reported = "no"
  var officer: String
  var debrief = ""

  init(_ licence: LicenceKind, today: Day, officer: String) {
    on = DateFields(today)
    self.officer = officer
    kind = licence.isOfPlace ? "" : ChallengeKind.taxiFare.rawValue
  }

  init(_ fields: FormFields) {
    on = DateFields("on") { fields[$0] }
    kind = fields["kind"] ?? ""
    result = fields["result"] ?? ""
    reported = fields["reported"] ?? "no"
    officer = fields.trimmed("officer")
    debrief = fields.trimmed("debrief")
  }

  func validated(today: Day) -> Validated<NewChallenge> {
    var errors = Errors()
    let day = errors.past(on, "on", of: "The day of the test", today: today)
    let tried = ChallengeKind(rawValue: kind)
    if tried == nil { errors.add("kind", "Choose what was tried") }
    let ended = ChallengeResult(rawValue: result)
    if ended == nil { errors.add("result", "Choose how it ended") }
    errors.officer(officer)
    errors.text(debrief, "debrief", "the debrief", least: 0, today: today)
    guard errors.isEmpty, let day, let tried, let ended else { return .invalid(errors) }
    return .valid(NewChallenge(
      on: day, kind: tried, result: ended, isReported: ended == .passed && reported == "yes", officer: officer, debrief: debrief))
  }
}

/// A request for evidence as typed.
struct RequestForm: Sendable {
  var wanted = ""
  var detail = ""
  var due: DateFields
  var sends = "no"

  init(today: Day, sends: Bool) {
    due = DateFields(today + 28)
    self.sends = sends ? "yes" : "no"
  }

  init(_ fields: FormFields) {
    wanted = fields["wanted"] ?? ""
    detail = fields.trimmed("detail")
    due = DateFields("due") { fields[$0] }
    sends = fields["send"] ?? "no"
  }

  func validated(today: Day) -> Validated<NewRequest> {
    var errors = Errors()
    let what = EvidenceWanted(rawValue: wanted)
    if what == nil { errors.add("wanted", "Choose what is asked for") }
    errors.text(detail, "detail", "what is asked for", least: what == .other ? 1 : 0, most: 500, today: today)
    let day = errors.day(due, "due", of: "The day it is due")
    if let day, !(today + 1...today + 366).contains(day) { errors.add("due", "The day it is due must be after today and within a year") }
    guard errors.isEmpty, let what, let day else { return .invalid(errors) }
    return .valid(NewRequest(wanted: what, detail: detail, dueOn: day, sends: sends == "yes"))
  }
}
