package import Domain
package import Foundation
package import Postgres
import Web

/// A meeting of a partnership's tasking group.
package struct TaskingMeeting: RowDecodable, Sendable {
  package var id: UUID
  package var partnership: Int
  package var reference: String
  package var heldOn: Day
  package var place: String
  /// New is what came after this day.
  package var since: Day
  package var state: TaskingState
  package var closedAt: Date?
  package var closer: String?
  package var version: Int
  /// Organisations that are recorded as present.
  package var agencies: Int

  static let columns: SQL = """
    m.id, m.csp_id, m.reference, m.held_on, m.place, m.since, m.state, m.closed_at, (SELECT n.name FROM sec.account_names(ARRAY[m.closed_by]) n) AS closer, m.version,
    (SELECT count(*) FROM tasking_attendance t WHERE t.meeting_id = m.id) AS agencies
    """

  package init(row: Row) throws {
    id = try row.get("id")
    partnership = try row.get("csp_id")
    reference = try row.get("reference")
    heldOn = try row.get("held_on")
    place = try row.get("place")
    since = try row.get("since")
    state = try row.get("state")
    closedAt = try row.get("closed_at")
    closer = try row.get("closer")
    version = try row.get("version")
    agencies = try row.get("agencies")
  }

  package var path: String { Path.tasking(id) }

  /// "CSP South tasking, 27 March 2026"
  func name(_ settings: Settings) -> String { "\(settings.partnership(partnership)?.name ?? "CSP") tasking, \(heldOn.words)" }
}

/// Who was there for an organisation.
package struct TaskingAttendance: RowDecodable, Sendable {
  package var organisation: Int
  package var many: Int
  package var names: String

  package init(row: Row) throws {
    organisation = try row.get("organisation_id")
    many = try row.get("many")
    names = try row.get("names")
  }
}

/// A line of the minutes.
package struct TaskingMinute: RowDecodable, Sendable {
  package var number: Int
  package var kind: MinuteKind
  package var authority: Int?
  package var hotSpot: UUID?
  package var hotSpotName: String?
  package var hotSpotReference: String?
  package var reasons: [HotSpotReason]
  package var step: HotSpotStep?
  package var words: String
  package var reviewBy: Day?
  package var organisation: Int?
  package var due: Day?
  package var action: UUID?
  package var recorder: String?

  static func query(of meeting: UUID) -> Query<TaskingMinute> {
    Query(
      """
      SELECT t.number, t.kind, t.authority_id, t.hot_spot_id, h.name AS hot_spot, h.reference AS hot_spot_reference, coalesce(array_to_string(h.reason_codes, ','), '') AS reasons, t.step,
             t.words, t.review_by, t.organisation_id, t.due_on, t.action_id, (SELECT n.name FROM sec.account_names(ARRAY[t.recorded_by]) n) AS recorder
        FROM tasking_minute t LEFT JOIN hot_spot h ON h.id = t.hot_spot_id WHERE t.meeting_id = \(meeting) ORDER BY t.number
      """)
  }

  package init(row: Row) throws {
    number = try row.get("number")
    kind = try row.get("kind")
    authority = try row.get("authority_id")
    hotSpot = try row.get("hot_spot_id")
    hotSpotName = try row.get("hot_spot")
    hotSpotReference = try row.get("hot_spot_reference")
    reasons = try row.get("reasons", as: String.self).split(separator: ",").compactMap { HotSpotReason(rawValue: String($0)) }
    step = try row.get("step")
    words = try row.get("words")
    reviewBy = try row.get("review_by")
    organisation = try row.get("organisation_id")
    due = try row.get("due_on")
    action = try row.get("action_id")
    recorder = try row.get("recorder")
  }

  /// "Designated, to be looked at again by 3 May 2026", "Task for West Mercia Police, due by 3 May 2026".
  func what(_ settings: Settings) -> String {
    switch kind {
    case .note: return "Note"
    case .decision:
      let past = step?.past ?? "decided"
      return past.prefix(1).uppercased() + past.dropFirst() + (reviewBy.map { ", to be looked at again by \($0.words)" } ?? "")
    case .task:
      return "Task for \(organisation.flatMap(settings.organisation)?.name ?? "an organisation")\(due.map { ", due by \($0.words)" } ?? "")"
    }
  }
}

/// What is right where a minute was wrong.
package struct TaskingCorrection: RowDecodable, Sendable {
  package var minute: Int?
  package var words: String
  package var recorder: String?
  package var at: Date

  package init(row: Row) throws {
    minute = try row.get("minute_number")
    words = try row.get("words")
    recorder = try row.get("recorder")
    at = try row.get("recorded_at")
  }
}

/// An item of information that came in, by its reference: what it says is not asked for here.
package struct AgendaItem: RowDecodable, Sendable {
  package var id: UUID
  package var reference: String
  package var kind: IntelligenceKind
  package var theme: IntelligenceTheme
  package var receivedOn: Day

  package init(row: Row) throws {
    id = try row.get("id")
    reference = try row.get("reference")
    kind = try row.get("kind")
    theme = try row.get("theme")
    receivedOn = try row.get("received_on")
  }
}

/// What an earlier meeting asked for, and where it stands now.
package struct LoggedTask: RowDecodable, Sendable {
  package var meeting: UUID
  package var heldOn: Day
  package var action: UUID
  package var what: String
  package var organisation: Int
  package var due: Day
  package var state: PlanActionState
  package var hotSpotName: String

  package init(row: Row) throws {
    meeting = try row.get("meeting_id")
    heldOn = try row.get("held_on")
    action = try row.get("action_id")
    what = try row.get("what")
    organisation = try row.get("organisation_id")
    due = try row.get("due_on")
    state = try row.get("state")
    hotSpotName = try row.get("hot_spot")
  }
}

/// A paper that was printed for an organisation.
package struct PrintedPack: RowDecodable, Sendable {
  package var organisation: Int
  package var maker: String?
  package var at: Date

  package init(row: Row) throws {
    organisation = try row.get("organisation_id")
    maker = try row.get("maker")
    at = try row.get("made_at")
  }
}

/// The last word on an action of its own organisation.
struct LatestWord: RowDecodable, Sendable {
  var action: UUID
  var words: String
  var on: Day

  init(row: Row) throws {
    action = try row.get("action_id")
    words = try row.get("words")
    on = try row.get("on_day")
  }
}

/// What a meeting has before it, as the reader may see it.
package struct Agenda: Sendable {
  package var items: [AgendaItem]
  package var hotSpots: [HotSpot]
  package var standings: [UUID: PlanStanding]
  package var overdue: [PlanAction]
  package var log: [LoggedTask]

  var proposed: [HotSpot] { hotSpots.filter { $0.state == .proposed } }
  func reviews(by day: Day) -> [HotSpot] { hotSpots.filter { spot in spot.hasLostGround || spot.reviewBy.map { $0 <= day } ?? false } }
  /// Designated, without a multi-agency plan.
  package var unplanned: [HotSpot] { hotSpots.filter { spot in standings[spot.id].map { !$0.faults.isEmpty } ?? false } }
}
