import Domain
import Foundation
import Postgres

/// Committees of three districts with invented members, training and hearings, dated from today: a panel in Redditch that may sit on
/// the day it is arranged for and not a week later, a pool in Bromsgrove that dries up, and a member in Worcester who resigned.
struct DemoCommittees: Sendable {
  let today: Day
  let workingDays: WorkingDays
  /// Sign-in addresses of those who are members in the demonstration.
  let chair: (name: String, email: String)
  let member: (name: String, email: String)

  private static let wards = [
    "Abbeyfield", "Canal Basin", "Hop Market", "Kingfisher", "Lower Orchard", "Needle Mill", "Old Tannery", "Pear Hill", "Quayside", "Salter’s Bridge", "Upper Orchard", "Weavers’ Rise",
    "Bellfoundry", "Ferryside",
  ]

  /// The annual meeting that the present appointments began with.
  private var meeting: Day {
    let year = (Day(year: today.year, month: 5, day: 20) ?? today) < today - 7 ? today.year : today.year - 1
    return Day(year: year, month: 5, day: 20) ?? today - 180
  }

  /// The first working day on or after a day so many days ahead.
  private func ahead(_ days: Int) -> Day { workingDays.onOrAfter(today + days) }

  /// - Returns: the entries of the audit log that tell of the panels.
  func insert(by recorder: UUID, in transaction: Transaction) async throws -> [AuditEntry] {
    var entries: [AuditEntry] = []
    var chance = SeededChance(seed: 1955)
    var names: Set<String> = []
    for (place, authority) in [3, 1, 4].enumerated() {
      try await require(authority, by: recorder, in: transaction)
      var people: [UUID] = []
      for index in 0..<14 {
        var name = ""
        repeat { name = "\(chance.pick(InventedNames.given)) \(chance.pick(InventedNames.family))" } while !names.insert(name).inserted
        var email: String?
        if place == 0, index == 0 { (name, email) = (chair.name, chair.email) }
        if place == 0, index == 5 { (name, email) = (member.name, member.email) }
        people.append(try await add(name, Self.wards[index], email, authority, in: transaction))
      }
      let officer = try await add(place == 0 ? "Orla Quayle" : place == 1 ? "Cedric Applegarth" : "Nuala Farrier", "", nil, authority, officer: true, in: transaction)
      let licensing = try await committee("Licensing Committee", .la2003, authority, in: transaction)
      let taxi = try await committee("Taxi and General Licensing Committee", .taxiGeneral, authority, in: transaction)
      for (index, person) in people.enumerated() {
        let role: CommitteeRole = index == 0 ? .chair : index == 1 ? .viceChair : .member
        if index < 11 { try await appoint(person, licensing, authority, role, meeting, nil, recorder, transaction) }
        if index < 8 { try await appoint(person, licensing, authority, role, meeting.adding(years: -1), meeting, recorder, transaction) }
        if (4..<11).contains(index) { try await appoint(person, taxi, authority, index == 4 ? .chair : .member, meeting, nil, recorder, transaction) }
        if index >= 12 { try await appoint(person, taxi, authority, .substitute, meeting, nil, recorder, transaction) }
      }
      try await appoint(officer, taxi, authority, .officer, meeting.adding(years: -2), nil, recorder, transaction)
      try await train(people + [officer], place, authority, &chance, recorder, transaction)
      try await sessions(authority, people, recorder, transaction)
      entries += try await hearings(place, authority, licensing, taxi, people, recorder, transaction)
      if place == 2 {
        _ = try await transaction.execute(
          """
          INSERT INTO committee (authority_id, parent_id, name, regime) VALUES (\(Int16(authority)), \(licensing), 'Licensing Sub-Committee', 'la2003')
          """)
        // Resigned: the panel that was fixed with them may not sit.
        try await transaction.execute(
          "UPDATE appointment SET ends_before = \(today - 2), ended_why = 'Resigned' WHERE member_id = \(people[2]) AND ends_before IS NULL")
        try await transaction.execute("UPDATE member SET office_before = \(today - 2) WHERE id = \(people[2])")
      }
    }
    return entries
  }

  private func add(_ name: String, _ ward: String, _ email: String?, _ authority: Int, officer: Bool = false, in transaction: Transaction) async throws -> UUID {
    let new = NewMember(authority: authority, isOfficer: officer, name: name, ward: ward, email: email, office: DayRange(from: meeting.adding(years: -3), before: nil))
    return try await transaction.value(
      """
      INSERT INTO member (authority_id, kind, name, sort_name, name_key, ward, email, office_from)
      VALUES (\(Int16(authority)), \(officer ? "officer" : "councillor"), \(name), \(new.sortName), \(new.nameKey), \(ward), \(email), \(new.office.from)) RETURNING id
      """, as: UUID.self)
  }

  private func committee(_ name: String, _ regime: CommitteeRegime, _ authority: Int, in transaction: Transaction) async throws -> UUID {
    let isTaxi = regime == .taxiGeneral
    return try await transaction.value(
      """
      INSERT INTO committee (authority_id, name, regime, panel_size, quorum, size_least, size_most, chair_presides)
      VALUES (\(Int16(authority)), \(name), \(regime), 3, 3, \(Int16(isTaxi ? 5 : 10)), \(Int16(15)), \(isTaxi)) RETURNING id
      """, as: UUID.self)
  }

  private func appoint(_ person: UUID, _ committee: UUID, _ authority: Int, _ role: CommitteeRole, _ from: Day, _ before: Day?, _ recorder: UUID, _ transaction: Transaction) async throws {
    try await transaction.execute(
      """
      INSERT INTO appointment (authority_id, committee_id, member_id, role, starts_on, ends_before, ended_why, recorded_by, recorded_at)
      VALUES (\(Int16(authority)), \(committee), \(person), \(role), \(from), \(before), \(before == nil ? "" : "Annual meeting"), \(recorder), \(min(from, today)) + time '09:00')
      """)
  }

  /// Three courses block; one only advises. The first was asked every two years before it was asked every three.
  private func require(_ authority: Int, by recorder: UUID, in transaction: Transaction) async throws {
    let all = CommitteeRegime.allCases.map(\.rawValue)
    let turn = Day(year: today.year - 4, month: 4, day: 1) ?? today
    let versions: [(course: String, from: Day, before: Day?, months: Int16?, blocks: Bool)] = [
      ("cse_awareness", turn.adding(years: -5), turn, 24, true), ("cse_awareness", turn, nil, 36, true), ("licensing_procedure", turn, nil, 24, true),
      ("disability_equality", turn, nil, nil, false),
    ]
    for version in versions {
      try await transaction.execute(
        """
        INSERT INTO training_requirement (authority_id, course_id, regimes, starts_on, ends_before, validity_months, induction_days, blocks, source, recorded_by)
        SELECT \(Int16(authority)), id, \(all), \(version.from), \(version.before), \(version.months), 42, \(version.blocks), 'Constitution, members’ training (demonstration)', \(recorder)
          FROM training_course WHERE code = \(version.course)
        """)
    }
  }

  /// The day of the hearing that the journey moves.
  private var hearingDay: Day { ahead(16) }

  private func train(_ people: [UUID], _ place: Int, _ authority: Int, _ chance: inout SeededChance, _ recorder: UUID, _ transaction: Transaction) async throws {
    for (index, person) in people.enumerated() {
      // Completed so that it runs out on the day: three years, or two, before it.
      var cse: Day? = today + Int.random(in: 150...800, using: &chance)
      var procedure: Day? = today + Int.random(in: 120...600, using: &chance)
      if place == 0, index == 3 { cse = hearingDay + 3 }
      if place == 0, index == 5 { procedure = today + 24 }
      if place == 0, index == 9 { cse = today - 40 }
      if place == 0, index == 10 { (cse, procedure) = (nil, nil) }
      if place == 1, index >= 3, index < 11 { cse = today + 18 + index * 6 }
      if place == 2, index == 8 { procedure = today - 10 }
      let unsigned = index == 5
      for (course, end, months) in [("cse_awareness", cse, 36), ("licensing_procedure", procedure, 24), ("disability_equality", index % 4 == 3 ? nil : today, 12)] as [(String, Day?, Int)] {
        guard let end else { continue }
        let on = end.adding(months: -months)
        let isSigned = !(unsigned && course == "disability_equality")
        try await transaction.execute(
          """
          WITH made AS (
            INSERT INTO member_training (authority_id, member_id, course_id, completed_on, provider, score, evidence, recorded_by, recorded_at)
            SELECT \(Int16(authority)), \(person), id, \(on), 'County training team', \(course == "cse_awareness" ? Int16(80 + index) : nil as Int16?), 'signed_attendance_sheet', \(recorder), \(on) + time '20:00'
              FROM training_course WHERE code = \(course) RETURNING id, member_id, authority_id)
          INSERT INTO training_signature (training_id, member_id, authority_id, how, signed_name, signed_on, recorded_by, recorded_at)
          SELECT made.id, made.member_id, made.authority_id, 'sheet', m.name, \(on), \(recorder), \(on) + time '20:05' FROM made JOIN member m ON m.id = \(person) WHERE \(isSigned)
          """)
      }
      if place == 2, index == 8 {
        try await transaction.execute(
          """
          INSERT INTO training_decision (authority_id, member_id, course_id, kind, starts_on, ends_before, decided_by, reason, recorded_by)
          SELECT \(Int16(authority)), \(person), id, 'equivalence', \(today - 30), \(today + 300), 'Monitoring officer', 'Holds a certificate of a neighbouring county', \(recorder)
            FROM training_course WHERE code = 'licensing_procedure'
          """)
      }
    }
  }

  private func sessions(_ authority: Int, _ people: [UUID], _ recorder: UUID, _ transaction: Transaction) async throws {
    for (course, day, time) in [("cse_awareness", ahead(9), "18:00"), ("licensing_procedure", ahead(20), "17:30"), ("disability_equality", today - 4, "18:00")] {
      let session = try await transaction.value(
        """
        INSERT INTO training_session (authority_id, course_id, held_on, starts_at, place, provider, places, recorded_by)
        SELECT \(Int16(authority)), id, \(day), \(time), 'Committee room 2', 'County training team', 24, \(recorder) FROM training_course WHERE code = \(course) RETURNING id
        """, as: UUID.self)
      for person in people[6...8] {
        try await transaction.execute("INSERT INTO session_booking (session_id, member_id, authority_id, booked_by) VALUES (\(session), \(person), \(Int16(authority)), \(recorder))")
      }
    }
  }

  private func hearings(_ place: Int, _ authority: Int, _ licensing: UUID, _ taxi: UUID, _ people: [UUID], _ recorder: UUID, _ transaction: Transaction) async throws -> [AuditEntry] {
    var entries: [AuditEntry] = []
    let code = ["RE", "BR", "WO"][place]
    let premises = ["The Copper Kettle, Lantern Row", "The Blackpear Rooms, Orchard Bank", "Ferryman’s Bar, Old Hop Yard"][place]
    let first = try await hearing(licensing, authority, .review, "\(code)/LA/041", premises, Self.wards[12], hearingDay, "10:00", recorder, transaction)
    entries.append(try await panel(first, "\(code)/LA/041", authority, place == 2 ? [people[0], people[2], people[4]] : [people[0], people[3], people[6]], hearingDay, recorder, transaction))
    _ = try await hearing(licensing, authority, .grant, "\(code)/LA/044", ["Needle & Thread, Nailers Hill", "Hop Yard Stores, Salters Way", "The Glass Bell, Porcelain Place"][place], Self.wards[7], ahead(24), "14:00", recorder, transaction)
    let driver = try await hearing(taxi, authority, .taxiDriver, "\(code)/TX/117", "Driver, licence \(code)-PHD-117", "", ahead(8), "09:30", recorder, transaction)
    entries.append(try await panel(driver, "\(code)/TX/117", authority, [people[4], people[7], people[8]], ahead(8), recorder, transaction))
    let past = try await hearing(licensing, authority, .variation, "\(code)/LA/032", "The Bluebell, Glovers Close", Self.wards[1], workingDays.onOrAfter(today - 35), "10:00", recorder, transaction)
    entries.append(try await panel(past, "\(code)/LA/032", authority, [people[1], people[4], people[7]], workingDays.onOrAfter(today - 35), recorder, transaction))
    try await transaction.execute("UPDATE hearing SET status = 'held', minutes_reference = 'LSC 32' WHERE id = \(past)")
    // Two of them are about licences that the register has: they stand in those licences' proofs.
    for (hearings, kind) in [([first, past], "premises_licence"), ([driver], "private_hire_driver")] {
      try await transaction.execute(
        """
        UPDATE hearing h SET registration_id = r.id, licence_reference = r.reference,
               subject = CASE WHEN r.kind = 'premises_licence' THEN coalesce(r.trading_name, h.subject) ELSE 'Driver, licence ' || r.reference END
          FROM (SELECT id, kind, reference, trading_name FROM registration WHERE authority_id = \(Int16(authority)) AND kind = \(kind) ORDER BY sort_name, id LIMIT 1) r
         WHERE h.id = ANY(\(hearings))
        """)
    }
    // One who may sit is away that week.
    try await transaction.execute(
      """
      INSERT INTO member_away (authority_id, member_id, starts_on, ends_before, recorded_by)
      VALUES (\(Int16(authority)), \(people[1]), \(hearingDay - 3), \(hearingDay + 12), \(recorder))
      """)
    return entries
  }

  private func hearing(
    _ committee: UUID, _ authority: Int, _ kind: HearingKind, _ reference: String, _ subject: String, _ ward: String, _ day: Day, _ time: String, _ recorder: UUID, _ transaction: Transaction
  ) async throws -> UUID {
    let isTaxi = kind == .taxiDriver
    return try await transaction.value(
      """
      INSERT INTO hearing (authority_id, committee_id, kind, reference, subject, ward, held_on, starts_at, period_ends_on, notice_given_on, recorded_by, recorded_at)
      VALUES (\(Int16(authority)), \(committee), \(kind), \(reference), \(subject), \(ward), \(day), \(time), \(isTaxi ? nil : day - 20), \(isTaxi ? nil : day < today + 20 ? min(today - 3, day - 17) : nil), \(recorder), \(min(today, day - 18)) + time '10:00')
      RETURNING id
      """, as: UUID.self)
  }

  private func panel(
    _ hearing: UUID, _ reference: String, _ authority: Int, _ members: [UUID], _ day: Day, _ recorder: UUID, _ transaction: Transaction
  ) async throws -> AuditEntry {
    let id = try await transaction.value(
      """
      INSERT INTO panel (hearing_id, authority_id, number, for_day, findings, chosen_by, chosen_at)
      VALUES (\(hearing), \(Int16(authority)), 1, \(day), '[]', \(recorder), \(min(today, day - 12)) + time '10:00') RETURNING id
      """, as: UUID.self)
    for (index, member) in members.enumerated() {
      try await transaction.execute("INSERT INTO panel_seat (panel_id, member_id, authority_id, seat) VALUES (\(id), \(member), \(Int16(authority)), \(Int16(index + 1)))")
    }
    let names = try await transaction.value(
      "SELECT string_agg(m.name, ', ' ORDER BY s.seat) FROM panel_seat s JOIN member m ON m.id = s.member_id WHERE s.panel_id = \(id)", as: String.self)
    return AuditEntry(.choosePanel, of: hearing, authority: authority, detail: ["reference": reference, "panel": names])
  }
}
