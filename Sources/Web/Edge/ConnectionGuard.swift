import HTTPTypes
import NIOCore
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Guards one connection where a server of requests cannot see: it bounds the time in which a request must have come whole (a
/// timeout that starts anew with every byte never ends), the bytes of a body whether or not anybody reads it, and the time an
/// answer waits for a peer that does not read. A body that ends before its end is an error, never a shorter body.
///
/// Stands behind the HTTP decoder. `FirstByte` stands before it and tells it when bytes arrive.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let deadlines: Deadlines
  private let limits: BodyLimits

  private var context: ChannelHandlerContext?
  /// When the request that is arriving must be whole; nil between requests.
  private var deadline: NIODeadline?
  private var alarm: Scheduled<Void>?
  private var stall: Scheduled<Void>?
  private var began = NIODeadline.now()
  /// Bytes of the arriving body still to be accepted.
  private var allowance = 0
  /// A head has come whose body has not ended.
  private var arriving = false
  /// What arrives can no longer be understood, or is no longer wanted.
  private var broken = false
  /// Whoever reads the arriving body has been told that it will never be whole.
  private var hasTold = false
  private var inputClosed = false
  /// Requests whose head has come and whose answer has not ended.
  private var unanswered = 0
  /// The head of an answer is written, its end not yet.
  private var responding = false
  /// The answer being written says `Connection: close`.
  private var closesAfter = false
  /// The last answer is out. What still arrives is thrown away unread.
  private(set) var isOver = false

  init(deadlines: Deadlines, limits: BodyLimits) {
    self.deadlines = deadlines
    self.limits = limits
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let pipeline = context.pipeline.syncOperations
    do {
      try pipeline.addHandler(FirstByte(self), position: .first)
      try pipeline.addHandler(OriginForm(), position: .before(pipeline.handler(type: HTTP1ToHTTPServerCodec.self)))
    } catch {
      // Without its guards a connection is not served.
      context.close(promise: nil)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    stop()
    self.context = nil
  }

  // MARK: A request arrives

  /// Bytes arrive, of whatever.
  func bytesArrived() {
    guard deadline == nil, !broken else { return }
    began = .now()
    setDeadline(began + deadlines.request)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isOver else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      arriving = true
      unanswered += 1
      allowance = limits.limit(of: head)
      if BodyLimits.isUpload(head) { setDeadline(began + deadlines.upload) }
    case .body(let buffer):
      allowance -= buffer.readableBytes
      // Announced lengths were refused by now: this one was not announced, or nobody reads it.
      if allowance < 0 { return refuse(.contentTooLarge, "That is larger than Lantern takes.") }
    case .end:
      arriving = false
      clearDeadline()
    }
    context.fireChannelRead(data)
  }

  /// The connection broke, or what came is no HTTP.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if broken || isOver { return }
    broken = true
    clearDeadline()
    if arriving { tellCutShort() } else { context.fireErrorCaught(error) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event {
      inputClosed = true
      if isOver { return cutOff() }
      if arriving {
        clearDeadline()
        tellCutShort()
      }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    stop()
    tellCutShort()
    context.fireChannelInactive()
  }

  /// Whoever reads the body that is arriving gets an error where its end would be.
  private func tellCutShort() {
    guard arriving, !hasTold else { return }
    hasTold = true
    context?.fireErrorCaught(Problem.cutShort)
  }

  private func setDeadline(_ at: NIODeadline) {
    deadline = at
    alarm?.cancel()
    alarm = context?.eventLoop.assumeIsolated().scheduleTask(deadline: at) { self.deadlinePassed() }
  }

  private func clearDeadline() {
    deadline = nil
    alarm?.cancel()
    alarm = nil
  }

  private func deadlinePassed() {
    guard deadline != nil, !isOver else { return }
    // A later request in the pipe may be late because we have not read it: the earlier answers go first.
    guard unanswered <= (arriving ? 1 : 0) else { return setDeadline(.now() + deadlines.request) }
    refuse(.requestTimeout, "It took too long to arrive.")
  }

  /// Answers in the site's place and ends. Where an answer would be taken for another request's, only ends.
  private func refuse(_ status: HTTPResponse.Status, _ words: String) {
    guard let context, !responding, unanswered == (arriving ? 1 : 0) else { return cutOff() }
    broken = true
    let body = ByteBuffer(string: words + " Nothing was saved. Go back and try again.\n")
    var head = HTTPResponse(
      status: status,
      headerFields: [.connection: "close", .contentType: "text/plain; charset=utf-8", .contentLength: "\(body.readableBytes)"])
    Self.secure(&head)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(body)), promise: nil)
    context.write(wrapOutboundOut(.end(nil)), promise: nil)
    end()
    tellCutShort()
  }

  // MARK: An answer leaves

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard !isOver else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    switch unwrapOutboundIn(data) {
    case .head(var head):
      responding = head.status.kind != .informational
      closesAfter = head.headerFields[.connection]?.lowercased() == "close"
      Self.secure(&head)
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      responding = false
      unanswered -= 1
      context.write(data, promise: promise)
      if closesAfter || (hasTold && unanswered == 0) { end() }
    }
  }

  /// The last answer is written. To close at once would reset the connection under a peer that is still sending, which might
  /// never read the answer: it sees its end now, and has a moment to stop.
  private func end() {
    guard let context else { return }
    context.flush()
    guard arriving || broken, !inputClosed else { return cutOff() }
    isOver = true
    clearDeadline()
    context.close(mode: .output, promise: nil)
    alarm = after(deadlines.linger)
    context.read()
  }

  /// Nobody above cuts the moment short.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard isOver, alarm != nil else { return context.close(mode: mode, promise: promise) }
    context.channel.closeFuture.cascade(to: promise)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    // Whoever reads the body no longer asks for more of it.
    if isOver { context.read() }
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    stall?.cancel()
    stall = context.channel.isWritable || isOver ? nil : after(deadlines.stalledWrite)
    context.fireChannelWritabilityChanged()
  }

  /// Closes when this time is over.
  private func after(_ time: TimeAmount) -> Scheduled<Void>? {
    context?.eventLoop.assumeIsolated().scheduleTask(in: time) { self.cutOff() }
  }

  private func cutOff() {
    isOver = true
    stop()
    tellCutShort()
    context?.close(promise: nil)
  }

  private func stop() {
    clearDeadline()
    stall?.cancel()
    stall = nil
  }

  /// For answers that no middleware has seen.
  private static func secure(_ head: inout HTTPResponse) {
    guard head.headerFields[.xContentTypeOptions] == nil else { return }
    for (name, value) in SecurityHeaders.always { head.headerFields[name] = value }
    head.headerFields[.contentSecurity] = "default-src 'none'; frame-ancestors 'none'"
    head.headerFields[.cacheControl] = "no-store"
  }
}
