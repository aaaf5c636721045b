import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// The main job, walked as democratic services walks it.
@Suite(.database) struct PanelJourneyTests {
  private let today = CommitteeCast.today

  @Test func aMovedHearingBreaksItsPanelAndTheListMendsIt() async throws {
    try await CommitteeCast.load()
    let id = try await CommitteeCast.hearing()
    let path = "/hearings/\(id.uuidString.lowercased())"
    let day = try await CommitteeCast.value("SELECT held_on FROM hearing WHERE id = \(id)", as: Day.self)
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices)
    try await browser.get(path)
    #expect(browser.body.contains("May sit; ") && !browser.body.contains("may not sit on"))
    try await browser.get("/hearings")
    #expect(browser.body.contains("May sit; advice: "))
    // A slip of the pen is no day for a hearing.
    for (slip, words) in [(today - 1, "Enter a day from today on"), (today.adding(years: 2) + 1, "Enter a day within two years")] {
      try await browser.get(path + "/day")
      try await browser.post(path + "/day", CommitteeCast.fields("to", slip))
      #expect(browser.status == .unprocessableContent && browser.body.contains(words))
    }
    // Moved a week: one member's training has run out by then.
    try await browser.get(path + "/day")
    var fields = CommitteeCast.fields("to", TestDatabase.current.settings.workingDays.onOrAfter(day + 7))
    fields["reason"] = "The applicant’s solicitor is ill"
    fields["version"] = browser.hidden("version") ?? ""
    try await browser.post(path + "/day", fields)
    #expect(browser.status == .ok && browser.body.contains("This panel may not sit") && browser.body.contains(", before the hearing"))
    try await browser.get(path + "/certificate")
    #expect(browser.body.contains(", before the hearing") && !browser.body.contains("_ON_H"), "the sentence, not the code of the rule")
    try await browser.get(path)
    #expect(browser.body.contains("From the day of the hearing on there is none") && browser.body.contains("Before it, the last is"))
    try await browser.get("/hearings")
    #expect(browser.body.contains("Panels that may not sit") && browser.body.contains("RE/LA/041"))
    // The first of the ranked list takes the place.
    try await browser.get(path)
    let body = browser.body
    let out = try #require(body.firstMatch(of: /name="out" value="([0-9a-f-]{36})"/)?.1)
    let substitute = try #require(body.firstMatch(of: /name="in" value="([0-9a-f-]{36})"/)?.1)
    let number = try #require(body.firstMatch(of: /name="panel" value="([0-9]+)"/)?.1)
    let form = ["out": String(out), "in": String(substitute), "panel": String(number)]
    try await browser.post(path + "/replacement", form)
    #expect(browser.status == .ok && !browser.body.contains("This panel may not sit"))
    // Sent again from the page that was there before: refused, nothing happens twice.
    try await browser.post(path + "/replacement", form)
    #expect(browser.status == .conflict)
    #expect(try await CommitteeCast.value("SELECT count(*) FROM panel WHERE hearing_id = \(id)", as: Int.self) == 2)
    try await browser.get(path + "/certificate")
    #expect(browser.body.contains("Nothing forbids this panel to sit"))
    let hash = try await CommitteeCast.value("SELECT encode(hash, 'hex') FROM audit.entry WHERE body::jsonb ->> 'verb' = 'choosePanel' ORDER BY seq DESC LIMIT 1", as: String.self)
    #expect(browser.body.contains(hash))
    try await browser.get(path)
    #expect(browser.body.contains("Chose the panel of hearing RE/LA/041") && browser.body.contains("Moved hearing RE/LA/041"))
  }

  /// Statute cannot be overridden; local rule can, with a reason; and the reason covers what it was given for, no more.
  @Test func localRuleIsPutAsideWithAReasonOnly() async throws {
    try await CommitteeCast.load()
    let id = try await CommitteeCast.hearing("RE/LA/044")
    let path = "/hearings/\(id.uuidString.lowercased())"
    let committee = try await CommitteeCast.committee()
    let members = try await CommitteeCast.values("SELECT member_id FROM appointment WHERE committee_id = \(committee) AND ends_before IS NULL ORDER BY recorded_at, id", as: UUID.self)
    let untrained = try await CommitteeCast.value(
      "SELECT t.member_id FROM training_matrix(\(today)) t JOIN training_course c ON c.id = t.course_id WHERE t.state = 'overdue' AND c.code = 'cse_awareness' AND t.authority_id = 3",
      as: UUID.self)
    let able = try await CommitteeCast.values("SELECT member_id FROM committee_able(ARRAY[\(committee)]::uuid[]) WHERE able @> (SELECT held_on FROM hearing WHERE id = \(id))", as: UUID.self)
    #expect(members.contains(untrained) && !able.contains(untrained))
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices)
    try await browser.get(path + "/panel")
    func seats(_ ids: [UUID]) -> [String: String] {
      var fields = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ("seat-\($0.offset + 1)", $0.element.uuidString.lowercased()) })
      fields["panel"] = "0"
      fields["action"] = "choose"
      return fields
    }
    try await browser.post(path + "/panel", seats([able[0], able[1]]))
    #expect(browser.status == .unprocessableContent && browser.body.contains("three members of the committee hear it") && !browser.body.contains("name=\"override\""))
    try await browser.post(path + "/panel", seats([able[0], able[1], able[1]]))
    #expect(browser.status == .unprocessableContent && browser.body.contains("is on the panel more than once"))
    try await browser.post(path + "/panel", seats([able[0], able[1], untrained]))
    #expect(browser.status == .unprocessableContent && browser.body.contains("Enter the reason for putting local rule aside"))
    var fields = seats([able[0], able[1], untrained])
    fields["override"] = "Nobody else is in the county that week"
    try await browser.post(path + "/panel", fields)
    #expect(browser.status == .ok && browser.body.contains("Sits by override"))
    // Another rule of another member is not covered by that reason.
    try await CommitteeCast.execute(
      "INSERT INTO training_void (training_id, member_id, authority_id, reason, recorded_by) SELECT id, member_id, authority_id, 'Forged', sec.me() FROM member_training WHERE member_id = \(able[0]) AND course_id = 1")
    try await browser.get(path)
    #expect(browser.body.contains("This panel may not sit"))
  }

  @Test func theMayTurnoverIsOneStep() async throws {
    try await CommitteeCast.load()
    let id = try await CommitteeCast.committee()
    let path = "/committees/\(id.uuidString.lowercased())/turnover"
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices)
    try await browser.get(path)
    let chosen = try await CommitteeCast.values("SELECT member_id::text || ' ' || role FROM appointment WHERE committee_id = \(id) AND ends_before IS NULL ORDER BY role, member_id", as: String.self)
    var fields = CommitteeCast.fields("on", today + 30)
    fields["key"] = browser.hidden("key") ?? ""
    for (index, line) in chosen.enumerated() {
      let parts = line.split(separator: " ").map(String.init)
      fields["role-\(parts[0])"] = parts[1] == "member" && index % 3 == 0 ? "left" : parts[1]
    }
    fields["elected"] = "Wilfred Amberley, Quayside\nNot a line"
    try await browser.post(path, fields)
    #expect(browser.status == .unprocessableContent && browser.body.contains("name, comma, ward"))
    fields["elected"] = "Wilfred Amberley, Quayside\nOlive Thornbury, Pear Hill\n"
    try await browser.post(path, fields)
    #expect(browser.status == .ok && browser.body.contains("Wilfred Amberley"))
    try await browser.get(path)
    try await browser.post(path, fields)  // the same form again: its key was used
    let begun = try await CommitteeCast.value("SELECT count(*) FROM appointment WHERE committee_id = \(id) AND starts_on = \(today + 30)", as: Int.self)
    let left = try await CommitteeCast.value("SELECT count(*) FROM member WHERE office_before = \(today + 30)", as: Int.self)
    #expect(begun == chosen.count - left + 2 && left > 0)
    // The day before still has the old committee, whole.
    #expect(try await CommitteeCast.value("SELECT members FROM committee_strength(ARRAY[\(id)]::uuid[], \(today + 29), 1)", as: Int.self) == chosen.count)
    #expect(try await CommitteeCast.value("SELECT members FROM committee_strength(ARRAY[\(id)]::uuid[], \(today + 30), 1)", as: Int.self) == begun)
    // Nobody's training is lost, and the newly elected owe theirs within the days of induction.
    #expect(try await CommitteeCast.value("SELECT count(*) FROM training_matrix(\(today + 30)) t JOIN member m ON m.id = t.member_id WHERE m.name = 'Olive Thornbury' AND t.state = 'due'", as: Int.self) == 3)
  }

  /// A member sees their own page and nothing of the others; signs once; books and gives back.
  @Test func aMemberHasTheirOwnPage() async throws {
    try await CommitteeCast.load()
    let (officer, browser) = try await TestDatabase.current.signIn(.memberSelf, .authority(3), named: "Petra Lindley")
    try await browser.get("/my-training")
    #expect(browser.body.contains("No member’s record bears your address"))
    try await CommitteeCast.execute("UPDATE member SET email = \(officer.email) WHERE name = 'Petra Lindley'")
    try await browser.get("/my-training")
    #expect(browser.body.contains("Sign<span") && browser.body.contains("Book a place"))
    let names = try await TestDatabase.current.app.read(as: officer, Query<Scalar<String>>("SELECT name FROM member")).map(\.value)
    #expect(names == ["Petra Lindley"])
    let sign = try #require(browser.body.firstMatch(of: /href="(\/my-training\/[0-9a-f-]+\/signature)"/)?.1)
    try await browser.get(String(sign))
    try await browser.post(String(sign), ["name": ""])
    #expect(browser.status == .unprocessableContent)
    try await browser.post(String(sign), ["name": "Mickey Mouse", "confirm": "yes"])
    #expect(browser.status == .unprocessableContent && browser.body.contains("Type your own name as it is in the register: Petra Lindley"))
    #expect(browser.body.contains("value=\"Mickey Mouse\""))
    try await browser.post(String(sign), ["name": "Petra Lindley", "confirm": "yes"])
    #expect(browser.status == .ok && browser.body.contains("You signed for"))
    #expect(try await CommitteeCast.value("SELECT how FROM training_signature g JOIN member m ON m.id = g.member_id WHERE m.name = 'Petra Lindley' ORDER BY recorded_at DESC LIMIT 1", as: String.self) == "screen")
    let book = try #require(browser.body.firstMatch(of: /action="(\/my-training\/sessions\/[0-9a-f-]+\/booking)"/)?.1)
    try await browser.post(String(book))
    #expect(browser.body.contains("You have a place on") && browser.body.contains("Give my place back"))
    let back = try #require(browser.body.firstMatch(of: /action="(\/my-training\/sessions\/[0-9a-f-]+\/return)"/)?.1)
    try await browser.post(String(back))
    #expect(browser.body.contains("is given back"))
    // Somebody else's training is not there.
    let other = try await CommitteeCast.value("SELECT t.id FROM member_training t JOIN member m ON m.id = t.member_id WHERE m.name <> 'Petra Lindley' AND m.authority_id = 3 LIMIT 1", as: UUID.self)
    try await browser.get("/my-training/\(other.uuidString.lowercased())/signature")
    #expect(browser.status == .notFound)
  }

  @Test func aSignatureIsTheMembersOwnName() {
    for typed in ["Petra Lindley", "petra  LINDLEY", "P. Lindley", "Lindley, Petra", "Cllr Pétra Lindley"] { #expect(NewMember.isSignature(typed, of: "Petra Lindley"), "\(typed)") }
    for typed in ["Mickey Mouse", "Petra", "P. L.", "Mickey Lindley", "", "."] { #expect(!NewMember.isSignature(typed, of: "Petra Lindley"), "\(typed)") }
    #expect(NewMember.isSignature("Siobhan O Brien", of: "Siobhán O’Brien") && NewMember.isSignature("S. Kallini", of: "Sara El-Kallini"))
  }

  @Test func aChairOfOneDistrictSeesNoOther() async throws {
    try await CommitteeCast.load()
    let (officer, browser) = try await TestDatabase.current.signIn(.committeeChair, .authority(3))
    for table in ["committee", "member", "appointment", "member_training", "hearing", "panel", "training_requirement", "training_session", "session_booking"] {
      let authorities = try await TestDatabase.current.app.read(as: officer, Query<Scalar<Int>>(Self.authorities[table] ?? "")).map(\.value)
      #expect(authorities == [3], "\(table)")
    }
    let foreign = try await CommitteeCast.hearing("BR/LA/041")
    try await browser.get("/hearings/\(foreign.uuidString.lowercased())")
    #expect(browser.status == .notFound)
    // Reading is not writing.
    let own = try await CommitteeCast.hearing()
    let changed = try await TestDatabase.current.app.pool.transaction(.readWrite, prelude: [officer.identity.entering]) {
      try await $0.execute("UPDATE hearing SET subject = 'mine' WHERE id = \(own)")
    }
    #expect(changed == 0)
    try await browser.get("/")
    #expect(browser.path == "/training")
  }

  private static let authorities: [String: SQL] = [
    "committee": "SELECT DISTINCT authority_id FROM committee", "member": "SELECT DISTINCT authority_id FROM member", "appointment": "SELECT DISTINCT authority_id FROM appointment",
    "member_training": "SELECT DISTINCT authority_id FROM member_training", "hearing": "SELECT DISTINCT authority_id FROM hearing", "panel": "SELECT DISTINCT authority_id FROM panel",
    "training_requirement": "SELECT DISTINCT authority_id FROM training_requirement", "training_session": "SELECT DISTINCT authority_id FROM training_session",
    "session_booking": "SELECT DISTINCT authority_id FROM session_booking",
  ]
}
