import Domain
import Foundation
@testable import Portal
import Postgres
import TestSupport
import Testing
import Web

/// What pages ask is answered from indexes: no page's statement reads a register from end to end, neither with the plan made for
/// its values nor with the general one that a prepared statement comes to after five uses.
/// Delete the index `issuance_of` (migration 6) to see it red.
@Suite(.database) struct PlanTests {
  @Test func noPageReadsARegisterFromEndToEnd() async throws {
    let database = TestDatabase.current
    try await database.fill(licences: 4_000)
    // Whoever sees one district and whoever sees all are planned for alike: policies bind what only the session knows.
    for scope in [GrantScope.authority(3), .organisation(1)] {
      let (officer, _) = try await database.signIn(.licensingManager, scope)
      for mode in PlanMode.allCases {
        for page in try await Self.pages() {
          let (found, read) = try await Self.scans(page.sql, mode, officer)
          #expect(found > 0, "\(page.name) finds nothing, so its plan proves nothing")
          #expect(read.isEmpty, "\(page.name), \(mode.rawValue): \(read.joined(separator: ", "))")
        }
      }
    }
  }

  /// Map, places of a hot spot, suggestions and displacement, at volume. Delete the index `location_points` (migration 13) or
  /// `intelligence_latest` (26) to see it red.
  @Test func hotSpotsReadNoTableFromEndToEnd() async throws {
    let database = TestDatabase.current
    _ = try await database.signIn(.cspAnalyst)
    try await database.owner.pool.transaction(.readWrite) { try await $0.execute(Self.authorsOfTheVolume) }
    try await database.fillPlaces(6_000, spots: 40)
    try await database.fillIntelligence(20_000, fresh: 10)
    let one = try await database.owner.pool.transaction(.readOnly) {
      try await $0.value(
        "SELECT h.id FROM hot_spot h JOIN location l ON st_dwithin(l.point, h.area, 250) WHERE h.csp_id = 2 GROUP BY h.id ORDER BY count(*) DESC, h.id LIMIT 1", as: UUID.self)
    }
    let rule = database.settings.policy.suggestions
    let box = try MapBox("-2.25,52.17,-2.19,52.21")
    let pages: [(name: String, sql: SQL)] = [
      ("map", HotSpotStore.mapData(MapFilter(), in: nil, withPlaces: true, on: Arrange.today).sql),
      ("map from nearby", HotSpotStore.mapData(MapFilter(), in: box, withPlaces: true, on: Arrange.today).sql),
      ("places of a hot spot", "SELECT * FROM sec.hot_spot_places(\(one), 250, \(Arrange.today))"),
      ("suggestions", try Suggestion.query(rule, on: Arrange.today).sql),
      ("displacement", Displacement.query(one, within: 250, rule, on: Arrange.today).sql),
    ]
    for scope in [GrantScope.csp(2), .organisation(1)] {
      let (officer, _) = try await database.signIn(.cspAnalyst, scope)
      for mode in PlanMode.allCases {
        for page in pages {
          let (found, read) = try await Self.scans(page.sql, mode, officer)
          #expect(found > 0, "\(page.name) finds nothing, so its plan proves nothing")
          #expect(read.isEmpty, "\(page.name), \(mode.rawValue): \(read.joined(separator: ", "))")
        }
      }
    }
  }

  /// Suggestions are made of an index alone: of 20,000 items, however long their texts, not a hundred are fetched. Delete the index
  /// `intelligence_near` (migration 36), or ask of an item what it does not hold, to see it red.
  @Test func suggestionsReadNoItem() async throws {
    let database = TestDatabase.current
    let (analyst, _) = try await database.signIn(.cspAnalyst, .organisation(1))
    try await database.owner.pool.transaction(.readWrite) { try await $0.execute(Self.authorsOfTheVolume) }
    try await database.fillIntelligence(20_000, fresh: 50)
    let sql = try Suggestion.query(database.settings.policy.suggestions, on: Arrange.today).sql
    for mode in PlanMode.allCases {
      let fetched = try await database.app.reading(as: analyst) { transaction in
        let counter: SQL = "SELECT coalesce(seq_tup_read + idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = 'intelligence_item'"
        try await transaction.execute(mode.setting)
        let before = try await transaction.value(counter, as: Int.self)
        let found = try await transaction.all(sql, as: Row.self).count
        #expect(found > 10)
        return try await transaction.value(counter, as: Int.self) - before
      }
      #expect(fetched < 100, "\(mode.rawValue)")
    }
  }

  /// Who the items of the volume come from.
  private static let authorsOfTheVolume: SQL = """
    INSERT INTO sec.account (id, email, name) SELECT ('00000000-0000-0000-0000-00000000000' || n)::uuid, 'volume' || n || '@example.org', 'Volume ' || n FROM generate_series(1, 3) n
    """

  enum PlanMode: String, CaseIterable {
    case custom = "planned for its values"
    case general = "planned for any values"

    var setting: SQL { self == .custom ? "SET LOCAL plan_cache_mode = force_custom_plan" : "SET LOCAL plan_cache_mode = force_generic_plan" }
  }

  /// How many rows the statement finds, and the tables of which it read more than a thousand rows without an index, in whatever function:
  /// counted by the server as it ran. The server's counters may still hold what the connection did before, hence the difference.
  private static func scans(_ sql: SQL, _ mode: PlanMode, _ officer: Officer) async throws -> (found: Int, read: [String]) {
    struct Read: RowDecodable, Sendable {
      var table: String
      var rows: Int
      init(row: Row) throws {
        table = try row.get("relname")
        rows = try row.get("seq_tup_read")
      }
    }
    return try await TestDatabase.current.app.reading(as: officer) { transaction in
      let counters: SQL = """
        SELECT relname, seq_tup_read FROM pg_stat_xact_user_tables
         WHERE relname IN ('registration', 'party', 'term', 'restriction', 'issuance', 'issuance_void', 'acknowledgement',
           'training_completion', 'registration_word', 'stretch', 'renewal', 'location', 'intelligence_item') ORDER BY relname
        """
      try await transaction.execute(mode.setting)
      let before = Dictionary(uniqueKeysWithValues: try await transaction.all(counters, as: Read.self).map { ($0.table, $0.rows) })
      let found = try await transaction.all(sql, as: Row.self).count
      let read = try await transaction.all(counters, as: Read.self)
        .map { ($0.table, $0.rows - before[$0.table, default: 0]) }.filter { $0.1 > 1000 }
      return (found, read.map { "\($0.0) (\($0.1) rows)" })
    }
  }

  /// The statements of the pages that officers load most, as their stores send them.
  private static func pages() async throws -> [(name: String, sql: SQL)] {
    let database = TestDatabase.current
    let today = Arrange.today
    struct Known: RowDecodable, Sendable {
      var id: UUID
      var reference: String
      var badge: String
      var postcode: String
      var name: String
      init(row: Row) throws {
        (id, reference, badge) = (try row.get("id"), try row.get("reference"), try row.get("badge"))
        (postcode, name) = (try row.get("postcode_key"), try row.get("name"))
      }
    }
    let known = try #require(await database.owner.pool.transaction(.readOnly) {
      try await $0.first(Query<Known>(
        """
        SELECT r.id, r.reference, r.badge, r.postcode_key, p.name FROM registration r JOIN party p ON p.id = r.party_id
         WHERE r.authority_id = 3 AND r.badge IS NOT NULL AND p.kind = 'person' AND EXISTS (SELECT FROM issuance i WHERE i.registration_id = r.id)
         ORDER BY r.sort_name, r.id OFFSET 100 LIMIT 1
        """))
    })
    let some = known.id
    func list(
      _ items: [(String, String)] = [], _ order: LicenceListStore.Order = .name, descending: Bool = false,
      at position: KeysetPosition<LicenceCursor> = .first
    ) -> SQL {
      let filter = LicenceFilter(.drivers, QueryItems(path: Path.drivers, items), today: today, settings: database.settings)
      return LicenceListStore.rows(filter, order: order, descending: descending, at: position, limit: 51)
    }
    func after(_ value: String) -> KeysetPosition<LicenceCursor> { .after(LicenceCursor(value: value, id: some)) }
    func search(_ words: String) -> SQL { LicenceListStore.search(words, on: today) }
    return [
      ("list", list()), ("list, next page", list(at: after("khan"))), ("list, last names first", list(descending: true)),
      ("list by reference", list([], .reference)), ("list by reference, next page", list([], .reference, at: after(""))),
      ("list by end", list([], .expiry)), ("list by end, next page", list([], .expiry, at: after(today.iso))),
      ("list of a district", list([("district", "redditch")])), ("list of a kind", list([("kind", "dual_driver")])),
      ("list, guidance overdue", list([("guidance", "overdue")])), ("list, acknowledgement outstanding", list([("acknowledgement", "outstanding")])),
      ("list, suspended", list([("status", "suspended")])), ("list, ending soon", list([("expiring", "30")], .expiry)),
      ("search, reference", search(known.reference)), ("search, badge", search(known.badge)), ("search, postcode", search(known.postcode)),
      ("search, name", search(known.name)), ("search, misspelt name", search(known.name + "e")),
      ("record", RegisterStore.one(some, on: today).sql), ("issues of a record", GuidanceStore.issues(of: some).sql),
      ("this week", DueRow.query(today, at: .first).sql),
    ]
  }
}
