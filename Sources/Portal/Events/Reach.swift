import Domain
import Foundation
import Postgres

/// How many were reached in a year, by district and trade; contacts with drivers licensed elsewhere.
extension EventStore {
  struct Held: RowDecodable, Sendable {
    var authority: Int
    var kind: EventKind
    var events: Int
    var withItem: Int
    var others: Int
    init(row: Row) throws {
      authority = try row.get("authority_id")
      kind = try row.get("kind")
      events = try row.get("events")
      withItem = try row.get("with_item")
      others = try row.get("others")
    }
  }

  struct Reached: RowDecodable, Sendable {
    var authority: Int
    var kind: LicenceKind
    var reached: Int
    init(row: Row) throws {
      authority = try row.get("authority_id")
      kind = try row.get("kind")
      reached = try row.get("reached")
    }
  }

  struct Licensed: RowDecodable, Sendable {
    var authority: Int
    var kind: LicenceKind
    var licences: Int
    init(row: Row) throws {
      authority = try row.get("authority_id")
      kind = try row.get("kind")
      licences = try row.get("licences")
    }
  }

  struct Elsewhere: RowDecodable, Sendable {
    var licensedBy: String
    var contacts: Int
    var badges: Int
    init(row: Row) throws {
      licensedBy = try row.get("licensed_by")
      contacts = try row.get("contacts")
      badges = try row.get("badges")
    }
  }

  struct Answer: Sendable {
    var held: [Held] = []
    var reached: [Reached] = []
    /// Of the year before.
    var before: [Reached] = []
    var licensed: [Licensed] = []
    var elsewhere: [Elsewhere] = []
  }

  /// Counts of one calendar year. Current licences are those of its last day, or of today.
  func reach(_ year: Int, for officer: Officer) async throws -> Answer {
    let today = environment.today()
    guard let first = Day(year: year, month: 1, day: 1), let last = Day(year: year, month: 12, day: 31) else { return Answer() }
    let (held, reached, before, licensed, elsewhere) = try await database.read(
      as: officer, Query<Held>("SELECT * FROM sec.events_counted(\(first), \(last))"), Query<Reached>("SELECT * FROM sec.event_reach(\(first), \(last))"),
      Query<Reached>("SELECT * FROM sec.event_reach(\(first.adding(years: -1)), \(last.adding(years: -1)))"),
      Query<Licensed>("SELECT authority_id, kind, licences FROM sec.coverage(\(min(last, today)))"),
      Query<Elsewhere>("SELECT * FROM sec.contacts_counted(\(first), \(last))"))
    return Answer(held: held, reached: reached, before: before, licensed: licensed, elsewhere: elsewhere)
  }

  func contacts(after: (Day, UUID)?, limit: Int, for officer: Officer) async throws -> [Contact] {
    let bound: SQL = after.map { "AND (c.met_on, c.id) < (\($0.0), \($0.1))" } ?? ""
    return try await database.read(
      as: officer,
      Query<Contact>(
        """
        SELECT c.id, c.authority_id, c.met_on, c.licensed_by, c.badge, c.place, e.title AS event_title
          FROM awareness_contact c LEFT JOIN awareness_event e ON e.id = c.event_id
         WHERE c.withdrawn_at IS NULL \(bound) ORDER BY c.met_on DESC, c.id DESC LIMIT \(limit)
        """))
  }

  /// Records drivers of one authority elsewhere who were spoken to: a row for each badge, or as many as were counted.
  func addContacts(_ new: NewContacts, once sent: SentForm?, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let badges: [String?] = new.badges.map { $0 } + Array(repeating: nil, count: max(0, new.count - new.badges.count))
      try await transaction.execute(
        """
        INSERT INTO awareness_contact (authority_id, met_on, licensed_by, badge, place, recorded_by)
        SELECT \(Int16(new.authority)), \(new.metOn),
               coalesce((SELECT c.licensed_by FROM awareness_contact c WHERE lower(c.licensed_by) = lower(\(new.licensedBy)) LIMIT 1), \(new.licensedBy)), x, \(new.place), \(officer.id)
          FROM unnest(\(badges)::text[]) x
        """)
      return Written.done(AuditEntry(.recordContact, of: officer.id, authority: new.authority, detail: ["count": String(badges.count)]))
        .leading(to: Path.events + "/contacts")
    }
  }

  func withdrawContact(_ id: UUID, by officer: Officer) async throws -> Bool {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let authority = try await transaction.optionalValue(
        "UPDATE awareness_contact SET withdrawn_by = \(officer.id), withdrawn_at = \(environment.now()) WHERE id = \(id) AND withdrawn_at IS NULL RETURNING authority_id",
        as: Int.self)
      guard let authority else { return Written(false, entries: []) }
      return Written(true, AuditEntry(.changeContact, of: id, authority: authority))
    }
  }
}

/// Contacts to be recorded.
struct NewContacts: Sendable {
  var authority: Int
  var metOn: Day
  var licensedBy: String
  var badges: [String]
  /// How many there were, with a badge or without.
  var count: Int
  var place: String
}
