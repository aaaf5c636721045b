import Foundation
import Hummingbird
import Postgres
import Web

extension Sheet {
  /// The history of a committee, a member or a hearing.
  static func history(of subject: UUID) -> Query<History.Line> {
    Query("SELECT seq, body, detail FROM audit.committee_history(\(subject), 40)")
  }
}

/// A small upload, held in memory: sheets and certificates are limited to 5 MB.
final class SmallFile: FileSink {
  static let most = 5 << 20
  var name = ""
  var type = ""
  var bytes: [UInt8] = []
  func receive(_ chunk: ArraySlice<UInt8>) { bytes.append(contentsOf: chunk) }

  /// PDF, PNG or JPEG, by its first bytes and not by what the browser says; nil for anything else.
  var kind: String? {
    if bytes.starts(with: Array("%PDF-".utf8)) { return "application/pdf" }
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "image/png" }
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
    return nil
  }
}

extension OfficerVisit {
  /// Reads a form that may bring one small file, and checks its token.
  func formWithFile() async throws -> (FormFields, SmallFile?) {
    let file = SmallFile()
    let reader = try MultipartReader(request, limits: .init(fileBytes: SmallFile.most))
    let fields = try await reader.read(request.body) { part in
      guard !part.fileName.isEmpty else { return nil }
      file.name = part.fileName
      return file
    }
    try check(fields)
    return (fields, file.bytes.isEmpty ? nil : file)
  }
}
