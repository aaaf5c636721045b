import Domain
import Foundation
import HTTPTypes
@testable import Portal
import Postgres
import TestSupport
import Testing
import Web

/// From the grading to the end: the gate of 5x5x5, markings, reviews, disposal by two people, legal holds, what is returned, and the hot spots
/// that rest on it.
@Suite(.database) struct IntelligenceLifeTests {
  private typealias Cast = IntelligenceCast
  private let today = Arrange.today

  private func filled(_ more: [String: String]) -> [String: String] {
    [
      "partnership": "2", "theme": "transport", "text": Cast.words, "source": "1", "information": "B", "handling": "P", "marking": "official", "sanitised-by": "Intelligence unit",
      "sanitised-day": "23", "sanitised-month": "11", "sanitised-year": "2026", "review-day": "20", "review-month": "12", "review-year": "2026",
    ].merging(more) { $1 }
  }

  /// Refused, or without any effect.
  private func refused(_ sql: SQL, by officer: Officer) async throws {
    let changed = try? await TestDatabase.current.app.pool.transaction(.readWrite, prelude: [officer.identity.entering]) { try await $0.execute(sql) }
    #expect((changed ?? 0) == 0, "\(sql.text)")
  }

  // MARK: - Grading and marking

  @Test func conditionsNeedTheirCodesAndTheirWords() async throws {
    let (screener, browser) = try await TestDatabase.current.signIn(.intelScreener, .csp(2))
    let reader = ["reader": screener.id.uuidString]
    try await browser.get("/intelligence/police")
    try await browser.post("/intelligence/police", filled(reader.merging(["handling": "C"]) { $1 }))
    #expect(browser.status == .unprocessableContent)
    for words in ["Enter the conditions that readers must keep", "Choose what may be done with it", "Choose who may sanitise it further"] { #expect(browser.body.contains(words)) }
    try await browser.post("/intelligence/police", filled(reader.merging(["handling": "C", "conditions": "Patrols only", "action": "A1", "sanitisation": "S2"]) { $1 }))
    #expect(browser.status == .ok && browser.body.contains("A1: Covert development") && browser.body.contains("S2: Consult the originator first"))
    #expect(try await Cast.value("SELECT action_code || sanitisation_code FROM intelligence_item", as: String.self) == "A1S2")
    // Behind the form the database insists.
    await #expect(throws: PostgresError.self) {
      _ = try await Cast.police(grading: .graded(Grading(.reliable, .a, .conditions)), handled: ItemHandling(conditions: "Ask"), by: screener)
    }
  }

  @Test(arguments: Marking.allCases) func onlyOfficialIsHeld(marking: Marking) async throws {
    let (screener, browser) = try await TestDatabase.current.signIn(.intelScreener, .csp(2))
    try await browser.get("/intelligence/police")
    let fields = filled(["marking": marking.rawValue, "reader": screener.id.uuidString])
    try await browser.post("/intelligence/police", fields)
    if let refusal = marking.refusal {
      #expect(browser.status == .unprocessableContent && browser.body.contains(refusal))
    } else if marking == .officialSensitive {
      #expect(browser.status == .unprocessableContent && browser.body.contains("Enter the handling instruction"))
      try await browser.post("/intelligence/police", fields.merging(["instruction": "Named readers only"]) { $1 })
      #expect(browser.status == .ok && browser.body.contains("OFFICIAL-SENSITIVE") && browser.body.contains("Named readers only"))
      // On paper it says whose it is.
      #expect(browser.body.contains("Share it only as its conditions allow"))
    } else {
      #expect(browser.status == .ok && browser.body.contains("OFFICIAL"))
    }
    #expect(try await Cast.value("SELECT count(*) FROM intelligence_item", as: Int.self) == (marking.refusal == nil ? 1 : 0))
  }

  /// Kept as it was graded, with its gate: and never turned into 3x5x2.
  @Test func whatWasGraded5x5x5KeepsItsGradeAndItsGate() async throws {
    let database = TestDatabase.current
    let (screener, browser) = try await database.signIn(.intelScreener, .csp(2))
    let (partner, partnerBrowser) = try await database.signIn(.taskingMember, .csp(2))
    let (_, analyst) = try await database.signIn(.cspAnalyst, .csp(2))
    let base = filled(["scheme": "5x5x5", "source": "B", "information": "3", "reader": partner.id.uuidString])
    try await browser.get("/intelligence/police?scheme=5x5x5")
    try await browser.post("/intelligence/police", base.merging(["legacy-handling": "4"]) { $1 })
    #expect(browser.status == .unprocessableContent && browser.body.contains("Handling 4 stays within the originating agency"))
    for handling in ["1", "3", "5"] {
      try await browser.post("/intelligence/police", base.merging(["legacy-handling": handling, "legacy-conditions": "Ask first"]) { $1 })
      #expect(browser.status == .unprocessableContent && browser.body.contains("name police readers only"))
    }
    try await browser.post("/intelligence/police", base.merging(["legacy-handling": "2"]) { $1 })
    #expect(browser.status == .unprocessableContent && browser.body.contains("Enter the reference of the authority"))
    try await browser.post("/intelligence/police", base.merging(["legacy-handling": "2", "authority": "ISA-2016-14"]) { $1 })
    #expect(browser.status == .ok && browser.body.contains("B3 2 of 5x5x5") && browser.body.contains("ISA-2016-14"))
    #expect(try await Cast.value("SELECT source_grade IS NULL AND information_grade IS NULL AND handling IS NULL FROM intelligence_item", as: Bool.self))
    // For the police only: the analyst, who handles, and a partner whom somebody names behind the form are not told that it is there.
    let id = try await Cast.police([screener.id], grading: .legacy(LegacyGrading(.a, .one, .referBack)), by: screener)
    try await analyst.get(Cast.path(id))
    #expect(analyst.status == .notFound)
    try await Cast.force(
      "INSERT INTO intelligence_audience (item_id, csp_id, account_id, named_by) VALUES (\(id), 2, \(partner.id), \(screener.id))")
    try await partnerBrowser.get(Cast.path(id))
    #expect(partnerBrowser.status == .notFound)
    try await browser.get(Cast.path(id))
    try await browser.post(Cast.path(id) + "/opening")
    #expect(browser.status == .ok && browser.body.contains(Cast.canary) && browser.body.contains("Police only"))
    // Agreed to by the originator, it reaches partners.
    let agreed = try await Cast.police(
      [partner.id], grading: .legacy(LegacyGrading(.a, .one, .referBack)), handled: ItemHandling(consent: "By telephone, 3 March"), by: screener)
    try await partnerBrowser.get(Cast.path(agreed))
    #expect(partnerBrowser.status == .ok && partnerBrowser.body.contains("By telephone, 3 March"))
    // Handling 4 has no row, and an analyst records nothing that only the police may read.
    let (other, _) = try await database.signIn(.cspAnalyst, .csp(2))
    await #expect(throws: PostgresError.self) { _ = try await Cast.police(grading: .legacy(LegacyGrading(.a, .one, .originatorOnly)), handled: ItemHandling(consent: "x"), by: screener) }
    await #expect(throws: PostgresError.self) { _ = try await Cast.police(grading: .legacy(LegacyGrading(.a, .one, .referBack)), by: other) }
  }

  // MARK: - Reviews, disposal, holds

  @Test func aDisposalTakesTwoPeopleAndLeavesNothing() async throws {
    let database = TestDatabase.current
    let (screener, one) = try await database.signIn(.intelScreener, .csp(2), named: "One")
    let (analyst, two) = try await database.signIn(.cspAnalyst, .csp(2), named: "Two")
    let id = try await Cast.police([analyst.id], by: screener)
    let path = Cast.path(id) + "/review"
    try await one.get("/intelligence?review=due")
    #expect(!one.body.contains("P-26-0001"))
    try await Cast.force("UPDATE intelligence_item SET review_by = \(today - 1) WHERE id = \(id)")
    try await one.get("/intelligence?review=due")
    #expect(one.body.contains("P-26-0001") && one.body.contains("One review is due or overdue"))
    try await one.get(path)
    try await one.post(path, ["seen": "1"])
    #expect(one.status == .unprocessableContent && one.body.contains("Choose what is decided") && one.body.contains("Enter the reason"))
    try await one.post(path, ["decision": "keep", "reason": "Still needed", "seen": "1", "next-day": "1", "next-month": "12", "next-year": "2027"])
    #expect(one.status == .unprocessableContent && one.body.contains("within half a year"))
    try await one.post(path, ["decision": "dispose", "reason": "At once", "seen": "1"])
    #expect(one.status == .unprocessableContent)
    try await one.post(path, ["decision": "keep", "reason": "Still needed", "seen": "1", "next-day": "1", "next-month": "3", "next-year": "2027"])
    #expect(one.status == .ok && one.body.contains("is kept until 1 March 2027"))
    try await one.get(path)
    try await one.post(path, ["decision": "propose_disposal", "reason": "Nothing came of it", "seen": "2"])
    #expect(one.status == .ok && one.body.contains("Disposal proposed"))
    // Whoever proposed it does not dispose of it: not by the form, not by the store, not behind both.
    try await one.get(path)
    #expect(!one.body.contains("value=\"dispose\""))
    try await one.post(path, ["decision": "dispose", "reason": "Mine", "seen": "3"])
    #expect(one.status == .unprocessableContent)
    let item = try #require(try await Cast.store().item(id, for: screener))
    await #expect(throws: Problem.self) { try await Cast.store().review(item, .dispose, reason: "Mine", seen: item.version, by: screener) }
    try await refused(
      "UPDATE intelligence_item SET state = 'disposed', destroyed_at = now(), ciphertext = NULL, nonce = NULL, wrapped_key = NULL WHERE id = \(id)", by: screener)
    try await two.get("/intelligence?review=disposal")
    #expect(two.body.contains("P-26-0001") && two.body.contains("One disposal waits for a second person"))
    try await two.get(path)
    try await two.post(path, ["decision": "dispose", "reason": "Agreed", "seen": "3"])
    #expect(two.status == .ok && two.body.contains("Its text and the key to it were destroyed"))
    #expect(try await Cast.value("SELECT ciphertext IS NULL AND nonce IS NULL AND wrapped_key IS NULL AND state = 'disposed' FROM intelligence_item", as: Bool.self))
    #expect(try await Cast.value("SELECT string_agg(decision, ',' ORDER BY recorded_at) FROM intelligence_review", as: String.self) == "keep,propose_disposal,dispose")
    #expect(try await Cast.value("SELECT second_person FROM intelligence_review WHERE decision = 'dispose'", as: UUID.self) == screener.id)
    await #expect(throws: Problem.self) { _ = try await Cast.store().open(item, acknowledging: false, by: screener) }
    try await two.get(Cast.path(id))
    #expect(two.status == .ok && two.body.contains("disposed of") && !two.body.contains("Open and log"))
    // The end is the end.
    for sql: SQL in ["UPDATE intelligence_item SET state = 'received' WHERE id = \(id)", "UPDATE intelligence_item SET outcome = 'no_action', state = 'closed' WHERE id = \(id)"] {
      try await refused(sql, by: analyst)
    }
  }

  @Test func aDisposalThatIsRefusedKeepsIt() async throws {
    let (screener, _) = try await TestDatabase.current.signIn(.intelScreener, .csp(2))
    let (analyst, _) = try await TestDatabase.current.signIn(.cspAnalyst, .csp(2))
    let id = try await Cast.police(by: screener)
    func item() async throws -> IntelligenceItem { try #require(try await Cast.store().item(id, for: screener)) }
    try await Cast.store().review(try await item(), .proposeDisposal, reason: "Nothing came of it", seen: 1, by: screener)
    try await Cast.store().review(try await item(), .refuseDisposal, reason: "It is needed for the plan", next: today + 30, seen: 2, by: analyst)
    let kept = try await item()
    #expect(kept.disposalProposedBy == nil && kept.reviewBy == today + 30 && kept.state == .received)
    // An old page takes no second effect.
    await #expect(throws: Problem.self) { try await Cast.store().review(kept, .keep, reason: "Again", next: today + 30, seen: 1, by: analyst) }
  }

  /// A hold beats disposal, return and recall: the last closes the item, and destroys it when the hold goes.
  @Test func nothingIsDestroyedUnderALegalHold() async throws {
    let database = TestDatabase.current
    let (screener, one) = try await database.signIn(.intelScreener, .csp(2), named: "One")
    let (analyst, two) = try await database.signIn(.cspAnalyst, .csp(2), named: "Two")
    let (sender, _) = try await database.signIn(.taskingMember, .csp(2), named: "Sender")
    let id = try await Cast.submission(by: sender)
    let path = Cast.path(id)
    func item(_ officer: Officer) async throws -> IntelligenceItem { try #require(try await Cast.store().item(id, for: officer)) }
    try await one.get(path + "/hold")
    try await one.post(path + "/hold")
    #expect(one.status == .unprocessableContent && one.body.contains("Enter why nothing may be destroyed"))
    try await one.post(path + "/hold", ["reason": "Public inquiry of 2026"])
    #expect(one.status == .ok && one.body.contains("Legal hold"))
    try await Cast.store().review(try await item(screener), .proposeDisposal, reason: "Old", seen: 1, by: screener)
    await #expect(throws: Problem.self) { try await Cast.store().review(try await item(analyst), .dispose, reason: "Agreed", seen: 2, by: analyst) }
    try await refused(
      "UPDATE intelligence_item SET state = 'disposed', destroyed_at = now(), ciphertext = NULL, nonce = NULL, wrapped_key = NULL WHERE id = \(id)", by: analyst)
    await #expect(throws: Problem.self) { try await Cast.store().sendBack(try await item(analyst), for: [.age], seen: 2, by: analyst) }
    try await Cast.store().recall(try await item(sender), by: sender)
    let recalled = try await item(screener)
    #expect(recalled.state == .recalled && !recalled.isDestroyed)
    await #expect(throws: Problem.self) { _ = try await Cast.store().open(recalled, acknowledging: false, by: screener) }
    #expect(try await Cast.value("SELECT ciphertext IS NOT NULL FROM intelligence_item", as: Bool.self))
    // The database opens nothing either, although a reading is there.
    try await Cast.force("INSERT INTO intelligence_reading (id, item_id, csp_id, account_id) VALUES (\(id), \(id), 2, \(screener.id))")
    #expect(try await database.app.reading(as: screener) { try await $0.value("SELECT count(*) FROM sec.open_intelligence(\(id))", as: Int.self) } == 0)
    // Whoever placed it does not lift it.
    try await one.get(path + "/hold")
    try await one.post(path + "/hold", ["reason": "Over"])
    #expect(one.status == .forbidden && one.heading == "Somebody else lifts it")
    try await two.get(path + "/hold")
    try await two.post(path + "/hold", ["reason": "The inquiry ended"])
    #expect(two.status == .ok && two.body.contains("the text was destroyed"))
    #expect(try await Cast.value("SELECT ciphertext IS NULL AND wrapped_key IS NULL AND destroyed_at IS NOT NULL FROM intelligence_item", as: Bool.self))
  }

  // MARK: - Returned

  @Test func whatCouldIdentifySomebodyGoesBackAndComesAgain() async throws {
    let database = TestDatabase.current
    let (_, screener) = try await database.signIn(.intelScreener, .csp(2))
    let (sender, browser) = try await database.signIn(.taskingMember, .csp(2))
    let (stranger, _) = try await database.signIn(.taskingMember, .csp(2), named: "Stranger")
    let id = try await Cast.submission(by: sender)
    let path = Cast.path(id)
    try await screener.get(path + "/return")
    try await screener.post(path + "/return", ["seen": "1"])
    #expect(screener.status == .unprocessableContent && screener.body.contains("Choose what it says"))
    try await screener.post(path + "/return", ["seen": "1", "rule": "care_status"])
    #expect(screener.status == .ok && screener.body.contains("Returned") && screener.body.contains("Take out that somebody is in care"))
    #expect(try await Cast.value("SELECT ciphertext IS NULL AND wrapped_key IS NULL FROM intelligence_item", as: Bool.self))
    let mine = "/submissions/" + id.uuidString.lowercased()
    try await browser.get(mine)
    #expect(browser.body.contains("Take out that somebody is in care") && browser.body.contains("Send it again without them") && !browser.body.contains("Recall it"))
    try await browser.get("/submissions/new?replaces=\(id.uuidString.lowercased())")
    try await browser.post("/submissions/new", ["stop": "none", "replaces": id.uuidString.lowercased()])
    #expect(browser.heading == "Tell us what you know" && browser.hidden("replaces") == id.uuidString.lowercased())
    try await browser.post("/submissions/form", ["stop": "none", "partnership": "2", "theme": "other", "text": Cast.words, "replaces": id.uuidString.lowercased()])
    #expect(browser.status == .ok && browser.heading.hasPrefix("S-26-"))
    #expect(try await Cast.value("SELECT count(*) FROM intelligence_item WHERE replaces = \(id)", as: Int.self) == 1)
    // Nobody sends in the place of what another sent.
    await #expect(throws: PostgresError.self) {
      _ = try await Cast.store().add(NewIntelligence(csp: 2, kind: .submission, theme: .other, text: Cast.words, replaces: id), by: stranger)
    }
    // What was decided on is not returned.
    let closed = try await Cast.submission(by: sender)
    try await screener.get(Cast.path(closed) + "/outcome")
    try await screener.post(Cast.path(closed) + "/outcome", ["outcome": "identifying_data", "seen": "1"])
    #expect(screener.status == .unprocessableContent)
    try await screener.post(Cast.path(closed) + "/outcome", ["outcome": "tasked_as_crime", "seen": "1"])
    #expect(screener.status == .ok)
    try await screener.get(Cast.path(closed) + "/return")
    #expect(screener.status == .conflict)
    try await browser.get("/submissions/" + closed.uuidString.lowercased())
    #expect(browser.body.contains("An officer looks into it"))
  }

  // MARK: - Hot spots

  private func spot(by officer: Officer) async throws -> HotSpot {
    let store = HotSpotStore(TestDatabase.current.environment())
    let id = try await store.propose(
      NewHotSpot(
        authority: 4, partnership: 2, name: "Lantern Street", theme: .transport, reasons: [.intelCluster], reason: "Three items near one another",
        area: .circle(easting: 385_000, northing: 254_900, radius: 200), drawnFrom: "circle"), by: officer)
    return try #require(try await store.hotSpot(id, for: officer))
  }

  /// A hot spot says to each reader what they may see of what it rests on; handling goes with it; a recall asks those who decide to look again.
  @Test func aRecallAsksToLookAgainAtWhatRestedOnIt() async throws {
    let database = TestDatabase.current
    let (screener, handler) = try await database.signIn(.intelScreener, .csp(2))
    let (member, reader) = try await database.signIn(.taskingMember, .csp(2), named: "Named")
    let (_, other) = try await database.signIn(.taskingMember, .csp(2), named: "Not named")
    let (chair, decider) = try await database.signIn(.taskingChair, .csp(2), named: "Chair")
    let spot = try await spot(by: screener)
    try await other.get(spot.path)
    #expect(!other.body.contains("What it rests on"))
    let bound = try await Cast.police(
      [member.id], grading: .graded(Grading(.reliable, .a, .conditions)), handled: ItemHandling(conditions: "Patrols only", action: .covertUse, sanitisation: .consult), by: screener)
    let open = try await Cast.police(by: screener), sent = try await Cast.submission(by: member)
    for id in [bound, open, sent] {
      try await handler.get(Cast.path(id) + "/hot-spots")
      #expect(handler.body.contains("Lantern Street"))
      try await handler.post(Cast.path(id) + "/hot-spots", ["spot": spot.id.uuidString])
      #expect(handler.status == .ok && handler.body.contains("Hot spots that rest on it"))
    }
    try await handler.get(spot.path)
    #expect(handler.body.contains("It rests on 3 items you may see"))
    // The conditions are shown to whom the item names; that there are some, to everybody who reads the hot spot.
    try await reader.get(spot.path)
    #expect(reader.body.contains("It rests on 2 items you may see") && reader.body.contains("Conditions: Patrols only"))
    try await other.get(spot.path)
    #expect(other.body.contains("It rests on no intelligence that you may see") && other.body.contains("Some of it is under conditions") && !other.body.contains("Patrols only"))
    #expect(!other.body.contains("P-26-"))
    for browser in [handler, reader, other, decider] {
      try await browser.get(spot.path)
      #expect(!browser.body.contains("look again") && !browser.body.contains(Cast.canary))
    }
    let item = try #require(try await Cast.store().item(bound, for: screener))
    try await Cast.store().recall(item, by: screener)
    let words = "One item it rested on was taken back. It falls below the threshold of 3 without it: look again."
    for browser in [handler, decider] {
      try await browser.get(spot.path)
      #expect(browser.body.contains(words))
    }
    // Wherever they look for what is to be looked at again; not where it is only read.
    for path in ["/hot-spots", "/hot-spots?review=due"] {
      try await decider.get(path)
      #expect(decider.body.contains("it lost what it rests on"), "\(path)")
      try await reader.get(path)
      #expect(!reader.body.contains("it lost what it rests on"), "\(path)")
    }
    #expect(try await database.app.read(as: chair, PlansDue.query(chair, on: today)).first?.reviews == 1)
    // Those who do not decide see what is left, and are not told.
    for browser in [reader, other] {
      try await browser.get(spot.path)
      #expect(!browser.body.contains("look again") && !browser.body.contains("Patrols only"))
      try await browser.get("/hot-spots")
      #expect(!browser.body.contains("it lost what it rests on"))
    }
    // Looked at again: a decision that comes after it takes the flag away.
    try await HotSpotStore(database.environment()).decide(
      NewDecision(.reject, reason: "Two items are too few", decidedOn: today), on: spot, version: spot.version, by: chair)
    try await decider.get(spot.path)
    #expect(!decider.body.contains("look again"))
    // A partner cannot link, nor ask behind the page.
    await #expect(throws: PostgresError.self) {
      try await database.app.pool.transaction(.readWrite, prelude: [member.identity.entering]) {
        _ = try await $0.execute(
          "INSERT INTO hot_spot_item (hot_spot_id, authority_id, item_id, csp_id, linked_by, linked_on) VALUES (\(spot.id), 4, \(bound), 2, \(member.id), current_date)")
      }
    }
    let counted = try await database.app.reading(as: member) {
      try await $0.value("SELECT count(*) FROM sec.hot_spot_basis(\(spot.id)) WHERE standing > 0 OR lost > 0", as: Int.self)
    }
    #expect(counted == 0)
  }
}
