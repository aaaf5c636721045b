import Domain
import Foundation
import Web

/// An appointment as typed.
struct AppointmentForm: Sendable {
  var member = ""
  var role = CommitteeRole.member.rawValue
  var from = DateFields()
  var last = DateFields()

  init(today: Day) { from = DateFields(today) }
  init(_ fields: FormFields) {
    member = fields["member"] ?? ""
    role = fields["role"] ?? ""
    from = DateFields("from") { fields[$0] }
    last = DateFields("last") { fields[$0] }
  }

  func validated(_ members: [Member]) -> Validated<(Member, CommitteeRole, Day, Day?)> {
    var errors = Errors()
    let chosen = members.first { $0.id.uuidString.lowercased() == member }
    if chosen == nil { errors.add("member", "Choose the member") }
    let part = CommitteeRole(rawValue: role)
    if part == nil { errors.add("role", "Choose the role") }
    if let chosen, let part, chosen.isOfficer != (part == .officer) {
      errors.add("role", chosen.isOfficer ? "An officer can only be a delegated officer" : "A councillor cannot be a delegated officer")
    }
    let begins = OfficerVisit.day(from, "from", of: "The first day", &errors)
    let ends = OfficerVisit.day(last, "last", of: "The last day", &errors, isOptional: true)
    if let begins, let ends, ends < begins { errors.add("last", "The last day cannot be before the first") }
    guard errors.isEmpty, let chosen, let part, let begins else { return .invalid(errors) }
    return .valid((chosen, part, begins, ends.map { $0 + 1 }))
  }

  func page(_ committee: Committee, _ members: [Member], tokens: [FormToken], errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Appoint a member", lead: "\(committee.name). Whoever is not in the list is added first.",
      crumbs: [Breadcrumb("Committees", Path.committees), Breadcrumb(committee.name, Path.committee(committee.id)), Breadcrumb("Appoint")],
      form: FormView(
        action: Path.committee(committee.id, "appointment"), tokens: tokens,
        parts: [
          .field(.select("member", "Member", member, [.init("", "Choose the member")] + members.map { .init($0.id.uuidString.lowercased(), $0.ward.isEmpty ? $0.name : "\($0.name) (\($0.ward))") })),
          .field(.radios("role", "Role", role, CommitteeRole.allCases.map { .init($0.rawValue, $0.name) })),
          .field(.date("from", "First day", from)), .field(.date("last", "Last day", last, hint: "Usually left empty: the next annual meeting ends it", isOptional: true)),
        ], buttons: [.init("Appoint"), .init("Add a member first", .link(address: Path.members + "/new")), .init("Cancel", .link(address: Path.committee(committee.id)))], errors: errors))
  }
}

/// The end of an appointment as typed.
struct EndForm: Sendable {
  var last = DateFields()
  var why = ""
  init(today: Day) { last = DateFields(today) }
  init(_ fields: FormFields) {
    last = DateFields("last") { fields[$0] }
    why = fields.trimmed("why")
  }

  func validated(_ appointment: Appointment) -> Validated<(Day, String)> {
    var errors = Errors()
    let day = OfficerVisit.day(last, "last", of: "The last day", &errors)
    if let day, day < appointment.days.from { errors.add("last", "It began on \(appointment.days.from.words): its last day cannot be before") }
    if why.isEmpty { errors.add("why", "Enter why it ends") } else if why.count > 200 { errors.add("why", "Enter a reason of 200 characters or fewer") }
    guard errors.isEmpty, let day else { return .invalid(errors) }
    return .valid((day + 1, why))
  }

  func page(_ appointment: Appointment, tokens: [FormToken], errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "End the appointment of \(appointment.memberName)", lead: "\(appointment.role.name) of \(appointment.committeeName) since \(appointment.days.from.words).",
      crumbs: [Breadcrumb("Committees", Path.committees), Breadcrumb(appointment.committeeName, Path.committee(appointment.committee)), Breadcrumb("End")],
      form: FormView(
        action: Path.committee(appointment.committee, "appointments/\(appointment.id.uuidString.lowercased())/end"), tokens: tokens,
        parts: [.field(.date("last", "Last day on the committee", last)), .field(.text("why", "Why", why, hint: "For example: resigned, or replaced by the council", width: .thirty))],
        buttons: [.init("End it", .warning), .init("Cancel", .link(address: Path.committee(appointment.committee)))], errors: errors))
  }
}
