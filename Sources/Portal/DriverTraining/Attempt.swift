package import Domain
package import Foundation
import HTTPTypes
package import Postgres
import Web

/// One attempt at a course with whom it was of; and what else is recorded as completed, which is an attempt that nobody numbered.
package struct Attempt: RowDecodable, Sendable {
  /// Nil: recorded as completed without an attempt of its own, such as attendance at an event.
  package var id: UUID?
  package var licence: UUID
  package var authority: Int
  package var reference: String
  package var name: String
  package var course: String
  package var provider: String
  package var on: Day
  package var number: Int
  package var score: Int?
  package var review: EvidenceReview
  package var reason: String
  package var hasFile: Bool
  /// The day from which it counts no more; nil: it never counted.
  package var before: Day?

  private static let subject: SQL = "r.id AS licence_id, r.authority_id, r.reference, p.name"
  static let columns: SQL = """
    a.id, \(subject), a.course, a.provider, a.completed_on, a.number, a.score, a.review, a.review_reason, a.file_name IS NOT NULL AS has_file, c.valid_before, a.recorded_at
    """
  static let tables: SQL = """
    training_attempt a JOIN registration r ON r.id = a.registration_id JOIN party p ON p.id = r.party_id LEFT JOIN training_completion c ON c.id = a.completion_id
    """

  /// Everything that is recorded about the training of one licence, the latest first.
  static func all(of licence: UUID) -> Query<Attempt> {
    Query(
      """
      SELECT \(columns) FROM \(tables) WHERE a.registration_id = \(licence)
      UNION ALL
      SELECT NULL, \(subject), c.course, c.provider, c.completed_on, 1, NULL, 'accepted', '', false, c.valid_before, c.recorded_at
        FROM training_completion c JOIN registration r ON r.id = c.registration_id JOIN party p ON p.id = r.party_id
       WHERE c.registration_id = \(licence) AND NOT EXISTS (SELECT FROM training_attempt a WHERE a.completion_id = c.id)
       ORDER BY completed_on DESC, recorded_at DESC LIMIT 60
      """)
  }

  package init(row: Row) throws {
    id = try row.get("id")
    licence = try row.get("licence_id")
    authority = try row.get("authority_id")
    reference = try row.get("reference")
    name = try row.get("name")
    course = try row.get("course")
    provider = try row.get("provider")
    on = try row.get("completed_on")
    number = try row.get("number")
    score = try row.get("score")
    review = try row.get("review")
    reason = try row.get("review_reason")
    hasFile = try row.get("has_file")
    before = try row.get("valid_before")
  }

  var tag: StatusTag {
    switch review {
    case .none: StatusTag("Failed", .red)
    case .awaiting: StatusTag("Awaits review", .yellow)
    case .accepted: StatusTag("Accepted", .green)
    case .rejected: StatusTag("Evidence rejected", .orange)
    }
  }

  /// "Redditch College, 82%, second attempt"
  var words: String { [provider, score.map { "\($0)%" } ?? "", number > 1 ? "attempt \(number)" : ""].filter { !$0.isEmpty }.joined(separator: ", ") }
}

/// An attempt, whole and valid.
package struct NewAttempt: Sendable {
  package var course: String
  package var provider: String
  package var on: Day
  package var score: Int?
  package var passed: Bool
  /// Whether its evidence is looked at by somebody later.
  package var awaits: Bool
  package var file: (bytes: [UInt8], name: String, type: String)?

  package init(course: String, provider: String = "", on: Day, score: Int? = nil, passed: Bool = true, awaits: Bool = false, file: (bytes: [UInt8], name: String, type: String)? = nil) {
    self.course = course
    self.provider = provider
    self.on = on
    self.score = score
    self.passed = passed
    self.awaits = awaits
    self.file = file
  }
}

package enum AttemptConflict: Error, Equatable {
  case recordedAlready
  case noAttemptLeft(Int)
}

/// Reads and records attempts at training, and reviews their evidence.
package struct AttemptStore: Sendable {
  let environment: Environment
  package init(_ environment: Environment) { self.environment = environment }

  /// How many certificates wait for a review.
  static let awaiting = Query<Scalar<Int>>("SELECT count(*) FROM training_attempt WHERE review = 'awaiting'")

  func waiting(limit: Int, for officer: Officer) async throws -> [Attempt] {
    try await environment.database.read(
      as: officer, Query("SELECT \(Attempt.columns) FROM \(Attempt.tables) WHERE a.review = 'awaiting' ORDER BY a.recorded_at, a.id LIMIT \(limit)"))
  }

  func attempt(_ id: UUID, for officer: Officer) async throws -> Attempt? {
    try await environment.database.read(as: officer, Query<Attempt>("SELECT \(Attempt.columns) FROM \(Attempt.tables) WHERE a.id = \(id)")).first
  }

  func rule(_ licence: Licence, on day: Day, for officer: Officer) async throws -> DriverTrainingRule? {
    try await environment.database.read(as: officer, DriverRuleStore.rule(licence.authority, licence.kind, on: day)).first
  }

  /// Records an attempt under its number, and what counts of it.
  /// - Throws: `AttemptConflict`.
  package func record(_ new: NewAttempt, of licence: Licence, once sent: SentForm? = nil, by officer: Officer) async throws {
    let months = environment.settings.policy.trainingValidMonths
    do {
      try await environment.database.write(by: officer, at: environment.now(), once: sent) { transaction in
        // Two who record for one driver at a time count one after the other.
        try await transaction.execute("SELECT FROM registration WHERE id = \(licence.id) FOR NO KEY UPDATE")
        let most = try await transaction.first(DriverRuleStore.rule(licence.authority, licence.kind, on: new.on))?.maxAttempts
        let number = try await Self.number(of: licence.id, on: new.on, in: transaction)
        if let most, number > most { throw AttemptConflict.noAttemptLeft(most) }
        try await Self.insert(new, of: licence, number: number, months: months, by: officer, at: environment.now(), in: transaction)
        let verb: AuditVerb = new.passed ? .recordTraining : .recordFailedTraining
        return .done(AuditEntry(verb, of: licence.id, authority: licence.authority, detail: ["course": new.course, "on": new.on.words, "reference": licence.reference])
        ).leading(to: Path.licence(licence.id))
      }
    } catch let error as PostgresError where ["training_once", "attempt_once"].contains(error.constraint) {
      throw AttemptConflict.recordedAlready
    }
  }

  /// The number of the next attempt: failed ones count since the last that was completed.
  private static func number(of licence: UUID, on day: Day, in transaction: Transaction) async throws -> Int {
    try await transaction.value(
      """
      SELECT 1 + count(*) FROM training_attempt a WHERE a.registration_id = \(licence) AND NOT a.passed AND a.completed_on <= \(day)
         AND a.completed_on >= coalesce((SELECT max(c.completed_on) FROM training_completion c WHERE c.registration_id = \(licence) AND c.completed_on <= \(day)), '-infinity')
      """, as: Int.self)
  }

  private static func insert(
    _ new: NewAttempt, of licence: Licence, number: Int, months: Int, by officer: Officer, at now: Date, in transaction: Transaction
  ) async throws {
    var completion: UUID?
    let review: EvidenceReview = !new.passed ? .none : new.awaits ? .awaiting : .accepted
    if review == .accepted {
      completion = try await transaction.value(
        """
        INSERT INTO training_completion (registration_id, authority_id, course, provider, completed_on, valid_before, recorded_by)
        VALUES (\(licence.id), \(Int16(licence.authority)), \(new.course), \(new.provider), \(new.on),
          training_serves_before(\(Int16(licence.authority)), \(licence.kind), \(new.on), \(months)::integer), \(officer.id)) RETURNING id
        """, as: UUID.self)
    }
    let reviewer: UUID? = review == .accepted ? officer.id : nil
    try await transaction.execute(
      """
      INSERT INTO training_attempt (registration_id, authority_id, course, provider, completed_on, number, score, passed, file, file_name, file_type, review,
        reviewed_by, reviewed_at, completion_id, recorded_by)
      VALUES (\(licence.id), \(Int16(licence.authority)), \(new.course), \(new.provider), \(new.on), \(Int16(number)), \(new.score.map(Int16.init)), \(new.passed),
        \(new.file?.bytes), \(new.file?.name), \(new.file?.type), \(review), \(reviewer), \(reviewer == nil ? nil : now), \(completion), \(officer.id))
      """)
  }

  /// The certificate as it was uploaded.
  func file(_ attempt: UUID, for officer: Officer) async throws -> StoredFile? {
    try await environment.database.read(
      as: officer, Query<StoredFile>("SELECT encode(file, 'hex') AS hex, file_type, file_name FROM training_attempt WHERE id = \(attempt) AND file IS NOT NULL")).first
  }

  /// Accepts what was passed: from now on it counts, from the day it was completed. Or rejects it, with a reason: it counts no more.
  package func review(_ attempt: Attempt, as decision: EvidenceReview, reason: String = "", once sent: SentForm? = nil, by officer: Officer) async throws {
    guard let id = attempt.id, attempt.review.next.contains(decision) else { throw Self.quicker }
    let months = environment.settings.policy.trainingValidMonths
    let now = environment.now()
    try await environment.database.write(by: officer, at: now, once: sent) { transaction in
      struct Held: RowDecodable, Sendable {
        var review: EvidenceReview
        var completion: UUID?
        var kind: LicenceKind
        init(row: Row) throws {
          review = try row.get("review")
          completion = try row.get("completion_id")
          kind = try row.get("kind")
        }
      }
      let held = try await transaction.first(
        "SELECT a.review, a.completion_id, r.kind FROM training_attempt a JOIN registration r ON r.id = a.registration_id WHERE a.id = \(id) FOR UPDATE OF a", as: Held.self)
      guard let held, held.review.next.contains(decision) else { throw Self.quicker }
      try await transaction.execute(
        """
        UPDATE training_attempt SET review = \(decision), review_reason = \(reason), reviewed_by = \(officer.id), reviewed_at = \(now), completion_id = NULL WHERE id = \(id)
        """)
      if decision == .accepted {
        // Where the same course is recorded for that day in another way, that counts and stays.
        let made = try await transaction.optionalValue(
          """
          INSERT INTO training_completion (registration_id, authority_id, course, provider, completed_on, valid_before, recorded_by)
          VALUES (\(attempt.licence), \(Int16(attempt.authority)), \(attempt.course), \(attempt.provider), \(attempt.on),
            training_serves_before(\(Int16(attempt.authority)), \(held.kind), \(attempt.on), \(months)::integer), \(officer.id))
          ON CONFLICT ON CONSTRAINT training_once DO NOTHING RETURNING id
          """, as: UUID.self)
        if let made { try await transaction.execute("UPDATE training_attempt SET completion_id = \(made) WHERE id = \(id)") }
      } else if let completion = held.completion {
        try await transaction.execute("DELETE FROM training_completion WHERE id = \(completion)")
      }
      var detail = ["course": attempt.course, "on": attempt.on.words, "reference": attempt.reference]
      if !reason.isEmpty { detail["reason"] = reason }
      return .done(AuditEntry(decision == .accepted ? .acceptEvidence : .rejectEvidence, of: attempt.licence, id, authority: attempt.authority, detail: detail))
        .leading(to: Path.trainingReviews)
    }
  }

  private static var quicker: Problem {
    Problem(.conflict, "That was decided already", "Somebody was quicker. Look at it again.", wayOn: ("Certificates that await review", Path.trainingReviews))
  }
}

/// A file that was uploaded, as it is given back.
package struct StoredFile: RowDecodable, Sendable {
  package var bytes: [UInt8]
  package var type: String
  package var name: String

  package init(row: Row) throws {
    let digits = Array(try row.get("hex", as: String.self).utf8)
    func value(_ digit: UInt8) -> UInt8 { digit < 58 ? digit - 48 : digit - 87 }
    bytes = stride(from: 0, to: digits.count - 1, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }
    type = try row.get("file_type")
    name = try row.get("file_name")
  }

  /// "pdf", "png", "jpg": what the bytes are, whatever the upload was called.
  var ending: String { type == "application/pdf" ? "pdf" : type == "image/png" ? "png" : "jpg" }
}
