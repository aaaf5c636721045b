import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// Letters of a campaign are made into files: each letter in one, whatever dies, as it went out.
@Suite(.database) struct LetterTests {
  private let today = Arrange.today
  private let home = FileManager.default.temporaryDirectory.appendingPathComponent("lantern-letters-" + UUID().uuidString)

  private func environment(pdf: Bool = true, later seconds: Double = 0) throws -> Portal.Environment {
    var environment = TestDatabase.current.environment(now: TestDatabase.noon.addingTimeInterval(seconds), home: home)
    if pdf { environment.pdf = try #require(PDFWorker(root: TestDatabase.root, most: 1), "bin/setup installs what makes PDF files; see what it said") }
    return environment
  }

  private func worker(_ environment: Portal.Environment) throws -> LetterWorker {
    LetterWorker(environment: environment, renderer: try Renderer(directory: TestDatabase.root.appendingPathComponent("Templates").path))
  }

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }

  private func execute(_ sql: SQL) async throws {
    try await TestDatabase.current.owner.pool.transaction(.readWrite) { _ = try await $0.execute(sql) }
  }

  /// A campaign by letter that has given guidance to so many drivers of Redditch.
  private func given(_ many: Int, by officer: Officer) async throws -> Campaign {
    for number in 1...many { try await Arrange.licence("RE-\(number)", name: "Driver Number\(number)", postcode: "B97 \(number % 10)AA") }
    try await execute("UPDATE party SET address = '1 High Street\nRedditch'")
    let store = CampaignStore(TestDatabase.current.environment())
    let version = try await Arrange.version(1, from: today - 400)
    let id = try await store.draft(
      NewCampaign(
        name: "Autumn", population: Population(authorities: [3], kinds: LicenceKind.allCases.map(\.rawValue), gap: .owed), versionID: version, channel: .letter,
        occasion: .anniversary), by: officer)
    func now() async throws -> Campaign { try #require(try await store.campaign(id, for: officer)) }
    try await store.fix(try await now(), by: officer)
    try await store.run(try await now(), by: officer)
    while try await CampaignWorker(environment: TestDatabase.current.environment()).workOnce() {}
    return try await now()
  }

  @Test func everyLetterIsInOneFile() async throws {
    let (officer, browser) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await given(7, by: officer)
    let environment = try environment()
    let store = LetterStore(environment)
    #expect(try await store.batches(campaign, for: officer).without == 7)
    #expect(try await store.ask(campaign, size: 3, by: officer) == 7)
    #expect(try await store.ask(campaign, size: 3, by: officer) == 0)
    #expect(try await value("SELECT string_agg(letters::text, ',' ORDER BY number) FROM letter_batch", as: String.self) == "3,3,1")
    while try await worker(environment).workOnce() {}
    let (batches, given, without) = try await store.batches(campaign, for: officer)
    #expect(batches.map(\.state) == [.made, .made, .made] && given == 7 && without == 0)
    #expect(try await value("SELECT count(DISTINCT registration_id) FROM letter", as: Int.self) == 7)
    for batch in batches {
      let file = try Data(contentsOf: home.appendingPathComponent("letters/\(batch.id.uuidString.lowercased()).pdf"))
      #expect(file.starts(with: Data("%PDF-".utf8)) && file.count == batch.bytes)
    }
    // In walking order, as the posting list has them.
    #expect(
      try await value("SELECT array_agg(l.registration_id ORDER BY b.number, l.number) FROM letter l JOIN letter_batch b ON b.id = l.batch_id", as: [UUID].self)
        == value("SELECT array_agg(registration_id ORDER BY walk_key, registration_id) FROM campaign_recipient", as: [UUID].self))
    try await browser.get("\(campaign.path)/letters/\(batches[0].id.uuidString.lowercased())/posting-list.csv")
    #expect(browser.body.components(separatedBy: "\r\n").count == 5 && browser.body.contains("\"1 High Street, Redditch\""))
    #expect(try await value("SELECT count(*) FROM audit.entry WHERE body::jsonb ->> 'verb' = 'exportList'", as: Int.self) == 1)
  }

  /// What died in the middle leaves its file to another when its claim has lapsed; whoever comes too late settles nothing. Delete
  /// `attempts = …` in `LetterWorker.settle` to see the second half red.
  @Test func whatDiesLeavesItsFileToAnother() async throws {
    let (officer, _) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await given(2, by: officer)
    let store = LetterStore(try environment())
    _ = try await store.ask(campaign, by: officer)
    // One claims it and dies.
    try await execute("SELECT sec.claim_letters(\(TestDatabase.noon))")
    #expect(try await worker(try environment()).workOnce() == false)
    #expect(try await worker(try environment(later: 301)).workOnce())
    #expect(try await store.batches(campaign, for: officer).batches.first?.state == .made)
    #expect(try await value("SELECT attempts FROM letter_batch", as: Int.self) == 2)
  }

  /// A letter stays what it was when it went out; one that is sent again to another address is another letter.
  @Test func aLetterSentAgainIsAnother() async throws {
    let (officer, _) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await given(2, by: officer)
    let store = LetterStore(try environment())
    _ = try await store.ask(campaign, by: officer)
    let campaigns = CampaignStore(TestDatabase.current.environment())
    _ = try await campaigns.recordReturns(["RE-1"], of: campaign, reason: .goneAway, on: today, by: officer)
    try await execute("UPDATE party SET address = '9 New Street' WHERE id = (SELECT party_id FROM registration WHERE reference = 'RE-1')")
    #expect(try await campaigns.resend(campaign, by: officer) == 1)
    while try await CampaignWorker(environment: TestDatabase.current.environment()).workOnce() {}
    #expect(try await store.ask(campaign, by: officer) == 1)
    #expect(
      try await value("SELECT string_agg(replace(address, E'\\n', ' '), '; ' ORDER BY attempt) FROM letter WHERE reference = 'RE-1'", as: String.self)
        == "1 High Street Redditch; 9 New Street")
  }

  @Test func whoMayNoLongerAskHasNothingMade() async throws {
    let (officer, _) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await given(1, by: officer)
    let environment = try environment()
    _ = try await LetterStore(environment).ask(campaign, by: officer)
    try await execute("UPDATE sec.account SET disabled_at = now() WHERE id = \(officer.id)")
    #expect(try await worker(environment).workOnce())
    #expect(try await value("SELECT state FROM letter_batch", as: String.self) == "failed")
    #expect(!FileManager.default.fileExists(atPath: home.appendingPathComponent("letters").path))
  }

  @Test func withoutTheProgramLettersArePrintedFromTheBrowser() async throws {
    let (officer, browser) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let campaign = try await given(2, by: officer)
    try await browser.get("\(campaign.path)/letters")
    #expect(browser.status == .ok && browser.body.contains("Letters are printed from the browser here") && !browser.body.contains("Make PDF files"))
    try await browser.get("\(campaign.path)/letters/print")
    #expect(browser.status == .ok && browser.body.contains("app-letter__address") && browser.body.contains("Number2"))
    // Asked for in another way, nothing is promised that nobody would make.
    try await browser.post("\(campaign.path)/letters", [:])
    #expect(browser.status != .ok && browser.status != .seeOther)
    #expect(try await value("SELECT count(*) FROM letter_batch", as: Int.self) == 0)
    #expect(try await worker(try environment(pdf: false)).workOnce() == false)
  }
}
