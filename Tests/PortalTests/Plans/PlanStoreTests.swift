import Domain
import Foundation
import HTTPTypes
@testable import Portal
import Postgres
import TestSupport
import Testing
import Web

/// A plan takes two people, an action is verified by another organisation, and what is a multi-agency plan is asked of a day.
@Suite(.database) struct PlanStoreTests {
  private func lower(_ id: UUID) -> String { id.uuidString.lowercased() }

  @Test func aPlanIsBegunByOneAndApprovedByAnother() async throws {
    let cast = try await PlanCast()
    let spot = try await cast.spot()
    let (analyst, chair) = (cast.analyst.browser, cast.chair.browser)
    try await analyst.get(spot.path)
    #expect(analyst.body.contains("no multi-agency plan: there is no plan") && analyst.body.contains("Begin a plan"))
    try await analyst.get(spot.path + "/plan")
    let typed = ["objective": "Nobody waits unseen at the far stands", "review-day": "1", "review-month": "2", "review-year": "2027", "seen": "0", "initiative": "nightsafe"]
    var child = typed
    child["others"] = "A girl called Jane, aged 14, waits there"
    try await analyst.post(spot.path + "/plan", child)
    #expect(analyst.status == .unprocessableContent && analyst.body.contains("Nothing was kept"))
    try await analyst.post(spot.path + "/plan", typed)
    #expect(analyst.status == .ok && analyst.body.contains("The plan is begun") && analyst.body.contains("Nightsafe"))
    let plan = try #require(try await cast.plans.current(of: spot.id, for: cast.analyst.officer))

    // Not by whoever began it, on the page, in the store and in the database.
    try await analyst.get(plan.path + "/approval")
    #expect(analyst.status == .conflict)
    await #expect(throws: Problem.self) { try await cast.plans.approve(plan, on: cast.today, version: plan.version, by: cast.analyst.officer) }
    #expect(await cast.refusal("UPDATE plan SET approved_on = begun_on, approved_by = created_by WHERE id = \(plan.id)", by: cast.analyst.officer) == "plan_approved_by_another")
    try await chair.get(plan.path + "/approval")
    #expect(chair.status == .ok)
    try await chair.post(plan.path + "/approval", ["on-day": "23", "on-month": "11", "on-year": "2026", "seen": "1"])
    #expect(chair.status == .ok && chair.body.contains("The plan is approved"))

    // It is closed with an assessment, when nothing is open in it.
    let action = try await cast.action("Marshals", of: PlanCast.worcester, in: plan)
    try await chair.get(plan.path + "/end")
    #expect(chair.status == .conflict && chair.body.contains("assessment is not written"))
    var now = try #require(try await cast.plans.plan(plan.id, for: cast.analyst.officer))
    var new = NewPlan(now.texts, reviewBy: now.reviewBy)
    new.texts.assessment = "Fewer reports than before"
    try await cast.plans.change(new, of: now, version: now.version, by: cast.analyst.officer)
    try await chair.get(plan.path + "/end")
    #expect(chair.status == .conflict && chair.body.contains("One action is not over"))
    try await cast.report(action, .cancelled, "Not needed any more", by: cast.chair.officer)
    now = try #require(try await cast.plans.plan(plan.id, for: cast.analyst.officer))
    try await chair.get(plan.path + "/end")
    try await chair.post(plan.path + "/end", ["on-day": "23", "on-month": "11", "on-year": "2026", "reason": "Nothing new for six months", "seen": String(now.version)])
    #expect(chair.status == .ok && chair.body.contains("The plan is closed"))
    await #expect(throws: Problem.self) { try await cast.plans.change(new, of: now, version: now.version, by: cast.analyst.officer) }
  }

  /// Delete a condition of `sec.plan_step_guard` (migration 27) to see its line red.
  @Test func doneIsVerifiedByAnotherOrganisation() async throws {
    let cast = try await PlanCast()
    let plan = try await cast.plan(for: try await cast.spot())
    var action = try await cast.action("Marshals at the rank", of: PlanCast.worcester, in: plan)
    let council = cast.council.browser
    try await council.get("/agency")
    #expect(council.status == .ok && council.body.contains("Marshals at the rank") && council.body.contains("Submit information"))
    try await council.post(
      "\(action.path)/steps",
      ["words": "Two marshals are found", "state": "in_progress", "seen": String(action.version), "from": "agency", "on-day": "23", "on-month": "11", "on-year": "2026"])
    #expect(council.path == "/agency" && council.body.contains("The action is now in progress"))
    // What those who manage the plan decide is not offered, and not taken.
    try await council.get(action.path)
    #expect(!council.body.contains("value=\"verified\"") && !council.body.contains("value=\"cancelled\""))
    action = try await cast.report(action, .donePendingVerification, "Three weekends", by: cast.council.officer)
    await #expect(throws: Problem.self) { try await cast.report(action, .verified, "It is so", by: cast.council.officer) }
    let step: SQL = "INSERT INTO plan_action_step (action_id, authority_id, state, words, on_day, recorded_by)"
    func attempt(_ state: String, by officer: Officer, as author: Officer? = nil) async -> String? {
      await cast.refusal("\(step) VALUES (\(action.id), 4, \(state), 'because', \(cast.today), \((author ?? officer).id))", by: officer)
    }
    #expect(await attempt("verified", by: cast.council.officer) == "42501")
    #expect(await attempt("done_pending_verification", by: cast.police.officer) == "plan_step_of_own_organisation")
    #expect(await attempt("verified", by: cast.police.officer, as: cast.analyst.officer) == "42501")
    #expect(await cast.refusal("UPDATE plan_action SET state = 'verified' WHERE id = \(action.id)", by: cast.council.officer) == "plan_action_state_of_its_step")
    #expect(await cast.refusal("UPDATE plan_action SET due_on = due_on + 90 WHERE id = \(action.id)", by: cast.council.officer) == "42501")
    #expect(await cast.refusal("UPDATE plan_action SET organisation_id = 3 WHERE id = \(action.id)", by: cast.chair.officer) == "plan_action_organisation_kept")

    // A chair of the same organisation, one who never said, and one who reported on it: none of them.
    let database = TestDatabase.current
    let (unknown, _) = try await database.signIn(.taskingChair, .csp(2), named: "Nobody’s")
    #expect(await attempt("verified", by: unknown) == "plan_step_verifier_known")
    try await cast.work(unknown, for: PlanCast.worcester)
    #expect(await attempt("verified", by: unknown) == "plan_step_verified_by_other_organisation")
    action = try await cast.report(action, .inProgress, "One weekend is missing", by: cast.analyst.officer)
    action = try await cast.report(action, .donePendingVerification, "Made up for", by: cast.council.officer)
    #expect(await attempt("verified", by: cast.analyst.officer) == "plan_step_verified_by_another")
    action = try await cast.report(action, .verified, "Seen on two evenings", by: cast.chair.officer)
    #expect(action.state == .verified)
    #expect(try await cast.value("SELECT organisation_id::bigint FROM plan_action_step WHERE state = 'verified'", as: Int.self) == PlanCast.county)
    await #expect(throws: Problem.self) { try await cast.report(action, .inProgress, "Once more", by: cast.chair.officer) }
  }

  /// For whom somebody works is recorded by whoever manages accounts, never by themselves: it decides what they read and may not verify.
  /// Grant `insert` on `plan_colleague` to the web to see it red.
  @Test func nobodySaysForWhomTheyWorkThemselves() async throws {
    let cast = try await PlanCast()
    let (stranger, browser) = try await TestDatabase.current.signIn(.taskingMember, .csp(2), named: "Orla Finch")
    #expect(await cast.refusal("INSERT INTO plan_colleague VALUES (\(stranger.id), 3, \(stranger.id), \(cast.today))", by: stranger) == "42501")
    #expect(await cast.refusal("UPDATE plan_colleague SET organisation_id = 3", by: cast.council.officer) == "42501")
    #expect(await cast.refusal("SELECT sec.name_organisation(\(stranger.id), 3::smallint, \(cast.today))", by: stranger) == "42501")
    #expect(await cast.refusal("SELECT sec.organisation_of(\(cast.police.officer.id))", by: stranger) == "42501")
    try await browser.get("/agency")
    #expect(browser.status == .ok && browser.body.contains("does not say yet for whom you work"))
    let (_, admin) = try await TestDatabase.current.signIn(.admin, .everywhere, named: "Ada Winterbourne")
    let path = "/accounts/\(stranger.id.uuidString.lowercased())"
    try await admin.get(path)
    try await admin.post(path + "/organisation", ["organisation": "9999"])
    #expect(admin.status == .unprocessableContent && admin.body.contains("Choose an organisation of the list"))
    try await admin.post(path + "/organisation", ["organisation": "\(PlanCast.westMercia)"])
    #expect(admin.status == .ok && admin.body.contains("Orla Finch works for West Mercia Police"))
    try await browser.get("/agency")
    #expect(browser.body.contains("West Mercia Police"))
    try await admin.post(path + "/organisation", ["organisation": ""])
    try await browser.get("/agency")
    #expect(browser.body.contains("does not say yet for whom you work"))
  }

  /// Each condition at its border: one row, the day before it and the day itself.
  @Test func theMultiAgencyTestIsAskedOfADay() async throws {
    let cast = try await PlanCast()
    let spot = try await cast.spot()
    let plan = try await cast.plan(for: spot)
    try await cast.plans.approve(plan, on: cast.today, version: plan.version, by: cast.chair.officer)
    _ = try await cast.action("Marshals", of: PlanCast.worcester, in: plan)
    let patrols = try await cast.action("Patrols", of: PlanCast.westMercia, in: plan)
    _ = try await cast.action("More marshals", of: PlanCast.worcester, in: plan)
    _ = try await cast.action("Leaflets", of: PlanCast.regulatory, in: plan, agreed: false)
    func on(_ day: Day) async throws -> [PlanStanding] {
      try await TestDatabase.current.app.read(as: cast.analyst.officer, PlanStanding.query(on: day))
    }
    let faults = try await on(cast.today).first?.faults
    let owners = try await on(cast.today).first?.owners
    #expect(faults == [] && owners == [PlanCast.westMercia, PlanCast.worcester])
    // The page's own reading agrees with the rule.
    #expect(try await cast.plans.plan(plan.id, for: cast.analyst.officer)?.faults == [])
    #expect(try await on(cast.today - 1).isEmpty, "it was not designated yet")
    let measure: SQL = "SELECT part FROM sec.strategy_measures(\(cast.today)) WHERE measure = 'hot_spots_with_plan' AND authority_id = 4"
    func counted() async throws -> Int { try await TestDatabase.current.app.reading(as: cast.analyst.officer) { try await $0.value(measure, as: Int.self) } }
    #expect(try await counted() == 1)

    let ahead = cast.today + 10
    try await cast.arrange("UPDATE plan SET approved_on = \(ahead) WHERE id = \(plan.id)")
    #expect(try await on(ahead - 1)[0].faults == [.notApproved])
    #expect(try await on(ahead)[0].faults == [])
    #expect(try await counted() == 0)
    try await cast.arrange("UPDATE plan SET approved_on = \(cast.today) WHERE id = \(plan.id)")
    try await cast.arrange("UPDATE hot_spot_consultation SET answered_on = \(ahead)")
    #expect(try await on(ahead - 1)[0].faults == [.groupHasNotAnswered])
    #expect(try await on(ahead)[0].faults == [])
    try await cast.arrange("UPDATE hot_spot_consultation SET answered_on = \(cast.today - 2)")
    // The only action of the second organisation is called off on a day.
    try await cast.arrange("INSERT INTO plan_action_step (action_id, authority_id, state, words, on_day, recorded_by) VALUES (\(patrols.id), 4, 'cancelled', 'off', \(ahead), \(cast.chair.officer.id))")
    #expect(try await on(ahead - 1)[0].faults == [])
    #expect(try await on(ahead)[0].faults == [.oneOrganisation])
    try await cast.arrange("UPDATE plan SET closed_on = \(cast.today + 5), closed_by = \(cast.chair.officer.id), closed_because = 'over' WHERE id = \(plan.id)")
    #expect(try await on(cast.today + 4)[0].faults == [])
    #expect(try await on(cast.today + 5)[0].faults == [.noPlan])
    try await cast.arrange("UPDATE hot_spot SET state = 'de_designated', ended_on = \(cast.today + 7) WHERE id = \(spot.id)")
    #expect(try await on(cast.today + 6).count == 1)
    #expect(try await on(cast.today + 7).isEmpty)

    // Whoever sees hot spots and counts nothing is told the same; another partnership is told nothing.
    let (screener, _) = try await TestDatabase.current.signIn(.intelScreener, .csp(2))
    #expect(try await TestDatabase.current.app.read(as: screener, PlanStanding.query(on: cast.today)).first?.faults == [])
    let (north, browser) = try await TestDatabase.current.signIn(.taskingChair, .csp(1))
    #expect(try await TestDatabase.current.app.read(as: north, PlanStanding.query(on: cast.today)).isEmpty)
    try await browser.get(plan.path)
    #expect(browser.status == .notFound)
    try await browser.get(patrols.path)
    #expect(browser.status == .notFound)
  }

  /// An action that asks for guidance is done when the places hold it, whoever gave it; overdue until then.
  @Test func guidanceCompletesItsAction() async throws {
    let cast = try await PlanCast()
    let version = try await Arrange.version(1, from: cast.today - 400)
    let places = [try await cast.place("PREM/1", east: 0), try await cast.place("PREM/2", east: 190), try await cast.place("PREM/3", east: 440)]
    try await cast.place("PREM/4", east: 2_000)
    let plan = try await cast.plan(for: try await cast.spot())
    let action = try await cast.action("Guidance for every place", of: PlanCast.regulatory, in: plan, due: -1, coverage: 66)
    func now() async throws -> PlanAction { try #require(try await cast.actions.action(action.id, for: cast.chair.officer)) }
    func late() async throws -> Int {
      try await TestDatabase.current.app.reading(as: cast.chair.officer) { try await $0.value("SELECT count(*) FROM sec.plan_actions_late(\(cast.today), 250)", as: Int.self) }
    }
    try await Arrange.issue(version, to: places[0], on: cast.today)
    let before = try await now()
    #expect(before.places == 3 && before.issued == 1 && !before.isReached)
    #expect(try await late() == 1)
    await #expect(throws: Problem.self) { try await cast.report(action, .verified, "Not yet", by: cast.chair.officer) }
    func lists(_ query: String) async throws -> Bool {
      try await cast.chair.browser.get("/plan-actions?organisation=any&" + query).body.contains("Guidance for every place")
    }
    #expect(try await lists("due=overdue"))
    #expect(try await lists("state=agreed"))
    #expect(try await !lists("state=done_pending_verification"))
    try await Arrange.issue(version, to: places[1], on: cast.today)
    let after = try await now()
    #expect(after.isReached && after.shown == .donePendingVerification && after.state == .agreed)
    #expect(try await late() == 0)
    #expect(try await !lists("due=overdue"))
    #expect(try await !lists("state=agreed"))
    // Whoever verifies is told, though nobody reported it.
    #expect(try await lists("state=done_pending_verification"))
    #expect(try await TestDatabase.current.app.read(as: cast.chair.officer, PlansDue.query(cast.chair.officer, on: cast.today)).first?.toVerify == 1)
    try await cast.chair.browser.get(action.path)
    #expect(cast.chair.browser.body.contains("2 of 3 places (67%) hold guidance") && cast.chair.browser.body.contains("done by itself") && cast.chair.browser.body.contains("value=\"verified\""))
    #expect(try await cast.report(action, .verified, "The count says so", by: cast.chair.officer).state == .verified)
  }

  /// A hot spot with a plan is de-designated on the plan's assessment, with nothing left open; its plan ends with it.
  /// Delete the call of `PlanStore.end` in `HotSpotStore.decide` to see it red.
  @Test func aHotSpotEndsOnTheAssessmentOfItsPlan() async throws {
    let cast = try await PlanCast()
    let spot = try await cast.spot()
    let plan = try await cast.plan(for: spot)
    let action = try await cast.action("Patrols", of: PlanCast.westMercia, in: plan)
    let ending = NewDecision(.deDesignate, reason: "Nothing new since the lamps were mended", decidedOn: cast.today)
    func end() async throws { try await cast.spots.decide(ending, on: spot, version: spot.version, by: cast.chair.officer) }
    await #expect(throws: Problem.self) { try await end() }
    try await cast.chair.browser.get(spot.path + "/decisions/de_designate")
    #expect(cast.chair.browser.status == .ok && cast.chair.browser.body.contains("Its assessment is not written") && !cast.chair.browser.body.contains("name=\"reason\""))
    // Approved later than it was decided, as when the minutes are written up: it cannot close before that.
    try await cast.arrange("UPDATE plan SET assessment = 'Half as many calls as before', approved_on = \(cast.today + 3), approved_by = \(cast.chair.officer.id) WHERE id = \(plan.id)")
    await #expect(throws: Problem.self) { try await end() }
    try await cast.report(action, .cancelled, "Not needed any more", by: cast.chair.officer)
    try await end()
    #expect(try await cast.spots.hotSpot(spot.id, for: cast.analyst.officer)?.state == .deDesignated)
    let ended = try #require(try await cast.plans.plan(plan.id, for: cast.analyst.officer))
    #expect(ended.closedOn == cast.today + 3 && ended.closedBecause == ending.reason)
    #expect(try await cast.value("SELECT count(*) FROM audit.entry WHERE body::jsonb ->> 'verb' = 'decidePlan' AND body::jsonb ->> 'name' = 'Leonora Fitch'", as: Int.self) == 1)
  }

  /// What was done is told to its organisation and to those who manage the plan, and to no other partner.
  @Test func anotherAgencysWordsAreNotRead() async throws {
    let cast = try await PlanCast()
    let spot = try await cast.spot()
    let plan = try await cast.plan(for: spot)
    let action = try await cast.action("Patrols when the last buses leave", of: PlanCast.westMercia, in: plan)
    try await cast.report(action, .inProgress, "CANARY-7261 was seen at the stands", by: cast.police.officer)
    for path in [action.path, plan.path, spot.path, "/plan-actions?organisation=any", "/agency", "/tasking"] {
      try await cast.council.browser.get(path)
      #expect(cast.council.browser.status == .ok && !cast.council.browser.body.contains("CANARY-7261"), "\(path)")
    }
    try await cast.council.browser.get("/plan-actions?organisation=any")
    #expect(cast.council.browser.body.contains("Patrols when the last buses leave"))
    for reader in [cast.police.browser, cast.chair.browser] {
      try await reader.get(action.path)
      #expect(reader.body.contains("CANARY-7261"))
    }
    // The wall, whatever the page forgets.
    let seen = try await TestDatabase.current.app.reading(as: cast.council.officer) { try await $0.value("SELECT count(*) FROM plan_action_step", as: Int.self) }
    #expect(seen == 0)
  }
}
