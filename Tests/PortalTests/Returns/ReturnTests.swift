import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// Returns walked through their pages: the dataset is agreed by another, a return is entered for one's own organisation and approved by another.
@Suite(.database) struct ReturnTests {
  private let today = Arrange.today
  /// July to September 2026, due by 28 October.
  private let quarter = "2026-07-01"

  private func date(_ name: String, _ day: Day) -> [String: String] {
    ["\(name)-day": String(day.day), "\(name)-month": String(day.month), "\(name)-year": String(day.year)]
  }

  private func form(_ kind: String, _ organisation: Int, _ more: [String: String], period: String? = nil) -> [String: String] {
    ["kind": kind, "organisation": String(organisation), "period": period ?? quarter].merging(date("received", today)) { a, _ in a }.merging(more) { _, new in new }
  }

  private func dataset() async throws {
    let (_, analyst) = try await TestDatabase.current.signIn(.cspAnalyst, .organisation(1))
    let (_, clerk) = try await TestDatabase.current.signIn(.businessSupport, .organisation(2))
    try await analyst.get("/dataset")
    try await analyst.post("/dataset", [:])
    #expect(analyst.body.contains("The draft is begun"))
    let id = try await CommitteeCast.value("SELECT id FROM dataset_edition", as: UUID.self)
    let path = "/dataset/\(id.uuidString.lowercased())"
    // Nobody agrees an edition without items, nor one they drew up.
    try await clerk.get(path + "/agreement")
    try await clerk.post(path + "/agreement", ["body": "CSE Strategic Group"].merging(date("on", today - 200)) { a, _ in a })
    #expect(clerk.status == .unprocessableContent && clerk.body.contains("Add its items first"))
    for (name, organisation) in [("Intelligence logs", "3"), ("Missing episodes", "3"), ("Risk assessments", "9")] {
      try await analyst.get(path + "/items")
      try await analyst.post(path + "/items", ["name": name, "organisation": organisation, "frequency": "quarterly"])
      #expect(analyst.status == .ok, "\(name)")
    }
    try await analyst.post(path + "/items", ["name": "Missing episodes", "organisation": "3", "frequency": "quarterly"])
    #expect(analyst.status == .unprocessableContent && analyst.body.contains("has an item of that name"))
    try await analyst.get(path + "/agreement")
    try await analyst.post(path + "/agreement", ["body": "CSE Strategic Group"].merging(date("on", today - 200)) { a, _ in a })
    #expect(analyst.status == .unprocessableContent && analyst.body.contains("You drew it up"))
    try await clerk.get(path + "/agreement")
    try await clerk.post(path + "/agreement", ["body": "CSE Strategic Group"].merging(date("on", today - 200)) { a, _ in a })
    #expect(clerk.status == .ok && clerk.body.contains("Edition 1 is agreed"))
    // Nothing in it changes afterwards, by the pages or behind them.
    try await analyst.post(path + "/items", ["name": "One more", "organisation": "3", "frequency": "quarterly"])
    #expect(analyst.status == .conflict)
    await #expect(throws: PostgresError.self) { try await CommitteeCast.execute("DELETE FROM dataset_item") }
  }

  @Test func aReturnIsEnteredForOnesOwnAndApprovedByAnother() async throws {
    try await dataset()
    let (_, police) = try await TestDatabase.current.signIn(.returnMaker, .organisation(3))
    let (_, clerk) = try await TestDatabase.current.signIn(.businessSupport, .organisation(2))
    try await police.get("/returns")
    #expect(police.body.contains("What West Mercia Police owes") && !police.body.contains("Worcestershire County Council"))
    // Another organisation's is not theirs to enter.
    try await police.get("/returns/new?kind=dataset&organisation=9&period=\(quarter)")
    #expect(police.status == .forbidden)
    try await police.post("/returns/new", form("dataset", 9, ["v-risk_assessments": "4"]))
    #expect(police.status == .forbidden)
    let entry = "/returns/new?kind=dataset&organisation=3&period=\(quarter)"
    try await police.get(entry)
    #expect(police.status == .ok && police.body.contains("Due by 28 October 2026"))
    try await police.post("/returns/new", form("dataset", 3, ["v-intelligence_logs": "many"]))
    #expect(police.status == .unprocessableContent && police.body.contains("Intelligence logs: enter a whole number") && police.body.contains("value=\"many\""))
    try await police.get(entry)
    try await police.post("/returns/new", form("dataset", 3, ["v-intelligence_logs": "41"]))
    #expect(police.status == .ok && police.body.contains("The return is entered") && police.body.contains("1 of 2 items were supplied"))
    #expect(try await MeasureCast.value(.datasetSupplied, on: today) == MeasureValue(1, of: 3))
    #expect(try await MeasureCast.value(.datasetInTime, on: today) == MeasureValue(0, of: 3))
    let path = "/returns/\(try await CommitteeCast.value("SELECT id FROM partner_return", as: UUID.self).uuidString.lowercased())"
    // Whoever only reads is not told the figures.
    let (_, reader) = try await TestDatabase.current.signIn(.boardReader, .organisation(2))
    try await reader.get(path)
    #expect(reader.status == .ok && !reader.body.contains(">41<") && reader.body.contains("read by whoever made it"))
    try await clerk.get(path)
    #expect(clerk.body.contains(">41<"))
    try await clerk.post(path + "/approval", [:])
    #expect(clerk.body.contains("The return is approved"))
    // What the clerk enters for another, the clerk does not approve.
    try await clerk.get("/returns/new?kind=dataset&organisation=9&period=\(quarter)")
    try await clerk.post("/returns/new", form("dataset", 9, ["v-risk_assessments": "12"]))
    let own = "/returns/\(try await CommitteeCast.value("SELECT id FROM partner_return WHERE organisation_id = 9", as: UUID.self).uuidString.lowercased())"
    try await clerk.get(own)
    #expect(clerk.status == .ok && !clerk.body.contains("Approve the return"))
    try await clerk.post(own + "/approval", [:])
    #expect(clerk.status == .conflict)
    #expect(try await CommitteeCast.value("SELECT count(*) FROM return_approval", as: Int.self) == 1)
    // Withdrawn: it counts no more, and stays to be read.
    try await police.get(path + "/withdrawal")
    try await police.post(path + "/withdrawal", ["reason": "The wrong quarter"])
    #expect(police.body.contains("The return is withdrawn") && police.body.contains("The wrong quarter"))
    #expect(try await MeasureCast.value(.datasetSupplied, on: today) == MeasureValue(1, of: 3))
  }

  /// A return of nothing is said outright; counts are kept by district; small numbers are told to nobody but those who keep returns.
  @Test func ordersAreCountsByDistrictAndSmallNumbersAreWithheld() async throws {
    let (_, police) = try await TestDatabase.current.signIn(.returnMaker, .organisation(3))
    let entry = "/returns/new?kind=disruption&organisation=3&period=\(quarter)"
    try await police.get(entry)
    #expect(police.body.contains("Child Abduction Warning Notices, Redditch: obtained, made or served") && !police.body.contains("Reviews of premises licences"))
    try await police.post("/returns/new", form("disruption", 3, [:]))
    #expect(police.status == .unprocessableContent && police.body.contains("or tick that there were none"))
    try await police.get(entry)
    try await police.post("/returns/new", form("disruption", 3, ["obtained-canw-3": "x", "obtained-canw-4": "6"]))
    #expect(police.status == .unprocessableContent && police.body.contains("href=\"#obtained-canw-3\"") && police.body.contains("value=\"x\""))
    try await police.get(entry)
    try await police.post("/returns/new", form("disruption", 3, ["obtained-canw-3": "3", "obtained-canw-4": "16", "obtained-canw-5": "11", "obtained-shpo-1": "2", "breached-canw-4": "5"]))
    #expect(police.status == .ok && police.body.contains("The return is entered"))
    let (_, reader) = try await TestDatabase.current.signIn(.boardReader, .organisation(2))
    try await reader.get("/disruption")
    let words = reader.body
    // 30 in all; of the districts 3 is small, and with it the next smallest, or the one could be worked out.
    #expect(words.contains(">30<") && !words.contains(">3<") && !words.contains(">11<") && words.contains(">16<") && words.contains("withheld"))
    try await reader.get("/disruption.csv")
    #expect(reader.body.contains("Sexual Harm Prevention Orders") && reader.body.contains("withheld") && reader.body.contains("30"))
    let (_, clerk) = try await TestDatabase.current.signIn(.businessSupport, .organisation(2))
    try await clerk.get("/disruption")
    #expect(clerk.body.contains(">3<") && clerk.body.contains(">11<"))
    // What is taken away as a file is withheld from everybody.
    try await clerk.get("/disruption.csv")
    #expect(clerk.body.contains("withheld"))
    // Row level security, whatever a query forgets.
    let (officer, _) = try await TestDatabase.current.signIn(.boardReader, .organisation(2))
    #expect(try await TestDatabase.current.app.read(as: officer, Query<Scalar<Int>>("SELECT count(*) AS value FROM disruption_line")).first?.value == 0)
  }

  @Test func anAgencyAssuresOnlyWhatItsFiguresSay() async throws {
    let (_, clerk) = try await TestDatabase.current.signIn(.businessSupport, .organisation(2))
    let entry = "/returns/new?kind=assurance&organisation=9&period=2025-04-01"
    let said = ["staff": "120", "trained": "100", "assures": "yes", "contracts": "yes", "words": "Refreshed each year"]
    try await clerk.get(entry)
    try await clerk.post("/returns/new", form("assurance", 9, said, period: "2025-04-01"))
    #expect(clerk.status == .unprocessableContent && clerk.body.contains("20 are not trained"))
    try await clerk.get(entry)
    try await clerk.post("/returns/new", form("assurance", 9, said.merging(["trained": "120"]) { _, new in new }, period: "2025-04-01"))
    #expect(clerk.status == .ok && clerk.body.contains("120 of 120 staff are trained"))
    #expect(try await MeasureCast.value(.agenciesAssured, on: today).part == 1)
  }

  /// A summary that would identify a child is not kept; a document marked secret has no place.
  @Test func aProfileIsRegisteredAndMadeAvailable() async throws {
    let (_, clerk) = try await TestDatabase.current.signIn(.businessSupport, .organisation(2))
    var typed = ["title": "Alliance CSE problem profile", "scope": "alliance", "edition": "2026", "owner": "Head of PVP", "handling": "official_sensitive", "held-at": "PP/2026/7", "summary": "A girl called Jessica was seen there"]
    for (name, day) in [("from", today - 400), ("to", today - 60), ("published", today - 10), ("due", today - 20)] { typed.merge(date(name, day)) { a, _ in a } }
    try await clerk.get("/problem-profiles/new")
    try await clerk.post("/problem-profiles/new", typed)
    #expect(clerk.status == .unprocessableContent && clerk.body.contains("Take out the name of the child"))
    #expect(try await CommitteeCast.value("SELECT count(*) FROM problem_profile", as: Int.self) == 0)
    typed["summary"] = "Late buses and a rank share one square"
    try await clerk.get("/problem-profiles/new")
    try await clerk.post("/problem-profiles/new", typed)
    #expect(clerk.status == .ok && clerk.body.contains("The profile is registered") && clerk.body.contains("Late: due by"))
    #expect(try await MeasureCast.value(.problemProfile, on: today) == MeasureValue(1, of: 1))
    let path = "/problem-profiles/\(try await CommitteeCast.value("SELECT id FROM problem_profile", as: UUID.self).uuidString.lowercased())"
    try await clerk.get(path + "/release")
    try await clerk.post(path + "/release", ["body": "Missing Children, CSE and Trafficking Group"].merging(date("on", today - 11)) { a, _ in a })
    #expect(clerk.status == .unprocessableContent && clerk.body.contains("before"))
    try await clerk.get(path + "/release")
    try await clerk.post(path + "/release", ["body": "Missing Children, CSE and Trafficking Group"].merging(date("on", today)) { a, _ in a })
    #expect(clerk.status == .ok)
    #expect(try await MeasureCast.value(.problemProfileAvailable, on: today) == MeasureValue(1, of: 1))
  }

  /// The decision on an enforcement team and the yearly review are recorded once, and shown where they count.
  @Test func decisionsAreRecorded() async throws {
    let (_, clerk) = try await TestDatabase.current.signIn(.businessSupport, .organisation(2))
    try await clerk.get("/strategy/actions/3.3.5/decision")
    #expect(clerk.status == .notFound)
    let typed = ["outcome": "not_now", "body": "CSE Strategic Group", "words": "Partners do it together for now"].merging(date("on", today - 3)) { a, _ in a }
    try await clerk.get("/strategy/actions/3.3.8/decision")
    try await clerk.post("/strategy/actions/3.3.8/decision", typed)
    #expect(clerk.status == .unprocessableContent && clerk.body.contains("by which it is looked at again"))
    try await clerk.get("/strategy/actions/3.3.8/decision")
    try await clerk.post("/strategy/actions/3.3.8/decision", typed.merging(date("next", today + 180)) { a, _ in a })
    #expect(clerk.status == .ok && clerk.body.contains("Partners do it together for now") && clerk.body.contains("1 of 3"))
    try await clerk.get("/strategy/review/new")
    try await clerk.post("/strategy/review/new", ["outcome": "keep", "body": "The Board", "words": "It stands"].merging(date("on", today)) { a, _ in a })
    #expect(clerk.status == .ok && clerk.body.contains("It stands"))
    try await clerk.get("/strategy")
    #expect(clerk.body.contains("Last reviewed by the The Board") || clerk.body.contains("Last reviewed by"))
    #expect(try await MeasureCast.value(.strategyReviewed, on: today) == MeasureValue(1, of: 1))
  }

  /// Whoever keeps returns for the Board lands on what is owed.
  @Test func businessSupportBeginsWithReturns() async throws {
    let (_, clerk) = try await TestDatabase.current.signIn(.businessSupport, .organisation(2))
    try await clerk.get("/")
    #expect(clerk.heading == "Returns" && clerk.body.contains("missing"))
  }
}
