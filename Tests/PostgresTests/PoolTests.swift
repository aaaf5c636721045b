import Foundation
import Testing

@testable import Postgres

@Suite(.database) struct PoolTests {
  @Test func `an exhausted pool says so in time, and recovers`() async throws {
    try await Scratch.withPool(size: 1, configure: { $0.acquireTimeout = .seconds(1) }) { pool, _ in
      try await pool.transaction { tx in
        try await tx.execute("select 1")
        let error = try await failure { try await pool.read(Query<Row>("select 1")) }
        #expect(error.kind == .poolExhausted)
      }
      #expect(try await pool.read(Query<Scalar<Int>>("select 1"))[0].value == 1)
      #expect(pool.statistics == (open: 1, idle: 1, waiting: 0))
    }
  }

  /// Take the last waiter instead of the first in Pool.offer to see this red.
  @Test func `who came first is served first`() async throws {
    try await Scratch.withPool(size: 1) { pool, _ in
      let served = Shared<[Int]>([])
      try await withThrowingTaskGroup(of: Void.self) { group in
        try await pool.transaction { tx in
          try await tx.execute("select 1")
          for number in 0..<20 {
            group.addTask {
              try await pool.transaction { tx in
                served.withLock { $0.append(number) }
                try await tx.execute("select 1")
              }
            }
            while pool.statistics.waiting <= number { await Task.yield() }
          }
        }
        try await group.waitForAll()
      }
      #expect(served.withLock { $0 } == Array(0..<20))
      #expect(pool.statistics.open == 1)
    }
  }

  /// Delete the second attempt in Transaction.answers and in Pool.read to see this red.
  @Test func `connections killed while idle are replaced unnoticed`() async throws {
    try await Scratch.withPool(size: 4) { pool, scratch in
      let admin = try await scratch.connect()
      defer { admin.close() }
      for _ in 0..<20 {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<8 { group.addTask { _ = try await pool.transaction { try await $0.execute("select 1") } } }
          try await group.waitForAll()
        }
        try await admin.killOthers()
        #expect(try await pool.read(Query<Scalar<Int>>("select 7"))[0].value == 7)
        let nine = try await pool.transaction { try await $0.value("select 9", as: Int.self) }
        #expect(nine == 9)
      }
    }
  }

  /// Judge `wasSent` before the second attempt in Transaction.answers to see this red: the second loss then goes
  /// unnoticed, and what the first statement wrote is missing from what is said to be saved.
  @Test func `only a loss at the beginning is mended, even after one was`() async throws {
    try await Scratch.withPool(size: 1) { pool, scratch in
      let admin = try await scratch.connect()
      defer { admin.close() }
      try await admin.execute("create table t (n int)")
      let dead = try await pool.acquire()
      dead.close()
      do {
        let transaction = Transaction(pool: pool, connection: dead, options: .readWrite, prelude: [])
        defer { pool.release(transaction.end()) }
        try await transaction.execute("insert into t values (1)")
        try await admin.killOthers()
        #expect(try await failure { try await transaction.execute("select 1") }.kind == .connectionLost)
      }
      #expect(try await pool.read(Query<Scalar<Int>>("select count(*) from t"))[0].value == 0)
    }
  }

  @Test func `under fire nothing acknowledged is lost, nothing refused is kept, and the pool recovers`() async throws {
    try await Scratch.withPool(size: 4, configure: { $0.acquireTimeout = .seconds(10) }) { pool, scratch in
      let admin = try await scratch.connect()
      defer { admin.close() }
      try await admin.execute("create table t (n int primary key)")
      enum Outcome { case saved, lost, unknown }
      var outcomes: [Int: Outcome] = [:]
      var kills = 0
      try await withThrowingTaskGroup(of: [Int: Outcome].self) { group in
        for worker in 0..<8 {
          group.addTask {
            var outcomes: [Int: Outcome] = [:]
            for number in worker * 100..<worker * 100 + 60 {
              do {
                try await pool.transaction { tx in
                  try await tx.execute("insert into t values (\(number))")
                  try await tx.execute("select pg_sleep(0.001)")
                }
                outcomes[number] = .saved
              } catch let error as PostgresError {
                #expect([.connectionLost, .commitOutcomeUnknown].contains(error.kind), "\(error.debugDescription)")
                outcomes[number] = error.kind == .commitOutcomeUnknown ? .unknown : .lost
              }
            }
            return outcomes
          }
        }
        for _ in 0..<12 {
          kills += try await admin.killOthers()
          _ = try await admin.all("select pg_sleep(0.01)", as: Row.self)
        }
        for try await part in group { outcomes.merge(part) { first, _ in first } }
      }
      let stored = Set(try await admin.all("select n from t", as: Scalar<Int>.self).map(\.value))
      #expect(outcomes.count == 480 && kills > 4)
      for (number, outcome) in outcomes where outcome != .unknown {
        #expect(stored.contains(number) == (outcome == .saved))
      }
      for _ in 0..<20 { try await pool.transaction { try await $0.execute("select 1") } }
      #expect(pool.statistics.open <= 4)
    }
  }

  /// Set it for the session (`false`) to see this red.
  @Test func `no setting of one transaction is seen by another`() async throws {
    try await Scratch.withPool(size: 4, configure: { $0.acquireTimeout = .seconds(30) }) { pool, _ in
      struct Stop: Error {}
      try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<64 {
          group.addTask {
            for round in 0..<30 {
              let me = "\(task)-\(round)"
              let setting = Query<Scalar<String?>>("select nullif(current_setting('app.user', true), '')")
              let (seen, _, mine) = try await pool.read(
                entering: setting, Query<Row>("select set_config('app.user', \(me), true)"), setting)
              #expect(seen?.value == nil && mine[0].value == me)
              do {
                try await pool.transaction(prelude: ["select set_config('app.user', \(me), true)"]) { tx in
                  #expect(try await tx.first(setting)?.value == me)
                  if round % 5 == 0 { try await tx.execute("select 1 / 0") }
                  if round % 7 == 0 { throw Stop() }
                }
              } catch is Stop {
              } catch let error as PostgresError where error.sqlState == "22012" {}
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  /// Delete `discard all` in Connection.rollBack to see this red.
  @Test func `what a failed transaction set for the session is wiped`() async throws {
    try await Scratch.withPool(size: 1) { pool, _ in
      let setting = Query<Scalar<String?>>("select nullif(current_setting('app.user', true), '')")
      _ = try await failure {
        try await pool.transaction { tx in
          try await tx.execute("select pg_advisory_lock(7)")
          try await tx.execute("select 1 / 0")
        }
      }
      let locks = Query<Scalar<Int>>(
        """
        select count(*) from pg_locks join pg_database on pg_database.oid = pg_locks.database
        where locktype = 'advisory' and datname = current_database()
        """)
      #expect(try await pool.read(locks)[0].value == 0)
      #expect(try await pool.read(setting)[0].value == nil)
      // The bounds of the session are startup settings, which wiping comes back to.
      #expect(try await pool.read(Query<Scalar<String>>("show statement_timeout"))[0].value == "30s")
      #expect(try await pool.read(Query<Scalar<String>>("show timezone"))[0].value == "UTC")
    }
  }

  @Test func `a transaction left open by its statements is closed, not lent`() async throws {
    try await Scratch.withPool(size: 1) { pool, _ in
      let first = try await pool.transaction { try await $0.value("select pg_backend_pid()", as: Int.self) }
      let connection = try await pool.acquire()
      try await connection.execute("begin")
      pool.release(connection)
      let second = try await pool.transaction { try await $0.value("select pg_backend_pid()", as: Int.self) }
      #expect(first != second)
    }
  }

  @Test func `shutting down lets what runs finish, and refuses what comes`() async throws {
    try await Scratch.withPool(size: 2) { pool, scratch in
      let hasShutDown = Shared(false)
      let down = try await pool.transaction { tx in
        try await tx.execute("create table t (n int)")
        let down = Task {
          await pool.shutdown()
          hasShutDown.withLock { $0 = true }
        }
        while let connection = try? await pool.acquire() {
          pool.release(connection)
          await Task.yield()
        }
        #expect(try await failure { try await pool.read(Query<Row>("select 1")) }.kind == .poolExhausted)
        try await tx.execute("insert into t values (1)")
        #expect(!hasShutDown.withLock { $0 })
        return down
      }
      await down.value
      #expect(pool.statistics == (open: 0, idle: 0, waiting: 0))
      let admin = try await scratch.connect()
      defer { admin.close() }
      #expect(try await admin.all("select n from t", as: Scalar<Int>.self).map(\.value) == [1])
    }
  }

  @Test func `an unreachable database is reported after the waiting time, not hung on`() async throws {
    var configuration = PoolConfiguration("host=/nonexistent dbname=none", size: 2)
    configuration.acquireTimeout = .milliseconds(150)
    let pool = Pool(configuration: configuration)
    let error = try await failure { try await pool.read(Query<Row>("select 1")) }
    #expect(error.kind == .connectionLost && error.description == "The database cannot be reached")
    await pool.shutdown()
  }
}
