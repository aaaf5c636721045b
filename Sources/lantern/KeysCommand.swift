import ArgumentParser
import Domain
import Foundation
import Portal

/// `lantern keys rotate-intelligence`, `lantern keys destroy-retired`: the key that wraps the keys of intelligence, and those before it.
struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Change the key that seals intelligence.", subcommands: [Rotate.self, Destroy.self])

  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rotate-intelligence",
      abstract: "Put a new key in place and wrap every item's key anew. Run it again where it was stopped. The service may run meanwhile.")

    @Flag(name: .customLong("new-key"), help: "Make a new key although items are left under other keys.") var anew = false

    func run() async throws {
      let here = try Surroundings()
      let keys = try Keys(directory: here.home.appendingPathComponent("keys"))
      let outcome = try await here.asOwner { database in
        try await IntelligenceKeyRotation(here.environment(database), keys: keys.intelligence).run(anew: anew, by: try await here.operatorOfficer(database))
      }
      print("\(outcome.isNew ? "A new key" : "The key of the last run"), \(outcome.key), seals now. \(outcome.moved) items were wrapped anew.")
      for reference in outcome.unopened {
        print("\(reference) does not open: it was changed, or its key is not in keys/. Restore the file of that key from your copy, or dispose of the item.")
      }
      if !outcome.retired.isEmpty {
        print("Keys before it, kept in keys/: \(outcome.retired.joined(separator: ", ")). Backups made until now need them. Copy the new key to where you keep the others.")
      }
      if outcome.left > 0 {
        print("\(outcome.left) items are left under other keys.")
        throw ExitCode(1)
      }
    }
  }

  struct Destroy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "destroy-retired",
      abstract: "Destroy the keys before the one that seals: what older backups hold under them, disposed of or not, can never be read again.")

    @Flag(help: "Do it. Without, it only says which.") var sure = false

    func run() async throws {
      let here = try Surroundings()
      let keys = try Keys(directory: here.home.appendingPathComponent("keys"))
      let current = try keys.intelligence.sealing().id
      let retired = try keys.intelligence.retired().map(\.id).filter { $0 != current }
      guard !retired.isEmpty else { return print("There is no retired key.") }
      guard sure else {
        return print("Would destroy: \(retired.joined(separator: ", ")). Backups made before they were retired then hold no intelligence that can be read. Add --sure to do it, and destroy your copies too.")
      }
      let outcome = try await here.asOwner { database in
        try await IntelligenceKeyRotation(here.environment(database), keys: keys.intelligence).destroyRetired(by: try await here.operatorOfficer(database))
      }
      for id in outcome.destroyed { print("Destroyed \(id). Destroy your copies of it too.") }
      for id in outcome.needed { print("Kept \(id): items are sealed under it. Run lantern keys rotate-intelligence first.") }
      if !outcome.needed.isEmpty { throw ExitCode(1) }
    }
  }
}

/// `lantern intelligence self-test`: counts only, never what was read.
struct IntelligenceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "intelligence", abstract: "Prove that no text that is kept identifies a child.", subcommands: [SelfTest.self])

  struct SelfTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "self-test", abstract: "Read every text in memory with the screen that forms have, and count what it finds. The run is logged before it reads.")

    func run() async throws {
      let here = try Surroundings()
      let keys = try Keys(directory: here.home.appendingPathComponent("keys"))
      let report = try await here.asOwner { database in
        try await IntelligenceSelfTest(here.environment(database), keys: keys.intelligence).run(by: try await here.operatorOfficer(database))
      }
      print("Sealed items: \(report.opened) read, \(report.unopened) do not open. Other texts: \(report.others) read.")
      for (rule, count) in report.found.sorted(by: { $0.key.rawValue < $1.key.rawValue }) { print("  \(rule.rawValue): \(count)") }
      print(report.found.isEmpty ? "Nothing was found that could identify a child." : "Review what is sealed: the rules and how often they were broken stand above, and in the log.")
      if !report.found.isEmpty || report.unopened > 0 { throw ExitCode(1) }
    }
  }
}
