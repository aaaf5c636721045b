import Domain
import Foundation
import Logging
import Postgres
package import ServiceLifecycle

/// Gives guidance for running campaigns, batch by batch, as the person who started each. The claim of a batch is the lock on its
/// rows: it ends with its transaction, so a worker that dies leaves nothing claimed, and another goes on at once.
package struct CampaignWorker: Service {
  let environment: Environment
  /// Recipients of one transaction.
  let size: Int

  package init(environment: Environment, size: Int = 500) {
    self.environment = environment
    self.size = size
  }

  package func run() async throws {
    await withTaskGroup(of: Void.self) { group in
      // Two at once: they take different rows, and while one waits for the disk or the log the other works.
      for _ in 0..<2 { group.addTask { await keepWorking() } }
    }
  }

  private func keepWorking() async {
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      do {
        while try await workOnce(), !Task.isShuttingDownGracefully {}
      } catch let error as PostgresError where error.sqlState == .deadlockDetected || error.sqlState == .serializationFailure {
        // Two that wanted the same in another order: the one that was sent away begins anew.
        continue
      } catch {
        environment.logger.error("the campaign worker stumbled", metadata: ["error": "\(error)"])
      }
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(1)) }
    }
  }

  /// Does one batch of each running campaign; answers whether anything was done.
  package func workOnce() async throws -> Bool {
    let pool = environment.database.pool
    var worked = false
    for id in try await pool.transaction(.readOnly, { try await $0.values("SELECT * FROM sec.campaigns_at_work()", as: UUID.self) }) {
      let door: SQL = "SELECT account_id FROM sec.enter_campaign(\(id))"
      let (campaigns, people) = try await pool.read(
        options: .readWrite, prelude: [door], Query<Campaign>(CampaignStore.one(id)), Query<Person>("SELECT * FROM sec.enter_campaign(\(id))"))
      guard let campaign = campaigns.first, let person = people.first else {
        // Paused a moment ago; or who started it may not do so any more, and it waits for somebody who may.
        try await pool.transaction(.readWrite) { _ = try await $0.execute("SELECT sec.stop_campaign(\(id))") }
        continue
      }
      let officer = Officer(
        id: person.id, sessionID: id, name: person.name, email: "", identity: .session([]), hasSecondStep: true, reach: [:], lastSeen: environment.now())
      if try await batch(campaign, by: officer, entering: door) { worked = true }
    }
    return worked
  }

  /// One batch. One row that the database refuses must not keep the others waiting: those of a failed batch are tried one by one, and
  /// the one at fault is marked.
  private func batch(_ campaign: Campaign, by officer: Officer, entering door: SQL) async throws -> Bool {
    do {
      return try await attempt(campaign, by: officer, entering: door)
    } catch let error as PostgresError where error.isOfTheRow {
      environment.logger.error("a batch of a campaign was refused", metadata: ["campaign": "\(campaign.id)", "error": "\(error)"])
      let waiting: SQL = """
        SELECT r.registration_id FROM campaign_recipient r WHERE r.campaign_id = \(campaign.id) AND r.state = 'planned'
         ORDER BY r.walk_key, r.registration_id LIMIT \(size)
        """
      for id in try await environment.database.pool.transaction(.readWrite, prelude: [door], { try await $0.values(waiting, as: UUID.self) }) {
        do {
          _ = try await attempt(campaign, among: [id], by: officer, entering: door)
        } catch let error as PostgresError where error.isOfTheRow {
          environment.logger.error("a recipient of a campaign was refused", metadata: ["campaign": "\(campaign.id)", "registration": "\(id)", "error": "\(error)"])
          try await environment.database.pool.transaction(.readWrite, prelude: [door]) {
            _ = try await $0.execute(
              "UPDATE campaign_recipient SET state = 'failed', reason = 'fault' WHERE campaign_id = \(campaign.id) AND registration_id = \(id) AND state = 'planned'")
          }
        }
      }
      return true
    }
  }

  /// Whether there was anybody to take.
  private func attempt(_ campaign: Campaign, among: [UUID]? = nil, by officer: Officer, entering door: SQL) async throws -> Bool {
    let day = campaign.restGivenOn ?? environment.today()
    let pool = environment.database.pool
    let worked = try await pool.transaction(.readWrite, prelude: [door]) { transaction in
      let batch = try await CampaignWork.batch(campaign, most: size, on: day, among: among, in: transaction)
      guard batch.taken > 0 else { return false }
      // What is sent goes into the outbox with the issues it belongs to: both, or neither.
      if let channel = [Channel.email: "email", .smsLink: "sms"][campaign.channel], !batch.issued.isEmpty {
        _ = try await Outbox.queue(batch.issued, by: channel, campaign: campaign.id, in: transaction, environment)
      }
      if !batch.entries.isEmpty { try await AuditChain.append(batch.entries, by: officer, at: environment.now(), in: transaction) }
      return true
    }
    // Apart from the batch, which holds the campaign's row together with others: two that both ended it there would wait for each other.
    if !worked, among == nil {
      try await pool.transaction(.readWrite, prelude: [door]) { _ = try await CampaignStore.finish(campaign.id, at: environment.now(), in: $0) }
    }
    return worked
  }

  private struct Person: RowDecodable, Sendable {
    var id: UUID
    var name: String
    init(row: Row) throws {
      id = try row.get("account_id")
      name = try row.get("name")
    }
  }
}

extension PostgresError {
  /// Whether the database refused what a row says, so that trying the same again would be refused again: classes 22 and 23, and what
  /// triggers raise. Lost connections, deadlocks and time limits are worth another try.
  fileprivate var isOfTheRow: Bool {
    guard let state = sqlState?.rawValue else { return false }
    return state.hasPrefix("22") || state.hasPrefix("23") || state.hasPrefix("55000") || state.hasPrefix("P0")
  }
}
