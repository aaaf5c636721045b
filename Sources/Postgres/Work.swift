/// Something a connection does for one task: a batch of statements, a COPY. One at a time has the connection.
///
/// All members are touched only under the connection's lock; after `wait` returns, the task that waited owns them.
class Work: @unchecked Sendable {
  /// Whether a cancelled task cancels it. COMMIT and ROLLBACK are not: their outcome would be unknown.
  let isCancellable: Bool
  /// The task to wake, while one waits.
  var waiter: UnsafeContinuation<Void, Never>?
  /// Whether what the task waits for is there.
  var isSettled = false
  /// Whether the connection is free for the next work.
  var isDone = false
  var hasBegun = false
  var cancelRequested = false
  /// The first failure.
  var failure: PostgresError?
  /// Whether the connection should read; false holds the server back.
  var wantsInput: Bool { true }

  init(isCancellable: Bool) {
    self.isCancellable = isCancellable
  }

  /// Hands libpq what is to be sent.
  func begin(_ connection: Connection, _ pg: OpaquePointer) {}

  /// Takes what has arrived, without waiting for more.
  func advance(_ connection: Connection, _ pg: OpaquePointer) {}

  /// A warning or notice from the server while this work has the connection.
  func noticed(_ notice: PostgresError) {}

  /// Ends the work with an error, whatever its state.
  func fail(_ error: PostgresError) {
    if failure == nil { failure = error }
    isSettled = true
    isDone = true
  }
}
