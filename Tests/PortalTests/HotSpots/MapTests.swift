import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// The map's data are those of its tables, for whoever may see the hot spots, small, and without a holder's name.
@Suite(.database) struct MapTests {
  private var store: HotSpotStore { HotSpotStore(TestDatabase.current.environment()) }
  private let today = Arrange.today

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }
  private func execute(_ sql: SQL) async throws { try await TestDatabase.current.owner.pool.transaction(.readWrite) { _ = try await $0.execute(sql) } }

  private func propose(by officer: Officer, named name: String = "Lantern Street", east: Int = 0) async throws -> UUID {
    try await store.propose(
      NewHotSpot(
        authority: 4, partnership: 2, name: name, theme: .transport, reasons: [.transportHub], reason: "Three agencies are concerned",
        area: .circle(easting: 385_000 + east, northing: 254_900, radius: 200), drawnFrom: "circle"), by: officer)
  }

  @discardableResult
  private func place(_ reference: String, _ kind: LicenceKind = .premisesLicence, east metres: Int, holder: String = "Amina Begum") async throws -> UUID {
    let licence = try await Arrange.licence(reference, in: 4, kind: kind, name: holder)
    try await execute("UPDATE registration SET location_id = settle_location(4::smallint, \("The " + reference), \(reference), NULL, NULL, \(385_000 + metres)::integer, 254900) WHERE id = \(licence)")
    return licence
  }

  private struct Feature {
    var kind: String
    var properties: [String: Any]
    var geometry: [String: Any]
  }

  private func features(_ browser: Browser, _ address: String = "/hot-spots/map/data") async throws -> [Feature] {
    try await browser.get(address)
    #expect(browser.status == .ok && browser.headers[.contentType] == "application/geo+json")
    let top = try #require(try JSONSerialization.jsonObject(with: Data(browser.body.utf8)) as? [String: Any])
    #expect(top["type"] as? String == "FeatureCollection")
    return try #require(top["features"] as? [[String: Any]]).map { feature in
      let properties = try #require(feature["properties"] as? [String: Any])
      return Feature(kind: properties["t"] as? String ?? "", properties: properties, geometry: feature["geometry"] as? [String: Any] ?? [:])
    }
  }

  @Test func theMapShowsWhatItsTablesSay() async throws {
    let version = try await Arrange.version(1, from: today - 400)
    let (analyst, _) = try await TestDatabase.current.signIn(.cspAnalyst)
    let spot = try await propose(by: analyst)
    let inside = try await place("PREM/1", east: 0)
    try await place("HMO/1", .mandatoryHMO, east: 300)
    try await place("PHO/1", .privateHireOperator, east: 440, holder: "Zebedee Marlowe")
    try await place("PREM/9", east: 460)
    try await Arrange.issue(version, to: inside, on: today, acknowledged: true)
    let (_, browser) = try await TestDatabase.current.signIn(.taskingMember, .csp(2))
    let all = try await features(browser)
    let places = all.filter { $0.kind == "place" }
    #expect(places.compactMap { $0.properties["n"] as? String }.sorted() == ["The HMO/1", "The PHO/1", "The PREM/1"])
    #expect(places.first { $0.properties["n"] as? String == "The PREM/1" }?.properties["g"] as? String == "acknowledged")
    let base = try #require(places.first { $0.properties["k"] as? String == "operators" })
    #expect(base.properties["g"] as? String == "none" && base.properties["h"] as? String == "HS-0001" && base.properties["d"] as? Int == 240)
    let drawn = try #require(all.first { $0.kind == "spot" })
    #expect((drawn.properties["p"] as? Int, drawn.properties["w"] as? Int, drawn.properties["s"] as? String) == (3, 2, "proposed"))
    #expect(drawn.properties["id"] as? String == spot.uuidString.lowercased() && all.contains { $0.kind == "ring" })
    // Degrees near Worcester, longitude first.
    let point = try #require(places[0].geometry["coordinates"] as? [Double])
    #expect((-2.3 ... -2.1).contains(point[0]) && (52.1...52.3).contains(point[1]))
    #expect(!browser.body.contains("Marlowe") && !browser.body.contains("Begum"))

    try await browser.get("/hot-spots/map")
    #expect(browser.status == .ok && browser.body.contains("The PHO/1") && browser.body.contains("Operator’s base") && browser.body.contains("240 m outside"))
    #expect(browser.body.contains("The HMO/1") && !browser.body.contains("PREM/9") && !browser.body.contains("Marlowe"))
    // Narrowed alike.
    #expect(try await features(browser, "/hot-spots/map/data?register=operators").filter { $0.kind == "place" }.count == 1)
    try await browser.get("/hot-spots/map?register=operators")
    #expect(browser.body.contains("The PHO/1") && !browser.body.contains("The HMO/1"))
    #expect(try await features(browser, "/hot-spots/map/data?state=designated").filter { $0.kind != "district" }.isEmpty)
    #expect(try await features(browser, "/hot-spots/map/data?csp=1").filter { $0.kind != "district" }.isEmpty)
    #expect(try await features(browser, "/hot-spots/map/data?places=none").filter { $0.kind == "place" }.isEmpty)
    // By rectangle: only what is in it.
    #expect(try await features(browser, "/hot-spots/map/data?bbox=-2.23,52.18,-2.20,52.20").filter { $0.kind == "place" }.count == 3)
    #expect(try await features(browser, "/hot-spots/map/data?bbox=-2.0,52.3,-1.9,52.4").isEmpty)
    for wrong in ["", "1,2,3", "a,b,c,d", "-2,52,-3,53", "-2,52,-1,152", "-2,52,-1,53,5"] {
      try await browser.get("/hot-spots/map/data?bbox=\(wrong)")
      #expect(browser.status == .badRequest, "\(wrong)")
    }
  }

  @Test func otherPartnershipsSeeNothingOfIt() async throws {
    let (analyst, _) = try await TestDatabase.current.signIn(.cspAnalyst)
    _ = try await propose(by: analyst)
    try await place("PREM/1", east: 0)
    let (_, north) = try await TestDatabase.current.signIn(.taskingChair, .csp(1))
    #expect(try await features(north).isEmpty)
    try await north.get("/hot-spots/map")
    #expect(north.status == .ok && !north.body.contains("PREM/1") && !north.body.contains("Lantern Street"))
    let (_, board) = try await TestDatabase.current.signIn(.boardReader)
    try await board.get("/hot-spots/map/data")
    #expect(board.status == .forbidden)
  }

  /// A place near two hot spots is one place, told of the nearer.
  @Test func aPlaceNearTwoIsShownOnce() async throws {
    let (analyst, browser) = try await TestDatabase.current.signIn(.cspAnalyst)
    _ = try await propose(by: analyst, named: "Far street", east: 600)
    _ = try await propose(by: analyst, named: "Near street")
    try await place("PREM/1", east: 250)
    let places = try await features(browser).filter { $0.kind == "place" }
    #expect(places.count == 1 && places[0].properties["h"] as? String == "HS-0002" && places[0].properties["d"] as? Int == 50)
  }

  /// Too many places are neither sent nor listed at once, and the answer stays small; from nearby they are there.
  @Test func tooManyPlacesAreShownFromNearby() async throws {
    try await TestDatabase.current.fillPlaces(36_000, spots: 40)
    let (_, browser) = try await TestDatabase.current.signIn(.cspAnalyst)
    let all = try await features(browser)
    #expect(browser.body.contains("\"withheld\":true") && all.filter { $0.kind == "place" }.isEmpty && all.filter { $0.kind == "spot" }.count == 40)
    #expect(browser.body.utf8.count < 300_000, "\(browser.body.utf8.count)")
    try await browser.get("/hot-spots/map")
    #expect(browser.status == .ok && browser.body.contains("too many to list here"))
    let near = try await features(browser, "/hot-spots/map/data?bbox=-2.222,52.190,-2.216,52.193")
    #expect(browser.body.contains("\"withheld\":false") && !near.filter { $0.kind == "place" }.isEmpty && browser.body.utf8.count < 300_000)
  }

  @Test func tilesAreAllowedOnlyWhereTheyAreConfigured() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.cspAnalyst)
    try await browser.get("/hot-spots/map")
    let strict = try #require(browser.headers[HTTPField.Name("Content-Security-Policy")!])
    #expect(strict.contains("img-src 'self' data:; font-src"))
    var environment = TestDatabase.current.environment()
    environment.tiles = try MapTiles(address: "https://tiles.example.org:8443/a/{z}/{x}/{y}.png", attribution: "© Somebody <b>")
    let site = try Site(environment, root: TestDatabase.root, keys: TestDatabase.current.keys(), origins: [Browser.origin])
    let other = Browser(site)
    other.stealCookies(from: browser)
    try await other.get("/hot-spots/map")
    #expect(other.status == .ok && other.body.contains("data-tiles=\"https://tiles.example.org:8443/a/{z}/{x}/{y}.png\"") && other.body.contains("© Somebody &lt;b"))
    #expect(other.headers[HTTPField.Name("Content-Security-Policy")!]?.contains("img-src 'self' data: https://tiles.example.org:8443; font-src") == true)
  }

  @Test func whatIsNoAddressOfTilesIsRefusedAtTheStart() throws {
    #expect(try MapTiles.configured([:]) == nil)
    #expect(try MapTiles.configured(["LANTERN_MAP_TILES": ""]) == nil)
    #expect(try MapTiles.configured(["LANTERN_MAP_TILES": "http://localhost:9000/{z}/{x}/{y}.png"])?.origin == "http://localhost:9000")
    for wrong in [
      "tiles", "http://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org/{z}/{x}.png", "https://a b/{z}/{x}/{y}", "https://x.org;script-src *;/{z}/{x}/{y}",
      "https://u:p@tiles.example.org/{z}/{x}/{y}.png", "javascript:{z}{x}{y}", "https:///{z}/{x}/{y}.png",
    ] {
      #expect(throws: MapTiles.Unusable.self, "\(wrong)") { try MapTiles(address: wrong, attribution: "") }
    }
  }
}
