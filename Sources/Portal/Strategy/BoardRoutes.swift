import Domain
import Foundation
import Hummingbird
import Web

/// What the Board reads beside the plan: challenge tests, districts side by side, a year's figures.
enum BoardRoutes {
  static func add(to routes: Routes) {
    routes.may(.readStrategy, .get, "strategy/challenges") { visit in
      let (_, day, errors) = try StrategyRoutes.asked(visit)
      let counts = try await BoardFigures(visit.environment).challenges(until: day, for: visit.officer)
      return try visit.page(SheetPage(ChallengePages.rate(counts, until: day, errors, visit)), status: errors.isEmpty ? .ok : .unprocessableContent)
    }
    routes.may(.readStrategy, .get, "strategy/challenges.csv") { visit in
      let (_, day, _) = try StrategyRoutes.asked(visit)
      let rate = ChallengePages.rate(try await BoardFigures(visit.environment).challenges(until: day, for: visit.officer), until: day)
      return ChallengePages.table().download(ChallengePages.lines(rate.byAwareness) + ChallengePages.lines(rate.byPlace), name: "challenge-tests-\(day.iso).csv")
    }
    routes.may(.readRegister, .get, "strategy/challenges/tests", tests)
    routes.may(.readStrategy, .get, "strategy/equity") { visit in
      let (_, day, errors) = try StrategyRoutes.asked(visit)
      let answer = try await BoardFigures(visit.environment).equity(on: day, for: visit.officer)
      return try visit.page(SheetPage(EquityPages.page(answer.rows, answer.sides, on: day, errors, visit)), status: errors.isEmpty ? .ok : .unprocessableContent)
    }
    routes.may(.readStrategy, .get, "strategy/equity.csv") { visit in
      let (_, day, _) = try StrategyRoutes.asked(visit)
      let answer = try await BoardFigures(visit.environment).equity(on: day, for: visit.officer)
      let settings = visit.environment.settings
      let equity = EquityPages.equity(EquityPages.districts(answer.rows, for: nil, settings), answer.sides, settings)
      return EquityPages.table(equity).download(equity.lines, name: "districts-\(day.iso).csv")
    }
    routes.may(.readStrategy, .get, "strategy/year") { visit in
      let (year, errors) = try YearPages.asked(visit)
      let figures = try await BoardFigures(visit.environment).measures(on: year.days, for: visit.officer)
      return try visit.page(SheetPage(YearPages.page(YearPages.rows(figures, year), year, errors, visit)), status: errors.isEmpty ? .ok : .unprocessableContent)
    }
    routes.may(.readStrategy, .get, "strategy/year.csv") { visit in
      let (year, _) = try YearPages.asked(visit)
      let figures = try await BoardFigures(visit.environment).measures(on: year.days, for: visit.officer)
      return YearPages.export.download(YearPages.rows(figures, year).flatMap(\.points), name: "year-\(year.slug).csv")
    }
  }

  /// The tests behind the rate, for those who read the register.
  private static func tests(_ visit: OfficerVisit) async throws -> Response {
    let (_, day, _) = try StrategyRoutes.asked(visit)
    let query = try visit.queryItems()
    let awareness = query["had"].flatMap(Awareness.init)
    let position = KeysetPosition<BoardFigures.TestCursor>(query)
    let after: BoardFigures.TestCursor? = if case .after(let cursor) = position { cursor } else { nil }
    let rows = try await BoardFigures(visit.environment).tests(until: day, awareness, after: after, limit: 51, for: visit.officer)
    let shown = Array(rows.prefix(50))
    let next = rows.count > 50 ? shown.last.map { query.setting("after", KeysetCursor.encode(BoardFigures.TestCursor(on: $0.on.iso, id: $0.id))).address } : nil
    return try visit.page(SheetPage(ChallengePages.tests(shown, awareness, until: day, next: next, visit)))
  }
}

extension Table {
  /// All of it as a file.
  func download(_ rows: [Row], name: String) -> Response {
    var bytes = csvHead
    for row in rows { appendCSV(row, to: &bytes) }
    return .download(bytes, type: "text/csv; charset=utf-8", name: name)
  }
}
