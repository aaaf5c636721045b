package import Domain
package import Foundation
import Postgres
import Web

/// A plan that answers a hot spot, with what the multi-agency test asks of it.
package struct Plan: RowDecodable, Sendable {
  package var id: UUID
  package var hotSpot: UUID
  package var hotSpotName: String
  package var authority: Int
  package var reference: String
  package var texts: PlanTexts
  package var reviewBy: Day
  package var approvedOn: Day?
  package var approver: String?
  package var createdBy: UUID
  package var closedOn: Day?
  package var closedBecause: String?
  package var version: Int

  static let columns: SQL = """
    p.id, p.hot_spot_id, h.name AS hot_spot, p.authority_id, p.reference, p.objective, p.scanning, p.place_analysis, p.others_analysis, p.response, p.baseline,
    p.assessment, p.review_by, p.approved_on, (SELECT n.name FROM sec.account_names(ARRAY[p.approved_by]) n) AS approver, p.created_by, p.closed_on,
    p.closed_because, p.version
    """

  package init(row: Row) throws {
    id = try row.get("id")
    hotSpot = try row.get("hot_spot_id")
    hotSpotName = try row.get("hot_spot")
    authority = try row.get("authority_id")
    reference = try row.get("reference")
    texts = PlanTexts(
      objective: try row.get("objective"), scanning: try row.get("scanning"), place: try row.get("place_analysis"), others: try row.get("others_analysis"),
      response: try row.get("response"), baseline: try row.get("baseline"), assessment: try row.get("assessment"))
    reviewBy = try row.get("review_by")
    approvedOn = try row.get("approved_on")
    approver = try row.get("approver")
    createdBy = try row.get("created_by")
    closedOn = try row.get("closed_on")
    closedBecause = try row.get("closed_because")
    version = try row.get("version")
  }
}

/// What a plan says, by stage of OSARA. Of a place, never of a person.
package struct PlanTexts: Sendable {
  package var objective: String
  package var scanning: String
  package var place: String
  package var others: String
  package var response: String
  package var baseline: String
  package var assessment: String
}

/// One action of a plan: what, whose, by when, and where it stands.
package struct PlanAction: RowDecodable, Sendable {
  package var id: UUID
  package var plan: UUID
  package var authority: Int
  package var number: Int
  package var what: String
  package var theme: PlanTheme
  package var organisation: Int
  package var lead: String
  package var due: Day
  package var state: PlanActionState
  package var since: Day
  package var version: Int

  static let columns: SQL = "a.id, a.plan_id, a.authority_id, a.number, a.what, a.theme, a.organisation_id, a.lead, a.due_on, a.state, a.state_on, a.version"

  package init(row: Row) throws {
    id = try row.get("id")
    plan = try row.get("plan_id")
    authority = try row.get("authority_id")
    number = try row.get("number")
    what = try row.get("what")
    theme = PlanTheme(rawValue: try row.get("theme")) ?? .prevent
    organisation = try row.get("organisation_id")
    lead = try row.get("lead")
    due = try row.get("due_on")
    state = PlanActionState(rawValue: try row.get("state")) ?? .proposed
    since = try row.get("state_on")
    version = try row.get("version")
  }
}

/// Reads plans and writes what is decided of them.
package struct PlanStore: Sendable {
  let environment: Environment
  package init(_ environment: Environment) { self.environment = environment }

  /// The plan of a hot spot that is not closed; nil where there is none.
  package func current(of hotSpot: UUID, for officer: Officer) async throws -> Plan? {
    try await environment.database.read(
      as: officer, Query<Plan>("SELECT \(Plan.columns) FROM plan p JOIN hot_spot h ON h.id = p.hot_spot_id WHERE p.hot_spot_id = \(hotSpot) AND p.closed_on IS NULL")).first
  }

  package func plan(_ id: UUID, for officer: Officer) async throws -> (plan: Plan, actions: [PlanAction])? {
    let (plans, actions) = try await environment.database.read(
      as: officer, Query<Plan>("SELECT \(Plan.columns) FROM plan p JOIN hot_spot h ON h.id = p.hot_spot_id WHERE p.id = \(id)"),
      Query<PlanAction>("SELECT \(PlanAction.columns) FROM plan_action a WHERE a.plan_id = \(id) ORDER BY a.number"))
    return plans.first.map { ($0, actions) }
  }

  /// What an organisation has to do, the most urgent first.
  package func actions(of organisation: Int, for officer: Officer) async throws -> [PlanAction] {
    try await environment.database.read(
      as: officer,
      Query<PlanAction>(
        """
        SELECT \(PlanAction.columns) FROM plan_action a
         WHERE a.organisation_id = \(Int16(organisation)) AND a.state NOT IN ('verified', 'cancelled') ORDER BY a.due_on, a.id LIMIT 200
        """))
  }
}
