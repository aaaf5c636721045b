import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// Completions out of a file: matched, in doubt, decided, recorded once; and the next file read the same way.
@Suite(.database) struct CompletionImportTests {
  private let today = CommitteeCast.today

  private func setUp() async throws -> (browser: Browser, ids: [String: UUID]) {
    for (name, ward, email) in [("Petra Lindley", "Quayside", "petra@example.org"), ("Hugo Tranter", "Abbeyfield", nil), ("Ann Lee", "Pear Hill", nil), ("Ann Lee", "Kingfisher", nil)] as [(String, String, String?)] {
      try await CommitteeCast.execute("""
        INSERT INTO member (authority_id, name, sort_name, name_key, ward, email, office_from) VALUES (3, \(name), lower(\(name)), lower(\(name)), \(ward), \(email), '2020-01-01')
        """)
    }
    try await CommitteeCast.execute("""
      INSERT INTO training_requirement (authority_id, course_id, regimes, starts_on, validity_months, pass_mark, most_attempts) VALUES (3, 1, '{la2003}', '2020-01-01', 36, 70, 3)
      """)
    var ids: [String: UUID] = [:]
    for ward in ["Quayside", "Abbeyfield", "Pear Hill", "Kingfisher"] { ids[ward] = try await CommitteeCast.value("SELECT id FROM member WHERE ward = \(ward)", as: UUID.self) }
    let (_, browser) = try await TestDatabase.current.signIn(.trainingCoordinator)
    return (browser, ids)
  }

  private let text = """
    Learner,Electoral area,E-mail,Module,Finished,Mark
    "Lindley, Petra",Quayside,petra@example.org,CSE L2,03/11/2026,85%
    Cllr Hugo Trantor,Abbeyfield,,CSE L2,03/11/2026,90
    Ann Lee,,,CSE L2,03/11/2026,71
    Ann Lee,Kingfisher,,Licensing procedure,03/11/2026,
    Petra Lindley,,,CSE L2,31/12/2027,80
    Petra Lindley,,,CSE L2,not a day,80
    Wilfred Nobody,,,CSE L2,03/11/2026,80
    Hugo Tranter,,,CSE L2,04/11/2026,60
    """


  @Test func aFileIsReadDecidedAndRecordedOnce() async throws {
    let (browser, ids) = try await setUp()
    try await browser.get("/training/imports")
    try await browser.upload("/training/imports", ["district": "", "evidence": "lms_completion"], file: nil)
    #expect(browser.status == .unprocessableContent && browser.body.contains("Choose the district") && browser.body.contains("Choose a CSV file"))
    try await browser.get("/training/imports")
    try await browser.upload("/training/imports", ["district": "redditch", "evidence": "lms_completion"], file: text, named: "learning.csv")
    // "Finished" and "Electoral area" are no headings that are known: it is asked.
    #expect(browser.status == .ok && browser.body.contains("What are the columns?") && browser.body.contains("For example 03/11/2026"))
    let path = browser.path
    var columns = ["column-0": "name", "column-1": "ward", "column-2": "email", "column-3": "course", "column-4": "", "column-5": "score", "order": "dayFirst"]
    try await browser.post(path + "/mapping", columns)
    #expect(browser.status == .unprocessableContent && browser.body.contains("Say which column holds the day it was completed"))
    columns["column-4"] = "completed"
    try await browser.post(path + "/mapping", columns)
    #expect(browser.status == .ok && browser.body.contains("Which courses are these?") && browser.body.contains("“CSE L2”"))
    try await browser.post(path + "/mapping", ["word-cse l2": "cse_awareness"])
    #expect(browser.body.contains("Whom do these lines mean?"))
    let ready = browser.hidden("ready")
    #expect(ready == "3", "Petra by her address, Ann Lee of Kingfisher, Hugo who failed")
    #expect(browser.body.contains("Several members have this name") && browser.body.contains("somebody’s is like it") && browser.body.contains("No member has this name"))
    #expect(browser.body.contains("The day is still to come") && browser.body.contains("could not be read"))
    #expect(try await CommitteeCast.value("SELECT count(*) FROM member_training", as: Int.self) == 0)
    // A person decides: one member, one left out; the third stays open.
    try await browser.post(path + "/decisions", ["line-3": ids["Abbeyfield"]?.uuidString.lowercased() ?? "", "line-8": "-", "line-4": ""])
    #expect(browser.body.contains("2 lines were decided.") && browser.body.contains("as decided") && browser.body.contains("Left out by decision"))
    try await browser.post(path + "/application", ["ready": browser.hidden("ready") ?? ""])
    #expect(browser.status == .ok && browser.body.contains("4 completions were recorded."))
    let made = try await CommitteeCast.values("""
      SELECT m.ward || ' ' || c.code || ' ' || t.completed_on || ' ' || coalesce(t.score::text, '-') || ' ' || t.passed FROM member_training t JOIN member m ON m.id = t.member_id
        JOIN training_course c ON c.id = t.course_id ORDER BY 1
      """, as: String.self)
    #expect(made == [
      "Abbeyfield cse_awareness 2026-11-03 90 true", "Abbeyfield cse_awareness 2026-11-04 60 false", "Kingfisher licensing_procedure 2026-11-03 - true", "Quayside cse_awareness 2026-11-03 85 true",
    ])
    // Nobody signed yet: it counts when they have.
    #expect(try await CommitteeCast.value("SELECT count(*) FROM member_cover WHERE signed", as: Int.self) == 0)
    // The line in doubt is decided, and the file is done.
    try await browser.post(path + "/decisions", ["line-4": ids["Pear Hill"]?.uuidString.lowercased() ?? ""])
    try await browser.post(path + "/application", ["ready": browser.hidden("ready") ?? ""])
    #expect(browser.body.contains("1 completion was recorded.") && browser.body.contains("Everything in this file is recorded"))
    #expect(try await CommitteeCast.value("SELECT count(*) FROM training_import WHERE closed_at IS NOT NULL", as: Int.self) == 1)
    // The same file again is read the same way, and everything is held already.
    try await browser.get("/training/imports")
    try await browser.upload("/training/imports", ["district": "redditch", "evidence": "lms_completion"], file: text, named: "learning.csv")
    #expect(!browser.body.contains("What are the columns?") && !browser.body.contains("Which courses are these?"))
    #expect(browser.body.contains("Held already"))
    #expect(try await CommitteeCast.value("SELECT count(*) FROM member_training", as: Int.self) == 5)
    let entries = try await CommitteeCast.values("SELECT body::jsonb ->> 'verb' FROM audit.entry WHERE body::jsonb ->> 'verb' LIKE '%TrainingImport' OR body::jsonb ->> 'verb' = 'importTraining' ORDER BY seq", as: String.self)
    #expect(entries.count(where: { $0 == "importTraining" }) == 2 && entries.first == "startTrainingImport")
  }

  @Test func anotherDistrictsFileIsNotThere() async throws {
    let (browser, _) = try await setUp()
    try await browser.get("/training/imports")
    try await browser.upload("/training/imports", ["district": "redditch", "evidence": "certificate"], file: "Name,Course,Date\nPetra Lindley,cse awareness,2026-11-03\n")
    // Known headings, a known course: nothing is asked.
    #expect(browser.status == .ok && browser.hidden("ready") == "1")
    let path = browser.path
    let (_, other) = try await TestDatabase.current.signIn(.trainingCoordinator, .authority(1))
    try await other.get(path)
    #expect(other.status == .notFound)
    try await other.get("/training/imports")
    #expect(!other.body.contains("file.csv"))
  }

  @Test func whatIsNoTableIsRefusedInWords() async throws {
    let (browser, _) = try await setUp()
    for text in ["", "one\ntwo\n", "a,b\n"] {
      try await browser.get("/training/imports")
      try await browser.upload("/training/imports", ["district": "redditch", "evidence": "certificate"], file: text)
      #expect(browser.status == .unprocessableContent, "\(text)")
    }
  }

  /// Attempts and the mark to pass: what failed stands on the record and does not count.
  @Test func attemptsAreKeptAndMarksHold() async throws {
    let (_, ids) = try await setUp()
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices)
    let path = "/members/\((ids["Quayside"] ?? UUID()).uuidString.lowercased())/training/new"
    func record(_ extra: [String: String]) async throws {
      try await browser.get(path)
      var fields = CommitteeCast.fields("on", today - 3)
      fields.merge(["course": "cse_awareness", "passed": "yes", "evidence": "certificate", "score": "", "attempt": "1"].merging(extra) { $1 }) { $1 }
      try await browser.upload(path, fields, file: nil)
    }
    try await record(["score": "69"])
    #expect(browser.status == .unprocessableContent && browser.body.contains("The mark to pass is 70"))
    try await record(["score": "69", "passed": "no"])
    #expect(browser.status == .ok && browser.body.contains("It was not passed, so it does not count.") && browser.body.contains("What does not count"))
    try await record(["score": "80", "passed": "no"])
    #expect(browser.status == .unprocessableContent && browser.body.contains("This attempt at the course is recorded"))
    try await record(["score": "80", "attempt": "4"])
    #expect(browser.status == .unprocessableContent && browser.body.contains("3 attempts are allowed"))
    try await record(["score": "80", "attempt": "2"])
    #expect(browser.status == .ok && browser.body.contains("It counts to") && browser.body.contains("attempt 2") && browser.body.contains("Not passed"))
  }
}
