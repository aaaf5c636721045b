import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// "This week" for a regulatory officer: what falls due, with its lights, what went past the gate, and one's own work.
enum HomeRoutes {
  static func add(to routes: Routes) {
    routes.signedIn(.get, "") { visit in
      guard visit.officer.may(.readRegister), !Navigation.keepsReturns(visit.officer) else { return .redirect(to: Navigation.landing(for: visit.officer)) }
      return try await home(visit)
    }
    routes.may(.readRegister, .get, "exceptions", exceptions)
  }

  private static let countedTo = 1000

  private static func home(_ visit: OfficerVisit) async throws -> Response {
    let (today, officer, settings) = (visit.today, visit.officer, visit.environment.settings)
    func count(_ path: String, _ items: [(String, String)]) -> Query<Scalar<Int>> {
      LicenceListStore.counting(LicenceFilter(Register.allCases.first { $0.path == path } ?? .drivers, QueryItems(path: path, items), today: today, settings: settings))
    }
    let position = KeysetPosition<DueCursor>(try visit.queryItems())
    let (due, counts, overdue, premises, lodgings, outstanding, training, exceptions, recent, certificates, plans) = try await visit.environment.database.read(
      as: officer, DueRow.query(today, at: position), DueCount.query(today), count(Path.drivers, [("status", "current"), ("guidance", "overdue")]),
      count(Path.premises, [("status", "current"), ("guidance", "overdue")]), count(Path.accommodation, [("status", "current"), ("guidance", "overdue")]),
      count(Path.drivers, [("status", "current"), ("acknowledgement", "outstanding")]), count(Path.drivers, [("status", "current"), ("training", "expiring")]),
      ExceptionRow.query(from: today - 365, to: today, limit: 6), RecentRow.query(officer), AttemptStore.awaiting, PlansDue.query(officer, on: today))
    let page = KeysetPage(due, limit: DueRow.page, at: position) { DueCursor(day: $0.dueOn.iso, name: $0.sortName, id: $0.id) }
    return try visit.page(HomePage(
      due: page.rows, pagination: page.next.map { Pagination(previous: nil, next: QueryItems(path: Path.home).setting("after", KeysetCursor.encode($0)).address) },
      counts: counts, overdue: overdue.first?.value ?? 0, premises: premises.first?.value ?? 0, lodgings: lodgings.first?.value ?? 0, outstanding: outstanding.first?.value ?? 0, training: training.first?.value ?? 0,
      certificates: officer.may(.recordTraining) ? certificates.first?.value ?? 0 : nil,
      plans: officer.may(.reportPlans) ? plans.first : nil,
      exceptions: exceptions, recent: recent, settings: settings, officer: officer, today: today))
  }

  private static func exceptions(_ visit: OfficerVisit) async throws -> Response {
    let day = try visit.query()["on"].flatMap { Day(iso: $0) } ?? visit.today
    let rows = try await visit.environment.database.read(
      as: visit.officer, ExceptionRow.query(from: day.adding(years: -1) + 1, to: day, limit: 500))
    return try visit.page(ExceptionsPage(rows: rows, settings: visit.environment.settings, today: day))
  }
}

/// Where a page of what is due begins.
struct DueCursor: Codable, Sendable {
  var day: String
  var name: String
  var id: UUID
}

/// A renewal or an anniversary in the coming week.
struct DueRow: RowDecodable, Sendable {
  static let page = 25
  var id: UUID
  var isRenewal: Bool
  var dueOn: Day
  var sortName: String
  var authority: Int
  var kind: LicenceKind
  var reference: String
  var name: String
  var lights: Lights

  init(row: Row) throws {
    id = try row.get("registration_id")
    isRenewal = try row.get("occasion", as: String.self) == "renewal"
    dueOn = try row.get("due_on")
    sortName = try row.get("sort_name")
    authority = try row.get("authority_id")
    kind = try row.get("kind")
    reference = try row.get("reference")
    name = try row.get("name")
    lights = try Lights(row: row)
  }

  static func query(_ today: Day, at position: KeysetPosition<DueCursor>) -> Query<DueRow> {
    let after: SQL = if case .after(let cursor) = position { "\(Day(iso: cursor.day)), \(cursor.name), \(cursor.id)" } else { "NULL, NULL, NULL" }
    return Query("""
      SELECT d.*, 'current' AS status, coalesce(r.trading_name, p.name) AS name
        FROM due_list(\(today), 7, 0, NULL, \(after), \(page + 1)::integer) d JOIN party p ON p.id = d.party_id JOIN registration r ON r.id = d.registration_id
       ORDER BY d.due_on, d.sort_name, d.registration_id
      """)
  }
}

/// How many fall due in the week, by light.
struct DueCount: RowDecodable, Sendable {
  var occasion: String
  var guidance: String
  var count: Int

  init(row: Row) throws {
    occasion = try row.get("occasion")
    guidance = try row.get("guidance")
    count = try row.get("count")
  }

  static func query(_ today: Day) -> Query<DueCount> {
    Query("SELECT occasion, guidance, count(*) AS count FROM due_list(\(today), 7, page => 1001) GROUP BY occasion, guidance")
  }
}

/// A renewal granted without guidance.
struct ExceptionRow: RowDecodable, Sendable {
  var id: UUID
  var name: String
  var reference: String
  var authority: Int
  var grantedOn: Day
  var openUntil: Day
  var reason: String?
  var officer: String?

  init(row: Row) throws {
    id = try row.get("registration_id")
    name = try row.get("name")
    reference = try row.get("reference")
    authority = try row.get("authority_id")
    grantedOn = try row.get("granted_on")
    openUntil = try row.get("open_until")
    reason = try row.get("reason")
    officer = try row.get("officer")
  }

  static func query(from: Day, to: Day, limit: Int) -> Query<ExceptionRow> {
    Query("""
      SELECT w.registration_id, coalesce(r.trading_name, p.name) AS name, r.reference, w.authority_id, w.granted_on, w.open_until, w.reason, n.name AS officer
        FROM (SELECT * FROM renewals_without_guidance(\(from), \(to)) ORDER BY granted_on DESC, term_id LIMIT \(limit)) w
        JOIN registration r ON r.id = w.registration_id JOIN party p ON p.id = r.party_id
        LEFT JOIN LATERAL sec.account_names(ARRAY[w.recorded_by]) n ON true
       ORDER BY w.granted_on DESC, w.term_id
      """)
  }
}

/// Guidance that the officer recorded lately.
struct RecentRow: RowDecodable, Sendable {
  var id: UUID
  var name: String
  var reference: String
  var version: String
  var at: Date
  var isVoid: Bool

  init(row: Row) throws {
    id = try row.get("registration_id")
    name = try row.get("name")
    reference = try row.get("reference")
    version = try row.get("version")
    at = try row.get("recorded_at")
    isVoid = try row.get("is_void")
  }

  static func query(_ officer: Officer) -> Query<RecentRow> {
    Query("""
      SELECT i.registration_id, coalesce(r.trading_name, p.name) AS name, r.reference, v.title || ', version ' || v.number AS version, i.recorded_at,
             EXISTS (SELECT FROM issuance_void x WHERE x.issuance_id = i.id) AS is_void
        FROM (SELECT * FROM issuance WHERE recorded_by = \(officer.id) ORDER BY recorded_at DESC, id LIMIT 8) i
        JOIN registration r ON r.id = i.registration_id JOIN party p ON p.id = r.party_id JOIN guidance_version_counts v ON v.version_id = i.version_id
       ORDER BY i.recorded_at DESC, i.id
      """)
  }
}
