import Domain
import Foundation
import Web

/// A hearing as typed.
struct HearingForm: Sendable {
  var kind = ""
  var reference = ""
  var subject = ""
  var ward = ""
  /// Of the register, where the case is about a licence that it has.
  var licence = ""
  var on = DateFields()
  var time = ""
  var periodEnds = DateFields()
  var notice = DateFields()
  var version = 0

  init() {}
  init(_ hearing: Hearing) {
    kind = hearing.kind.rawValue
    reference = hearing.reference
    subject = hearing.subject
    ward = hearing.ward
    licence = hearing.licenceReference
    on = DateFields(hearing.heldOn)
    time = hearing.startsAt
    periodEnds = DateFields(hearing.periodEndsOn)
    notice = DateFields(hearing.noticeGivenOn)
    version = hearing.version
  }
  init(_ fields: FormFields) {
    kind = fields["kind"] ?? ""
    reference = fields.trimmed("reference")
    subject = fields.trimmed("subject")
    ward = fields.trimmed("ward")
    licence = fields.trimmed("licence")
    on = DateFields("on") { fields[$0] }
    time = fields.trimmed("time")
    periodEnds = DateFields("period") { fields[$0] }
    notice = DateFields("notice") { fields[$0] }
    version = Int(fields["version"] ?? "") ?? 0
  }

  /// - Parameter known: the hearing that is changed: its day is not, it is moved.
  func validated(_ committee: Committee, known: Hearing?, settings: Settings, today: Day) -> Validated<NewHearing> {
    var errors = Errors()
    let what = HearingKind(rawValue: kind).flatMap { HearingKind.offered(to: committee.rule.regime).contains($0) || $0 == known?.kind ? $0 : nil }
    if what == nil { errors.add("kind", "Choose what is heard") }
    if reference.isEmpty { errors.add("reference", "Enter the reference of the case") } else if reference.count > 60 { errors.add("reference", "Enter a reference of 60 characters or fewer") }
    if subject.isEmpty { errors.add("subject", "Enter the premises or the driver, as the agenda names it") } else if subject.count > 200 { errors.add("subject", "Enter 200 characters or fewer") }
    if ward.count > 120 { errors.add("ward", "Enter a ward of 120 characters or fewer") }
    if licence.count > 60 { errors.add("licence", "Enter a reference of 60 characters or fewer") }
    if time.count > 20 { errors.add("time", "Enter a time like 10:30") }
    var day = known?.heldOn
    if known == nil { day = Self.newDay(on, "on", of: "The day of the hearing", settings: settings, today: today, &errors) }
    let period = OfficerVisit.day(periodEnds, "period", of: "The end of the period", &errors, isOptional: true)
    let given = OfficerVisit.day(notice, "notice", of: "The day notice was given", &errors, isOptional: true)
    if let given, let day, given > day { errors.add("notice", "Notice cannot have been given after the hearing") }
    guard errors.isEmpty, let what, let day else { return .invalid(errors) }
    return .valid(NewHearing(kind: what, reference: reference, subject: subject, ward: ward, heldOn: day, startsAt: time, periodEndsOn: period, noticeGivenOn: given))
  }

  /// The day on which a hearing is to be: a working day, not past, and not so far ahead that it must be a slip of the pen.
  static func newDay(_ typed: DateFields, _ field: String, of what: String, settings: Settings, today: Day, _ errors: inout Errors) -> Day? {
    guard let day = OfficerVisit.day(typed, field, of: what, &errors) else { return nil }
    let latest = today.adding(years: 2)
    if day < today { errors.add(field, "Enter a day from today on: \(day.words) is past") }
    else if day > latest { errors.add(field, "Enter a day within two years, by \(latest.words)") }
    else if !settings.workingDays.isWorking(day) { errors.add(field, "\(day.longWords) is not a working day") }
    return day
  }

  func page(_ committee: Committee, known: Hearing?, tokens: [FormToken], errors: Errors = []) -> TaskPage {
    var parts: [FormView.Part] = [
      .field(.select("kind", "What is heard?", kind, [.init("", "Choose")] + HearingKind.offered(to: committee.rule.regime).map { .init($0.rawValue, $0.name) })),
      .row([
        .text("reference", "Reference of the case", reference, width: .ten, autocomplete: "off"),
        .text("time", "Time", time, width: .five, autocomplete: "off", isOptional: true),
      ]),
      .field(.text("subject", "Premises or driver", subject, hint: "As the public agenda names it. Never a child, a witness or a source.", autocomplete: "off")),
      .field(.text("ward", "Ward", ward, hint: "A member for this ward is advised to stand aside", width: .thirty, autocomplete: "off", isOptional: true)),
      .field(.text("licence", "Reference of the licence", licence, hint: "As the register has it: the hearing then stands in that licence’s proof", width: .twenty, autocomplete: "off", isOptional: true)),
    ]
    if known == nil { parts.append(.field(.date("on", "Day of the hearing", on))) }
    if known != nil { parts.append(.field(.hidden("version", String(version)))) }
    parts += [
      .field(.date("period", "Last day for representations", periodEnds, hint: "Or the day a notice was received. The time limit is counted from it.", isOptional: true)),
      .field(.date("notice", "Day notice of the hearing was given", notice, isOptional: true)),
    ]
    let back = known.map { Path.hearing($0.id) } ?? Path.committee(committee.id)
    return TaskPage(
      title: known == nil ? "Arrange a hearing" : "Change the details of \(known?.reference ?? "")", lead: "\(committee.name).",
      crumbs: [Breadcrumb("Hearings", Path.hearings), known.map { Breadcrumb($0.reference, Path.hearing($0.id)) } ?? Breadcrumb("Arrange a hearing")],
      form: FormView(
        action: known.map { Path.hearing($0.id, "edit") } ?? Path.committee(committee.id, "hearing"), tokens: tokens, parts: parts,
        buttons: [.init(known == nil ? "Arrange it" : "Save changes"), .init("Cancel", .link(address: back))], errors: errors))
  }
}

/// Another day for a hearing, as typed.
struct MoveForm: Sendable {
  var to = DateFields()
  var reason = ""
  var version = 0
  init(_ hearing: Hearing) {
    to = DateFields(hearing.heldOn)
    version = hearing.version
  }
  init(_ fields: FormFields) {
    to = DateFields("to") { fields[$0] }
    reason = fields.trimmed("reason")
    version = Int(fields["version"] ?? "") ?? 0
  }

  func validated(_ hearing: Hearing, settings: Settings, today: Day) -> Validated<(Day, String)> {
    var errors = Errors()
    let day = HearingForm.newDay(to, "to", of: "The new day", settings: settings, today: today, &errors)
    if day == hearing.heldOn, errors.isEmpty { errors.add("to", "It is on that day already") }
    if reason.isEmpty { errors.add("reason", "Enter why it is moved") } else if reason.count > 300 { errors.add("reason", "Enter a reason of 300 characters or fewer") }
    guard errors.isEmpty, let day else { return .invalid(errors) }
    return .valid((day, reason))
  }

  func page(_ hearing: Hearing, tokens: [FormToken], errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Move hearing \(hearing.reference)", lead: "It is on \(hearing.heldOn.longWords). The panel stays and is checked for the new day.",
      crumbs: [Breadcrumb("Hearings", Path.hearings), Breadcrumb(hearing.reference, Path.hearing(hearing.id)), Breadcrumb("Move")],
      form: FormView(
        action: Path.hearing(hearing.id, "day"), tokens: tokens,
        parts: [.field(.hidden("version", String(version))), .field(.date("to", "New day", to)), .field(.text("reason", "Why", reason, width: .thirty))],
        buttons: [.init("Move it"), .init("Cancel", .link(address: Path.hearing(hearing.id)))], errors: errors))
  }
}

/// A choice of a panel: checked first, then taken, with a reason where local rule is put aside.
struct PanelForm: Sendable {
  var presiding = ""
  var members: [String] = []
  var override = ""
  /// The number of the panel the officer had before them.
  var panel = 0

  init(_ ids: [UUID], panel: Int, seats: Int) {
    presiding = ids.first?.uuidString.lowercased() ?? ""
    members = ids.dropFirst().map { $0.uuidString.lowercased() }
    while members.count < seats - 1 { members.append("") }
    self.panel = panel
  }
  init(_ fields: FormFields) {
    presiding = fields["seat-1"] ?? ""
    members = (2...30).compactMap { fields["seat-\($0)"] }
    override = fields.trimmed("override")
    panel = Int(fields["panel"] ?? "") ?? 0
  }

  var ids: [UUID] { ([presiding] + members).compactMap { UUID(uuidString: $0) } }

  /// Candidates of the day in the order of the list: those who may sit first, each told what stands against them.
  static func choices(_ check: EmpanelCheck, _ hearing: HearingCase) -> [Field.Choice] {
    let ranked = check.substitutes(for: [], hearing)
    let able = ranked.map { row in
      Field.Choice(row.member.id.uuidString.lowercased(), "\(row.member.name), \(row.role.name.lowercased())" + (row.warnings.isEmpty ? "" : " (advice)"))
    }
    let others = check.candidates.filter { person in person.role(on: hearing.day) != nil && !ranked.contains { $0.member.id == person.id } }
      .map { Field.Choice($0.id.uuidString.lowercased(), "\($0.name) (may not sit)") }
    return [.init("", "Nobody")] + able + others
  }

  func page(_ hearing: Hearing, check: EmpanelCheck, hearingCase: HearingCase, findings: [EmpanelFinding]?, settings: Settings, tokens: [FormToken], errors: Errors = []) -> SheetPage {
    var choices = Self.choices(check, hearingCase)
    // Somebody of the present panel who is no longer on the committee still stands in the list.
    for id in ids where !choices.contains(where: { $0.value == id.uuidString.lowercased() }) {
      choices.append(.init(id.uuidString.lowercased(), "\(check.candidate(id)?.name ?? "Somebody") (not on the committee that day)"))
    }
    let seats = Field.select("seat-1", "Presides", presiding, choices)
    let rest = members.enumerated().map { Field.select("seat-\($0.offset + 2)", "Member \($0.offset + 2)", $0.element, choices) }
    var parts: [FormView.Part] = [.field(.hidden("panel", String(panel))), .group(legend: "Panel for \(hearing.heldOn.longWords)", hint: "Those who may sit that day come first", [seats] + rest)]
    let policy = findings?.filter { $0.severity == .blockPolicy } ?? []
    let statutory = findings?.contains { $0.severity == .blockStatutory } ?? false
    if !policy.isEmpty, !statutory {
      parts.append(.field(.textarea(
        "override", "Reason for putting local rule aside", override, hint: "Local rule forbids this panel. With a reason it can be taken; the reason stands on the certificate.", rows: 3, limit: 500)))
    }
    let form = FormView(
      action: Path.hearing(hearing.id, "panel"), tokens: tokens, parts: parts,
      buttons: [.init("Fix this panel", name: "action", value: "choose"), .init("Check only", .secondary, name: "action", value: "check"), .init("Cancel", .link(address: Path.hearing(hearing.id)))],
      errors: errors)
    var sheet = Sheet(title: "Choose a panel for \(hearing.reference)")
    sheet.crumbs = [Breadcrumb("Hearings", Path.hearings), Breadcrumb(hearing.reference, Path.hearing(hearing.id)), Breadcrumb("Panel")]
    sheet.line = Sheet.line(nil, hearing.subject, hearing.heldOn.longWords, hearing.committeeName)
    sheet.errorSummary = form.errorSummary
    sheet.sections = [.init(nil, form.html, links: [.init("Find me a panel", Path.hearing(hearing.id, "panel") + "?find=yes")])]
    if let findings {
      sheet.sections.insert(.init("What the check finds", id: "findings", HearingPages.findings(findings, overridden: [], caption: "What the check finds")), at: 0)
      if findings.contains(where: { $0.severity != .warn }) {
        sheet.sections[0].words = "When these members may sit together: " + check.lawfulDaysInWords(of: ids, for: hearingCase)
      }
    }
    return SheetPage(sheet)
  }
}
