/// Small numbers are not printed where a reader could work out whom they count.
///
/// A figure of one to four is withheld, and so is one whose complement is (38 of 41 tells of three). Then as many figures beside it as
/// it takes: what is withheld must not follow from the total and what is printed, not even for a reader who knows how many there are of
/// each; and the withheld ones together must not be a small number themselves. Where that cannot be had, the total is withheld too.
/// Percentages go with their figures.
package enum Suppression {
  /// The smallest count that may be printed; nought may, it counts nobody.
  package static let least = 5

  package static func isSmall(_ count: Int) -> Bool { count > 0 && count < least }

  /// What is not printed of a row of figures.
  package struct Verdict: Sendable, Equatable {
    package var cells: Set<Int>
    package var total: Bool

    package init(cells: Set<Int> = [], total: Bool = false) {
      self.cells = cells
      self.total = total
    }
  }

  /// - Parameter kept: cells that are withheld for another reason.
  package static func judged(_ values: [MeasureValue], keeping kept: Verdict = Verdict()) -> Verdict {
    guard !kept.total else { return everything(values, with: kept.cells) }
    var hidden = kept.cells.union(values.indices.filter { isSmall(values[$0].part) || isSmall(values[$0].missing) })
    while !isSafe(hidden, values) {
      guard let next = next(after: hidden, values) else { return everything(values, with: hidden) }
      hidden.insert(next)
    }
    return Verdict(cells: hidden, total: false)
  }

  /// Counts without a whole: so many of each.
  package static func judged(_ counts: [Int]) -> Verdict {
    var hidden = Set(counts.indices.filter { isSmall(counts[$0]) })
    func others() -> [Int] { counts.indices.filter { !hidden.contains($0) && counts[$0] > 0 } }
    while !hidden.isEmpty, hidden.filter({ counts[$0] > 0 }).count < 2 || isSmall(hidden.reduce(0) { $0 + counts[$1] }) {
      guard let next = others().min(by: { (counts[$0], $0) < (counts[$1], $1) }) else { return Verdict(cells: hidden, total: true) }
      hidden.insert(next)
    }
    return Verdict(cells: hidden, total: false)
  }

  /// Nothing that is withheld follows from what is printed with the total.
  static func isSafe(_ hidden: Set<Int>, _ values: [MeasureValue]) -> Bool {
    let counted = hidden.filter { values[$0].whole > 0 }
    guard !counted.isEmpty else { return true }
    let together = counted.reduce(MeasureValue(0, of: 0)) { $0 + values[$1] }
    guard counted.count > 1, !isSmall(together.part), !isSmall(together.missing) else { return false }
    // The least and the most that each may be, for somebody who knows the wholes.
    return counted.allSatisfy { index in
      let whole = values[index].whole
      return min(whole, together.part) > max(0, together.part - (together.whole - whole))
    }
  }

  /// The smallest beside those that are withheld; nil where nothing is left.
  static func next(after hidden: Set<Int>, _ values: [MeasureValue]) -> Int? {
    values.indices.filter { !hidden.contains($0) && values[$0].whole > 0 }.min { (values[$0].whole, $0) < (values[$1].whole, $1) }
  }

  static func everything(_ values: [MeasureValue], with held: Set<Int>) -> Verdict { Verdict(cells: held.union(values.indices.filter { values[$0].whole > 0 }), total: true) }
}

/// A row of figures as it may be printed: nil where withheld.
package struct Disclosed: Sendable, Equatable, Codable {
  package var names: [String]
  package var values: [MeasureValue?]
  package var total: MeasureValue?

  package init(names: [String], values: [MeasureValue?], total: MeasureValue?) {
    self.names = names
    self.values = values
    self.total = total
  }

  /// - Parameter earlier: the same row in packs that were printed before: nothing may be worked out by subtracting them either.
  package init(names: [String], values: [MeasureValue], after earlier: [Disclosed] = []) {
    let verdict = Suppression.judged(values, named: names, after: earlier)
    self.init(names: names, values: values, withheld: verdict)
  }

  package init(names: [String], values: [MeasureValue], withheld verdict: Suppression.Verdict) {
    self.names = names
    self.values = values.enumerated().map { verdict.cells.contains($0.offset) ? nil : $0.element }
    total = verdict.total ? nil : values.reduce(MeasureValue(0, of: 0)) { $0 + $1 }
  }

  package var withheldCount: Int { values.count { $0 == nil } + (total == nil ? 1 : 0) }

  fileprivate func value(_ name: String) -> MeasureValue? { names.firstIndex(of: name).flatMap { values[$0] } }
  fileprivate var withheldNames: Set<String> { Set(zip(names, values).filter { $0.1 == nil }.map(\.0)) }

  /// What these say together: printed one by one, or the total less what is printed beside them. Nil where it does not follow.
  fileprivate func together(_ group: Set<String>) -> MeasureValue? {
    guard group.isSubset(of: names) else { return nil }
    let printed = group.compactMap(value)
    if printed.count == group.count { return printed.reduce(MeasureValue(0, of: 0)) { $0 + $1 } }
    guard let total, withheldNames.isSubset(of: group) else { return nil }
    let beside = names.filter { !group.contains($0) }.compactMap(value).reduce(MeasureValue(0, of: 0)) { $0 + $1 }
    return MeasureValue(total.part - beside.part, of: total.whole - beside.whole)
  }
}

extension Suppression {
  /// The same, so that no difference between two packs gives a figure away. Where one pack prints what the other withholds, the figures
  /// that are withheld must have moved by five or more together; by less, the one pack tells what the other does not. Then what was withheld stays
  /// withheld, or more is withheld beside it, and the total where nothing is left.
  package static func judged(_ values: [MeasureValue], named names: [String], after earlier: [Disclosed]) -> Verdict {
    var verdict = judged(values)
    var before: Verdict
    repeat {
      before = verdict
      for pack in earlier { verdict = judged(values, keeping: hold(verdict, values, names, against: pack)) }
    } while verdict != before
    return verdict
  }

  private static func hold(_ verdict: Verdict, _ values: [MeasureValue], _ names: [String], against pack: Disclosed) -> Verdict {
    guard !verdict.total else { return verdict }
    var held = verdict
    func named(_ cells: Set<Int>) -> Set<String> { Set(cells.map { names[$0] }) }
    func moved(_ group: Set<String>) -> Bool? {
      guard let then = pack.together(group) else { return nil }
      let now = names.indices.filter { group.contains(names[$0]) }.reduce(MeasureValue(0, of: 0)) { $0 + values[$1] }
      return abs(now.part - then.part) >= least && abs(now.missing - then.missing) >= least
    }
    // Withheld then, printed now.
    if !pack.withheldNames.subtracting(named(held.cells)).isEmpty, moved(pack.withheldNames) == false {
      held.cells.formUnion(names.indices.filter { pack.withheldNames.contains(names[$0]) })
    }
    // Printed then, withheld now.
    while !named(held.cells).subtracting(pack.withheldNames).isEmpty, moved(named(held.cells)) == false {
      guard let next = next(after: held.cells, values) else { return everything(values, with: held.cells) }
      held.cells.insert(next)
    }
    return held
  }
}
