/// What sort of place or trade an item is about. Never a person.
package enum IntelligenceTheme: String, CaseIterable, Sendable, Codable {
  case transport, accommodation
  case nightTime = "night_time"
  case foodRetail = "food_retail"
  case openSpace = "open_space"
  case premises, other

  package var name: String {
    switch self {
    case .transport: "Taxis, stations and bus stops"
    case .accommodation: "Hotels, bed and breakfast, shared houses"
    case .nightTime: "Pubs, clubs and the night-time economy"
    case .foodRetail: "Takeaways and shops"
    case .openSpace: "Parks and open spaces"
    case .premises: "Other premises"
    case .other: "Something else"
    }
  }
}

package enum IntelligenceKind: String, CaseIterable, Sendable, Codable {
  case submission, police

  package var name: String {
    switch self {
    case .submission: "Partner submission"
    case .police: "Police item"
    }
  }
}

/// Where an item stands. The last three are its ends: its text is destroyed.
package enum IntelligenceState: String, CaseIterable, Sendable, Codable {
  case received, closed, returned, recalled, disposed

  package var name: String {
    switch self {
    case .received: "Received"
    case .closed: "Closed"
    case .returned: "Returned"
    case .recalled: "Recalled"
    case .disposed: "Disposed of"
    }
  }

  /// Whether it can still be opened.
  package var isOpenable: Bool { self == .received || self == .closed }
}

/// A step in the life of an item.
package enum IntelligenceStep: String, CaseIterable, Sendable, Codable {
  /// Saying, or saying anew, what became of it.
  case decide
  /// Sending a submission back, because it could identify somebody.
  case sendBack = "return"
  /// Taking it back: its originator alone.
  case recall
  /// Keeping it for a time, after it was looked at again.
  case keep
  case proposeDisposal = "propose_disposal"
  case refuseDisposal = "refuse_disposal"
  /// Destroying its text: somebody other than whoever proposed it.
  case dispose
}

extension IntelligenceState {
  /// The state that a step leads to; nil where the step cannot be taken.
  /// - Parameters:
  ///   - isSubmission: police items are not returned: they are recalled.
  ///   - isProposed: whether its disposal was proposed.
  ///   - isHeld: whether a legal hold stands, which forbids to destroy. A recall closes the item even so; its text goes when the hold does.
  package func after(_ step: IntelligenceStep, isSubmission: Bool, isProposed: Bool, isHeld: Bool) -> IntelligenceState? {
    guard isOpenable else { return nil }
    return switch step {
    case .decide: .closed
    case .sendBack: isSubmission && self == .received && !isHeld ? .returned : nil
    case .recall: .recalled
    case .keep, .proposeDisposal: isProposed ? nil : self
    case .refuseDisposal: isProposed ? self : nil
    case .dispose: isProposed && !isHeld ? .disposed : nil
    }
  }
}

/// When items are looked at again (information rules of the county; Code of Practice on Police Information and Records Management 2023).
package enum IntelligenceReview {
  /// After it was received, in days.
  package static let first = 365
  /// The longest until the next, in days: half a year.
  package static let longest = 184
  /// The longest that an item is kept, in years.
  package static let mostYears = 6
  /// Reviews so many days ahead are shown as due soon.
  package static let dueSoonDays = 28

  package static func end(received: Day) -> Day { received.adding(years: mostYears) }

  /// What is wrong with the day of the next review, as a sentence; nil where nothing is.
  package static func fault(next: Day, received: Day, today: Day) -> String? {
    if next <= today { return "The next review must be after today" }
    if next > today + longest { return "The next review must be within half a year, by \((today + longest).words)" }
    if next > end(received: received) { return "An item is kept for \(mostYears) years at most, until \(end(received: received).words). Propose its disposal instead" }
    return nil
  }
}

/// What a hot spot needs under it: fewer items than this, and it falls below the rule by which hot spots are suggested.
package enum HotSpotBasisRule {
  package static let leastItems = 3
}

/// What became of it, as whoever sent it is told.
package enum IntelligenceOutcome: String, CaseIterable, Sendable, Codable {
  case logCreated = "log_created"
  case taskedAsCrime = "tasked_as_crime"
  case referredSafeguarding = "referred_safeguarding"
  case noAction = "no_action"
  case identifyingData = "identifying_data"
  case duplicate

  package var name: String {
    switch self {
    case .logCreated: "Added to police intelligence"
    case .taskedAsCrime: "Passed on to be looked into as a crime"
    case .referredSafeguarding: "Referred to safeguarding"
    case .noAction: "No action for now"
    case .identifyingData: "Returned: it could identify somebody"
    case .duplicate: "Already known"
    }
  }

  /// What it means for whoever sent it.
  package var feedback: String {
    switch self {
    case .logCreated: "Thank you: it was used. A version that names nobody is now part of what the police know about the place."
    case .taskedAsCrime: "Thank you: it was used. An officer looks into it. You may be asked for more."
    case .referredSafeguarding: "Thank you: it was used. The Family Front Door has it now, and decides what follows."
    case .noAction: "Thank you. Nothing follows from it for now; it is kept, and read again beside what comes later."
    case .identifyingData: "It could identify a child or young person, so its text was destroyed. Send it again without what is listed here."
    case .duplicate: "Thank you. It was known already, and what you sent bears it out."
    }
  }

  /// Those that are said of an item that is kept; what is returned is destroyed.
  package static let ofKept = allCases.filter { $0 != .identifyingData }
}

/// The question before the form. All answers but one end there, with whom to tell instead.
package enum StopAnswer: String, CaseIterable, Sendable, Codable {
  case danger, child, crime, none

  package var label: String {
    switch self {
    case .danger: "Somebody is in danger now"
    case .child: "A child may be at risk of harm"
    case .crime: "It is a crime to report"
    case .none: "None of these: it is about a place or a pattern"
    }
  }

  /// Whether the form may be opened. Otherwise nothing is kept but that somebody was sent elsewhere.
  package var maySubmit: Bool { self == .none }
}
