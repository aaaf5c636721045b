package import Domain
package import Foundation
import HTTPTypes
import Postgres
import Web

/// What a list of actions is narrowed by.
struct PlanActionFilter: Sendable {
  var organisation: Int?
  /// As it is shown, with what came about by itself. Nil: those that are not over.
  var state: PlanActionState?
  var isOverdue = false

  func conditions(on day: Day) -> SQL {
    let metres = Double(HotSpotRules.buffer)
    var all: [SQL] = []
    if let organisation { all.append("a.organisation_id = \(Int16(organisation))") }
    if let state, state.isOver { all.append("a.state = \(state)") } else {
      // The index holds what is not over.
      all.append("a.state NOT IN ('verified', 'cancelled')")
      if let state {
        if state != .donePendingVerification { all.append("a.state = \(state)") }
        all.append("(a.id IN (SELECT v.action_id FROM sec.plan_actions_to_verify(\(day), \(metres)) v)) = \(state == .donePendingVerification)")
      }
    }
    if isOverdue { all.append("a.id IN (SELECT l.action_id FROM sec.plan_actions_late(\(day), \(metres)) l)") }
    return SQL.joined(all, by: " AND ")
  }
}

/// Where a page of actions begins.
struct PlanActionCursor: Codable, Sendable, Equatable {
  var due: String
  var id: UUID
}

/// Reads the actions of plans and writes what is done about them.
package struct PlanActionStore: Sendable {
  let environment: Environment
  var database: Database { environment.database }
  package init(_ environment: Environment) { self.environment = environment }

  /// The most urgent first; a page fetched backwards comes the other way round.
  func list(_ filter: PlanActionFilter, at position: KeysetPosition<PlanActionCursor>, limit: Int, for officer: Officer) async throws -> [PlanAction] {
    try await database.read(as: officer, Self.listing(filter, at: position, limit: limit, on: environment.today()))
  }

  static func listing(_ filter: PlanActionFilter, at position: KeysetPosition<PlanActionCursor>, limit: Int, on today: Day) -> Query<PlanAction> {
    var bound: SQL = ""
    var direction: SQL = "ASC"
    switch position {
    case .first: break
    case .after(let cursor): bound = "AND (a.due_on, a.id) > (\(Day(iso: cursor.due)), \(cursor.id))"
    case .before(let cursor):
      bound = "AND (a.due_on, a.id) < (\(Day(iso: cursor.due)), \(cursor.id))"
      direction = "DESC"
    }
    return Query(
      """
      SELECT \(PlanAction.columns) FROM \(PlanAction.tables(on: today)) WHERE p.closed_on IS NULL AND \(filter.conditions(on: today)) \(bound)
       ORDER BY a.due_on \(direction), a.id \(direction) LIMIT \(limit)
      """)
  }

  package func action(_ id: UUID, for officer: Officer) async throws -> PlanAction? {
    try await database.read(as: officer, Query<PlanAction>("SELECT \(PlanAction.columns) FROM \(PlanAction.tables(on: environment.today())) WHERE a.id = \(id)")).first
  }

  package func steps(of action: UUID, for officer: Officer) async throws -> [PlanStep] {
    try await database.read(
      as: officer,
      Query<PlanStep>(
        """
        SELECT s.state, s.words, s.evidence, s.on_day, s.organisation_id, n.name AS by_name FROM plan_action_step s LEFT JOIN LATERAL sec.account_names(ARRAY[s.recorded_by]) n ON true
         WHERE s.action_id = \(action) ORDER BY s.on_day DESC, s.recorded_at DESC
        """))
  }

  /// What is not over of an organisation, the most urgent first.
  func open(of organisation: Int, for officer: Officer) async throws -> [PlanAction] {
    var filter = PlanActionFilter()
    filter.organisation = organisation
    return try await list(filter, at: .first, limit: 100, for: officer)
  }

  /// For whom the officer works; nil where nobody recorded it.
  package func organisation(of officer: Officer) async throws -> Int? {
    try await database.read(as: officer, Query<Scalar<Int>>("SELECT organisation_id::bigint AS value FROM plan_colleague WHERE account_id = \(officer.id)")).first?.value
  }

  package func add(_ new: NewPlanAction, to seen: Plan, once sent: SentForm? = nil, by officer: Officer) async throws -> UUID {
    let id = UUID()
    let today = environment.today()
    return try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let plan = try await PlanStore.locked(seen, nil, in: transaction)
      let number = try await Self.insert(new, id, .proposed, of: plan, on: today, by: officer.id, in: transaction)
      try await Self.write(NewPlanStep(.proposed, "Proposed", on: today), of: id, plan.authority, by: officer.id, in: transaction)
      return Written(id, Self.entry("added", id, plan.authority, plan.reference, number)).leading(to: plan.path)
    }
  }

  /// Gives a task: an action that a meeting agreed, in the transaction of its minute.
  /// - Parameter meeting: as the steps name it: "CSP South tasking, 27 March 2026".
  static func task(_ new: NewPlanAction, in plan: Plan, by meeting: String, on day: Day, _ officer: Officer, in transaction: Transaction) async throws -> (id: UUID, entry: AuditEntry) {
    let id = UUID()
    let plan = try await PlanStore.locked(plan, nil, in: transaction)
    let number = try await insert(new, id, .agreed, of: plan, on: day, by: officer.id, in: transaction)
    try await write(NewPlanStep(.proposed, "Proposed at \(meeting)", on: day), of: id, plan.authority, by: officer.id, in: transaction)
    try await write(NewPlanStep(.agreed, "Agreed at \(meeting)", on: day), of: id, plan.authority, by: officer.id, in: transaction)
    return (id, entry("agreed", id, plan.authority, plan.reference, number))
  }

  private static func insert(
    _ new: NewPlanAction, _ id: UUID, _ state: PlanActionState, of plan: Plan, on day: Day, by author: UUID, in transaction: Transaction
  ) async throws -> Int {
    try await transaction.value(
      """
      INSERT INTO plan_action (id, plan_id, authority_id, number, what, theme, organisation_id, lead, due_on, state, state_on, coverage_wanted, created_by)
      SELECT \(id), \(plan.id), \(Int16(plan.authority)), coalesce(max(a.number), 0) + 1, \(new.what), \(new.theme), \(Int16(new.organisation)), \(new.lead), \(new.due), \(state), \(day),
             \(new.coverageWanted.map { Int16($0) }), \(author) FROM plan_action a WHERE a.plan_id = \(plan.id) RETURNING number
      """, as: Int.self)
  }

  package func change(_ new: NewPlanAction, of seen: PlanAction, version: Int, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let action = try await locked(seen, version, in: transaction)
      guard new.organisation == action.organisation || action.state == .proposed else {
        throw Problem(
          .conflict, "The organisation stays", "It was agreed with that organisation. Cancel the action and add another.", wayOn: ("See the action", action.path))
      }
      try await transaction.execute(
        """
        UPDATE plan_action SET what = \(new.what), theme = \(new.theme), organisation_id = \(Int16(new.organisation)), lead = \(new.lead), due_on = \(new.due),
               coverage_wanted = \(new.coverageWanted.map { Int16($0) }), version = version + 1 WHERE id = \(action.id)
        """)
      return Written((), Self.entry("changed", action.id, action.authority, action.planReference, action.number)).leading(to: action.path)
    }
  }

  /// Writes a step: where the action now stands, and in words what was done. The same state again is word of how it goes on.
  /// - Throws: `Problem` where the state cannot follow, or whoever did the work would verify it.
  package func report(_ step: NewPlanStep, on seen: PlanAction, version: Int, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let action = try await locked(seen, version, in: transaction)
      guard step.state == action.state && !action.state.isOver || action.state.next(isReached: action.isReached).contains(step.state) else {
        throw Problem(.conflict, "It cannot be \(step.state.name.lowercased()) now", "The action is \(action.state.name.lowercased()).", wayOn: ("See the action", action.path))
      }
      guard step.state == action.state || !step.state.isDecided || officer.may(.managePlans, in: action.authority) else { throw Problem.forbidden }
      do {
        try await Self.write(step, of: action.id, action.authority, by: officer.id, in: transaction)
      } catch let error as PostgresError where error.constraint == "plan_step_verified_by_another" {
        throw Problem(.conflict, "You reported on this action", "Somebody who has no part in it verifies it.", wayOn: ("See the action", action.path))
      } catch let error as PostgresError where error.constraint == "plan_step_in_order" {
        throw Problem(.conflict, "A later step is recorded", "The day cannot be before that of the step it follows. Look at it again.", wayOn: ("See the action", action.path))
      } catch let error as PostgresError where error.constraint == "plan_step_of_own_organisation" {
        throw Problem(
          .conflict, "It is another organisation’s action", "Its own organisation says how it goes on. If that is yours, ask whoever manages accounts to record it.",
          wayOn: ("See the action", action.path))
      } catch let error as PostgresError where error.constraint == "plan_step_verifier_known" {
        throw Problem(
          .conflict, "It is not recorded for whom you work", "Somebody of another organisation verifies an action, so yours has to be known. Ask whoever manages accounts.",
          wayOn: ("See the action", action.path))
      } catch let error as PostgresError where error.constraint == "plan_step_verified_by_other_organisation" {
        throw Problem(.conflict, "It is your own organisation’s action", "Somebody of another organisation verifies it.", wayOn: ("See the action", action.path))
      }
      let moved = step.state != action.state
      try await transaction.execute(
        "UPDATE plan_action SET state = \(step.state), state_on = CASE WHEN \(moved) THEN \(step.on) ELSE state_on END, version = version + 1 WHERE id = \(action.id)")
      var entry = Self.entry(moved ? "moved" : "reported on", action.id, action.authority, action.planReference, action.number)
      if moved { entry.detail["state"] = step.state.name.lowercased() }
      return Written((), entry).leading(to: action.path)
    }
  }

  private func locked(_ seen: PlanAction, _ version: Int, in transaction: Transaction) async throws -> PlanAction {
    _ = try await transaction.execute("SELECT FROM plan_action WHERE id = \(seen.id) FOR UPDATE")
    let rows = try await transaction.all(Query<PlanAction>("SELECT \(PlanAction.columns) FROM \(PlanAction.tables(on: environment.today())) WHERE a.id = \(seen.id)"))
    guard let action = rows.first, action.version == version else {
      throw Problem(.conflict, "The action has changed meanwhile", "Somebody was quicker. Look at it again.", wayOn: ("See the action", seen.path))
    }
    guard !action.planClosed else { throw Problem(.conflict, "The plan is closed", "Nothing can be changed in it.", wayOn: ("See the plan", Path.plan(action.plan))) }
    return action
  }

  static func write(_ step: NewPlanStep, of action: UUID, _ authority: Int, by author: UUID, in transaction: Transaction) async throws {
    try await transaction.execute(
      """
      INSERT INTO plan_action_step (action_id, authority_id, state, words, evidence, on_day, recorded_by)
      VALUES (\(action), \(Int16(authority)), \(step.state), \(step.words), \(step.evidence), \(step.on), \(author))
      """)
  }

  private static func entry(_ what: String, _ id: UUID, _ authority: Int, _ plan: String, _ number: Int) -> AuditEntry {
    AuditEntry(.decidePlanAction, of: id, authority: authority, detail: ["what": what, "reference": plan, "number": String(number)])
  }
}
