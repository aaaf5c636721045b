/// What was tried in a challenge test. Nobody who took the part is ever recorded.
package enum ChallengeKind: String, CaseIterable, Sendable, Codable {
  case walkInBooking = "walk_in_booking"
  case taxiFare = "taxi_fare"
  case underageEntry = "underage_entry"
  case other

  package var name: String {
    switch self {
    case .walkInBooking: "Walk-in booking of a room"
    case .taxiFare: "Taxi fare"
    case .underageEntry: "Entry under age"
    case .other: "Something else"
    }
  }
}

/// How a challenge test ended.
package enum ChallengeResult: String, CaseIterable, Sendable, Codable {
  case passed, failed
  case notCompleted = "not_completed"

  package var name: String {
    switch self {
    case .passed: "Passed: staff challenged it"
    case .failed: "Failed: nobody challenged it"
    case .notCompleted: "Not completed"
    }
  }
}

/// What a licence holder is asked to show.
package enum EvidenceWanted: String, CaseIterable, Sendable, Codable {
  case training, guidance
  case staffTraining = "staff_training"
  case policy, other

  package var name: String {
    switch self {
    case .training: "Their own training"
    case .guidance: "That they have read the guidance"
    case .staffTraining: "Training of their staff"
    case .policy: "Their written policy on safeguarding"
    case .other: "Something else"
    }
  }
}
