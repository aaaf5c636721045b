import NIOCore
import NIOHTTP1

/// Stands between the HTTP/1 decoder and the conversion to HTTP types, which drops scheme and name of
/// `GET http://evil.example/` without a word. A target that is no path becomes one that `HostAllowList` refuses.
final class OriginForm: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data), head.uri.utf8.first != UInt8(ascii: "/") else {
      return context.fireChannelRead(data)
    }
    head.uri = "*"
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }
}
