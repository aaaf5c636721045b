package import Domain
package import Foundation
package import Postgres
import Web

/// A session of a course that members come to.
package struct TrainingSession: RowDecodable, Sendable {
  package var id: UUID
  package var authority: Int
  package var course: Int
  package var title: String
  package var heldOn: Day
  package var startsAt: String
  package var place: String
  package var provider: String
  package var places: Int
  package var booked: Int
  package var attended: Int
  package var isCancelled: Bool

  static let columns: SQL = """
    s.id, s.authority_id, s.course_id, c.title, s.held_on, s.starts_at, s.place, s.provider, s.places, s.cancelled_at IS NOT NULL AS cancelled,
    sec.session_taken(s.id) AS booked,
    (SELECT count(*) FROM session_booking b WHERE b.session_id = s.id AND b.attended) AS attended
    """
  static let tables: SQL = "training_session s JOIN training_course c ON c.id = s.course_id"

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    course = try row.get("course_id")
    title = try row.get("title")
    heldOn = try row.get("held_on")
    startsAt = try row.get("starts_at")
    place = try row.get("place")
    provider = try row.get("provider")
    places = try row.get("places")
    booked = try row.get("booked")
    attended = try row.get("attended")
    isCancelled = try row.get("cancelled")
  }
}

/// Somebody's place on a session.
struct Booking: RowDecodable, Sendable {
  var member: UUID
  var name: String
  var ward: String
  var attended: Bool?
  init(row: Row) throws {
    member = try row.get("member_id")
    name = try row.get("name")
    ward = try row.get("ward")
    attended = try row.get("attended")
  }
}

/// One version of what is asked of a course.
struct Requirement: RowDecodable, Sendable {
  var id: UUID
  var authority: Int
  var course: Int
  var title: String
  var regimes: [String]
  var days: DayRange
  var months: Int?
  var inductionDays: Int
  var needsSignature: Bool
  var blocks: Bool
  var shortens: Bool
  var source: String
  var passMark: Int?
  var mostAttempts: Int?
  init(row: Row) throws {
    passMark = try row.get("pass_mark")
    mostAttempts = try row.get("most_attempts")
    id = try row.get("id")
    authority = try row.get("authority_id")
    course = try row.get("course_id")
    title = try row.get("title")
    regimes = try row.get("regimes")
    days = DayRange(from: try row.get("starts_on"), before: try row.get("ends_before"))
    months = try row.get("validity_months")
    inductionDays = try row.get("induction_days")
    needsSignature = try row.get("needs_signature")
    blocks = try row.get("blocks")
    shortens = try row.get("shortens")
    source = try row.get("source")
  }
}

/// A completion to be recorded.
package struct NewTraining: Sendable {
  package var course: Int
  package var courseTitle: String
  package var on: Day
  package var provider: String
  package var score: Int?
  package var passed: Bool
  package var evidence: String
  package var attempt = 1
  package var signature: NewSignature?
  package var file: (bytes: [UInt8], name: String, type: String)?
}

/// A signature: a name on the screen or a sheet that was signed.
package struct NewSignature: Sendable {
  package var how: String
  package var name: String
  package var on: Day
  package var file: (bytes: [UInt8], name: String, type: String)?
}

/// Training that was recorded and does not count: not passed, or its evidence was rejected.
struct TrainingAttempt: RowDecodable, Sendable {
  var title: String
  var on: Day
  var attempt: Int
  var score: Int?
  var provider: String
  var rejected: String?

  init(row: Row) throws {
    title = try row.get("title")
    on = try row.get("completed_on")
    attempt = try row.get("attempt")
    score = try row.get("score")
    provider = try row.get("provider")
    rejected = try row.get("reason")
  }

  static func of(_ member: UUID) -> Query<TrainingAttempt> {
    Query("""
      SELECT c.title, t.completed_on, t.attempt, t.score, t.provider, v.reason FROM member_training t JOIN training_course c ON c.id = t.course_id
        LEFT JOIN training_void v ON v.training_id = t.id
       WHERE t.member_id = \(member) AND (NOT t.passed OR v.training_id IS NOT NULL) ORDER BY t.completed_on DESC, t.attempt DESC, t.id
      """)
  }

  static func section(_ attempts: [TrainingAttempt]) -> Sheet.Section {
    let table = Table<TrainingAttempt>(rowHeader: "course", [
      .text("course", "Course") { $0.title }, .date("on", "Day") { $0.on.short }, .number("attempt", "Attempt") { $0.attempt }, .number("score", "Score") { $0.score },
      .text("provider", "Provider") { $0.provider.isEmpty ? nil : $0.provider },
      .text("why", "Why it does not count") { $0.rejected.map { "Rejected: \($0)" } ?? "Not passed" },
    ])
    return .init("What does not count", id: "uncounted", table.html(attempts, caption: "Training that does not count"))
  }
}
