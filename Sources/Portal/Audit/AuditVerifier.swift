package import Crypto
package import Foundation
package import Postgres

/// Walks the chain row by row and does every sum again: links, order, details, and the signed checkpoints kept elsewhere.
/// The database is asked for rows only, never for a verdict.
package struct AuditVerifier: Sendable {
  package struct Outcome: Sendable {
    package var entries: Int64 = 0
    package var checkpoints = 0
    /// What is wrong, in sentences; empty when the log stands.
    package var findings: [String] = []
  }

  private struct Link: RowDecodable, Sendable {
    var seq: Int64
    var hash: [UInt8]
    var body: String
    var salt: [UInt8]?
    var detail: String?

    init(row: Row) throws {
      seq = try row.get("seq")
      hash = try row.get("hash")
      body = try row.get("body")
      salt = try row.get("salt")
      detail = try row.get("detail")
    }
  }

  package struct Head: RowDecodable, Sendable {
    package var logID: UUID
    package var seq: Int64
    package var hash: [UInt8]

    package init(row: Row) throws {
      logID = try row.get("log_id")
      seq = try row.get("seq")
      hash = try row.get("hash")
    }
  }

  package init() {}

  /// - Parameters:
  ///   - transaction: of the owner, read-only and repeatable, so that the head and the rows are of one moment.
  ///   - checkpoints: signed notes read from outside the database; without one a truncated log cannot be told from a short one.
  ///   - key: the public key that the checkpoints must be signed with.
  package func verify(
    in transaction: Transaction, checkpoints: [AuditCheckpoint], key: Curve25519.Signing.PublicKey
  ) async throws -> Outcome {
    var outcome = Outcome()
    let head = try await transaction.first("SELECT log_id, seq, hash FROM audit.head", as: Head.self)
    guard let head else {
      outcome.findings.append("The head of the log is missing.")
      return outcome
    }
    var pinned: [Int64: AuditCheckpoint] = [:]
    for checkpoint in checkpoints {
      if !checkpoint.isGenuine(key) {
        outcome.findings.append("The checkpoint of entry \(checkpoint.seq) is not signed with this service's key.")
      } else if checkpoint.logID != head.logID {
        outcome.findings.append("The checkpoint of entry \(checkpoint.seq) belongs to another log.")
      } else {
        pinned[checkpoint.seq] = checkpoint
      }
    }
    var previous = [UInt8](repeating: 0, count: 32)
    var expected: Int64 = 1
    var after: Int64 = 0
    while true {
      let links = try await transaction.all(
        """
        SELECT e.seq, e.hash, e.body, d.salt, d.detail FROM audit.entry e LEFT JOIN audit.detail d ON d.seq = e.seq
        WHERE e.seq > \(after) ORDER BY e.seq LIMIT 5000
        """, as: Link.self)
      guard let last = links.last else { break }
      for link in links {
        if link.seq != expected { outcome.findings.append("Entries \(expected) to \(link.seq - 1) are missing.") }
        let sum = AuditChain.hash(seq: link.seq, previous: previous, body: link.body)
        if sum != link.hash { outcome.findings.append("Entry \(link.seq) is not what was written: its sum does not fit.") }
        if let finding = detailFinding(link) { outcome.findings.append(finding) }
        if let checkpoint = pinned.removeValue(forKey: link.seq) {
          outcome.checkpoints += 1
          if checkpoint.hash != link.hash.hexadecimal {
            outcome.findings.append("Entry \(link.seq) differs from the checkpoint signed on \(checkpoint.at).")
          }
        }
        previous = link.hash
        expected = link.seq + 1
        outcome.entries += 1
      }
      after = last.seq
    }
    if head.seq != expected - 1 || (head.seq > 0 && head.hash != previous) {
      outcome.findings.append("The head of the log says \(head.seq) entries; \(expected - 1) are there or the last differs.")
    }
    for checkpoint in pinned.values.sorted(by: { $0.seq < $1.seq }) {
      outcome.findings.append("Entry \(checkpoint.seq) was signed for on \(checkpoint.at) and is gone: the log was cut.")
    }
    return outcome
  }

  private func detailFinding(_ link: Link) -> String? {
    guard let body = try? JSONDecoder().decode(AuditBody.self, from: Data(link.body.utf8)) else {
      return "Entry \(link.seq) cannot be read."
    }
    switch (body.detail, link.detail, link.salt) {
    case (nil, nil, _): return nil
    case (nil, .some, _): return "Entry \(link.seq) has a detail that it never had."
    case (.some, nil, _): return "The detail of entry \(link.seq) is missing."
    case (.some(let promised), .some(let detail), let salt):
      return AuditChain.commitment(salt: salt ?? [], detail: detail) == promised
        ? nil : "The detail of entry \(link.seq) is not what was written."
    }
  }
}
