import Domain
package import Foundation
package import Postgres

/// The only road to the database: every transaction begins by entering as somebody, and every write ends by appending
/// what was done to the audit chain.
package struct Database: Sendable {
  package let pool: Pool

  package init(pool: Pool) { self.pool = pool }

  /// Runs queries in one read-only transaction and one round trip, as the officer. A session that has just ended sees no rows.
  package func read<each T: RowDecodable & Sendable>(
    as officer: Officer, _ queries: repeat Query<each T>
  ) async throws -> (repeat [each T]) {
    try await pool.read(prelude: [officer.identity.entering], repeat each queries)
  }

  /// A longer conversation with the database as the officer: several statements that need each other's answers.
  package func reading<R: Sendable>(as officer: Officer, _ body: (Transaction) async throws -> R) async throws -> R {
    try await pool.transaction(.readOnly, prelude: [officer.identity.entering], body)
  }

  /// Runs a command in one transaction: its closure answers a value and what is to be logged; the log is appended last.
  /// With the form that asks for it, the command takes effect once however often that form is sent; `Written.leadsTo` is then where
  /// it leads.
  /// - Throws: `AlreadySent`, and whatever the command throws.
  package func write<R: Sendable>(
    by officer: Officer, at now: Date, once sent: SentForm? = nil, _ body: (Transaction) async throws -> Written<R>
  ) async throws -> R {
    try await pool.transaction(.readWrite, prelude: [officer.identity.entering]) { transaction in
      if let sent { try await Once.enter(sent, by: officer, in: transaction) }
      let written = try await body(transaction)
      if let sent { try await Once.leave(sent, to: written.leadsTo ?? Path.home, by: officer, in: transaction) }
      if !written.entries.isEmpty {
        try await AuditChain.append(written.entries, by: officer, at: now, in: transaction)
      }
      return written.value
    }
  }
}

/// What a command did: its answer, and the entries that tell of it.
package struct Written<Value: Sendable>: Sendable {
  package var value: Value
  package var entries: [AuditEntry]
  /// The page that shows what was done.
  package var leadsTo: String?

  package init(_ value: Value, _ entries: AuditEntry...) {
    self.value = value
    self.entries = entries
  }
  package init(_ value: Value, entries: [AuditEntry]) {
    self.value = value
    self.entries = entries
  }
}

extension Written {
  package func leading(to path: String) -> Written {
    var copy = self
    copy.leadsTo = path
    return copy
  }
}

extension Written where Value == Void {
  /// A command that answers nothing but did this.
  package static func done(_ entries: AuditEntry...) -> Written { Written((), entries: entries) }
}

extension Identity {
  /// The statement that seals the transaction's context (see migration 2).
  package var entering: SQL {
    switch self {
    case .session(let token): "SELECT account_id FROM sec.enter(\(token))"
    case .commandLine(let name): "SELECT sec.enter_operator(\(name))"
    case .committeeWatch: "SELECT account_id FROM sec.enter_committee_watch()"
    }
  }
}
