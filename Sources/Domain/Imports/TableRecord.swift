/// One record of a text table: its fields as UTF-8 in one buffer, and the line of the file it began on.
package struct TableRecord: Hashable, Sendable {
  /// The line of the file, counted from 1, on which the record begins (quoted fields may span lines).
  package let line: Int
  /// Set when the record could not be read whole; its fields are then what could be read.
  package let problem: RecordProblem?
  private let bytes: [UInt8]
  /// Where each field ends in `bytes`.
  private let ends: [Int32]
  private let isASCII: Bool

  init(line: Int, bytes: [UInt8], ends: [Int32], isASCII: Bool, problem: RecordProblem? = nil) {
    self.line = line
    self.bytes = bytes
    self.ends = ends
    self.isASCII = isASCII
    self.problem = problem
  }

  /// A record made from texts.
  package init(line: Int, fields: [String], problem: RecordProblem? = nil) {
    var bytes: [UInt8] = []
    var ends: [Int32] = []
    for field in fields {
      bytes.append(contentsOf: field.utf8)
      ends.append(Int32(bytes.count))
    }
    self.init(line: line, bytes: bytes, ends: ends, isASCII: bytes.allSatisfy { $0 < 0x80 }, problem: problem)
  }

  /// The number of fields.
  package var count: Int { ends.count }

  /// The field exactly as it stands in the file, without its quotation marks. Empty past the last field.
  package func raw(_ index: Int) -> String { withField(index) { String(decoding: $0, as: UTF8.self) } }

  /// All fields exactly as they stand in the file: for the list of rejected rows.
  package var fields: [String] { (0..<count).map(raw) }

  /// The field as people mean it: without spaces (also non-breaking ones) around it; runs of blanks and line breaks
  /// within it are one space. Empty past the last field.
  package func text(_ index: Int) -> String {
    withField(index) { field in
      var slice = field[...]
      if isASCII {
        while let first = slice.first, first <= 0x20 { slice.removeFirst() }
        while let last = slice.last, last <= 0x20 { slice.removeLast() }
        var previous: UInt8 = 0
        for byte in slice {
          if byte < 0x20 || byte == 0x7F || (byte == 0x20 && previous == 0x20) { return Self.tidied(slice) }
          previous = byte
        }
        return String(decoding: slice, as: UTF8.self)
      }
      return Self.tidied(slice)
    }
  }

  /// The lines of the field, each tidied, without empty ones: for addresses.
  package func lines(_ index: Int) -> [String] {
    withField(index) { field in
      field.split { $0 == 0x0A || $0 == 0x0D }.map { Self.tidied($0) }.filter { !$0.isEmpty }
    }
  }

  /// Whether nothing but blanks stands in the field.
  package func isBlank(_ index: Int) -> Bool {
    withField(index) { $0.allSatisfy { $0 <= 0x20 } } || (!isASCII && text(index).isEmpty)
  }

  private func withField<R>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    guard index >= 0, index < ends.count else { return body(UnsafeBufferPointer(start: nil, count: 0)) }
    let start = index == 0 ? 0 : Int(ends[index - 1])
    let end = Int(ends[index])
    return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[start..<end])) }
  }

  private static func tidied(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    tidied(String(decoding: bytes, as: UTF8.self))
  }

  /// One space for every run of blanks, none at the ends, no invisible marks.
  package static func tidied(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    var gap = false
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0...0x20, 0x7F, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: gap = true
      // Zero-width space, marks of writing direction, byte order marks: never meant.
      case 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF: continue
      default:
        if gap, !out.isEmpty { out.append(" ") }
        gap = false
        out.append(scalar)
      }
    }
    return String(out)
  }
}
