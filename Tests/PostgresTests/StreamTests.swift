import Foundation
import Testing

@testable import Postgres

@Suite(.database) struct CopyTests {
  /// Chunks of a megabyte of CSV, counting how many were asked for.
  private struct Chunks: AsyncSequence, AsyncIteratorProtocol {
    let given: Shared<Int>
    let limit: Int
    /// 10,000 lines of 100 bytes and a line feed.
    static let chunk = [UInt8](String(repeating: String(repeating: "x", count: 100) + "\n", count: 10_000).utf8)

    func makeAsyncIterator() -> Chunks { self }
    func next() async -> [UInt8]? {
      let number = given.withLock { given in
        given += 1
        return given
      }
      return number <= limit ? Self.chunk : nil
    }
  }

  /// Settle at once in CopyIn.advance while sending to see this red: all 64 chunks are then asked for at once.
  @Test func `data goes in, and the source waits for the server`() async throws {
    try await Scratch.withPool(size: 1) { pool, scratch in
      let admin = try await scratch.connect()
      defer { admin.close() }
      // The server stops at the first row until the lock is let go.
      try await admin.run(
        script: """
          create table t (word text);
          create function wait() returns trigger language plpgsql as $$
            begin perform pg_advisory_xact_lock_shared(99); return new; end $$;
          create trigger wait before insert on t for each row execute function wait();
          """)
      _ = try await admin.all("select pg_advisory_lock(99)", as: Row.self)
      let given = Shared(0)
      let copy = Task {
        try await pool.transaction { try await $0.copyIn("copy t from stdin", from: Chunks(given: given, limit: 64)) }
      }
      try await admin.wait(until: isWaiting("advisory"))
      _ = try await admin.all("select pg_sleep(0.5)", as: Row.self)
      let asked = given.withLock { $0 }
      #expect(asked > 0 && asked < 10)
      _ = try await admin.all("select pg_advisory_unlock(99)", as: Row.self)
      #expect(try await copy.value == 640_000)
      #expect(given.withLock { $0 } == 65)
    }
  }

  @Test func `a source that fails, a refused line and a refused statement store nothing`() async throws {
    struct Broken: AsyncSequence, AsyncIteratorProtocol {
      struct Failure: Error {}
      var count = 0
      func makeAsyncIterator() -> Broken { self }
      mutating func next() async throws -> [UInt8]? {
        count += 1
        if count > 3 { throw Failure() }
        return Array("1\n".utf8)
      }
    }
    func lines(_ text: String) -> AsyncStream<Data> {
      AsyncStream { continuation in
        continuation.yield(Data(text.utf8))
        continuation.finish()
      }
    }
    try await Scratch.withPool(size: 1) { pool, _ in
      try await pool.transaction { try await $0.execute("create table t (n int)") }
      await #expect(throws: Broken.Failure.self) {
        try await pool.transaction { try await $0.copyIn("copy t from stdin", from: Broken()) }
      }
      for (sql, text, state) in [
        ("copy t from stdin", "1\nx\n", "22P02"), ("copy missing from stdin", "1\n", "42P01"),
      ] as [(SQL, String, SQLState)] {
        let error = try await failure { try await pool.transaction { try await $0.copyIn(sql, from: lines(text)) } }
        #expect(error.sqlState == state)
      }
      let misuse = try await failure { try await pool.transaction { try await $0.copyIn("select 1", from: lines("")) } }
      #expect(misuse.kind == .misuse)
      let bound = try await failure {
        try await pool.transaction { try await $0.copyIn("copy t from stdin \(1)", from: lines("")) }
      }
      #expect(bound.kind == .misuse)
      // In a savepoint the transaction goes on.
      try await pool.transaction { tx in
        _ = try? await tx.nested { try await $0.copyIn("copy t from stdin", from: lines("x\n")) }
        let count = try await tx.copyIn("copy t from stdin", from: lines("5\n6\n"))
        let stored = try await tx.values("select n from t order by n", as: Int.self)
        #expect(count == 2 && stored == [5, 6])
      }
    }
  }

  /// Make CopyOut.wantsInput true to see this red: everything is then read into memory, wanted or not.
  @Test func `data comes out in chunks, and the server waits for the reader`() async throws {
    try await Scratch.withPool(size: 1) { pool, scratch in
      let admin = try await scratch.connect()
      defer { admin.close() }
      try await pool.transaction { tx in
        var bytes = 0
        for try await chunk in try tx.copyOut("copy (select generate_series(1, 300000)) to stdout") {
          bytes += chunk.count
        }
        #expect(bytes == 1_988_895)
        let pid = try await tx.value("select pg_backend_pid()", as: Int.self)
        let isHeldBack: SQL = """
          select exists (select from pg_stat_activity where pid = \(pid) and wait_event = 'ClientWrite')
          """
        // 200 MB, of which we take one chunk.
        let much = try tx.copyOut("copy (select repeat('x', 1000) from generate_series(1, 200000)) to stdout")
        for try await chunk in much {
          #expect(!chunk.isEmpty && chunk.count < 70_000)
          try await admin.wait(until: isHeldBack)
          _ = try await admin.all("select pg_sleep(0.3)", as: Row.self)
          #expect(try await admin.all(isHeldBack, as: Scalar<Bool>.self)[0].value)
          break
        }
        // The rest is thrown away, and the transaction goes on.
        #expect(try await tx.value("select 4", as: Int.self) == 4)
      }
      let error = try await failure {
        try await pool.transaction { tx in
          for try await _ in try tx.copyOut("copy (select 1 / 0) to stdout") {}
        }
      }
      #expect(error.sqlState == "22012")
      #expect(
        try await failure {
          try await pool.transaction { tx in
            for try await _ in try tx.copyOut("select 1") {}
          }
        }.kind == .misuse)
    }
  }

  @Test func `a cancelled task stops a COPY in either direction`() async throws {
    try await Scratch.withPool(size: 1) { pool, scratch in
      let admin = try await scratch.connect()
      defer { admin.close() }
      try await admin.execute("create table t (word text)")
      let given = Shared(0)
      let storing = Task {
        try await pool.transaction { try await $0.copyIn("copy t from stdin", from: Chunks(given: given, limit: .max)) }
      }
      while given.withLock({ $0 }) < 3 { await Task.yield() }
      storing.cancel()
      #expect(try await failure { try await storing.value }.kind == .cancelled)
      let reading = Task {
        try await pool.transaction { tx in
          for try await _ in try tx.copyOut("copy (select pg_sleep(60)) to stdout") {}
        }
      }
      try await admin.wait(until: isWaiting("PgSleep"))
      reading.cancel()
      #expect(try await failure { try await reading.value }.kind == .cancelled)
      #expect(try await pool.read(Query<Scalar<Int>>("select count(*) from t"))[0].value == 0)
    }
  }

  @Test func `rows stream through a cursor, beside other statements`() async throws {
    try await Scratch.withPool(size: 1) { pool, _ in
      try await pool.transaction { tx in
        var sum = 0
        for try await row in tx.rows("select n from generate_series(1, \(2500)) n order by n", as: Scalar<Int>.self) {
          sum += row.value
          if row.value % 900 == 0 { #expect(try await tx.value("select \(row.value)", as: Int.self) == row.value) }
        }
        #expect(sum == 2500 * 2501 / 2)
        for try await _ in tx.rows("select 1 where false", as: Row.self) { Issue.record("there is no row") }
        for count in [3, 4] {
          var read = 0
          for try await _ in tx.rows("select generate_series(1, \(count))", as: Row.self, pageSize: 2) { read += 1 }
          #expect(read == count)
        }
      }
    }
  }
}

@Suite(.database) struct ListenerTests {
  /// Delete the call of `again` in ListenerSession's onLoss to see this hang red.
  @Test(.timeLimit(.minutes(1))) func `notifications arrive, and again after the connection was killed`() async throws {
    try await Scratch.with { scratch in
      let admin = try await scratch.connect()
      defer { admin.close() }
      var heard = Listener(scratch.conninfo).notifications("odd \"name").makeAsyncIterator()
      for round in 0..<3 {
        let first = await heard.next()
        #expect(first?.isReconnection == true)
        try await admin.execute("select pg_notify('odd \"name', \("payload \(round)"))")
        let second = await heard.next()
        #expect(second?.payload == "payload \(round)")
        try await admin.killOthers()
      }
    }
  }

  @Test func `who stops reading hangs up`() async throws {
    try await Scratch.with { scratch in
      let admin = try await scratch.connect()
      defer { admin.close() }
      let task = Task { for await _ in Listener(scratch.conninfo).notifications("channel") {} }
      let listens: SQL =
        "select count(*) = 1 from pg_stat_activity where datname = current_database() and query like 'listen%'"
      try await admin.wait(until: listens)
      task.cancel()
      try await admin.wait(until: "select count(*) = 1 from pg_stat_activity where datname = current_database()")
    }
  }
}
