package import Domain
package import Foundation
import Postgres

/// Hearings and their panels, checked again whenever they are read.
package struct HearingStore: Sendable {
  let environment: Environment
  private var database: Database { environment.database }
  package init(_ environment: Environment) { self.environment = environment }

  package func hearing(_ id: UUID, for officer: Officer) async throws -> Hearing? {
    try await database.read(as: officer, Query<Hearing>("SELECT \(Hearing.columns) FROM \(Hearing.tables) WHERE h.id = \(id)")).first
  }

  /// The hearing of a committee to come that bears a reference, or is about the licence or premises that does.
  package func named(_ text: String, of committee: UUID, from day: Day, for officer: Officer) async throws -> Hearing? {
    try await database.read(as: officer, Query<Hearing>("""
      SELECT \(Hearing.columns) FROM \(Hearing.tables)
       WHERE h.committee_id = \(committee) AND h.status = 'scheduled' AND h.held_on >= \(day) AND \(text) IN (h.reference, h.licence_reference, h.subject) ORDER BY h.held_on, h.id LIMIT 1
      """)).first
  }

  /// Hearings from a day on (or before it, latest first), at most `limit`, each with what the check finds now.
  package func page(from day: Day, past: Bool = false, committee: UUID? = nil, authority: Int? = nil, after: HearingCursor? = nil, limit: Int = 50, for officer: Officer) async throws -> [PanelView] {
    let ofCommittee: SQL = committee.map { "AND h.committee_id = \($0)" } ?? ""
    let place: SQL = authority.map { "AND h.authority_id = \(Int16($0))" } ?? ""
    let later: SQL = after.map { cursor in
      past ? "AND (h.held_on, h.id) < (\(Day(iso: cursor.day)), \(cursor.id))" : "AND (h.held_on, h.id) > (\(Day(iso: cursor.day)), \(cursor.id))"
    } ?? ""
    let when: SQL = past ? "h.held_on < \(day)" : "h.held_on >= \(day)"
    let order: SQL = past ? "h.held_on DESC, h.id DESC" : "h.held_on, h.id"
    let hearings = try await database.read(as: officer, Query<Hearing>("""
      SELECT \(Hearing.columns) FROM \(Hearing.tables) WHERE \(when) \(ofCommittee) \(place) \(later) ORDER BY \(order) LIMIT \(limit)
      """))
    return try await views(hearings, for: officer)
  }

  /// Evaluates the panels of hearings.
  package func views(_ hearings: [Hearing], for officer: Officer) async throws -> [PanelView] {
    let today = environment.today()
    let checks = try await EmpanelStore(environment).checks(
      Array(Set(hearings.map(\.committee))), alsoOf: Array(Set(hearings.flatMap(\.panel))), around: hearings.map(\.heldOn).min() ?? today, for: officer)
    return hearings.map { hearing in
      let check = checks[hearing.committee]
      let found = hearing.panel.isEmpty ? [] : check?.findings(panel: hearing.panel, presiding: hearing.panel.first, for: hearing.hearingCase(environment.settings, asked: today)) ?? []
      let names = Dictionary((check?.candidates ?? []).map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
      return PanelView(hearing: hearing, findings: found, names: names)
    }
  }

  /// Panels of scheduled hearings that may no longer sit, soonest first.
  package func broken(from day: Day, for officer: Officer) async throws -> [PanelView] { try await fixed(from: day, for: officer).filter(\.isBroken) }

  /// Scheduled hearings whose panel is fixed, with what the check finds now, soonest first.
  package func fixed(from day: Day, limit: Int = 500, for officer: Officer) async throws -> [PanelView] {
    let hearings = try await database.read(as: officer, Query<Hearing>("""
      SELECT \(Hearing.columns) FROM \(Hearing.tables) WHERE h.held_on >= \(day) AND h.status = 'scheduled' AND p.id IS NOT NULL ORDER BY h.held_on, h.id LIMIT \(limit)
      """))
    return try await views(hearings, for: officer)
  }

  package func add(_ new: NewHearing, to committee: Committee, by officer: Officer) async throws -> UUID {
    try await conflicts {
      try await database.write(by: officer, at: environment.now()) { transaction in
        let id = try await transaction.value(
          """
          INSERT INTO hearing (authority_id, committee_id, kind, reference, subject, ward, held_on, starts_at, period_ends_on, notice_given_on, registration_id, licence_reference, recorded_by)
          VALUES (\(Int16(committee.authority)), \(committee.id), \(new.kind), \(new.reference), \(new.subject), \(new.ward), \(new.heldOn), \(new.startsAt),
            \(new.periodEndsOn), \(new.noticeGivenOn), \(new.licence?.id), \(new.licence?.reference ?? ""), \(officer.id)) RETURNING id
          """, as: UUID.self)
        return Written(id, AuditEntry(
          .addHearing, of: id, authority: committee.authority, detail: ["reference": new.reference, "subject": new.subject, "on": new.heldOn.words]))
      }
    }
  }

  private struct OfRegister: RowDecodable, Sendable {
    var id: UUID
    var reference: String
    init(row: Row) throws {
      id = try row.get("id")
      reference = try row.get("reference")
    }
  }

  /// The one licence of a district that bears a reference; nil where none or several do.
  func licence(_ reference: String, in authority: Int, for officer: Officer) async throws -> (id: UUID, reference: String)? {
    let found = try await database.read(as: officer, Query<OfRegister>("SELECT id, reference FROM sec.licence_of_hearing(\(Int16(authority)), \(reference))"))
    return found.count == 1 ? found.first.map { ($0.id, $0.reference) } : nil
  }

  /// Changes everything but the day: a day is moved, with a reason.
  package func edit(_ hearing: Hearing, to new: NewHearing, version: Int, by officer: Officer) async throws {
    try await conflicts {
      try await database.write(by: officer, at: environment.now()) { transaction in
        let changed = try await transaction.execute(
          """
          UPDATE hearing SET kind = \(new.kind), reference = \(new.reference), subject = \(new.subject), ward = \(new.ward), starts_at = \(new.startsAt),
            period_ends_on = \(new.periodEndsOn), notice_given_on = \(new.noticeGivenOn), registration_id = \(new.licence?.id), licence_reference = \(new.licence?.reference ?? ""), version = version + 1 WHERE id = \(hearing.id) AND version = \(version)
          """)
        guard changed == 1 else { throw CommitteeConflict.stale }
        return .done(AuditEntry(.editHearing, of: hearing.id, authority: hearing.authority, detail: ["reference": new.reference, "changes": "details"]))
      }
    }
  }

  package func move(_ hearing: Hearing, to day: Day, reason: String, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let changed = try await transaction.execute(
        "UPDATE hearing SET held_on = \(day), version = version + 1 WHERE id = \(hearing.id) AND version = \(hearing.version) AND status = 'scheduled'")
      guard changed == 1 else { throw CommitteeConflict.stale }
      try await transaction.execute(
        """
        INSERT INTO hearing_move (hearing_id, authority_id, from_day, to_day, reason, recorded_by)
        VALUES (\(hearing.id), \(Int16(hearing.authority)), \(hearing.heldOn), \(day), \(reason), \(officer.id))
        """)
      return .done(AuditEntry(
        .moveHearing, of: hearing.id, authority: hearing.authority,
        detail: ["reference": hearing.reference, "from": hearing.heldOn.words, "to": day.words, "reason": reason]))
    }
  }

  package func close(_ hearing: Hearing, as status: Hearing.Status, minutes: String, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let changed = try await transaction.execute(
        "UPDATE hearing SET status = \(status), minutes_reference = \(minutes), version = version + 1 WHERE id = \(hearing.id) AND version = \(hearing.version)")
      guard changed == 1 else { throw CommitteeConflict.stale }
      return .done(AuditEntry(.closeHearing, of: hearing.id, authority: hearing.authority, detail: ["reference": hearing.reference, "status": status.name.lowercased()]))
    }
  }

  /// Writes a choice with what the check found at that moment. `replacing` is the panel the officer had before them.
  package func choose(_ panel: [UUID], for hearing: Hearing, findings: [EmpanelFinding], override: String?, names: [UUID: String], by officer: Officer) async throws {
    let json = String(decoding: try JSONEncoder().encode(findings), as: UTF8.self)
    try await conflicts {
      try await database.write(by: officer, at: environment.now()) { transaction in
        let id = try await transaction.value(
          """
          INSERT INTO panel (hearing_id, authority_id, number, for_day, findings, override_reason, chosen_by)
          VALUES (\(hearing.id), \(Int16(hearing.authority)), \(hearing.panelNumber + 1), \(hearing.heldOn), \(json)::jsonb, \(override), \(officer.id)) RETURNING id
          """, as: UUID.self)
        for (index, member) in panel.enumerated() {
          try await transaction.execute(
            "INSERT INTO panel_seat (panel_id, member_id, authority_id, seat) VALUES (\(id), \(member), \(Int16(hearing.authority)), \(Int16(index + 1)))")
        }
        var entry = AuditEntry(
          .choosePanel, of: hearing.id, authority: hearing.authority,
          detail: ["reference": hearing.reference, "panel": panel.map { names[$0] ?? "?" }.joined(separator: ", "), "override": override ?? ""])
        entry.subjects += panel
        return Written((), entry)
      }
    }
  }

  package func declare(_ what: String, of member: UUID, named name: String, in hearing: Hearing, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute(
        """
        INSERT INTO hearing_interest (hearing_id, member_id, authority_id, what, recorded_by) VALUES (\(hearing.id), \(member), \(Int16(hearing.authority)), \(what), \(officer.id))
        ON CONFLICT DO NOTHING
        """)
      var entry = AuditEntry(.declareInterest, of: hearing.id, authority: hearing.authority, detail: ["reference": hearing.reference, "name": name])
      entry.subjects.append(member)
      return Written((), entry)
    }
  }

  package func withdrawInterest(of member: UUID, named name: String, in hearing: Hearing, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute("DELETE FROM hearing_interest WHERE hearing_id = \(hearing.id) AND member_id = \(member)")
      return .done(AuditEntry(.withdrawInterest, of: hearing.id, authority: hearing.authority, detail: ["reference": hearing.reference, "name": name]))
    }
  }

  private func conflicts<R: Sendable>(_ body: () async throws -> R) async throws -> R {
    do { return try await body() } catch let error as PostgresError {
      switch error.constraint {
      case "hearing_reference_once": throw CommitteeConflict.nameTaken
      case "panel_numbered": throw CommitteeConflict.stale
      default: throw error
      }
    }
  }
}

/// Where a page of hearings begins.
package struct HearingCursor: Codable, Sendable {
  package var day: String
  package var id: UUID
}

/// A hearing as it is to be.
package struct NewHearing: Sendable {
  package var kind: HearingKind
  package var reference: String
  package var subject: String
  package var ward: String
  package var heldOn: Day
  package var startsAt: String
  package var periodEndsOn: Day?
  package var noticeGivenOn: Day?
  /// The licence it is about, as the register has it.
  package var licence: (id: UUID, reference: String)?
  package init(kind: HearingKind, reference: String, subject: String, ward: String, heldOn: Day, startsAt: String = "", periodEndsOn: Day? = nil, noticeGivenOn: Day? = nil) {
    self.kind = kind
    self.reference = reference
    self.subject = subject
    self.ward = ward
    self.heldOn = heldOn
    self.startsAt = startsAt
    self.periodEndsOn = periodEndsOn
    self.noticeGivenOn = noticeGivenOn
  }
}
