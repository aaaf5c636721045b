import Crypto
package import Domain
package import Foundation
package import Postgres
package import Web

/// Makes the Board's packs and keeps them as they were made.
package struct PackStore: Sendable {
  let environment: Environment
  package init(_ environment: Environment) { self.environment = environment }

  /// A pack as it is kept: its exact text, and what that says.
  package struct Kept: RowDecodable, Sendable {
    package var id: UUID
    /// The slug of its plan.
    package var strategy: String
    package var asOf: Day
    package var madeAt: Date
    package var by: String
    package var content: String
    package var hash: String

    package init(row: Row) throws {
      id = try row.get("id")
      strategy = try row.get("strategy")
      asOf = try row.get("as_of")
      madeAt = try row.get("recorded_at")
      by = try row.get("by_name")
      content = try row.get("content")
      hash = try row.get("hash")
    }

    package func pack() throws -> BoardPack { try JSONDecoder().decode(BoardPack.self, from: Data(content.utf8)) }
  }

  /// A pack without its content, for lists.
  package struct Named: RowDecodable, Sendable {
    package var id: UUID
    package var strategy: String
    package var asOf: Day
    package var madeAt: Date

    package init(row: Row) throws {
      id = try row.get("id")
      strategy = try row.get("strategy")
      asOf = try row.get("as_of")
      madeAt = try row.get("recorded_at")
    }
  }

  /// Everything that a pack is made of.
  private struct Material: Sendable {
    var answer: StrategyAnswer
    var tests: [ChallengeRate.Count]
    var sides: [BoardFigures.Side]
    /// What was printed before, the latest first: nothing may be worked out by subtracting it.
    var earlier: [BoardPack]
  }

  /// So many packs before it are held against a new one.
  private static let heldAgainst = 12

  private static func pack(_ material: Material, _ settings: Settings) -> BoardPack {
    let answer = material.answer
    let (strategy, day) = (answer.strategy, answer.day)
    let districts = EquityPages.districts(answer.rows, for: nil, settings, after: material.earlier)
    let span = BoardFigures.span(until: day)
    return BoardPack(
      strategy: strategy.name, board: strategy.board, oversight: strategy.oversight.first { $0.answers(on: day) }?.name ?? "", asOf: day,
      actions: strategy.actions.map { line($0, answer, districts) }, measures: districts,
      challenges: material.tests.isEmpty ? nil : ChallengeRate(material.tests, from: span.from, until: span.until, after: material.earlier.compactMap(\.challenges)),
      equity: EquityPages.equity(districts, material.sides, settings))
  }

  /// One action as it is printed: a measure whose total is withheld is told of nowhere.
  private static func line(_ action: StrategyAction, _ answer: StrategyAnswer, _ districts: [BoardPack.District]) -> BoardPack.Action {
    let day = answer.day
    let row = action.counted?.first.flatMap { measure in districts.first { $0.measure == measure } }
    let isWithheld = row.map { $0.total == nil } ?? false
    let typed = answer.figures[action.ref].map { figure in
      let isSmall = Suppression.isSmall(figure.part) || figure.whole.map { Suppression.isSmall($0 - figure.part) } ?? false
      return "\(isSmall ? Equity.withheld : figure.words), as entered from \(figure.source)"
    }
    return BoardPack.Action(
      ref: action.ref, action: action.action, accountable: action.body(on: day), due: action.due(asOf: day)?.words ?? action.timeframeWords,
      measure: isWithheld ? Equity.withheld : row?.total?.words ?? typed ?? "", trend: isWithheld ? nil : answer.moved(action, for: nil), rating: answer.shown(action),
      why: StrategyPages.why(action, answer, saying: isWithheld ? Equity.withheld : nil))
  }

  /// What a pack of that day would say now; nothing is kept.
  package func count(asOf day: Day, of strategy: Strategy, for officer: Officer) async throws -> BoardPack {
    let answer = try await StrategyStore(environment).answer(strategy, on: day, against: StrategyRoutes.quarterBefore(day), for: officer)
    let (tests, sides, contents) = try await environment.database.read(
      as: officer, BoardFigures.challenges(until: day), BoardFigures.sides(on: day),
      Query<Scalar<String>>("SELECT content AS value FROM board_pack WHERE strategy = \(strategy.slug) ORDER BY recorded_at DESC, id LIMIT \(Self.heldAgainst)"))
    let earlier = try contents.map { try JSONDecoder().decode(BoardPack.self, from: Data($0.value.utf8)) }
    return Self.pack(Material(answer: answer, tests: tests.map(\.count), sides: sides, earlier: earlier), environment.settings)
  }

  /// Counts, writes and keeps a pack.
  package func make(asOf day: Day, of strategy: Strategy, by officer: Officer, once sent: SentForm? = nil) async throws -> UUID {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let content = String(decoding: try encoder.encode(try await count(asOf: day, of: strategy, for: officer)), as: UTF8.self)
    let hash = Array(SHA256.hash(data: Data(content.utf8)))
    let now = environment.now()
    return try await environment.database.write(by: officer, at: now, once: sent) { transaction in
      let id = try await transaction.value(
        "INSERT INTO board_pack (strategy, as_of, content, hash, recorded_by, recorded_at) VALUES (\(strategy.slug), \(day), \(content), \(hash), \(officer.id), \(now)) RETURNING id",
        as: UUID.self)
      return Written(id, AuditEntry(.makePack, of: id, detail: ["day": day.words, "hash": hash.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()]))
        .leading(to: Path.pack(id))
    }
  }

  private static let columns: SQL = "p.id, p.strategy, p.as_of, p.recorded_at, coalesce(a.name, 'The operator') AS by_name, p.content, encode(p.hash, 'hex') AS hash"

  package func one(_ id: UUID, for officer: Officer) async throws -> Kept? {
    try await environment.database.read(
      as: officer, Query<Kept>("SELECT \(Self.columns) FROM board_pack p LEFT JOIN LATERAL sec.account_names(ARRAY[p.recorded_by]) a ON true WHERE p.id = \(id)")
    ).first
  }

  /// The latest hundred.
  func latest(for officer: Officer) async throws -> [Kept] {
    try await environment.database.read(
      as: officer, Query<Kept>("SELECT \(Self.columns) FROM board_pack p LEFT JOIN LATERAL sec.account_names(ARRAY[p.recorded_by]) a ON true ORDER BY p.recorded_at DESC, p.id LIMIT 100"))
  }

  /// The packs of the same plan that were made before one, the latest first; the latest hundred.
  package func before(_ kept: Kept, for officer: Officer) async throws -> [Named] {
    try await environment.database.read(
      as: officer,
      Query<Named>(
        """
        SELECT id, strategy, as_of, recorded_at FROM board_pack
         WHERE strategy = \(kept.strategy) AND (recorded_at, id) < (SELECT k.recorded_at, k.id FROM board_pack k WHERE k.id = \(kept.id)) ORDER BY recorded_at DESC, id DESC LIMIT 100
        """))
  }
}

extension BoardPack {
  /// The pack as a workbook: actions, measures by district, challenge tests, districts side by side and notes.
  package var spreadsheet: Spreadsheet {
    func texts(_ all: String...) -> [Spreadsheet.Value] { all.map { .text($0) } }
    func figures(_ value: MeasureValue?) -> [Spreadsheet.Value] { value.map { [.number($0.part), .number($0.whole)] } ?? texts(Equity.withheld, Equity.withheld) }
    var actions = [texts("No.", "Action", "Accountable", "Due", "Measure", "Three months before", "Rating", "Why")]
    for action in self.actions {
      actions.append(texts(action.ref, action.action, action.accountable, action.due, action.measure, action.trend ?? "", action.rating.word, action.why))
    }
    var measures = [texts("Measure", "District", "Counted", "Of", "What is counted")]
    for line in PackPages.lines(of: self) { measures.append(texts(line.measure.name, line.name) + figures(line.value) + texts(line.measure.rule)) }
    var sheets: [Spreadsheet.Sheet] = [.init("Actions", actions), .init("Measures", measures)]
    if let challenges {
      var rows = [texts("What the place had", "Challenged", "Of tests completed", "95% interval")]
      for line in ChallengePages.lines(challenges.byAwareness) + ChallengePages.lines(challenges.byPlace).dropLast() {
        rows.append(texts(line.name) + figures(line.value) + texts(line.value.flatMap(Interval.wilson)?.words ?? ""))
      }
      sheets.append(.init("Challenge tests", rows))
    }
    if let equity {
      var rows = [(["What is counted"] + equity.districts + ["Together"]).map(Spreadsheet.Value.text)]
      for line in equity.lines { rows.append(([line.name] + line.cells + [line.together]).map(Spreadsheet.Value.text)) }
      sheets.append(.init("Districts", rows))
    }
    sheets.append(.init("Notes", notes.map { [.text($0)] }))
    return Spreadsheet(sheets)
  }
}
