/// When items near one another suggest a hot spot, and how much each weighs. Figures stand in `Config/policy.json`; the rule itself is
/// `sec.hot_spot_suggestions` in the database.
package struct SuggestionRule: Codable, Sendable, Equatable {
  package var source: String
  /// Two items belong together when they lie no further apart.
  package var metres: Double
  /// The fewest items, that one included, around one item of the group.
  package var items: Int
  /// Days back, today included as day 0.
  package var days: Int
  /// The fewest agencies that they come from.
  package var agencies: Int
  /// Days after which an item weighs half as much.
  package var halfLifeDays: Double
  package var sourceWeights: [String: Double]
  package var informationWeights: [String: Double]
  package var ungradedWeight: Double
  /// Days before and after a designation that are compared, at most.
  package var displacementDays: Int
  /// With fewer items than these in a partnership no predictive accuracy index is given.
  package var accuracyItems: Int

  package init(
    source: String, metres: Double, items: Int, days: Int, agencies: Int, halfLifeDays: Double, sourceWeights: [String: Double], informationWeights: [String: Double],
    ungradedWeight: Double, displacementDays: Int, accuracyItems: Int
  ) {
    self.source = source
    self.metres = metres
    self.items = items
    self.days = days
    self.agencies = agencies
    self.halfLifeDays = halfLifeDays
    self.sourceWeights = sourceWeights
    self.informationWeights = informationWeights
    self.ungradedWeight = ungradedWeight
    self.displacementDays = displacementDays
    self.accuracyItems = accuracyItems
  }

  /// What makes the figures useless; nil where nothing does.
  package var fault: String? {
    if !(metres > 0 && metres <= 2_000) { return "metres must be between 1 and 2000" }
    if items < 2 { return "items must be 2 or more" }
    if days < 1 || displacementDays < 1 { return "days must be 1 or more" }
    if agencies < 1 { return "agencies must be 1 or more" }
    if halfLifeDays <= 0 { return "halfLifeDays must be more than 0" }
    if Set(sourceWeights.keys) != ["1", "2", "3"] || Set(informationWeights.keys) != ["A", "B", "C", "D", "E"] { return "each grade needs its weight" }
    if accuracyItems < 1 { return "accuracyItems must be 1 or more" }
    return nil
  }

  /// "at least 3 items within 250 metres of one another, from 2 or more agencies, in the last 180 days"
  package var words: String {
    "at least \(items) items within \(Int(metres)) metres of one another, from \(agencies) or more agencies, in the last \(days) days"
  }
}

/// The predictive accuracy index: the share of what happened that fell into an area, over the area's share of the whole (Chainey, Tompson
/// and Uhlig 2008). Honest only of what happened after the area was drawn, and with numbers enough.
package enum PredictiveAccuracy: Sendable, Equatable {
  case index(Double, inArea: Int, all: Int)
  case tooFew(Int, least: Int)
  case areaNotKnown

  package init(inArea: Int, all: Int, area: Double, of study: Double?, least: Int) {
    guard let study, study > 0, area > 0 else {
      self = .areaNotKnown
      return
    }
    guard all >= least, all > 0 else {
      self = .tooFew(all, least: least)
      return
    }
    self = .index((Double(inArea) / Double(all)) / (area / study), inArea: inArea, all: all)
  }
}
