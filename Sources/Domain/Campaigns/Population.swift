/// Whom a campaign is for: a saved filter, kept as data. `campaign_population` in the database answers who that is on a day.
package struct Population: Codable, Sendable, Equatable {
  /// Which of the chosen licences are owed something.
  package enum Gap: String, CaseIterable, Codable, Sendable {
    /// Those without any guidance in force in their guidance year.
    case owed
    /// All that do not have this very version.
    case everybody

    package var name: String {
      switch self {
      case .owed: "Only those without guidance in their guidance year"
      case .everybody: "All who do not have this version"
      }
    }
  }

  /// Licensing authorities.
  package var authorities: [Int]
  /// Codes of kinds of licence; nil: every kind.
  package var kinds: [String]?
  /// Standings that are reached.
  package var statuses: [String]
  package var gap: Gap
  /// Beginnings of postcodes, such as WR1; nil: anywhere.
  package var postcodes: [String]?
  /// These licences only, wherever the list came from.
  package var registrations: [String]?
  /// Licences of places in and around this hot spot only.
  package var hotSpot: String?
  /// Metres around the hot spot that count as it.
  package var metres: Int?

  package init(
    authorities: [Int], kinds: [String]? = nil, statuses: [String] = ["current"], gap: Gap, postcodes: [String]? = nil, registrations: [String]? = nil,
    hotSpot: String? = nil, metres: Int? = nil
  ) {
    self.authorities = authorities
    self.kinds = kinds
    self.statuses = statuses
    self.gap = gap
    self.postcodes = postcodes
    self.registrations = registrations
    self.hotSpot = hotSpot
    self.metres = metres
  }

  /// Reads what was kept leniently: what is left out does not narrow.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      authorities: try values.decodeIfPresent([Int].self, forKey: .authorities) ?? [], kinds: try values.decodeIfPresent([String].self, forKey: .kinds),
      statuses: try values.decodeIfPresent([String].self, forKey: .statuses) ?? ["current"],
      gap: try values.decodeIfPresent(Gap.self, forKey: .gap) ?? .everybody, postcodes: try values.decodeIfPresent([String].self, forKey: .postcodes),
      registrations: try values.decodeIfPresent([String].self, forKey: .registrations),
      hotSpot: try values.decodeIfPresent(String.self, forKey: .hotSpot), metres: try values.decodeIfPresent(Int.self, forKey: .metres))
  }
}
