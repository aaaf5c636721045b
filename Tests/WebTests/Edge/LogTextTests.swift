import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import Testing
import Web

@Suite struct LogTextTests {
  @Test func nobodyOutsideBeginsALineOfOurs() {
    #expect(LogText.safe("a\r\nb\u{1B}[31m\u{202E}\u{2028}\u{9B}é") == "a\\u{d}\\u{a}b\\u{1b}[31m\\u{202e}\\u{2028}\\u{9b}é")
    #expect(LogText.safe(String(repeating: "x", count: 400)).count == 301)
    // Marks piled upon one letter are one character, and many scalars.
    #expect(LogText.safe("e" + String(repeating: "\u{301}", count: 4_000)).unicodeScalars.count == 301)
  }

  /// Take `LogText` out of `RequestLog` or of `ProblemPages` to see this red.
  @Test func requestsAndFaultsAreLoggedSafely() async throws {
    struct Fault: Error { let words = "one\ntwo" }
    let kept = Kept()
    let logger = Logger(label: "test") { _ in Keeper(kept: kept) }
    let router = Router(context: SiteContext.self)
    router.add(middleware: RequestLog(logger))
    router.add(middleware: ProblemPages(logger: logger, translate: { _ in nil }, draw: { _, _, _ in throw Fault() }))
    router.on("**", method: .get) { _, _ -> Response in throw Fault() }
    let head = HTTPRequest(method: .get, scheme: "http", authority: "t", path: "/a\u{1B}[31mb\u{9B}?q=Amina")
    _ = try await router.buildResponder().respond(
      to: Request(head: head, body: .init(buffer: ByteBuffer())),
      context: SiteContext(source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: logger)))
    let lines = kept.lines.withLock { $0 }
    #expect(lines.count == 3)
    for line in lines {
      #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control }, "\(line)")
      #expect(!line.contains("Amina"), "a query is logged: \(line)")
    }
  }
}

private final class Kept: Sendable { let lines = Mutex<[String]>([]) }

private struct Keeper: LogHandler {
  let kept: Kept
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.trace
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }
  func log(event: LogEvent) {
    let pairs = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    kept.lines.withLock { $0.append("\(event.message) \(pairs)") }
  }
}
