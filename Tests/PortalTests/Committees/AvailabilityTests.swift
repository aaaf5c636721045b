import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// Days on which members cannot sit: said by themselves, seen by whoever chooses, never a bar.
@Suite(.database) struct AvailabilityTests {
  private let today = CommitteeCast.today

  @Test func aMemberSaysAndThePanelLooksElsewhere() async throws {
    try await CommitteeCast.load()
    let (officer, phone) = try await TestDatabase.current.signIn(.memberSelf, .authority(3), named: "Petra Lindley")
    try await CommitteeCast.execute("UPDATE member SET email = \(officer.email) WHERE name = 'Petra Lindley'")
    try await CommitteeCast.execute("UPDATE member_away SET withdrawn_at = now(), withdrawn_by = sec.me()")
    let hearing = try await CommitteeCast.hearing()
    let day = try await CommitteeCast.value("SELECT held_on FROM hearing WHERE id = \(hearing)", as: Day.self)
    try await phone.get("/my-training/away")
    var fields = CommitteeCast.fields("from", day + 2)
    fields.merge(CommitteeCast.fields("last", day - 2)) { $1 }
    try await phone.post("/my-training/away", fields)
    #expect(phone.status == .unprocessableContent && phone.body.contains("cannot be before the first"))
    fields = CommitteeCast.fields("from", day - 1)
    fields.merge(CommitteeCast.fields("last", day)) { $1 }
    try await phone.post("/my-training/away", fields)
    #expect(phone.status == .ok && phone.body.contains("Noted: you cannot sit") && phone.body.contains("Take back"))
    try await phone.get("/my-training/away")
    try await phone.post("/my-training/away", CommitteeCast.fields("from", day))
    #expect(phone.status == .unprocessableContent && phone.body.contains("noted already"))
    // Whoever chooses sees it: last of the ranked, advice on the panel, and it may be fixed all the same.
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices, .authority(3))
    let path = "/hearings/\(hearing.uuidString.lowercased())"
    let petra = try await CommitteeCast.value("SELECT id FROM member WHERE name = 'Petra Lindley'", as: UUID.self)
    let able = try await CommitteeCast.values("SELECT member_id FROM committee_able(ARRAY[\(try await CommitteeCast.committee())]::uuid[]) WHERE able @> \(day) AND member_id <> \(petra)", as: UUID.self)
    try await browser.get(path)
    let page = browser.body
    let mine = try #require(page.range(of: "Petra Lindley said they cannot sit"))
    #expect(page[mine.upperBound...].firstMatch(of: /said they cannot sit/) == nil && page.range(of: "Who else can sit")?.lowerBound ?? page.endIndex < mine.lowerBound)
    try await browser.get(path + "/panel?find=yes")
    #expect(!browser.body.contains("said they cannot sit"))
    try await browser.post(path + "/panel", [
      "seat-1": able[0].uuidString.lowercased(), "seat-2": able[1].uuidString.lowercased(), "seat-3": petra.uuidString.lowercased(), "panel": "1", "action": "choose",
    ])
    #expect(browser.status == .ok && browser.body.contains("said they cannot sit") && browser.body.contains("The panel is"))
    // Taken back, nothing is said of it any more.
    try await phone.get("/my-training")
    let back = String(try #require(phone.body.firstMatch(of: /action="(\/my-training\/away\/[0-9a-f-]{36}\/withdrawal)"/)?.1))
    try await phone.post(back)
    #expect(phone.body.contains("Taken back"))
    try await browser.get(path)
    #expect(!browser.body.contains("said they cannot sit"))
    #expect(try await CommitteeCast.value("SELECT count(*) FROM audit.entry WHERE body::jsonb ->> 'verb' IN ('sayAway', 'withdrawAway')", as: Int.self) == 2)
  }

  /// A member says it of themselves alone; reminders too.
  @Test func nobodySaysItOfOthers() async throws {
    try await CommitteeCast.load()
    let (officer, phone) = try await TestDatabase.current.signIn(.memberSelf, .authority(3), named: "Petra Lindley")
    try await CommitteeCast.execute("UPDATE member SET email = \(officer.email) WHERE name = 'Petra Lindley'")
    let other = try await CommitteeCast.value("SELECT id FROM member WHERE name = 'Hugo Tranter'", as: UUID.self)
    for statement in [
      "INSERT INTO member_away (authority_id, member_id, starts_on, ends_before, recorded_by) VALUES (3, \(other), \(today), \(today + 1), \(officer.id))",
      "INSERT INTO reminder_choice (authority_id, member_id, wanted, recorded_by) VALUES (3, \(other), false, \(officer.id))",
    ] as [SQL] {
      await #expect(throws: PostgresError.self) {
        try await TestDatabase.current.app.pool.transaction(.readWrite, prelude: [officer.identity.entering]) { _ = try await $0.execute(statement) }
      }
    }
    let away = try await CommitteeCast.value("SELECT id FROM member_away WHERE authority_id = 3 LIMIT 1", as: UUID.self)
    try await phone.get("/my-training")
    try await phone.post("/my-training/away/\(away.uuidString.lowercased())/withdrawal")
    #expect(phone.status == .notFound)
    try await phone.get("/my-training")
    try await phone.post("/my-training/reminders", ["wanted": "no"])
    #expect(phone.body.contains("Reminders are switched off."))
    #expect(try await CommitteeCast.values("SELECT m.name FROM reminder_choice r JOIN member m ON m.id = r.member_id", as: String.self) == ["Petra Lindley"])
  }
}
