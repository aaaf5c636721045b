import Foundation
import Hummingbird
import Logging
import NIOCore
import Web

/// A socket that sends what no browser would. Nothing here sleeps: waiting is reading.
final class Wire: Sendable {
  private let descriptor: Int32

  /// - Parameter window: bytes that the system takes for us while we read nothing; nil: as many as it likes.
  init(port: Int, window: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var window { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &window, socklen_t(MemoryLayout<Int32>.size)) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
  }

  deinit { close(descriptor) }

  /// Sends; false when the other end has closed.
  @discardableResult func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  /// Says that nothing more will come.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Sends one byte after another, each after a hundredth of a second of listening for the answer; stops at the first byte of it.
  /// - Returns: whether it was interrupted by an answer, or by the end.
  func drip(_ text: String) async -> Bool {
    await onThread {
      for character in text {
        guard self.send(String(character)) else { return true }
        var listening = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
        if poll(&listening, 1, 10) > 0 { return true }
      }
      return false
    }
  }

  /// Sends one byte after another, each after a hundredth of a second of listening for a reset.
  /// - Returns: whether the other end no longer takes anything.
  func isCutOff(while text: String) async -> Bool {
    await onThread {
      for character in text {
        guard self.send(String(character)) else { return true }
        var listening = pollfd(fd: self.descriptor, events: 0, revents: 0)
        if poll(&listening, 1, 10) > 0 { return true }
      }
      return false
    }
  }

  /// Everything until the other end closes. A server that never does is caught by the suite's time limit.
  func readToEnd() async -> String {
    await onThread {
      var all: [UInt8] = []
      var piece = [UInt8](repeating: 0, count: 65_536)
      while case let count = recv(self.descriptor, &piece, piece.count, 0), count > 0 { all += piece[..<count] }
      return String(decoding: all, as: UTF8.self)
    }
  }

  /// Blocking calls run on a thread of their own.
  private func onThread<R: Sendable>(_ work: @escaping @Sendable () -> R) async -> R {
    await withCheckedContinuation { continuation in Thread.detachNewThread { continuation.resume(returning: work()) } }
  }
}

/// A real server on a free port of the loopback, behind every guard, while `body` runs.
func withServer(
  _ options: WebServer.Options, _ add: (Router<SiteContext>) -> Void, _ body: @Sendable @escaping (Int) async throws -> Void
) async throws {
  let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  let router = Router(context: SiteContext.self)
  router.add(middleware: RequestLog(logger))
  router.add(middleware: SecurityHeaders(isSecure: false))
  router.add(middleware: ProblemPages(logger: logger, translate: { _ in nil }, draw: { _, _, _ in throw CancellationError() }))
  router.add(middleware: HostAllowList(["t"]))
  router.add(middleware: BodyLimit(options.bodyLimits))
  router.add(middleware: SameOrigin(["http://t"]))
  add(router)
  let (ports, found) = AsyncStream<Int>.makeStream()
  let application = WebServer.application(router, options: options, logger: logger) { found.yield($0) }
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await application.run() }
    var iterator = ports.makeAsyncIterator()
    if let port = await iterator.next() { try await body(port) }
    group.cancelAll()
    while let result = await group.nextResult() {
      if case .failure(let error) = result, !(error is CancellationError) { throw error }
    }
  }
}
