package import Domain
package import Foundation
package import Postgres

extension CommitteeRegime: PostgresEncodable, PostgresDecodable {}
extension CommitteeRole: PostgresEncodable, PostgresDecodable {}
extension HearingKind: PostgresEncodable, PostgresDecodable {}
extension TrainingTopic: PostgresEncodable, PostgresDecodable {}
extension TrainingCover.Source: PostgresEncodable, PostgresDecodable {}

/// A committee or sub-committee with its rules.
package struct Committee: RowDecodable, Sendable {
  package var id: UUID
  package var authority: Int
  package var parent: UUID?
  package var name: String
  package var rule: CommitteeRule
  package var days: DayRange
  package var version: Int

  static let columns: SQL = """
    k.id, k.authority_id, k.parent_id, k.name, k.regime, k.size_least, k.size_most, k.panel_size, k.quorum, k.chair_presides,
    k.starts_on, k.ends_before, k.version
    """

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    parent = try row.get("parent_id")
    name = try row.get("name")
    rule = CommitteeRule(
      regime: try row.get("regime"), panelSize: try row.get("panel_size"), quorum: try row.get("quorum"), sizeLeast: try row.get("size_least"),
      sizeMost: try row.get("size_most"), chairPresides: try row.get("chair_presides"))
    days = DayRange(from: try row.get("starts_on"), before: try row.get("ends_before"))
    version = try row.get("version")
  }

  /// The committee whose members sit: its own, or of a sub-committee its parent's.
  package var roll: UUID { parent ?? id }
}

/// A councillor, or an officer who decides under delegated powers.
package struct Member: RowDecodable, Sendable {
  package var id: UUID
  package var authority: Int
  package var isOfficer: Bool
  package var name: String
  package var sortName: String
  package var ward: String
  package var email: String?
  package var office: DayRange
  package var version: Int

  static let columns: SQL = "m.id, m.authority_id, m.kind, m.name, m.sort_name, m.ward, m.email, m.office_from, m.office_before, m.version"

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    isOfficer = try row.get("kind", as: String.self) == "officer"
    name = try row.get("name")
    sortName = try row.get("sort_name")
    ward = try row.get("ward")
    email = try row.get("email")
    office = DayRange(from: try row.get("office_from"), before: try row.get("office_before"))
    version = try row.get("version")
  }
}

/// Somebody's part on a committee over a range of days.
package struct Appointment: RowDecodable, Sendable {
  package var id: UUID
  package var committee: UUID
  package var committeeName: String
  package var member: UUID
  package var memberName: String
  package var ward: String
  package var role: CommitteeRole
  package var days: DayRange
  package var endedWhy: String

  static let columns: SQL = """
    a.id, a.committee_id, k.name AS committee_name, a.member_id, m.name AS member_name, m.ward, a.role, a.starts_on, a.ends_before, a.ended_why
    """
  static let tables: SQL = "appointment a JOIN member m ON m.id = a.member_id JOIN committee k ON k.id = a.committee_id"

  package init(row: Row) throws {
    id = try row.get("id")
    committee = try row.get("committee_id")
    committeeName = try row.get("committee_name")
    member = try row.get("member_id")
    memberName = try row.get("member_name")
    ward = try row.get("ward")
    role = try row.get("role")
    days = DayRange(from: try row.get("starts_on"), before: try row.get("ends_before"))
    endedWhy = try row.get("ended_why")
  }
}

/// A course as policy names it.
package struct Course: RowDecodable, Sendable {
  package var id: Int
  package var code: String
  package var title: String
  package var topic: TrainingTopic

  package init(row: Row) throws {
    id = try row.get("id")
    code = try row.get("code")
    title = try row.get("title")
    topic = try row.get("topic")
  }

  static let all = Query<Course>("SELECT id, code, title, topic FROM training_course ORDER BY position, id")
}

/// One completion of a course, or a decision that stands for one, with the days on which it counts.
package struct TrainingRecord: RowDecodable, Sendable {
  package var id: UUID?
  package var course: Int
  package var title: String
  package var source: TrainingCover.Source
  package var days: DayRange
  package var isSigned: Bool
  package var provider: String
  package var score: Int?
  package var evidence: String
  package var fileName: String?
  package var signedName: String?
  package var signedOn: Day?
  package var note: String
  package var attempt: Int

  package init(row: Row) throws {
    id = try row.get("training_id")
    course = try row.get("course_id")
    title = try row.get("title")
    source = try row.get("source")
    days = DayRange(from: try row.get("starts_on"), before: try row.get("ends_before"))
    isSigned = try row.get("signed")
    provider = try row.get("provider")
    score = try row.get("score")
    evidence = try row.get("evidence")
    fileName = try row.get("file_name")
    signedName = try row.get("signed_name")
    signedOn = try row.get("signed_on")
    note = try row.get("note")
    attempt = try row.get("attempt")
  }

  /// Everything that counts or counted for a member, newest first.
  static func of(_ member: UUID) -> Query<TrainingRecord> {
    Query("""
      SELECT v.training_id, v.course_id, c.title, v.source, v.starts_on, v.ends_before, v.signed, coalesce(t.provider, '') AS provider, t.score,
             coalesce(t.evidence, '') AS evidence, t.file_name, g.signed_name, g.signed_on, '' AS note, coalesce(t.attempt, 1) AS attempt
        FROM member_cover v JOIN training_course c ON c.id = v.course_id LEFT JOIN member_training t ON t.id = v.training_id
        LEFT JOIN training_signature g ON g.training_id = v.training_id
       WHERE v.member_id = \(member) ORDER BY v.starts_on DESC, c.position, v.training_id
      """)
  }
}

/// A day's strength of a committee: members on its roll, and those whom nothing forbids to sit.
package struct PoolDay: RowDecodable, Sendable {
  package var committee: UUID
  package var day: Day
  package var members: Int
  package var able: Int

  package init(row: Row) throws {
    committee = try row.get("committee_id")
    day = try row.get("day")
    members = try row.get("members")
    able = try row.get("able")
  }

  static func query(_ committees: [UUID], from day: Day, days: Int) -> Query<PoolDay> {
    Query("SELECT committee_id, day, members, able FROM committee_strength(\(committees), \(day), \(days)::integer) ORDER BY committee_id, day")
  }
}
