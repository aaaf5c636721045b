import Domain
import Foundation
import Postgres
import Web

/// The annual meeting of a whole district as typed: what becomes of each appointment to each of its committees, who left office, and who
/// joins. It is looked at before it is done, and can be taken back for some hours.
struct DistrictTurnoverForm: Sendable {
  static let left = "left"
  static let leaves = "leaves"
  var on = DateFields()
  /// By appointment: a role, `leaves` the committee, or `left` office.
  var choices: [UUID: String] = [:]
  /// Members without an appointment who left office.
  var leftOffice: Set<UUID> = []
  /// One a line: name, ward, committee, role.
  var joins = ""

  init(_ current: [Appointment], meeting: Day) {
    on = DateFields(meeting)
    for appointment in current { choices[appointment.id] = appointment.role.rawValue }
  }
  init(_ fields: FormFields) {
    on = DateFields("on") { fields[$0] }
    joins = (fields["joins"] ?? "").replacingOccurrences(of: "\r\n", with: "\n")
    leftOffice = Set(fields.all("office").compactMap { UUID(uuidString: $0) })
    for (name, value) in fields.pairs where name.hasPrefix("seat-") {
      if let id = UUID(uuidString: String(name.dropFirst(5))) { choices[id] = value }
    }
  }

  struct Plan: Sendable {
    struct Seat: Sendable {
      var committee: UUID
      /// Nil for somebody newly elected, who is then found by `elected`.
      var member: UUID?
      var name: String
      var role: CommitteeRole
      var elected: Int?
    }
    var on: Day
    var seats: [Seat]
    var left: [(id: UUID, name: String)]
    var elected: [(name: String, ward: String)]
  }

  func validated(_ committees: [Committee], _ members: [Member], current: [Appointment]) -> Validated<Plan> {
    var errors = Errors()
    let day = OfficerVisit.day(on, "on", of: "The day of the annual meeting", &errors)
    if let day, let latest = current.map(\.days.from).max(), latest >= day { errors.add("on", "Appointments begin on \(latest.words): the meeting must be after that day") }
    var plan = Plan(on: day ?? Day(dayNumber: 0), seats: [], left: [], elected: [])
    var gone: [UUID: String] = [:]
    for member in members where leftOffice.contains(member.id) { gone[member.id] = member.name }
    for appointment in current where choices[appointment.id] == Self.left { gone[appointment.member] = appointment.memberName }
    plan.left = gone.map { (id: $0.key, name: $0.value) }.sorted { ($0.name, $0.id.uuidString) < ($1.name, $1.id.uuidString) }
    for appointment in current where gone[appointment.member] == nil {
      guard let role = CommitteeRole(rawValue: choices[appointment.id] ?? ""), role != .officer else { continue }
      plan.seats.append(.init(committee: appointment.committee, member: appointment.member, name: appointment.memberName, role: role))
    }
    join(&plan, committees, members.filter { gone[$0.id] == nil }, &errors)
    for committee in committees {
      let chairs = plan.seats.filter { $0.committee == committee.id && $0.role == .chair }
      guard chairs.count > 1 else { continue }
      let field = current.last { $0.committee == committee.id && choices[$0.id] == CommitteeRole.chair.rawValue }.map { "seat-\($0.id.uuidString.lowercased())" } ?? "joins"
      errors.add(field, "Choose one chair for \(committee.name)")
    }
    if errors.isEmpty, plan.seats.isEmpty, plan.elected.isEmpty, plan.left.isEmpty { errors.add("joins", "Say who is on the committees") }
    guard errors.isEmpty, day != nil else { return .invalid(errors) }
    return .valid(plan)
  }

  /// "Wilfred Amberley, Quayside, Licensing Committee, member": somebody the district has, or somebody newly elected.
  private func join(_ plan: inout Plan, _ committees: [Committee], _ members: [Member], _ errors: inout Errors) {
    var elected: [String: Int] = [:]
    for line in joins.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) where !line.isEmpty {
      let parts = line.split(separator: line.contains(";") ? ";" : ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
      guard (2...4).contains(parts.count), (1...120).contains(parts[0].count), (1...120).contains(parts[1].count) else {
        return errors.add("joins", "Write on each line: name, ward, committee, role (“\(line.prefix(60))” is not)")
      }
      let key = NewMember.key(parts[0])
      let same = members.filter { NewMember.key($0.name) == key }
      let known = same.count > 1 ? same.filter { NewMember.key($0.ward) == NewMember.key(parts[1]) } : same
      guard same.isEmpty || known.count == 1 else { return errors.add("joins", "Several members are called \(parts[0]): their ward does not tell them apart") }
      var index: Int?
      if known.isEmpty {
        index = elected[key] ?? plan.elected.count
        if elected[key] == nil {
          elected[key] = plan.elected.count
          plan.elected.append((parts[0], parts[1]))
        }
      }
      let named = parts.count > 2 ? parts[2] : ""
      guard !named.isEmpty else { continue }
      guard let committee = committees.first(where: { NewMember.key($0.name) == NewMember.key(named) }) else {
        return errors.add("joins", "No committee of this district is called “\(named.prefix(60))”")
      }
      let word = parts.count > 3 ? parts[3] : ""
      guard let role = MemberFile.role(word) else { return errors.add("joins", "The role “\(word.prefix(40))” is not known: write chair, vice-chair, member or substitute") }
      guard !plan.seats.contains(where: { $0.committee == committee.id && ($0.member != nil ? $0.member == known.first?.id : $0.elected == index) }) else {
        return errors.add("joins", "\(parts[0]) is on \(committee.name) already")
      }
      plan.seats.append(.init(committee: committee.id, member: known.first?.id, name: parts[0], role: role, elected: index))
    }
  }

  /// The whole form, or with `hidden` the same answers behind the page that shows what they would do.
  func parts(_ committees: [Committee], _ members: [Member], current: [Appointment], hidden: Bool) -> [FormView.Part] {
    if hidden {
      let seats = choices.sorted { $0.key.uuidString < $1.key.uuidString }.map { FormView.Part.field(.hidden("seat-\($0.key.uuidString.lowercased())", $0.value)) }
      let office = leftOffice.sorted { $0.uuidString < $1.uuidString }.map { FormView.Part.html(FormToken(name: "office", value: $0.uuidString.lowercased()).html) }
      return [.field(.hidden("on-day", on.day)), .field(.hidden("on-month", on.month)), .field(.hidden("on-year", on.year)), .field(.hidden("joins", joins))] + seats + office
    }
    let roles = CommitteeRole.allCases.filter { $0 != .officer }.map { Field.Choice($0.rawValue, $0.name) } + [.init(Self.leaves, "Leaves this committee"), .init(Self.left, "No longer a councillor")]
    var parts: [FormView.Part] = [.field(.date("on", "Day of the annual meeting", on))]
    for committee in committees {
      let seats = current.filter { $0.committee == committee.id }
      guard !seats.isEmpty else { continue }
      parts.append(.group(legend: committee.name, hint: "From that day on; those who stay are chosen already", seats.map { seat in
        .select("seat-\(seat.id.uuidString.lowercased())", seat.ward.isEmpty ? seat.memberName : "\(seat.memberName), \(seat.ward)", choices[seat.id] ?? "", roles)
      }))
    }
    let seated = Set(current.map(\.member))
    let others = members.filter { !$0.isOfficer && !seated.contains($0.id) }
    if !others.isEmpty {
      parts.append(.field(.checkboxes("office", "Others who are no longer councillors", leftOffice.map { $0.uuidString.lowercased() }, others.map {
        .init($0.id.uuidString.lowercased(), $0.ward.isEmpty ? $0.name : "\($0.name), \($0.ward)")
      })))
    }
    parts.append(.field(.textarea(
      "joins", "Newly elected, or new to a committee", joins,
      hint: "One a line: name, ward, committee, role. A name that the district does not have is somebody newly elected; without a committee they are on none. Where a ward has a comma, use semicolons instead.", rows: 6, isOptional: true)))
    return parts
  }
}

/// What a turnover would do, tried and undone.
struct TurnoverEffect: Sendable {
  struct Line: RowDecodable, Sendable {
    var committee: UUID
    var before: Int
    var after: Int
    var able: Int
    init(row: Row) throws {
      committee = try row.get("committee_id")
      before = try row.get("before")
      after = try row.get("after")
      able = try row.get("able")
    }
  }
  struct Lost: RowDecodable, Sendable {
    var hearing: UUID
    var reference: String
    var on: Day
    var members: String
    init(row: Row) throws {
      hearing = try row.get("id")
      reference = try row.get("reference")
      on = try row.get("held_on")
      members = try row.get("members")
    }
  }
  var ended: Int
  var begun: Int
  var lines: [Line]
  var lost: [Lost]
}

/// A turnover that was done, while it can be taken back.
struct DoneTurnover: RowDecodable, Sendable {
  var id: UUID
  var authority: Int
  var on: Day
  var madeAt: Date
  var by: String?
  init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    on = try row.get("held_on")
    madeAt = try row.get("made_at")
    by = try row.get("by_name")
  }

  static func open(since earliest: Date) -> Query<DoneTurnover> {
    Query("""
      SELECT t.id, t.authority_id, t.held_on, t.made_at, n.name AS by_name FROM turnover t LEFT JOIN LATERAL sec.account_names(ARRAY[t.made_by]) n ON true
       WHERE t.undone_at IS NULL AND t.made_at > \(earliest) ORDER BY t.made_at DESC, t.id LIMIT 20
      """)
  }
}

extension CommitteeStore {
  /// Hearings to come of whose panel somebody could not sit on their day, as the rule about sets says inside this transaction.
  static func unable(in authority: Int, from day: Day) -> SQL {
    """
    SELECT h.id, h.reference, h.held_on, string_agg(m.name, ', ' ORDER BY s.seat) AS members
      FROM hearing h JOIN LATERAL (SELECT x.id FROM panel x WHERE x.hearing_id = h.id ORDER BY x.number DESC LIMIT 1) p ON true
      JOIN panel_seat s ON s.panel_id = p.id JOIN member m ON m.id = s.member_id
     WHERE h.authority_id = \(Int16(authority)) AND h.status = 'scheduled' AND h.held_on >= \(day)
       AND NOT EXISTS (SELECT FROM committee_able(ARRAY[h.committee_id]) c WHERE c.member_id = s.member_id AND c.able @> h.held_on)
     GROUP BY h.id ORDER BY h.held_on, h.id LIMIT 500
    """
  }

  private struct Tried: Error { var effect: TurnoverEffect }

  /// The same step, tried and undone.
  func tryTurnover(_ plan: DistrictTurnoverForm.Plan, in authority: Int, _ committees: [Committee], by officer: Officer) async throws -> TurnoverEffect {
    do {
      try await conflicts {
        try await database.write(by: officer, at: environment.now()) { transaction -> Written<Void> in
          let before = try await transaction.all(Self.unable(in: authority, from: plan.on), as: TurnoverEffect.Lost.self)
          let (_, ended, begun) = try await perform(plan, in: authority, committees, by: officer, in: transaction)
          let ids = committees.map(\.id)
          let lines = try await transaction.all(
            """
            SELECT b.committee_id, b.members AS before, a.members AS after, a.able FROM committee_strength(\(ids), \(plan.on - 1), 1) b
              JOIN committee_strength(\(ids), \(plan.on), 1) a ON a.committee_id = b.committee_id
            """, as: TurnoverEffect.Line.self)
          let held = Dictionary(before.map { ($0.hearing, $0.members) }, uniquingKeysWith: { first, _ in first })
          let lost = try await transaction.all(Self.unable(in: authority, from: plan.on), as: TurnoverEffect.Lost.self).filter { held[$0.hearing] != $0.members }
          throw Tried(effect: TurnoverEffect(ended: ended, begun: begun, lines: lines, lost: lost))
        }
      }
    } catch let tried as Tried { return tried.effect }
    throw CommitteeConflict.stale
  }

  /// Ends what runs and begins the new year in every committee of a district: all of it or nothing.
  func turnOver(
    _ district: String, _ plan: DistrictTurnoverForm.Plan, in authority: Int, _ committees: [Committee], once sent: SentForm?, leadsTo path: String, by officer: Officer
  ) async throws -> UUID {
    try await conflicts {
      try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
        let (id, ended, begun) = try await perform(plan, in: authority, committees, by: officer, in: transaction)
        let counts = "\(ended) appointments ended, \(begun) begun, \(plan.elected.count) newly elected, \(plan.left.count) left office"
        var entry = AuditEntry(.turnOverDistrict, of: id, authority: authority, detail: ["district": district, "from": plan.on.words, "counts": counts])
        entry.subjects += committees.map(\.id) + plan.left.map(\.id)
        return Written(id, entry).leading(to: path)
      }
    }
  }

  private func perform(
    _ plan: DistrictTurnoverForm.Plan, in authority: Int, _ committees: [Committee], by officer: Officer, in transaction: Transaction
  ) async throws -> (id: UUID, ended: Int, begun: Int) {
    let place = Int16(authority)
    let id = try await transaction.value(
      "INSERT INTO turnover (authority_id, held_on, made_by, made_at) VALUES (\(place), \(plan.on), \(officer.id), \(environment.now())) RETURNING id", as: UUID.self)
    let ids = committees.map(\.id)
    let left = plan.left.map(\.id)
    // Everybody's appointment ends with the day before; whoever leaves office leaves what would begin later too.
    let ended = try await transaction.execute(
      """
      WITH old AS (
        SELECT a.id, a.member_id, a.ends_before FROM appointment a
         WHERE a.authority_id = \(place) AND a.role <> 'officer' AND coalesce(a.ends_before, 'infinity') > \(plan.on)
           AND ((a.committee_id = ANY(\(ids)) AND a.starts_on < \(plan.on)) OR a.member_id = ANY(\(left))) FOR UPDATE),
      changed AS (
        UPDATE appointment a SET ends_before = greatest(a.starts_on, \(plan.on)),
               ended_why = CASE WHEN a.member_id = ANY(\(left)) THEN 'No longer a councillor' ELSE 'Annual meeting' END
          FROM old WHERE a.id = old.id RETURNING a.id)
      INSERT INTO turnover_change (turnover_id, authority_id, what, appointment_id, member_id, was_before)
      SELECT \(id), \(place), 'ended', old.id, old.member_id, old.ends_before FROM old JOIN changed ON changed.id = old.id
      """)
    _ = try await transaction.execute(
      """
      WITH old AS (SELECT m.id, m.office_before FROM member m WHERE m.id = ANY(\(left)) AND coalesce(m.office_before, 'infinity') > \(plan.on) FOR UPDATE),
      changed AS (UPDATE member m SET office_before = \(plan.on), version = m.version + 1 FROM old WHERE m.id = old.id RETURNING m.id)
      INSERT INTO turnover_change (turnover_id, authority_id, what, member_id, was_before)
      SELECT \(id), \(place), 'left', old.id, old.office_before FROM old JOIN changed ON changed.id = old.id
      """)
    var elected: [UUID] = []
    for new in plan.elected {
      let member = try await Self.insert(NewMember(authority: authority, name: new.name, ward: new.ward, office: DayRange(from: plan.on - 13, before: nil)), in: transaction)
      try await transaction.execute("INSERT INTO turnover_change (turnover_id, authority_id, what, member_id) VALUES (\(id), \(place), 'elected', \(member))")
      elected.append(member)
    }
    for seat in plan.seats {
      guard let member = seat.member ?? seat.elected.map({ elected[$0] }) else { continue }
      try await transaction.execute(
        """
        WITH made AS (INSERT INTO appointment (authority_id, committee_id, member_id, role, starts_on, recorded_by)
                      VALUES (\(place), \(seat.committee), \(member), \(seat.role), \(plan.on), \(officer.id)) RETURNING id, member_id)
        INSERT INTO turnover_change (turnover_id, authority_id, what, appointment_id, member_id) SELECT \(id), \(place), 'begun', id, member_id FROM made
        """)
    }
    return (id, ended, plan.seats.count)
  }

  /// Takes a turnover back whole: what it ended runs on, what it began is gone, whoever it added is no member.
  /// - Throws: `CommitteeConflict.gone` when it is too late or was done already, `.alreadyThere` when somebody it added has a record by now.
  func undo(_ turnover: UUID, _ district: String, since earliest: Date, by officer: Officer) async throws {
    do {
      try await database.write(by: officer, at: environment.now()) { transaction in
        struct Held: RowDecodable, Sendable {
          var authority: Int
          var on: Day
          init(row: Row) throws {
            authority = try row.get("authority_id")
            on = try row.get("held_on")
          }
        }
        let rows = try await transaction.all(
          "SELECT authority_id, held_on FROM turnover WHERE id = \(turnover) AND undone_at IS NULL AND made_at > \(earliest) FOR UPDATE", as: Held.self)
        guard let held = rows.first else { throw CommitteeConflict.gone }
        try await transaction.execute("DELETE FROM appointment a WHERE a.id IN (SELECT c.appointment_id FROM turnover_change c WHERE c.turnover_id = \(turnover) AND c.what = 'begun')")
        // Only what still ends where the turnover ended it: somebody who resigned since has.
        try await transaction.execute(
          """
          UPDATE appointment a SET ends_before = c.was_before, ended_why = '' FROM turnover_change c
           WHERE c.turnover_id = \(turnover) AND c.what = 'ended' AND a.id = c.appointment_id AND a.ends_before = greatest(a.starts_on, \(held.on))
          """)
        try await transaction.execute(
          """
          UPDATE member m SET office_before = c.was_before, version = m.version + 1 FROM turnover_change c
           WHERE c.turnover_id = \(turnover) AND c.what = 'left' AND m.id = c.member_id AND m.office_before = \(held.on)
          """)
        try await transaction.execute("DELETE FROM member m WHERE m.id IN (SELECT c.member_id FROM turnover_change c WHERE c.turnover_id = \(turnover) AND c.what = 'elected')")
        try await transaction.execute("UPDATE turnover SET undone_at = \(environment.now()), undone_by = \(officer.id) WHERE id = \(turnover)")
        let committees = try await transaction.values(
          "SELECT DISTINCT a.committee_id FROM turnover_change c JOIN appointment a ON a.id = c.appointment_id WHERE c.turnover_id = \(turnover) AND c.what = 'ended'", as: UUID.self)
        var entry = AuditEntry(.undoTurnover, of: turnover, authority: held.authority, detail: ["district": district, "from": held.on.words])
        entry.subjects += committees
        return Written((), entry)
      }
    } catch let error as PostgresError where error.sqlState?.rawValue == "23503" { throw CommitteeConflict.alreadyThere }
  }
}
