/// The law a committee decides under. Taxi and general licensing committees are not committees of the Licensing Act 2003:
/// their size and quorum come from the council's constitution.
package enum CommitteeRegime: String, CaseIterable, Sendable, Codable {
  case la2003, gambling2005
  case taxiGeneral = "taxi_general"

  package var name: String {
    switch self {
    case .la2003: "Licensing Act 2003"
    case .gambling2005: "Gambling Act 2005"
    case .taxiGeneral: "Taxi and general licensing"
    }
  }

  /// Hearings are held by three members of the committee (Licensing Act 2003 s.9(1); Gambling Act 2005 s.154 uses the same committee).
  package var isStatutory: Bool { self != .taxiGeneral }
}

/// The part somebody has on a committee. An officer decides under delegated powers: owes the training, never sits.
package enum CommitteeRole: String, CaseIterable, Sendable, Codable {
  case chair
  case viceChair = "vice_chair"
  case member, substitute
  case officer

  package var name: String {
    switch self {
    case .chair: "Chair"
    case .viceChair: "Vice-chair"
    case .member: "Member"
    case .substitute: "Substitute"
    case .officer: "Delegated officer"
    }
  }

  package var presides: Bool { self == .chair || self == .viceChair }

  /// Whether it makes somebody one of the members from whom a panel is drawn. A substitute is not a member of a
  /// licensing committee: three *members of the committee* hear an application (s.9(1)).
  package func sits(_ regime: CommitteeRegime) -> Bool {
    switch self {
    case .chair, .viceChair, .member: true
    case .substitute: !regime.isStatutory
    case .officer: false
    }
  }
}

/// A committee's rules: who may sit and how many. Where the law does not say, the constitution does.
package struct CommitteeRule: Sendable, Equatable {
  package var regime: CommitteeRegime
  /// Members on a panel.
  package var panelSize: Int
  /// Fewest who may decide.
  package var quorum: Int
  /// Members of the whole committee (10 to 15 under Licensing Act 2003 s.6).
  package var sizeLeast: Int
  package var sizeMost: Int
  /// Local: the chair or vice-chair presides.
  package var chairPresides: Bool

  package init(regime: CommitteeRegime, panelSize: Int = 3, quorum: Int = 3, sizeLeast: Int = 10, sizeMost: Int = 15, chairPresides: Bool = false) {
    self.regime = regime
    self.panelSize = panelSize
    self.quorum = quorum
    self.sizeLeast = sizeLeast
    self.sizeMost = sizeMost
    self.chairPresides = chairPresides
  }
}

/// What an application or review is that a hearing decides.
package enum HearingKind: String, CaseIterable, Sendable, Codable {
  case grant, variation, transfer, review
  case dpsChange = "dps_change"
  case summaryReview = "summary_review"
  case interimSteps = "interim_steps"
  case interimAuthority = "interim_authority"
  case closureReview = "closure_review"
  case eventCounterNotice = "event_counter_notice"
  case gambling
  case taxiDriver = "taxi_driver"
  case taxiOperator = "taxi_operator"
  case other

  package var name: String {
    switch self {
    case .grant: "Grant of a premises licence"
    case .variation: "Variation of a premises licence"
    case .transfer: "Transfer of a premises licence"
    case .review: "Review of a premises licence"
    case .dpsChange: "Change of premises supervisor"
    case .summaryReview: "Summary review"
    case .interimSteps: "Interim steps before a summary review"
    case .interimAuthority: "Interim authority notice"
    case .closureReview: "Review after closure"
    case .eventCounterNotice: "Counter-notice to a temporary event"
    case .gambling: "Gambling premises"
    case .taxiDriver: "Taxi or private hire driver"
    case .taxiOperator: "Private hire operator"
    case .other: "Other licensing matter"
    }
  }

  package static func offered(to regime: CommitteeRegime) -> [HearingKind] {
    switch regime {
    case .la2003:
      [.grant, .variation, .transfer, .review, .dpsChange, .summaryReview, .interimSteps, .interimAuthority, .closureReview, .eventCounterNotice, .other]
    case .gambling2005: [.gambling, .other]
    case .taxiGeneral: [.taxiDriver, .taxiOperator, .other]
    }
  }
}
