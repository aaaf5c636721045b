import Domain
import Foundation
import Postgres

/// A place in one district, at which any number of registrations stand.
struct Location: RowDecodable, Sendable {
  var id: UUID
  var authority: Int
  /// Its place in lists: postcode, then address, as one walks.
  var matchKey: String
  var name: String
  var place: PlaceDetails
  /// "register", "postcode" or "officer"; nil while it is not on the map.
  var placedBy: String?
  /// ONS code of the district whose outline holds it, where outlines were imported.
  var district: String?
  var version: Int
  /// How many registrations stand here.
  var registrations: Int

  static let columns: SQL = """
    w.id, w.authority_id, w.match_key, w.name, w.address, w.postcode, w.uprn, w.easting, w.northing, w.placed_by, w.district, w.version,
    (SELECT count(*) FROM registration r WHERE r.location_id = w.id) AS registrations
    """

  init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    matchKey = try row.get("match_key")
    name = try row.get("name")
    let (easting, northing) = (try row.get("easting", as: Int?.self), try row.get("northing", as: Int?.self))
    place = PlaceDetails(
      address: try row.get("address"), postcode: try row.get("postcode"), uprn: try row.get("uprn"),
      grid: easting.flatMap { easting in northing.flatMap { GridPoint(easting: easting, northing: $0) } })
    placedBy = try row.get("placed_by")
    district = try row.get("district")
    version = try row.get("version")
    registrations = try row.get("registrations")
  }

  var title: String { name.isEmpty ? place.words : name }
  var placedWords: String {
    switch placedBy {
    case "register": "Placed by the register it came from"
    case "postcode": "Placed by its postcode"
    case "officer": "Placed by an officer"
    default: "Not on the map"
    }
  }
}

/// What stands at a location: one of its registrations.
struct Standing: RowDecodable, Sendable {
  var id: UUID
  var kind: LicenceKind
  var reference: String
  var name: String
  var status: LicenceStatus
  var guidance: String

  init(row: Row) throws {
    id = try row.get("id")
    kind = try row.get("kind")
    reference = try row.get("reference")
    name = try row.get("name")
    status = try row.get("status")
    guidance = try row.get("guidance")
  }

  static func at(_ locations: [UUID], on day: Day) -> Query<Standing> {
    Query(
      """
      SELECT r.id, r.kind, r.reference, coalesce(r.trading_name, p.name) AS name, l.status, l.guidance
        FROM registration r JOIN party p ON p.id = r.party_id
       CROSS JOIN LATERAL (SELECT * FROM registration_lights(\(day)) x WHERE x.registration_id = r.id) l
       WHERE r.location_id = ANY(\(locations)) ORDER BY r.sort_name, r.id
      """)
  }
}

/// Somebody who answers for a registration, for a time.
struct PlaceRole: RowDecodable, Sendable {
  var id: UUID
  var kind: PlaceRoleKind
  var name: String
  var contact: String
  var from: Day
  var before: Day?
  /// Whether guidance was given on or after the day they took over.
  var hasBeenGiven: Bool

  init(row: Row) throws {
    id = try row.get("id")
    kind = PlaceRoleKind(rawValue: try row.get("role")) ?? .manager
    name = try row.get("name")
    contact = try row.get("contact")
    from = try row.get("starts_on")
    before = try row.get("ends_before")
    hasBeenGiven = try row.get("has_been_given")
  }

  static func of(_ registration: UUID) -> Query<PlaceRole> {
    Query(
      """
      SELECT o.id, o.role, o.name, o.contact, o.starts_on, o.ends_before,
             EXISTS (SELECT FROM issuance i WHERE i.registration_id = o.registration_id AND i.issued_on >= o.starts_on
                AND NOT EXISTS (SELECT FROM issuance_void v WHERE v.issuance_id = i.id)) AS has_been_given
        FROM place_role o WHERE o.registration_id = \(registration) ORDER BY o.ends_before IS NOT NULL, o.starts_on DESC, o.id
      """)
  }
}

/// A scheme that a location belongs or belonged to.
struct SchemeMembership: RowDecodable, Sendable {
  var id: UUID
  var name: String
  var from: Day
  var before: Day?

  init(row: Row) throws {
    id = try row.get("id")
    name = try row.get("name")
    from = try row.get("starts_on")
    before = try row.get("ends_before")
  }

  static func of(_ location: UUID) -> Query<SchemeMembership> {
    Query(
      """
      SELECT m.id, s.name, m.starts_on, m.ends_before FROM scheme_membership m JOIN scheme s ON s.code = m.scheme
       WHERE m.location_id = \(location) ORDER BY m.ends_before IS NOT NULL, m.starts_on DESC, m.id
      """)
  }
}
