import Foundation
import Logging
import Synchronization
import Testing

@testable import Postgres

/// A database of its own for one test, dropped afterwards.
struct Scratch: Sendable {
  static let isAvailable = ProcessInfo.processInfo.environment["LANTERN_TEST_DATABASE"] != nil
  /// Patient, for a machine busy with fifty tests at once.
  static let server = (ProcessInfo.processInfo.environment["LANTERN_TEST_DATABASE"] ?? "") + " connect_timeout=30"

  let name: String
  var conninfo: String { "\(Self.server) dbname=\(name)" }

  private struct Name: SQLIdentifier {
    let rawValue: String
  }

  /// Creates the database, runs `body` in it, drops it.
  static func with<R>(_ body: (Scratch) async throws -> R) async throws -> R {
    let scratch = Scratch(name: "pg_\(UUID().uuidString.lowercased().prefix(13).replacing("-", with: "_"))")
    let admin = try await Connection.open(ConnectionSettings(server))
    defer { admin.close() }
    let name = Name(rawValue: scratch.name)
    // template0, so that tests running at the same time do not disturb one another's copying of template1.
    try await admin.execute("create database \(identifier: name) template template0")
    do {
      let result = try await body(scratch)
      try await admin.execute("drop database \(identifier: name) with (force)")
      return result
    } catch {
      _ = try? await admin.execute("drop database \(identifier: name) with (force)")
      throw error
    }
  }

  /// As above, with a pool on it and a connection of its own beside it.
  static func withPool<R>(
    size: Int = 4, configure: (inout PoolConfiguration) -> Void = { _ in },
    _ body: (Pool, Scratch) async throws -> R
  ) async throws -> R {
    try await with { scratch in
      var configuration = PoolConfiguration(scratch.conninfo, size: size)
      configuration.acquireTimeout = .seconds(30)
      configure(&configuration)
      let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
      let pool = Pool(configuration: configuration, logger: silent)
      do {
        let result = try await body(pool, scratch)
        await pool.shutdown()
        return result
      } catch {
        await pool.shutdown()
        throw error
      }
    }
  }

  func connect() async throws -> Connection {
    try await Connection.open(ConnectionSettings(conninfo))
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips, with a sentence, when there is no server to test against.
  static var database: Self {
    .enabled(
      if: Scratch.isAvailable,
      "Set LANTERN_TEST_DATABASE to a libpq connection string of a superuser in a throw-away cluster to run this.")
  }
}

/// The `PostgresError` that `body` throws.
func failure<R>(
  _ location: SourceLocation = #_sourceLocation, isolation: isolated (any Actor)? = #isolation,
  of body: () async throws -> R
) async throws -> PostgresError {
  let error = await #expect(throws: PostgresError.self, sourceLocation: location) { _ = try await body() }
  return try #require(error, sourceLocation: location)
}

/// Whether a session of this database waits for an event, as `pg_stat_activity` calls it.
func isWaiting(_ event: String) -> SQL {
  "select exists (select from pg_stat_activity where datname = current_database() and wait_event = \(event))"
}

extension Connection {
  /// Waits until a question is answered yes; the waiting is done by the database. Gives up after some ten seconds.
  func wait(until question: SQL, _ location: SourceLocation = #_sourceLocation) async throws {
    for _ in 0..<500 {
      if try await all(question, as: Scalar<Bool>.self)[0].value { return }
      _ = try await all("select pg_sleep(0.02)", as: Row.self)
    }
    Issue.record("it never came true that \(question.text)", sourceLocation: location)
  }

  /// Ends the other sessions of this database.
  @discardableResult
  func killOthers() async throws -> Int {
    try await all(
      """
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
      """,
      as: Row.self
    ).count
  }
}

/// A value several tasks of a test write to.
final class Shared<Value: Sendable>: Sendable {
  private let value: Mutex<Value>

  init(_ value: sending Value) {
    self.value = Mutex(value)
  }

  func withLock<R: Sendable>(_ body: (inout Value) -> R) -> R {
    value.withLock { value in body(&value) }
  }
}
