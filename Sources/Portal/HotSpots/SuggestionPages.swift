import Domain
import Foundation
import Web

/// Places that items near one another suggest, of the items that the officer may see, and what was set aside.
struct SuggestionsPage: Page {
  static let template = "hotspots/suggestions"
  let rows: [Suggestion]
  let aside: [SetAside]
  let rule: SuggestionRule
  let settings: Settings?

  var viewData: ViewData {
    let settings = settings
    @Sendable func partnership(_ id: Int) -> String? { settings?.partnership(id)?.name }
    let table = Table<Suggestion>(rowHeader: "where", [
      Column("where", "Where") { .titled(address: $0.path, text: $0.gridWords, note: $0.authority.flatMap { settings?.authority($0)?.name } ?? "") },
      .text("csp", "Partnership") { partnership($0.partnership) }, .number("items", "Items") { $0.items.count },
      .text("agencies", "Agencies", width: .quarter) { "\($0.agencies.count): \($0.agencyWords(settings))" }, .text("days", "When") { $0.dayWords },
      .text("across", "Furthest apart") { "\(Int($0.across.rounded()).grouped) m" }, .text("weight", "Weight") { $0.weightWords },
    ])
    let before = Table<SetAside>(rowHeader: "reason", [
      .text("reason", "Why it was set aside", width: .half) { $0.reason }, .text("csp", "Partnership") { partnership($0.partnership) },
      .number("items", "Items") { $0.count }, .text("by", "By") { $0.by ?? "Somebody who left" }, .date("on", "On") { $0.on.short },
    ])
    return [
      "title": "Suggested places", "breadcrumbs": Breadcrumbs(Breadcrumb("Hot spots", Path.hotSpots), Breadcrumb("Suggested")),
      "rule": "A place is suggested by \(rule.words). Items graded E do not count, nor those recalled. Only items that you may see are counted, so others may see other suggestions. Of more than fifty, the heaviest fifty are listed.",
      "tableHTML": table.html(rows, caption: "Suggested places, the heaviest first", empty: .init("Nothing is suggested", "No items that you may see lie near enough to one another.")),
      "hasAside": !aside.isEmpty, "asideHTML": before.html(aside, caption: "Set aside, the latest first"),
    ]
  }

  static var samples: [SuggestionsPage] { [SuggestionsPage(rows: [], aside: [], rule: .sample, settings: nil)] }
}

extension SuggestionRule {
  static var sample: SuggestionRule {
    SuggestionRule(
      source: "", metres: 250, items: 3, days: 180, agencies: 2, halfLifeDays: 90, sourceWeights: ["1": 1, "2": 0.6, "3": 0.2],
      informationWeights: ["A": 1, "B": 0.8, "C": 0.5, "D": 0.3, "E": 0], ungradedWeight: 0.3, displacementDays: 180, accuracyItems: 20)
  }

  /// "Source: reliable 1.0, untested 0.6, not reliable 0.2. Information: A 1.0 …"
  var weightWords: String {
    let sources = SourceGrade.allCases.map { "\($0.words.lowercased()) \((sourceWeights[String($0.rawValue)] ?? 0).words(1))" }.joined(separator: ", ")
    let informations = InformationGrade.allCases.map { "\($0.rawValue) \((informationWeights[$0.rawValue] ?? 0).words(1))" }.joined(separator: ", ")
    return "An item weighs source times information: \(sources); \(informations). A submission, which is not graded, weighs \(ungradedWeight.words(1)). "
      + "After \(Int(halfLifeDays)) days it weighs half as much. Weights only order this list and decide nothing."
  }
}

/// One suggested place: why it is suggested, and what to do about it.
struct SuggestionPage: Page {
  static let template = "hotspots/suggestion"
  let suggestion: Suggestion
  let items: [SuggestedItem]
  let rule: SuggestionRule
  let settings: Settings
  let today: Day
  let mayPropose: Bool

  var viewData: ViewData {
    let rule = rule, today = today
    let facts = SummaryList([
      .init("Items", "\(suggestion.items.count)", note: "The rule asks for at least \(rule.items)"),
      .init("Agencies", "\(suggestion.agencies.count): \(suggestion.agencyWords(settings))", note: "The rule asks for at least \(rule.agencies)"),
      .init("When", suggestion.dayWords, note: "From \(suggestion.first.words); items of the last \(rule.days) days count"),
      .init("Distance", "\(Int(suggestion.across.rounded()).grouped) metres between the two furthest apart", note: "Each lies within \(Int(rule.metres)) metres of another"),
      .init("Weight", suggestion.weightWords, note: rule.weightWords),
      .init("Middle", suggestion.gridWords, note: suggestion.authority.flatMap { settings.authority($0)?.name }),
      .init("Partnership", settings.partnership(suggestion.partnership)?.name),
    ])
    let table = Table<SuggestedItem>(rowHeader: "reference", [
      .link("reference", "Item", to: { Path.intelligence($0.id) }, { $0.reference }), .text("kind", "From") { $0.kind.name },
      .text("grade", "Grading") { item in
        guard let source = item.source, let information = item.information else { return "Not graded" }
        return "\(source.rawValue)\(information.rawValue)"
      },
      .date("on", "Day") { $0.on.short }, .text("age", "Age") { today.dayNumber - $0.on.dayNumber == 1 ? "1 day" : "\(today.dayNumber - $0.on.dayNumber) days" },
      .text("weight", "Weight") { $0.weight(rule, on: today).words(2) },
      .text("handling", "Handling") { $0.handling.map { $0 == .conditions ? "Carries conditions" : "Sharing permitted" } ?? "See its own page" },
    ])
    return [
      "title": "Suggested: \(suggestion.gridWords)",
      "breadcrumbs": Breadcrumbs(Breadcrumb("Hot spots", Path.hotSpots), Breadcrumb("Suggested", Path.suggestions), Breadcrumb(suggestion.gridWords)),
      "lead": "What the items say is not shown here: each is opened on its own page by those it names.",
      "facts": facts, "tableHTML": table.html(items, caption: "Items it rests on, the latest first"),
      "proposeAddress": mayPropose ? Path.hotSpots + "/new?suggestion=\(suggestion.id.uuidString.lowercased())" : nil,
      "asideAddress": mayPropose ? suggestion.path + "/set-aside" : nil,
    ]
  }

  static var samples: [SuggestionPage] { [] }
}

/// Why a suggestion is set aside, as typed.
struct SetAsideForm: Sendable {
  var reason = ""

  init() {}
  init(_ fields: FormFields) { reason = fields.trimmed("reason") }

  func validated(today: Day) -> Validated<String> {
    var errors = Errors()
    errors.text(reason, "reason", "why it is set aside", today: today)
    return errors.isEmpty ? .valid(reason) : .invalid(errors)
  }
}

struct SetAsidePage: Page {
  static let template = "site/form"
  let suggestion: Suggestion
  let form: SetAsideForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: suggestion.path + "/set-aside", tokens: tokens,
      parts: [.field(.textarea("reason", "Why?", form.reason, hint: "About the place only. Do not name or describe a child, a victim, a suspect or a source.", rows: 4, limit: 2_000))],
      buttons: [.init("Set aside"), .init("Cancel", .link(address: suggestion.path))], errors: errors
    ).viewData.merging([
      "title": "Set the suggestion aside", "lead": "It is not suggested again until another item joins these \(suggestion.items.count).",
      "breadcrumbs": Breadcrumbs(Breadcrumb("Hot spots", Path.hotSpots), Breadcrumb("Suggested", Path.suggestions), Breadcrumb(suggestion.gridWords, suggestion.path), Breadcrumb("Set aside")),
    ])
  }

  static var samples: [SetAsidePage] { [] }
}
