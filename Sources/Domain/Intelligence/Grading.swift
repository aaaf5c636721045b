/// How reliable the source is (College of Policing, 3x5x2 intelligence report).
package enum SourceGrade: Int, CaseIterable, Sendable, Codable {
  case reliable = 1, untested, notReliable

  package var words: String {
    switch self {
    case .reliable: "Reliable"
    case .untested: "Untested"
    case .notReliable: "Not reliable"
    }
  }
}

/// How the information is known (College of Policing, 3x5x2 intelligence report).
package enum InformationGrade: String, CaseIterable, Sendable, Codable {
  case a = "A", b = "B", c = "C", d = "D", e = "E"

  package var words: String {
    switch self {
    case .a: "Known directly to the source"
    case .b: "Known indirectly to the source but corroborated"
    case .c: "Known indirectly to the source"
    case .d: "Not known"
    case .e: "Suspected to be false"
    }
  }
}

/// Whether it may be shared as it is, or under conditions (College of Policing, 3x5x2 intelligence report).
package enum Handling: String, CaseIterable, Sendable, Codable {
  case permitted = "P", conditions = "C"

  package var words: String {
    switch self {
    case .permitted: "Lawful sharing permitted"
    case .conditions: "Lawful sharing permitted with conditions"
    }
  }

  /// The longest that conditions may be, in characters.
  package static let mostCharacters = 500

  /// What is wrong with the conditions, as a sentence, or nil. They are said where, and only where, there are any.
  package func fault(in conditions: String) -> String? {
    switch self {
    case .permitted: conditions.isEmpty ? nil : "Choose sharing with conditions, or take the conditions away"
    case .conditions:
      conditions.isEmpty ? "Enter the conditions that readers must keep"
        : conditions.count > Self.mostCharacters ? "Enter conditions of \(Self.mostCharacters) characters or fewer" : nil
    }
  }
}

/// What may be done with what is under conditions (College of Policing, 3x5x2, handling code C).
package enum ActionCode: String, CaseIterable, Sendable, Codable {
  case covertDevelopment = "A1", covertUse = "A2", overtUse = "A3"

  package var words: String {
    switch self {
    case .covertDevelopment: "Covert development"
    case .covertUse: "Covert use"
    case .overtUse: "Overt use"
    }
  }
}

/// Who may sanitise it further (College of Policing, 3x5x2, handling code C).
package enum SanitisationCode: String, CaseIterable, Sendable, Codable {
  case delegated = "S1", consult = "S2"

  package var words: String {
    switch self {
    case .delegated: "Delegated authority to sanitise"
    case .consult: "Consult the originator first"
    }
  }
}

/// Whether the conditions have to be acknowledged before the text is opened, whatever scheme they come from.
package enum Conditions {
  /// - Parameter acknowledged: the words that this reader acknowledged, if any. Conditions that changed are acknowledged anew.
  package static func askAcknowledgement(_ conditions: String, acknowledged: String?) -> Bool { !conditions.isEmpty && acknowledged != conditions }
}

/// All three together: "1A P".
package struct Grading: Hashable, Sendable {
  package var source: SourceGrade
  package var information: InformationGrade
  package var handling: Handling

  package init(_ source: SourceGrade, _ information: InformationGrade, _ handling: Handling) {
    self.source = source
    self.information = information
    self.handling = handling
  }

  package var code: String { "\(source.rawValue)\(information.rawValue) \(handling.rawValue)" }
}
