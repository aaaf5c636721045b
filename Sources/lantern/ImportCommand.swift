import ArgumentParser
import Domain
import Foundation
import Portal

/// `lantern import register`: the same check and application as in the browser; without --apply only the dry run.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "import", abstract: "Bring a register in from a file.", subcommands: [Register.self, Postcodes.self, Boundaries.self])

  struct Register: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "register", abstract: "A register, from CSV or .xlsx. Without --apply, only says what would change.",
      aliases: ["drivers", "premises", "accommodation"])

    @Argument(help: "The file.") var file: String
    @Option(help: "The district whose register it is, such as redditch.") var authority: String
    @Option(help: "A mapping kept under a name.") var mapping: String?
    @Option(name: .customLong("date-order"), help: "dmy, mdy or ymd, where the file can be read in more than one way.") var dateOrder: String?
    @Option(help: "Kind of licence for rows that do not say, such as private_hire_driver.") var kind: String?
    @Flag(help: "Apply what was found.") var apply = false
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      let here = try Surroundings()
      guard let place = here.settings.authority(slug: authority) else {
        throw ValidationError("\(authority) is no district. There are: \(here.settings.county.authorities.map(\.slug).joined(separator: ", ")).")
      }
      guard FileManager.default.isReadableFile(atPath: file) else { throw ValidationError("\(file) cannot be read.") }
      try await here.asOwner { database in
        let environment = Environment(
          settings: here.settings, database: database, logger: here.logger, demonstration: false, origin: "", home: here.home)
        let officer = try await here.operatorOfficer(database)
        let store = ImportStore(environment)
        let id = UUID()
        let own = ImportFile(id, home: here.home)
        try FileManager.default.createDirectory(at: own.url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: URL(fileURLWithPath: file), to: own.url)
        try await own.convertSpreadsheet()
        let (hash, bytes) = try await own.hash()
        try await store.start(id, authority: place.id, fileName: URL(fileURLWithPath: file).lastPathComponent, hash: hash, bytes: bytes, by: officer)
        let sniff = try own.sniff()
        let chosen = try await columns(sniff, own, store, place.id, officer)
        guard var run = try await store.run(id, for: officer) else { throw ValidationError("The import could not be started.") }
        try await store.map(run, SavedMapping(chosen, hasHeader: sniff.format.hasHeader), savingAs: nil, by: officer)
        let work = ImportWork(environment, officer: officer)
        run = try await store.run(id, for: officer) ?? run
        _ = try await work.check(run, file: own)
        run = try await store.run(id, for: officer) ?? run
        let changes = (run.counts["new"] ?? 0) + (run.counts["changed"] ?? 0)
        if apply, changes > 0 {
          try await store.apply(run, by: officer)
          try await work.apply(run)
        } else if !apply || changes == 0 {
          if !apply { try await store.cancel(run, by: officer) }
        }
        if json {
          let output: [String: Any] = ["file": run.fileName, "authority": authority, "counts": run.counts, "applied": apply && changes > 0]
          print(String(decoding: try JSONSerialization.data(withJSONObject: output, options: [.sortedKeys]), as: UTF8.self))
        } else {
          print("\(sniff.words)\n\(run.summary).")
          for (word, rows) in run.words.leftOut.sorted(by: { $0.value > $1.value }).prefix(10) { print("  left out: \(rows) rows of “\(word)”") }
          for row in try await store.rows(id, "rejected", after: 0, limit: 10, for: officer) { print("  line \(row.line): \(row.reason)") }
          print(apply ? (changes > 0 ? "Applied." : "Nothing to apply.") : "Nothing was changed: this was a dry run. Apply with --apply.")
        }
      }
    }

    private func columns(_ sniff: TableSniff, _ own: ImportFile, _ store: ImportStore, _ place: Int, _ officer: Officer) async throws -> ColumnMapping {
      var chosen = MappingSuggestion(sniff).mapping
      if let mapping {
        let saved = try await store.savedMappings(place, for: officer)
        guard let named = saved.first(where: { $0.name == mapping }) else {
          throw ValidationError("No mapping is kept as “\(mapping)”. There are: \(saved.map(\.name).joined(separator: ", ")).")
        }
        let fit = named.mapping.fit(sniff.columns, hasHeader: sniff.format.hasHeader)
        for complaint in fit.complaints { print(complaint) }
        chosen = fit.mapping
      }
      if let dateOrder {
        guard let order = ["dmy": DateOrder.dayFirst, "mdy": .monthFirst, "ymd": .yearFirst][dateOrder] else { throw ValidationError("Say dmy, mdy or ymd.") }
        chosen.choices.dateOrder = order
      }
      if let kind {
        guard let known = LicenceKind(rawValue: kind.lowercased()) else { throw ValidationError("\(kind) is no kind of licence.") }
        chosen.choices.defaultKind = known
      }
      let asked = chosen.dateColumnsToAsk(try await own.survey(sniff).evidence)
      var problems = chosen.problems
      if let first = asked.first { problems.append("The dates of “\(first.name)” can be read in more than one way: say --date-order.") }
      guard problems.isEmpty else { throw ValidationError(problems.joined(separator: "\n")) }
      return chosen
    }
  }
}
