import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// A decision that a driver need not hold the training that is asked for, as it stands today.
struct TrainingExemption: RowDecodable, Sendable {
  var id: UUID
  var from: Day
  /// Nil: until it is taken back.
  var before: Day?
  var reason: String

  init(row: Row) throws {
    id = try row.get("id")
    from = try row.get("starts_on")
    before = try row.get("ends_before")
    reason = try row.get("reason")
  }

  static func query(_ licence: UUID, on day: Day) -> Query<TrainingExemption> {
    Query(
      """
      SELECT id, starts_on, ends_before, reason FROM training_exemption
       WHERE registration_id = \(licence) AND withdrawn_at IS NULL AND (ends_before IS NULL OR ends_before > \(day))
      """)
  }

  /// "Exempt from training since 3 April 2026, to 2 April 2027: holds a teaching post with yearly training."
  var words: String { "Exempt from training since \(from.words)\(before.map { ", to \(($0 - 1).words)" } ?? ""): \(reason)" }
}

/// Exempting a driver, for a time or until it is taken back, and taking it back. Whoever sets what is asked decides who need not.
enum TrainingExemptionRoutes {
  private static let longest = 36

  static func add(to routes: Routes) {
    routes.may(.setDriverTraining, .get, "licences/{id}/training/exemption") { visit in
      try visit.page(page(try await driver(visit), reason: "", until: DateFields(), visit))
    }
    routes.may(.setDriverTraining, .post, "licences/{id}/training/exemption", decide)
    routes.may(.setDriverTraining, .post, "licences/{id}/training/exemption/end", end)
  }

  private static func driver(_ visit: OfficerVisit) async throws -> Licence {
    let licence = try await visit.licence(may: .setDriverTraining)
    guard !licence.kind.isOfPlace else { throw Problem.notFound }
    return licence
  }

  private static func page(_ licence: Licence, reason: String, until: DateFields, _ visit: OfficerVisit, errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Exempt from training",
      lead: "\(licence.holder.name), \(licence.kind.nameWithin) \(licence.reference). While it holds, the schedule leaves them out and no renewal is barred. From the day after, training is owed again.",
      crumbs: [Breadcrumb(licence.kind.register.title, licence.kind.register.path), Breadcrumb(licence.title, Path.licence(licence.id)), Breadcrumb("Exempt from training")],
      form: FormView(
        action: Path.licence(licence.id, "training/exemption"), tokens: visit.formTokens,
        parts: [
          .field(.textarea("reason", "Why need they not hold it?", reason, hint: "What was decided, and on what evidence. It is shown with the licence", rows: 3, limit: 500)),
          .field(.date("until", "Its last day", until, hint: "Leave it empty if it holds until somebody takes it back")),
        ], buttons: [.init("Exempt"), .init("Cancel", .link(address: Path.licence(licence.id)))], errors: errors))
  }

  private static func decide(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let licence = try await driver(visit)
    let (today, now, officer) = (visit.today, visit.environment.now(), visit.officer)
    let reason = fields.trimmed("reason"), until = DateFields("until") { fields[$0] }
    var errors = Errors()
    errors.text(reason, "reason", "why they need not hold it", most: 500, today: today)
    let last = OfficerVisit.day(until, "until", of: "Its last day", &errors, isOptional: true)
    if let last, last < today { errors.add("until", "Its last day must be today or later") }
    if let last, last > today.adding(months: longest) { errors.add("until", "Its last day must be within three years") }
    guard errors.isEmpty else { return try visit.page(page(licence, reason: reason, until: until, visit, errors: errors), status: .unprocessableContent) }
    try await visit.environment.database.write(by: officer, at: now, once: SentForm(fields)) { transaction in
      // What holds until now gives way; two who decide at a time decide one after the other.
      try await transaction.execute("SELECT FROM registration WHERE id = \(licence.id) FOR NO KEY UPDATE")
      try await withdraw(licence.id, on: today, at: now, by: officer, in: transaction)
      try await transaction.execute(
        """
        INSERT INTO training_exemption (registration_id, authority_id, starts_on, ends_before, reason, decided_by, decided_at)
        VALUES (\(licence.id), \(Int16(licence.authority)), \(today), \(last.map { $0 + 1 }), \(reason), \(officer.id), \(now))
        """)
      return .done(AuditEntry(
        .exemptFromTraining, of: licence.id, authority: licence.authority, detail: ["reference": licence.reference, "reason": reason, "until": last?.words ?? ""])
      ).leading(to: Path.licence(licence.id))
    }
    return visit.redirect(to: Path.licence(licence.id), saying: last.map { "They are exempt from training to \($0.words)." } ?? "They are exempt from training until it is taken back.")
  }

  @discardableResult
  private static func withdraw(_ licence: UUID, on day: Day, at now: Date, by officer: Officer, in transaction: Transaction) async throws -> Bool {
    try await transaction.execute(
      """
      UPDATE training_exemption SET withdrawn_by = \(officer.id), withdrawn_at = \(now), withdrawn_on = \(day)
       WHERE registration_id = \(licence) AND withdrawn_at IS NULL
      """) == 1
  }

  private static func end(_ visit: OfficerVisit) async throws -> Response {
    _ = try await visit.form()
    let licence = try await driver(visit)
    try await visit.environment.database.write(by: visit.officer, at: visit.environment.now()) { transaction in
      guard try await withdraw(licence.id, on: visit.today, at: visit.environment.now(), by: visit.officer, in: transaction) else {
        throw Problem(.conflict, "They are not exempt", "Somebody took the exemption back before.", wayOn: ("Go to the licence", Path.licence(licence.id)))
      }
      return .done(AuditEntry(.endTrainingExemption, of: licence.id, authority: licence.authority, detail: ["reference": licence.reference]))
    }
    return visit.redirect(to: Path.licence(licence.id), saying: "The exemption is taken back. Training is owed again from today.")
  }
}
