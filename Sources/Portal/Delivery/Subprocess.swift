package import Foundation
import Synchronization

/// Runs a well-kept program with a text on its standard input, and gives what it printed. Secrets go in by the input, never by arguments,
/// which everybody on the machine can read.
package enum Subprocess {
  package struct Result: Sendable {
    package var status: Int32
    package var output: String
    package var errors: String
  }

  /// - Throws: whatever keeps the program from starting.
  package static func run(_ path: String, _ arguments: [String], input: String) async throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    // Files rather than pipes: nothing fills up, nothing blocks a thread that serves pages.
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("lantern-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: directory) }
    let files = ["in", "out", "err"].map { directory.appendingPathComponent($0) }
    for file in files { _ = FileManager.default.createFile(atPath: file.path, contents: nil, attributes: [.posixPermissions: 0o600]) }
    try Data(input.utf8).write(to: files[0])
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    let status: Int32 = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    return Result(
      status: status, output: String(decoding: try Data(contentsOf: files[1]).prefix(1 << 20), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: files[2]).prefix(1 << 16), as: UTF8.self))
  }
}
