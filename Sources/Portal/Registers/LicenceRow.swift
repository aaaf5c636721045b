package import Domain
package import Foundation
package import Postgres
import Web

/// A licence in a list: who, what, and the three lights.
package struct LicenceRow: RowDecodable, Sendable {
  package var id: UUID
  package var authority: Int
  package var kind: LicenceKind
  package var reference: String
  package var badge: String?
  package var name: String
  package var tradingName: String?
  package var sortName: String
  package var referenceKey: String
  package var endsBefore: Day?
  /// "4 Friar Street, WR1 2LZ", of what stands somewhere.
  package var place: String?
  package var lights: Lights

  static let columns: SQL = """
    r.id, r.authority_id, r.kind, r.reference, r.badge, p.name, r.trading_name, r.sort_name, r.reference_key, r.term_ends_before
    """

  /// Where it stands, of registration r. Drivers and operators stand nowhere: their lists do not ask.
  static let placeColumn: SQL = """
    (SELECT concat_ws(', ', nullif(split_part(w.address, chr(10), 1), ''), replace(w.postcode, ' ', chr(160))) FROM location w WHERE w.id = r.location_id) AS place
    """

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    kind = try row.get("kind")
    reference = try row.get("reference")
    badge = try row.get("badge")
    name = try row.get("name")
    tradingName = try row.get("trading_name")
    sortName = try row.get("sort_name")
    referenceKey = try row.get("reference_key")
    endsBefore = try row.get("term_ends_before")
    place = row.position(of: "place") == nil ? nil : try row.get("place")
    lights = try Lights(row: row)
  }
}

/// The standing and the three lights of a licence on a day, as the one rule in the database gives them (`registration_lights`).
package struct Lights: RowDecodable, Sendable {
  package var status: LicenceStatus
  package var guidance: String
  package var issuedOn: Day?
  package var version: String?
  package var dueBy: Day?
  package var acknowledgement: String
  package var training: String
  package var trainingBefore: Day?

  static let columns: SQL = """
    l.status, l.guidance, l.guidance_issued_on, l.guidance_version, l.guidance_due_by, l.ack, l.training, l.training_valid_before
    """

  package init(row: Row) throws {
    status = try row.get("status")
    guidance = try row.get("guidance")
    issuedOn = try row.get("guidance_issued_on")
    version = try row.get("guidance_version")
    dueBy = try row.get("guidance_due_by")
    acknowledgement = try row.get("ack")
    training = try row.get("training")
    trainingBefore = try row.get("training_valid_before")
  }

  var guidanceLight: StatusLight {
    switch guidance {
    case "held": StatusLight("Guidance", .inOrder, issuedOn.map { "Given \($0.short)" } ?? "Held")
    case "due": StatusLight("Guidance", .due, dueBy.map { "Due by \($0.short)" } ?? "Due")
    case "overdue": StatusLight("Guidance", .overdue, dueBy.map { "Overdue since \($0.short)" } ?? "Overdue")
    default: StatusLight("Guidance", .notOwed, "Not owed")
    }
  }

  var acknowledgementLight: StatusLight {
    switch acknowledgement {
    case "acknowledged": StatusLight("Acknowledged", .inOrder, "Acknowledged")
    case "outstanding": StatusLight("Acknowledged", .due, "Outstanding")
    case "not_needed": StatusLight("Acknowledged", .notOwed, "Not asked for")
    default: StatusLight("Acknowledged", .notOwed, guidance == "none_needed" ? "Not owed" : "Nothing to acknowledge")
    }
  }

  var trainingLight: StatusLight {
    switch training {
    case "valid": StatusLight("Training", .inOrder, trainingBefore.map { "Valid to \(($0 - 1).short)" } ?? "Valid")
    case "expiring": StatusLight("Training", .due, trainingBefore.map { "Runs out \(($0 - 1).short)" } ?? "Runs out soon")
    case "expired": StatusLight("Training", .overdue, trainingBefore.map { "Ran out \(($0 - 1).short)" } ?? "Ran out")
    default: StatusLight("Training", .unknown, "None recorded")
    }
  }

  var all: [StatusLight] { [guidanceLight, acknowledgementLight, trainingLight] }
}

extension LicenceStatus {
  var tag: StatusTag {
    switch self {
    case .current: StatusTag(name, .green)
    case .suspended: StatusTag(name, .orange)
    case .expired: StatusTag(name, .grey)
    case .revoked, .refused: StatusTag(name, .red)
    case .surrendered: StatusTag(name, .grey)
    case .pending: StatusTag(name, .blue)
    }
  }
}
