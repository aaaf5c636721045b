import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing

/// A housing officer sees and writes accommodation alone: the pages say so, and row level security holds it behind them.
@Suite(.database) struct AccommodationOnlyTests {
  private let today = Arrange.today

  private func count(_ sql: SQL, as officer: Officer) async throws -> Int { try await TestDatabase.current.app.reading(as: officer) { try await $0.value(sql, as: Int.self) } }

  private static let tables: [(name: String, sql: SQL)] = [
    ("registration", "SELECT count(*) FROM registration"), ("party", "SELECT count(*) FROM party"), ("term", "SELECT count(*) FROM term"),
    ("registration_word", "SELECT count(DISTINCT registration_id) FROM registration_word"), ("issuance", "SELECT count(*) FROM issuance"),
    ("acknowledgement", "SELECT count(*) FROM acknowledgement"), ("restriction", "SELECT count(*) FROM restriction"),
  ]

  /// Take a table out of the loop in the migration to see its line red; take `and ' || which` out to see all of them.
  @Test func theWallShowsAccommodationAlone() async throws {
    let hotel = try await Arrange.licence("HO-1", kind: .hotel, name: "Severn Hotel", from: today - 100)
    let driver = try await Arrange.licence("RE-1", name: "Amina Begum", from: today - 100, badge: "77")
    let elsewhere = try await Arrange.licence("WO-1", in: 4, kind: .hotel, name: "Abbey Hotel", from: today - 100)
    let version = try await Arrange.version(1, from: today - 300)
    for licence in [hotel, driver, elsewhere] {
      try await Arrange.issue(version, to: licence, on: today - 50, acknowledged: true)
      try await Arrange.restrict(licence, .suspension, from: today - 20, lifted: today - 10)
    }
    let (housing, browser) = try await TestDatabase.current.signIn(.housingOfficer, .authority(3))
    for table in Self.tables { #expect(try await count(table.sql, as: housing) == 1, "\(table.name)") }
    let (manager, _) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    for table in Self.tables { #expect(try await count(table.sql, as: manager) == 2, "\(table.name)") }

    try await browser.get("/accommodation")
    #expect(browser.status == .ok && browser.body.contains("HO-1") && !browser.body.contains("WO-1"))
    for path in ["/licences/\(driver)", "/licences/\(elsewhere)", "/licences/\(driver)/edit", "/licences/\(driver)/issues/new"] {
      try await browser.get(path)
      #expect(browser.status == .notFound, "\(path)")
    }
    for words in ["RE-1", "77", "Begum"] {
      try await browser.get("/search?q=\(words)")
      #expect(!browser.body.contains("/licences/\(driver.uuidString.lowercased())"), "\(words)")
    }
    try await browser.get("/search?q=severn")
    #expect(browser.body.contains("HO-1"))
    try await browser.get("/licences/new?register=drivers")
    #expect(browser.status == .forbidden)
    try await browser.get("/")
    #expect(browser.status == .ok && !browser.body.contains("drivers’ guidance") && !browser.body.contains("href=\"/drivers\""))
    // The history of a licence is read by whoever reads the licence.
    try await browser.get("/licences/\(hotel)/issues/new")
    try await browser.post("/licences/\(hotel)/issues/new", [
      "version": version.uuidString, "occasion": "anniversary", "channel": "hand", "acknowledged": "", "key": UUID().uuidString,
      "on-day": "\(today.day)", "on-month": "\(today.month)", "on-year": "\(today.year)",
    ])
    #expect(browser.status == .ok && browser.body.contains("Gave guidance"), "\(browser.status) \(browser.heading) \(browser.path)")
    #expect(try await count("SELECT count(*) FROM audit.history(\(driver), NULL, 50)", as: housing) == 0)
  }

  /// Writing into another register is refused, whatever is written.
  @Test func theWallTakesAccommodationAlone() async throws {
    let driver = try await Arrange.licence("RE-1", name: "Amina Begum", from: today - 100)
    let (housing, _) = try await TestDatabase.current.signIn(.housingOfficer, .authority(3))
    func refused(_ sql: SQL) async throws {
      await #expect(throws: PostgresError.self) { try await TestDatabase.current.app.pool.transaction(.readWrite, prelude: [housing.identity.entering]) { _ = try await $0.execute(sql) } }
    }
    let changed = try await TestDatabase.current.app.pool.transaction(.readWrite, prelude: [housing.identity.entering]) {
      try await $0.execute("UPDATE registration SET trading_name = 'mine' WHERE id = \(driver)")
    }
    #expect(changed == 0)
    try await refused(
      """
      WITH p AS (INSERT INTO party (authority_id, kind, name, family_name) VALUES (3, 'person', 'Nobody', 'Nobody') RETURNING id)
      INSERT INTO registration (authority_id, kind, reference, party_id, sort_name, anchor_on) SELECT 3, 'private_hire_driver', 'X-1', id, 'nobody', current_date FROM p
      """)
    try await refused("INSERT INTO restriction (registration_id, authority_id, kind, reason, starts_on) VALUES (\(driver), 3, 'revocation', 'x', current_date)")
    try await refused(
      """
      INSERT INTO campaign (name, authority_ids, population, version_id, channel, occasion, author)
      VALUES ('Drivers', '{3}', '{"authorities": [3], "kinds": ["private_hire_driver"], "statuses": ["current"], "gap": "owed"}', gen_random_uuid(), 'letter', 'anniversary', gen_random_uuid())
      """)
  }

  /// A hotel is added by a housing officer as by anybody else.
  @Test func aHotelIsAdded() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.housingOfficer, .authority(3))
    try await browser.get("/licences/new")
    #expect(browser.status == .ok && browser.body.contains("Guest house or B&amp;B") && !browser.body.contains("Hackney"))
    let (day, month, year) = ("\(today.day)", "\(today.month)", "\(today.year)")
    try await browser.post("/licences/new", [
      "register": "accommodation", "authority": "redditch", "kind": "hotel", "reference": "HO-9", "holder": "business", "business": "Abbey Ltd", "trading": "The Abbey",
      "from-day": day, "from-month": month, "from-year": year, "months": "0", "place-address": "1 High Street",
    ])
    #expect(browser.status == .ok && browser.body.contains("HO-9 was added"), "\(browser.status) \(browser.heading)")
    try await browser.post("/licences/new", ["register": "drivers", "authority": "redditch", "kind": "private_hire_driver"])
    #expect(browser.status == .unprocessableContent && browser.body.contains("You cannot add licences for Redditch"))
  }
}
