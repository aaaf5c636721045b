package import Domain
package import Foundation

/// Who a transaction acts for. The database verifies it; nothing else opens its rows.
package enum Identity: Sendable {
  /// The token of a live session.
  case session([UInt8])
  /// The command line, on a connection of the owner.
  case commandLine(operator: String)
  /// The watch over committees: reads them all, changes nothing (migration 31).
  case committeeWatch
}

/// A signed-in person with what they may do, and where. Resolved anew for every request: never cached.
package struct Officer: Sendable {
  package var id: UUID
  package var sessionID: UUID
  package var name: String
  package var email: String
  package var identity: Identity
  package var hasSecondStep: Bool
  /// Authorities in which each permission is held. An empty set: held, but without any authority (administrators).
  package var reach: [Permission: Set<Int>]
  package var lastSeen: Date
  /// Of `reach`, where the permission is held for accommodation alone. Row level security shows no other licence there.
  package var accommodationOnly: [Permission: Set<Int>] = [:]

  package func may(_ permission: Permission) -> Bool { reach[permission] != nil }
  /// Whether the permission is held for licences of this register somewhere.
  package func may(_ permission: Permission, of register: Register) -> Bool {
    guard let held = reach[permission] else { return false }
    return register == .accommodation || accommodationOnly[permission].map { !held.subtracting($0).isEmpty } ?? true
  }
  package func may(_ permission: Permission, of register: Register, in authority: Int) -> Bool {
    may(permission, in: authority) && (register == .accommodation || accommodationOnly[permission]?.contains(authority) != true)
  }
  package func may(_ permission: Permission, in authority: Int) -> Bool { reach[permission]?.contains(authority) ?? false }
  /// The authorities in which the permission is held, in the order of the county.
  package func authorities(_ permission: Permission) -> [Int] { (reach[permission] ?? []).sorted() }
}
