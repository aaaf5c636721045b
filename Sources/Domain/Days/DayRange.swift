/// The days from `from` up to, but not including, `before`; open-ended when `before` is nil.
///
/// Half-open like PostgreSQL's canonical `daterange`, so that one term may begin on the day another ends without overlap.
/// A range whose `before` is not after `from` is empty: it contains no day and overlaps nothing.
package struct DayRange: Hashable, Codable, Sendable, CustomStringConvertible {
  package let from: Day
  package let before: Day?

  package init(from: Day, before: Day?) {
    self.from = from
    self.before = before
  }

  /// The range whose last day is `last`.
  package init(from: Day, through last: Day?) { self.init(from: from, before: last.map { $0 + 1 }) }

  package var isEmpty: Bool { before.map { $0 <= from } ?? false }

  /// The last day within; nil when open-ended or empty.
  package var last: Day? { isEmpty ? nil : before.map { $0 - 1 } }

  /// The number of days within; nil when open-ended.
  package var count: Int? { before.map { max(0, $0 - from) } }

  package func contains(_ day: Day) -> Bool { from <= day && (before.map { day < $0 } ?? true) }

  package func overlaps(_ other: DayRange) -> Bool { intersection(other) != nil }

  /// The days in both; nil when there are none.
  package func intersection(_ other: DayRange) -> DayRange? {
    let end: Day? =
      switch (before, other.before) {
      case (let a?, let b?): min(a, b)
      case (let a?, nil): a
      case (nil, let b): b
      }
    let both = DayRange(from: max(from, other.from), before: end)
    return isEmpty || other.isEmpty || both.isEmpty ? nil : both
  }

  /// "3 April 2026 to 2 April 2029", or "from 3 April 2026".
  package var words: String {
    if isEmpty { return "no days" }
    guard let last else { return "from \(from.words)" }
    return last == from ? from.words : "\(from.words) to \(last.words)"
  }

  /// As PostgreSQL writes it: `[2026-04-03,2029-04-03)`.
  package var description: String { "[\(from.iso),\(before?.iso ?? ""))" }
}
