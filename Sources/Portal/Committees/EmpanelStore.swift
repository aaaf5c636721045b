package import Domain
package import Foundation
import Postgres

/// Brings together what the check of a panel asks about: the check itself is pure (`EmpanelCheck`).
package struct EmpanelStore: Sendable {
  let environment: Environment
  package init(_ environment: Environment) { self.environment = environment }

  private struct Roll: RowDecodable, Sendable {
    var roll: UUID
    var role: CommitteeRole?
    var days: DayRange?
    var member: Member
    init(row: Row) throws {
      roll = try row.get("roll_id")
      role = try row.get("role")
      days = try (row.get("starts_on", as: Day?.self)).map { DayRange(from: $0, before: try row.get("ends_before")) }
      member = try Member(row: row)
    }
  }
  private struct Cover: RowDecodable, Sendable {
    var member: UUID
    var cover: TrainingCover
    init(row: Row) throws {
      member = try row.get("member_id")
      cover = TrainingCover(
        course: try row.get("code"), days: DayRange(from: try row.get("starts_on"), before: try row.get("ends_before")), isSigned: try row.get("signed"),
        source: try row.get("source"))
    }
  }
  private struct Duty: RowDecodable, Sendable {
    var authority: Int
    var regimes: [String]
    var duty: TrainingDuty
    init(row: Row) throws {
      authority = try row.get("authority_id")
      regimes = try row.get("regimes")
      duty = TrainingDuty(
        course: try row.get("code"), title: try row.get("title"), topic: try row.get("topic"),
        days: DayRange(from: try row.get("starts_on"), before: try row.get("ends_before")), inductionDays: try row.get("induction_days"),
        needsSignature: try row.get("needs_signature"), blocks: try row.get("blocks"))
    }
  }
  private struct Sitting: RowDecodable, Sendable {
    var member: UUID
    var count: Int
    init(row: Row) throws {
      member = try row.get("member_id")
      count = try row.get("count")
    }
  }

  private struct Away: RowDecodable, Sendable {
    var member: UUID
    var days: DayRange
    init(row: Row) throws {
      member = try row.get("member_id")
      days = DayRange(from: try row.get("starts_on"), before: try row.get("ends_before"))
    }
  }

  /// The check of each of these committees, with everybody who is, was or is to be on them, and the other people named.
  package func checks(_ committees: [UUID], alsoOf people: [UUID] = [], around day: Day, for officer: Officer) async throws -> [UUID: EmpanelCheck] {
    guard !committees.isEmpty else { return [:] }
    let rolls: SQL = "SELECT coalesce(k.parent_id, k.id) FROM committee k WHERE k.id = ANY(\(committees))"
    let members: SQL = """
      SELECT a.member_id FROM appointment a WHERE a.committee_id IN (\(rolls)) AND coalesce(a.ends_before, 'infinity') > \(day - 800)
      UNION SELECT unnest(\(people))
      """
    let (found, appointed, covers, duties, sittings, away) = try await environment.database.read(
      as: officer, Query<Committee>("SELECT \(Committee.columns) FROM committee k WHERE k.id = ANY(\(committees))"),
      Query<Roll>("""
        SELECT r.roll_id, a.role, a.starts_on, a.ends_before, \(Member.columns)
          FROM (\(rolls)) r (roll_id) CROSS JOIN member m LEFT JOIN appointment a ON a.member_id = m.id AND a.committee_id = r.roll_id
         WHERE m.id IN (\(members)) AND (a.id IS NOT NULL OR m.id = ANY(\(people))) ORDER BY m.sort_name, m.id, a.starts_on
        """),
      // Asked of each of them through the index (OFFSET 0), and not of everybody first.
      Query<Cover>("""
        SELECT v.member_id, c.code, v.starts_on, v.ends_before, v.signed, v.source
          FROM (\(members)) s (member_id) CROSS JOIN LATERAL (SELECT * FROM member_cover x WHERE x.member_id = s.member_id OFFSET 0) v JOIN training_course c ON c.id = v.course_id
         ORDER BY v.starts_on, v.training_id
        """),
      Query<Duty>("""
        SELECT r.authority_id, r.regimes, c.code, c.title, c.topic, r.starts_on, r.ends_before, r.induction_days, r.needs_signature, r.blocks
          FROM training_requirement r JOIN training_course c ON c.id = r.course_id
         WHERE r.authority_id IN (SELECT k.authority_id FROM committee k WHERE k.id = ANY(\(committees))) ORDER BY c.position, r.starts_on
        """),
      Query<Sitting>("""
        SELECT s.member_id, count(*) AS count FROM panel_seat s JOIN panel p ON p.id = s.panel_id JOIN hearing h ON h.id = p.hearing_id
         WHERE s.member_id IN (\(members)) AND h.status <> 'cancelled' AND h.held_on BETWEEN \(day - 90) AND \(day + 90)
           AND p.number = (SELECT max(x.number) FROM panel x WHERE x.hearing_id = h.id) GROUP BY s.member_id
        """),
      Query<Away>("SELECT member_id, starts_on, ends_before FROM member_away WHERE member_id IN (\(members)) AND withdrawn_at IS NULL AND ends_before > \(day) ORDER BY starts_on, id"))
    let coversOf = Dictionary(grouping: covers, by: \.member)
    let awayOf = Dictionary(grouping: away, by: \.member)
    let sittingsOf = Dictionary(sittings.map { ($0.member, $0.count) }, uniquingKeysWith: { first, _ in first })
    var candidates: [UUID: [Candidate]] = [:]
    for row in appointed {
      let known = candidates[row.roll]?.last
      if known?.id != row.member.id {
        candidates[row.roll, default: []].append(Candidate(
          id: row.member.id, name: row.member.name, ward: row.member.ward.isEmpty ? nil : row.member.ward, inOffice: row.member.office, appointments: [],
          covers: coversOf[row.member.id]?.map(\.cover) ?? [], sittings: sittingsOf[row.member.id] ?? 0,
          away: awayOf[row.member.id]?.map(\.days) ?? []))
      }
      if let role = row.role, let days = row.days, let last = candidates[row.roll]?.indices.last {
        candidates[row.roll]?[last].appointments.append(.init(role, days))
      }
    }
    let settings = environment.settings
    return Dictionary(found.map { committee in
      let owed = duties.filter { $0.authority == committee.authority && $0.regimes.contains(committee.rule.regime.rawValue) }.map(\.duty)
      return (committee.id, EmpanelCheck(
        rule: committee.rule, duties: owed, candidates: candidates[committee.roll] ?? [], workingDays: settings.workingDays,
        expiryWarningDays: settings.committees.panelExpiryWarningDays))
    }, uniquingKeysWith: { first, _ in first })
  }
}
