import CLibpq

/// Statements sent together and answered together: one round trip, one wake-up.
///
/// They stand in one pipeline section: the first failure skips the rest of them. With `isolated`, each stands in a
/// section of its own and is tried whatever became of the one before.
final class Batch: Work, @unchecked Sendable {
  private enum Step {
    case prepare(StatementCache.Key, name: String)
    case statement(Int)
    case deallocate(String)
    case sync

    var isSync: Bool { if case .sync = self { true } else { false } }
  }

  let statements: [Statement]
  private let isIsolated: Bool
  private let needsTransaction: Bool
  /// The answers, one for each statement before the failure.
  private(set) var results: [ResultSet] = []
  /// The statement the failure belongs to; that of the one running when the connection was lost.
  private(set) var failedIndex: Int?
  /// Warnings with the statement they came from.
  private(set) var warnings: [(index: Int, notice: PostgresError)] = []
  /// Whether anything went out; a batch cancelled or refused before that has changed nothing.
  private(set) var wasSent = false
  private var steps: [Step] = []
  private var step = 0

  /// - Parameter needsTransaction: whether to refuse to run outside a transaction, where each statement would be
  ///   committed by itself.
  init(_ statements: [Statement], isCancellable: Bool = true, isolated: Bool = false, needsTransaction: Bool = false) {
    self.statements = statements
    isIsolated = isolated
    self.needsTransaction = needsTransaction
    super.init(isCancellable: isCancellable)
  }

  /// The statement the server is busy with, as far as its answers tell.
  var current: Int {
    for step in steps[min(step, steps.count)...] {
      if case .statement(let index) = step { return index }
    }
    return max(0, statements.count - 1)
  }

  override func begin(_ connection: Connection, _ pg: OpaquePointer) {
    if let misuse = statements.lazy.compactMap(\.misuse).first { return fail(misuse) }
    if needsTransaction, PQtransactionStatus(pg) == PQTRANS_IDLE {
      return fail(PostgresError(.misuse, "The transaction has not begun, or was ended by a statement"))
    }
    wasSent = true
    results.reserveCapacity(statements.count)
    var sent = true
    for name in connection.cache.discarded {
      // In a section of its own: inside a failed transaction it is refused and tried again later.
      sent = sent && send(Statement(text: "deallocate \(name)", cached: false), named: nil, pg)
      steps.append(.deallocate(name))
      sent = sent && sync(pg)
    }
    for (index, statement) in statements.enumerated() where sent {
      if statement.isCached {
        let key = StatementCache.Key(text: statement.text, types: statement.parameters.map(\.oid))
        var name = connection.cache.name(for: key)
        if name == nil {
          let new = connection.cache.add(key)
          sent = sent && key.types.withUnsafeBufferPointer {
            PQsendPrepare(pg, new, statement.text, Int32($0.count), $0.baseAddress) == 1
          }
          steps.append(.prepare(key, name: new))
          name = new
        }
        sent = sent && send(statement, named: name, pg)
      } else {
        sent = sent && send(statement, named: nil, pg)
      }
      steps.append(.statement(index))
      if isIsolated { sent = sent && sync(pg) }
    }
    if !isIsolated { sent = sent && sync(pg) }
    // Half a pipeline cannot be taken back.
    if !sent { connection.abandon(.connectionLost(detail: String(cString: PQerrorMessage(pg)))) }
  }

  private func sync(_ pg: OpaquePointer) -> Bool {
    steps.append(.sync)
    return PQpipelineSync(pg) == 1
  }

  private func send(_ statement: Statement, named name: String?, _ pg: OpaquePointer) -> Bool {
    statement.withParameters { count, types, values, lengths, formats in
      if let name {
        PQsendQueryPrepared(pg, name, count, values, lengths, formats, 0) == 1
      } else {
        PQsendQueryParams(pg, statement.text, count, types, values, lengths, formats, 0) == 1
      }
    }
  }

  override func advance(_ connection: Connection, _ pg: OpaquePointer) {
    var wasEnd = false
    while !isDone, PQisBusy(pg) == 0 {
      guard let result = PQgetResult(pg) else {
        // The end of one command's answer. Twice in a row means libpq has nothing left: the connection is lost.
        if wasEnd { return }
        wasEnd = true
        // A section whose end failed is still to be acknowledged.
        if step < steps.count, !steps[step].isSync { step += 1 }
        continue
      }
      wasEnd = false
      guard step < steps.count else {
        PQclear(result)
        return finish()
      }
      switch (PQresultStatus(result), steps[step]) {
      case (PGRES_PIPELINE_SYNC, _):
        PQclear(result)
        // Whatever the section still expected was skipped.
        while step < steps.count, !steps[step].isSync { step += 1 }
        step += 1
        if step >= steps.count { finish() }
      case (PGRES_COMMAND_OK, .deallocate(let name)):
        PQclear(result)
        connection.cache.deallocated(name)
      case (_, .deallocate(let name)):
        let error = PostgresError(result: result)
        if error.sqlState == "26000" { connection.cache.deallocated(name) }
        PQclear(result)
      case (PGRES_COMMAND_OK, .prepare):
        PQclear(result)
      case (PGRES_COMMAND_OK, .statement), (PGRES_TUPLES_OK, .statement), (PGRES_EMPTY_QUERY, .statement):
        results.append(ResultSet(result))
      case (PGRES_PIPELINE_ABORTED, .prepare(let key, let name)):
        PQclear(result)
        connection.cache.forget(key, named: name)
      case (PGRES_PIPELINE_ABORTED, _):
        PQclear(result)
      case (PGRES_COPY_IN, _), (PGRES_COPY_OUT, _), (PGRES_COPY_BOTH, _):
        PQclear(result)
        connection.abandon(PostgresError(.misuse, "COPY is a statement for copyIn and copyOut"))
      case (_, let refused):
        let error = PostgresError(result: result)
        PQclear(result)
        if case .prepare(let key, let name) = refused { connection.cache.forget(key, named: name) }
        refuse(error, connection)
      }
    }
  }

  private func refuse(_ error: PostgresError, _ connection: Connection) {
    guard failure == nil else { return }
    failedIndex = current
    if error.isStaleStatement { connection.cache.discardAll() }
    failure = cancelRequested && error.sqlState == .queryCanceled ? error.asCancellation() : error
  }

  private func finish() {
    isSettled = true
    isDone = true
  }

  override func noticed(_ notice: PostgresError) {
    if notice.severity == "WARNING" { warnings.append((current, notice)) }
  }

  override func fail(_ error: PostgresError) {
    if failure == nil { failedIndex = current }
    super.fail(error)
  }
}

extension Statement {
  /// A text with a NUL would be cut there on its way through C: what is stored would not be what was checked.
  var misuse: PostgresError? {
    let size = parameters.reduce(0) { sum, parameter in
      switch parameter.content {
      case .null: sum
      case .text(let text): sum + text.utf8.count
      case .binary(let bytes): sum + bytes.count
      }
    }
    // A message of PostgreSQL's protocol holds a gigabyte.
    if size > 1_000_000_000 { return PostgresError(.misuse, "A statement's parameters hold at most a gigabyte") }
    let hasNul = parameters.contains { if case .text(let text) = $0.content { text.utf8.contains(0) } else { false } }
    if hasNul { return PostgresError(.misuse, "A text with a NUL character cannot be stored") }
    return parameters.count > 65_535 ? PostgresError(.misuse, "A statement has at most 65,535 parameters") : nil
  }

  typealias ParameterBody<R> = (
    Int32, UnsafePointer<Oid>?, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
  ) -> R

  /// The parameters as libpq takes them: all values stand in one buffer.
  func withParameters<R>(_ body: ParameterBody<R>) -> R {
    guard !parameters.isEmpty else { return body(0, nil, nil, nil, nil) }
    var buffer: [CChar] = []
    var offsets: [Int] = []
    var lengths: [Int32] = []
    var formats: [Int32] = []
    for parameter in parameters {
      switch parameter.content {
      case .null:
        offsets.append(-1)
        lengths.append(0)
        formats.append(0)
      case .text(let text):
        offsets.append(buffer.count)
        for byte in text.utf8 { buffer.append(CChar(bitPattern: byte)) }
        lengths.append(Int32(truncatingIfNeeded: text.utf8.count))
        formats.append(0)
      case .binary(let bytes):
        offsets.append(buffer.count)
        for byte in bytes { buffer.append(CChar(bitPattern: byte)) }
        lengths.append(Int32(truncatingIfNeeded: bytes.count))
        formats.append(1)
      }
      buffer.append(0)
    }
    let types = parameters.map(\.oid)
    return buffer.withUnsafeBufferPointer { buffer in
      let values = offsets.map { offset in offset < 0 ? nil : buffer.baseAddress.map { $0 + offset } }
      return values.withUnsafeBufferPointer { values in
        body(Int32(parameters.count), types, values.baseAddress, lengths, formats)
      }
    }
  }
}
