package import Crypto
package import Foundation
package import Postgres

/// The application's own keys, made on first run and kept outside the database in files that only its user may read.
package struct Keys: Sendable {
  /// Seals two-step seeds.
  package var sealing: SymmetricKey
  /// Makes form tokens.
  package var forms: SymmetricKey
  /// Makes the proofs without which the database begins no session. The database holds it too, where the web cannot read it.
  package var sessions: [UInt8]
  /// Wrap the key that each item of intelligence is sealed with.
  package var intelligence: IntelligenceKeys
  /// Signs audit checkpoints.
  package var checkpoints: Curve25519.Signing.PrivateKey

  /// Reads the keys below `directory`, making those that are missing (directory 0700, files 0400).
  package init(directory: URL) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    sealing = SymmetricKey(data: try Self.secret("sealing.key", in: directory))
    forms = SymmetricKey(data: try Self.secret("forms.key", in: directory))
    sessions = try Self.secret("sessions.key", in: directory)
    intelligence = try IntelligenceKeys(directory: directory)
    checkpoints = try Curve25519.Signing.PrivateKey(rawRepresentation: try Self.secret("checkpoints.key", in: directory))
  }

  private static func secret(_ name: String, in directory: URL) throws -> [UInt8] {
    let file = directory.appendingPathComponent(name)
    if let held = try? Data(contentsOf: file) {
      guard held.count == 32 else { throw KeyError(file: name) }
      return Array(held)
    }
    let made = Data(randomBytes(32))
    guard FileManager.default.createFile(atPath: file.path, contents: made, attributes: [.posixPermissions: 0o400]) else {
      throw KeyError(file: name)
    }
    return Array(made)
  }

  /// The proof that this application begins a session for an account under a token (migration 12 asks for it).
  package func sessionProof(_ account: UUID, token: [UInt8], stage: String) -> [UInt8] {
    let tokenHash = SHA256.hash(data: token).map { String(format: "%02x", $0) }.joined()
    let body = "\(account.uuidString.lowercased())|\(tokenHash)|\(stage)"
    return Array(SHA256.hash(data: sessions + Array(SHA256.hash(data: sessions + Array(body.utf8)))))
  }

  /// Lets the database check those proofs. On a connection of its owner.
  package func share(in transaction: Transaction) async throws {
    try await transaction.execute("SELECT sec.set_session_key(\(sessions))")
  }

  /// AES-256-GCM, bound to its owner: a sealed seed moved to another account does not open.
  package func seal(_ secret: [UInt8], for owner: UUID) throws -> [UInt8] {
    let box = try AES.GCM.seal(Data(secret), using: sealing, authenticating: Data(owner.uuidString.utf8))
    guard let combined = box.combined else { throw KeyError(file: "sealing.key") }
    return Array(combined)
  }

  package func open(_ sealed: [UInt8], for owner: UUID) throws -> [UInt8] {
    let box = try AES.GCM.SealedBox(combined: Data(sealed))
    return Array(try AES.GCM.open(box, using: sealing, authenticating: Data(owner.uuidString.utf8)))
  }
}

/// A key file that cannot be read, made or used.
package struct KeyError: Error, CustomStringConvertible {
  let file: String
  package var description: String { "The key file keys/\(file) cannot be used. Restore it from the backup; a new one cannot open what the old one sealed." }
}
