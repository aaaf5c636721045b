import Domain
import Foundation
import Portal

extension TestDatabase {
  /// Fills the register with invented licences, their terms and issues, by `Tests/Volume/volume.sql`.
  package func fill(licences: Int) async throws {
    guard let server = Self.server else { return }
    try await Self.psql([
      "-d", "\(server) dbname=\(name)", "-c", "SET lantern.volume = '\(licences)'", "-c", "SET lantern.volume_day = '\(London.day(of: Self.noon).iso)'",
      "-f", Self.root.appendingPathComponent("Tests/Volume/volume.sql").path, "-c", "VACUUM ANALYZE",
    ])
  }

  /// Fills the county with invented places and hot spots, by `Tests/Volume/places.sql`.
  package func fillPlaces(_ places: Int, spots: Int) async throws {
    try await fill("places.sql", ["lantern.places": places, "lantern.spots": spots])
  }

  /// Fills the county with invented items of intelligence, so many in a hundred within the days that suggest, by `Tests/Volume/intelligence.sql`.
  package func fillIntelligence(_ items: Int, fresh: Int) async throws {
    try await fill("intelligence.sql", ["lantern.items": items, "lantern.fresh": fresh])
  }

  private func fill(_ file: String, _ settings: [String: Int]) async throws {
    guard let server = Self.server else { return }
    try await Self.psql(
      ["-d", "\(server) dbname=\(name)", "-c", "SET lantern.volume_day = '\(London.day(of: Self.noon).iso)'"] + settings.flatMap { ["-c", "SET \($0.key) = '\($0.value)'"] }
        + ["-f", Self.root.appendingPathComponent("Tests/Volume/\(file)").path, "-c", "VACUUM ANALYZE"])
  }
}
