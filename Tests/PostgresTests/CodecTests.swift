import Foundation
import Testing

@testable import Postgres

@Suite struct SQLTests {
  enum Order: String, SQLIdentifier { case name = "a\"b" }

  @Test func `values are numbered, fragments are renumbered, names are quoted`() {
    let condition = SQL.joined(["a = \(1)", "b = \("x")"], by: " and ")
    let sql: SQL = "select \(raw: "now()") from t where c = \(true) and \(condition) order by \(identifier: Order.name)"
    #expect(sql.text == #"select now() from t where c = $1 and a = $2 and b = $3 order by "a""b""#)
    #expect(SQL.empty.isEmpty && !sql.isEmpty)
    #expect(("a = \(1)" + SQL(" or b = \(2)")).text == "a = $1 or b = $2")
  }

  @Test(arguments: [
    "2026-03-01 09:30:00.123456+00", "1900-02-28 23:59:59+00", "2000-02-29 00:00:00.5+00", "0001-01-01 00:00:00+00",
    "12026-12-31 12:00:00+00", "1969-12-31 23:59:59.999999+00",
  ]) func `a moment survives reading and writing`(text: String) throws {
    func read(_ text: String) -> Date? {
      var text = text
      return text.withUTF8 { TimestampText.date(from: $0) }
    }
    let date = try #require(read(text))
    #expect(read(TimestampText.text(of: date)) == date)
  }

  @Test(arguments: ["", "2026", "2026-13-01", "0044-03-15 00:00:00+00 BC", "2026-03-01 09:30", "x"])
  func `what is no moment is refused`(text: String) {
    var text = text
    #expect(text.withUTF8 { TimestampText.date(from: $0) } == nil)
  }
}

@Suite(.database) struct CodecTests {
  enum Mood: String, PostgresEncodable, PostgresDecodable { case glad, sad }

  private func roundTrip<T: PostgresEncodable & PostgresDecodable & Equatable & Sendable>(
    _ values: [T], cast: StaticString, _ pool: Pool, location: SourceLocation = #_sourceLocation
  ) async throws {
    for value in values {
      let back = try await pool.transaction { try await $0.value("select \(value)::\(raw: cast)", as: T.self) }
      #expect(back == value, sourceLocation: location)
    }
  }

  @Test func `every type comes back as it went`() async throws {
    try await Scratch.withPool { pool, _ in
      try await roundTrip(["", "é'\"\\\u{301}😀\n{,}", "NULL"], cast: "text", pool)
      try await roundTrip([Int.min, 0, Int.max], cast: "int8", pool)
      try await roundTrip([Int16.min, Int16.max], cast: "int2", pool)
      try await roundTrip([Int32.min, Int32.max], cast: "int4", pool)
      try await roundTrip([0.1, -.infinity, 1e300, .leastNonzeroMagnitude], cast: "float8", pool)
      try await roundTrip([true, false], cast: "bool", pool)
      try await roundTrip([UUID()], cast: "uuid", pool)
      try await roundTrip(
        [Date(timeIntervalSince1970: 1_790_000_000.25), .distantFuture, .distantPast], cast: "timestamptz", pool)
      try await roundTrip([Data([0, 255, 92, 39])], cast: "bytea", pool)
      try await roundTrip([Decimal(string: "-12345678901234567890.123")!], cast: "numeric", pool)
      try await roundTrip([Mood.glad, .sad], cast: "text", pool)
      try await roundTrip([Int?.none, 4], cast: "int8", pool)
      try await roundTrip([[], ["", "a,b", "\"\\{}", "NULL", " "]], cast: "text[]", pool)
      try await roundTrip([[1, 2], []], cast: "int8[]", pool)
      try await roundTrip([["a", nil, "NULL"]], cast: "text[]", pool)
      try await roundTrip([[UUID(), UUID()]], cast: "uuid[]", pool)
      try await pool.transaction { tx in
        let bytes: [UInt8] = (0...255).map { UInt8($0) }
        #expect(try await tx.value("select \(bytes)", as: [UInt8].self) == bytes)
        #expect(
          try await tx.value("select count(*) from generate_series(1, 5) n where n = any(\([2, 3]))", as: Int.self) == 2
        )
        #expect(try await tx.value("select \(Data?.none) is null", as: Bool.self))
        // A string goes untyped, like a literal: it fits a date, an enum, a jsonb.
        try await tx.execute("create type mood as enum ('glad', 'sad')")
        #expect(try await tx.value("select 'glad'::mood = \("glad")", as: Bool.self))
        #expect(try await tx.value("select date '2026-02-01' > \("2026-01-31")", as: Bool.self))
      }
    }
  }

  @Test func `what does not fit is refused, naming the column and not the value`() async throws {
    try await Scratch.withPool { pool, _ in
      let row = try await pool.read(
        Query<Row>("select 'canary' as word, null as nothing, 70000 as number, 'blue' as mood"))[0]
      func refusal(_ body: () throws -> Void) throws -> PostgresError {
        try #require(#expect(throws: PostgresError.self) { try body() })
      }
      let errors = try [
        refusal { _ = try row.get("word", as: Int.self) }, refusal { _ = try row.get("nothing", as: String.self) },
        refusal { _ = try row.get("number", as: Int16.self) }, refusal { _ = try row.get("mood", as: Mood.self) },
        refusal { _ = try row.get("missing", as: String.self) }, refusal { _ = try row.get(9, as: String.self) },
      ]
      #expect(errors.allSatisfy { $0.kind == .decoding })
      #expect(errors.prefix(4).map(\.column) == ["word", "nothing", "number", "mood"])
      #expect(!errors[0].description.contains("canary") && String(reflecting: errors[0]).contains("canary"))
      #expect(row[0] == "canary" && row[1] == nil && row[9] == nil && row.text("number") == "70000")
      #expect(row.columns == ["word", "nothing", "number", "mood"] && row.bytes("word") == Array("canary".utf8))
    }
  }

  /// Delete the test for NUL in Statement.misuse to see this red: the text is stored cut short.
  @Test func `a NUL is refused, not cut`() async throws {
    try await Scratch.withPool { pool, _ in
      try await pool.transaction { tx in
        try await tx.execute("select 1")
        #expect(try await failure { try await tx.execute("select \("admin\0istrator")") }.kind == .misuse)
        // Refused before it was sent, so the transaction goes on.
        #expect(try await tx.value("select 1", as: Int.self) == 1)
      }
    }
  }

  /// Print `detail` in PostgresError.description to see this red.
  @Test func `an error keeps data to itself unless asked`() async throws {
    try await Scratch.withPool { pool, _ in
      try await pool.transaction {
        try await $0.execute("create table person (name text constraint person_name_key unique, age int not null)")
      }
      let canary = "canary-7f3a"
      for sql: SQL in [
        "insert into person values (\(canary), 1), (\(canary), 2)", "insert into person values (\(canary), null)",
        "select \(canary)::uuid", "select \(raw: "'canary-7f3a'")::date",
      ] {
        let error = try await failure { try await pool.transaction { try await $0.execute(sql) } }
        for shown in [error.description, "\(error)", String(describing: error), error.localizedDescription] {
          #expect(!shown.contains("canary"))
        }
        #expect(String(reflecting: error).contains("canary"))
      }
      let error = try await failure {
        try await pool.transaction { try await $0.execute("insert into person values ('a', 1), ('a', 2)") }
      }
      #expect(error.constraint == "person_name_key" && error.table == "person")
      #expect(error.description.contains("person_name_key"))
    }
  }
}
