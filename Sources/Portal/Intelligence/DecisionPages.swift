import Domain
import Foundation
import Web

extension FormView {
  /// A page of this form about an item of intelligence, with the way back to it.
  func about(_ item: IntelligenceItem, _ title: String, _ here: String, lead: String) -> ViewData {
    TaskPage(title: title, lead: lead, crumbs: [Breadcrumb("Intelligence", Path.intelligence), Breadcrumb(item.reference, item.path), Breadcrumb(here)], form: self).viewData
  }
}

/// Whom an item names.
struct ReadersPage: Page {
  static let template = "site/form"
  let item: IntelligenceItem
  let possible: [IntelligenceReader]
  let chosen: [UUID]
  let groups: [IntelligenceGroup]
  let possibleGroups: [IntelligenceGroup]
  let settings: Settings
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: item.path + "/readers", tokens: tokens,
      parts: [
        .field(.checkboxes(
          "reader", "Who may open it?", chosen.map { $0.uuidString.lowercased() },
          possible.map { .init($0.id.uuidString.lowercased(), $0.name, hint: $0.mayHandle ? "Handles intelligence" : nil) })),
        .field(.checkboxes(
          "group", "Together with", groups.map(\.text), possibleGroups.map { .init($0.text, $0.name(settings)) }, hint: "Whoever belongs to them on the day. Name people rather than groups where you can",
          isOptional: true)),
      ], buttons: [.init("Save"), .init("Cancel", .link(address: item.path))], errors: errors
    ).about(item, "Who may open \(item.reference)", "Readers", lead: "Who is no longer named cannot open it again. That they opened it before stays in its log.")
  }

  static var samples: [ReadersPage] { [] }
}

/// What became of an item.
struct OutcomePage: Page {
  static let template = "site/form"
  let item: IntelligenceItem
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: item.path + "/outcome", tokens: tokens,
      parts: [
        .field(.hidden("seen", String(item.version))),
        .field(.radios("outcome", "What became of it?", item.outcome?.rawValue ?? "", IntelligenceOutcome.ofKept.map { .init($0.rawValue, $0.name) })),
      ], buttons: [.init("Save"), .init("Cancel", .link(address: item.path))], errors: errors
    ).about(item, "What became of \(item.reference)", "Outcome", lead: "Whoever sent it sees this, and it closes the item.")
  }

  static var samples: [OutcomePage] { [] }
}

/// Whether what one sent is to be destroyed.
struct RecallPage: Page {
  static let template = "site/form"
  let item: IntelligenceItem
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: Path.submission(item.id) + "/recall", tokens: tokens,
      parts: [.field(.checkboxes("sure", "Destroy its text?", [], [.init("yes", "Destroy it. It cannot be brought back")]))],
      buttons: [.init("Recall it", .warning), .init("Cancel", .link(address: Path.submission(item.id)))], errors: errors
    ).viewData.merging([
      "title": "Recall \(item.reference)",
      "lead": item.isHeld
        ? "Nobody will be able to open it again. A legal hold stands: the text is destroyed when it is lifted."
        : "Nobody will be able to open it again. Its reference, and who opened it, stay. Whoever decides on a hot spot that rests on it is asked to look again.",
      "breadcrumbs": Breadcrumbs(Breadcrumb("My submissions", Path.submissions), Breadcrumb(item.reference, Path.submission(item.id)), Breadcrumb("Recall")),
    ])
  }

  static var samples: [RecallPage] { [] }
}
