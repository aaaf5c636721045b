/// How a transaction begins.
package struct TransactionOptions: Sendable, Hashable {
  package enum Isolation: String, Sendable {
    case readCommitted = "read committed"
    case repeatableRead = "repeatable read"
    case serializable = "serializable"
  }

  package var isolation: Isolation
  package var isReadOnly: Bool

  package init(isolation: Isolation = .readCommitted, isReadOnly: Bool = false) {
    self.isolation = isolation
    self.isReadOnly = isReadOnly
  }

  package static let readWrite = TransactionOptions()
  package static let readOnly = TransactionOptions(isReadOnly: true)
  /// Reads several statements' worth of one and the same moment.
  package static let snapshot = TransactionOptions(isolation: .repeatableRead, isReadOnly: true)
  package static let serializable = TransactionOptions(isolation: .serializable)

  var begin: Statement {
    Statement(text: "begin isolation level \(isolation.rawValue) \(isReadOnly ? "read only" : "read write")")
  }
}
