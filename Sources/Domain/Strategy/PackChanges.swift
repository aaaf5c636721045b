/// What changed from one pack to another, told from what the two print and from nothing else.
package struct PackChanges: Sendable, Equatable {
  package struct Action: Sendable, Equatable {
    package var ref: String
    package var action: String
    /// Ratings, where they differ.
    package var before: Rating?
    package var after: Rating?
    package var words: [String]
  }

  package struct Figure: Sendable, Equatable {
    package var measure: String
    package var district: String
    package var before: String
    package var after: String
    /// In points of percent; nil where either is withheld or has nothing to count.
    package var points: Int?
  }

  package var actions: [Action]
  package var figures: [Figure]

  package init(from old: BoardPack, to new: BoardPack) {
    let known = Dictionary(old.actions.map { ($0.ref, $0) }) { first, _ in first }
    actions = new.actions.compactMap { after in
      guard let before = known[after.ref] else { return Action(ref: after.ref, action: after.action, before: nil, after: after.rating, words: ["New in the plan."]) }
      var words: [String] = []
      func said(_ text: String) -> String { text.isEmpty ? "nothing" : text }
      if before.measure != after.measure { words.append("Measure: \(said(before.measure)), now \(said(after.measure)).") }
      if before.accountable != after.accountable { words.append("Accountable: \(before.accountable), now \(after.accountable).") }
      if before.due != after.due { words.append("Due: \(before.due), now \(after.due).") }
      guard before.rating != after.rating || !words.isEmpty else { return nil }
      return Action(ref: after.ref, action: after.action, before: before.rating, after: after.rating, words: words)
    }
    let gone = Set(old.actions.map(\.ref)).subtracting(new.actions.map(\.ref))
    actions += old.actions.filter { gone.contains($0.ref) }.map { Action(ref: $0.ref, action: $0.action, before: $0.rating, after: nil, words: ["No longer in the plan."]) }
    figures = new.measures.flatMap { after -> [Figure] in
      let before = old.district(after.measure)
      let districts = after.names.enumerated().map { index, name in
        Self.figure(after.measure, name, before.map { row in row.names.firstIndex(of: name).map { row.values[$0] } ?? nil }, after.values[index])
      }
      return (districts + [Self.figure(after.measure, "Together", before.map(\.total), after.total)]).compactMap { $0 }
    }
  }

  /// - Parameter before: nil where the earlier pack has no such row; nil within where it withholds the figure.
  private static func figure(_ measure: Measure, _ district: String, _ before: MeasureValue??, _ after: MeasureValue?) -> Figure? {
    guard let before else { return Figure(measure: measure.name, district: district, before: "not counted", after: after?.words ?? Equity.withheld, points: nil) }
    guard before != after else { return nil }
    let points: Int? = if let old = before?.points, let new = after?.points { Int(new) - Int(old) } else { nil }
    return Figure(measure: measure.name, district: district, before: before?.words ?? Equity.withheld, after: after?.words ?? Equity.withheld, points: points)
  }
}
