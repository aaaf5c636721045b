/// The size and the patience of a pool.
package struct PoolConfiguration: Sendable {
  package var connection: ConnectionSettings
  /// The most connections open at once; they are opened as they are needed.
  package var size: Int
  /// How long to wait for a connection before answering that the pool is exhausted.
  package var acquireTimeout: Duration = .seconds(2)

  package init(_ conninfo: String, size: Int = 16) {
    connection = ConnectionSettings(conninfo)
    self.size = max(1, size)
  }

  package init(conninfo: String, size: Int = 16, acquireTimeout: Duration = .seconds(2)) {
    self.init(conninfo, size: size)
    self.acquireTimeout = acquireTimeout
  }
}
