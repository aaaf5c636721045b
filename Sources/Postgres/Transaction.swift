import Foundation

/// A transaction under way. Lent by `Pool.transaction`; of no use after its body has returned.
///
/// One statement runs at a time; statements started concurrently are answered in the order they came.
///
/// Unchecked: everything mutable is guarded by `lock`.
package final class Transaction: @unchecked Sendable {
  // Not prepared: these two must work whatever has become of the session's prepared statements.
  static let commitStatement = Statement(text: "commit", cached: false)
  static let rollbackStatement = Statement(text: "rollback", cached: false)

  private struct State {
    var connection: Connection
    /// Statements still to go out with the next: BEGIN and the prelude, savepoints.
    var prefix: [Statement]
    /// Statements that go out with COMMIT.
    var lastWords: [Statement] = []
    var hasBegun = false
    var hasEnded = false
    var hasFailed = false
    var depth = 0
    var cursors = 0
  }

  private let pool: Pool
  private let options: TransactionOptions
  private let lock = NSLock()
  private var state: State

  init(pool: Pool, connection: Connection, options: TransactionOptions, prelude: [SQL]) {
    self.pool = pool
    self.options = options
    state = State(connection: connection, prefix: [options.begin] + prelude.map { Statement($0) })
  }

  // MARK: Statements

  /// All rows.
  package func all<T: RowDecodable>(_ sql: SQL, as type: T.Type = T.self) async throws -> [T] {
    try await answer(to: Statement(sql)).decoded(as: T.self)
  }

  /// All rows of a typed query.
  package func all<T: RowDecodable>(_ query: Query<T>) async throws -> [T] {
    try await all(query.sql, as: T.self)
  }

  /// The first row, nil when there is none.
  package func first<T: RowDecodable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T? {
    try await answer(to: Statement(sql)).first(as: T.self)
  }

  /// The first row of a typed query, nil when there is none.
  package func first<T: RowDecodable>(_ query: Query<T>) async throws -> T? {
    try await first(query.sql, as: T.self)
  }

  /// The single value of a statement that returns one row.
  /// - Throws: `PostgresError` of kind `.decoding` when there is no row.
  package func value<T: PostgresDecodable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    guard let row = try await first(sql, as: Scalar<T>.self) else {
      throw PostgresError.decoding("a row expected and none returned")
    }
    return row.value
  }

  /// The single value of a statement, nil when it returns no row or NULL.
  package func optionalValue<T: PostgresDecodable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T? {
    try await first(sql, as: Scalar<T?>.self)?.value
  }

  /// The values of a single column.
  package func values<T: PostgresDecodable>(_ sql: SQL, as type: T.Type = T.self) async throws -> [T] {
    try await all(sql, as: Scalar<T>.self).map(\.value)
  }

  /// Runs a statement for its effect; answers the number of rows written.
  @discardableResult
  package func execute(_ sql: SQL) async throws -> Int {
    try await answer(to: Statement(sql)).affected
  }

  /// Runs statements in one round trip; answers the number of rows each wrote. The first failure skips the rest.
  @discardableResult
  package func batch(_ statements: [SQL]) async throws -> [Int] {
    guard !statements.isEmpty else { return [] }
    return try await answers(to: statements.map { Statement($0) }).map(\.affected)
  }

  /// Runs typed queries in one round trip.
  package func queries<each T: RowDecodable>(_ queries: repeat Query<each T>) async throws -> (repeat [each T]) {
    var statements: [Statement] = []
    repeat statements.append(Statement((each queries).sql))
    var answers = try await answers(to: statements)[...]
    func next<U: RowDecodable>(_ query: Query<U>) throws -> [U] { try answers.removeFirst().decoded(as: U.self) }
    return try (repeat next(each queries))
  }

  /// Keeps statements back until the body has returned, then sends them with COMMIT in one round trip: what must be
  /// the last statement of its transaction, because others wait for the lock it takes. Their failure rolls back.
  package func beforeCommit(_ statements: [SQL]) {
    lock.withLock { state.lastWords += statements.map { Statement($0) } }
  }

  func answer(to statement: Statement) async throws -> ResultSet {
    try await answers(to: [statement])[0]
  }

  /// Sends statements together with whatever is still to go before them.
  func answers(to statements: [Statement]) async throws -> [ResultSet] {
    let (connection, prefix, isFirst) = try takePrefix()
    var batch = Batch(prefix + statements, needsTransaction: !isFirst)
    await connection.perform(batch)
    if let failure = batch.failure, isFirst, failure.kind == .connectionLost || failure.isStaleStatement {
      // Nothing has happened yet that anybody has seen: begin again on a sound footing, once.
      let sound = try await mend(connection, failure)
      batch = Batch(prefix + statements)
      await sound.perform(batch)
    }
    // Judged by the last attempt only: what has begun on a second connection must not begin again on a third.
    if !batch.wasSent {
      lock.withLock {
        state.prefix = prefix + state.prefix
        if isFirst { state.hasBegun = false }
      }
    }
    try check(batch)
    return Array(batch.results.dropFirst(prefix.count))
  }

  private func mend(_ connection: Connection, _ failure: PostgresError) async throws -> Connection {
    guard failure.kind == .connectionLost else {
      pool.statementsAreStale(on: connection)
      await connection.rollBack(afterError: true)
      return connection
    }
    let sound = try await pool.replace(connection)
    lock.withLock { state.connection = sound }
    return sound
  }

  private func check(_ batch: Batch) throws {
    guard let failure = batch.failure else { return }
    let connection = lock.withLock {
      // A statement never sent leaves the transaction as it was.
      if batch.wasSent { state.hasFailed = true }
      return state.connection
    }
    if failure.isStaleStatement { pool.statementsAreStale(on: connection) }
    throw failure
  }

  private func takePrefix() throws -> (Connection, [Statement], isFirst: Bool) {
    try lock.withLock {
      guard !state.hasEnded else { throw PostgresError(.misuse, "The transaction has ended") }
      let isFirst = !state.hasBegun
      state.hasBegun = true
      defer { state.prefix = [] }
      return (state.connection, state.prefix, isFirst)
    }
  }

  /// Sends what is still to go before the next statement, for statements that cannot stand in a batch.
  func begun() async throws -> Connection {
    if lock.withLock({ !state.hasBegun || !state.prefix.isEmpty }) { _ = try await answers(to: []) }
    return try lock.withLock {
      guard !state.hasEnded else { throw PostgresError(.misuse, "The transaction has ended") }
      return state.connection
    }
  }

  /// Remembers that the session must be wiped after ROLLBACK.
  func noteFailure() {
    lock.withLock { state.hasFailed = true }
  }

  /// A name for a cursor, unique in this transaction.
  func nextCursor() -> String {
    lock.withLock {
      state.cursors += 1
      return "c\(state.cursors)"
    }
  }

  // MARK: Nesting

  /// Runs `body` in a savepoint: when it throws, only what it did is undone, and the transaction goes on.
  @discardableResult
  package func nested<R>(
    isolation: isolated (any Actor)? = #isolation, _ body: (Transaction) async throws -> R
  ) async throws -> R {
    let (name, wordsBefore) = lock.withLock { () -> (String, Int) in
      state.depth += 1
      let name = "nested\(state.depth)"
      state.prefix.append(Statement(text: "savepoint \(name)"))
      return (name, state.lastWords.count)
    }
    defer { lock.withLock { state.depth -= 1 } }
    do {
      let result = try await body(self)
      if !dropUnsent(name) { _ = try await answers(to: [Statement(text: "release savepoint \(name)")]) }
      return result
    } catch {
      lock.withLock { state.lastWords.removeLast(state.lastWords.count - wordsBefore) }
      if !dropUnsent(name) { await undo(to: name) }
      throw error
    }
  }

  /// Takes a savepoint back that never went out; false when it did.
  private func dropUnsent(_ name: String) -> Bool {
    lock.withLock {
      guard let index = state.prefix.firstIndex(where: { $0.text == "savepoint \(name)" }) else { return false }
      state.prefix.removeSubrange(index...)
      return true
    }
  }

  /// Undoes what the savepoint holds. Not cancellable: the task may be cancelled already, and the transaction goes on.
  private func undo(to name: String) async {
    let connection = lock.withLock { state.connection }
    let batch = Batch(
      [Statement(text: "rollback to savepoint \(name)"), Statement(text: "release savepoint \(name)")],
      isCancellable: false, needsTransaction: true)
    await connection.perform(batch)
  }

  // MARK: Ending

  func commit() async throws {
    let (connection, statements, hasBegun) = lock.withLock { () -> (Connection, [Statement], Bool) in
      // Nothing was asked, so nothing was begun.
      let hasBegun = state.hasBegun
      guard hasBegun || !state.lastWords.isEmpty else { return (state.connection, [], false) }
      state.hasBegun = true
      defer {
        state.prefix = []
        state.lastWords = []
      }
      return (state.connection, state.prefix + state.lastWords + [Self.commitStatement], hasBegun)
    }
    guard !statements.isEmpty else { return }
    let isReadOnly = options.isReadOnly
    let batch = Batch(statements, isCancellable: false, needsTransaction: hasBegun)
    await connection.perform(batch, deadline: connection.settings.commitTimeout)
    if let failure = batch.failure {
      lock.withLock { state.hasFailed = true }
      if failure.kind == .connectionLost, batch.wasSent, !isReadOnly { throw PostgresError.outcomeUnknown(failure) }
      throw failure
    }
    // A commit cancelled while it waited for a standby reports success, with a warning. It may be lost in a failover.
    if let warning = batch.warnings.first(where: { $0.index == statements.count - 1 }), !isReadOnly {
      throw PostgresError.outcomeUnknown(warning.notice)
    }
    // COMMIT of a failed transaction is no error to the server: it answers ROLLBACK.
    if batch.results.last?.tag != "COMMIT" {
      var error = PostgresError(.server, "The transaction had failed and was rolled back")
      error.sqlState = .inFailedTransaction
      throw error
    }
  }

  func rollback() async {
    let (connection, hasBegun, hasFailed) = lock.withLock { (state.connection, state.hasBegun, state.hasFailed) }
    if hasBegun { await connection.rollBack(afterError: hasFailed) }
  }

  /// Lets go of the connection; every later statement is refused.
  func end() -> Connection {
    lock.withLock {
      state.hasEnded = true
      return state.connection
    }
  }
}
