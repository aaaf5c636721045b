/// Where a tasking meeting stands.
package enum TaskingState: String, CaseIterable, Sendable, Codable {
  case planned, closed, cancelled

  package var name: String {
    switch self {
    case .planned: "Planned"
    case .closed: "Minutes closed"
    case .cancelled: "Cancelled"
    }
  }

  /// The state that a step leads to; nil where the step cannot be taken: minutes that are closed are never opened again.
  package func after(_ step: TaskingStep) -> TaskingState? {
    switch (self, step) {
    case (.planned, .close): .closed
    case (.planned, .cancel): .cancelled
    default: nil
    }
  }
}

package enum TaskingStep: String, CaseIterable, Sendable, Codable {
  case close, cancel

  package var action: String {
    switch self {
    case .close: "Close the minutes"
    case .cancel: "Cancel the meeting"
    }
  }
}

/// What a line of the minutes is.
package enum MinuteKind: String, CaseIterable, Sendable, Codable {
  case decision, task, note

  package var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}

/// Rules of tasking meetings (practice of the county's partnerships).
package enum TaskingRules {
  /// New, for the first meeting of a partnership, is what came in so many days before it.
  package static let firstDays = 42
  /// Agencies that must be there, so that what is decided is decided together.
  package static let leastAgencies = 2

  /// Why the minutes cannot be closed yet; nil where they can.
  package static func obstacle(toClosing heldOn: Day, agencies: Int, today: Day) -> Obstacle? {
    heldOn > today ? .notHeldYet : agencies < leastAgencies ? .tooFewAgencies(agencies) : nil
  }

  package enum Obstacle: Sendable, Equatable {
    case notHeldYet
    case tooFewAgencies(Int)

    package var words: String {
      switch self {
      case .notHeldYet: "The meeting is not held yet"
      case .tooFewAgencies(0): "Nobody is recorded as present. Record who was there, by organisation"
      case .tooFewAgencies: "Only one organisation is recorded as present. Tasking takes two or more"
      }
    }
  }

  /// Whether the name of a hot spot may stand on a paper that leaves the group. One that rests on items of information may not,
  /// nor one to which an item under conditions is linked: handling binds what is derived from it, and its reference stands instead.
  package static func mayBeNamed(_ reasons: [HotSpotReason], isUnderConditions: Bool = false) -> Bool {
    !isUnderConditions && !reasons.contains(.intelCluster)
  }
}
