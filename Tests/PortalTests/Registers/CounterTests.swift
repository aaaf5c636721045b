import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// The main job, walked as the officer walks it.
@Suite(.database) struct CounterTests {
  private let today = Arrange.today

  private func state(_ licence: UUID) async throws -> String { try await Arrange.lights(licence, on: today).guidance }

  @Test func foundGivenSignedForAndUndone() async throws {
    try await Arrange.version(1, from: today.adding(years: -2))
    let licence = try await Arrange.licence("RE-1", badge: "4711")
    let (_, browser) = try await TestDatabase.current.signIn(.regulatoryOfficer)
    try await browser.get("/counter?find=4711")
    #expect(browser.body.contains("Amina Begum") && browser.body.contains("Guidance is owed"))
    let fields = ["key": browser.hidden("key") ?? "", "version": browser.hidden("version") ?? "", "method": "wet_signature", "action": "acknowledged"]
    try await browser.post("/counter/\(licence.uuidString)", fields)
    #expect(browser.path == "/counter" && browser.body.contains("acknowledged"))
    #expect(try await state(licence) == "held")
    // The same form sent again gives nothing twice.
    try await browser.get("/counter?find=4711")
    try await browser.post("/counter/\(licence.uuidString)", fields)
    #expect(browser.body.contains("recorded already"))
    let count = try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value("SELECT count(*) FROM issuance", as: Int.self) }
    #expect(count == 1)
    // Undo from the record; the history says both.
    try await browser.get("/licences/\(licence.uuidString)")
    let undo = try #require(browser.body.firstMatch(of: /action="(\/licences\/[^"]*\/issues\/[^"]*\/undo)"/)?.1)
    try await browser.post(String(undo))
    #expect(["due", "overdue"].contains(try await state(licence)))
    #expect(browser.body.contains("Undid the issue of guidance"))
    #expect(browser.body.contains("Gave guidance"))
  }

  /// Ten minutes, to the second; then only a correction with its reason.
  @Test func undoEndsAfterTenMinutes() async throws {
    try await Arrange.version(1, from: today.adding(years: -2))
    let licence = try await Arrange.licence("RE-1")
    let database = TestDatabase.current
    let (officer, browser) = try await database.signIn(.regulatoryOfficer)
    let now = Date()
    let version = try await database.owner.pool.transaction(.readOnly) { try await $0.value("SELECT id FROM guidance_version", as: UUID.self) }
    try await browser.get("/licences/\(licence.uuidString)/issues/new")
    let issue = try await database.app.write(by: officer, at: now) { transaction in
      Written(
        try await transaction.value("SELECT give_guidance(\(licence), \(version), 'anniversary', 'hand', \(today.iso)::date)", as: UUID.self), entries: [])
    }
    let late = Browser(try database.site(now: now.addingTimeInterval(601)))
    late.stealCookies(from: browser)
    try await late.get("/licences/\(licence.uuidString)/issues/\(issue.uuidString)/correction")
    try await late.post("/licences/\(licence.uuidString)/issues/\(issue.uuidString)/undo")
    #expect(late.status == .conflict)
    try await late.get("/licences/\(licence.uuidString)/issues/\(issue.uuidString)/correction")
    try await late.post("/licences/\(licence.uuidString)/issues/\(issue.uuidString)/correction")
    #expect(late.status == .unprocessableContent)
    try await late.post("/licences/\(licence.uuidString)/issues/\(issue.uuidString)/correction", ["reason": "Wrong driver"])
    #expect(late.status == .ok && late.body.contains("Wrong driver"))
  }

  /// Without guidance a renewal needs a reason, and the reason is kept for the list of exceptions.
  @Test func theRenewalGate() async throws {
    try await Arrange.version(1, from: today.adding(years: -3))
    let licence = try await Arrange.licence("RE-1", from: today.adding(years: -3) + 10, before: today + 10)
    let (_, browser) = try await TestDatabase.current.signIn(.regulatoryOfficer)
    let path = "/licences/\(licence.uuidString)/renewal"
    let start = today + 10
    var fields = [
      "from-day": String(start.day), "from-month": String(start.month), "from-year": String(start.year), "months": "36", "guidance": "without",
    ]
    try await browser.get(path)
    try await browser.post(path, fields)
    #expect(browser.status == .unprocessableContent && browser.body.contains("Enter the reason why no guidance is given"))
    fields["reason"] = "Leaflets out of stock"
    try await browser.post(path, fields)
    #expect(browser.status == .ok && browser.body.contains("without guidance"))
    let reasons = try await TestDatabase.current.owner.pool.transaction(.readOnly) {
      try await $0.values("SELECT reason FROM renewals_without_guidance(\(today.iso)::date - 1, \(today.iso)::date)", as: String.self)
    }
    #expect(reasons == ["Leaflets out of stock"])
    // Undone, the term is gone and the licence ends when it did.
    let undo = try #require(browser.body.firstMatch(of: /action="(\/licences\/[^"]*\/terms\/[^"]*\/undo)"/)?.1)
    try await browser.post(String(undo))
    let end = try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value("SELECT term_ends_before::text FROM registration", as: String.self) }
    #expect(end == start.iso)
  }

  /// Given with the renewal, guidance covers the year that the new term begins.
  @Test func guidanceGivenWithTheRenewalCoversTheNewYear() async throws {
    try await Arrange.version(1, from: today.adding(years: -3))
    let licence = try await Arrange.licence("RE-1", from: today.adding(years: -3) + 10, before: today + 10)
    let (_, browser) = try await TestDatabase.current.signIn(.regulatoryOfficer)
    let path = "/licences/\(licence.uuidString)/renewal"
    try await browser.get(path)
    let version = try #require(browser.body.firstMatch(of: /<option value="([0-9A-F-]{36})"/)?.1)
    let start = today + 10
    try await browser.post(path, [
      "from-day": String(start.day), "from-month": String(start.month), "from-year": String(start.year), "months": "36", "guidance": "given",
      "version": String(version), "channel": "with_licence_pack", "acknowledged": "",
    ])
    #expect(browser.status == .ok)
    #expect(try await Arrange.lights(licence, on: start).guidance == "held")
    #expect(try await Arrange.lights(licence, on: start.adding(years: 1) - 1).guidance == "held")
    #expect(try await Arrange.lights(licence, on: start.adding(years: 1)).guidance == "due")
  }

  /// Two officers, one record: the second sees both versions and nothing is lost.
  @Test func aStaleEditShowsBothVersions() async throws {
    let licence = try await Arrange.licence("RE-1")
    let (_, first) = try await TestDatabase.current.signIn(.regulatoryOfficer, named: "Ros")
    let (_, second) = try await TestDatabase.current.signIn(.regulatoryOfficer, named: "Maud")
    let path = "/licences/\(licence.uuidString)/edit"
    try await first.get(path)
    try await second.get(path)
    func fields(_ phone: String, _ browser: Browser) -> [String: String] {
      ["version": browser.hidden("version") ?? "", "reference": "RE-1", "holder": "person", "given": "Amina", "family": "Begum", "phone": phone]
    }
    try await first.post(path, fields("01", first))
    #expect(first.status == .ok)
    try await second.post(path, fields("02", second))
    #expect(second.status == .conflict && second.body.contains("01") && second.body.contains("02"))
    try await second.post(path, fields("02", second))
    #expect(second.status == .ok && second.body.contains("Telephone from 01 to 02"))
  }

  /// A name that carries markup is text everywhere.
  @Test func namesAreNeverMarkup() async throws {
    let name = "x\"\u{301} onmouseover=alert(1) <script>alert(2)</script>"
    let licence = try await Arrange.licence("RE-1", name: name)
    let (_, browser) = try await TestDatabase.current.signIn(.regulatoryOfficer)
    for path in ["/drivers", "/licences/\(licence.uuidString)", "/search?q=alert", "/licences/\(licence.uuidString)/edit"] {
      try await browser.get(path)
      #expect(!Array(browser.body.utf8).contains(Array("<script>alert".utf8)), "\(path)")
      #expect(!Array(browser.body.utf8).contains(Array("x\"\u{301}".utf8)), "\(path)")
    }
  }
}

extension Array<UInt8> {
  fileprivate func contains(_ part: [UInt8]) -> Bool {
    guard count >= part.count else { return false }
    return (0...(count - part.count)).contains { start in self[start..<(start + part.count)].elementsEqual(part) }
  }
}
