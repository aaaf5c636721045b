package import Domain
package import Foundation
package import Postgres
import Web

/// A plan that answers a hot spot, with what the multi-agency test asks of it.
package struct Plan: RowDecodable, Sendable {
  package var id: UUID
  package var hotSpot: UUID
  package var hotSpotName: String
  package var hotSpotReference: String
  package var designatedOn: Day?
  package var authority: Int
  package var reference: String
  package var texts: PlanTexts
  package var initiatives: [PlanInitiative]
  package var begunOn: Day
  package var reviewBy: Day
  package var approvedOn: Day?
  package var approver: String?
  package var createdBy: UUID
  package var author: String?
  package var closedOn: Day?
  package var closedBecause: String?
  package var version: Int
  /// Organisations with an action that is agreed and not called off.
  package var organisations: Int
  /// Whether the group that is consulted has answered on the hot spot.
  package var groupAnswered: Bool

  static let columns: SQL = """
    p.id, p.hot_spot_id, h.name AS hot_spot, h.reference AS hot_spot_reference, h.designated_on, p.authority_id, p.reference, p.objective, p.scanning, p.place_analysis,
    p.others_analysis, p.response, p.baseline, p.assessment, array_to_string(p.initiatives, ',') AS initiatives, p.begun_on, p.review_by, p.approved_on,
    (SELECT n.name FROM sec.account_names(ARRAY[p.approved_by]) n) AS approver, p.created_by, (SELECT n.name FROM sec.account_names(ARRAY[p.created_by]) n) AS author,
    p.closed_on, p.closed_because, p.version,
    (SELECT count(DISTINCT a.organisation_id) FROM plan_action a WHERE a.plan_id = p.id AND a.state NOT IN ('proposed', 'cancelled')) AS organisations,
    EXISTS (SELECT FROM hot_spot_consultation c WHERE c.hot_spot_id = h.id AND c.answered_on IS NOT NULL) AS answered
    """

  package init(row: Row) throws {
    id = try row.get("id")
    hotSpot = try row.get("hot_spot_id")
    hotSpotName = try row.get("hot_spot")
    hotSpotReference = try row.get("hot_spot_reference")
    designatedOn = try row.get("designated_on")
    authority = try row.get("authority_id")
    reference = try row.get("reference")
    texts = PlanTexts(
      objective: try row.get("objective"), scanning: try row.get("scanning"), place: try row.get("place_analysis"), others: try row.get("others_analysis"),
      response: try row.get("response"), baseline: try row.get("baseline"), assessment: try row.get("assessment"))
    initiatives = try row.get("initiatives", as: String.self).split(separator: ",").compactMap { PlanInitiative(rawValue: String($0)) }
    begunOn = try row.get("begun_on")
    reviewBy = try row.get("review_by")
    approvedOn = try row.get("approved_on")
    approver = try row.get("approver")
    createdBy = try row.get("created_by")
    author = try row.get("author")
    closedOn = try row.get("closed_on")
    closedBecause = try row.get("closed_because")
    version = try row.get("version")
    organisations = try row.get("organisations")
    groupAnswered = try row.get("answered")
  }

  package var path: String { Path.plan(id) }
  /// The conditions of a multi-agency plan that fail.
  package var faults: [MultiAgencyTest.Fault] {
    MultiAgencyTest.faults(approved: approvedOn != nil, organisations: organisations, groupAnswered: groupAnswered)
  }
}

/// What a plan says, by stage of OSARA: objective, scanning, analysis (of the place and the other sides), response, assessment. Of a
/// place, never of a person.
package struct PlanTexts: Sendable, Equatable {
  package var objective: String
  package var scanning: String
  package var place: String
  package var others: String
  package var response: String
  package var baseline: String
  package var assessment: String

  package init(
    objective: String, scanning: String = "", place: String = "", others: String = "", response: String = "", baseline: String = "", assessment: String = ""
  ) {
    self.objective = objective
    self.scanning = scanning
    self.place = place
    self.others = others
    self.response = response
    self.baseline = baseline
    self.assessment = assessment
  }
}

/// One action of a plan: what, whose, by when, and where it stands.
package struct PlanAction: RowDecodable, Sendable {
  package var id: UUID
  package var plan: UUID
  package var planReference: String
  package var planClosed: Bool
  package var hotSpot: UUID
  package var hotSpotName: String
  package var authority: Int
  package var number: Int
  package var what: String
  package var theme: PlanTheme
  package var organisation: Int
  package var lead: String
  package var due: Day
  package var state: PlanActionState
  package var since: Day
  /// Percent of the hot spot's places with guidance at which it is done; nil where it is not about guidance.
  package var coverageWanted: Int?
  package var version: Int

  static let columns: SQL = """
    a.id, a.plan_id, p.reference AS plan, p.closed_on IS NOT NULL AS plan_closed, h.id AS hot_spot_id, h.name AS hot_spot, a.authority_id, a.number, a.what, a.theme,
    a.organisation_id, a.lead, a.due_on, a.state, a.state_on, a.coverage_wanted, a.version
    """
  static let tables: SQL = "plan_action a JOIN plan p ON p.id = a.plan_id JOIN hot_spot h ON h.id = p.hot_spot_id"

  package init(row: Row) throws {
    id = try row.get("id")
    plan = try row.get("plan_id")
    planReference = try row.get("plan")
    planClosed = try row.get("plan_closed")
    hotSpot = try row.get("hot_spot_id")
    hotSpotName = try row.get("hot_spot")
    authority = try row.get("authority_id")
    number = try row.get("number")
    what = try row.get("what")
    theme = try row.get("theme")
    organisation = try row.get("organisation_id")
    lead = try row.get("lead")
    due = try row.get("due_on")
    state = try row.get("state")
    since = try row.get("state_on")
    coverageWanted = try row.get("coverage_wanted")
    version = try row.get("version")
  }

  package var path: String { Path.planAction(id) }
  func isOverdue(_ today: Day) -> Bool { !state.isOver && due < today }

  /// "3 May 2026, overdue"
  func dueWords(_ today: Day) -> String {
    if state.isOver { return due.short }
    return due < today ? "\(due.short), overdue" : due <= today + PlanRules.dueSoonDays ? "\(due.short), due soon" : due.short
  }
}

/// A step of an action, as it was written.
package struct PlanStep: RowDecodable, Sendable {
  package var state: PlanActionState
  package var words: String
  package var evidence: String
  package var on: Day
  package var by: String?

  package init(row: Row) throws {
    state = try row.get("state")
    words = try row.get("words")
    evidence = try row.get("evidence")
    on = try row.get("on_day")
    by = try row.get("by_name")
  }
}

/// A plan as it is written or changed.
package struct NewPlan: Sendable {
  package var texts: PlanTexts
  package var initiatives: [PlanInitiative]
  package var reviewBy: Day

  package init(_ texts: PlanTexts, initiatives: [PlanInitiative] = [], reviewBy: Day) {
    self.texts = texts
    self.initiatives = initiatives
    self.reviewBy = reviewBy
  }
}

/// An action as it is written or changed.
package struct NewPlanAction: Sendable {
  package var what: String
  package var theme: PlanTheme
  package var organisation: Int
  package var lead: String
  package var due: Day
  package var coverageWanted: Int?

  package init(_ what: String, theme: PlanTheme, organisation: Int, lead: String, due: Day, coverageWanted: Int? = nil) {
    self.what = what
    self.theme = theme
    self.organisation = organisation
    self.lead = lead
    self.due = due
    self.coverageWanted = coverageWanted
  }
}

/// A step as somebody reports it.
package struct NewPlanStep: Sendable {
  package var state: PlanActionState
  package var words: String
  package var evidence: String
  package var on: Day

  package init(_ state: PlanActionState, _ words: String, evidence: String = "", on: Day) {
    self.state = state
    self.words = words
    self.evidence = evidence
    self.on = on
  }
}
