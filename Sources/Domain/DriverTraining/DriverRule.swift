/// Whom a rule on the training of drivers asks.
package enum TrainingCohort: String, CaseIterable, Sendable, Codable {
  case all
  /// First licensed on or after the day the rule begins.
  case new
  /// Licensed before that day.
  case existing

  package var name: String {
    switch self {
    case .all: "Everybody"
    case .new: "New drivers"
    case .existing: "Those licensed before"
    }
  }
}

/// By when those owe it who were licensed before the rule began.
package enum TrainingDue: String, CaseIterable, Sendable, Codable {
  case byDay = "by_day"
  case beforeRenewal = "before_renewal"
  /// Of new drivers alone: without it no licence is granted.
  case beforeGrant = "before_grant"

  package var name: String {
    switch self {
    case .byDay: "By a day"
    case .beforeRenewal: "Before their next renewal"
    case .beforeGrant: "Before the first grant"
    }
  }
}

/// What follows where it is overdue. A person decides each case.
package enum TrainingConsequence: String, CaseIterable, Sendable, Codable {
  case advisory
  case noRenewal = "no_renewal"
  case referSuspension = "refer_suspension"

  package var name: String {
    switch self {
    case .advisory: "They are reminded"
    case .noRenewal: "No renewal without it"
    case .referSuspension: "They are referred for suspension"
    }
  }
}

/// How the evidence of a passed attempt stands.
package enum EvidenceReview: String, CaseIterable, Sendable, Codable {
  /// The attempt was failed: there is nothing to review.
  case none
  case awaiting, accepted, rejected

  /// The decisions that may follow this state. What was rejected may be accepted after all, and the other way round; nothing waits again.
  package var next: Set<EvidenceReview> {
    switch self {
    case .none: []
    case .awaiting: [.accepted, .rejected]
    case .accepted: [.rejected]
    case .rejected: [.accepted]
    }
  }
}

/// What keeps a driver from meeting the rule.
package enum TrainingLack: String, CaseIterable, Sendable, Codable {
  case never, expired, failed, spent, rejected, awaiting

  package var name: String {
    switch self {
    case .never: "None recorded"
    case .expired: "Ran out"
    case .failed: "Failed the last attempt"
    case .spent: "Failed, no attempt left"
    case .rejected: "Evidence rejected"
    case .awaiting: "Certificate awaits review"
    }
  }
}

/// What a rule asks of an attempt: by whom the training is given, with what mark, in how many attempts, and for how long it serves.
package struct AttemptRule: Sendable, Equatable {
  package var providers: [String]
  package var passMark: Int?
  package var maxAttempts: Int?
  package var months: Int

  package init(providers: [String] = [], passMark: Int? = nil, maxAttempts: Int? = nil, months: Int) {
    self.providers = providers
    self.passMark = passMark
    self.maxAttempts = maxAttempts
    self.months = months
  }

  /// Whether training by this provider is accepted, however its name is written.
  package func accepts(_ provider: String) -> Bool {
    providers.isEmpty || providers.contains { PersonName.folded($0) == PersonName.folded(provider) }
  }

  /// The provider as the rule writes it.
  package func spelled(_ provider: String) -> String { providers.first { PersonName.folded($0) == PersonName.folded(provider) } ?? provider }

  /// Whether an attempt was passed: by its score where the rule has a mark, else by what is said of it. Nil: it cannot be told.
  package func passed(score: Int?, said: Bool?) -> Bool? {
    guard let passMark else { return said ?? score.map { _ in true } }
    return score.map { $0 >= passMark }
  }
}
