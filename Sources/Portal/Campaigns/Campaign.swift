package import Domain
package import Foundation
package import Postgres

/// A campaign: one version of guidance for everybody of a population, by one channel.
package struct Campaign: RowDecodable, Sendable {
  package var id: UUID
  package var name: String
  package var authorities: [Int]
  package var population: Population
  package var versionID: UUID
  package var versionName: String
  package var channel: Channel
  package var occasion: Occasion
  package var state: CampaignState
  package var restGivenOn: Day?
  package var author: String?
  package var createdAt: Date
  package var version: Int
  package var listedOn: Day?
  package var startedBy: String?
  package var startedAt: Date?
  package var endedAt: Date?
  package var failure: String?

  static let columns: SQL = """
    c.id, c.name, c.authority_ids, c.population::text AS population, c.version_id,
    (SELECT v.title || ', version ' || v.number FROM guidance_version_counts v WHERE v.version_id = c.version_id) AS version_name,
    c.channel, c.occasion, c.state, c.rest_given_on, (SELECT n.name FROM sec.account_names(ARRAY[c.author]) n) AS author_name, c.created_at, c.version,
    c.listed_on, (SELECT n.name FROM sec.account_names(ARRAY[c.started_by]) n) AS starter_name, c.started_at, c.ended_at, c.failure
    """

  package init(row: Row) throws {
    id = try row.get("id")
    name = try row.get("name")
    authorities = try row.get("authority_ids")
    population = try JSONDecoder().decode(Population.self, from: Data(try row.get("population", as: String.self).utf8))
    versionID = try row.get("version_id")
    versionName = try row.get("version_name")
    channel = try row.get("channel")
    occasion = try row.get("occasion")
    state = try row.get("state")
    restGivenOn = try row.get("rest_given_on")
    author = try row.get("author_name")
    createdAt = try row.get("created_at")
    version = try row.get("version")
    listedOn = try row.get("listed_on")
    startedBy = try row.get("starter_name")
    startedAt = try row.get("started_at")
    endedAt = try row.get("ended_at")
    failure = try row.get("failure")
  }

  /// Whether its list is fixed, rather than asked anew each time.
  package var isListed: Bool { listedOn != nil }
  /// Whether the service has it in hand by itself.
  package var isAtWork: Bool { state == .running && (channel.isSent || restGivenOn != nil) }
  package var path: String { Path.campaign(id) }
}

/// A campaign as it is drawn up or changed.
package struct NewCampaign: Sendable {
  package var name: String
  package var population: Population
  package var versionID: UUID
  package var channel: Channel
  package var occasion: Occasion

  package init(name: String, population: Population, versionID: UUID, channel: Channel, occasion: Occasion) {
    self.name = name
    self.population = population
    self.versionID = versionID
    self.channel = channel
    self.occasion = occasion
  }
}

/// How many fare how, in one district.
package struct CampaignTally: RowDecodable, Sendable {
  package var authority: Int
  package var state: RecipientState
  package var reason: RecipientReason?
  package var acknowledged: Int
  package var count: Int

  package init(row: Row) throws {
    authority = try row.get("authority_id")
    state = try row.get("state")
    reason = try row.get("reason")
    acknowledged = try row.get("acknowledged")
    count = try row.get("n")
  }
}

/// One registration of a campaign: as the list has it or, of a draft, as it would be.
package struct Recipient: RowDecodable, Sendable {
  package var id: UUID
  package var authority: Int
  package var kind: LicenceKind
  package var reference: String
  package var name: String
  package var address: String
  package var postcode: String?
  package var walkKey: String
  package var state: RecipientState
  package var reason: RecipientReason?
  package var attempt: Int
  package var issuedOn: Day?
  package var returnedOn: Day?
  /// What the envelope said that came back.
  package var returnReason: ReturnReason?
  package var acknowledgedOn: Day?

  package init(row: Row) throws {
    id = try row.get("registration_id")
    authority = try row.get("authority_id")
    kind = try row.get("kind")
    reference = try row.get("reference")
    name = try row.get("name")
    address = try row.get("address")
    postcode = try row.get("postcode")
    walkKey = try row.get("walk_key")
    state = try row.get("state")
    reason = try row.get("reason")
    attempt = try row.get("attempt")
    issuedOn = try row.get("issued_on")
    returnedOn = try row.get("returned_on")
    returnReason = try row.get("return_reason")
    acknowledgedOn = try row.get("acknowledged_on")
  }

  /// The address on one line, with its postcode.
  var addressLine: String { (address.split(separator: "\n").map(String.init) + [postcode ?? ""]).filter { !$0.isEmpty }.joined(separator: ", ") }
}
