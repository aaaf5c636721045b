import CArgon2
import Dispatch
import Foundation

/// argon2id with m = 64 MiB, t = 3, p = 1 (OWASP ASVS 5.0 V11.4.2), as an encoded string.
///
/// Runs on two threads of its own with a bounded queue: 64 MiB a sign-in would otherwise be a way to exhaust memory.
package enum PasswordHash {
  package static let memoryKiB: UInt32 = 65_536
  package static let passes: UInt32 = 3

  package static func make(_ password: String) async throws -> String {
    try await onOwnThreads { try encode(password, salt: randomBytes(16)) }
  }

  /// Whether the password is that of the encoded hash. Nil hash: the same work is done and the answer is no,
  /// so that an unknown address takes as long as a wrong password.
  package static func verify(_ password: String, against encoded: String?) async throws -> Bool {
    try await onOwnThreads {
      let bytes = Array(password.utf8)
      let matches = argon2id_verify(encoded ?? dummy, bytes, bytes.count) == ARGON2_OK.rawValue
      return matches && encoded != nil
    }
  }

  /// Whether the hash was made with weaker figures than today's.
  package static func needsRehash(_ encoded: String) -> Bool {
    !encoded.hasPrefix("$argon2id$v=19$m=\(memoryKiB),t=\(passes),p=1$")
  }

  private static let dummy: String = (try? encode("nobody's password", salt: [UInt8](repeating: 7, count: 16))) ?? ""

  private static func encode(_ password: String, salt: [UInt8]) throws -> String {
    let bytes = Array(password.utf8)
    var encoded = [CChar](repeating: 0, count: 160)
    let result = argon2id_hash_encoded(passes, memoryKiB, 1, bytes, bytes.count, salt, salt.count, 32, &encoded, encoded.count)
    guard result == ARGON2_OK.rawValue else { throw PasswordHashError(code: Int(result)) }
    return String(decoding: encoded.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static let gate = WorkGate(width: 2, waiting: 64)

  private static func onOwnThreads<R: Sendable>(_ work: @escaping @Sendable () throws -> R) async throws -> R {
    try await gate.run(work)
  }
}

/// argon2 refused: out of memory, or a length it does not take.
package struct PasswordHashError: Error { let code: Int }

/// A few threads for heavy work, and a bounded queue before them.
final class WorkGate: Sendable {
  private let queue: OperationQueue
  private let limit: Int

  init(width: Int, waiting: Int) {
    queue = OperationQueue()
    queue.maxConcurrentOperationCount = width
    limit = waiting
  }

  /// - Throws: `TooBusy` when the queue is full.
  func run<R: Sendable>(_ work: @escaping @Sendable () throws -> R) async throws -> R {
    guard queue.operationCount < limit else { throw TooBusy() }
    return try await withCheckedThrowingContinuation { continuation in
      queue.addOperation { continuation.resume(with: Result(catching: work)) }
    }
  }
}

/// Too much of the same heavy work is waiting: try again in a moment.
package struct TooBusy: Error {}

func randomBytes(_ count: Int) -> [UInt8] {
  var generator = SystemRandomNumberGenerator()
  return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}
