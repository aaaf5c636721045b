package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore

/// The server with the defaults that a public service needs: bounded connections, headers and time.
package enum WebServer {
  package struct Options: Sendable {
    package var host = "127.0.0.1"
    package var port: Int
    /// From the opening of a connection, or the last answer, to the end of the next head.
    package var headDeadline: Duration = .seconds(20)
    /// From the head to the end of the body. Uploads need the longer time.
    package var bodyDeadline: Duration = .seconds(120)
    package var mostConnections = 4_000
    package init(port: Int) { self.port = port }
  }

  package static func application(
    _ router: Router<SiteContext>, options: Options, logger: Logger, onRunning: @escaping @Sendable (Int) async -> Void
  ) -> Application<RouterResponder<SiteContext>> {
    let (head, body) = (TimeAmount(options.headDeadline), TimeAmount(options.bodyDeadline))
    return Application(
      router: router,
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [DeadlineHandler(head: head, body: body)], idleTimeout: head,
          httpDecoderConfiguration: .init(maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 16 * 1024, maxHeaderFieldCount: 100))),
      configuration: .init(
        address: .hostname(options.host, port: options.port), serverName: nil,
        availableConnectionsDelegate: MaximumAvailableConnections(options.mostConnections)),
      onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? options.port) }, logger: logger)
  }
}
