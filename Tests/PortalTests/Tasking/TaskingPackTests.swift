import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// The paper of one organisation holds what it may see: words planted everywhere else are not in it.
@Suite(.database) struct TaskingPackTests {
  private let today = Arrange.today

  @Test func thePaperHoldsNothingOfAnotherAgency() async throws {
    let cast = try await PlanCast()
    // Named, not to be named, and outside the council's district; each with an action of the police and one of the council.
    let open = try await cast.spot("Lantern Street")
    let bound = try await cast.spot("CANARY-SPOT yard", reasons: [.nightTimeEconomy, .intelCluster], at: (386_500, 254_900))
    let far = try await cast.spot("CANARY-FAR bandstand", in: 5, at: (390_000, 263_300))
    var mine: [PlanAction] = []
    for (index, spot) in [open, bound, far].enumerated() {
      let plan = try await cast.plan(for: spot)
      let other = try await cast.action(index == 0 ? "Patrols at night" : "CANARY-TITLE \(index)", of: PlanCast.westMercia, in: plan)
      try await cast.report(other, .inProgress, "CANARY-WORDS of the police", by: cast.police.officer)
      if index < 2 {
        let own = try await cast.action("Marshals \(index)", of: PlanCast.worcester, in: plan)
        mine.append(try await cast.report(own, .inProgress, "We found \(index + 2) marshals", by: cast.council.officer))
      }
    }
    let (screener, _) = try await TestDatabase.current.signIn(.intelScreener, .csp(2), named: "Screener")
    _ = try await IntelligenceStore(TestDatabase.current.environment(), keys: try TestDatabase.current.keys().intelligence).add(
      NewIntelligence(
        csp: 2, kind: .police, theme: .transport, grading: .graded(Grading(.reliable, .b, .permitted)), sanitisedBy: "Intelligence unit", sanitisedOn: today, reviewBy: today + 30, text: "CANARY-ITEM", readers: [cast.chair.officer.id, cast.council.officer.id]),
      by: screener)
    let id = try await cast.tasking.plan(NewMeeting(2, on: today, at: "Guildhall"), by: cast.analyst.officer)
    let meeting = try #require(try await cast.tasking.meeting(id, for: cast.analyst.officer))
    try await cast.tasking.note("CANARY-NOTE", in: meeting, by: cast.analyst.officer)
    for spot in [open, bound, far] where spot.authority == 4 {
      try await cast.tasking.decide(.respond, "CANARY-REASON", reviewBy: nil, on: spot, version: spot.version, in: meeting, by: cast.chair.officer)
    }

    // Not shown before it is noted that it was printed.
    let chair = cast.chair.browser
    try await chair.get(meeting.path + "/packs/14")
    #expect(chair.status == .notFound)
    try await chair.get(meeting.path + "/packs")
    try await chair.post(meeting.path + "/packs", ["organisation": "11"])
    #expect(chair.status == .unprocessableContent, "Bromsgrove does not act in this partnership")
    try await chair.post(meeting.path + "/packs", ["organisation": "14"])
    #expect(chair.status == .ok && chair.heading == "Tasking paper for Worcester City Council")
    let paper = chair.body
    let leaked = paper.matches(of: /CANARY-[A-Z]+/).map { String($0.0) }
    #expect(leaked == [])
    for words in ["Marshals 0", "Marshals 1", "We found 2 marshals", "We found 3 marshals", "Lantern Street", "Patrols at night", "\(bound.reference), a place in Worcester City", "Not printed"] {
      #expect(paper.contains(words), "\(words)")
    }
    for words in [
      "One hot spot outside your districts.", "One hot spot’s name, as its handling does not allow it.", "One title of an action there.",
      "2 other organisations’ actions, but for title, owner and state.", "One note of the meeting.", "The reasons of the decisions.",
    ] { #expect(paper.contains(words), "\(words)") }
    #expect(try await cast.value("SELECT count(*) FROM tasking_pack WHERE organisation_id = 14 AND made_by = \(cast.chair.officer.id)", as: Int.self) == 1)
    // A partner prints none, and the police's own paper has their words and not the council's.
    try await cast.council.browser.get(meeting.path + "/packs")
    #expect(cast.council.browser.status == .forbidden)
    try await chair.get(meeting.path + "/packs")
    try await chair.post(meeting.path + "/packs", ["organisation": "3"])
    #expect(chair.body.contains("CANARY-WORDS of the police") && !chair.body.contains("We found") && !chair.body.contains("CANARY-ITEM") && !chair.body.contains("CANARY-NOTE"))
    // An item under conditions that is linked to a place binds its name, whatever its reasons are.
    try await cast.arrange("UPDATE intelligence_item SET handling = 'C', conditions = 'Patrols only'")
    try await cast.arrange(
      "INSERT INTO hot_spot_item (hot_spot_id, authority_id, item_id, csp_id, linked_by, linked_on) SELECT \(open.id), 4, i.id, 2, \(cast.analyst.officer.id), \(today) FROM intelligence_item i")
    try await chair.get(meeting.path + "/packs/14")
    #expect(!chair.body.contains("Lantern Street") && chair.body.contains("\(open.reference), a place in Worcester City") && !chair.body.contains("Patrols at night"))
    // Nor does the log tell any of it.
    let log = try await TestDatabase.current.owner.pool.transaction(.readOnly) {
      try await $0.values("SELECT detail::text FROM audit.detail", as: String.self)
    }
    #expect(!log.isEmpty && !log.contains { $0.contains("CANARY-WORDS") || $0.contains("CANARY-ITEM") || $0.contains("CANARY-NOTE") || $0.contains("CANARY-REASON") })
    #expect(mine.count == 2)
  }
}
