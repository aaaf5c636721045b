/// Where a registration of a place stands, in an officer's words.
package struct PlaceDetails: Sendable, Equatable {
  /// Lines separated by line feeds, without the postcode.
  package var address: String
  package var postcode: String?
  /// Unique Property Reference Number, up to twelve digits.
  package var uprn: Int?
  package var grid: GridPoint?

  package init(address: String, postcode: String?, uprn: Int? = nil, grid: GridPoint? = nil) {
    self.address = address
    self.postcode = postcode
    self.uprn = uprn
    self.grid = grid
  }

  /// "4 Friar Street, Worcester, WR1 2LZ"
  package var words: String {
    (address.split(separator: "\n").map(String.init) + [postcode ?? ""]).filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

/// A point of the British National Grid (EPSG:27700): whole metres east and north of its false origin.
package struct GridPoint: Sendable, Hashable, Codable {
  package var easting: Int
  package var northing: Int

  /// Nil outside the grid: 0 to 700,000 east, 0 to 1,300,000 north.
  package init?(easting: Int, northing: Int) {
    guard (0...700_000).contains(easting), (0...1_300_000).contains(northing) else { return nil }
    self.easting = easting
    self.northing = northing
  }

  /// Reads "SO 8504 5485", "SO85045485", "385040, 254850": letters with an even number of digits, or easting and northing in metres.
  package init?(words: String) {
    let text = words.uppercased().filter { !$0.isWhitespace }
    let parts = words.split(whereSeparator: { $0 == "," || $0.isWhitespace }).compactMap { Int($0) }
    if parts.count == 2, let first = text.first, first.isNumber {
      self.init(easting: parts[0], northing: parts[1])
      return
    }
    let letters = Array(text.prefix(2))
    let digits = text.dropFirst(2)
    guard letters.count == 2, let square = Self.square(letters[0], letters[1]), digits.count % 2 == 0, (4...10).contains(digits.count),
      digits.allSatisfy({ $0.isASCII && $0.isNumber })
    else { return nil }
    // "SO 850 5" is a slip, not four digits.
    let groups = words.split(whereSeparator: \.isWhitespace).filter { $0.allSatisfy(\.isNumber) }
    guard groups.count != 2 || groups[0].count == groups[1].count else { return nil }
    let half = digits.count / 2
    var scale = 1
    for _ in half..<5 { scale *= 10 }
    guard let east = Int(digits.prefix(half)), let north = Int(digits.suffix(half)) else { return nil }
    self.init(easting: square.east * 100_000 + east * scale, northing: square.north * 100_000 + north * scale)
  }

  /// "SO 8504 5485": to ten metres, as maps are read.
  package var reference: String {
    let east = easting / 100_000, north = northing / 100_000
    let letters = Array("ABCDEFGHJKLMNOPQRSTUVWXYZ")
    let first = (19 - north) - (19 - north) % 5 + (east + 10) / 5
    let second = (19 - north) * 5 % 25 + east % 5
    func four(_ metres: Int) -> String {
      let text = String(metres % 100_000 / 10)
      return String(repeating: "0", count: 4 - text.count) + text
    }
    return "\(letters[first])\(letters[second]) \(four(easting)) \(four(northing))"
  }

  /// Hundreds of kilometres of the square that two letters name; nil for letters outside Great Britain's grid.
  private static func square(_ a: Character, _ b: Character) -> (east: Int, north: Int)? {
    let letters = Array("ABCDEFGHJKLMNOPQRSTUVWXYZ")
    guard let first = letters.firstIndex(of: a), let second = letters.firstIndex(of: b) else { return nil }
    let east = (first % 5) * 5 + second % 5 - 10
    let north = (4 - first / 5) * 5 + (4 - second / 5) - 5
    guard (0...6).contains(east), (0...12).contains(north) else { return nil }
    return (east, north)
  }
}

/// Who answers for a place, over time.
package enum PlaceRoleKind: String, CaseIterable, Sendable, Codable {
  case licenceHolder = "licence_holder"
  /// Designated premises supervisor: one at a time, who holds a personal licence (Licensing Act 2003 ss.15, 19).
  case dps
  case manager, owner, proprietor
  case hmoManager = "hmo_manager"

  package var name: String {
    switch self {
    case .licenceHolder: "Licence holder"
    case .dps: "Designated premises supervisor"
    case .manager: "Manager"
    case .owner: "Owner"
    case .proprietor: "Proprietor"
    case .hmoManager: "HMO manager"
    }
  }

  /// The roles that a kind of registration has.
  package static func offered(for kind: LicenceKind) -> [PlaceRoleKind] {
    switch kind {
    case .premisesLicence, .clubCertificate: [.dps, .licenceHolder, .manager]
    case .mandatoryHMO, .additionalHMO, .selectiveLicence: [.hmoManager, .licenceHolder, .owner]
    default: [.manager, .proprietor, .owner]
    }
  }

  /// Only one person has it at a time: naming another ends the one before.
  package var isHeldByOne: Bool { self == .dps || self == .licenceHolder }

  /// What its change is an occasion for, where it is one.
  package var occasion: Occasion? {
    switch self {
    case .dps: .dpsChange
    case .licenceHolder: .transfer
    default: nil
    }
  }
}
