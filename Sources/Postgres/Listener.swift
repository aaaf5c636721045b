import Foundation
package import Logging

/// What NOTIFY said. Only ever a hint to look: after a reconnection some may have been missed.
package struct PostgresNotification: Sendable, Hashable {
  package let channel: String
  package let payload: String
  /// Set on the first element after each connection is made, the first included: look for yourself now.
  package let isReconnection: Bool
}

/// LISTEN on connections of its own, made again with back-off whenever they are lost.
package struct Listener: Sendable {
  private let settings: ConnectionSettings
  private let logger: Logger

  package init(_ conninfo: String, logger: Logger = Logger(label: "postgres.listener")) {
    var settings = ConnectionSettings(conninfo)
    settings.statementTimeout = nil
    settings.idleInTransactionTimeout = nil
    self.settings = settings
    self.logger = logger
  }

  /// The notifications of a channel, until the task that reads them is cancelled or stops reading.
  ///
  /// The stream holds at most a thousand for a slow reader; then the oldest go, as they are hints and not messages.
  package func notifications(_ channel: String) -> AsyncStream<PostgresNotification> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: PostgresNotification.self, bufferingPolicy: .bufferingNewest(1000))
    let session = ListenerSession(channel: channel, settings: settings, logger: logger, continuation: continuation)
    continuation.onTermination = { _ in session.stop() }
    session.connect(attempt: 0)
    return stream
  }
}

/// One channel's connection. Unchecked: everything mutable is guarded by `lock`.
private final class ListenerSession: @unchecked Sendable {
  private let channel: String
  private let settings: ConnectionSettings
  private let logger: Logger
  private let continuation: AsyncStream<PostgresNotification>.Continuation
  private let lock = NSLock()
  private var connection: Connection?
  private var isStopped = false

  init(
    channel: String, settings: ConnectionSettings, logger: Logger,
    continuation: AsyncStream<PostgresNotification>.Continuation
  ) {
    self.channel = channel
    self.settings = settings
    self.logger = logger
    self.continuation = continuation
  }

  func stop() {
    let connection = lock.withLock {
      isStopped = true
      return self.connection
    }
    connection?.close()
  }

  func connect(attempt: Int) {
    onOwnThread { [self] in
      guard !lock.withLock({ isStopped }) else { return }
      switch Connection.openBlocking(settings) {
      case .success(let connection): Task { await listen(on: connection) }
      case .failure(let error):
        if attempt == 0 { logger.warning("\(error)") }
        again(attempt: attempt + 1)
      }
    }
  }

  private func listen(on connection: Connection) async {
    let isStopped = lock.withLock {
      self.connection = connection
      return self.isStopped
    }
    if isStopped { return connection.close() }
    connection.onNotification { [continuation] channel, payload in
      continuation.yield(PostgresNotification(channel: channel, payload: payload, isReconnection: false))
    }
    let batch = Batch([Statement(text: "listen \(quoted(identifier: channel))", cached: false)], isCancellable: false)
    await connection.perform(batch)
    if let failure = batch.failure {
      logger.warning("\(failure)")
      connection.close()
      return again(attempt: 1)
    }
    continuation.yield(PostgresNotification(channel: channel, payload: "", isReconnection: true))
    // Set last: it fires at once should the connection be gone already.
    connection.onLoss { [self] connection in
      connection.close()
      again(attempt: 0)
    }
  }

  /// 0, then 50, 100, 200 … 3,200 ms.
  private func again(attempt: Int) {
    guard !lock.withLock({ isStopped }) else { return }
    guard attempt > 0 else { return connect(attempt: 0) }
    _ = Reactor.shared.after(.milliseconds(25 << min(attempt, 7))) { [self] in connect(attempt: attempt) }
  }
}
