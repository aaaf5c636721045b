import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing

/// A campaign reaches everybody of its population once, and tells of everybody whom it leaves out why.
@Suite(.database) struct CampaignTests {
  private var store: CampaignStore { CampaignStore(TestDatabase.current.environment()) }
  private let today = Arrange.today

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }

  private func execute(_ sql: SQL) async throws {
    try await TestDatabase.current.owner.pool.transaction(.readWrite) { _ = try await $0.execute(sql) }
  }

  /// Redditch drivers with an address: RE-1 to RE-many, all current.
  private func drivers(_ many: Int) async throws -> [UUID] {
    var ids: [UUID] = []
    for number in 1...many { ids.append(try await Arrange.licence("RE-\(number)", postcode: "B97 \(number % 10)AA")) }
    try await execute("UPDATE party SET address = '1 High Street', email = 'holder@example.org'")
    return ids
  }

  private func draft(_ version: UUID, channel: Channel = .letter, gap: Population.Gap = .owed, by officer: Officer) async throws -> Campaign {
    let new = NewCampaign(
      name: "Autumn", population: Population(authorities: [3], kinds: LicenceKind.allCases.map(\.rawValue), gap: gap), versionID: version, channel: channel,
      occasion: .anniversary)
    let id = try await store.draft(new, by: officer)
    return try #require(try await store.campaign(id, for: officer))
  }

  private func again(_ campaign: Campaign, _ officer: Officer) async throws -> Campaign { try #require(try await store.campaign(campaign.id, for: officer)) }

  private func running(_ campaign: Campaign, by officer: Officer) async throws -> Campaign {
    try await store.fix(campaign, by: officer)
    try await store.run(try await again(campaign, officer), by: officer)
    return try await again(campaign, officer)
  }

  /// Nobody lost, nobody twice: each of the list has one issue, and the log tells of as many.
  private func expectOnceEach(_ campaign: Campaign, _ many: Int) async throws {
    #expect(try await value("SELECT count(*) FROM issuance", as: Int.self) == many)
    #expect(try await value("SELECT count(DISTINCT registration_id) FROM issuance", as: Int.self) == many)
    #expect(try await value("SELECT count(*) FROM campaign_recipient WHERE campaign_id = \(campaign.id) AND state = 'issued' AND issuance_id IS NOT NULL", as: Int.self) == many)
    #expect(
      try await value(
        """
        SELECT count(*) FROM audit.subject s JOIN audit.entry e ON e.seq = s.seq JOIN registration r ON r.id = s.subject_id
         WHERE e.body::jsonb ->> 'verb' = 'issueCampaign'
        """, as: Int.self) == many)
  }

  @Test func theDryRunTellsOfEverybodyAndChangesNothing() async throws {
    let ids = try await drivers(8)
    let version = try await Arrange.version(1, from: today - 400)
    let other = try await Arrange.version(2, from: today - 300)
    try await Arrange.issue(other, to: ids[0], on: today)
    try await Arrange.issue(version, to: ids[1], on: today)
    try await Arrange.restrict(ids[2], .suspension, from: today - 5)
    try await Arrange.restrict(ids[3], .revocation, from: today - 5)
    try await execute("UPDATE party SET address = '' WHERE id = (SELECT party_id FROM registration WHERE id = \(ids[4]))")
    let (officer, browser) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await draft(other, by: officer)
    let tallies = try await store.tallies(campaign, for: officer)
    #expect(Dictionary(uniqueKeysWithValues: tallies.map { ($0.reason?.rawValue ?? "", $0.count) }) == [
      "": 3, "has_version": 1, "guidance_held": 1, "not_current": 1, "closed": 1, "no_address": 1,
    ])
    #expect(try await value("SELECT count(*) FROM campaign_recipient", as: Int.self) == 0)
    // Every count leads to as many rows.
    for tally in tallies {
      let rows = try await store.recipients(campaign, RecipientFilter(state: tally.state, reason: tally.reason), limit: nil, for: officer)
      #expect(rows.filter { $0.reason == tally.reason }.count == tally.count)
    }
    try await browser.get("/campaigns/\(campaign.id.uuidString)")
    #expect(browser.status == .ok && browser.body.contains("it would go to 3 of 8 licences") && browser.body.contains("No postal address or no postcode"))
    // Everybody who lacks this version: whoever holds another is reached too.
    let all = try await draft(other, gap: .everybody, by: officer)
    #expect(try await store.tallies(all, for: officer).first { $0.reason == nil }?.count == 4)
  }

  /// Delete `for update skip locked` in `campaign_batch` (migration of campaigns) to see the two take the same rows.
  @Test func twoWorkersGiveOnceEach() async throws {
    _ = try await drivers(60)
    let (officer, _) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await running(draft(Arrange.version(1, from: today - 400), by: officer), by: officer)
    let environment = TestDatabase.current.environment()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<3 { group.addTask { while try await CampaignWorker(environment: environment, size: 7).workOnce() {} } }
      try await group.waitForAll()
    }
    _ = try await CampaignWorker(environment: environment).workOnce()
    #expect(try await again(campaign, officer).state == .finished)
    try await expectOnceEach(campaign, 60)
    #expect(try await CampaignWorker(environment: environment).workOnce() == false)
  }

  /// The server ends the connection in the middle of a batch: all of that batch waits again, none of it was given, and the next run
  /// gives the rest. Commit between `campaign_batch` and the log in `CampaignWorker.attempt` to see it red.
  @Test func aKilledBackendLosesNobody() async throws {
    _ = try await drivers(30)
    let (officer, _) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await running(draft(Arrange.version(1, from: today - 400), by: officer), by: officer)
    // The eleventh issue kills its own connection, and the first of the second try that the pool makes by itself.
    try await execute("CREATE SEQUENCE fuse")
    try await execute("GRANT USAGE ON SEQUENCE fuse TO PUBLIC")
    try await execute(
      """
      CREATE FUNCTION blow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
        IF nextval('fuse') IN (11, 12) THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN new; END $$
      """)
    try await execute("GRANT EXECUTE ON FUNCTION blow TO PUBLIC")
    try await execute("CREATE TRIGGER blow BEFORE INSERT ON issuance FOR EACH ROW EXECUTE FUNCTION blow()")
    let worker = CampaignWorker(environment: TestDatabase.current.environment(), size: 8)
    _ = try await worker.workOnce()
    #expect(try await value("SELECT count(*) FROM issuance", as: Int.self) == 8)
    await #expect(throws: PostgresError.self) { try await worker.workOnce() }
    #expect(try await value("SELECT count(*) FROM issuance", as: Int.self) == 8)
    #expect(try await value("SELECT count(*) FROM campaign_recipient WHERE state = 'planned'", as: Int.self) == 22)
    while try await worker.workOnce() {}
    #expect(try await again(campaign, officer).state == .finished)
    try await expectOnceEach(campaign, 30)
  }

  @Test func aPauseHoldsAndAResumeGoesOn() async throws {
    _ = try await drivers(12)
    let (officer, _) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await running(draft(Arrange.version(1, from: today - 400), by: officer), by: officer)
    let worker = CampaignWorker(environment: TestDatabase.current.environment(), size: 5)
    _ = try await worker.workOnce()
    try await store.pause(campaign, by: officer)
    #expect(try await worker.workOnce() == false)
    #expect(try await value("SELECT count(*) FROM issuance", as: Int.self) == 5)
    try await store.run(try await again(campaign, officer), by: officer)
    _ = try await worker.workOnce()
    try await store.cancel(try await again(campaign, officer), by: officer)
    #expect(try await worker.workOnce() == false)
    #expect(try await value("SELECT count(*) FROM issuance", as: Int.self) == 10)
    // What is cancelled does not come back.
    await #expect(throws: (any Error).self) { try await store.run(try await again(campaign, officer), by: officer) }
  }

  /// A row that the database refuses is marked, and the others are given theirs.
  @Test func oneBadRowKeepsNobodyWaiting() async throws {
    let ids = try await drivers(9)
    let (officer, _) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await running(draft(Arrange.version(1, from: today - 400), by: officer), by: officer)
    try await execute("CREATE TABLE bad (id uuid)")
    try await execute("INSERT INTO bad VALUES (\(ids[3]))")
    try await execute("GRANT SELECT ON bad TO PUBLIC")
    try await execute(
      """
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
        IF new.registration_id = (SELECT id FROM bad) THEN RAISE EXCEPTION 'no' USING errcode = '23514'; END IF; RETURN new; END $$
      """)
    try await execute("GRANT EXECUTE ON FUNCTION refuse TO PUBLIC")
    try await execute("CREATE TRIGGER refuse BEFORE INSERT ON issuance FOR EACH ROW EXECUTE FUNCTION refuse()")
    let worker = CampaignWorker(environment: TestDatabase.current.environment())
    while try await worker.workOnce() {}
    #expect(try await value("SELECT string_agg(registration_id::text || ' ' || reason, '') FROM campaign_recipient WHERE state = 'failed'", as: String.self) == "\(ids[3].uuidString.lowercased()) fault")
    try await expectOnceEach(campaign, 8)
  }

  /// Between the list and the turn things change: given by hand meanwhile, suspended, moved.
  @Test func whoIsReachedIsAskedAgainWhenTheTurnComes() async throws {
    let ids = try await drivers(4)
    let version = try await Arrange.version(1, from: today - 400)
    let (officer, _) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await running(draft(version, by: officer), by: officer)
    try await Arrange.issue(version, to: ids[0], on: today)
    try await Arrange.restrict(ids[1], .suspension, from: today)
    try await execute("UPDATE party SET address = '9 New Street' WHERE id = (SELECT party_id FROM registration WHERE id = \(ids[2]))")
    while try await CampaignWorker(environment: TestDatabase.current.environment()).workOnce() {}
    let rows = try await store.recipients(try await again(campaign, officer), RecipientFilter(), limit: nil, for: officer)
    let by = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) })
    #expect(by[ids[0]]?.reason == .hasVersion && by[ids[1]]?.reason == .notCurrent)
    #expect(by[ids[2]]?.state == .issued && by[ids[2]]?.address == "9 New Street")
    #expect(try await value("SELECT count(*) FROM issuance", as: Int.self) == 3)
  }

  /// A letter that came back undoes nothing; its address is not written to again until it changes.
  @Test func returnedMailMarksTheAddressAndUndoesNothing() async throws {
    let ids = try await drivers(3)
    let version = try await Arrange.version(1, from: today - 400)
    let (officer, browser) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await running(draft(version, by: officer), by: officer)
    while try await CampaignWorker(environment: TestDatabase.current.environment()).workOnce() {}
    let (recorded, unmatched) = try await store.recordReturns(["re 2", "NOBODY", "RE-2"], of: campaign, reason: .goneAway, on: today, by: officer)
    #expect(recorded == ["RE-2"] && unmatched == ["NOBODY"])
    #expect(try await store.recipients(try await again(campaign, officer), RecipientFilter(), limit: nil, for: officer).filter { $0.returnReason == .goneAway }.map(\.reference) == ["RE-2"])
    try await browser.get("/campaigns/\(campaign.id.uuidString)/returns")
    #expect(browser.body.contains("What the envelope says") && browser.body.contains("Gone away</td>"))
    #expect(try await Arrange.lights(ids[1], on: today).guidance == "held")
    #expect(try await value("SELECT count(*) FROM issuance_void", as: Int.self) == 0)
    // Another letter, of a later version: not to that address.
    let later = try await Arrange.version(2, from: today - 1)
    let next = try await draft(later, gap: .everybody, by: officer)
    #expect(try await store.tallies(next, for: officer).contains { $0.reason == .addressReturned && $0.count == 1 })
    // Nothing to send again until the address is another.
    #expect(try await store.resend(try await again(campaign, officer), by: officer) == 0)
    try await execute("UPDATE party SET address = '2 New Street' WHERE id = (SELECT party_id FROM registration WHERE id = \(ids[1]))")
    #expect(try await store.resend(try await again(campaign, officer), by: officer) == 1)
    while try await CampaignWorker(environment: TestDatabase.current.environment()).workOnce() {}
    // The same issue, sent again: not a second one.
    #expect(try await value("SELECT count(*) FROM issuance", as: Int.self) == 3)
    #expect(try await value("SELECT attempt || state || address FROM campaign_recipient WHERE registration_id = \(ids[1])", as: String.self) == "2issued2 New Street")
    try await browser.get("/campaigns/\(campaign.id.uuidString)/returns")
    #expect(browser.status == .ok)
  }

  /// What could not be delivered is told to the campaign, and is sent again as another message of the same issue.
  /// Drop the trigger `delivery_tells_its_campaign` to see it red.
  @Test func whatCouldNotBeDeliveredIsSentAgain() async throws {
    let ids = try await drivers(3)
    let (officer, _) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await running(draft(Arrange.version(1, from: today - 400), channel: .email, by: officer), by: officer)
    let environment = TestDatabase.current.environment()
    let worker = CampaignWorker(environment: environment)
    while try await worker.workOnce() {}
    #expect(try await value("SELECT count(*) FROM delivery WHERE campaign_id = \(campaign.id)", as: Int.self) == 3)
    try await execute("UPDATE party SET email = 'gone@example.org' WHERE id = (SELECT party_id FROM registration WHERE id = \(ids[1]))")
    _ = try await DeliveryWorker(environment: environment, carriers: [Refusing()]).workOnce()
    #expect(try await value("SELECT string_agg(state || ' ' || reason, ',') FROM campaign_recipient", as: String.self) == "failed delivery,failed delivery,failed delivery")
    #expect(try await store.resend(try await again(campaign, officer), by: officer) == 3)
    while try await worker.workOnce() {}
    _ = try await DeliveryWorker(environment: environment, carriers: []).workOnce()
    #expect(try await value("SELECT count(*) FROM issuance", as: Int.self) == 3)
    #expect(try await value("SELECT count(*) FROM delivery WHERE state = 'sent'", as: Int.self) == 3)
    #expect(try await value("SELECT recipient FROM delivery WHERE state = 'sent' AND registration_id = \(ids[1])", as: String.self) == "gone@example.org")
    #expect(try await value("SELECT count(*) FROM campaign_recipient WHERE state = 'issued' AND attempt = 2", as: Int.self) == 3)
    #expect(try await again(campaign, officer).state == .finished)
  }

  @Test func byHandIsRecordedByPeopleAndTheRestByTheWork() async throws {
    let ids = try await drivers(5)
    let (officer, browser) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await running(draft(Arrange.version(1, from: today - 400), channel: .hand, by: officer), by: officer)
    let worker = CampaignWorker(environment: TestDatabase.current.environment())
    #expect(try await worker.workOnce() == false)
    #expect(try await store.give(campaign, to: [ids[0], ids[1]], on: today, by: officer) == 2)
    #expect(try await store.give(campaign, to: [ids[1]], on: today, by: officer) == 0)
    let path = "/campaigns/\(campaign.id.uuidString.lowercased())"
    try await browser.get(path + "/given")
    #expect(browser.body.contains("3 are waiting"))
    let parts = ["rest-day": "\(today.day)", "rest-month": "\(today.month)", "rest-year": "\(today.year)"]
    try await browser.post(path + "/rest", parts)
    #expect(browser.status == .ok, "\(browser.body)")
    while try await worker.workOnce() {}
    #expect(try await again(campaign, officer).state == .finished)
    try await expectOnceEach(campaign, 5)
    #expect(try await value("SELECT string_agg(DISTINCT channel, ',') FROM issuance", as: String.self) == "hand")
  }

  /// Who started it loses the role: the campaign pauses and says why, and somebody who may goes on with it.
  @Test func theWorkEndsWithThePowersOfWhoStartedIt() async throws {
    _ = try await drivers(4)
    let (officer, _) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await running(draft(Arrange.version(1, from: today - 400), by: officer), by: officer)
    try await execute("UPDATE sec.role_grant SET ended_at = now() WHERE account_id = \(officer.id)")
    _ = try await CampaignWorker(environment: TestDatabase.current.environment()).workOnce()
    #expect(try await value("SELECT count(*) FROM issuance", as: Int.self) == 0)
    #expect(try await value("SELECT state || ': ' || failure FROM campaign", as: String.self).hasPrefix("paused: Who started"))
    let (other, _) = try await TestDatabase.current.signIn(.regulatoryOfficer, .organisation(1))
    try await store.run(try await again(campaign, other), by: other)
    while try await CampaignWorker(environment: TestDatabase.current.environment()).workOnce() {}
    try await expectOnceEach(campaign, 4)
  }

  @Test func anotherDistrictSeesNothingOfIt() async throws {
    _ = try await drivers(3)
    let (officer, _) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await running(draft(Arrange.version(1, from: today - 400), by: officer), by: officer)
    let (stranger, browser) = try await TestDatabase.current.signIn(.licensingManager, .authority(4))
    for sql: SQL in ["SELECT count(*) FROM campaign", "SELECT count(*) FROM campaign_recipient", "SELECT count(*) FROM mail_returned"] {
      #expect(try await TestDatabase.current.app.reading(as: stranger) { try await $0.value(sql, as: Int.self) } == 0)
    }
    try await browser.get("/campaigns/\(campaign.id.uuidString)")
    #expect(browser.status == .notFound)
    // One who reads it but may not write in all of its districts does not move it.
    let (reader, readers) = try await TestDatabase.current.signIn(.businessSupport, .authority(3))
    try await readers.get("/campaigns/\(campaign.id.uuidString)")
    #expect(readers.status == .ok && !readers.body.contains("Pause"))
    await #expect(throws: (any Error).self) { try await store.pause(campaign, by: reader) }
  }

  /// The list of a campaign that was begun is kept, whoever asks.
  @Test func aListThatWasBegunIsNotThrownAway() async throws {
    _ = try await drivers(2)
    let (officer, _) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await running(draft(Arrange.version(1, from: today - 400), by: officer), by: officer)
    await #expect(throws: PostgresError.self) { try await execute("DELETE FROM campaign_recipient WHERE campaign_id = \(campaign.id)") }
  }
}

/// A mail server that knows nobody.
private struct Refusing: Carrier {
  let name = "smtp"
  func carries(_ channel: String) -> Bool { true }
  func send(_ message: LeasedMessage) async -> CarrierAnswer { .refused("the mail server does not know the address") }
}
