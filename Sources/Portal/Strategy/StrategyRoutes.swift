import Domain
import Foundation
import Hummingbird
import Web

/// The county's plan: every action with its measure and its rating, as of any day, down to the places behind a figure.
enum StrategyRoutes {
  static func add(to routes: Routes) {
    routes.may(.readStrategy, .get, "strategy") { visit in
      let (strategy, day, errors) = try asked(visit)
      let store = StrategyStore(visit.environment)
      let answer = try await store.answer(strategy, on: day, against: quarterBefore(day), for: visit.officer)
      let reviews = try await store.decisions(nil, in: strategy, until: day, for: visit.officer)
      return try visit.page(SheetPage(StrategyPages.plan(answer, reviews, visit, errors)), status: errors.isEmpty ? .ok : .unprocessableContent)
    }
    routes.may(.readStrategy, .get, "strategy.csv") { visit in
      let (strategy, day, _) = try asked(visit)
      let answer = try await StrategyStore(visit.environment).answer(strategy, on: day, against: quarterBefore(day), for: visit.officer)
      let table = StrategyPages.table(answer, for: nil)
      var bytes = table.csvHead
      for action in strategy.actions { table.appendCSV(action, to: &bytes) }
      return .download(bytes, type: "text/csv; charset=utf-8", name: "strategy-\(day.iso).csv")
    }
    routes.may(.readStrategy, .get, "strategy/actions/{ref}", action)
    routes.may(.readStrategy, .get, "strategy/actions/{ref}/places", places)
    StrategyFormRoutes.add(to: routes)
    BoardRoutes.add(to: routes)
  }

  /// The day that measures are held against: three months before.
  static func quarterBefore(_ day: Day) -> Day { day.adding(months: -3) }

  /// The plan and the day that a page is about: what cannot be read is said, and today stands in for it.
  static func asked(_ visit: OfficerVisit) throws -> (Strategy, Day, Errors) {
    let query = try visit.query()
    let settings = visit.environment.settings
    guard let strategy = query["plan"].flatMap({ slug in settings.strategies.first { $0.slug == slug } }) ?? settings.strategies.first else { throw Problem.notFound }
    var errors = Errors()
    var day = visit.today
    if let iso = query["on"], !iso.isEmpty {
      if let read = Day(iso: iso) { day = read } else { errors.add("on", "Enter a real date") }
    } else {
      let typed = DateFields("on") { query[$0] }
      if case .empty = typed.read() {} else if let read = OfficerVisit.day(typed, "on", of: "The day", &errors) { day = read }
    }
    if day > visit.today {
      errors.add("on", "Enter today or a day before: nothing is known of days to come")
      day = visit.today
    }
    if day.year < 2000 {
      errors.add("on", "Enter 1 January 2000 or a later day: nothing is known of days before")
      day = visit.today
    }
    return (strategy, day, errors)
  }

  /// The action that an address names.
  static func named(_ visit: OfficerVisit) throws -> (Strategy, StrategyAction, Day) {
    let (strategy, day, _) = try asked(visit)
    guard let action = strategy.action(try visit.parameter("ref")) else { throw Problem.notFound }
    return (strategy, action, day)
  }

  private static func action(_ visit: OfficerVisit) async throws -> Response {
    let (strategy, action, day) = try named(visit)
    let (_, _, errors) = try asked(visit)
    let store = StrategyStore(visit.environment)
    let answer = try await store.answer(strategy, on: day, for: visit.officer)
    let reports = try await store.reports(of: action.ref, in: strategy, until: day, for: visit.officer)
    let trend = if let measure = action.counted?.first { try await store.trend(measure, until: day, for: visit.officer) } else { [] as [(day: Day, value: MeasureValue)] }
    var more = ActionPages.More()
    if let counted = action.counted, day < visit.today { more.knownThen = try await store.asKnownThen(counted, on: day, for: visit.officer) }
    if action.counted?.contains(.plansInTime) == true { more.planDays = try await store.planDays(on: day, for: visit.officer) }
    if action.counted?.contains(.enforcementReview) == true { more.decisions = try await store.decisions(action.ref, in: strategy, until: day, for: visit.officer) }
    return try visit.page(SheetPage(ActionPages.action(action, answer, reports, trend, more, visit, errors)), status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  /// The places behind a measure that have no guidance: names of places, which are public, never of holders.
  private static func places(_ visit: OfficerVisit) async throws -> Response {
    let (_, action, day) = try named(visit)
    guard let register = ActionPages.register(of: action) else { throw Problem.notFound }
    let query = try visit.queryItems()
    let position = KeysetPosition<StrategyStore.Cursor>(query)
    let after: StrategyStore.Cursor? = if case .after(let cursor) = position { cursor } else { nil }
    let rows = try await StrategyStore(visit.environment).places(register, on: day, after: after, limit: 51, for: visit.officer)
    let shown = Array(rows.prefix(50))
    let next = rows.count > 50 ? shown.last.map { query.setting("after", KeysetCursor.encode(StrategyStore.Cursor(name: $0.name, id: $0.id))).address } : nil
    return try visit.page(SheetPage(ActionPages.places(shown, of: action, on: day, next: next, visit)))
  }
}
