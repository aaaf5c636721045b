import Domain
import Foundation
import Postgres

/// The plan of a partnership for a year, with what its items amount to.
struct PartnershipPlan: RowDecodable, Sendable {
  var id: UUID
  var partnership: Int
  var year: PlanYear
  var copiedFrom: UUID?
  var author: String?
  var items: Int
  var verified: Int
  /// Parts that no item tagged CSE answers.
  var missing: [PartnershipPart]
  /// Items tagged CSE that have both a risk assessment and monitoring of the last quarter.
  var whole: Int

  static func columns(on day: Day) -> SQL {
    """
    p.id, p.csp_id, p.year, p.copied_from, (SELECT n.name FROM sec.account_names(ARRAY[p.recorded_by]) n) AS author,
    (SELECT count(*) FROM partnership_item i WHERE i.plan_id = p.id) AS items,
    (SELECT count(*) FROM partnership_item i WHERE i.plan_id = p.id AND (SELECT e.standing FROM partnership_entry e WHERE e.item_id = i.id AND e.on_day <= \(day)
       ORDER BY e.on_day DESC, e.recorded_at DESC LIMIT 1) = 'verified') AS verified,
    (SELECT coalesce(string_agg(w, ',' ORDER BY n), '') FROM unnest(\(PartnershipPart.required.map(\.rawValue))::text[]) WITH ORDINALITY x (w, n)
      WHERE NOT EXISTS (SELECT FROM partnership_item i WHERE i.plan_id = p.id AND i.part = w AND 'cse' = ANY (i.tags))) AS missing,
    (SELECT count(*) FROM partnership_item i WHERE i.plan_id = p.id AND 'cse' = ANY (i.tags)
        AND EXISTS (SELECT FROM partnership_risk r WHERE r.item_id = i.id AND r.assessed_on <= \(day))
        AND EXISTS (SELECT FROM partnership_entry e WHERE e.item_id = i.id AND e.on_day <= \(day) AND e.on_day > \(day.adding(months: -3)))) AS whole
    """
  }

  init(row: Row) throws {
    id = try row.get("id")
    partnership = try row.get("csp_id")
    year = PlanYear(try row.get("year"))
    copiedFrom = try row.get("copied_from", as: UUID?.self)
    author = try row.get("author", as: String?.self)
    items = try row.get("items")
    verified = try row.get("verified")
    missing = try row.get("missing", as: String.self).split(separator: ",").compactMap { PartnershipPart(rawValue: String($0)) }
    whole = try row.get("whole")
  }

  var path: String { Path.partnershipPlan(id) }
}

/// One undertaking of a plan, with its latest risk assessment and where it stands.
struct PartnershipItem: RowDecodable, Sendable {
  var id: UUID
  var plan: UUID
  var partnership: Int
  var year: PlanYear
  var number: Int
  var what: String
  var part: PartnershipPart
  var tags: [PartnershipTag]
  var organisation: Int
  var lead: String
  var due: Day
  var copiedFrom: UUID?
  var version: Int
  var author: String?
  var risk: RiskLevel?
  var assessedOn: Day?
  var standing: ItemStanding
  var lastEntry: Day?
  /// Who reported it done since it was last open: they do not verify it.
  var doneBy: [UUID]

  static let columns: SQL = """
    i.id, i.plan_id, i.csp_id, p.year, i.number, i.what, i.part, array_to_string(i.tags, ',') AS tags, i.organisation_id, i.lead, i.due_on, i.copied_from, i.version,
    (SELECT n.name FROM sec.account_names(ARRAY[i.recorded_by]) n) AS author, r.level, r.assessed_on, coalesce(e.standing, 'not_started') AS standing, e.on_day AS last_entry,
    (SELECT coalesce(string_agg(DISTINCT d.recorded_by::text, ','), '') FROM partnership_entry d WHERE d.item_id = i.id AND d.standing = 'done') AS done_by
    """
  static let tables: SQL = """
    partnership_item i JOIN partnership_plan p ON p.id = i.plan_id
    LEFT JOIN LATERAL (SELECT x.level, x.assessed_on FROM partnership_risk x WHERE x.item_id = i.id ORDER BY x.assessed_on DESC, x.recorded_at DESC LIMIT 1) r ON true
    LEFT JOIN LATERAL (SELECT x.standing, x.on_day FROM partnership_entry x WHERE x.item_id = i.id ORDER BY x.on_day DESC, x.recorded_at DESC LIMIT 1) e ON true
    """

  init(row: Row) throws {
    id = try row.get("id")
    plan = try row.get("plan_id")
    partnership = try row.get("csp_id")
    year = PlanYear(try row.get("year"))
    number = try row.get("number")
    what = try row.get("what")
    part = try row.get("part")
    tags = try row.get("tags", as: String.self).split(separator: ",").compactMap { PartnershipTag(rawValue: String($0)) }
    organisation = try row.get("organisation_id")
    lead = try row.get("lead")
    due = try row.get("due_on")
    copiedFrom = try row.get("copied_from", as: UUID?.self)
    version = try row.get("version")
    author = try row.get("author", as: String?.self)
    risk = try row.get("level", as: RiskLevel?.self)
    assessedOn = try row.get("assessed_on", as: Day?.self)
    standing = try row.get("standing")
    lastEntry = try row.get("last_entry", as: Day?.self)
    doneBy = try row.get("done_by", as: String.self).split(separator: ",").compactMap { UUID(uuidString: String($0)) }
  }

  var path: String { Path.partnershipItem(id) }
  func isOverdue(_ today: Day) -> Bool { standing != .verified && standing != .done && due < today }

  /// What the strategy asks of an item on CSE and this one lacks.
  func lacks(on today: Day) -> [String] {
    guard tags.contains(.cse) else { return [] }
    var all: [String] = []
    if assessedOn == nil { all.append("no risk assessment") }
    if lastEntry.map({ $0 <= today.adding(months: -3) }) ?? true { all.append("no monitoring in the last quarter") }
    return all
  }
}

/// A risk assessment or an entry of monitoring, as it was written.
struct PartnershipNote: RowDecodable, Sendable {
  var on: Day
  var kind: String
  var words: String
  var evidence: String
  var by: String?

  init(row: Row) throws {
    on = try row.get("on_day")
    kind = try row.get("kind")
    words = try row.get("words")
    evidence = try row.get("evidence")
    by = try row.get("by_name", as: String?.self)
  }
}

/// An item as it is written or changed.
struct NewPartnershipItem: Sendable {
  var what: String
  var part: PartnershipPart
  var tags: [PartnershipTag]
  var organisation: Int
  var lead: String
  var due: Day
}

/// An entry of monitoring as somebody makes it.
struct NewPartnershipEntry: Sendable {
  var standing: ItemStanding
  var words: String
  var evidence = ""
  var on: Day
}
