import Domain
import Foundation
import Web

struct IssuePage: Page {
  static let template = "site/form"
  let licence: Licence
  let versions: [OfferedVersion]
  let form: IssueForm
  let tokens: [FormToken]
  var errors: Errors = []

  static func fields(_ form: IssueForm, _ versions: [OfferedVersion], for kind: LicenceKind) -> [FormView.Part] {
    [
      .field(.hidden("key", form.key?.uuidString ?? "")),
      .field(.select("version", "Guidance", form.version, versions.map { .init($0.id.uuidString, $0.name) })),
      .row([
        .select("occasion", "Why", form.occasion, Occasion.offered(for: kind).map { .init($0.rawValue, $0.name) }),
        .select("channel", "How it was given", form.channel, Channel.byOfficer.map { .init($0.rawValue, $0.name) }),
      ]),
      .field(.date("on", "The day it was given", form.on)),
      .field(.select("acknowledged", "Acknowledged", form.acknowledged, [.init("", "Not yet")] + AcknowledgementMethod.allCases.map { .init($0.rawValue, $0.name) })),
    ]
  }

  var viewData: ViewData {
    let none: [FormView.Part] = [.inset("No guidance for this kind of licence is in effect. A licensing manager publishes it in the guidance library.")]
    return FormView(
      action: Path.licence(licence.id, "issues/new"), tokens: tokens, parts: versions.isEmpty ? none : Self.fields(form, versions, for: licence.kind),
      buttons: (versions.isEmpty ? [] : [.init("Record")]) + [.init("Cancel", .link(address: Path.licence(licence.id)))], errors: errors
    ).viewData.merging([
      "title": "Give guidance", "lead": "\(licence.holder.name), \(licence.kind.nameWithin) \(licence.reference).", "breadcrumbs": licence.crumbs("Give guidance"),
    ])
  }

  static var samples: [IssuePage] { [] }
}

struct AcknowledgementPage: Page {
  static let template = "site/form"
  let licence: Licence
  let issue: Issue
  let form: AcknowledgementForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: Path.licence(licence.id, "issues/\(issue.id.uuidString.lowercased())/acknowledgement"), tokens: tokens,
      parts: [
        .field(.radios("method", "How did the holder acknowledge it?", form.method, AcknowledgementMethod.allCases.map { .init($0.rawValue, $0.name) })),
        .field(.date("on", "On which day?", form.on)),
      ], buttons: [.init("Record"), .init("Cancel", .link(address: Path.licence(licence.id)))], errors: errors
    ).viewData.merging([
      "title": "Record an acknowledgement", "lead": "\(licence.holder.name): \(issue.version), given on \(issue.on.words).", "breadcrumbs": licence.crumbs("Acknowledgement"),
    ])
  }

  static var samples: [AcknowledgementPage] { [] }
}

struct CorrectionPage: Page {
  static let template = "site/form"
  let licence: Licence
  let issue: Issue
  let reason: String
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: Path.licence(licence.id, "issues/\(issue.id.uuidString.lowercased())/correction"), tokens: tokens,
      parts: [.field(.textarea("reason", "What was wrong with it?", reason, hint: "It stays on the record, marked as corrected, with this reason.", rows: 3, limit: 500))],
      buttons: [.init("Correct", .warning), .init("Cancel", .link(address: Path.licence(licence.id)))], errors: errors
    ).viewData.merging([
      "title": "Correct an issue of guidance", "lead": "\(licence.holder.name): \(issue.version), given on \(issue.on.words). It will no longer count.",
      "breadcrumbs": licence.crumbs("Correct"),
    ])
  }

  static var samples: [CorrectionPage] { [] }
}
