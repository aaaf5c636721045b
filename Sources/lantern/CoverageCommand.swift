import ArgumentParser
import Domain
import Foundation
import Portal

/// `lantern coverage`: the figures of the coverage page, from the same rule.
struct CoverageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "coverage", abstract: "Who held guidance on a day, by district and kind.")

  @Option(name: .customLong("as-of"), help: "The day, as 2026-04-03; default today.") var asOf: String?
  @Option(help: "One kind of licence, such as private_hire_driver.") var kind: String?
  @Option(help: "One district, such as redditch.") var district: String?
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let here = try Surroundings()
    var question = CoverageQuestion(day: London.day(of: Date()))
    if let asOf {
      guard let day = Day(iso: asOf) else { throw ValidationError("\(asOf) is no day: write it as 2026-04-03.") }
      question.day = day
    }
    if let kind {
      guard let known = LicenceKind(rawValue: kind) else {
        throw ValidationError("\(kind) is no kind of licence. There are: \(LicenceKind.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      question.kind = known
    }
    if let district {
      guard let known = here.settings.authority(slug: district) else {
        throw ValidationError("\(district) is no district. There are: \(here.settings.county.authorities.map(\.slug).joined(separator: ", ")).")
      }
      question.authority = known.id
    }
    let answer = try await here.asOwner { database in
      let environment = Environment(
        settings: here.settings, database: database, logger: here.logger, demonstration: false, origin: "", home: here.home)
      return try await CoverageStore(environment).answer(question, for: try await here.operatorOfficer(database))
    }
    if json { try printJSON(answer, here.settings) } else { printText(answer, here.settings) }
  }

  private struct Line: Encodable {
    var district: String
    var kind: String
    var licences: Int
    var issued: Int
    var acknowledged: Int
  }
  private struct Output: Encodable {
    var asOf: String
    var licences: Int
    var issued: Int
    var acknowledged: Int
    var renewals: Int
    var renewalsWithoutGuidance: Int
    var rows: [Line]
  }

  private func printJSON(_ answer: CoverageAnswer, _ settings: Settings) throws {
    let total = answer.total
    let output = Output(
      asOf: answer.question.day.iso, licences: total.licences, issued: total.issued, acknowledged: total.acknowledged,
      renewals: answer.renewals.reduce(0) { $0 + $1.renewals }, renewalsWithoutGuidance: answer.renewals.reduce(0) { $0 + $1.without },
      rows: answer.rows.map {
        Line(
          district: settings.authority($0.authority)?.slug ?? "", kind: $0.kind.rawValue, licences: $0.coverage.licences, issued: $0.coverage.issued,
          acknowledged: $0.coverage.acknowledged)
      })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    print(String(decoding: try encoder.encode(output), as: UTF8.self))
  }

  private func printText(_ answer: CoverageAnswer, _ settings: Settings) {
    print("Coverage on \(answer.question.day.words)")
    for row in answer.rows where row.coverage.licences > 0 {
      let place = settings.authority(row.authority)?.name ?? ""
      print("  \(place), \(row.kind.pluralWithin): \(row.coverage.issued) of \(row.coverage.licences) (\(row.coverage.words)), \(row.coverage.acknowledged) acknowledged")
    }
    let total = answer.total
    print("Together: \(total.issued) of \(total.licences) (\(total.words)), \(total.acknowledged) acknowledged")
  }
}
