package import Domain
package import Foundation
import HTTPTypes
package import Postgres
import Web

/// A meeting as it is arranged or changed.
package struct NewMeeting: Sendable {
  package var partnership: Int
  package var heldOn: Day
  package var place: String

  package init(_ partnership: Int, on heldOn: Day, at place: String) {
    self.partnership = partnership
    self.heldOn = heldOn
    self.place = place
  }
}

/// Reads tasking meetings and writes their minutes. A decision and its minute are one transaction, and so are a task and its action.
package struct TaskingStore: Sendable {
  let environment: Environment
  var database: Database { environment.database }
  package init(_ environment: Environment) { self.environment = environment }

  // MARK: - Reading

  /// The latest first.
  func meetings(_ partnership: Int? = nil, for officer: Officer) async throws -> [TaskingMeeting] {
    let only: SQL = partnership.map { "WHERE m.csp_id = \(Int16($0))" } ?? ""
    return try await database.read(as: officer, Query<TaskingMeeting>("SELECT \(TaskingMeeting.columns) FROM tasking_meeting m \(only) ORDER BY m.held_on DESC, m.id LIMIT 60"))
  }

  package func meeting(_ id: UUID, for officer: Officer) async throws -> TaskingMeeting? {
    try await database.read(as: officer, Self.one(id)).first
  }

  private static func one(_ id: UUID) -> Query<TaskingMeeting> { Query("SELECT \(TaskingMeeting.columns) FROM tasking_meeting m WHERE m.id = \(id)") }

  /// What stands before a meeting, of what the reader may see: built anew whenever it is read.
  package func agenda(of meeting: TaskingMeeting, for officer: Officer) async throws -> Agenda {
    let today = environment.today(), partnership = Int16(meeting.partnership)
    let (items, spots, standings, overdue, log) = try await database.read(
      as: officer,
      Query<AgendaItem>(
        """
        SELECT i.id, i.reference, i.kind, i.theme, i.received_on FROM intelligence_item i
         WHERE i.csp_id = \(partnership) AND i.received_on > \(meeting.since) AND i.received_on <= \(meeting.heldOn) AND i.state <> 'recalled'
         ORDER BY i.received_on DESC, i.id LIMIT 200
        """),
      HotSpot.open(in: meeting.partnership), PlanStanding.query(on: min(today, meeting.heldOn)), PlanAction.open(in: meeting.partnership, on: today, lateOnly: true),
      Query<LoggedTask>(
        """
        SELECT t.meeting_id, m.held_on, t.action_id, a.what, a.organisation_id, a.due_on, a.state, h.name AS hot_spot
          FROM tasking_minute t JOIN tasking_meeting m ON m.id = t.meeting_id JOIN plan_action a ON a.id = t.action_id JOIN hot_spot h ON h.id = t.hot_spot_id
         WHERE t.csp_id = \(partnership) AND t.kind = 'task' AND m.held_on < \(meeting.heldOn) AND (a.state NOT IN ('verified', 'cancelled') OR a.state_on > \(meeting.since))
         ORDER BY m.held_on DESC, t.number, t.id LIMIT 200
        """))
    return Agenda(
      items: items, hotSpots: spots, standings: Dictionary(standings.map { ($0.hotSpot, $0) }, uniquingKeysWith: { first, _ in first }), overdue: overdue, log: log)
  }

  /// Hot spots of the partnerships that one sees, with their plans and the guidance in them.
  func watched(_ partnerships: [Int], for officer: Officer) async throws -> (spots: [HotSpot], standings: [UUID: PlanStanding], coverage: [UUID: HotSpotCoverage], due: PlansDue?) {
    let today = environment.today()
    let ids = partnerships.map { Int16($0) }
    let (spots, standings, coverage, due) = try await database.read(
      as: officer,
      Query<HotSpot>(
        """
        SELECT \(HotSpot.columns) FROM hot_spot h WHERE h.csp_id = ANY (\(ids)::smallint[]) AND h.designated_on IS NOT NULL AND h.ended_on IS NULL
         ORDER BY has_lost DESC, h.review_by NULLS LAST, h.reference COLLATE "C" LIMIT 500
        """),
      PlanStanding.query(on: today), Query<HotSpotCoverage>("SELECT * FROM sec.hot_spot_coverage(\(Double(HotSpotRules.buffer)), \(today))"), PlansDue.query(officer, on: today))
    return (
      spots, Dictionary(standings.map { ($0.hotSpot, $0) }, uniquingKeysWith: { first, _ in first }),
      Dictionary(coverage.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }), due.first)
  }

  /// The minutes as the reader may see them, and how many there are.
  package func minutes(of id: UUID, for officer: Officer) async throws -> (attendance: [TaskingAttendance], minutes: [TaskingMinute], corrections: [TaskingCorrection], all: Int) {
    let (attendance, minutes, corrections, all) = try await database.read(
      as: officer,
      Query<TaskingAttendance>(
        """
        SELECT t.organisation_id, t.many, t.names FROM tasking_attendance t JOIN organisation o ON o.id = t.organisation_id
         WHERE t.meeting_id = \(id) ORDER BY o.name COLLATE "C", o.id
        """),
      TaskingMinute.query(of: id),
      Query<TaskingCorrection>(
        """
        SELECT c.minute_number, c.words, c.recorded_at, (SELECT n.name FROM sec.account_names(ARRAY[c.recorded_by]) n) AS recorder
          FROM tasking_correction c WHERE c.meeting_id = \(id) ORDER BY c.recorded_at, c.id
        """),
      Query<Scalar<Int>>("SELECT sec.tasking_minutes_counted(\(id))::bigint AS value"))
    return (attendance, minutes, corrections, all.first?.value ?? 0)
  }

  package func packs(of id: UUID, for officer: Officer) async throws -> [PrintedPack] {
    try await database.read(
      as: officer,
      Query<PrintedPack>(
        """
        SELECT k.organisation_id, k.made_at, (SELECT n.name FROM sec.account_names(ARRAY[k.made_by]) n) AS maker
          FROM tasking_pack k WHERE k.meeting_id = \(id) ORDER BY k.made_at DESC, k.id LIMIT 100
        """))
  }

  /// What the paper of one organisation is cut from. The words on other organisations' actions are not even asked for.
  package func pack(of meeting: TaskingMeeting, for organisation: Settings.Organisation, by officer: Officer) async throws -> TaskingPack {
    let today = environment.today()
    let (spots, standings, actions, words, minutes, bound) = try await database.read(
      as: officer, HotSpot.open(in: meeting.partnership), PlanStanding.query(on: today), PlanAction.open(in: meeting.partnership, on: today),
      Query<LatestWord>(
        """
        SELECT DISTINCT ON (s.action_id) s.action_id, s.words, s.on_day FROM plan_action_step s JOIN plan_action a ON a.id = s.action_id
         WHERE a.organisation_id = \(Int16(organisation.id)) AND a.state <> 'cancelled' ORDER BY s.action_id, s.on_day DESC, s.recorded_at DESC
        """),
      TaskingMinute.query(of: meeting.id),
      Query<Scalar<UUID>>("SELECT h.id AS value FROM hot_spot h CROSS JOIN LATERAL sec.hot_spot_basis(h.id) b WHERE h.csp_id = \(Int16(meeting.partnership)) AND b.has_conditions"))
    return TaskingPack(
      meeting: meeting, organisation: organisation, settings: environment.settings, today: today, hotSpots: spots, underConditions: Set(bound.map(\.value)),
      standings: Dictionary(standings.map { ($0.hotSpot, $0) }, uniquingKeysWith: { first, _ in first }), actions: actions,
      words: Dictionary(words.map { ($0.action, $0) }, uniquingKeysWith: { first, _ in first }), minutes: minutes)
  }

  // MARK: - Writing

  package func plan(_ new: NewMeeting, once sent: SentForm? = nil, by officer: Officer) async throws -> UUID {
    let id = UUID()
    return try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      do {
        let reference = try await transaction.value(
          """
          INSERT INTO tasking_meeting (id, csp_id, held_on, place, since, created_by)
          VALUES (\(id), \(Int16(new.partnership)), \(new.heldOn), \(new.place), \(Self.since(new)), \(officer.id)) RETURNING reference
          """, as: String.self)
        return Written(id, AuditEntry(.planMeeting, of: id, detail: ["what": "planned", "reference": reference, "on": new.heldOn.words])).leading(to: Path.tasking(id))
      } catch let error as PostgresError where error.constraint == "tasking_meeting_on_day" { throw Self.taken }
    }
  }

  private static let taken = Problem(.conflict, "There is a meeting that day", "The partnership has a tasking meeting on that day already.", wayOn: ("See the meetings", Path.tasking))

  /// The day of the meeting before, after which everything is new.
  private static func since(_ new: NewMeeting) -> SQL {
    """
    coalesce((SELECT max(x.held_on) FROM tasking_meeting x WHERE x.csp_id = \(Int16(new.partnership)) AND x.state <> 'cancelled' AND x.held_on < \(new.heldOn)),
      \(new.heldOn - TaskingRules.firstDays))
    """
  }

  package func change(_ new: NewMeeting, of seen: TaskingMeeting, version: Int, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let meeting = try await Self.open(seen, version, in: transaction)
      guard try await transaction.value("SELECT sec.tasking_minutes_counted(\(meeting.id))", as: Int.self) == 0 || new.heldOn == meeting.heldOn else {
        throw Problem(.conflict, "Its day stays", "Minutes are taken already, and their decisions bear its day.", wayOn: ("See the meeting", meeting.path))
      }
      do {
        try await transaction.execute(
          "UPDATE tasking_meeting SET held_on = \(new.heldOn), place = \(new.place), since = \(Self.since(new)), version = version + 1 WHERE id = \(meeting.id)")
      } catch let error as PostgresError where error.constraint == "tasking_meeting_on_day" { throw Self.taken }
      return Written((), AuditEntry(.planMeeting, of: meeting.id, detail: ["what": "changed", "reference": meeting.reference, "on": new.heldOn.words])).leading(to: meeting.path)
    }
  }

  package func take(_ step: TaskingStep, of seen: TaskingMeeting, version: Int, once sent: SentForm? = nil, by officer: Officer) async throws {
    let now = environment.now(), today = environment.today()
    try await database.write(by: officer, at: now, once: sent) { transaction in
      let meeting = try await Self.open(seen, version, in: transaction)
      guard let state = meeting.state.after(step) else { throw Self.over(meeting) }
      if step == .close, let obstacle = TaskingRules.obstacle(toClosing: meeting.heldOn, agencies: meeting.agencies, today: today) { throw Self.unclosable(meeting, obstacle) }
      let closes = step == .close
      try await transaction.execute(
        """
        UPDATE tasking_meeting SET state = \(state), closed_at = CASE WHEN \(closes) THEN \(now) END, closed_by = CASE WHEN \(closes) THEN \(officer.id) END,
               version = version + 1 WHERE id = \(meeting.id)
        """)
      let entry = closes
        ? AuditEntry(.closeMinutes, of: meeting.id, detail: ["reference": meeting.reference])
        : AuditEntry(.planMeeting, of: meeting.id, detail: ["what": "cancelled", "reference": meeting.reference, "on": meeting.heldOn.words])
      return Written((), entry).leading(to: closes ? Path.tasking(meeting.id, "minutes") : Path.tasking)
    }
  }

  static func unclosable(_ meeting: TaskingMeeting, _ obstacle: TaskingRules.Obstacle) -> Problem {
    Problem(.conflict, "The minutes cannot be closed yet", obstacle.words + ".", wayOn: ("Back to the minutes", Path.tasking(meeting.id, "minutes")))
  }
  static func over(_ meeting: TaskingMeeting) -> Problem {
    Problem(
      .conflict, meeting.state == .closed ? "The minutes are closed" : "The meeting is cancelled", meeting.state == .closed ? "They stand as they are. Write a correction instead." : "Nothing is minuted of it.",
      wayOn: ("See the minutes", Path.tasking(meeting.id, "minutes")))
  }

  package func attend(_ organisation: Settings.Organisation, _ many: Int, _ names: String, at seen: TaskingMeeting, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let meeting = try await Self.open(seen, nil, in: transaction)
      try await transaction.execute(
        """
        INSERT INTO tasking_attendance (meeting_id, csp_id, organisation_id, many, names, recorded_by)
        VALUES (\(meeting.id), \(Int16(meeting.partnership)), \(Int16(organisation.id)), \(Int16(many)), \(names), \(officer.id))
        ON CONFLICT (meeting_id, organisation_id) DO UPDATE SET many = excluded.many, names = excluded.names, recorded_by = excluded.recorded_by, recorded_at = now()
        """)
      return Written((), AuditEntry(.recordAttendees, of: meeting.id, detail: ["reference": meeting.reference, "organisation": organisation.name])).leading(to: Path.tasking(meeting.id, "minutes"))
    }
  }

  package func note(_ words: String, in seen: TaskingMeeting, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let meeting = try await Self.open(seen, nil, in: transaction)
      let entry = try await Self.write(.note, words, in: meeting, by: officer, in: transaction)
      return Written((), entry).leading(to: Path.tasking(meeting.id, "minutes"))
    }
  }

  /// Records what the meeting decided on a hot spot, by the rules of every such decision, and minutes it.
  package func decide(
    _ step: HotSpotStep, _ reason: String, reviewBy: Day?, on spot: HotSpot, version: Int, in seen: TaskingMeeting, once sent: SentForm? = nil, by officer: Officer
  ) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let meeting = try await Self.held(seen, environment.today(), in: transaction)
      guard spot.partnership == meeting.partnership else { throw Problem.notFound }
      let decision = NewDecision(step, reason: reason, meeting: meeting.name(environment.settings), decidedOn: meeting.heldOn, reviewBy: reviewBy)
      let decided = try await spot.decide(decision, version: version, by: officer, in: transaction)
      let entry = try await Self.write(.decision, reason, in: meeting, about: spot, step: step, reviewBy: reviewBy, by: officer, in: transaction)
      return Written((), entries: decided + [entry]).leading(to: Path.tasking(meeting.id, "minutes"))
    }
  }

  /// Gives a task: an agreed action of the hot spot's plan, and its minute.
  package func task(_ new: NewPlanAction, about spot: HotSpot, in seen: TaskingMeeting, once sent: SentForm? = nil, by officer: Officer) async throws {
    let today = environment.today()
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let meeting = try await Self.held(seen, today, in: transaction)
      guard spot.partnership == meeting.partnership else { throw Problem.notFound }
      guard let plan = try await Plan.current(of: spot.id, in: transaction) else { throw Self.unplanned(spot) }
      let (action, given) = try await plan.task(new, by: meeting.name(environment.settings), on: max(meeting.heldOn, plan.begunOn), officer, in: transaction)
      let entry = try await Self.write(
        .task, new.what, in: meeting, about: spot, organisation: new.organisation, due: new.due, action: action, by: officer, in: transaction)
      return Written((), given, entry).leading(to: Path.tasking(meeting.id, "minutes"))
    }
  }

  static func unplanned(_ spot: HotSpot) -> Problem {
    Problem(.conflict, "The hot spot has no plan", "A task is an action of its plan. Begin the plan first.", wayOn: ("Begin a plan", Path.hotSpot(spot.id, "plan")))
  }

  package func correct(_ words: String, minute: TaskingMinute?, of seen: TaskingMeeting, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      try await transaction.execute(
        """
        INSERT INTO tasking_correction (meeting_id, csp_id, minute_number, authority_id, words, recorded_by)
        VALUES (\(seen.id), \(Int16(seen.partnership)), \((minute?.number).map { Int16($0) }), \((minute?.authority).map { Int16($0) }), \(words), \(officer.id))
        """)
      return Written((), AuditEntry(.correctMinutes, of: seen.id, detail: ["reference": seen.reference])).leading(to: Path.tasking(seen.id, "minutes"))
    }
  }

  /// Notes that an organisation's paper is printed; only then is it shown.
  package func print(for organisation: Settings.Organisation, of meeting: TaskingMeeting, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      try await transaction.execute(
        "INSERT INTO tasking_pack (meeting_id, csp_id, organisation_id, made_by) VALUES (\(meeting.id), \(Int16(meeting.partnership)), \(Int16(organisation.id)), \(officer.id))")
      return Written((), AuditEntry(.printPack, of: meeting.id, detail: ["reference": meeting.reference, "organisation": organisation.name]))
        .leading(to: Path.tasking(meeting.id, "packs/\(organisation.id)"))
    }
  }

  /// The meeting as it is now, locked, while its minutes are open.
  private static func open(_ seen: TaskingMeeting, _ version: Int?, in transaction: Transaction) async throws -> TaskingMeeting {
    _ = try await transaction.execute("SELECT FROM tasking_meeting WHERE id = \(seen.id) FOR UPDATE")
    guard let meeting = try await transaction.all(one(seen.id)).first, version == nil || meeting.version == version else {
      throw Problem(.conflict, "The meeting has changed meanwhile", "Somebody was quicker. Look at it again.", wayOn: ("See the meeting", seen.path))
    }
    guard meeting.state == .planned else { throw over(meeting) }
    return meeting
  }

  private static func held(_ seen: TaskingMeeting, _ today: Day, in transaction: Transaction) async throws -> TaskingMeeting {
    let meeting = try await open(seen, nil, in: transaction)
    guard meeting.heldOn <= today else { throw notHeld(meeting) }
    return meeting
  }

  static func notHeld(_ meeting: TaskingMeeting) -> Problem {
    Problem(.conflict, "The meeting is not held yet", "Decisions are recorded from \(meeting.heldOn.words) on.", wayOn: ("See the agenda", meeting.path))
  }

  private static func write(
    _ kind: MinuteKind, _ words: String, in meeting: TaskingMeeting, about spot: HotSpot? = nil, step: HotSpotStep? = nil, reviewBy: Day? = nil, organisation: Int? = nil,
    due: Day? = nil, action: UUID? = nil, by officer: Officer, in transaction: Transaction
  ) async throws -> AuditEntry {
    let number = try await transaction.value("SELECT sec.tasking_minutes_counted(\(meeting.id)) + 1", as: Int.self)
    try await transaction.execute(
      """
      INSERT INTO tasking_minute (meeting_id, csp_id, number, authority_id, hot_spot_id, kind, step, words, review_by, organisation_id, due_on, action_id, recorded_by)
      VALUES (\(meeting.id), \(Int16(meeting.partnership)), \(Int16(number)), \((spot?.authority).map { Int16($0) }), \(spot?.id), \(kind), \(step), \(words), \(reviewBy),
        \(organisation.map { Int16($0) }), \(due), \(action), \(officer.id))
      """)
    return AuditEntry(.writeMinute, of: meeting.id, authority: spot?.authority, detail: ["number": String(number), "reference": meeting.reference, "kind": "(\(kind.name.lowercased()))"])
  }
}
