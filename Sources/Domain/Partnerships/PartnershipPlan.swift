/// A year of plans: it begins on 1 April.
package struct PlanYear: Hashable, Sendable, Comparable {
  package let year: Int
  package init(_ year: Int) { self.year = year }
  package init(holding day: Day) { year = day.month < 4 ? day.year - 1 : day.year }

  /// "2026/27"
  package var words: String { "\(year)/\(String(year % 100 + 101).suffix(2))" }
  package var from: Day { Day(year: year, month: 4, day: 1) ?? Day(dayNumber: 0) }
  package var before: Day { from.adding(years: 1) }
  package var next: PlanYear { PlanYear(year + 1) }
  package static func < (a: Self, b: Self) -> Bool { a.year < b.year }
}

/// Which responsibility an item of a partnership plan answers. The strategy asks for the first three of every partnership.
package enum PartnershipPart: String, CaseIterable, Sendable, Codable {
  case identification
  case riskAssessment = "risk_assessment"
  case evidenceGathering = "evidence_gathering"
  case prevention
  case other

  package var name: String {
    switch self {
    case .identification: "Identification"
    case .riskAssessment: "Risk assessment"
    case .evidenceGathering: "Evidence gathering"
    case .prevention: "Prevention and disruption"
    case .other: "Something else"
    }
  }

  package static let required: [PartnershipPart] = [.identification, .riskAssessment, .evidenceGathering]
}

/// What an item of a plan is counted under.
package enum PartnershipTag: String, CaseIterable, Sendable, Codable {
  case cse
  case nightsafe
  case streetPastors = "street_pastors"

  package var name: String {
    switch self {
    case .cse: "CSE"
    case .nightsafe: "Nightsafe"
    case .streetPastors: "Street Pastors"
    }
  }
}

/// How much is at risk if an item fails.
package enum RiskLevel: String, CaseIterable, Sendable, Codable {
  case low, medium, high
  package var name: String { rawValue.capitalizedFirstLetter }
}

/// Where an item of a plan stands, by what was last entered.
package enum ItemStanding: String, CaseIterable, Sendable, Codable {
  case notStarted = "not_started"
  case inProgress = "in_progress"
  case blocked, done, verified

  package var name: String {
    switch self {
    case .notStarted: "Not started"
    case .inProgress: "In progress"
    case .blocked: "Blocked"
    case .done: "Done, to be verified"
    case .verified: "Verified"
    }
  }

  /// What an entry may say next. Monitoring goes on after an item is verified; who finds it undone opens it again.
  package var next: [ItemStanding] {
    switch self {
    case .notStarted, .inProgress, .blocked: [.inProgress, .blocked, .done]
    case .done: [.done, .verified, .inProgress]
    case .verified: [.verified, .inProgress]
    }
  }
}

extension String {
  fileprivate var capitalizedFirstLetter: String { prefix(1).uppercased() + dropFirst() }
}
