import Domain
import Foundation
import Portal
import Postgres
import TestSupport
import Testing

/// Those who plan for a hot spot in Worcester, each of another organisation.
struct PlanCast {
  let analyst: (officer: Officer, browser: Browser)
  let chair: (officer: Officer, browser: Browser)
  let council: (officer: Officer, browser: Browser)
  let police: (officer: Officer, browser: Browser)
  let today = Arrange.today

  static let regulatory = 1, westMercia = 3, county = 9, worcester = 14

  var plans: PlanStore { PlanStore(TestDatabase.current.environment()) }
  var actions: PlanActionStore { PlanActionStore(TestDatabase.current.environment()) }
  var spots: HotSpotStore { HotSpotStore(TestDatabase.current.environment()) }
  var tasking: TaskingStore { TaskingStore(TestDatabase.current.environment()) }

  init() async throws {
    let database = TestDatabase.current
    analyst = try await database.signIn(.cspAnalyst, named: "Ambrose Kettle")
    chair = try await database.signIn(.taskingChair, .csp(2), named: "Leonora Fitch")
    council = try await database.signIn(.taskingMember, .csp(2), named: "Cordelia Nash")
    police = try await database.signIn(.taskingMember, .csp(2), named: "Thaddeus Moss")
    for (officer, organisation) in [(analyst.officer, Self.regulatory), (chair.officer, Self.county), (council.officer, Self.worcester), (police.officer, Self.westMercia)] {
      try await work(officer, for: organisation)
    }
  }

  /// As whoever manages accounts records it.
  func work(_ officer: Officer, for organisation: Int) async throws { try await arrange("SELECT sec.name_organisation(\(officer.id), \(Int16(organisation)), \(today))") }

  func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }

  /// A statement of the owner, behind the pages.
  func arrange(_ sql: SQL) async throws {
    let author = try await TestDatabase.current.operatorOfficer()
    try await TestDatabase.current.owner.write(by: author, at: TestDatabase.noon) { transaction in
      try await transaction.execute(sql)
      return Written((), entries: [])
    }
  }

  /// What the wall says of a statement of the web, in the officer's name; nil: it took it.
  func refusal(_ sql: SQL, by officer: Officer) async -> String? {
    do {
      try await TestDatabase.current.app.write(by: officer, at: TestDatabase.noon) { transaction in
        try await transaction.execute(sql)
        return Written((), entries: [])
      }
      return nil
    } catch { return (error as? PostgresError).map { $0.constraint ?? $0.sqlState?.rawValue ?? "refused" } ?? "\(error)" }
  }

  /// A hot spot that the analyst proposed, and the chair designated unless told otherwise.
  func spot(
    _ name: String = "Lantern Street", in authority: Int = 4, reasons: [HotSpotReason] = [.transportHub], designated: Bool = true, at middle: (Int, Int) = (385_000, 254_900)
  ) async throws -> HotSpot {
    let id = try await spots.propose(
      NewHotSpot(
        authority: authority, partnership: 2, name: name, theme: .transport, reasons: reasons, reason: "Several organisations are concerned",
        area: .circle(easting: middle.0, northing: middle.1, radius: 200), drawnFrom: "circle"), by: analyst.officer)
    var spot = try #require(try await spots.hotSpot(id, for: analyst.officer))
    guard designated else { return spot }
    try await spots.ask(spot, on: today - 3, by: analyst.officer)
    try await spots.answer(spot, .supports, "", on: today - 2, by: analyst.officer)
    try await spots.decide(NewDecision(.designate, reason: "Tasking agrees", decidedOn: today, reviewBy: today + 42), on: spot, version: spot.version, by: chair.officer)
    spot = try #require(try await spots.hotSpot(id, for: analyst.officer))
    return spot
  }

  func plan(for spot: HotSpot) async throws -> Plan {
    let place = try #require(try await plans.hotSpot(spot.id, for: analyst.officer))
    let id = try await plans.begin(NewPlan(PlanTexts(objective: "Nobody waits unseen"), reviewBy: today + 90), for: place, by: analyst.officer)
    return try #require(try await plans.plan(id, for: analyst.officer))
  }

  /// An action that is agreed.
  func action(_ what: String, of organisation: Int, in plan: Plan, due: Int = 30, coverage: Int? = nil, agreed: Bool = true) async throws -> PlanAction {
    let id = try await actions.add(
      NewPlanAction(what, theme: .prevent, organisation: organisation, lead: "A lead", due: today + max(due, 0), coverageWanted: coverage), to: plan, by: analyst.officer)
    var action = try #require(try await actions.action(id, for: analyst.officer))
    if due < 0 {
      try await arrange("UPDATE plan_action SET due_on = \(today + due) WHERE id = \(id)")
    }
    guard agreed else { return action }
    action = try await report(action, .agreed, "Agreed", by: chair.officer)
    return action
  }

  @discardableResult
  func report(_ action: PlanAction, _ state: PlanActionState, _ words: String, by officer: Officer) async throws -> PlanAction {
    let now = try #require(try await actions.action(action.id, for: analyst.officer))
    try await actions.report(NewPlanStep(state, words, on: today), on: now, version: now.version, by: officer)
    return try #require(try await actions.action(action.id, for: analyst.officer))
  }

  /// Places with a current licence so many metres east of the hot spot's middle.
  @discardableResult
  func place(_ reference: String, east metres: Int) async throws -> UUID {
    let licence = try await Arrange.licence(reference, in: 4, kind: .premisesLicence)
    try await arrange(
      "UPDATE registration SET location_id = settle_location(4::smallint, \(reference), \(reference), NULL, NULL, \(385_000 + metres)::integer, 254900) WHERE id = \(licence)")
    return licence
  }
}
