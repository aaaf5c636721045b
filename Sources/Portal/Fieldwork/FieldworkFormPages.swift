import Domain
import Foundation
import Web

/// A visit is recorded.
struct VisitFormPage: Page {
  static let template = "site/form"
  let licence: Licence
  let form: VisitForm
  let versions: [(id: UUID, name: String)]
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: Path.licence(licence.id, "visits/new"), tokens: tokens,
      parts: form.seen + [
        .field(.select("version", "Guidance given during the visit", form.version, [.init("", "None")] + versions.map { .init($0.id.uuidString, $0.name) }, hint: "It is recorded as given by hand on that day")),
        form.next,
      ], buttons: [.init("Record the visit"), .init("Cancel", .link(address: Path.licence(licence.id, "fieldwork")))], errors: errors
    ).viewData.merging(["title": "Record a visit to \(licence.tradingName ?? licence.holder.name)", "lead": "\(licence.reference), \(licence.kind.nameWithin).", "breadcrumbs": licence.crumbs("Record a visit")])
  }

  static var samples: [VisitFormPage] { [] }
}

extension VisitForm {
  /// What was seen, by whom and when: of licences and of other places alike.
  var seen: [FormView.Part] {
    [
      .field(.date("on", "On which day?", on)),
      .field(.text("officer", "Officer who visited", officer, width: .thirty, autocomplete: "off")),
      .field(.textarea("found", "What was found?", found, hint: "What you saw of the place and its practice. Never name a child, a guest or a source", rows: 5, limit: 2000)),
      .field(.radios("concern", "Was there a concern?", concern, [
        .init("no", "No"), .init("yes", "Yes", hint: "This record is for compliance. What may be intelligence goes to the police: call 101, or 999 if somebody is in danger"),
      ])),
    ]
  }

  var next: FormView.Part {
    .field(.radios("again", "Is there to be a follow-up?", again, [.init("no", "No"), .init("yes", "Yes", reveals: [.date("follow-up", "By which day?", followUp)])]))
  }
}

/// A challenge test is recorded.
struct ChallengeFormPage: Page {
  static let template = "site/form"
  let licence: Licence
  let form: ChallengeForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: Path.licence(licence.id, "tests/new"), tokens: tokens,
      parts: [
        .field(.date("on", "On which day?", form.on)),
        .field(.radios("kind", "What was tried?", form.kind, ChallengeKind.allCases.map { .init($0.rawValue, $0.name) })),
        .field(.radios("result", "How did it end?", form.result, [
          .init(ChallengeResult.passed.rawValue, ChallengeResult.passed.name, reveals: [
            .radios("reported", "Did they also report it?", form.reported, [.init("no", "No"), .init("yes", "Yes, to the police or by 101")]),
          ]),
          .init(ChallengeResult.failed.rawValue, ChallengeResult.failed.name),
          .init(ChallengeResult.notCompleted.rawValue, ChallengeResult.notCompleted.name, hint: "It is left out of the rate of challenge"),
        ])),
        .field(.text("officer", "Officer who led the test", form.officer, hint: "Never the person who took the part", width: .thirty, autocomplete: "off")),
        .field(.textarea("debrief", "Debrief", form.debrief, hint: "What staff were told afterwards. No names of staff, guests or young people", rows: 4, limit: 2000, isOptional: true)),
      ], buttons: [.init("Record the test"), .init("Cancel", .link(address: Path.licence(licence.id, "fieldwork")))], errors: errors
    ).viewData.merging(["title": "Record a challenge test of \(licence.tradingName ?? licence.holder.name)", "lead": "\(licence.reference), \(licence.kind.nameWithin).", "breadcrumbs": licence.crumbs("Record a challenge test")])
  }

  static var samples: [ChallengeFormPage] { [] }
}

/// A holder is asked for evidence.
struct RequestFormPage: Page {
  static let template = "site/form"
  let licence: Licence
  let form: RequestForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let ways: [Field.Choice]
    if let email = licence.holder.email {
      ways = [.init("yes", "Yes, by e-mail to \(email)", hint: "And reminded when it falls due"), .init("no", "No, they are asked in another way")]
    } else { ways = [.init("no", "No: the register holds no e-mail address")] }
    let detail = Field.text("detail", "What is asked for?", form.detail, autocomplete: "off")
    return FormView(
      action: Path.licence(licence.id, "requests/new"), tokens: tokens,
      parts: [
        .field(.radios("wanted", "What are they to show?", form.wanted, EvidenceWanted.allCases.map { .init($0.rawValue, $0.name, reveals: $0 == .other ? [detail] : []) })),
        .field(.date("due", "By which day?", form.due)),
        .field(.radios("send", "Is the holder written to?", form.sends, ways)),
      ], buttons: [.init("Record the request"), .init("Cancel", .link(address: Path.licence(licence.id, "fieldwork")))], errors: errors
    ).viewData.merging(["title": "Ask \(licence.tradingName ?? licence.holder.name) for evidence", "lead": "\(licence.reference), \(licence.kind.nameWithin).", "breadcrumbs": licence.crumbs("Ask for evidence")])
  }

  static var samples: [RequestFormPage] { [] }
}
