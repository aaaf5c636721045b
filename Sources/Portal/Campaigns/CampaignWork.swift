import Domain
import Foundation
import Postgres

/// The work of a campaign: batches, each in one transaction with everything that belongs to it.
enum CampaignWork {
  struct Batch: Sendable {
    /// Taken: given, or left out because things have changed since the list was fixed.
    var taken = 0
    var given = 0
    /// The issues made.
    var issued: [UUID] = []
    var entries: [AuditEntry] = []
  }

  private struct Taken: RowDecodable, Sendable {
    var id: UUID
    var authority: Int
    var issuance: UUID?
    var reason: RecipientReason?

    init(row: Row) throws {
      id = try row.get("registration_id")
      authority = try row.get("authority_id")
      issuance = try row.get("issuance_id")
      reason = try row.get("reason")
    }
  }

  /// Takes up to `most` of those who wait and gives them the guidance; queues what is to be sent. The caller appends the entries last
  /// and commits: whatever dies before that leaves all of them waiting, and nobody given anything.
  static func batch(_ campaign: Campaign, most: Int, on day: Day, among: [UUID]? = nil, in transaction: Transaction) async throws -> Batch {
    let taken = try await transaction.all(
      "SELECT registration_id, authority_id, issuance_id, reason FROM campaign_batch(\(campaign.id), \(most)::integer, \(day), \(among)::uuid[])", as: Taken.self)
    let given = taken.filter { $0.reason == nil }
    var batch = Batch(taken: taken.count, given: given.count, issued: given.compactMap(\.issuance))
    for (authority, rows) in Dictionary(grouping: given, by: \.authority).sorted(by: { $0.key < $1.key }) {
      // One entry for all of a district: its subjects are the licences, so that the history of each tells of it.
      var entry = AuditEntry(
        .issueCampaign, of: campaign.id, authority: authority,
        detail: [
          "name": campaign.name, "version": campaign.versionName, "channel": campaign.channel.name.lowercased(), "on": day.words,
          "count": rows.count == 1 ? "one licence" : "\(rows.count) licences",
        ])
      entry.subjects += rows.map(\.id)
      batch.entries.append(entry)
    }
    return batch
  }
}
