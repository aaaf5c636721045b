import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// The key that wraps the keys of items: changed, taken away, or another's. Nothing opens that should not, and nothing is lost.
@Suite(.database) struct IntelligenceKeyTests {
  private typealias Cast = IntelligenceCast

  private func rotation() throws -> IntelligenceKeyRotation {
    let database = TestDatabase.current
    var environment = database.environment()
    environment.database = database.owner
    return IntelligenceKeyRotation(environment, keys: try database.keys().intelligence)
  }

  private func all(_ ids: [UUID], open officer: Officer) async throws {
    for id in ids {
      let item = try #require(try await Cast.store().item(id, for: officer))
      #expect(try await Cast.store().open(item, acknowledging: false, by: officer) == Cast.words)
    }
  }

  /// Rows on the old key, a run that is stopped after each batch, items that come meanwhile, and the end of the old key.
  @Test func aKeyIsChangedWhileTheServiceRuns() async throws {
    let (screener, browser) = try await TestDatabase.current.signIn(.intelScreener, .csp(2))
    let author = try await TestDatabase.current.operatorOfficer()
    let keys = try TestDatabase.current.keys().intelligence
    var ids: [UUID] = []
    for _ in 0..<5 { ids.append(try await Cast.police(by: screener)) }
    // One from before keys had names.
    try await Cast.force("UPDATE intelligence_item SET key_id = NULL WHERE id = \(ids[0])")
    let before = try keys.sealing().id
    let stopped = try await rotation().run(batch: 2, most: 1, by: author)
    #expect(stopped.isNew && stopped.moved == 2 && stopped.left == 3 && stopped.retired == [before])
    try await all(ids, open: screener)
    ids.append(try await Cast.police(by: screener))
    #expect(try await Cast.value("SELECT key_id FROM intelligence_item WHERE id = \(ids[5])", as: String.self) == stopped.key)
    // It goes on with the key that it made, and does not make another.
    let ended = try await rotation().run(batch: 2, by: author)
    #expect(!ended.isNew && ended.key == stopped.key && ended.moved == 3 && ended.left == 0)
    try await all(ids, open: screener)
    #expect(try await Cast.value("SELECT count(*) FROM intelligence_item WHERE key_id <> \(ended.key)", as: Int.self) == 0)
    // The old file goes, and everything still opens.
    let gone = try await rotation().destroyRetired(by: author)
    #expect(gone.destroyed == [before] && gone.needed == [] && FileManager.default.fileExists(atPath: keys.directory.appendingPathComponent("intelligence.key").path))
    #expect(try keys.retired().isEmpty)
    try await all(ids, open: screener)
    // Nothing is sealed under it again, whoever still has it.
    await #expect(throws: PostgresError.self) {
      try await TestDatabase.current.app.pool.transaction(.readWrite, prelude: [screener.identity.entering]) { _ = try await $0.execute("SELECT sec.use_intelligence_key(\(before))") }
    }
    try await browser.get(Cast.path(ids[0]))
    try await browser.post(Cast.path(ids[0]) + "/opening")
    #expect(browser.status == .ok && browser.body.contains(Cast.canary))
    #expect(try await Cast.value("SELECT count(*) FROM audit.entry WHERE body LIKE '%rotateIntelligenceKey%'", as: Int.self) >= 5)
  }

  /// Killed between its two steps, there are two names for one file; the next run does not stumble over it.
  @Test func aRunThatWasKilledAtItsBeginningLosesNothing() async throws {
    let (screener, _) = try await TestDatabase.current.signIn(.intelScreener, .csp(2))
    let author = try await TestDatabase.current.operatorOfficer()
    let keys = try TestDatabase.current.keys().intelligence
    let id = try await Cast.police(by: screener)
    let old = try keys.sealing().id
    try FileManager.default.linkItem(at: keys.directory.appendingPathComponent("intelligence.key"), to: keys.directory.appendingPathComponent("intelligence-\(old).key"))
    try Data([1, 2, 3]).write(to: keys.directory.appendingPathComponent("intelligence.next.key"))
    try await all([id], open: screener)
    // The key that seals is never taken for a retired one.
    #expect(try await rotation().destroyRetired(by: author).destroyed == [])
    let run = try await rotation().run(by: author)
    #expect(run.isNew && run.moved == 1 && run.left == 0 && run.retired == [old])
    try await all([id], open: screener)
  }

  @Test func aRetiredKeyStaysWhileSomethingNeedsIt() async throws {
    let (screener, _) = try await TestDatabase.current.signIn(.intelScreener, .csp(2))
    let author = try await TestDatabase.current.operatorOfficer()
    let ids = [try await Cast.police(by: screener), try await Cast.police(by: screener)]
    _ = try await rotation().run(batch: 1, most: 1, by: author)
    let kept = try await rotation().destroyRetired(by: author)
    #expect(kept.destroyed == [] && kept.needed.count == 1)
    try await all(ids, open: screener)
  }

  @Test(arguments: ["another", "missing"]) func aKeyThatIsNotHereIsSaidInWords(how: String) async throws {
    let (screener, browser) = try await TestDatabase.current.signIn(.intelScreener, .csp(2))
    let keys = try TestDatabase.current.keys().intelligence
    let id = try await Cast.police(by: screener)
    let file = keys.directory.appendingPathComponent("intelligence.key")
    try FileManager.default.removeItem(at: file)
    if how == "another" { _ = try IntelligenceKeys(directory: keys.directory) }
    try await browser.get(Cast.path(id))
    try await browser.post(Cast.path(id) + "/opening")
    #expect(browser.status == .serviceUnavailable && browser.heading == "It cannot be opened now" && browser.body.contains("not on this machine") && !browser.body.contains(Cast.canary))
    // That somebody tried stands in the log.
    #expect(try await Cast.value("SELECT count(*) FROM intelligence_reading WHERE item_id = \(id)", as: Int.self) == 1)
    guard how == "missing" else { return }
    try await browser.get("/submissions/new")
    try await browser.post("/submissions/new", ["stop": "none"])
    try await browser.post("/submissions/form", ["stop": "none", "partnership": "2", "theme": "other", "text": Cast.words])
    #expect(browser.status == .serviceUnavailable && browser.heading == "Nothing can be sealed now")
    #expect(try await Cast.value("SELECT count(*) FROM intelligence_item", as: Int.self) == 1)
  }

  /// Each part changed, and each part taken from another item: none of it opens, and the page says so without a fault of ours.
  @Test(arguments: ["ciphertext", "nonce", "wrapped_key", "swapped", "swapped key"]) func whatWasChangedDoesNotOpen(what: String) async throws {
    let (screener, browser) = try await TestDatabase.current.signIn(.intelScreener, .csp(2))
    let id = try await Cast.police(by: screener), other = try await Cast.police(text: "Nothing that stands elsewhere", by: screener)
    switch what {
    case "ciphertext": try await Cast.force("UPDATE intelligence_item SET ciphertext = set_byte(ciphertext, 3, get_byte(ciphertext, 3) # 1) WHERE id = \(id)")
    case "nonce": try await Cast.force("UPDATE intelligence_item SET nonce = set_byte(nonce, 3, get_byte(nonce, 3) # 1) WHERE id = \(id)")
    case "wrapped_key": try await Cast.force("UPDATE intelligence_item SET wrapped_key = set_byte(wrapped_key, 20, get_byte(wrapped_key, 20) # 1) WHERE id = \(id)")
    case "swapped":
      try await Cast.force(
        "UPDATE intelligence_item i SET ciphertext = o.ciphertext, nonce = o.nonce, wrapped_key = o.wrapped_key FROM intelligence_item o WHERE i.id = \(id) AND o.id = \(other)")
    default: try await Cast.force("UPDATE intelligence_item i SET wrapped_key = o.wrapped_key FROM intelligence_item o WHERE i.id = \(id) AND o.id = \(other)")
    }
    try await browser.get(Cast.path(id))
    try await browser.post(Cast.path(id) + "/opening")
    #expect(browser.status == .conflict && browser.heading == "It does not open" && !browser.body.contains(Cast.canary))
    // The change of keys says which, changes the rest, and ends.
    let author = try await TestDatabase.current.operatorOfficer()
    let run = try await rotation().run(by: author)
    if what == "ciphertext" || what == "nonce" {
      #expect(run.left == 0)
    } else {
      #expect(run.unopened.count == 1 && run.moved == 1 && run.left == 1)
    }
    let report = try await test(by: author)
    #expect(report.opened == 1 && report.unopened == 1)
  }

  private func test(by author: Officer) async throws -> IntelligenceSelfTest.Report {
    let database = TestDatabase.current
    var environment = database.environment()
    environment.database = database.owner
    return try await IntelligenceSelfTest(environment, keys: try database.keys().intelligence).run(by: author)
  }

  /// The forms let none in: a text that is put there behind them is found, and only its rule is told.
  @Test func theSelfTestFindsWhatFormsRefuse() async throws {
    let (screener, _) = try await TestDatabase.current.signIn(.intelScreener, .csp(2))
    let author = try await TestDatabase.current.operatorOfficer()
    _ = try await Cast.police(by: screener)
    #expect(try await test(by: author).found == [:])
    _ = try await Cast.police(text: "A girl called Tansy, 15, waits there", by: screener)
    try await Cast.force("UPDATE intelligence_item SET handling_instruction = 'The boy Marlon waits outside', classification = 'official_sensitive' WHERE reference = 'P-26-0001'")
    let report = try await test(by: author)
    #expect(report.opened == 2 && report.unopened == 0 && report.found[.childNamed] == 2 && report.found[.age] == 1)
    #expect(try await Cast.value("SELECT count(*) FROM audit.entry WHERE body LIKE '%testIntelligence%'", as: Int.self) == 4)
    // So is what stands in plans, their actions and steps, minutes, corrections and lists of who was there, and what was said of a suggestion.
    let boy = "The boy Marlon waits outside", today = Arrange.today
    let kept: [SQL] = [
      "INSERT INTO plan (hot_spot_id, authority_id, objective, assessment, begun_on, review_by, created_by) VALUES (\(UUID()), 4, 'All is lit', \(boy), \(today), \(today + 30), \(screener.id))",
      """
      INSERT INTO plan_action (plan_id, authority_id, number, what, theme, organisation_id, lead, due_on, state_on, created_by)
      VALUES (\(UUID()), 4, 1, \(boy), 'prevent', 14, 'A lead', \(today + 7), \(today), \(screener.id))
      """,
      "INSERT INTO plan_action_step (action_id, authority_id, state, words, on_day, recorded_by) VALUES (\(UUID()), 4, 'agreed', \(boy), \(today), \(screener.id))",
      "INSERT INTO tasking_attendance (meeting_id, csp_id, organisation_id, many, names, recorded_by) VALUES (\(UUID()), 2, 14, 1, \(boy), \(screener.id))",
      "INSERT INTO tasking_minute (meeting_id, csp_id, number, kind, words, recorded_by) VALUES (\(UUID()), 2, 1, 'note', \(boy), \(screener.id))",
      "INSERT INTO tasking_correction (meeting_id, csp_id, words, recorded_by) VALUES (\(UUID()), 2, \(boy), \(screener.id))",
      "INSERT INTO hot_spot_suggestion (csp_id, items, outcome, reason, decided_by, decided_on) VALUES (2, ARRAY[\(UUID())]::uuid[], 'set_aside', \(boy), \(screener.id), \(today))",
    ]
    for statement in kept { try await Cast.force(statement) }
    let more = try await test(by: author)
    #expect(more.found[.childNamed] == 2 + kept.count && more.found[.age] == 1)
    #expect(try await Cast.value("SELECT count(*) FROM audit.entry WHERE body LIKE '%Tansy%' OR body LIKE '%Marlon%'", as: Int.self) == 0)
  }
}
