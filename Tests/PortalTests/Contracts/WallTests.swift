import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// The second wall: whatever a query of the web forgets, row level security answers with the officer's own authorities.
@Suite(.database) struct WallTests {
  @Test func anOfficerOfOneDistrictSeesNoOther() async throws {
    let database = TestDatabase.current
    let redditch = try await Arrange.licence("RE-1", in: 3)
    let worcester = try await Arrange.licence("WO-1", in: 4)
    let (officer, browser) = try await database.signIn(.licensingManager, .authority(3))
    // No condition at all: the wall alone answers.
    let seen = try await database.app.read(as: officer, Query<Scalar<String>>("SELECT reference FROM registration ORDER BY reference")).map(\.value)
    #expect(seen == ["RE-1"])
    for table in ["party", "term", "registration_word"] {
      let count = try await database.app.reading(as: officer) { try await $0.value(Self.counts[table] ?? "", as: Int.self) }
      let all = try await database.owner.pool.transaction(.readOnly) { try await $0.value(Self.counts[table] ?? "", as: Int.self) }
      #expect(count > 0 && count < all, "\(table)")
    }
    try await browser.get("/licences/\(redditch.uuidString)")
    #expect(browser.status == .ok)
    // Another district's licence and one that never was answer alike.
    try await browser.get("/licences/\(worcester.uuidString)")
    let foreign = browser.heading
    #expect(browser.status == .notFound)
    try await browser.get("/licences/\(UUID().uuidString)")
    #expect(browser.status == .notFound && browser.heading == foreign)
    try await browser.get("/search?q=WO-1")
    #expect(!browser.body.contains("/licences/\(worcester.uuidString.lowercased())"))
    try await browser.get("/drivers.csv")
    #expect(browser.body.contains("RE-1") && !browser.body.contains("WO-1"))
  }

  private static let counts: [String: SQL] = [
    "party": "SELECT count(*) FROM party", "term": "SELECT count(*) FROM term", "registration_word": "SELECT count(*) FROM registration_word",
  ]

  @Test func writingIntoAnotherDistrictIsRefused() async throws {
    let database = TestDatabase.current
    let worcester = try await Arrange.licence("WO-1", in: 4)
    let (officer, _) = try await database.signIn(.licensingManager, .authority(3))
    let changed = try await database.app.pool.transaction(.readWrite, prelude: [officer.identity.entering]) {
      try await $0.execute("UPDATE registration SET trading_name = 'mine' WHERE id = \(worcester)")
    }
    #expect(changed == 0)
    await #expect(throws: PostgresError.self) {
      try await database.app.pool.transaction(.readWrite, prelude: [officer.identity.entering]) {
        _ = try await $0.execute(
          "INSERT INTO party (authority_id, kind, name, family_name) VALUES (4, 'person', 'Nobody', 'Nobody')")
      }
    }
  }

  /// Injected SQL can set any setting: it cannot make a context that is believed, nor use one again.
  @Test func aContextCannotBeForgedNorReplayed() async throws {
    let database = TestDatabase.current
    _ = try await Arrange.licence("WO-1", in: 4)
    let (officer, _) = try await database.signIn(.licensingManager, .authority(3))
    let genuine = try await database.app.pool.transaction(.readOnly, prelude: [officer.identity.entering]) {
      try await $0.value("SELECT current_setting('lantern.context')", as: String.self)
    }
    let widened = genuine.replacing("{3}", with: "{3,4}")
    #expect(widened != genuine)
    for context in [genuine, widened, "x#y"] {
      await #expect(throws: PostgresError.self) {
        try await database.app.pool.transaction(.readOnly) {
          _ = try await $0.execute("SELECT set_config('lantern.context', \(context), true)")
          _ = try await $0.value("SELECT count(*) FROM registration", as: Int.self)
        }
      }
    }
    // Nobody at all sees nothing.
    let nobody = try await database.app.pool.transaction(.readOnly) { try await $0.value("SELECT count(*) FROM registration", as: Int.self) }
    #expect(nobody == 0)
  }

  /// What the web's role must not hold, asked of the catalogue.
  @Test func theWebHoldsNoMoreThanItsWork() async throws {
    let database = TestDatabase.current
    let faults = try await database.owner.pool.transaction(.readOnly) { transaction in
      try await transaction.values(
        """
        SELECT 'owns ' || relname FROM pg_class WHERE relowner = 'lantern_app'::regrole
        UNION ALL SELECT 'may ' || privilege_type || ' ' || table_schema || '.' || table_name FROM information_schema.role_table_grants
          WHERE grantee = 'lantern_app' AND (privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER') OR table_schema IN ('sec', 'audit'))
        UNION ALL SELECT 'is ' || rolname FROM pg_roles WHERE rolname = 'lantern_app' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)
        UNION ALL SELECT 'definer function without search_path: ' || proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
          WHERE prosecdef AND n.nspname IN ('sec', 'audit', 'public') AND NOT EXISTS (SELECT FROM unnest(coalesce(proconfig, '{}')) c WHERE c LIKE 'search_path=%')
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        UNION ALL SELECT 'no forced row level security: ' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
            AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'authority_id') AND c.relname <> 'organisation_authority'
        """, as: String.self)
    }
    #expect(faults == [])
  }

  /// Injected SQL cannot begin a session: it lacks the application's proof, and a proof serves one account, token and stage only.
  /// Delete the check of the proof in `sec.begin_session` (migration 12) to see this red.
  @Test func aSessionBeginsOnlyWithAProof() async throws {
    let database = TestDatabase.current
    let (officer, _) = try await database.signIn(.licensingManager, .authority(3))
    let keys = try database.keys()
    let token = [UInt8](repeating: 1, count: 32)
    let genuine = keys.sessionProof(officer.id, token: token, stage: "full")
    func begin(_ account: UUID, _ token: [UInt8], _ stage: String, _ proof: [UInt8]?) async throws -> UUID? {
      try await database.app.pool.transaction(.readWrite) {
        try await $0.value("SELECT sec.begin_session(\(account), \(token), \(stage), 'injected', \(proof))", as: UUID?.self)
      }
    }
    var forged = keys
    forged.sessions = [UInt8](repeating: 8, count: 32)
    let refused: [(UUID, [UInt8], String, [UInt8]?)] = [
      (officer.id, token, "full", nil), (officer.id, token, "full", []),
      (officer.id, token, "full", forged.sessionProof(officer.id, token: token, stage: "full")),
      (officer.id, token, "full", keys.sessionProof(officer.id, token: token, stage: "password")),
      (officer.id, [UInt8](repeating: 2, count: 32), "full", genuine), (UUID(), token, "full", genuine),
    ]
    for (account, token, stage, proof) in refused {
      await #expect(throws: PostgresError.self) { _ = try await begin(account, token, stage, proof) }
    }
    for question: SQL in ["SELECT sec.session_proof(\(officer.id), \(token), 'full')", "SELECT sec.set_session_key(\(token))", "SELECT secret FROM sec.key"] {
      await #expect(throws: PostgresError.self) { try await database.app.pool.transaction(.readWrite) { _ = try await $0.execute(question) } }
    }
    #expect(try await begin(officer.id, token, "full", genuine) != nil)
  }
}
