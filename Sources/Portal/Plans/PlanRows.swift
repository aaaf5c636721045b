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
  /// Actions that are neither verified nor cancelled.
  package var openActions: Int

  static let columns: SQL = """
    p.id, p.hot_spot_id, h.name AS hot_spot, h.reference AS hot_spot_reference, h.designated_on, p.authority_id, p.reference, p.objective, p.scanning, p.place_analysis,
    p.others_analysis, p.response, p.baseline, p.assessment, array_to_string(p.initiatives, ',') AS initiatives, p.begun_on, p.review_by, p.approved_on,
    (SELECT n.name FROM sec.account_names(ARRAY[p.approved_by]) n) AS approver, p.created_by, (SELECT n.name FROM sec.account_names(ARRAY[p.created_by]) n) AS author,
    p.closed_on, p.closed_because, p.version,
    (SELECT count(DISTINCT a.organisation_id) FROM plan_action a WHERE a.plan_id = p.id AND a.state NOT IN ('proposed', 'cancelled')) AS organisations,
    (SELECT count(*) FROM plan_action a WHERE a.plan_id = p.id AND a.state NOT IN ('verified', 'cancelled')) AS open_actions,
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
    openActions = try row.get("open_actions")
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
  /// Places in and around the hot spot, and those of them with guidance in force; counted only where they decide something.
  package var places: Int?
  package var issued: Int?
  package var version: Int

  static let columns: SQL = """
    g.places, g.issued, a.id, a.plan_id, p.reference AS plan, p.closed_on IS NOT NULL AS plan_closed, h.id AS hot_spot_id, h.name AS hot_spot, a.authority_id, a.number, a.what, a.theme,
    a.organisation_id, a.lead, a.due_on, a.state, a.state_on, a.coverage_wanted, a.version
    """
  static func tables(on day: Day) -> SQL {
    """
    plan_action a JOIN plan p ON p.id = a.plan_id JOIN hot_spot h ON h.id = p.hot_spot_id
      LEFT JOIN LATERAL sec.plan_action_cover(a.id, \(Double(HotSpotRules.buffer)), \(day)) g ON true
    """
  }

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
    places = try row.get("places")
    issued = try row.get("issued")
    version = try row.get("version")
  }

  package var path: String { Path.planAction(id) }
  /// Whether the guidance that it asks for is held.
  package var isReached: Bool {
    guard let coverageWanted, let places, let issued else { return false }
    return PlanRules.isReached(issued, of: places, wanted: coverageWanted)
  }
  /// Where it stands, with what came about by itself.
  package var shown: PlanActionState { state.shown(isReached: isReached) }
  func isOverdue(_ today: Day) -> Bool { !shown.isDone && due < today }

  /// "62 of 64 places (97%) hold guidance"
  var coverWords: String? {
    guard let places, let issued else { return nil }
    return places == 0 ? "No place there is known" : "\(issued.grouped) of \(places.grouped) \(places == 1 ? "place" : "places") (\(Percent.words(issued, of: places))) \(issued == 1 ? "holds" : "hold") guidance"
  }

  /// "3 May 2026, overdue"
  func dueWords(_ today: Day) -> String {
    if shown.isDone { return due.short }
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
  /// For whom its author worked then.
  package var organisation: Int?

  package init(row: Row) throws {
    organisation = try row.get("organisation_id")
    state = try row.get("state")
    words = try row.get("words")
    evidence = try row.get("evidence")
    on = try row.get("on_day")
    by = try row.get("by_name")
  }
}

/// Whether a designated hot spot has a multi-agency plan, and if not, which condition fails: the rule of `sec.hot_spot_plans`.
package struct PlanStanding: RowDecodable, Sendable {
  package var hotSpot: UUID
  package var plan: UUID?
  package var approved: Bool
  package var organisations: Int
  package var consulted: Bool
  /// Organisations with an action that is agreed and not called off.
  package var owners: [Int]
  package var overdue: Int
  package var planReviewBy: Day?

  package init(row: Row) throws {
    hotSpot = try row.get("hot_spot_id")
    plan = try row.get("plan_id")
    approved = try row.get("approved")
    organisations = try row.get("organisations")
    consulted = try row.get("consulted")
    owners = try row.get("owners", as: String.self).split(separator: ",").compactMap { Int($0) }
    overdue = try row.get("overdue")
    planReviewBy = try row.get("review_by")
  }

  package static func query(on day: Day) -> Query<PlanStanding> {
    Query(
      """
      WITH late AS MATERIALIZED (SELECT plan_id, count(*) AS many FROM sec.plan_actions_late(\(day), \(Double(HotSpotRules.buffer))) GROUP BY plan_id)
      SELECT s.hot_spot_id, s.plan_id, s.approved, s.organisations, s.consulted, coalesce(l.many, 0) AS overdue, p.review_by,
             array_to_string(ARRAY(SELECT DISTINCT a.organisation_id FROM plan_action a WHERE a.plan_id = s.plan_id AND a.state NOT IN ('proposed', 'cancelled') ORDER BY 1), ',') AS owners
        FROM sec.hot_spot_plans_seen(\(day)) s LEFT JOIN late l ON l.plan_id = s.plan_id LEFT JOIN plan p ON p.id = s.plan_id
      """)
  }

  /// By hot spot.
  package static func all(on day: Day, for officer: Officer, in database: Database) async throws -> [UUID: PlanStanding] {
    let rows = try await database.read(as: officer, query(on: day))
    return Dictionary(rows.map { ($0.hotSpot, $0) }, uniquingKeysWith: { first, _ in first })
  }

  package var faults: [MultiAgencyTest.Fault] {
    MultiAgencyTest.faults(approved: plan == nil ? nil : approved, organisations: organisations, groupAnswered: consulted)
  }

  /// "No: the plan is not approved; no action is agreed"
  package var words: String { faults.isEmpty ? "Yes" : "No: " + faults.map(\.words).joined(separator: "; ").lowercasedFirst }
}

/// What of plans waits for somebody, in counts.
struct PlansDue: RowDecodable, Sendable {
  var overdue: Int
  var toVerify: Int
  var reviews: Int

  init(row: Row) throws {
    overdue = try row.get("overdue")
    toVerify = try row.get("to_verify")
    reviews = try row.get("reviews")
  }

  /// Of those who manage plans everything in their districts; of others their own organisation's actions.
  static func query(_ officer: Officer, on day: Day) -> Query<PlansDue> {
    let managed = officer.authorities(.managePlans).map { Int16($0) }, reported = officer.authorities(.reportPlans).map { Int16($0) }
    let watched = (officer.reach[.proposeHotSpots] ?? []).union(officer.reach[.designateHotSpots] ?? []).sorted().map { Int16($0) }
    return Query(
      """
      SELECT (SELECT count(*) FROM sec.plan_actions_late(\(day), \(Double(HotSpotRules.buffer))) l
               WHERE l.authority_id = ANY (\(managed)::smallint[]) OR (l.authority_id = ANY (\(reported)::smallint[])
                 AND l.organisation_id = (SELECT c.organisation_id FROM plan_colleague c WHERE c.account_id = sec.me()))) AS overdue,
             (SELECT count(*) FROM sec.plan_actions_to_verify(\(day), \(Double(HotSpotRules.buffer))) v WHERE v.authority_id = ANY (\(managed)::smallint[])) AS to_verify,
             (SELECT count(*) FROM hot_spot h WHERE h.ended_on IS NULL AND (h.review_by <= \(day + HotSpotRules.dueSoonDays) OR h.id IN (SELECT x FROM sec.hot_spots_that_lost() x))
                AND h.authority_id = ANY (\(watched)::smallint[])) AS reviews
      """)
  }
}

extension String {
  /// "Only one…" as "only one…", inside a sentence.
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
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

extension Plan {
  /// The plan of a hot spot that is not closed, in a transaction that writes.
  static func current(of hotSpot: UUID, in transaction: Transaction) async throws -> Plan? { try await PlanStore.current(of: hotSpot, in: transaction) }

  /// Gives a task within the transaction of its minute; gives the action and the entry for the log.
  func task(_ new: NewPlanAction, by meeting: String, on day: Day, _ officer: Officer, in transaction: Transaction) async throws -> (id: UUID, entry: AuditEntry) {
    try await PlanActionStore.task(new, in: self, by: meeting, on: day, officer, in: transaction)
  }
}

extension PlanAction {
  /// Actions of open plans in a partnership, those due first at the top.
  static func open(in partnership: Int, on day: Day, lateOnly: Bool = false) -> Query<PlanAction> {
    let late: SQL = lateOnly ? "AND a.id IN (SELECT l.action_id FROM sec.plan_actions_late(\(day), \(Double(HotSpotRules.buffer))) l)" : ""
    return Query(
      """
      SELECT \(columns) FROM \(tables(on: day)) WHERE h.csp_id = \(Int16(partnership)) AND p.closed_on IS NULL AND a.state <> 'cancelled' \(late)
       ORDER BY a.due_on, a.id LIMIT 500
      """)
  }
}
