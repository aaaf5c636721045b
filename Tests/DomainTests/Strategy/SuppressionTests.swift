@testable import Domain
import Testing

/// Which figures are not printed, tried from the reader's side: by brute force, what else could they be?
@Suite struct SuppressionTests {
  /// A row of six districts that is the same for a seed: small and large ones, empty ones, full ones.
  private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let names = ["A", "B", "C", "D", "E", "F"]

  private func row(_ dice: inout Dice, most: Int) -> [MeasureValue] {
    Self.names.map { _ in
      let whole = Int.random(in: 0...most, using: &dice)
      let part = switch Int.random(in: 0..<5, using: &dice) {
      case 0: 0
      case 1: whole
      default: Int.random(in: 0...whole, using: &dice)
      }
      return MeasureValue(part, of: whole)
    }
  }

  @Test func smallFiguresAndTheirComplementsAreWithheld() {
    let row = Disclosed(names: ["A", "B", "C"], values: [MeasureValue(38, of: 41), MeasureValue(20, of: 40), MeasureValue(10, of: 30)])
    #expect(row.values == [nil, MeasureValue(20, of: 40), nil])
    #expect(row.total == MeasureValue(68, of: 111))
    #expect(Disclosed(names: ["A", "B"], values: [MeasureValue(10, of: 20), MeasureValue(0, of: 30)]).withheldCount == 0, "nought counts nobody")
    #expect(Disclosed(names: ["A", "B"], values: [MeasureValue(5, of: 10), MeasureValue(0, of: 0)]).withheldCount == 0, "five may be printed")
    #expect(Disclosed(names: ["A", "B"], values: [MeasureValue(4, of: 10), MeasureValue(0, of: 0)]) == Disclosed(names: ["A", "B"], values: [nil, MeasureValue(0, of: 0)], total: nil))
  }

  /// For each figure that is withheld there are two answers at least, for a reader who knows every whole; and what is withheld together is no
  /// small number. Delete a line of `Suppression.isSafe` to see it red.
  @Test func nothingThatIsWithheldFollowsFromTheTotal() {
    var dice = Dice(state: 2015)
    var withheldTotals = 0, withheldCells = 0
    for round in 0..<3000 {
      let values = row(&dice, most: [6, 12, 60][round % 3])
      let printed = Disclosed(names: Self.names, values: values)
      for (value, shown) in zip(values, printed.values) where Suppression.isSmall(value.part) || Suppression.isSmall(value.missing) { #expect(shown == nil, "\(values)") }
      let hidden = values.indices.filter { printed.values[$0] == nil }
      withheldCells += hidden.count
      guard let total = printed.total else {
        withheldTotals += 1
        #expect(printed.values.allSatisfy { $0?.whole ?? 0 == 0 }, "a figure stands beside a total that is withheld: \(values)")
        continue
      }
      guard !hidden.isEmpty else { continue }
      let beside = printed.values.compactMap { $0 }.reduce(MeasureValue(0, of: 0)) { $0 + $1 }
      let part = total.part - beside.part
      #expect(!Suppression.isSmall(part) && !Suppression.isSmall(total.missing - beside.missing), "\(values)")
      // Every way to share out the rest among those that are withheld.
      var possible = [Set<Int>](repeating: [], count: hidden.count)
      let wholes = hidden.map { values[$0].whole }
      for (index, whole) in wholes.enumerated() {
        let others = wholes.enumerated().filter { $0.offset != index }.reduce(0) { $0 + $1.element }
        for guess in 0...whole where part - guess >= 0 && part - guess <= others { possible[index].insert(guess) }
      }
      for (index, guesses) in possible.enumerated() where wholes[index] > 0 { #expect(guesses.count > 1, "\(values): \(Self.names[hidden[index]]) follows") }
    }
    #expect(withheldTotals > 0 && withheldCells > 1000)
  }

  /// Where one pack prints what the other withholds, those that are withheld have moved by five or more together, or the total is gone:
  /// subtracting the two leaves as much open as a figure that is withheld does. Delete the loop in `Suppression.judged(_:named:after:)` to
  /// see it red.
  @Test func nothingFollowsFromTwoPacks() {
    var dice = Dice(state: 2016)
    var changed = 0
    for round in 0..<3000 {
      var values = row(&dice, most: [20, 40, 200][round % 3])
      var packs: [Disclosed] = []
      for _ in 0..<4 {
        let alone = Disclosed(names: Self.names, values: values)
        let printed = Disclosed(names: Self.names, values: values, after: packs)
        if alone != printed { changed += 1 }
        for pack in packs { agree(pack, printed, values) }
        packs.insert(printed, at: 0)
        // A few people more or less, in some districts.
        values = values.map { value in
          guard Int.random(in: 0..<3, using: &dice) == 0 else { return value }
          let whole = max(0, value.whole + Int.random(in: -2...3, using: &dice))
          return MeasureValue(min(max(0, value.part + Int.random(in: -3...3, using: &dice)), whole), of: whole)
        }
      }
    }
    #expect(changed > 100, "the check against earlier packs has to have had something to do")
  }

  /// Worked out here from what is printed alone: what a reader with both packs can say of those that one of them withholds.
  private func agree(_ then: Disclosed, _ now: Disclosed, _ values: [MeasureValue]) {
    func sum(_ row: Disclosed, _ cells: [Int]) -> MeasureValue? {
      let printed = cells.compactMap { row.values[$0] }
      if printed.count == cells.count { return printed.reduce(MeasureValue(0, of: 0)) { $0 + $1 } }
      guard let total = row.total, row.values.indices.allSatisfy({ row.values[$0] != nil || cells.contains($0) }) else { return nil }
      let rest = row.values.indices.filter { !cells.contains($0) }.compactMap { row.values[$0] }.reduce(MeasureValue(0, of: 0)) { $0 + $1 }
      return MeasureValue(total.part - rest.part, of: total.whole - rest.whole)
    }
    let hiddenThen = then.values.indices.filter { then.values[$0] == nil }
    let hiddenNow = now.values.indices.filter { now.values[$0] == nil }
    for (cells, others) in [(hiddenNow, hiddenThen), (hiddenThen, hiddenNow)] where !Set(cells).isSubset(of: others) {
      guard let a = sum(then, cells), let b = sum(now, cells) else { continue }
      #expect(abs(a.part - b.part) >= 5 && abs(a.missing - b.missing) >= 5, "\(then) and \(now), counted \(values)")
    }
  }

  /// The same day printed twice is the same twice.
  @Test func theSameFiguresArePrintedTheSameAgain() {
    var dice = Dice(state: 7)
    for _ in 0..<500 {
      let values = row(&dice, most: 30)
      let first = Disclosed(names: Self.names, values: values)
      #expect(Disclosed(names: Self.names, values: values, after: [first]) == first)
    }
  }

  @Test func countsWithoutAWholeAreWithheldInTwos() {
    #expect(Suppression.judged([3, 40, 20]) == .init(cells: [0, 2]))
    #expect(Suppression.judged([5, 40, 20]) == .init())
    #expect(Suppression.judged([0, 40, 20]) == .init())
    #expect(Suppression.judged([1, 2, 40]) == .init(cells: [0, 1, 2]), "one and two are three together")
    #expect(Suppression.judged([0, 0, 2, 1, 0, 1]).total)
    #expect(Suppression.judged([3, 0, 0]) == .init(cells: [0], total: true))
  }

  /// A hot spot is a place: its county's total is said, and no district's where one is small.
  @Test func oneSmallDistrictTakesAllWithIt() {
    let spots = [MeasureValue(1, of: 2), MeasureValue(0, of: 0), MeasureValue(3, of: 3)]
    let row = BoardPack.District(.hotSpotsWithPlan, names: ["A", "B", "C"], values: spots)
    #expect(row.values == [nil, MeasureValue(0, of: 0), nil] && row.total == MeasureValue(4, of: 5))
    // All premises of a district less those elsewhere are those in its hot spots.
    let elsewhere = BoardPack.District(.guidancePremisesElsewhere, names: ["A", "B"], values: [MeasureValue(40, of: 60), MeasureValue(30, of: 90)])
    #expect(elsewhere.values == [nil, nil] && elsewhere.total == MeasureValue(70, of: 150))
    // Where one district alone has any, the total is that district's; and that the other has none is not said either.
    let alone = BoardPack.District(.guidancePremisesHotSpots, names: ["A", "B"], values: [MeasureValue(40, of: 60), MeasureValue(0, of: 0)])
    #expect(alone.values == [nil, nil] && alone.total == nil)
  }
}
