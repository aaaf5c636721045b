import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// A licence holder reads and signs by a link, without an account: once, for one exact version.
@Suite(.database) struct LinkTests {
  private let today = Arrange.today

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }

  /// A licence with an issue to be acknowledged, and a link for it made by an officer on the record's page.
  private func link() async throws -> (licence: UUID, issue: UUID, path: String, officer: Browser) {
    let version = try await Arrange.version(1, from: today.adding(years: -2))
    try await TestDatabase.current.owner.pool.transaction(.readWrite) {
      try await $0.execute(
        "INSERT INTO guidance_text (version_id, language, form, body, content_hash) VALUES (\(version), 'en', 'text', \("See it.\n\nSay it."), sha256('x'))")
      try await $0.execute(
        "INSERT INTO guidance_text (version_id, language, form, body, content_hash) VALUES (\(version), 'ur', 'text', \("دیکھیں۔"), sha256('y'))")
      try await $0.execute(
        """
        INSERT INTO guidance_question (version_id, language, number, question, answers, correct)
        VALUES (\(version), 'en', 1, 'Whom do you call in danger?', ARRAY['Nobody', '999'], 2)
        """)
    }
    let licence = try await Arrange.licence("RE-1")
    let issue = try await Arrange.issue(version, to: licence, on: today)
    let (_, officer) = try await TestDatabase.current.signIn(.regulatoryOfficer)
    try await officer.get("/licences/\(licence.uuidString)")
    try await officer.post("/licences/\(licence.uuidString)/issues/\(issue.uuidString)/link")
    let path = String(try #require(officer.body.firstMatch(of: /http:\/\/localhost:8080(\/a\/[A-Za-z0-9_-]{43})/)?.1))
    return (licence, issue, path, officer)
  }

  @Test func readAnsweredSignedOnce() async throws {
    let (licence, _, path, officer) = try await link()
    let holder = Browser(try TestDatabase.current.site())
    try await holder.get(path)
    #expect(holder.body.contains("Say it.") && holder.body.contains("For Amina Begum") && holder.body.contains("اردو"))
    // What is missing is said at its question, and what was typed is kept.
    try await holder.post(path, ["language": "en", "name": "Amina Begum"])
    #expect(holder.status == .unprocessableContent && holder.body.contains("Tick the box") && holder.body.contains("value=\"Amina Begum\""))
    try await holder.post(path, ["language": "en", "name": "Amina Begum", "agree": "yes", "question-1": "0"])
    #expect(holder.body.contains("That is not what the guidance says"))
    #expect(try await value("SELECT count(*) FROM acknowledgement", as: Int.self) == 0)
    try await holder.post(path, ["language": "en", "name": "Amina Begum", "agree": "yes", "question-1": "1"])
    #expect(holder.body.contains("Thank you") && holder.body.contains("version 1"))
    #expect(try await Arrange.lights(licence, on: today).ack == "acknowledged")
    #expect(try await value("SELECT method FROM acknowledgement", as: String.self) == "e_signature")
    // The officer sees it, and who signed; the chain holds.
    try await officer.get("/licences/\(licence.uuidString)")
    #expect(officer.body.contains("Acknowledged guidance Drivers’ leaflet, version 1 by a link as Amina Begum"))
    #expect(officer.body.contains("Licence holder, by a link"))
    // Once is once.
    try await holder.get(path)
    #expect(holder.body.contains("Thank you") && !holder.body.contains("<form"))
    #expect(try await value("SELECT count(*) FROM acknowledgement", as: Int.self) == 1)
  }

  /// In another language the words stand in its own direction, and its own questions count.
  @Test func inAnotherLanguage() async throws {
    let (_, _, path, _) = try await link()
    let holder = Browser(try TestDatabase.current.site())
    try await holder.get(path + "?language=ur")
    #expect(holder.body.contains("lang=\"ur\" dir=\"rtl\"") && holder.body.contains("دیکھیں۔") && !holder.body.contains("Whom do you call"))
    try await holder.post(path, ["language": "ur", "name": "امینہ بیگم", "agree": "yes"])
    #expect(holder.body.contains("Thank you"))
  }

  /// A manager adds a language with a question to a published version; what is there never changes.
  @Test func aLanguageIsAdded() async throws {
    let (_, _, path, _) = try await link()
    let (_, manager) = try await TestDatabase.current.signIn(.licensingManager)
    let ids = try await value("SELECT document_id || '/versions/' || id FROM guidance_version", as: String.self)
    let form = "/guidance/\(ids)/languages/new"
    try await manager.get(form)
    try await manager.post(form, ["language": "en", "body": "Other words"])
    #expect(manager.status == .unprocessableContent && manager.body.contains("never change") && manager.body.contains("Other words"))
    try await manager.post(form, ["language": "pl", "body": "Zobacz.", "question-1": "Kogo wzywasz?"])
    #expect(manager.status == .unprocessableContent && manager.body.contains("Enter the right answer"))
    try await manager.post(form, ["language": "pl", "body": "Zobacz.", "question-1": "Kogo wzywasz?", "right-1": "999", "wrong-1-1": "Nikogo"])
    #expect(manager.body.contains("Polish was added to version 1"))
    let holder = Browser(try TestDatabase.current.site())
    try await holder.get(path + "?language=pl")
    #expect(holder.body.contains("Zobacz.") && holder.body.contains("Kogo wzywasz?") && holder.body.contains("Polski"))
    await #expect(throws: PostgresError.self) {
      try await TestDatabase.current.owner.pool.transaction(.readWrite) { _ = try await $0.execute("UPDATE guidance_question SET correct = 1") }
    }
  }

  /// Run out, undone, or made up: nothing is written, and nothing is told of whose it was.
  @Test func linksThatServeNoMore() async throws {
    let (licence, issue, path, officer) = try await link()
    let late = Browser(try TestDatabase.current.site(now: TestDatabase.noon.addingTimeInterval(29 * 86_400)))
    try await late.get(path)
    #expect(late.body.contains("This link has run out") && !late.body.contains("Amina"))
    let stranger = Browser(try TestDatabase.current.site())
    for made in ["/a/AAAA", "/a/" + String(repeating: "A", count: 43)] {
      try await stranger.get(made)
      #expect(stranger.status == .notFound && stranger.body.contains("This link does not work"), "\(made)")
    }
    try await officer.get("/licences/\(licence.uuidString)/issues/\(issue.uuidString)/correction")
    try await officer.post("/licences/\(licence.uuidString)/issues/\(issue.uuidString)/correction", ["reason": "Given to somebody else"])
    let holder = Browser(try TestDatabase.current.site())
    try await holder.get(path)
    #expect(holder.body.contains("no longer needed") && !holder.body.contains("<form"))
    #expect(try await value("SELECT count(*) FROM acknowledgement WHERE registration_id = \(licence)", as: Int.self) == 0)
  }

  /// Two taps at once write one acknowledgement. Delete `k.used_at is null and` from sec.acknowledge_by_link (migration 17), and its check of
  /// acknowledgements, to see the second fail as a fault of ours.
  @Test func twoTapsAtOnce() async throws {
    let (_, _, path, _) = try await link()
    let site = try TestDatabase.current.site()
    let (a, b) = (Browser(site), Browser(site))
    try await a.get(path)
    try await b.get(path)
    nonisolated(unsafe) let (one, other) = (a, b)
    let sent = ["language": "en", "name": "Amina Begum", "agree": "yes", "question-1": "1"]
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { _ = try await one.post(path, sent) }
      group.addTask { _ = try await other.post(path, sent) }
      try await group.waitForAll()
    }
    #expect(a.body.contains("Thank you") && b.body.contains("Thank you"))
    #expect(try await value("SELECT count(*) FROM acknowledgement", as: Int.self) == 1)
    #expect(try await value("SELECT count(*) FROM audit.entry WHERE body LIKE '%acknowledgeByLink%'", as: Int.self) == 1)
  }

  /// Only this verb may be written without somebody signed in, and no link opens any other record.
  @Test func theDoorIsNarrow() async throws {
    _ = try await link()
    let app = TestDatabase.current.app.pool
    await #expect(throws: PostgresError.self) {
      try await app.transaction(.readWrite) { _ = try await $0.execute("SELECT audit.append_by_link('{\"verb\":\"signIn\"}', NULL, NULL, '')") }
    }
    let seen = try await app.transaction(.readOnly) { try await $0.value("SELECT count(*) FROM acknowledgement_link", as: Int.self) }
    #expect(seen == 0)
  }
}
