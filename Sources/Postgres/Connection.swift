import CLibpq
import Foundation

/// One connection to PostgreSQL: a socket, a queue of work, a cache of prepared statements.
///
/// The product's code uses `Pool`; this is for tools that must stand outside a transaction (`create database`), for
/// migrations and for tests.
///
/// Unchecked: libpq wants one caller at a time. All of it, and everything mutable here, is under `lock`; nothing done
/// under it waits, because the socket is non-blocking. Sending happens on the caller's thread, receiving on the
/// reactor's.
package final class Connection: Watched, @unchecked Sendable {
  let settings: ConnectionSettings
  private let lock = NSLock()
  private var pg: OpaquePointer?
  private var token: UInt64 = 0
  private var interest: Interest = .input
  private(set) var isOutputPending = false
  /// Why the connection can no longer be used.
  private var lost: PostgresError?
  private var current: Work?
  private var waiting: [Work] = []
  private var cancelsUnderWay = 0
  private var wakes: [UnsafeContinuation<Void, Never>] = []
  private var lastNotice: PostgresError?
  private var onLoss: (@Sendable (Connection) -> Void)?
  private var onNotification: (@Sendable (_ channel: String, _ payload: String) -> Void)?
  /// Touched only by work, under the lock.
  var cache: StatementCache

  // MARK: Opening and closing

  /// Connects.
  /// - Throws: `PostgresError` of kind `.connectionLost` when the database cannot be reached or refuses.
  package static func open(_ settings: ConnectionSettings) async throws -> Connection {
    let result: Result<Connection, PostgresError> = await withUnsafeContinuation { continuation in
      onOwnThread { continuation.resume(returning: openBlocking(settings)) }
    }
    return try result.get()
  }

  /// Connects on the calling thread, which must not be one of Swift's. libpq's asynchronous connecting still looks up
  /// names synchronously and leaves `connect_timeout` to its caller; a thread of its own has neither fault.
  static func openBlocking(_ settings: ConnectionSettings) -> Result<Connection, PostgresError> {
    let parameters: [(keyword: String, value: String)]
    do { parameters = try settings.parameters() } catch { return .failure(error) }
    let keywords = parameters.map { strdup($0.keyword) }
    let values = parameters.map { strdup($0.value) }
    defer { for text in keywords + values { free(text) } }
    let pg = PQconnectdbParams(
      keywords.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 1)
    guard let pg, PQstatus(pg) == CONNECTION_OK, PQsetnonblocking(pg, 1) == 0, PQenterPipelineMode(pg) == 1 else {
      let detail = String(cString: PQerrorMessage(pg))
      PQfinish(pg)
      return .failure(.cannotConnect(detail: detail))
    }
    return .success(Connection(pg, settings))
  }

  private init(_ pg: OpaquePointer, _ settings: ConnectionSettings) {
    self.pg = pg
    self.settings = settings
    cache = StatementCache(capacity: settings.statementCacheSize)
    // The receiver is called only from within libpq calls of ours, so under the lock and while this object lives.
    PQsetNoticeReceiver(
      pg,
      { context, notice in
        guard let context, let notice else { return }
        Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue().received(notice: PostgresError(result: notice))
      }, Unmanaged.passUnretained(self).toOpaque())
    token = Reactor.shared.watch(PQsocket(pg), for: .input, by: self)
  }

  /// Closes the connection; what still runs on it fails with `.connectionLost`.
  package func close() {
    locked { _ in
      lose(.connectionLost(detail: "closed by this process"))
      release()
    }
  }

  /// The reactor keeps an open connection alive, so this comes after `close`.
  deinit {
    PQfinish(pg)
  }

  // MARK: Ordinary use

  /// Runs one statement outside any transaction; answers the number of rows written.
  @discardableResult
  package func execute(_ sql: SQL) async throws -> Int {
    var statement = Statement(sql)
    statement.isCached = false
    return try await answers(to: [statement])[0].affected
  }

  /// The rows of one statement outside any transaction.
  package func all<T: RowDecodable>(_ sql: SQL, as type: T.Type = T.self) async throws -> [T] {
    try await answers(to: [Statement(sql)])[0].decoded(as: T.self)
  }

  /// The process id of the server's side.
  package var backendID: Int32 { locked { pg in pg.map { PQbackendPID($0) } ?? 0 } }

  func answers(to statements: [Statement]) async throws -> [ResultSet] {
    let batch = Batch(statements)
    await perform(batch)
    if let failure = batch.failure { throw failure }
    return batch.results
  }

  // MARK: State, for the pool

  /// Whether it can be given to somebody: alive, nothing under way, no transaction open.
  var isIdle: Bool {
    locked { pg in
      guard let pg, lost == nil else { return false }
      return current == nil && PQtransactionStatus(pg) == PQTRANS_IDLE
    }
  }

  var isLost: Bool { locked { _ in lost != nil } }

  /// Whether a transaction is open, failed or not.
  var isInTransaction: Bool {
    locked { pg in
      guard let pg, lost == nil else { return false }
      let status = PQtransactionStatus(pg)
      return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }
  }

  /// What to do, once, when the server goes away; done at once if it has.
  func onLoss(_ action: (@Sendable (Connection) -> Void)?) {
    let isLost = locked { _ in
      if lost == nil { onLoss = action }
      return lost != nil
    }
    if isLost, let action { onOwnThread { action(self) } }
  }

  func onNotification(_ action: @escaping @Sendable (_ channel: String, _ payload: String) -> Void) {
    locked { _ in onNotification = action }
  }

  /// Some table has changed: statements are prepared anew on their next use.
  func discardStatements() {
    locked { _ in cache.discardAll() }
  }

  /// The server no longer knows any prepared statement of ours.
  func forgetStatements() {
    locked { _ in cache.reset() }
  }

  // MARK: Work

  /// Queues work and waits for it to settle. After `deadline` the connection is given up.
  func perform(_ work: Work, deadline: Duration? = nil) async {
    let timer = deadline.map { deadline in
      Reactor.shared.after(deadline) { [weak self] in self?.expire(work) }
    }
    await settle(work) { [self] pg in
      guard lost == nil else { return work.fail(lost!) }
      if current == nil { start(work, pg) } else { waiting.append(work) }
    }
    if let timer { Reactor.shared.cancel(timer) }
  }

  /// Does something for work that has the connection, then waits for it to settle again.
  func settle(_ work: Work, _ action: (OpaquePointer?) -> Void) async {
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        locked { pg in
          work.waiter = continuation
          work.isSettled = work.isDone
          action(pg)
          progress()
          // Work that failed before it had the connection is nobody's current work.
          if work.isDone, current !== work { wake(work) }
        }
      }
    } onCancel: {
      if work.isCancellable { cancel(work) }
    }
  }

  /// Runs work's own calls of libpq under the lock, without waiting.
  func using<R>(_ body: (OpaquePointer?) -> R) -> R {
    locked { pg in
      let result = body(pg)
      progress()
      return result
    }
  }

  private func start(_ work: Work, _ pg: OpaquePointer?) {
    guard let pg else { return work.fail(lost ?? .connectionLost(detail: "closed")) }
    current = work
    guard !work.cancelRequested else { return work.fail(.cancelled()) }
    work.hasBegun = true
    work.begin(self, pg)
    flush()
  }

  /// Gives up a connection whose protocol state cannot be mended.
  func abandon(_ error: PostgresError) {
    lose(error)
  }

  private func expire(_ work: Work) {
    locked { _ in
      guard !work.isDone else { return }
      lose(.connectionLost(detail: "no answer within the time allowed"))
      progress()
    }
  }

  // MARK: Driving the socket

  func ready(_ events: Interest) {
    let received = locked { pg -> [(String, String)] in
      guard let pg, lost == nil else { return [] }
      if events.contains(.input), PQconsumeInput(pg) == 0 {
        // What arrived before the end still counts: it may be the answer to a COMMIT, or the reason for the end.
        current?.advance(self, pg)
        lose(lastNotice ?? .connectionLost(detail: String(cString: PQerrorMessage(pg))))
      }
      flush()
      progress()
      return notifications(pg)
    }
    guard !received.isEmpty, let deliver = locked({ _ in onNotification }) else { return }
    for (channel, payload) in received { deliver(channel, payload) }
  }

  private func notifications(_ pg: OpaquePointer) -> [(String, String)] {
    var received: [(String, String)] = []
    // An idle connection has nobody else to parse what arrived.
    if current == nil { _ = PQisBusy(pg) }
    while let notification = PQnotifies(pg) {
      received.append((String(cString: notification.pointee.relname), String(cString: notification.pointee.extra)))
      PQfreemem(notification)
    }
    return received
  }

  /// Sends what libpq still holds, as far as the socket takes it.
  func flush() {
    guard let pg, lost == nil else { return }
    switch PQflush(pg) {
    case 0: isOutputPending = false
    case 1: isOutputPending = true
    default: lose(.connectionLost(detail: String(cString: PQerrorMessage(pg))))
    }
  }

  /// Lets the current work take what is there, and the next begin when it is done.
  private func progress() {
    while let work = current {
      if lost == nil, let pg, work.hasBegun { work.advance(self, pg) }
      if let lost, !work.isDone { work.fail(lost) }
      // A cancel that is still on its way would hit whatever runs next.
      guard cancelsUnderWay == 0 || lost != nil else { break }
      if work.isSettled || work.isDone { wake(work) }
      guard work.isDone else { break }
      current = nil
      lastNotice = nil
      if lost == nil, !waiting.isEmpty { start(waiting.removeFirst(), pg) }
    }
    if lost != nil {
      for work in waiting {
        work.fail(lost!)
        wake(work)
      }
      waiting = []
    }
    updateInterest()
  }

  private func wake(_ work: Work) {
    guard let waiter = work.waiter else { return }
    work.waiter = nil
    wakes.append(waiter)
  }

  private func updateInterest() {
    guard lost == nil else { return }
    var wanted: Interest = current?.wantsInput ?? true ? .input : []
    if isOutputPending { wanted.insert(.output) }
    guard wanted != interest else { return }
    interest = wanted
    Reactor.shared.change(token, to: wanted)
  }

  private func received(notice: PostgresError) {
    if notice.kind == .connectionLost { lastNotice = notice }
    current?.noticed(notice)
  }

  // MARK: Loss

  private func lose(_ error: PostgresError) {
    guard lost == nil else { return }
    lost = error
    Reactor.shared.unwatch(token)
    if let onLoss {
      self.onLoss = nil
      // The pool takes its own lock; it must not do so under ours.
      onOwnThread { onLoss(self) }
    }
  }

  private func release() {
    progress()
    PQfinish(pg)
    pg = nil
    onNotification = nil
  }

  // MARK: Cancelling

  private func cancel(_ work: Work) {
    locked { pg in
      work.cancelRequested = true
      if let index = waiting.firstIndex(where: { $0 === work }) {
        waiting.remove(at: index)
        work.fail(.cancelled())
        return wake(work)
      }
      guard current === work, work.hasBegun, !work.isDone, lost == nil, let pg, let request = PQgetCancel(pg)
      else { return }
      cancelsUnderWay += 1
      let sendable = UncheckedPointer(request)
      onOwnThread { [self] in
        var message = [CChar](repeating: 0, count: 256)
        PQcancel(sendable.pointer, &message, Int32(message.count))
        PQfreeCancel(sendable.pointer)
        locked { _ in
          cancelsUnderWay -= 1
          progress()
        }
      }
    }
  }

  /// Takes the lock, and wakes the tasks that are due after letting go of it.
  private func locked<R>(_ body: (OpaquePointer?) -> R) -> R {
    lock.lock()
    let result = body(pg)
    let due = wakes
    if !due.isEmpty { wakes = [] }
    lock.unlock()
    for continuation in due { continuation.resume() }
    return result
  }
}

/// A C object handed to another thread, which alone uses it from then on.
private struct UncheckedPointer: @unchecked Sendable {
  let pointer: OpaquePointer
  init(_ pointer: OpaquePointer) { self.pointer = pointer }
}
