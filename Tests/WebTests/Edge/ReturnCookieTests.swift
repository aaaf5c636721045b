import HTTPTypes
import Hummingbird
import NIOCore
import Testing
@testable import Web

/// Signing in leads to the page that was asked for, and never to another site.
struct ReturnCookieTests {
  private let cookie = ReturnCookie(isSecure: false)

  private func request(_ path: String, accept: String = "text/html,*/*;q=0.8", cookies: String? = nil) -> Request {
    var head = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: path, headerFields: [.accept: accept])
    head.headerFields[.cookie] = cookies
    return Request(head: head, body: .init(buffer: ByteBuffer()))
  }

  private func kept(_ path: String, accept: String = "text/html") -> String? {
    var response = Response(status: .seeOther)
    cookie.keep(request(path, accept: accept), on: &response)
    return response.headers[.setCookie].map { String($0.prefix { $0 != ";" }) }
  }

  @Test func aPageIsKeptWithWhatItWasAskedFor() throws {
    let pair = try #require(kept("/drivers?q=Khan&sort=name"))
    #expect(cookie.read(request("/sign-in", cookies: "lantern=x; \(pair)")) == "/drivers?q=Khan&sort=name")
  }

  @Test func whatAPageFetchesForItselfIsNotKept() {
    #expect(kept("/hot-spots/map/data", accept: "*/*") == nil)
    #expect(kept("/drivers?q=" + String(repeating: "a", count: 1_000)) == nil)
  }

  /// Delete the guard of `isOwn` to see it red.
  @Test(arguments: ["//elsewhere.example/", "/\\elsewhere.example/", "https://elsewhere.example/", "drivers", "/a\r\nSet-Cookie: x=y", "/a b", ""])
  func anotherSiteIsNotLedTo(_ address: String) {
    #expect(cookie.read(request("/sign-in", cookies: "lantern-return=\([UInt8](address.utf8).base64URL)")) == nil)
  }
}
