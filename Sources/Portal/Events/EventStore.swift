package import Domain
package import Foundation
import HTTPTypes
import Postgres
import Web

/// What a list of events is narrowed by.
struct EventFilter: Sendable {
  var from: Day?
  var to: Day?
  var authority: Int?
  var kind: EventKind?

  var conditions: SQL {
    var all: [SQL] = ["true"]
    if let from { all.append("e.held_on >= \(from)") }
    if let to { all.append("e.held_on <= \(to)") }
    if let authority { all.append("e.authority_id = \(Int16(authority))") }
    if let kind { all.append("e.kind = \(kind)") }
    return SQL.joined(all, by: " AND ")
  }
}

/// Where a page of events begins.
struct EventCursor: Codable, Sendable, Equatable {
  var on: String
  var id: UUID
}

/// Reads and records awareness events.
package struct EventStore: Sendable {
  let environment: Environment
  var database: Database { environment.database }
  package init(_ environment: Environment) { self.environment = environment }

  /// The latest first; a page fetched backwards comes oldest first.
  func list(_ filter: EventFilter, at position: KeysetPosition<EventCursor>, limit: Int, for officer: Officer) async throws -> [Event] {
    var bound: SQL = ""
    var direction: SQL = "DESC"
    switch position {
    case .first: break
    case .after(let cursor): bound = "AND (e.held_on, e.id) < (\(Day(iso: cursor.on)), \(cursor.id))"
    case .before(let cursor):
      bound = "AND (e.held_on, e.id) > (\(Day(iso: cursor.on)), \(cursor.id))"
      direction = "ASC"
    }
    return try await database.read(
      as: officer,
      Query<Event>(
        "SELECT \(Event.columns) FROM awareness_event e WHERE \(filter.conditions) \(bound) ORDER BY e.held_on \(direction), e.id \(direction) LIMIT \(limit)"))
  }

  package func event(_ id: UUID, for officer: Officer) async throws -> Event? {
    try await database.read(as: officer, Query<Event>("SELECT \(Event.columns) FROM awareness_event e WHERE e.id = \(id)")).first
  }

  package func add(_ new: NewEvent, once sent: SentForm? = nil, by officer: Officer) async throws -> UUID {
    let id = UUID()
    return try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      try await transaction.execute(
        """
        INSERT INTO awareness_event (id, authority_id, kind, title, held_on, venue, agenda_item, evidence, version_id, course, others, author)
        VALUES (\(id), \(Int16(new.authority)), \(new.kind), \(new.title), \(new.heldOn), \(new.venue), \(new.agendaItem), \(new.evidence), \(new.versionID),
          \(new.course), \(Int16(new.others)), \(officer.id))
        """)
      return Written(id, AuditEntry(.addEvent, of: id, authority: new.authority, detail: ["title": new.title, "on": new.heldOn.words])).leading(to: Path.event(id))
    }
  }

  /// Changes an event. What its attendance is evidence of, and when it was, stay as they are once somebody is recorded.
  func change(_ event: Event, to new: NewEvent, seen version: Int, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let changed = try await transaction.execute(
        """
        UPDATE awareness_event e SET authority_id = \(Int16(new.authority)), kind = \(new.kind), title = \(new.title), held_on = \(new.heldOn), venue = \(new.venue),
               agenda_item = \(new.agendaItem), evidence = \(new.evidence), version_id = \(new.versionID), course = \(new.course), others = \(Int16(new.others)),
               version = version + 1
         WHERE e.id = \(event.id) AND e.version = \(version)
           AND ((e.authority_id, e.held_on, e.evidence) = (\(Int16(new.authority)), \(new.heldOn), \(new.evidence)) AND e.version_id IS NOT DISTINCT FROM \(new.versionID)
                AND e.course IS NOT DISTINCT FROM \(new.course) OR NOT EXISTS (SELECT FROM event_attendance a WHERE a.event_id = e.id))
        """)
      guard changed == 1 else {
        throw Problem(.conflict, "The event has changed meanwhile", "Somebody was quicker. Look at it again.", wayOn: ("See the event", event.path))
      }
      return .done(AuditEntry(.changeEvent, of: event.id, authority: new.authority, detail: ["title": new.title]))
    }
  }

  /// Versions of guidance that an event may have given: those in effect today or in the last year.
  func versions(for officer: Officer) async throws -> [EventVersion] {
    let today = environment.today()
    return try await database.read(
      as: officer,
      Query<EventVersion>(
        """
        SELECT version_id, title || ', version ' || number AS name, effective_from, least(superseded_on, counts_before)::text AS before
          FROM guidance_version_counts
         WHERE effective_from <= \(today) AND coalesce(superseded_on, 'infinity') > \(today - 366) AND coalesce(counts_before, 'infinity') > \(today - 366)
         ORDER BY title, number DESC
        """))
  }
}

/// A version of guidance with the days on which it was in effect.
struct EventVersion: RowDecodable, Sendable {
  var id: UUID
  var name: String
  var from: Day
  var before: Day?

  init(row: Row) throws {
    id = try row.get("version_id")
    name = try row.get("name")
    from = try row.get("effective_from")
    before = try row.get("before", as: String?.self).flatMap { Day(iso: $0) }
  }

  func isInEffect(on day: Day) -> Bool { from <= day && (before.map { day < $0 } ?? true) }
}
