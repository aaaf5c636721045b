import Domain
import Foundation
import Postgres
import Web

/// Locations: lists, suggestions of duplicates, merges, points, schemes and roles.
struct LocationStore: Sendable {
  let environment: Environment
  private var database: Database { environment.database }

  init(_ environment: Environment) { self.environment = environment }

  /// A scheme as `Config/county.json` names it.
  struct Scheme: RowDecodable, Sendable {
    var code: String
    var name: String
    init(row: Row) throws {
      code = try row.get("code")
      name = try row.get("name")
    }
  }
  static let schemes = Query<Scheme>("SELECT code, name FROM scheme ORDER BY position, code")

  func location(_ id: UUID, for officer: Officer) async throws -> Location? { try await database.read(as: officer, Self.one(id)).first }
  static func one(_ id: UUID) -> Query<Location> { Query("SELECT \(Location.columns) FROM location w WHERE w.id = \(id)") }

  struct Cursor: Codable, Sendable {
    var key: String
    var id: UUID
  }

  /// What the list of locations is narrowed by.
  struct Filter: Sendable {
    var authority: Int?
    var isUnplaced: Bool

    var conditions: SQL {
      var all: [SQL] = ["true"]
      if let authority { all.append("w.authority_id = \(Int16(authority))") }
      if isUnplaced { all.append("w.easting IS NULL") }
      return SQL.joined(all, by: " AND ")
    }
  }

  /// Ordered by postcode and address, as one walks.
  static func rows(_ filter: Filter, at position: KeysetPosition<Cursor>, limit: Int) -> Query<Location> {
    let bound: SQL
    var isBackwards = false
    switch position {
    case .first: bound = "true"
    case .after(let cursor): bound = "(w.match_key, w.id) > (\(cursor.key), \(cursor.id))"
    case .before(let cursor):
      bound = "(w.match_key, w.id) < (\(cursor.key), \(cursor.id))"
      isBackwards = true
    }
    let direction: SQL = isBackwards ? "DESC" : "ASC"
    return Query(
      "SELECT \(Location.columns) FROM location w WHERE \(filter.conditions) AND \(bound) ORDER BY w.match_key \(direction), w.id \(direction) LIMIT \(limit)")
  }

  struct Counts: RowDecodable, Sendable {
    var all: Int
    var unplaced: Int
    init(row: Row) throws {
      all = try row.get("locations")
      unplaced = try row.get("unplaced")
    }
  }
  static let counts = Query<Counts>("SELECT count(*) AS locations, count(*) FILTER (WHERE easting IS NULL) AS unplaced FROM location")

  /// Two locations that may be one.
  struct Suggestion: RowDecodable, Sendable {
    var one: UUID
    var other: UUID
    var why: String
    var oneTitle: String
    var otherTitle: String
    var authority: Int

    init(row: Row) throws {
      one = try row.get("one_id")
      other = try row.get("other_id")
      why = try row.get("why")
      oneTitle = try row.get("one_title")
      otherTitle = try row.get("other_title")
      authority = try row.get("authority_id")
    }
  }

  static func suggestions(most: Int) -> Query<Suggestion> {
    Query(
      """
      SELECT s.one_id, s.other_id, s.why, a.authority_id, concat_ws(', ', nullif(a.name, ''), split_part(a.address, chr(10), 1), a.postcode) AS one_title,
             concat_ws(', ', nullif(b.name, ''), split_part(b.address, chr(10), 1), b.postcode) AS other_title
        FROM location_suggestions(\(most)::integer) s JOIN location a ON a.id = s.one_id JOIN location b ON b.id = s.other_id
       ORDER BY s.weight DESC, s.one_id, s.other_id
      """)
  }

  /// Makes two locations one: everything that stands at `gone` stands at `kept` from now on; what `gone` said is kept with the merge,
  /// and both histories stay on their registrations.
  func merge(_ gone: Location, into kept: Location, once sent: SentForm?, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let moved = try await transaction.all("SELECT id AS value FROM registration WHERE location_id = \(gone.id) ORDER BY id FOR UPDATE", as: Scalar<UUID>.self)
        .map(\.value)
      let noted = try await transaction.execute(
        """
        INSERT INTO location_merge (authority_id, kept_id, gone_id, gone, moved, merged_by)
        SELECT w.authority_id, \(kept.id), w.id, to_jsonb(w) - 'point', \(moved), \(officer.id) FROM location w
         WHERE w.id = \(gone.id) AND w.authority_id = \(Int16(kept.authority))
        """)
      guard noted == 1 else { throw LocationConflict.gone }
      try await transaction.execute("UPDATE registration SET location_id = \(kept.id), version = version + 1 WHERE location_id = \(gone.id)")
      // A membership of both is the kept one's.
      try await transaction.execute(
        """
        DELETE FROM scheme_membership m WHERE m.location_id = \(gone.id) AND EXISTS (SELECT FROM scheme_membership k WHERE k.location_id = \(kept.id)
          AND k.scheme = m.scheme AND daterange(k.starts_on, k.ends_before) && daterange(m.starts_on, m.ends_before))
        """)
      try await transaction.execute("UPDATE scheme_membership SET location_id = \(kept.id) WHERE location_id = \(gone.id)")
      try await transaction.execute(
        """
        UPDATE location k SET uprn = coalesce(k.uprn, g.uprn), name = coalesce(nullif(k.name, ''), g.name), postcode = coalesce(k.postcode, g.postcode),
          easting = coalesce(k.easting, g.easting), northing = coalesce(k.northing, g.northing), placed_by = coalesce(k.placed_by, g.placed_by),
          district = coalesce(k.district, g.district), version = k.version + 1
          FROM location g WHERE k.id = \(kept.id) AND g.id = \(gone.id)
        """)
      try await transaction.execute("DELETE FROM location WHERE id = \(gone.id)")
      let detail = ["gone": gone.title, "kept": kept.title, "moved": String(moved.count)]
      return Written((), entries: [AuditEntry(.mergeLocations, of: kept.id, gone.id, authority: kept.authority, detail: detail)]
        + moved.map { AuditEntry(.moveToLocation, of: $0, kept.id, authority: kept.authority, detail: ["place": kept.title]) })
        .leading(to: Path.location(kept.id))
    }
  }

  /// Two locations that look alike are two: they are not suggested again.
  func keepApart(_ one: Location, _ other: Location, by officer: Officer) async throws {
    let (a, b) = one.id.uuidString < other.id.uuidString ? (one, other) : (other, one)
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute(
        """
        INSERT INTO location_distinct (authority_id, one_id, other_id, said_by)
        VALUES (\(Int16(a.authority)), least(\(a.id)::uuid, \(b.id)::uuid), greatest(\(a.id)::uuid, \(b.id)::uuid), \(officer.id)) ON CONFLICT DO NOTHING
        """)
      return .done(AuditEntry(.keepLocationsApart, of: a.id, b.id, authority: a.authority, detail: ["one": a.title, "other": b.title]))
    }
  }

  /// Puts a location on the map, or takes it off.
  /// - Throws: `LocationConflict.stale`, `.uprnTaken`.
  func place(_ location: Location, at point: GridPoint?, uprn: Int?, version: Int, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      if let uprn {
        let taken = try await transaction.value(
          "SELECT EXISTS (SELECT FROM location WHERE authority_id = \(Int16(location.authority)) AND uprn = \(uprn) AND id <> \(location.id))", as: Bool.self)
        if taken { throw LocationConflict.uprnTaken }
      }
      let changed = try await transaction.execute(
        """
        UPDATE location SET easting = \(point?.easting)::integer, northing = \(point?.northing)::integer, uprn = \(uprn),
          placed_by = \(point == nil ? nil : "officer"), version = version + 1,
          district = (SELECT o.code FROM outline o WHERE o.kind = 'district'
            AND st_covers(o.shape, st_setsrid(st_makepoint(\(point?.easting)::integer, \(point?.northing)::integer), 27700)) ORDER BY o.code LIMIT 1)
         WHERE id = \(location.id) AND version = \(version)
        """)
      guard changed == 1 else { throw LocationConflict.stale }
      return .done(AuditEntry(
        .placeLocation, of: location.id, authority: location.authority, detail: ["place": location.title, "grid": point?.reference ?? "nowhere"]))
    }
  }

  func join(_ location: Location, scheme: Scheme, from day: Day, by officer: Officer) async throws {
    do {
      try await database.write(by: officer, at: environment.now()) { transaction in
        try await transaction.execute(
          """
          INSERT INTO scheme_membership (location_id, authority_id, scheme, starts_on, recorded_by)
          VALUES (\(location.id), \(Int16(location.authority)), \(scheme.code), \(day), \(officer.id))
          """)
        return .done(AuditEntry(
          .joinScheme, of: location.id, authority: location.authority, detail: ["place": location.title, "scheme": scheme.name, "from": day.words]))
      }
    } catch let error as PostgresError where error.constraint == "scheme_membership_once" {
      throw LocationConflict.memberAlready
    }
  }

  func leave(_ membership: UUID, at location: Location, on day: Day, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let name = try await transaction.optionalValue(
        """
        UPDATE scheme_membership m SET ends_before = greatest(\(day), m.starts_on + 1) FROM scheme s
         WHERE m.id = \(membership) AND m.location_id = \(location.id) AND m.ends_before IS NULL AND s.code = m.scheme RETURNING s.name
        """, as: String.self)
      guard let name else { throw LocationConflict.gone }
      return .done(AuditEntry(
        .leaveScheme, of: location.id, authority: location.authority, detail: ["place": location.title, "scheme": name, "from": day.words]))
    }
  }

  /// Records who answers for a registration from a day; of a role that one person holds, the one before ends on that day.
  /// - Throws: `LocationConflict.roleOverlaps`.
  func appoint(_ role: NewPlaceRole, to licence: Licence, once sent: SentForm?, by officer: Officer) async throws {
    do {
      try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
        if role.kind.isHeldByOne {
          try await transaction.execute(
            """
            UPDATE place_role SET ends_before = \(role.from) WHERE registration_id = \(licence.id) AND role = \(role.kind.rawValue)
              AND ends_before IS NULL AND starts_on < \(role.from)
            """)
        }
        try await transaction.execute(
          """
          INSERT INTO place_role (registration_id, authority_id, role, name, contact, starts_on, recorded_by)
          VALUES (\(licence.id), \(Int16(licence.authority)), \(role.kind.rawValue), \(role.name), \(role.contact), \(role.from), \(officer.id))
          """)
        return Written.done(AuditEntry(
          .appointToPlace, of: licence.id, authority: licence.authority,
          detail: ["role": role.kind.name.lowercased(), "name": role.name, "from": role.from.words])
        ).leading(to: Path.licence(licence.id))
      }
    } catch let error as PostgresError where error.constraint == "place_role_one_at_a_time" {
      throw LocationConflict.roleOverlaps
    }
  }
}

/// Somebody who is to answer for a registration.
struct NewPlaceRole: Sendable {
  var kind: PlaceRoleKind
  var name: String
  var contact: String
  var from: Day
}

/// A write about a place that is no longer possible, in words for the officer.
enum LocationConflict: Error, Sendable {
  case gone, stale, uprnTaken, memberAlready, roleOverlaps
}
