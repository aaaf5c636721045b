import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// What an item says is opened by those whom it names, after the opening is written; the database never holds the words.
@Suite(.database) struct IntelligenceTests {
  private static let words = "Cars wait behind the marigold takeaway every Friday"

  private func store(_ keys: IntelligenceKeys? = nil) throws -> IntelligenceStore {
    IntelligenceStore(TestDatabase.current.environment(), keys: try keys ?? TestDatabase.current.keys().intelligence)
  }

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }

  private func police(_ readers: [UUID], conditions: String = "", by officer: Officer) async throws -> UUID {
    try await store().add(
      NewIntelligence(
        csp: 2, kind: .police, theme: .foodRetail, point: GridPoint(easting: 385_010, northing: 254_820),
        grading: .graded(Grading(.reliable, .b, conditions.isEmpty ? .permitted : .conditions)),
        handled: ItemHandling(conditions: conditions, action: conditions.isEmpty ? nil : .covertUse, sanitisation: conditions.isEmpty ? nil : .consult),
        sanitisedBy: "Intelligence unit", sanitisedOn: Arrange.today, reviewBy: Arrange.today + 30, text: Self.words,
        readers: readers), by: officer)
  }

  /// Delete the audience from the policy `own` of intelligence_reading (migration 35) to see this red.
  @Test func onlyWhomItNamesOpensIt() async throws {
    let database = TestDatabase.current
    let (screener, _) = try await database.signIn(.intelScreener, .csp(2), named: "Screener")
    let (member, reader) = try await database.signIn(.taskingMember, .csp(2), named: "Reader")
    let (other, stranger) = try await database.signIn(.taskingMember, .csp(2), named: "Other")
    let (analyst, handler) = try await database.signIn(.cspAnalyst, .csp(2), named: "Analyst")
    let (_, north) = try await database.signIn(.cspAnalyst, .csp(1), named: "North")
    let id = try await police([member.id], by: screener)
    let path = "/intelligence/\(id.uuidString.lowercased())"

    try await reader.get(path)
    #expect(reader.status == .ok && !reader.body.contains("marigold"))
    try await reader.post(path + "/opening")
    #expect(reader.status == .ok && reader.body.contains("marigold"))
    // Whom it does not name does not even see that it is there; who handles sees it, and cannot open it.
    try await stranger.get(path)
    #expect(stranger.status == .notFound)
    try await handler.get(path)
    #expect(handler.status == .ok && handler.body.contains("does not name you"))
    try await handler.post(path + "/opening")
    #expect(handler.status == .forbidden && !handler.body.contains("marigold"))
    try await north.get(path)
    #expect(north.status == .notFound)
    #expect(try await store().item(id, for: other) == nil)
    // The wall, whatever the web forgets: the sealed columns are not selectable, and a reading of one's own is refused.
    await #expect(throws: PostgresError.self) {
      _ = try await database.app.reading(as: member) { try await $0.values("SELECT ciphertext FROM intelligence_item", as: [UInt8].self) }
    }
    await #expect(throws: PostgresError.self) {
      try await database.app.pool.transaction(.readWrite, prelude: [analyst.identity.entering]) {
        _ = try await $0.execute("INSERT INTO intelligence_reading (id, item_id, csp_id, account_id) VALUES (\(UUID()), \(id), 2, \(analyst.id))")
      }
    }
    #expect(try await value("SELECT count(*) FROM intelligence_reading", as: Int.self) == 1)
  }

  /// The reading is there although the text could not be opened; and one that is not yet committed opens nothing.
  /// Move the write in `IntelligenceStore.open` below the read to see this red.
  @Test func theReadingIsCommittedBeforeAnythingOpens() async throws {
    let database = TestDatabase.current
    let (screener, _) = try await database.signIn(.intelScreener, .csp(2))
    let id = try await police([], by: screener)
    let item = try #require(try await store().item(id, for: screener))
    let elsewhere = try IntelligenceKeys(directory: Keys.empty())
    await #expect(throws: Problem.self) { _ = try await store(elsewhere).open(item, acknowledging: false, by: screener) }
    #expect(try await value("SELECT count(*) FROM intelligence_reading WHERE item_id = \(id)", as: Int.self) == 1)
    let reading = UUID()
    let early = try await database.app.pool.transaction(.readWrite, prelude: [screener.identity.entering]) { transaction in
      try await transaction.execute("INSERT INTO intelligence_reading (id, item_id, csp_id, account_id) VALUES (\(reading), \(id), 2, \(screener.id))")
      return try await transaction.value("SELECT count(*) FROM sec.open_intelligence(\(reading))", as: Int.self)
    }
    #expect(early == 0)
    let late = try await database.app.reading(as: screener) { try await $0.value("SELECT count(*) FROM sec.open_intelligence(\(reading))", as: Int.self) }
    #expect(late == 1)
    #expect(try await store().open(item, acknowledging: false, by: screener) == Self.words)
  }

  @Test func theDatabaseNeverHoldsTheWords() async throws {
    let (screener, _) = try await TestDatabase.current.signIn(.intelScreener, .csp(2))
    let id = try await police([], by: screener)
    _ = try await store().open(try #require(try await store().item(id, for: screener)), acknowledging: false, by: screener)
    // Every row of every table as text: in the clear, in hexadecimal and in base 64.
    let found = try await value(
      """
      SELECT coalesce(string_agg(t, ','), '') FROM (
        SELECT c.oid::regclass::text AS t, query_to_xml(format('SELECT x::text AS x FROM %s x', c.oid::regclass), true, false, '')::text AS rows
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm') AND n.nspname IN ('public', 'sec', 'audit')) all_rows
       WHERE rows ILIKE '%marigold%' OR rows ILIKE '%' || encode('marigold', 'hex') || '%' OR rows LIKE '%' || encode('marigold', 'base64') || '%'
      """, as: String.self)
    #expect(found == "")
    #expect(try await value("SELECT length(ciphertext) FROM intelligence_item WHERE id = \(id)", as: Int.self) == Self.words.utf8.count + 16)
    // Sealed for its own item only.
    let key = try TestDatabase.current.keys().intelligence.sealing()
    let sealed = try SealedText(Self.words, of: id, under: key)
    #expect(try sealed.open(id, under: [key]) == Self.words)
    #expect(throws: (any Error).self) { try sealed.open(UUID(), under: [key]) }
  }

  @Test func conditionsAreAcknowledgedAtTheFirstOpening() async throws {
    let (screener, browser) = try await TestDatabase.current.signIn(.intelScreener, .csp(2))
    let id = try await police([], conditions: "Patrol planning only", by: screener)
    let path = "/intelligence/\(id.uuidString.lowercased())"
    try await browser.get(path)
    #expect(browser.body.contains("Patrol planning only"))
    try await browser.post(path + "/opening")
    #expect(browser.status == .unprocessableContent && !browser.body.contains("marigold"))
    #expect(try await value("SELECT count(*) FROM intelligence_reading", as: Int.self) == 0)
    try await browser.post(path + "/opening", ["acknowledged": "yes"])
    #expect(browser.status == .ok && browser.body.contains("marigold"))
    #expect(try await value("SELECT conditions FROM intelligence_acknowledgement WHERE item_id = \(id)", as: String.self) == "Patrol planning only")
    try await browser.get(path)
    try await browser.post(path + "/opening")
    #expect(browser.status == .ok && browser.body.contains("marigold"))
    #expect(try await value("SELECT count(*) FROM intelligence_reading", as: Int.self) == 2)
  }

  @Test func whatIdentifiesAChildIsRefusedAndNotKept() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.taskingMember, .csp(2))
    try await browser.get("/submissions/new")
    try await browser.post("/submissions/new", ["stop": "none"])
    #expect(browser.heading == "Tell us what you know")
    var fields = ["stop": "none", "partnership": "2", "theme": "food_retail", "text": "A girl called Marigold, 14, waits outside the takeaway"]
    try await browser.post("/submissions/form", fields)
    #expect(browser.status == .unprocessableContent && browser.body.contains("Take out the name"))
    #expect(try await value("SELECT count(*) FROM intelligence_item", as: Int.self) == 0)
    #expect(try await value("SELECT string_agg(code, ',' ORDER BY code COLLATE \"C\") FROM intelligence_count WHERE kind = 'rule'", as: String.self) == "age_with_name,child_named")
    #expect(try await value("SELECT count(*) FROM audit.entry WHERE body LIKE '%Intelligence%'", as: Int.self) == 0)
    // Said in other words, it is taken, once, and its sender cannot read it again.
    fields["text"] = Self.words
    try await browser.post("/submissions/form", fields)
    #expect(browser.status == .ok && browser.heading.hasPrefix("S-26-") && !browser.body.contains("marigold"))
    #expect(try await value("SELECT count(*) FROM intelligence_item", as: Int.self) == 1)
    try await browser.get("/submissions")
    #expect(browser.body.contains("Received"))
  }

  @Test(arguments: ["danger", "child", "crime"]) func whoIsSentElsewhereIsOnlyCounted(answer: String) async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.taskingMember, .csp(2))
    try await browser.get("/submissions/new")
    try await browser.post("/submissions/new", ["stop": answer])
    #expect(browser.status == .ok && browser.body.contains(answer == "danger" ? "999" : answer == "child" ? "01905 822666" : "101"))
    #expect(try await value("SELECT kind || code || many FROM intelligence_count", as: String.self) == "stopped\(answer)1")
    #expect(try await value("SELECT count(*) FROM idempotency", as: Int.self) == 0)
    // Looked at again, it is counted no more.
    try await browser.get(browser.path)
    #expect(try await value("SELECT kind || code || many FROM intelligence_count", as: String.self) == "stopped\(answer)1")
    // The form is not reached by leaving the question out.
    try await browser.get("/submissions/form", following: false)
    #expect(browser.status == .seeOther && browser.headers[.location] == "/submissions/new")
    try await browser.get("/submissions/new")
    try await browser.post("/submissions/form", ["partnership": "2", "theme": "other", "text": Self.words], following: false)
    #expect(browser.status == .seeOther && browser.headers[.location] == "/submissions/new")
    #expect(try await value("SELECT count(*) FROM intelligence_item", as: Int.self) == 0)
  }

  /// What is recalled is destroyed, by its originator alone.
  @Test func itsOriginatorRecallsIt() async throws {
    let database = TestDatabase.current
    let (screener, handler) = try await database.signIn(.intelScreener, .csp(2))
    let (sender, browser) = try await database.signIn(.taskingMember, .csp(2))
    let id = try await store().add(NewIntelligence(csp: 2, kind: .submission, theme: .other, text: Self.words), by: sender)
    let path = "/submissions/\(id.uuidString.lowercased())"
    try await handler.get(path + "/recall")
    #expect(handler.status == .notFound)
    await #expect(throws: PostgresError.self) {
      try await database.app.pool.transaction(.readWrite, prelude: [screener.identity.entering]) {
        _ = try await $0.execute(
          "UPDATE intelligence_item SET state = 'recalled', recalled_at = now(), ciphertext = NULL, nonce = NULL, wrapped_key = NULL WHERE id = \(id)")
      }
    }
    let item = try #require(try await store().item(id, for: screener))
    #expect(try await store().open(item, acknowledging: false, by: screener) == Self.words)
    try await browser.get(path + "/recall")
    try await browser.post(path + "/recall")
    #expect(browser.status == .unprocessableContent)
    try await browser.post(path + "/recall", ["sure": "yes"])
    #expect(browser.status == .ok && browser.body.contains("Its text was destroyed"))
    #expect(try await value("SELECT ciphertext IS NULL AND nonce IS NULL AND wrapped_key IS NULL FROM intelligence_item WHERE id = \(id)", as: Bool.self))
    await #expect(throws: (any Error).self) { _ = try await store().open(item, acknowledging: false, by: screener) }
    try await handler.get("/intelligence/\(id.uuidString.lowercased())")
    #expect(handler.status == .ok && handler.body.contains("The text was destroyed"))
  }

  @Test func whoSentItIsToldWhatBecameOfIt() async throws {
    let database = TestDatabase.current
    let (_, handler) = try await database.signIn(.intelScreener, .csp(2))
    let (sender, browser) = try await database.signIn(.taskingMember, .csp(2))
    let id = try await store().add(NewIntelligence(csp: 2, kind: .submission, theme: .other, text: Self.words), by: sender)
    let path = "/intelligence/\(id.uuidString.lowercased())"
    try await handler.get(path + "/outcome")
    try await handler.post(path + "/outcome")
    #expect(handler.status == .unprocessableContent)
    try await handler.post(path + "/outcome", ["outcome": "log_created", "seen": "1"])
    #expect(handler.status == .ok && handler.body.contains("Added to police intelligence"))
    try await browser.get("/submissions")
    #expect(browser.body.contains("Added to police intelligence"))
    // Whoever sent it does not say so themselves.
    await #expect(throws: PostgresError.self) {
      try await database.app.pool.transaction(.readWrite, prelude: [sender.identity.entering]) {
        _ = try await $0.execute("UPDATE intelligence_item SET outcome = 'no_action' WHERE id = \(id)")
      }
    }
  }

  @Test func readersAreNamedByWhoeverHandlesIt() async throws {
    let database = TestDatabase.current
    let (screener, handler) = try await database.signIn(.intelScreener, .csp(2))
    let (member, reader) = try await database.signIn(.taskingMember, .csp(2))
    let (outsider, _) = try await database.signIn(.taskingMember, .csp(1))
    let id = try await police([outsider.id], by: screener)
    let path = "/intelligence/\(id.uuidString.lowercased())"
    #expect(try await value("SELECT count(*) FROM intelligence_audience WHERE item_id = \(id)", as: Int.self) == 1)
    try await reader.get(path)
    #expect(reader.status == .notFound)
    try await handler.get(path + "/readers")
    try await handler.post(path + "/readers", ["reader": member.id.uuidString])
    #expect(handler.status == .ok)
    try await reader.get(path)
    try await reader.post(path + "/opening")
    #expect(reader.body.contains("marigold"))
    try await handler.get(path)
    try await handler.post(path + "/opening")
    #expect(handler.status == .forbidden)
  }
}

extension Keys {
  /// An empty directory of its own, for keys that are not the site's.
  static func empty() throws -> URL {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    return directory
  }
}
