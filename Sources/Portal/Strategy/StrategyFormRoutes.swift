import Domain
import Hummingbird
import Web

/// Reports, overrides and typed figures of one action.
enum StrategyFormRoutes {
  static func add(to routes: Routes) {
    routes.may(.reportStrategy, .get, "strategy/actions/{ref}/report") { visit in
      try visit.page(ReportForm(today: visit.today).page(try StrategyRoutes.named(visit).1, plan: StrategyPages.plan(visit), tokens: visit.formTokens))
    }
    routes.may(.reportStrategy, .post, "strategy/actions/{ref}/report", report)
    routes.may(.manageStrategy, .get, "strategy/actions/{ref}/override") { visit in
      try visit.page(OverrideForm(today: visit.today).page(try StrategyRoutes.named(visit).1, plan: StrategyPages.plan(visit), tokens: visit.formTokens))
    }
    routes.may(.manageStrategy, .post, "strategy/actions/{ref}/override", override)
    routes.may(.manageStrategy, .get, "strategy/actions/{ref}/figure") { visit in
      let (strategy, action, _) = try StrategyRoutes.named(visit)
      try StrategyStore(visit.environment).refuseIfCounted(action, in: strategy)
      return try visit.page(FigureForm(today: visit.today).page(action, plan: StrategyPages.plan(visit), tokens: visit.formTokens))
    }
    routes.may(.manageStrategy, .post, "strategy/actions/{ref}/figure", figure)
  }

  static func crumbs(_ action: StrategyAction, _ plan: String?, _ last: String) -> [Breadcrumb] {
    [Breadcrumb("Strategy", QueryItems(path: Path.strategy, [("plan", plan ?? "")]).address), Breadcrumb(action.ref, Path.action(action.ref, plan: plan)), Breadcrumb(last)]
  }

  private static func report(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let (strategy, action, _) = try StrategyRoutes.named(visit)
    let form = ReportForm(fields)
    func again(_ errors: Errors) throws -> Response { try visit.page(form.page(action, plan: StrategyPages.plan(visit), tokens: visit.formTokens, errors: errors), status: .unprocessableContent) }
    switch form.validated(today: visit.today) {
    case .invalid(let errors): return try again(errors)
    case .valid(let report):
      guard try await StrategyStore(visit.environment).report(report, of: action, in: strategy, by: visit.officer, once: SentForm(fields)) else {
        return try again([FieldError(field: "standing", message: "You reported it as done: somebody else has to verify it")])
      }
      return visit.redirect(to: Path.action(action.ref, plan: StrategyPages.plan(visit)), saying: "The report is recorded.")
    }
  }

  private static func override(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let (strategy, action, _) = try StrategyRoutes.named(visit)
    let form = OverrideForm(fields)
    switch form.validated(today: visit.today) {
    case .invalid(let errors): return try visit.page(form.page(action, plan: StrategyPages.plan(visit), tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let typed):
      try await StrategyStore(visit.environment).override(
        typed.rating, because: typed.reason, from: visit.today, until: typed.until, of: action, in: strategy, by: visit.officer, once: SentForm(fields))
      return visit.redirect(to: Path.action(action.ref, plan: StrategyPages.plan(visit)), saying: "The rating is overridden until \(typed.until.words).")
    }
  }

  private static func figure(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let (strategy, action, _) = try StrategyRoutes.named(visit)
    try StrategyStore(visit.environment).refuseIfCounted(action, in: strategy)
    let form = FigureForm(fields)
    switch form.validated(today: visit.today) {
    case .invalid(let errors): return try visit.page(form.page(action, plan: StrategyPages.plan(visit), tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let figure):
      try await StrategyStore(visit.environment).enter(figure, of: action, in: strategy, by: visit.officer, once: SentForm(fields))
      return visit.redirect(to: Path.action(action.ref, plan: StrategyPages.plan(visit)), saying: "The figure is entered.")
    }
  }
}
