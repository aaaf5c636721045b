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
}
