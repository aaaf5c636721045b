import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// A session is asked of the database at every request: whatever changes of a person is felt at once.
@Suite(.database) struct SessionTests {
  private func isIn(_ browser: Browser) async throws -> Bool {
    try await browser.get("/account", following: false)
    return browser.status == .ok
  }

  private func arrange(_ sql: SQL) async throws {
    let database = TestDatabase.current
    let author = try await database.operatorOfficer()
    try await database.owner.write(by: author, at: TestDatabase.noon) { transaction in
      try await transaction.execute(sql)
      return Written((), entries: [])
    }
  }

  /// Delete the `end_sessions` in `sec.grant_role` to see this red.
  @Test func aGivenRoleEndsTheSession() async throws {
    let (officer, browser) = try await TestDatabase.current.signIn(.businessSupport)
    #expect(try await isIn(browser))
    try await arrange("SELECT sec.grant_role(\(officer.id), 'admin', 'everywhere', NULL, NULL)")
    #expect(try await !isIn(browser))
  }

  @Test func anEndedRoleEndsTheSession() async throws {
    let (officer, browser) = try await TestDatabase.current.signIn(.businessSupport)
    try await arrange("SELECT sec.end_grant(id, NULL) FROM sec.role_grant WHERE account_id = \(officer.id)")
    #expect(try await !isIn(browser))
  }

  @Test func aClosedAccountEndsTheSession() async throws {
    let (officer, browser) = try await TestDatabase.current.signIn(.businessSupport)
    try await arrange("SELECT sec.set_disabled(\(officer.id), true)")
    #expect(try await !isIn(browser))
  }

  @Test func signingOutEndsItForAThiefToo() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.businessSupport)
    let thief = Browser(browser.site)
    thief.stealCookies(from: browser)
    #expect(try await isIn(thief))
    try await browser.get("/account")
    try await browser.post("/sign-out")
    #expect(try await !isIn(thief))
  }

  /// Half an hour idle, eight hours in all.
  @Test(arguments: [("last_seen_at", "30 minutes 1 second", false), ("last_seen_at", "29 minutes", true), ("ends_at", "8 hours 1 second", false)])
  func sessionsRunOut(column: String, age: String, stays: Bool) async throws {
    let (officer, browser) = try await TestDatabase.current.signIn(.businessSupport)
    if column == "ends_at" {
      try await arrange("UPDATE sec.session SET ends_at = ends_at - \(age)::interval WHERE account_id = \(officer.id)")
    } else {
      try await arrange("UPDATE sec.session SET last_seen_at = now() - \(age)::interval WHERE account_id = \(officer.id)")
    }
    #expect(try await isIn(browser) == stays)
  }

  /// The whole road: invitation, password, second step set up, signed in; then out and in again with password and code.
  @Test func anInvitationLeadsInAndACodeWorksOnce() async throws {
    let database = TestDatabase.current
    let author = try await database.operatorOfficer()
    let environment = Portal.Environment(
      settings: database.settings, database: database.owner, now: { TestDatabase.noon }, logger: TestDatabase.logger, demonstration: false,
      origin: Browser.origin, home: FileManager.default.temporaryDirectory)
    let (_, link) = try await AccountAdministration(environment).invite(
      name: "Ros Hartley", email: "ros@example.org", role: .regulatoryOfficer, scope: .organisation(1), by: author)
    let browser = Browser(try database.site())
    try await browser.get("/welcome/\(link)")
    #expect(browser.heading == "Welcome, Ros Hartley")
    try await browser.post("/welcome/\(link)", ["password": "too short"])
    #expect(browser.status == .unprocessableContent)
    try await browser.post("/welcome/\(link)", ["password": "violet ferry tangent"])
    #expect(browser.heading == "Set up two-step verification")
    let secret = try #require(browser.hidden("secret").flatMap { TOTP.bytes(base32: $0) })
    let step = TOTP.step(at: TestDatabase.noon)
    try await browser.post("/sign-in/set-up", ["secret": TOTP.base32(secret), "code": TOTP.code(secret: secret, step: step)], following: false)
    #expect(browser.headers[.location] == "/")
    // The link is used up.
    let other = Browser(browser.site)
    try await other.get("/welcome/\(link)")
    #expect(other.status == .notFound)
    // Again, with password and code: the code of the step that was used is refused, the next one is taken.
    try await other.get("/sign-in")
    try await other.post("/sign-in", ["email": "ros@example.org", "password": "violet ferry tangent"])
    #expect(other.heading == "Enter your code")
    try await other.post("/sign-in/code", ["code": TOTP.code(secret: secret, step: step)])
    #expect(other.status == .unprocessableContent)
    try await other.get("/sign-in/code")
    try await other.post("/sign-in/code", ["code": TOTP.code(secret: secret, step: step + 1)], following: false)
    #expect(other.headers[.location] == "/")
  }

  /// Unknown address and wrong password give the same page, word for word but for the request's own marks.
  @Test func whoIsHereIsNotTold() async throws {
    let database = TestDatabase.current
    let (officer, _) = try await database.signIn(.boardReader)
    func answer(_ email: String) async throws -> String {
      let browser = Browser(try database.site())
      try await browser.get("/sign-in")
      try await browser.post("/sign-in", ["email": email, "password": "wrong wrong wrong"])
      #expect(browser.status == .unprocessableContent)
      return browser.body.replacing(email, with: "").replacing(/(nonce|value)="[^"]*"/, with: "").replacing(/<code>[A-Z0-9]+<\/code>|[2-9A-HJ-NP-Z]{10}/, with: "")
    }
    #expect(try await answer(officer.email) == answer("nobody@example.org"))
  }

  @Test func guessesAreSlowedDownForOneAccountOnly() async throws {
    let browser = Browser(try TestDatabase.current.site())
    try await arrange("INSERT INTO sec.throttle VALUES ('account:ros@example.org', 0, now())")
    try await browser.get("/sign-in")
    try await browser.post("/sign-in", ["email": "ros@example.org", "password": "wrong wrong wrong"])
    #expect(browser.status == .tooManyRequests)
    try await browser.get("/sign-in")
    try await browser.post("/sign-in", ["email": "idris@example.org", "password": "wrong wrong wrong"])
    #expect(browser.status == .unprocessableContent)
  }
}
