import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing

/// Councillors out of files: the county's own list, and memberships.
@Suite(.database) struct MemberImportTests {
  private func upload(_ browser: Browser, _ text: String, district: String = "") async throws {
    try await browser.get("/members/import")
    let day = CommitteeCast.today
    try await send(browser, "/members/import", ["csrf": "", "district": district].merging(CommitteeCast.fields("from", day)) { $1 }, file: text)
  }

  private func send(_ browser: Browser, _ path: String, _ fields: [String: String], file: String?) async throws {
    var fields = fields
    fields["csrf"] = nil
    let token = try #require(browser.body.firstMatch(of: /<input type="hidden" name="([a-z_-]+)" value="([^"]+)">/))
    fields[String(token.1)] = String(token.2).replacing("&#61;", with: "=")
    var body = ""
    for (name, value) in fields { body += "--XX\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n" }
    if let file { body += "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"members.csv\"\r\nContent-Type: text/csv\r\n\r\n\(file)\r\n" }
    body += "--XX--\r\n"
    var request = HTTPRequest(method: .post, scheme: "http", authority: "localhost:8080", path: path)
    request.headerFields[.contentType] = "multipart/form-data; boundary=XX"
    request.headerFields[.origin] = Browser.origin
    try await browser.send(request, body: body)
  }

  private func unescaped(_ text: Substring) -> String {
    String(text).replacing("&quot;", with: "\"").replacing("&#34;", with: "\"").replacing("&#39;", with: "'").replacing("&#61;", with: "=").replacing("&#96;", with: "`").replacing("&amp;", with: "&")
      .replacing("&lt;", with: "<").replacing("&gt;", with: ">")
  }

  private func apply(_ browser: Browser) async throws {
    var fields: [String: String] = [:]
    for name in ["lines", "name", "from", "district"] {
      let found = try #require(browser.body.ranges(of: "name=\"\(name)\" value=\"").first)
      fields[name] = unescaped(browser.body[found.upperBound...].prefix { $0 != "\"" })
    }
    try await send(browser, "/members/import/application", fields, file: nil)
  }

  private static let real = TestDatabase.root.deletingLastPathComponent().appendingPathComponent("shared/data/members/worcestershire_seven_councils_2019.csv")

  @Test(.enabled(if: FileManager.default.fileExists(atPath: real.path), "no ../shared/data beside the project: the county’s councillors are not tried"))
  func theCountysCouncillorsComeIn() async throws {
    let text = try String(contentsOf: Self.real, encoding: .utf8)
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices)
    try await upload(browser, text)
    #expect(browser.status == .ok && browser.body.contains("is not a licensing authority of this county") && browser.body.contains("A vacant seat"))
    #expect(browser.body.contains("207 new members") && browser.body.contains("61 lines left out"), "\(browser.body.firstMatch(of: /[0-9]+ new members[^<]*/)?.0 ?? "")")
    #expect(try await CommitteeCast.value("SELECT count(*) FROM member", as: Int.self) == 0)
    try await apply(browser)
    #expect(browser.status == .seeOther)
    #expect(try await CommitteeCast.value("SELECT count(*) FROM member", as: Int.self) == 207)
    // Again: everybody is held already.
    try await upload(browser, text)
    #expect(browser.body.contains("0 new members") && browser.body.contains("The file changes nothing"))
  }

  @Test func membershipsAreMatchedByName() async throws {
    try await CommitteeCast.load()
    let name = try await CommitteeCast.value("SELECT m.name FROM member m WHERE m.authority_id = 3 AND m.ward = 'Ferryside'", as: String.self)
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices, .authority(3))
    let text = """
      Council,Councillor,Ward,Committee,Position
      Redditch Borough Council,Cllr \(name),Ferryside,Licensing Committee,Member
      Redditch,Basil Underwood,Pear Hill,Licensing committee,Reserve
      Redditch,Basil Underwood,Pear Hill,Planning Committee,Member
      Bromsgrove,Somebody Else,Anywhere,,
      Redditch,Hugo Tranter,Abbeyfield,Licensing Committee,Chair
      """
    try await upload(browser, text)
    #expect(browser.status == .ok)
    #expect(browser.body.contains("1 new members, 3 held already, 2 memberships, 1 lines left out"), "\(browser.body.firstMatch(of: /[0-9]+ new members[^<]*/)?.0 ?? "")")
    #expect(browser.body.contains("Bromsgrove is not yours") && browser.body.contains("No committee is called “Planning Committee”") && browser.body.contains("On the committee already"))
    try await apply(browser)
    #expect(browser.status == .seeOther)
    let roles = try await CommitteeCast.values(
      "SELECT m.name || ' ' || a.role FROM appointment a JOIN member m ON m.id = a.member_id WHERE a.starts_on = \(CommitteeCast.today) ORDER BY 1", as: String.self)
    #expect(roles == ["Basil Underwood substitute", "\(name) member"].sorted())
  }

  @Test func whatIsNoListIsRefusedInWords() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices)
    for text in ["", "[{\"x\": 1", "first,second\n1,2\n"] {
      try await upload(browser, text)
      #expect(browser.status == .unprocessableContent, "\(text)")
    }
    try await upload(browser, "[{\"member\": {\"name\": \"Ann Lee\", \"ward\": \"Quayside\"}, \"committees\": [{\"name\": \"Nothing\", \"role\": \"\"}]}]", district: "redditch")
    #expect(browser.status == .ok && browser.body.contains("Ann Lee"))
  }
}
