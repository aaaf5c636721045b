import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing

/// Attempts with certificates, their review, what a rule asks of them, and completions out of a provider's file.
@Suite(.database) struct AttemptTests {
  private let today = Arrange.today
  private static let pdf = "%PDF-1.4 certificate"

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }
  private func days(_ name: String, _ day: Day) -> [String: String] { ["\(name)-day": "\(day.day)", "\(name)-month": "\(day.month)", "\(name)-year": "\(day.year)"] }

  private func rule(_ officer: Officer, from: Day, grace: Day, _ change: (inout NewDriverTraining) -> Void = { _ in }) async throws {
    var new = NewDriverTraining(authorities: [3], kinds: [.privateHireDriver], startsOn: from, graceUntil: grace)
    change(&new)
    #expect(try await DriverRuleStore(TestDatabase.current.environment()).add(new, by: officer))
  }

  private func owed(_ reference: String, on day: Day? = nil) async throws -> String {
    try await value(
      "SELECT coalesce((SELECT o.state || ' ' || o.lacks || ' ' || o.due_on FROM driver_training_owed(\(day ?? today)) o JOIN registration r ON r.id = o.registration_id WHERE r.reference = \(reference)), 'nothing')",
      as: String.self)
  }

  /// Whom a rule asks, and by when, is asked of the terms. Delete `and (of_whom = 'all' or …` in `driver_training_gap` to see it red.
  @Test func aRuleAsksItsCohortByItsDay() async throws {
    try await Arrange.licence("RE-OLD", from: today - 300, before: today + 30)
    try await Arrange.licence("RE-NEW", from: today - 5)
    let (officer, _) = try await TestDatabase.current.signIn(.licensingManager, .organisation(1))
    try await rule(officer, from: today - 40, grace: today + 400) { $0.due = .beforeRenewal }
    #expect(try await owed("RE-OLD") == "grace never \((today + 30).iso)")
    #expect(try await owed("RE-NEW") == "overdue never \((today - 5).iso)")
    try await rule(officer, from: today - 30, grace: today - 10) { $0.cohort = .existing }
    #expect(try await owed("RE-OLD") == "overdue never \((today - 10).iso)")
    #expect(try await owed("RE-NEW") == "nothing")
    try await rule(officer, from: today - 20, grace: today - 10) {
      $0.cohort = .new
      $0.due = .beforeGrant
    }
    #expect(try await owed("RE-OLD") == "nothing")
    #expect(try await owed("RE-NEW") == "overdue never \((today - 5).iso)")
  }

  /// Who is exempt owes nothing until the exemption ends, and owes it from that day. Delete `and (e.before is null or …` in
  /// `driver_training_gap` to see it red.
  @Test func whoIsExemptOwesNothingUntilItEnds() async throws {
    let id = try await Arrange.licence("RE-1", from: today - 300)
    let (manager, browser) = try await TestDatabase.current.signIn(.licensingManager, .organisation(1))
    try await rule(manager, from: today - 100, grace: today - 50)
    let form = "/licences/\(id.uuidString.lowercased())/training/exemption"
    try await browser.get(form)
    try await browser.post(form, days("until", today - 1).merging(["reason": ""]) { $1 })
    #expect(browser.status == .unprocessableContent && browser.body.contains("why they need not hold it") && browser.body.contains("must be today or later"))
    try await browser.post(form, days("until", today + 9).merging(["reason": "Teaches the course for the college"]) { $1 })
    #expect(browser.status == .ok && browser.body.contains("Exempt from training since") && browser.body.contains("Teaches the course"))
    #expect(try await owed("RE-1") == "nothing")
    #expect(try await owed("RE-1", on: today - 1) == "overdue never \((today - 50).iso)")
    #expect(try await owed("RE-1", on: today + 9) == "nothing")
    #expect(try await owed("RE-1", on: today + 10) == "overdue never \((today + 10).iso)")
    // A second decision takes the place of the first; taken back, it held until today.
    try await browser.get(form)
    try await browser.post(form, ["reason": "Teaches the course for good"])
    #expect(try await owed("RE-1", on: today + 400) == "nothing")
    try await browser.post(form + "/end")
    #expect(browser.body.contains("taken back"))
    #expect(try await owed("RE-1") == "overdue never \(today.iso)")
    try await browser.get("/licences/\(id)")
    try await browser.post(form + "/end")
    #expect(browser.status == .conflict)
  }

  /// A certificate counts once it is accepted, and no more once it is rejected; the reason is shown. A failed attempt is one.
  @Test func certificatesAreReviewed() async throws {
    let id = try await Arrange.licence("RE-1", from: today - 300)
    let (manager, browser) = try await TestDatabase.current.signIn(.licensingManager, .organisation(1))
    try await rule(manager, from: today - 100, grace: today - 50) {
      $0.passMark = 70
      $0.maxAttempts = 3
      $0.providers = ["Redditch College"]
      $0.refresherMonths = 12
      $0.consequence = .noRenewal
    }
    let form = "/licences/\(id.uuidString.lowercased())/training/new"
    func attempt(_ score: String, _ passed: String, on day: Day, review: String = "accepted", provider: String = "Redditch College", file: String? = nil) async throws {
      try await browser.get(form)
      try await browser.upload(
        form, days("on", day).merging(["course": "Safeguarding", "provider": provider, "score": score, "passed": passed, "review": review]) { $1 }, file: file.map { ("certificate.pdf", $0) })
    }
    try await browser.get(form)
    #expect(browser.body.contains("70% to pass") && browser.body.contains("Redditch College"))
    for (score, passed, provider, words) in [
      ("", "yes", "Redditch College", "Enter the score"), ("69", "yes", "Redditch College", "is less than the 70%"), ("70", "no", "Redditch College", "70% is a pass"),
      ("80", "yes", "Somebody", "The rule accepts training by Redditch College"),
    ] {
      try await attempt(score, passed, on: today - 9, provider: provider)
      #expect(browser.status == .unprocessableContent && browser.body.contains(words), "\(words)")
    }
    try await attempt("80", "yes", on: today - 9, review: "awaiting")
    #expect(browser.body.contains("Choose the certificate that is to be reviewed"))
    try await attempt("80", "yes", on: today - 9, review: "awaiting", file: "<svg>")
    #expect(browser.status == .unprocessableContent && browser.body.contains("Choose a PDF, PNG or JPEG file"))

    try await attempt("50", "no", on: today - 30)
    #expect(browser.body.contains("recorded as failed"))
    #expect(try await owed("RE-1") == "overdue failed \((today - 50).iso)")
    try await attempt("80", "yes", on: today - 9, review: "awaiting", file: Self.pdf)
    #expect(browser.status == .ok && browser.body.contains("Awaits review") && browser.body.contains("attempt 2"))
    #expect(try await owed("RE-1") == "overdue awaiting \((today - 50).iso)")
    try await browser.get("/")
    #expect(browser.body.contains("certificate awaits review"))

    let certificate = try await value("SELECT id FROM training_attempt WHERE passed", as: UUID.self).uuidString.lowercased()
    try await browser.get("/driver-training/attempts/\(certificate)/certificate")
    #expect(browser.body == Self.pdf && browser.headers[.contentDisposition]?.contains("attachment") == true)
    try await browser.get("/driver-training/attempts/\(certificate)/rejection")
    try await browser.post("/driver-training/attempts/\(certificate)/rejection", ["reason": ""])
    #expect(browser.status == .unprocessableContent && browser.body.contains("why it is rejected"))
    try await browser.post("/driver-training/attempts/\(certificate)/rejection", ["reason": "The name on it is another"])
    #expect(browser.body.contains("does not count"))
    #expect(try await owed("RE-1") == "overdue rejected \((today - 50).iso)")
    try await browser.get("/licences/\(id)")
    #expect(browser.body.contains("Evidence rejected") && browser.body.contains("The name on it is another"))
    try await browser.post("/driver-training/attempts/\(certificate)/acceptance")
    #expect(browser.body.contains("is accepted"))
    #expect(try await owed("RE-1") == "nothing")
    #expect(try await value("SELECT valid_before FROM training_completion", as: Day.self) == (today - 9).adding(months: 12))
    // Nothing is decided twice.
    try await browser.get("/driver-training/reviews")
    try await browser.post("/driver-training/attempts/\(certificate)/acceptance")
    #expect(browser.status == .conflict)
    try await browser.get("/driver-training/attempts/\(certificate)/rejection")
    try await browser.post("/driver-training/attempts/\(certificate)/rejection", ["reason": "Found out to be false"])
    #expect(try await value("SELECT count(*) FROM training_completion", as: Int.self) == 0)

    // The rule bars a renewal without it, save with a reason.
    try await browser.get("/licences/\(id)/renewal")
    #expect(browser.body.contains("No renewal without it") && browser.body.contains("Why is it renewed without the training?"))
    try await browser.post("/licences/\(id)/renewal", days("from", today + 100).merging(["guidance": "without", "reason": "Later", "months": "12"]) { $1 })
    #expect(browser.status == .unprocessableContent && browser.body.contains("why it is renewed without the training"))
    // Three failures are all that the rule allows.
    for ago in [8, 7, 6] { try await attempt("40", "no", on: today - ago) }
    #expect(browser.status == .unprocessableContent && browser.body.contains("they are used up"))
    #expect(try await owed("RE-1") == "overdue spent \((today - 50).iso)")
  }

  /// Another district's certificate does not exist for an officer. Delete the policy `readable` on training_attempt to see it red.
  @Test func certificatesStayInTheirDistrict() async throws {
    let id = try await Arrange.licence("RE-1", from: today - 300)
    let (_, browser) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    let form = "/licences/\(id.uuidString.lowercased())/training/new"
    try await browser.get(form)
    try await browser.upload(form, days("on", today - 3).merging(["course": "Safeguarding", "provider": "", "score": "", "passed": "yes", "review": "awaiting"]) { $1 }, file: ("c.pdf", Self.pdf))
    let certificate = try await value("SELECT id FROM training_attempt", as: UUID.self).uuidString.lowercased()
    let (_, elsewhere) = try await TestDatabase.current.signIn(.licensingManager, .authority(4))
    try await elsewhere.get("/driver-training/attempts/\(certificate)/certificate")
    #expect(elsewhere.status == .notFound)
    try await elsewhere.get("/driver-training/reviews")
    #expect(!elsewhere.body.contains("RE-1"))
    let (_, reader) = try await TestDatabase.current.signIn(.businessSupport, .authority(3))
    try await reader.get("/driver-training/attempts/\(certificate)/certificate")
    #expect(reader.status == .forbidden)
  }

  /// A provider's file: certain lines, lines in doubt that a person decides on, lines that are known; recorded once, whatever is sent again.
  @Test func completionsComeInFromAFile() async throws {
    let amina = try await Arrange.licence("RE-1", name: "Amina Begum", from: today - 300, badge: "100")
    try await Arrange.licence("RE-2", name: "Piotr Kowalski", from: today - 300, badge: "200")
    try await Arrange.licence("RE-3", name: "Amina Begum", from: today - 300, badge: "300")
    let (manager, browser) = try await TestDatabase.current.signIn(.licensingManager, .organisation(1))
    try await rule(manager, from: today - 400, grace: today) {
      $0.passMark = 70
      $0.providers = ["College"]
    }
    let day = today - 20
    let on = "\(day.day)/\(day.month)/\(day.year)"
    let file = """
      Badge,Driver,Completed,Score,Result,Trainer
      100,"BEGUM, Amina",\(on),88,Passed,College
      200,Somebody Else,\(on),90,Passed,College
      ,Amina Begum,\(on),75,Passed,college
      200,Piotr Kowalski,\(on),40,Failed,College
      300,Amina Begum,\(on),95,Passed,Unknown Academy
      200,Piotr Kowalski,31/2/2026,90,Passed,College
      100,Amina Begum,\(on),88,Passed,College

      """
    func upload() async throws -> String {
      try await browser.get("/driver-training/imports")
      try await browser.upload("/driver-training/imports", [:], file: ("completions.csv", file))
      #expect(browser.status == .ok && browser.heading == "What are the columns?", "\(browser.heading)")
      return try await value("SELECT id FROM provider_file ORDER BY started_at DESC LIMIT 1", as: UUID.self).uuidString.lowercased()
    }
    let columns = ["column-badge": "0", "column-name": "1", "column-completed": "2", "column-score": "3", "column-result": "4", "column-provider": "5", "order": "dayFirst", "course": "Safeguarding", "provider": "", "name": "College’s list"]
    let run = try await upload()
    let path = "/driver-training/imports/\(run)"
    try await browser.post(path + "/columns", columns.merging(["column-completed": "", "course": ""]) { $1 })
    #expect(browser.status == .unprocessableContent && browser.body.contains("Choose the column with the day of completion") && browser.body.contains("Enter the course"))
    try await browser.post(path + "/columns", columns)
    #expect(browser.status == .ok && browser.body.contains("Nothing has been recorded yet"))
    let outcomes = try await value("SELECT string_agg(line || ' ' || outcome, ', ' ORDER BY line) FROM provider_file_row", as: String.self)
    let reasons = try await value("SELECT string_agg(line || ' ' || reason, '; ' ORDER BY line) FROM provider_file_row", as: String.self)
    #expect(outcomes == "2 ready, 3 doubt, 4 doubt, 5 ready, 6 doubt, 7 rejected, 8 doubt", "\(reasons)")
    try await browser.post(path + "/application")
    #expect(browser.status == .conflict && browser.body.contains("still in doubt"))

    // Line 3 is nobody's, line 4 is the holder of RE-3 by name, line 6 is taken and waits for review, line 8 is a repetition.
    try await browser.get(path)
    try await browser.post(path + "/decisions", ["row-3": "", "other-3": "NO-SUCH", "row-4": "", "row-6": "", "row-8": ""])
    #expect(browser.status == .unprocessableContent && browser.body.contains("no driver of your districts"))
    let third = try await value("SELECT id FROM registration WHERE reference = 'RE-3'", as: UUID.self).uuidString
    try await browser.post(path + "/decisions", ["row-3": "leave", "other-3": "", "row-4": "", "other-4": "re-2", "row-6": third, "row-8": "leave"])
    #expect(browser.body.contains("4 decisions are kept") && browser.body.contains("Record 4 completions"))
    try await browser.post(path + "/application")
    #expect(browser.status == .ok && browser.body.contains("are recorded"))
    let counts: () async throws -> String = {
      try await self.value(
        "SELECT (SELECT count(*) FROM training_completion) || ' ' || (SELECT count(*) FROM training_attempt) || ' ' || (SELECT count(*) FROM training_attempt WHERE review = 'awaiting')", as: String.self)
    }
    #expect(try await counts() == "2 4 1")
    #expect(try await value("SELECT provider || ' ' || score FROM training_attempt WHERE registration_id = \(amina)", as: String.self) == "College 88")

    // Applied twice adds nothing, nor does the same file again.
    try await browser.get(path)
    try await browser.post(path + "/application")
    #expect(browser.status == .conflict)
    #expect(try await counts() == "2 4 1")
    let again = "/driver-training/imports/\(try await upload())"
    #expect(browser.body.contains("Read as kept under"))
    try await browser.post(again + "/columns", columns)
    #expect(try await value("SELECT count(*) FROM provider_file_row WHERE import_id = \(again.suffix(36).description)::uuid AND outcome = 'ready'", as: Int.self) == 0)
    try await browser.get(again)
    try await browser.post(again + "/rest")
    #expect(browser.body.contains("There is nothing to record"))

    // Another district's people see nothing of it.
    let (_, elsewhere) = try await TestDatabase.current.signIn(.licensingManager, .authority(4))
    try await elsewhere.get(path)
    #expect(elsewhere.status == .notFound)
    #expect(try await value("SELECT count(*) FROM audit.entry WHERE body LIKE '%applyCompletions%'", as: Int.self) == 1)
  }

  /// Those suspended already stand apart in the schedule for committee.
  @Test func theScheduleHasTheSuspendedApart() async throws {
    try await Arrange.licence("RE-1", name: "Amina Begum", from: today - 300)
    let suspended = try await Arrange.licence("RE-2", name: "Piotr Kowalski", from: today - 300)
    try await Arrange.restrict(suspended, .suspension, from: today - 3)
    let (manager, browser) = try await TestDatabase.current.signIn(.licensingManager, .organisation(1))
    try await rule(manager, from: today - 30, grace: today - 10) { $0.consequence = .referSuspension }
    try await browser.get("/driver-training/schedule?district=redditch")
    let body = browser.body
    let first = try #require(body.range(of: "id=\"overdue\"")), second = try #require(body.range(of: "id=\"suspended\""))
    #expect(body[first.upperBound..<second.lowerBound].contains("RE-1") && !body[first.upperBound..<second.lowerBound].contains("RE-2") && body[second.upperBound...].contains("RE-2"))
    #expect(body.contains("They are referred for suspension"))
    try await browser.get("/driver-training/schedule.csv?district=redditch")
    #expect(browser.body.contains("Suspended already,RE-2") && browser.body.contains("Overdue,RE-1"))
    try await browser.get("/driver-training/schedule?district=worcester")
    #expect(!browser.body.contains("RE-1"))
  }
}
