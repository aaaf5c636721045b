import Crypto
package import Domain
package import Foundation
import Web

/// An uploaded register on disk: read in chunks, never whole. Spreadsheets become text first.
package struct ImportFile: Sendable {
  package let url: URL

  package init(_ run: UUID, home: URL) {
    url = home.appendingPathComponent("uploads").appendingPathComponent(run.uuidString.lowercased())
  }

  package init(url: URL) { self.url = url }

  /// The first bytes, and whether they are all.
  package func sniff() throws -> TableSniff {
    let handle = try FileHandle(forReadingFrom: url)
    defer { try? handle.close() }
    let sample = Array(try handle.read(upToCount: TableSniff.sampleBytes) ?? Data())
    return try TableSniff(sample, isWhole: sample.count < TableSniff.sampleBytes)
  }

  /// Each chunk in turn, with how many bytes were read so far.
  package func chunks(of size: Int = 256 << 10, _ body: ([UInt8], Int) async throws -> Void) async throws {
    let handle = try FileHandle(forReadingFrom: url)
    defer { try? handle.close() }
    var read = 0
    while let data = try handle.read(upToCount: size), !data.isEmpty {
      read += data.count
      try await body(Array(data), read)
    }
  }

  /// The evidence of all dates of the file, not of its beginning only.
  package func survey(_ sniff: TableSniff) async throws -> TableSurvey {
    var survey = TableSurvey(sniff)
    try await chunks { bytes, _ in try survey.feed(bytes) }
    try survey.finish()
    return survey
  }

  package func hash() async throws -> (hash: [UInt8], bytes: Int) {
    var sum = SHA256()
    var count = 0
    try await chunks { bytes, read in
      sum.update(data: bytes)
      count = read
    }
    return (Array(sum.finalize()), count)
  }

  /// Turns an .xlsx file into CSV in its place, by Debian's xlsx2csv under limits of time and memory.
  /// - Throws: `ImportRefusal` in words.
  package func convertSpreadsheet() async throws {
    let handle = try FileHandle(forReadingFrom: url)
    let start = try handle.read(upToCount: 4)
    try handle.close()
    guard start.map(Array.init) == [0x50, 0x4B, 0x03, 0x04] else { return }
    let text = url.appendingPathExtension("csv")
    let status: Int32 = try await withCheckedThrowingContinuation { continuation in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", "ulimit -v 2000000; ulimit -f 800000; exec timeout 60 xlsx2csv -d , -f %Y-%m-%d -i \"$0\" \"$1\"", url.path, text.path]
      process.standardError = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    guard status == 0 else {
      try? FileManager.default.removeItem(at: text)
      throw ImportRefusal("The spreadsheet could not be read: it is damaged, protected by a password or too large. Save the sheet as CSV and upload that.")
    }
    _ = try FileManager.default.replaceItemAt(url, withItemAt: text)
  }
}

/// Why a file cannot come in, in words for the officer.
package struct ImportRefusal: Error, Sendable, CustomStringConvertible {
  package let description: String
  package init(_ words: String) { description = words }
}

/// Writes an upload to disk as it arrives.
final class UploadFile: FileSink {
  private let handle: FileHandle
  private(set) var name = ""
  private(set) var bytes = 0
  private var sum = SHA256()
  let url: URL

  init(_ file: ImportFile) throws {
    url = file.url
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    guard FileManager.default.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
      throw ImportRefusal("The upload could not be stored. Tell your administrator.")
    }
    handle = try FileHandle(forWritingTo: url)
  }

  func named(_ name: String) { self.name = name }

  func receive(_ chunk: ArraySlice<UInt8>) throws {
    bytes += chunk.count
    sum.update(data: Array(chunk))
    try handle.write(contentsOf: Data(chunk))
  }

  func finish() throws -> [UInt8] {
    try handle.close()
    return Array(sum.finalize())
  }

  func discard() {
    try? handle.close()
    try? FileManager.default.removeItem(at: url)
  }
}
