import Crypto
import Domain
import Foundation
import Portal
import Postgres
import TestSupport
import Testing

/// The log proves itself: any change to what was written is found, and a cut end is found by the signed checkpoint.
@Suite(.database) struct AuditTests {
  private let key = Curve25519.Signing.PrivateKey()

  private func write(_ count: Int) async throws {
    let database = TestDatabase.current
    let author = try await database.operatorOfficer()
    for number in 0..<count {
      try await database.owner.write(by: author, at: TestDatabase.noon) { _ in
        .done(AuditEntry(.editLicence, of: UUID(), authority: 3, detail: ["changes": "Telephone from 0 to \(number)"]))
      }
    }
  }

  private func checkpoint() async throws -> AuditCheckpoint {
    let head = try #require(try await TestDatabase.current.owner.pool.read(Query<AuditVerifier.Head>("SELECT log_id, seq, hash FROM audit.head_now()")).first)
    return try AuditCheckpoint(head: head, at: TestDatabase.noon, key: key)
  }

  private func findings(_ checkpoints: [AuditCheckpoint] = []) async throws -> [String] {
    try await TestDatabase.current.owner.pool.transaction(.snapshot) {
      try await AuditVerifier().verify(in: $0, checkpoints: checkpoints, key: key.publicKey).findings
    }
  }

  /// Runs SQL as a superuser with the tripwires off, as somebody with the machine in their hands would.
  private func tamper(_ sql: SQL) async throws {
    try await TestDatabase.current.owner.pool.transaction(.readWrite) {
      _ = try await $0.execute("SET LOCAL session_replication_role = replica")
      _ = try await $0.execute(sql)
    }
  }

  @Test func anUntouchedLogStands() async throws {
    try await write(5)
    #expect(try await findings([checkpoint()]) == [])
  }

  static let tampering: [(String, SQL)] = [
    ("a body", "UPDATE audit.entry SET body = replace(body, 'editLicence', 'addLicence') WHERE seq = 3"),
    ("a hash", "UPDATE audit.entry SET hash = sha256('x') WHERE seq = 3"),
    ("a detail", "UPDATE audit.detail SET detail = replace(detail, 'Telephone', 'Postcode') WHERE seq = 3"),
    ("a salt", "UPDATE audit.detail SET salt = sha256('x') WHERE seq = 3"),
    ("a missing detail", "DELETE FROM audit.detail WHERE seq = 3"),
    ("a missing entry", "WITH d AS (DELETE FROM audit.detail WHERE seq = 3) DELETE FROM audit.entry WHERE seq = 3"),
    ("the first entry", "WITH d AS (DELETE FROM audit.detail WHERE seq = 1) DELETE FROM audit.entry WHERE seq = 1"),
    ("two swapped", "UPDATE audit.entry a SET body = b.body FROM audit.entry b WHERE (a.seq, b.seq) IN ((2, 3), (3, 2))"),
    ("the head", "UPDATE audit.head SET seq = 4"),
    ("the last entry", "WITH d AS (DELETE FROM audit.detail WHERE seq = 5) DELETE FROM audit.entry WHERE seq = 5"),
  ]

  @Test(arguments: 0..<tampering.count) func everyChangeIsFound(number: Int) async throws {
    try await write(5)
    let (what, sql) = Self.tampering[number]
    try await tamper(sql)
    #expect(try await !findings().isEmpty, "\(what) was changed and nothing was found")
  }

  /// Cut and mended at the head, the log looks whole: only the checkpoint kept elsewhere knows. The control is the second line.
  @Test func aCutLogIsFoundByItsCheckpoint() async throws {
    try await write(5)
    let signed = try await checkpoint()
    try await tamper("WITH d AS (DELETE FROM audit.detail WHERE seq = 5) DELETE FROM audit.entry WHERE seq = 5")
    try await tamper("UPDATE audit.head SET seq = 4, hash = (SELECT hash FROM audit.entry WHERE seq = 4)")
    #expect(try await findings() == [])
    #expect(try await findings([signed]).count == 1)
  }

  @Test func aCheckpointOfAnotherKeyOrLogIsRefused() async throws {
    try await write(1)
    var signed = try await checkpoint()
    signed.at = "2030-01-01T00:00:00Z"
    #expect(try await findings([signed]).count == 1)
  }

  /// The web may add entries, as itself only, and change none.
  @Test func theWebCannotWriteTheLogItself() async throws {
    let database = TestDatabase.current
    let (officer, _) = try await database.signIn(.auditor)
    for sql: SQL in ["UPDATE audit.entry SET body = ''", "DELETE FROM audit.entry", "INSERT INTO audit.entry VALUES (99, '', '')", "SELECT count(*) FROM audit.detail"] {
      await #expect(throws: PostgresError.self) {
        try await database.app.pool.transaction(.readWrite, prelude: [officer.identity.entering]) { _ = try await $0.execute(sql) }
      }
    }
    let other = "{\"at\":\"\",\"by\":\"\(UUID().uuidString.lowercased())\",\"fields\":[],\"name\":\"\",\"subjects\":[],\"verb\":\"signIn\"}"
    await #expect(throws: PostgresError.self) {
      try await database.app.pool.transaction(.readWrite, prelude: [officer.identity.entering]) {
        _ = try await $0.execute("SELECT audit.append(ARRAY[\(other)], ARRAY[NULL]::text[], ARRAY[NULL]::text[], ARRAY['']::text[])")
      }
    }
  }

  /// A command that fails leaves neither its effect nor its entry.
  @Test func nothingIsLoggedThatDidNotHappen() async throws {
    let database = TestDatabase.current
    let author = try await database.operatorOfficer()
    struct Stop: Error {}
    await #expect(throws: Stop.self) {
      try await database.owner.write(by: author, at: TestDatabase.noon) { transaction -> Written<Void> in
        _ = try await transaction.execute("INSERT INTO setting VALUES ('x', 'y')")
        throw Stop()
      }
    }
    let settings = try await database.owner.pool.transaction(.readOnly) { try await $0.value("SELECT count(*) FROM setting", as: Int.self) }
    #expect(settings == 0)
    #expect(try await findings() == [])
  }
}
