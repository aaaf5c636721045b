import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// A partnership plan walked through its pages: begun, filled, assessed, monitored, verified by another, copied forward.
@Suite(.database) struct PartnershipTests {
  private let today = Arrange.today

  private static func date(_ name: String, _ day: Day) -> [String: String] {
    ["\(name)-day": String(day.day), "\(name)-month": String(day.month), "\(name)-year": String(day.year)]
  }

  private func begin(_ browser: Browser, _ partnership: Int = 2) async throws -> String {
    try await browser.get("/partnership-plans/new")
    try await browser.post("/partnership-plans/new", ["partnership": String(partnership), "year": String(PlanYear(holding: today).year)])
    #expect(browser.status == .ok && browser.body.contains("The plan is begun"))
    let id = try await CommitteeCast.value("SELECT id FROM partnership_plan WHERE csp_id = \(Int16(partnership)) ORDER BY year DESC LIMIT 1", as: UUID.self)
    return "/partnership-plans/\(id.uuidString.lowercased())"
  }

  private func add(_ browser: Browser, to plan: String, _ what: String = "Brief door staff on CSE", tags: String = "cse") async throws -> String {
    try await browser.get(plan + "/items")
    try await browser.post(
      plan + "/items", ["what": what, "part": "identification", "tag": tags, "organisation": "3", "lead": "Operational lead", "seen": "0"].merging(Self.date("due", today + 60)) { a, _ in a })
    #expect(browser.status == .ok && browser.body.contains("The item is added"), "\(browser.status)")
    let id = try await CommitteeCast.value("SELECT id FROM partnership_item WHERE what = \(what) ORDER BY recorded_at DESC LIMIT 1", as: UUID.self)
    return "/partnership-items/\(id.uuidString.lowercased())"
  }

  private func enter(_ browser: Browser, _ item: String, _ standing: String, on day: Day? = nil) async throws {
    try await browser.get(item)
    try await browser.post(item + "/entries", ["standing": standing, "words": "As seen at the meeting"].merging(Self.date("on", day ?? today)) { a, _ in a })
  }

  @Test func thePageSaysWhatIsMissingUntilNothingIs() async throws {
    let (_, chair) = try await TestDatabase.current.signIn(.taskingChair, .csp(2))
    let plan = try await begin(chair)
    try await chair.get(plan)
    #expect(chair.body.contains("No item on CSE answers: identification, risk assessment, evidence gathering"))
    let item = try await add(chair, to: plan)
    try await chair.get(item)
    #expect(chair.body.contains("It has no risk assessment and no monitoring in the last quarter"))
    // An error keeps what was typed.
    try await chair.get(item + "/risk")
    try await chair.post(item + "/risk", ["words": "Staff change often"].merging(Self.date("on", today)) { a, _ in a })
    #expect(chair.status == .unprocessableContent && chair.body.contains("Choose how high the risk is") && chair.body.contains("Staff change often"))
    try await chair.get(item + "/risk")
    try await chair.post(item + "/risk", ["level": "medium", "words": "Staff change often"].merging(Self.date("on", today)) { a, _ in a })
    #expect(chair.body.contains("The risk is assessed as medium"))
    try await enter(chair, item, "in_progress")
    try await chair.get(plan)
    #expect(chair.body.contains("No item on CSE answers: risk assessment, evidence gathering") && !chair.body.contains("no item on CSE has both"))
    #expect(try await MeasureCast.value(.partnershipDuties, on: today, area: -2) == MeasureValue(1, of: 1))
  }

  /// Delete the trigger partnership_entry_verified to see the database's half of this red.
  @Test func anItemIsVerifiedByAnother() async throws {
    let (_, chair) = try await TestDatabase.current.signIn(.taskingChair, .csp(2))
    let (_, analyst) = try await TestDatabase.current.signIn(.cspAnalyst, .organisation(1))
    let item = try await add(chair, to: try await begin(chair), "Street Pastors carry the card", tags: "street_pastors")
    try await enter(chair, item, "verified")
    #expect(chair.status == .unprocessableContent && chair.body.contains("Choose where it stands"))
    try await enter(chair, item, "done")
    #expect(chair.body.contains("It is recorded"))
    try await enter(chair, item, "verified")
    #expect(chair.status == .unprocessableContent && chair.body.contains("somebody else has to verify it"))
    #expect(try await MeasureCast.value(.partnershipLinks, on: today) == MeasureValue(0, of: 1))
    try await enter(analyst, item, "verified")
    #expect(analyst.body.contains("The item is verified"))
    #expect(try await MeasureCast.value(.partnershipLinks, on: today) == MeasureValue(1, of: 1))
    // Behind the site's back too.
    let id = try #require(UUID(uuidString: item.split(separator: "/").last.map(String.init) ?? ""))
    await #expect(throws: PostgresError.self) { try await CommitteeCast.execute("UPDATE partnership_entry SET standing = 'done' WHERE item_id = \(id)") }
  }

  @Test func aPlanIsCopiedForwardOnce() async throws {
    let (_, chair) = try await TestDatabase.current.signIn(.taskingChair, .csp(1))
    let plan = try await begin(chair, 1)
    let first = try await add(chair, to: plan, "First"), second = try await add(chair, to: plan, "Second")
    try await chair.get(plan + "/next")
    try await chair.post(plan + "/next", [:])
    #expect(chair.status == .unprocessableContent && chair.body.contains("Choose at least one item"))
    try await chair.get(plan + "/next")
    let id = try #require(first.split(separator: "/").last.map(String.init))
    try await chair.post(plan + "/next", ["item": id])
    #expect(chair.status == .ok && chair.body.contains("1 item goes on"))
    let copied = try await CommitteeCast.value(
      "SELECT i.what || ' ' || (i.due_on = (f.due_on + interval '1 year')::date) || ' ' || p.year FROM partnership_item i JOIN partnership_item f ON f.id = i.copied_from JOIN partnership_plan p ON p.id = i.plan_id", as: String.self)
    #expect(copied == "First true \(PlanYear(holding: today).year + 1)")
    _ = second
    try await chair.get(plan)
    #expect(!chair.body.contains("Copy forward to"))
    try await chair.post(plan + "/next", ["item": id])
    #expect(chair.status == .conflict)
  }

  /// One partnership does not read or write another's plan; whoever reads does not write.
  @Test func partnershipsKeepTheirOwn() async throws {
    let (_, south) = try await TestDatabase.current.signIn(.taskingChair, .csp(2))
    let (_, north) = try await TestDatabase.current.signIn(.taskingChair, .csp(1))
    let (_, reader) = try await TestDatabase.current.signIn(.boardReader, .organisation(2))
    let plan = try await begin(south)
    let item = try await add(south, to: plan)
    for path in [plan, plan + "/items", item, item + "/edit"] {
      try await north.get(path)
      #expect(north.status == .notFound, "\(path)")
    }
    try await reader.get(item)
    #expect(reader.status == .ok && !reader.body.contains("Assess the risk"))
    try await north.get("/partnership-plans/new")
    try await north.post("/partnership-plans/new", ["partnership": "2", "year": String(PlanYear(holding: today).year)])
    #expect(north.status == .unprocessableContent)
  }

  /// An old page changes nothing, and a text that identifies a child is not kept.
  @Test func anOldPageAndAChildsNameAreRefused() async throws {
    let (_, chair) = try await TestDatabase.current.signIn(.taskingChair, .csp(2))
    let item = try await add(chair, to: try await begin(chair))
    func change(_ what: String, seen: Int) async throws {
      try await chair.get(item + "/edit")
      try await chair.post(
        item + "/edit", ["what": what, "part": "other", "organisation": "3", "lead": "Operational lead", "seen": String(seen)].merging(Self.date("due", today + 60)) { a, _ in a })
    }
    try await change("Brief all staff", seen: 1)
    #expect(chair.status == .ok)
    try await change("Brief nobody", seen: 1)
    #expect(chair.status == .conflict)
    try await change("Talk to the girl called Annabel", seen: 2)
    #expect(chair.status == .unprocessableContent && chair.body.contains("Take out the name of the child"))
    #expect(try await CommitteeCast.value("SELECT what FROM partnership_item", as: String.self) == "Brief all staff")
  }
}
