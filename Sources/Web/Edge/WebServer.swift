package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore

/// The server with the bounds that a public service needs: connections, headers, bodies and time, below everything a site decides.
package enum WebServer {
  package struct Options: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes a free one; `onRunning` learns which.
    package var port: Int
    package var deadlines = Deadlines()
    package var bodyLimits = BodyLimits()
    package var mostConnections = 4_000
    /// Bytes of all header fields of a request together.
    package var mostHeaderBytes = 16 * 1024
    package init(port: Int) { self.port = port }
  }

  package static func application(
    _ router: Router<SiteContext>, options: Options, logger: Logger, onRunning: @escaping @Sendable (Int) async -> Void
  ) -> Application<RouterResponder<SiteContext>> {
    let (deadlines, limits) = (options.deadlines, options.bodyLimits)
    return Application(
      router: router,
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [ConnectionGuard(deadlines: deadlines, limits: limits)], idleTimeout: deadlines.idle,
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: options.mostHeaderBytes, maxHeaderListSize: options.mostHeaderBytes, maxHeaderFieldCount: 100))),
      configuration: .init(
        address: .hostname(options.host, port: options.port), serverName: nil, backlog: 1_024,
        availableConnectionsDelegate: MaximumAvailableConnections(options.mostConnections)),
      onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? options.port) }, logger: logger)
  }
}
