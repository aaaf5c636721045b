import Domain
import Foundation
import HTTPTypes
import Postgres
import Web

/// The outbox as officers see it, and what they ask of it.
struct DeliveryStore: Sendable {
  let environment: Environment
  init(_ environment: Environment) { self.environment = environment }

  struct Cursor: Codable, Sendable {
    var at: Double
    var id: UUID
  }

  static func rows(_ states: [Message.State], before cursor: Cursor?, limit: Int) -> Query<Message> {
    let narrowed: SQL = states.isEmpty ? "true" : "d.state = ANY(\(states.map(\.rawValue)))"
    let bound: SQL = cursor.map { "(d.made_at, d.id) < (to_timestamp(\($0.at)), \($0.id))" } ?? "true"
    return Query("SELECT \(Message.columns) FROM delivery d WHERE d.registration_id IS NOT NULL AND \(narrowed) AND \(bound) ORDER BY d.made_at DESC, d.id DESC LIMIT \(limit)")
  }

  static func one(_ id: UUID) -> Query<Message> { Query("SELECT \(Message.columns) FROM delivery d WHERE d.id = \(id) AND d.registration_id IS NOT NULL") }

  struct Counts: RowDecodable, Sendable {
    var waiting: Int
    var troubled: Int
    init(row: Row) throws {
      waiting = try row.get("waiting")
      troubled = try row.get("troubled")
    }
  }
  static let counts = Query<Counts>(
    """
    SELECT (SELECT count(*) FROM delivery WHERE state IN ('queued', 'leased') AND registration_id IS NOT NULL) AS waiting,
           (SELECT count(*) FROM delivery WHERE state IN ('failed', 'dead') AND registration_id IS NOT NULL) AS troubled
    """)

  /// Sends the holder a link by e-mail. False: there is no address, it is acknowledged, or a message was written already.
  /// Nil: the licence has no such issue.
  func send(_ issue: UUID, to licence: Licence, by officer: Officer) async throws -> Bool? {
    try await environment.database.write(by: officer, at: environment.now()) { transaction in
      let version = try await transaction.optionalValue(
        """
        SELECT c.title || ', version ' || c.number FROM issuance i JOIN guidance_version_counts c ON c.version_id = i.version_id
         WHERE i.id = \(issue) AND i.registration_id = \(licence.id)
        """, as: String.self)
      guard let version else { return Written(nil, entries: []) }
      let many = try await Outbox.queue([issue], by: "email", in: transaction, environment)
      guard many > 0 else { return Written(false, entries: []) }
      return Written(
        true,
        AuditEntry(
          .sendMessage, of: licence.id, issue, authority: licence.authority, detail: ["version": version, "recipient": licence.holder.email ?? ""]))
    }
  }

  /// Notes what a carrier says became of a message. False: there is no such message, or nothing to note.
  func report(_ provider: String, _ receipt: Receipt) async throws -> Bool {
    let (state, problem): (String, String)
    switch receipt {
    case .open: return false
    case .delivered: (state, problem) = ("delivered", "")
    case .failed(let why): (state, problem) = ("failed", why)
    }
    return try await environment.database.pool.transaction(.readWrite) {
      try await $0.value("SELECT sec.report_message(\(provider), \(state), \(problem), \(environment.now()))", as: Bool.self)
    }
  }

  /// Tries a message again that failed or was given up, while its words are there: what a carrier took is written anew instead.
  func retry(_ message: Message, by officer: Officer) async throws {
    try await change(message, from: ["failed", "dead"], to: "queued", .retryMessage, by: officer)
  }

  func cancel(_ message: Message, by officer: Officer) async throws {
    try await change(message, from: ["queued", "failed", "dead"], to: "cancelled", .cancelMessage, by: officer)
  }

  private func change(_ message: Message, from states: [String], to state: String, _ verb: AuditVerb, by officer: Officer) async throws {
    let now = environment.now()
    let words: SQL = state == "queued" ? "body <> ''" : "true"
    try await environment.database.write(by: officer, at: now) { transaction in
      // One attempt stays counted: a carrier is asked first whether it has the message after all.
      let changed = try await transaction.execute(
        "UPDATE delivery SET state = \(state), not_before = \(now), attempts = least(attempts, 1::smallint), last_error = '', settled_at = NULL WHERE id = \(message.id) AND state = ANY(\(states)) AND \(words)")
      guard changed == 1 else {
        throw Problem(.conflict, "The message has moved on", "It was sent, or somebody was quicker. Look at it again.", wayOn: ("Back to the outbox", Path.outbox))
      }
      return .done(AuditEntry(verb, of: message.licence, message.id, authority: message.authority, detail: ["recipient": message.recipient]))
    }
  }

  /// Somebody who has been given guidance and not acknowledged it.
  struct Chased: RowDecodable, Sendable {
    var issue: UUID
    var licence: UUID
    var authority: Int
    var kind: LicenceKind
    var name: String
    var reference: String
    var email: String?
    var phone: String?
    var issued: Day
    var days: Int
    var rung: Int
    var isEscalated: Bool
    /// The rungs for which a reminder was written already.
    var reminded: Int

    init(row: Row) throws {
      issue = try row.get("issuance_id")
      licence = try row.get("registration_id")
      authority = try row.get("authority_id")
      kind = try row.get("kind")
      name = try row.get("name")
      reference = try row.get("reference")
      email = try row.get("email")
      phone = try row.get("phone")
      issued = try row.get("issued_on")
      days = try row.get("days")
      rung = try row.get("rung")
      isEscalated = try row.get("escalated")
      reminded = try row.get("reminded")
    }
  }

  static func chased(on day: Day, steps: [Int], authority: Int?, isEscalated: Bool?, limit: Int) -> Query<Chased> {
    let place: SQL = authority.map { "AND c.authority_id = \(Int16($0))" } ?? ""
    let part: SQL = isEscalated.map { $0 ? "AND c.escalated" : "AND NOT c.escalated" } ?? ""
    return Query(
      """
      SELECT c.issuance_id, c.registration_id, c.authority_id, r.kind, coalesce(r.trading_name, p.name) AS name, r.reference, p.email, p.phone, c.issued_on, c.days, c.rung,
             c.escalated, (SELECT coalesce(max(d.rung), 0) FROM delivery d WHERE d.issuance_id = c.issuance_id AND d.purpose = 'reminder' AND d.state <> 'cancelled') AS reminded
        FROM chase_list(\(day), \(steps.map { Int16($0) })) c JOIN registration r ON r.id = c.registration_id JOIN party p ON p.id = r.party_id
       WHERE c.rung > 0 \(place) \(part) ORDER BY c.days DESC, r.sort_name, r.id LIMIT \(limit)
      """)
  }

  /// Writes the reminder that each has reached and has not been sent yet; says how many. Those without an e-mail address stay on the list.
  func remind(authority: Int?, by officer: Officer) async throws -> Int {
    let steps = environment.settings.policy.chaseDays
    let today = environment.today()
    return try await environment.database.write(by: officer, at: environment.now()) { transaction in
      let rows = try await transaction.all(Self.chased(on: today, steps: steps, authority: authority, isEscalated: nil, limit: 5000))
        .filter { $0.email != nil && $0.rung > $0.reminded }
      var many = 0
      for (rung, group) in Dictionary(grouping: rows, by: \.rung).sorted(by: { $0.key < $1.key }) {
        many += try await Outbox.queue(group.map(\.issue), by: "email", purpose: "reminder", rung: rung, in: transaction, environment)
      }
      guard many > 0 else { return Written(0, entries: []) }
      var entry = AuditEntry(.sendReminders, of: officer.id, authority: authority, detail: ["count": many == 1 ? "one holder" : "\(many) holders"])
      entry.subjects += rows.map(\.licence)
      return Written(many, entry)
    }
  }
}
