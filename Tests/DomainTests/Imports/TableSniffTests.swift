import Testing

@testable import Domain

@Suite struct TableSniffTests {
  func sniff(_ text: String, header: Bool? = nil) throws -> TableSniff {
    try TableSniff(Array(text.utf8), isWhole: true, hasHeader: header)
  }

  @Test(arguments: [",", ";", "\t", "|"]) func delimiters(_ delimiter: String) throws {
    let d = delimiter
    let text = "Ref\(d)Name\(d)Expires\r\n1\(d)\"Ash; Bo|c, d\"\(d)01/02/2026\r\n2\(d)Cole\(d)13/02/2026"
    let sniff = try self.sniff(text)
    #expect(sniff.format == TableFormat(delimiter: delimiter.utf8.first!) && sniff.lineEnds == .crlf)
    #expect(sniff.columns.map(\.name) == ["Ref", "Name", "Expires"])
    #expect(sniff.sample.map { $0.text(1) } == ["Ash; Bo|c, d", "Cole"])
    #expect(sniff.profiles[2].dates.verdict == .decided(.dayFirst))
  }

  @Test func encodingsAndEnds() throws {
    #expect(try sniff("a,b\r1,2\r3,4\r").lineEnds == .cr)
    #expect(try sniff("a,b\n1,2\n").lineEnds == .lf)
    #expect(try sniff("a,b\n1,2\r\n3,4\r5,6\n").lineEnds == .mixed)
    let windows = try TableSniff(Array("Ref,Name\n1,Jos".utf8) + [0xE9, 0x0A], isWhole: true)
    #expect(windows.format.encoding == .windows1252 && windows.sample[0].text(1) == "José")
    // A sample that ends in the middle of a character is still UTF-8.
    let cut = Array("Ref,Name\n1,a\n2,José".utf8).dropLast()
    #expect(try TableSniff(Array(cut), isWhole: false).format.encoding == .utf8)
    #expect(try sniff("\u{FEFF}Ref,Name\n1,a\n").columns[0].name == "Ref")
  }

  @Test func headers() throws {
    #expect(try !sniff("OI64EFO,2019-04-30,2019-05-22,taxi,Birmingham,dJfRR,true\nDS98UDG,2019-03-12,2019-06-25,taxi,Leeds,x,true").format.hasHeader)
    #expect(try !sniff("1001,\"SMITH, JO\",01/02/2026\n1002,\"COLE, AL\",13/02/2026\n").format.hasHeader)
    #expect(try sniff("Alpha,Beta\nx,y\n").format.hasHeader)
    #expect(try sniff("licence_start,licence_end,vrm\n2019-04-30,2019-05-22,AB12CDE\n").format.hasHeader)
    #expect(try sniff("base_number,base_name,dba,dba_category\nB00001,LONDON TOWNCARS INC,,other\n").format.hasHeader)
    let forced = try sniff("Alpha,Beta\nx,y\n", header: false)
    #expect(!forced.format.hasHeader && forced.columns.map(\.name) == ["Column 1", "Column 2"] && forced.sample.count == 2)
  }

  @Test func columnNamesAreUniqueAndNeverEmpty() throws {
    let sniff = try self.sniff("Ref,,name,Name,ref\n1,2,3,4,5,6\n1,2,3,4,5,6\n")
    #expect(sniff.columns.map(\.name) == ["Ref", "Column 2", "name", "Name (2)", "ref (2)", "Column 6"])
    #expect(sniff.columns.map(\.isGenerated) == [false, true, false, false, false, true])
  }

  @Test func titlesAboveTheTable() throws {
    let sniff = try self.sniff("Register of drivers at 1 April\n\nBadge No,Name,Expiry\n12,Ash,01/02/2026\n14,Bo,13/02/2026\n")
    #expect(sniff.format.preamble == 1 && sniff.columns[0].name == "Badge No" && sniff.sample.count == 2)
    #expect(sniff.sample[0].line == 4)
    let sep = try self.sniff("sep=;\nRef;Name\n1;a,b\n2;c,d\n")
    #expect(sep.format.delimiter == UInt8(ascii: ";") && sep.columns.map(\.name) == ["Ref", "Name"])
  }

  @Test func refusals() {
    func refusal(_ bytes: [UInt8]) -> TableRefusal? {
      do throws(TableRefusal) { _ = try TableSniff(bytes, isWhole: true); return nil } catch { return error }
    }
    #expect(refusal([]) == .empty && refusal(Array(" \r\n\r\n".utf8)) == .empty)
    #expect(refusal([0x50, 0x4B, 3, 4, 20]) == .workbook && refusal([0xD0, 0xCF, 0x11, 0xE0, 0xA1]) == .oldWorkbook)
    #expect(refusal(Array("%PDF-1.7".utf8)) == .pdf && refusal([1, 2, 3, 4, 5, 6]) == .binary)
    #expect(refusal(Array("Ref,Name\n".utf8)) == .onlyHeader)
  }
}
