import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Testing
import Web

/// The server over real sockets, asked by those who do not play by the rules. Its deadlines are short and its idle timeout is
/// long, so that what cuts a connection off here is the bound on the whole, never the pause between two bytes.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ServerTests {
  private var strict: WebServer.Options {
    var options = WebServer.Options(port: 0)
    options.deadlines = Deadlines(
      request: .milliseconds(300), upload: .milliseconds(900), stalledWrite: .milliseconds(200), linger: .milliseconds(200),
      idle: .seconds(150))
    options.bodyLimits = BodyLimits(form: 1_000, upload: 5_000)
    return options
  }

  @Sendable private func pages(_ router: Router<SiteContext>) {
    router.get("/") { _, _ in Response.html("hello") }
    router.post("form") { request, _ in Response.html("got \(try await FormFields(reading: request)["a"] ?? "nothing")") }
    router.post("unread") { _, _ in Response.html("not read") }
    router.post("upload") { request, _ in
      let fields = try await MultipartReader(request, limits: .init(fileBytes: 4_000)).read(request.body) { _ in nil }
      return Response.html("fields \(fields.pairs.count)")
    }
    router.get("broken") { _, _ in
      Response(status: .ok, body: .init { writer in
        try await writer.write(ByteBuffer(string: "half"))
        throw Problem.unavailable
      })
    }
  }

  private func ask(_ text: String, thenNothing: Bool = false) async throws -> String {
    let (answers, answered) = AsyncStream<String>.makeStream()
    try await withServer(strict, pages) { port in
      let wire = try Wire(port: port)
      wire.send(text)
      if thenNothing { wire.finishSending() }
      answered.yield(await wire.readToEnd())
    }
    answered.finish()
    return await answers.first { _ in true } ?? ""
  }

  private func post(_ path: String, _ more: String, type: String = "application/x-www-form-urlencoded") -> String {
    "POST \(path) HTTP/1.1\r\nHost: t\r\nSec-Fetch-Site: same-origin\r\nContent-Type: \(type)\r\n\(more)"
  }

  private let last = "GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"
  private func statuses(_ text: String) -> [String] { text.matches(of: /HTTP\/1\.1 (\d+)/).map { String($0.1) } }

  @Test func twoRequestsOnOneConnection() async throws {
    let text = try await ask("GET / HTTP/1.1\r\nHost: t\r\n\r\n" + last)
    #expect(statuses(text) == ["200", "200"])
  }

  // MARK: Slow ones

  /// Delete `FirstByte` to see both red: a head that never ends has no deadline then.
  @Test func aHeadThatStopsMeetsItsDeadline() async throws {
    let text = try await ask("GET / HTTP/1.1\r\nHost: t\r\nX-")
    #expect(statuses(text) == ["408"])
    #expect(text.contains("X-Content-Type-Options: nosniff") && text.contains("Nothing was saved"))
  }

  @Test func aHeadInDropsMeetsItsDeadline() async throws {
    try await withServer(strict, pages) { port in
      let wire = try Wire(port: port)
      #expect(await wire.drip("GET / HTTP/1.1\r\nHost: t\r\nX-Slow: " + String(repeating: "x", count: 500)))
      #expect(statuses(await wire.readToEnd()) == ["408"])
    }
  }

  /// Let each byte set the deadline anew to see this red.
  @Test(arguments: ["/form", "/unread"]) func aBodyInDropsMeetsItsDeadline(path: String) async throws {
    try await withServer(strict, pages) { port in
      let wire = try Wire(port: port)
      wire.send(post(path, "Content-Length: 900\r\n\r\n"))
      // The page that reads nothing answers at once; what is cut off then is the rest of the body.
      #expect(await wire.drip("a=" + String(repeating: "x", count: 500)))
      let answer = statuses(await wire.readToEnd())
      #expect(answer == (path == "/form" ? ["408"] : ["200"]))
    }
  }

  /// An upload is not bound by the deadline of a form. Give `BodyLimits.isUpload` a constant `false` to see this red.
  @Test func anUploadHasLonger() async throws {
    try await withServer(strict, pages) { port in
      let wire = try Wire(port: port)
      let body = "--B\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n" + String(repeating: "x", count: 50) + "\r\n--B--"
      wire.send(post("/upload", "Connection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n", type: "multipart/form-data; boundary=B"))
      let cut = body.index(body.startIndex, offsetBy: 45)
      #expect(await wire.drip(String(body[..<cut])) == false)
      wire.send(String(body[cut...]))
      #expect((await wire.readToEnd()).contains("fields 1"))
    }
  }

  /// Delete `channelWritabilityChanged` in `ConnectionGuard` to see this red: the handler waits for ever.
  @Test func aPeerThatReadsNothingIsCutOff() async throws {
    let (failures, failed) = AsyncStream<Void>.makeStream()
    try await withServer(strict) { router in
      router.get("long") { _, _ in
        Response(status: .ok, body: .init { writer in
          defer { failed.yield() }
          // Far more than the system takes for a peer that reads nothing.
          for _ in 0..<1_000 { try await writer.write(ByteBuffer(repeating: 0, count: 1 << 16)) }
          try await writer.finish(nil)
        })
      }
    } _: { port in
      let wire = try Wire(port: port, window: 4_096)
      wire.send("GET /long HTTP/1.1\r\nHost: t\r\n\r\n")
      var iterator = failures.makeAsyncIterator()
      await iterator.next()
      let text = await wire.readToEnd()
      #expect(!text.hasSuffix("0\r\n\r\n"))
    }
  }

  @Test func aHalfAnswerNeverLooksWhole() async throws {
    let text = try await ask("GET /broken HTTP/1.1\r\nHost: t\r\n\r\n")
    #expect(text.contains("half") && !text.hasSuffix("0\r\n\r\n"))
  }

  // MARK: Bodies that are not what they say

  /// Empty `tellCutShort` to see these red: a form cut short becomes a shorter form.
  @Test(arguments: [
    "Content-Length: 20\r\n\r\na=1&reason=cut", "Transfer-Encoding: chunked\r\n\r\n3\r\na=1\r\n",
    "Transfer-Encoding: chunked\r\n\r\n9\r\na=1", "Transfer-Encoding: chunked\r\n\r\n3\r\na=1\r\nnonsense\r\n",
  ]) func aFormCutShortIsNoForm(rest: String) async throws {
    let text = try await ask(post("/form", rest), thenNothing: true)
    #expect(statuses(text) == ["400"])
    #expect(text.contains("did not arrive whole") && !text.contains("got"))
  }

  @Test func anUploadCutShortIsNoUpload() async throws {
    let part = "--B\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nabc"
    let text = try await ask(
      post("/upload", "Content-Length: 500\r\n\r\n" + part, type: "multipart/form-data; boundary=B"), thenNothing: true)
    #expect(statuses(text) == ["400"] && !text.contains("fields"))
  }

  /// What is longer than it said is not part of the form: it is the next request, and no good one.
  @Test func aBodyEndsWhereItsLengthSays() async throws {
    let text = try await ask(post("/form", "Content-Length: 3\r\n\r\na=1&b=2"))
    #expect(statuses(text) == ["200", "400"])
    #expect(text.contains("got 1"))
  }

  /// What was refused is never read as the next request.
  @Test func aRefusedBodyIsNoRequest() async throws {
    let hidden = String(repeating: "\r\n" + last, count: 30)
    let text = try await ask(post("/unread", "Content-Length: 100000\r\n\r\n" + hidden))
    #expect(statuses(text) == ["413"] && text.lowercased().contains("connection: close"))
    #expect(!text.contains("hello"))
  }

  /// Chunked bodies announce no length. Delete the counting in `ConnectionGuard.channelRead` to see these red.
  @Test(arguments: ["/unread", "/upload"]) func whatIsNotAnnouncedIsCounted(path: String) async throws {
    try await withServer(strict, pages) { port in
      let wire = try Wire(port: port)
      wire.send(post(path, "Transfer-Encoding: chunked\r\n\r\n", type: "multipart/form-data; boundary=B"))
      let chunk = "3e8\r\n" + String(repeating: "x", count: 1_000) + "\r\n"
      for _ in 0..<20 where wire.send(chunk) {}
      let text = await wire.readToEnd()
      // Where nobody reads it, the answer may come before so much has arrived.
      #expect(statuses(text) == ["413"] || (path == "/unread" && statuses(text) == ["200"]), "\(statuses(text))")
    }
  }

  /// Whoever is refused while they are sending can read why, and is not listened to for ever. Let `end` cut off at once to see
  /// the first red, let `close` pass on everything to see the second (a page was reading), delete the alarm to see the third.
  @Test(arguments: [
    ("413", 100_000, TimeAmount.minutes(5), 10, false), ("408", 900, .minutes(5), 10, false), ("413", 100_000, .milliseconds(200), 500, true),
  ]) func whoIsRefusedHasAMoment(status: String, length: Int, linger: TimeAmount, bytes: Int, isCutOff: Bool) async throws {
    var options = strict
    options.deadlines.linger = linger
    try await withServer(options, pages) { port in
      let wire = try Wire(port: port)
      wire.send(post("/form", "Content-Length: \(length)\r\n\r\na=1"))
      #expect(statuses(await wire.readToEnd()) == [status])
      #expect(await wire.isCutOff(while: String(repeating: "x", count: bytes)) == isCutOff)
    }
  }

  // MARK: Heads that are not ours

  /// Delete the line of `HostAllowList` or of `OriginForm` that each names to see it answer 200.
  @Test(arguments: [
    ("no Host", "GET / HTTP/1.1\r\n\r\n"), ("two Hosts", "GET / HTTP/1.1\r\nHost: t\r\nHost: evil\r\n\r\n"),
    ("the same Host twice", "GET / HTTP/1.1\r\nHost: t\r\nHost: t\r\n\r\n"), ("another's Host", "GET / HTTP/1.1\r\nHost: evil\r\n\r\n"),
    ("an absolute target", "GET http://evil/ HTTP/1.1\r\nHost: t\r\n\r\n"),
    ("our own absolute target", "GET http://t/ HTTP/1.1\r\nHost: t\r\n\r\n"),
    ("no path", "OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n"), ("no HTTP", "nonsense\r\n\r\n"),
    ("a long field", "GET / HTTP/1.1\r\nHost: t\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n"),
    ("a long target", "GET /\(String(repeating: "x", count: 20_000)) HTTP/1.1\r\nHost: t\r\n\r\n"),
    ("many fields", "GET / HTTP/1.1\r\nHost: t\r\n" + String(repeating: "A: b\r\n", count: 150) + "\r\n"),
    ("length and chunks", "POST /form HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("two lengths", "POST /form HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\na=1"),
    ("a signed length", "POST /form HTTP/1.1\r\nHost: t\r\nContent-Length: +3\r\n\r\na=1"),
  ]) func framingIsStrict(what: String, head: String) async throws {
    let text = try await ask(head, thenNothing: true)
    #expect(statuses(text) == ["400"], "\(what): \(text.prefix(60))")
    #expect(text.contains("X-Content-Type-Options: nosniff"), "\(what)")
  }

  // MARK: After an error

  /// A refusal with whole framing leaves the connection usable, and each answer in its place.
  @Test func afterARefusalTheNextRequestIsAnswered() async throws {
    let text = try await ask("GET http://evil/ HTTP/1.1\r\nHost: t\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: t\r\n\r\n" + last)
    #expect(statuses(text) == ["400", "404", "200"])
  }

  /// Where the framing is lost, nothing that follows is read.
  @Test(arguments: ["nonsense\r\n\r\n", "GET / HTTP/1.1\r\nHost t\r\n\r\n"])
  func afterNonsenseNothingIsAnswered(first: String) async throws {
    let text = try await ask(first + last)
    #expect(statuses(text) == ["400"] && !text.contains("hello"))
  }
}
