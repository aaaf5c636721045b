import Domain
package import Foundation
package import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
package import Portal
import Postgres
package import Web

/// A browser without a network: keeps cookies, follows redirects, and sends forms as pages made them.
package final class Browser {
  package let site: Site
  package let table: [RouteEntry]
  private let responder: RouterResponder<SiteContext>
  private var cookies: [String: String] = [:]

  package private(set) var status: HTTPResponse.Status = .ok
  package private(set) var headers: HTTPFields = [:]
  package private(set) var body = ""
  package private(set) var path = "/"

  package static let origin = "http://localhost:8080"

  package init(_ site: Site) {
    self.site = site
    let (router, table) = site.router()
    self.table = table
    responder = router.buildResponder()
  }

  /// Asks for a page; redirects are followed unless told otherwise.
  @discardableResult
  package func get(_ path: String, following: Bool = true) async throws -> Browser {
    try await send(HTTPRequest(method: .get, scheme: "http", authority: "localhost:8080", path: path), body: nil)
    return following ? try await follow() : self
  }

  /// Sends a form from the page just seen, with its token, as a browser of our own origin does.
  @discardableResult
  package func post(_ path: String, _ fields: [String: String] = [:], following: Bool = true, withToken: Bool = true) async throws -> Browser {
    var all = fields
    if withToken, let token = hidden(CSRF.fieldName) { all[CSRF.fieldName] = token }
    if withToken, all["once"] == nil, let once = hidden("once") { all["once"] = once }
    let encoded = all.sorted { $0.key < $1.key }.map { "\(Self.escaped($0.key))=\(Self.escaped($0.value))" }.joined(separator: "&")
    var request = HTTPRequest(method: .post, scheme: "http", authority: "localhost:8080", path: path)
    request.headerFields[.contentType] = "application/x-www-form-urlencoded"
    request.headerFields[.origin] = Self.origin
    try await send(request, body: encoded)
    return following ? try await follow() : self
  }

  /// Sends a form with a file from the page just seen, with its token.
  @discardableResult
  package func upload(_ path: String, _ fields: [String: String], file: (name: String, text: String)?, field: String = "file", following: Bool = true) async throws -> Browser {
    var all = fields
    all[CSRF.fieldName] = hidden(CSRF.fieldName)
    if all["once"] == nil { all["once"] = hidden("once") }
    var body = ""
    for (name, value) in all.sorted(by: { $0.key < $1.key }) { body += "--XX\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n" }
    if let file { body += "--XX\r\nContent-Disposition: form-data; name=\"\(field)\"; filename=\"\(file.name)\"\r\nContent-Type: application/octet-stream\r\n\r\n\(file.text)\r\n" }
    var request = HTTPRequest(method: .post, scheme: "http", authority: "localhost:8080", path: path)
    request.headerFields[.contentType] = "multipart/form-data; boundary=XX"
    request.headerFields[.origin] = Self.origin
    try await send(request, body: body + "--XX--\r\n")
    return following ? try await follow() : self
  }

  /// Any request, as it is, from a peer's address (by default: none).
  package func send(_ request: HTTPRequest, body: String?, from peer: String? = nil) async throws {
    var request = request
    if !cookies.isEmpty { request.headerFields[.cookie] = cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ") }
    let channel = EmbeddedChannel()
    channel.remoteAddress = try peer.map { try SocketAddress(ipAddress: $0, port: 0) }
    let context = SiteContext(source: ApplicationRequestContextSource(channel: channel, logger: site.environment.logger))
    let response = try await responder.respond(
      to: Request(head: request, body: .init(buffer: ByteBuffer(string: body ?? ""))), context: context)
    for header in response.headers[values: .setCookie] {
      let pair = header.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
      if header.contains("Max-Age=0") { cookies[String(pair[0])] = nil } else if pair.count == 2 { cookies[String(pair[0])] = String(pair[1]) }
    }
    let writer = Collector()
    try await response.body.write(writer)
    status = response.status
    headers = response.headers
    self.body = writer.text
    path = request.path ?? "/"
  }

  private func follow() async throws -> Browser {
    var hops = 0
    while status.kind == .redirection, let location = headers[.location], hops < 5 {
      hops += 1
      try await get(location, following: false)
    }
    return self
  }

  /// The value of a hidden field of the page.
  package func hidden(_ name: String) -> String? { attribute(after: "name=\"\(name)\"", "value") }

  private func attribute(after mark: String, _ name: String) -> String? {
    guard let found = body.range(of: mark) else { return nil }
    let tag = body[found.upperBound...].prefix { $0 != ">" }
    guard let start = tag.range(of: "\(name)=\"") else { return nil }
    return String(tag[start.upperBound...].prefix { $0 != "\"" }).replacingOccurrences(of: "&#61;", with: "=").replacingOccurrences(of: "&amp;", with: "&")
  }

  /// The text of the page's h1.
  package var heading: String {
    guard let start = body.range(of: "<h1"), let open = body[start.upperBound...].range(of: ">"), let end = body[open.upperBound...].range(of: "</h1>") else {
      return ""
    }
    return String(body[open.upperBound..<end.lowerBound])
  }

  /// The cookie jar's session, to copy into another browser as a thief would.
  package func stealCookies(from other: Browser) { cookies = other.cookies }

  func keep(_ name: String, _ value: String) { cookies[name] = value }

  private static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }
}

/// Gathers a response.
private final class Collector: ResponseBodyWriter {
  private var bytes: [UInt8] = []
  var text: String { String(decoding: bytes, as: UTF8.self) }
  func write(_ buffer: ByteBuffer) async throws { bytes.append(contentsOf: buffer.readableBytesView) }
  func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
