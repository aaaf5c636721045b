/// What the Board was shown as of a day. Made once and kept: printing it again prints the same.
///
/// Packs are kept as they were written, so that what is added here later is optional.
package struct BoardPack: Codable, Sendable, Equatable {
  package var strategy: String
  package var board: String
  package var oversight: String
  package var asOf: Day
  package var actions: [Action]
  package var measures: [District]
  package var challenges: ChallengeRate?
  package var equity: Equity?
  package var notes: [String]

  package struct Action: Codable, Sendable, Equatable {
    package var ref: String
    package var action: String
    package var accountable: String
    package var due: String
    package var measure: String
    /// How far the measure has moved in three months, in words.
    package var trend: String?
    package var rating: Rating
    package var why: String

    package init(ref: String, action: String, accountable: String, due: String, measure: String, trend: String? = nil, rating: Rating, why: String) {
      self.ref = ref
      self.action = action
      self.accountable = accountable
      self.due = due
      self.measure = measure
      self.trend = trend
      self.rating = rating
      self.why = why
    }
  }

  /// One measure, district beside district by one rule; nil where the figure is withheld.
  package struct District: Codable, Sendable, Equatable {
    package var measure: Measure
    package var total: MeasureValue?
    package var names: [String]
    package var values: [MeasureValue?]

    /// - Parameter earlier: the same measure in packs that were made before.
    package init(_ measure: Measure, names: [String], values: [MeasureValue], after earlier: [District] = [], withholding: Bool = true) {
      self.measure = measure
      let why: Withholding = withholding ? measure.withholding : .nothing
      let row =
        switch why {
        case .nothing: Disclosed(names: names, values: values, withheld: Suppression.Verdict())
        case .people: Disclosed(names: names, values: values, after: earlier.map(\.disclosed))
        case .districts: Disclosed(names: names, values: values, withheld: Suppression.districts(values))
        case .everyDistrict: Disclosed(names: names, values: values, withheld: Suppression.districts(values, always: true))
        }
      (self.names, self.values, total) = (row.names, row.values, row.total)
    }

    package var disclosed: Disclosed { Disclosed(names: names, values: values, total: total) }
  }

  package init(
    strategy: String, board: String, oversight: String, asOf: Day, actions: [Action], measures: [District], challenges: ChallengeRate? = nil, equity: Equity? = nil
  ) {
    self.strategy = strategy
    self.board = board
    self.oversight = oversight
    self.asOf = asOf
    self.actions = actions
    self.measures = measures
    self.challenges = challenges
    self.equity = equity
    let withheld = measures.reduce(0) { $0 + $1.disclosed.withheldCount } + (challenges.map { $0.byAwareness.withheldCount + $0.byPlace.withheldCount } ?? 0)
    notes = [
      "Counted from the registers as they stood on \(asOf.words), as known when this pack was made.",
      "A rating is the first rule that fires, or was overridden for a while with a reason; both are said.",
    ]
    if withheld > 0 {
      notes.append(
        "\(withheld) \(withheld == 1 ? "figure is" : "figures are") withheld: fewer than five would be counted, or could be worked out from the others, from a total, or by subtracting an earlier pack; or they would tell where hot spots are."
      )
    }
  }

  package func district(_ measure: Measure) -> District? { measures.first { $0.measure == measure } }
  package var exceptions: [Action] { actions.filter { $0.rating == .red || $0.rating == .amber } }
}

/// Why figures of a measure may be withheld.
package enum Withholding: Sendable {
  case nothing
  /// People are counted: small numbers are withheld, of districts and of the county.
  case people
  /// Things of a few places are counted: small numbers are withheld by district, and the county's total is said.
  case districts
  /// No district is said, however large: what lies in hot spots is all there is of a district less what lies elsewhere.
  case everyDistrict
}

extension Measure {
  /// What somebody may who is given the rows that it counts; nil where whoever reads the strategy is. The database asks the same (`sec.measure_needs`).
  package var rowsNeed: Permission? {
    switch self {
    case .guidanceTrade, .renewalsWithGuidance, .holdersAtEvents: .readRegister
    case .membersTrained, .membersInducted, .officersTrained, .hearingsPanelTrained: .readCommittees
    case .hotSpotsReviewed, .hotSpotsWithPlan, .plansInTime, .reviewsOnTime, .guidancePremisesHotSpots, .guidancePremisesElsewhere: .readHotSpots
    case .eventsWithItem, .guidancePremises, .guidanceAccommodation, .partnershipLinks, .partnershipDuties, .accommodationGuidance, .enforcementReview: nil
    case .problemProfile, .problemProfileAvailable, .datasetAgreed, .datasetSupplied, .datasetInTime, .disruptionReturned, .agenciesAssured, .strategyReviewed: nil
    }
  }

  /// Small figures go with their rows.
  package var withholding: Withholding {
    switch self {
    case .guidancePremisesHotSpots, .guidancePremisesElsewhere: .everyDistrict
    default: rowsNeed == nil ? .nothing : rowsNeed == .readHotSpots ? .districts : .people
    }
  }

  /// Whether a figure of the county tells of few people.
  package func tellsOfFew(_ value: MeasureValue) -> Bool {
    guard case .people = withholding else { return false }
    return Suppression.isSmall(value.part) || Suppression.isSmall(value.missing)
  }
}

extension Suppression {
  /// One small number takes every district with it: then the total tells of none of them.
  /// - Parameter always: no district is said, nor whether it has anything to count; and no total that is one district's own.
  package static func districts(_ values: [MeasureValue], always: Bool = false) -> Verdict {
    if always { return Verdict(cells: Set(values.indices), total: values.count { $0.whole > 0 } < 2) }
    guard values.contains(where: { isSmall($0.part) || isSmall($0.missing) }) else { return Verdict() }
    return Verdict(cells: Set(values.indices.filter { values[$0].whole > 0 }), total: false)
  }
}

/// Six districts, the same rule, side by side.
package struct Equity: Codable, Sendable, Equatable {
  package var districts: [String]
  package var lines: [Line]

  package struct Line: Codable, Sendable, Equatable {
    package var name: String
    /// One for each district, in words; "withheld" where it is.
    package var cells: [String]
    package var together: String
    package init(name: String, cells: [String], together: String) {
      self.name = name
      self.cells = cells
      self.together = together
    }
  }

  /// How long hot spots of a district waited for their plan, and whom it met.
  package struct District: Sendable, Equatable {
    package var authority: Int
    /// Hot spots designated in the two years to the day whose plan was approved by it.
    package var planned: Int
    package var medianDays: Double?
    /// Drivers licensed elsewhere who were spoken to in the twelve months to the day.
    package var contacts: Int

    package init(authority: Int, planned: Int, medianDays: Double?, contacts: Int) {
      self.authority = authority
      self.planned = planned
      self.medianDays = medianDays
      self.contacts = contacts
    }
  }

  package static let withheld = "withheld"
  /// What is set side by side, and how the line is called.
  package static let measures: [(Measure, String)] = [
    (.renewalsWithGuidance, "Uptake: renewals that went with guidance"), (.guidanceTrade, "Coverage: drivers and operators"), (.guidancePremises, "Coverage: licensed premises"),
    (.guidanceAccommodation, "Coverage: B&Bs, hotels, hostels and HMOs"), (.membersTrained, "Members eligible to sit: CSE training valid"), (.hotSpotsWithPlan, "Hot spots with a multi-agency plan"),
  ]

  /// - Parameters:
  ///   - measures: as they may be shown.
  ///   - rows: one for each district, in the order of `names`; the median of the county is of all its hot spots.
  package init(names: [String], measures: [BoardPack.District], rows: [District], medianOfAll: Double?, withholding: Bool = true, withholdingPlans: Bool = true) {
    districts = names
    lines = Self.measures.compactMap { measure, name in
      measures.first { $0.measure == measure }.map { row in
        Line(
          name: name, cells: names.map { district in row.names.firstIndex(of: district).map { row.values[$0]?.words ?? Self.withheld } ?? "n/a" },
          together: row.total?.words ?? Self.withheld)
      }
    }
    let days = rows.map { row -> String in
      guard row.planned > 0, let median = row.medianDays else { return "n/a" }
      return withholdingPlans && Suppression.isSmall(row.planned) ? Self.withheld : Self.days(median)
    }
    lines.append(Line(name: "Days from designation to an approved plan (median)", cells: days, together: medianOfAll.map(Self.days) ?? "n/a"))
    let contacts = rows.map(\.contacts)
    let verdict = withholding ? Suppression.judged(contacts) : .init()
    lines.append(Line(
      name: "Awareness contacts with drivers licensed elsewhere", cells: contacts.indices.map { verdict.cells.contains($0) ? Self.withheld : String(contacts[$0]) },
      together: verdict.total ? Self.withheld : String(contacts.reduce(0, +))))
  }

  /// "12", "12.5"
  private static func days(_ median: Double) -> String { median == median.rounded() ? String(Int(median)) : String(Int(median)) + ".5" }
}
