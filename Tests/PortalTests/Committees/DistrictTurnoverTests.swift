import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// A whole district's annual meeting: looked at, done in one step, taken back whole.
@Suite(.database) struct DistrictTurnoverTests {
  private let today = CommitteeCast.today
  private var meeting: Day { today + 30 }

  /// Everything that a turnover touches, as one text.
  private func picture() async throws -> String {
    try await CommitteeCast.value("""
      SELECT md5((SELECT string_agg(concat(a.id, a.member_id, a.role, a.starts_on, coalesce(a.ends_before::text, '-'), a.ended_why), ',' ORDER BY a.id) FROM appointment a)
        || (SELECT string_agg(concat(m.id, m.name, coalesce(m.office_before::text, '-')), ',' ORDER BY m.id) FROM member m))
      """, as: String.self)
  }

  /// The form as the page offers it, with one who leaves office, one who leaves a committee, and three lines of those who join.
  private func form(_ browser: Browser) async throws -> [String: String] {
    try await browser.get("/committees/turnover?district=redditch")
    #expect(browser.status == .ok && browser.heading.contains("May turnover of Redditch"))
    var fields = CommitteeCast.fields("on", meeting)
    let seats = try await CommitteeCast.values("""
      SELECT concat(a.id, ' ', a.role, ' ', m.ward) FROM appointment a JOIN member m ON m.id = a.member_id
       WHERE a.authority_id = 3 AND a.role <> 'officer' AND a.ends_before IS NULL ORDER BY a.id
      """, as: String.self)
    #expect(seats.count > 15)
    for seat in seats {
      let parts = seat.split(separator: " ", maxSplits: 2).map(String.init)
      fields["seat-\(parts[0])"] = parts[2] == "Needle Mill" ? "left" : parts[2] == "Pear Hill" ? "leaves" : parts[1]
    }
    fields["district"] = "redditch"
    fields["action"] = "check"
    fields["joins"] = "Wilfred Amberley, Quayside, Licensing Committee, member\nWilfred Amberley, Quayside, Taxi and General Licensing Committee, substitute\nOlive Thornbury, Old Tannery"
    return fields
  }

  @Test func itIsLookedAtDoneAndTakenBack() async throws {
    try await CommitteeCast.load()
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices, .authority(3))
    let before = try await picture()
    var fields = try await form(browser)
    // What it would do: nothing is changed by looking.
    try await browser.post("/committees/turnover", fields)
    #expect(browser.status == .ok && browser.body.contains("Nothing is changed yet") && browser.body.contains("Wilfred Amberley (Quayside), Olive Thornbury (Old Tannery)"))
    #expect(try await picture() == before)
    #expect(try await CommitteeCast.value("SELECT count(*) FROM turnover", as: Int.self) == 0)
    // Back to the form with what was typed, then done.
    fields["action"] = "change"
    try await browser.post("/committees/turnover", fields)
    #expect(browser.status == .ok && browser.body.contains("Wilfred Amberley, Quayside, Licensing Committee, member"))
    fields["action"] = "do"
    fields["once"] = browser.hidden("once")
    try await browser.post("/committees/turnover", fields)
    #expect(browser.status == .ok && browser.body.contains("The committees of Redditch turn over on") && browser.body.contains("2 newly elected, 1 left office"))
    #expect(try await picture() != before)
    // Sent again: once.
    try await browser.post("/committees/turnover", fields)
    #expect(try await CommitteeCast.value("SELECT count(*) FROM turnover", as: Int.self) == 1)
    // Both committees have the new year, and the day before still has the old one.
    let leaving = try await CommitteeCast.value("SELECT id FROM member WHERE ward = 'Needle Mill' AND authority_id = 3", as: UUID.self)
    #expect(try await CommitteeCast.value("SELECT count(*) FROM appointment WHERE member_id = \(leaving) AND coalesce(ends_before, 'infinity') > \(meeting)", as: Int.self) == 0)
    let there = try await CommitteeCast.values(
      "SELECT k.name || ' ' || a.role FROM appointment a JOIN committee k ON k.id = a.committee_id JOIN member m ON m.id = a.member_id WHERE m.name = 'Wilfred Amberley' AND a.starts_on = \(meeting) ORDER BY 1", as: String.self)
    #expect(there == ["Licensing Committee member", "Taxi and General Licensing Committee substitute"])
    #expect(try await CommitteeCast.value("SELECT count(*) FROM member WHERE name = 'Olive Thornbury'", as: Int.self) == 1)
    #expect(try await CommitteeCast.value("SELECT count(*) FROM appointment WHERE authority_id <> 3 AND starts_on = \(meeting)", as: Int.self) == 0)
    // Taken back whole.
    try await browser.get("/committees")
    let undo = String(try #require(browser.body.firstMatch(of: /action="(\/committees\/turnovers\/[0-9a-f-]{36}\/undo)"/)?.1))
    try await browser.post(undo)
    #expect(browser.status == .ok && browser.body.contains("is taken back"))
    #expect(try await picture() == before)
    try await browser.post(undo)
    #expect(browser.status == .conflict)
    #expect(try await picture() == before)
  }

  @Test func itIsNotTakenBackTooLateNorInPart() async throws {
    try await CommitteeCast.load()
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices, .authority(3))
    var fields = try await form(browser)
    fields["action"] = "do"
    try await browser.post("/committees/turnover", fields)
    try await browser.get("/committees")
    let undo = String(try #require(browser.body.firstMatch(of: /action="(\/committees\/turnovers\/[0-9a-f-]{36}\/undo)"/)?.1))
    let done = try await picture()
    // Somebody newly elected has a completion by now: nothing of it is taken back.
    try await CommitteeCast.execute("INSERT INTO member_training (authority_id, member_id, course_id, completed_on, evidence) SELECT 3, id, 1, \(today - 1), 'certificate' FROM member WHERE name = 'Olive Thornbury'")
    try await browser.post(undo)
    #expect(browser.status == .conflict && browser.body.contains("cannot be taken back whole"))
    #expect(try await picture() == done)
    try await CommitteeCast.execute("UPDATE turnover SET made_at = made_at - interval '49 hours'")
    try await browser.get("/committees")
    #expect(!browser.body.contains("/undo\""))
    try await browser.post(undo)
    #expect(browser.status == .conflict)
    #expect(try await picture() == done)
    // An appointment or a member that no turnover began is not taken away, whoever asks.
    let (officer, _) = try await TestDatabase.current.signIn(.democraticServices, .authority(3))
    for statement in ["DELETE FROM appointment WHERE starts_on < \(meeting)", "DELETE FROM member WHERE name <> 'Wilfred Amberley' AND name <> 'Olive Thornbury'"] as [SQL] {
      let gone = try await TestDatabase.current.app.pool.transaction(.readWrite, prelude: [officer.identity.entering]) { try await $0.execute(statement) }
      #expect(gone == 0)
    }
  }

  @Test func whatIsWrongStandsAtItsField() async throws {
    try await CommitteeCast.load()
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices, .authority(3))
    let good = try await form(browser)
    let before = try await picture()
    let hugo = try await CommitteeCast.value("SELECT a.id FROM appointment a JOIN committee k ON k.id = a.committee_id WHERE a.authority_id = 3 AND a.role = 'vice_chair' AND a.ends_before IS NULL AND k.name = 'Licensing Committee'", as: UUID.self)
    for (change, words) in [
      (["joins": "Nobody"], "name, ward, committee, role"), (["joins": "A B, Quayside, Planning Committee"], "No committee of this district is called"),
      (["joins": "A B, Quayside, Licensing Committee, clerk"], "is not known"), (["on-day": "31", "on-month": "2"], "There is a problem"),
      (["seat-\(hugo.uuidString.lowercased())": "chair"], "Choose one chair for Licensing Committee"), (CommitteeCast.fields("on", today - 2000), "Appointments begin on"),
    ] {
      try await browser.get("/committees/turnover?district=redditch")
      try await browser.post("/committees/turnover", good.merging(change) { $1 })
      #expect(browser.status == .unprocessableContent && browser.body.contains(words), "\(words)")
    }
    #expect(try await picture() == before)
    try await browser.get("/committees/turnover?district=bromsgrove")
    #expect(browser.status == .notFound)
  }
}
