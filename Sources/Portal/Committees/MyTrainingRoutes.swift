import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// A member's own page, made for a phone: what I hold, what runs out, sessions to book, what to sign.
enum MyTrainingRoutes {
  static func add(to routes: Routes) {
    routes.may(.ownTraining, .get, "my-training", show)
    routes.may(.ownTraining, .post, "my-training/sessions/{id}/booking") { visit in try await book(visit, giveBack: false) }
    routes.may(.ownTraining, .post, "my-training/sessions/{id}/return") { visit in try await book(visit, giveBack: true) }
    routes.may(.ownTraining, .get, "my-training/{training}/signature") { visit in
      let (member, record) = try await record(visit)
      return try visit.page(SignatureForm(name: "", today: visit.today).page(member, record, own: true, tokens: visit.formTokens))
    }
    routes.may(.ownTraining, .post, "my-training/{training}/signature", sign)
  }

  /// The members that this officer is: those whose record bears the address they sign in with. The database decides.
  static func mine(_ visit: OfficerVisit) async throws -> [Member] {
    try await visit.environment.database.read(as: visit.officer, Query<Member>("SELECT \(Member.columns) FROM member m WHERE m.id = ANY(sec.my_members()) ORDER BY m.sort_name, m.id"))
  }

  private struct Place: RowDecodable, Sendable {
    var session: UUID
    init(row: Row) throws { session = try row.get("session_id") }
  }

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let members = try await mine(visit)
    var sheet = Sheet(title: "My training")
    sheet.line = Sheet.line(nil, visit.officer.name)
    if members.isEmpty {
      sheet.lead = "No member’s record bears your address, \(visit.officer.email). Ask democratic services to write it on yours."
      return try visit.page(SheetPage(sheet))
    }
    let hidden = TrustedHTML.joined(visit.formTokens.map(\.html))
    for member in members {
      let (lights, appointments, records) = try await MemberRoutes.standing(member, visit)
      let (sessions, places, hearings) = try await visit.environment.database.read(
        as: visit.officer, Query<TrainingSession>("""
          SELECT \(TrainingSession.columns) FROM \(TrainingSession.tables)
           WHERE s.authority_id = \(Int16(member.authority)) AND s.held_on >= \(visit.today) AND s.cancelled_at IS NULL ORDER BY s.held_on, s.id LIMIT 20
          """), Query<Place>("SELECT session_id FROM session_booking WHERE member_id = \(member.id)"), MemberRoutes.hearings(of: member.id, from: visit.today))
      let (away, choices) = try await visit.environment.database.read(as: visit.officer, Away.of(member.id, from: visit.today), ReminderChoice.of(member.id))
      let booked = Set(places.map(\.session))
      sheet.lights = lights
      if lights.isEmpty { sheet.lead = "No committee asks training of you today." }
      let unsigned = records.filter { !$0.isSigned && $0.source == .training && $0.id != nil }
      if !unsigned.isEmpty { sheet.warning = unsigned.count == 1 ? "One training waits for your signature." : "\(unsigned.count) trainings wait for your signature." }
      let table = Table<TrainingSession>(rowHeader: "course", [
        .text("course", "Course") { $0.title }, .date("on", "Day") { "\($0.heldOn.weekday.words) \($0.heldOn.short)" },
        .text("where", "Where") { [$0.startsAt, $0.place].filter { !$0.isEmpty }.joined(separator: ", ") },
        Column("do", "Your place", plain: { _ in "" }) { session, out in
          let has = booked.contains(session.id)
          out.append("<form method=\"post\"")
          out.append(attribute: "action", Path.myTraining + "/sessions/\(session.id.uuidString.lowercased())/" + (has ? "return" : "booking"))
          out.append(">")
          out.append(hidden)
          out.append("<button class=\"govuk-button govuk-button--secondary app-button--compact\">")
          if has { out.append("Give my place back") } else { out.append("Book a place") }
          out.append("<span class=\"govuk-visually-hidden\"> on ")
          out.append(escaping: session.title)
          out.append("</span></button></form>")
        },
      ])
      let sits = Table<Hearing>(rowHeader: "subject", [.date("on", "Day") { $0.heldOn.short }, .text("subject", "Hearing") { $0.subject }, .text("time", "Time") { $0.startsAt.isEmpty ? nil : $0.startsAt }])
      let roles = appointments.filter { $0.days.contains(visit.today) }.map { "\($0.role.name), \($0.committeeName)" }
      sheet.sections += [
        .init("What I hold", id: "held", MemberPages.records(records, member: member, on: visit.today, maySign: true, mayRecord: false) { Path.myTraining + "/\($0.uuidString.lowercased())/signature" }),
        .init("Sessions to book", id: "sessions", table.html(sessions, caption: "Sessions to book", empty: .init("No session is arranged"))),
        .init("Hearings I sit on", sits.html(hearings, caption: "Hearings I sit on", empty: .init("None to come"))),
        Away.section(away, tokens: visit.formTokens, to: Path.myTraining + "/away", own: true),
        ReminderChoice.section(
          choices.first?.wanted ?? true, hasAddress: true, own: true, steps: visit.environment.settings.committees.expiringWindows, action: Path.myTraining + "/reminders", tokens: visit.formTokens),
        .init("My committees", words: roles.isEmpty ? "None today." : roles.joined(separator: "; ") + "."),
      ]
    }
    return try visit.page(SheetPage(sheet))
  }

  private static func book(_ visit: OfficerVisit, giveBack: Bool) async throws -> Response {
    _ = try await visit.form()
    guard let session = try await TrainingStore(visit.environment).session(try visit.id(), for: visit.officer),
      let member = try await mine(visit).first(where: { $0.authority == session.authority })
    else { throw Problem.notFound }
    let store = TrainingStore(visit.environment)
    do {
      if giveBack { try await store.giveBack(member, on: session, by: visit.officer) } else { try await store.book(member, on: session, by: visit.officer) }
    } catch CommitteeConflict.gone {
      return visit.redirect(to: Path.myTraining, saying: giveBack ? "You had no place on it." : "There is no place left on it.")
    } catch CommitteeConflict.alreadyThere { return visit.redirect(to: Path.myTraining, saying: "You have a place on it already.") }
    return visit.redirect(
      to: Path.myTraining, saying: giveBack ? "Your place on \(session.title) is given back." : "You have a place on \(session.title), \(session.heldOn.longWords)\(session.startsAt.isEmpty ? "" : ", \(session.startsAt)").")
  }

  private static func record(_ visit: OfficerVisit) async throws -> (Member, TrainingRecord) {
    let id = try visit.id("training")
    for member in try await mine(visit) {
      let records = try await visit.environment.database.read(as: visit.officer, TrainingRecord.of(member.id))
      if let found = records.first(where: { $0.id == id }) { return (member, found) }
    }
    throw Problem.notFound
  }

  private static func sign(_ visit: OfficerVisit) async throws -> Response {
    let (member, record) = try await record(visit)
    let form = SignatureForm(try await visit.form())
    switch form.validated(record, of: member, file: nil, own: true, today: visit.today) {
    case .invalid(let errors):
      return try visit.page(form.page(member, record, own: true, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let signature):
      do { try await TrainingStore(visit.environment).sign(record, of: member, signature, by: visit.officer) } catch CommitteeConflict.alreadyThere {
        return visit.redirect(to: Path.myTraining, saying: "You signed for it already.")
      }
      return visit.redirect(to: Path.myTraining, saying: "Thank you. You signed for \(record.title).")
    }
  }
}
