package import Domain
import Foundation
import Postgres

/// Mail that came back: the guidance stays issued, the recipient is flagged, the address marked until it changes.
extension CampaignStore {
  /// Records those of the references that this campaign wrote to; answers who, and which references it cannot place.
  package func recordReturns(
    _ references: [String], of campaign: Campaign, reason: ReturnReason, on day: Day, by officer: Officer
  ) async throws -> (recorded: [String], unmatched: [String]) {
    try await database.write(by: officer, at: environment.now()) { transaction in
      struct Returned: RowDecodable, Sendable {
        var id: UUID
        var authority: Int
        var reference: String
        var asked: String
        init(row: Row) throws {
          id = try row.get("registration_id")
          authority = try row.get("authority_id")
          reference = try row.get("reference")
          asked = try row.get("asked")
        }
      }
      let returned = try await transaction.all(
        """
        WITH asked AS (SELECT DISTINCT ON (upper(regexp_replace(x, '[^A-Za-z0-9]', '', 'g'))) x, upper(regexp_replace(x, '[^A-Za-z0-9]', '', 'g')) AS key
                         FROM unnest(\(references)::text[]) x),
        back AS (
          UPDATE campaign_recipient r SET state = 'returned', returned_on = \(day)
            FROM asked a JOIN registration g ON g.reference_key = a.key
           WHERE r.campaign_id = \(campaign.id) AND r.registration_id = g.id AND r.state = 'issued'
          RETURNING r.registration_id, r.authority_id, r.reference, r.address, r.postcode, a.x AS asked),
        marked AS (
          INSERT INTO mail_returned (registration_id, authority_id, campaign_id, address, postcode, returned_on, reason, recorded_by)
          SELECT b.registration_id, b.authority_id, \(campaign.id), b.address, b.postcode, \(day), \(reason), \(officer.id) FROM back b)
        SELECT registration_id, authority_id, reference, asked FROM back ORDER BY reference
        """, as: Returned.self)
      let entries = returned.map {
        AuditEntry(.recordReturn, of: $0.id, campaign.id, authority: $0.authority, detail: ["name": campaign.name, "reason": reason.name.lowercased()])
      }
      let found = Set(returned.map { $0.asked.foldedReference })
      return Written((returned.map(\.reference), references.filter { !found.contains($0.foldedReference) }), entries: entries)
    }
  }

  /// Takes back a slip: it had not come back.
  func withdrawReturn(_ registration: UUID, of campaign: Campaign, by officer: Officer) async throws -> Bool {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let authority = try await transaction.optionalValue(
        """
        UPDATE campaign_recipient SET state = 'issued', returned_on = NULL
         WHERE campaign_id = \(campaign.id) AND registration_id = \(registration) AND state = 'returned' RETURNING authority_id
        """, as: Int.self)
      guard let authority else { return Written(false, entries: []) }
      try await transaction.execute(
        """
        UPDATE mail_returned SET withdrawn_by = \(officer.id), withdrawn_at = \(environment.now())
         WHERE campaign_id = \(campaign.id) AND registration_id = \(registration) AND withdrawn_at IS NULL
        """)
      return Written(true, AuditEntry(.withdrawReturn, of: registration, campaign.id, authority: authority, detail: ["name": campaign.name]))
    }
  }
}

extension String {
  /// As references are compared: letters and figures only, capitals.
  var foldedReference: String { String(unicodeScalars.filter { $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil) }).uppercased() }
}
