import Domain
package import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Postgres
package import ServiceLifecycle
import Web

/// Whether one is told once a day what is overdue or to be looked at.
enum DigestRoutes {
  static func add(to routes: Routes) {
    routes.may(.reportPlans, .get, "digest") { visit in
      let wanted = try await visit.environment.database.read(
        as: visit.officer, Query<Scalar<Bool>>("SELECT wanted AS value FROM digest_choice WHERE account_id = \(visit.officer.id)")).first?.value ?? true
      return try visit.page(page(wanted ? "on" : "off", visit))
    }
    routes.may(.reportPlans, .post, "digest", choose)
  }

  private static func page(_ value: String, _ visit: OfficerVisit, _ errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Daily e-mail", lead: "Once a day, to \(visit.officer.email): how many actions are overdue, how many hot spots and items are to be looked at again, and links to them. No place, plan, item or person is named in it.",
      crumbs: [Breadcrumb("Tasking", Path.tasking), Breadcrumb("Daily e-mail")],
      form: FormView(
        action: Path.digest, tokens: visit.formTokens,
        parts: [.field(.radios("wanted", "Do you want it?", value, [.init("on", "Yes, on days on which there is something to tell"), .init("off", "No")]))],
        buttons: [.init("Save"), .init("Cancel", .link(address: Path.tasking))], errors: errors))
  }

  private static func choose(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let value = fields["wanted"] ?? ""
    guard value == "on" || value == "off" else {
      return try visit.page(page("", visit, [FieldError(field: "wanted", message: "Choose whether you want the daily e-mail")]), status: .unprocessableContent)
    }
    try await visit.environment.database.write(by: visit.officer, at: visit.environment.now(), once: SentForm(fields)) { transaction in
      try await transaction.execute(
        """
        INSERT INTO digest_choice (account_id, wanted, said_on) VALUES (\(visit.officer.id), \(value == "on"), \(visit.today))
        ON CONFLICT (account_id) DO UPDATE SET wanted = excluded.wanted, said_on = excluded.said_on
        """)
      return Written((), AuditEntry(.chooseDigest, of: visit.officer.id, detail: ["wanted": value])).leading(to: Path.digest)
    }
    return visit.redirect(to: Path.digest, saying: value == "on" ? "You get the daily e-mail." : "You get no daily e-mail any more.")
  }
}

/// Puts the day's messages into the outbox, once a person and day: the database keeps count, so it may be asked as often as one likes.
package struct DigestWorker: Service {
  let environment: Environment
  package init(environment: Environment) { self.environment = environment }

  /// Nobody is written to before six in the morning.
  private static let quietSeconds = 6.0 * 3600

  package func run() async throws {
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      do { try await workOnce() } catch {
        environment.logger.error("the daily e-mail could not be written", metadata: ["error": "\(error)"])
      }
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(300)) }
    }
  }

  /// Says how many messages it wrote.
  @discardableResult package func workOnce() async throws -> Int {
    let now = environment.now(), today = environment.today()
    guard London.day(of: now.addingTimeInterval(-Self.quietSeconds)) == today else { return 0 }
    return try await environment.database.pool.transaction(.readWrite) {
      try await $0.value(
        """
        SELECT sec.queue_digests(\(today), \(HotSpotRules.dueSoonDays)::integer, \(IntelligenceReview.dueSoonDays)::integer, \(Double(HotSpotRules.buffer)),
          \(environment.origin), \(now))
        """, as: Int.self)
    }
  }
}
