/// Where an action of a plan stands.
package enum PlanActionState: String, CaseIterable, Sendable, Codable {
  case proposed, agreed
  case inProgress = "in_progress"
  case blocked
  case donePendingVerification = "done_pending_verification"
  case verified, cancelled

  package var name: String {
    switch self {
    case .proposed: "Proposed"
    case .agreed: "Agreed"
    case .inProgress: "In progress"
    case .blocked: "Blocked"
    case .donePendingVerification: "Done, to be verified"
    case .verified: "Verified"
    case .cancelled: "Cancelled"
    }
  }

  /// Agreed and not called off: what makes a plan the work of an organisation.
  package var isLive: Bool { self != .proposed && self != .cancelled }
  /// Nothing is left to be done.
  package var isOver: Bool { self == .verified || self == .cancelled }

  /// Whether those who manage the plan say so, rather than those who do the work.
  package var isDecided: Bool { self == .agreed || self == .verified || self == .cancelled }

  /// Its organisation has nothing left to do.
  package var isDone: Bool { self == .donePendingVerification || isOver }

  /// The states that it can go to, where the guidance that it asks for may be held by now: then it is done by itself and can be verified.
  package func next(isReached: Bool) -> [PlanActionState] {
    isReached && isLive && !isDone ? next + [.verified] : next
  }

  /// Where it stands, seen with the guidance that it asks for.
  package func shown(isReached: Bool) -> PlanActionState { isReached && isLive && !isDone ? .donePendingVerification : self }

  /// The states that it can go to.
  package var next: [PlanActionState] {
    switch self {
    case .proposed: [.agreed, .cancelled]
    case .agreed: [.inProgress, .blocked, .donePendingVerification, .cancelled]
    case .inProgress: [.blocked, .donePendingVerification, .cancelled]
    case .blocked: [.inProgress, .donePendingVerification, .cancelled]
    case .donePendingVerification: [.verified, .inProgress]
    case .verified, .cancelled: []
    }
  }
}

/// What an action is for.
package enum PlanTheme: String, CaseIterable, Sendable, Codable {
  case prevent, protect, prepare, pursue
  package var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}

/// What a multi-agency plan is (county strategy, 3.3.1): live actions of two organisations or more, and the group consulted.
package enum MultiAgencyTest {
  package enum Fault: Sendable, Equatable, CaseIterable {
    case noPlan, notApproved, oneOrganisation, noActions, groupHasNotAnswered

    package var words: String {
      switch self {
      case .noPlan: "There is no plan"
      case .notApproved: "The plan is not approved"
      case .noActions: "No action is agreed"
      case .oneOrganisation: "Only one organisation has an agreed action"
      case .groupHasNotAnswered: "The Missing Children, CSE and Trafficking Group has not answered"
      }
    }
  }

  /// - Parameters:
  ///   - approved: nil where there is no plan.
  ///   - organisations: how many have an action that is agreed and not called off.
  /// - Returns: the conditions that fail; none: it is a multi-agency plan.
  package static func faults(approved: Bool?, organisations: Int, groupAnswered: Bool) -> [Fault] {
    guard let approved else { return [.noPlan] }
    var faults: [Fault] = approved ? [] : [.notApproved]
    switch organisations {
    case ..<1: faults.append(.noActions)
    case 1: faults.append(.oneOrganisation)
    default: break
    }
    if !groupAnswered { faults.append(.groupHasNotAnswered) }
    return faults
  }
}

/// Links with what is done already in a town at night (county strategy, 3.3.2).
package enum PlanInitiative: String, CaseIterable, Sendable, Codable {
  case nightsafe
  case streetPastors = "street_pastors"
  case pubwatch
  case bestBarNone = "best_bar_none"

  package var name: String {
    switch self {
    case .nightsafe: "Nightsafe"
    case .streetPastors: "Street Pastors"
    case .pubwatch: "Pubwatch"
    case .bestBarNone: "Best Bar None"
    }
  }
}

/// Figures of plans (defaults of the county's practice).
package enum PlanRules {
  /// Days from a designation within which its plan is approved.
  package static let daysToPlan = 28
  /// Days after which a plan is looked at again, unless another day is chosen.
  package static let reviewDays = 90
  /// An action is pointed out so many days before it is due.
  package static let dueSoonDays = 14

  /// Whether so many of the places hold guidance as were agreed. Of no places nothing is reached.
  package static func isReached(_ issued: Int, of places: Int, wanted percent: Int) -> Bool { places > 0 && issued * 100 >= percent * places }

  /// Why a plan cannot be closed yet; nil where it can.
  package static func obstacle(toClosing assessment: String, openActions: Int) -> ClosingObstacle? {
    assessment.isEmpty ? .notAssessed : openActions > 0 ? .openActions(openActions) : nil
  }

  package enum ClosingObstacle: Sendable, Equatable {
    case notAssessed
    case openActions(Int)

    package var words: String {
      switch self {
      case .notAssessed: "Its assessment is not written: what changed against the baseline"
      case .openActions(1): "One action is not over. Have it verified, or cancel it"
      case .openActions(let many): "\(many) actions are not over. Have them verified, or cancel them"
      }
    }
  }
}
