import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing

/// Operators have a base that is found by its postcode, counts in and around hot spots, and bears no person's name.
@Suite(.database) struct OperatorBaseTests {
  private let today = Arrange.today

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }
  private func execute(_ sql: SQL) async throws { try await TestDatabase.current.owner.pool.transaction(.readWrite) { _ = try await $0.execute(sql) } }

  private let form = [
    "register": "operators", "authority": "worcester", "kind": "private_hire_operator", "reference": "PHO/1", "holder": "person", "given": "Zebedee", "family": "Marlowe",
    "address": "3 Quay Street\nWorcester", "postcode": "WR1 2JN", "from-day": "1", "from-month": "11", "from-year": "2025", "months": "60",
  ]

  private func add(_ browser: Browser, _ fields: [String: String]) async throws -> UUID {
    try await browser.get("/licences/new?register=operators")
    try await browser.post("/licences/new", fields)
    return try #require(UUID(uuidString: String(browser.path.split(separator: "/").last ?? "")), "\(browser.path) \(browser.status)")
  }

  private func place(of licence: UUID) async throws -> String {
    try await value(
      "SELECT concat_ws('|', w.name, replace(w.address, chr(10), ','), w.postcode, w.easting, w.placed_by) FROM registration r JOIN location w ON w.id = r.location_id WHERE r.id = \(licence)")
  }

  @Test func theBaseIsTheHoldersAddressUnlessAnotherIsGiven() async throws {
    try await execute("INSERT INTO postcode_place VALUES ('WR12JN', 384900, 254700), ('WR11AA', 385100, 254800)")
    let (_, browser) = try await TestDatabase.current.signIn(.licensingManager)
    let licence = try await add(browser, form)
    // Who trades under their own name is not on the sign of the place.
    #expect(try await place(of: licence) == "|3 Quay Street,Worcester|WR1 2JN|384900|postcode")
    #expect(try await value("SELECT sort_name FROM registration", as: String.self) == "marlowe, zebedee")
    #expect(browser.body.contains("Base") && browser.body.contains("SO 8490 5470"))
    var moved = form
    moved["place-address"] = "9 Foregate Street"
    moved["place-postcode"] = "wr11aa"
    moved["trading"] = "Quay Cars"
    moved["version"] = "1"
    try await browser.get("/licences/\(licence.uuidString)/edit")
    #expect(browser.body.contains("Address of the base"))
    try await browser.post("/licences/\(licence.uuidString)/edit", moved)
    #expect(browser.status == .ok && browser.body.contains("Base from 3 Quay Street"), "\(browser.heading)")
    #expect(try await place(of: licence) == "Quay Cars|9 Foregate Street|WR1 1AA|385100|postcode")
    #expect(try await value("SELECT sort_name FROM registration", as: String.self) == "marlowe, zebedee")
    // The place that nobody stands at any more is gone.
    #expect(try await value("SELECT count(*) FROM location", as: Int.self) == 1)
    // Half a base is asked about; a firm without any address has none.
    var half = form
    half["reference"] = "PHO/2"
    half["place-postcode"] = "WR1 1AA"
    try await browser.get("/licences/new?register=operators")
    try await browser.post("/licences/new", half)
    #expect(browser.status == .unprocessableContent && browser.body.contains("Enter the address of the base"))
    var nowhere = form
    nowhere["reference"] = "PHO/3"
    nowhere["address"] = ""
    _ = try await add(browser, nowhere)
    #expect(try await value("SELECT count(*) FROM registration WHERE location_id IS NULL", as: Int.self) == 1 && browser.body.contains("Not known"))
  }

  /// In the gap, in the campaign, once where a pub stands at the same address; and not in the county's coverage of premises.
  @Test func basesCountInAndAroundHotSpots() async throws {
    let version = try await Arrange.version(1, from: today - 400)
    let store = HotSpotStore(TestDatabase.current.environment())
    let (analyst, _) = try await TestDatabase.current.signIn(.cspAnalyst)
    let id = try await store.propose(
      NewHotSpot(
        authority: 4, partnership: 2, name: "Lantern Street", theme: .transport, reasons: [.transportHub], reason: "Three agencies",
        area: .circle(easting: 385_000, northing: 254_900, radius: 200), drawnFrom: "circle"), by: analyst)
    func stand(_ reference: String, _ kind: LicenceKind, _ address: String, east: Int) async throws -> UUID {
      let licence = try await Arrange.licence(reference, in: 4, kind: kind)
      try await execute("UPDATE registration SET location_id = settle_location(4::smallint, '', \(address), NULL, NULL, \(385_000 + east)::integer, 254900) WHERE id = \(licence)")
      return licence
    }
    let pub = try await stand("PREM/1", .premisesLicence, "1 Quay Street", east: 0)
    _ = try await stand("PHO/1", .privateHireOperator, "1 Quay Street", east: 0)
    _ = try await stand("PHO/2", .privateHireOperator, "2 Quay Street", east: 150)
    _ = try await stand("PHO/3", .privateHireOperator, "3 Quay Street", east: 3_000)
    try await Arrange.issue(version, to: pub, on: today)
    let coverage = try #require(try await store.coverage(within: 250, on: today, for: analyst)[id])
    #expect((coverage.inside, coverage.insideIssued, coverage.outside, coverage.outsideIssued) == (2, 1, 1, 0))
    let places = try await store.places(id, within: 250, on: today, for: analyst)
    #expect(places.map { $0.registers.joined(separator: ",") }.sorted() == ["operators", "operators,premises"])
    let (officer, _) = try await TestDatabase.current.signIn(.regulatoryOfficer)
    let campaigns = CampaignStore(TestDatabase.current.environment())
    let population = Population(authorities: [4], gap: .owed, hotSpot: id.uuidString.lowercased(), metres: 250)
    _ = try await campaigns.draft(NewCampaign(name: "Hot spot", population: population, versionID: version, channel: .hand, occasion: .hotspotCampaign), by: officer)
    struct Reached: RowDecodable, Sendable {
      var reference: String
      init(row: Row) throws { reference = try row.get("reference") }
    }
    let reached = try await TestDatabase.current.app.read(as: officer, Query<Reached>(
      "SELECT p.reference FROM campaign c, campaign_population(c.population, c.version_id, c.channel, \(today)) p WHERE p.reason IS NULL ORDER BY p.reference COLLATE \"C\""))
    #expect(reached.map(\.reference) == ["PHO/1", "PHO/2"])
    let counted = try await CoverageStore(TestDatabase.current.environment()).answer(CoverageQuestion(day: today), for: officer)
    #expect(counted.places.first { $0.register == nil }?.coverage.licences == 1 && !counted.places.contains { $0.register == .operators })
  }

  /// Of those who were there before bases were, and of one that moves.
  @Test func whoHasNoBaseIsGivenTheirAddress() async throws {
    let operatorWithAddress = try await Arrange.licence("PHO/1", in: 4, kind: .privateHireOperator, postcode: "WR1 2JN")
    let without = try await Arrange.licence("PHO/2", in: 4, kind: .privateHireOperator)
    let driver = try await Arrange.licence("PHD/1", in: 4)
    try await execute("UPDATE party SET address = '3 Quay Street' WHERE id IN (SELECT party_id FROM registration WHERE id IN (\(operatorWithAddress), \(driver)))")
    let settled = try await TestDatabase.current.owner.pool.transaction(.readWrite) { try await $0.value("SELECT settle_operator_bases()", as: Int.self) }
    #expect(settled == 1)
    #expect(try await place(of: operatorWithAddress).hasPrefix("|3 Quay Street|WR1 2JN"))
    #expect(try await value("SELECT count(*) FROM registration WHERE location_id IS NULL AND id IN (\(without), \(driver))", as: Int.self) == 2)
  }
}
