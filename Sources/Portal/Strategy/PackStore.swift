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
    package var asOf: Day
    package var madeAt: Date
    package var by: String
    package var content: String
    package var hash: String

    package init(row: Row) throws {
      id = try row.get("id")
      asOf = try row.get("as_of")
      madeAt = try row.get("recorded_at")
      by = try row.get("by_name")
      content = try row.get("content")
      hash = try row.get("hash")
    }

    package func pack() throws -> BoardPack { try JSONDecoder().decode(BoardPack.self, from: Data(content.utf8)) }
  }

  static func pack(_ answer: StrategyAnswer, _ settings: Settings) -> BoardPack {
    let (strategy, day) = (answer.strategy, answer.day)
    let actions = strategy.actions.map { action in
      BoardPack.Action(
        ref: action.ref, action: action.action, accountable: action.body(on: day), due: action.due(asOf: day)?.words ?? action.timeframeWords,
        measure: StrategyPages.measured(action, answer) ?? "", rating: answer.shown(action), why: StrategyPages.why(action, answer))
    }
    let measures = Measure.allCases.compactMap { measure -> BoardPack.District? in
      let rows = answer.rows.filter { $0.measure == measure }
      return rows.isEmpty ? nil : BoardPack.District(measure, names: rows.map { settings.authority($0.authority)?.name ?? "" }, values: rows.map(\.value))
    }
    return BoardPack(
      strategy: strategy.name, board: strategy.board, oversight: strategy.oversight.first { $0.answers(on: day) }?.name ?? "", asOf: day, actions: actions, measures: measures)
  }

  /// What a pack of that day would say now; nothing is kept.
  package func count(asOf day: Day, of strategy: Strategy, for officer: Officer) async throws -> BoardPack {
    Self.pack(try await StrategyStore(environment).answer(strategy, on: day, for: officer), environment.settings)
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

  private static let columns: SQL = "p.id, p.as_of, p.recorded_at, coalesce(a.name, 'The operator') AS by_name, p.content, encode(p.hash, 'hex') AS hash"

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
}

extension BoardPack {
  /// The pack as a workbook: actions, and measures by district.
  package var spreadsheet: Spreadsheet {
    let actions: [[Spreadsheet.Value]] = [["No.", "Action", "Accountable", "Due", "Measure", "Rating", "Why"].map { .text($0) }]
      + self.actions.map { [.text($0.ref), .text($0.action), .text($0.accountable), .text($0.due), .text($0.measure), .text($0.rating.word), .text($0.why)] }
    let measures: [[Spreadsheet.Value]] = [["Measure", "District", "Counted", "Of"].map { .text($0) }]
      + self.measures.flatMap { measure in
        zip(measure.names, measure.values).map { name, value in
          [.text(measure.measure.name), .text(name)] + (value.map { [.number($0.part), .number($0.whole)] } ?? [.text("withheld"), .text("withheld")])
        } + [[.text(measure.measure.name), .text("Together"), .number(measure.total.part), .number(measure.total.whole)]]
      }
    return Spreadsheet([.init("Actions", actions), .init("Measures", measures), .init("Notes", notes.map { [.text($0)] })])
  }
}
