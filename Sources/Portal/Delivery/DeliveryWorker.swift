package import Foundation
import Logging
import Postgres
package import ServiceLifecycle

/// Sends what waits in the outbox. A message is leased for two minutes and settled by whoever holds the lease; whatever dies between
/// leaves it to be leased again, under the same reference, by which carriers know what they have taken already.
package struct DeliveryWorker: Service {
  let environment: Environment
  let carriers: [any Carrier]
  /// Attempts after which a message is given up.
  static let most = 8

  /// - Parameter carriers: the first that carries a channel takes it; the local outbox comes last by itself.
  package init(environment: Environment, carriers: [any Carrier]) {
    self.environment = environment
    self.carriers = carriers + [LocalOutbox()]
  }

  package func run() async throws {
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      do {
        while try await workOnce() > 0, !Task.isShuttingDownGracefully {}
        try await askOnce()
      } catch {
        environment.logger.error("the outbox worker stumbled", metadata: ["error": "\(error)"])
      }
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(2)) }
    }
  }

  /// Leases up to fifty messages and sends each; says how many it had in hand.
  package func workOnce() async throws -> Int {
    let pool = environment.database.pool
    let now = environment.now()
    let leased = try await pool.transaction(.readWrite) {
      try await $0.all("SELECT * FROM sec.lease_messages(50, \(now))", as: LeasedMessage.self)
    }
    for message in leased {
      // A minute is left for the carrier: what is not begun by then goes to whoever leases it next.
      guard environment.now().timeIntervalSince(now) < 60 else { break }
      guard let carrier = carriers.first(where: { $0.carries(message.channel) }) else { continue }
      let answer = await carrier.send(message)
      try await settle(message, carrier.name, answer)
    }
    return leased.count
  }

  /// Asks carriers what became of messages they took: twenty of each a round, each at most once in five minutes. Says how many were asked about.
  @discardableResult package func askOnce() async throws -> Int {
    var asked = 0
    for case let carrier as any ReceiptCarrier in carriers {
      let now = environment.now()
      let due = try await environment.database.pool.transaction(.readWrite) {
        try await $0.value("SELECT coalesce(array_agg(provider_id), '{}') FROM sec.lease_receipts(\(carrier.name), 20, \(now))", as: [String].self)
      }
      for provider in due {
        asked += 1
        guard let receipt = await carrier.receipt(of: provider) else { break }
        _ = try await DeliveryStore(environment).report(provider, receipt)
      }
    }
    return asked
  }

  private func settle(_ message: LeasedMessage, _ carrier: String, _ answer: CarrierAnswer) async throws {
    let now = environment.now()
    let outcome: (state: String, provider: String?, problem: String?, again: Date?) =
      switch answer {
      case .taken(let provider): ("sent", provider, nil, nil)
      case .refused(let why): ("failed", nil, why, nil)
      case .later(let why, _) where message.attempt >= Self.most: ("dead", nil, why, nil)
      case .later(let why, let after): ("queued", nil, why, now.addingTimeInterval(Double(after ?? Self.wait(message.attempt))))
      }
    let held = try await environment.database.pool.transaction(.readWrite) {
      try await $0.value(
        """
        SELECT sec.settle_message(\(message.id), \(Int16(message.attempt)), \(outcome.state), \(carrier), \(outcome.provider), \(outcome.problem),
          \(outcome.again), \(now))
        """, as: Bool.self)
    }
    if !held { environment.logger.warning("a message was settled by another worker", metadata: ["message": "\(message.id)"]) }
  }

  /// Seconds before the next attempt: half a minute, doubling to four hours.
  static func wait(_ attempt: Int) -> Int { min(30 << min(attempt - 1, 12), 14_400) }
}
