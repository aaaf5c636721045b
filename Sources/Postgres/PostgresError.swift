/// What went wrong between the product and its database.
///
/// `description` is safe to log and to show: a kind, a code, names of constraints and columns. What the database said
/// in full may quote data, and is only in `String(reflecting:)`.
package struct PostgresError: Error, Sendable {
  package enum Kind: Sendable, Hashable {
    /// The database refused a statement; see `sqlState`.
    case server
    /// The connection is gone, or none could be made. Nothing was committed.
    case connectionLost
    /// No connection came free in time: answer 503 and ask to try again.
    case poolExhausted
    /// COMMIT was sent and its answer never came, or came with a warning: it may or may not have happened.
    case commitOutcomeUnknown
    /// The task was cancelled.
    case cancelled
    /// The database sent something other than the code expected.
    case decoding
    /// The code asked for something impossible: a NUL in a text, a transaction that has ended.
    case misuse
  }

  package let kind: Kind
  /// The five-character SQLSTATE, where the database gave one.
  package internal(set) var sqlState: SQLState?
  package internal(set) var constraint: String?
  package internal(set) var schema: String?
  package internal(set) var table: String?
  package internal(set) var column: String?
  /// Where in the statement's text the database stopped, counted in characters from 1.
  package internal(set) var position: Int?

  /// A sentence without data.
  let summary: String
  /// All there is to know, data included.
  var detail: [String] = []
  var severity: String?
  var sourceFunction: String?

  init(_ kind: Kind, _ summary: String, detail: [String] = []) {
    self.kind = kind
    self.summary = summary
    self.detail = detail
  }

  /// An error for decoders: `message` names types only; `detail` may quote the value and stays out of `description`.
  package static func decoding(_ message: String, detail: String? = nil) -> PostgresError {
    PostgresError(.decoding, message, detail: detail.map { [$0] } ?? [])
  }

  /// What the database said of the failure, data and all: for a developer's or a migrator's eyes.
  package var unredactedMessage: String { detail.joined(separator: "; ") }

  /// Whether the same transaction, run again from its start, may well succeed.
  package var isRetryable: Bool {
    kind == .connectionLost || sqlState == .serializationFailure || sqlState == .deadlockDetected
  }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
  package var description: String {
    var names: [String] = []
    if let sqlState { names.append(sqlState.rawValue) }
    if let constraint { names.append("constraint \(constraint)") }
    if let table { names.append("table \(table)") }
    if let column { names.append("column \(column)") }
    return names.isEmpty ? summary : "\(summary) (\(names.joined(separator: ", ")))"
  }

  package var debugDescription: String {
    detail.isEmpty ? description : "\(description): \(unredactedMessage)"
  }
}

/// A SQLSTATE with names for those the product tells apart.
package struct SQLState: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
  package init(stringLiteral value: String) { rawValue = value }

  package static let uniqueViolation: SQLState = "23505"
  package static let foreignKeyViolation: SQLState = "23503"
  package static let notNullViolation: SQLState = "23502"
  package static let checkViolation: SQLState = "23514"
  package static let exclusionViolation: SQLState = "23P01"
  package static let serializationFailure: SQLState = "40001"
  package static let deadlockDetected: SQLState = "40P01"
  package static let insufficientPrivilege: SQLState = "42501"
  package static let queryCanceled: SQLState = "57014"
  package static let lockNotAvailable: SQLState = "55P03"
  package static let inFailedTransaction: SQLState = "25P02"
  package static let raisedException: SQLState = "P0001"
}
