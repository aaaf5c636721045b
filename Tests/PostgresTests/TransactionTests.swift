import Foundation
import Testing

@testable import Postgres

@Suite(.database) struct TransactionTests {
  struct Person: RowDecodable, Equatable {
    let name: String
    let age: Int?
    init(name: String, age: Int?) { (self.name, self.age) = (name, age) }
    init(row: Row) throws {
      name = try row.get("name")
      age = try row.get("age")
    }
  }

  enum Column: String, SQLIdentifier {
    case name
    case odd = "we\"ird"
  }

  @Test func `rows come back typed, and parameters go as parameters`() async throws {
    try await Scratch.withPool { pool, _ in
      try await pool.transaction { tx in
        try await tx.execute("create table person (name text not null, age int)")
        let nasty = "'; drop table person; -- \\ \" é"
        #expect(try await tx.execute("insert into person values (\(nasty), \(41)), ('Ada', \(Int?.none))") == 2)
        let condition: SQL = "age = \(41)"
        let rows = try await tx.all(
          "select * from person where \(condition) or name = \("Ada") order by age", as: Person.self)
        #expect(rows == [Person(name: nasty, age: 41), Person(name: "Ada", age: nil)])
        #expect(try await tx.value("select count(*) from person", as: Int.self) == 2)
        #expect(try await tx.optionalValue("select age from person where name = 'Ada'", as: Int.self) == nil)
        #expect(
          try await tx.values("select \(identifier: Column.name) from person order by 1") == [
            "'; drop table person; -- \\ \" é", "Ada",
          ])
        #expect(try await tx.batch(["update person set age = 1", "delete from person where name = 'Ada'"]) == [2, 1])
      }
    }
  }

  @Test func `a read is one round trip and hands back what entering returned`() async throws {
    try await Scratch.withPool { pool, _ in
      let (officer, numbers, names) = try await pool.read(
        prelude: ["select set_config('app.x', \("seven"), true)"],
        entering: Query<Scalar<String>>("select current_setting('app.x')"),
        Query<Scalar<Int>>("select generate_series(1, \(3))"), Query<Scalar<String>>("select 'a'"))
      #expect(officer?.value == "seven")
      #expect(numbers.map(\.value) == [1, 2, 3])
      #expect(names.map(\.value) == ["a"])
      let one = try await pool.read(Query<Scalar<Int>>("select 5"))
      #expect(one.map(\.value) == [5])
      let refused = try await failure { _ = try await pool.read(Query<Row>("create table t ()")) }
      #expect(refused.sqlState == "25006")
    }
  }

  @Test func `an error rolls back, and so does a swallowed one`() async throws {
    try await Scratch.withPool { pool, _ in
      try await pool.transaction { try await $0.execute("create table t (n int constraint n_positive check (n > 0))") }
      let refused = try await failure {
        try await pool.transaction { tx in
          try await tx.execute("insert into t values (1)")
          try await tx.execute("insert into t values (-1)")
        }
      }
      #expect(refused.sqlState == .checkViolation)
      #expect(refused.constraint == "n_positive")
      // Delete the check of the tag in Transaction.commit to see this one red: COMMIT then "succeeds".
      let swallowed = try await failure {
        try await pool.transaction { tx in
          try await tx.execute("insert into t values (1)")
          _ = try? await tx.execute("insert into t values (-1)")
        }
      }
      #expect(swallowed.sqlState == .inFailedTransaction)
      #expect(try await pool.read(Query<Scalar<Int>>("select count(*) from t"))[0].value == 0)
      #expect(pool.statistics.open == 1)
    }
  }

  @Test func `a nested failure undoes only its own`() async throws {
    try await Scratch.withPool { pool, _ in
      try await pool.transaction { tx in
        struct Stop: Error {}
        // The savepoint travels with BEGIN here.
        _ = try? await tx.nested { try await $0.execute("select 1 / 0") }
        try await tx.execute("create table t (n int)")
        try await tx.nested { tx in
          try await tx.execute("insert into t values (1)")
          await #expect(throws: Stop.self) {
            try await tx.nested { tx in
              try await tx.execute("insert into t values (2)")
              throw Stop()
            }
          }
          _ = try? await tx.nested { try await $0.execute("insert into t values ('x')") }
          try await tx.nested { _ in }
          try await tx.execute("insert into t values (3)")
        }
        #expect(try await tx.values("select n from t order by n", as: Int.self) == [1, 3])
      }
    }
  }

  @Test func `last words go with the commit, and their failure rolls back`() async throws {
    try await Scratch.withPool { pool, _ in
      try await pool.transaction { tx in
        try await tx.execute("create table t (n int primary key)")
        tx.beforeCommit(["insert into t values (1)"])
      }
      let refused = try await failure {
        try await pool.transaction { tx in
          try await tx.execute("insert into t values (2)")
          tx.beforeCommit(["insert into t values (1)"])
        }
      }
      #expect(refused.sqlState == .uniqueViolation)
      #expect(try await pool.read(Query<Scalar<Int>>("select n from t")).map(\.value) == [1])
    }
  }

  /// Delete the part of Transaction.answers that puts the prefix back, and `needsTransaction` in Batch.begin, to see
  /// this red: what follows is then committed statement by statement.
  @Test func `a first statement refused before it was sent leaves the transaction to begin with the next`() async throws
  {
    try await Scratch.withPool(size: 1) { pool, _ in
      struct Stop: Error {}
      try await pool.transaction { try await $0.execute("create table t (n int)") }
      await #expect(throws: Stop.self) {
        try await pool.transaction(prelude: ["select set_config('app.x', 'on', true)"]) { tx in
          _ = try? await tx.execute("select \("\0")")
          #expect(try await tx.value("select current_setting('app.x')", as: String.self) == "on")
          try await tx.execute("insert into t values (1)")
          throw Stop()
        }
      }
      // A statement that ends the transaction is not followed by others on their own.
      let ended = try await failure {
        try await pool.transaction { tx in
          try await tx.execute("rollback")
          try await tx.execute("insert into t values (2)")
        }
      }
      #expect(ended.kind == .misuse)
      #expect(try await pool.read(Query<Scalar<Int>>("select count(*) from t"))[0].value == 0)
    }
  }

  @Test func `a transaction that has ended refuses statements`() async throws {
    try await Scratch.withPool { pool, _ in
      let kept = try await pool.transaction { tx in
        try await tx.execute("select 1")
        return tx
      }
      #expect(try await failure { try await kept.execute("select 1") }.kind == .misuse)
    }
  }

  @Test func `statements started together are answered each with its own`() async throws {
    try await Scratch.withPool { pool, _ in
      try await pool.transaction { tx in
        try await withThrowingTaskGroup(of: (Int, Int).self) { group in
          for number in 0..<50 {
            group.addTask { (number, try await tx.value("select \(number)::int", as: Int.self)) }
          }
          for try await (asked, answered) in group { #expect(asked == answered) }
        }
      }
    }
  }
}
