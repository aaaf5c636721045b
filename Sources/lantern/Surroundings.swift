import ArgumentParser
import Domain
import Foundation
import Logging
import Portal
import Postgres

/// Where a command finds its files and its database: from the environment, as README.md lists it.
struct Surroundings {
  let root: URL
  let home: URL
  /// Connection of the owner, who migrates and runs commands.
  let ownerConnection: String
  /// Connection of the web, which may do far less.
  let appConnection: String
  let settings: Settings
  let logger: Logger

  init() throws {
    let variables = ProcessInfo.processInfo.environment
    root = URL(fileURLWithPath: variables["LANTERN_ROOT"] ?? FileManager.default.currentDirectoryPath)
    home = URL(fileURLWithPath: variables["LANTERN_HOME"] ?? root.appendingPathComponent(".lantern").path)
    guard let owner = variables["DATABASE_URL"], !owner.isEmpty else {
      throw ValidationError("DATABASE_URL is not set. bin/serve starts a database and sets it; or name your own server, e.g. DATABASE_URL=\"host=db dbname=lantern user=postgres\".")
    }
    ownerConnection = owner
    appConnection = variables["DATABASE_APP_URL"].flatMap { $0.isEmpty ? nil : $0 } ?? Surroundings.asApp(owner)
    settings = try Settings(directory: root.appendingPathComponent("Config"))
    logger = Logger(label: "lantern")
  }

  var config: URL { root.appendingPathComponent("Config") }
  var migrations: URL { root.appendingPathComponent("Migrations") }

  /// The operator's name in the log: the user of this machine.
  var operatorName: String { ProcessInfo.processInfo.environment["SUDO_USER"] ?? NSUserName() }

  /// The same server, as lantern_app: the last of two settings of one name counts for libpq.
  private static func asApp(_ owner: String) -> String {
    guard owner.contains("://") else { return owner + " user=lantern_app" }
    return owner + (owner.contains("?") ? "&" : "?") + "user=lantern_app"
  }

  /// Runs `body` with a small pool of owner connections, which it closes.
  func asOwner<R: Sendable>(_ body: (Database) async throws -> R) async throws -> R {
    let pool = Pool(configuration: PoolConfiguration(conninfo: ownerConnection, size: 3), logger: logger)
    do {
      let result = try await body(Database(pool: pool))
      await pool.shutdown()
      return result
    } catch {
      await pool.shutdown()
      throw error
    }
  }

  /// What commands work in: no browser, the owner's connection.
  func environment(_ database: Database) -> Portal.Environment {
    Portal.Environment(settings: settings, database: database, logger: logger, demonstration: false, origin: "", home: home)
  }

  /// The person at the command line, as an author of writes.
  func operatorOfficer(_ database: Database) async throws -> Officer {
    try await database.commandLineOfficer(named: operatorName, settings: settings)
  }
}
