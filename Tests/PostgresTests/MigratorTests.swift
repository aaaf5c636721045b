import Foundation
import Testing

@testable import Postgres

@Suite(.database) struct MigratorTests {
  /// Runs `body` with a directory of files and a database.
  private func with(
    _ files: [String: String],
    _ body: (_ write: (String, String?) throws -> Void, Migrator, Scratch) async throws -> Void
  ) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "migrations-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    func write(_ name: String, _ text: String?) throws {
      let file = directory.appending(path: name)
      if let text { try Data(text.utf8).write(to: file) } else { try FileManager.default.removeItem(at: file) }
    }
    for (name, text) in files { try write(name, text) }
    try await Scratch.with { try await body(write, Migrator(directory: directory, conninfo: $0.conninfo), $0) }
  }

  private func refusal(of body: () async throws -> Void) async throws -> String {
    try #require(await #expect(throws: MigrationRefusal.self) { try await body() }).description
  }

  private let two = [
    "0001_people_exist.sql":
      "-- There are people.\ncreate table person (name text not null);\ninsert into person values ('Ada');\n",
    "0002_people_have_ages.sql": "-- A person has an age.\nalter table person add column age int;\n",
  ]

  @Test func `a plan changes nothing, applying does, once`() async throws {
    try await with(two) { write, migrator, scratch in
      let plan = try await migrator.plan()
      #expect(plan.applied == 0 && plan.pending.map(\.number) == [1, 2])
      #expect(plan.description.contains("0001_people_exist.sql: There are people."))
      let connection = try await scratch.connect()
      defer { connection.close() }
      let tables: SQL = "select count(*) from pg_tables where schemaname = 'public'"
      #expect(try await connection.all(tables, as: Scalar<Int>.self)[0].value == 0)
      #expect(try await migrator.apply().count == 2)
      #expect(try await connection.all("select name, age from person", as: Row.self).count == 1)
      #expect(try await migrator.apply().isEmpty)
      #expect(
        try await migrator.plan().description == "The database is up to date: 2 migrations in force, none pending.")
      try write("0003_nothing_more.sql", "-- Nothing more.\n")
      #expect(try await migrator.plan().pending.map(\.name) == ["0003_nothing_more.sql"])
    }
  }

  @Test func `two migrators at once apply each file once`() async throws {
    try await with(two) { _, migrator, _ in
      async let first = migrator.apply()
      async let second = migrator.apply()
      let count = try await first.count + second.count
      #expect(count == 2)
    }
  }

  @Test func `a file that fails leaves nothing, says which and where, and those before it stay`() async throws {
    try await with(two) { write, migrator, scratch in
      try write("0003_broken.sql", "-- This breaks.\ncreate table half (n int);\n\nselect nonsense from half;\n")
      let sentence = try await refusal { try await migrator.apply() }
      #expect(sentence.hasPrefix("0003_broken.sql, line 4 failed and left nothing behind (42703)"))
      #expect(try await migrator.plan().pending.map(\.number) == [3])
      let connection = try await scratch.connect()
      defer { connection.close() }
      #expect(try await connection.all("select to_regclass('half') is null", as: Scalar<Bool>.self)[0].value)
      try write("0003_broken.sql", "-- This is mended.\ncreate table half (n int);\n")
      #expect(try await migrator.apply().map(\.number) == [3])
    }
  }

  @Test func `what was applied is not edited, renamed or removed`() async throws {
    try await with(two) { write, migrator, _ in
      try await migrator.apply()
      try write("0002_people_have_ages.sql", "-- A person has an age.\nalter table person add column age bigint;\n")
      #expect(
        try await refusal { _ = try await migrator.plan() }.contains(
          "0002_people_have_ages.sql was edited after it was applied"))
      #expect(try await refusal { try await migrator.apply() }.contains("was edited"))
      try write("0002_people_have_ages.sql", nil)
      #expect(try await refusal { _ = try await migrator.plan() }.contains("which is not among the files"))
      try write("0002_ages.sql", two["0002_people_have_ages.sql"])
      #expect(try await refusal { _ = try await migrator.plan() }.contains("is now called 0002_ages.sql"))
    }
  }

  @Test(arguments: [
    ("0003_gap.sql", "-- A gap.\n", "Number 0002 is missing before 0003_gap.sql"),
    ("0001_twin.sql", "-- A twin.\n", "have the same number"),
    ("2_short.sql", "-- Short.\n", "is not named like"),
    ("0002_Upper.sql", "-- Upper.\n", "is not named like"),
    ("0002_mute.sql", "create table x ();\n", "does not begin with a comment"),
    ("0002_no_stop.sql", "-- without a full stop\n", "does not begin with a comment"),
    (
      "0002_commits.sql", "-- It commits.\ncreate table x ();\n  COMMIT;\n",
      "0002_commits.sql, line 3, begins or ends a transaction"
    ),
  ]) func `what is not named, numbered or begun as it must be is refused`(name: String, text: String, expected: String)
    async throws
  {
    try await with(["0001_people_exist.sql": two["0001_people_exist.sql"]!, name: text]) { _, migrator, _ in
      let refusals = [
        try await refusal { _ = try await migrator.plan() }, try await refusal { try await migrator.apply() },
      ]
      #expect(refusals.allSatisfy { $0.contains(expected) })
    }
  }
}
