package import Domain
package import Foundation
package import Postgres

/// One file on its way into a register.
package struct ImportRun: RowDecodable, Sendable {
  package enum State: String, Sendable, PostgresDecodable, PostgresEncodable {
    case uploaded, checking, checked, applying, applied, failed, cancelled
    /// Whether a worker has it in hand.
    package var isWorking: Bool { self == .checking || self == .applying }
  }

  package var id: UUID
  package var authority: Int
  package var fileName: String
  package var hash: [UInt8]
  package var bytes: Int
  package var state: State
  package var mapping: SavedMapping?
  package var phase: String
  package var done: Int
  package var total: Int
  package var counts: [String: Int]
  package var failure: String?
  package var startedBy: String?
  package var startedAt: Date
  package var appliedAt: Date?

  static let columns: SQL = """
    i.id, i.authority_id, i.file_name, i.file_hash, i.file_bytes, i.state, i.mapping::text AS mapping, i.phase, i.done, i.total, i.counts::text AS counts,
    i.failure, (SELECT n.name FROM sec.account_names(ARRAY[i.started_by]) n) AS started_name, i.started_at, i.applied_at
    """

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    fileName = try row.get("file_name")
    hash = try row.get("file_hash")
    bytes = try row.get("file_bytes")
    state = try row.get("state")
    mapping = try row.get("mapping", as: String?.self).map { try JSONDecoder().decode(SavedMapping.self, from: Data($0.utf8)) }
    phase = try row.get("phase")
    done = try row.get("done")
    total = try row.get("total")
    counts = try JSONDecoder().decode([String: Int].self, from: Data(try row.get("counts", as: String.self).utf8))
    failure = try row.get("failure")
    startedBy = try row.get("started_name")
    startedAt = try row.get("started_at")
    appliedAt = try row.get("applied_at")
  }

  /// "120 new, 3 changed, 4,000 unchanged, 2 rejected, 5 missing from the file"
  package var summary: String {
    [("new", "new"), ("changed", "changed"), ("unchanged", "unchanged"), ("rejected", "rejected"), ("missing", "missing from the file")]
      .map { "\(counts[$0.0] ?? 0) \($0.1)" }.joined(separator: ", ") + (leftOut == 0 ? "" : ", \(leftOut) left out")
  }

  /// The register that the file is of, as its default kind or its columns say: where to look afterwards.
  package var register: Register {
    if let kind = mapping?.choices.defaultKind { return kind.register }
    let fields = Set(mapping?.fields.values.map { $0 } ?? [])
    if fields.contains(.premisesName) { return .premises }
    return fields.isDisjoint(with: [.uprn, .latitude, .easting, .maxPersons]) ? .drivers : .accommodation
  }

  /// Rows of kinds that the register does not keep.
  package var leftOut: Int { words.leftOut.values.reduce(0, +) }
  package var words: ImportWordsFound { ImportWordsFound(counts: counts) }
}

/// A row of a run with what it would do, or why it cannot.
package struct ImportRow: RowDecodable, Sendable {
  package var line: Int
  package var outcome: String
  package var reason: String
  package var original: String
  package var reference: String
  package var name: String
  package var registration: UUID?

  static let columns: SQL = "x.line, x.outcome, x.reason, x.original, x.reference, x.name, x.registration_id"

  package init(row: Row) throws {
    line = try row.get("line")
    outcome = try row.get("outcome")
    reason = try row.get("reason")
    original = try row.get("original")
    reference = try row.get("reference")
    name = try row.get("name")
    registration = try row.get("registration_id")
  }
}

/// Words of a file for kinds and statuses that were not read as ours, with how many rows say them. Kept with the counts of a run.
package struct ImportWordsFound: Sendable {
  /// Not kept by this register, or left out as the officer said.
  package var leftOut: [String: Int]
  /// Known to nobody yet: their rows are rejected until somebody says what they mean.
  package var unknownKinds: [String: Int]
  package var unknownStatuses: [String: Int]

  init(leftOut: [String: Int], unknownKinds: [String: Int], unknownStatuses: [String: Int]) {
    self.leftOut = leftOut
    self.unknownKinds = unknownKinds
    self.unknownStatuses = unknownStatuses
  }

  init(counts: [String: Int]) {
    func those(_ prefix: String) -> [String: Int] {
      Dictionary(uniqueKeysWithValues: counts.compactMap { $0.key.hasPrefix(prefix) ? (String($0.key.dropFirst(prefix.count)), $0.value) : nil })
    }
    self.init(leftOut: those("left out: "), unknownKinds: those("kind: "), unknownStatuses: those("status: "))
  }

  /// At most a hundred words of each sort, the commonest first.
  var counts: [String: Int] {
    func named(_ prefix: String, _ words: [String: Int]) -> [(String, Int)] {
      words.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(100).map { (prefix + $0.key, $0.value) }
    }
    return Dictionary(uniqueKeysWithValues: named("left out: ", leftOut) + named("kind: ", unknownKinds) + named("status: ", unknownStatuses))
  }
}
