package import Domain
package import Foundation
package import Postgres

/// A forum, a liaison meeting, Pubwatch, Nightsafe: where people of the trade were reached.
package struct Event: RowDecodable, Sendable {
  package var id: UUID
  package var authority: Int
  package var kind: EventKind
  package var title: String
  package var heldOn: Day
  package var venue: String
  /// The item on exploitation as the agenda words it; empty where there was none.
  package var agendaItem: String
  package var evidence: EventEvidence
  package var versionID: UUID?
  package var versionName: String?
  package var course: String?
  /// People present without a licence.
  package var others: Int
  package var version: Int
  /// Licences recorded as present.
  package var attended: Int
  /// What was pasted and waits to be placed.
  package var unmatched: Int

  static let columns: SQL = """
    e.id, e.authority_id, e.kind, e.title, e.held_on, e.venue, e.agenda_item, e.evidence, e.version_id,
    (SELECT v.title || ', version ' || v.number FROM guidance_version_counts v WHERE v.version_id = e.version_id) AS version_name,
    e.course, e.others, e.version, (SELECT count(*) FROM event_attendance a WHERE a.event_id = e.id AND a.withdrawn_at IS NULL) AS attended,
    (SELECT count(*) FROM event_unmatched u WHERE u.event_id = e.id AND u.settled_at IS NULL) AS unmatched
    """

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    kind = try row.get("kind")
    title = try row.get("title")
    heldOn = try row.get("held_on")
    venue = try row.get("venue")
    agendaItem = try row.get("agenda_item")
    evidence = try row.get("evidence")
    versionID = try row.get("version_id")
    versionName = try row.get("version_name")
    course = try row.get("course")
    others = try row.get("others")
    version = try row.get("version")
    attended = try row.get("attended")
    unmatched = try row.get("unmatched")
  }

  package var path: String { Path.event(id) }
  var evidenceWords: String? {
    switch evidence {
    case .none: nil
    case .issuance: versionName.map { "guidance given: \($0)" }
    case .training: course.map { "training: \($0)" }
    }
  }
}

/// An event as it is recorded or changed.
package struct NewEvent: Sendable {
  package var authority: Int
  package var kind: EventKind
  package var title: String
  package var heldOn: Day
  package var venue: String
  package var agendaItem: String
  package var evidence: EventEvidence
  package var versionID: UUID?
  package var course: String?
  package var others: Int

  package init(
    authority: Int, kind: EventKind, title: String, heldOn: Day, venue: String = "", agendaItem: String = "", evidence: EventEvidence = .none,
    versionID: UUID? = nil, course: String? = nil, others: Int = 0
  ) {
    self.authority = authority
    self.kind = kind
    self.title = title
    self.heldOn = heldOn
    self.venue = venue
    self.agendaItem = agendaItem
    self.evidence = evidence
    self.versionID = versionID
    self.course = course
    self.others = others
  }
}

/// Somebody who was there, by their licence.
package struct Attendee: RowDecodable, Sendable {
  package var id: UUID
  package var authority: Int
  package var kind: LicenceKind
  package var reference: String
  package var badge: String?
  package var name: String
  package var sortName: String
  package var gotGuidance: Bool
  package var wasTrained: Bool

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    kind = try row.get("kind")
    reference = try row.get("reference")
    badge = try row.get("badge")
    name = try row.get("name")
    sortName = try row.get("sort_name")
    gotGuidance = try row.get("guidance")
    wasTrained = try row.get("training")
  }
}

/// What was pasted and could not be placed.
package struct Unmatched: RowDecodable, Sendable {
  package var id: UUID
  package var text: String
  package var isAmbiguous: Bool

  package init(row: Row) throws {
    id = try row.get("id")
    text = try row.get("text")
    isAmbiguous = try row.get("reason", as: String.self) == "several"
  }
}

/// A driver licensed elsewhere who was spoken to here.
package struct Contact: RowDecodable, Sendable {
  package var id: UUID
  package var authority: Int
  package var metOn: Day
  package var licensedBy: String
  package var badge: String?
  package var place: String
  package var eventTitle: String?

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    metOn = try row.get("met_on")
    licensedBy = try row.get("licensed_by")
    badge = try row.get("badge")
    place = try row.get("place")
    eventTitle = try row.get("event_title")
  }
}
