package import Domain
package import Foundation
package import Postgres
import Web

/// The licence that a visit, a test or a request was about.
package struct FieldworkSubject: Sendable {
  package var id: UUID
  package var authority: Int
  package var kind: LicenceKind
  package var reference: String
  package var name: String

  static let columns: SQL = "r.id AS licence_id, r.authority_id, r.kind AS licence_kind, r.reference, coalesce(r.trading_name, p.name) AS name"
  static let tables: SQL = "JOIN registration r ON r.id = x.registration_id JOIN party p ON p.id = r.party_id"

  init(row: Row) throws {
    id = try row.get("licence_id")
    authority = try row.get("authority_id")
    kind = try row.get("licence_kind")
    reference = try row.get("reference")
    name = try row.get("name")
  }

  var path: String { Path.licence(id, "fieldwork") }
}

/// An officer was there.
package struct FieldVisit: RowDecodable, Sendable {
  package var id: UUID
  package var authority: Int
  /// Nil: a place that no register holds.
  package var subject: FieldworkSubject?
  /// Such a place, as its sign says, and where it is.
  package var placeName: String
  package var placeAddress: String
  package var on: Day
  package var officer: String
  package var found: String
  package var isConcern: Bool
  /// The guidance given on the visit; nil: none, or it was undone since.
  package var guidance: String?
  package var followUpBy: Day?
  package var followedUpOn: Day?
  /// How many files are kept with it.
  package var files: Int

  static let tables: SQL = "LEFT JOIN registration r ON r.id = x.registration_id LEFT JOIN party p ON p.id = r.party_id"
  static let columns: SQL = """
    x.id, x.authority_id AS visit_authority, \(FieldworkSubject.columns), x.place_name, concat_ws(', ', nullif(x.place_address, ''), x.place_postcode) AS place_address,
    (SELECT count(*) FROM fieldwork_file f WHERE f.visit_id = x.id AND f.file IS NOT NULL) AS files, x.visited_on, x.officer, x.found, x.concern, x.follow_up_by, x.followed_up_on,
    (SELECT v.title || ', version ' || v.number FROM issuance i JOIN guidance_version_counts v ON v.version_id = i.version_id
      WHERE i.id = x.issuance_id AND NOT EXISTS (SELECT FROM issuance_void o WHERE o.issuance_id = i.id)) AS guidance
    """

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("visit_authority")
    subject = try row.get("licence_id", as: UUID?.self) == nil ? nil : FieldworkSubject(row: row)
    placeName = try row.get("place_name", as: String?.self) ?? ""
    placeAddress = try row.get("place_address")
    files = try row.get("files")
    on = try row.get("visited_on")
    officer = try row.get("officer")
    found = try row.get("found")
    isConcern = try row.get("concern")
    guidance = try row.get("guidance")
    followUpBy = try row.get("follow_up_by")
    followedUpOn = try row.get("followed_up_on")
  }

  /// Where it was, as a person says it.
  var whereWords: String { subject?.name ?? placeName }
  var path: String { Path.visit(id) }

  /// Whether somebody is to go there again, and by when that was.
  func tag(today: Day) -> StatusTag? {
    guard let followUpBy else { return nil }
    if followedUpOn != nil { return StatusTag("Followed up", .green) }
    return followUpBy < today ? StatusTag("Overdue", .red) : StatusTag("Due", .blue)
  }
}

/// Somebody tried what ought to be refused or reported.
package struct ChallengeTest: RowDecodable, Sendable {
  package var id: UUID
  package var subject: FieldworkSubject
  package var on: Day
  package var kind: ChallengeKind
  package var result: ChallengeResult
  package var isReported: Bool
  package var officer: String
  package var debrief: String

  static let columns: SQL = "x.id, \(FieldworkSubject.columns), x.tested_on, x.kind, x.result, x.reported, x.officer, x.debrief"

  package init(row: Row) throws {
    id = try row.get("id")
    subject = try FieldworkSubject(row: row)
    on = try row.get("tested_on")
    kind = try row.get("kind")
    result = try row.get("result")
    isReported = try row.get("reported")
    officer = try row.get("officer")
    debrief = try row.get("debrief")
  }

  var tag: StatusTag {
    switch result {
    case .passed: StatusTag(isReported ? "Passed and reported" : "Passed", .green)
    case .failed: StatusTag("Failed", .red)
    case .notCompleted: StatusTag("Not completed")
    }
  }
}

/// A holder was asked to show evidence by a day.
package struct EvidenceRequest: RowDecodable, Sendable {
  package var id: UUID
  package var subject: FieldworkSubject
  package var wanted: EvidenceWanted
  package var detail: String
  package var askedOn: Day
  package var dueOn: Day
  package var receivedOn: Day?
  package var receivedAs: String

  static let columns: SQL = "x.id, \(FieldworkSubject.columns), x.wanted, x.detail, x.asked_on, x.due_on, x.received_on, x.received_as"

  package init(row: Row) throws {
    id = try row.get("id")
    subject = try FieldworkSubject(row: row)
    wanted = try row.get("wanted")
    detail = try row.get("detail")
    askedOn = try row.get("asked_on")
    dueOn = try row.get("due_on")
    receivedOn = try row.get("received_on")
    receivedAs = try row.get("received_as")
  }

  func tag(today: Day) -> StatusTag {
    if let receivedOn { return receivedOn > dueOn ? StatusTag("Received late", .yellow) : StatusTag("Received", .green) }
    return dueOn < today ? StatusTag("Overdue", .red) : StatusTag("Waiting", .blue)
  }

  var words: String { wanted == .other ? detail : wanted.name }
}
