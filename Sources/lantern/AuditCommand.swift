import ArgumentParser
import Crypto
import Foundation
import Portal
import Postgres

/// `lantern audit verify`: walks the log and the checkpoints; exit code 1 on any finding.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Prove that the log is what was written.", subcommands: [Verify.self, Checkpoint.self])

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Do every sum of the log again.")

    @Option(help: "File of signed checkpoints; default: checkpoints.jsonl in LANTERN_HOME.") var checkpoints: String?

    func run() async throws {
      let here = try Surroundings()
      let keys = try Keys(directory: here.home.appendingPathComponent("keys"))
      let file = checkpoints.map { URL(fileURLWithPath: $0) } ?? CheckpointFile.standard(in: here.home)
      let signed = try AuditCheckpoint.read(file)
      let outcome = try await here.asOwner { database in
        try await database.pool.transaction(.snapshot) {
          try await AuditVerifier().verify(in: $0, checkpoints: signed, key: keys.checkpoints.publicKey)
        }
      }
      for finding in outcome.findings { print(finding) }
      print("\(outcome.entries) entries, \(outcome.checkpoints) checkpoints: " + (outcome.findings.isEmpty ? "the log stands." : "\(outcome.findings.count) findings."))
      if signed.isEmpty { print("No checkpoint was given: a log cut at its end cannot be told from a short one.") }
      if !outcome.findings.isEmpty { throw ExitCode(1) }
    }
  }

  struct Checkpoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Sign for the log as it is now, in a file outside the database.")

    func run() async throws {
      let here = try Surroundings()
      let keys = try Keys(directory: here.home.appendingPathComponent("keys"))
      let file = CheckpointFile.standard(in: here.home)
      let seq = try await here.asOwner { try await CheckpointFile.sign(file, database: $0, key: keys.checkpoints, at: Date()) }
      print(seq.map { "Signed for entry \($0) in \(file.path)." } ?? "Nothing new to sign for.")
    }
  }
}
