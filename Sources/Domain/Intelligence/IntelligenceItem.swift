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

package enum IntelligenceState: String, CaseIterable, Sendable, Codable {
  case received, closed, recalled

  package var name: String {
    switch self {
    case .received: "Received"
    case .closed: "Closed"
    case .recalled: "Recalled"
    }
  }
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
