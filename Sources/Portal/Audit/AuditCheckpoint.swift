package import Crypto
package import Foundation

/// A signed statement that the log had this head at this moment, kept in a file outside the database: one JSON line each.
package struct AuditCheckpoint: Codable, Sendable {
  package var logID: UUID
  package var seq: Int64
  /// The hash of the last entry, hexadecimal.
  package var hash: String
  package var at: String
  /// Ed25519 over the four lines above, base 64.
  package var signature: String

  package init(head: AuditVerifier.Head, at now: Date, key: Curve25519.Signing.PrivateKey) throws {
    logID = head.logID
    seq = head.seq
    hash = head.hash.hexadecimal
    at = now.formatted(.iso8601)
    signature = ""
    signature = try key.signature(for: signed).base64EncodedString()
  }

  package func isGenuine(_ key: Curve25519.Signing.PublicKey) -> Bool {
    guard let bytes = Data(base64Encoded: signature) else { return false }
    return key.isValidSignature(bytes, for: signed)
  }

  private var signed: Data { Data("lantern audit checkpoint\n\(logID.uuidString)\n\(seq)\n\(hash)\n\(at)\n".utf8) }

  /// The checkpoints of a file, oldest first; a line that cannot be read is an error, since a damaged proof is a finding.
  package static func read(_ file: URL) throws -> [AuditCheckpoint] {
    guard FileManager.default.fileExists(atPath: file.path) else { return [] }
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { try JSONDecoder().decode(AuditCheckpoint.self, from: Data($0.utf8)) }
  }

  /// Adds the checkpoint to the end of the file, making it if need be.
  package func append(to file: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = try encoder.encode(self) + Data("\n".utf8)
    if !FileManager.default.fileExists(atPath: file.path) {
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      guard FileManager.default.createFile(atPath: file.path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
        throw KeyError(file: file.lastPathComponent)
      }
    }
    let handle = try FileHandle(forWritingTo: file)
    defer { try? handle.close() }
    try handle.seekToEnd()
    try handle.write(contentsOf: line)
  }
}
