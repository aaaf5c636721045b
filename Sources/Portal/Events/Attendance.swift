package import Domain
package import Foundation
import Postgres

/// Who was there: picked, or pasted as numbers. Recording somebody twice leaves them as they are.
extension EventStore {
  package struct Recorded: Sendable {
    /// New ones.
    package var new = 0
    /// Recorded before.
    package var known = 0
    /// What could not be placed, and waits.
    package var unmatched = 0
  }

  func attendees(_ event: UUID, after: (String, UUID)? = nil, limit: Int, for officer: Officer) async throws -> [Attendee] {
    let bound: SQL = after.map { "AND (r.sort_name, r.id) > (\($0.0), \($0.1))" } ?? ""
    return try await database.read(
      as: officer,
      Query<Attendee>(
        """
        SELECT r.id, r.authority_id, r.kind, r.reference, r.badge, p.name, r.sort_name,
               a.issuance_id IS NOT NULL AND NOT EXISTS (SELECT FROM issuance_void x WHERE x.issuance_id = a.issuance_id) AS guidance, a.training_id IS NOT NULL AS training
          FROM event_attendance a JOIN registration r ON r.id = a.registration_id JOIN party p ON p.id = r.party_id
         WHERE a.event_id = \(event) AND a.withdrawn_at IS NULL \(bound) ORDER BY r.sort_name, r.id LIMIT \(limit)
        """))
  }

  func unmatched(_ event: UUID, for officer: Officer) async throws -> [Unmatched] {
    try await database.read(
      as: officer, Query<Unmatched>("SELECT id, text, reason FROM event_unmatched WHERE event_id = \(event) AND settled_at IS NULL ORDER BY recorded_at, text, id LIMIT 500"))
  }

  /// Licences found by words, to be ticked; those recorded already are left out.
  func found(_ words: String, for event: UUID, officer: Officer) async throws -> [Attendee] {
    try await database.read(
      as: officer,
      Query<Attendee>(
        """
        SELECT r.id, r.authority_id, r.kind, r.reference, r.badge, p.name, r.sort_name, false AS guidance, false AS training
          FROM sec.search_registrations(\(words), 30) WITH ORDINALITY AS f (registration_id, matched, rank, place)
          JOIN registration r ON r.id = f.registration_id JOIN party p ON p.id = r.party_id
         WHERE r.authority_id = ANY(\(officer.authorities(.recordEvents).map(Int16.init)))
           AND NOT EXISTS (SELECT FROM event_attendance a WHERE a.event_id = \(event) AND a.registration_id = r.id AND a.withdrawn_at IS NULL)
         ORDER BY f.place
        """))
  }

  /// Records these licences as present.
  package func record(_ licences: [UUID], at event: Event, by officer: Officer) async throws -> Recorded {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let (new, entries) = try await attend(licences, event, officer, in: transaction)
      return Written(Recorded(new: new, known: Set(licences).count - new), entries: entries)
    }
  }

  /// Records whom the pasted numbers name; what names nobody, or several, is kept to be corrected.
  package func paste(_ texts: [String], at event: Event, by officer: Officer) async throws -> Recorded {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let matches = try await match(texts, event, officer, in: transaction)
      let licences = Array(Set(matches.compactMap { $0.many == 1 ? $0.licence : nil }))
      let wrong = matches.filter { $0.many != 1 }
      let (new, entries) = try await attend(licences, event, officer, in: transaction)
      if !wrong.isEmpty {
        try await transaction.execute(
          """
          INSERT INTO event_unmatched (event_id, authority_id, text, reason, recorded_by)
          SELECT \(event.id), \(Int16(event.authority)), x.text, x.reason, \(officer.id)
            FROM unnest(\(wrong.map(\.text)), \(wrong.map { $0.many == 0 ? "none" : "several" })) AS x (text, reason)
          ON CONFLICT (event_id, text) WHERE settled_at IS NULL DO NOTHING
          """)
      }
      return Written(Recorded(new: new, known: licences.count - new, unmatched: wrong.count), entries: entries)
    }
  }

  /// Places what could not be placed, as corrected; answers whether it names one licence now.
  func settle(_ id: UUID, as text: String, at event: Event, by officer: Officer) async throws -> Bool {
    try await database.write(by: officer, at: environment.now()) { transaction in
      guard let match = try await match([text], event, officer, in: transaction).first, match.many == 1, let licence = match.licence else { return Written(false, entries: []) }
      let (_, entries) = try await attend([licence], event, officer, in: transaction)
      try await transaction.execute(
        """
        UPDATE event_unmatched SET settled_as = \(licence), settled_by = \(officer.id), settled_at = \(environment.now())
         WHERE id = \(id) AND event_id = \(event.id) AND settled_at IS NULL
        """)
      return Written(true, entries: entries)
    }
  }

  /// Gives up on it: nobody of the register.
  func dismiss(_ id: UUID, at event: Event, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute(
        "UPDATE event_unmatched SET settled_by = \(officer.id), settled_at = \(environment.now()) WHERE id = \(id) AND event_id = \(event.id) AND settled_at IS NULL")
      return Written((), entries: [])
    }
  }

  /// Takes back an attendance: its guidance no longer counts, its training is no evidence.
  /// - Returns: whose it was, by reference; nil where somebody was quicker.
  package func withdraw(_ licence: UUID, from event: Event, by officer: Officer) async throws -> String? {
    try await database.write(by: officer, at: environment.now()) { transaction in
      struct Gone: RowDecodable, Sendable {
        var authority: Int
        var reference: String
        var issuance: UUID?
        var training: UUID?
        init(row: Row) throws {
          authority = try row.get("authority_id")
          reference = try row.get("reference")
          issuance = try row.get("issuance_id")
          training = try row.get("training_id")
        }
      }
      let gone = try await transaction.first(
        """
        UPDATE event_attendance a SET withdrawn_by = \(officer.id), withdrawn_at = \(environment.now()) FROM registration r
         WHERE a.event_id = \(event.id) AND a.registration_id = \(licence) AND a.withdrawn_at IS NULL AND r.id = a.registration_id
        RETURNING a.authority_id, r.reference, a.issuance_id, a.training_id
        """, as: Gone.self)
      guard let gone else { return Written(nil, entries: []) }
      if let issuance = gone.issuance {
        try await transaction.execute(
          """
          INSERT INTO issuance_void (issuance_id, registration_id, authority_id, how, reason, recorded_by)
          VALUES (\(issuance), \(licence), \(Int16(gone.authority)), 'corrected', \("Was not at \(event.title)"), \(officer.id)) ON CONFLICT DO NOTHING
          """)
      }
      if let training = gone.training { try await transaction.execute("DELETE FROM training_completion WHERE id = \(training)") }
      return Written(
        gone.reference,
        AuditEntry(.withdrawAttendance, of: licence, event.id, authority: gone.authority, detail: ["title": event.title, "reference": gone.reference]))
    }
  }

  private struct Present: RowDecodable, Sendable {
    var id: UUID
    var authority: Int
    var issuance: UUID?
    var training: UUID?
    init(row: Row) throws {
      id = try row.get("registration_id")
      authority = try row.get("authority_id")
      issuance = try row.get("issuance_id")
      training = try row.get("training_id")
    }
  }

  private func attend(_ licences: [UUID], _ event: Event, _ officer: Officer, in transaction: Transaction) async throws -> (Int, [AuditEntry]) {
    guard !licences.isEmpty else { return (0, []) }
    let months = environment.settings.policy.trainingValidMonths
    let present = try await transaction.all("SELECT * FROM record_attendance(\(event.id), \(licences), \(months)::integer)", as: Present.self)
    let entries = Dictionary(grouping: present, by: \.authority).sorted { $0.key < $1.key }.map { authority, rows in
      var detail = ["title": event.title, "on": event.heldOn.words]
      if rows.contains(where: { $0.issuance != nil || $0.training != nil }) { detail["evidence"] = event.evidenceWords }
      var entry = AuditEntry(.recordAttendance, of: event.id, authority: authority, detail: detail)
      entry.subjects += rows.map(\.id)
      return entry
    }
    return (present.count, entries)
  }

  private struct Match: RowDecodable, Sendable {
    var text: String
    var many: Int
    var licence: UUID?
    init(row: Row) throws {
      text = try row.get("text")
      many = try row.get("many")
      licence = try row.get("licence")
    }
  }

  /// Which licence each number names: a reference before a badge, the event's own district before others.
  private func match(_ texts: [String], _ event: Event, _ officer: Officer, in transaction: Transaction) async throws -> [Match] {
    try await transaction.all(
      """
      WITH asked AS (SELECT x.text, x.key FROM unnest(\(texts), \(texts.map(PastedReferences.key))) AS x (text, key)),
      found AS (
        SELECT a.text, r.id, 1 AS how, r.authority_id FROM asked a JOIN registration r ON r.reference_key = a.key
        UNION ALL SELECT a.text, r.id, 2, r.authority_id FROM asked a JOIN registration r ON r.badge_key = a.key AND r.badge_key IS NOT NULL),
      ranked AS (
        SELECT f.text, f.id, rank() OVER (PARTITION BY f.text ORDER BY f.how, f.authority_id <> \(Int16(event.authority))) AS place
          FROM found f WHERE f.authority_id = ANY(\(officer.authorities(.recordEvents).map(Int16.init))))
      SELECT a.text, count(DISTINCT r.id) AS many, (array_agg(r.id))[1] AS licence
        FROM asked a LEFT JOIN ranked r ON r.text = a.text AND r.place = 1 GROUP BY a.text ORDER BY a.text
      """, as: Match.self)
  }
}
