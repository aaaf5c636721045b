package import Domain
package import Foundation
import HTTPTypes
package import Postgres
import Web

/// Reads plans and writes what is decided of them.
package struct PlanStore: Sendable {
  let environment: Environment
  var database: Database { environment.database }
  package init(_ environment: Environment) { self.environment = environment }

  /// The plan of a hot spot that is not closed; nil where there is none.
  package func current(of hotSpot: UUID, for officer: Officer) async throws -> Plan? {
    try await database.read(
      as: officer, Query<Plan>("SELECT \(Plan.columns) FROM plan p JOIN hot_spot h ON h.id = p.hot_spot_id WHERE p.hot_spot_id = \(hotSpot) AND p.closed_on IS NULL")).first
  }

  package func plan(_ id: UUID, for officer: Officer) async throws -> Plan? {
    try await database.read(as: officer, Self.one(id)).first
  }

  /// The plan of a hot spot that is not closed, in a transaction that writes.
  static func current(of hotSpot: UUID, in transaction: Transaction) async throws -> Plan? {
    try await transaction.all(Query<Plan>("SELECT \(Plan.columns) FROM plan p JOIN hot_spot h ON h.id = p.hot_spot_id WHERE p.hot_spot_id = \(hotSpot) AND p.closed_on IS NULL")).first
  }

  package func actions(of plan: UUID, for officer: Officer) async throws -> [PlanAction] {
    try await database.read(as: officer, Query<PlanAction>("SELECT \(PlanAction.columns) FROM \(PlanAction.tables(on: environment.today())) WHERE a.plan_id = \(plan) ORDER BY a.number"))
  }

  private static func one(_ id: UUID) -> Query<Plan> { Query("SELECT \(Plan.columns) FROM plan p JOIN hot_spot h ON h.id = p.hot_spot_id WHERE p.id = \(id)") }

  /// The hot spot that a plan would answer: where it is, and since when it is designated.
  package func hotSpot(_ id: UUID, for officer: Officer) async throws -> PlannedPlace? {
    try await database.read(as: officer, Query<PlannedPlace>("SELECT id, authority_id, name, reference, state, designated_on FROM hot_spot WHERE id = \(id)")).first
  }

  package func begin(_ new: NewPlan, for place: PlannedPlace, once sent: SentForm? = nil, by officer: Officer) async throws -> UUID {
    let id = UUID()
    return try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let texts = new.texts
      let reference: String
      do {
        reference = try await transaction.value(
          """
          INSERT INTO plan (id, hot_spot_id, authority_id, objective, scanning, place_analysis, others_analysis, response, baseline, assessment, initiatives, begun_on, review_by, created_by)
          VALUES (\(id), \(place.id), \(Int16(place.authority)), \(texts.objective), \(texts.scanning), \(texts.place), \(texts.others), \(texts.response), \(texts.baseline),
            \(texts.assessment), \(new.initiatives.map(\.rawValue)), \(environment.today()), \(new.reviewBy), \(officer.id)) RETURNING reference
          """, as: String.self)
      } catch let error as PostgresError where error.constraint == "plan_of_hot_spot" {
        throw Problem(.conflict, "There is a plan already", "Somebody was quicker. See it with the hot spot.", wayOn: ("See the hot spot", Path.hotSpot(place.id)))
      }
      return Written(id, Self.entry("began", id, place.authority, reference, place.name)).leading(to: Path.plan(id))
    }
  }

  package func change(_ new: NewPlan, of seen: Plan, version: Int, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let plan = try await Self.locked(seen, version, in: transaction)
      let texts = new.texts
      try await transaction.execute(
        """
        UPDATE plan SET objective = \(texts.objective), scanning = \(texts.scanning), place_analysis = \(texts.place), others_analysis = \(texts.others),
               response = \(texts.response), baseline = \(texts.baseline), assessment = \(texts.assessment), initiatives = \(new.initiatives.map(\.rawValue)),
               review_by = \(new.reviewBy), version = version + 1 WHERE id = \(plan.id)
        """)
      return Written((), Self.entry("changed", plan)).leading(to: plan.path)
    }
  }

  /// Approves a plan. Two people: whoever began it does not approve it.
  package func approve(_ seen: Plan, on day: Day, version: Int, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let plan = try await Self.locked(seen, version, in: transaction)
      guard plan.approvedOn == nil else { throw Problem(.conflict, "It is approved already", "Somebody was quicker.", wayOn: ("See the plan", plan.path)) }
      guard plan.createdBy != officer.id else { throw Self.ownPlan(plan) }
      try await transaction.execute("UPDATE plan SET approved_on = \(day), approved_by = \(officer.id), version = version + 1 WHERE id = \(plan.id)")
      return Written((), Self.entry("approved", plan)).leading(to: plan.path)
    }
  }

  static func ownPlan(_ plan: Plan) -> Problem {
    Problem(.conflict, "You began this plan", "A plan takes two people: somebody else approves it.", wayOn: ("See the plan", plan.path))
  }

  static func unclosable(_ plan: Plan, _ obstacle: PlanRules.ClosingObstacle) -> Problem {
    Problem(.conflict, "The plan cannot be closed yet", obstacle.words + ".", wayOn: ("See the plan", plan.path))
  }

  package func close(_ seen: Plan, because reason: String, on day: Day, version: Int, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let plan = try await Self.locked(seen, version, in: transaction)
      if let obstacle = PlanRules.obstacle(toClosing: plan.texts.assessment, openActions: plan.openActions) { throw Self.unclosable(plan, obstacle) }
      try await transaction.execute(
        "UPDATE plan SET closed_on = \(day), closed_by = \(officer.id), closed_because = \(reason), version = version + 1 WHERE id = \(plan.id)")
      return Written((), Self.entry("closed", plan)).leading(to: plan.path)
    }
  }

  /// Ends the plan of a hot spot that is de-designated: its assessment, with nothing left open, is the evidence for that. Nil where there is no plan.
  static func end(of hotSpot: UUID, because reason: String, on day: Day, by officer: Officer, in transaction: Transaction) async throws -> AuditEntry? {
    guard let seen = try await current(of: hotSpot, in: transaction) else { return nil }
    let plan = try await locked(seen, nil, in: transaction)
    try assessed(plan)
    let ended = try await transaction.execute(
      "UPDATE plan SET closed_on = \(max(day, plan.approvedOn ?? plan.begunOn)), closed_by = \(officer.id), closed_because = \(reason), version = version + 1 WHERE id = \(plan.id)")
    guard ended == 1 else { throw Problem.forbidden }
    return entry("closed", plan)
  }

  /// Throws where a plan does not show yet that its hot spot may end.
  static func assessed(_ plan: Plan) throws(Problem) {
    guard let words = obstacle(toEndingWith: plan) else { return }
    throw Problem(.conflict, "Its plan does not show yet that it may end", words, wayOn: ("See the plan", plan.path))
  }

  /// Why a hot spot may not end yet; nil where its plan lets it.
  static func obstacle(toEndingWith plan: Plan) -> String? {
    PlanRules.obstacle(toClosing: plan.texts.assessment, openActions: plan.openActions).map {
      "A hot spot is de-designated on the assessment of its plan, \(plan.reference). \($0.words)."
    }
  }

  /// The plan as it is now, locked; the page may be old.
  static func locked(_ seen: Plan, _ version: Int?, in transaction: Transaction) async throws -> Plan {
    _ = try await transaction.execute("SELECT FROM plan WHERE id = \(seen.id) FOR UPDATE")
    guard let plan = try await transaction.all(one(seen.id)).first, version == nil || plan.version == version else {
      throw Problem(.conflict, "The plan has changed meanwhile", "Somebody was quicker. Look at it again.", wayOn: ("See the plan", seen.path))
    }
    guard plan.closedOn == nil else { throw Problem(.conflict, "The plan is closed", "Nothing can be changed in it.", wayOn: ("See the plan", plan.path)) }
    return plan
  }

  private static func entry(_ what: String, _ plan: Plan) -> AuditEntry { entry(what, plan.id, plan.authority, plan.reference, plan.hotSpotName) }
  private static func entry(_ what: String, _ id: UUID, _ authority: Int, _ reference: String, _ name: String) -> AuditEntry {
    AuditEntry(.decidePlan, of: id, authority: authority, detail: ["what": what, "reference": reference, "name": name])
  }
}

/// A hot spot as a plan needs it.
package struct PlannedPlace: RowDecodable, Sendable {
  package var id: UUID
  package var authority: Int
  package var name: String
  package var reference: String
  package var state: HotSpotState
  package var designatedOn: Day?

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    name = try row.get("name")
    reference = try row.get("reference")
    state = try row.get("state")
    designatedOn = try row.get("designated_on")
  }
}
