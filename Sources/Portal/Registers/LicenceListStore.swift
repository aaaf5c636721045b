import Domain
import Foundation
import Postgres
import Web

/// The row before or after which a page of licences begins: its value in the order, and its id.
struct LicenceCursor: Codable, Sendable, Equatable {
  var value: String
  var id: UUID
}

/// Lists and searches of licences.
struct LicenceListStore: Sendable {
  let environment: Environment

  enum Order: String, CaseIterable, Sendable {
    case name, reference, expiry

    var column: SQL {
      switch self {
      case .name: "r.sort_name"
      case .reference: "r.reference_key"
      case .expiry: "r.term_ends_before"
      }
    }

    func cursor(_ row: LicenceRow) -> LicenceCursor {
      switch self {
      case .name: LicenceCursor(value: row.sortName, id: row.id)
      case .reference: LicenceCursor(value: row.referenceKey, id: row.id)
      case .expiry: LicenceCursor(value: row.endsBefore?.iso ?? "", id: row.id)
      }
    }

    func bound(_ cursor: LicenceCursor) -> SQL {
      self == .expiry ? "(\(Day(iso: cursor.value)), \(cursor.id))" : "(\(cursor.value), \(cursor.id))"
    }
  }

  static let countedTo = 1000

  /// A page and how many there are, counted no further than a thousand and one. One round trip.
  func page(
    _ filter: LicenceFilter, order: Order, descending: Bool, at position: KeysetPosition<LicenceCursor>, limit: Int, for officer: Officer
  ) async throws -> (rows: [LicenceRow], count: Int) {
    let (rows, counts) = try await environment.database.read(
      as: officer, Query<LicenceRow>(Self.rows(filter, order: order, descending: descending, at: position, limit: limit + 1)),
      Query<Scalar<Int>>(Self.count(filter)))
    return (rows, counts.first?.value ?? 0)
  }

  static func rows(
    _ filter: LicenceFilter, order: Order, descending: Bool, at position: KeysetPosition<LicenceCursor>, limit: Int?
  ) -> SQL {
    var conditions = filter.plainConditions
    var isReversed = descending
    switch position {
    case .first: break
    case .after(let cursor): conditions.append("(\(order.column), r.id) \(raw: descending ? "<" : ">") \(order.bound(cursor))")
    case .before(let cursor):
      conditions.append("(\(order.column), r.id) \(raw: descending ? ">" : "<") \(order.bound(cursor))")
      isReversed.toggle()
    }
    if order == .expiry { conditions.append("r.term_ends_before IS NOT NULL") }
    let direction: SQL = isReversed ? "DESC" : "ASC"
    let columns: SQL = filter.register.isOfPlaces ? "\(LicenceRow.columns), \(LicenceRow.placeColumn)" : LicenceRow.columns
    let most: SQL = limit.map { "LIMIT \($0)" } ?? ""
    let inner: SQL = "r.id, r.authority_id, r.kind, r.reference, r.badge, r.party_id, r.trading_name, r.sort_name, r.reference_key, r.term_ends_before, r.location_id"
    // The lights of fifty rows, not of the register: unless they are what is asked for (Tests/Volume/list-filtered.sql says why so).
    if filter.asksLights {
      return """
        SELECT \(columns), r.status, r.guidance, r.guidance_issued_on, r.guidance_version, r.guidance_due_by, r.ack, r.training,
               r.training_valid_before
          FROM (SELECT \(inner), \(Lights.columns) FROM registration r
                 CROSS JOIN LATERAL (SELECT * FROM registration_lights(\(filter.day)) x WHERE x.registration_id = r.id OFFSET 0) l
                 WHERE \(SQL.joined(conditions, by: " AND ")) AND coalesce(\(SQL.joined(filter.lightConditions, by: " AND ")), false)
                 ORDER BY \(order.column) \(direction), r.id \(direction) \(most)) r
          JOIN party p ON p.id = r.party_id ORDER BY \(order.column) \(direction), r.id \(direction)
        """
    }
    return """
      SELECT \(columns), \(Lights.columns)
        FROM (SELECT \(inner) FROM registration r WHERE \(SQL.joined(conditions, by: " AND "))
               ORDER BY \(order.column) \(direction), r.id \(direction) \(most)) r
        JOIN party p ON p.id = r.party_id
        CROSS JOIN LATERAL (SELECT * FROM registration_lights(\(filter.day)) x WHERE x.registration_id = r.id) l
       ORDER BY \(order.column) \(direction), r.id \(direction)
      """
  }

  /// How many a filter holds, counted no further than a thousand and one.
  static func counting(_ filter: LicenceFilter) -> Query<Scalar<Int>> { Query(count(filter)) }

  private static func count(_ filter: LicenceFilter) -> SQL {
    let lights: SQL = "CROSS JOIN LATERAL (SELECT * FROM registration_lights(\(filter.day)) x WHERE x.registration_id = r.id OFFSET 0) l"
    let plain = SQL.joined(filter.plainConditions, by: " AND ")
    return filter.asksLights
      ? "SELECT count(*) FROM (SELECT FROM registration r \(lights) WHERE \(plain) AND coalesce(\(SQL.joined(filter.lightConditions, by: " AND ")), false) LIMIT \(countedTo + 1)) x"
      : "SELECT count(*) FROM (SELECT FROM registration r WHERE \(plain) LIMIT \(countedTo + 1)) x"
  }

  /// What was found, best first, with how it was found: reference, badge, postcode, name, similar name.
  func search(_ words: String, on day: Day, for officer: Officer) async throws -> [(row: LicenceRow, matched: String)] {
    struct Found: RowDecodable, Sendable {
      var row: LicenceRow
      var matched: String
      init(row: Row) throws {
        self.row = try LicenceRow(row: row)
        matched = try row.get("matched")
      }
    }
    let found = try await environment.database.read(as: officer, Query<Found>(Self.search(words, on: day)))
    return found.map { ($0.row, $0.matched) }
  }

  static func search(_ words: String, on day: Day) -> SQL {
    """
    SELECT \(LicenceRow.columns), \(LicenceRow.placeColumn), \(Lights.columns), f.matched
      FROM sec.search_registrations(\(words), 50) WITH ORDINALITY AS f (registration_id, matched, rank, place)
      JOIN registration r ON r.id = f.registration_id JOIN party p ON p.id = r.party_id
     CROSS JOIN LATERAL (SELECT * FROM registration_lights(\(day)) x WHERE x.registration_id = r.id) l
     ORDER BY f.place
    """
  }
}
