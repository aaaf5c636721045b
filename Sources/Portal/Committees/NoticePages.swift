import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// A message that went to a member or to whoever keeps committees.
struct Notice: RowDecodable, Sendable {
  var id: UUID
  var authority: Int
  var purpose: String
  var name: String
  var recipient: String
  var subject: String
  var words: String
  var state: String
  var problem: String
  var carrier: String?
  var madeAt: Date
  /// What it was about: the member, or the hearing.
  var member: UUID?
  var hearing: UUID?
  var about: String

  init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    purpose = try row.get("purpose")
    name = try row.get("name")
    recipient = try row.get("recipient")
    subject = try row.get("subject")
    words = try row.get("words")
    state = try row.get("state")
    problem = try row.get("last_error")
    carrier = try row.get("carrier")
    madeAt = try row.get("made_at")
    member = try row.get("member_id")
    hearing = try row.get("hearing_id")
    about = try row.get("about")
  }

  static let columns: SQL = """
    d.id, d.authority_id, d.purpose, d.name, d.recipient, d.subject, coalesce(r.words, n.words, '') AS words, d.state, d.last_error, d.carrier, d.made_at,
    r.member_id, b.hearing_id,
    coalesce((SELECT c.title || ', ' || r.step || ' days' FROM training_course c WHERE c.id = r.course_id), (SELECT h.reference FROM hearing h WHERE h.id = b.hearing_id), '') AS about
    """
  static let tables: SQL = """
    delivery d LEFT JOIN member_reminder r ON r.delivery_id = d.id LEFT JOIN panel_notice n ON n.delivery_id = d.id LEFT JOIN panel_break b ON b.id = n.break_id
    """

  var tag: StatusTag {
    switch state {
    case "queued", "leased": StatusTag("Waiting", .blue)
    case "sent": carrier == "outbox" ? StatusTag("Written", .green) : StatusTag("Sent", .green)
    case "delivered": StatusTag("Delivered", .green)
    case "cancelled": StatusTag("Cancelled")
    default: StatusTag("Not delivered", .red)
    }
  }

  var isTroubled: Bool { ["failed", "dead"].contains(state) }
  var path: String { Path.notices + "/" + id.uuidString.lowercased() }
}

/// What was sent to members and officers, and what became of it.
enum NoticeRoutes {
  static func add(to routes: Routes) {
    routes.may(.recordMemberTraining, .get, "training/sent", list)
    routes.may(.recordMemberTraining, .get, "training/sent/{id}", show)
    routes.may(.recordMemberTraining, .post, "training/sent/{id}/again", again)
  }

  struct Cursor: Codable, Sendable {
    var at: Double
    var id: UUID
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems()
    let settings = visit.environment.settings
    let after: Cursor? = if case .after(let cursor) = KeysetPosition<Cursor>(query) { cursor } else { nil }
    let bound: SQL = after.map { "AND (d.made_at, d.id) < (to_timestamp(\($0.at)), \($0.id))" } ?? ""
    let rows = try await visit.environment.database.read(as: visit.officer, Query<Notice>("""
      SELECT \(Notice.columns) FROM \(Notice.tables) WHERE d.registration_id IS NULL AND coalesce(r.delivery_id, n.delivery_id) IS NOT NULL \(bound) ORDER BY d.made_at DESC, d.id DESC LIMIT 51
      """))
    let shown = Array(rows.prefix(50))
    let table = Table<Notice>(rowHeader: "to", [
      .date("at", "Written") { London.day(of: $0.madeAt).short },
      Column("to", "To") { .titled(address: $0.path, text: $0.name, note: $0.recipient) },
      .text("what", "What") { $0.purpose == "panel_broken" ? "A panel may not sit" : "Training runs out" }, .text("about", "About") { $0.about },
      .text("district", "District") { settings.authority($0.authority)?.name }, .tag("state", "State") { $0.tag },
      .text("why", "Why not") { $0.problem.isEmpty ? nil : $0.problem.capitalizedFirst },
    ])
    var sheet = Sheet(title: "What was sent")
    sheet.crumbs = [Breadcrumb("Members’ training", Path.training), Breadcrumb("What runs out", Path.training + "/reminders"), Breadcrumb("What was sent")]
    let steps = Day.stepsInWords(settings.committees.expiringWindows)
    sheet.lead = "A member is reminded \(steps) days before training runs out, once each. Whoever keeps committees is told once when a fixed panel may not sit any more."
    sheet.sections = [.init(nil, table.html(shown, caption: "Messages to members and officers", empty: .init("Nothing was sent yet", "A message is written when training runs out or a fixed panel may not sit any more.")))]
    if rows.count > 50, let last = shown.last {
      sheet.pagination = Pagination(previous: nil, next: query.setting("after", KeysetCursor.encode(Cursor(at: last.madeAt.timeIntervalSince1970, id: last.id))).address)
    }
    return try visit.page(SheetPage(sheet))
  }

  private static func notice(_ visit: OfficerVisit) async throws -> Notice {
    let id = try visit.id()
    let found = try await visit.environment.database.read(
      as: visit.officer, Query<Notice>("SELECT \(Notice.columns) FROM \(Notice.tables) WHERE d.registration_id IS NULL AND d.id = \(id)"))
    guard let notice = found.first else { throw Problem.notFound }
    guard visit.officer.may(.recordMemberTraining, in: notice.authority) else { throw Problem.forbidden }
    return notice
  }

  private struct Fresh: RowDecodable, Sendable {
    var id: UUID
    var recipient: String
    var name: String
    init(row: Row) throws {
      id = try row.get("id")
      recipient = try row.get("recipient")
      name = try row.get("name")
    }
  }

  /// Writes a message that did not arrive once more, to the address that its reader has now.
  private static func again(_ visit: OfficerVisit) async throws -> Response {
    _ = try await visit.form()
    let notice = try await notice(visit)
    let now = visit.environment.now()
    let fresh = try await visit.environment.database.write(by: visit.officer, at: now) { transaction in
      guard let fresh = try await transaction.first("SELECT * FROM sec.send_notice_again(\(notice.id), \(now))", as: Fresh.self) else {
        throw Problem(.conflict, "The message has moved on", "It arrived, or somebody was quicker. Look at it again.", wayOn: ("What was sent", Path.notices))
      }
      let about = [notice.member, notice.hearing, fresh.id].compactMap { $0 }
      var entry = AuditEntry(.retryMessage, of: about[0], authority: notice.authority, detail: ["recipient": fresh.recipient])
      entry.subjects += about.dropFirst()
      return Written(fresh, entry)
    }
    return visit.redirect(to: Path.notices + "/" + fresh.id.uuidString.lowercased(), saying: "The message to \(fresh.name) is on the way to \(fresh.recipient).")
  }

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let notice = try await notice(visit)
    var sheet = Sheet(title: notice.subject)
    sheet.crumbs = [Breadcrumb("Members’ training", Path.training), Breadcrumb("What was sent", Path.notices), Breadcrumb(notice.name)]
    sheet.line = Sheet.line(notice.tag, London.time(of: notice.madeAt), visit.environment.settings.authority(notice.authority)?.name)
    var links: [Sheet.Link] = []
    if let member = notice.member { links.append(.init("The member’s record", Path.member(member))) }
    if let hearing = notice.hearing { links.append(.init("The hearing", Path.hearing(hearing))) }
    sheet.sections = [.init("What it says", HTMLBuffer.build { out in
      for paragraph in notice.words.components(separatedBy: "\n\n") {
        out.append("<p class=\"govuk-body\">")
        out.append(escaping: paragraph)
        out.append("</p>")
      }
    }, links: links)]
    if notice.isTroubled {
      sheet.sections.append(.init("It did not arrive", words: "Mend the address first, on the member’s record or with the person’s account. Then it is written once more, to the address that is there.", FormView(
        action: notice.path + "/again", tokens: visit.formTokens, parts: [], buttons: [.init("Send it again", .secondary)]).html, isOnPaper: false))
    }
    sheet.factsBelow = SummaryList([
      .init("To", "\(notice.name), \(notice.recipient)"), .init("About", notice.about), .init("Why not", notice.problem.isEmpty ? nil : notice.problem.capitalizedFirst),
      .init("Taken by", ["outbox": "This service: nothing leaves the house", "smtp": "The mail server", "notify": "GOV.UK Notify"][notice.carrier ?? ""]),
    ])
    return try visit.page(SheetPage(sheet))
  }
}
