/// A share in whole percent, for people to read: rounded half up, but 100 only where it is all and 0 only where it is none. Whether a
/// share is reached is asked of the counts, never of this.
package enum Percent {
  /// Nil where there is nothing to count: "not applicable", never 0 or 100.
  package static func whole(_ part: Int, of whole: Int) -> Int? {
    guard whole > 0 else { return nil }
    let rounded = (part * 200 + whole) / (whole * 2)
    return part > 0 && part < whole ? min(max(rounded, 1), 99) : rounded
  }

  /// "67%", or "n/a".
  package static func words(_ part: Int, of whole: Int) -> String { self.whole(part, of: whole).map { "\($0)%" } ?? "n/a" }
}
