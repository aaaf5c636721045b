import Domain
import Foundation
import HTTPTypes
import Portal
import Synchronization
import TestSupport
import Testing
import Web

/// Too many requests are refused in words, and only to whoever makes them.
@Suite(.database) struct RequestLimitTests {
  private final class Clock: Sendable {
    private let time = Mutex(Duration.zero)
    var now: Duration { time.withLock { $0 } }
    func go(_ by: Duration) { time.withLock { $0 += by } }
  }

  private let clock = Clock()

  /// A site that takes six readings and three forms a minute of a session, four forms and five pages of an address.
  private func narrow() throws -> Site {
    let database = TestDatabase.current
    var environment = try database.site().environment
    environment.settings.policy.requestsPerMinute = .init(sessionReads: 6, sessionWrites: 3, addressForms: 4, addressPages: 5)
    environment.uptime = { [clock] in clock.now }
    return try Site(environment, root: TestDatabase.root, keys: database.keys(), origins: [Browser.origin])
  }

  private func browser(on site: Site, as other: Browser) -> Browser {
    let browser = Browser(site)
    browser.stealCookies(from: other)
    return browser
  }

  /// Asks from an address, through the proxy of this machine.
  private func ask(_ browser: Browser, _ path: String, from address: String) async throws -> HTTPResponse.Status {
    var request = HTTPRequest(method: .get, scheme: "http", authority: "localhost:8080", path: path)
    request.headerFields[HTTPField.Name("X-Forwarded-For")!] = address
    try await browser.send(request, body: nil, from: "127.0.0.1")
    return browser.status
  }

  /// Delete the last `count` in `Routes.officer` to see this red.
  @Test func aSessionIsToldWhenToComeBack() async throws {
    let (_, signedIn) = try await TestDatabase.current.signIn(.licensingManager)
    let browser = browser(on: try narrow(), as: signedIn)
    for _ in 0..<6 {
      try await browser.get("/account")
      #expect(browser.status == .ok)
    }
    try await browser.get("/account")
    #expect(browser.status == .tooManyRequests && browser.headers[.retryAfter] == "10")
    #expect(browser.heading.contains("Too many requests") && browser.body.contains("Wait 10 seconds"))
    clock.go(.seconds(10))
    try await browser.get("/account")
    #expect(browser.status == .ok)
  }

  @Test func readingDoesNotUseUpWriting() async throws {
    let (_, signedIn) = try await TestDatabase.current.signIn(.licensingManager)
    let browser = browser(on: try narrow(), as: signedIn)
    for _ in 0..<7 { try await browser.get("/account") }
    #expect(browser.status == .tooManyRequests)
    for _ in 0..<3 {
      try await browser.post("/licences/new", following: false, withToken: false)
      #expect(browser.status == .forbidden)
    }
    try await browser.post("/licences/new", following: false, withToken: false)
    #expect(browser.status == .tooManyRequests && browser.headers[.retryAfter] == "20")
  }

  @Test func oneSessionDoesNotUseUpAnothers() async throws {
    let site = try narrow()
    let (_, first) = try await TestDatabase.current.signIn(.licensingManager)
    let (_, second) = try await TestDatabase.current.signIn(.licensingManager, named: "Idris Vaughan")
    let one = browser(on: site, as: first)
    let other = browser(on: site, as: second)
    for _ in 0..<7 { try await one.get("/account") }
    try await other.get("/account")
    #expect(one.status == .tooManyRequests && other.status == .ok)
  }

  @Test func strangersAreCountedByAddress() async throws {
    let site = try narrow()
    let browser = Browser(site)
    for _ in 0..<4 { #expect(try await ask(browser, "/sign-in", from: "192.0.2.7") == .ok) }
    #expect(try await ask(browser, "/sign-in", from: "192.0.2.7") == .tooManyRequests)
    #expect(browser.headers[.retryAfter] == "15")
    // Pages are counted apart from forms, and other addresses from this one.
    #expect(try await ask(browser, "/privacy", from: "192.0.2.7") == .ok)
    #expect(try await ask(browser, "/sign-in", from: "192.0.2.8") == .ok)
    // An invitation is a form too.
    for _ in 0..<4 { _ = try await ask(browser, "/welcome/nothing", from: "192.0.2.9") }
    #expect(try await ask(browser, "/welcome/nothing", from: "192.0.2.9") == .tooManyRequests)
    // Whoever moves within their own 64 bits stays who they are.
    for end in 0..<5 { #expect(try await ask(browser, "/privacy", from: "2001:db8::\(end)") == .ok) }
    #expect(try await ask(browser, "/privacy", from: "2001:db8::ffff") == .tooManyRequests)
  }

  /// Delete the call of `admit` to see the last but one red; let it forget who was here lately to see the one before.
  @Test func madeUpCookiesAreNotFreeAndHoldUpNobodyAtWork() async throws {
    let site = try narrow()
    let (_, signedIn) = try await TestDatabase.current.signIn(.licensingManager)
    let officer = browser(on: site, as: signedIn)
    #expect(try await ask(officer, "/account", from: "192.0.2.7") == .ok)
    let stranger = Browser(site)
    for _ in 0..<5 {
      stranger.setCookie(site.cookie.name, Chance.bytes(32).base64URL)
      #expect(try await ask(stranger, "/account", from: "192.0.2.7") == .seeOther)
    }
    stranger.setCookie(site.cookie.name, Chance.bytes(32).base64URL)
    #expect(try await ask(stranger, "/account", from: "192.0.2.7") == .tooManyRequests)
    #expect(try await ask(officer, "/account", from: "192.0.2.7") == .ok)
    // A session not seen before is not looked up until its address has something left.
    let (_, another) = try await TestDatabase.current.signIn(.licensingManager, named: "Idris Vaughan")
    let newcomer = browser(on: site, as: another)
    #expect(try await ask(newcomer, "/account", from: "192.0.2.7") == .tooManyRequests)
    clock.go(.seconds(12))
    #expect(try await ask(newcomer, "/account", from: "192.0.2.7") == .ok)
  }

  @Test func filesOfPagesAreNotCounted() async throws {
    let browser = Browser(try narrow())
    try await browser.get("/privacy")
    let file = try #require(browser.body.firstMatch(of: /\/assets\/[^"]+\.css/))
    for _ in 0..<50 { #expect(try await ask(browser, String(file.0), from: "192.0.2.7") == .ok) }
  }

  /// The figures that the product is delivered with.
  @Test func theFiguresLeaveRoomForWork() {
    let rates = TestDatabase.current.settings.policy.requestsPerMinute
    #expect(rates.sessionReads >= 300 && rates.sessionWrites >= 60 && rates.addressPages >= rates.addressForms && rates.addressForms >= 30)
  }
}
