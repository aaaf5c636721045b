package import Domain
import Postgres
package import Web

/// What a list of licences is narrowed by. It reads itself from an address, says itself in English, and becomes conditions.
package struct LicenceFilter: Sendable, Equatable {
  /// Which kinds the list holds at all.
  package var register: Register
  package var authority: Int?
  package var kind: LicenceKind?
  package var status: LicenceStatus?
  package var guidance: GuidanceState?
  package var acknowledgement: AcknowledgementState?
  package var training: TrainingState?
  /// Days within which the licence ends.
  package var expiringWithin: Int?
  /// The day that standing and lights are asked of.
  package var day: Day
  /// Whether that day was asked for, rather than being today.
  package var isAnotherDay: Bool

  package enum GuidanceState: String, CaseIterable, Sendable {
    case held, due, overdue
    var words: String {
      switch self {
      case .held: "guidance held"
      case .due: "guidance due"
      case .overdue: "guidance overdue"
      }
    }
  }
  package enum AcknowledgementState: String, CaseIterable, Sendable {
    case acknowledged, outstanding
    var words: String { self == .acknowledged ? "guidance acknowledged" : "acknowledgement outstanding" }
  }
  package enum TrainingState: String, CaseIterable, Sendable {
    case valid, expiring, expired, none
    var words: String {
      switch self {
      case .valid: "training valid"
      case .expiring: "training running out"
      case .expired: "training run out"
      case .none: "no training recorded"
      }
    }
  }

  /// Reads an address leniently: a value that is not one of ours is as if it were not there.
  package init(_ register: Register, _ query: QueryItems, today: Day, settings: Settings) {
    self.register = register
    authority = query["district"].flatMap { slug in settings.authority(slug: slug)?.id }
    kind = query["kind"].flatMap(LicenceKind.init).flatMap { register.kinds.contains($0) ? $0 : nil }
    status = query["status"].flatMap(LicenceStatus.init)
    guidance = query["guidance"].flatMap(GuidanceState.init)
    acknowledgement = query["acknowledgement"].flatMap(AcknowledgementState.init)
    training = query["training"].flatMap(TrainingState.init)
    expiringWithin = query["expiring"].flatMap(Int.init).flatMap { (1...366).contains($0) ? $0 : nil }
    let asked = query["on"].flatMap { Day(iso: $0) }
    day = asked ?? today
    isAnotherDay = asked != nil && asked != today
  }

  /// "Current private hire drivers in Redditch with guidance overdue whose licence ends within 30 days"
  package func sentence(_ settings: Settings) -> String {
    let noun = kind?.pluralWithin ?? register.title.lowercased()
    var text = status.map { "\($0.name) \(noun)" } ?? (noun.prefix(1).uppercased() + noun.dropFirst())
    if let authority = authority.flatMap(settings.authority) { text += " in \(authority.name)" }
    let states = [guidance?.words, acknowledgement?.words, training?.words].compactMap { $0 }
    if let last = states.last { text += " with " + (states.count > 1 ? states.dropLast().joined(separator: ", ") + " and " + last : last) }
    if let expiringWithin { text += " whose licence ends within \(expiringWithin) days" }
    if isAnotherDay { text += ", as at \(day.words)" }
    return text
  }

  /// Each thing applied, with the address that takes it away.
  func chosen(_ query: QueryItems, _ settings: Settings) -> [FilterPanel.Chosen] {
    let bare = query.removing("after", "before")
    let all: [(String, String?)] = [
      ("district", authority.flatMap { settings.authority($0)?.name }), ("kind", kind?.plural), ("status", status?.name),
      ("guidance", guidance.map { $0.words.capitalizedFirst }), ("acknowledgement", acknowledgement.map { $0.words.capitalizedFirst }),
      ("training", training.map { $0.words.capitalizedFirst }), ("expiring", expiringWithin.map { "Ends within \($0) days" }),
      ("on", isAnotherDay ? "As at \(day.words)" : nil),
    ]
    return all.compactMap { name, label in label.map { FilterPanel.Chosen($0, removeAddress: bare.removing(name).address) } }
  }

  var asksLights: Bool { status != nil || guidance != nil || acknowledgement != nil || training != nil || expiringWithin != nil }

  /// Conditions on the licence r alone: indexes serve these.
  var plainConditions: [SQL] {
    var all: [SQL] = []
    if let kind { all.append("r.kind = \(kind)") } else { all.append("r.kind = ANY(\(register.kinds.map(\.rawValue)))") }
    if let authority { all.append("r.authority_id = \(Int16(authority))") }
    if let expiringWithin { all.append("r.term_ends_before > \(day) AND r.term_ends_before <= \(day + expiringWithin)") }
    // Implied by the conditions on lights, and cheap: a page then ends as soon as it is full.
    if guidance != nil || acknowledgement != nil || status == .current || expiringWithin != nil {
      all.append("coalesce(r.term_ends_before, 'infinity') > \(day)")
    }
    switch status {
    case .expired: all.append("r.term_ends_before <= \(day)")
    case .suspended, .revoked, .surrendered, .refused:
      let restriction: RestrictionKind = switch status {
      case .suspended: .suspension
      case .revoked: .revocation
      case .surrendered: .surrender
      default: .refusal
      }
      all.append(
        """
        r.id = ANY(ARRAY(SELECT b.registration_id FROM restriction b WHERE b.starts_on <= \(day)
          AND (b.lifted_on IS NULL OR b.lifted_on > \(day)) AND b.kind = \(restriction)))
        """)
    default: break
    }
    return all
  }

  /// Conditions on standing and lights l.
  var lightConditions: [SQL] {
    var all: [SQL] = []
    if let status { all.append("l.status = \(status)") } else if expiringWithin != nil { all.append("l.status = 'current'") }
    if let guidance { all.append("l.guidance = \(guidance.rawValue)") }
    if let acknowledgement { all.append("l.ack = \(acknowledgement.rawValue)") }
    if let training { all.append("l.training = \(training.rawValue)") }
    return all
  }
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension Register {
  /// The address of its list.
  package var path: String { "/" + rawValue }
  /// What one of its registrations is called: a licence, or for accommodation a registration.
  var noun: String { self == .accommodation ? "registration" : "licence" }
  /// The Add link of its list, and the title of the form behind it.
  var addWords: String {
    switch self {
    case .drivers: "Add a driver’s licence"
    case .operators: "Add an operator’s licence"
    case .premises: "Add licensed premises"
    case .accommodation: "Add accommodation"
    }
  }
}
