import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing

/// Visits to places that no register holds, files that are kept with visits, and reminders of evidence.
@Suite(.database) struct VisitTests {
  private let today = Arrange.today

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }
  private func day(_ name: String, _ day: Day) -> [String: String] { ["\(name)-day": "\(day.day)", "\(name)-month": "\(day.month)", "\(name)-year": "\(day.year)"] }

  @Test func aPlaceWithoutALicenceIsVisited() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.regulatoryOfficer, .organisation(1))
    try await browser.get("/fieldwork/visits/new")
    let typed = day("on", today - 1).merging(day("follow-up", today + 5)) { $1 }.merging([
      "district": "redditch", "place": "Late Night Kebab", "address": "3 High Street", "postcode": "b97 4ab", "officer": "Ros Hartley", "found": "No poster, staff willing", "concern": "no", "again": "yes",
    ]) { $1 }
    try await browser.post("/fieldwork/visits/new", typed.merging(["district": "", "place": "", "postcode": "nowhere", "found": "Jamie, 14, was inside"]) { $1 })
    #expect(browser.status == .unprocessableContent)
    for words in ["Choose the district", "Enter the name of the place", "Enter a full postcode", "Take out the name or the age"] { #expect(browser.body.contains(words), "\(words)") }
    try await browser.post("/fieldwork/visits/new", typed)
    #expect(browser.status == .ok && browser.heading.contains("Late Night Kebab") && browser.body.contains("Without a licence") && browser.body.contains("B97 4AB"))
    let page = browser.path

    // A file by its first bytes, kept, given back, and destroyed: the row says that it was there.
    try await browser.upload(page + "/files", [:], file: ("door.png", "no picture"))
    #expect(browser.status == .unprocessableContent && browser.body.contains("Choose a PDF, PNG or JPEG file"))
    try await browser.get(page)
    try await browser.upload(page + "/files", [:], file: ("door.pdf", "%PDF-1.4 door"))
    #expect(browser.status == .ok && browser.body.contains("door.pdf"))
    let file = try await value("SELECT id FROM fieldwork_file", as: UUID.self).uuidString.lowercased()
    let (_, elsewhere) = try await TestDatabase.current.signIn(.regulatoryOfficer, .authority(4))
    try await elsewhere.get(page)
    #expect(elsewhere.status == .notFound)
    try await elsewhere.get(page + "/files/\(file)")
    #expect(elsewhere.status == .notFound)
    try await browser.get(page + "/files/\(file)")
    #expect(browser.body == "%PDF-1.4 door")
    try await browser.get(page)
    try await browser.post(page + "/files/\(file)/destruction")
    #expect(browser.body.contains("destroyed"))
    try await browser.get(page + "/files/\(file)")
    #expect(browser.status == .notFound)
    #expect(try await value("SELECT file IS NULL AND destroyed_by IS NOT NULL FROM fieldwork_file", as: Bool.self))

    try await browser.get("/fieldwork?show=due")
    #expect(browser.body.contains("Late Night Kebab"))
    try await browser.get(page)
    try await browser.post(page + "/follow-up")
    #expect(browser.body.contains("Followed up"))
    try await browser.post(page + "/withdrawal")
    #expect(!browser.body.contains("Late Night Kebab"))
    try await browser.get(page)
    #expect(browser.status == .notFound)
  }

  /// The sheet to take along names what is known and asks after nobody.
  @Test func aSheetIsTakenAlong() async throws {
    let id = try await Arrange.licence("HO-1", kind: .hotel, name: "Severn Hotel", from: today - 200)
    let (_, browser) = try await TestDatabase.current.signIn(.regulatoryOfficer, .organisation(1))
    try await browser.get("/licences/\(id)/visit-sheet")
    #expect(browser.status == .ok && browser.body.contains("HO-1") && browser.body.contains("Is identity checked on arrival") && browser.body.contains("Never write down the name of a child"))
  }

  /// No text of a visit, a test or a request names a child.
  @Test func whatWouldNameAChildIsNotKept() async throws {
    let id = try await Arrange.licence("RE-1", from: today - 200)
    let (_, browser) = try await TestDatabase.current.signIn(.regulatoryOfficer, .organisation(1))
    let base = "/licences/\(id.uuidString.lowercased())"
    try await browser.get(base + "/visits/new")
    try await browser.post(base + "/visits/new", day("on", today).merging(["officer": "Ros Hartley", "found": "A girl called Jamie sat there", "concern": "no", "again": "no", "version": ""]) { $1 })
    #expect(browser.status == .unprocessableContent && browser.body.contains("Take out the name of the child") && browser.body.contains("A girl called Jamie sat there"))
    try await browser.get(base + "/tests/new")
    try await browser.post(base + "/tests/new", day("on", today).merging(["kind": "taxi_fare", "result": "failed", "officer": "Ros Hartley", "debrief": "The cadet is Sam, 15"]) { $1 })
    #expect(browser.status == .unprocessableContent && browser.body.contains("Take out the name or the age"))
    #expect(try await value("SELECT (SELECT count(*) FROM fieldwork_visit) + (SELECT count(*) FROM challenge_test)", as: Int.self) == 0)
  }

  /// A request is written to the holder once, and each reminder once, however often they are sent.
  @Test func holdersAreRemindedOfEvidence() async throws {
    let id = try await Arrange.licence("RE-1", from: today - 200)
    let without = try await Arrange.licence("RE-2", from: today - 200)
    try await TestDatabase.current.owner.pool.transaction(.readWrite) {
      _ = try await $0.execute("UPDATE party SET email = 'holder@example.org' WHERE id = (SELECT party_id FROM registration WHERE id = \(id))")
    }
    let (_, browser) = try await TestDatabase.current.signIn(.regulatoryOfficer, .organisation(1))
    for (licence, send) in [(id, "yes"), (without, "yes")] {
      let form = "/licences/\(licence.uuidString.lowercased())/requests/new"
      try await browser.get(form)
      try await browser.post(form, day("due", today + 14).merging(["wanted": "training", "detail": "", "send": send]) { $1 })
      #expect(browser.status == .ok)
    }
    let messages: () async throws -> String = { try await self.value("SELECT coalesce(string_agg(purpose || rung, ' ' ORDER BY rung), '') FROM delivery", as: String.self) }
    #expect(try await messages() == "evidence0")
    try await browser.get("/fieldwork/requests")
    #expect(!browser.body.contains("reminder is due") && !browser.body.contains("reminders are due"))
    func later(_ days: Int) async throws {
      try await TestDatabase.current.owner.pool.transaction(.readWrite) { _ = try await $0.execute("UPDATE evidence_request SET asked_on = asked_on - \(days)::integer, due_on = due_on - \(days)::integer") }
    }
    for (days, expected) in [(7, "evidence0 evidence_reminder1"), (8, "evidence0 evidence_reminder1 evidence_reminder2"), (13, "evidence0 evidence_reminder1 evidence_reminder2 evidence_reminder3")] {
      try await later(days)
      for _ in 0..<2 {
        try await browser.get("/fieldwork/requests")
        try await browser.post("/fieldwork/requests/reminders")
        #expect(browser.status == .ok)
      }
      #expect(try await messages() == expected)
    }
    #expect(try await value("SELECT body LIKE '%has not come%' AND recipient = 'holder@example.org' FROM delivery WHERE rung = 3", as: Bool.self))
    // What was received is asked for no more.
    try await TestDatabase.current.owner.pool.transaction(.readWrite) { _ = try await $0.execute("UPDATE evidence_request SET received_on = due_on") }
    try await browser.get("/fieldwork/requests")
    #expect(!browser.body.contains("reminder is due"))
  }
}
