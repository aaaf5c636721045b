/// What a place had before it was tested.
package enum Awareness: String, Codable, Sendable, CaseIterable {
  case both, guidance, training, neither

  package init(guidance: Bool, training: Bool) {
    self = guidance ? (training ? .both : .guidance) : training ? .training : .neither
  }

  package var name: String {
    switch self {
    case .both: "Guidance held and trained"
    case .guidance: "Guidance held, not trained"
    case .training: "Trained, without guidance"
    case .neither: "Neither"
    }
  }
}

/// How many challenge tests were challenged, by what the place had on the day of the test.
///
/// The rate is challenged / (tests − those that were not completed).
package struct ChallengeRate: Codable, Sendable, Equatable {
  /// Tests of one district with the same standing.
  package struct Count: Sendable, Equatable {
    package var authority: Int
    package var awareness: Awareness
    package var inHotSpot: Bool
    package var completed: Int
    package var challenged: Int
    package var notCompleted: Int

    package init(authority: Int, awareness: Awareness, inHotSpot: Bool, completed: Int, challenged: Int, notCompleted: Int) {
      self.authority = authority
      self.awareness = awareness
      self.inHotSpot = inHotSpot
      self.completed = completed
      self.challenged = challenged
      self.notCompleted = notCompleted
    }
  }

  package var from: Day
  package var until: Day
  package var byAwareness: Disclosed
  package var byPlace: Disclosed

  package static let places = ["In a hot spot", "Elsewhere"]
  /// Over how many years tests are counted.
  package static let years = 3

  /// - Parameter counts: of tests between the days.
  /// - Parameter earlier: what earlier packs printed of it.
  package init(_ counts: [Count], from: Day, until: Day, after earlier: [ChallengeRate] = [], withholding: Bool = true) {
    func value(_ these: (Count) -> Bool) -> MeasureValue {
      counts.filter(these).reduce(MeasureValue(0, of: 0)) { $0 + MeasureValue($1.challenged, of: $1.completed) }
    }
    func row(_ names: [String], _ values: [MeasureValue], _ before: [Disclosed]) -> Disclosed {
      withholding ? Disclosed(names: names, values: values, after: before) : Disclosed(names: names, values: values, withheld: .init())
    }
    self.from = from
    self.until = until
    byAwareness = row(Awareness.allCases.map(\.name), Awareness.allCases.map { one in value { $0.awareness == one } }, earlier.map(\.byAwareness))
    byPlace = row(Self.places, [value { $0.inHotSpot }, value { !$0.inHotSpot }], earlier.map(\.byPlace))
    // One total for both: where the one row withholds it, the other does not tell it.
    if byAwareness.total == nil || byPlace.total == nil { (byAwareness, byPlace) = (Self.without(byAwareness), Self.without(byPlace)) }
  }

  private static func without(_ row: Disclosed) -> Disclosed {
    Disclosed(names: row.names, values: row.total == nil ? row.values : row.values.map { $0?.whole == 0 ? $0 : nil }, total: nil)
  }

  private func value(_ awareness: Awareness) -> MeasureValue? { byAwareness.values[Awareness.allCases.firstIndex(of: awareness) ?? 0] }

  /// Places with guidance or training, and those with neither; nil where either is withheld.
  package var compared: (aware: MeasureValue, neither: MeasureValue)? {
    guard let total = byAwareness.total, let neither = value(.neither) else { return nil }
    return (MeasureValue(total.part - neither.part, of: total.whole - neither.whole), neither)
  }

  /// The comparison in a sentence.
  package var sentence: String {
    guard let total = byAwareness.total else { return "Fewer than five tests would be told of: the figures are withheld." }
    guard total.whole > 0 else { return "No challenge test was completed in this time." }
    guard let (aware, neither) = compared, let interval = Interval.difference(aware, neither) else { return "\(total.words) of the completed tests were challenged." }
    let verdict = interval.holdsNought ? "a difference that chance may explain" : interval.low > 0 ? "more than chance would explain" : "less, and more so than chance would explain"
    return "With guidance or training \(aware.words) were challenged, with neither \(neither.words): \(interval.pointsWords) with 95% confidence, \(verdict)."
  }
}
