package import Domain
package import Foundation
import Portal
import Postgres

/// What tests arrange: licences, guidance and issues, written by the owner behind the site's back.
package enum Arrange {
  package static let today = London.day(of: TestDatabase.noon)

  private static func write<R: Sendable>(_ body: (Transaction) async throws -> R) async throws -> R {
    let database = TestDatabase.current
    let author = try await database.operatorOfficer()
    return try await database.owner.write(by: author, at: TestDatabase.noon) { Written(try await body($0), entries: []) }
  }

  /// A current private hire driver: three years from `from`, one year before today unless told otherwise.
  @discardableResult
  package static func licence(
    _ reference: String, in authority: Int16 = 3, kind: LicenceKind = .privateHireDriver, name: String = "Amina Begum", from: Day? = nil, before: Day? = nil,
    badge: String? = nil, postcode: String? = nil
  ) async throws -> UUID {
    let from = from ?? today.adding(years: -1)
    let before = before ?? from.adding(years: 3)
    let words = name.split(separator: " ")
    let family = String(words.last ?? "")
    let given = words.dropLast().joined(separator: " ")
    return try await write { transaction in
      let party = try await transaction.value(
        "INSERT INTO party (authority_id, kind, name, family_name, given_names, postcode) VALUES (\(authority), 'person', \(name), \(family), \(given), \(postcode)) RETURNING id",
        as: UUID.self)
      let id = try await transaction.value(
        """
        INSERT INTO registration (authority_id, kind, reference, badge, party_id, sort_name, postcode_key, anchor_on)
        VALUES (\(authority), \(kind.rawValue), \(reference), \(badge), \(party), array_to_string(ARRAY[fold_name(\(family)), nullif(fold_name(\(given)), '')], ', '),
          replace(\(postcode), ' ', ''), \(from.iso)::date) RETURNING id
        """, as: UUID.self)
      try await transaction.execute(
        "INSERT INTO term (registration_id, authority_id, kind, event, starts_on, ends_before, granted_on) VALUES (\(id), \(authority), \(kind.rawValue), 'grant', \(from.iso)::date, \(before.iso)::date, \(from.iso)::date)")
      try await transaction.execute("SELECT index_names(ARRAY[\(id)]::uuid[])")
      return id
    }
  }

  /// A version of the drivers' guidance; the document is made with the first.
  @discardableResult
  package static func version(_ number: Int16, from: Day, reissue: Bool = false, grace: Int16 = 28) async throws -> UUID {
    try await write { transaction in
      try await transaction.execute(
        "INSERT INTO guidance_document (code, title, audience) VALUES ('leaflet', 'Drivers’ leaflet', \(LicenceKind.allCases.map(\.rawValue))) ON CONFLICT DO NOTHING")
      return try await transaction.value(
        """
        INSERT INTO guidance_version (document_id, number, effective_from, requires_reissue, grace_days, approved_on, approved_by)
        SELECT id, \(number), \(from.iso)::date, \(reissue), \(grace), \(from.iso)::date, 'Safeguarding lead' FROM guidance_document RETURNING id
        """, as: UUID.self)
    }
  }

  @discardableResult
  package static func issue(_ version: UUID, to licence: UUID, on day: Day, acknowledged: Bool = false) async throws -> UUID {
    try await write { transaction in
      try await transaction.value(
        "SELECT give_guidance(\(licence), \(version), 'anniversary', 'hand', \(day.iso)::date, \(acknowledged ? "wet_signature" : nil as String?))", as: UUID.self)
    }
  }

  package static func restrict(_ licence: UUID, _ kind: RestrictionKind, from: Day, lifted: Day? = nil) async throws {
    try await write { transaction in
      try await transaction.execute(
        """
        INSERT INTO restriction (registration_id, authority_id, kind, cause, reason, starts_on, lifted_on, lifted_reason, lifted_at)
        SELECT id, authority_id, \(kind.rawValue), \(kind == .suspension ? "other" : nil as String?), 'test', \(from.iso)::date,
               \(lifted?.iso)::date, 'test', CASE WHEN \(lifted?.iso)::date IS NULL THEN NULL ELSE now() END FROM registration WHERE id = \(licence)
        """)
      return ()
    }
  }

  /// The three lights of a licence on a day, as the one rule in the database gives them.
  package static func lights(_ licence: UUID, on day: Day) async throws -> (status: String, guidance: String, ack: String, dueBy: String?) {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { transaction in
      guard let row = try await transaction.first(
        "SELECT status, guidance, ack, guidance_due_by::text AS due FROM registration_lights(\(day.iso)::date) WHERE registration_id = \(licence)", as: Row.self)
      else { throw TestDatabase.NotSignedIn() }
      return (try row.get("status"), try row.get("guidance"), try row.get("ack"), try row.get("due"))
    }
  }
}
