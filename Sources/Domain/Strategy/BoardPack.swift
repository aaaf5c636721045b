/// What the Board was shown as of a day. Made once and kept: printing it again prints the same.
package struct BoardPack: Codable, Sendable, Equatable {
  package var strategy: String
  package var board: String
  package var oversight: String
  package var asOf: Day
  package var actions: [Action]
  package var measures: [District]
  package var notes: [String]

  package struct Action: Codable, Sendable, Equatable {
    package var ref: String
    package var action: String
    package var accountable: String
    package var due: String
    package var measure: String
    package var rating: Rating
    package var why: String

    package init(ref: String, action: String, accountable: String, due: String, measure: String, rating: Rating, why: String) {
      self.ref = ref
      self.action = action
      self.accountable = accountable
      self.due = due
      self.measure = measure
      self.rating = rating
      self.why = why
    }
  }

  /// One measure, district beside district by one rule; nil where the figure is withheld.
  package struct District: Codable, Sendable, Equatable {
    package var measure: Measure
    package var total: MeasureValue
    package var names: [String]
    package var values: [MeasureValue?]

    /// Figures of people are withheld where few are counted, or few are missing: the one is the other's complement.
    package init(_ measure: Measure, names: [String], values: [MeasureValue]) {
      self.measure = measure
      self.names = names
      total = values.reduce(MeasureValue(0, of: 0)) { $0 + $1 }
      let hidden = measure.countsPeople ? Suppression.withheld(values) : []
      self.values = values.enumerated().map { hidden.contains($0.offset) ? nil : $0.element }
    }
  }

  package init(strategy: String, board: String, oversight: String, asOf: Day, actions: [Action], measures: [District]) {
    self.strategy = strategy
    self.board = board
    self.oversight = oversight
    self.asOf = asOf
    self.actions = actions
    self.measures = measures
    let withheld = measures.reduce(0) { $0 + $1.values.filter { $0 == nil }.count }
    notes = [
      "Counted from the registers as they stood on \(asOf.words), as known when this pack was made.",
      "A rating is the first rule that fires, or was overridden for a while with a reason; both are said.",
    ]
    if withheld > 0 { notes.append("\(withheld) \(withheld == 1 ? "figure of a district is" : "figures of districts are") withheld: fewer than five people would be counted, or could be worked out from the others.") }
  }
}

extension Measure {
  /// Whether what is counted are people, so that small numbers are withheld in what is printed.
  package var countsPeople: Bool {
    switch self {
    case .guidanceTrade, .renewalsWithGuidance, .membersTrained: true
    case .holdersAtEvents, .membersInducted, .officersTrained: true
    case .hotSpotsReviewed, .hotSpotsWithPlan, .eventsWithItem, .guidancePremises, .guidanceAccommodation: false
    case .plansInTime, .reviewsOnTime, .partnershipLinks, .partnershipDuties, .guidancePremisesHotSpots, .guidancePremisesElsewhere, .hearingsPanelTrained: false
    case .accommodationGuidance, .enforcementReview, .problemProfile, .problemProfileAvailable, .datasetAgreed, .datasetSupplied, .datasetInTime: false
    case .disruptionReturned, .agenciesAssured, .strategyReviewed: false
    }
  }
}

extension Suppression {
  /// The same for so many of so many, where both the part and what is missing from it would tell of few.
  package static func withheld(_ values: [MeasureValue], least: Int = 5) -> Set<Int> {
    func isSmall(_ count: Int) -> Bool { count > 0 && count < least }
    var hidden = Set(values.indices.filter { isSmall(values[$0].part) || isSmall(values[$0].missing) })
    if hidden.count == 1 {
      let next = values.indices.filter { !hidden.contains($0) && values[$0].whole > 0 }.min { (values[$0].whole, $0) < (values[$1].whole, $1) }
      if let next { hidden.insert(next) }
    }
    return hidden
  }
}
