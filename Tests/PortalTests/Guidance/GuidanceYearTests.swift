import Domain
import Foundation
import TestSupport
import Testing

/// The guidance year: its edges, leap days, renewals, suspensions, and versions that change in the middle of it.
@Suite(.database) struct GuidanceYearTests {
  private let today = Arrange.today
  private func day(_ iso: String) throws -> Day { try #require(Day(iso: iso)) }

  @Test func itTurnsOnTheAnniversary() async throws {
    let version = try await Arrange.version(1, from: day("2020-01-01"))
    let licence = try await Arrange.licence("A", from: day("2025-03-10"))
    try await Arrange.issue(version, to: licence, on: day("2025-03-12"))
    #expect(try await Arrange.lights(licence, on: day("2025-03-11")).guidance == "due")
    #expect(try await Arrange.lights(licence, on: day("2025-03-12")).guidance == "held")
    #expect(try await Arrange.lights(licence, on: day("2026-03-09")).guidance == "held")
    #expect(try await Arrange.lights(licence, on: day("2026-03-10")).guidance == "due")
    #expect(try await Arrange.lights(licence, on: day("2026-03-23")).guidance == "due")
    #expect(try await Arrange.lights(licence, on: day("2026-03-24")).guidance == "overdue")
  }

  /// Begun on 29 February, it turns on the 28th in common years and on the 29th in leap years.
  @Test func leapDays() async throws {
    let version = try await Arrange.version(1, from: day("2020-01-01"))
    let licence = try await Arrange.licence("A", from: day("2024-02-29"), before: day("2029-02-28"))
    try await Arrange.issue(version, to: licence, on: day("2024-03-01"))
    #expect(try await Arrange.lights(licence, on: day("2025-02-27")).guidance == "held")
    #expect(try await Arrange.lights(licence, on: day("2025-02-28")).guidance == "due")
    try await Arrange.issue(version, to: licence, on: day("2027-03-01"))
    #expect(try await Arrange.lights(licence, on: day("2028-02-28")).guidance == "held")
    #expect(try await Arrange.lights(licence, on: day("2028-02-29")).guidance == "due")
  }

  /// While suspended nothing is owed; what was given before still counts afterwards.
  @Test func suspension() async throws {
    let version = try await Arrange.version(1, from: day("2020-01-01"))
    let licence = try await Arrange.licence("A", from: day("2026-01-10"))
    try await Arrange.issue(version, to: licence, on: day("2026-01-11"), acknowledged: true)
    try await Arrange.restrict(licence, .suspension, from: day("2026-05-01"), lifted: day("2026-06-01"))
    let during = try await Arrange.lights(licence, on: day("2026-05-31"))
    #expect(during.status == "suspended" && during.guidance == "none_needed" && during.ack == "none")
    let after = try await Arrange.lights(licence, on: day("2026-06-01"))
    #expect(after.status == "current" && after.guidance == "held" && after.ack == "acknowledged")
  }

  /// A version that must be given anew ends what was given before, after its grace; one that need not leaves it.
  @Test(arguments: [true, false]) func aVersionInTheMiddleOfTheYear(reissue: Bool) async throws {
    let first = try await Arrange.version(1, from: day("2020-01-01"))
    let licence = try await Arrange.licence("A", from: day("2026-01-10"))
    try await Arrange.issue(first, to: licence, on: day("2026-01-11"))
    try await Arrange.version(2, from: day("2026-04-01"), reissue: reissue, grace: 28)
    #expect(try await Arrange.lights(licence, on: day("2026-04-28")).guidance == "held")
    #expect(try await Arrange.lights(licence, on: day("2026-04-29")).guidance == (reissue ? "overdue" : "held"))
    #expect(try await Arrange.lights(licence, on: day("2027-01-09")).guidance == (reissue ? "overdue" : "held"))
  }

  @Test func statusIsAskedOfADate() async throws {
    let licence = try await Arrange.licence("A", from: day("2025-01-01"), before: day("2026-01-01"))
    #expect(try await Arrange.lights(licence, on: day("2024-12-31")).status == "pending")
    #expect(try await Arrange.lights(licence, on: day("2025-01-01")).status == "current")
    #expect(try await Arrange.lights(licence, on: day("2025-12-31")).status == "current")
    #expect(try await Arrange.lights(licence, on: day("2026-01-01")).status == "expired")
    try await Arrange.restrict(licence, .revocation, from: day("2025-06-01"))
    #expect(try await Arrange.lights(licence, on: day("2025-05-31")).status == "current")
    #expect(try await Arrange.lights(licence, on: day("2026-02-01")).status == "revoked")
  }
}
