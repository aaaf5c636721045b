import Domain
import Foundation
import HTTPTypes
import Portal
import Postgres
import TestSupport
import Testing
import Web

/// Coverage against a count of its own, on several days, with one row moved across each border.
@Suite(.database) struct CoverageTests {
  private func day(_ iso: String) throws -> Day { try #require(Day(iso: iso)) }

  private func total(on day: Day) async throws -> Coverage {
    let database = TestDatabase.current
    let (officer, _) = try await database.signIn(.boardReader, .organisation(2))
    return try await CoverageStore(database.environment()).answer(CoverageQuestion(day: day), for: officer).total
  }

  @Test func theBordersOfEachRange() async throws {
    let version = try await Arrange.version(1, from: day("2020-01-01"))
    let first = try await Arrange.licence("A", in: 3, from: day("2025-06-01"), before: day("2026-06-01"))
    try await Arrange.licence("B", in: 4, from: day("2025-06-01"))
    try await Arrange.issue(version, to: first, on: day("2025-07-01"), acknowledged: true)
    #expect(try await total(on: day("2025-05-31")) == Coverage())
    #expect(try await total(on: day("2025-06-30")) == Coverage(licences: 2, issued: 0, acknowledged: 0))
    #expect(try await total(on: day("2025-07-01")) == Coverage(licences: 2, issued: 1, acknowledged: 1))
    // The last day of the licence and of its guidance year, and the day after.
    #expect(try await total(on: day("2026-05-31")) == Coverage(licences: 2, issued: 1, acknowledged: 1))
    #expect(try await total(on: day("2026-06-01")) == Coverage(licences: 1, issued: 0, acknowledged: 0))
    // Suspended, it is in neither number; reinstated, in both.
    try await Arrange.restrict(first, .suspension, from: day("2025-09-01"), lifted: day("2025-10-01"))
    #expect(try await total(on: day("2025-09-15")) == Coverage(licences: 1, issued: 0, acknowledged: 0))
    #expect(try await total(on: day("2025-10-01")) == Coverage(licences: 2, issued: 1, acknowledged: 1))
    // A version that must be given anew takes it away after its grace.
    try await Arrange.version(2, from: day("2025-12-01"), reissue: true, grace: 10)
    #expect(try await total(on: day("2025-12-10")) == Coverage(licences: 2, issued: 1, acknowledged: 1))
    #expect(try await total(on: day("2025-12-11")) == Coverage(licences: 2, issued: 0, acknowledged: 0))
  }

  /// The number on the page is the number of rows behind its link.
  @Test func everyNumberIsItsRows() async throws {
    let database = TestDatabase.current
    let version = try await Arrange.version(1, from: day("2020-01-01"))
    for number in 0..<12 {
      let licence = try await Arrange.licence("R\(number)", in: number % 2 == 0 ? 3 : 4, from: Arrange.today.adding(years: -1) - number * 40)
      if number % 3 != 0 { try await Arrange.issue(version, to: licence, on: Arrange.today - number * 20, acknowledged: number % 4 == 0) }
    }
    let (officer, browser) = try await database.signIn(.regulatoryOfficer)
    let answer = try await CoverageStore(database.environment()).answer(CoverageQuestion(day: Arrange.today), for: officer)
    #expect(answer.total.licences == 12 && answer.total.issued > 0 && answer.total.issued < 12)
    for row in answer.rows where row.kind == .privateHireDriver && row.coverage.licences > 0 {
      let slug = try #require(database.settings.authority(row.authority)?.slug)
      for (state, number) in [("", row.coverage.licences), ("&guidance=held", row.coverage.issued), ("&acknowledgement=acknowledged", row.coverage.acknowledged)] {
        try await browser.get("/drivers?status=current&district=\(slug)&kind=private_hire_driver&on=\(Arrange.today.iso)\(state)")
        #expect(browser.body.contains("<strong>\(number)</strong>"), "\(slug) \(state) \(number)")
      }
    }
  }

  /// A Board reader sees numbers and no way to names.
  @Test func numbersWithoutNames() async throws {
    try await Arrange.licence("A", in: 3, name: "Canary Nightingale")
    let (_, browser) = try await TestDatabase.current.signIn(.boardReader, .organisation(2))
    try await browser.get("/coverage")
    #expect(browser.status == .ok && !browser.body.contains("/drivers") && !browser.body.contains("Canary"))
    try await browser.get("/drivers")
    #expect(browser.status == .forbidden)
  }
}
