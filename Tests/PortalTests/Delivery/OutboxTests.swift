import Domain
import Foundation
import Portal
import Postgres
import Synchronization
import TestSupport
import Testing
import Web

/// What is to be sent waits with its issue in one transaction and goes out once, whoever dies on the way.
@Suite(.database) struct OutboxTests {
  private let today = Arrange.today

  /// A carrier that answers as it is told, and notes what it took by reference.
  private final class Post: Carrier {
    let name = "post"
    let taken = Mutex<[String]>([])
    let answers: Mutex<[CarrierAnswer]>
    init(_ answers: [CarrierAnswer] = []) { self.answers = Mutex(answers) }
    func carries(_ channel: String) -> Bool { channel == "email" }
    func send(_ message: LeasedMessage) async -> CarrierAnswer {
      taken.withLock { $0.append(message.reference) }
      return answers.withLock { $0.isEmpty ? .taken("id-" + message.reference) : $0.removeFirst() }
    }
  }

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }

  private func worker(_ carriers: [any Carrier], after seconds: Double = 0) -> DeliveryWorker {
    DeliveryWorker(environment: TestDatabase.current.environment(now: TestDatabase.noon.addingTimeInterval(seconds)), carriers: carriers)
  }

  /// A holder with an e-mail address, given guidance and sent the link from the record's page.
  private func sent() async throws -> (licence: UUID, officer: Browser) {
    let version = try await Arrange.version(1, from: today.adding(years: -2))
    let licence = try await Arrange.licence("RE-1")
    try await TestDatabase.current.owner.pool.transaction(.readWrite) {
      _ = try await $0.execute("UPDATE party SET email = 'amina@example.org'")
      _ = try await $0.execute(
        "INSERT INTO guidance_text (version_id, language, form, body, content_hash) VALUES (\(version), 'en', 'text', 'See it.', sha256('x'))")
    }
    let issue = try await Arrange.issue(version, to: licence, on: today)
    let (_, officer) = try await TestDatabase.current.signIn(.regulatoryOfficer)
    try await officer.get("/licences/\(licence.uuidString)")
    try await officer.post("/licences/\(licence.uuidString)/issues/\(issue.uuidString)/message")
    return (licence, officer)
  }

  @Test func theDefaultKeepsMessagesToBeRead() async throws {
    let (licence, officer) = try await sent()
    #expect(try await worker([]).workOnce() == 1)
    try await officer.get("/outbox")
    let path = String(try #require(officer.body.firstMatch(of: /href="(\/outbox\/[0-9a-f-]{36})"/)?.1))
    try await officer.get(path)
    // Days in messages are written with single spaces, whatever the month.
    #expect(officer.body.contains("The link works once, until ") && officer.body.firstMatch(of: /until \d+ [A-Z][a-z]+ \d{4}\./) != nil)
    let link = String(try #require(officer.body.firstMatch(of: /http:\/\/localhost:8080(\/a\/[A-Za-z0-9_-]{43})/)?.1))
    let holder = Browser(try TestDatabase.current.site())
    try await holder.get(link)
    try await holder.post(link, ["language": "en", "name": "Amina Begum", "agree": "yes"])
    #expect(holder.body.contains("Thank you"))
    #expect(try await Arrange.lights(licence, on: today).ack == "acknowledged")
    // Asked for again, nothing more is written.
    #expect(try await value("SELECT count(*) FROM delivery", as: Int.self) == 1)
  }

  /// A carrier that takes a message leaves no link behind, and is not given it twice.
  @Test func takenOnceAndForgotten() async throws {
    _ = try await sent()
    let post = Post()
    #expect(try await worker([post]).workOnce() == 1)
    #expect(try await worker([post], after: 600).workOnce() == 0)
    #expect(post.taken.withLock { $0.count } == 1)
    #expect(try await value("SELECT state || body FROM delivery", as: String.self) == "sent")
  }

  /// A worker that dies with a message in hand leaves it to the next, under the same reference; its own late word counts no more.
  /// Delete `and d.attempts = attempt` from sec.settle_message (migration 18) to see the second half red.
  @Test func aDeadWorkersMessageGoesOn() async throws {
    _ = try await sent()
    let app = TestDatabase.current.app.pool
    let lost = try await app.transaction(.readWrite) {
      try await $0.all("SELECT * FROM sec.lease_messages(50, \(TestDatabase.noon))", as: LeasedMessage.self)
    }
    let post = Post()
    #expect(try await worker([post], after: 60).workOnce() == 0, "still leased")
    #expect(try await worker([post], after: 121).workOnce() == 1)
    #expect(post.taken.withLock { $0 } == lost.map(\.reference))
    let late = try await app.transaction(.readWrite) {
      try await $0.value("SELECT sec.settle_message(\(lost[0].id), 1::smallint, 'failed', 'post', NULL, 'late', NULL, \(TestDatabase.noon))", as: Bool.self)
    }
    #expect(!late)
    #expect(try await value("SELECT state FROM delivery", as: String.self) == "sent")
  }

  /// Waits longer each time, gives up after eight, says why, and can be told to try again.
  @Test func patienceEndsAndCanBeRenewed() async throws {
    let (_, officer) = try await sent()
    let post = Post(Array(repeating: .later("the mail server could not be reached, or was busy", after: nil), count: 8))
    var clock = 0.0
    for attempt in 1...8 {
      #expect(try await worker([post], after: clock).workOnce() == 1, "attempt \(attempt)")
      #expect(try await worker([post], after: clock + 1).workOnce() == 0, "too early after \(attempt)")
      clock += 20_000
    }
    #expect(try await value("SELECT state FROM delivery", as: String.self) == "dead")
    try await officer.get("/outbox?show=troubled")
    #expect(officer.body.contains("Given up") && officer.body.contains("The mail server could not be reached"))
    let path = String(try #require(officer.body.firstMatch(of: /href="(\/outbox\/[0-9a-f-]{36})"/)?.1))
    try await officer.get(path)
    try await officer.post(path + "/retry")
    #expect(try await worker([post], after: clock).workOnce() == 1)
    #expect(try await value("SELECT state FROM delivery", as: String.self) == "sent")
  }

  /// A refusal is not tried again by itself.
  @Test func aRefusalStands() async throws {
    _ = try await sent()
    let post = Post([.refused("the mail server does not know the address")])
    #expect(try await worker([post]).workOnce() == 1)
    #expect(try await worker([post], after: 1_000_000).workOnce() == 0)
    #expect(try await value("SELECT state FROM delivery", as: String.self) == "failed")
  }

  /// One reminder a rung; on the last, the holder is on the list of those to talk to. Acknowledged, they are on no list.
  @Test func theLadder() async throws {
    let (licence, _) = try await sent()
    func chase(_ days: Int, reminding: Bool) async throws -> Browser {
      let later = TestDatabase.noon.addingTimeInterval(Double(days) * 86_400)
      let browser = Browser(try TestDatabase.current.site(now: later))
      let (_, fresh) = try await TestDatabase.current.signIn(.regulatoryOfficer)
      browser.stealCookies(from: fresh)
      try await browser.get("/chase")
      if reminding { try await browser.post("/chase") }
      return browser
    }
    #expect(try await chase(6, reminding: false).body.contains("Nobody is being reminded"))
    _ = try await chase(7, reminding: true)
    _ = try await chase(8, reminding: true)
    #expect(try await value("SELECT count(*) FROM delivery WHERE purpose = 'reminder'", as: Int.self) == 1)
    _ = try await chase(14, reminding: true)
    let last = try await chase(28, reminding: true)
    #expect(try await value("SELECT count(*) FROM delivery WHERE purpose = 'reminder'", as: Int.self) == 3)
    #expect(!last.body.contains("Nobody has to be talked to") && last.body.contains("Amina Begum"))
    try await TestDatabase.current.owner.pool.transaction(.readWrite) {
      _ = try await $0.execute(
        """
        INSERT INTO acknowledgement (issuance_id, version_id, registration_id, authority_id, method, acknowledged_on, recorded_by)
        SELECT id, version_id, registration_id, authority_id, 'wet_signature', issued_on, recorded_by FROM issuance WHERE registration_id = \(licence)
        """)
    }
    #expect(try await chase(29, reminding: false).body.contains("Nobody has to be talked to"))
  }
}
