import Testing

@testable import Postgres

@Suite(.database) struct StatementCacheTests {
  private func prepared(_ tx: Transaction) async throws -> Int {
    try await tx.value("select count(*) from pg_prepared_statements", as: Int.self)
  }

  @Test func `a text is prepared once, and the cache is bounded on both sides`() async throws {
    try await Scratch.withPool(size: 1, configure: { $0.connection.statementCacheSize = 8 }) { pool, _ in
      for round in 0..<3 {
        let same = try await pool.transaction { try await $0.value("select \(round)::int8 as same", as: Int.self) }
        #expect(same == round)
      }
      let repeats = try await pool.transaction {
        try await $0.value(
          "select count(*) from pg_prepared_statements where statement like 'select $1::int8 as same%'", as: Int.self)
      }
      #expect(repeats == 1)
      let held = try await pool.transaction { tx in
        for number in 0..<40 {
          let padding = SQL(elements: [.text("select 1 as n\(number)")])
          _ = try await tx.all(padding, as: Row.self)
        }
        return try await prepared(tx)
      }
      #expect(held <= 9)
    }
  }

  /// Make `isStaleStatement` false to see these red.
  @Test func `after a table changes a read and a new transaction go on`() async throws {
    try await Scratch.withPool(size: 2) { pool, scratch in
      try await pool.transaction { try await $0.execute("create table t (a int)") }
      let query: SQL = "select * from t"
      // Both connections prepare it.
      try await pool.transaction { first in
        _ = try await first.all(query, as: Row.self)
        try await pool.transaction { _ = try await $0.all(query, as: Row.self) }
      }
      let other = try await scratch.connect()
      defer { other.close() }
      try await other.execute("alter table t add column b int")
      try await other.execute("insert into t values (1, 2)")
      #expect(try await pool.read(Query<Row>(query))[0].columns == ["a", "b"])
      try await other.execute("alter table t add column c int")
      let columns = try await pool.transaction { try await $0.first(query, as: Row.self)!.columns }
      #expect(columns == ["a", "b", "c"])
    }
  }

  @Test func `in the middle of a transaction it fails once, and the next is sound on every connection`() async throws {
    try await Scratch.withPool(size: 2) { pool, scratch in
      try await pool.transaction { try await $0.execute("create table t (a int)") }
      try await pool.transaction { first in
        _ = try await first.all("select * from t", as: Row.self)
        try await pool.transaction { _ = try await $0.all("select * from t", as: Row.self) }
      }
      let error = try await failure {
        try await pool.transaction { tx in
          try await tx.execute("alter table t add column b int")
          _ = try await tx.all("select * from t", as: Row.self)
        }
      }
      #expect(error.isStaleStatement)
      try await pool.transaction { try await $0.execute("alter table t add column b int") }
      try await pool.transaction { first in
        try await first.execute("select 1")
        _ = try await first.all("select * from t", as: Row.self)
        try await pool.transaction { second in
          try await second.execute("select 1")
          _ = try await second.all("select * from t", as: Row.self)
        }
      }
    }
  }

  @Test func `a statement the server has dropped is prepared again`() async throws {
    try await Scratch.withPool(size: 1) { pool, _ in
      let query = Query<Scalar<Int>>("select 11")
      _ = try await pool.read(query)
      try await pool.transaction { try await $0.execute("deallocate all") }
      #expect(try await pool.read(query).map(\.value) == [11])
    }
  }
}
