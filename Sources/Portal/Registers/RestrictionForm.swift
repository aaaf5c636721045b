import Domain
import Foundation
import Web

/// A suspension, revocation, surrender or refusal as typed.
struct RestrictionForm: Sendable {
  var kind = ""
  var cause = ""
  var reason = ""
  var from = DateFields()

  init(kind: String, today: Day) {
    self.kind = RestrictionKind(rawValue: kind)?.rawValue ?? ""
    from = DateFields(year: today.year, month: today.month, day: today.day)
  }

  init(_ fields: FormFields) {
    kind = fields["kind"] ?? ""
    cause = fields["cause"] ?? ""
    reason = fields.trimmed("reason")
    from = DateFields("from") { fields[$0] }
  }

  func validated(for licence: LicenceKind, today: Day) -> Validated<NewRestriction> {
    var errors = Errors()
    let chosen = RestrictionKind(rawValue: kind)
    if chosen == nil { errors.add("kind", "Choose what happened") }
    let why = chosen == .suspension ? SuspensionCause(rawValue: cause) : nil
    if chosen == .suspension, why == nil || !SuspensionCause.offered(for: licence).contains(why ?? .other) { errors.add("cause", "Choose the cause of the suspension") }
    if reason.isEmpty { errors.add("reason", "Enter the reason, as the decision gives it") } else if reason.count > 500 {
      errors.add("reason", "Enter a reason of 500 characters or fewer")
    }
    errors.screen(reason, "reason", today: today)
    let day = LicenceForm.day(from, "from", of: "The day it takes effect", &errors)
    if let day, day > today + 60 { errors.add("from", "The day it takes effect cannot be more than 60 days from now") }
    guard errors.isEmpty, let chosen, let day else { return .invalid(errors) }
    return .valid(NewRestriction(kind: chosen, cause: why, reason: reason, from: day))
  }
}

struct RestrictionPage: Page {
  static let template = "site/form"
  let licence: Licence
  let form: RestrictionForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let causes = Field.select(
      "cause", "Cause", form.cause, [.init("", "Choose the cause")] + SuspensionCause.offered(for: licence.kind).map { .init($0.rawValue, $0.name) })
    let choices: [Field.Choice] = [
      .init("suspension", "It is suspended", hint: "Until you record its end", reveals: [causes]), .init("revocation", "It is revoked"),
      .init("surrender", "The holder surrenders it"), .init("refusal", "Its application is refused"),
    ]
    return FormView(
      action: Path.licence(licence.id, "restriction"), tokens: tokens,
      parts: [
        .field(.radios("kind", "What happens to this licence?", form.kind, choices)),
        .field(.date("from", "From which day?", form.from, hint: "For example, 27 3 2026")),
        .field(.textarea(
          "reason", "Reason", form.reason, hint: "Say what was decided and by whom. Do not name a child, a passenger or a source.", rows: 3, limit: 500)),
      ], buttons: [.init("Record", .warning), .init("Cancel", .link(address: Path.licence(licence.id)))], errors: errors
    ).viewData.merging([
      "title": "Suspend, revoke or surrender \(licence.reference)", "lead": "\(licence.holder.name), \(licence.kind.nameWithin).",
      "breadcrumbs": licence.crumbs("Suspend, revoke or surrender"),
    ])
  }

  static var samples: [RestrictionPage] { [] }
}

/// The end of a restriction as typed.
struct LiftForm: Sendable {
  var on = DateFields()
  var reason = ""

  init(today: Day) { on = DateFields(year: today.year, month: today.month, day: today.day) }
  init(_ fields: FormFields) {
    on = DateFields("on") { fields[$0] }
    reason = fields.trimmed("reason")
  }

  func validated(_ restriction: LicenceRestriction, today: Day) -> Validated<(Day, String)> {
    var errors = Errors()
    let day = LicenceForm.day(on, "on", of: "The first day that it is no longer in force", &errors)
    if let day, day < restriction.from { errors.add("on", "It began on \(restriction.from.words): its end cannot be before") }
    if reason.isEmpty { errors.add("reason", "Enter the reason") } else if reason.count > 500 { errors.add("reason", "Enter a reason of 500 characters or fewer") }
    errors.screen(reason, "reason", today: today)
    guard errors.isEmpty, let day else { return .invalid(errors) }
    return .valid((day, reason))
  }
}

struct LiftPage: Page {
  static let template = "site/form"
  let licence: Licence
  let restriction: LicenceRestriction
  let form: LiftForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: Path.licence(licence.id, "restrictions/\(restriction.id.uuidString.lowercased())/lift"), tokens: tokens,
      parts: [
        .field(.date("on", "First day that it is no longer in force", form.on, hint: "For example, 27 3 2026")),
        .field(.textarea("reason", "Reason", form.reason, rows: 3, limit: 500)),
      ], buttons: [.init("Record"), .init("Cancel", .link(address: Path.licence(licence.id)))], errors: errors
    ).viewData.merging([
      "title": "End the \(restriction.kind.name.lowercased()) of \(licence.reference)", "lead": "In force since \(restriction.from.words).",
      "breadcrumbs": licence.crumbs("End the \(restriction.kind.name.lowercased())"),
    ])
  }

  static var samples: [LiftPage] { [] }
}
