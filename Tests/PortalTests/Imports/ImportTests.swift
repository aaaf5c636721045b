import Domain
import Foundation
import Portal
import Postgres
import TestSupport
import Testing

/// A register comes in from a file: compared first, applied whole or not at all, and the second time nothing changes.
@Suite(.database) struct ImportTests {
  private let head = "Reference,Badge,Forename,Surname,Licence type,Start date,Expiry date,Status,Postcode\n"

  /// Checks a file, and applies it if asked to; answers the counts.
  @discardableResult
  private func bring(_ text: String, applying: Bool = true, authority: Int = 3, choices: ImportChoices = ImportChoices()) async throws -> [String: Int] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data(text.utf8).write(to: file)
    return try await bring(file, applying: applying, authority: authority, choices: choices)
  }

  @discardableResult
  private func bring(_ url: URL, applying: Bool = true, authority: Int = 3, choices: ImportChoices = ImportChoices()) async throws -> [String: Int] {
    let database = TestDatabase.current
    let officer = try await database.operatorOfficer()
    let store = ImportStore(environment)
    let file = ImportFile(url: url)
    let id = UUID()
    let (hash, bytes) = try await file.hash()
    try await store.start(id, authority: authority, fileName: "register.csv", hash: hash, bytes: bytes, by: officer)
    let sniff = try file.sniff()
    var mapping = MappingSuggestion(sniff).mapping
    mapping.choices = choices
    var run = try #require(try await store.run(id, for: officer))
    try await store.map(run, SavedMapping(mapping, hasHeader: sniff.format.hasHeader), savingAs: "usual", by: officer)
    run = try #require(try await store.run(id, for: officer))
    let work = ImportWork(environment, officer: officer)
    let counts = try await work.check(run, file: file)
    run = try #require(try await store.run(id, for: officer))
    if applying {
      try await store.apply(run, by: officer)
      try await work.apply(run)
    }
    return counts
  }

  /// As the command line has it.
  private var environment: Portal.Environment {
    let database = TestDatabase.current
    return Portal.Environment(
      settings: database.settings, database: database.owner, now: { TestDatabase.noon }, logger: TestDatabase.logger, demonstration: false, origin: "",
      home: FileManager.default.temporaryDirectory)
  }

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }

  private var rows: String {
    """
    RE1,11,Amina,Begum,Private Hire Driver,01/04/2025,31/03/2028,Current,B97 4AA
    RE2,12,Tom,O'BRIEN,Private Hire Driver,01/04/2024,31/03/2027,Suspended,B97 4AB
    RE3,13,Eve,Jones,Hackney Carriage Driver,,13/06/2027,Revoked,B97 4AC
    RE4,14,Ian,Price,Private Hire Driver,31/02/2025,31/03/2028,Current,B97 4AD
    RE1,15,Amina,Twice,Private Hire Driver,01/04/2025,31/03/2028,Current,B97 4AA

    """
  }

  @Test func newRowsComeInAsTheyAre() async throws {
    let counts = try await bring(head + rows)
    #expect(counts == ["new": 3, "rejected": 2])
    let standings = try await value("SELECT string_agg(reference || ' ' || status, ', ' ORDER BY reference) FROM registration_standing('2026-11-23') s JOIN registration r ON r.id = s.registration_id", as: String.self)
    #expect(standings == "RE1 current, RE2 suspended, RE3 revoked")
    // The register named only the end of RE3: its start is counted back in whole years and marked so.
    #expect(try await value("SELECT starts_on || ' ' || starts_inferred FROM term t JOIN registration r ON r.id = t.registration_id WHERE reference = 'RE3'", as: String.self) == "2026-06-14 true")
    let reasons = try await value("SELECT string_agg(reason, ' | ' ORDER BY line) FROM import_row WHERE outcome = 'rejected'", as: String.self)
    #expect(reasons.contains("not a day") && reasons.contains("line 2"))
    #expect(try await value("SELECT count(*) FROM sec.search_registrations('obrian', 5)", as: Int.self) == 0) // nobody entered: nobody finds
  }

  /// A base comes in with its operator, and moves with the address that it was.
  @Test func operatorsComeInWithTheirBases() async throws {
    let head = "Reference,Operator name,Licence type,Start date,Expiry date,Status,Address,Postcode\n"
    func row(_ address: String) -> String { "OP1,Quay Cars Ltd,Private Hire Operator,01/04/2025,31/03/2030,Current,\(address),B97 4AA\n" }
    try await bring(head + row("3 Quay Street"))
    #expect(try await value("SELECT w.name || '|' || w.address FROM registration r JOIN location w ON w.id = r.location_id", as: String.self) == "Quay Cars Ltd|3 Quay Street")
    try await bring(head + row("9 Mill Lane"))
    #expect(try await value("SELECT w.address FROM registration r JOIN location w ON w.id = r.location_id", as: String.self) == "9 Mill Lane")
    #expect(try await value("SELECT sort_name FROM registration", as: String.self) == "quay cars ltd")
  }

  @Test func theSameFileAgainChangesNothing() async throws {
    try await bring(head + rows)
    let before = try await value("SELECT count(*) || ' ' || (SELECT count(*) FROM term) || ' ' || (SELECT sum(version) FROM registration) FROM party", as: String.self)
    #expect(try await bring(head + rows) == ["unchanged": 3, "rejected": 2])
    #expect(try await value("SELECT count(*) || ' ' || (SELECT count(*) FROM term) || ' ' || (SELECT sum(version) FROM registration) FROM party", as: String.self) == before)
  }

  @Test func changesAreToldFieldByFieldAndMissingRowsStay() async throws {
    try await bring(head + rows)
    let later = head + "RE1,11,Amina,Begum,Private Hire Driver,01/04/2028,31/03/2031,Current,B97 4ZZ\nRE3,13,Eve,Jones,Hackney Carriage Driver,,13/06/2027,Revoked,B97 4AC\n"
    #expect(try await bring(later, applying: false) == ["changed": 1, "unchanged": 1, "missing": 1])
    let words = try await value("SELECT reason FROM import_row WHERE outcome = 'changed'", as: String.self)
    #expect(words.contains("Postcode from B97 4AA to B97 4ZZ") && words.contains("2031-03-31"))
    #expect(try await value("SELECT count(*) FROM term", as: Int.self) == 3) // a dry run
    // From one snapshot to the next: who was renewed, who lapsed and who still runs, each in a list of their own.
    let store = ImportStore(environment)
    let officer = try await TestDatabase.current.operatorOfficer()
    let run = try await value("SELECT run_id FROM import_row WHERE outcome = 'changed'", as: UUID.self)
    for (outcome, references) in [("renewed", ["RE1"]), ("changed", ["RE1"]), ("missing", ["RE2"]), ("running", ["RE2"]), ("lapsed", [])] {
      #expect(try await store.rows(run, outcome, after: 0, limit: 9, for: officer).map(\.reference) == references, "\(outcome)")
    }
    try await bring(later)
    #expect(try await value("SELECT count(*) FROM registration", as: Int.self) == 3)
    #expect(try await value("SELECT string_agg(event || ' ' || starts_on, ', ' ORDER BY starts_on) FROM term t JOIN registration r ON r.id = t.registration_id WHERE reference = 'RE1'", as: String.self) == "grant 2025-04-01, renewal 2028-04-01")
  }

  /// One row that the database refuses takes the whole import with it. Delete the transaction in `ImportWork.apply` to see it red.
  @Test func allOrNothing() async throws {
    try await TestDatabase.current.owner.pool.transaction(.readWrite) {
      _ = try await $0.execute("ALTER TABLE party ADD CONSTRAINT no_jones CHECK (family_name <> 'Jones')")
    }
    await #expect(throws: PostgresError.self) { try await bring(head + rows) }
    #expect(try await value("SELECT count(*) FROM registration", as: Int.self) == 0)
    #expect(try await value("SELECT count(*) FROM party", as: Int.self) == 0)
    #expect(try await value("SELECT count(*) FROM audit.entry WHERE body LIKE '%applyImport%'", as: Int.self) == 0)
  }

  @Test func anotherDistrictSeesNothingOfIt() async throws {
    try await bring(head + rows)
    let (officer, browser) = try await TestDatabase.current.signIn(.licensingManager, .authority(4))
    for sql: SQL in ["SELECT count(*) FROM import_run", "SELECT count(*) FROM import_row", "SELECT count(*) FROM import_source", "SELECT count(*) FROM saved_mapping"] {
      #expect(try await TestDatabase.current.app.reading(as: officer) { try await $0.value(sql, as: Int.self) } == 0)
    }
    try await browser.get("/imports")
    #expect(!browser.body.contains("register.csv"))
  }

  /// The worker's way: claimed, entered as the person who started it, checked and applied under row level security.
  @Test func theWorkerDoesItAsWhoStartedIt() async throws {
    let database = TestDatabase.current
    let home = FileManager.default.temporaryDirectory.appendingPathComponent(database.name)
    let environment = database.environment(home: home)
    let (officer, _) = try await database.signIn(.licensingManager, .authority(3), named: "Idris Vaughan")
    let store = ImportStore(environment)
    let id = UUID()
    let file = ImportFile(id, home: home)
    try FileManager.default.createDirectory(at: file.url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data((head + rows).utf8).write(to: file.url)
    let (hash, bytes) = try await file.hash()
    try await store.start(id, authority: 3, fileName: "register.csv", hash: hash, bytes: bytes, by: officer)
    let sniff = try file.sniff()
    try await store.map(try #require(try await store.run(id, for: officer)), SavedMapping(MappingSuggestion(sniff).mapping, hasHeader: true), savingAs: nil, by: officer)
    let worker = ImportWorker(environment: environment)
    #expect(try await worker.workOnce())
    var run = try #require(try await store.run(id, for: officer))
    #expect(run.state == .checked && run.counts["new"] == 3, "\(run.failure ?? "")")
    try await store.apply(run, by: officer)
    #expect(try await worker.workOnce())
    run = try #require(try await store.run(id, for: officer))
    #expect(run.state == .applied, "\(run.failure ?? "")")
    #expect(try await !worker.workOnce())
    #expect(try await value("SELECT count(*) FROM audit.entry WHERE body LIKE '%applyImport%' AND body LIKE '%Idris Vaughan%'", as: Int.self) == 1)
  }

  static let registers = TestDatabase.root.deletingLastPathComponent().appendingPathComponent("shared/data/taxi")

  /// Real registers, when they are beside the checkout; skipped otherwise.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: registers.path), "the sample registers are not beside the checkout"))
  func chicagoAsItIs() async throws {
    let file = Self.registers.appendingPathComponent("chicago_chauffeurs.csv")
    let counts = try await bring(file, choices: ImportChoices(defaultKind: .privateHireDriver))
    #expect(counts["new"].map { $0 > 24_000 } == true && counts.values.reduce(0, +) == 25_350)
    #expect(try await value("SELECT count(*) FROM restriction WHERE kind = 'revocation'", as: Int.self) > 200)
    #expect(try await value("SELECT count(*) FROM restriction WHERE kind = 'refusal'", as: Int.self) > 800)
    let again = try await bring(file, applying: false, choices: ImportChoices(defaultKind: .privateHireDriver))
    #expect(again["new"] == nil && again["changed"] == nil)
  }
}
