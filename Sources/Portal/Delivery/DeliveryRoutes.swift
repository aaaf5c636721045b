import Domain
import Foundation
import Hummingbird
import Web

/// The outbox: what is waiting, what was sent, and what could not be.
enum DeliveryRoutes {
  static func add(to routes: Routes) {
    routes.may(.issueGuidance, .get, "outbox", list)
    routes.may(.issueGuidance, .get, "outbox/{id}") { visit in
      let message = try await message(visit)
      return try visit.page(MessagePage(message: message, settings: visit.environment.settings, tokens: visit.formTokens))
    }
    routes.may(.issueGuidance, .post, "outbox/{id}/retry") { visit in
      _ = try await visit.form()
      let message = try await message(visit)
      try await DeliveryStore(visit.environment).retry(message, by: visit.officer)
      return visit.redirect(to: Path.outbox, saying: "The message to \(message.recipient) is tried again.")
    }
    routes.may(.issueGuidance, .post, "outbox/{id}/cancellation") { visit in
      _ = try await visit.form()
      let message = try await message(visit)
      try await DeliveryStore(visit.environment).cancel(message, by: visit.officer)
      return visit.redirect(to: Path.outbox, saying: "The message to \(message.recipient) is cancelled.")
    }
    routes.may(.issueGuidance, .post, "licences/{id}/issues/{issue}/message", send)
    routes.may(.readRegister, .get, "licences/{id}/contact") { visit in
      let licence = try await visit.licence(may: .readRegister)
      let (campaigns, messages) = try await visit.environment.database.read(
        as: visit.officer, ContactPage.campaigns(of: licence.id), ContactPage.messages(of: licence.id))
      return try visit.page(ContactPage(
        licence: licence, campaigns: campaigns, messages: messages, mayReadMessages: visit.officer.may(.issueGuidance, in: licence.authority),
        settings: visit.environment.settings))
    }
  }

  private static func message(_ visit: OfficerVisit) async throws -> Message {
    guard let message = try await visit.environment.database.read(as: visit.officer, DeliveryStore.one(try visit.id())).first else { throw Problem.notFound }
    guard visit.officer.may(.issueGuidance, in: message.authority) else { throw Problem.forbidden }
    return message
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems()
    let which = OutboxPage.Which(rawValue: query["show"] ?? "") ?? .all
    let position = KeysetPosition<DeliveryStore.Cursor>(query)
    let after: DeliveryStore.Cursor? = if case .after(let cursor) = position { cursor } else { nil }
    let (rows, counts) = try await visit.environment.database.read(
      as: visit.officer, DeliveryStore.rows(which.states, before: after, limit: 51), DeliveryStore.counts)
    let shown = Array(rows.prefix(50))
    let next = rows.count > 50
      ? shown.last.map { query.setting("after", KeysetCursor.encode(DeliveryStore.Cursor(at: $0.madeAt.timeIntervalSince1970, id: $0.id))).address } : nil
    return try visit.page(OutboxPage(
      rows: shown, which: which, counts: counts.first, pagination: next.map { Pagination(previous: nil, next: $0) }, settings: visit.environment.settings))
  }

  /// Sends one holder the link to read and acknowledge.
  private static func send(_ visit: OfficerVisit) async throws -> Response {
    _ = try await visit.form()
    let licence = try await visit.licence(may: .issueGuidance)
    guard let sent = try await DeliveryStore(visit.environment).send(try visit.id("issue"), to: licence, by: visit.officer) else { throw Problem.notFound }
    return visit.redirect(
      to: Path.licence(licence.id),
      saying: sent ? "A message with a link is on its way to \(licence.holder.email ?? "")." : "Nothing was sent: there is no e-mail address, it is acknowledged, or a message was written already.",
      link: "See the outbox", address: Path.outbox)
  }
}
