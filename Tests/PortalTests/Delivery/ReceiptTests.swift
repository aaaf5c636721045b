import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import Synchronization
import TestSupport
import Testing
import Web

/// What became of a message is asked of its carrier, patiently, or told by it, by whoever shows the token.
@Suite(.database) struct ReceiptTests {
  private static let provider = "3d5b8f9e-0f2a-4a55-9a33-1f5d4d3f0c11"
  private static let token = "a token of thirty characters.."

  /// A carrier that takes everything and says what became of it as it is told.
  private final class Post: ReceiptCarrier {
    let name = "notify"
    let asked = Mutex(0)
    let receipt: Mutex<Receipt?>
    init(_ receipt: Receipt?) { self.receipt = Mutex(receipt) }
    func carries(_ channel: String) -> Bool { channel == "email" }
    func send(_ message: LeasedMessage) async -> CarrierAnswer { .taken(ReceiptTests.provider) }
    func receipt(of provider: String) async -> Receipt? {
      asked.withLock { $0 += 1 }
      return receipt.withLock { $0 }
    }
  }

  private func worker(_ post: Post, after seconds: Double) -> DeliveryWorker {
    DeliveryWorker(environment: TestDatabase.current.environment(now: TestDatabase.noon.addingTimeInterval(seconds)), carriers: [post])
  }

  private func stands() async throws -> String {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value("SELECT state || ' ' || last_error FROM delivery", as: String.self) }
  }

  /// A message that Notify took at noon.
  private func taken(_ post: Post) async throws -> Browser {
    let version = try await Arrange.version(1, from: Arrange.today.adding(years: -2))
    let licence = try await Arrange.licence("RE-1")
    try await TestDatabase.current.owner.pool.transaction(.readWrite) { _ = try await $0.execute("UPDATE party SET email = 'amina@example.org'") }
    let issue = try await Arrange.issue(version, to: licence, on: Arrange.today)
    let (_, officer) = try await TestDatabase.current.signIn(.regulatoryOfficer)
    try await officer.get("/licences/\(licence.uuidString)")
    try await officer.post("/licences/\(licence.uuidString)/issues/\(issue.uuidString)/message")
    #expect(try await worker(post, after: 0).workOnce() == 1)
    return officer
  }

  /// Not before five minutes, not again before five more, and for no more than seven days.
  /// Delete an interval from sec.lease_receipts (migration 19) to see its line red.
  @Test func askedWithPatience() async throws {
    let post = Post(.open)
    _ = try await taken(post)
    let week = 7.0 * 86_400
    for (seconds, asked) in [(299.0, 0), (300, 1), (301, 0), (599, 0), (600, 1), (week - 1, 1), (week + 300, 0), (week * 2, 0)] {
      #expect(try await worker(post, after: seconds).askOnce() == asked, "after \(seconds) s")
    }
    #expect(post.asked.withLock { $0 } == 3)
    #expect(try await stands() == "sent ")
  }

  @Test func deliveredIsTheEndOfIt() async throws {
    let post = Post(.delivered)
    _ = try await taken(post)
    #expect(try await worker(post, after: 300).askOnce() == 1)
    #expect(try await stands() == "delivered ")
    #expect(try await worker(post, after: 900).askOnce() == 0)
  }

  /// No answer: it is asked again in five minutes. A failure is told with its reason, and what has left the house is not sent again without its words.
  @Test func failedWithAReason() async throws {
    let post = Post(nil)
    let officer = try await taken(post)
    #expect(try await worker(post, after: 300).askOnce() == 1)
    #expect(try await stands() == "sent ")
    post.receipt.withLock { $0 = .failed("the address or number does not exist") }
    #expect(try await worker(post, after: 600).askOnce() == 1)
    #expect(try await stands() == "failed the address or number does not exist")
    try await officer.get("/outbox?show=troubled")
    #expect(officer.body.contains("Not delivered") && officer.body.contains("The address or number does not exist"))
    let path = String(try #require(officer.body.firstMatch(of: /href="(\/outbox\/[0-9a-f-]{36})"/)?.1))
    try await officer.get(path)
    #expect(!officer.body.contains("Try again") && officer.body.contains("send a new link"))
    try await officer.post(path + "/retry")
    #expect(officer.status == .conflict)
    #expect(try await stands().hasPrefix("failed"))
  }

  private func callback(
    _ status: String, id: String = provider, to path: String = "/notify/receipts", authorization: String? = "Bearer " + token, configured: Bool = true,
    body: String? = nil, fields: [String: String] = ["Content-Type": "application/json"], peer: String? = nil
  ) async throws -> HTTPResponse.Status {
    var environment = TestDatabase.current.environment(now: TestDatabase.noon)
    environment.receiptToken = configured ? Self.token : nil
    let browser = Browser(try Site(environment, root: TestDatabase.root, keys: TestDatabase.current.keys(), origins: [Browser.origin]))
    var request = HTTPRequest(method: .post, scheme: "http", authority: "localhost:8080", path: path)
    if let authorization { request.headerFields[.authorization] = authorization }
    for (name, value) in fields { request.headerFields[HTTPField.Name(name)!] = value }
    // As Notify sends it.
    try await browser.send(
      request,
      body: body ?? """
        {"id": "\(id)", "reference": "lantern-1", "to": "amina@example.org", "status": "\(status)", "created_at": "2026-06-01T12:00:00.000000Z",
         "completed_at": null, "sent_at": null, "notification_type": "email", "template_id": "f33517ff-2a88-4f6e-b855-c550268ce08a", "template_version": 1}
        """, from: peer)
    return browser.status
  }

  @Test(arguments: [
    ("delivered", "delivered "), ("permanent-failure", "failed the address or number does not exist, or does not accept messages"),
    ("temporary-failure", "failed the inbox was full or the phone was off for too long"), ("technical-failure", "failed GOV.UK Notify had a fault of its own"),
    ("sending", "sent "), ("some-day-new", "sent "),
  ])
  func notifyReports(status: String, stands expected: String) async throws {
    _ = try await taken(Post(.open))
    #expect(try await callback(status, id: "11111111-0f2a-4a55-9a33-1f5d4d3f0c11") == .noContent, "of somebody else’s message nothing is told")
    #expect(try await stands() == "sent ")
    #expect(try await callback(status, id: Self.provider.uppercased()) == .noContent)
    #expect(try await stands() == expected)
  }

  /// Nothing is believed of whoever does not show the token; with no token set there is no such address.
  @Test func onlyWithTheToken() async throws {
    _ = try await taken(Post(.open))
    for wrong in [nil, "", "Bearer ", "Bearer", Self.token, "bearer " + Self.token, "Bearer " + Self.token + "x", "Bearer " + Self.token.dropLast(), "Basic " + Self.token] {
      #expect(try await callback("delivered", authorization: wrong) == .unauthorized, "\(wrong ?? "nothing")")
    }
    for any: String? in [nil, "Bearer ", "Bearer " + Self.token] { #expect(try await callback("delivered", authorization: any, configured: false) == .notFound) }
    for body in ["", "{}", "[]", "{\"id\": \"x\", \"status\": \"delivered\"}", "{\"id\": \"\(Self.provider)\"}"] {
      #expect(try await callback("delivered", body: body) == .badRequest, "\(body)")
    }
    #expect(try await callback("delivered", body: String(repeating: " ", count: 20_000)) == .contentTooLarge)
    #expect(try await stands() == "sent ")
    #expect(throws: CarrierSetting.self) { try Carriers.receiptToken(["LANTERN_NOTIFY_CALLBACK_TOKEN": "short"]) }
    #expect(try Carriers.receiptToken(["LANTERN_NOTIFY_CALLBACK_TOKEN": ""]) == nil)
  }

  /// The exception from the rule of our own pages is one path, to the letter: every other post, with the token and all, is refused at the door.
  /// Widen `SameOrigin.isException` to see this red.
  @Test func noOtherPathIsExcepted() async throws {
    let table = Browser(try TestDatabase.current.site()).table
    let posts = table.filter { $0.method == "POST" && $0.path != "/notify/receipts" }.map { $0.path.replacing(/\{[a-z]+\}/, with: Self.provider) }
    #expect(posts.count > 50)
    let spellings = ["/notify/receipts/", "/notify/receipts?", "/notify/receipts?a=b", "//notify/receipts", "/notify//receipts", "/Notify/receipts", "/notify/receipt%73", "/notify/receipts/x", "/"]
    for path in posts + spellings { #expect(try await callback("delivered", to: path) == .forbidden, "\(path)") }
    for fields in [
      ["Content-Type": "text/plain"], [:], ["Content-Type": "application/x-www-form-urlencoded"],
      ["Content-Type": "application/json", "Origin": "https://elsewhere.example"], ["Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"],
    ] { #expect(try await callback("delivered", fields: fields) == .forbidden, "\(fields)") }
    #expect(try await callback("delivered") == .noContent)
  }
}
