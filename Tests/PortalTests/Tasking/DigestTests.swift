import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing

/// The daily e-mail: counts and links, once a person and day whatever is killed, and not to whoever turned it off.
@Suite(.database) struct DigestTests {
  private let today = Arrange.today

  private func worker(_ hours: Double = 0) -> DigestWorker { DigestWorker(environment: TestDatabase.current.environment(now: TestDatabase.noon.addingTimeInterval(hours * 3600))) }

  private func arranged() async throws -> PlanCast {
    let cast = try await PlanCast()
    try await cast.arrange("UPDATE sec.account SET password_hash = 'x' WHERE kind = 'person'")
    let spot = try await cast.spot("CANARY-PLACE")
    let plan = try await cast.plan(for: spot)
    let late = try await cast.action("CANARY-ACTION", of: PlanCast.worcester, in: plan, due: -1)
    try await cast.report(late, .blocked, "CANARY-WORDS", by: cast.council.officer)
    let done = try await cast.action("Patrols", of: PlanCast.westMercia, in: plan)
    try await cast.report(done, .donePendingVerification, "Done", by: cast.police.officer)
    try await cast.arrange("UPDATE hot_spot SET review_by = \(today + 14)")
    return cast
  }

  private func messages(_ cast: PlanCast, to officer: Officer) async throws -> [String] {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) {
      try await $0.values("SELECT subject || E'\\n' || body FROM delivery WHERE recipient = \(officer.email) ORDER BY made_at", as: String.self)
    }
  }

  @Test func eachIsToldTheirPartInCounts() async throws {
    let cast = try await arranged()
    #expect(try await worker().workOnce() == 3)
    let chair = try #require(try await messages(cast, to: cast.chair.officer).first)
    for words in ["1 action of a plan is overdue: http://localhost:8080/plan-actions?due=overdue", "1 action is done and to be verified:", "1 hot spot is to be looked at again:", "/digest"] {
      #expect(chair.contains(words), "\(words)")
    }
    let council = try #require(try await messages(cast, to: cast.council.officer).first)
    #expect(council.contains("1 action of a plan is overdue") && !council.contains("verified") && !council.contains("hot spot"))
    #expect(try await messages(cast, to: cast.police.officer).isEmpty, "nothing is overdue of theirs")
    let all = try await cast.value("SELECT string_agg(subject || body || name || recipient, '') FROM delivery", as: String.self)
    #expect(!all.contains("CANARY") && !all.contains("West Mercia"))
    // No officer's outbox shows them: they belong to no licence.
    let (officer, browser) = try await TestDatabase.current.signIn(.licensingManager)
    #expect(try await TestDatabase.current.app.reading(as: officer) { try await $0.value("SELECT count(*) FROM delivery", as: Int.self) } == 0)
    try await browser.get("/outbox")
    #expect(browser.status == .ok)
    // The worker of the outbox carries them like any other.
    #expect(try await DeliveryWorker(environment: TestDatabase.current.environment(), carriers: []).workOnce() == 3)
    #expect(try await cast.value("SELECT count(*) FROM delivery WHERE state = 'sent'", as: Int.self) == 3)
  }

  /// Delete `on conflict do nothing` of sec.queue_digests (migration 34), or the key of digest_sent, to see this red.
  @Test func onceADayWhateverIsKilled() async throws {
    let cast = try await arranged()
    // A worker that dies before it commits has written nothing, and the next writes all.
    struct Killed: Error {}
    await #expect(throws: Killed.self) {
      try await TestDatabase.current.app.pool.transaction(.readWrite) { transaction in
        _ = try await transaction.value("SELECT sec.queue_digests(\(today), 14, 28, 250, 'http://localhost:8080', now())", as: Int.self)
        throw Killed()
      }
    }
    #expect(try await cast.value("SELECT count(*) FROM delivery", as: Int.self) == 0)
    // Several at once, and again and again that day: one each.
    let written = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 { group.addTask { try await worker().workOnce() } }
      return try await group.reduce(0, +)
    }
    #expect(written == 3)
    #expect(try await worker(6).workOnce() == 0)
    #expect(try await cast.value("SELECT count(*) FROM delivery", as: Int.self) == 3)
    // Not in the small hours of the next day, and then once more.
    #expect(try await worker(15).workOnce() == 0)
    #expect(try await worker(20).workOnce() == 3)
    #expect(try await cast.value("SELECT max(n) FROM (SELECT count(*) AS n FROM delivery GROUP BY recipient, made_at::date) x", as: Int.self) == 1)
  }

  /// Whoever handles intelligence hears of reviews and of what waits, in their partnership, as their own list shows it; and of a hot spot that
  /// lost what it rests on, whenever its review is.
  @Test func whoHandlesIntelligenceIsToldWhatWaits() async throws {
    let database = TestDatabase.current
    let cast = try await PlanCast()
    let (screener, browser) = try await database.signIn(.intelScreener, .csp(2), named: "Screener")
    let (north, _) = try await database.signIn(.intelScreener, .csp(1), named: "North")
    try await cast.arrange("UPDATE sec.account SET password_hash = 'x' WHERE kind = 'person'")
    _ = try await IntelligenceCast.police(by: screener)
    _ = try await IntelligenceCast.police(grading: .legacy(LegacyGrading(.a, .one, .referBack)), by: screener)
    let sent = try await IntelligenceCast.submission(by: cast.police.officer)
    try await IntelligenceCast.force("UPDATE intelligence_item SET review_by = \(today + 28) WHERE kind = 'police'")
    try await IntelligenceCast.force("UPDATE intelligence_item SET review_by = \(today + 90) WHERE kind = 'submission'")
    let spot = try await cast.spot()
    try await IntelligenceCast.force("UPDATE hot_spot SET review_by = \(today + 80)")
    #expect(try await worker().workOnce() == 2)
    let told = try #require(try await messages(cast, to: screener).first)
    #expect(told.contains("2 items of intelligence are to be reviewed: http://localhost:8080/intelligence?review=due"))
    #expect(told.contains("1 submission waits for an outcome: http://localhost:8080/intelligence?kind=submission&state=received"))
    #expect(!told.contains(IntelligenceCast.canary) && !told.contains("P-26") && !told.contains("hot spot"))
    for page in ["/intelligence?review=due", "/intelligence?kind=submission&state=received"] {
      try await browser.get(page)
      #expect(browser.status == .ok && browser.body.contains(page.contains("kind") ? ">S-26-" : ">P-26-"))
    }
    // An analyst does not see what only the police may read; the other partnership hears nothing of this one.
    let analyst = try #require(try await messages(cast, to: cast.analyst.officer).first)
    #expect(analyst.contains("1 item of intelligence is to be reviewed:"))
    #expect(try await messages(cast, to: north).isEmpty)
    // What the hot spot rests on is recalled.
    try await IntelligenceCast.force("INSERT INTO hot_spot_item (hot_spot_id, authority_id, item_id, csp_id, linked_by, linked_on) VALUES (\(spot.id), 4, \(sent), 2, \(screener.id), \(today))")
    try await IntelligenceCast.force(
      """
      UPDATE intelligence_item SET state = 'recalled', recalled_at = now(), destroyed_at = now(), ended_at = clock_timestamp() + interval '1 second',
        ciphertext = NULL, nonce = NULL, wrapped_key = NULL WHERE id = \(sent)
      """)
    #expect(try await worker(24).workOnce() > 0)
    let next = try #require(try await messages(cast, to: screener).last)
    #expect(next.contains("1 hot spot is to be looked at again:") && !next.contains("submission waits"))
  }

  @Test func whoeverTurnedItOffIsNotWrittenTo() async throws {
    let cast = try await arranged()
    let council = cast.council.browser
    try await council.get("/digest")
    try await council.post("/digest", ["wanted": ""])
    #expect(council.status == .unprocessableContent)
    try await council.post("/digest", ["wanted": "off"])
    #expect(council.status == .ok && council.body.contains("no daily e-mail any more"))
    try await cast.arrange("UPDATE sec.account SET disabled_at = now() WHERE id = \(cast.analyst.officer.id)")
    #expect(try await worker().workOnce() == 1)
    #expect(try await messages(cast, to: cast.chair.officer).count == 1)
    try await council.get("/digest")
    try await council.post("/digest", ["wanted": "on"])
    #expect(try await worker(1).workOnce() == 1)
    #expect(try await messages(cast, to: cast.council.officer).count == 1)
  }
}
