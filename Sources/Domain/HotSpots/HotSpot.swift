/// Where a hot spot stands between a suggestion and its end.
package enum HotSpotState: String, CaseIterable, Sendable, Codable {
  case suggested, proposed, designated
  case underResponse = "under_response"
  case monitoring
  case deDesignated = "de_designated"
  case rejected

  package var name: String {
    switch self {
    case .suggested: "Suggested"
    case .proposed: "Proposed"
    case .designated: "Designated"
    case .underResponse: "Under response"
    case .monitoring: "Monitoring"
    case .deDesignated: "De-designated"
    case .rejected: "Rejected"
    }
  }

  /// Designated, whatever is being done about it: what has a review date.
  package var isLive: Bool { self == .designated || self == .underResponse || self == .monitoring }
}

/// A step that is recorded as a decision.
package enum HotSpotStep: String, CaseIterable, Sendable, Codable {
  case suggest, propose, designate, extend, respond, monitor
  case deDesignate = "de_designate"
  case reject

  /// "designated", after the name of whoever did it.
  package var past: String {
    switch self {
    case .suggest: "suggested"
    case .propose: "proposed"
    case .designate: "designated"
    case .extend: "extended"
    case .respond: "put under response"
    case .monitor: "moved to monitoring"
    case .deDesignate: "de-designated"
    case .reject: "rejected"
    }
  }

  /// What the button says.
  package var action: String {
    switch self {
    case .suggest: "Suggest"
    case .propose: "Propose to tasking"
    case .designate: "Designate"
    case .extend: "Extend"
    case .respond: "Start the response"
    case .monitor: "Move to monitoring"
    case .deDesignate: "De-designate"
    case .reject: "Reject"
    }
  }

  /// Whether only those who designate may take it; proposing is open to analysts.
  package var needsDesignator: Bool { self != .suggest && self != .propose }
  /// Whether it sets the day by which the hot spot is looked at again.
  package var setsReview: Bool { self == .designate || self == .extend }
}

extension HotSpotState {
  /// The state that a step leads to; nil where the step cannot be taken.
  package func after(_ step: HotSpotStep) -> HotSpotState? {
    switch (self, step) {
    case (.suggested, .propose): .proposed
    case (.suggested, .reject), (.proposed, .reject): .rejected
    case (.proposed, .designate): .designated
    case (.designated, .extend), (.underResponse, .extend), (.monitoring, .extend): self
    case (.designated, .respond), (.monitoring, .respond): .underResponse
    case (.underResponse, .monitor): .monitoring
    case (.designated, .deDesignate), (.underResponse, .deDesignate), (.monitoring, .deDesignate): .deDesignated
    default: nil
    }
  }

  /// Steps that can be taken, in the order of their buttons.
  package var steps: [HotSpotStep] { HotSpotStep.allCases.filter { after($0) != nil } }
}

/// Why a place is a hot spot: codes, so that nobody is described.
package enum HotSpotReason: String, CaseIterable, Sendable, Codable {
  case intelCluster = "intel_cluster"
  case repeatPremisesConcern = "repeat_premises_concern"
  case missingEpisodeLocations = "missing_episode_location_aggregate"
  case nightTimeEconomy = "night_time_economy"
  case transportHub = "transport_hub"
  case fastFoodCluster = "fast_food_cluster"
  case accommodationCluster = "accommodation_cluster"
  case openSpace = "park_open_space"
  case challengeTestFailure = "challenge_test_failure"
  case communityInformation = "community_info"

  package var name: String {
    switch self {
    case .intelCluster: "Items of information near each other"
    case .repeatPremisesConcern: "Repeated concern about premises"
    case .missingEpisodeLocations: "Places of missing episodes, counted together"
    case .nightTimeEconomy: "Night-time economy"
    case .transportHub: "Transport hub"
    case .fastFoodCluster: "Fast food outlets near each other"
    case .accommodationCluster: "Accommodation near each other"
    case .openSpace: "Park or open space"
    case .challengeTestFailure: "Challenge test not passed"
    case .communityInformation: "Information from the community"
    }
  }
}

/// What kind of place it is.
package enum HotSpotTheme: String, CaseIterable, Sendable, Codable {
  case nightTime = "night_time"
  case transport, accommodation
  case fastFood = "fast_food"
  case openSpace = "open_space"
  case premises, other

  package var name: String {
    switch self {
    case .nightTime: "Night-time streets"
    case .transport: "Station, rank or services"
    case .accommodation: "Accommodation"
    case .fastFood: "Fast food"
    case .openSpace: "Park or open space"
    case .premises: "Licensed premises"
    case .other: "Another place"
    }
  }
}

/// What the Missing Children, CSE and Trafficking Group thinks of a designation.
package enum ConsultedView: String, CaseIterable, Sendable, Codable {
  case supports
  case supportsWithComments = "supports_with_comments"
  case doesNotSupport = "does_not_support"

  package var name: String {
    switch self {
    case .supports: "Supports it"
    case .supportsWithComments: "Supports it, with comments"
    case .doesNotSupport: "Does not support it"
    }
  }
}

/// Rules of a designation (county practice; figures of the strategy's default).
package enum HotSpotRules {
  /// Days after a decision on which a hot spot is looked at again, unless another day is chosen.
  package static let reviewDays = 42
  /// The longest that a designation may stand without being looked at again.
  package static let mostReviewDays = 90
  /// A review is pointed out so many days before it is due.
  package static let dueSoonDays = 14
  /// Metres around an area within which places are taken to belong to it, as offered.
  package static let buffers = [0, 100, 250, 500]
  package static let displacement = 500
  package static let buffer = 250

  package enum Review: Sendable, Equatable { case tooEarly, tooLate, fits }

  package static func review(by day: Day, decidedOn: Day) -> Review {
    day <= decidedOn ? .tooEarly : day > decidedOn + mostReviewDays ? .tooLate : .fits
  }

  /// Why somebody may not designate; nil where they may. Two people: whoever proposed it does not designate it.
  package static func obstacle<ID: Equatable>(toDesignating proposer: ID?, by officer: ID, answeredOn: Day?, decidedOn: Day) -> Obstacle? {
    guard let proposer, proposer != officer else { return .proposedByTheSame }
    guard let answeredOn else { return .groupHasNotAnswered }
    return answeredOn > decidedOn ? .decidedBeforeTheAnswer : nil
  }

  package enum Obstacle: Sendable, Equatable {
    case proposedByTheSame, groupHasNotAnswered, decidedBeforeTheAnswer

    package var words: String {
      switch self {
      case .proposedByTheSame: "You proposed this hot spot. A designation takes two people: somebody else must designate it"
      case .groupHasNotAnswered: "The Missing Children, CSE and Trafficking Group has not answered yet. Record its answer first"
      case .decidedBeforeTheAnswer: "The decision cannot be dated before the answer of the Missing Children, CSE and Trafficking Group"
      }
    }
  }
}
