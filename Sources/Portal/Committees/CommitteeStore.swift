package import Domain
package import Foundation
import Postgres

/// Why a command of committees could not be carried out.
package enum CommitteeConflict: Error {
  case stale, nameTaken, overlaps, twoChairs, gone, alreadyThere
}

/// Committees, members and appointments. Every write is one transaction with its author and its audit entry.
package struct CommitteeStore: Sendable {
  let environment: Environment
  var database: Database { environment.database }
  package init(_ environment: Environment) { self.environment = environment }

  package func committee(_ id: UUID, for officer: Officer) async throws -> Committee? {
    try await database.read(as: officer, Query<Committee>("SELECT \(Committee.columns) FROM committee k WHERE k.id = \(id)")).first
  }

  package func committees(in authority: Int? = nil, on day: Day, for officer: Officer) async throws -> [Committee] {
    try await database.read(as: officer, Self.list(in: authority, on: day))
  }

  static func list(in authority: Int? = nil, on day: Day, limit: Int = 400) -> Query<Committee> {
    let place: SQL = authority.map { "AND k.authority_id = \(Int16($0))" } ?? ""
    return Query("""
      SELECT \(Committee.columns) FROM committee k WHERE coalesce(k.ends_before, 'infinity') > \(day) \(place) ORDER BY k.authority_id, k.name, k.id LIMIT \(limit)
      """)
  }

  package func member(_ id: UUID, for officer: Officer) async throws -> Member? {
    try await database.read(as: officer, Query<Member>("SELECT \(Member.columns) FROM member m WHERE m.id = \(id)")).first
  }

  /// Everybody of an authority who holds office on a day, by name.
  package func members(in authority: Int, on day: Day, for officer: Officer) async throws -> [Member] {
    try await database.read(as: officer, Query<Member>("""
      SELECT \(Member.columns) FROM member m WHERE m.authority_id = \(Int16(authority)) AND coalesce(m.office_before, 'infinity') > \(day) ORDER BY m.sort_name, m.id
      """))
  }

  static func appointments(of committee: UUID) -> Query<Appointment> {
    Query("""
      SELECT \(Appointment.columns) FROM \(Appointment.tables) WHERE a.committee_id = \(committee)
       ORDER BY a.starts_on DESC, array_position(ARRAY['chair', 'vice_chair', 'member', 'substitute', 'officer'], a.role), m.sort_name, a.id
      """)
  }

  static func appointments(ofMember member: UUID) -> Query<Appointment> {
    Query("SELECT \(Appointment.columns) FROM \(Appointment.tables) WHERE a.member_id = \(member) ORDER BY a.starts_on DESC, k.name, a.id")
  }

  // MARK: Writing

  /// Turns what the database refuses into words for the form.
  func conflicts<R: Sendable>(_ body: () async throws -> R) async throws -> R {
    do { return try await body() } catch let error as PostgresError {
      switch error.constraint {
      case "committee_name_once": throw CommitteeConflict.nameTaken
      case "appointment_once": throw CommitteeConflict.overlaps
      case "appointment_one_chair": throw CommitteeConflict.twoChairs
      default: throw error
      }
    }
  }

  package func add(_ new: NewCommittee, by officer: Officer) async throws -> UUID {
    try await conflicts {
      try await database.write(by: officer, at: environment.now()) { transaction in
        let rule = new.rule
        let id = try await transaction.value(
          """
          INSERT INTO committee (authority_id, parent_id, name, regime, size_least, size_most, panel_size, quorum, chair_presides, starts_on)
          VALUES (\(Int16(new.authority)), \(new.parent), \(new.name), \(rule.regime), \(Int16(rule.sizeLeast)), \(Int16(rule.sizeMost)),
            \(Int16(rule.panelSize)), \(Int16(rule.quorum)), \(rule.chairPresides), \(new.from)) RETURNING id
          """, as: UUID.self)
        return Written(id, AuditEntry(.addCommittee, of: id, authority: new.authority, detail: ["name": new.name]))
      }
    }
  }

  package func edit(_ committee: Committee, to new: NewCommittee, version: Int, by officer: Officer) async throws {
    try await conflicts {
      try await database.write(by: officer, at: environment.now()) { transaction in
        let rule = new.rule
        let changed = try await transaction.execute(
          """
          UPDATE committee SET name = \(new.name), size_least = \(Int16(rule.sizeLeast)), size_most = \(Int16(rule.sizeMost)), panel_size = \(Int16(rule.panelSize)),
            quorum = \(Int16(rule.quorum)), chair_presides = \(rule.chairPresides), version = version + 1 WHERE id = \(committee.id) AND version = \(version)
          """)
        guard changed == 1 else { throw CommitteeConflict.stale }
        return .done(AuditEntry(
          .editCommittee, of: committee.id, authority: committee.authority,
          detail: ["name": new.name, "changes": "panel of \(rule.panelSize), quorum \(rule.quorum), \(rule.sizeLeast) to \(rule.sizeMost) members"]))
      }
    }
  }

  /// - Returns: nil when the form was sent before: nobody was added again.
  package func add(_ new: NewMember, key: UUID? = nil, by officer: Officer) async throws -> UUID? {
    try await database.write(by: officer, at: environment.now()) { transaction in
      if let key, try await Once.wasDone(key, by: officer, what: "member \(new.name)", location: Path.committees, in: transaction) { return Written(nil, entries: []) }
      let id = try await Self.insert(new, in: transaction)
      return Written(id, AuditEntry(.addMember, of: id, authority: new.authority, detail: ["name": new.name, "ward": new.ward]))
    }
  }

  static func insert(_ new: NewMember, in transaction: Transaction) async throws -> UUID {
    try await transaction.value(
      """
      INSERT INTO member (authority_id, kind, name, sort_name, name_key, ward, email, office_from, office_before)
      VALUES (\(Int16(new.authority)), \(new.isOfficer ? "officer" : "councillor"), \(new.name), \(new.sortName), \(new.nameKey), \(new.ward), \(new.email),
        \(new.office.from), \(new.office.before)) RETURNING id
      """, as: UUID.self)
  }

  package func edit(_ member: Member, to new: NewMember, version: Int, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let changed = try await transaction.execute(
        """
        UPDATE member SET name = \(new.name), sort_name = \(new.sortName), name_key = \(new.nameKey), ward = \(new.ward), email = \(new.email),
          office_before = \(new.office.before), version = version + 1 WHERE id = \(member.id) AND version = \(version)
        """)
      guard changed == 1 else { throw CommitteeConflict.stale }
      var changes: [String] = []
      if new.name != member.name { changes.append("name from \(member.name) to \(new.name)") }
      if new.ward != member.ward { changes.append("ward from \(member.ward) to \(new.ward)") }
      if new.email != member.email { changes.append("email address") }
      if new.office.before != member.office.before { changes.append("in office until \(new.office.before.map { ($0 - 1).words } ?? "further notice")") }
      return .done(AuditEntry(.editMember, of: member.id, authority: member.authority, detail: ["name": new.name, "changes": changes.joined(separator: ", ")]))
    }
  }

  package func appoint(_ member: Member, to committee: Committee, as role: CommitteeRole, from day: Day, before end: Day?, by officer: Officer) async throws {
    try await conflicts {
      try await database.write(by: officer, at: environment.now()) { transaction in
        try await transaction.execute(
          """
          INSERT INTO appointment (authority_id, committee_id, member_id, role, starts_on, ends_before, recorded_by)
          VALUES (\(Int16(committee.authority)), \(committee.id), \(member.id), \(role), \(day), \(end), \(officer.id))
          """)
        var entry = AuditEntry(
          .appoint, of: committee.id, authority: committee.authority,
          detail: ["name": member.name, "committee": committee.name, "role": role.name.lowercased(), "from": day.words])
        entry.subjects.append(member.id)
        return Written((), entry)
      }
    }
  }

  package func end(_ appointment: Appointment, in authority: Int, before day: Day, why: String, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let changed = try await transaction.execute(
        """
        UPDATE appointment SET ends_before = greatest(starts_on, \(day)), ended_why = \(why)
         WHERE id = \(appointment.id) AND coalesce(ends_before, 'infinity') > \(day)
        """)
      guard changed == 1 else { throw CommitteeConflict.gone }
      var entry = AuditEntry(
        .endAppointment, of: appointment.committee, authority: authority,
        detail: ["name": appointment.memberName, "committee": appointment.committeeName, "from": day.words, "reason": why])
      entry.subjects.append(appointment.member)
      return Written((), entry)
    }
  }
}

/// A committee as it is to be.
package struct NewCommittee: Sendable {
  package var authority: Int
  package var parent: UUID?
  package var name: String
  package var rule: CommitteeRule
  package var from: Day
  package init(authority: Int, parent: UUID? = nil, name: String, rule: CommitteeRule, from: Day) {
    self.authority = authority
    self.parent = parent
    self.name = name
    self.rule = rule
    self.from = from
  }
}

/// A member as they are to be.
package struct NewMember: Sendable {
  package var authority: Int
  package var isOfficer = false
  package var name: String
  package var ward: String
  package var email: String?
  package var office: DayRange
  package init(authority: Int, isOfficer: Bool = false, name: String, ward: String, email: String? = nil, office: DayRange) {
    self.authority = authority
    self.isOfficer = isOfficer
    self.name = name
    self.ward = ward
    self.email = email
    self.office = office
  }

  /// "pemberton, maud": the order of lists. Folded as every name is.
  var sortName: String {
    let words = PersonName.folded(name).split(separator: " ")
    guard let last = words.last, words.count > 1 else { return PersonName.folded(name) }
    return "\(last), \(words.dropLast().joined(separator: " "))"
  }
  /// Titles and honours say nothing of who somebody is.
  var nameKey: String { Self.key(name) }

  /// The name as it is matched: folded, without titles.
  package static func key(_ name: String) -> String {
    let titles: Set<Substring> = ["cllr", "councillor", "mr", "mrs", "ms", "miss", "dr", "prof", "sir", "dame", "rev", "revd", "hon", "alderman", "obe", "mbe", "cbe", "jp"]
    let words = PersonName.folded(name).split(separator: " ")
    let kept = words.filter { !titles.contains($0) }
    return (kept.isEmpty ? words : kept).joined(separator: " ")
  }

  /// Whether a signature is this name: the family name, and otherwise parts of the name or their initials. A signature of another
  /// name would stand on the certificate as if it were theirs.
  package static func isSignature(_ typed: String, of name: String) -> Bool {
    let own = key(name).split(separator: " "), words = key(typed).split(separator: " ")
    guard let family = own.last else { return false }
    // "O Brien" is O'Brien.
    if words.joined(separator: "") == own.joined(separator: "") { return true }
    return words.contains(family) && words.allSatisfy { word in own.contains { $0 == word || (word.count == 1 && $0.hasPrefix(word)) } }
  }
}
