import Testing

@testable import Domain

/// All records of a text, fed in chunks of a size.
func records(
  _ bytes: [UInt8], chunk: Int = .max, format: TableFormat = TableFormat(), limits: TableLimits = .standard
) throws -> [TableRecord] {
  var reader = DelimitedReader(format: format, limits: limits)
  var all: [TableRecord] = []
  var start = 0
  while start < bytes.count {
    let end = chunk == .max ? bytes.count : min(bytes.count, start + chunk)
    all += try reader.feed(Array(bytes[start..<end]))
    start = end
  }
  return all + (try reader.finish())
}

func records(_ text: String, delimiter: String = ",") throws -> [TableRecord] {
  try records(Array(text.utf8), format: TableFormat(delimiter: delimiter.utf8.first!))
}

@Suite struct DelimitedReaderTests {
  struct Oddity: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let rows: [[String]]
    let lines: [Int]
    var testDescription: String { name }
  }

  static let oddities: [Oddity] = [
    Oddity(name: "LF", text: "a,b\n1,2\n", rows: [["a", "b"], ["1", "2"]], lines: [1, 2]),
    Oddity(name: "CRLF", text: "a,b\r\n1,2\r\n", rows: [["a", "b"], ["1", "2"]], lines: [1, 2]),
    Oddity(name: "bare CR", text: "a,b\r1,2\r3,4", rows: [["a", "b"], ["1", "2"], ["3", "4"]], lines: [1, 2, 3]),
    Oddity(name: "mixed ends", text: "a\r\nb\nc\rd", rows: [["a"], ["b"], ["c"], ["d"]], lines: [1, 2, 3, 4]),
    Oddity(name: "no last line end", text: "a,b\n1,", rows: [["a", "b"], ["1", ""]], lines: [1, 2]),
    Oddity(name: "blank lines keep the count", text: "a,b\n\n \n,,\n1,2\n", rows: [["a", "b"], ["1", "2"]], lines: [1, 5]),
    Oddity(name: "quotes", text: "\"a,b\",\"say \"\"hi\"\"\"\n", rows: [["a,b", "say \"hi\""]], lines: [1]),
    Oddity(
      name: "line breaks in quotes", text: "1,\"x\r\ny\nz\"\n2,w\n", rows: [["1", "x\ny\nz"], ["2", "w"]], lines: [1, 4]),
    Oddity(name: "CR in quotes", text: "1,\"x\ry\"\r2,w\r", rows: [["1", "x\ny"], ["2", "w"]], lines: [1, 3]),
    Oddity(name: "quote in the middle", text: "5' 6\",b\n", rows: [["5' 6\"", "b"]], lines: [1]),
    Oddity(name: "loose quotes", text: "\"The \"Crown\" Inn\",x\n", rows: [["The \"Crown\" Inn", "x"]], lines: [1]),
    Oddity(name: "blanks around quotes", text: "a, \"b,c\" ,d\n", rows: [["a", "b,c", "d"]], lines: [1]),
    Oddity(name: "empty quotes", text: "\"\",b\n\"\"\n", rows: [["", "b"]], lines: [1]),
    Oddity(name: "accents", text: "José,Ærø\n", rows: [["José", "Ærø"]], lines: [1]),
    Oddity(name: "byte order mark", text: "\u{FEFF}a,b\n", rows: [["a", "b"]], lines: [1]),
    Oddity(name: "a mark alone", text: "\u{FEFF}", rows: [], lines: []),
    Oddity(name: "two bytes", text: "a,", rows: [["a", ""]], lines: [1]),
    Oddity(name: "nothing", text: "", rows: [], lines: []),
  ]

  @Test(arguments: oddities) func oddity(_ oddity: Oddity) throws {
    let found = try records(oddity.text)
    #expect(found.map(\.fields) == oddity.rows)
    #expect(found.map(\.line) == oddity.lines)
    #expect(found.allSatisfy { $0.problem == nil })
  }

  /// Chunks may cut anywhere: within a character, a line end, a pair of quotes, a byte order mark.
  @Test func chunksDoNotMatter() throws {
    var texts = Self.oddities.map(\.text)
    texts.append(texts.joined(separator: "\n"))
    texts += ["1,\"open\n2,b\n3,\"c\"\n4,d\n", "1,\"open\r\n2,b\r\n3,\"c\"x\r\n4,d", "x\n\"a\r\nb", "é,\"é\r\né\"\"\"\r\n\r\né"]
    for text in texts {
      let bytes = Array(text.utf8)
      let whole = try records(bytes)
      for size in [1, 2, 3, 5, 7, 64] { #expect(try records(bytes, chunk: size) == whole, "\(text) in \(size)s") }
    }
  }

  /// Any bytes at all: no crash, and chunks do not matter either.
  @Test func anyBytes() throws {
    var state: UInt64 = 42
    func next() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33)
    }
    let alphabet: [UInt8] = [34, 34, 34, 44, 44, 10, 13, 32, 97, 98, 0, 0xC3, 0xA9, 0xFF, 0x80, 59]
    for _ in 0..<400 {
      let bytes = (0..<(next() % 120)).map { _ in alphabet[next() % alphabet.count] }
      let whole = try records(bytes)
      #expect(try records(bytes, chunk: 1) == whole, "\(bytes)")
      #expect(try records(bytes, chunk: 1 + next() % 9) == whole, "\(bytes)")
      for record in whole { _ = (0..<record.count).map { record.text($0) } }
      #expect(zip(whole, whole.dropFirst()).allSatisfy { $0.line < $1.line }, "\(bytes)")
    }
  }

  @Test func anOpenQuoteCostsOnlyItsLine() throws {
    let found = try records("1,a\n2,\"b\n3,c\n4,\"d\"\n5,e\n")
    #expect(found.map(\.line) == [1, 2, 3, 4, 5])
    #expect(found.map(\.problem) == [nil, .quoteNeverClosed, nil, nil, nil])
    #expect(found[1].fields == ["2", "b"] && found[3].fields == ["4", "d"])
    let last = try records("1,a\n2,\"b")
    #expect(last.map(\.problem) == [nil, .quoteNeverClosed])
  }

  @Test func aHostileFileOfOpenQuotesIsRefused() throws {
    let bytes = Array(String(repeating: "\"\"a\n", count: 100_000).utf8)
    #expect(throws: TableRefusal.self) { try records(bytes, chunk: 65_536).count }
  }

  @Test func limits() throws {
    var limits = TableLimits()
    limits.fieldBytes = 10
    limits.fields = 3
    limits.recordBytes = 25
    let text = "12345678901,x\nok,1\na,b,c,d\nok,2\n1234567890,1234567890,123456789\n\"12345678901\"\nok,3\n"
    let found = try records(Array(text.utf8), limits: limits)
    #expect(found.map(\.line) == Array(1...7))
    #expect(found.map { $0.problem == nil } == [false, true, false, true, false, false, true])
    #expect(found[0].problem == .fieldTooLong(column: 0, limit: 10))
    #expect(found[2].problem == .tooManyFields(limit: 3))
    for size in [1, 4] { #expect(try records(Array(text.utf8), chunk: size, limits: limits) == found) }
  }

  @Test func zeroBytesAreRejected() throws {
    #expect(try records("a\0b,c\nd,e\n").map(\.problem) == [.zeroByte, nil])
  }

  @Test func windows1252() throws {
    let bytes: [UInt8] = Array("Jos".utf8) + [0xE9, 0x2C, 0x80, 0x93, 0x0A]
    let found = try records(bytes, format: TableFormat(encoding: .windows1252))
    #expect(found.map(\.fields) == [["José", "€“"]])
  }

  /// Nothing past ASCII in the sample, then an é of Windows-1252: all before it means the same in both.
  @Test func switchesToWindows1252() throws {
    var reader = DelimitedReader(format: TableFormat())
    var found = try reader.feed(Array("a,b\n1,Jos".utf8) + [0xE9] + Array("\n2,Ren".utf8) + [0xE9])
    found += try reader.finish()
    #expect(found.map(\.fields) == [["a", "b"], ["1", "José"], ["2", "René"]])
    #expect(reader.switchedEncodingAtLine == 2 && found.allSatisfy { $0.problem == nil })
  }

  /// Real UTF-8 first, then a byte that is none: that row is rejected, the others stay.
  @Test func mixedEncodingRejectsTheRow() throws {
    let found = try records(Array("José,1\nRen".utf8) + [0xE9] + Array(",2\nAnaïs,3\n".utf8))
    #expect(found.map(\.problem) == [nil, .notUTF8, nil])
  }

  @Test func utf16() throws {
    let text = "a,b\r\nJosé,𝄞\r\n"
    for big in [false, true] {
      var bytes: [UInt8] = big ? [0xFE, 0xFF] : [0xFF, 0xFE]
      for unit in text.utf16 { bytes += big ? [UInt8(unit >> 8), UInt8(unit & 255)] : [UInt8(unit & 255), UInt8(unit >> 8)] }
      let encoding = TextEncoding.detect(bytes)
      #expect(encoding == (big ? .utf16BigEndian : .utf16LittleEndian))
      #expect(TextEncoding.detect(Array(bytes.dropFirst(2))) == encoding)
      for chunk in [1, 3, 1000] {
        let found = try records(bytes, chunk: chunk, format: TableFormat(encoding: encoding))
        #expect(found.map(\.fields) == [["a", "b"], ["José", "𝄞"]])
      }
    }
  }

  @Test func texts() throws {
    let found = try records("\u{A0} a\u{A0}\u{A0}b \u{200B},\" x\n  y \",\t\u{FEFF}\u{E9},z\n")[0]
    #expect((0..<5).map(found.text) == ["a b", "x y", "é", "z", ""])
    #expect(found.lines(1) == ["x", "y"] && found.isBlank(4) && !found.isBlank(0))
  }
}
