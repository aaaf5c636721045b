package import Domain
package import Foundation
package import Postgres
package import Web

/// A message to a licence holder, from the outbox.
package struct Message: RowDecodable, Sendable {
  package enum State: String, Sendable, CaseIterable {
    case queued, leased, sent, delivered, failed, dead, cancelled

    var tag: StatusTag {
      switch self {
      case .queued: StatusTag("Waiting", .blue)
      case .leased: StatusTag("Being sent", .blue)
      case .sent: StatusTag("Sent", .green)
      case .delivered: StatusTag("Delivered", .green)
      case .failed: StatusTag("Not delivered", .red)
      case .dead: StatusTag("Given up", .red)
      case .cancelled: StatusTag("Cancelled")
      }
    }
  }

  package var id: UUID
  package var authority: Int
  package var licence: UUID
  package var purpose: String
  package var channel: String
  package var recipient: String
  package var name: String
  package var subject: String
  package var body: String
  package var state: State
  package var attempts: Int
  package var lastError: String
  package var carrier: String?
  package var madeAt: Date

  static let columns: SQL = """
    d.id, d.authority_id, d.registration_id, d.purpose, d.channel, d.recipient, d.name, d.subject, d.body, d.state, d.attempts, d.last_error, d.carrier, d.made_at
    """

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    licence = try row.get("registration_id")
    purpose = try row.get("purpose")
    channel = try row.get("channel")
    recipient = try row.get("recipient")
    name = try row.get("name")
    subject = try row.get("subject")
    body = try row.get("body")
    state = State(rawValue: try row.get("state")) ?? .queued
    attempts = try row.get("attempts")
    lastError = try row.get("last_error")
    carrier = try row.get("carrier")
    madeAt = try row.get("made_at")
  }
}

/// A message that a worker holds for two minutes.
package struct LeasedMessage: RowDecodable, Sendable {
  package var id: UUID
  package var channel: String
  package var recipient: String
  package var name: String
  package var subject: String
  package var body: String
  /// Told to the carrier, so that the same message is not taken twice.
  package var reference: String
  /// Which attempt this is, from one.
  package var attempt: Int

  package init(row: Row) throws {
    id = try row.get("id")
    channel = try row.get("channel")
    recipient = try row.get("recipient")
    name = try row.get("name")
    subject = try row.get("subject")
    body = try row.get("body")
    reference = try row.get("reference")
    attempt = try row.get("attempts")
  }
}

/// What became of an attempt.
package enum CarrierAnswer: Sendable, Equatable {
  /// Taken, with the carrier's own name for it.
  case taken(String?)
  /// Worth another try: no line, too busy, a fault of theirs. `after`: seconds, where they said so.
  case later(String, after: Int?)
  /// Trying again would be refused again: a bad address, a bad key.
  case refused(String)
}

/// Takes messages out of the house.
package protocol Carrier: Sendable {
  /// Kept with the message: "outbox", "smtp", "notify".
  var name: String { get }
  func carries(_ channel: String) -> Bool
  func send(_ message: LeasedMessage) async -> CarrierAnswer
}

/// What became of a message after a carrier took it.
package enum Receipt: Sendable, Equatable {
  case delivered
  /// Not delivered, and why, in words that end a sentence.
  case failed(String)
  /// Not known yet.
  case open
}

/// A carrier that can be asked what became of a message.
package protocol ReceiptCarrier: Carrier {
  /// - Parameter provider: the carrier's own name for the message.
  /// - Returns: nil where the carrier gave no answer that can be used; asking for the next message is no use either.
  func receipt(of provider: String) async -> Receipt?
}

/// The embedded default: nothing leaves the house, and officers read the messages in the browser.
package struct LocalOutbox: Carrier {
  package let name = "outbox"
  package init() {}
  package func carries(_ channel: String) -> Bool { true }
  package func send(_ message: LeasedMessage) async -> CarrierAnswer { .taken(nil) }
}
