/// The licences of this register. Legal base and terms offered stand in `Config/licence-kinds.json`.
package enum LicenceKind: String, CaseIterable, Sendable, Codable {
  case hackneyDriver = "hackney_driver"
  case privateHireDriver = "private_hire_driver"
  case dualDriver = "dual_driver"
  case privateHireOperator = "private_hire_operator"

  /// In the singular, as an officer says it.
  package var name: String {
    switch self {
    case .hackneyDriver: "Hackney carriage driver"
    case .privateHireDriver: "Private hire driver"
    case .dualDriver: "Dual driver"
    case .privateHireOperator: "Private hire operator"
    }
  }

  package var plural: String { name + "s" }

  package var isOperator: Bool { self == .privateHireOperator }
}

/// The standing of a licence on a day. Never stored: the rule is `registration_standing(date)` in the database.
package enum LicenceStatus: String, CaseIterable, Sendable, Codable {
  case current, suspended, expired, revoked, surrendered, refused, pending

  package var name: String {
    switch self {
    case .current: "Current"
    case .suspended: "Suspended"
    case .expired: "Expired"
    case .revoked: "Revoked"
    case .surrendered: "Surrendered"
    case .refused: "Refused"
    case .pending: "Pending"
    }
  }
}
