import Foundation
import Testing

@testable import Postgres

/// Two servers of our own, a primary and its standby, in a temporary directory.
private struct Pair: Sendable {
  static let binaries = URL(filePath: ProcessInfo.processInfo.environment["PGBIN"] ?? "/usr/lib/postgresql/15/bin")
  static var isAvailable: Bool { FileManager.default.isExecutableFile(atPath: binaries.appending(path: "pg_ctl").path) }

  let directory: URL

  /// The two servers share a directory of sockets and differ in their ports.
  var conninfo: String { "host=\(directory.path),\(directory.path) port=5501,5502 user=postgres dbname=postgres" }
  var primary: String { "host=\(directory.path) port=5501 user=postgres dbname=postgres" }
  var standby: String { "host=\(directory.path) port=5502 user=postgres dbname=postgres" }

  init() throws {
    directory = URL(filePath: "/tmp/pair-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    // A server refuses to run as root.
    if getuid() == 0 { try Self.run("/bin/chown", ["postgres", directory.path]) }
    try tool(
      "initdb",
      [
        "-D", data("one"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
        "--no-instructions",
      ])
    try start("one", port: 5501)
    try tool(
      "pg_basebackup",
      [
        "-D", data("two"), "-h", directory.path, "-p", "5501", "-U", "postgres", "-R", "-X", "stream", "--no-sync",
        "-c", "fast",
      ])
    try start("two", port: 5502)
  }

  private func data(_ name: String) -> String { directory.appending(path: name).path }

  private func start(_ name: String, port: Int) throws {
    try tool(
      "pg_ctl",
      [
        "-D", data(name), "-w", "-l", directory.appending(path: "\(name).log").path, "start", "-o",
        "-p \(port) -c listen_addresses='' -k \(directory.path) -c fsync=off -c shared_buffers=16MB",
      ])
  }

  func killPrimary() throws { try tool("pg_ctl", ["-D", data("one"), "-m", "immediate", "-w", "stop"]) }
  func promoteStandby() throws { try tool("pg_ctl", ["-D", data("two"), "-w", "promote"]) }

  func remove() {
    for name in ["one", "two"] { try? tool("pg_ctl", ["-D", data(name), "-m", "immediate", "-w", "stop"]) }
    try? FileManager.default.removeItem(at: directory)
  }

  private func tool(_ name: String, _ arguments: [String]) throws {
    let path = Self.binaries.appending(path: name).path
    if getuid() == 0 {
      try Self.run("/usr/sbin/runuser", ["-u", "postgres", "--", path] + arguments)
    } else {
      try Self.run(path, arguments)
    }
  }

  /// Foundation's Process waits for every descendant to close a socket of its own, which a server never does.
  private static func run(_ path: String, _ arguments: [String]) throws {
    struct Failure: Error { let command: [String] }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in [0, 1, 2] as [Int32] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    var words = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var environment = [strdup("PATH=/usr/bin:/bin"), nil]
    defer { for word in environment { free(word) } }
    var pid: pid_t = 0
    var status: Int32 = 0
    guard posix_spawn(&pid, path, &actions, nil, &words, &environment) == 0, waitpid(pid, &status, 0) == pid,
      status == 0
    else { throw Failure(command: [path] + arguments) }
  }
}

/// Waits for programs without keeping one of Swift's few threads.
private func onThreadOfItsOwn<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
  try await withCheckedThrowingContinuation { continuation in
    onOwnThread { continuation.resume(with: Result { try body() }) }
  }
}

@Suite(
  .enabled(
    if: Scratch.isAvailable && Pair.isAvailable, "Set LANTERN_TEST_DATABASE, and PGBIN to PostgreSQL's programs."))
struct FailoverTests {
  @Test(.timeLimit(.minutes(2)))
  func `a commit whose wait for the standby is cancelled is unknown, and the pool follows a promotion`() async throws {
    let pair = try await onThreadOfItsOwn { try Pair() }
    defer { pair.remove() }
    var configuration = PoolConfiguration(conninfo: "\(pair.conninfo) target_session_attrs=read-write", size: 4)
    configuration.acquireTimeout = .seconds(20)
    let pool = Pool(configuration: configuration)
    try await pool.transaction { try await $0.execute("create table t (n int)") }

    // PostgreSQL answers such a COMMIT with success and a warning, though the standby may never get it.
    // Delete the check of warnings in Transaction.commit to see this red.
    let admin = try await Connection.open(ConnectionSettings(pair.primary))
    defer { admin.close() }
    try await admin.execute("alter system set synchronous_standby_names = 'nobody'")
    try await admin.execute("select pg_reload_conf()")
    try await admin.wait(until: "select current_setting('synchronous_standby_names') = 'nobody'")
    // The setting reaches the other processes a moment later: commits go through until it does.
    let waiting = Task {
      while true { try await pool.transaction { try await $0.execute("insert into t values (1)") } }
    }
    try await admin.wait(until: "select exists (select from pg_stat_activity where wait_event = 'SyncRep')")
    try await admin.execute("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'")
    #expect(try await failure { try await waiting.value }.kind == .commitOutcomeUnknown)
    // Reading waits for no standby.
    #expect(try await pool.read(Query<Scalar<Int>>("select count(distinct n) from t"))[0].value == 1)

    try await admin.execute("alter system set synchronous_standby_names = '*'")
    try await admin.execute("select pg_reload_conf()")
    try await admin.wait(until: "select exists (select from pg_stat_replication where sync_state = 'sync')")
    try await pool.transaction { try await $0.execute("insert into t values (2)") }

    // The primary dies; whoever asks meanwhile waits, and is answered by the promoted standby.
    try await onThreadOfItsOwn { try pair.killPrimary() }
    let patient = Task { try await pool.read(Query<Scalar<Int>>("select distinct n from t order by n")).map(\.value) }
    try await onThreadOfItsOwn { try pair.promoteStandby() }
    #expect(try await patient.value == [1, 2])
    try await pool.transaction { try await $0.execute("insert into t values (3)") }
    let standby = try await pool.read(Query<Scalar<Bool>>("select pg_is_in_recovery()"))
    #expect(standby.map(\.value) == [false])
    await pool.shutdown()
  }
}
