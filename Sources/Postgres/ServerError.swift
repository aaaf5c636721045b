import CLibpq

extension PostgresError {
  /// An error or a notice as libpq holds it.
  init(result: OpaquePointer) {
    func field(_ code: Int32) -> String? { PQresultErrorField(result, code).map { String(cString: $0) } }
    func code(_ letter: Unicode.Scalar) -> Int32 { Int32(letter.value) }
    let severity = field(code("V")) ?? field(code("S"))
    // After FATAL the server closes the connection: whatever was under way, the connection is what is lost.
    let isFatal = severity == "FATAL" || severity == "PANIC"
    self.init(
      isFatal ? .connectionLost : .server,
      isFatal ? "The database closed the connection" : "The database refused a statement")
    self.severity = severity
    sqlState = field(code("C")).map { SQLState(rawValue: $0) }
    schema = field(code("s"))
    table = field(code("t"))
    column = field(code("c"))
    constraint = field(code("n"))
    position = field(code("P")).flatMap { Int($0) }
    sourceFunction = field(code("R"))
    detail = [field(code("M")), field(code("D")), field(code("H")), field(code("W"))].compactMap { $0 }
    if detail.isEmpty { detail = [String(cString: PQresultErrorMessage(result))] }
    if sqlState == nil, severity == nil {
      // libpq's own: it never reached the server, or the server never answered.
      self = .connectionLost(detail: detail.joined())
    }
  }

  static func connectionLost(detail: String) -> PostgresError {
    PostgresError(
      .connectionLost, "The connection to the database was lost",
      detail: [detail.trimmingPrefix { $0.isNewline }.split(separator: "\n").joined(separator: " ")])
  }

  static func cannotConnect(detail: String) -> PostgresError {
    PostgresError(
      .connectionLost, "The database cannot be reached", detail: [detail.split(separator: "\n").joined(separator: " ")])
  }

  static func cancelled() -> PostgresError {
    PostgresError(.cancelled, "The task was cancelled")
  }

  static func outcomeUnknown(_ cause: PostgresError) -> PostgresError {
    var error = PostgresError(
      .commitOutcomeUnknown, "The commit may or may not have happened", detail: [cause.debugDescription])
    error.sqlState = cause.sqlState
    return error
  }

  /// The same failure, known to be the answer to our own cancellation.
  func asCancellation() -> PostgresError {
    var error = PostgresError.cancelled()
    error.detail = detail
    error.sqlState = sqlState
    return error
  }

  /// A prepared statement the server can no longer run: its table has changed, or it is gone. Preparing anew mends it.
  /// The message is translated; the name of the server's function is not.
  var isStaleStatement: Bool {
    sqlState == "26000" || (sqlState == "0A000" && sourceFunction == "RevalidateCachedQuery")
  }
}
