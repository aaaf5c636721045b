import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing

/// Attendance makes the evidence that the event is for, once, and what cannot be placed waits.
@Suite(.database) struct EventTests {
  private var store: EventStore { EventStore(TestDatabase.current.environment()) }
  private let today = Arrange.today

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }

  private func event(_ evidence: EventEvidence, _ version: UUID? = nil, kind: EventKind = .taxiForum, by officer: Officer) async throws -> Event {
    let id = try await store.add(
      NewEvent(
        authority: 3, kind: kind, title: "Redditch taxi forum", heldOn: today - 3, agendaItem: "4. What drivers see", evidence: evidence,
        versionID: evidence == .issuance ? version : nil, course: evidence == .training ? "Safeguarding awareness" : nil, others: 2), by: officer)
    return try #require(try await store.event(id, for: officer))
  }

  /// Somebody recorded twice is there once and has one issue. Delete `on conflict … do nothing` in `record_attendance` to see it red.
  @Test func attendanceGivesTheGuidanceOnce() async throws {
    let from = today - 200
    let first = try await Arrange.licence("RE-1", from: from, badge: "101")
    let second = try await Arrange.licence("RE-2", from: from, badge: "102")
    let other = try await Arrange.licence("BR-1", in: 1, from: from, badge: "102")
    let version = try await Arrange.version(1, from: today - 400)
    let (officer, _) = try await TestDatabase.current.signIn(.regulatoryOfficer, .organisation(1))
    let forum = try await event(.issuance, version, by: officer)
    let recorded = try await store.paste(["re1", "102", "BR 1", "RE-9", "nobody"], at: forum, by: officer)
    #expect(recorded.new == 3 && recorded.unmatched == 2)
    let again = try await store.paste(["RE-1", "101", "RE-9"], at: forum, by: officer)
    #expect(again.new == 0 && again.known == 1)
    #expect(try await store.record([first, second], at: forum, by: officer).new == 0)
    #expect(try await value("SELECT count(*) FROM issuance", as: Int.self) == 3)
    #expect(try await value("SELECT string_agg(DISTINCT occasion || ' ' || channel || ' ' || issued_on, ',') FROM issuance", as: String.self) == "forum_event event_handout \((today - 3).iso)")
    // A badge that two districts have is the one of the event's district.
    #expect(try await value("SELECT count(*) FROM event_attendance WHERE registration_id IN (\(second), \(other))", as: Int.self) == 2)
    #expect(try await value("SELECT string_agg(text, ',' ORDER BY text COLLATE \"C\") FROM event_unmatched WHERE settled_at IS NULL", as: String.self) == "RE-9,nobody")
    for id in [first, second, other] { #expect(try await Arrange.lights(id, on: today).guidance == "held") }
  }

  @Test func whoWasNotThereLosesWhatCameOfIt() async throws {
    let id = try await Arrange.licence("RE-1", from: today - 200)
    let version = try await Arrange.version(1, from: today - 400)
    let (officer, _) = try await TestDatabase.current.signIn(.regulatoryOfficer, .organisation(1))
    let forum = try await event(.issuance, version, by: officer)
    _ = try await store.record([id], at: forum, by: officer)
    #expect(try await store.withdraw(id, from: forum, by: officer) == "RE-1")
    #expect(try await store.withdraw(id, from: forum, by: officer) == nil)
    #expect(try await Arrange.lights(id, on: today).guidance == "overdue")
    // And there after all.
    #expect(try await store.record([id], at: forum, by: officer).new == 1)
    #expect(try await Arrange.lights(id, on: today).guidance == "held")
    #expect(try await value("SELECT count(*) FROM issuance_void", as: Int.self) == 1)
  }

  @Test func attendanceIsTrainingWhereTheEventSaysSo() async throws {
    let id = try await Arrange.licence("RE-1", from: today - 200)
    let (officer, _) = try await TestDatabase.current.signIn(.trainingCoordinator, .organisation(1))
    let (manager, _) = try await TestDatabase.current.signIn(.licensingManager, .organisation(1))
    // It serves as long as the rule of that day says.
    #expect(try await DriverRuleStore(TestDatabase.current.environment()).add(
      NewDriverTraining(authorities: [3], kinds: [.privateHireDriver], startsOn: today - 100, graceUntil: today, refresherMonths: 7), by: manager))
    let session = try await event(.training, by: officer)
    _ = try await store.record([id], at: session, by: officer)
    #expect(try await value("SELECT course || ' ' || completed_on FROM training_completion WHERE registration_id = \(id)", as: String.self) == "Safeguarding awareness \((today - 3).iso)")
    #expect(try await value("SELECT valid_before FROM training_completion", as: Day.self) == (today - 3).adding(months: 7))
    #expect(try await value("SELECT count(*) FROM issuance", as: Int.self) == 0)
    _ = try await store.withdraw(id, from: session, by: officer)
    #expect(try await value("SELECT count(*) FROM training_completion", as: Int.self) == 0)
  }

  /// Guidance goes only to the kinds of licence that it is for; being there counts for all.
  @Test func guidanceOfOthersIsNotGiven() async throws {
    let id = try await Arrange.licence("RE-1", from: today - 200)
    let version = try await Arrange.version(1, from: today - 400)
    try await TestDatabase.current.owner.pool.transaction(.readWrite) { _ = try await $0.execute("UPDATE guidance_document SET audience = '{private_hire_operator}'") }
    let (officer, _) = try await TestDatabase.current.signIn(.regulatoryOfficer, .organisation(1))
    let watch = try await event(.issuance, version, kind: .pubwatch, by: officer)
    #expect(try await store.record([id], at: watch, by: officer).new == 1)
    #expect(try await value("SELECT count(*) FROM issuance", as: Int.self) == 0)
  }

  @Test func aJourneyInTheBrowser() async throws {
    _ = try await Arrange.licence("RE-1", from: today - 200, badge: "101")
    let (officer, browser) = try await TestDatabase.current.signIn(.regulatoryOfficer, .authority(3))
    let forum = try await event(.none, by: officer)
    let path = "/events/\(forum.id.uuidString.lowercased())"
    try await browser.get(path)
    try await browser.post(path + "/pasted", ["numbers": "RE-7\n101"])
    #expect(browser.status == .ok && browser.body.contains("1 could not be placed"))
    let row = try await value("SELECT id FROM event_unmatched", as: UUID.self).uuidString.lowercased()
    try await browser.post(path + "/unmatched/\(row)", ["number": "RE-8"])
    #expect(browser.status == .unprocessableContent && browser.body.contains("names no licence either"))
    try await browser.post(path + "/unmatched/\(row)", ["number": "RE-1"])
    #expect(browser.status == .ok)
    #expect(try await value("SELECT settled_as IS NOT NULL FROM event_unmatched", as: Bool.self))
    try await browser.get("/events/reach")
    #expect(browser.body.contains("One licence holder was reached"))
    // What attendance is evidence of stays, once somebody is recorded.
    try await browser.get(path + "/edit")
    let day = ["on-day": "\(forum.heldOn.day)", "on-month": "\(forum.heldOn.month)", "on-year": "\(forum.heldOn.year)"]
    try await browser.post(path + "/edit", day.merging(["kind": "taxi_forum", "district": "redditch", "title": "Another", "evidence": "training", "course": "X", "seen": "1"]) { $1 })
    #expect(browser.status == .unprocessableContent)
    try await browser.post(path + "/edit", day.merging(["kind": "taxi_forum", "district": "redditch", "title": "Another", "evidence": "none", "seen": "1"]) { $1 })
    #expect(browser.status == .ok && browser.heading == "Another")
  }

  /// Counts for those who see counts only, and nothing of other districts for anybody.
  @Test func reachIsCountedWithoutNames() async throws {
    let id = try await Arrange.licence("RE-1", name: "Quentin Amberson", from: today - 200)
    let (officer, _) = try await TestDatabase.current.signIn(.regulatoryOfficer, .organisation(1))
    let forum = try await event(.none, by: officer)
    _ = try await store.record([id], at: forum, by: officer)
    let (_, board) = try await TestDatabase.current.signIn(.boardReader, .organisation(2))
    try await board.get("/events/reach")
    #expect(board.status == .ok && board.body.contains("One licence holder was reached") && !board.body.contains("Amberson"))
    let (stranger, browser) = try await TestDatabase.current.signIn(.licensingManager, .authority(4))
    for sql: SQL in ["SELECT count(*) FROM awareness_event", "SELECT count(*) FROM event_attendance", "SELECT count(*) FROM event_unmatched", "SELECT count(*) FROM awareness_contact"] {
      #expect(try await TestDatabase.current.app.reading(as: stranger) { try await $0.value(sql, as: Int.self) } == 0)
    }
    try await browser.get("/events/\(forum.id.uuidString)")
    #expect(browser.status == .notFound)
    try await browser.get("/events/reach")
    #expect(browser.body.contains("0 licence holders were reached"))
  }

  @Test func driversLicensedElsewhereAreCountedAndNeverNamed() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.regulatoryOfficer, .authority(3))
    try await browser.get("/events/contacts")
    let on = ["on-day": "\(today.day)", "on-month": "\(today.month)", "on-year": "\(today.year)", "district": "redditch"]
    try await browser.post("/events/contacts", on.merging(["licensed-by": "Wolverhampton", "badges": "Jo Smith"]) { $1 })
    #expect(browser.status == .unprocessableContent && browser.body.contains("never names"))
    try await browser.post("/events/contacts", on.merging(["licensed-by": "Redditch", "badges": "1"]) { $1 })
    #expect(browser.status == .unprocessableContent && browser.body.contains("own districts"))
    try await browser.get("/events/contacts")
    try await browser.post("/events/contacts", on.merging(["licensed-by": "Wolverhampton", "badges": "W1\nW2", "count": "4"]) { $1 })
    try await browser.get("/events/contacts")
    try await browser.post("/events/contacts", on.merging(["licensed-by": "wolverhampton"]) { $1 })
    #expect(try await value("SELECT string_agg(x, ' ') FROM (SELECT licensed_by || ' ' || count(*) || ' ' || count(badge) AS x FROM awareness_contact GROUP BY licensed_by) y", as: String.self) == "Wolverhampton 5 2")
  }
}
