import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// Days on which a member cannot sit, as they said.
struct Away: RowDecodable, Sendable {
  var id: UUID
  var member: UUID
  var authority: Int
  var days: DayRange

  init(row: Row) throws {
    id = try row.get("id")
    member = try row.get("member_id")
    authority = try row.get("authority_id")
    days = DayRange(from: try row.get("starts_on"), before: try row.get("ends_before"))
  }

  /// Those that are not over, first come first.
  static func of(_ member: UUID, from day: Day) -> Query<Away> {
    Query("""
      SELECT id, member_id, authority_id, starts_on, ends_before FROM member_away
       WHERE member_id = \(member) AND withdrawn_at IS NULL AND ends_before > \(day) ORDER BY starts_on, id
      """)
  }

  var words: String {
    days.count == 1 ? days.from.longWords : "\(days.from.longWords) to \((days.last ?? days.from).longWords)"
  }

  /// The list with a button for each, and the way to add more.
  static func section(_ away: [Away], tokens: [FormToken], to path: String?, own: Bool) -> Sheet.Section {
    let hidden = TrustedHTML.joined(tokens.map(\.html))
    var columns: [Column<Away>] = [.text("days", "Days") { $0.words }]
    if let path {
      columns.append(Column("do", "Action", plain: { _ in "" }) { row, out in
        out.append("<form method=\"post\"")
        out.append(attribute: "action", path + "/\(row.id.uuidString.lowercased())/withdrawal")
        out.append(">")
        out.append(hidden)
        out.append("<button class=\"govuk-button govuk-button--secondary app-button--compact\">Take back<span class=\"govuk-visually-hidden\"> the days away, ")
        out.append(escaping: row.words)
        out.append("</span></button></form>")
      }.pageOnly)
    }
    let none = own ? "You said of no day that you cannot sit." : "No day is noted."
    return .init(
      own ? "Days I cannot sit" : "Days away", id: "away", words: away.isEmpty ? none : nil,
      away.isEmpty ? .none : Table<Away>(rowHeader: "days", columns).html(away, caption: own ? "Days I cannot sit" : "Days away"),
      links: path.map { [Sheet.Link("Add days", $0)] } ?? [])
  }
}

/// Days away as typed.
struct AwayForm: Sendable {
  var from = DateFields()
  var last = DateFields()

  init() {}
  init(_ fields: FormFields) {
    from = DateFields("from") { fields[$0] }
    last = DateFields("last") { fields[$0] }
  }

  func validated(today: Day) -> Validated<DayRange> {
    var errors = Errors()
    let begins = OfficerVisit.day(from, "from", of: "The first day", &errors)
    let ends = OfficerVisit.day(last, "last", of: "The last day", &errors, isOptional: true) ?? begins
    if let begins, let ends {
      if ends < begins { errors.add("last", "The last day cannot be before the first") } else if ends < today { errors.add("last", "Those days are over") } else if ends - begins > 365 {
        errors.add("last", "Enter a year at most")
      }
    }
    guard errors.isEmpty, let begins, let ends else { return .invalid(errors) }
    return .valid(DayRange(from: begins, through: ends))
  }

  /// - Parameter member: nil on the member's own page.
  func page(_ member: Member?, tokens: [FormToken], errors: Errors = []) -> TaskPage {
    let back = member.map { Path.member($0.id) } ?? Path.myTraining
    return TaskPage(
      title: member == nil ? "Days I cannot sit" : "Days on which \(member?.name ?? "") cannot sit",
      lead: "Whoever chooses a panel sees it and looks for somebody else first. It forbids nothing.",
      crumbs: member.map { [Breadcrumb("Members’ training", Path.training), Breadcrumb($0.name, Path.member($0.id)), Breadcrumb("Days away")] }
        ?? [Breadcrumb("My training", Path.myTraining), Breadcrumb("Days I cannot sit")],
      form: FormView(
        action: (member.map { Path.member($0.id, "away") } ?? Path.myTraining + "/away"), tokens: tokens,
        parts: [.field(.date("from", "First day", from)), .field(.date("last", "Last day", last, hint: "Leave it empty for a single day", isOptional: true))],
        buttons: [.init("Note it"), .init("Cancel", .link(address: back))], errors: errors))
  }
}

/// Whether a member is reminded: their own choice, or democratic services' for them.
struct ReminderChoice: RowDecodable, Sendable {
  var wanted: Bool
  init(row: Row) throws { wanted = try row.get("wanted") }

  static func of(_ member: UUID) -> Query<ReminderChoice> {
    Query("SELECT wanted FROM reminder_choice WHERE member_id = \(member) ORDER BY recorded_at DESC, id LIMIT 1")
  }

  static func section(_ wanted: Bool, hasAddress: Bool, own: Bool, steps: [Int], action: String?, tokens: [FormToken]) -> Sheet.Section {
    let days = Day.stepsInWords(steps)
    let words = !hasAddress
      ? "There is no email address on the record, so nothing can be sent."
      : wanted ? "An e-mail goes out \(days) days before training runs out." : "Switched off: no e-mail is sent before training runs out."
    let form = action.map { action in
      FormView(
        action: action, tokens: tokens, parts: [.field(.hidden("wanted", wanted ? "no" : "yes"))],
        buttons: [.init(wanted ? "Switch reminders off" : "Switch reminders on", .secondary)]).html
    }
    return .init("Reminders", id: "reminders", words: words, hasAddress ? form ?? .none : .none)
  }
}

extension CommitteeStore {
  /// - Throws: `CommitteeConflict.overlaps` where some of those days are noted already.
  func say(_ days: DayRange, awayFor members: [Member], once sent: SentForm?, leadsTo path: String, by officer: Officer) async throws {
    do {
      try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
        for member in members {
          try await transaction.execute(
            """
            INSERT INTO member_away (authority_id, member_id, starts_on, ends_before, recorded_by)
            VALUES (\(Int16(member.authority)), \(member.id), \(days.from), \(days.before), \(officer.id))
            """)
        }
        return Written((), entries: members.map { AuditEntry(.sayAway, of: $0.id, authority: $0.authority, detail: ["name": $0.name, "days": days.words]) }).leading(to: path)
      }
    } catch let error as PostgresError where error.constraint == "away_once" { throw CommitteeConflict.overlaps }
  }

  func takeBack(_ away: Away, named name: String, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let changed = try await transaction.execute(
        "UPDATE member_away SET withdrawn_at = \(environment.now()), withdrawn_by = \(officer.id) WHERE id = \(away.id) AND withdrawn_at IS NULL")
      guard changed == 1 else { throw CommitteeConflict.gone }
      return .done(AuditEntry(.withdrawAway, of: away.member, authority: away.authority, detail: ["name": name, "days": away.days.words]))
    }
  }

  func choose(reminders wanted: Bool, for members: [Member], once sent: SentForm?, leadsTo path: String, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      for member in members {
        try await transaction.execute(
          "INSERT INTO reminder_choice (authority_id, member_id, wanted, recorded_by) VALUES (\(Int16(member.authority)), \(member.id), \(wanted), \(officer.id))")
      }
      return Written((), entries: members.map { AuditEntry(.chooseReminders, of: $0.id, authority: $0.authority, detail: ["name": $0.name, "state": wanted ? "on" : "off"]) })
        .leading(to: path)
    }
  }
}

/// Days away and reminders, on a member's record and on their own page.
enum AwayRoutes {
  static func add(to routes: Routes) {
    routes.may(.manageCommittees, .get, "members/{id}/away") { visit in
      try visit.page(AwayForm().page(try await visit.member(may: .manageCommittees), tokens: visit.formTokens))
    }
    routes.may(.manageCommittees, .post, "members/{id}/away") { visit in
      let member = try await visit.member(may: .manageCommittees)
      return try await say([member], of: member, back: Path.member(member.id), visit)
    }
    routes.may(.manageCommittees, .post, "members/{id}/away/{away}/withdrawal") { visit in
      let member = try await visit.member(may: .manageCommittees)
      return try await takeBack([member], back: Path.member(member.id), visit)
    }
    routes.may(.manageCommittees, .post, "members/{id}/reminders") { visit in
      let member = try await visit.member(may: .manageCommittees)
      return try await choose([member], back: Path.member(member.id), visit)
    }
    routes.may(.ownTraining, .get, "my-training/away") { visit in
      guard try await !MyTrainingRoutes.mine(visit).isEmpty else { throw Problem.notFound }
      return try visit.page(AwayForm().page(nil, tokens: visit.formTokens))
    }
    routes.may(.ownTraining, .post, "my-training/away") { visit in try await say(try await MyTrainingRoutes.mine(visit), of: nil, back: Path.myTraining, visit) }
    routes.may(.ownTraining, .post, "my-training/away/{away}/withdrawal") { visit in
      try await takeBack(try await MyTrainingRoutes.mine(visit), back: Path.myTraining, visit)
    }
    routes.may(.ownTraining, .post, "my-training/reminders") { visit in try await choose(try await MyTrainingRoutes.mine(visit), back: Path.myTraining, visit) }
  }

  /// - Parameter member: nil on the member's own page, where it goes for everybody they are.
  private static func say(_ members: [Member], of member: Member?, back: String, _ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    guard !members.isEmpty else { throw Problem.notFound }
    let form = AwayForm(fields)
    func again(_ errors: Errors) throws -> Response { try visit.page(form.page(member, tokens: visit.formTokens, errors: errors), status: .unprocessableContent) }
    switch form.validated(today: visit.today) {
    case .invalid(let errors): return try again(errors)
    case .valid(let days):
      do {
        try await CommitteeStore(visit.environment).say(days, awayFor: members, once: SentForm(fields), leadsTo: back, by: visit.officer)
      } catch CommitteeConflict.overlaps {
        return try again([FieldError(field: "from", message: "Some of those days are noted already")])
      }
      return visit.redirect(to: back, saying: "Noted: \(member.map { "\($0.name) cannot" } ?? "you cannot") sit \(days.words).")
    }
  }

  private static func takeBack(_ members: [Member], back: String, _ visit: OfficerVisit) async throws -> Response {
    _ = try await visit.form()
    let id = try visit.id("away")
    for member in members {
      let held = try await visit.environment.database.read(as: visit.officer, Away.of(member.id, from: visit.today - 400))
      guard let away = held.first(where: { $0.id == id }) else { continue }
      // What was said on one's own page was said for everybody one is.
      for other in members {
        let same = try await visit.environment.database.read(as: visit.officer, Away.of(other.id, from: visit.today - 400)).filter { $0.days == away.days }
        for one in same {
          do { try await CommitteeStore(visit.environment).takeBack(one, named: other.name, by: visit.officer) } catch CommitteeConflict.gone {}
        }
      }
      return visit.redirect(to: back, saying: "Taken back: \(away.words).")
    }
    throw Problem.notFound
  }

  private static func choose(_ members: [Member], back: String, _ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    guard !members.isEmpty else { throw Problem.notFound }
    let wanted = fields["wanted"] == "yes"
    try await CommitteeStore(visit.environment).choose(reminders: wanted, for: members, once: SentForm(fields), leadsTo: back, by: visit.officer)
    return visit.redirect(to: back, saying: wanted ? "Reminders are switched on." : "Reminders are switched off.")
  }
}
