package import Domain
package import Foundation
package import Postgres

/// One licence as its record page shows it: the row, its holder, and its standing on a day.
package struct Licence: RowDecodable, Sendable {
  package var id: UUID
  package var authority: Int
  package var kind: LicenceKind
  package var reference: String
  package var badge: String?
  package var partyID: UUID
  package var holder: LicenceHolder
  package var tradingName: String?
  /// The guidance year turns on this day.
  package var anchor: Day
  package var version: Int
  package var status: LicenceStatus
  /// The term that covers the day asked of, if any.
  package var termFrom: Day?
  package var termBefore: Day?
  /// The end of the latest term, whatever the day.
  package var lastTermBefore: Day?
  /// Where it stands, for what stands somewhere.
  package var location: UUID?
  package var place: PlaceDetails?

  /// The columns that `init(row:)` reads, of registration r, party p, registration_standing s and location w.
  package static let columns: SQL = """
    r.id, r.authority_id, r.kind, r.reference, r.badge, r.party_id, p.kind AS party_kind, p.name, p.family_name, p.given_names,
    p.email, p.phone, p.address, p.postcode, r.trading_name, r.anchor_on, r.version, s.status, s.term_starts_on,
    s.term_ends_before, r.term_ends_before AS last_term_before,
    r.location_id, w.address AS place_address, w.postcode AS place_postcode, w.uprn, w.easting, w.northing
    """

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    kind = try row.get("kind")
    reference = try row.get("reference")
    badge = try row.get("badge")
    partyID = try row.get("party_id")
    holder = LicenceHolder(
      isBusiness: try row.get("party_kind", as: String.self) == "business", name: try row.get("name"), familyName: try row.get("family_name"),
      givenNames: try row.get("given_names"), email: try row.get("email"), phone: try row.get("phone"),
      address: try row.get("address"), postcode: try row.get("postcode"))
    tradingName = try row.get("trading_name")
    anchor = try row.get("anchor_on")
    version = try row.get("version")
    status = try row.get("status")
    termFrom = try row.get("term_starts_on")
    termBefore = try row.get("term_ends_before")
    lastTermBefore = try row.get("last_term_before")
    location = try row.get("location_id")
    if location != nil {
      let (easting, northing) = (try row.get("easting", as: Int?.self), try row.get("northing", as: Int?.self))
      place = PlaceDetails(
        address: try row.get("place_address"), postcode: try row.get("place_postcode"), uprn: try row.get("uprn"),
        grid: easting.flatMap { easting in northing.flatMap { GridPoint(easting: easting, northing: $0) } })
    }
  }

  /// "HD1234 (Amina Begum)"
  package var title: String { "\(reference) (\(tradingName ?? holder.name))" }
}

/// The holder of a licence as one authority knows them.
package struct LicenceHolder: Sendable, Equatable {
  package var isBusiness: Bool
  package var name: String
  package var familyName: String
  package var givenNames: String
  package var email: String?
  package var phone: String?
  /// Lines separated by line feeds.
  package var address: String
  package var postcode: String?

  package init(
    isBusiness: Bool, name: String, familyName: String, givenNames: String, email: String?, phone: String?, address: String, postcode: String?
  ) {
    self.isBusiness = isBusiness
    self.name = name
    self.familyName = familyName
    self.givenNames = givenNames
    self.email = email
    self.phone = phone
    self.address = address
    self.postcode = postcode
  }
}

/// A grant or renewal: from a day up to but not including another; open-ended where there is no end.
package struct LicenceTerm: RowDecodable, Sendable {
  package var id: UUID
  package var isRenewal: Bool
  package var from: Day
  package var before: Day?
  package var fromWasInferred: Bool
  package var granted: Day
  package var recordedBy: UUID?
  package var recordedAt: Date
  /// Why it was renewed without guidance, where it was.
  package var withoutGuidance: String?

  static let columns: SQL = """
    t.id, t.event, t.starts_on, t.ends_before, t.starts_inferred, t.granted_on, t.recorded_by, t.recorded_at,
    (SELECT e.reason FROM renewal_exception e WHERE e.term_id = t.id) AS without_guidance
    """

  package init(row: Row) throws {
    id = try row.get("id")
    isRenewal = try row.get("event", as: String.self) == "renewal"
    from = try row.get("starts_on")
    before = try row.get("ends_before")
    fromWasInferred = try row.get("starts_inferred")
    granted = try row.get("granted_on")
    recordedBy = try row.get("recorded_by")
    recordedAt = try row.get("recorded_at")
    withoutGuidance = try row.get("without_guidance")
  }
}

/// A suspension, revocation, surrender or refusal, with its lift where it was lifted.
package struct LicenceRestriction: RowDecodable, Sendable {
  package var id: UUID
  package var kind: RestrictionKind
  package var cause: SuspensionCause?
  package var reason: String
  package var from: Day
  package var lifted: Day?
  package var liftedReason: String?

  static let columns: SQL = "b.id, b.kind, b.cause, b.reason, b.starts_on, b.lifted_on, b.lifted_reason"

  package init(row: Row) throws {
    id = try row.get("id")
    kind = try row.get("kind")
    cause = try row.get("cause")
    reason = try row.get("reason")
    from = try row.get("starts_on")
    lifted = try row.get("lifted_on")
    liftedReason = try row.get("lifted_reason")
  }

  package func isOpen(on day: Day) -> Bool { from <= day && (lifted.map { day < $0 } ?? true) }
}
