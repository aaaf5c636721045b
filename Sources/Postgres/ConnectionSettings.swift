import CLibpq

/// How to connect, and the bounds every session of ours lives in.
package struct ConnectionSettings: Sendable {
  /// A libpq connection string, e.g. `host=a,b dbname=lantern target_session_attrs=read-write`.
  package var conninfo: String
  /// What the server shows of this process in `pg_stat_activity`.
  package var applicationName = "lantern"
  /// The server stops a statement after this long; nil leaves it to the server's own setting.
  package var statementTimeout: Duration? = .seconds(30)
  /// The server ends a session that holds a transaction open without using it for this long.
  package var idleInTransactionTimeout: Duration? = .seconds(60)
  /// How long to wait for the answer to COMMIT. `statement_timeout` does not fire while a commit waits for a standby.
  package var commitTimeout: Duration = .seconds(10)
  /// Prepared statements kept per connection.
  package var statementCacheSize = 256

  package init(_ conninfo: String) {
    self.conninfo = conninfo
  }

  /// Keywords and values for libpq. What stands in the connection string wins over our defaults, for libpq takes the
  /// last; `options` are joined, ours first, so that RESET ALL comes back to them.
  func parameters() throws(PostgresError) -> [(keyword: String, value: String)] {
    var message: UnsafeMutablePointer<CChar>?
    guard let parsed = PQconninfoParse(conninfo, &message) else {
      let detail = message.map { String(cString: $0) } ?? ""
      PQfreemem(message)
      throw PostgresError(.misuse, "The database's connection string cannot be read", detail: [detail])
    }
    defer { PQconninfoFree(parsed) }
    var theirs = ""
    var entry = parsed
    while let keyword = entry.pointee.keyword {
      if String(cString: keyword) == "options", let value = entry.pointee.val { theirs = " " + String(cString: value) }
      entry += 1
    }
    var options = "-c TimeZone=UTC -c DateStyle=ISO,YMD -c IntervalStyle=iso_8601 -c bytea_output=hex"
    if let statementTimeout { options += " -c statement_timeout=\(statementTimeout.milliseconds)" }
    if let idleInTransactionTimeout {
      options += " -c idle_in_transaction_session_timeout=\(idleInTransactionTimeout.milliseconds)"
    }
    return [
      ("connect_timeout", "2"), ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "15000"), ("application_name", applicationName),
      ("dbname", conninfo),
      ("client_encoding", "UTF8"), ("options", options + theirs),
    ]
  }
}

extension Duration {
  var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}
