import Domain
import Foundation
import Hummingbird
import Web

/// Suggested places: seen by whoever may read the items, proposed or set aside by whoever may propose. Whose items count is the
/// database's answer, reader by reader.
enum SuggestionRoutes {
  static func add(to routes: Routes) {
    routes.may(.readIntelligence, .get, "hot-spots/suggestions") { visit in
      let store = HotSpotRoutes.store(visit)
      return try visit.page(SuggestionsPage(
        rows: try await store.suggestions(on: visit.today, for: visit.officer), aside: try await store.setAside(for: visit.officer), rule: store.rule,
        settings: visit.environment.settings))
    }
    routes.may(.readIntelligence, .get, "hot-spots/suggestions/{id}") { visit in
      let suggestion = try await visit.suggestion()
      let store = HotSpotRoutes.store(visit)
      return try visit.page(SuggestionPage(
        suggestion: suggestion, items: try await store.suggestedItems(suggestion, for: visit.officer), rule: store.rule, settings: visit.environment.settings,
        today: visit.today, mayPropose: visit.officer.may(.proposeHotSpots)))
    }
    routes.may(.proposeHotSpots, .get, "hot-spots/suggestions/{id}/set-aside") { visit in
      try visit.page(SetAsidePage(suggestion: try await visit.suggestion(), form: SetAsideForm(), tokens: visit.formTokens))
    }
    routes.may(.proposeHotSpots, .post, "hot-spots/suggestions/{id}/set-aside", setAside)
  }

  private static func setAside(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let suggestion = try await visit.suggestion()
    let form = SetAsideForm(fields)
    switch form.validated(today: visit.today) {
    case .invalid(let errors):
      return try visit.page(SetAsidePage(suggestion: suggestion, form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let reason):
      try await HotSpotRoutes.store(visit).setAside(suggestion, because: reason, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.suggestions, saying: "The suggestion is set aside until another item joins it.")
    }
  }
}

extension OfficerVisit {
  /// The one road from an id to a suggestion: made anew of what the officer may see today.
  func suggestion(_ asked: UUID? = nil) async throws -> Suggestion {
    guard let suggestion = try await HotSpotRoutes.store(self).suggestion(try asked ?? id(), on: today, for: officer) else {
      throw Problem(
        .notFound, "This place is not suggested", "An item may have joined it or been taken back, or somebody has proposed it or set it aside.",
        wayOn: ("See what is suggested", Path.suggestions))
    }
    return suggestion
  }
}
