import ArgumentParser
import Foundation
import Portal
import Postgres

/// `lantern migrate`: says what would be done; `--apply` does it and copies Config into the database.
struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Bring the database up to date. Without --apply, only says what would be done.")

  @Flag(help: "Apply what is pending.") var apply = false

  func run() async throws {
    let here = try Surroundings()
    let migrator = Migrator(directory: here.migrations, conninfo: here.ownerConnection)
    guard apply else { return print(try await migrator.plan()) }
    for file in try await migrator.apply() { print("  \(file.sentence)") }
    try await here.asOwner { database in
      let keys = try Keys(directory: here.home.appendingPathComponent("keys"))
      try await database.pool.transaction(.readWrite) {
        try await ConfigSync.run(here.config, in: $0)
        try await keys.share(in: $0)
      }
      _ = try await here.operatorOfficer(database)
      for missing in try await IntelligenceKeyRotation(here.environment(database), keys: keys.intelligence).missing() {
        print("  \(missing.items) items of intelligence are sealed under key \(missing.key), whose file is not in keys/. They do not open until it is restored from your copy.")
      }
    }
  }
}
