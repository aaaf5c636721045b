package import Domain
import Foundation
import Logging
import Postgres
package import ServiceLifecycle

/// Takes waiting imports one by one, as the person who started each. What it dies of, another run finds: the claim lapses.
package struct ImportWorker: Service {
  let environment: Environment
  package init(environment: Environment) { self.environment = environment }

  package func run() async throws {
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      do {
        while try await workOnce() {}
      } catch {
        environment.logger.error("the import worker stumbled", metadata: ["error": "\(error)"])
      }
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(1)) }
    }
  }

  /// Does one waiting run, if there is any.
  package func workOnce() async throws -> Bool {
    let pool = environment.database.pool
    guard let id = try await pool.transaction(.readWrite, { try await $0.optionalValue("SELECT sec.claim_import()", as: UUID?.self) }).flatMap({ $0 }) else {
      return false
    }
    let door: SQL = "SELECT account_id FROM sec.enter_import(\(id))"
    let (runs, people) = try await pool.read(
      prelude: [door], Query<ImportRun>("SELECT \(ImportRun.columns) FROM import_run i WHERE i.id = \(id)"), Query<Person>("SELECT * FROM sec.enter_import(\(id))"))
    guard let run = runs.first, let person = people.first else {
      // Who started it may not do so any more: it stops here, for good.
      try await pool.transaction(.readWrite) { _ = try await $0.execute("SELECT sec.stop_import(\(id))") }
      return true
    }
    let officer = Officer(
      id: person.id, sessionID: id, name: person.name, email: "", identity: .session([]), hasSecondStep: true, reach: [:],
      lastSeen: environment.now())
    let work = ImportWork(environment, officer: officer, entering: door)
    do {
      if run.state == .checking { _ = try await work.check(run, file: ImportFile(id, home: environment.home)) } else { try await work.apply(run) }
    } catch {
      environment.logger.error("an import failed", metadata: ["run": "\(id)", "error": "\(error)"])
      try await pool.transaction(.readWrite, prelude: [door]) {
        _ = try await $0.execute(
          "UPDATE import_run SET state = 'failed', phase = '', failure = \(Self.words(error)), lease_until = NULL WHERE id = \(id) AND state IN ('checking', 'applying')")
      }
    }
    return true
  }

  static func words(_ error: any Error) -> String {
    switch error {
    case let refusal as ImportRefusal: refusal.description
    case let refusal as TableRefusal: refusal.description
    case let refusal as MappingRefusal: refusal.description
    default: "Something went wrong on our side. Nothing was changed. Try again; if it happens again, tell your administrator."
    }
  }

  private struct Person: RowDecodable, Sendable {
    var id: UUID
    var name: String
    init(row: Row) throws {
      id = try row.get("account_id")
      name = try row.get("name")
    }
  }
}
