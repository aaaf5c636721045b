package import Domain
package import Foundation
import HTTPTypes
import Postgres
import Web

/// What officers do to campaigns: each a transaction with its entry in the log.
extension CampaignStore {
  /// Draws up a campaign.
  package func draft(_ new: NewCampaign, once sent: SentForm? = nil, by officer: Officer) async throws -> UUID {
    let id = UUID()
    return try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      Written(id, entries: try await Self.insert(new, as: id, by: officer, in: transaction)).leading(to: Path.campaign(id))
    }
  }

  /// Draws up several together, or none.
  /// - Parameter page: where the same form leads when it is sent again; nil: to the first of them.
  func draft(_ new: [NewCampaign], leadingTo page: String?, once sent: SentForm?, by officer: Officer) async throws -> [UUID] {
    let ids = new.map { _ in UUID() }
    return try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      var entries: [AuditEntry] = []
      for (id, one) in zip(ids, new) { entries += try await Self.insert(one, as: id, by: officer, in: transaction) }
      return Written(ids, entries: entries).leading(to: page ?? ids.first.map { Path.campaign($0) } ?? Path.campaigns)
    }
  }

  private static func insert(_ new: NewCampaign, as id: UUID, by officer: Officer, in transaction: Transaction) async throws -> [AuditEntry] {
    try await transaction.execute(
      """
      INSERT INTO campaign (id, name, authority_ids, population, version_id, channel, occasion, author)
      VALUES (\(id), \(new.name), \(new.population.authorities.map(Int16.init)), \(try json(new.population))::jsonb, \(new.versionID), \(new.channel), \(new.occasion), \(officer.id))
      """)
    return entries(.draftCampaign, id, new.population.authorities, ["name": new.name])
  }

  /// Changes a draft. The version that was looked at must still be the one there.
  func change(_ campaign: Campaign, to new: NewCampaign, seen version: Int, by officer: Officer) async throws {
    let population = try Self.json(new.population)
    try await database.write(by: officer, at: environment.now()) { transaction in
      let changed = try await transaction.execute(
        """
        UPDATE campaign SET name = \(new.name), authority_ids = \(new.population.authorities.map(Int16.init)), population = \(population)::jsonb,
               version_id = \(new.versionID), channel = \(new.channel), occasion = \(new.occasion), version = version + 1
         WHERE id = \(campaign.id) AND state = 'draft' AND version = \(version)
        """)
      guard changed == 1 else { throw Self.movedOn(campaign) }
      return Written((), entries: Self.entries(.changeCampaign, campaign.id, new.population.authorities, ["name": new.name, "what": "changed"]))
    }
  }

  /// Fixes the list: who is reached and who is left out, with name and address, as of today.
  package func fix(_ campaign: Campaign, by officer: Officer) async throws {
    let today = environment.today()
    try await move(campaign, to: .ready, setting: "listed_on = \(today),", what: "fixed the list of", by: officer) { transaction in
      try await transaction.execute(
        """
        INSERT INTO campaign_recipient (campaign_id, registration_id, authority_id, kind, reference, name, address, postcode, email, phone, walk_key, state, reason)
        SELECT c.id, p.registration_id, p.authority_id, p.kind, p.reference, p.name, p.address, p.postcode, p.email, p.phone, p.walk_key,
               CASE WHEN p.reason IS NULL THEN 'planned' ELSE 'excluded' END, p.reason
          FROM campaign c CROSS JOIN LATERAL campaign_population(c.population, c.version_id, c.channel, \(today)) p WHERE c.id = \(campaign.id)
        """)
    }
  }

  /// Throws the list away, so that the campaign can be changed. Only while nothing has gone out.
  func unfix(_ campaign: Campaign, by officer: Officer) async throws {
    try await move(campaign, from: [.ready], to: .draft, setting: "listed_on = NULL,", what: "threw away the list of", by: officer) {
      try await $0.execute("DELETE FROM campaign_recipient WHERE campaign_id = \(campaign.id)")
    }
  }

  /// Begins, or goes on after a pause. The work is done as this officer from here.
  package func run(_ campaign: Campaign, by officer: Officer) async throws {
    let isFirst = campaign.state == .ready
    try await move(
      campaign, from: isFirst ? [.ready] : [.paused], to: .running,
      setting: "started_by = \(officer.id), started_at = coalesce(started_at, \(environment.now())), failure = NULL,",
      what: isFirst ? "started" : "resumed", by: officer
    ) { _ = try await Self.finish(campaign.id, at: environment.now(), in: $0) }
  }

  /// Stops the work for now. What is in hand is finished first; after this answers nothing more goes out.
  package func pause(_ campaign: Campaign, by officer: Officer) async throws {
    try await move(campaign, from: [.running], to: .paused, setting: "", what: "paused", by: officer)
  }

  /// Ends it for good. What was given stays given.
  package func cancel(_ campaign: Campaign, by officer: Officer) async throws {
    try await move(
      campaign, from: [.draft, .ready, .running, .paused], to: .cancelled, setting: "ended_at = \(environment.now()),", what: "cancelled", by: officer)
  }

  /// Sends again to those whom it did not reach: not delivered, or came back from an address that has changed since.
  /// - Returns: how many go out again.
  package func resend(_ campaign: Campaign, by officer: Officer) async throws -> Int {
    try await database.write(by: officer, at: environment.now()) { transaction in
      // What could not be delivered makes way for another message of the same issue.
      try await transaction.execute(
        """
        UPDATE delivery d SET state = 'cancelled' FROM campaign_recipient r
         WHERE r.campaign_id = \(campaign.id) AND r.state = 'failed' AND d.campaign_id = r.campaign_id AND d.issuance_id = r.issuance_id AND d.state IN ('failed', 'dead')
        """)
      let again = try await transaction.execute(
        """
        UPDATE campaign_recipient r SET state = 'planned', reason = NULL, returned_on = NULL, attempt = attempt + 1
          FROM registration_contact k
         WHERE r.campaign_id = \(campaign.id) AND k.registration_id = r.registration_id
           AND (r.state = 'failed' OR (r.state = 'returned' AND (k.address, coalesce(k.postcode, '')) <> (r.address, coalesce(r.postcode, ''))))
        """)
      guard again > 0 else { return Written(0, entries: []) }
      let moved = try await transaction.execute(
        """
        UPDATE campaign SET state = 'running', started_by = \(officer.id), ended_at = NULL, failure = NULL, version = version + 1
         WHERE id = \(campaign.id) AND state IN ('finished', 'running', 'paused')
        """)
      guard moved == 1 else { throw Self.movedOn(campaign) }
      return Written(again, entries: Self.entries(.changeCampaign, campaign.id, campaign.authorities, ["name": campaign.name, "what": "sent again to \(again) of"]))
    }
  }

  /// Those who are left were all given it by people on that day; the work records them.
  func giveRest(_ campaign: Campaign, on day: Day, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let moved = try await transaction.execute(
        "UPDATE campaign SET rest_given_on = \(day), version = version + 1 WHERE id = \(campaign.id) AND state = 'running' AND rest_given_on IS NULL")
      guard moved == 1 else { throw Self.movedOn(campaign) }
      return Written((), entries: Self.entries(.changeCampaign, campaign.id, campaign.authorities, ["name": campaign.name, "what": "recorded the rest of"]))
    }
  }

  /// Records those whom somebody gave it to by hand. One who was recorded before, by whomever, is not recorded twice.
  package func give(_ campaign: Campaign, to registrations: [UUID], on day: Day, by officer: Officer) async throws -> Int {
    let given = try await database.write(by: officer, at: environment.now()) { transaction in
      let batch = try await CampaignWork.batch(campaign, most: registrations.count, on: day, among: registrations, in: transaction)
      return Written(batch.given, entries: batch.entries)
    }
    // Apart from the batch: two officers who both recorded the last would wait for each other.
    try await database.write(by: officer, at: environment.now()) { transaction in
      _ = try await Self.finish(campaign.id, at: environment.now(), in: transaction)
      return Written((), entries: [])
    }
    return given
  }

  /// Ends a running campaign with nobody left; answers whether it did.
  static func finish(_ id: UUID, at now: Date, in transaction: Transaction) async throws -> Bool {
    try await transaction.execute(
      """
      UPDATE campaign SET state = 'finished', ended_at = \(now) WHERE id = \(id) AND state = 'running'
         AND NOT EXISTS (SELECT FROM campaign_recipient r WHERE r.campaign_id = \(id) AND r.state = 'planned')
      """) == 1
  }

  private func move(
    _ campaign: Campaign, from states: [CampaignState] = [.draft], to state: CampaignState, setting: SQL, what: String, by officer: Officer,
    _ also: (Transaction) async throws -> Void = { _ in }
  ) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let moved = try await transaction.execute(
        "UPDATE campaign SET \(setting) state = \(state), version = version + 1 WHERE id = \(campaign.id) AND state = ANY(\(states.map(\.rawValue)))")
      guard moved == 1 else { throw Self.movedOn(campaign) }
      try await also(transaction)
      return Written((), entries: Self.entries(.changeCampaign, campaign.id, campaign.authorities, ["name": campaign.name, "what": what]))
    }
  }

  /// One entry: it is about the campaign, and whoever reads one of its districts may read it.
  static func entries(_ verb: AuditVerb, _ id: UUID, _ authorities: [Int], _ detail: [String: String]) -> [AuditEntry] {
    [AuditEntry(verb, of: id, authority: authorities.count == 1 ? authorities[0] : nil, detail: detail)]
  }

  static func movedOn(_ campaign: Campaign) -> Problem {
    Problem(.conflict, "The campaign has moved on", "Somebody, or the work itself, was quicker. Look at it again.", wayOn: ("See the campaign", campaign.path))
  }
}
