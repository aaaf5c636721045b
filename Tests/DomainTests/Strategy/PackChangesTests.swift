@testable import Domain
import Foundation
import Testing

/// What changed between two packs is told from what they print.
@Suite struct PackChangesTests {
  private func pack(_ iso: String, _ rating: Rating, measure: String, accountable: String = "WRS Board", _ values: [MeasureValue], after earlier: [BoardPack] = []) throws -> BoardPack {
    BoardPack(
      strategy: "Strategy", board: "Board", oversight: "Group", asOf: try #require(Day(iso: iso)),
      actions: [.init(ref: "3.3.4", action: "Campaign", accountable: accountable, due: "Review", measure: measure, rating: rating, why: "Why")],
      measures: [.init(.guidanceTrade, names: ["A", "B", "C"], values: values, after: earlier.compactMap { $0.district(.guidanceTrade) })])
  }

  @Test func whatDiffersIsToldAndNothingElse() throws {
    let old = try pack("2026-03-31", .amber, measure: "60 of 100 (60%)", accountable: "WRS Joint Committee", [MeasureValue(20, of: 40), MeasureValue(30, of: 40), MeasureValue(10, of: 20)])
    let new = try pack("2026-06-30", .green, measure: "80 of 100 (80%)", [MeasureValue(30, of: 40), MeasureValue(30, of: 40), MeasureValue(10, of: 20)], after: [old])
    let changes = PackChanges(from: old, to: new)
    #expect(changes.actions.map(\.ref) == ["3.3.4"] && changes.actions[0].before == .amber && changes.actions[0].after == .green)
    #expect(changes.actions[0].words == ["Measure: 60 of 100 (60%), now 80 of 100 (80%).", "Accountable: WRS Joint Committee, now WRS Board."])
    #expect(changes.figures.map(\.district) == ["A", "Together"] && changes.figures.map(\.points) == [25, 10])
    #expect(PackChanges(from: new, to: new) == PackChanges(from: old, to: old))
    #expect(PackChanges(from: new, to: new).actions.isEmpty)
  }

  @Test func whatIsWithheldIsSaidToBe() throws {
    let old = try pack("2026-03-31", .green, measure: "", [MeasureValue(20, of: 60), MeasureValue(30, of: 60), MeasureValue(12, of: 50)])
    let new = try pack("2026-06-30", .green, measure: "", [MeasureValue(3, of: 60), MeasureValue(40, of: 80), MeasureValue(12, of: 50)], after: [old])
    let changes = PackChanges(from: old, to: new)
    let first = try #require(changes.figures.first { $0.district == "A" })
    #expect(first.before == "20 of 60 (33%)" && first.after == "withheld" && first.points == nil)
  }

  /// Packs that were made before figures could be withheld in total are read still.
  @Test func anEarlierFormOfAPackIsRead() throws {
    let text = """
      {"actions":[],"asOf":"2026-01-31","board":"B","measures":[{"measure":"members_trained","names":["A"],"total":{"part":9,"whole":20},"values":[{"part":9,"whole":20}]}],"notes":["n"],"oversight":"O","strategy":"S"}
      """
    let pack = try JSONDecoder().decode(BoardPack.self, from: Data(text.utf8))
    #expect(pack.challenges == nil && pack.equity == nil && pack.measures[0].total == MeasureValue(9, of: 20))
  }
}
