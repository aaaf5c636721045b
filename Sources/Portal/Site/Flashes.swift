import Foundation
import Synchronization
import Web

/// What the last request of a session achieved, until its next page says it. In memory: a sentence lost in a restart harms nobody.
final class Flashes: Sendable {
  private let held = Mutex<[UUID: Flash]>([:])

  func leave(_ flash: Flash, for session: UUID) {
    held.withLock {
      if $0.count > 10_000 { $0.removeAll() }
      $0[session] = flash
    }
  }

  func take(_ session: UUID) -> Flash? { held.withLock { $0.removeValue(forKey: session) } }
}
