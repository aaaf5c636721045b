import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// A meeting has before it what its reader may see; what it decides is minuted in the same transaction and stands.
@Suite(.database) struct TaskingMeetingTests {
  private let today = Arrange.today

  private func meeting(_ cast: PlanCast, on day: Day? = nil) async throws -> TaskingMeeting {
    let id = try await cast.tasking.plan(NewMeeting(2, on: day ?? today, at: "Guildhall"), by: cast.analyst.officer)
    return try #require(try await cast.tasking.meeting(id, for: cast.analyst.officer))
  }

  /// An item of information that names these readers.
  private func item(_ text: String, received: Day, readers: [UUID], by officer: Officer) async throws -> UUID {
    let environment = TestDatabase.current.environment(now: TestDatabase.noon.addingTimeInterval(Double(received.dayNumber - today.dayNumber) * 86_400))
    return try await IntelligenceStore(environment, keys: try TestDatabase.current.keys().intelligence).add(
      NewIntelligence(
        csp: 2, kind: .police, theme: .transport, grading: .graded(Grading(.reliable, .b, .permitted)), sanitisedBy: "Intelligence unit", sanitisedOn: today, reviewBy: received + 30, text: text, readers: readers), by: officer)
  }

  @Test func theAgendaHoldsReferencesOfWhatTheReaderMaySee() async throws {
    let cast = try await PlanCast()
    let (screener, _) = try await TestDatabase.current.signIn(.intelScreener, .csp(2), named: "Screener")
    _ = try await meeting(cast, on: today - 10)
    let named = try await item("CANARY-4410 behind the kiosk", received: today - 3, readers: [cast.council.officer.id], by: screener)
    _ = try await item("CANARY-4411 by the arcade", received: today - 10, readers: [cast.council.officer.id], by: screener)
    let next = try await meeting(cast)
    #expect(next.since == today - 10)
    let seen = try await cast.tasking.agenda(of: next, for: cast.council.officer)
    #expect(seen.items.map(\.id) == [named], "only what came after the meeting before")
    #expect(try await cast.tasking.agenda(of: next, for: cast.analyst.officer).items.count == 1, "those who handle items see that they are there")
    #expect(try await cast.tasking.agenda(of: next, for: cast.police.officer).items.isEmpty, "whom none names sees none")
    for browser in [cast.council.browser, cast.analyst.browser, cast.police.browser] {
      try await browser.get(next.path)
      #expect(browser.status == .ok && !browser.body.contains("CANARY"))
    }
    #expect(cast.council.browser.body.contains("One item that you may see.") && cast.police.browser.body.contains("None that you may see"))
    // Nobody of another partnership reads either.
    let (_, north) = try await TestDatabase.current.signIn(.taskingChair, .csp(1))
    for path in [next.path, next.path + "/minutes", next.path + "/packs"] {
      try await north.get(path)
      #expect(north.status == .notFound, "\(path)")
    }
  }

  @Test func theAgendaIsBuiltFromHotSpotsAndActions() async throws {
    let cast = try await PlanCast()
    let bare = try await cast.spot("Copper Square")
    let proposed = try await cast.spot("Ferry steps", designated: false)
    let planned = try await cast.spot("Lantern Street")
    let plan = try await cast.plan(for: planned)
    let late = try await cast.action("Patrols", of: PlanCast.westMercia, in: plan, due: -1)
    _ = try await cast.action("Marshals", of: PlanCast.worcester, in: plan, due: 0)
    try await cast.arrange("UPDATE hot_spot SET review_by = \(today + 14) WHERE id = \(bare.id)")
    let meeting = try await meeting(cast)
    let agenda = try await cast.tasking.agenda(of: meeting, for: cast.analyst.officer)
    #expect(agenda.overdue.map(\.id) == [late.id], "due today is not overdue")
    #expect(Set(agenda.unplanned.map(\.id)) == [bare.id, planned.id])
    try await cast.analyst.browser.get(meeting.path)
    let body = cast.analyst.browser.body
    #expect(body.contains("There is no plan") && body.contains("The plan is not approved") && body.contains(proposed.name) && body.contains("One action is overdue."))
    try await cast.arrange("UPDATE hot_spot SET review_by = \(today + 15) WHERE id = \(bare.id)")
    try await cast.analyst.browser.get(meeting.path)
    #expect(cast.analyst.browser.body.contains("No review falls due within 14 days of the meeting."))
  }

  /// Designation, plan, task, note; then the minutes are closed and stand.
  @Test func whatIsDecidedIsMinutedAndStands() async throws {
    let cast = try await PlanCast()
    let spot = try await cast.spot(designated: false)
    try await cast.spots.ask(spot, on: today - 3, by: cast.analyst.officer)
    let meeting = try await meeting(cast)
    let base = "\(meeting.path)/hot-spots/\(spot.id.uuidString.lowercased())"
    let (chair, analyst) = (cast.chair.browser, cast.analyst.browser)
    var decision = ["reason": "The meeting agrees", "review-day": "4", "review-month": "1", "review-year": "2027", "seen": "1"]
    // Not before the group has answered: not offered, and not taken.
    try await chair.get(meeting.path + "/minutes")
    #expect(chair.body.contains("has not answered yet") && !chair.body.contains("/decisions/designate"))
    try await chair.post(base + "/decisions/designate", decision)
    #expect(chair.status == .conflict)
    try await cast.spots.answer(spot, .supports, "", on: today - 1, by: cast.analyst.officer)
    // Not by who proposed it, who may not designate at all.
    try await analyst.post(base + "/decisions/designate", decision)
    #expect(analyst.status == .forbidden)
    decision["reason"] = "A boy called Sam lives there"
    try await chair.get(base + "/decisions/designate")
    try await chair.post(base + "/decisions/designate", decision)
    #expect(chair.status == .unprocessableContent && chair.body.contains("Nothing was kept"))
    decision["reason"] = "The meeting agrees"
    try await chair.post(base + "/decisions/designate", decision)
    #expect(chair.status == .ok && chair.path == meeting.path + "/minutes" && chair.body.contains("was designated"))
    #expect(try await cast.value("SELECT meeting FROM hot_spot_decision WHERE kind = 'designate'", as: String.self) == "CSP South tasking, 23 November 2026")
    #expect(try await cast.value("SELECT second_person FROM hot_spot_decision WHERE kind = 'designate'", as: UUID.self) == cast.analyst.officer.id)

    // A task takes a plan.
    try await analyst.get(base + "/task")
    #expect(analyst.status == .conflict && analyst.body.contains("Begin the plan first"))
    let live = try #require(try await cast.spots.hotSpot(spot.id, for: cast.analyst.officer))
    let plan = try await cast.plan(for: live)
    try await analyst.get(base + "/task")
    let task = ["what": "Marshals at the rank", "theme": "prevent", "organisation": "14", "lead": "Licensing", "due-day": "14", "due-month": "12", "due-year": "2026"]
    try await analyst.post(base + "/task", task)
    #expect(analyst.status == .ok && analyst.body.contains("Task for Worcester City Council, due by 14 December 2026"))
    let action = try #require(try await cast.plans.actions(of: plan.id, for: cast.analyst.officer).first)
    #expect(action.state == .agreed && action.organisation == 14)

    // The same form again takes no second effect.
    try await analyst.get(meeting.path + "/minutes")
    let once = try #require(analyst.hidden("once"))
    for _ in 0..<2 { try await analyst.post(meeting.path + "/notes", ["words": "The patrols are thanked", "once": once]) }
    #expect(try await cast.value("SELECT count(*) FROM tasking_minute WHERE kind = 'note'", as: Int.self) == 1)

    // Closed by two agencies or more, and not before.
    try await analyst.get(meeting.path + "/state/close")
    #expect(analyst.status == .conflict && analyst.body.contains("Nobody is recorded as present"))
    try await analyst.get(meeting.path + "/minutes")
    try await analyst.post(meeting.path + "/attendance", ["organisation": "14", "many": "0"])
    #expect(analyst.status == .unprocessableContent && analyst.body.contains("from 1 to 60"))
    for organisation in ["3", "14"] { try await analyst.post(meeting.path + "/attendance", ["organisation": organisation, "many": "2", "names": "Licensing"]) }
    try await chair.get(meeting.path + "/state/close")
    try await chair.post(meeting.path + "/state/close", ["seen": "1"])
    #expect(chair.status == .ok && chair.body.contains("Closed by Leonora Fitch"))
    for (path, fields) in [("/notes", ["words": "One more"]), ("/attendance", ["organisation": "9", "many": "1"])] {
      // What refuses has no form: each is sent from the page that had one.
      try await analyst.get("/tasking/new")
      try await analyst.post(meeting.path + path, fields)
      #expect(analyst.status == .conflict, "\(path)")
    }
    try await chair.post(base + "/decisions/respond", ["reason": "At once", "seen": "2"])
    #expect(chair.status == .conflict)
    let id = meeting.id
    #expect(await cast.refusal("INSERT INTO tasking_minute (meeting_id, csp_id, number, kind, words, recorded_by) VALUES (\(id), 2, 9, 'note', 'late', \(cast.chair.officer.id))", by: cast.chair.officer) == "tasking_minutes_open")
    #expect(await cast.refusal("UPDATE tasking_attendance SET many = 9 WHERE meeting_id = \(id)", by: cast.chair.officer) == "tasking_minutes_open")
    #expect(await cast.refusal("UPDATE tasking_meeting SET state = 'planned', closed_at = NULL, closed_by = NULL WHERE id = \(id)", by: cast.chair.officer) == "tasking_meeting_stands")
    for table: SQL in ["tasking_minute", "tasking_pack", "tasking_correction"] {
      #expect(await cast.refusal("DELETE FROM \(table)", by: cast.chair.officer) == "42501")
    }

    // What was wrong is put right by another row.
    try await analyst.get(meeting.path + "/corrections")
    try await analyst.post(meeting.path + "/corrections", ["minute": "3", "words": "The patrols and the marshals are thanked"])
    #expect(analyst.status == .ok && analyst.body.contains("The patrols are thanked") && analyst.body.contains("The patrols and the marshals are thanked"))

    // The next meeting finds the task in its log.
    let next = try await cast.tasking.plan(NewMeeting(2, on: today + 30, at: "Guildhall"), by: cast.analyst.officer)
    let later = try #require(try await cast.tasking.meeting(next, for: cast.analyst.officer))
    #expect(try await cast.tasking.agenda(of: later, for: cast.analyst.officer).log.map(\.action) == [action.id])
    await #expect(throws: Problem.self) { try await cast.tasking.decide(.extend, "early", reviewBy: today + 50, on: live, version: live.version, in: later, by: cast.chair.officer) }
  }

  /// Minutes about a district are read by those who see its hot spots; others are told that some are left out.
  @Test func minutesOfAnotherDistrictAreLeftOutAndCounted() async throws {
    let cast = try await PlanCast()
    let spot = try await cast.spot("Copper Square")
    let meeting = try await meeting(cast)
    try await cast.tasking.decide(.respond, "CANARY-9002", reviewBy: nil, on: spot, version: spot.version, in: meeting, by: cast.chair.officer)
    try await cast.tasking.note("The next meeting is in the spring", in: meeting, by: cast.analyst.officer)
    let (_, elsewhere) = try await TestDatabase.current.signIn(.taskingMember, .authority(5), named: "Of Wychavon")
    try await elsewhere.get(meeting.path + "/minutes")
    #expect(elsewhere.status == .ok && elsewhere.body.contains("One minute is about a district that is not yours") && elsewhere.body.contains("in the spring"))
    #expect(!elsewhere.body.contains("CANARY-9002") && !elsewhere.body.contains("Copper Square"))
    try await elsewhere.get(meeting.path)
    #expect(!elsewhere.body.contains("Copper Square"))
  }
}
