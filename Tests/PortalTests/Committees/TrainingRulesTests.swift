import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing

/// The set rules of the database held against the pure decision: the same days, the same answers.
@Suite(.database) struct TrainingRulesTests {
  private let today = CommitteeCast.today

  private struct AbleDays: RowDecodable, Sendable {
    var member: UUID
    var able: Bool
    init(row: Row) throws {
      member = try row.get("member_id")
      able = try row.get("able")
    }
  }

  /// Chance makes training, signatures, decisions and appointments; every member, every committee, many days.
  @Test func theForecastAndTheCheckAgree() async throws {
    try await CommitteeCast.load()
    // Unsigned, rejected, shortened, dispensed and ended rows among them.
    try await CommitteeCast.execute("""
      INSERT INTO training_void (training_id, member_id, authority_id, reason, recorded_by)
      SELECT id, member_id, authority_id, 'test', sec.me() FROM member_training WHERE hashtext(id::text) % 11 = 0
      """)
    try await CommitteeCast.execute("""
      INSERT INTO member_training (authority_id, member_id, course_id, completed_on, evidence)
      SELECT authority_id, member_id, course_id, completed_on + 300, 'certificate' FROM member_training WHERE hashtext(id::text) % 5 = 0 AND completed_on + 300 < \(today)
      """)
    try await CommitteeCast.execute("""
      INSERT INTO training_decision (authority_id, member_id, course_id, kind, starts_on, ends_before, decided_by, reason, recorded_by)
      SELECT authority_id, id, 1, 'dispensation', \(today - 20), \(today + 40), 'x', 'x', sec.me() FROM member WHERE hashtext(id::text) % 7 = 0
      """)
    try await CommitteeCast.execute("UPDATE training_requirement SET ends_before = \(today + 15) WHERE course_id = 2 AND authority_id = 4 AND ends_before IS NULL")
    try await CommitteeCast.execute("""
      INSERT INTO training_requirement (authority_id, course_id, regimes, starts_on, validity_months, shortens) VALUES (4, 2, '{la2003}', \(today + 15), 6, true)
      """)
    let database = TestDatabase.current
    let officer = try await database.operatorOfficer()
    var environment = database.environment()
    environment.database = database.owner
    let committees = try await CommitteeStore(environment).committees(on: today, for: officer)
    let checks = try await EmpanelStore(environment).checks(committees.map(\.id), around: today - 400, for: officer)
    var compared = 0
    for committee in committees {
      let check = try #require(checks[committee.id])
      for offset in stride(from: -300, through: 600, by: 29) {
        let day = today + offset
        let rows = try await database.owner.read(as: officer, Query<AbleDays>("SELECT member_id, able @> \(day) AS able FROM committee_able(ARRAY[\(committee.id)]::uuid[])"))
        for row in rows {
          #expect(row.able == check.isEligible(row.member, for: HearingCase(day: day, asked: day)), "\(committee.name) \(day)")
          compared += 1
        }
      }
    }
    #expect(compared > 1_000)
  }

  private struct Cell: RowDecodable, Sendable {
    var member: UUID
    var code: String
    var state: String
    var appointed: Day
    var before: Day?
    init(row: Row) throws {
      member = try row.get("member_id")
      code = try row.get("code")
      state = try row.get("state")
      appointed = try row.get("appointed_on")
      before = try row.get("held_before")
    }
  }

  @Test func theMatrixAndTheStandingAgree() async throws {
    try await CommitteeCast.load()
    let database = TestDatabase.current
    let officer = try await database.operatorOfficer()
    var environment = database.environment()
    environment.database = database.owner
    let committees = try await CommitteeStore(environment).committees(on: today, for: officer)
    let checks = try await EmpanelStore(environment).checks(committees.map(\.id), around: today - 400, for: officer)
    for day in [today - 200, today, today + 45, today + 400] {
      let cells = try await database.owner.read(as: officer, Query<Cell>("SELECT t.*, c.code FROM training_matrix(\(day)) t JOIN training_course c ON c.id = t.course_id"))
      #expect(cells.count > 50)
      for cell in cells {
        let check = try #require(checks.values.first { $0.candidate(cell.member) != nil })
        let person = try #require(check.candidate(cell.member))
        let duty = check.duties.first { $0.course == cell.code && $0.days.contains(day) }
        let state = TrainingStanding.state(on: day, covers: person.covers.filter { $0.course == cell.code }, duty: duty, appointed: cell.appointed, windows: [])
        let word = switch state {
        case .notRequired: "none"
        case .notYetDue, .due: "due"
        case .overdue: "overdue"
        case .valid(let last):
          last.map { $0 + 1 } == cell.before ? "valid" : "valid until another day"
        case .expiring: "valid"
        case .expired: "expired"
        case .exempt: "exempt"
        case .unsigned: "unsigned"
        }
        #expect(word == cell.state, "\(person.name) \(cell.code) \(day)")
      }
    }
  }

  /// Months of validity end as the calendar does, leap days too; a later version never takes away what it did not ask for.
  @Test func validityFollowsTheVersionInForce() async throws {
    try await CommitteeCast.execute("""
      INSERT INTO training_requirement (authority_id, course_id, regimes, starts_on, ends_before, validity_months, shortens) VALUES
        (3, 1, '{la2003}', '2020-01-01', '2023-01-01', 36, false), (3, 1, '{la2003}', '2023-01-01', '2025-06-01', 24, false),
        (3, 1, '{la2003}', '2025-06-01', NULL, 12, true), (3, 2, '{la2003}', '2024-01-01', NULL, NULL, false)
      """)
    try await CommitteeCast.execute("INSERT INTO member (authority_id, name, sort_name, name_key, office_from) VALUES (3, 'A B', 'b, a', 'a b', '2015-01-01')")
    func ends(_ course: Int16, _ on: String) async throws -> String {
      try await CommitteeCast.execute(
        "INSERT INTO member_training (authority_id, member_id, course_id, completed_on, evidence) SELECT 3, id, \(course), \(on)::date, 'certificate' FROM member")
      return try await CommitteeCast.value("SELECT coalesce(ends_before::text, 'never') FROM member_cover WHERE starts_on = \(on)::date AND course_id = \(course)")
    }
    #expect(try await ends(1, "2020-02-29") == "2023-02-28")  // 36 months of its own version
    #expect(try await ends(1, "2018-05-01") == "2021-05-01")  // before any version: the first
    #expect(try await ends(1, "2022-12-31") == "2025-06-01")  // would be 31 December 2025: shortened, not before the version begins
    #expect(try await ends(1, "2024-12-31") == "2025-12-31")  // shortened to twelve months
    #expect(try await ends(1, "2025-06-01") == "2026-06-01")
    #expect(try await ends(2, "2024-02-29") == "never")
  }

  /// A version is looked at before it is set, and trying changes nothing.
  @Test func aNewVersionIsPreviewed() async throws {
    try await CommitteeCast.load()
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices)
    try await browser.get("/training/requirements/new")
    var fields = CommitteeCast.fields("from", today + 1)
    fields.merge(["authority": "redditch", "course": "cse_awareness", "regimes": "la2003", "months": "6", "induction": "42", "blocks": "yes", "signature": "yes", "shortens": "yes", "action": "preview"]) { $1 }
    let before = try await CommitteeCast.value("SELECT count(*) FROM training_requirement", as: Int.self)
    try await browser.post("/training/requirements/new", fields)
    #expect(browser.status == .ok && browser.body.contains("would not be in order"))
    #expect(try await CommitteeCast.value("SELECT count(*) FROM training_requirement", as: Int.self) == before)
    fields["action"] = "set"
    try await browser.post("/training/requirements/new", fields)
    #expect(browser.status == .ok && browser.path == "/training/requirements")
    #expect(try await CommitteeCast.value("SELECT count(*) FROM training_requirement", as: Int.self) == before + 1)
    try await browser.get("/training/requirements/new")
    try await browser.post("/training/requirements/new", fields)
    #expect(browser.status == .unprocessableContent && browser.body.contains("begins on or after that day"))
  }

  /// What a shorter validity would do: whose training ends sooner, in which week, which hearings lose a member; and nothing is changed.
  @Test func whatAShorterValidityWouldDo() async throws {
    try await CommitteeCast.load()
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices)
    func picture() async throws -> String {
      try await CommitteeCast.value("SELECT md5(string_agg(concat(r.id, r.starts_on, coalesce(r.ends_before::text, '-')), ',' ORDER BY r.id)) FROM training_requirement r", as: String.self)
    }
    let before = try await picture()
    try await browser.get("/training/requirements/new")
    var fields = CommitteeCast.fields("from", today + 1)
    fields.merge([
      "authority": "all", "course": "cse_awareness", "months": "12", "induction": "42", "blocks": "yes", "signature": "yes", "shortens": "yes", "action": "preview", "regimes": "la2003",
    ]) { $1 }
    try await browser.post("/training/requirements/new", fields)
    #expect(browser.status == .ok && browser.body.contains("Nothing is changed yet") && browser.body.contains("By district and week"))
    #expect(try await picture() == before)
    // Counted here in another way: every member of a licensing committee whose completion is a year old or more tomorrow.
    let ended = try await CommitteeCast.value("""
      SELECT count(DISTINCT t.member_id) FROM member_training t JOIN appointment a ON a.member_id = t.member_id AND a.ends_before IS NULL AND a.starts_on <= \(today + 1) JOIN committee k ON k.id = a.committee_id AND k.regime = 'la2003'
       WHERE t.course_id = 1 AND t.completed_on + interval '36 months' > \(today + 1) AND t.completed_on + interval '12 months' < t.completed_on + interval '36 months'
      """, as: Int.self)
    let said = try #require(browser.body.firstMatch(of: /would end the training of ([0-9]+) members? sooner, and ([0-9]+) hearings? would lose a member/))
    #expect(Int(said.1) == ended && ended > 10)
    #expect((Int(said.2) ?? 0) >= 2)
    #expect(browser.body.contains("Hearings that would lose a member") && browser.body.contains("RE/LA/041"))
    // Set in every district at once.
    fields["action"] = "set"
    try await browser.post("/training/requirements/new", fields)
    #expect(browser.status == .ok && browser.path == "/training/requirements")
    #expect(try await CommitteeCast.value("SELECT count(*) FROM training_requirement WHERE starts_on = \(today + 1)", as: Int.self) == 6)
  }

  /// Nobody is on a committee twice at once, and no committee has two chairs.
  @Test func appointmentsDoNotOverlap() async throws {
    try await CommitteeCast.load()
    let committee = try await CommitteeCast.committee()
    for (role, constraint) in [("member", "appointment_once"), ("chair", "appointment_one_chair")] {
      let error = await #expect(throws: PostgresError.self) {
        try await CommitteeCast.execute("""
          INSERT INTO appointment (authority_id, committee_id, member_id, role, starts_on)
          SELECT 3, \(committee), m.id, \(role), \(today) FROM member m WHERE m.authority_id = 3 AND m.kind = 'councillor'
             AND EXISTS (SELECT FROM appointment a WHERE a.member_id = m.id AND a.committee_id = \(committee) AND a.ends_before IS NULL) = (\(role) = 'member') LIMIT 1
          """)
      }
      #expect(error?.constraint == constraint)
    }
    // Evidence, panels and signatures are only ever added to.
    for statement in ["UPDATE panel SET number = 9", "DELETE FROM panel_seat", "UPDATE member_training SET score = 100", "DELETE FROM training_signature"] as [SQL] {
      await #expect(throws: PostgresError.self) { try await CommitteeCast.execute(statement) }
    }
  }
}
