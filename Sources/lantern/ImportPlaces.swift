import ArgumentParser
import Foundation
import Portal

extension ImportCommand {
  /// `lantern import postcodes FILE`
  struct Postcodes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Where postcodes are: the ONS Postcode Directory or Code-Point Open, as CSV. Places what has a postcode and no point yet.")

    @Argument(help: "The file.") var file: String

    func run() async throws {
      let here = try Surroundings()
      guard FileManager.default.isReadableFile(atPath: file) else { throw ValidationError("\(file) cannot be read.") }
      try await here.asOwner { database in
        let environment = here.environment(database)
        let loaded = try await PostcodeFile(environment).load(URL(fileURLWithPath: file), by: try await here.operatorOfficer(database))
        print("\(loaded.postcodes) postcodes loaded, \(loaded.withoutPlace) without a place left out. \(loaded.placed) locations are on the map because of them.")
      }
    }
  }

  /// `lantern import boundaries FILE.geojson`
  struct Boundaries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Outlines of districts or wards, as GeoJSON. Outlines that cross themselves are mended, and named.")

    @Argument(help: "The file.") var file: String
    @Option(help: "district or ward, where the codes do not say.") var kind: String?

    func run() async throws {
      let here = try Surroundings()
      guard kind.map({ ["district", "ward"].contains($0) }) ?? true else { throw ValidationError("Say --kind district or --kind ward.") }
      guard FileManager.default.isReadableFile(atPath: file) else { throw ValidationError("\(file) cannot be read.") }
      try await here.asOwner { database in
        let environment = here.environment(database)
        let loaded = try await OutlineFile(environment).load(URL(fileURLWithPath: file), kind: kind, by: try await here.operatorOfficer(database))
        print("\(loaded.outlines) outlines loaded. \(loaded.assigned) locations are in another district, or in one at last, because of them.")
        if !loaded.mended.isEmpty { print("Mended, because they crossed themselves: \(loaded.mended.joined(separator: ", ")).") }
      }
    }
  }
}
