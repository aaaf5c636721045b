import Domain
import Foundation
import Postgres

/// Invented premises and accommodation, some of them at one location: the same every time.
struct DemoPlaces: Sendable {
  private struct Place: Codable {
    var id: UUID
    var party: UUID
    var authority: Int
    var kind: LicenceKind
    var reference: String
    var name: String
    var holder: String
    var address: String
    var postcode: String
    var easting: Int?
    var northing: Int?
    var start: Day
    var before: Day?
    var supervisor: String?
    var scheme: String?
    /// Days before today that guidance was last given; nil: never.
    var givenOn: Day?
    var coversBefore: Day?
    var acknowledged: Bool
  }

  private var places: [Place] = []
  private var chance = SeededChance(seed: 2016)
  private let version: UUID

  /// Middles of towns, in metres of the National Grid.
  private static let towns: [String: (Int, Int)] = [
    "bromsgrove": (395_900, 270_700), "redditch": (404_200, 267_600), "worcester": (385_000, 254_900), "wychavon": (389_900, 263_200),
    "malvern-hills": (377_700, 245_900), "wyre-forest": (383_100, 276_700),
  ]
  struct Middle: Encodable {
    var slug: String
    var easting: Int
    var northing: Int
  }
  static let middles = towns.map { Middle(slug: $0.key, easting: $0.value.0, northing: $0.value.1) }.sorted { $0.slug < $1.slug }
  private static let colours = ["Plumed", "Copper", "Old", "Salted", "Golden", "Lame", "Merry", "Drowsy", "Crooked", "Silver", "Twin", "Lost"]
  private static let things = ["Lantern", "Ferryman", "Salmon", "Kettle", "Weaver", "Orchard", "Spindle", "Nailmaker", "Boar", "Glover", "Harlequin",
    "Needle", "Heron", "Hop Pocket", "Otter", "Bell Ringer", "Quill", "Perry Press"]
  private static let houses = ["Severn View", "The Laurels", "Abberley House", "Hillcrest", "The Willows", "Bredon Lodge", "Orchard End", "Ferry Cottage",
    "Priory House", "Elmsleigh", "Teme Lodge", "The Gables"]

  init(today: Day, authorities: [Settings.Authority], version: UUID) {
    self.version = version
    for authority in authorities {
      for number in 0..<34 { add(number, .premisesLicence, authority, today) }
      for number in 34..<37 { add(number, .clubCertificate, authority, today) }
      for number in 37..<47 { add(number, chance.pick([.mandatoryHMO, .mandatoryHMO, .additionalHMO]), authority, today) }
      for number in 47..<54 { add(number, chance.pick([.hotel, .guestHouse, .guestHouse, .hostel]), authority, today) }
      // A hotel that sells alcohol: two registrations, one location.
      if let inn = places.last(where: { $0.authority == authority.id && $0.kind == .premisesLicence }) {
        var rooms = inn
        rooms.id = uuid()
        rooms.party = uuid()
        rooms.kind = .hotel
        rooms.reference = "FOOD/\(authority.id)99"
        rooms.supervisor = nil
        rooms.scheme = nil
        rooms.givenOn = nil
        places.append(rooms)
      }
    }
  }

  private mutating func add(_ number: Int, _ kind: LicenceKind, _ authority: Settings.Authority, _ today: Day) {
    let centre = Self.towns[authority.slug] ?? (385_000, 254_900)
    let isPremises = kind.register == .premises
    let lodging = !kind.isLicence
    let sign = isPremises ? (kind == .clubCertificate ? "\(chance.pick(Self.things)) Social Club" : "The \(chance.pick(Self.colours)) \(chance.pick(Self.things))")
      : lodging ? chance.pick(Self.houses) + (kind == .hotel ? " Hotel" : kind == .hostel ? " Hostel" : " Guest House") : ""
    let house = Int.random(in: 1..<180, using: &chance)
    let street = chance.pick(InventedNames.streets)
    let holder = chance.happens(40) ? chance.pick(InventedNames.firms) + " Inns Ltd" : "\(chance.pick(InventedNames.given)) \(chance.pick(InventedNames.family))"
    let placed = chance.happens(88)
    let years = kind.isLicence && !isPremises ? 5 : nil
    let start = today + -Int.random(in: 30..<(years == nil ? 3800 : 1700), using: &chance)
    let anniversary = Self.cycle(start, today)
    let given = chance.happens(kind.register == .premises ? 58 : 46)
    let on = given ? min(today, anniversary.from + Int.random(in: 0..<60, using: &chance)) : nil
    places.append(Place(
      id: uuid(), party: uuid(), authority: authority.id, kind: kind,
      reference: isPremises ? "PREM/\(authority.id)\(String(100 + number))" : lodging ? "FOOD/\(authority.id)\(String(100 + number))" : "HMO/\(authority.id)\(String(100 + number))",
      name: sign.isEmpty ? "\(house) \(street)" : sign, holder: holder, address: "\(house) \(street)\n\(authority.name)",
      postcode: postcode(authority), easting: placed ? centre.0 + Int.random(in: -1800..<1800, using: &chance) : nil,
      northing: placed ? centre.1 + Int.random(in: -1800..<1800, using: &chance) : nil, start: start, before: years.map { start.adding(years: $0) },
      supervisor: isPremises ? "\(chance.pick(InventedNames.given)) \(chance.pick(InventedNames.family))" : nil,
      scheme: isPremises && chance.happens(35) ? ["worcester": "nightsafe", "redditch": "pubwatch", "bromsgrove": "pubwatch"][authority.slug] : nil,
      givenOn: on, coversBefore: on.map { _ in anniversary.before }, acknowledged: chance.happens(55)))
  }

  private static func cycle(_ start: Day, _ today: Day) -> (from: Day, before: Day) {
    var from = start
    while from.adding(years: 1) <= today { from = from.adding(years: 1) }
    return (from, from.adding(years: 1))
  }

  /// As of drivers: inward parts use letters that no real postcode has.
  private mutating func postcode(_ authority: Settings.Authority) -> String {
    let areas = ["bromsgrove": "B61", "redditch": "B97", "worcester": "WR1", "wychavon": "WR9", "malvern-hills": "WR14", "wyre-forest": "DY10"]
    let impossible = ["C", "I", "K", "M", "O", "V"]
    return "\(areas[authority.slug] ?? "WR1") \(Int.random(in: 0..<10, using: &chance))\(chance.pick(impossible))\(chance.pick(impossible))"
  }

  private mutating func uuid() -> UUID {
    var bytes = withUnsafeBytes(of: (chance.next(), chance.next())) { Array($0) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }

  /// - Returns: how many registrations were made.
  func insert(by recorder: UUID, in transaction: Transaction) async throws -> Int {
    let json = String(decoding: try JSONEncoder().encode(places), as: UTF8.self)
    let rows: SQL = """
      jsonb_to_recordset(\(json)::jsonb) AS x (id uuid, party uuid, authority smallint, kind text, reference text, name text, holder text, address text,
        postcode text, easting integer, northing integer, start date, before date, supervisor text, scheme text, "givenOn" date, "coversBefore" date,
        acknowledged boolean)
      """
    let steps: [SQL] = [
      """
      INSERT INTO party (id, authority_id, kind, name, family_name, address, postcode)
      SELECT party, authority, CASE WHEN holder LIKE '% Ltd' THEN 'business' ELSE 'person' END, holder, regexp_replace(holder, '^.* (?=[^ ]+$)', ''),
             address, postcode FROM \(rows)
      """,
      """
      INSERT INTO registration (id, authority_id, kind, reference, party_id, trading_name, sort_name, postcode_key, anchor_on, location_id)
      SELECT id, authority, kind, reference, party, name, fold_name(name), replace(postcode, ' ', ''), start,
             settle_location(authority, name, address, postcode, NULL, easting, northing) FROM \(rows)
      """,
      """
      INSERT INTO term (registration_id, authority_id, kind, event, starts_on, ends_before, granted_on, recorded_by, recorded_at)
      SELECT id, authority, kind, 'grant', start, before, start, \(recorder), start + time '10:30' FROM \(rows)
      """,
      """
      INSERT INTO place_role (registration_id, authority_id, role, name, starts_on, recorded_by, recorded_at)
      SELECT id, authority, 'dps', supervisor, start, \(recorder), start + time '10:30' FROM \(rows) WHERE supervisor IS NOT NULL
      """,
      """
      INSERT INTO scheme_membership (location_id, authority_id, scheme, starts_on, recorded_by, recorded_at)
      SELECT r.location_id, x.authority, x.scheme, x.start, \(recorder), x.start + time '10:30'
        FROM \(rows) JOIN registration r ON r.id = x.id WHERE x.scheme IS NOT NULL
      """,
      """
      INSERT INTO issuance (registration_id, authority_id, kind, version_id, occasion, channel, issued_on, covers_before, recorded_by, recorded_at)
      SELECT id, authority, kind, \(version), CASE WHEN kind = 'premises_licence' THEN 'annual_fee' ELSE 'anniversary' END, 'letter', "givenOn",
             "coversBefore", \(recorder), "givenOn" + time '11:00' FROM \(rows) WHERE "givenOn" IS NOT NULL
      """,
      """
      INSERT INTO acknowledgement (issuance_id, version_id, registration_id, authority_id, method, acknowledged_on, recorded_by, recorded_at)
      SELECT i.id, i.version_id, i.registration_id, i.authority_id, 'email_reply', i.issued_on, \(recorder), i.recorded_at
        FROM \(rows) JOIN issuance i ON i.registration_id = x.id WHERE x.acknowledged
      """,
      // So that a place can be looked for by its postcode, invented as it is.
      """
      INSERT INTO postcode_place (postcode_key, easting, northing) SELECT DISTINCT ON (1) replace(postcode, ' ', ''), easting, northing FROM \(rows)
       WHERE easting IS NOT NULL ORDER BY 1, id ON CONFLICT DO NOTHING
      """,
      "SELECT index_names(ARRAY(SELECT x.id FROM \(rows)))",
    ]
    for step in steps { try await transaction.execute(step) }
    return places.count
  }
}
