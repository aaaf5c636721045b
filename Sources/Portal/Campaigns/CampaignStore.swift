package import Domain
package import Foundation
import HTTPTypes
import Postgres
package import Web

/// Where a page of recipients begins: its place in walking order.
package struct RecipientCursor: Codable, Sendable, Equatable {
  var walk: String
  var id: UUID
}

/// What a list of recipients is narrowed by.
package struct RecipientFilter: Sendable, Equatable {
  package var state: RecipientState?
  package var reason: RecipientReason?
  package var authority: Int?

  package init(state: RecipientState? = nil, reason: RecipientReason? = nil, authority: Int? = nil) {
    self.state = state
    self.reason = reason
    self.authority = authority
  }

  var conditions: SQL {
    var all: [SQL] = ["true"]
    if let state { all.append("x.state = \(state)") }
    if let reason { all.append("x.reason = \(reason)") }
    if let authority { all.append("x.authority_id = \(Int16(authority))") }
    return SQL.joined(all, by: " AND ")
  }
}

/// Reads campaigns and what becomes of their recipients. A draft has no rows yet: it asks the rule of the population each time.
package struct CampaignStore: Sendable {
  let environment: Environment
  var database: Database { environment.database }
  package init(_ environment: Environment) { self.environment = environment }

  /// The latest campaigns with how many were given, and how many are meant to be.
  func list(before: (Date, UUID)?, limit: Int, for officer: Officer) async throws -> [(campaign: Campaign, given: Int, meant: Int)] {
    struct Listed: RowDecodable, Sendable {
      var campaign: Campaign
      var given: Int
      var meant: Int
      init(row: Row) throws {
        campaign = try Campaign(row: row)
        given = try row.get("given")
        meant = try row.get("meant")
      }
    }
    let earlier: SQL = before.map { "WHERE (c.created_at, c.id) < (\($0.0), \($0.1))" } ?? ""
    return try await database.read(
      as: officer,
      Query<Listed>(
        """
        SELECT \(Campaign.columns), n.given, n.meant
          FROM (SELECT * FROM campaign c \(earlier) ORDER BY c.created_at DESC, c.id DESC LIMIT \(limit)) c
         CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE r.state IN ('issued', 'failed', 'returned')) AS given,
                                    count(*) FILTER (WHERE r.state <> 'excluded') AS meant FROM campaign_recipient r WHERE r.campaign_id = c.id) n
         ORDER BY c.created_at DESC, c.id DESC
        """)
    ).map { ($0.campaign, $0.given, $0.meant) }
  }

  package func campaign(_ id: UUID, for officer: Officer) async throws -> Campaign? {
    try await database.read(as: officer, Query<Campaign>(Self.one(id))).first
  }

  static func one(_ id: UUID) -> SQL { "SELECT \(Campaign.columns) FROM campaign c WHERE c.id = \(id)" }

  /// The recipients of a campaign as rows x: those of the fixed list or, of a draft, those who would be reached on the day.
  static func recipients(_ campaign: Campaign, on day: Day) throws -> SQL {
    if campaign.isListed {
      return """
        (SELECT r.registration_id, r.authority_id, r.kind, r.reference, r.name, r.address, r.postcode, r.walk_key, r.state, r.reason, r.attempt, r.issued_on,
                r.returned_on,
                CASE WHEN r.state = 'returned' THEN (SELECT m.reason FROM mail_returned m
                  WHERE m.registration_id = r.registration_id AND m.campaign_id = r.campaign_id AND m.withdrawn_at IS NULL ORDER BY m.recorded_at DESC LIMIT 1) END AS return_reason,
                a.acknowledged_on FROM campaign_recipient r LEFT JOIN acknowledgement a ON a.issuance_id = r.issuance_id
          WHERE r.campaign_id = \(campaign.id)) x
        """
    }
    return """
      (SELECT p.registration_id, p.authority_id, p.kind, p.reference, p.name, p.address, p.postcode, p.walk_key,
              CASE WHEN p.reason IS NULL THEN 'planned' ELSE 'excluded' END AS state, p.reason, 1::smallint AS attempt, NULL::date AS issued_on,
              NULL::date AS returned_on, NULL::text AS return_reason, NULL::date AS acknowledged_on
         FROM campaign_population(\(try json(campaign.population))::jsonb, \(campaign.versionID), \(campaign.channel), \(day)) p) x
      """
  }

  static func json(_ population: Population) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(population), as: UTF8.self)
  }

  /// Counts by district, state and reason. The sum is the population.
  package func tallies(_ campaign: Campaign, for officer: Officer) async throws -> [CampaignTally] {
    let source = try Self.recipients(campaign, on: environment.today())
    return try await database.read(
      as: officer,
      Query<CampaignTally>(
        """
        SELECT x.authority_id, x.state, x.reason, count(x.acknowledged_on) AS acknowledged, count(*) AS n FROM \(source)
         GROUP BY x.authority_id, x.state, x.reason ORDER BY x.authority_id, x.state, n DESC, x.reason
        """))
  }

  /// A page of recipients in walking order; `limit` nil: all.
  package func recipients(
    _ campaign: Campaign, _ filter: RecipientFilter, at position: KeysetPosition<RecipientCursor> = .first, limit: Int?, for officer: Officer
  ) async throws -> [Recipient] {
    try await database.read(as: officer, Query<Recipient>(try Self.rows(campaign, filter, at: position, limit: limit, on: environment.today())))
  }

  static func rows(
    _ campaign: Campaign, _ filter: RecipientFilter, at position: KeysetPosition<RecipientCursor>, limit: Int?, on day: Day
  ) throws -> SQL {
    var bound: SQL = ""
    var direction: SQL = "ASC"
    switch position {
    case .first: break
    case .after(let cursor): bound = "AND (x.walk_key, x.registration_id) > (\(cursor.walk), \(cursor.id))"
    case .before(let cursor):
      bound = "AND (x.walk_key, x.registration_id) < (\(cursor.walk), \(cursor.id))"
      direction = "DESC"
    }
    let most: SQL = limit.map { "LIMIT \($0)" } ?? ""
    return """
      SELECT x.* FROM \(try recipients(campaign, on: day)) WHERE \(filter.conditions) \(bound)
       ORDER BY x.walk_key \(direction), x.registration_id \(direction) \(most)
      """
  }

  /// Versions that a campaign may give, with the kinds of licence they are for.
  func versions(for officer: Officer) async throws -> [CampaignVersion] {
    let today = environment.today()
    return try await database.read(
      as: officer,
      Query<CampaignVersion>(
        """
        SELECT version_id, title || ', version ' || number AS name, audience FROM guidance_version_counts
         WHERE effective_from <= \(today) AND (superseded_on IS NULL OR superseded_on > \(today)) AND (counts_before IS NULL OR counts_before > \(today))
         ORDER BY title, number DESC
        """))
  }
}

/// A version of guidance that is in effect.
struct CampaignVersion: RowDecodable, Sendable {
  var id: UUID
  var name: String
  var audience: [String]

  init(row: Row) throws {
    id = try row.get("version_id")
    name = try row.get("name")
    audience = try row.get("audience")
  }
}
