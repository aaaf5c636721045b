import Crypto
import Foundation

/// One migration as it stands in its directory.
package struct MigrationFile: Sendable, Hashable {
  package let number: Int
  /// The file's name, e.g. `0003_a_licence_can_be_suspended.sql`.
  package let name: String
  /// What becomes true, from the first line.
  package let sentence: String
  /// SHA-256 of the file's bytes, in hexadecimal.
  package let checksum: String
  let text: String

  /// The files of a directory in order.
  /// - Throws: `MigrationRefusal` when a file is not named, numbered or begun as it must be.
  static func all(in directory: URL) throws -> [MigrationFile] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        .filter { $0.hasSuffix(".sql") }.sorted()
    } catch {
      throw MigrationRefusal("The directory of migrations \(directory.lastPathComponent) cannot be read.")
    }
    let files = try names.map { try MigrationFile(name: $0, bytes: Data(contentsOf: directory.appending(path: $0))) }
    for (file, next) in zip(files, files.dropFirst()) where file.number == next.number {
      throw MigrationRefusal("\(file.name) and \(next.name) have the same number; renumber the newer one.")
    }
    for (index, file) in files.enumerated() where file.number != index + 1 {
      throw MigrationRefusal(
        "Number \(fourDigits(index + 1)) is missing before \(file.name); numbers follow on without a gap.")
    }
    return files
  }

  init(name: String, bytes: Data) throws {
    guard let match = name.wholeMatch(of: #/([0-9]{4})_[a-z0-9]+(_[a-z0-9]+)*\.sql/#), let number = Int(match.1) else {
      throw MigrationRefusal("\(name) is not named like 0001_what_becomes_true.sql.")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw MigrationRefusal("\(name) is not UTF-8 text.")
    }
    let firstLine = text.prefix { !$0.isNewline }
    guard let sentence = firstLine.wholeMatch(of: #/-- (\S.*\.)\s*/#)?.1 else {
      throw MigrationRefusal(
        "\(name) does not begin with a comment saying what becomes true: -- A sentence with a full stop.")
    }
    // The migrator owns the transaction; a file that ended it would be half applied when its second half failed.
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.contains(#/^\s*(begin|commit|rollback|start\s+transaction)(\s+(work|transaction))?\s*;/#.ignoresCase()) {
        throw MigrationRefusal(
          "\(name), line \(index + 1), begins or ends a transaction; each file already runs in one of its own.")
      }
    }
    self.number = number
    self.name = name
    self.sentence = String(sentence)
    self.text = text
    checksum = SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The line a character position (from 1) falls in.
  func line(at position: Int) -> Int {
    text.unicodeScalars.prefix(max(0, position - 1)).count { $0 == "\n" } + 1
  }
}

func fourDigits(_ number: Int) -> String {
  String(repeating: "0", count: max(0, 4 - String(number).count)) + String(number)
}

/// Why the migrations were not carried out, in a sentence for whoever runs them.
package struct MigrationRefusal: Error, CustomStringConvertible, Hashable {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
