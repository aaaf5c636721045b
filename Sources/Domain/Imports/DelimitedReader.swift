/// Reads records from a delimited text file that is fed to it in chunks of any size.
///
/// What it accepts, because registers arrive that way: LF, CRLF and bare CR, mixed; quoted fields with line breaks
/// (given as LF) and doubled quotation marks; a quotation mark in the middle of a field (kept); blanks around quoted
/// fields. Blank lines and rows of empty fields are skipped, but line numbers stay those of the file.
///
/// A quotation mark that is never closed costs only its own line: the lines after it are read again.
/// A file taken for UTF-8 from an ASCII beginning that later proves not to be is read as Windows-1252 from there on;
/// where real UTF-8 has been seen already, the offending record is given a problem instead.
package struct DelimitedReader: Sendable {
  package let format: TableFormat
  package let limits: TableLimits
  /// Blank records skipped so far.
  package private(set) var blanks = 0
  /// The line at which a file taken for UTF-8 turned out to be Windows-1252.
  package private(set) var switchedEncodingAtLine: Int?

  private enum State: Sendable { case plain, quoted, afterQuote, skipping }

  private var state = State.plain
  private var record: [UInt8] = []
  private var ends: [Int32] = []
  private var fieldStart = 0
  private var seen: UInt8 = 0
  private var problem: RecordProblem?
  private var wasQuoted = false
  /// The last byte was a CR, so that an LF now is the second half of one line end.
  private var afterCR = false
  private var blanksAfterQuote = 0
  private var line = 1
  private var recordLine = 1

  /// Bytes read since the first line break inside a quoted field: read again if its closing mark is never found.
  private var tail: [UInt8] = []
  private var hasTail = false
  private var reread = 0
  private var taken = 0

  private var sawMultibyte = false
  private var head: [UInt8]? = []
  private var utf16: UTF16Decoder?
  /// 1 for bytes that end a run in a plain field, 2 for those that end one in a quoted field, 3 for both.
  private let marks: [UInt8]

  package init(format: TableFormat, limits: TableLimits = .standard) {
    self.format = format
    self.limits = limits
    var marks = [UInt8](repeating: 0, count: 256)
    for byte in [0, 0x0A, 0x0D, Self.quote] { marks[Int(byte)] = 3 }
    marks[Int(format.delimiter)] |= 1
    self.marks = marks
    switch format.encoding {
    case .utf16LittleEndian: utf16 = UTF16Decoder(bigEndian: false)
    case .utf16BigEndian: utf16 = UTF16Decoder(bigEndian: true)
    case .utf8, .windows1252: utf16 = nil
    }
  }

  private static let quote = UInt8(ascii: "\"")

  /// Takes the next bytes of the file and gives the records completed by them.
  package mutating func feed(_ bytes: [UInt8]) throws(TableRefusal) -> [TableRecord] {
    var records: [TableRecord] = []
    var text = bytes
    taken += bytes.count
    if utf16 != nil { text = bytes.withUnsafeBufferPointer { utf16?.decode($0) ?? [] } }
    // A byte order mark may itself be cut by the chunks.
    if var start = head {
      start += text
      if start.count < 3 {
        head = start
        return []
      }
      head = nil
      if start.starts(with: [0xEF, 0xBB, 0xBF]) { start.removeFirst(3) }
      text = start
    }
    try scan(text, &records)
    return records
  }

  /// The end of the file: gives the last record when no line end followed it.
  package mutating func finish() throws(TableRefusal) -> [TableRecord] {
    var records: [TableRecord] = []
    var rest = head ?? []
    head = nil
    if utf16 != nil { rest += utf16?.finish() ?? [] }
    try scan(rest, &records)
    while state == .quoted {
      let again = tail
      let retry = hasTail
      endBroken(&records)
      if retry { try rereadTail(again, &records) }
    }
    if state != .plain || !record.isEmpty || !ends.isEmpty || wasQuoted { endRecord(&records) }
    return records
  }

  // MARK: The scanner

  private mutating func scan(_ input: [UInt8], _ out: inout [TableRecord]) throws(TableRefusal) {
    var i = 0
    var tailFrom = 0
    let marks = marks
    while i < input.count {
      if afterCR {
        afterCR = false
        if input[i] == 0x0A {
          i += 1
          // The line break that opened the tail was cut by the chunks: its second half is no part of the tail.
          if hasTail, tail.isEmpty, tailFrom == i - 1 { tailFrom = i }
          continue
        }
      }
      if state == .afterQuote {
        let byte = input[i]
        if byte == Self.quote, blanksAfterQuote == 0 {
          append(byte)
          state = .quoted
        } else if byte == format.delimiter {
          endField()
        } else if byte == 0x0A || byte == 0x0D {
          afterCR = byte == 0x0D
          endRecord(&out)
        } else if byte == 0x20 || byte == 0x09 {
          blanksAfterQuote += 1
        } else if hasTail {
          // A stray mark inside a field of several lines: the field was never meant to span them.
          let again = tail + input[tailFrom..<i]
          endBroken(&out)
          try rereadTail(again, &out)
          tailFrom = i
          continue
        } else {
          append(Self.quote)
          for _ in 0..<blanksAfterQuote { append(0x20) }
          state = .quoted
          continue
        }
        i += 1
        continue
      }
      let mark: UInt8 = state == .quoted ? 2 : 1
      var j = i
      var bits: UInt8 = 0
      input.withUnsafeBufferPointer { input in
        marks.withUnsafeBufferPointer { marks in
          while j < input.count, marks[Int(input[j])] & mark == 0 {
            bits |= input[j]
            j += 1
          }
        }
      }
      seen |= bits
      if j > i { append(input[i..<j]) }
      i = j
      guard i < input.count else { break }
      let byte = input[i]
      i += 1
      switch state {
      case .plain:
        if byte == format.delimiter {
          endField()
        } else if byte == 0x0A || byte == 0x0D {
          afterCR = byte == 0x0D
          endRecord(&out)
        } else if byte == Self.quote, record[fieldStart...].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
          record.removeSubrange(fieldStart...)
          state = .quoted
          wasQuoted = true
        } else if byte == 0 {
          problem = problem ?? .zeroByte
        } else {
          append(byte)
        }
      case .quoted:
        if byte == Self.quote {
          state = .afterQuote
          blanksAfterQuote = 0
        } else if byte == 0 {
          problem = problem ?? .zeroByte
        } else {
          append(0x0A)
          line += 1
          if byte == 0x0D { absorbLineFeed(input, &i) }
          if !hasTail {
            hasTail = true
            tailFrom = i
          }
        }
      case .skipping:
        if byte == 0x0A || byte == 0x0D {
          afterCR = byte == 0x0D
          endRecord(&out)
        }
      case .afterQuote: break
      }
      if state == .quoted, hasTail, record.count > limits.recordBytes {
        let again = tail + input[tailFrom..<i]
        endBroken(&out)
        try rereadTail(again, &out)
        tailFrom = i
      }
    }
    if hasTail { tail += input[tailFrom...] }
  }

  /// After a CR inside a quoted field: the LF that belongs to it. Across chunks the flag does the same.
  private mutating func absorbLineFeed(_ input: [UInt8], _ i: inout Int) {
    if i < input.count {
      if input[i] == 0x0A { i += 1 }
    } else {
      afterCR = true
    }
  }

  /// Reads again what followed the line with the open quotation mark.
  private mutating func rereadTail(_ bytes: [UInt8], _ out: inout [TableRecord]) throws(TableRefusal) {
    reread += bytes.count
    // Each open mark reads up to a record's limit again; a hostile file must not make that quadratic.
    guard reread <= max(16 << 20, 4 * taken) else { throw .brokenQuotes(line: line) }
    try scan(bytes, &out)
  }

  // MARK: Fields and records

  private mutating func append(_ byte: UInt8) {
    if record.count - fieldStart < limits.fieldBytes { record.append(byte) } else { overflow() }
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>) {
    if state == .skipping { return }
    record.append(contentsOf: bytes)
    if record.count - fieldStart > limits.fieldBytes { overflow() }
  }

  private mutating func overflow() {
    // In a field of several lines the open mark is the likelier mistake, and found by the record's limit.
    if hasTail { return }
    problem = problem ?? .fieldTooLong(column: ends.count, limit: limits.fieldBytes)
    record.removeSubrange(min(record.count, fieldStart + limits.fieldBytes)...)
    state = .skipping
  }

  private mutating func endField() {
    ends.append(Int32(record.count))
    fieldStart = record.count
    state = .plain
    if ends.count >= limits.fields {
      problem = problem ?? .tooManyFields(limit: limits.fields)
      state = .skipping
    } else if record.count > limits.recordBytes {
      problem = problem ?? .tooLong(limit: limits.recordBytes)
      state = .skipping
    }
  }

  /// Ends a record whose quotation mark is never closed at the end of its first line.
  private mutating func endBroken(_ out: inout [TableRecord]) {
    problem = .quoteNeverClosed
    if hasTail, let lineEnd = record[fieldStart...].firstIndex(of: 0x0A) {
      record.removeSubrange(lineEnd...)
    }
    line = recordLine
    endRecord(&out)
  }

  private mutating func endRecord(_ out: inout [TableRecord]) {
    if fieldStart < record.count || problem == nil || ends.isEmpty { ends.append(Int32(record.count)) }
    if record.count > limits.recordBytes { problem = problem ?? .tooLong(limit: limits.recordBytes) }
    if problem == nil, record.allSatisfy({ $0 <= 0x20 }) {
      blanks += 1
    } else {
      let isASCII = seen < 0x80
      if !isASCII { settleEncoding() }
      out.append(TableRecord(line: recordLine, bytes: record, ends: ends, isASCII: isASCII, problem: problem))
    }
    record.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    fieldStart = 0
    seen = 0
    problem = nil
    wasQuoted = false
    state = .plain
    tail = []
    hasTail = false
    line += 1
    recordLine = line
  }

  /// The record holds bytes past ASCII: makes sure that they are UTF-8.
  private mutating func settleEncoding() {
    if format.encoding == .windows1252 || switchedEncodingAtLine != nil { return convertFromWindows() }
    if record.withUnsafeBufferPointer(UTF8Check.isValid) {
      sawMultibyte = true
    } else if sawMultibyte {
      problem = problem ?? .notUTF8
    } else {
      switchedEncodingAtLine = recordLine
      convertFromWindows()
    }
  }

  private mutating func convertFromWindows() {
    var converted: [UInt8] = []
    converted.reserveCapacity(record.count + 16)
    var start = 0
    for index in ends.indices {
      for byte in record[start..<Int(ends[index])] { TextEncoding.appendWindows(byte, to: &converted) }
      start = Int(ends[index])
      ends[index] = Int32(converted.count)
    }
    record = converted
  }
}
