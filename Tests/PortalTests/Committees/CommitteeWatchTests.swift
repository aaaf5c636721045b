import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import Synchronization
import TestSupport
import Testing
import Web

/// What committees are told goes out once, whatever is killed, and says nothing that is nobody else's business.
@Suite(.database) struct CommitteeWatchTests {
  private let today = CommitteeCast.today

  private func watch(after days: Int = 0) -> CommitteeWatch {
    CommitteeWatch(environment: TestDatabase.current.environment(now: TestDatabase.noon.addingTimeInterval(86_400 * Double(days))))
  }

  /// One councillor of Redditch, trained so that it counts for so many days more, today being the first of them.
  @discardableResult private func member(_ name: String = "Ann Lee", email: String? = "ann@example.org", lasts days: Int) async throws -> UUID {
    try await CommitteeCast.execute("""
      INSERT INTO committee (authority_id, name, regime) SELECT 3, 'Licensing Committee', 'la2003' WHERE NOT EXISTS (SELECT FROM committee)
      """)
    try await CommitteeCast.execute("""
      INSERT INTO training_requirement (authority_id, course_id, regimes, starts_on, validity_months) SELECT 3, 1, '{la2003}', '2020-01-01', 12 WHERE NOT EXISTS (SELECT FROM training_requirement)
      """)
    try await CommitteeCast.execute("INSERT INTO member (authority_id, name, sort_name, name_key, email, office_from) VALUES (3, \(name), lower(\(name)), lower(\(name)), \(email), '2020-01-01')")
    let id = try await CommitteeCast.value("SELECT id FROM member WHERE name = \(name)", as: UUID.self)
    try await CommitteeCast.execute("INSERT INTO appointment (authority_id, committee_id, member_id, role, starts_on) SELECT 3, id, \(id), 'member', '2024-05-20' FROM committee")
    try await CommitteeCast.execute("INSERT INTO member_training (authority_id, member_id, course_id, completed_on, evidence) VALUES (3, \(id), 1, \((today + days).adding(months: -12)), 'certificate')")
    try await CommitteeCast.execute("""
      INSERT INTO training_signature (training_id, member_id, authority_id, how, signed_name, signed_on, recorded_by)
      SELECT id, member_id, authority_id, 'sheet', 'x', completed_on, sec.me() FROM member_training WHERE member_id = \(id)
      """)
    return id
  }

  /// Each step once, the narrowest that is reached, for as long as the end is the same. Delete `x.step <= r.step` from
  /// sec.write_member_reminders (migration 31) to see wider steps go out after narrower ones.
  @Test func eachStepGoesOutOnce() async throws {
    try await member(lasts: 100)  // the last day is today + 99
    for (after, written) in [(0, 0), (8, 0), (9, 1), (10, 0), (30, 0), (39, 1), (68, 0), (69, 1), (69, 0), (92, 1), (99, 0), (100, 0), (130, 0)] {
      #expect(try await watch(after: after).workOnce().reminders == written, "after \(after) days")
    }
    #expect(try await CommitteeCast.values("SELECT step::text FROM member_reminder ORDER BY made_at", as: String.self) == ["90", "60", "30", "7"])
    #expect(try await CommitteeCast.value("SELECT count(*) FROM delivery WHERE purpose = 'member_reminder' AND recipient = 'ann@example.org'", as: Int.self) == 4)
    #expect(try await CommitteeCast.value("SELECT count(*) FROM audit.entry WHERE body::jsonb ->> 'verb' = 'remindMembers'", as: Int.self) == 4)
  }

  /// Whoever was away when a step passed is reminded of the one reached now, not of all.
  @Test func whatWasMissedIsNotSentAfterwards() async throws {
    try await member(lasts: 100)
    #expect(try await watch(after: 70).workOnce().reminders == 1)
    #expect(try await CommitteeCast.values("SELECT step::text FROM member_reminder", as: String.self) == ["30"])
    #expect(try await watch(after: 40).workOnce().reminders == 0, "a wider step after a narrower one")
  }

  /// Killed between writing and the commit, nothing is half there; run twice at once, it is written once.
  @Test func whateverIsKilledItGoesOnce() async throws {
    struct Killed: Error {}
    try await member(lasts: 20)
    let app = TestDatabase.current.app.pool
    await #expect(throws: Killed.self) {
      try await app.transaction(.readWrite) { transaction in
        _ = try await transaction.value("SELECT account_id FROM sec.enter_committee_watch()", as: UUID.self)
        _ = try await transaction.execute("SELECT * FROM sec.write_member_reminders(\(today), '{90,60,30,7}'::smallint[], 'http://x', \(TestDatabase.noon))")
        throw Killed()
      }
    }
    #expect(try await CommitteeCast.value("SELECT (SELECT count(*) FROM member_reminder) + (SELECT count(*) FROM delivery)", as: Int.self) == 0)
    let written = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 { group.addTask { try await watch().workOnce().reminders } }
      return try await group.reduce(0, +)
    }
    #expect(written == 1)
    // Two that did not see each other's work: the key of the reminder lets one through.
    try await CommitteeCast.execute("UPDATE member SET email = 'other@example.org'")
    #expect(try await watch().workOnce().reminders == 0)
    #expect(try await CommitteeCast.value("SELECT count(*) FROM delivery", as: Int.self) == 1)
    // The outbox sends it once.
    let post = Post()
    for _ in 0..<3 { _ = try await DeliveryWorker(environment: TestDatabase.current.environment(), carriers: [post]).workOnce() }
    #expect(post.taken.withLock { $0 } == ["ann@example.org"])
    #expect(try await CommitteeCast.value("SELECT state || body FROM delivery", as: String.self) == "sent")
    #expect(try await CommitteeCast.value("SELECT words LIKE '%/my-training%' FROM member_reminder", as: Bool.self))
  }

  private final class Post: Carrier {
    let name = "post"
    let taken = Mutex<[String]>([])
    func carries(_ channel: String) -> Bool { channel == "email" }
    func send(_ message: LeasedMessage) async -> CarrierAnswer {
      taken.withLock { $0.append(message.recipient) }
      return .taken(nil)
    }
  }

  @Test func whoSwitchedItOffOrHasNoAddressIsLeftAlone() async throws {
    let id = try await member(lasts: 20)
    try await member("Basil Underwood", email: nil, lasts: 20)
    try await member("Olive Thornbury", email: "olive@example.org", lasts: 200)
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices)
    let path = "/members/\(id.uuidString.lowercased())"
    try await browser.get(path)
    #expect(browser.body.contains("Switch reminders off"))
    try await browser.post(path + "/reminders", ["wanted": "no"])
    #expect(browser.body.contains("Reminders are switched off.") && browser.body.contains("Switch reminders on"))
    #expect(try await watch().workOnce().reminders == 0)
    try await browser.get("/training/reminders")
    #expect(browser.body.contains("Switched off") && browser.body.contains("No address"))
    try await browser.get(path)
    try await browser.post(path + "/reminders", ["wanted": "yes"])
    #expect(try await watch().workOnce().reminders == 1)
    try await browser.get("/training/reminders")
    #expect(browser.body.contains("At 30 days"))
    // A refresher that follows without a gap: nothing runs out, nobody is reminded.
    #expect(try await CommitteeCast.values("SELECT name FROM delivery", as: String.self) == ["Ann Lee"])
  }

  /// A message names its reader and nobody else; the register's officers do not see it; a page tells of it.
  @Test func whatWasSentIsShownToThoseWhoKeepCommittees() async throws {
    try await CommitteeCast.load()
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices, .authority(3), named: "Winifred Ashe")
    _ = try await watch().workOnce()
    try await browser.get("/training/sent")
    #expect(browser.status == .ok && browser.body.contains("Training runs out") && browser.body.contains("Petra Lindley"))
    let path = String(try #require(browser.body.firstMatch(of: /href="(\/training\/sent\/[0-9a-f-]{36})"/)?.1))
    try await browser.get(path)
    #expect(browser.body.contains("See what you hold, and book a session") || browser.body.contains("See why, and who else can sit"))
    let words = try await CommitteeCast.values("SELECT body FROM delivery WHERE registration_id IS NULL", as: String.self)
    #expect(!words.isEmpty)
    let subjects = try await CommitteeCast.values("SELECT subject FROM hearing", as: String.self)
    for text in words { #expect(!subjects.contains { text.contains($0) } && !text.contains("quay"), "\(text)") }
    // Somebody else's district is not there, nor is any of it in the outbox of the register.
    let (_, other) = try await TestDatabase.current.signIn(.democraticServices, .authority(1))
    try await other.get(path)
    #expect(other.status == .notFound)
    let (officer, manager) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    try await manager.get("/outbox")
    #expect(manager.status == .ok && !manager.body.contains("Petra Lindley") && !manager.body.contains("Your training counts"))
    #expect(try await TestDatabase.current.app.read(as: officer, Query<Scalar<Int>>("SELECT count(*) FROM delivery WHERE registration_id IS NULL")).map(\.value) == [0])
  }

  /// What did not arrive is written once more, to the address of today; the old one is cancelled, so that nobody gets both.
  @Test func whatDidNotArriveIsSentAgain() async throws {
    try await CommitteeCast.load()
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices, .authority(3), named: "Winifred Ashe")
    _ = try await watch().workOnce()
    try await browser.get("/training/sent")
    let path = String(try #require(browser.body.firstMatch(of: /href="(\/training\/sent\/[0-9a-f-]{36})"[^>]*>Petra Lindley/)?.1))
    try await browser.get(path)
    #expect(!browser.body.contains("Send it again"))
    try await browser.post(path + "/again")
    #expect(browser.status == .conflict)
    try await TestDatabase.current.owner.pool.transaction(.readWrite) {
      _ = try await $0.execute("UPDATE delivery SET state = 'failed', last_error = 'no such mailbox' WHERE id = \(try #require(UUID(uuidString: String(path.suffix(36)))))")
      _ = try await $0.execute("UPDATE member SET email = 'petra@example.net' WHERE name = 'Petra Lindley'")
    }
    try await browser.get(path)
    #expect(browser.body.contains("No such mailbox") && browser.body.contains("Send it again"))
    try await browser.post(path + "/again")
    #expect(browser.status == .ok && browser.body.contains("on the way to petra@example.net") && browser.body.contains("Waiting"))
    #expect(try await CommitteeCast.values("SELECT count(*) || ' ' || min(state) || ' ' || max(state) FROM delivery WHERE name = 'Petra Lindley' AND recipient IN ('petra@example.net', (SELECT recipient FROM delivery WHERE state = 'cancelled'))", as: String.self) == ["2 cancelled queued"])
    // Nothing is written a third time by the watch.
    #expect(try await watch().workOnce().reminders == 0)
    try await browser.get(path)
    try await browser.post(path + "/again")
    #expect(browser.status == .conflict)
  }

  /// A break is told of once to each who keeps those committees, however it grows; mended and broken again it is another.
  @Test func aBrokenPanelIsToldOfOnceABreak() async throws {
    try await CommitteeCast.load()
    // What the demonstration has broken already is not what this is about.
    let (officer, _) = try await TestDatabase.current.signIn(.democraticServices, .authority(3), named: "Winifred Ashe")
    let (elsewhere, _) = try await TestDatabase.current.signIn(.democraticServices, .authority(1), named: "Somebody Else")
    _ = try await watch().workOnce()
    let before = try await CommitteeCast.value("SELECT count(*) FROM panel_notice", as: Int.self)
    let id = try await CommitteeCast.hearing("RE/LA/041")
    let day = try await CommitteeCast.value("SELECT held_on FROM hearing WHERE id = \(id)", as: Day.self)
    #expect(try await watch().workOnce().panels == 0)
    // Moved past the end of one member's training.
    let later = TestDatabase.current.settings.workingDays.onOrAfter(day + 7)
    try await CommitteeCast.execute("UPDATE hearing SET held_on = \(later) WHERE id = \(id)")
    #expect(try await watch().workOnce().panels == 1)
    let told = try await CommitteeCast.values("SELECT d.recipient FROM delivery d JOIN panel_notice n ON n.delivery_id = d.id ORDER BY d.made_at", as: String.self)
    #expect(told.count == before + 1 && told.contains(officer.email) && !told.suffix(1).contains(elsewhere.email))
    // It grows: another member resigns. The same break.
    try await CommitteeCast.execute("UPDATE appointment SET ends_before = \(today) WHERE ends_before IS NULL AND member_id = (SELECT s.member_id FROM panel_seat s JOIN panel p ON p.id = s.panel_id WHERE p.hearing_id = \(id) AND s.seat = 3)")
    #expect(try await watch().workOnce().panels == 0)
    // Mended by a dispensation of the first and by taking the resignation back; then the resignation comes after all: another break.
    try await CommitteeCast.execute("UPDATE appointment SET ends_before = NULL WHERE ends_before = \(today)")
    try await CommitteeCast.execute("""
      INSERT INTO training_decision (authority_id, member_id, course_id, kind, starts_on, ends_before, decided_by, reason, recorded_by)
      SELECT 3, s.member_id, 1, 'dispensation', \(today), \(today + 90), 'x', 'x', sec.me() FROM panel_seat s JOIN panel p ON p.id = s.panel_id WHERE p.hearing_id = \(id)
      """)
    #expect(try await watch().workOnce().panels == 0)
    #expect(try await CommitteeCast.value("SELECT count(*) FROM panel_break WHERE hearing_id = \(id) AND mended_at IS NOT NULL", as: Int.self) == 1)
    try await CommitteeCast.execute("UPDATE appointment SET ends_before = \(today + 1) WHERE member_id = (SELECT s.member_id FROM panel_seat s JOIN panel p ON p.id = s.panel_id WHERE p.hearing_id = \(id) AND s.seat = 3) AND ends_before IS NULL")
    #expect(try await watch().workOnce().panels == 1)
    #expect(try await watch(after: 1).workOnce().panels == 0)
    // Cancelled: its break is over, and nothing is said of it any more.
    try await CommitteeCast.execute("UPDATE hearing SET status = 'cancelled' WHERE id = \(id)")
    #expect(try await watch(after: 1).workOnce().panels == 0)
    #expect(try await CommitteeCast.value("SELECT count(*) FROM panel_break WHERE hearing_id = \(id) AND mended_at IS NULL", as: Int.self) == 0)
  }

  /// The watch reads committees and changes nothing: its context opens no register and no write.
  @Test func theWatchReadsAndChangesNothing() async throws {
    try await CommitteeCast.load()
    let app = TestDatabase.current.app.pool
    let seen = try await app.transaction(.readWrite, prelude: ["SELECT account_id FROM sec.enter_committee_watch()"]) { transaction in
      let members = try await transaction.value("SELECT count(*) FROM member", as: Int.self)
      let licences = try await transaction.value("SELECT count(*) FROM registration", as: Int.self)
      let changed = try await transaction.execute("UPDATE hearing SET subject = 'mine'")
      return [members, licences, changed]
    }
    #expect(seen[0] > 40 && seen[1] == 0 && seen[2] == 0)
    await #expect(throws: PostgresError.self) {
      try await app.transaction(.readWrite, prelude: ["SELECT account_id FROM sec.enter_committee_watch()"]) {
        _ = try await $0.execute("INSERT INTO member_away (authority_id, member_id, starts_on, ends_before, recorded_by) SELECT authority_id, id, '2026-01-01', '2026-01-02', sec.me() FROM member LIMIT 1")
      }
    }
  }
}
