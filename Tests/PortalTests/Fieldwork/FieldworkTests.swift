import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing

/// Visits, challenge tests and requests for evidence stay with their licence; overdue is asked of a day.
@Suite(.database) struct FieldworkTests {
  private let today = Arrange.today

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }

  private func day(_ name: String, _ day: Day) -> [String: String] { ["\(name)-day": "\(day.day)", "\(name)-month": "\(day.month)", "\(name)-year": "\(day.year)"] }

  /// Guidance of a visit is the same issue as any other, given in the same transaction.
  @Test func aVisitGivesGuidanceAndIsFollowedUp() async throws {
    let id = try await Arrange.licence("RE-1", from: today - 200)
    let version = try await Arrange.version(1, from: today - 400)
    let (_, browser) = try await TestDatabase.current.signIn(.regulatoryOfficer, .organisation(1))
    let base = "/licences/\(id.uuidString.lowercased())"
    try await browser.get(base)
    #expect(browser.body.contains("href=\"\(base)/fieldwork\""))
    try await browser.get(base + "/visits/new")
    try await browser.post(base + "/visits/new", day("on", today + 1).merging(["officer": "", "found": "", "concern": "", "again": "", "version": ""]) { $1 })
    #expect(browser.status == .unprocessableContent)
    for words in ["cannot be in the future", "Enter the officer’s name", "Enter what was found", "Choose whether there was a concern", "Choose whether there is to be a follow-up"] {
      #expect(browser.body.contains(words), "\(words)")
    }
    let typed = day("on", today - 2).merging(day("follow-up", today - 1)) { $1 }
      .merging(["officer": "Ros Hartley", "found": "No poster", "concern": "yes", "again": "yes", "version": version.uuidString]) { $1 }
    // A text that might identify a child is refused here as anywhere, and its rules are counted though its author sends no intelligence.
    try await browser.post(base + "/visits/new", typed.merging(["found": "A girl called Jane, aged 14, waits there"]) { $1 })
    #expect(browser.status == .unprocessableContent && browser.body.contains("Nothing was kept"))
    let counted: SQL = "SELECT string_agg(code || many, ',' ORDER BY code COLLATE \"C\") FROM intelligence_count WHERE kind = 'rule'"
    #expect(try await value(counted, as: String.self) == "age_with_name1,child_named1")
    try await browser.post(base + "/visits/new", typed)
    #expect(browser.status == .ok && browser.body.contains("and the guidance given on it") && browser.body.contains("Overdue"))
    #expect(try await Arrange.lights(id, on: today).guidance == "held")
    #expect(try await value("SELECT occasion || ' ' || channel || ' ' || issued_on FROM issuance", as: String.self) == "visit hand \((today - 2).iso)")
    try await browser.get("/fieldwork?show=overdue")
    #expect(browser.body.contains("No poster"))
    let visit = try await value("SELECT id FROM fieldwork_visit", as: UUID.self).uuidString.lowercased()
    try await browser.get(base + "/fieldwork")
    try await browser.post(base + "/visits/\(visit)/follow-up")
    #expect(browser.body.contains("Followed up"))
    try await browser.get("/fieldwork?show=overdue")
    #expect(browser.body.contains("Nothing matches"))
    try await browser.get(base + "/fieldwork")
    try await browser.post(base + "/visits/\(visit)/follow-up")
    #expect(browser.status == .conflict)
  }

  /// What was taken back is in no list and stays in the table; a pass alone can have been reported.
  @Test func challengeTestsAreListedAndTakenBack() async throws {
    let id = try await Arrange.licence("RE-1", from: today - 200)
    let (_, browser) = try await TestDatabase.current.signIn(.regulatoryOfficer, .organisation(1))
    let base = "/licences/\(id.uuidString.lowercased())"
    for (result, reported) in [("passed", "yes"), ("failed", "yes"), ("not_completed", "no")] {
      try await browser.get(base + "/tests/new")
      try await browser.post(base + "/tests/new", day("on", today - 5).merging(["kind": "taxi_fare", "result": result, "reported": reported, "officer": "Ros Hartley"]) { $1 })
      #expect(browser.status == .ok && browser.body.contains("The challenge test is recorded"), "\(result)")
    }
    #expect(try await value("SELECT string_agg(result || reported::text, ' ' ORDER BY result COLLATE \"C\") FROM challenge_test", as: String.self) == "failedfalse not_completedfalse passedtrue")
    try await browser.get("/fieldwork/tests?show=failed")
    #expect(browser.body.contains("RE-1") && !browser.body.contains("Passed and reported"))
    let failed = try await value("SELECT id FROM challenge_test WHERE result = 'failed'", as: UUID.self).uuidString.lowercased()
    try await browser.get(base + "/fieldwork")
    try await browser.post(base + "/tests/\(failed)/withdrawal")
    #expect(browser.body.contains("The challenge test was taken back"))
    try await browser.get("/fieldwork/tests?show=failed")
    #expect(browser.body.contains("Nothing matches"))
    #expect(try await value("SELECT count(*) FROM challenge_test", as: Int.self) == 3)
    try await browser.get(base)
    #expect(browser.body.contains("Recorded a challenge test") && browser.body.contains("Took back a challenge test"))
  }

  @Test func evidenceIsAskedForAndReceived() async throws {
    let id = try await Arrange.licence("RE-1", from: today - 200)
    let (_, browser) = try await TestDatabase.current.signIn(.regulatoryOfficer, .organisation(1))
    let base = "/licences/\(id.uuidString.lowercased())"
    try await browser.get(base + "/requests/new")
    try await browser.post(base + "/requests/new", day("due", today).merging(["wanted": "other", "detail": ""]) { $1 })
    #expect(browser.status == .unprocessableContent && browser.body.contains("Enter what is asked for") && browser.body.contains("must be after today"))
    try await browser.post(base + "/requests/new", day("due", today + 14).merging(["wanted": "training", "detail": ""]) { $1 })
    #expect(browser.status == .ok)
    try await browser.get("/fieldwork/requests?show=open")
    #expect(browser.body.contains("RE-1") && browser.body.contains("Waiting"))
    // The same row, looked at later.
    let request = try await value("SELECT id FROM evidence_request", as: UUID.self).uuidString.lowercased()
    try await TestDatabase.current.owner.pool.transaction(.readWrite) {
      _ = try await $0.execute("UPDATE evidence_request SET asked_on = asked_on - 30, due_on = due_on - 30")
    }
    try await browser.get("/fieldwork/requests?show=overdue")
    #expect(browser.body.contains("RE-1"))
    try await browser.get(base + "/fieldwork")
    try await browser.post(base + "/requests/\(request)/received")
    #expect(browser.body.contains("Received late"))
    try await browser.get("/fieldwork/requests?show=overdue")
    #expect(browser.body.contains("Nothing matches"))
  }

  /// Officers of one district see and write nothing of another. Delete the policy `readable` in migration 22 to see it red.
  @Test func nothingOfOtherDistricts() async throws {
    let id = try await Arrange.licence("RE-1", from: today - 200)
    let (_, browser) = try await TestDatabase.current.signIn(.regulatoryOfficer, .organisation(1))
    let base = "/licences/\(id.uuidString.lowercased())"
    try await browser.get(base + "/visits/new")
    try await browser.post(base + "/visits/new", day("on", today).merging(["officer": "Ros Hartley", "found": "No poster", "concern": "no", "again": "no", "version": ""]) { $1 })
    #expect(browser.status == .ok)
    let (_, other) = try await TestDatabase.current.signIn(.regulatoryOfficer, .authority(4))
    try await other.get("/fieldwork")
    #expect(other.status == .ok && !other.body.contains("No poster"))
    try await other.get(base + "/fieldwork")
    #expect(other.status == .notFound)
    let (_, support) = try await TestDatabase.current.signIn(.businessSupport, .organisation(1))
    try await support.get(base + "/fieldwork")
    #expect(support.body.contains("No poster") && !support.body.contains("Take back"))
  }
}
