import Domain
import Foundation
import Web

/// A meeting, as typed.
struct MeetingForm: Sendable {
  var partnership = ""
  var on = DateFields()
  var place = ""
  var seen = 0

  init(_ partnerships: [Settings.Partnership]) { partnership = partnerships.count == 1 ? String(partnerships[0].id) : "" }

  init(_ meeting: TaskingMeeting) {
    partnership = String(meeting.partnership)
    on = DateFields(meeting.heldOn)
    place = meeting.place
    seen = meeting.version
  }

  init(_ fields: FormFields) {
    partnership = fields["partnership"] ?? ""
    on = DateFields("on") { fields[$0] }
    place = fields.trimmed("place")
    seen = Int(fields["seen"] ?? "") ?? 0
  }

  /// - Parameter fixed: the partnership of a meeting that exists: it stays.
  func validated(_ partnerships: [Settings.Partnership], fixed: Int? = nil, today: Day) -> Validated<NewMeeting> {
    var errors = Errors()
    let chosen = fixed ?? partnerships.first { String($0.id) == partnership }?.id
    if chosen == nil { errors.add("partnership", "Choose the partnership that meets") }
    let day = errors.day(on, "on", of: "The day of the meeting")
    if let day, day < today - 90 { errors.add("on", "The day of the meeting must be within the last 90 days, or to come") }
    if let day, day > today.adding(years: 1) { errors.add("on", "The day of the meeting must be within a year") }
    errors.text(place, "place", "where it meets", least: 2, most: 120, today: today)
    guard errors.isEmpty, let chosen, let day else { return .invalid(errors) }
    return .valid(NewMeeting(chosen, on: day, at: place))
  }

  func view(_ action: String, cancel: String, button: String, _ partnerships: [Settings.Partnership]?, tokens: [FormToken], errors: Errors) -> FormView {
    var parts: [FormView.Part] = [.field(.hidden("seen", String(seen)))]
    if let partnerships { parts.append(.field(.radios("partnership", "Who meets?", partnership, partnerships.map { .init(String($0.id), $0.name) }))) }
    parts += [.field(.date("on", "On", on)), .field(.text("place", "Where", place, hint: "A room, or “online”", width: .thirty, autocomplete: "off"))]
    return FormView(action: action, tokens: tokens, parts: parts, buttons: [.init(button), .init("Cancel", .link(address: cancel))], errors: errors)
  }
}

/// Who was there for one organisation, as typed.
struct AttendanceForm: Sendable {
  var organisation = ""
  var many = ""
  var names = ""

  init() {}
  init(_ fields: FormFields) {
    organisation = fields["organisation"] ?? ""
    many = fields.trimmed("many")
    names = fields.trimmed("names")
  }

  func validated(_ organisations: [Settings.Organisation], today: Day) -> Validated<(organisation: Settings.Organisation, many: Int, names: String)> {
    var errors = Errors()
    let chosen = organisations.first { String($0.id) == organisation }
    if chosen == nil { errors.add("organisation", "Choose the organisation that was there") }
    let number = Int(many).flatMap { (1...60).contains($0) ? $0 : nil }
    if number == nil { errors.add("many", "Enter how many were there for it, from 1 to 60") }
    errors.text(names, "names", "their names", least: 0, most: 400, today: today)
    guard errors.isEmpty, let chosen, let number else { return .invalid(errors) }
    return .valid((chosen, number, names))
  }

  func view(_ meeting: TaskingMeeting, _ organisations: [Settings.Organisation], tokens: [FormToken], errors: Errors) -> FormView {
    FormView(
      action: Path.tasking(meeting.id, "attendance"), tokens: tokens,
      parts: [
        .field(.select("organisation", "Organisation", organisation, [.init("", "Choose the organisation")] + organisations.map { .init(String($0.id), $0.name) })),
        .field(.text("many", "How many were there", many, width: .two, autocomplete: "off", inputMode: "numeric")),
        .field(.text("names", "Who", names, hint: "Names or posts of officers", width: .thirty, autocomplete: "off", isOptional: true)),
      ], buttons: [.init("Record", .secondary)], errors: errors)
  }
}

/// A note of the minutes, or a correction, as typed.
struct NoteForm: Sendable {
  var words = ""
  var minute = ""

  init() {}
  init(_ fields: FormFields) {
    words = fields.trimmed("words")
    minute = fields["minute"] ?? ""
  }

  func validated(today: Day) -> Validated<String> {
    var errors = Errors()
    errors.text(words, "words", "what is to be minuted", today: today)
    return errors.isEmpty ? .valid(words) : .invalid(errors)
  }

  func view(_ meeting: TaskingMeeting, tokens: [FormToken], errors: Errors) -> FormView {
    FormView(
      action: Path.tasking(meeting.id, "notes"), tokens: tokens,
      parts: [.field(.textarea("words", "Note", words, hint: "Of places and of what is to be done. Do not name or describe a child, a victim, a suspect or a source", rows: 3, limit: 2_000))],
      buttons: [.init("Add the note", .secondary)], errors: errors)
  }

  func correction(_ meeting: TaskingMeeting, _ minutes: [TaskingMinute], tokens: [FormToken], errors: Errors) -> FormView {
    FormView(
      action: Path.tasking(meeting.id, "corrections"), tokens: tokens,
      parts: [
        .field(.select("minute", "Which minute?", minute, [.init("", "None of them: something is missing")] + minutes.map { .init(String($0.number), "\($0.number): \($0.words.prefix(60))") })),
        .field(.textarea("words", "What is right", words, hint: "The minute stays as it was closed; this stands below it. Do not name or describe a person", rows: 3, limit: 2_000)),
      ], buttons: [.init("Add the correction"), .init("Cancel", .link(address: Path.tasking(meeting.id, "minutes")))], errors: errors)
  }
}

/// What the meeting decides on a hot spot, as typed. Its day is the meeting's.
struct VerdictForm: Sendable {
  var review = DateFields()
  var reason = ""
  var seen = 0

  init(_ spot: HotSpot, _ meeting: TaskingMeeting) {
    review = DateFields(meeting.heldOn + HotSpotRules.reviewDays)
    seen = spot.version
  }

  init(_ fields: FormFields) {
    review = DateFields("review") { fields[$0] }
    reason = fields.trimmed("reason")
    seen = Int(fields["seen"] ?? "") ?? 0
  }

  func validated(_ step: HotSpotStep, _ meeting: TaskingMeeting, today: Day) -> Validated<(reason: String, reviewBy: Day?)> {
    var errors = Errors()
    var until: Day?
    if step.setsReview {
      until = errors.day(review, "review", of: "The day by which it is looked at again")
      if let by = until {
        switch HotSpotRules.review(by: by, decidedOn: meeting.heldOn) {
        case .tooEarly: errors.add("review", "The review must be after the day of the meeting")
        case .tooLate:
          errors.add("review", "The review must be within \(HotSpotRules.mostReviewDays) days of the meeting, by \((meeting.heldOn + HotSpotRules.mostReviewDays).words)")
        case .fits: break
        }
      }
    }
    errors.text(reason, "reason", "the reasons, as they were decided", today: today)
    guard errors.isEmpty else { return .invalid(errors) }
    return .valid((reason, until))
  }

  func view(_ step: HotSpotStep, _ spot: HotSpot, _ meeting: TaskingMeeting, tokens: [FormToken], errors: Errors) -> FormView {
    var parts: [FormView.Part] = [.field(.hidden("seen", String(seen)))]
    if step.setsReview {
      parts.append(.field(.date("review", "Looked at again by", review, hint: "Within \(HotSpotRules.mostReviewDays) days; \(HotSpotRules.reviewDays) unless there is a reason")))
    }
    parts.append(.field(.textarea("reason", "Reasons", reason, hint: "As they were decided. Do not name or describe a child, a victim, a suspect or a source", rows: 4, limit: 2_000)))
    return FormView(
      action: Path.tasking(meeting.id, "hot-spots/\(spot.id.uuidString.lowercased())/decisions/\(step.rawValue)"), tokens: tokens, parts: parts,
      buttons: [.init(step.action, step == .deDesignate || step == .reject ? .warning : .primary), .init("Cancel", .link(address: Path.tasking(meeting.id, "minutes")))], errors: errors)
  }
}

/// A task of the meeting, as typed.
struct TaskForm: Sendable {
  var what = ""
  var theme = ""
  var organisation = ""
  var lead = ""
  var due = DateFields()
  var coverage = ""

  init() {}
  init(_ fields: FormFields) {
    what = fields.trimmed("what")
    theme = fields["theme"] ?? ""
    organisation = fields["organisation"] ?? ""
    lead = fields.trimmed("lead")
    due = DateFields("due") { fields[$0] }
    coverage = fields.trimmed("coverage")
  }

  func validated(_ organisations: [Settings.Organisation], _ meeting: TaskingMeeting, today: Day) -> Validated<NewPlanAction> {
    var errors = Errors()
    errors.text(what, "what", "what is to be done", most: 400, today: today)
    let kind = PlanTheme(rawValue: theme), owner = organisations.first { String($0.id) == organisation }
    if kind == nil { errors.add("theme", "Choose what the task is for") }
    if owner == nil { errors.add("organisation", "Choose the organisation that takes it") }
    errors.text(lead, "lead", "who leads it there", least: 2, most: 120, today: today)
    let day = errors.day(due, "due", of: "The day it is due")
    if let day, day < meeting.heldOn { errors.add("due", "The day it is due cannot be before the meeting") }
    if let day, day > today.adding(years: 3) { errors.add("due", "The day it is due must be within three years") }
    let percent = Int(coverage)
    if !coverage.isEmpty, percent.map({ (1...100).contains($0) }) != true { errors.add("coverage", "Enter a whole number from 1 to 100, or leave it empty") }
    guard errors.isEmpty, let kind, let owner, let day else { return .invalid(errors) }
    return .valid(NewPlanAction(what, theme: kind, organisation: owner.id, lead: lead, due: day, coverageWanted: percent))
  }

  func view(_ spot: HotSpot, _ meeting: TaskingMeeting, _ organisations: [Settings.Organisation], tokens: [FormToken], errors: Errors) -> FormView {
    FormView(
      action: Path.tasking(meeting.id, "hot-spots/\(spot.id.uuidString.lowercased())/task"), tokens: tokens,
      parts: [
        .field(.textarea("what", "What is to be done?", what, hint: "One thing that can be seen to be done. Other organisations read this line. Do not describe a person", rows: 2, limit: 400)),
        .field(.select("organisation", "Organisation that takes it", organisation, [.init("", "Choose the organisation")] + organisations.map { .init(String($0.id), $0.name) })),
        .field(.text("lead", "Who leads it there", lead, hint: "A post or a colleague", width: .thirty, autocomplete: "off")),
        .field(.date("due", "Due by", due)),
        .field(.radios("theme", "What is it for?", theme, PlanTheme.allCases.map { .init($0.rawValue, $0.name, hint: $0.hint) })),
        .field(.text("coverage", "Guidance wanted, in percent", coverage, hint: "Where the task is guidance: the share of the hot spot’s places that should hold it", width: .three, autocomplete: "off", inputMode: "numeric", isOptional: true)),
      ], buttons: [.init("Give the task"), .init("Cancel", .link(address: Path.tasking(meeting.id, "minutes")))], errors: errors)
  }
}
