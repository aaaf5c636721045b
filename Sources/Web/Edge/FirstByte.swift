import NIOCore

/// Before the decoder: sees the first byte of a head that may never be whole, and drops what comes after the last answer.
final class FirstByte: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let guardian: ConnectionGuard

  init(_ guardian: ConnectionGuard) { self.guardian = guardian }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if guardian.isOver { return }
    guardian.bytesArrived()
    context.fireChannelRead(data)
  }
}
