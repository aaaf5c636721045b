package import Domain
package import Foundation
import HTTPTypes
import Postgres
import Web

/// Where a page of visits, tests or requests begins.
struct FieldworkCursor: Codable, Sendable, Equatable {
  var on: String
  var id: UUID
}

/// Reads and records visits, challenge tests and requests for evidence.
package struct FieldworkStore: Sendable {
  let environment: Environment
  package init(_ environment: Environment) { self.environment = environment }

  /// One page of a list. What was withdrawn is in no list; the history of its licence tells of it.
  private func rows<T: RowDecodable & Sendable>(
    _ columns: SQL, of table: SQL, with tables: SQL = FieldworkSubject.tables, by day: SQL, ascending: Bool, where conditions: [SQL], at position: KeysetPosition<FieldworkCursor>, limit: Int, for officer: Officer
  ) async throws -> [T] {
    var bound: SQL = "true"
    var isAscending = ascending
    switch position {
    case .first: break
    case .after(let cursor): bound = Self.beyond(cursor, day, isAscending)
    case .before(let cursor):
      isAscending = !ascending
      bound = Self.beyond(cursor, day, isAscending)
    }
    let all = SQL.joined(["x.withdrawn_at IS NULL", bound] + conditions, by: " AND ")
    let direction: SQL = isAscending ? "ASC" : "DESC"
    return try await environment.database.read(
      as: officer,
      Query<T>("SELECT \(columns) FROM \(table) x \(tables) WHERE \(all) ORDER BY \(day) \(direction), x.id \(direction) LIMIT \(limit)"))
  }

  private static func beyond(_ cursor: FieldworkCursor, _ day: SQL, _ isAscending: Bool) -> SQL {
    guard let on = Day(iso: cursor.on) else { return "true" }
    return isAscending ? "(\(day), x.id) > (\(on), \(cursor.id))" : "(\(day), x.id) < (\(on), \(cursor.id))"
  }

  func visits(_ conditions: [SQL], at position: KeysetPosition<FieldworkCursor>, limit: Int, for officer: Officer) async throws -> [FieldVisit] {
    try await rows(FieldVisit.columns, of: "fieldwork_visit", with: FieldVisit.tables, by: "x.visited_on", ascending: false, where: conditions, at: position, limit: limit, for: officer)
  }

  func tests(_ conditions: [SQL], at position: KeysetPosition<FieldworkCursor>, limit: Int, for officer: Officer) async throws -> [ChallengeTest] {
    try await rows(ChallengeTest.columns, of: "challenge_test", by: "x.tested_on", ascending: false, where: conditions, at: position, limit: limit, for: officer)
  }

  /// The first due first.
  func requests(_ conditions: [SQL], at position: KeysetPosition<FieldworkCursor>, limit: Int, for officer: Officer) async throws -> [EvidenceRequest] {
    try await rows(EvidenceRequest.columns, of: "evidence_request", by: "x.due_on", ascending: true, where: conditions, at: position, limit: limit, for: officer)
  }

  struct Counts: RowDecodable, Sendable {
    var visitsDue: Int
    var visitsOverdue: Int
    var requestsOpen: Int
    var requestsOverdue: Int
    init(row: Row) throws {
      visitsDue = try row.get("visits_due")
      visitsOverdue = try row.get("visits_overdue")
      requestsOpen = try row.get("requests_open")
      requestsOverdue = try row.get("requests_overdue")
    }
  }

  func counts(for officer: Officer) async throws -> Counts? {
    let today = environment.today()
    return try await environment.database.read(
      as: officer,
      Query<Counts>(
        """
        SELECT v.due AS visits_due, v.overdue AS visits_overdue, e.open AS requests_open, e.overdue AS requests_overdue
          FROM (SELECT count(*) AS due, count(*) FILTER (WHERE follow_up_by < \(today)) AS overdue FROM fieldwork_visit
                 WHERE follow_up_by IS NOT NULL AND followed_up_on IS NULL AND withdrawn_at IS NULL) v
         CROSS JOIN (SELECT count(*) AS open, count(*) FILTER (WHERE due_on < \(today)) AS overdue FROM evidence_request
                      WHERE received_on IS NULL AND withdrawn_at IS NULL) e
        """)
    ).first
  }

  /// Guidance that can be given on a visit today to this kind of licence.
  func offered(_ kind: LicenceKind, for officer: Officer) async throws -> [(id: UUID, name: String)] {
    let today = environment.today()
    return try await environment.database.read(
      as: officer,
      Query<Offered>(
        """
        SELECT version_id, title || ', version ' || number AS name FROM guidance_version_counts
         WHERE audience @> ARRAY[\(kind)]::text[] AND effective_from <= \(today) AND (superseded_on IS NULL OR superseded_on > \(today))
           AND (counts_before IS NULL OR counts_before > \(today)) ORDER BY title, number DESC
        """)
    ).map { ($0.id, $0.name) }
  }

  private struct Offered: RowDecodable, Sendable {
    var id: UUID
    var name: String
    init(row: Row) throws {
      id = try row.get("version_id")
      name = try row.get("name")
    }
  }

  /// Records a visit, and in the same transaction the guidance that was given on it.
  package func add(_ new: NewVisit, to licence: Licence, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await environment.database.write(by: officer, at: environment.now(), once: sent) { transaction in
      var issuance: UUID?
      var entries: [AuditEntry] = []
      if let version = new.version {
        let id = try await transaction.value("SELECT give_guidance(\(licence.id), \(version), 'visit', 'hand', \(new.on))", as: UUID.self)
        let name = try await transaction.value(
          "SELECT title || ', version ' || number FROM guidance_version_counts WHERE version_id = \(version)", as: String.self)
        issuance = id
        entries.append(AuditEntry(
          .issueGuidance, of: licence.id, id, authority: licence.authority, detail: ["version": name, "channel": "hand", "on": new.on.words]))
      }
      try await transaction.execute(
        """
        INSERT INTO fieldwork_visit (registration_id, authority_id, visited_on, officer, found, concern, issuance_id, follow_up_by, recorded_by)
        VALUES (\(licence.id), \(Int16(licence.authority)), \(new.on), \(new.officer), \(new.found), \(new.isConcern), \(issuance), \(new.followUpBy), \(officer.id))
        """)
      entries.append(AuditEntry(.recordVisit, of: licence.id, authority: licence.authority, detail: ["on": new.on.words]))
      return Written((), entries: entries).leading(to: Path.licence(licence.id, "fieldwork"))
    }
  }

  package func add(_ new: NewChallenge, to licence: Licence, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await environment.database.write(by: officer, at: environment.now(), once: sent) { transaction in
      try await transaction.execute(
        """
        INSERT INTO challenge_test (registration_id, authority_id, tested_on, kind, result, reported, officer, debrief, recorded_by)
        VALUES (\(licence.id), \(Int16(licence.authority)), \(new.on), \(new.kind), \(new.result), \(new.isReported), \(new.officer), \(new.debrief), \(officer.id))
        """)
      return .done(AuditEntry(
        .recordChallenge, of: licence.id, authority: licence.authority, detail: ["on": new.on.words, "result": new.result.name.lowercased()])
      ).leading(to: Path.licence(licence.id, "fieldwork"))
    }
  }

  package func add(_ new: NewRequest, to licence: Licence, once sent: SentForm? = nil, by officer: Officer) async throws {
    let today = environment.today(), now = environment.now(), id = UUID()
    try await environment.database.write(by: officer, at: now, once: sent) { transaction in
      try await transaction.execute(
        """
        INSERT INTO evidence_request (id, registration_id, authority_id, wanted, detail, asked_on, due_on, recorded_by)
        VALUES (\(id), \(licence.id), \(Int16(licence.authority)), \(new.wanted), \(new.detail), \(today), \(new.dueOn), \(officer.id))
        """)
      if new.sends { _ = try await transaction.value("SELECT queue_evidence_messages(ARRAY[\(id)]::uuid[], 0::smallint, \(now)::timestamptz)", as: Int.self) }
      return .done(AuditEntry(
        .askForEvidence, of: licence.id, authority: licence.authority, detail: ["due": new.dueOn.words, "wanted": new.wanted.name.lowercased()])
      ).leading(to: Path.licence(licence.id, "fieldwork"))
    }
  }

  /// The other look was taken today, or need not be.
  package func followUp(_ visit: UUID, of licence: Licence, by officer: Officer) async throws {
    let today = environment.today()
    try await change(
      "UPDATE fieldwork_visit SET followed_up_on = \(today) WHERE id = \(visit) AND registration_id = \(licence.id) AND followed_up_on IS NULL AND follow_up_by IS NOT NULL AND withdrawn_at IS NULL",
      .followUpVisit, of: licence, by: officer)
  }

  package func receive(_ request: UUID, as words: String, of licence: Licence, by officer: Officer) async throws {
    let today = environment.today()
    try await change(
      "UPDATE evidence_request SET received_on = \(today), received_as = \(words) WHERE id = \(request) AND registration_id = \(licence.id) AND received_on IS NULL AND withdrawn_at IS NULL",
      .receiveEvidence, of: licence, by: officer)
  }

  struct Chase: RowDecodable, Sendable {
    var request: UUID
    var licence: UUID
    var authority: Int
    var rung: Int
    init(row: Row) throws {
      request = try row.get("request_id")
      licence = try row.get("registration_id")
      authority = try row.get("authority_id")
      rung = try row.get("rung")
    }
  }

  /// Open requests that have reached a reminder which nobody wrote yet, and whose holders can be written to.
  func remindersDue(for officer: Officer) async throws -> [Chase] {
    try await environment.database.read(as: officer, Self.chase(environment))
  }

  private static func chase(_ environment: Environment) -> Query<Chase> {
    Query(
      """
      SELECT c.request_id, c.registration_id, c.authority_id, c.rung FROM evidence_chase(\(environment.today()), \(environment.settings.policy.evidenceReminderDays.map { Int16($0) })) c
        JOIN registration_contact k ON k.registration_id = c.registration_id WHERE c.rung > c.reminded AND k.email IS NOT NULL ORDER BY c.due_on, c.request_id LIMIT 2000
      """)
  }

  /// Writes the reminder that each has reached into the outbox: once, however often it is asked for.
  /// - Returns: how many.
  package func remind(by officer: Officer) async throws -> Int {
    let now = environment.now()
    return try await environment.database.write(by: officer, at: now) { transaction in
      let due = try await transaction.all(Self.chase(environment)).filter { officer.may(.recordFieldwork, in: $0.authority) }
      var many = 0
      for (rung, group) in Dictionary(grouping: due, by: \.rung).sorted(by: { $0.key < $1.key }) {
        many += try await transaction.value("SELECT queue_evidence_messages(\(group.map(\.request)), \(Int16(rung)), \(now)::timestamptz)", as: Int.self)
      }
      guard many > 0 else { return Written(0, entries: []) }
      var entry = AuditEntry(.remindOfEvidence, of: officer.id, detail: ["count": many == 1 ? "one holder" : "\(many) holders"])
      entry.subjects += due.map(\.licence)
      return Written(many, entry)
    }
  }

  /// What may be taken back.
  package enum Thing: String, Sendable {
    case visits, tests, requests
    var table: SQL {
      switch self {
      case .visits: "fieldwork_visit"
      case .tests: "challenge_test"
      case .requests: "evidence_request"
      }
    }
    var words: String {
      switch self {
      case .visits: "visit"
      case .tests: "challenge test"
      case .requests: "request for evidence"
      }
    }
  }

  /// Takes back what was recorded by mistake. Guidance that was given on a visit is undone on the record of the licence.
  package func withdraw(_ thing: Thing, _ id: UUID, of licence: Licence, by officer: Officer) async throws {
    let now = environment.now()
    try await change(
      "UPDATE \(thing.table) SET withdrawn_by = \(officer.id), withdrawn_at = \(now) WHERE id = \(id) AND registration_id = \(licence.id) AND withdrawn_at IS NULL",
      .withdrawFieldwork, of: licence, detail: ["what": thing.words], by: officer)
  }

  private func change(_ update: SQL, _ verb: AuditVerb, of licence: Licence, detail: [String: String] = [:], by officer: Officer) async throws {
    try await environment.database.write(by: officer, at: environment.now()) { transaction in
      guard try await transaction.execute(update) == 1 else {
        throw Problem(.conflict, "That was done already", "Somebody was quicker. Look at it again.", wayOn: ("See visits and tests", Path.licence(licence.id, "fieldwork")))
      }
      return .done(AuditEntry(verb, of: licence.id, authority: licence.authority, detail: detail))
    }
  }
}
