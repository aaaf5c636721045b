import ArgumentParser
import Domain
import Foundation
import Portal
import Web

/// `lantern strategy`: every action with its measure and rating, as the page shows it.
struct StrategyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "strategy", abstract: "How the county's plan stood on a day.")

  @Option(name: .customLong("as-of"), help: "The day, as 2026-04-03; default today.") var asOf: String?
  @Option(help: "Which plan, by its slug; default the latest.") var plan: String?
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let here = try Surroundings()
    let day = try PackCommand.day(asOf)
    let pack = try await here.asOwner { database in
      let environment = Environment(settings: here.settings, database: database, logger: here.logger, demonstration: false, origin: "", home: here.home)
      return try await PackStore(environment).count(asOf: day, of: try PackCommand.strategy(plan, here.settings), for: try await here.operatorOfficer(database))
    }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(pack), as: UTF8.self))
    } else {
      print("\(pack.strategy), as of \(day.words)")
      for action in pack.actions { print("  \(action.ref) \(action.rating.word): \(action.measure.isEmpty ? action.why : action.measure + ". " + action.why)") }
    }
  }
}

/// `lantern pack`: makes and keeps a pack for the Board, and writes it to a file.
struct PackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "pack", abstract: "Make the Board's pack as of a day.")

  @Option(name: .customLong("as-of"), help: "The day, as 2026-04-03; default today.") var asOf: String?
  @Option(help: "Which plan, by its slug; default the latest.") var plan: String?
  @Option(help: "Where to write it: a name ending in .xlsx or .json.") var out: String

  static func strategy(_ slug: String?, _ settings: Settings) throws -> Strategy {
    guard let strategy = slug == nil ? settings.strategies.first : settings.strategies.first(where: { $0.slug == slug }) else {
      throw ValidationError("There is no plan \(slug ?? ""). There are: \(settings.strategies.map(\.slug).joined(separator: ", ")).")
    }
    return strategy
  }

  static func day(_ text: String?) throws -> Day {
    let today = London.day(of: Date())
    guard let text else { return today }
    guard let day = Day(iso: text) else { throw ValidationError("\(text) is no day: write it as 2026-04-03.") }
    guard day <= today else { throw ValidationError("\(text) is still to come: a pack tells what was.") }
    return day
  }

  func validate() throws {
    guard out.hasSuffix(".xlsx") || out.hasSuffix(".json") else { throw ValidationError("Name a file that ends in .xlsx or .json.") }
  }

  func run() async throws {
    let here = try Surroundings()
    let day = try Self.day(asOf)
    let kept = try await here.asOwner { database in
      let environment = Environment(settings: here.settings, database: database, logger: here.logger, demonstration: false, origin: "", home: here.home)
      let officer = try await here.operatorOfficer(database)
      let store = PackStore(environment)
      let id = try await store.make(asOf: day, of: try Self.strategy(plan, here.settings), by: officer)
      return try await store.one(id, for: officer)
    }
    guard let kept else { throw ValidationError("The pack was made and cannot be read.") }
    let bytes = out.hasSuffix(".xlsx") ? Data(try kept.pack().spreadsheet.bytes) : Data(kept.content.utf8)
    try bytes.write(to: URL(fileURLWithPath: out))
    print("Pack \(kept.id.uuidString.lowercased()), as of \(day.words), is kept and written to \(out). SHA-256 of its content: \(kept.hash)")
  }
}
