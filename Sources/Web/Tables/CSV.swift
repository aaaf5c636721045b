/// Comma separated values as a spreadsheet reads them: RFC 4180, UTF-8 with a byte order mark, CRLF.
package enum CSV {
  package static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Appends one value.
  ///
  /// A text that a spreadsheet would take for a formula (its first character is `=`, `+`, `-`, `@`, tab, CR or LF, or the
  /// full-width form of one) gets an apostrophe before it, which makes it text.
  package static func append(_ text: String, isNumber: Bool = false, to out: inout [UInt8]) {
    var text = text
    text.withUTF8 { utf8 in
      let guarded = !isNumber && startsFormula(utf8)
      let quoted = guarded || utf8.contains(where: needsQuotes) || utf8.first == 0x20 || utf8.last == 0x20
      guard quoted else {
        out.append(contentsOf: utf8)
        return
      }
      out.append(UInt8(ascii: "\""))
      if guarded { out.append(UInt8(ascii: "'")) }
      for byte in utf8 {
        if byte == UInt8(ascii: "\"") { out.append(byte) }
        out.append(byte)
      }
      out.append(UInt8(ascii: "\""))
    }
  }

  package static func endRow(_ out: inout [UInt8]) {
    out.append(0x0D)
    out.append(0x0A)
  }

  /// The semicolon is quoted too: where it separates values, the rest of a text must not become a cell of its own.
  private static func needsQuotes(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\""), 0x09, 0x0A, 0x0D: true
    default: false
    }
  }

  private static func startsFormula(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    switch utf8.first {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0A, 0x0D: return true
    case 0xEF:
      // U+FF1D ＝, U+FF0B ＋, U+FF0D －, U+FF20 ＠
      guard utf8.count >= 3, utf8[1] == 0xBC else { return false }
      return [0x9D, 0x8B, 0x8D, 0xA0].contains(utf8[2])
    default: return false
    }
  }
}

extension Table {
  /// The byte order mark and the line of headings.
  package var csvHead: [UInt8] {
    var out = CSV.byteOrderMark
    for (index, column) in columns.filter(\.isInExport).enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      CSV.append(column.heading, to: &out)
    }
    CSV.endRow(&out)
    return out
  }

  /// Appends one row of the export.
  package func appendCSV(_ row: Row, to out: inout [UInt8]) {
    var isFirst = true
    for column in columns where column.isInExport {
      if !isFirst { out.append(UInt8(ascii: ",")) }
      isFirst = false
      let value = column.plain(row)
      CSV.append(value.text, isNumber: value.isNumber, to: &out)
    }
    CSV.endRow(&out)
  }

  /// The export of rows as they come, in chunks: rows are asked for only as fast as chunks are taken.
  package func csv<Rows: AsyncSequence>(_ rows: Rows, chunk: Int = 32 * 1_024) -> CSVStream<Rows, Row> {
    CSVStream(table: self, rows: rows, chunk: chunk)
  }
}

/// An export in pieces of about `chunk` bytes. One iteration; memory does not grow with the rows.
package struct CSVStream<Rows: AsyncSequence, Row: Sendable>: AsyncSequence where Rows.Element == Row {
  package typealias Element = [UInt8]

  let table: Table<Row>
  let rows: Rows
  let chunk: Int

  package struct AsyncIterator: AsyncIteratorProtocol {
    let table: Table<Row>
    var rows: Rows.AsyncIterator
    let chunk: Int
    var isStarted = false
    var isEnded = false

    package mutating func next() async throws -> [UInt8]? {
      guard !isEnded else { return nil }
      var out: [UInt8] = []
      out.reserveCapacity(chunk + 1_024)
      if !isStarted {
        out += table.csvHead
        isStarted = true
      }
      while out.count < chunk {
        guard let row = try await rows.next() else {
          isEnded = true
          break
        }
        table.appendCSV(row, to: &out)
      }
      return out.isEmpty ? nil : out
    }
  }

  package func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(table: table, rows: rows.makeAsyncIterator(), chunk: chunk)
  }
}

extension CSVStream: Sendable where Rows: Sendable {}
