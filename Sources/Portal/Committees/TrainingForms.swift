import Domain
import Foundation
import Web

/// A completed course as typed.
struct CompletionForm: Sendable {
  var course = ""
  var on = DateFields()
  var provider = ""
  var score = ""
  var passed = "yes"
  var attempt = "1"
  var evidence = "certificate"
  var signed = ""
  var signedName = ""

  init(today: Day) { on = DateFields(today) }
  init(_ fields: FormFields) {
    course = fields["course"] ?? ""
    on = DateFields("on") { fields[$0] }
    provider = fields.trimmed("provider")
    score = fields.trimmed("score")
    passed = fields["passed"] ?? ""
    attempt = fields["attempt"] == nil ? "1" : fields.trimmed("attempt")
    evidence = fields["evidence"] ?? ""
    signed = fields["signed"] ?? ""
    signedName = fields.trimmed("name")
  }

  /// - Parameter rules: what the member's district asks: its mark to pass, and how many attempts it allows.
  func validated(_ courses: [Course], rules: [Requirement], file: SmallFile?, today: Day) -> Validated<NewTraining> {
    var errors = Errors()
    let chosen = courses.first { $0.code == course }
    if chosen == nil { errors.add("course", "Choose the course") }
    let day = OfficerVisit.day(on, "on", of: "The day it was completed", &errors)
    if let day, day > today { errors.add("on", "The day it was completed cannot be in the future") }
    if provider.count > 120 { errors.add("provider", "Enter a provider of 120 characters or fewer") }
    var mark: Int?
    if !score.isEmpty {
      mark = Int(score.replacing("%", with: ""))
      if mark.map({ !(0...100).contains($0) }) ?? true { errors.add("score", "Enter the score as a number from 0 to 100") }
    }
    if passed != "yes", passed != "no" { errors.add("passed", "Say whether it was passed") }
    let nth = Int(attempt) ?? 0
    if !(1...20).contains(nth) { errors.add("attempt", "Enter which attempt it was, from 1 to 20") }
    if let rule = rules.first(where: { rule in rule.course == chosen?.id && (day.map(rule.days.contains) ?? false) }) {
      if passed == "yes", let mark, let least = rule.passMark, mark < least { errors.add("passed", "The mark to pass is \(least): a score of \(mark) is not passed") }
      if let most = rule.mostAttempts, nth > most { errors.add("attempt", "\(most == 1 ? "One attempt is" : "\(most) attempts are") allowed") }
    }
    if MemberPages.evidence[evidence] == nil { errors.add("evidence", "Choose the evidence") }
    if signed == "yes", signedName.isEmpty { errors.add("name", "Enter the name as it is signed") }
    if signedName.count > 120 { errors.add("name", "Enter a name of 120 characters or fewer") }
    if let file, file.kind == nil { errors.add("file", "Choose a PDF, PNG or JPEG file") }
    guard errors.isEmpty, let chosen, let day else { return .invalid(errors) }
    let paper = file.flatMap { file in file.kind.map { (bytes: file.bytes, name: file.name, type: $0) } }
    return .valid(NewTraining(
      course: chosen.id, courseTitle: chosen.title, on: day, provider: provider, score: mark, passed: passed == "yes", evidence: evidence, attempt: nth,
      signature: signed == "yes" ? NewSignature(how: "sheet", name: signedName, on: day, file: nil) : nil, file: paper))
  }

  func page(_ member: Member, _ courses: [Course], tokens: [FormToken], errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Record training of \(member.name)", lead: "How long it counts follows from what the district asks of the course.",
      crumbs: [Breadcrumb("Members’ training", Path.training), Breadcrumb(member.name, Path.member(member.id)), Breadcrumb("Record training")],
      form: FormView(
        action: Path.member(member.id, "training/new"), tokens: tokens, isMultipart: true,
        parts: [
          .field(.select("course", "Course", course, [.init("", "Choose the course")] + courses.map { .init($0.code, $0.title) })),
          .field(.date("on", "Day it was completed", on)), .field(.text("provider", "Provider", provider, width: .thirty, isOptional: true)),
          .row([
            .text("score", "Score", score, hint: "Out of 100, where there was a test", width: .three, inputMode: "numeric", isOptional: true),
            .text("attempt", "Attempt", attempt, hint: "1 for the first", width: .two, inputMode: "numeric"),
          ]),
          .field(.radios("passed", "Was it passed?", passed, [.init("yes", "Yes, or there was no test"), .init("no", "No")], inline: true)),
          .field(.select("evidence", "Evidence", evidence, MemberPages.evidence.sorted { $0.value < $1.value }.map { .init($0.key, $0.value) })),
          .field(.file("file", "Evidence as a file", accept: ".pdf,.png,.jpg,.jpeg", hint: "A PDF, PNG or JPEG of 5 MB or less. Leave it out if the paper is kept elsewhere.")),
          .field(.checkboxes("signed", "Signature", signed == "yes" ? ["yes"] : [], [.init("yes", "The member signed for it on paper", hint: "Otherwise they can sign on their own page", reveals: [.text("name", "Name as signed", signedName.isEmpty ? member.name : signedName, width: .thirty)])])),
        ], buttons: [.init("Record"), .init("Cancel", .link(address: Path.member(member.id)))], errors: errors))
  }
}

/// A signature as given: the name typed on the screen, or the sheet.
struct SignatureForm: Sendable {
  var name = ""
  var on = DateFields()
  var confirm = ""

  init(name: String, today: Day) {
    self.name = name
    on = DateFields(today)
  }
  init(_ fields: FormFields) {
    name = fields.trimmed("name")
    on = DateFields("on") { fields[$0] }
    confirm = fields["confirm"] ?? ""
  }

  /// - Parameter own: the member signs on the screen; otherwise an officer records a sheet.
  func validated(_ record: TrainingRecord, of member: Member, file: SmallFile?, own: Bool, today: Day) -> Validated<NewSignature> {
    var errors = Errors()
    if name.isEmpty { errors.add("name", own ? "Type your full name" : "Enter the name as it is signed") } else if name.count > 120 { errors.add("name", "Enter a name of 120 characters or fewer") }
    var day: Day? = today
    if own {
      if !name.isEmpty, !NewMember.isSignature(name, of: member.name) { errors.add("name", "Type your own name as it is in the register: \(member.name)") }
      if confirm != "yes" { errors.add("confirm", "Confirm that you completed the training") }
    } else {
      day = OfficerVisit.day(on, "on", of: "The day it was signed", &errors)
      if let day, day > today { errors.add("on", "The day it was signed cannot be in the future") }
      if let day, day < record.days.from { errors.add("on", "It was completed on \(record.days.from.words): it cannot have been signed before") }
      if let file, file.kind == nil { errors.add("file", "Choose a PDF, PNG or JPEG file") }
    }
    guard errors.isEmpty, let day else { return .invalid(errors) }
    let paper = file.flatMap { file in file.kind.map { (bytes: file.bytes, name: file.name, type: $0) } }
    return .valid(NewSignature(how: own ? "screen" : "sheet", name: name, on: day, file: own ? nil : paper))
  }

  func page(_ member: Member, _ record: TrainingRecord, own: Bool, tokens: [FormToken], errors: Errors = []) -> TaskPage {
    let id = record.id?.uuidString.lowercased() ?? ""
    let action = own ? Path.myTraining + "/\(id)/signature" : Path.member(member.id, "training/\(id)/signature")
    let back = own ? Path.myTraining : Path.member(member.id)
    let parts: [FormView.Part] = own
      ? [
        .field(.text("name", "Your full name", name, hint: "Typed here it stands as your signature", width: .thirty, autocomplete: "name")),
        .field(.checkboxes("confirm", "Declaration", confirm == "yes" ? ["yes"] : [], [.init("yes", "I completed this training on \(record.days.from.words)")])),
      ]
      : [
        .field(.text("name", "Name as signed", name, width: .thirty, autocomplete: "off")), .field(.date("on", "Day it was signed", on)),
        .field(.file("file", "The signed sheet", accept: ".pdf,.png,.jpg,.jpeg", hint: "A PDF, PNG or JPEG of 5 MB or less")),
      ]
    return TaskPage(
      title: own ? "Sign for \(record.title)" : "Record the signature of \(member.name)", lead: "\(record.title), completed on \(record.days.from.words).",
      crumbs: own ? [Breadcrumb("My training", Path.myTraining), Breadcrumb("Sign")] : [Breadcrumb("Members’ training", Path.training), Breadcrumb(member.name, Path.member(member.id)), Breadcrumb("Signature")],
      form: FormView(action: action, tokens: tokens, isMultipart: !own, parts: parts, buttons: [.init(own ? "Sign" : "Record"), .init("Cancel", .link(address: back))], errors: errors))
  }
}

/// A decision on equivalence or dispensation as typed.
struct EquivalenceForm: Sendable {
  var kind = ""
  var course = ""
  var from = DateFields()
  var last = DateFields()
  var decider = ""
  var reason = ""
  init(today: Day) {
    from = DateFields(today)
    last = DateFields(today.adding(years: 1) - 1)
  }
  init(_ fields: FormFields) {
    kind = fields["kind"] ?? ""
    course = fields["course"] ?? ""
    from = DateFields("from") { fields[$0] }
    last = DateFields("last") { fields[$0] }
    decider = fields.trimmed("decider")
    reason = fields.trimmed("reason")
  }

  func validated(_ courses: [Course]) -> Validated<(TrainingCover.Source, Course, DayRange)> {
    var errors = Errors()
    let what = TrainingCover.Source(rawValue: kind).flatMap { $0 == .training ? nil : $0 }
    if what == nil { errors.add("kind", "Choose what was decided") }
    let chosen = courses.first { $0.code == course }
    if chosen == nil { errors.add("course", "Choose the course") }
    let begins = OfficerVisit.day(from, "from", of: "The first day", &errors)
    let ends = OfficerVisit.day(last, "last", of: "The last day", &errors)
    if let begins, let ends, ends < begins { errors.add("last", "The last day cannot be before the first") }
    if decider.isEmpty { errors.add("decider", "Enter who decided") } else if decider.count > 120 { errors.add("decider", "Enter 120 characters or fewer") }
    if reason.isEmpty { errors.add("reason", "Enter the reason") } else if reason.count > 500 { errors.add("reason", "Enter a reason of 500 characters or fewer") }
    guard errors.isEmpty, let what, let chosen, let begins, let ends else { return .invalid(errors) }
    return .valid((what, chosen, DayRange(from: begins, through: ends)))
  }

  func page(_ member: Member, _ courses: [Course], tokens: [FormToken], errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Equivalence or dispensation", lead: "\(member.name). A decision counts like training on the days it is made for; it is never changed, only followed by another.",
      crumbs: [Breadcrumb("Members’ training", Path.training), Breadcrumb(member.name, Path.member(member.id)), Breadcrumb("Decision")],
      form: FormView(
        action: Path.member(member.id, "decision"), tokens: tokens,
        parts: [
          .field(.radios("kind", "What was decided?", kind, [
            .init("equivalence", "Training elsewhere is as good", hint: "For example another council’s certificate"), .init("dispensation", "The member need not do it"),
          ])),
          .field(.select("course", "Course", course, [.init("", "Choose the course")] + courses.map { .init($0.code, $0.title) })),
          .field(.date("from", "First day", from)), .field(.date("last", "Last day", last)),
          .field(.text("decider", "Who decided", decider, hint: "A committee or an officer with the power to", width: .thirty)),
          .field(.textarea("reason", "Reason", reason, rows: 3, limit: 500)),
        ], buttons: [.init("Record the decision"), .init("Cancel", .link(address: Path.member(member.id)))], errors: errors))
  }
}
