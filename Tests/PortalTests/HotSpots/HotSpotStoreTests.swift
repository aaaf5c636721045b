import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// A hot spot from its proposal to its end, the two people and the consultation it takes, and what is in it.
@Suite(.database) struct HotSpotStoreTests {
  private var store: HotSpotStore { HotSpotStore(TestDatabase.current.environment()) }
  private let today = Arrange.today

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }

  private func propose(by officer: Officer, in authority: Int = 4, partnership: Int = 2, at middle: (Int, Int) = (385_000, 254_900)) async throws -> HotSpot {
    let id = try await store.propose(
      NewHotSpot(
        authority: authority, partnership: partnership, name: "Lantern Street", theme: .transport, reasons: [.transportHub], reason: "Three agencies are concerned",
        area: .circle(easting: middle.0, northing: middle.1, radius: 200), drawnFrom: "circle"), by: officer)
    return try #require(try await store.hotSpot(id, for: officer))
  }

  /// Places with a current licence so many metres east of the middle.
  private func place(_ reference: String, east metres: Int) async throws -> UUID {
    let licence = try await Arrange.licence(reference, in: 4, kind: .premisesLicence)
    let author = try await TestDatabase.current.operatorOfficer()
    try await TestDatabase.current.owner.write(by: author, at: TestDatabase.noon) { transaction in
      try await transaction.execute(
        "UPDATE registration SET location_id = settle_location(4::smallint, \(reference), \(reference), NULL, NULL, \(385_000 + metres)::integer, 254900) WHERE id = \(licence)")
      return Written((), entries: [])
    }
    return licence
  }

  @Test func aDesignationTakesAnAnswerAndASecondPerson() async throws {
    let (analyst, _) = try await TestDatabase.current.signIn(.cspAnalyst)
    let (chair, _) = try await TestDatabase.current.signIn(.taskingChair, .csp(2), named: "Leonora Fitch")
    var spot = try await propose(by: analyst)
    #expect(spot.state == .proposed && spot.reference.hasPrefix("HS-"))
    let designation = NewDecision(.designate, reason: "Tasking agrees", decidedOn: today, reviewBy: today + 42)
    await #expect(throws: Problem.self) { try await store.decide(designation, on: spot, version: spot.version, by: chair) }
    try await store.ask(spot, on: today - 3, by: analyst)
    spot = try #require(try await store.hotSpot(spot.id, for: chair))
    #expect(spot.askedOn == today - 3 && spot.answeredOn == nil)
    await #expect(throws: Problem.self) { try await store.decide(designation, on: spot, version: spot.version, by: chair) }
    try await store.answer(spot, .supports, "", on: today - 1, by: analyst)
    try await store.decide(designation, on: spot, version: spot.version, by: chair)
    spot = try #require(try await store.hotSpot(spot.id, for: chair))
    #expect(spot.state == .designated && spot.reviewBy == today + 42 && spot.designator == "Leonora Fitch")
    #expect(try await value("SELECT second_person FROM hot_spot_decision WHERE kind = 'designate'", as: UUID.self) == analyst.id)
    // An old page takes no second effect.
    await #expect(throws: Problem.self) { try await store.decide(NewDecision(.respond, reason: "Patrols", decidedOn: today), on: spot, version: 1, by: chair) }
  }

  @Test func whoeverProposedDoesNotDesignate() async throws {
    let (chair, _) = try await TestDatabase.current.signIn(.taskingChair, .csp(2))
    let spot = try await propose(by: chair)
    try await store.ask(spot, on: today - 3, by: chair)
    try await store.answer(spot, .supports, "", on: today - 1, by: chair)
    await #expect(throws: Problem.self) {
      try await store.decide(NewDecision(.designate, reason: "Mine", decidedOn: today, reviewBy: today + 42), on: spot, version: spot.version, by: chair)
    }
    #expect(try await value("SELECT state FROM hot_spot", as: String.self) == "proposed")
  }

  /// What was suggested is proposed by somebody, who then is the first of the two people.
  @Test func aSuggestionIsProposedByAPerson() async throws {
    let (analyst, browser) = try await TestDatabase.current.signIn(.cspAnalyst)
    let id = try await propose(by: analyst).id
    let author = try await TestDatabase.current.operatorOfficer()
    try await TestDatabase.current.owner.write(by: author, at: TestDatabase.noon) { transaction in
      try await transaction.execute("UPDATE hot_spot SET state = 'suggested', proposed_by = NULL, proposed_on = NULL WHERE id = \(id)")
      return Written((), entries: [])
    }
    let path = "/hot-spots/\(id.uuidString.lowercased())"
    try await browser.get(path)
    #expect(browser.body.contains("Propose to tasking"))
    try await browser.get(path + "/proposal")
    try await browser.post(path + "/proposal", ["on-day": "23", "on-month": "11", "on-year": "2026", "reason": "Three items near each other", "seen": "1"])
    #expect(browser.status == .ok && browser.body.contains("was proposed"))
    #expect(try #require(try await store.hotSpot(id, for: analyst)).proposedBy == analyst.id)
  }

  @Test func otherPartnershipsDoNotSeeIt() async throws {
    let (analyst, _) = try await TestDatabase.current.signIn(.cspAnalyst)
    let (north, browser) = try await TestDatabase.current.signIn(.taskingChair, .csp(1))
    let spot = try await propose(by: analyst)
    #expect(try await store.hotSpot(spot.id, for: north) == nil)
    #expect(try await store.list(HotSpotFilter(), for: north).isEmpty)
    #expect(try await store.places(spot.id, within: 250, on: today, for: north).isEmpty)
    #expect(try await store.coverage(within: 250, on: today, for: north).isEmpty)
    #expect(try await store.frame(spot.id, within: 250, for: north) == nil)
    try await browser.get("/hot-spots/\(spot.id.uuidString.lowercased())")
    #expect(browser.status == .notFound)
  }

  /// Inside, in the metres around, and elsewhere in the district, each counted once.
  @Test func coverageInsideIsSetAgainstOutside() async throws {
    let version = try await Arrange.version(1, from: today - 400)
    let inside = try await place("PREM/1", east: 0)
    _ = try await place("PREM/2", east: 199)
    _ = try await place("PREM/3", east: 440)
    let far = try await place("PREM/4", east: 2_000)
    _ = try await place("PREM/5", east: 2_100)
    try await Arrange.issue(version, to: inside, on: today, acknowledged: true)
    try await Arrange.issue(version, to: far, on: today)
    let (analyst, _) = try await TestDatabase.current.signIn(.cspAnalyst)
    let spot = try await propose(by: analyst)
    let near = try #require(try await store.coverage(within: 0, on: today, for: analyst)[spot.id])
    #expect((near.inside, near.insideIssued, near.outside, near.outsideIssued) == (2, 1, 3, 1))
    let wide = try #require(try await store.coverage(within: 250, on: today, for: analyst)[spot.id])
    #expect((wide.inside, wide.insideIssued, wide.outside, wide.outsideIssued) == (3, 1, 2, 1))
    let places = try await store.places(spot.id, within: 250, on: today, for: analyst)
    #expect(places.map(\.name) == ["PREM/1", "PREM/2", "PREM/3"] && places.map(\.guidance) == [.acknowledged, .none, .none])
    #expect(places[0].distance == 0 && (240...245).contains(places[2].distance))

    // The campaign reaches those without guidance, in the hot spot and around it, and nobody else.
    let (officer, _) = try await TestDatabase.current.signIn(.regulatoryOfficer)
    let campaigns = CampaignStore(TestDatabase.current.environment())
    let population = Population(authorities: [4], gap: .owed, hotSpot: spot.id.uuidString.lowercased(), metres: 250)
    _ = try await campaigns.draft(NewCampaign(name: "Hot spot", population: population, versionID: version, channel: .hand, occasion: .hotspotCampaign), by: officer)
    let reached = try await TestDatabase.current.app.read(as: officer, Query<Reached>(
      "SELECT p.reference FROM campaign c, campaign_population(c.population, c.version_id, c.channel, \(today)) p WHERE p.reason IS NULL ORDER BY p.reference COLLATE \"C\""))
    #expect(reached.map(\.reference) == ["PREM/2", "PREM/3"])
  }

  private struct Reached: RowDecodable, Sendable {
    var reference: String
    init(row: Row) throws { reference = try row.get("reference") }
  }

  @Test func theDatabaseRefusesWhatThePagesForgot() async throws {
    let (analyst, _) = try await TestDatabase.current.signIn(.cspAnalyst)
    let (chair, _) = try await TestDatabase.current.signIn(.taskingChair, .csp(2))
    let spot = try await propose(by: analyst)
    func attempt(_ sql: SQL) async -> String? {
      do {
        try await TestDatabase.current.app.write(by: chair, at: TestDatabase.noon) { transaction in
          try await transaction.execute(sql)
          return Written((), entries: [])
        }
        return nil
      } catch { return (error as? PostgresError)?.constraint ?? "\(error)" }
    }
    let columns: SQL = "hot_spot_decision (hot_spot_id, authority_id, kind, reason, decided_on, review_by, decided_by, second_person)"
    #expect(await attempt("INSERT INTO \(columns) VALUES (\(spot.id), 4, 'designate', 'because', \(today), \(today + 42), \(chair.id), \(analyst.id))") == "hot_spot_decision_consulted")
    try await store.ask(spot, on: today, by: analyst)
    try await store.answer(spot, .supports, "", on: today, by: analyst)
    #expect(await attempt("INSERT INTO \(columns) VALUES (\(spot.id), 4, 'designate', 'because', \(today), \(today + 42), \(chair.id), \(chair.id))") == "hot_spot_decision_two_people")
    #expect(await attempt("INSERT INTO \(columns) VALUES (\(spot.id), 4, 'designate', 'because', \(today), \(today + 91), \(chair.id), \(analyst.id))") == "hot_spot_decision_review_in_time")
    #expect(await attempt("UPDATE hot_spot SET designated_by = proposed_by, designated_on = \(today)") == "hot_spot_designated_by_another")
    #expect(await attempt("UPDATE hot_spot SET state = 'monitoring'") == "hot_spot_designated_with_review")
  }

  @Test func theFormSaysWhatIsWrongAndKeepsWhatWasTyped() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.cspAnalyst)
    try await browser.get("/hot-spots/new")
    let typed = [
      "name": "Lantern Street", "district": "worcester", "theme": "transport", "reasons": "transport_hub", "reason": "Three agencies are concerned", "how": "coordinates",
      "corners": "385000 254900\n385200 255100\n385200 254900\n385000 255100",
    ]
    try await browser.post("/hot-spots/new", typed)
    #expect(browser.status == .unprocessableContent && browser.body.contains("crosses itself") && browser.body.contains("385200 255100"))
    var postcode = typed
    postcode["how"] = "postcode"
    postcode["postcode"] = "WR1 9XX"
    postcode["postcode-radius"] = "9"
    try await browser.post("/hot-spots/new", postcode)
    #expect(browser.body.contains("We do not know where “WR1 9XX” is") && browser.body.contains("between 25 and 2,500 metres"))
    var right = typed
    right["corners"] = "385000 254900\n385200 254900\n385200 255100\n385000 255100"
    try await browser.post("/hot-spots/new", right)
    #expect(browser.status == .ok && browser.body.contains("40,000 square metres") && browser.body.contains("The hot spot is proposed"))
    #expect(try await value("SELECT round(st_area(area))::bigint FROM hot_spot", as: Int.self) == 40_000)
  }
}
