import Domain
import Foundation
import Web

/// An attempt at training as typed.
struct AttemptForm: Sendable {
  var course = "Safeguarding awareness for drivers"
  var provider = ""
  var on = DateFields()
  var score = ""
  var passed = "yes"
  var review = "accepted"

  init(today: Day) { on = DateFields(today) }
  init(_ fields: FormFields) {
    course = fields.trimmed("course")
    provider = fields.trimmed("provider")
    on = DateFields("on") { fields[$0] }
    score = fields.trimmed("score")
    passed = fields["passed"] ?? ""
    review = fields["review"] ?? ""
  }

  /// - Parameter rule: what is asked of it; nil where no rule is in force.
  func validated(_ rule: DriverTrainingRule?, file: SmallFile?, today: Day) -> Validated<NewAttempt> {
    var errors = Errors()
    let asked = rule?.attempts(policy: 0)
    if course.isEmpty { errors.add("course", "Enter the name of the course") } else if course.count > 120 { errors.add("course", "Enter a name of 120 characters or fewer") }
    if provider.count > 120 { errors.add("provider", "Enter a provider of 120 characters or fewer") } else if let asked, !asked.accepts(provider) {
      errors.add("provider", "The rule accepts training by \(asked.providers.joined(separator: " or "))")
    }
    let day = errors.day(on, "on", of: "The day it was completed")
    if let day, day > today { errors.add("on", "The day it was completed cannot be in the future") }
    if let day, day < today - 3660 { errors.add("on", "The day it was completed must be within the last ten years") }
    var mark: Int?
    if !score.isEmpty {
      mark = Int(score.replacing("%", with: ""))
      if mark.map({ !(0...100).contains($0) }) ?? true { errors.add("score", "Enter the score as a number from 0 to 100") }
    } else if let needed = asked?.passMark { errors.add("score", "Enter the score: the rule asks for \(needed)% to pass") }
    let said = passed == "yes" ? true : passed == "no" ? false : nil
    if said == nil { errors.add("passed", "Say whether it was passed") }
    let result = asked?.passed(score: mark, said: said) ?? said
    if let needed = asked?.passMark, let mark, let said, said != (mark >= needed) {
      errors.add("passed", said ? "\(mark)% is less than the \(needed)% that the rule asks for" : "\(mark)% is a pass: the rule asks for \(needed)%")
    }
    if !["accepted", "awaiting"].contains(review) { errors.add("review", "Say whether you have looked at the evidence") }
    if let file, file.kind == nil { errors.add("file", "Choose a PDF, PNG or JPEG file") }
    if result == true, review == "awaiting", file == nil { errors.add("file", "Choose the certificate that is to be reviewed") }
    guard errors.isEmpty, let day, let result else { return .invalid(errors) }
    let paper = file.flatMap { file in file.kind.map { (bytes: file.bytes, name: String(file.name.prefix(120)), type: $0) } }
    return .valid(NewAttempt(
      course: course, provider: asked?.spelled(provider) ?? provider, on: day, score: mark, passed: result, awaits: review == "awaiting", file: paper))
  }

  func page(_ licence: Licence, _ rule: DriverTrainingRule?, months: Int, tokens: [FormToken], errors: Errors = []) -> TaskPage {
    let providers = rule?.providers ?? []
    let by: Field = providers.isEmpty
      ? .text("provider", "Provider", provider, width: .thirty, isOptional: true)
      : .select("provider", "Provider", provider, [.init("", "Choose the provider")] + providers.map { .init($0, $0) }, hint: "Those that the rule accepts")
    let lead = rule.map { ["The rule asks for training", $0.attemptWords].filter { !$0.isEmpty }.joined(separator: ": ") + "." }
    return TaskPage(
      title: "Record training", lead: ["\(licence.holder.name), \(licence.kind.nameWithin) \(licence.reference).", lead].compactMap { $0 }.joined(separator: " "),
      crumbs: [Breadcrumb(licence.kind.register.title, licence.kind.register.path), Breadcrumb(licence.title, Path.licence(licence.id)), Breadcrumb("Record training")],
      form: FormView(
        action: Path.licence(licence.id, "training/new"), tokens: tokens, isMultipart: true,
        parts: [
          .field(.text("course", "Course", course)), .field(by), .field(.date("on", "The day it was completed", on)),
          .field(.text("score", "Score", score, hint: "Out of 100, where there was a test", width: .three, inputMode: "numeric", isOptional: rule?.passMark == nil)),
          .field(.radios("passed", "Was it passed?", passed, [.init("yes", "Yes, or there was no test"), .init("no", "No", hint: "It counts as an attempt")], inline: false)),
          .field(.file("file", "Certificate", accept: ".pdf,.png,.jpg,.jpeg", hint: "A PDF, PNG or JPEG of 5 MB or less. Leave it out if you have seen the paper and it is kept elsewhere")),
          .field(.radios("review", "Have you looked at the evidence?", review, [
            .init("accepted", "Yes, and it is accepted"), .init("awaiting", "No, it is to be reviewed", hint: "It counts once somebody has accepted it"),
          ])),
        ], buttons: [.init("Record"), .init("Cancel", .link(address: Path.licence(licence.id)))], errors: errors))
  }
}
