import Domain
import Foundation

/// The invented register: about 1,500 drivers and 60 operators, with dates counted from today, so that every light, list and
/// exception is seen whenever the demonstration is loaded.
struct DemoRegister: Sendable {
  struct Licence: Codable, Sendable {
    var id: UUID
    var party: UUID
    var authority: Int
    var kind: LicenceKind
    var reference: String
    var badge: String?
    var business: Bool
    var name: String
    var family: String
    var given: String
    var trading: String?
    var email: String?
    var phone: String?
    var address: String
    var postcode: String
    var anchor: Day
  }
  struct Term: Codable, Sendable {
    var id: UUID
    var licence: UUID
    var authority: Int
    var kind: LicenceKind
    var event: String
    var from: Day
    var before: Day
    var granted: Day
  }
  struct Restriction: Codable, Sendable {
    var licence: UUID
    var authority: Int
    var kind: RestrictionKind
    var cause: SuspensionCause?
    var reason: String
    var from: Day
    var lifted: Day?
  }
  struct Issue: Codable, Sendable {
    var id: UUID
    var licence: UUID
    var authority: Int
    var kind: LicenceKind
    var version: UUID
    var occasion: Occasion
    var channel: Channel
    var on: Day
    var before: Day
    var term: UUID?
    var acknowledged: Day?
    var method: AcknowledgementMethod?
    var returned: Bool
  }
  struct Exception: Codable, Sendable {
    var term: UUID
    var licence: UUID
    var authority: Int
    var reason: String
  }
  struct Training: Codable, Sendable {
    var licence: UUID
    var authority: Int
    var on: Day
    var before: Day
  }

  private(set) var licences: [Licence] = []
  private(set) var terms: [Term] = []
  private(set) var restrictions: [Restriction] = []
  private(set) var issues: [Issue] = []
  private(set) var exceptions: [Exception] = []
  private(set) var trainings: [Training] = []

  private var chance: SeededChance
  private let today: Day
  private let versions: (first: UUID, second: UUID, secondFrom: Day)

  /// - Parameter versions: the two versions of the drivers' guidance, the second re-issued to all since `secondFrom`.
  init(today: Day, authorities: [Settings.Authority], drivers: Int, operators: Int, versions: (first: UUID, second: UUID, secondFrom: Day)) {
    self.today = today
    self.versions = versions
    chance = SeededChance(seed: 2015)
    for number in 0..<(drivers + operators) {
      // Worcester and Redditch have the larger trades.
      let weighted = authorities + authorities.filter { ["worcester", "redditch"].contains($0.slug) }
      add(number: number, isOperator: number >= drivers, in: chance.pick(weighted))
    }
  }

  private mutating func add(number: Int, isOperator: Bool, in authority: Settings.Authority) {
    let kind: LicenceKind = isOperator ? .privateHireOperator : chance.pick([.privateHireDriver, .privateHireDriver, .privateHireDriver, .hackneyDriver, .hackneyDriver, .dualDriver])
    let years = chance.happens(15) ? 1 : (isOperator ? 5 : 3)
    let fate = Int.random(in: 0..<100, using: &chance)
    let start = termStart(years: years, expired: fate < 7)
    let licence = makeLicence(number: number, kind: kind, authority: authority, anchor: start)
    licences.append(licence)
    // An earlier term for most, so that histories have a past.
    if chance.happens(60), let earlier = start.adding(years: -years) as Day? {
      terms.append(Term(id: uuid(), licence: licence.id, authority: authority.id, kind: kind, event: "grant", from: earlier, before: start, granted: earlier + -3))
      addTerm(licence, event: "renewal", from: start, years: years)
      addHistory(licence, from: earlier, to: start)
    } else {
      addTerm(licence, event: "grant", from: start, years: years)
    }
    addHistory(licence, from: start, to: today)
    restrict(licence, fate: fate)
    if chance.happens(72) {
      let on = today + -Int.random(in: 20..<1250, using: &chance)
      trainings.append(Training(licence: licence.id, authority: authority.id, on: on, before: on.adding(years: 3)))
    }
  }

  private mutating func makeLicence(number: Int, kind: LicenceKind, authority: Settings.Authority, anchor: Day) -> Licence {
    let given = chance.pick(InventedNames.given)
    let family = chance.pick(InventedNames.family)
    let firm = chance.pick(InventedNames.firms) + " " + chance.pick(InventedNames.firmEndings)
    let isOperator = kind == .privateHireOperator
    let incorporated = isOperator && firm.hasSuffix("Ltd")
    let prefix = authority.name.split(separator: " ").map { $0.prefix(2).uppercased() }.joined().prefix(3)
    let code = switch kind { case .hackneyDriver: "HCD"; case .privateHireDriver: "PHD"; case .dualDriver: "DD"; default: "PHO" }
    let badge = isOperator ? nil : String(20_011 + number * 17)
    let number = String(1000 + number)
    return Licence(
      id: uuid(), party: uuid(), authority: authority.id, kind: kind, reference: "\(prefix)-\(code)-\(number)",
      badge: badge, business: incorporated,
      name: incorporated ? firm : "\(given) \(family)", family: incorporated ? firm : family, given: incorporated ? "" : given,
      trading: isOperator && !incorporated ? firm : nil,
      email: chance.happens(70) ? "\(given.lowercased()).\(number)@example.org" : nil,
      phone: chance.happens(85) ? "07700 900\(String(100 + Int.random(in: 0..<900, using: &chance)))" : nil,
      address: "\(Int.random(in: 1..<120, using: &chance)) \(chance.pick(InventedNames.streets))\n\(authority.name)",
      postcode: postcode(authority), anchor: anchor)
  }

  /// Areas of the county; the inward parts use letters that no real postcode has (C, I, K, M, O, V).
  private mutating func postcode(_ authority: Settings.Authority) -> String {
    let areas = ["bromsgrove": ["B60", "B61"], "redditch": ["B97", "B98"], "worcester": ["WR1", "WR2"], "wychavon": ["WR9", "WR10"],
      "malvern-hills": ["WR13", "WR14"], "wyre-forest": ["DY10", "DY11"]]
    let impossible = ["C", "I", "K", "M", "O", "V"]
    return "\(chance.pick(areas[authority.slug] ?? ["WR1"])) \(Int.random(in: 0..<10, using: &chance))\(chance.pick(impossible))\(chance.pick(impossible))"
  }

  /// Spread over the whole term, with a cluster of anniversaries and ends around today.
  private mutating func termStart(years: Int, expired: Bool) -> Day {
    if expired { return today.adding(years: -years) + -Int.random(in: 1..<200, using: &chance) }
    if chance.happens(8) { // ends within sixty days
      return today.adding(years: -years) + Int.random(in: 1..<60, using: &chance)
    }
    let back = Int.random(in: 0..<years, using: &chance)
    if chance.happens(10) { return today.adding(years: -back) + -Int.random(in: 0..<20, using: &chance) }
    return today.adding(years: -back) + -Int.random(in: 0..<360, using: &chance)
  }

  private mutating func addTerm(_ licence: Licence, event: String, from: Day, years: Int) {
    let term = Term(id: uuid(), licence: licence.id, authority: licence.authority, kind: licence.kind, event: event, from: from,
      before: from.adding(years: years), granted: min(from, today) + -Int.random(in: 0..<10, using: &chance))
    terms.append(term)
    guard event == "renewal" else { return }
    if chance.happens(88) {
      issue(licence, on: term.granted, occasion: .renewal, channel: .withLicencePack, term: term)
    } else if chance.happens(75) {
      exceptions.append(Exception(term: term.id, licence: licence.id, authority: licence.authority,
        reason: chance.pick(["Leaflets out of stock; to be posted", "Renewed by post, pack sent without the leaflet", "Holder was called away before it could be given",
          "System was down; licence printed by hand"])))
    }
  }

  /// Guidance at each anniversary of the past, given in most years; more often lately.
  private mutating func addHistory(_ licence: Licence, from: Day, to: Day) {
    var cycle = from
    while cycle < to {
      let next = cycle.adding(years: 1)
      let recent = next > today
      if chance.happens(recent ? 84 : 70) {
        let on = cycle + Int.random(in: 0..<(recent ? 12 : 40), using: &chance)
        if on <= today, on < next { issue(licence, on: on, occasion: cycle == from ? .grant : .anniversary, channel: chance.pick([.hand, .letter, .email, .hand]), term: nil) }
      }
      cycle = next
    }
  }

  private mutating func issue(_ licence: Licence, on: Day, occasion: Occasion, channel: Channel, term: Term?) {
    let isSecond = on >= versions.secondFrom
    var end = (term?.from ?? licence.anchor)
    while end <= max(on, term?.from ?? on) { end = end.adding(years: 1) }
    while let earlier = end.adding(years: -1) as Day?, earlier > max(on, term?.from ?? on) { end = earlier }
    let acknowledged = chance.happens(68) && on < today
    issues.append(Issue(
      id: uuid(), licence: licence.id, authority: licence.authority, kind: licence.kind, version: isSecond ? versions.second : versions.first,
      occasion: occasion, channel: channel, on: on, before: end, term: term?.id,
      acknowledged: acknowledged ? min(today, on + Int.random(in: 0..<14, using: &chance)) : nil,
      method: acknowledged ? chance.pick([.wetSignature, .wetSignature, .emailReply, .renewalFormDeclaration]) : nil,
      returned: channel == .letter && chance.happens(6)))
  }

  private mutating func restrict(_ licence: Licence, fate: Int) {
    let start = today + -Int.random(in: 3..<150, using: &chance)
    func made(_ kind: RestrictionKind, _ cause: SuspensionCause?, _ reason: String, lifted: Day? = nil) -> Restriction {
      Restriction(licence: licence.id, authority: licence.authority, kind: kind, cause: cause, reason: reason, from: start, lifted: lifted)
    }
    switch fate {
    case 90, 91: restrictions.append(made(.suspension, chance.pick([.trainingNonCompliance, .medical, .dbs]), "Awaiting papers"))
    case 92: restrictions.append(made(.suspension, .publicSafetyImmediate, "Decision of the delegated officer"))
    case 93: restrictions.append(made(.revocation, nil, "Decision of the committee"))
    case 94: restrictions.append(made(.surrender, nil, "Licence handed in"))
    case 95: restrictions.append(made(.suspension, .medical, "Certificate late", lifted: start + 2))
    default: break
    }
  }

  private mutating func uuid() -> UUID {
    var bytes = withUnsafeBytes(of: (chance.next(), chance.next())) { Array($0) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }
}
