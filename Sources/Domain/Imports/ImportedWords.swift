/// The kinds of licence a register of drivers and operators holds, by their codes.
package enum ImportedKind: String, Codable, CaseIterable, Hashable, Sendable {
  case hackneyDriver = "HACKNEY_DRIVER"
  case privateHireDriver = "PRIVATE_HIRE_DRIVER"
  case dualDriver = "DUAL_DRIVER"
  case privateHireOperator = "PRIVATE_HIRE_OPERATOR"

  package var words: String {
    switch self {
    case .hackneyDriver: "hackney carriage driver"
    case .privateHireDriver: "private hire driver"
    case .dualDriver: "dual driver (hackney carriage and private hire)"
    case .privateHireOperator: "private hire operator"
    }
  }

  package enum Reading: Hashable, Sendable {
    case kind(ImportedKind)
    /// A vehicle's licence, which is no licence of a driver or operator.
    case vehicle
    case unknown

    package var kind: ImportedKind? { if case .kind(let kind) = self { kind } else { nil } }
  }

  /// What a register's own words mean: "HC/PH Driver", "PHD", "MEDALLION TAXI DRIVER", "Livery only".
  package static func reading(_ text: String) -> Reading {
    guard text.utf8.count <= 80 else { return .unknown }
    let words = Set(ImportWords.folded(text).split(separator: " "))
    func any(_ list: Substring...) -> Bool { list.contains { words.contains($0) } }
    let driver = any("driver", "drivers", "badge", "hcd", "phd", "hcphd", "chauffeur")
    let hackney = any("hackney", "taxi", "hc", "hcd", "hcv", "hackneycarriage", "cab", "hv")
    let privateHire =
      (any("private", "privatehire") && any("hire", "privatehire")) || any("ph", "phd", "phv", "livery", "minicab", "fhv", "privatehire")
    let dual = any("dual", "combined", "joint", "both", "hcph", "hcphd", "phhc") || (hackney && privateHire)
    if any("operator", "operators", "pho", "phol") { return .kind(.privateHireOperator) }
    if any("vehicle", "vehicles", "proprietor", "hcv", "plate"), !driver { return .vehicle }
    if dual { return .kind(.dualDriver) }
    if hackney { return .kind(.hackneyDriver) }
    if privateHire { return .kind(.privateHireDriver) }
    return .unknown
  }
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
