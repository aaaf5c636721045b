import Domain
import Foundation
import Hummingbird
import Web

/// What follows once an item is there: reviews, disposal by two people, legal holds, returning a submission, and the hot spots that rest on it.
enum IntelligenceReviewRoutes {
  static func add(to routes: Routes) {
    routes.may(.handleIntelligence, .get, "intelligence/{id}/review") { visit in
      let item = try await open(visit)
      return try visit.page(IntelligenceReviewPage(item: item, form: IntelligenceReviewForm(item, today: visit.today), officer: visit.officer, today: visit.today, tokens: visit.formTokens))
    }
    routes.may(.handleIntelligence, .post, "intelligence/{id}/review", review)
    routes.may(.handleIntelligence, .get, "intelligence/{id}/hold") { visit in
      let item = try await visit.intelligence(may: .handleIntelligence)
      let hold = try await visit.intelligenceStore.hold(on: item.id, for: visit.officer)
      return try visit.page(IntelligenceHoldPage(item: item, hold: hold, tokens: visit.formTokens))
    }
    routes.may(.handleIntelligence, .post, "intelligence/{id}/hold", hold)
    routes.may(.handleIntelligence, .get, "intelligence/{id}/return") { visit in
      try visit.page(IntelligenceReturnPage(item: try await returnable(visit), tokens: visit.formTokens))
    }
    routes.may(.handleIntelligence, .post, "intelligence/{id}/return", sendBack)
    routes.may(.handleIntelligence, .get, "intelligence/{id}/hot-spots") { visit in
      let item = try await open(visit)
      return try visit.page(IntelligenceLinksPage(item: item, spots: try await visit.intelligenceStore.hotSpots(near: item, for: visit.officer), tokens: visit.formTokens))
    }
    routes.may(.handleIntelligence, .post, "intelligence/{id}/hot-spots") { visit in
      let fields = try await visit.form()
      let item = try await open(visit)
      try await visit.intelligenceStore.link(item, to: Set(fields.all("spot").compactMap(UUID.init(uuidString:))), by: visit.officer)
      return visit.redirect(to: item.path, saying: "What rests on it is recorded.")
    }
  }

  /// An item that has not come to its end.
  private static func open(_ visit: OfficerVisit) async throws -> IntelligenceItem {
    let item = try await visit.intelligence(may: .handleIntelligence)
    guard item.state.isOpenable else { throw ended(item) }
    return item
  }

  private static func returnable(_ visit: OfficerVisit) async throws -> IntelligenceItem {
    let item = try await visit.intelligence(may: .handleIntelligence)
    guard item.after(.sendBack) != nil else {
      throw Problem(
        .conflict, "It cannot be returned", item.isHeld ? "A legal hold stands, so nothing of it is destroyed." : "Only a submission that was not decided on yet is returned.",
        wayOn: ("See the item", item.path))
    }
    return item
  }

  private static func ended(_ item: IntelligenceItem) -> Problem {
    Problem(.conflict, "It has come to its end", "It is \(item.state.name.lowercased()).", wayOn: ("See the item", item.path))
  }

  private static func review(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let item = try await open(visit)
    let form = IntelligenceReviewForm(fields)
    switch form.validated(item, by: visit.officer.id, today: visit.today) {
    case .invalid(let errors):
      return try visit.page(
        IntelligenceReviewPage(item: item, form: form, officer: visit.officer, today: visit.today, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let decided):
      try await visit.intelligenceStore.review(item, decided.step, reason: form.reason, next: decided.next, seen: form.seen, once: SentForm(fields), by: visit.officer)
      let said = switch decided.step {
      case .dispose: "\(item.reference) is disposed of. Its text and the key to it were destroyed."
      case .proposeDisposal: "The disposal of \(item.reference) is proposed. Somebody else decides on it."
      default: "\(item.reference) is kept until \(decided.next?.words ?? "its next review")."
      }
      return visit.redirect(to: item.path, saying: said)
    }
  }

  private static func hold(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let item = try await visit.intelligence(may: .handleIntelligence)
    let store = visit.intelligenceStore
    let standing = try await store.hold(on: item.id, for: visit.officer)
    let reason = fields.trimmed("reason")
    var errors = Errors()
    errors.text(reason, "reason", standing == nil ? "why nothing may be destroyed" : "why the hold is lifted", most: 500, today: visit.today)
    guard errors.isEmpty else {
      return try visit.page(IntelligenceHoldPage(item: item, hold: standing, reason: reason, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    if let standing {
      try await store.lift(standing, on: item, because: reason, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: item.path, saying: item.state == .recalled ? "The hold is lifted, and the text was destroyed." : "The hold is lifted.")
    }
    try await store.hold(item, reason: reason, once: SentForm(fields), by: visit.officer)
    return visit.redirect(to: item.path, saying: "A legal hold stands. Nothing of \(item.reference) is destroyed until it is lifted.")
  }

  private static func sendBack(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let item = try await returnable(visit)
    let rules = ChildRule.allCases.filter { fields.all("rule").contains($0.rawValue) }
    guard !rules.isEmpty else {
      return try visit.page(
        IntelligenceReturnPage(item: item, tokens: visit.formTokens, errors: [FieldError(field: "rule", message: "Choose what it says that could identify somebody")]), status: .unprocessableContent)
    }
    try await visit.intelligenceStore.sendBack(item, for: rules, seen: Int(fields["seen"] ?? "") ?? 0, by: visit.officer)
    return visit.redirect(to: item.path, saying: "\(item.reference) was returned. Its text was destroyed, and whoever sent it is told what to leave out.")
  }
}
