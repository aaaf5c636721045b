import Domain
import Foundation
import Web

/// The lines of a provider's file, as text.
package struct ProviderTable: Sendable {
  package var headings: [String]
  package var rows: [(line: Int, cells: [String])]

  /// - Throws: `ImportRefusal` or `TableRefusal` in words.
  package init(_ file: ImportFile) async throws {
    try await file.convertSpreadsheet()
    let sniff = try file.sniff()
    guard sniff.format.hasHeader else { throw ImportRefusal("The first line must name the columns, such as badge, name and completed.") }
    headings = sniff.columns.map(\.name)
    var reader = DelimitedReader(format: sniff.format)
    var records: [TableRecord] = []
    try await file.chunks { bytes, _ in records += try reader.feed(bytes) }
    records += try reader.finish()
    let width = headings.count
    rows = records.dropFirst(1 + sniff.format.preamble).compactMap { record in
      let cells = (0..<width).map { record.text($0) }
      return cells.allSatisfy(\.isEmpty) ? nil : (record.line, cells.map { String($0.prefix(500)) })
    }
    guard rows.count <= ProviderFileStore.most else { throw ImportRefusal("The file holds more than \(ProviderFileStore.most.grouped) lines: split it.") }
    guard !rows.isEmpty else { throw ImportRefusal("The file holds no line below its column names.") }
  }
}
