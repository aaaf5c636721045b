import ArgumentParser
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
    let pending = try await migrator.plan()
    guard apply else {
      print(pending.isEmpty ? "The database is up to date." : "Pending, applied with --apply:")
      for file in pending { print("  \(file.name)  \(file.sentence)") }
      return
    }
    for file in try await migrator.apply() { print("  \(file.sentence)") }
    try await here.asOwner { database in
      try await database.pool.transaction(.readWrite) { try await ConfigSync.run(here.config, in: $0) }
      _ = try await here.operatorOfficer(database)
    }
  }
}
