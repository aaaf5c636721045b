import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// Decisions that reviews came to: on one action (such as whether an enforcement team is needed), and on the strategy each year.
enum DecisionRoutes {
  static func add(to routes: Routes) {
    routes.may(.manageStrategy, .get, "strategy/actions/{ref}/decision") { visit in
      try visit.page(StrategyDecisionForm(today: visit.today).page(try reviewed(visit).action, tokens: visit.formTokens))
    }
    routes.may(.manageStrategy, .post, "strategy/actions/{ref}/decision") { visit in
      let fields = try await visit.form()
      let (strategy, action) = try reviewed(visit)
      return try await record(fields, of: action, in: strategy, visit)
    }
    routes.may(.readStrategy, .get, "strategy/review") { visit in
      let (strategy, day, _) = try StrategyRoutes.asked(visit)
      let decisions = try await StrategyStore(visit.environment).decisions(nil, in: strategy, until: day, for: visit.officer)
      return try visit.page(SheetPage(DecisionPages.reviews(decisions, strategy, visit)))
    }
    routes.may(.manageStrategy, .get, "strategy/review/new") { visit in try visit.page(StrategyDecisionForm(today: visit.today).page(nil, tokens: visit.formTokens)) }
    routes.may(.manageStrategy, .post, "strategy/review/new") { visit in
      let fields = try await visit.form()
      return try await record(fields, of: nil, in: try StrategyRoutes.asked(visit).0, visit)
    }
  }

  /// An action whose measure is a decision.
  private static func reviewed(_ visit: OfficerVisit) throws -> (strategy: Strategy, action: StrategyAction) {
    let (strategy, action, _) = try StrategyRoutes.named(visit)
    guard action.counted?.contains(.enforcementReview) == true else { throw Problem.notFound }
    return (strategy, action)
  }

  private static func record(_ fields: FormFields, of action: StrategyAction?, in strategy: Strategy, _ visit: OfficerVisit) async throws -> Response {
    let form = StrategyDecisionForm(fields)
    switch form.validated(ofAction: action != nil, today: visit.today) {
    case .invalid(let errors): return try visit.page(form.page(action, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let new):
      let path = action.map { Path.action($0.ref) } ?? Path.review
      try await visit.environment.database.write(by: visit.officer, at: visit.environment.now(), once: SentForm(fields)) { transaction in
        try await transaction.execute(
          """
          INSERT INTO strategy_decision (strategy, action_ref, decided_on, decided_by, outcome, words, minute, next_review, recorded_by)
          VALUES (\(strategy.slug), \(action?.ref), \(new.on), \(new.body), \(new.outcome.rawValue), \(new.words), \(new.minute), \(new.next), \(visit.officer.id))
          """)
        return Written.done(AuditEntry(.decideStrategy, detail: ["what": action.map { "action \($0.ref)" } ?? "the strategy", "outcome": new.outcome.name.lowercased()])).leading(to: path)
      }
      return visit.redirect(to: path, saying: "The decision is recorded.")
    }
  }
}

/// A decision, as typed.
struct StrategyDecisionForm: Sendable {
  var outcome = ""
  var body = ""
  var words = ""
  var minute = ""
  var on: DateFields
  var next = DateFields()

  init(today: Day) { on = DateFields(today) }
  init(_ fields: FormFields) {
    outcome = fields["outcome"] ?? ""
    body = fields.trimmed("body")
    words = fields.trimmed("words")
    minute = fields.trimmed("minute")
    on = DateFields("on") { fields[$0] }
    next = DateFields("next") { fields[$0] }
  }

  struct New: Sendable {
    var outcome: DecisionOutcome
    var body: String
    var words: String
    var minute: String
    var on: Day
    var next: Day?
  }

  func validated(ofAction: Bool, today: Day) -> Validated<New> {
    var errors = Errors()
    let choices = ofAction ? DecisionOutcome.ofActions : DecisionOutcome.ofStrategy
    let known = DecisionOutcome(rawValue: outcome).flatMap { choices.contains($0) ? $0 : nil }
    if known == nil { errors.add("outcome", "Choose what was decided") }
    errors.text(body, "body", "who decided it", most: 120, today: today)
    errors.text(words, "words", "the decision and its reasons", today: today)
    errors.text(minute, "minute", "the minute", least: 0, most: 200, today: today)
    let day = errors.day(on, "on", of: "The day of the decision")
    if let day, day > today { errors.add("on", "The day of the decision cannot be in the future") }
    var again: Day?
    if case .empty = next.read() {
      if known == .notNow { errors.add("next", "Enter the day by which it is looked at again") }
    } else {
      again = errors.day(next, "next", of: "The day of the next review")
      if let day, let again, again <= day { errors.add("next", "The next review must be after the decision") }
    }
    guard errors.isEmpty, let known, let day else { return .invalid(errors) }
    return .valid(New(outcome: known, body: body, words: words, minute: minute, on: day, next: again))
  }

  func page(_ action: StrategyAction?, tokens: [FormToken], errors: Errors = []) -> TaskPage {
    let back = action.map { Path.action($0.ref) } ?? Path.review
    let choices = action == nil ? DecisionOutcome.ofStrategy : DecisionOutcome.ofActions
    return TaskPage(
      title: action.map { "Record the decision on \($0.ref)" } ?? "Record a yearly review", lead: action.map { $0.action + "." } ?? "The Board reviews its strategy each year, or sooner.",
      crumbs: action.map { StrategyFormRoutes.crumbs($0, nil, "Decision") } ?? [Breadcrumb("Strategy", Path.strategy), Breadcrumb("Yearly reviews", Path.review), Breadcrumb("Record")],
      form: FormView(
        action: action.map { Path.action($0.ref, "decision") } ?? Path.review + "/new", tokens: tokens,
        parts: [
          .field(.radios("outcome", "What was decided?", outcome, choices.map { .init($0.rawValue, $0.name) })),
          .field(.text("body", "Who decided it?", body, hint: "Such as “CSE Strategic Group”", width: .thirty, autocomplete: "off")), .field(.date("on", "When?", on)),
          .field(.textarea("words", "The decision and its reasons", words, hint: "As they were minuted. No names of children, victims or suspects", rows: 4, limit: 2_000)),
          .field(.text("minute", "Minute", minute, hint: "Such as “SG 14/3”", width: .thirty, autocomplete: "off", isOptional: true)),
          .field(.date("next", "Looked at again by", next, isOptional: true)),
        ], buttons: [.init("Record"), .init("Cancel", .link(address: back))], errors: errors))
  }
}

enum DecisionPages {
  static func section(_ decisions: [StrategyDecision], _ heading: String?) -> Sheet.Section {
    let table = Table<StrategyDecision>(rowHeader: "on", [
      .date("on", "Decided") { $0.on.short }, .text("outcome", "Decision") { $0.outcome.name }, .text("body", "By") { $0.body }, .text("words", "Reasons") { $0.words },
      .text("minute", "Minute") { $0.minute.isEmpty ? nil : $0.minute }, .date("next", "Again by") { $0.next?.short }, .text("by", "Recorded by") { $0.by },
    ])
    return .init(heading, table.html(decisions, caption: "Decisions, latest first", empty: .init("Nothing is decided yet", "What a review comes to is recorded here, once.")))
  }

  static func reviews(_ decisions: [StrategyDecision], _ strategy: Strategy, _ visit: OfficerVisit) -> Sheet {
    var sheet = Sheet(title: "Yearly reviews", crumbs: [Breadcrumb("Strategy", Path.strategy), Breadcrumb("Yearly reviews")])
    sheet.lead = "\(strategy.name) says that the Board reviews it each year, or sooner."
    if visit.officer.may(.manageStrategy) { sheet.actions = [.init("Record a review", Path.review + "/new", isPrimary: true)] }
    sheet.sections = [section(decisions, nil)]
    return sheet
  }
}
