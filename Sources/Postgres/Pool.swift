import Foundation
package import Logging

/// A bounded number of connections, lent for one transaction at a time. There is no other road to the database.
///
/// Waiters are served in the order they came. A connection comes back only if it is alive and outside a transaction;
/// otherwise it is closed and another takes its place. While the database is away, connecting is tried again with
/// back-off as long as somebody waits.
///
/// Unchecked: everything mutable is guarded by `lock`, which is never held while a connection's own lock is taken.
package final class Pool: @unchecked Sendable {
  private struct Waiter {
    let id: UInt64
    let continuation: UnsafeContinuation<Result<Connection, PostgresError>, Never>
    let timer: Reactor.Timer
  }

  package let configuration: PoolConfiguration
  private let logger: Logger
  private let lock = NSLock()
  private var idle: [Connection] = []
  private var waiters: [Waiter] = []
  private var open = 0
  private var opening = 0
  private var lastID: UInt64 = 0
  private var lastFailure: PostgresError?
  private var isClosed = false
  private var drained: [UnsafeContinuation<Void, Never>] = []
  /// Counts the times a prepared statement was found out of date; see `statementsAreStale`.
  private var schema = 0
  /// The open connections, each with the schema change it has last heard of.
  private var members: [ObjectIdentifier: Int] = [:]

  package init(configuration: PoolConfiguration, logger: Logger = Logger(label: "postgres")) {
    self.configuration = configuration
    self.logger = logger
  }

  deinit {
    for connection in idle { connection.close() }
  }

  // MARK: Lending

  /// A connection outside any transaction.
  func acquire() async throws(PostgresError) -> Connection {
    if let connection = try takeIdle() { return connection }
    let id = lock.withLock {
      lastID += 1
      return lastID
    }
    let result = await withTaskCancellationHandler {
      await withUnsafeContinuation { wait(id, $0) }
    } onCancel: {
      give(.failure(.cancelled()), to: id)
    }
    return try result.get()
  }

  private func takeIdle() throws(PostgresError) -> Connection? {
    let (connection, wasClosed, isStale) = lock.withLock { () -> (Connection?, Bool, Bool) in
      guard !isClosed else { return (nil, true, false) }
      guard let connection = idle.popLast() else { return (nil, false, false) }
      return (connection, false, renewSchema(of: connection))
    }
    if wasClosed { throw PostgresError(.poolExhausted, "The pool is shut down") }
    if isStale { connection?.discardStatements() }
    return connection
  }

  private func wait(_ id: UInt64, _ continuation: UnsafeContinuation<Result<Connection, PostgresError>, Never>) {
    let timer = Reactor.shared.after(configuration.acquireTimeout) { [weak self] in self?.giveUp(id) }
    let attempts = lock.withLock {
      waiters.append(Waiter(id: id, continuation: continuation, timer: timer))
      return claimOpenings()
    }
    // Cancelled or shut down before it stood in the queue: nobody else would notice.
    if Task.isCancelled { give(.failure(.cancelled()), to: id) }
    if lock.withLock({ isClosed }) { give(.failure(PostgresError(.poolExhausted, "The pool is shut down")), to: id) }
    for _ in 0..<attempts { connect(attempt: 0) }
    serveIdle()
  }

  private func giveUp(_ id: UInt64) {
    let failure = lock.withLock { lastFailure }
    give(.failure(failure ?? PostgresError(.poolExhausted, "No database connection came free in time")), to: id)
  }

  private func give(_ result: Result<Connection, PostgresError>, to id: UInt64) {
    let waiter = lock.withLock { () -> Waiter? in
      guard let index = waiters.firstIndex(where: { $0.id == id }) else { return nil }
      return waiters.remove(at: index)
    }
    guard let waiter else { return }
    Reactor.shared.cancel(waiter.timer)
    waiter.continuation.resume(returning: result)
  }

  /// Takes a connection back.
  func release(_ connection: Connection) {
    if connection.isIdle { offer(connection) } else { discard(connection) }
  }

  /// To the first waiter, or to the idle ones. The last used is lent first: its caches are warm.
  private func offer(_ connection: Connection) {
    let (waiter, isSurplus, isStale) = lock.withLock { () -> (Waiter?, Bool, Bool) in
      guard !isClosed else { return (nil, true, false) }
      guard !waiters.isEmpty else {
        idle.append(connection)
        return (nil, false, false)
      }
      return (waiters.removeFirst(), false, renewSchema(of: connection))
    }
    if isSurplus { return discard(connection) }
    guard let waiter else { return }
    if isStale { connection.discardStatements() }
    Reactor.shared.cancel(waiter.timer)
    waiter.continuation.resume(returning: .success(connection))
  }

  /// Somebody may have come between the look at the idle ones and the queue.
  private func serveIdle() {
    while let connection = lock.withLock({ waiters.isEmpty ? nil : idle.popLast() }) { offer(connection) }
  }

  /// Closes a connection and opens another if somebody waits. Does nothing the second time.
  func discard(_ connection: Connection) {
    connection.onLoss(nil)
    connection.close()
    let (attempts, waiting) = lock.withLock { () -> (Int, [UnsafeContinuation<Void, Never>]) in
      guard members.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return (0, []) }
      idle.removeAll { $0 === connection }
      open -= 1
      return (claimOpenings(), takeDrained())
    }
    for _ in 0..<attempts { connect(attempt: 0) }
    for continuation in waiting { continuation.resume() }
  }

  // MARK: Opening

  /// How many connections to begin opening now, under the lock.
  private func claimOpenings() -> Int {
    guard !isClosed else { return 0 }
    let wanted = max(0, min(waiters.count - opening, configuration.size - open - opening))
    opening += wanted
    return wanted
  }

  private func connect(attempt: Int) {
    let settings = configuration.connection
    onOwnThread { [weak self] in
      let result = Connection.openBlocking(settings)
      guard let self else {
        if case .success(let connection) = result { connection.close() }
        return
      }
      connected(result, attempt: attempt)
    }
  }

  private func connected(_ result: Result<Connection, PostgresError>, attempt: Int) {
    switch result {
    case .success(let connection):
      lock.withLock {
        opening -= 1
        open += 1
        lastFailure = nil
        members[ObjectIdentifier(connection)] = schema
      }
      connection.onLoss { [weak self] in self?.lost($0) }
      offer(connection)
    case .failure(let error):
      let (isWanted, waiting) = lock.withLock { () -> (Bool, [UnsafeContinuation<Void, Never>]) in
        lastFailure = error
        let isWanted = !isClosed && !waiters.isEmpty
        if !isWanted { opening -= 1 }
        return (isWanted, takeDrained())
      }
      for continuation in waiting { continuation.resume() }
      if attempt == 0 { logger.warning("\(error)") }
      guard isWanted else { return }
      _ = Reactor.shared.after(Self.backOff(attempt)) { [weak self] in self?.connect(attempt: attempt + 1) }
    }
  }

  /// An idle connection's server went away. (One in use is found out by whoever uses it.)
  private func lost(_ connection: Connection) {
    let wasIdle = lock.withLock { () -> Bool in
      guard let index = idle.firstIndex(where: { $0 === connection }) else { return false }
      idle.remove(at: index)
      return true
    }
    if wasIdle { discard(connection) }
  }

  /// A connection made after `dead` was found dead, in its place. Not one of the idle ones: whatever killed the first
  /// may have killed them too, and not every dead one shows it yet.
  func replace(_ dead: Connection) async throws(PostgresError) -> Connection {
    dead.onLoss(nil)
    dead.close()
    lock.withLock { members[ObjectIdentifier(dead)] = nil }
    let deadline = ContinuousClock.now + configuration.acquireTimeout
    var attempt = 0
    while true {
      let settings = configuration.connection
      let result = await withUnsafeContinuation { continuation in
        onOwnThread { continuation.resume(returning: Connection.openBlocking(settings)) }
      }
      switch result {
      case .success(let connection):
        lock.withLock {
          lastFailure = nil
          members[ObjectIdentifier(connection)] = schema
        }
        connection.onLoss { [weak self] in self?.lost($0) }
        return connection
      case .failure(let error):
        guard ContinuousClock.now < deadline, !Task.isCancelled else {
          freeSlot(after: error)
          throw Task.isCancelled ? .cancelled() : error
        }
        await withUnsafeContinuation { continuation in
          _ = Reactor.shared.after(Self.backOff(attempt)) { continuation.resume() }
        }
        attempt += 1
      }
    }
  }

  private func freeSlot(after error: PostgresError) {
    let (attempts, waiting) = lock.withLock {
      lastFailure = error
      open -= 1
      return (claimOpenings(), takeDrained())
    }
    for _ in 0..<attempts { connect(attempt: 0) }
    for continuation in waiting { continuation.resume() }
  }

  /// 20, 40, 80 … 640 ms: a promotion takes a fraction of a second, a restart some seconds.
  private static func backOff(_ attempt: Int) -> Duration {
    .milliseconds(20 << min(attempt, 5))
  }

  // MARK: Prepared statements and schema changes

  /// After a schema change every connection has statements out of date. The first to find out tells the others, so
  /// that one transaction fails or is repeated, not one per connection.
  func statementsAreStale(on connection: Connection) {
    lock.withLock {
      schema += 1
      if members[ObjectIdentifier(connection)] != nil { members[ObjectIdentifier(connection)] = schema }
    }
  }

  /// Whether the connection's statements are older than the last known schema change, under the lock.
  private func renewSchema(of connection: Connection) -> Bool {
    members.updateValue(schema, forKey: ObjectIdentifier(connection)) != schema
  }

  // MARK: Shutting down

  /// Lends no more, waits for what is lent to come back, closes everything. Transactions under way may finish.
  package func shutdown() async {
    let (closing, refused) = lock.withLock { () -> ([Connection], [Waiter]) in
      isClosed = true
      defer {
        idle = []
        waiters = []
      }
      return (idle, waiters)
    }
    for waiter in refused {
      Reactor.shared.cancel(waiter.timer)
      waiter.continuation.resume(returning: .failure(PostgresError(.poolExhausted, "The pool is shut down")))
    }
    for connection in closing { discard(connection) }
    await withUnsafeContinuation { continuation in
      let waiting = lock.withLock {
        drained.append(continuation)
        return takeDrained()
      }
      for continuation in waiting { continuation.resume() }
    }
  }

  /// Who waits for the last connection to be closed, if it is, under the lock.
  private func takeDrained() -> [UnsafeContinuation<Void, Never>] {
    guard isClosed, open == 0, opening == 0 else { return [] }
    defer { drained = [] }
    return drained
  }

  /// What the pool holds at this moment, for metrics and tests.
  package var statistics: (open: Int, idle: Int, waiting: Int) {
    lock.withLock { (open, idle.count, waiters.count) }
  }
}
