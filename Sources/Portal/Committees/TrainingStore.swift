package import Domain
package import Foundation
package import Postgres

/// Members' training: sessions, attendance, completions, signatures, requirements.
package struct TrainingStore: Sendable {
  let environment: Environment
  private var database: Database { environment.database }
  package init(_ environment: Environment) { self.environment = environment }

  package func session(_ id: UUID, for officer: Officer) async throws -> TrainingSession? {
    try await database.read(as: officer, Query<TrainingSession>("SELECT \(TrainingSession.columns) FROM \(TrainingSession.tables) WHERE s.id = \(id)")).first
  }

  static func sessions(from day: Day, course: Int? = nil, limit: Int = 50) -> Query<TrainingSession> {
    let one: SQL = course.map { "AND s.course_id = \(Int16($0))" } ?? ""
    return Query("""
      SELECT \(TrainingSession.columns) FROM \(TrainingSession.tables) WHERE s.held_on >= \(day) AND s.cancelled_at IS NULL \(one) ORDER BY s.held_on, s.id LIMIT \(limit)
      """)
  }

  static func bookings(_ session: UUID) -> Query<Booking> {
    Query("SELECT b.member_id, m.name, m.ward, b.attended FROM session_booking b JOIN member m ON m.id = b.member_id WHERE b.session_id = \(session) ORDER BY m.sort_name, m.id")
  }

  static let requirements = Query<Requirement>("""
    SELECT r.id, r.authority_id, r.course_id, c.title, r.regimes, r.starts_on, r.ends_before, r.validity_months, r.induction_days, r.needs_signature, r.blocks,
           r.shortens, r.source, r.pass_mark, r.most_attempts
      FROM training_requirement r JOIN training_course c ON c.id = r.course_id ORDER BY r.authority_id, c.position, r.starts_on DESC, r.id
    """)

  package func addSession(course: Course, authority: Int, on day: Day, at time: String, place: String, provider: String, places: Int, key: UUID? = nil, by officer: Officer) async throws -> UUID? {
    try await database.write(by: officer, at: environment.now()) { transaction in
      if let key, try await Once.wasDone(key, by: officer, what: "session \(course.code) \(day.iso)", location: Path.sessions, in: transaction) { return Written(nil, entries: []) }
      let id = try await transaction.value(
        """
        INSERT INTO training_session (authority_id, course_id, held_on, starts_at, place, provider, places, recorded_by)
        VALUES (\(Int16(authority)), \(Int16(course.id)), \(day), \(time), \(place), \(provider), \(Int16(places)), \(officer.id)) RETURNING id
        """, as: UUID.self)
      return Written(id, AuditEntry(.addSession, of: id, authority: authority, detail: ["course": course.title, "on": day.words]))
    }
  }

  package func cancel(_ session: TrainingSession, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute("UPDATE training_session SET cancelled_at = \(environment.now()) WHERE id = \(session.id) AND cancelled_at IS NULL")
      return .done(AuditEntry(.cancelSession, of: session.id, authority: session.authority, detail: ["course": session.title, "on": session.heldOn.words]))
    }
  }

  /// Gives somebody a place.
  /// - Throws: `CommitteeConflict.alreadyThere`; `.gone` where the session is full, over or cancelled.
  package func book(_ member: Member, on session: TrainingSession, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let count = try await transaction.value("SELECT sec.session_taken(\(session.id))", as: Int.self)
      guard count < session.places, !session.isCancelled else { throw CommitteeConflict.gone }
      let made = try await transaction.execute(
        """
        INSERT INTO session_booking (session_id, member_id, authority_id, booked_by) VALUES (\(session.id), \(member.id), \(Int16(session.authority)), \(officer.id))
        ON CONFLICT DO NOTHING
        """)
      guard made == 1 else { throw CommitteeConflict.alreadyThere }
      var entry = AuditEntry(.bookSession, of: member.id, authority: session.authority, detail: ["name": member.name, "course": session.title, "on": session.heldOn.words])
      entry.subjects.append(session.id)
      return Written((), entry)
    }
  }

  package func giveBack(_ member: Member, on session: TrainingSession, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let gone = try await transaction.execute("DELETE FROM session_booking WHERE session_id = \(session.id) AND member_id = \(member.id) AND attended IS NULL")
      guard gone == 1 else { throw CommitteeConflict.gone }
      return .done(AuditEntry(.unbookSession, of: member.id, authority: session.authority, detail: ["name": member.name, "course": session.title]))
    }
  }

  /// Records who came: each attendance is a completion, signed where the sheet was.
  package func attend(_ session: TrainingSession, came: [UUID], signed: Set<UUID>, sheet: (bytes: [UInt8], name: String, type: String)?, by officer: Officer) async throws -> Int {
    try await database.write(by: officer, at: environment.now()) { transaction in
      var entries: [AuditEntry] = []
      try await transaction.execute("UPDATE session_booking SET attended = member_id = ANY(\(came)) WHERE session_id = \(session.id)")
      var made = 0
      for member in came {
        try await transaction.execute(
          """
          INSERT INTO session_booking (session_id, member_id, authority_id, attended, booked_by)
          VALUES (\(session.id), \(member), \(Int16(session.authority)), true, \(officer.id)) ON CONFLICT (session_id, member_id) DO NOTHING
          """)
        let training = try await transaction.optionalValue(
          """
          INSERT INTO member_training (authority_id, member_id, course_id, completed_on, provider, evidence, session_id, recorded_by)
          VALUES (\(Int16(session.authority)), \(member), \(Int16(session.course)), \(session.heldOn), \(session.provider), 'signed_attendance_sheet', \(session.id), \(officer.id))
          ON CONFLICT DO NOTHING RETURNING id
          """, as: UUID.self)
        guard let training else { continue }
        made += 1
        let name = try await transaction.value("SELECT name FROM member WHERE id = \(member)", as: String.self)
        entries.append(AuditEntry(.recordMemberTraining, of: member, authority: session.authority, detail: ["name": name, "course": session.title, "on": session.heldOn.words]))
        if signed.contains(member) {
          try await Self.sign(training, of: member, in: session.authority, NewSignature(how: "sheet", name: name, on: session.heldOn, file: sheet), by: officer, in: transaction)
        }
      }
      entries.insert(AuditEntry(
        .recordSessionAttendance, of: session.id, authority: session.authority,
        detail: ["course": session.title, "on": session.heldOn.words, "counts": "\(came.count) came, \(signed.count) signed"]), at: 0)
      return Written(made, entries: entries)
    }
  }

  private static func sign(_ training: UUID, of member: UUID, in authority: Int, _ signature: NewSignature, by officer: Officer, in transaction: Transaction) async throws {
    try await transaction.execute(
      """
      INSERT INTO training_signature (training_id, member_id, authority_id, how, signed_name, signed_on, file, file_name, file_type, recorded_by)
      VALUES (\(training), \(member), \(Int16(authority)), \(signature.how), \(signature.name), \(signature.on), \(signature.file?.bytes), \(signature.file?.name),
        \(signature.file?.type), \(officer.id))
      """)
  }

  /// - Throws: `CommitteeConflict.alreadyThere` where the same course is recorded for that day.
  package func record(_ new: NewTraining, of member: Member, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let id = try await transaction.optionalValue(
        """
        INSERT INTO member_training (authority_id, member_id, course_id, completed_on, provider, score, passed, evidence, attempt, file, file_name, file_type, recorded_by)
        VALUES (\(Int16(member.authority)), \(member.id), \(Int16(new.course)), \(new.on), \(new.provider), \(new.score.map(Int16.init)), \(new.passed), \(new.evidence), \(Int16(new.attempt)),
          \(new.file?.bytes), \(new.file?.name), \(new.file?.type), \(officer.id)) ON CONFLICT DO NOTHING RETURNING id
        """, as: UUID.self)
      guard let id else { throw CommitteeConflict.alreadyThere }
      if let signature = new.signature { try await Self.sign(id, of: member.id, in: member.authority, signature, by: officer, in: transaction) }
      return .done(AuditEntry(
        .recordMemberTraining, of: member.id, authority: member.authority, detail: ["name": member.name, "course": new.courseTitle, "on": new.on.words]))
    }
  }

  /// - Throws: `CommitteeConflict.alreadyThere` where it is signed already.
  package func sign(_ record: TrainingRecord, of member: Member, _ signature: NewSignature, by officer: Officer) async throws {
    guard let id = record.id, !record.isSigned else { throw CommitteeConflict.alreadyThere }
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await Self.sign(id, of: member.id, in: member.authority, signature, by: officer, in: transaction)
      return .done(AuditEntry(
        .signTraining, of: member.id, authority: member.authority, detail: ["name": signature.name, "course": record.title, "on": signature.on.words]))
    }
  }

  package func void(_ record: TrainingRecord, of member: Member, reason: String, by officer: Officer) async throws {
    guard let id = record.id else { throw CommitteeConflict.gone }
    try await database.write(by: officer, at: environment.now()) { transaction in
      let made = try await transaction.execute(
        """
        INSERT INTO training_void (training_id, member_id, authority_id, reason, recorded_by) VALUES (\(id), \(member.id), \(Int16(member.authority)), \(reason), \(officer.id))
        ON CONFLICT DO NOTHING
        """)
      guard made == 1 else { throw CommitteeConflict.gone }
      return .done(AuditEntry(.voidTraining, of: member.id, authority: member.authority, detail: ["name": member.name, "course": record.title, "reason": reason]))
    }
  }

  package func decide(_ kind: TrainingCover.Source, of member: Member, course: Course, days: DayRange, by decider: String, reason: String, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute(
        """
        INSERT INTO training_decision (authority_id, member_id, course_id, kind, starts_on, ends_before, decided_by, reason, recorded_by)
        VALUES (\(Int16(member.authority)), \(member.id), \(Int16(course.id)), \(kind), \(days.from), \(days.before), \(decider), \(reason), \(officer.id))
        """)
      return .done(AuditEntry(
        .decideTraining, of: member.id, authority: member.authority,
        detail: ["kind": kind.rawValue, "name": member.name, "course": course.title, "by": decider, "reason": reason]))
    }
  }
}
