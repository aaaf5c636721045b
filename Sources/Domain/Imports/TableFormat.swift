/// What has to be known of a text table before its rows can be read.
package struct TableFormat: Codable, Hashable, Sendable {
  package var encoding: TextEncoding
  /// An ASCII byte: comma, semicolon, tab or bar.
  package var delimiter: UInt8
  /// Whether a row of column names stands above the data.
  package var hasHeader: Bool
  /// Records above the header (or above the data) that are no part of the table: a title, `sep=;`.
  package var preamble: Int

  package init(
    encoding: TextEncoding = .utf8, delimiter: UInt8 = UInt8(ascii: ","), hasHeader: Bool = true, preamble: Int = 0
  ) {
    self.encoding = encoding
    self.delimiter = delimiter
    self.hasHeader = hasHeader
    self.preamble = preamble
  }

  package static let delimiters: [UInt8] = [",", ";", "\t", "|"].map { UInt8(ascii: $0) }

  /// "comma", "tab"
  package var delimiterWords: String {
    switch delimiter {
    case UInt8(ascii: ","): "comma"
    case UInt8(ascii: ";"): "semicolon"
    case UInt8(ascii: "\t"): "tab"
    case UInt8(ascii: "|"): "vertical bar"
    default: "“\(Character(Unicode.Scalar(delimiter)))”"
    }
  }
}

/// How the lines of a file end.
package enum LineEnds: String, Codable, Hashable, Sendable {
  case lf, crlf, cr, mixed
  package var words: String {
    switch self {
    case .lf: "line feed"
    case .crlf: "carriage return and line feed"
    case .cr: "carriage return"
    case .mixed: "mixed"
    }
  }
}

/// What a record may weigh. Larger ones are rejected by themselves; they never grow in memory.
package struct TableLimits: Hashable, Sendable {
  package var fieldBytes = 16_384
  package var fields = 512
  package var recordBytes = 131_072
  package init() {}
  package static let standard = TableLimits()
}

/// Why a file cannot be read as a table at all.
package enum TableRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case empty
  case onlyHeader
  /// An .xlsx or other zip archive: to be turned into text first.
  case workbook
  /// An old binary .xls.
  case oldWorkbook
  case pdf
  case binary
  /// Quotation marks are so broken that rows cannot be told apart.
  case brokenQuotes(line: Int)

  package var description: String {
    switch self {
    case .empty: "The file is empty."
    case .onlyHeader: "The file has a row of column names and nothing below it."
    case .workbook: "The file is an Excel workbook (.xlsx), not a CSV file."
    case .oldWorkbook: "The file is an old Excel workbook (.xls). Save it as .xlsx or CSV and upload that."
    case .pdf: "The file is a PDF. Ask for the register as .xlsx or CSV."
    case .binary: "The file is not text. Save the register as CSV or .xlsx and upload that."
    case .brokenQuotes(let line):
      "From line \(line) on, so many quotation marks are left open that rows cannot be told apart. "
        + "Save the register as CSV again and upload that."
    }
  }
}

/// Why one record could not be read.
package enum RecordProblem: Hashable, Sendable, CustomStringConvertible {
  case quoteNeverClosed
  case tooLong(limit: Int)
  case fieldTooLong(column: Int, limit: Int)
  case tooManyFields(limit: Int)
  case notUTF8
  case zeroByte

  package var description: String {
    switch self {
    case .quoteNeverClosed: "a quotation mark is opened and not closed on this row"
    case .tooLong(let limit): "the row is longer than \(limit) bytes"
    case .fieldTooLong(let column, let limit): "field \(column + 1) is longer than \(limit) bytes"
    case .tooManyFields(let limit): "the row has more than \(limit) fields"
    case .notUTF8: "the row is not valid UTF-8 although earlier rows of the file are"
    case .zeroByte: "the row contains a zero byte"
    }
  }
}
