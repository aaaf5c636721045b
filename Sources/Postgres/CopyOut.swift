import CLibpq

/// COPY … TO STDOUT under way. While nobody waits for data the socket is not read, and the server is held back.
final class CopyOut: Work, @unchecked Sendable {
  /// A chunk is what has arrived, up to 64 kB and one row.
  private static let chunkSize = 65_536

  private let text: String
  private var hasStarted = false
  private var hasEnded = false
  private var isAbandoned = false
  private var chunk: [UInt8] = []

  init(_ text: String) {
    self.text = text
    super.init(isCancellable: true)
  }

  override var wantsInput: Bool { waiter != nil || isAbandoned || isDone }

  override func begin(_ connection: Connection, _ pg: OpaquePointer) {
    if PQexitPipelineMode(pg) == 0 || PQsendQuery(pg, text) == 0 {
      connection.abandon(.connectionLost(detail: String(cString: PQerrorMessage(pg))))
    }
  }

  override func advance(_ connection: Connection, _ pg: OpaquePointer) {
    if !hasStarted || hasEnded { return advanceResults(connection, pg) }
    while chunk.count < Self.chunkSize || isAbandoned {
      var row: UnsafeMutablePointer<CChar>?
      let length = PQgetCopyData(pg, &row, 1)
      guard length > 0, let row else {
        if length < 0 {
          hasEnded = true
          return advanceResults(connection, pg)
        }
        break
      }
      if !isAbandoned { chunk += UnsafeRawBufferPointer(start: row, count: Int(length)) }
      PQfreemem(row)
    }
    isSettled = !chunk.isEmpty
  }

  private func advanceResults(_ connection: Connection, _ pg: OpaquePointer) {
    while !isDone, PQisBusy(pg) == 0 {
      guard let result = PQgetResult(pg) else {
        if PQenterPipelineMode(pg) == 0 { connection.abandon(.connectionLost(detail: "pipeline mode refused")) }
        isSettled = true
        isDone = true
        return
      }
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_COPY_OUT where !hasStarted:
        hasStarted = true
        return advance(connection, pg)
      case PGRES_COMMAND_OK where hasStarted: continue
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_COPY_IN, PGRES_COPY_BOTH:
        connection.abandon(PostgresError(.misuse, "copyOut takes a COPY … TO STDOUT statement"))
        return
      default: if failure == nil { failure = PostgresError(result: result) }
      }
    }
  }

  /// The next chunk; nil at the end.
  func next(on connection: Connection) async throws -> [UInt8]? {
    var taken: [UInt8] = []
    if isOver(connection) {
      taken = take(connection)
    } else {
      await connection.settle(self) { _ in }
      taken = take(connection)
    }
    if !taken.isEmpty { return taken }
    guard let failure else { return nil }
    throw cancelRequested && failure.sqlState == .queryCanceled ? failure.asCancellation() : failure
  }

  private func isOver(_ connection: Connection) -> Bool {
    connection.using { _ in isDone || !chunk.isEmpty }
  }

  private func take(_ connection: Connection) -> [UInt8] {
    connection.using { _ in
      defer { chunk = [] }
      return chunk
    }
  }

  /// Nobody reads on: the rest is thrown away, so that the connection can be used again.
  func abandon(on connection: Connection) {
    connection.using { _ in
      isAbandoned = true
      chunk = []
    }
  }
}

/// The bytes of a COPY … TO STDOUT, in chunks. The server is asked for no more than is read.
package struct CopyOutChunks: AsyncSequence, Sendable {
  package typealias Element = [UInt8]

  let transaction: Transaction
  let statement: Statement

  package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(transaction, statement) }

  /// Reads the chunks; when it is let go before the end, the rest is discarded.
  package final class AsyncIterator: AsyncIteratorProtocol {
    private let transaction: Transaction
    private let copy: CopyOut
    private var connection: Connection?
    private var isAtEnd = false

    init(_ transaction: Transaction, _ statement: Statement) {
      self.transaction = transaction
      copy = CopyOut(statement.text)
    }

    package func next() async throws -> [UInt8]? {
      guard !isAtEnd else { return nil }
      do {
        if connection == nil {
          let begun = try await transaction.begun()
          connection = begun
          await begun.perform(copy)
        }
        guard let connection, let chunk = try await copy.next(on: connection) else {
          isAtEnd = true
          return nil
        }
        return chunk
      } catch {
        isAtEnd = true
        transaction.noteFailure()
        throw error
      }
    }

    deinit {
      if let connection, !isAtEnd { copy.abandon(on: connection) }
    }
  }
}

extension Transaction {
  /// Streams `copy (select …) to stdout`. A COPY takes no parameters; `rows` does.
  package func copyOut(_ statement: SQL) throws -> CopyOutChunks {
    CopyOutChunks(transaction: self, statement: try copyStatement(statement))
  }
}
