import Domain
import Foundation
import Postgres

/// The campaigns and events of the demonstration: one campaign that has finished with letters that came back, one that officers are
/// walking, one draft; a taxi forum, a Pubwatch meeting, and drivers licensed elsewhere.
struct DemoOutreach: Sendable {
  let today: Day
  /// Versions for the taxi trade and for places.
  let trade: UUID
  let places: UUID

  func insert(by recorder: UUID, in transaction: Transaction) async throws {
    try await finished(by: recorder, in: transaction)
    try await walked(by: recorder, in: transaction)
    try await draft(by: recorder, in: transaction)
    try await events(by: recorder, in: transaction)
  }

  private func campaign(
    _ name: String, _ population: Population, _ version: UUID, _ channel: Channel, _ state: CampaignState, on day: Day, by recorder: UUID, in transaction: Transaction
  ) async throws -> UUID {
    let begun = state == .draft ? nil : day
    let id = try await transaction.value(
      """
      INSERT INTO campaign (name, authority_ids, population, version_id, channel, occasion, state, author, created_at, listed_on, started_by, started_at, ended_at)
      VALUES (\(name), \(population.authorities.map(Int16.init)), \(try CampaignStore.json(population))::jsonb, \(version), \(channel), 'anniversary', \(state), \(recorder),
        \(day) + time '09:40', \(begun), CASE WHEN \(begun) IS NOT NULL THEN \(recorder) END, \(begun) + time '10:05',
        CASE WHEN \(state == .finished) THEN \(day) + time '10:06' END) RETURNING id
      """, as: UUID.self)
    if begun != nil {
      try await transaction.execute(
        """
        INSERT INTO campaign_recipient (campaign_id, registration_id, authority_id, kind, reference, name, address, postcode, email, phone, walk_key, state, reason)
        SELECT c.id, p.registration_id, p.authority_id, p.kind, p.reference, p.name, p.address, p.postcode, p.email, p.phone, p.walk_key,
               CASE WHEN p.reason IS NULL THEN 'planned' ELSE 'excluded' END, p.reason
          FROM campaign c CROSS JOIN LATERAL campaign_population(c.population, c.version_id, c.channel, \(day)) p WHERE c.id = \(id)
        """)
    }
    return id
  }

  private func finished(by recorder: UUID, in transaction: Transaction) async throws {
    let day = today - 35
    let id = try await campaign(
      "Taxi trade, Malvern Hills, letters", Population(authorities: [2], kinds: (Register.drivers.kinds + Register.operators.kinds).map(\.rawValue), gap: .owed), trade,
      .letter, .finished, on: day, by: recorder, in: transaction)
    try await transaction.execute(
      """
      WITH given AS (
        INSERT INTO issuance (registration_id, authority_id, kind, version_id, occasion, channel, issued_on, covers_before, recorded_by, recorded_at)
        SELECT r.id, r.authority_id, r.kind, \(trade), 'anniversary', 'letter', \(day), cycle_end(r.anchor_on, \(day)), \(recorder), \(day) + time '10:05'
          FROM campaign_recipient c JOIN registration r ON r.id = c.registration_id WHERE c.campaign_id = \(id) AND c.state = 'planned'
        RETURNING id, registration_id)
      UPDATE campaign_recipient c SET state = 'issued', issuance_id = g.id, issued_on = \(day) FROM given g
       WHERE c.campaign_id = \(id) AND c.registration_id = g.registration_id
      """)
    try await transaction.execute(
      """
      INSERT INTO acknowledgement (issuance_id, version_id, registration_id, authority_id, method, acknowledged_on, recorded_by)
      SELECT issuance_id, \(trade), registration_id, authority_id, 'email_reply', \(day + 9), \(recorder)
        FROM (SELECT *, row_number() OVER (ORDER BY walk_key, registration_id) AS n FROM campaign_recipient WHERE campaign_id = \(id) AND state = 'issued') x WHERE n % 3 = 1
      """)
    try await transaction.execute(
      """
      WITH back AS (
        UPDATE campaign_recipient c SET state = 'returned', returned_on = \(day + 6)
          FROM (SELECT registration_id FROM campaign_recipient WHERE campaign_id = \(id) AND state = 'issued'
                 AND NOT EXISTS (SELECT FROM acknowledgement a WHERE a.issuance_id = campaign_recipient.issuance_id) ORDER BY walk_key, registration_id LIMIT 2) x
         WHERE c.campaign_id = \(id) AND c.registration_id = x.registration_id RETURNING c.*)
      INSERT INTO mail_returned (registration_id, authority_id, campaign_id, address, postcode, returned_on, reason, recorded_by)
      SELECT registration_id, authority_id, campaign_id, address, postcode, returned_on, 'gone_away', \(recorder) FROM back
      """)
  }

  private func walked(by recorder: UUID, in transaction: Transaction) async throws {
    _ = try await campaign(
      "Premises in Redditch, by hand", Population(authorities: [3], kinds: Register.premises.kinds.map(\.rawValue), gap: .everybody), places, .hand, .running,
      on: today - 2, by: recorder, in: transaction)
  }

  private func draft(by recorder: UUID, in transaction: Transaction) async throws {
    _ = try await campaign(
      "Places to stay, Worcester City", Population(authorities: [4], kinds: Register.accommodation.kinds.map(\.rawValue), gap: .owed), places, .letter, .draft,
      on: today - 1, by: recorder, in: transaction)
  }

  private func events(by recorder: UUID, in transaction: Transaction) async throws {
    let forum = try await transaction.value(
      """
      INSERT INTO awareness_event (authority_id, kind, title, held_on, venue, agenda_item, evidence, course, others, author, created_at)
      VALUES (3, 'taxi_forum', 'Redditch taxi forum', \(today - 20), 'Town Hall, Redditch', '5. What drivers see, and whom to tell', 'training',
        'Safeguarding awareness for drivers', 5, \(recorder), \(today - 20) + time '21:00') RETURNING id
      """, as: UUID.self)
    try await attend(forum, authority: 3, kinds: Register.drivers.kinds, many: 22, in: transaction)
    try await transaction.execute(
      "INSERT INTO event_unmatched (event_id, authority_id, text, reason, recorded_by) VALUES (\(forum), 3, 'RE-PHD-99999', 'none', \(recorder))")
    let watch = try await transaction.value(
      """
      INSERT INTO awareness_event (authority_id, kind, title, held_on, venue, agenda_item, evidence, version_id, others, author, created_at)
      VALUES (1, 'pubwatch', 'Bromsgrove Pubwatch', \(today - 48), 'The Golden Lantern, Bromsgrove', '3. Behind the door', 'issuance', \(places), 3, \(recorder), \(today - 48) + time '21:00') RETURNING id
      """, as: UUID.self)
    try await attend(watch, authority: 1, kinds: Register.premises.kinds, many: 9, in: transaction)
    try await transaction.execute(
      """
      INSERT INTO awareness_contact (authority_id, met_on, licensed_by, badge, place, recorded_by)
      SELECT a, \(today) - d, l, b, p, \(recorder)
        FROM (VALUES (3, 12, 'Wolverhampton', 'W20417', 'Rank at the station'), (3, 12, 'Wolverhampton', NULL, 'Rank at the station'),
                     (4, 30, 'Birmingham', 'B7731', 'High Street rank'), (4, 30, 'Wolverhampton', 'W18830', 'High Street rank'),
                     (6, 41, 'Sandwell', NULL, 'Weavers Wharf')) AS x (a, d, l, b, p)
      """)
  }

  private func attend(_ event: UUID, authority: Int, kinds: [LicenceKind], many: Int, in transaction: Transaction) async throws {
    try await transaction.execute(
      """
      SELECT count(*) FROM record_attendance(\(event), ARRAY(SELECT r.id FROM registration r JOIN registration_standing(\(today)) s ON s.registration_id = r.id
        WHERE r.authority_id = \(Int16(authority)) AND r.kind = ANY(\(kinds.map(\.rawValue))) AND s.status = 'current' ORDER BY r.reference LIMIT \(many)), 36)
      """)
  }
}
