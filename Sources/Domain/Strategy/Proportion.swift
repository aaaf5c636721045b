import Foundation

/// Where a proportion may lie, from so many of so many: the 95% interval of Wilson (1927).
///
///     p = x / n,  z = 1.96
///     middle = (p + z² / 2n) / (1 + z² / n)
///     half   = z / (1 + z² / n) · √(p (1 − p) / n + z² / 4n²)
///     from middle − half to middle + half
///
/// It stays within 0 and 1 and does not collapse where all or none are counted, which the textbook's p ± z √(p (1 − p) / n) does.
package struct Interval: Sendable, Equatable, Codable {
  /// 0 to 1; of a difference −1 to 1.
  package var low: Double
  package var high: Double

  package init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  private static let z = 1.959963984540054

  /// Nil where nothing is counted.
  package static func wilson(_ value: MeasureValue) -> Interval? {
    guard value.whole > 0 else { return nil }
    let (n, p) = (Double(value.whole), Double(value.part) / Double(value.whole))
    let share = 1 + z * z / n
    let middle = (p + z * z / (2 * n)) / share
    let half = z / share * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return Interval(low: max(0, middle - half), high: min(1, middle + half))
  }

  /// Where the difference of two proportions may lie: Newcombe (1998), his tenth method, from the two intervals of Wilson.
  ///
  ///     d = p₁ − p₂
  ///     from d − √((p₁ − l₁)² + (u₂ − p₂)²) to d + √((u₁ − p₁)² + (p₂ − l₂)²)
  ///
  /// An interval that does not hold 0 says that the two differ by more than chance (at 95%).
  package static func difference(_ one: MeasureValue, _ other: MeasureValue) -> Interval? {
    guard let a = wilson(one), let b = wilson(other) else { return nil }
    let (p, q) = (Double(one.part) / Double(one.whole), Double(other.part) / Double(other.whole))
    return Interval(
      low: p - q - ((p - a.low) * (p - a.low) + (b.high - q) * (b.high - q)).squareRoot(),
      high: p - q + ((a.high - p) * (a.high - p) + (q - b.low) * (q - b.low)).squareRoot())
  }

  /// "41% to 78%", rounded outwards.
  package var words: String { "\(Self.percent(low, .down))% to \(Self.percent(high, .up))%" }
  /// "from 3 points fewer to 41 points more"
  package var pointsWords: String { "from \(Self.points(Self.percent(low, .down))) to \(Self.points(Self.percent(high, .up)))" }
  package var holdsNought: Bool { low <= 0 && high >= 0 }

  /// Rounded outwards, but for what a double is off by.
  private static func percent(_ share: Double, _ rule: FloatingPointRoundingRule) -> Int {
    let exact = share * 100
    let near = exact.rounded()
    return Int(abs(exact - near) < 1e-9 ? near : exact.rounded(rule))
  }
  private static func points(_ points: Int) -> String {
    let size = abs(points)
    return "\(size) \(size == 1 ? "point" : "points")\(points < 0 ? " fewer" : points > 0 ? " more" : "")"
  }
}
