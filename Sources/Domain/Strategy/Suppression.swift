/// Small numbers are not printed where a reader could work out whom they count: fewer than a least number in a cell, and, where
/// a total would give it away, the next smallest cell beside it.
package enum Suppression {
  /// - Parameters:
  ///   - counts: the cells of one row or column whose total is printed.
  ///   - least: the smallest count that may be printed; zero may, it counts nobody.
  /// - Returns: which cells are withheld. Never exactly one: the total would give it away.
  package static func withheld(_ counts: [Int], least: Int = 5) -> Set<Int> {
    var hidden = Set(counts.indices.filter { counts[$0] > 0 && counts[$0] < least })
    if hidden.count == 1 {
      let next = counts.indices.filter { !hidden.contains($0) && counts[$0] > 0 }.min { (counts[$0], $0) < (counts[$1], $1) }
      if let next { hidden.insert(next) }
    }
    return hidden
  }
}
