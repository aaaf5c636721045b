import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing

/// Items near one another suggest a place to whoever may see them, at the border of the rule and not one short of it.
@Suite(.database) struct SuggestionTests {
  private var store: HotSpotStore { HotSpotStore(TestDatabase.current.environment()) }
  private let today = Arrange.today

  private struct Item {
    var east = 0
    var ago = 10
    var agency = 3
    var csp = 2
    var grade: String? = "A"
    var state = "received"
    var outcome: String?
    var isPlaced = true
  }

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }
  private func execute(_ sql: SQL) async throws { try await TestDatabase.current.owner.pool.transaction(.readWrite) { _ = try await $0.execute(sql) } }

  /// Items as they lie, each so many metres east of one place. Agency 3 records by the police's door; others submit; 0 has no organisation.
  @discardableResult
  private func lay(_ items: [Item]) async throws -> [UUID] {
    var ids: [UUID] = []
    var authors: [Int: UUID] = [:]
    for item in items {
      if authors[item.agency] == nil {
        authors[item.agency] = try await TestDatabase.current.signIn(item.agency == 3 ? .intelScreener : .taskingMember, item.agency == 0 ? .csp(2) : .organisation(item.agency)).0.id
      }
      let id = UUID()
      let police = item.agency == 3
      let recalled = item.state == "recalled"
      try await execute(
        """
        INSERT INTO intelligence_item (id, reference, csp_id, theme, point, received_on, kind, scheme, source_grade, information_grade, handling, review_by, state, outcome, author,
          recalled_at, destroyed_at, ciphertext, nonce, wrapped_key, sanitised_by, sanitised_on)
        VALUES (\(id), \(id.uuidString), \(Int16(item.csp)), 'other', CASE WHEN \(item.isPlaced) THEN st_setsrid(st_makepoint(\(Double(385_000 + item.east)), 254900), 27700) END,
          \(today - item.ago), \(police ? "police" : "submission"), \(police ? "3x5x2" : "ungraded"), CASE WHEN \(police) THEN 1 END, CASE WHEN \(police) THEN \(item.grade) END, 'P',
          \(today + 42), \(item.state), \(item.outcome), \(authors[item.agency]),
          CASE WHEN \(recalled) THEN now() END, CASE WHEN \(recalled) THEN now() END, CASE WHEN NOT \(recalled) THEN '\\x00'::bytea END, CASE WHEN NOT \(recalled) THEN '\\x00'::bytea END,
          CASE WHEN NOT \(recalled) THEN '\\x00'::bytea END, \(police ? "Intelligence unit" : ""), CASE WHEN \(police) THEN \(today - item.ago) END)
        """)
      ids.append(id)
    }
    return ids
  }

  private func name(_ reader: Officer, on items: [UUID]) async throws {
    for item in items {
      try await execute("INSERT INTO intelligence_audience (item_id, csp_id, account_id, named_by) VALUES (\(item), 2, \(reader.id), \(reader.id))")
    }
  }

  private func suggestions(for officer: Officer) async throws -> [Suggestion] { try await store.suggestions(on: today, for: officer) }

  /// Three items, 250 metres from one to the next, the oldest of 180 days ago, from two agencies: all at the border.
  private static let border = [Item(east: 0, ago: 180), Item(east: 250, ago: 10), Item(east: 500, ago: 0, agency: 9)]

  @Test func threeItemsAtEachBorderSuggestAPlace() async throws {
    let ids = try await lay(Self.border)
    let (analyst, browser) = try await TestDatabase.current.signIn(.cspAnalyst)
    let all = try await suggestions(for: analyst)
    let found = try #require(all.first)
    #expect(all.count == 1 && Set(found.items) == Set(ids) && found.agencies.sorted() == [3, 9] && found.partnership == 2)
    #expect(found.first == today - 180 && found.last == today && found.across == 500 && (found.easting, found.northing) == (385_250, 254_900) && found.radius == 300)
    // 1.0 * 0.5^(180/90) + 1.0 * 0.5^(10/90) + 0.3 * 0.5^0
    #expect(abs(found.weight - (0.25 + pow(0.5, 10.0 / 90) + 0.3)) < 1e-9)
    try await browser.get("/hot-spots")
    #expect(browser.body.contains("One place is suggested"))
    try await browser.get("/hot-spots/suggestions")
    #expect(browser.body.contains("2: West Mercia Police; Worcestershire County Council") && browser.body.contains("500 m"))
    try await browser.get("/hot-spots/suggestions/\(found.id.uuidString.lowercased())")
    #expect(browser.status == .ok && browser.body.contains("The rule asks for at least 3") && browser.body.contains("2: West Mercia Police") && browser.body.contains("0.93"))
    // Partnerships apart: nothing for whoever sees the north only.
    #expect(try await suggestions(for: try await TestDatabase.current.signIn(.cspAnalyst, .csp(1)).0).isEmpty)
  }

  @Test func oneShortOfAnyBorderSuggestsNothing() async throws {
    let (analyst, _) = try await TestDatabase.current.signIn(.cspAnalyst)
    func short(_ change: (inout [Item]) -> Void) -> [Item] {
      var items = Self.border
      change(&items)
      return items
    }
    let cases: [(String, [Item])] = [
      ("two items", short { $0.removeLast() }), ("251 metres", short { $0[2].east = 501 }), ("181 days", short { $0[0].ago = 181 }), ("one agency", short { $0[2].agency = 3 }),
      ("graded E", short { $0[1].grade = "E" }), ("recalled", short { $0[1].state = "recalled" }),
      ("a duplicate", short { $0[1].state = "closed"; $0[1].outcome = "duplicate" }),
      ("named somebody", short { $0[1].state = "closed"; $0[1].outcome = "identifying_data" }),
      ("nowhere", short { $0[1].isPlaced = false }), ("across partnerships", short { $0[2].csp = 1 }),
    ]
    for (name, items) in cases {
      try await lay(items)
      #expect(try await suggestions(for: analyst).isEmpty, "\(name)")
      try await execute("TRUNCATE intelligence_item CASCADE")
    }
    // Whoever acts for nobody known is an agency beside the police, and once only.
    try await lay([Item(), Item(), Item(agency: 0)])
    #expect(try await suggestions(for: analyst).first?.agencies.sorted() == [0, 3])
    try await execute("TRUNCATE intelligence_item CASCADE")
    try await lay([Item(agency: 0), Item(agency: 0), Item(agency: 0)])
    #expect(try await suggestions(for: analyst).isEmpty)
  }

  /// Make the function `security definer` (migration "items near one another …") to see this red.
  @Test func whoMayNotSeeAnItemGetsNoSuggestionFromIt() async throws {
    let ids = try await lay(Self.border)
    let (member, browser) = try await TestDatabase.current.signIn(.taskingMember, .csp(2), named: "Member")
    #expect(try await suggestions(for: member).isEmpty)
    try await name(member, on: Array(ids.prefix(2)))
    #expect(try await suggestions(for: member).isEmpty)
    let (analyst, _) = try await TestDatabase.current.signIn(.cspAnalyst)
    let seen = try #require(try await suggestions(for: analyst).first)
    let path = "/hot-spots/suggestions/\(seen.id.uuidString.lowercased())"
    try await browser.get(path)
    #expect(browser.status == .notFound)
    try await name(member, on: [ids[2]])
    #expect(try await suggestions(for: member).map(\.id) == [seen.id])
    try await browser.get(path)
    #expect(browser.status == .ok && !browser.body.contains("Set aside"))
    try await browser.get(path + "/set-aside")
    #expect(browser.status == .forbidden)
  }

  @Test func whatIsSetAsideStaysAsideUntilANewItemJoins() async throws {
    let ids = try await lay(Self.border)
    let (analyst, browser) = try await TestDatabase.current.signIn(.cspAnalyst)
    let path = "/hot-spots/suggestions/\(try #require(try await suggestions(for: analyst).first).id.uuidString.lowercased())/set-aside"
    try await browser.get(path)
    try await browser.post(path, ["reason": ""])
    #expect(browser.status == .unprocessableContent && browser.body.contains("Enter why it is set aside"))
    try await browser.post(path, ["reason": "A girl called Marigold, 14, was seen there"])
    #expect(browser.status == .unprocessableContent && browser.body.contains("Take out the name"))
    try await browser.post(path, ["reason": "The square is dug up until spring"])
    #expect(browser.status == .ok && browser.body.contains("set aside until another item joins") && browser.body.contains("The square is dug up"))
    #expect(try await suggestions(for: analyst).isEmpty)
    #expect(try await value("SELECT count(*) FROM audit.entry WHERE body LIKE '%setAsideSuggestion%'", as: Int.self) == 1)
    #expect(try await store.suggestions(on: today + 30, for: analyst).isEmpty)
    // Fewer of the same are nothing new.
    try await execute("UPDATE intelligence_item SET point = NULL WHERE id = \(ids[0])")
    try await lay([Item(east: 5_000)])
    #expect(try await suggestions(for: analyst).isEmpty)
    try await execute("UPDATE intelligence_item SET point = st_setsrid(st_makepoint(385000, 254900), 27700) WHERE id = \(ids[0])")
    try await lay([Item(east: 400)])
    #expect(try await suggestions(for: analyst).map(\.items.count) == [4])
    // The reason is read by those only who may see every item of it.
    let (member, reader) = try await TestDatabase.current.signIn(.taskingMember, .csp(2), named: "Member")
    try await name(member, on: Array(ids.prefix(2)))
    try await reader.get("/hot-spots/suggestions")
    #expect(!reader.body.contains("The square is dug up"))
    try await name(member, on: [ids[2]])
    try await reader.get("/hot-spots/suggestions")
    #expect(reader.body.contains("The square is dug up"))
  }

  /// Who sees three of four sets aside what they see; whoever sees the fourth is still told.
  @Test func nobodySetsAsideWhatTheyDoNotSee() async throws {
    let ids = try await lay(Self.border + [Item(east: 300)])
    let (chair, _) = try await TestDatabase.current.signIn(.taskingChair, .csp(2), named: "Chair")
    try await name(chair, on: Array(ids.prefix(3)))
    let part = try #require(try await suggestions(for: chair).first)
    try await store.setAside(part, because: "Known to us", by: chair)
    #expect(try await suggestions(for: chair).isEmpty)
    let (analyst, _) = try await TestDatabase.current.signIn(.cspAnalyst)
    #expect(try await suggestions(for: analyst).map(\.items.count) == [4])
    // The wall: nobody writes that items which they cannot see were set aside.
    await #expect(throws: PostgresError.self) {
      try await TestDatabase.current.app.pool.transaction(.readWrite, prelude: [chair.identity.entering]) {
        _ = try await $0.execute(
          "INSERT INTO hot_spot_suggestion (csp_id, items, outcome, reason, decided_by, decided_on) VALUES (2, \(ids), 'set_aside', 'mine', \(chair.id), \(today))")
      }
    }
  }

  @Test func aPersonProposesItAndItsItemsAreKept() async throws {
    let ids = try await lay(Self.border)
    let (analyst, browser) = try await TestDatabase.current.signIn(.cspAnalyst)
    let suggestion = try #require(try await suggestions(for: analyst).first)
    try await browser.get("/hot-spots/new?suggestion=\(suggestion.id.uuidString.lowercased())")
    #expect(browser.body.contains("value=\"385250\"") && browser.body.contains("Items of information from more than one agency lie near one another here"))
    let form = [
      "suggestion": suggestion.id.uuidString, "name": "Lantern Street", "district": "worcester", "theme": "transport", "reasons": "intel_cluster", "reason": "Three items near one another",
      "how": "circle", "easting": "385250", "northing": "254900", "radius": "300",
    ]
    // An item joins while the form is open: said once, with what was typed kept.
    let late = try await lay([Item(east: 400)])
    try await browser.post("/hot-spots/new", form)
    #expect(browser.status == .unprocessableContent && browser.body.contains("has changed meanwhile") && browser.body.contains("Lantern Street"))
    try await execute("UPDATE intelligence_item SET point = NULL WHERE id = \(late[0])")
    try await browser.post("/hot-spots/new", form)
    #expect(browser.status == .ok && browser.body.contains("3 items of information near each other"))
    #expect(try await suggestions(for: analyst).isEmpty)
    #expect(try await value("SELECT count(*) FROM hot_spot h JOIN hot_spot_suggestion s ON s.hot_spot_id = h.id WHERE h.proposed_by = \(analyst.id) AND s.items @> \(ids)", as: Int.self) == 1)
    // They are what it rests on from now on. Delete the trigger `hot_spot_suggestion_links` to see this red.
    #expect(try await value("SELECT count(*) FROM hot_spot_item WHERE item_id = ANY(\(ids)) AND linked_by = \(analyst.id)", as: Int.self) == 3)
    // What rests on a recalled item says so.
    let page = browser.path
    try await execute(
      "UPDATE intelligence_item SET handling = 'C', conditions = 'Ask first' WHERE id = \(ids[1])")
    try await TestDatabase.current.owner.pool.transaction(.readWrite) {
      try await $0.execute("ALTER TABLE intelligence_item DISABLE TRIGGER intelligence_guarded")
      try await $0.execute(
        "UPDATE intelligence_item SET state = 'recalled', recalled_at = now(), destroyed_at = now(), ciphertext = NULL, nonce = NULL, wrapped_key = NULL WHERE id = \(ids[0])")
    }
    try await browser.get(page)
    #expect(browser.body.contains("One carries handling conditions") && browser.body.contains("One was recalled since: what is left is fewer than the 3"))
    // Readers of hot spots who see no items are told nothing of them.
    let (_, officer) = try await TestDatabase.current.signIn(.regulatoryOfficer)
    try await officer.get(page)
    #expect(officer.status == .ok && !officer.body.contains("items of information near") && !officer.body.contains("Before and after"))
  }

  /// Counted before and after, inside, in the ring and beyond it; the index from what came after only.
  @Test func displacementIsCountedInEqualDaysBeforeAndAfter() async throws {
    let (analyst, browser) = try await TestDatabase.current.signIn(.cspAnalyst)
    let (chair, _) = try await TestDatabase.current.signIn(.taskingChair, .csp(2), named: "Chair")
    let id = try await store.propose(
      NewHotSpot(
        authority: 4, partnership: 2, name: "Lantern Street", theme: .transport, reasons: [.transportHub], reason: "Three agencies",
        area: .circle(easting: 385_000, northing: 254_900, radius: 200), drawnFrom: "circle"), by: analyst)
    try await execute(
      "UPDATE hot_spot SET state = 'designated', designated_by = \(chair.id), designated_on = \(today - 30), review_by = \(today + 10) WHERE id = \(id)")
    try await lay([
      Item(ago: 60), Item(ago: 61), Item(ago: 31), Item(ago: 30), Item(ago: 1), Item(east: 449, ago: 40), Item(east: 451, ago: 20), Item(east: 949, ago: 5), Item(east: 951, ago: 5),
    ])
    let found = try #require(try await store.evidence(id, within: 250, on: today, for: analyst).displacement)
    // 61 days ago is outside the thirty days before; today itself is not one of the thirty after.
    #expect((found.days, found.insideBefore, found.insideAfter, found.ringBefore, found.ringAfter) == (30, 3, 2, 0, 2))
    #expect((found.coreAfter, found.allAfter) == (2, 5))
    try await browser.get("/hot-spots/\(id.uuidString.lowercased())")
    #expect(browser.body.contains("Before and after the designation") && browser.body.contains("outlines of the partnership’s districts are not loaded"))
    // Ten by ten kilometres for each of its three districts: 0.04 of 100 000 000 by 3, and too few items until there are twenty.
    try await execute(
      "INSERT INTO outline (kind, code, name, shape) SELECT 'district', code, name, st_multi(st_makeenvelope(380000 + id * 20000, 250000, 390000 + id * 20000, 260000, 27700)) FROM authority WHERE csp_id = 2")
    try await browser.get("/hot-spots/\(id.uuidString.lowercased())")
    #expect(browser.body.contains("5 placed items since the designation in the whole partnership (n &#61; 5)"))
    try await lay(Array(repeating: Item(east: 9_000, ago: 3), count: 15))
    try await browser.get("/hot-spots/\(id.uuidString.lowercased())")
    #expect(browser.body.contains("Predictive accuracy index") && browser.body.contains("2 of 20 placed items (n &#61; 20)"))
    // Whoever sees some items only is given counts of those, and no index.
    let (member, reader) = try await TestDatabase.current.signIn(.taskingMember, .csp(2), named: "Member")
    try await reader.get("/hot-spots/\(id.uuidString.lowercased())")
    #expect(reader.body.contains("is given to those who see every item"))
    let part = try #require(try await store.evidence(id, within: 250, on: today, for: member).displacement)
    #expect((part.insideBefore, part.insideAfter, part.ringAfter) == (0, 0, 0))
  }
}
