import Domain
import Foundation
import Postgres

/// Reads and writes accounts through the functions of schema `sec`: the web cannot touch the tables.
package struct AccountStore: Sendable {
  let database: Database
  let keys: Keys

  package init(_ database: Database, keys: Keys) {
    self.database = database
    self.keys = keys
  }

  /// Who holds the session, what they may do and where; nil when it is not live. One round trip, never cached.
  package func officer(of token: [UInt8]) async throws -> Officer? {
    let found = try await database.pool.read(Query<Entrance>("SELECT * FROM sec.enter(\(token))"))
    return found.first?.officer(identity: .session(token))
  }

  /// Stamps the session as used; the database writes at most once a minute.
  package func touch(_ token: [UInt8]) async throws {
    try await database.pool.transaction(.readWrite) { _ = try await $0.execute("SELECT sec.touch(\(token))") }
  }

  struct Candidate: RowDecodable, Sendable {
    var id: UUID
    var passwordHash: String?
    var sealedSecret: [UInt8]?
    var usable: Bool

    init(row: Row) throws {
      id = try row.get("account_id")
      passwordHash = try row.get("password_hash")
      sealedSecret = try row.get("totp_secret")
      usable = try row.get("usable")
    }
  }

  func candidate(_ email: String) async throws -> Candidate? {
    try await database.pool.read(Query<Candidate>("SELECT * FROM sec.sign_in_candidate(\(email))")).first
  }

  /// Whether another guess is allowed. Its own transaction: a refused guess still counts.
  func mayGuess(_ buckets: [String]) async throws -> Bool {
    // Ten guesses at once, then one in thirty seconds: at most ten in five minutes for long (reliability: R16).
    for bucket in buckets {
      let allowed = try await database.pool.transaction(.readWrite) {
        try await $0.value("SELECT sec.take_token(\(bucket), 10, \(1.0 / 30))", as: Bool.self)
      }
      if !allowed { return false }
    }
    return true
  }

  /// Begins a session and logs the sign-in with it.
  func beginSession(
    _ account: UUID, name: String, token: [UInt8], full: Bool, agent: String, at now: Date, logging verb: AuditVerb?
  ) async throws -> Bool {
    let stage = full ? "full" : "password"
    let proof = keys.sessionProof(account, token: token, stage: stage)
    return try await database.pool.transaction(.readWrite) { transaction in
      let session = try await transaction.optionalValue(
        "SELECT sec.begin_session(\(account), \(token), \(stage), \(agent), \(proof))", as: UUID.self)
      guard session != nil else { return false }
      if let verb { try await log(verb, account, name, at: now, in: transaction) }
      return true
    }
  }

  func endSession(_ token: [UInt8], of account: UUID, name: String, why: String, at now: Date) async throws {
    try await database.pool.transaction(.readWrite) { transaction in
      _ = try await transaction.execute("SELECT sec.end_session(\(token), \(why))")
      try await log(.signOut, account, name, at: now, in: transaction)
    }
  }

  /// Drops the half-open session once its second step is done.
  func dropSession(_ token: [UInt8]) async throws {
    try await database.pool.transaction(.readWrite) {
      _ = try await $0.execute("SELECT sec.end_session(\(token), \("second step done"))")
    }
  }

  func logFailure(_ account: UUID, at now: Date) async throws {
    try await database.pool.transaction(.readWrite) { try await log(.signInFailed, account, "", at: now, in: $0) }
  }

  struct HalfOpen: RowDecodable, Sendable {
    var id: UUID
    var name: String
    var email: String
    var sealedSecret: [UInt8]?

    init(row: Row) throws {
      id = try row.get("account_id")
      name = try row.get("name")
      email = try row.get("email")
      sealedSecret = try row.get("totp_secret")
    }
  }

  func halfOpen(_ token: [UInt8]) async throws -> HalfOpen? {
    try await database.pool.read(Query<HalfOpen>("SELECT * FROM sec.second_step(\(token))")).first
  }

  func useStep(_ step: Int64, of account: UUID) async throws -> Bool {
    try await database.pool.transaction(.readWrite) {
      try await $0.value("SELECT sec.use_totp_step(\(account), \(step))", as: Bool.self)
    }
  }

  func enrol(_ token: [UInt8], sealed: [UInt8], account: UUID, name: String, at now: Date) async throws -> Bool {
    try await database.pool.transaction(.readWrite) { transaction in
      let done = try await transaction.optionalValue("SELECT sec.enrol_second_step(\(token), \(sealed))", as: UUID?.self)
      guard done != nil, done != .some(nil) else { return false }
      try await log(.enrolSecondStep, account, name, at: now, in: transaction)
      return true
    }
  }

  func rehash(_ account: UUID, from old: String, to new: String) async throws {
    try await database.pool.transaction(.readWrite) {
      _ = try await $0.execute("SELECT sec.rehash_password(\(account), \(old), \(new))")
    }
  }

  struct Invitation: RowDecodable, Sendable {
    var account: UUID
    var name: String
    var email: String
    var purpose: String
    var hasSecondStep: Bool

    init(row: Row) throws {
      account = try row.get("account_id")
      name = try row.get("name")
      email = try row.get("email")
      purpose = try row.get("purpose")
      hasSecondStep = try row.get("two_step")
    }
  }

  func invitation(_ token: [UInt8]) async throws -> Invitation? {
    try await database.pool.read(Query<Invitation>("SELECT * FROM sec.invitation_for(\(token))")).first
  }

  /// Sets the password and ends the invitation. False: somebody used it first, or it expired meanwhile.
  func accept(_ token: [UInt8], invitation: Invitation, passwordHash: String, at now: Date) async throws -> Bool {
    try await database.pool.transaction(.readWrite) { transaction in
      let holder = try await transaction.value("SELECT sec.accept_invitation(\(token), \(passwordHash))", as: UUID?.self)
      guard let holder else { return false }
      try await log(.acceptInvitation, holder, invitation.name, at: now, in: transaction)
      return true
    }
  }

  private func log(_ verb: AuditVerb, _ account: UUID, _ name: String, at now: Date, in transaction: Transaction) async throws {
    let made = try AuditChain.encoded(AuditEntry(verb, of: account), by: account, named: name, at: now)
    _ = try await transaction.value("SELECT audit.append_sign_in(\(account), \(made.body))", as: Int64.self)
  }
}

/// The row that `sec.enter` answers with.
struct Entrance: RowDecodable, Sendable {
  var id: UUID
  var session: UUID
  var name: String
  var email: String
  var lastSeen: Date
  var hasSecondStep: Bool
  var reach: [Permission: Set<Int>]
  var accommodationOnly: [Permission: Set<Int>] = [:]

  init(row: Row) throws {
    id = try row.get("account_id")
    session = try row.get("session_id")
    name = try row.get("name")
    email = try row.get("email")
    lastSeen = try row.get("last_seen_at")
    hasSecondStep = try row.get("two_step")
    let json: String = try row.get("reach")
    let named = try JSONDecoder().decode([String: [Int]].self, from: Data(json.utf8))
    reach = Dictionary(uniqueKeysWithValues: named.compactMap { key, value in Permission(rawValue: key).map { ($0, Set(value)) } })
    // "readRegister@accommodation": held as well, for the licences of that register.
    for (key, value) in named where key.hasSuffix("@accommodation") {
      guard let permission = Permission(rawValue: String(key.dropLast("@accommodation".count))) else { continue }
      accommodationOnly[permission] = Set(value).subtracting(reach[permission] ?? [])
      reach[permission, default: []].formUnion(value)
    }
  }

  func officer(identity: Identity) -> Officer {
    Officer(
      id: id, sessionID: session, name: name, email: email, identity: identity, hasSecondStep: hasSecondStep, reach: reach,
      lastSeen: lastSeen, accommodationOnly: accommodationOnly)
  }
}
