import Domain
import Foundation
import Postgres
import Web

/// What the training matrix is asked: by committee, district, as of any day, exceptions only.
struct MatrixFilter: Sendable {
  var committee: UUID?
  var authority: Int?
  var day: Day
  var isAnotherDay: Bool
  var exceptions: Bool

  init(_ query: QueryItems, today: Day, settings: Settings) {
    committee = query["committee"].flatMap { UUID(uuidString: $0) }
    authority = query["district"].flatMap { settings.authority(slug: $0)?.id }
    var asked = query["on"].flatMap { Day(iso: $0) }
    if case .date(let parsed) = DateFields("on", from: { query[$0] }).read() { asked = Day(year: parsed.year, month: parsed.month, day: parsed.day) }
    day = asked ?? today
    isAnotherDay = asked != nil && asked != today
    exceptions = query["only"] == "exceptions"
  }

  func sentence(_ settings: Settings, _ committees: [Committee]) -> String {
    var text = exceptions ? "Members whose training is not in order" : "Members and their training"
    if let committee { text += " on " + (committees.first { $0.id == committee }?.name ?? "a committee") }
    if let authority { text += " in " + (settings.authority(authority)?.name ?? "") }
    return text + ", as at \(day.words)"
  }

  var conditions: [SQL] {
    var all: [SQL] = []
    if let authority { all.append("m.authority_id = \(Int16(authority))") }
    let of: SQL = committee.map { "AND a.committee_id = (SELECT coalesce(k.parent_id, k.id) FROM committee k WHERE k.id = \($0))" } ?? ""
    all.append("EXISTS (SELECT FROM appointment a WHERE a.member_id = m.id AND a.starts_on <= \(day) AND (a.ends_before IS NULL OR a.ends_before > \(day)) \(of) OFFSET 0)")
    if exceptions { all.append("EXISTS (SELECT FROM training_matrix(\(day)) t WHERE t.member_id = m.id AND t.state NOT IN ('valid', 'exempt') OFFSET 0)") }
    return all
  }
}

/// A member's line of the matrix.
struct MatrixRow: Sendable {
  var id: UUID
  var authority: Int
  var name: String
  var sortName: String
  var ward: String
  var roles: String
  var cells: [Int: MatrixCell]
}

/// Where one member stands with one course, as `training_matrix` of the database says.
struct MatrixCell: Sendable {
  var state: String
  var from: Day?
  var before: Day?
  var dueBy: Day

  func light(_ name: String, on day: Day, windows: [Int]) -> StatusLight {
    let last = before.map { $0 - 1 }
    switch state {
    case "valid":
      let since = from.map { " from \($0.short)" } ?? ""
      guard let last else { return StatusLight(name, .inOrder, "Valid\(since), no end") }
      let near = windows.max().map { last - day <= $0 } ?? false
      return StatusLight(name, near ? .due : .inOrder, "\(near ? "Runs out" : "Valid to") \(last.short)\(since.isEmpty ? "" : ",\(since)")")
    case "exempt": return StatusLight(name, .notOwed, "Exempt\(last.map { " to \($0.short)" } ?? "")")
    case "unsigned": return StatusLight(name, .due, "Not signed\(from.map { ", completed \($0.short)" } ?? "")")
    case "expired": return StatusLight(name, .overdue, "Ran out\(last.map { " \($0.short)" } ?? "")")
    case "due": return StatusLight(name, .due, "Due by \(dueBy.short)")
    default: return StatusLight(name, .overdue, "Overdue since \(dueBy.short)")
    }
  }
}

struct MatrixCursor: Codable, Sendable {
  var name: String
  var id: UUID
}

/// The matrix and what runs out, from the database's one rule about sets of members.
struct MatrixStore: Sendable {
  let environment: Environment

  private struct Line: RowDecodable, Sendable {
    var row: MatrixRow
    var course: Int?
    var cell: MatrixCell?
    init(row line: Row) throws {
      row = MatrixRow(
        id: try line.get("id"), authority: try line.get("authority_id"), name: try line.get("name"), sortName: try line.get("sort_name"), ward: try line.get("ward"),
        roles: try line.get("roles"), cells: [:])
      course = try line.get("course_id")
      if course != nil {
        cell = MatrixCell(state: try line.get("state"), from: try line.get("held_from"), before: try line.get("held_before"), dueBy: try line.get("due_by"))
      }
    }
  }

  static func sql(_ filter: MatrixFilter, after: MatrixCursor?, limit: Int) -> SQL {
    var conditions = filter.conditions
    if let after { conditions.append("(m.sort_name, m.id) > (\(after.name), \(after.id))") }
    return """
      SELECT p.id, p.authority_id, p.name, p.sort_name, p.ward, t.course_id, t.state, t.held_from, t.held_before, t.due_by, p.roles
        FROM (SELECT p.*, (SELECT coalesce(string_agg(k.name || ' (' || replace(a.role, '_', '-') || ')', ', ' ORDER BY k.name), '') FROM appointment a JOIN committee k ON k.id = a.committee_id
               WHERE a.member_id = p.id AND a.starts_on <= \(filter.day) AND (a.ends_before IS NULL OR a.ends_before > \(filter.day))) AS roles
        FROM (SELECT m.id, m.authority_id, m.name, m.sort_name, m.ward FROM member m WHERE \(SQL.joined(conditions, by: " AND ")) ORDER BY m.sort_name, m.id LIMIT \(limit)) p OFFSET 0) p
        LEFT JOIN LATERAL (SELECT * FROM training_matrix(\(filter.day)) x WHERE x.member_id = p.id OFFSET 0) t ON true
       ORDER BY p.sort_name, p.id, t.course_id
      """
  }

  private static func gather(_ lines: [Line]) -> [MatrixRow] {
    var rows: [MatrixRow] = []
    for line in lines {
      if rows.last?.id != line.row.id { rows.append(line.row) }
      if let course = line.course { rows[rows.count - 1].cells[course] = line.cell }
    }
    return rows
  }

  func page(_ filter: MatrixFilter, after: MatrixCursor?, limit: Int, for officer: Officer) async throws -> [MatrixRow] {
    Self.gather(try await environment.database.read(as: officer, Query<Line>(Self.sql(filter, after: after, limit: limit))))
  }

  /// The whole list for a file, logged.
  func export(_ filter: MatrixFilter, sentence: String, by officer: Officer) async throws -> [MatrixRow] {
    try await environment.database.write(by: officer, at: environment.now()) { transaction in
      let rows = Self.gather(try await transaction.all(Self.sql(filter, after: nil, limit: 20_000), as: Line.self))
      return Written(rows, AuditEntry(.exportList, of: officer.id, detail: ["rows": String(rows.count), "filter": sentence]))
    }
  }

  /// A course of a member that runs out, has run out, or is owed.
  struct Reminder: RowDecodable, Sendable {
    var member: UUID
    var name: String
    var authority: Int
    var course: String
    var state: String
    var before: Day?
    var dueBy: Day
    /// The latest step for which a reminder was written, and why none can be.
    var reminded: Int?
    var silence: String?
    init(row: Row) throws {
      reminded = try row.get("step")
      silence = try row.get("silence")
      member = try row.get("member_id")
      name = try row.get("name")
      authority = try row.get("authority_id")
      course = try row.get("title")
      state = try row.get("state")
      before = try row.get("held_before")
      dueBy = try row.get("due_by")
    }
  }

  /// Who is to be reminded: what runs out within `days`, and what is not in order already.
  static func reminders(on day: Day, within days: Int, of one: (code: String, month: Day)? = nil, limit: Int = 500) -> Query<Reminder> {
    let which: SQL = one.map { "t.state = 'valid' AND c.code = \($0.code) AND t.held_before - 1 BETWEEN \($0.month) AND \($0.month.lastOfMonth)" }
      ?? "(t.state = 'valid' AND t.held_before <= \(day + days + 1)) OR t.state NOT IN ('valid', 'exempt')"
    return Query("""
      SELECT t.member_id, m.name, t.authority_id, c.title, t.state, t.held_before, t.due_by,
             (SELECT min(r.step) FROM member_reminder r WHERE r.member_id = t.member_id AND r.course_id = t.course_id AND r.runs_out_on = t.held_before - 1) AS step,
             CASE WHEN m.email IS NULL THEN 'No address'
                  WHEN NOT coalesce((SELECT w.wanted FROM reminder_choice w WHERE w.member_id = m.id ORDER BY w.recorded_at DESC, w.id LIMIT 1), true) THEN 'Switched off' END AS silence
        FROM training_matrix(\(day)) t
        JOIN member m ON m.id = t.member_id JOIN training_course c ON c.id = t.course_id
       WHERE \(which)
       ORDER BY coalesce(t.held_before, t.due_by), m.sort_name, m.id, c.position LIMIT \(limit)
      """)
  }

  /// How many members' training in each course runs out in each month from a day on.
  struct Heat: RowDecodable, Sendable {
    var course: Int
    var month: Day
    var count: Int
    init(row: Row) throws {
      course = try row.get("course_id")
      month = try row.get("month")
      count = try row.get("count")
    }
  }

  static func heat(on day: Day, months: Int) -> Query<Heat> {
    Query("""
      SELECT t.course_id, date_trunc('month', t.held_before - 1)::date AS month, count(*) AS count FROM training_matrix(\(day)) t
       WHERE t.state = 'valid' AND t.held_before IS NOT NULL AND t.held_before - 1 < \(day.firstOfMonth.adding(months: months))
       GROUP BY 1, 2 ORDER BY 2, 1
      """)
  }
}
