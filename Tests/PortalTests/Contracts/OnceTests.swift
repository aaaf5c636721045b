import Domain
import Foundation
import Portal
import Postgres
import TestSupport
import Testing

/// A form takes effect once, however often it is sent.
@Suite(.database) struct OnceTests {
  private var filled: [String: String] {
    [
      "register": "drivers", "authority": "redditch", "kind": "private_hire_driver", "reference": "RE-77", "badge": "77", "given": "Amina", "family": "Begum",
      "from-day": "1", "from-month": "11", "from-year": "2026", "months": "12", "holder": "person",
    ]
  }

  /// Two clicks at once, and a third try afterwards, all lead to the one licence.
  /// Delete `Once.enter` from `Database.write` to see it red.
  @Test func aDoubleClickAddsOneLicence() async throws {
    let (_, first) = try await TestDatabase.current.signIn(.licensingManager)
    let second = Browser(first.site)
    second.stealCookies(from: first)
    try await first.get("/licences/new?register=drivers")
    try await second.get("/licences/new?register=drivers")
    var form = filled
    form["once"] = first.hidden("once") ?? "missing"
    // Each browser is in one task's hands only.
    nonisolated(unsafe) let (a, b, sent) = (first, second, form)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { _ = try await a.post("/licences/new", sent) }
      group.addTask { _ = try await b.post("/licences/new", sent) }
      try await group.waitForAll()
    }
    #expect(a.path.hasPrefix("/licences/") && a.path != "/licences/new", "\(a.body.prefix(3000))")
    #expect(b.path == a.path)
    try await second.get("/licences/new?register=drivers")
    try await second.post("/licences/new", form)
    #expect(second.path == a.path)
    #expect(try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value("SELECT count(*) FROM registration", as: Int.self) } == 1)
    #expect(try await TestDatabase.current.owner.pool.transaction(.readOnly) {
      try await $0.value("SELECT count(*) FROM idempotency", as: Int.self) } == 1)
  }

  /// Gone back to, changed and sent again, it is another form.
  @Test func aChangedFormIsAnother() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.licensingManager)
    try await browser.get("/licences/new?register=drivers")
    var form = filled
    form["once"] = browser.hidden("once") ?? "missing"
    try await browser.post("/licences/new", form)
    let first = browser.path
    form["reference"] = "RE-78"
    form["badge"] = "78"
    try await browser.get("/licences/new?register=drivers")
    try await browser.post("/licences/new", form)
    #expect(browser.path != first && browser.path.hasPrefix("/licences/") && browser.path != "/licences/new")
  }
}
