package import Domain
package import Foundation
package import Logging
package import Portal
package import Postgres
import Synchronization

/// A database of one's own for one test: a clone of a template that has all migrations and the county's configuration.
package struct TestDatabase: Sendable {
  package let name: String
  /// Pool of the web's role: row level security applies.
  package let app: Database
  /// Pool of the owner: for arranging and for looking behind the wall.
  package let owner: Database
  /// What the site reads of `Config/`; a test may change its own.
  package var settings: Settings

  @TaskLocal package static var lent: TestDatabase?

  /// The database of the running test.
  package static var current: TestDatabase {
    guard let lent else { preconditionFailure("the test has no .database trait") }
    return lent
  }

  /// The throw-away server that bin/test started; nil where tests run without one.
  package static let server = ProcessInfo.processInfo.environment["LANTERN_TEST_DATABASE"]

  /// The checkout: three levels above this file.
  package static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  package static let logger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .error
    return logger
  }()

  static func lend<R: Sendable>(_ body: @Sendable (TestDatabase) async throws -> R) async throws -> R {
    guard let server else { throw NoServer() }
    try await Gate.shared.enter()
    do {
      let template = try await Template.shared.name(on: server)
      let name = "lantern_test_\(ProcessInfo.processInfo.processIdentifier)_\(Template.next())"
      try await statement("CREATE DATABASE \(name) TEMPLATE \(template)", on: server)
      let database = TestDatabase(
        name: name, app: pool(server, name, user: "lantern_app"), owner: pool(server, name, user: nil),
        settings: try Settings(directory: root.appendingPathComponent("Config")))
      let result: Result<R, any Error>
      do { result = .success(try await body(database)) } catch { result = .failure(error) }
      await database.app.pool.shutdown()
      await database.owner.pool.shutdown()
      try await statement("DROP DATABASE \(name) WITH (FORCE)", on: server)
      await Gate.shared.leave()
      return try result.get()
    } catch {
      await Gate.shared.leave()
      throw error
    }
  }

  private static func pool(_ server: String, _ name: String, user: String?) -> Database {
    let conninfo = "\(server) dbname=\(name)" + (user.map { " user=\($0)" } ?? "")
    return Database(pool: Pool(configuration: PoolConfiguration(conninfo: conninfo, size: 4), logger: logger))
  }

  /// Runs one statement on the server outside a transaction block, as CREATE DATABASE demands, by psql: names are our own.
  static func statement(_ text: String, on server: String) async throws {
    try await psql(["-d", server, "-c", text])
  }

  /// Runs psql to its end.
  static func psql(_ arguments: [String]) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/psql")
      process.arguments = ["-q", "-X", "-v", "ON_ERROR_STOP=1"] + arguments
      process.standardOutput = FileHandle.nullDevice
      process.terminationHandler = { done in
        done.terminationStatus == 0 ? continuation.resume() : continuation.resume(throwing: ServerRefused(arguments: arguments))
      }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
  }

  /// bin/test starts a throw-away server; without it these tests cannot run.
  struct NoServer: Error, CustomStringConvertible {
    var description: String { "LANTERN_TEST_DATABASE is not set: run bin/test, which starts a throw-away server" }
  }
  struct ServerRefused: Error { let arguments: [String] }
}

/// The template of this run, made once.
private actor Template {
  static let shared = Template()
  private var making: Task<String, any Error>?
  private static let counter = Atomic(0)

  static func next() -> Int { counter.add(1, ordering: .relaxed).newValue }

  func name(on server: String) async throws -> String {
    if let making { return try await making.value }
    let task = Task {
      let name = "lantern_template_\(ProcessInfo.processInfo.processIdentifier)"
      try await TestDatabase.statement("CREATE DATABASE \(name)", on: server)
      let conninfo = "\(server) dbname=\(name)"
      _ = try await Migrator(directory: TestDatabase.root.appendingPathComponent("Migrations"), conninfo: conninfo).apply()
      let pool = Pool(configuration: PoolConfiguration(conninfo: conninfo, size: 1), logger: TestDatabase.logger)
      try await pool.transaction(.readWrite) {
        try await ConfigSync.run(TestDatabase.root.appendingPathComponent("Config"), in: $0)
        try await $0.execute("SELECT sec.set_session_key(\(TestDatabase.sessionSecret))")
      }
      await pool.shutdown()
      return name
    }
    making = task
    return try await task.value
  }
}

/// At most four tests hold a database at once: two cores, and a server of a hundred connections.
private actor Gate {
  static let shared = Gate()
  private var free = 4
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func enter() async throws {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
