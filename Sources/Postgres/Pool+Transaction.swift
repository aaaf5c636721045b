/// The two ways into the database.
extension Pool {
  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  ///
  /// BEGIN and `prelude` go out with the first statement, in one round trip. If the connection turns out to be dead
  /// at that point, or a prepared statement out of date, it is mended and tried once more without `body` noticing.
  ///
  /// - Parameter prelude: statements before the first, such as setting the context of row level security.
  /// - Throws: what `body` throws; `PostgresError` of kind `.commitOutcomeUnknown` when the answer to COMMIT never
  ///   came.
  @discardableResult
  package func transaction<R>(
    _ options: TransactionOptions = .readWrite, prelude: [SQL] = [],
    isolation: isolated (any Actor)? = #isolation, _ body: (Transaction) async throws -> R
  ) async throws -> R {
    let transaction = Transaction(pool: self, connection: try await acquire(), options: options, prelude: prelude)
    return try await carryOut(transaction) { try await body($0) }
  }

  /// As above; the first row of `entering`, the statement after the prelude, is read before `body` begins.
  /// Used to resolve the officer from the session token; nil when it returned no row.
  @discardableResult
  package func transaction<P: RowDecodable, R>(
    _ options: TransactionOptions = .readWrite, prelude: [SQL] = [], entering: Query<P>,
    isolation: isolated (any Actor)? = #isolation, _ body: (Transaction, P?) async throws -> R
  ) async throws -> R {
    let transaction = Transaction(pool: self, connection: try await acquire(), options: options, prelude: prelude)
    return try await carryOut(transaction) { transaction in
      try await body(transaction, try await transaction.first(entering.sql, as: P.self))
    }
  }

  private func carryOut<R>(
    _ transaction: Transaction, isolation: isolated (any Actor)? = #isolation,
    _ body: (Transaction) async throws -> R
  ) async throws -> R {
    do {
      let result = try await body(transaction)
      try await transaction.commit()
      release(transaction.end())
      return result
    } catch {
      await transaction.rollback()
      release(transaction.end())
      throw error
    }
  }

  /// Runs queries in one read-only transaction and one round trip: BEGIN, prelude, queries, COMMIT.
  package func read<each T: RowDecodable>(
    options: TransactionOptions = .readOnly, prelude: [SQL] = [], _ queries: repeat Query<each T>
  ) async throws -> (repeat [each T]) {
    var statements: [Statement] = []
    repeat statements.append(Statement((each queries).sql))
    var answers = try await read(options, prelude.map { Statement($0) } + statements)[...]
    answers = answers.dropFirst(prelude.count)
    return try (repeat Self.decode(&answers, each queries))
  }

  /// As above; `entering` is the statement after the prelude, and its first row comes back beside the others.
  package func read<P: RowDecodable, each T: RowDecodable>(
    options: TransactionOptions = .readOnly, prelude: [SQL] = [], entering: Query<P>, _ queries: repeat Query<each T>
  ) async throws -> (P?, repeat [each T]) {
    var statements = prelude.map { Statement($0) }
    statements.append(Statement(entering.sql))
    repeat statements.append(Statement((each queries).sql))
    var answers = try await read(options, statements)[...]
    answers = answers.dropFirst(prelude.count)
    let entered = try answers.removeFirst().first(as: P.self)
    return (entered, repeat try Self.decode(&answers, each queries))
  }

  private static func decode<T: RowDecodable>(_ answers: inout ArraySlice<ResultSet>, _ query: Query<T>) throws -> [T] {
    try answers.removeFirst().decoded(as: T.self)
  }

  /// The answers to `statements`, without those of BEGIN and COMMIT. A read may safely be repeated, so a dead
  /// connection or an outdated statement costs a second round trip and nothing else.
  private func read(_ options: TransactionOptions, _ statements: [Statement]) async throws -> [ResultSet] {
    var options = options
    options.isReadOnly = true
    let all = [options.begin] + statements + [Statement(text: "commit")]
    var connection = try await acquire()
    var isRetry = false
    while true {
      let batch = Batch(all)
      await connection.perform(batch)
      guard let failure = batch.failure else {
        release(connection)
        return Array(batch.results.dropFirst().dropLast())
      }
      await connection.rollBack(afterError: true)
      if failure.isStaleStatement { statementsAreStale(on: connection) }
      guard !isRetry, failure.kind == .connectionLost || failure.isStaleStatement else {
        release(connection)
        throw failure
      }
      isRetry = true
      if failure.kind == .connectionLost {
        connection = try await replace(connection)
      }
    }
  }
}

extension Connection {
  /// Leaves whatever transaction is open. After an error of the database's, the session is wiped as well: whatever the
  /// failed statements set for the session must not reach the next user. Failing at it leaves the connection unfit,
  /// which the pool sees for itself.
  func rollBack(afterError: Bool) async {
    guard !isLost else { return }
    var statements = isInTransaction ? [Transaction.rollbackStatement] : []
    if afterError { statements.append(Statement(text: "discard all", cached: false)) }
    guard !statements.isEmpty else { return }
    let batch = Batch(statements, isCancellable: false, isolated: true)
    await perform(batch, deadline: settings.commitTimeout)
    if batch.failure != nil {
      close()
    } else if afterError {
      forgetStatements()
    }
  }
}
