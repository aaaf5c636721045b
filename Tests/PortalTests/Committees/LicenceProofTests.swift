import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// What is handed over when a decision about one licence is challenged.
@Suite(.database) struct LicenceProofTests {
  private let today = CommitteeCast.today

  private func licence() async throws -> (id: UUID, path: String) {
    try await CommitteeCast.load()
    let id = try await CommitteeCast.value("SELECT registration_id FROM hearing WHERE reference = 'RE/LA/041'", as: UUID.self)
    return (id, "/licences/\(id.uuidString.lowercased())/proof")
  }

  @Test func itHoldsTheRegisterAndThePanelsThatDecided() async throws {
    let (id, path) = try await licence()
    let (_, browser) = try await TestDatabase.current.signIn(.licensingManager, .authority(3))
    try await browser.get("/licences/\(id.uuidString.lowercased())")
    #expect(browser.body.contains(path))
    try await browser.get(path)
    #expect(browser.status == .ok)
    for heading in ["Versions given", "Given and acknowledged", "Terms", "Suspensions, revocations and surrenders", "Visits, tests and evidence", "Hearing RE/LA/041", "Hearing RE/LA/032", "minutes LSC 32"] {
      #expect(browser.body.contains(heading), "\(heading)")
    }
    // Who sat, what counted on the day, and the entry of the log that fixed the panel.
    let hash = try await CommitteeCast.value("""
      SELECT encode(e.hash, 'hex') FROM audit.entry e JOIN audit.subject s ON s.seq = e.seq JOIN hearing h ON h.id = s.subject_id
       WHERE h.reference = 'RE/LA/041' AND e.body::jsonb ->> 'verb' = 'choosePanel' ORDER BY e.seq DESC LIMIT 1
      """, as: String.self)
    #expect(browser.body.contains(hash) && browser.body.contains("Child sexual exploitation awareness") && browser.body.contains("signed"))
    let digest = try #require(browser.body.firstMatch(of: /sha256 of what it says: ([0-9a-f]{64})/)?.1)
    // It says the same while nothing changes, and something else when it does.
    try await browser.get(path)
    #expect(browser.body.contains(digest))
    try await Arrange.restrict(id, .suspension, from: today - 1)
    try await browser.get(path)
    #expect(!browser.body.contains(digest))
  }

  /// Whoever may not see committees gets a copy without them, and is told so.
  @Test func hearingsAreForThoseWhoSeeCommittees() async throws {
    let (_, path) = try await licence()
    let (_, officer) = try await TestDatabase.current.signIn(.regulatoryOfficer, .authority(3))
    try await officer.get(path)
    #expect(officer.status == .ok && !officer.body.contains("RE/LA/041") && officer.body.contains("are not in this copy"))
    let (_, other) = try await TestDatabase.current.signIn(.licensingManager, .authority(1))
    try await other.get(path)
    #expect(other.status == .notFound)
    let (_, democratic) = try await TestDatabase.current.signIn(.democraticServices)
    try await democratic.get(path)
    #expect(democratic.status == .forbidden)
  }

  /// A hearing is tied to a licence by its reference, however it is typed; one that the register has not is refused.
  @Test func aHearingKnowsItsLicence() async throws {
    try await CommitteeCast.load()
    let driver = try await Arrange.licence("RE-PHD/0815")
    let committee = try await CommitteeCast.committee(3, "Taxi and General Licensing Committee")
    let (_, browser) = try await TestDatabase.current.signIn(.democraticServices, .authority(3))
    let path = "/committees/\(committee.uuidString.lowercased())/hearing"
    try await browser.get(path)
    var fields = CommitteeCast.fields("on", TestDatabase.current.settings.workingDays.onOrAfter(today + 20))
    fields.merge(["kind": "taxi_driver", "reference": "RE/TX/200", "subject": "Driver", "licence": "RE-PHD/9999"]) { $1 }
    try await browser.post(path, fields)
    #expect(browser.status == .unprocessableContent && browser.body.contains("has no one licence with this reference"))
    fields["licence"] = "re phd 0815"
    try await browser.post(path, fields)
    #expect(browser.status == .ok && browser.body.contains("RE-PHD/0815"))
    #expect(try await CommitteeCast.value("SELECT registration_id FROM hearing WHERE reference = 'RE/TX/200'", as: UUID.self) == driver)
    // Democratic services learn that it is there, and nothing of its holder.
    #expect(!browser.body.contains("Amina Begum"))
  }
}
