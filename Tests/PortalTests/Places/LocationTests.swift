import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// One location, many registrations; who answers for a place; places that turn out to be one.
@Suite(.database) struct LocationTests {
  private let today = Arrange.today

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }

  private func form(_ kind: LicenceKind, _ reference: String, name: String, address: String, postcode: String) -> [String: String] {
    [
      "register": kind.register.rawValue, "authority": "worcester", "kind": kind.rawValue, "reference": reference, "trading": name,
      "place-address": address, "place-postcode": postcode, "holder": "business", "business": "Severn Inns Ltd", "from-day": "1", "from-month": "11",
      "from-year": "2025", "months": "0",
    ]
  }

  private func add(_ browser: Browser, _ form: [String: String]) async throws -> UUID {
    try await browser.get("/licences/new?register=\(form["register"] ?? "")")
    try await browser.post("/licences/new", form)
    return try #require(UUID(uuidString: String(browser.path.split(separator: "/").last ?? "")), "\(browser.path)")
  }

  /// The same address in other words of the same letters is one place, counted once; a hotel and its bar are covered together.
  @Test func aHotelThatSellsAlcoholIsOnePlace() async throws {
    let version = try await Arrange.version(1, from: today.adding(years: -2))
    let (officer, browser) = try await TestDatabase.current.signIn(.licensingManager)
    let bar = try await add(browser, form(.premisesLicence, "PREM/1", name: "The Plumed Hat", address: "4 Friar Street\nWorcester", postcode: "wr12lz"))
    let rooms = try await add(browser, form(.hotel, "FOOD/1", name: "Plumed Hat Rooms", address: "4, FRIAR STREET, Worcester.", postcode: "WR1 2LZ"))
    #expect(try await value("SELECT count(*) FROM location", as: Int.self) == 1)
    #expect(try await value("SELECT count(DISTINCT location_id) FROM registration", as: Int.self) == 1)
    #expect(browser.body.contains("The Plumed Hat") && browser.body.contains("Also registered here"))
    // No end: it is current for ever, and its guidance year turns on the day it was granted.
    #expect(try await Arrange.lights(bar, on: today.adding(years: 30)).status == "current")
    try await Arrange.issue(version, to: rooms, on: today)
    let answer = try await CoverageStore(TestDatabase.current.environment()).answer(CoverageQuestion(day: today), for: officer)
    #expect(answer.total == Coverage(licences: 2, issued: 1, acknowledged: 0))
    let together = try #require(answer.places.first { $0.register == nil })
    #expect(together.coverage == Coverage(licences: 1, issued: 1, acknowledged: 0))
    #expect(answer.places.first { $0.register == .premises }?.coverage.issued == 0)
  }

  /// What is changed on the page is changed; where it stands stays. Take the register out of `RegisterRoutes.edit` to see this red.
  @Test func aCorrectionKeepsThePlace() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.licensingManager)
    let fields = form(.premisesLicence, "PREM/1", name: "The Plumed Hat", address: "4 Friar Street\nWorcester", postcode: "WR1 2LZ")
    let bar = try await add(browser, fields)
    let before = try await value("SELECT location_id FROM registration", as: UUID.self)
    var changed = fields.filter { ["reference", "trading", "place-address", "place-postcode", "holder", "business"].contains($0.key) }
    changed["version"] = "1"
    changed["phone"] = "01905 000000"
    try await browser.get("/licences/\(bar.uuidString)/edit")
    try await browser.post("/licences/\(bar.uuidString)/edit", changed)
    #expect(browser.status == .ok && browser.body.contains("01905 000000"))
    #expect(try await value("SELECT location_id FROM registration", as: UUID.self) == before)
    #expect(try await value("SELECT sort_name FROM registration", as: String.self) == "the plumed hat")
  }

  /// A new supervisor ends the one before, and is shown as owed guidance until it is given.
  @Test func aNewSupervisorIsAnOccasion() async throws {
    try await Arrange.version(1, from: today.adding(years: -2))
    let (_, browser) = try await TestDatabase.current.signIn(.regulatoryOfficer)
    let bar = try await add(browser, form(.premisesLicence, "PREM/1", name: "The Plumed Hat", address: "4 Friar Street", postcode: "WR1 2LZ"))
    func appoint(_ name: String, _ day: Int) async throws {
      try await browser.get("/licences/\(bar.uuidString)/roles/new")
      try await browser.post(
        "/licences/\(bar.uuidString)/roles/new", ["role": "dps", "name": name, "from-day": String(day), "from-month": "11", "from-year": "2026"])
    }
    try await appoint("Wilf Arrowsmith", 2)
    #expect(!browser.body.contains("no guidance has been given since"))
    try await appoint("Nadia Fenn", 20)
    #expect(browser.body.contains("Nadia Fenn became designated premises supervisor on 20 November 2026, and no guidance has been given since"))
    #expect(try await value("SELECT ends_before::text FROM place_role WHERE name = 'Wilf Arrowsmith'", as: String.self) == "2026-11-20")
    // Two at once are refused with words, not lost.
    try await appoint("Somebody Else", 10)
    #expect(browser.status == .unprocessableContent && browser.body.contains("Somebody else holds this role") && browser.body.contains("Somebody Else"))
    try await browser.get("/licences/\(bar.uuidString)/issues/new?occasion=dps_change")
    #expect(browser.body.contains("value=\"dps_change\" selected"))
    let version = try #require(browser.body.firstMatch(of: /value="([0-9A-F-]{36})" selected/)?.1)
    try await browser.post(
      "/licences/\(bar.uuidString)/issues/new",
      ["key": UUID().uuidString, "version": String(version), "occasion": "dps_change", "channel": "hand", "on-day": "23", "on-month": "11", "on-year": "2026"])
    try await browser.get("/licences/\(bar.uuidString)")
    #expect(!browser.body.contains("no guidance has been given since"))
  }

  /// Both histories stay; what the place that went said is kept; the pair is not suggested again.
  @Test func twoPlacesBecomeOne() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.licensingManager)
    let bar = try await add(browser, form(.premisesLicence, "PREM/1", name: "The Plumed Hat", address: "4 Friar Street", postcode: "WR1 2LZ"))
    let rooms = try await add(browser, form(.hotel, "FOOD/1", name: "Plumed Hat", address: "Friar St", postcode: "WR1 2LZ"))
    let other = try await add(browser, form(.hotel, "FOOD/2", name: "Heron House", address: "9 Friar Street", postcode: "WR1 2LZ"))
    try await browser.get("/locations/duplicates")
    #expect(browser.body.contains("A like name and the same postcode") && !browser.body.contains("Heron House"))
    let path = String(try #require(browser.body.firstMatch(of: /href="(\/locations\/[^"]+\/merge\/[^"]+)"/)?.1))
    try await browser.get(path)
    try await browser.post(path)
    #expect(browser.status == .unprocessableContent && browser.body.contains("Say whether they are one place"))
    try await browser.post(path, ["answer": "one"])
    #expect(browser.body.contains("PREM/1") && browser.body.contains("FOOD/1"))
    #expect(try await value("SELECT count(*) FROM location", as: Int.self) == 2)
    #expect(try await value("SELECT count(DISTINCT location_id) FROM registration WHERE id = ANY(\([bar, rooms]))", as: Int.self) == 1)
    #expect(try await value("SELECT gone ->> 'address' FROM location_merge", as: String.self).contains("Friar"))
    try await browser.get("/locations/duplicates")
    #expect(!browser.body.contains("/merge/"))
    for id in [bar, rooms] {
      try await browser.get("/licences/\(id.uuidString)")
      #expect(browser.body.contains("Added licence"))
    }
    try await browser.get("/licences/\(other.uuidString)")
    #expect(!browser.body.contains("Also registered here"))
  }

  /// Another district's place is not there at all.
  @Test func placesOfAnotherDistrictAreNotThere() async throws {
    let (_, everywhere) = try await TestDatabase.current.signIn(.licensingManager)
    _ = try await add(everywhere, form(.premisesLicence, "PREM/1", name: "The Plumed Hat", address: "4 Friar Street", postcode: "WR1 2LZ"))
    let place = try await value("SELECT id FROM location", as: UUID.self)
    let (_, redditch) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    for path in ["/locations/\(place.uuidString)", "/locations/\(place.uuidString)/place"] {
      try await redditch.get(path)
      #expect(redditch.status == .notFound, "\(path)")
    }
    try await redditch.get("/locations")
    #expect(redditch.body.contains("No locations yet"))
  }

  /// What is typed wrong is said at its field and kept; a place without a point stays and is counted as not on the map.
  @Test func pointsAreTypedWithoutAMap() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.licensingManager)
    var typed = form(.premisesLicence, "PREM/1", name: "The Plumed Hat", address: "4 Friar Street", postcode: "WR1 2LZ")
    typed["grid"] = "somewhere"
    try await browser.get("/licences/new?register=premises")
    try await browser.post("/licences/new", typed)
    #expect(browser.status == .unprocessableContent && browser.body.contains("Enter a grid reference") && browser.body.contains("value=\"somewhere\""))
    typed["grid"] = ""
    let bar = try await add(browser, typed)
    try await browser.get("/locations")
    #expect(browser.body.contains("Not on the map: <a class=\"govuk-link\" href=\"/locations?map&#61;no\">1</a>"))
    let place = try await value("SELECT id FROM location", as: UUID.self)
    try await browser.get("/locations/\(place.uuidString)/place")
    try await browser.post("/locations/\(place.uuidString)/place", ["grid": "SO 8504 5485", "version": browser.hidden("version") ?? ""])
    #expect(browser.body.contains("SO 8504 5485") && browser.body.contains("Placed by an officer"))
    try await browser.get("/licences/\(bar.uuidString)")
    #expect(browser.body.contains("SO 8504 5485"))
  }
}
