import CLibpq

/// Several statements in one text, as a migration file holds them. Pipelines take single statements only, so the
/// connection leaves that mode for the time.
final class Script: Work, @unchecked Sendable {
  private let text: String

  init(_ text: String) {
    self.text = text
    super.init(isCancellable: false)
  }

  override func begin(_ connection: Connection, _ pg: OpaquePointer) {
    if text.utf8.contains(0) { return fail(PostgresError(.misuse, "The script holds a NUL character")) }
    if PQexitPipelineMode(pg) == 0 || PQsendQuery(pg, text) == 0 {
      connection.abandon(.connectionLost(detail: String(cString: PQerrorMessage(pg))))
    }
  }

  override func advance(_ connection: Connection, _ pg: OpaquePointer) {
    while !isDone, PQisBusy(pg) == 0 {
      guard let result = PQgetResult(pg) else {
        if PQenterPipelineMode(pg) == 0 { connection.abandon(.connectionLost(detail: "pipeline mode refused")) }
        isSettled = true
        isDone = true
        return
      }
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: continue
      case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
        return connection.abandon(PostgresError(.misuse, "A script cannot hold COPY with data of its own"))
      default: if failure == nil { failure = PostgresError(result: result) }
      }
    }
  }
}

extension Connection {
  /// Runs a text of several statements: a migration file, a test's schema. Unless the text says otherwise, PostgreSQL
  /// runs it as one transaction.
  package func run(script: String) async throws {
    let work = Script(script)
    await perform(work)
    if let failure = work.failure { throw failure }
  }
}
