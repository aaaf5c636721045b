package import Domain
package import Foundation
package import Postgres
import Web

/// An area that is watched, with where it stands.
package struct HotSpot: RowDecodable, Sendable {
  package var id: UUID
  package var authority: Int
  package var partnership: Int
  package var reference: String
  package var name: String
  package var theme: HotSpotTheme
  package var reasons: [HotSpotReason]
  package var state: HotSpotState
  package var proposedBy: UUID?
  package var proposedOn: Day?
  package var proposer: String?
  package var designatedOn: Day?
  package var designator: String?
  package var reviewBy: Day?
  package var endedOn: Day?
  package var version: Int
  /// Square metres.
  package var size: Int
  package var middle: GridPoint?
  /// The last day on which the group that is consulted answered.
  package var answeredOn: Day?
  /// The day on which it was asked, where the answer is still out.
  package var askedOn: Day?
  /// Something that it rests on was taken back since the last decision; told to those who decide there.
  package var hasLostGround: Bool

  static let columns: SQL = """
    h.id, h.authority_id, h.csp_id, h.reference, h.name, h.theme, array_to_string(h.reason_codes, ',') AS reasons, h.state, h.proposed_by, h.proposed_on,
    (SELECT n.name FROM sec.account_names(ARRAY[h.proposed_by]) n) AS proposer, h.designated_on,
    (SELECT n.name FROM sec.account_names(ARRAY[h.designated_by]) n) AS designator, h.review_by, h.ended_on, h.version,
    round(st_area(h.area))::bigint AS size, st_x(st_centroid(h.area))::integer AS easting, st_y(st_centroid(h.area))::integer AS northing,
    (SELECT max(c.answered_on) FROM hot_spot_consultation c WHERE c.hot_spot_id = h.id) AS answered_on,
    (SELECT max(c.asked_on) FROM hot_spot_consultation c WHERE c.hot_spot_id = h.id AND c.answered_on IS NULL) AS asked_on,
    h.id IN (SELECT x FROM sec.hot_spots_that_lost() x) AS has_lost
    """

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    partnership = try row.get("csp_id")
    reference = try row.get("reference")
    name = try row.get("name")
    theme = try row.get("theme")
    reasons = try row.get("reasons", as: String.self).split(separator: ",").compactMap { HotSpotReason(rawValue: String($0)) }
    state = try row.get("state")
    proposedBy = try row.get("proposed_by")
    proposedOn = try row.get("proposed_on")
    proposer = try row.get("proposer")
    designatedOn = try row.get("designated_on")
    designator = try row.get("designator")
    reviewBy = try row.get("review_by")
    endedOn = try row.get("ended_on")
    version = try row.get("version")
    size = try row.get("size")
    middle = GridPoint(easting: try row.get("easting"), northing: try row.get("northing"))
    answeredOn = try row.get("answered_on")
    askedOn = try row.get("asked_on")
    hasLostGround = try row.get("has_lost")
  }

  package var path: String { Path.hotSpot(id) }
}

/// A hot spot as it is proposed.
package struct NewHotSpot: Sendable {
  package var authority: Int
  package var partnership: Int
  package var name: String
  package var theme: HotSpotTheme
  package var reasons: [HotSpotReason]
  package var reason: String
  package var area: DescribedArea
  /// How the area was described, as the table says it: circle, postcode, coordinates, geojson, cluster.
  package var drawnFrom: String

  package init(
    authority: Int, partnership: Int, name: String, theme: HotSpotTheme, reasons: [HotSpotReason], reason: String, area: DescribedArea, drawnFrom: String
  ) {
    self.authority = authority
    self.partnership = partnership
    self.name = name
    self.theme = theme
    self.reasons = reasons
    self.reason = reason
    self.area = area
    self.drawnFrom = drawnFrom
  }
}

/// A step as somebody decided it.
package struct NewDecision: Sendable {
  package var step: HotSpotStep
  package var reason: String
  package var meeting: String
  package var decidedOn: Day
  package var reviewBy: Day?

  package init(_ step: HotSpotStep, reason: String, meeting: String = "", decidedOn: Day, reviewBy: Day? = nil) {
    self.step = step
    self.reason = reason
    self.meeting = meeting
    self.decidedOn = decidedOn
    self.reviewBy = reviewBy
  }
}

/// A step as it was recorded.
package struct HotSpotDecision: RowDecodable, Sendable {
  package var step: HotSpotStep
  package var reason: String
  package var meeting: String
  package var decidedOn: Day
  package var reviewBy: Day?
  package var decider: String?
  package var second: String?

  package init(row: Row) throws {
    step = try row.get("kind")
    reason = try row.get("reason")
    meeting = try row.get("meeting")
    decidedOn = try row.get("decided_on")
    reviewBy = try row.get("review_by")
    decider = try row.get("decider")
    second = try row.get("second")
  }
}

/// The group was asked, and perhaps answered.
package struct Consultation: RowDecodable, Sendable {
  package var askedOn: Day
  package var answeredOn: Day?
  package var view: ConsultedView?
  package var comments: String

  package init(row: Row) throws {
    askedOn = try row.get("asked_on")
    answeredOn = try row.get("answered_on")
    view = try row.get("view")
    comments = try row.get("comments")
  }
}

/// A campaign for the places of a hot spot.
struct HotSpotCampaign: RowDecodable, Sendable {
  var id: UUID
  var name: String
  var state: CampaignState
  var given: Int

  /// Those narrowed to a hot spot, the latest first.
  static func of(_ hotSpot: UUID) -> Query<HotSpotCampaign> {
    Query("""
      SELECT c.id, c.name, c.state, (SELECT count(*) FROM campaign_recipient r WHERE r.campaign_id = c.id AND r.state = 'issued') AS given
        FROM campaign c WHERE c.population ->> 'hotSpot' = \(hotSpot.uuidString.lowercased()) ORDER BY c.created_at DESC, c.id LIMIT 20
      """)
  }

  init(row: Row) throws {
    id = try row.get("id")
    name = try row.get("name")
    state = try row.get("state")
    given = try row.get("given")
  }
}

/// A place in or near a hot spot, with whether guidance is in force there.
package struct HotSpotPlace: RowDecodable, Sendable {
  package var id: UUID
  package var authority: Int
  package var name: String
  package var address: String
  package var postcode: String?
  package var easting: Int
  package var northing: Int
  package var registers: [String]
  /// Metres from the edge; 0 inside.
  package var distance: Int
  package var guidance: Guidance
  /// The nearest hot spot, on a map of several.
  package var hotSpot: UUID?

  package enum Guidance: String, CaseIterable, Sendable { case acknowledged, given, none }

  package init(row: Row) throws {
    id = try row.get("location_id")
    authority = try row.get("authority_id")
    name = try row.get("name")
    address = try row.get("address")
    postcode = try row.get("postcode")
    easting = try row.get("easting")
    northing = try row.get("northing")
    registers = try row.get("registers", as: String.self).split(separator: ",").map(String.init)
    distance = try row.get("metres")
    guidance = try row.get("acknowledged", as: Bool.self) ? .acknowledged : try row.get("issued", as: Bool.self) ? .given : .none
    hotSpot = try row.get("hot_spot_id")
  }

  var title: String { name.isEmpty ? String(address.split(separator: "\n").first ?? "Unnamed place") : name }
  var isInside: Bool { distance == 0 }
}

/// Places with guidance in and around a hot spot, and in the rest of its district.
package struct HotSpotCoverage: RowDecodable, Sendable {
  package var id: UUID
  package var inside: Int
  package var insideIssued: Int
  package var outside: Int
  package var outsideIssued: Int

  package init(row: Row) throws {
    id = try row.get("hot_spot_id")
    inside = try row.get("inside")
    insideIssued = try row.get("inside_issued")
    outside = try row.get("outside")
    outsideIssued = try row.get("outside_issued")
  }

  var insideWords: String { Self.words(insideIssued, inside) }
  var outsideWords: String { Self.words(outsideIssued, outside) }
  private static func words(_ part: Int, _ whole: Int) -> String {
    whole == 0 ? "No places" : "\(part.grouped) of \(whole.grouped) (\(Percent.words(part, of: whole)))"
  }
}

extension HotSpot {
  /// Takes a step within the transaction of something else, such as the minutes of a meeting; gives the entries for the log.
  func decide(_ decision: NewDecision, version: Int, by officer: Officer, in transaction: Transaction) async throws -> [AuditEntry] {
    try await HotSpotStore.decide(decision, on: self, version: version, by: officer, in: transaction)
  }

  static func one(_ id: UUID) -> Query<HotSpot> { Query("SELECT \(columns) FROM hot_spot h WHERE h.id = \(id)") }

  /// Those of a partnership that have not ended: proposed first, then those to be looked at first.
  static func open(in partnership: Int) -> Query<HotSpot> {
    Query(
      """
      SELECT \(columns) FROM hot_spot h WHERE h.csp_id = \(Int16(partnership)) AND h.ended_on IS NULL
       ORDER BY h.designated_on IS NOT NULL, has_lost DESC, h.review_by NULLS LAST, h.reference COLLATE "C" LIMIT 500
      """)
  }
}
