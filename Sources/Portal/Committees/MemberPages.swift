import Domain
import Foundation
import Postgres
import Web

extension TrainingState {
  /// The state as a light: shape, word and dates.
  func light(_ name: String, issued: Day? = nil) -> StatusLight {
    func to(_ last: Day?) -> String { last.map { "to \($0.short)" } ?? "without end" }
    let since = issued.map { "Completed \($0.short)" }
    return switch self {
    case .notRequired: StatusLight(name, .notOwed, "Not asked for")
    case .notYetDue: StatusLight(name, .notOwed, "Not due yet")
    case .due(let by): StatusLight(name, .due, "Due by \(by.short)")
    case .overdue(let since): StatusLight(name, .overdue, "Overdue since \(since.short)")
    case .valid(let last): StatusLight(name, .inOrder, "Valid \(to(last))", reason: since)
    case .expiring(let last, let days): StatusLight(name, .due, "Runs out \(last.short), within \(days) days", reason: since)
    case .expired(let last): StatusLight(name, .overdue, "Ran out \(last.short)", reason: since)
    case .exempt(let last): StatusLight(name, .notOwed, "Exempt \(to(last))")
    case .unsigned(let last): StatusLight(name, .due, "Not signed; held \(to(last))", reason: since)
    }
  }
}

/// One member: standing, appointments, training, history.
enum MemberPages {
  /// Where a member stands with each course owed on a day, out of the rows that the page has.
  static func lights(_ records: [TrainingRecord], _ duties: [TrainingDuty], courses: [Course], appointed: Day?, on day: Day, _ settings: Settings) -> [StatusLight] {
    duties.filter { $0.days.contains(day) }.map { duty in
      let code = courses.first { $0.code == duty.course }?.id
      let own = records.filter { $0.course == code }
      let covers = own.map { TrainingCover(course: duty.course, days: $0.days, isSigned: $0.isSigned, source: $0.source) }
      let state = TrainingStanding.state(on: day, covers: covers, duty: duty, appointed: appointed, windows: settings.committees.expiringWindows)
      return state.light(duty.title, issued: own.filter { $0.days.from <= day }.map(\.days.from).max())
    }
  }

  static func records(_ records: [TrainingRecord], member: Member, on day: Day, maySign: Bool, mayRecord: Bool, signAddress: @escaping @Sendable (UUID) -> String) -> TrustedHTML {
    let base = Path.member(member.id, "training/")
    let hasPapers = mayRecord || records.contains { $0.fileName != nil }
    let columns: [Column<TrainingRecord>] = [
      .text("course", "Course") { $0.title }, .date("on", "Completed", export: { $0.days.from.iso }) { $0.days.from.short },
      .date("to", "Counts to", export: { $0.days.last?.iso }) { Day.lastWords($0.days) },
      .tag("counts", "Counts today") { $0.days.contains(day) ? ($0.isSigned ? StatusTag("Counts", .green) : StatusTag("Unsigned", .orange)) : StatusTag("Over") },
      .text("how", "Evidence") { record in
        switch record.source {
        case .training: [evidence[record.evidence] ?? record.evidence, record.provider, record.score.map { "score \($0)" } ?? "", record.attempt > 1 ? "attempt \(record.attempt)" : ""].filter { !$0.isEmpty }.joined(separator: ", ")
        case .equivalence: "Decision on equivalence"
        case .dispensation: "Dispensation"
        }
      },
      Column("signed", "Signed", plain: { $0.signedName ?? "" }) { record, out in
        if let name = record.signedName {
          out.append(escaping: "\(name), \(record.signedOn?.short ?? "")")
        } else if record.source != .training {
          out.append("<span class=\"app-none\">–</span>")
        } else if maySign, let id = record.id {
          out.append("<a class=\"govuk-link\"")
          out.append(href: signAddress(id))
          out.append(">Sign<span class=\"govuk-visually-hidden\"> for ")
          out.append(escaping: record.title)
          out.append("</span></a>")
        } else { out.append("Not signed") }
      },
      Column("file", "Papers", plain: { $0.fileName ?? "" }) { record, out in
        guard let id = record.id else { return }
        if record.fileName != nil {
          out.append("<a class=\"govuk-link\"")
          out.append(href: base + id.uuidString.lowercased() + "/file")
          out.append(">Open<span class=\"govuk-visually-hidden\"> the evidence</span></a> ")
        }
        if mayRecord {
          out.append("<a class=\"govuk-link app-no-print\"")
          out.append(href: base + id.uuidString.lowercased() + "/rejection")
          out.append(">Reject<span class=\"govuk-visually-hidden\"> this evidence</span></a>")
        }
      }.pageOnly,
    ]
    return Table<TrainingRecord>(rowHeader: "course", hasPapers ? columns : columns.dropLast()).html(records, caption: "Training", empty: .init("No training is recorded"))
  }

  static let evidence = [
    "signed_attendance_sheet": "Attendance sheet", "e_signature": "Signed on screen", "certificate": "Certificate", "lms_completion": "Learning system",
  ]

  static func record(
    _ member: Member, lights: [StatusLight], appointments: [Appointment], records: [TrainingRecord], uncounted: [TrainingAttempt], hearings: [PanelView], away: [Away], isReminded: Bool,
    history: [History.Line], settings: Settings, officer: Officer, today: Day, tokens: [FormToken]
  ) -> Sheet {
    let id = member.id
    let mayManage = officer.may(.manageCommittees, in: member.authority)
    let mayRecord = officer.may(.recordMemberTraining, in: member.authority)
    var sheet = Sheet(title: member.name)
    sheet.crumbs = [Breadcrumb("Members’ training", Path.training), Breadcrumb(member.name)]
    let standing = member.office.contains(today) ? StatusTag(member.isOfficer ? "Officer" : "Councillor", .green) : StatusTag(member.office.from > today ? "Not yet in office" : "Left office")
    sheet.line = Sheet.line(standing, member.ward, settings.authority(member.authority)?.name)
    if mayRecord { sheet.actions.append(.init("Record training", Path.member(id, "training/new"), isPrimary: true)) }
    if mayManage { sheet.actions += [.init("Decide on equivalence or dispensation", Path.member(id, "decision")), .init("Change details", Path.member(id, "edit"))] }
    sheet.lights = lights
    if lights.isEmpty { sheet.lead = "No committee asks training of this member today." }
    let table = Table<Appointment>(rowHeader: "committee", [
      .link("committee", "Committee", to: { Path.committee($0.committee) }) { $0.committeeName }, .text("role", "Role") { $0.role.name },
      .text("year", "Municipal year") { MunicipalYear(containing: $0.days.from).name }, .date("from", "From") { $0.days.from.short }, .date("to", "To") { Day.lastWords($0.days) },
      .text("why", "Why it ended") { $0.endedWhy.isEmpty ? nil : $0.endedWhy },
    ])
    sheet.sections = [
      .init("Training", id: "training", Self.records(records, member: member, on: today, maySign: mayRecord, mayRecord: mayRecord) { Path.member(id, "training/\($0.uuidString.lowercased())/signature") }),
    ]
    if !uncounted.isEmpty { sheet.sections.append(TrainingAttempt.section(uncounted)) }
    sheet.sections += [
      .init("Hearings to come", HearingPages.table(settings).html(hearings, caption: "Hearings to come", empty: .init("No hearing to come"))),
      .init("Appointments", table.html(appointments, caption: "Appointments", empty: .init("Never appointed to a committee"))),
      Away.section(away, tokens: tokens, to: mayManage ? Path.member(id, "away") : nil, own: false),
      ReminderChoice.section(
        isReminded, hasAddress: member.email != nil, own: false, steps: settings.committees.expiringWindows, action: mayManage ? Path.member(id, "reminders") : nil, tokens: tokens),
    ]
    sheet.factsBelow = SummaryList([
      .init("In office", member.office.words.capitalizedFirst), .init("Email address", member.email, note: member.email == nil ? "Without it they cannot see their own page" : nil),
    ])
    sheet.history = History.timeline(history)
    return sheet
  }
}
