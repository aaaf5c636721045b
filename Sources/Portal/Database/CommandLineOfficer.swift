import Domain
import Foundation
import Postgres

extension Database {
  /// The author of what a command does: a system account named after the operator, reaching every authority.
  package func commandLineOfficer(named name: String, settings: Settings) async throws -> Officer {
    let identity = Identity.commandLine(operator: name)
    let id = try await pool.transaction(.readWrite) { try await $0.value(identity.entering, as: UUID.self) }
    let everywhere = Set(settings.county.authorities.map(\.id))
    return Officer(
      id: id, sessionID: UUID(), name: "Command line (\(name))", email: "", identity: identity, hasSecondStep: true,
      reach: Dictionary(uniqueKeysWithValues: Permission.allCases.map { ($0, everywhere) }), lastSeen: Date(timeIntervalSince1970: 0))
  }
}
