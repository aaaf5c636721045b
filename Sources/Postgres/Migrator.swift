package import Foundation

/// What applying the migrations would do.
package struct MigrationPlan: Sendable, CustomStringConvertible {
  /// How many are in force already.
  package let applied: Int
  /// Those still to come, in order.
  package let pending: [MigrationFile]

  package var description: String {
    guard !pending.isEmpty else { return "The database is up to date: \(applied) migrations in force, none pending." }
    return (["\(applied) migrations in force, \(pending.count) pending:"]
      + pending.map { "  \($0.name): \($0.sentence)" }).joined(separator: "\n")
  }
}

/// Brings the schema forward by numbered files, `NNNN_what_becomes_true.sql`, the first line of each a sentence.
///
/// Each file runs in a transaction of its own together with the record that it ran. Two migrators never run at once.
/// Files that were applied are never edited, renamed or removed: their checksums are compared each time.
package struct Migrator: Sendable {
  /// The key of the advisory lock one migrator holds: "lantern" in ASCII.
  private static let lockKey = 0x6C_61_6E_74_65_72_6E

  private let directory: URL
  private let settings: ConnectionSettings

  package init(directory: URL, conninfo: String) {
    self.directory = directory
    var settings = ConnectionSettings(conninfo)
    settings.applicationName = "lantern migrate"
    // An index on a large table takes as long as it takes.
    settings.statementTimeout = nil
    settings.idleInTransactionTimeout = nil
    self.settings = settings
  }

  package init(directory: String, conninfo: String) {
    self.init(directory: URL(filePath: directory, directoryHint: .isDirectory), conninfo: conninfo)
  }

  /// What `apply` would do; changes nothing.
  /// - Throws: `MigrationRefusal` when files and database do not agree.
  package func plan() async throws -> MigrationPlan {
    let files = try MigrationFile.all(in: directory)
    return try await connected { try await plan(files, $0) }
  }

  /// Applies what is pending; answers which files.
  /// - Throws: `MigrationRefusal` when files and database do not agree, or naming the file that failed. Files before
  ///   it stay applied; of itself nothing remains.
  @discardableResult
  package func apply() async throws -> [MigrationFile] {
    let files = try MigrationFile.all(in: directory)
    return try await connected { connection in
      // Held by the session: it goes with the connection, whatever happens.
      _ = try await connection.all("select pg_advisory_lock(\(Self.lockKey))", as: Row.self)
      try await connection.run(
        script: """
          set client_min_messages = warning;
          create table if not exists public.schema_migration (
            number integer primary key,
            name text not null,
            checksum text not null,
            sentence text not null,
            applied_at timestamptz not null default now()
          );
          reset client_min_messages;
          """)
      let pending = try await plan(files, connection).pending
      for file in pending { try await apply(file, connection) }
      return pending
    }
  }

  private func apply(_ file: MigrationFile, _ connection: Connection) async throws {
    do {
      try await connection.execute("begin")
      try await connection.run(script: file.text)
      // Whatever search path or role the file chose is for itself only.
      try await connection.execute("reset all")
      try await connection.execute("reset role")
      try await connection.execute(
        """
        insert into public.schema_migration (number, name, checksum, sentence)
        values (\(Int32(file.number)), \(file.name), \(file.checksum), \(file.sentence))
        """)
      let commit = Batch([Transaction.commitStatement], isCancellable: false)
      await connection.perform(commit)
      if let failure = commit.failure { throw failure }
    } catch let error as PostgresError {
      await connection.rollBack(afterError: false)
      let line = error.position.map { ", line \(file.line(at: $0))" } ?? ""
      let state = error.sqlState.map { " (\($0.rawValue))" } ?? ""
      throw MigrationRefusal("\(file.name)\(line) failed and left nothing behind\(state): \(error.unredactedMessage)")
    }
  }

  /// Compares the files with what the database says was applied.
  private func plan(_ files: [MigrationFile], _ connection: Connection) async throws -> MigrationPlan {
    struct Applied: RowDecodable {
      let number: Int
      let name: String
      let checksum: String
      init(row: Row) throws {
        number = try row.get("number")
        name = try row.get("name")
        checksum = try row.get("checksum")
      }
    }
    let hasTable = try await connection.all(
      "select to_regclass('public.schema_migration') is not null", as: Scalar<Bool>.self)
    guard hasTable.first?.value == true else { return MigrationPlan(applied: 0, pending: files) }
    let applied = try await connection.all(
      "select number, name, checksum from public.schema_migration order by number", as: Applied.self)
    for (index, past) in applied.enumerated() {
      guard past.number == index + 1 else {
        throw MigrationRefusal(
          "The database has applied \(past.name) but not number \(fourDigits(index + 1)); its record is damaged.")
      }
      guard index < files.count else {
        throw MigrationRefusal(
          "The database has applied \(past.name), which is not among the files; "
            + "this program is older than its database.")
      }
      let file = files[index]
      guard file.name == past.name else {
        throw MigrationRefusal("\(past.name) was applied and is now called \(file.name); give it its old name back.")
      }
      guard file.checksum == past.checksum else {
        throw MigrationRefusal(
          "\(file.name) was edited after it was applied; put it back as it was and write a new file for the change.")
      }
    }
    return MigrationPlan(applied: applied.count, pending: Array(files.dropFirst(applied.count)))
  }

  private func connected<R>(_ body: (Connection) async throws -> R) async throws -> R {
    let connection = try await Connection.open(settings)
    defer { connection.close() }
    return try await body(connection)
  }
}
