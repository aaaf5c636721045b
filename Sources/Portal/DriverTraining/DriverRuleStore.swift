package import Domain
package import Foundation
import HTTPTypes
package import Postgres
import Web

/// A version of what a district asks of a kind of driver.
package struct DriverTrainingRule: RowDecodable, Sendable {
  package var id: UUID
  package var authority: Int
  package var kind: LicenceKind
  package var startsOn: Day
  package var graceUntil: Day
  package var cohort: TrainingCohort
  package var due: TrainingDue
  package var consequence: TrainingConsequence
  /// What it asks of an attempt; how long that serves follows local policy where the rule does not say.
  package var refresherMonths: Int?
  package var passMark: Int?
  package var maxAttempts: Int?
  package var providers: [String]
  /// Whether it is the one that counts today.
  package var isInForce: Bool

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    kind = try row.get("kind")
    startsOn = try row.get("starts_on")
    graceUntil = try row.get("grace_until")
    cohort = try row.get("cohort")
    due = try row.get("falls_due")
    consequence = try row.get("consequence")
    refresherMonths = try row.get("refresher_months")
    passMark = try row.get("pass_mark")
    maxAttempts = try row.get("max_attempts")
    providers = try row.get("providers")
    isInForce = try row.get("in_force")
  }

  func attempts(policy months: Int) -> AttemptRule {
    AttemptRule(providers: providers, passMark: passMark, maxAttempts: maxAttempts, months: refresherMonths ?? months)
  }

  /// What it asks of an attempt, as a line of a table.
  var attemptWords: String {
    [
      refresherMonths.map { "again after \($0) months" }, passMark.map { "\($0)% to pass" }, maxAttempts.map { $0 == 1 ? "one attempt" : "\($0) attempts" },
      providers.isEmpty ? nil : "by " + providers.joined(separator: " or "),
    ].compactMap { $0 }.joined(separator: "; ")
  }
}

/// What is to be asked, of whom, from when.
package struct NewDriverTraining: Sendable {
  package var authorities: [Int]
  package var kinds: [LicenceKind]
  package var startsOn: Day
  package var graceUntil: Day
  package var cohort: TrainingCohort
  package var due: TrainingDue
  package var consequence: TrainingConsequence
  package var refresherMonths: Int?
  package var passMark: Int?
  package var maxAttempts: Int?
  package var providers: [String]

  package init(
    authorities: [Int], kinds: [LicenceKind], startsOn: Day, graceUntil: Day, cohort: TrainingCohort = .all, due: TrainingDue = .byDay,
    consequence: TrainingConsequence = .advisory, refresherMonths: Int? = nil, passMark: Int? = nil, maxAttempts: Int? = nil, providers: [String] = []
  ) {
    self.authorities = authorities
    self.kinds = kinds
    self.startsOn = startsOn
    self.graceUntil = graceUntil
    self.cohort = cohort
    self.due = due
    self.consequence = consequence
    self.refresherMonths = refresherMonths
    self.passMark = passMark
    self.maxAttempts = maxAttempts
    self.providers = providers
  }

  /// The parameters of `driver_training_gap` after district and kind, up to the day that is asked about.
  var gap: SQL {
    "\(startsOn), \(graceUntil), \(cohort)::text, \(due)::text, \(maxAttempts.map(Int16.init))::smallint"
  }
}

/// A driver who does not meet the rule in force for them.
package struct UntrainedDriver: RowDecodable, Sendable {
  package var id: UUID
  package var authority: Int
  package var kind: LicenceKind
  package var reference: String
  package var name: String
  package var sortName: String
  package var isSuspended: Bool
  /// When their last training ran out; nil: they never had any.
  package var heldBefore: Day?
  package var isInGrace: Bool
  package var dueOn: Day
  package var lacks: TrainingLack
  package var consequence: TrainingConsequence

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    kind = try row.get("kind")
    reference = try row.get("reference")
    name = try row.get("name")
    sortName = try row.get("sort_name")
    isSuspended = try row.get("status", as: String.self) == "suspended"
    heldBefore = try row.get("held_before")
    isInGrace = try row.get("state", as: String.self) == "grace"
    dueOn = try row.get("due_on")
    lacks = try row.get("lacks")
    consequence = try row.get("consequence")
  }
}

/// What one driver lacks.
package struct OwedTraining: RowDecodable, Sendable {
  package var isOverdue: Bool
  package var dueOn: Day
  package var lacks: TrainingLack
  package var consequence: TrainingConsequence
  package var due: TrainingDue

  package init(row: Row) throws {
    isOverdue = try row.get("state", as: String.self) == "overdue"
    dueOn = try row.get("due_on")
    lacks = try row.get("lacks")
    consequence = try row.get("consequence")
    due = try row.get("falls_due")
  }

  /// Whether the rule lets nobody renew without it: where it is overdue, or falls due with this renewal.
  var barsRenewal: Bool { consequence == .noRenewal && (isOverdue || due == .beforeRenewal) }

  /// "Training is overdue since 3 April 2026: none recorded."
  var words: String {
    "Training \(isOverdue ? "has been owed since" : "is owed by") \(dueOn.words). \(lacks.name)."
  }
}

/// How many a rule would concern, in one district and kind.
package struct DriverTrainingPreview: RowDecodable, Sendable {
  package var authority: Int
  package var kind: LicenceKind
  package var licences: Int
  package var atStart: Int
  package var inGrace: Int
  package var afterGrace: Int

  package init(row: Row) throws {
    authority = try row.get("authority_id")
    kind = try row.get("kind")
    licences = try row.get("licences")
    atStart = try row.get("at_start")
    inGrace = try row.get("in_grace")
    afterGrace = try row.get("after_grace")
  }
}

/// How many a rule would make overdue in one week of one district.
package struct DriverTrainingWeek: RowDecodable, Sendable {
  package var week: Day
  package var authority: Int
  package var count: Int

  package init(row: Row) throws {
    week = try row.get("week")
    authority = try row.get("authority_id")
    count = try row.get("many")
  }
}

/// What the list of untrained drivers is narrowed by.
struct UntrainedFilter: Sendable {
  enum Show: String, CaseIterable, Sendable {
    case overdue, grace, suspended
    var words: String {
      switch self {
      case .overdue: "Overdue"
      case .grace: "Still in their time of grace"
      case .suspended: "Suspended already"
      }
    }
    var condition: SQL {
      switch self {
      case .overdue: "o.state = 'overdue' AND o.status = 'current'"
      case .grace: "o.state = 'grace' AND o.status = 'current'"
      case .suspended: "o.status = 'suspended'"
      }
    }
  }
  var authority: Int?
  var kind: LicenceKind?
  var show: Show?
  var lacks: TrainingLack?

  var conditions: [SQL] {
    [authority.map { "o.authority_id = \(Int16($0))" }, kind.map { "o.kind = \($0)" }, show?.condition, lacks.map { "o.lacks = \($0)" }].compactMap { $0 }
  }
}

struct UntrainedCursor: Codable, Sendable, Equatable {
  var name: String
  var id: UUID
}

/// Reads and sets what drivers owe of training.
package struct DriverRuleStore: Sendable {
  let environment: Environment
  package init(_ environment: Environment) { self.environment = environment }

  /// By name; a page fetched backwards comes in reverse.
  static func untrained(_ filter: UntrainedFilter, on day: Day, at position: KeysetPosition<UntrainedCursor>, limit: Int) -> Query<UntrainedDriver> {
    var bound: SQL = "true"
    var direction: SQL = "ASC"
    switch position {
    case .first: break
    case .after(let cursor): bound = "(r.sort_name, r.id) > (\(cursor.name), \(cursor.id))"
    case .before(let cursor): (bound, direction) = ("(r.sort_name, r.id) < (\(cursor.name), \(cursor.id))", "DESC")
    }
    let all = SQL.joined([bound] + filter.conditions, by: " AND ")
    return Query(
      """
      SELECT r.id, o.authority_id, o.kind, r.reference, p.name, r.sort_name, o.status, o.held_before, o.state, o.due_on, o.lacks, o.consequence
        FROM driver_training_owed(\(day)) o JOIN registration r ON r.id = o.registration_id JOIN party p ON p.id = r.party_id
       WHERE \(all) ORDER BY r.sort_name \(direction), r.id \(direction) LIMIT \(limit)
      """)
  }

  struct Counts: RowDecodable, Sendable {
    var overdue: Int
    var grace: Int
    var suspended: Int
    init(row: Row) throws {
      overdue = try row.get("overdue")
      grace = try row.get("grace")
      suspended = try row.get("suspended")
    }
  }

  static func counts(on day: Day) -> Query<Counts> {
    Query(
      """
      SELECT count(*) FILTER (WHERE state = 'overdue' AND status = 'current') AS overdue, count(*) FILTER (WHERE state = 'grace' AND status = 'current') AS grace,
             count(*) FILTER (WHERE status = 'suspended') AS suspended FROM driver_training_owed(\(day))
      """)
  }

  static func rules(on day: Day) -> Query<DriverTrainingRule> {
    Query(
      """
      SELECT u.id, u.authority_id, u.kind, u.starts_on, u.grace_until, u.cohort, u.falls_due, u.consequence, u.refresher_months, u.pass_mark, u.max_attempts, u.providers,
             u.starts_on <= \(day) AND NOT EXISTS (SELECT FROM driver_training_rule l WHERE (l.authority_id, l.kind) = (u.authority_id, u.kind)
               AND l.withdrawn_at IS NULL AND l.starts_on > u.starts_on AND l.starts_on <= \(day)) AS in_force
        FROM driver_training_rule u WHERE u.withdrawn_at IS NULL ORDER BY u.authority_id, u.kind, u.starts_on DESC
      """)
  }

  /// What a rule would do, by the licences of today and the training that is recorded today.
  package func preview(_ new: NewDriverTraining, for officer: Officer) async throws -> [DriverTrainingPreview] {
    let today = environment.today()
    return try await environment.database.read(
      as: officer,
      Query(
        """
        SELECT a.id AS authority_id, k.kind,
               (SELECT count(*) FROM registration r JOIN registration_standing(\(today)) s ON s.registration_id = r.id AND s.status IN ('current', 'suspended')
                 WHERE r.authority_id = a.id AND r.kind = k.kind) AS licences,
               (SELECT count(*) FROM driver_training_gap(a.id, k.kind, \(new.gap), \(new.startsOn), \(today)) g WHERE g.state = 'overdue') AS at_start,
               (SELECT count(*) FROM driver_training_gap(a.id, k.kind, \(new.gap), \(new.startsOn), \(today)) g WHERE g.state = 'grace') AS in_grace,
               (SELECT count(*) FROM driver_training_gap(a.id, k.kind, \(new.gap), \(new.graceUntil), \(today))) AS after_grace
          FROM unnest(\(new.authorities.map(Int16.init))::smallint[]) a (id) CROSS JOIN unnest(\(new.kinds.map(\.rawValue))::text[]) k (kind) ORDER BY a.id, k.kind
        """))
  }

  /// The same, by the week in which they become overdue. Weeks begin on Mondays.
  package func weeks(_ new: NewDriverTraining, for officer: Officer) async throws -> [DriverTrainingWeek] {
    let today = environment.today()
    return try await environment.database.read(
      as: officer,
      Query(
        """
        SELECT date_trunc('week', greatest(g.due_on, \(new.startsOn)))::date AS week, a.id AS authority_id, count(*) AS many
          FROM unnest(\(new.authorities.map(Int16.init))::smallint[]) a (id) CROSS JOIN unnest(\(new.kinds.map(\.rawValue))::text[]) k (kind)
         CROSS JOIN LATERAL driver_training_gap(a.id, k.kind, \(new.gap), \(new.graceUntil), \(today)) g
         WHERE g.state = 'overdue' GROUP BY 1, 2 ORDER BY 1, 2
        """))
  }

  /// The rule in force on a day for a licence, if any.
  static func rule(_ authority: Int, _ kind: LicenceKind, on day: Day) -> Query<DriverTrainingRule> {
    Query(
      """
      SELECT u.id, u.authority_id, u.kind, u.starts_on, u.grace_until, u.cohort, u.falls_due, u.consequence, u.refresher_months, u.pass_mark, u.max_attempts, u.providers,
             true AS in_force
        FROM driver_training_rule u WHERE u.authority_id = \(Int16(authority)) AND u.kind = \(kind) AND u.withdrawn_at IS NULL AND u.starts_on <= \(day)
       ORDER BY u.starts_on DESC LIMIT 1
      """)
  }

  /// What one licence lacks on a day; no row: nothing is asked of it, or it holds what is.
  static func owed(_ licence: UUID, on day: Day) -> Query<OwedTraining> {
    Query("SELECT state, due_on, lacks, consequence, falls_due FROM driver_training_owed(\(day)) WHERE registration_id = \(licence)")
  }

  /// - Returns: false where one of the districts has a rule from that day already.
  package func add(_ new: NewDriverTraining, once sent: SentForm? = nil, by officer: Officer) async throws -> Bool {
    do {
      try await environment.database.write(by: officer, at: environment.now(), once: sent) { transaction in
        var entries: [AuditEntry] = []
        for authority in new.authorities {
          for kind in new.kinds {
            let id = try await transaction.value(
              """
              INSERT INTO driver_training_rule (authority_id, kind, starts_on, grace_until, cohort, falls_due, consequence, refresher_months, pass_mark, max_attempts, providers, recorded_by)
              VALUES (\(Int16(authority)), \(kind), \(new.startsOn), \(new.graceUntil), \(new.cohort), \(new.due), \(new.consequence), \(new.refresherMonths.map(Int16.init)),
                \(new.passMark.map(Int16.init)), \(new.maxAttempts.map(Int16.init)), \(new.providers), \(officer.id)) RETURNING id
              """, as: UUID.self)
            entries.append(AuditEntry(
              .setDriverTraining, of: id, authority: authority, detail: ["kind": kind.pluralWithin, "from": new.startsOn.words, "until": new.graceUntil.words]))
          }
        }
        return Written((), entries: entries).leading(to: Path.driverTraining + "/rules")
      }
      return true
    } catch let error as PostgresError where error.constraint == "driver_training_rule_once" {
      return false
    }
  }

  /// Takes a rule back. False: it is none, or was taken back already.
  package func withdraw(_ rule: DriverTrainingRule, by officer: Officer) async throws {
    let now = environment.now()
    try await environment.database.write(by: officer, at: now) { transaction in
      let done = try await transaction.execute(
        "UPDATE driver_training_rule SET withdrawn_by = \(officer.id), withdrawn_at = \(now) WHERE id = \(rule.id) AND withdrawn_at IS NULL")
      guard done == 1 else { throw Problem.notFound }
      return .done(AuditEntry(
        .withdrawDriverTraining, of: rule.id, authority: rule.authority, detail: ["kind": rule.kind.pluralWithin, "from": rule.startsOn.words]))
    }
  }
}
