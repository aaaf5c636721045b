import Testing

@testable import Postgres

/// A table whose rows run something at COMMIT.
private func slowCommit(_ admin: Connection, _ action: StaticString) async throws {
  try await admin.run(
    script: """
      create table t (n int);
      create function at_commit() returns trigger language plpgsql as $$ begin \(action); return null; end $$;
      create constraint trigger at_commit after insert on t deferrable initially deferred
        for each row execute function at_commit();
      """)
}

private func isCommitting(waitingFor event: String) -> SQL {
  """
  select exists (select from pg_stat_activity where datname = current_database() and query = 'commit'
    and wait_event = \(event))
  """
}

@Suite(.database) struct CancellationTests {
  @Test func `cancelling the task cancels the query, and the connection goes on`() async throws {
    try await Scratch.withPool(size: 1) { pool, scratch in
      let admin = try await scratch.connect()
      defer { admin.close() }
      let before = try await pool.read(Query<Scalar<Int>>("select pg_backend_pid()"))[0].value
      let task = Task { try await pool.transaction { try await $0.execute("select pg_sleep(60)") } }
      try await admin.wait(until: isWaiting("PgSleep"))
      task.cancel()
      #expect(try await failure { try await task.value }.kind == .cancelled)
      #expect(try await pool.read(Query<Scalar<Int>>("select pg_backend_pid()"))[0].value == before)
    }
  }

  /// Let Connection.progress go on while cancels are under way to see this red: a cancel then hits the next statement.
  @Test func `a cancel never hits a statement it was not meant for`() async throws {
    try await Scratch.withPool(size: 1, configure: { $0.acquireTimeout = .seconds(10) }) { pool, _ in
      var cancelled = 0
      for round in 0..<150 {
        let victim = Task { try await pool.transaction { try await $0.execute("select pg_sleep(0.0005)") } }
        for _ in 0..<round % 40 { await Task.yield() }
        victim.cancel()
        let bystander = try await pool.read(
          Query<Scalar<Int>>("select \(round)"), Query<Row>("select pg_sleep(0.0005)"))
        #expect(bystander.0[0].value == round)
        do { _ = try await victim.value } catch let error as PostgresError {
          #expect(error.kind == .cancelled)
          cancelled += 1
        }
      }
      #expect(cancelled > 0)
    }
  }

  @Test func `a task cancelled while it waits for a connection stops waiting`() async throws {
    try await Scratch.withPool(size: 1, configure: { $0.acquireTimeout = .seconds(60) }) { pool, _ in
      try await pool.transaction { tx in
        try await tx.execute("select 1")
        let task = Task { try await pool.read(Query<Row>("select 1")) }
        while pool.statistics.waiting == 0 { await Task.yield() }
        task.cancel()
        #expect(try await failure { try await task.value }.kind == .cancelled)
        #expect(pool.statistics.waiting == 0)
      }
    }
  }

  /// The commit is held by a lock until the task has been cancelled, and lingers then, so that a cancel would reach it.
  /// Make the batch of Transaction.commit cancellable to see this red.
  @Test func `a commit is never cancelled`() async throws {
    try await Scratch.withPool(size: 1) { pool, scratch in
      let admin = try await scratch.connect()
      defer { admin.close() }
      try await slowCommit(admin, "perform pg_advisory_xact_lock(1); perform pg_sleep(0.4)")
      try await admin.execute("select pg_advisory_lock(1)")
      let task = Task { try await pool.transaction { try await $0.execute("insert into t values (1)") } }
      try await admin.wait(until: isCommitting(waitingFor: "advisory"))
      task.cancel()
      try await admin.execute("select pg_advisory_unlock(1)")
      #expect(try await task.value == 1)
      #expect(try await admin.all("select n from t", as: Scalar<Int>.self).count == 1)
    }
  }
}

@Suite(.database) struct CommitOutcomeTests {
  @Test func `a connection lost during COMMIT leaves the outcome unknown`() async throws {
    try await Scratch.withPool(size: 1) { pool, scratch in
      let admin = try await scratch.connect()
      defer { admin.close() }
      try await slowCommit(admin, "perform pg_sleep(30)")
      let task = Task { try await pool.transaction { try await $0.execute("insert into t values (1)") } }
      try await admin.wait(until: isCommitting(waitingFor: "PgSleep"))
      try await admin.killOthers()
      #expect(try await failure { try await task.value }.kind == .commitOutcomeUnknown)
      #expect(try await pool.read(Query<Scalar<Int>>("select count(*) from t"))[0].value == 0)
    }
  }

  /// Delete the check of warnings in Transaction.commit to see this red.
  @Test func `a warning from COMMIT leaves the outcome unknown`() async throws {
    try await Scratch.withPool(size: 1) { pool, scratch in
      let admin = try await scratch.connect()
      defer { admin.close() }
      try await slowCommit(admin, "raise warning 'canceling wait for synchronous replication'")
      let error = try await failure { try await pool.transaction { try await $0.execute("insert into t values (1)") } }
      #expect(error.kind == .commitOutcomeUnknown)
      // A warning before COMMIT means nothing of the kind.
      try await pool.transaction { try await $0.execute("do $$ begin raise warning 'mind the step'; end $$") }
    }
  }

  @Test func `a COMMIT that is never answered is given up, and its outcome unknown`() async throws {
    try await Scratch.withPool(size: 1, configure: { $0.connection.commitTimeout = .milliseconds(200) }) {
      pool, scratch in
      let admin = try await scratch.connect()
      defer { admin.close() }
      try await slowCommit(admin, "perform pg_sleep(30)")
      let error = try await failure { try await pool.transaction { try await $0.execute("insert into t values (1)") } }
      #expect(error.kind == .commitOutcomeUnknown)
      #expect(try await pool.read(Query<Scalar<Int>>("select 3"))[0].value == 3)
    }
  }

  @Test func `a constraint refused at COMMIT is a plain refusal`() async throws {
    try await Scratch.withPool(size: 1) { pool, scratch in
      let admin = try await scratch.connect()
      defer { admin.close() }
      try await admin.execute("create table t (n int constraint t_once unique deferrable initially deferred)")
      let error = try await failure {
        try await pool.transaction { try await $0.execute("insert into t values (1), (1)") }
      }
      #expect(error.kind == .server && error.constraint == "t_once")
    }
  }
}
