/// The registers that a county keeps, in the order of their lists.
package enum Register: String, CaseIterable, Sendable, Codable {
  case drivers, operators, premises, accommodation

  package var title: String {
    switch self {
    case .drivers: "Drivers"
    case .operators: "Operators"
    case .premises: "Premises"
    case .accommodation: "Accommodation"
    }
  }

  package var kinds: [LicenceKind] { LicenceKind.allCases.filter { $0.register == self } }

  /// Whether what it holds stands at a location: one location, many registrations.
  package var isOfPlaces: Bool { self == .premises || self == .accommodation }

  /// Whether what it holds has a place where it works from, besides the address of its holder.
  package var hasBases: Bool { self == .operators }
}

/// The kinds of registration. Legal base and terms offered stand in `Config/licence-kinds.json`.
package enum LicenceKind: String, CaseIterable, Sendable, Codable {
  case hackneyDriver = "hackney_driver"
  case privateHireDriver = "private_hire_driver"
  case dualDriver = "dual_driver"
  case privateHireOperator = "private_hire_operator"
  case premisesLicence = "premises_licence"
  case clubCertificate = "club_premises_certificate"
  case mandatoryHMO = "hmo_mandatory"
  case additionalHMO = "hmo_additional"
  case selectiveLicence = "selective_licence"
  /// Hotels, guest houses and hostels need no licence as such: they are registered with us, from a day.
  case hotel, guestHouse = "guest_house"
  case hostel
  case shortLet = "short_let"

  /// In the singular, as an officer says it.
  package var name: String {
    switch self {
    case .hackneyDriver: "Hackney carriage driver"
    case .privateHireDriver: "Private hire driver"
    case .dualDriver: "Dual driver"
    case .privateHireOperator: "Private hire operator"
    case .premisesLicence: "Premises licence"
    case .clubCertificate: "Club premises certificate"
    case .mandatoryHMO: "HMO, mandatory licence"
    case .additionalHMO: "HMO, additional licence"
    case .selectiveLicence: "Selective licence"
    case .hotel: "Hotel"
    case .guestHouse: "Guest house or B&B"
    case .hostel: "Hostel"
    case .shortLet: "Short let"
    }
  }

  package var plural: String {
    switch self {
    case .mandatoryHMO: "HMOs, mandatory licence"
    case .additionalHMO: "HMOs, additional licence"
    case .guestHouse: "Guest houses and B&Bs"
    default: name + "s"
    }
  }

  /// Name and plural within a sentence: "private hire driver", "guest houses and B&Bs", "HMOs, mandatory licence".
  package var nameWithin: String { Self.within(name) }
  package var pluralWithin: String { Self.within(plural) }
  private static func within(_ name: String) -> String { name.dropFirst().first?.isUppercase ?? false ? name : name.prefix(1).lowercased() + name.dropFirst() }

  package var register: Register {
    switch self {
    case .hackneyDriver, .privateHireDriver, .dualDriver: .drivers
    case .privateHireOperator: .operators
    case .premisesLicence, .clubCertificate: .premises
    case .mandatoryHMO, .additionalHMO, .selectiveLicence, .hotel, .guestHouse, .hostel, .shortLet: .accommodation
    }
  }

  package var isOfPlace: Bool { register.isOfPlaces }

  /// Whether it is a licence at all, or a place that is merely known to us (food registration shows it).
  package var isLicence: Bool {
    switch self {
    case .hotel, .guestHouse, .hostel, .shortLet: false
    default: true
    }
  }
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
