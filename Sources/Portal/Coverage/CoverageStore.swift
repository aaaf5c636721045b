package import Domain
package import Foundation
package import Postgres

/// How many licences were current on a day, of how many guidance was in force, and how many of these had acknowledged it.
package struct Coverage: Sendable, Equatable, Codable {
  package init(licences: Int = 0, issued: Int = 0, acknowledged: Int = 0) {
    self.licences = licences
    self.issued = issued
    self.acknowledged = acknowledged
  }

  package var licences: Int
  package var issued: Int
  package var acknowledged: Int

  package static func + (a: Coverage, b: Coverage) -> Coverage {
    Coverage(licences: a.licences + b.licences, issued: a.issued + b.issued, acknowledged: a.acknowledged + b.acknowledged)
  }

  /// A part of the licences in whole percent; nil where there are none.
  package func percent(_ part: Int) -> Int? { Percent.whole(part, of: licences) }
  package var words: String { Percent.words(issued, of: licences) }
}

/// Coverage of one kind of licence in one authority.
package struct CoverageRow: RowDecodable, Sendable {
  package var authority: Int
  package var kind: LicenceKind
  package var coverage: Coverage

  package init(row: Row) throws {
    authority = try row.get("authority_id")
    kind = try row.get("kind")
    coverage = Coverage(licences: try row.get("licences"), issued: try row.get("issued"), acknowledged: try row.get("acknowledged"))
  }
}

/// Coverage at the end of a month, over everything asked for.
package struct CoveragePoint: RowDecodable, Sendable {
  package var day: Day
  package var authority: Int
  package var kind: LicenceKind
  package var coverage: Coverage

  package init(row: Row) throws {
    day = try row.get("on_day")
    authority = try row.get("authority_id")
    kind = try row.get("kind")
    coverage = Coverage(licences: try row.get("licences"), issued: try row.get("issued"), acknowledged: try row.get("acknowledged"))
  }
}

/// Coverage of distinct locations: of a hotel that sells alcohol it is enough that one registration holds guidance.
package struct PlaceCoverage: RowDecodable, Sendable {
  package var authority: Int
  package var register: Register?
  package var coverage: Coverage

  package init(row: Row) throws {
    authority = try row.get("authority_id")
    register = try row.get("register", as: String?.self).flatMap(Register.init)
    coverage = Coverage(licences: try row.get("locations"), issued: try row.get("issued"), acknowledged: try row.get("acknowledged"))
  }
}

/// Renewals granted in a period, and those of them without guidance.
package struct RenewalCount: RowDecodable, Sendable {
  package var authority: Int
  package var kind: LicenceKind
  package var renewals: Int
  package var without: Int

  package init(row: Row) throws {
    authority = try row.get("authority_id")
    kind = try row.get("kind")
    renewals = try row.get("renewals")
    without = try row.get("without_guidance")
  }
}

/// What is counted: a day, and perhaps one district or one kind.
package struct CoverageQuestion: Sendable {
  package var day: Day
  package var authority: Int?
  package var kind: LicenceKind?
  package init(day: Day, authority: Int? = nil, kind: LicenceKind? = nil) {
    self.day = day
    self.authority = authority
    self.kind = kind
  }
  func includes(_ authority: Int, _ kind: LicenceKind) -> Bool {
    (self.authority ?? authority) == authority && (self.kind ?? kind) == kind
  }
}

/// Everything the coverage page and the command line say, from the one rule in the database.
package struct CoverageAnswer: Sendable {
  package var question: CoverageQuestion
  package var rows: [CoverageRow]
  package var renewals: [RenewalCount]
  /// Places, each counted once however many registrations it has: by district and register; register nil: both together.
  package var places: [PlaceCoverage]
  /// Month ends and the day itself, oldest first.
  package var trend: [(day: Day, coverage: Coverage)]
  package var total: Coverage { rows.reduce(Coverage()) { $0 + $1.coverage } }
}

/// Counts coverage, for authorities that the officer may count.
package struct CoverageStore: Sendable {
  let environment: Environment
  package init(_ environment: Environment) { self.environment = environment }

  package func answer(_ question: CoverageQuestion, for officer: Officer) async throws -> CoverageAnswer {
    let (rows, renewals, points, places) = try await environment.database.read(
      as: officer,
      Query<CoverageRow>("SELECT authority_id, kind, licences, issued, acknowledged FROM sec.coverage(\(question.day))"),
      Query<RenewalCount>(
        "SELECT authority_id, kind, renewals, without_guidance FROM sec.renewals_counted(\(question.day.adding(years: -1) + 1), \(question.day))"),
      Query<CoveragePoint>("SELECT on_day, authority_id, kind, licences, issued, acknowledged FROM sec.coverage_trend(\(question.day), 12)"),
      Query<PlaceCoverage>("SELECT authority_id, register, locations, issued, acknowledged FROM sec.coverage_of_locations(\(question.day))"))
    var trend: [Day: Coverage] = [:]
    for point in points where question.includes(point.authority, point.kind) { trend[point.day, default: Coverage()] = (trend[point.day] ?? Coverage()) + point.coverage }
    return CoverageAnswer(
      question: question, rows: rows.filter { question.includes($0.authority, $0.kind) },
      renewals: renewals.filter { question.includes($0.authority, $0.kind) },
      places: question.kind.map { !$0.isOfPlace } ?? false ? [] : places.filter { (question.authority ?? $0.authority) == $0.authority },
      trend: trend.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }
}
