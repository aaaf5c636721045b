import ArgumentParser
import Domain
import Foundation
import Portal

/// `lantern demo load`: the invented register, and links with which its invented people sign in.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Demonstration data: every person and business in it is invented.", subcommands: [Load.self])

  struct Load: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Load it into an empty database; does nothing otherwise.")

    @Option(help: "The address people will type.") var origin = "http://localhost:8080"
    @Flag(help: "Print the links as JSON.") var json = false

    func run() async throws {
      let here = try Surroundings()
      try await here.asOwner { database in
        let environment = Environment(
          settings: here.settings, database: database, logger: here.logger, demonstration: true, origin: origin, home: here.home)
        let loader = DemoLoader(environment)
        let officer = try await here.operatorOfficer(database)
        guard try await loader.isEmpty() else { return }
        let invited = try await loader.invite(by: officer)
        let counts = try await loader.load(by: officer, as: invited.first?.id ?? officer.id, colleagues: Dictionary(invited.map { ($0.email, $0.id) }, uniquingKeysWith: { $1 }))
        // The Board has a pack of the last quarter and one of today: there is something to print, and something that changed.
        for strategy in here.settings.strategies.prefix(1) {
          for day in [environment.today() - 92, environment.today()] { _ = try await PackStore(environment).make(asOf: day, of: strategy, by: officer) }
        }
        if json {
          let links = Dictionary(uniqueKeysWithValues: invited.map { ($0.email, $0.link) })
          print(String(decoding: try JSONSerialization.data(withJSONObject: links, options: [.sortedKeys]), as: UTF8.self))
        } else {
          print("Loaded \(counts). All of it is invented.\n\nTo sign in, open a link, once; choose a password there:")
          for person in invited { print("  \(person.role.title), \(person.name) <\(person.email)>\n    \(person.link)") }
        }
      }
    }
  }
}
