package import Crypto
package import Foundation
import Postgres

/// The file of signed checkpoints: on the application's machine, never in the database.
package enum CheckpointFile {
  package static func standard(in home: URL) -> URL { home.appendingPathComponent("checkpoints.jsonl") }

  /// Signs for the head of the log if it has moved since the last checkpoint; answers the entry signed for, or nil.
  package static func sign(
    _ file: URL, database: Database, key: Curve25519.Signing.PrivateKey, at now: Date
  ) async throws -> Int64? {
    let head = try await database.pool.read(Query<AuditVerifier.Head>("SELECT log_id, seq, hash FROM audit.head_now()")).first
    guard let head, head.seq > 0, try AuditCheckpoint.read(file).last?.seq != head.seq else { return nil }
    try AuditCheckpoint(head: head, at: now, key: key).append(to: file)
    return head.seq
  }
}
