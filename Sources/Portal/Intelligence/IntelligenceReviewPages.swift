import Domain
import Foundation
import Web

/// A review as typed: keep it, or dispose of it in two steps by two people.
struct IntelligenceReviewForm: Sendable {
  var decision = ""
  var next = DateFields()
  var reason = ""
  var seen = 0

  init(_ item: IntelligenceItem, today: Day) {
    next = DateFields(min(today + IntelligenceReview.longest, IntelligenceReview.end(received: item.receivedOn)))
    seen = item.version
  }

  init(_ fields: FormFields) {
    decision = fields["decision"] ?? ""
    next = DateFields("next") { fields[$0] }
    reason = fields.trimmed("reason")
    seen = Int(fields["seen"] ?? "") ?? 0
  }

  /// What can be decided now.
  static func choices(_ item: IntelligenceItem, by officer: UUID) -> [IntelligenceStep] {
    [.keep, .refuseDisposal, .proposeDisposal, .dispose].filter { item.after($0) != nil && ($0 != .dispose || item.disposalProposedBy != officer) }
  }

  func validated(_ item: IntelligenceItem, by officer: UUID, today: Day) -> Validated<(step: IntelligenceStep, next: Day?)> {
    var errors = Errors()
    let step = IntelligenceStep(rawValue: decision).flatMap { Self.choices(item, by: officer).contains($0) ? $0 : nil }
    if step == nil { errors.add("decision", "Choose what is decided") }
    var day: Day?
    if step == .keep || step == .refuseDisposal {
      day = errors.day(next, "next", of: "The day of the next review")
      if let day, let fault = IntelligenceReview.fault(next: day, received: item.receivedOn, today: today) { errors.add("next", fault) }
    }
    errors.text(reason, "reason", "the reason", most: 500, today: today)
    guard errors.isEmpty, let step else { return .invalid(errors) }
    return .valid((step, day))
  }
}

extension IntelligenceStep {
  /// What the choice says.
  fileprivate var choice: String {
    switch self {
    case .keep: "Keep it"
    case .refuseDisposal: "Keep it after all"
    case .proposeDisposal: "Propose to dispose of it"
    case .dispose: "Dispose of it: destroy its text and the key to it"
    default: rawValue
    }
  }
}

struct IntelligenceReviewPage: Page {
  static let template = "site/form"
  let item: IntelligenceItem
  let form: IntelligenceReviewForm
  let officer: Officer
  let today: Day
  let tokens: [FormToken]
  var errors: Errors = []

  private var lead: String {
    var words = "Received \(item.receivedOn.words), to be looked at by \(item.reviewBy.words). It is kept until \(IntelligenceReview.end(received: item.receivedOn).words) at most."
    if item.isHeld { words += " A legal hold stands: it cannot be disposed of." }
    if item.disposalProposedBy == officer.id { words += " You proposed its disposal: somebody else decides on it." }
    return words
  }

  var viewData: ViewData {
    let next = Field.date("next", "Look at it again by", form.next, hint: "Within half a year")
    let choices = IntelligenceReviewForm.choices(item, by: officer.id).map { step in
      Field.Choice(
        step.rawValue, step.choice, hint: step == .proposeDisposal ? "Somebody else then decides" : step == .dispose ? "It cannot be brought back" : nil,
        reveals: step == .keep || step == .refuseDisposal ? [next] : [])
    }
    return FormView(
      action: item.path + "/review", tokens: tokens,
      parts: [
        .field(.hidden("seen", String(form.seen))), .field(.radios("decision", "What is decided?", form.decision, choices)),
        .field(.textarea("reason", "Reason", form.reason, hint: "Why it is still needed, or no longer. Not what it says", rows: 3, limit: 500)),
      ], buttons: [.init("Record"), .init("Cancel", .link(address: item.path))], errors: errors
    ).about(item, "Review \(item.reference)", "Review", lead: lead)
  }

  static var samples: [IntelligenceReviewPage] { [] }
}

/// A legal hold to place, or the one to lift.
struct IntelligenceHoldPage: Page {
  static let template = "site/form"
  let item: IntelligenceItem
  let hold: IntelligenceHold?
  var reason = ""
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let lead = hold.map { "Placed by \($0.placer ?? "somebody who left") on \($0.placedOn.words): \($0.reason). Somebody else lifts it." }
      ?? "Nothing of it is destroyed while a hold stands, whatever a review decides. It may still be recalled: then nobody opens it, and its text goes when the hold is lifted."
    return FormView(
      action: item.path + "/hold", tokens: tokens,
      parts: [.field(.textarea("reason", hold == nil ? "Why may nothing be destroyed?" : "Why is the hold lifted?", reason, hint: "Such as the inquiry that asks for it. Not what the item says", rows: 3, limit: 500))],
      buttons: [.init(hold == nil ? "Place the hold" : "Lift the hold", hold == nil ? .primary : .warning), .init("Cancel", .link(address: item.path))], errors: errors
    ).about(item, hold == nil ? "Legal hold on \(item.reference)" : "Lift the legal hold on \(item.reference)", "Legal hold", lead: lead)
  }

  static var samples: [IntelligenceHoldPage] { [] }
}

/// What a submission says that could identify a child: it goes back, and its text is destroyed.
struct IntelligenceReturnPage: Page {
  static let template = "site/form"
  let item: IntelligenceItem
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: item.path + "/return", tokens: tokens,
      parts: [
        .field(.hidden("seen", String(item.version))),
        .field(.checkboxes("rule", "What has to be left out?", [], ChildRule.allCases.map { .init($0.rawValue, $0.words) })),
      ], buttons: [.init("Return it and destroy its text", .warning), .init("Cancel", .link(address: item.path))], errors: errors
    ).about(item, "Return \(item.reference)", "Return", lead: "Whoever sent it is told what to leave out, and can send it again. If a child may be at risk, tell the Family Front Door before you return it.")
  }

  static var samples: [IntelligenceReturnPage] { [] }
}

/// Which hot spots rest on an item.
struct IntelligenceLinksPage: Page {
  static let template = "site/form"
  let item: IntelligenceItem
  let spots: [LinkableHotSpot]
  let tokens: [FormToken]

  var viewData: ViewData {
    FormView(
      action: item.path + "/hot-spots", tokens: tokens,
      parts: spots.isEmpty
        ? [.paragraph("There is no hot spot in its partnership.")]
        : [
          .field(.checkboxes(
            "spot", "Which hot spots rest on it?", spots.filter(\.isLinked).map { $0.id.uuidString.lowercased() },
            spots.map { .init($0.id.uuidString.lowercased(), "\($0.reference), \($0.name)", hint: $0.metres.map { $0 == 0 ? "It lies inside" : "\($0.grouped) metres from it" }) }, isOptional: true))
        ],
      buttons: (spots.isEmpty ? [] : [.init("Save")]) + [.init("Cancel", .link(address: item.path))]
    ).about(item, "Hot spots that rest on \(item.reference)", "Hot spots", lead: "Its conditions go with it: they are shown on the hot spot to those whom the item names. If it is recalled, those who decide are asked to look again.")
  }

  static var samples: [IntelligenceLinksPage] { [] }
}
