package import Domain
package import Foundation
package import Postgres

/// All of an item but what it says.
package struct IntelligenceItem: RowDecodable, Sendable {
  package var id: UUID
  package var reference: String
  package var csp: Int
  /// The district it is about, where that is known.
  package var authority: Int?
  package var theme: IntelligenceTheme
  package var point: GridPoint?
  package var happenedOn: Day?
  package var receivedOn: Day
  package var kind: IntelligenceKind
  package var grading: ItemGrading
  package var handled: ItemHandling
  package var sanitisedBy: String
  package var sanitisedOn: Day?
  package var marking: Marking
  package var handlingInstruction: String
  package var reviewBy: Day
  package var disposalProposedBy: UUID?
  package var isHeld: Bool
  package var originatorReference: String
  package var state: IntelligenceState
  package var outcome: IntelligenceOutcome?
  package var outcomeOn: Day?
  /// For which reasons a submission was returned.
  package var returnedRules: [ChildRule]
  package var author: UUID
  package var isDestroyed: Bool
  package var version: Int
  /// Whether it names the officer who asks, alone or with others.
  package var isReader: Bool
  /// Whether that officer has opened it before.
  package var wasOpened: Bool
  /// The conditions as that officer acknowledged them.
  package var acknowledged: String?

  /// The sealed columns are not among them: the web may not ask for those.
  static let columns: SQL = """
    i.id, i.reference, i.csp_id, i.authority_id, i.theme, st_x(i.point)::integer AS easting, st_y(i.point)::integer AS northing, i.happened_on, i.received_on, i.kind,
    i.source_grade, i.information_grade, i.handling, i.legacy_source, i.legacy_information, i.legacy_handling, i.conditions, i.action_code, i.sanitisation_code,
    i.originator_consent, i.authority_reference, i.sanitised_by, i.sanitised_on, i.classification, i.handling_instruction, i.review_by, i.disposal_proposed_by,
    sec.is_held(i.id) AS is_held, i.originator_reference, i.state, i.outcome, i.outcome_on, array_to_string(i.returned_rules, ',') AS returned_rules, i.author,
    i.destroyed_at IS NOT NULL AS is_destroyed, i.version,
    i.id IN (SELECT x FROM sec.items_naming_me() x) AS is_reader,
    EXISTS (SELECT FROM intelligence_reading r WHERE r.item_id = i.id AND r.account_id = sec.me()) AS was_opened,
    (SELECT k.conditions FROM intelligence_acknowledgement k WHERE k.item_id = i.id AND k.account_id = sec.me()) AS acknowledged
    """

  package init(row: Row) throws {
    id = try row.get("id")
    reference = try row.get("reference")
    csp = try row.get("csp_id")
    authority = try row.get("authority_id")
    theme = try row.get("theme")
    let easting: Int? = try row.get("easting"), northing: Int? = try row.get("northing")
    if let easting, let northing { point = GridPoint(easting: easting, northing: northing) }
    happenedOn = try row.get("happened_on")
    receivedOn = try row.get("received_on")
    kind = try row.get("kind")
    grading = try ItemGrading(row: row)
    handled = try ItemHandling(row: row)
    sanitisedBy = try row.get("sanitised_by")
    sanitisedOn = try row.get("sanitised_on")
    marking = try row.get("classification")
    handlingInstruction = try row.get("handling_instruction")
    reviewBy = try row.get("review_by")
    disposalProposedBy = try row.get("disposal_proposed_by")
    isHeld = try row.get("is_held")
    originatorReference = try row.get("originator_reference")
    state = try row.get("state")
    outcome = try row.get("outcome")
    outcomeOn = try row.get("outcome_on")
    returnedRules = try row.get("returned_rules", as: String.self).split(separator: ",").compactMap { ChildRule(rawValue: String($0)) }
    author = try row.get("author")
    isDestroyed = try row.get("is_destroyed")
    version = try row.get("version")
    isReader = try row.get("is_reader")
    wasOpened = try row.get("was_opened")
    acknowledged = try row.get("acknowledged")
  }

  var path: String { Path.intelligence(id) }
  /// Whether its handling keeps it with the police: nobody else is told that it is there.
  var isPoliceOnly: Bool { if case .legacy(let legacy) = grading { legacy.handling.staysWithPolice && handled.consent.isEmpty } else { false } }
  /// Whether the reader has to acknowledge its conditions before it opens.
  var asksAcknowledgement: Bool { Conditions.askAcknowledgement(handled.conditions, acknowledged: acknowledged) }
  func after(_ step: IntelligenceStep) -> IntelligenceState? {
    state.after(step, isSubmission: kind == .submission, isProposed: disposalProposedBy != nil, isHeld: isHeld)
  }
}

/// How an item is graded: by the scheme it came with, and never turned into another.
package enum ItemGrading: Sendable, Hashable {
  /// A partner’s submission.
  case ungraded
  case graded(Grading)
  case legacy(LegacyGrading)

  init(row: Row) throws {
    let source: Int? = try row.get("source_grade"), information: InformationGrade? = try row.get("information_grade"), handling: Handling? = try row.get("handling")
    let before: LegacySource? = try row.get("legacy_source"), known: Int? = try row.get("legacy_information"), given: Int? = try row.get("legacy_handling")
    if let before, let known = known.flatMap(LegacyInformation.init), let given = given.flatMap(LegacyHandling.init) {
      self = .legacy(LegacyGrading(before, known, given))
    } else if let source = source.flatMap(SourceGrade.init), let information, let handling {
      self = .graded(Grading(source, information, handling))
    } else {
      self = .ungraded
    }
  }

  package var scheme: GradingScheme {
    switch self {
    case .ungraded: .ungraded
    case .graded: .threeFiveTwo
    case .legacy: .fiveFiveFive
    }
  }

  /// "1A P", or nil for what is not graded.
  package var code: String? {
    switch self {
    case .ungraded: nil
    case .graded(let grading): grading.code
    case .legacy(let legacy): legacy.code
    }
  }

  package var words: String {
    switch self {
    case .ungraded: "Not graded: a partner’s submission"
    case .graded(let grading): "\(grading.code): \(grading.source.words.lowercased()) source; \(grading.information.words.lowercased())"
    case .legacy(let legacy): legacy.words
    }
  }
}

/// How an item may be handled, in the words and codes it came with.
package struct ItemHandling: Sendable, Hashable {
  /// What readers must keep to; empty where there is nothing.
  package var conditions: String
  package var action: ActionCode?
  package var sanitisation: SanitisationCode?
  /// When and how the originator agreed that partners may read what 5x5x5 kept with the police.
  package var consent: String
  /// The authority to share handling 2 of 5x5x5.
  package var authority: String

  package init(conditions: String = "", action: ActionCode? = nil, sanitisation: SanitisationCode? = nil, consent: String = "", authority: String = "") {
    self.conditions = conditions
    self.action = action
    self.sanitisation = sanitisation
    self.consent = consent
    self.authority = authority
  }

  init(row: Row) throws {
    self.init(
      conditions: try row.get("conditions"), action: try row.get("action_code"), sanitisation: try row.get("sanitisation_code"), consent: try row.get("originator_consent"),
      authority: try row.get("authority_reference"))
  }
}

/// An item as it is sent or recorded.
package struct NewIntelligence: Sendable {
  package var csp: Int
  package var kind: IntelligenceKind
  package var theme: IntelligenceTheme
  package var point: GridPoint?
  /// The district it is about; where it is nil, the one that the point lies in.
  package var authority: Int?
  package var happenedOn: Day?
  package var grading: ItemGrading
  package var handled: ItemHandling
  package var sanitisedBy: String
  package var sanitisedOn: Day?
  package var marking: Marking
  package var handlingInstruction: String
  /// When it is looked at again; a year after it was received where nothing is said.
  package var reviewBy: Day?
  package var originatorReference: String
  /// What it says. Sealed before it leaves the process.
  package var text: String
  /// Who may open it. For a submission, those who screen it are named instead.
  package var readers: [UUID]
  package var groups: [IntelligenceGroup]
  /// The returned submission in whose place it is sent.
  package var replaces: UUID?

  package init(
    csp: Int, kind: IntelligenceKind, theme: IntelligenceTheme, point: GridPoint? = nil, authority: Int? = nil, happenedOn: Day? = nil, grading: ItemGrading = .ungraded,
    handled: ItemHandling = ItemHandling(), sanitisedBy: String = "", sanitisedOn: Day? = nil, marking: Marking = .official, handlingInstruction: String = "",
    reviewBy: Day? = nil, originatorReference: String = "", text: String, readers: [UUID] = [], groups: [IntelligenceGroup] = [], replaces: UUID? = nil
  ) {
    self.csp = csp
    self.kind = kind
    self.theme = theme
    self.point = point
    self.authority = authority
    self.happenedOn = happenedOn
    self.grading = grading
    self.handled = handled
    self.sanitisedBy = sanitisedBy
    self.sanitisedOn = sanitisedOn
    self.marking = marking
    self.handlingInstruction = handlingInstruction
    self.reviewBy = reviewBy
    self.originatorReference = originatorReference
    self.text = text
    self.readers = readers
    self.groups = groups
    self.replaces = replaces
  }
}

/// Several whom an item names at once, now and later: whoever belongs to them on the day of the opening.
package enum IntelligenceGroup: Sendable, Hashable {
  case organisation(Int)
  /// Whoever reads intelligence in the district.
  case district(Int)
  /// Whoever reads intelligence in the partnership.
  case partnership(Int)

  /// "organisation-3": as the form sends it.
  package init?(_ text: String) {
    let parts = text.split(separator: "-")
    guard parts.count == 2, let number = Int16(parts[1]), number > 0 else { return nil }
    switch parts[0] {
    case "organisation": self = .organisation(Int(number))
    case "district": self = .district(Int(number))
    case "partnership": self = .partnership(Int(number))
    default: return nil
    }
  }

  package var kind: String {
    switch self {
    case .organisation: "organisation"
    case .district: "district"
    case .partnership: "partnership"
    }
  }
  package var number: Int {
    switch self {
    case .organisation(let id), .district(let id), .partnership(let id): id
    }
  }
  package var text: String { "\(kind)-\(number)" }

  /// Those that an item of a partnership may name.
  static func possible(in csp: Int, _ settings: Settings, on day: Day) -> [IntelligenceGroup] {
    let districts = settings.county.authorities.filter { $0.partnership == csp }
    let organisations = settings.county.organisations.filter { one in
      one.authorities.contains { id in districts.contains { $0.id == id } } && (one.until.flatMap(Day.init(iso:)).map { day < $0 } ?? true)
    }
    return [.partnership(csp)] + districts.map { .district($0.id) } + organisations.map { .organisation($0.id) }
  }

  func name(_ settings: Settings) -> String {
    switch self {
    case .organisation(let id): "\(settings.organisation(id)?.name ?? "An organisation"): those who read intelligence"
    case .district(let id): "Everybody who reads intelligence in \(settings.authority(id)?.name ?? "the district")"
    case .partnership(let id): "Everybody who reads intelligence in \(settings.partnership(id)?.name ?? "the partnership")"
    }
  }
}

/// Somebody whom an item may name.
package struct IntelligenceReader: RowDecodable, Sendable {
  package var id: UUID
  package var name: String
  package var mayHandle: Bool

  package init(row: Row) throws {
    id = try row.get("id")
    name = try row.get("name")
    mayHandle = try row.get("may_handle")
  }
}

/// One opening of an item.
package struct IntelligenceReading: RowDecodable, Sendable {
  package var name: String
  package var at: Date

  package init(row: Row) throws {
    name = try row.get("name")
    at = try row.get("at")
  }
}
