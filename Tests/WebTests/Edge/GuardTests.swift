import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Testing
import Web

/// The guards of the edge, each asked alone. Delete a guard's `throw` to see its line red.
@Suite struct GuardTests {
  private func respond(
    _ method: HTTPRequest.Method = .get, _ path: String = "/", host: String? = "localhost:8080", headers: HTTPFields = [:],
    body: String = "", exception: String? = nil,
    handler: @escaping @Sendable (Request) async throws -> Response = { _ in .html("fine") }
  ) async throws -> Response {
    let router = Router(context: SiteContext.self)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    router.add(middleware: SecurityHeaders(isSecure: false))
    router.add(middleware: ProblemPages(logger: logger, translate: { _ in nil }, draw: { _, _, _ in throw CancellationError() }))
    router.add(middleware: HostAllowList(["localhost:8080"]))
    router.add(middleware: BodyLimit(BodyLimits(form: 100, upload: 200)))
    router.add(middleware: SameOrigin(["http://localhost:8080"], except: exception))
    router.on("**", method: method) { request, _ in try await handler(request) }
    router.on("", method: method) { request, _ in try await handler(request) }
    let request = HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: headers)
    return try await router.buildResponder().respond(
      to: Request(head: request, body: .init(buffer: ByteBuffer(string: body))),
      context: SiteContext(source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: logger)))
  }

  private let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
  private func field(_ name: String, _ value: String) -> HTTPFields { var all = form; all[HTTPField.Name(name)!] = value; return all }

  @Test func onlyOurOwnNames() async throws {
    #expect(try await respond().status == .ok)
    for host in [nil, "evil.example", "localhost", "localhost:80", "localhost:8080.evil.example"] {
      #expect(try await respond(host: host).status == .badRequest, "\(host ?? "none")")
    }
  }

  /// What each browser sends with a form of our own page and of another's.
  @Test func changesOnlyFromOurOwnPages() async throws {
    #expect(try await respond(.post, headers: field("Sec-Fetch-Site", "same-origin")).status == .ok)
    #expect(try await respond(.post, headers: field("Origin", "http://localhost:8080")).status == .ok)
    for site in ["cross-site", "same-site", "none", ""] {
      #expect(try await respond(.post, headers: field("Sec-Fetch-Site", site)).status == .forbidden, "\(site)")
    }
    for origin in ["null", "http://localhost:8081", "https://localhost:8080", "http://evil.example", ""] {
      #expect(try await respond(.post, headers: field("Origin", origin)).status == .forbidden, "\(origin)")
    }
    #expect(try await respond(.post, headers: form).status == .forbidden)
    var text = field("Sec-Fetch-Site", "same-origin")
    text[.contentType] = "text/plain"
    #expect(try await respond(.post, headers: text).status == .unsupportedMediaType)
  }

  /// One path, one method, JSON, and nothing that comes from a page.
  @Test func oneExceptionToTheLetter() async throws {
    let json: HTTPFields = [.contentType: "application/json"]
    #expect(try await respond(.post, "/from/a/program", headers: json, exception: "/from/a/program").status == .ok)
    for path in ["/from/a/program/", "/from/a/program?", "/from/a", "/", "/from/a/program/x", "/from/a/%70rogram"] {
      #expect(try await respond(.post, path, headers: json, exception: "/from/a/program").status == .forbidden, "\(path)")
    }
    #expect(try await respond(.post, "/from/a/program", headers: json).status == .forbidden)
    #expect(try await respond(.put, "/from/a/program", headers: json, exception: "/from/a/program").status == .forbidden)
    for headers in [form, [:], [.contentType: "application/json", .origin: "http://evil.example"]] as [HTTPFields] {
      #expect(try await respond(.post, "/from/a/program", headers: headers, exception: "/from/a/program").status == .forbidden)
    }
  }

  @Test func tooMuchIsRefusedUnread() async throws {
    var headers = field("Sec-Fetch-Site", "same-origin")
    headers[.contentLength] = "101"
    #expect(try await respond(.post, headers: headers).status == .contentTooLarge)
  }

  /// A fault says sorry and nothing else; every answer has its headers.
  @Test func faultsTellNothing() async throws {
    struct Secret: Error { let text = "password=hunter2" }
    let response = try await respond { _ in throw Secret() }
    #expect(response.status == .internalServerError)
    let collected = Kept()
    try await response.body.write(collected)
    #expect(!collected.text.contains("hunter2") && collected.text.contains("Sorry") && collected.text.contains("Reference"))
    for name in ["Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cache-Control", "X-Request-Reference"] {
      #expect(response.headers[HTTPField.Name(name)!] != nil, "\(name)")
    }
  }

  @Test func noTwoNoncesAreAlike() async throws {
    let one = try await respond().headers[HTTPField.Name("Content-Security-Policy")!]
    let two = try await respond().headers[HTTPField.Name("Content-Security-Policy")!]
    #expect(one != two)
  }

  /// Redirects stay with us, whatever they are given.
  @Test(arguments: ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x=y", "", " /a", "/a b"])
  func redirectsStayHere(path: String) {
    #expect(Response.redirect(to: path).headers[.location] == "/")
  }
}

private final class Kept: ResponseBodyWriter {
  private var bytes: [UInt8] = []
  var text: String { String(decoding: bytes, as: UTF8.self) }
  func write(_ buffer: ByteBuffer) async throws { bytes.append(contentsOf: buffer.readableBytesView) }
  func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
