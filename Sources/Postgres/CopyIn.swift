import CLibpq
package import Foundation

/// COPY … FROM STDIN under way. COPY cannot stand in a pipeline, so the connection leaves that mode for the time.
final class CopyIn: Work, @unchecked Sendable {
  private enum Phase {
    /// Waiting for the server to be ready for data.
    case starting
    /// Data goes out as it comes; settled when the socket has taken all of it.
    case sending
    /// The end is sent; waiting for the server's verdict.
    case ending
  }

  private let text: String
  private var phase = Phase.starting
  /// Rows stored.
  private(set) var count = 0

  init(_ text: String) {
    self.text = text
    super.init(isCancellable: true)
  }

  override func begin(_ connection: Connection, _ pg: OpaquePointer) {
    if PQexitPipelineMode(pg) == 0 || PQsendQuery(pg, text) == 0 {
      connection.abandon(.connectionLost(detail: String(cString: PQerrorMessage(pg))))
    }
  }

  override func advance(_ connection: Connection, _ pg: OpaquePointer) {
    if phase == .sending {
      // The next chunk is asked for only when the socket has taken this one: that is the back-pressure.
      isSettled = !connection.isOutputPending
      return
    }
    while !isDone, PQisBusy(pg) == 0 {
      guard let result = PQgetResult(pg) else { return finish(connection, pg) }
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_COPY_IN where phase == .starting:
        phase = .sending
        isSettled = true
        return
      case PGRES_COPY_IN: return
      case PGRES_COMMAND_OK:
        count = Int(String(cString: PQcmdTuples(result))) ?? 0
        if phase == .starting { refuse() }
      case PGRES_COPY_OUT, PGRES_COPY_BOTH, PGRES_TUPLES_OK:
        refuse()
        return connection.abandon(failure!)
      default: if failure == nil { failure = PostgresError(result: result) }
      }
    }
  }

  private func refuse() {
    failure = PostgresError(.misuse, "copyIn takes a COPY … FROM STDIN statement")
  }

  private func finish(_ connection: Connection, _ pg: OpaquePointer) {
    if PQenterPipelineMode(pg) == 0 { return connection.abandon(.connectionLost(detail: "pipeline mode refused")) }
    isSettled = true
    isDone = true
  }

  /// Hands over a chunk and waits until the socket has taken it.
  func send(_ chunk: some ContiguousBytes, on connection: Connection) async {
    await connection.settle(self) { pg in
      guard let pg, !isDone else { return }
      let accepted = chunk.withUnsafeBytes { bytes -> Bool in
        guard let start = bytes.bindMemory(to: CChar.self).baseAddress else { return true }
        guard let count = Int32(exactly: bytes.count) else { return false }
        return PQputCopyData(pg, start, count) == 1
      }
      if !accepted { connection.abandon(.connectionLost(detail: String(cString: PQerrorMessage(pg)))) }
      connection.flush()
    }
  }

  /// Whether the server has already answered: it refused the statement, or is gone.
  func isOver(_ connection: Connection) -> Bool {
    connection.using { _ in isDone }
  }

  /// Ends the data, with a reason when it is not to be stored, and waits for the server's answer.
  func end(because reason: String?, on connection: Connection) async {
    await connection.settle(self) { pg in
      guard let pg, !isDone else { return }
      phase = .ending
      if PQputCopyEnd(pg, reason) != 1 {
        connection.abandon(.connectionLost(detail: String(cString: PQerrorMessage(pg))))
      }
      connection.flush()
    }
  }
}

extension Transaction {
  /// Stores what `source` yields, in COPY's own format, e.g. `copy t (a, b) from stdin (format csv)`.
  ///
  /// `source` is asked for the next chunk only when the socket has taken the last. When it throws, or the task is
  /// cancelled, nothing is stored. A COPY takes no parameters.
  /// - Returns: the number of rows stored.
  @discardableResult
  package func copyIn<Source: AsyncSequence>(
    _ statement: SQL, from source: Source, isolation: isolated (any Actor)? = #isolation
  ) async throws -> Int where Source.Element: ContiguousBytes & Sendable {
    let statement = try copyStatement(statement)
    let connection = try await begun()
    let copy = CopyIn(statement.text)
    await connection.perform(copy)
    do {
      var iterator = source.makeAsyncIterator()
      while !copy.isOver(connection), let chunk = try await iterator.next(isolation: isolation) {
        try Task.checkCancellation()
        await copy.send(chunk, on: connection)
      }
      try Task.checkCancellation()
    } catch {
      await copy.end(because: "the source of the data failed", on: connection)
      noteFailure()
      throw error is CancellationError ? PostgresError.cancelled() : error
    }
    await copy.end(because: nil, on: connection)
    if let failure = copy.failure {
      noteFailure()
      throw copy.cancelRequested && failure.sqlState == .queryCanceled ? failure.asCancellation() : failure
    }
    return copy.count
  }

  func copyStatement(_ sql: SQL) throws -> Statement {
    let statement = Statement(sql)
    guard statement.parameters.isEmpty else { throw PostgresError(.misuse, "COPY takes no parameters") }
    return statement
  }
}
