/// How a register's own words for kinds of registration are read.
extension LicenceKind {
  package enum Reading: Hashable, Sendable {
    case kind(LicenceKind)
    /// Something that this register does not keep, in words: "a vehicle’s licence, not a driver’s or operator’s".
    case other(String)
    case unknown

    package var kind: LicenceKind? { if case .kind(let kind) = self { kind } else { nil } }
  }

  /// What the words mean: "HC/PH Driver", "MEDALLION TAXI DRIVER", "Club Premises Certificate", "Hotel/bed & breakfast/guest house".
  package static func reading(_ text: String) -> Reading {
    guard text.utf8.count <= 80 else { return .unknown }
    let words = Set(ImportWords.folded(text).split(separator: " "))
    func any(_ list: Substring...) -> Bool { list.contains { words.contains($0) } }
    if let place = placeReading(words) { return place }
    let driver = any("driver", "drivers", "badge", "hcd", "phd", "hcphd", "chauffeur")
    let hackney = any("hackney", "taxi", "hc", "hcd", "hcv", "hackneycarriage", "cab", "hv")
    let privateHire =
      (any("private", "privatehire") && any("hire", "privatehire")) || any("ph", "phd", "phv", "livery", "minicab", "fhv", "privatehire")
    let dual = any("dual", "combined", "joint", "both", "hcph", "hcphd", "phhc") || (hackney && privateHire)
    if any("operator", "operators", "pho", "phol") { return .kind(.privateHireOperator) }
    if any("vehicle", "vehicles", "proprietor", "hcv", "plate"), !driver { return .other("a vehicle’s licence, not a driver’s or operator’s") }
    if dual { return .kind(.dualDriver) }
    if hackney { return .kind(.hackneyDriver) }
    if privateHire { return .kind(.privateHireDriver) }
    return .unknown
  }

  /// Premises (Licensing Act 2003), houses in multiple occupation (Housing Act 2004), and the business types of the food hygiene register.
  private static func placeReading(_ words: Set<Substring>) -> Reading? {
    func any(_ list: Substring...) -> Bool { list.contains { words.contains($0) } }
    if any("club"), any("certificate", "premises") { return .kind(.clubCertificate) }
    if any("temporary"), any("event", "notice", "ten") { return .other("a temporary event notice, which is over in a week and not kept here") }
    if any("personal"), any("licence", "license") { return .other("a personal licence, which belongs to no place") }
    if any("premises", "premise"), any("licence", "license", "licensed") { return .kind(.premisesLicence) }
    if any("selective") { return .kind(.selectiveLicence) }
    if any("hmo", "occupation", "hmos") { return .kind(any("additional") ? .additionalHMO : .mandatoryHMO) }
    if any("hotel", "hotels") { return .kind(.hotel) }
    if any("guest", "breakfast", "bnb", "guesthouse") { return .kind(.guestHouse) }
    if any("hostel", "hostels") { return .kind(.hostel) }
    if any("airbnb") || (any("short") && any("let", "lets", "term")) { return .kind(.shortLet) }
    if foodBusinesses.contains(where: { $0.isSubset(of: words) }) { return .other("a food business that is no place to stay") }
    return nil
  }

  /// The other business types of the Food Standards Agency's register.
  private static let foodBusinesses: [Set<Substring>] = [
    ["restaurant"], ["pub"], ["retailers"], ["takeaway"], ["caterer"], ["caring"], ["catering"], ["school"], ["supermarkets"], ["manufacturers"],
    ["distributors"], ["farmers"], ["importers"], ["mobile", "caterer"],
  ]
}

/// What a register says of a licence on the day it was drawn.
package enum ImportedStatus: String, Codable, CaseIterable, Hashable, Sendable {
  case pending = "PENDING"
  case current = "CURRENT"
  case suspended = "SUSPENDED"
  case expired = "EXPIRED"
  case revoked = "REVOKED"
  case surrendered = "SURRENDERED"
  case refused = "REFUSED"

  package var words: String { rawValue.lowercased() }

  /// Nil for words it does not know: those are asked about, never guessed.
  package init?(words text: String) {
    guard text.utf8.count <= 60 else { return nil }
    switch ImportWords.folded(text) {
    case "active", "current", "granted", "issued", "valid", "live", "licensed", "in force", "renewed", "approved",
      "licence issued", "licence granted": self = .current
    case "pending", "applied", "application", "in progress", "awaiting", "not issued", "under consideration",
      "application received", "awaiting decision", "new application", "received": self = .pending
    case "suspended", "suspension", "suspend", "temporarily suspended": self = .suspended
    case "expired", "lapsed", "ended", "not renewed", "expire", "licence expired": self = .expired
    case "revoked", "revocation", "revoke", "licence revoked": self = .revoked
    case "surrendered", "surrender", "handed in", "relinquished", "licence surrendered", "voluntarily surrendered":
      self = .surrendered
    case "refused", "denied", "rejected", "refusal", "declined", "application refused", "not granted": self = .refused
    default: return nil
    }
  }
}
