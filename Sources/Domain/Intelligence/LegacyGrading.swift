/// How reliable the source is, as 5x5x5 said it until 2016 (National Intelligence Model). Kept as it came: it is no 3x5x2.
package enum LegacySource: String, CaseIterable, Sendable, Codable {
  case a = "A", b = "B", c = "C", d = "D", e = "E"

  package var words: String {
    switch self {
    case .a: "Always reliable"
    case .b: "Mostly reliable"
    case .c: "Sometimes reliable"
    case .d: "Unreliable"
    case .e: "Untested"
    }
  }
}

/// How the information is judged, as 5x5x5 said it.
package enum LegacyInformation: Int, CaseIterable, Sendable, Codable {
  case one = 1, two, three, four, five

  package var words: String {
    switch self {
    case .one: "Known to be true without reservation"
    case .two: "Known personally to the source but not to the officer"
    case .three: "Not known personally to the source but corroborated"
    case .four: "Cannot be judged"
    case .five: "Suspected to be false or malicious"
    }
  }
}

/// To whom it may be given, as 5x5x5 said it. Each has its own gate here.
package enum LegacyHandling: Int, CaseIterable, Sendable, Codable {
  case lawEnforcement = 1, otherParties, abroad, originatorOnly, referBack

  package var words: String {
    switch self {
    case .lawEnforcement: "To law enforcement in the United Kingdom and the European Economic Area"
    case .otherParties: "To parties in the United Kingdom that do not prosecute, with authority"
    case .abroad: "To law enforcement elsewhere, under special conditions"
    case .originatorOnly: "Within the originating agency only"
    case .referBack: "No further: refer to the originator"
    }
  }

  /// Whether it stays with the police unless the originator agreed to more.
  package var staysWithPolice: Bool { self == .lawEnforcement || self == .abroad || self == .referBack }

  /// Why an item with this handling may not be taken in as it is, with the field that mends it; nil where it may.
  /// - Parameters:
  ///   - consent: when and how the originator agreed that partners may read it.
  ///   - authority: the reference of the authority to give it to others.
  ///   - policeOnly: whether whoever records it and everybody it names works for the police.
  package func fault(consent: String, authority: String, conditions: String, policeOnly: Bool) -> (field: String, sentence: String)? {
    switch self {
    case .originatorOnly:
      ("legacy-handling", "Handling 4 stays within the originating agency. It cannot be recorded here: ask the originator for a version that may be shared")
    case .otherParties where authority.isEmpty: ("authority", "Enter the reference of the authority to share it: handling 2 needs one")
    case .abroad where conditions.isEmpty: ("legacy-conditions", "Enter the special conditions: handling 3 has some")
    case .lawEnforcement, .abroad, .referBack:
      policeOnly || !consent.isEmpty
        ? nil : ("consent", "Enter when and how the originator agreed, or name police readers only: handling \(rawValue) does not reach partners otherwise")
    case .otherParties: nil
    }
  }
}

/// All three together: "B 3 2".
package struct LegacyGrading: Hashable, Sendable {
  package var source: LegacySource
  package var information: LegacyInformation
  package var handling: LegacyHandling

  package init(_ source: LegacySource, _ information: LegacyInformation, _ handling: LegacyHandling) {
    self.source = source
    self.information = information
    self.handling = handling
  }

  package var code: String { "\(source.rawValue)\(information.rawValue) \(handling.rawValue)" }
  package var words: String { "\(code) of 5x5x5: \(source.words.lowercased()) source; \(information.words.lowercased())" }
}

/// By which scheme an item is graded.
package enum GradingScheme: String, CaseIterable, Sendable, Codable {
  case ungraded
  case threeFiveTwo = "3x5x2"
  case fiveFiveFive = "5x5x5"

  package var name: String { self == .ungraded ? "Not graded" : rawValue }
}

/// What a paper is marked with. Two of them may be held here; the others say what to do instead.
package enum Marking: String, CaseIterable, Sendable, Codable {
  case official
  case officialSensitive = "official_sensitive"
  case secret
  case topSecret = "top_secret"
  case notMarked = "not_protectively_marked"
  case protect, restricted, confidential

  package var name: String {
    switch self {
    case .official: "OFFICIAL"
    case .officialSensitive: "OFFICIAL-SENSITIVE"
    case .secret: "SECRET"
    case .topSecret: "TOP SECRET"
    case .notMarked: "NOT PROTECTIVELY MARKED"
    case .protect: "PROTECT"
    case .restricted: "RESTRICTED"
    case .confidential: "CONFIDENTIAL"
    }
  }

  /// Why it cannot be held under this marking; nil for the two under which it can.
  package var refusal: String? {
    switch self {
    case .official, .officialSensitive: nil
    case .secret, .topSecret: "\(name) may not be held here. Do not type it in: speak to your security adviser"
    case .notMarked, .protect, .restricted, .confidential:
      "\(name) is a marking of the scheme that ended in 2014. Ask the originator to mark it anew, then choose OFFICIAL or OFFICIAL-SENSITIVE"
    }
  }
}
