import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing

/// Who owes training follows from the rule in force on a day, and the look ahead is the same rule.
@Suite(.database) struct DriverTrainingTests {
  private let today = Arrange.today

  private func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await TestDatabase.current.owner.pool.transaction(.readOnly) { try await $0.value(sql, as: T.self) }
  }

  private func owed(on day: Day) async throws -> String {
    try await value(
      "SELECT coalesce(string_agg(r.reference || ' ' || o.state, ', ' ORDER BY r.reference COLLATE \"C\"), '') FROM driver_training_owed(\(day)) o JOIN registration r ON r.id = o.registration_id",
      as: String.self)
  }

  private func train(_ licence: UUID, on day: Day, before: Day) async throws {
    try await TestDatabase.current.owner.pool.transaction(.readWrite) { transaction in
      _ = try await transaction.execute(
        """
        INSERT INTO training_completion (registration_id, authority_id, course, completed_on, valid_before, recorded_by)
        SELECT id, authority_id, 'Safeguarding', \(day), \(before), gen_random_uuid() FROM registration WHERE id = \(licence)
        """)
    }
  }

  private func rule(_ from: Day, _ grace: Day, by officer: Officer) async throws -> Bool {
    try await DriverRuleStore(TestDatabase.current.environment()).add(
      NewDriverTraining(authorities: [3], kinds: [.privateHireDriver], startsOn: from, graceUntil: grace), by: officer)
  }

  /// Delete `and on_day >= from_day` in `driver_training_gap` to see the first line red.
  @Test func graceIsForThoseWhoWereThereBefore() async throws {
    let old = try await Arrange.licence("RE-OLD", from: today - 300)
    _ = try await Arrange.licence("RE-NEW", from: today - 5)
    let trained = try await Arrange.licence("RE-TRAINED", from: today - 300)
    _ = try await Arrange.licence("RE-OTHER", kind: .hackneyDriver, from: today - 300)
    try await train(trained, on: today - 100, before: today + 15)
    let (officer, _) = try await TestDatabase.current.signIn(.licensingManager, .organisation(1))
    #expect(try await rule(today - 10, today + 20, by: officer))
    #expect(try await owed(on: today - 11) == "")
    #expect(try await owed(on: today) == "RE-NEW overdue, RE-OLD grace")
    #expect(try await owed(on: today + 14) == "RE-NEW overdue, RE-OLD grace")
    #expect(try await owed(on: today + 15) == "RE-NEW overdue, RE-OLD grace, RE-TRAINED grace")
    #expect(try await owed(on: today + 20) == "RE-NEW overdue, RE-OLD overdue, RE-TRAINED overdue")
    try await train(old, on: today, before: today + 365)
    #expect(try await owed(on: today) == "RE-NEW overdue")
    // A later version replaces the one before from its own day.
    #expect(try await rule(today + 5, today + 200, by: officer))
    #expect(try await owed(on: today + 5) == "RE-NEW grace")
    #expect(try await rule(today + 5, today + 300, by: officer) == false)
  }

  /// The look ahead says before saving what the list says after.
  @Test func whatIfIsWhatIs() async throws {
    for n in 1...4 { _ = try await Arrange.licence("RE-\(n)", from: today - 300) }
    let trained = try await Arrange.licence("RE-5", from: today - 300)
    try await train(trained, on: today - 10, before: today + 300)
    let suspended = try await Arrange.licence("RE-6", from: today - 300)
    try await Arrange.restrict(suspended, .suspension, from: today - 3)
    let (_, browser) = try await TestDatabase.current.signIn(.licensingManager, .organisation(1))
    func days(_ name: String, _ day: Day) -> [String: String] { ["\(name)-day": "\(day.day)", "\(name)-month": "\(day.month)", "\(name)-year": "\(day.year)"] }
    try await browser.get("/driver-training")
    #expect(browser.body.contains("No rule is in force"))
    try await browser.get("/driver-training/rules/new")
    try await browser.post("/driver-training/rules/new", days("from", today).merging(days("grace", today - 1)) { $1 }.merging(["do": "save"]) { $1 })
    #expect(browser.status == .unprocessableContent)
    for words in ["Choose at least one district", "Choose at least one kind", "cannot be before the day it begins"] { #expect(browser.body.contains(words), "\(words)") }
    let typed = days("from", today - 1).merging(days("grace", today)) { $1 }.merging(["district": "redditch", "kind": "private_hire_driver"]) { $1 }
    try await browser.post("/driver-training/rules/new", typed.merging(["do": "look"]) { $1 })
    #expect(browser.status == .ok && browser.body.contains("5 of 6 drivers would be overdue"))
    #expect(try await value("SELECT count(*) FROM driver_training_rule", as: Int.self) == 0)
    let seen = String(try #require(browser.body.firstMatch(of: /name="seen" value="([^"]+)"/)?.1))
    // What was changed after the look is looked at again.
    try await browser.post("/driver-training/rules/new", typed.merging(["do": "save", "seen": seen, "kind": "dual_driver"]) { $1 })
    #expect(browser.status == .ok && browser.body.contains("Nothing is saved yet"))
    try await browser.post("/driver-training/rules/new", typed.merging(["do": "save", "seen": seen]) { $1 })
    #expect(browser.status == .ok && browser.body.contains("The rule is saved") && browser.body.contains("In force"))
    try await browser.get("/driver-training")
    #expect(browser.body.contains("RE-1") && !browser.body.contains("RE-5") && browser.body.contains("Suspended already"))
    try await browser.get("/driver-training?show=overdue")
    #expect(!browser.body.contains("RE-6"))
    try await browser.get("/driver-training.csv?show=overdue")
    #expect(browser.body.split(whereSeparator: \.isNewline).count == 5)
    try await browser.get("/driver-training/rules")
    let id = try await value("SELECT id FROM driver_training_rule", as: UUID.self).uuidString.lowercased()
    try await browser.post("/driver-training/rules/\(id)/withdrawal")
    #expect(try await owed(on: today) == "")
  }

  /// Who may not set a rule in a district cannot, and sees nobody of others.
  @Test func eachInTheirDistricts() async throws {
    _ = try await Arrange.licence("RE-1", from: today - 300)
    let (officer, _) = try await TestDatabase.current.signIn(.licensingManager, .organisation(1))
    #expect(try await rule(today - 10, today - 5, by: officer))
    let (elsewhere, browser) = try await TestDatabase.current.signIn(.licensingManager, .authority(4))
    try await browser.get("/driver-training")
    #expect(browser.status == .ok && !browser.body.contains("RE-1"))
    await #expect(throws: (any Error).self) { _ = try await rule(today + 1, today + 2, by: elsewhere) }
  }
}
