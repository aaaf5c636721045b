package import Domain
import Foundation
import Postgres
import Web

/// The annual meeting in May as one step: who is on the committee from that day on, who is newly elected, who left office.
struct TurnoverForm: Sendable {
  static let left = "left"
  var on = DateFields()
  /// The choice for each member: a role, "" for not on this committee, or `left`.
  var roles: [UUID: String] = [:]
  /// One newly elected councillor a line: name, ward.
  var elected = ""
  var key: UUID?

  init(_ members: [Member], _ current: [Appointment], meeting: Day) {
    on = DateFields(meeting)
    key = UUID()
    for member in members where !member.isOfficer { roles[member.id] = current.first { $0.member == member.id }?.role.rawValue ?? "" }
  }
  init(_ fields: FormFields) {
    on = DateFields("on") { fields[$0] }
    elected = (fields["elected"] ?? "").replacingOccurrences(of: "\r\n", with: "\n")
    key = UUID(uuidString: fields["key"] ?? "")
    for (name, value) in fields.pairs where name.hasPrefix("role-") {
      if let id = UUID(uuidString: String(name.dropFirst(5))) { roles[id] = value }
    }
  }

  struct Plan: Sendable {
    var on: Day
    var seats: [(member: Member, role: CommitteeRole)]
    var left: [Member]
    var elected: [(name: String, ward: String)]
  }

  func validated(_ committee: Committee, _ members: [Member], current: [Appointment]) -> Validated<Plan> {
    var errors = Errors()
    let day = OfficerVisit.day(on, "on", of: "The day of the annual meeting", &errors)
    if let day, let latest = current.map(\.days.from).max(), latest >= day {
      errors.add("on", "Appointments begin on \(latest.words): the meeting must be after that day")
    }
    var plan = Plan(on: day ?? committee.days.from, seats: [], left: [], elected: [])
    for member in members {
      switch roles[member.id] ?? "" {
      case "": continue
      case Self.left: plan.left.append(member)
      case let text:
        guard let role = CommitteeRole(rawValue: text), role != .officer else { continue }
        plan.seats.append((member, role))
      }
    }
    if plan.seats.count(where: { $0.role == .chair }) > 1 {
      let field = plan.seats.last { $0.role == .chair }.map { "role-\($0.member.id.uuidString.lowercased())" } ?? "on"
      errors.add(field, "Choose one chair")
    }
    for line in elected.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) where !line.isEmpty {
      let parts = line.split(separator: ",", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, parts[0].count <= 120, parts[1].count <= 120 else {
        errors.add("elected", "Write each new councillor on a line: name, comma, ward (“\(line.prefix(40))” is not)")
        break
      }
      plan.elected.append((parts[0], parts[1]))
    }
    if errors.isEmpty, plan.seats.isEmpty, plan.elected.isEmpty { errors.add("on", "Choose who is on the committee") }
    guard errors.isEmpty, day != nil else { return .invalid(errors) }
    return .valid(plan)
  }

  func page(_ committee: Committee, _ members: [Member], tokens: [FormToken], errors: Errors = []) -> TaskPage {
    let choices: [Field.Choice] = [.init("", "Not on this committee")] + CommitteeRole.allCases.filter { $0 != .officer }.map { .init($0.rawValue, $0.name) }
      + [.init(Self.left, "No longer a councillor")]
    let fields = members.filter { !$0.isOfficer }.map { member in
      Field.select("role-\(member.id.uuidString.lowercased())", member.ward.isEmpty ? member.name : "\(member.name), \(member.ward)", roles[member.id] ?? "", choices)
    }
    return TaskPage(
      title: "May turnover of \(committee.name)",
      lead: "Everybody’s appointment ends with the day before the annual meeting, and these begin on that day. Nobody’s training is lost.",
      crumbs: [Breadcrumb("Committees", Path.committees), Breadcrumb(committee.name, Path.committee(committee.id)), Breadcrumb("May turnover")],
      form: FormView(
        action: Path.committee(committee.id, "turnover"), tokens: tokens,
        parts: [
          .field(.hidden("key", key?.uuidString ?? "")), .field(.date("on", "Day of the annual meeting", on)),
          .group(legend: "From that day on", hint: "Those who stay are chosen already", fields),
          .field(.textarea("elected", "Newly elected and on this committee", elected, hint: "One a line: name, comma, ward. They begin as members without training.", rows: 4, isOptional: true)),
        ], buttons: [.init("Turn it over"), .init("Cancel", .link(address: Path.committee(committee.id)))], errors: errors))
  }
}

extension CommitteeStore {
  /// Ends what runs and begins the new year, all of it or nothing. Sent twice, it takes effect once.
  func turnOver(_ committee: Committee, _ plan: TurnoverForm.Plan, key: UUID?, by officer: Officer) async throws {
    try await conflicts {
      try await database.write(by: officer, at: environment.now()) { transaction in
        if let key, try await Once.wasDone(key, by: officer, what: "turnover \(committee.id)", location: Path.committee(committee.id), in: transaction) {
          return Written((), entries: [])
        }
        let ended = try await transaction.execute(
          """
          UPDATE appointment SET ends_before = \(plan.on), ended_why = 'Annual meeting'
           WHERE committee_id = \(committee.id) AND role <> 'officer' AND starts_on < \(plan.on) AND coalesce(ends_before, 'infinity') > \(plan.on)
          """)
        for member in plan.left {
          try await transaction.execute(
            "UPDATE member SET office_before = \(plan.on), version = version + 1 WHERE id = \(member.id) AND coalesce(office_before, 'infinity') > \(plan.on)")
          // Whoever leaves office leaves every committee.
          try await transaction.execute(
            """
            UPDATE appointment SET ends_before = greatest(starts_on, \(plan.on)), ended_why = 'No longer a councillor'
             WHERE member_id = \(member.id) AND coalesce(ends_before, 'infinity') > \(plan.on)
            """)
        }
        var seats = plan.seats.map { ($0.member.id, $0.role) }
        for new in plan.elected {
          let id = try await Self.insert(
            NewMember(authority: committee.authority, name: new.name, ward: new.ward, office: DayRange(from: plan.on - 13, before: nil)), in: transaction)
          seats.append((id, .member))
        }
        for (member, role) in seats {
          try await transaction.execute(
            """
            INSERT INTO appointment (authority_id, committee_id, member_id, role, starts_on, recorded_by)
            VALUES (\(Int16(committee.authority)), \(committee.id), \(member), \(role), \(plan.on), \(officer.id))
            """)
        }
        var entry = AuditEntry(
          .turnOver, of: committee.id, authority: committee.authority,
          detail: [
            "committee": committee.name, "from": plan.on.words,
            "counts": "\(ended) appointments ended, \(seats.count) begun, \(plan.elected.count) newly elected, \(plan.left.count) left office",
          ])
        entry.subjects += seats.map(\.0) + plan.left.map(\.id)
        return Written((), entry)
      }
    }
  }
}
