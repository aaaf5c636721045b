import Domain
import Foundation
import Web

extension OfficerVisit {
  /// Refuses whoever does not hold the permission for licences of this register anywhere.
  func require(_ permission: Permission, of register: Register) throws {
    guard officer.may(permission, of: register) else { throw Problem.forbidden }
  }

  /// The one road from an id in an address to a licence: not visible is not found; visible but not permitted is refused.
  func licence(may permission: Permission) async throws -> Licence {
    guard let licence = try await RegisterStore(environment).licence(try id(), on: today, for: officer) else { throw Problem.notFound }
    guard officer.may(permission, of: licence.kind.register, in: licence.authority) else { throw Problem.forbidden }
    return licence
  }
}
