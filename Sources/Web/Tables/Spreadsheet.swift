/// A workbook (Office Open XML) of plain sheets: the first row of each is its heading. Texts stay texts, so nothing that was
/// typed is ever a formula. Stored without compression and without a clock: the same tables make the same bytes.
package struct Spreadsheet: Sendable {
  package enum Value: Sendable {
    case text(String)
    case number(Int)
  }

  package struct Sheet: Sendable {
    /// 31 characters at most, none of `[]:*?/\`.
    package var name: String
    package var rows: [[Value]]
    package init(_ name: String, _ rows: [[Value]]) {
      self.name = name
      self.rows = rows
    }
  }

  package static let type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
  package var sheets: [Sheet]
  package init(_ sheets: [Sheet]) { self.sheets = sheets }

  package var bytes: [UInt8] {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    let package = "http://schemas.openxmlformats.org/package/2006"
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    let kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    let numbers = sheets.indices.map { $0 + 1 }
    var archive = StoredArchive()
    archive.add("[Content_Types].xml", head + "<Types xmlns=\"\(package)/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"\(kinds).sheet.main+xml\"/>" + numbers.map { "<Override PartName=\"/xl/worksheets/sheet\($0).xml\" ContentType=\"\(kinds).worksheet+xml\"/>" }.joined() + "</Types>")
    archive.add("_rels/.rels", head + "<Relationships xmlns=\"\(package)/relationships\"><Relationship Id=\"rId1\" Type=\"\(office)/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>")
    archive.add("xl/workbook.xml", head + "<workbook xmlns=\"\(main)\" xmlns:r=\"\(office)\"><sheets>" + sheets.enumerated().map { "<sheet name=\"\(Self.escaped($1.name))\" sheetId=\"\($0 + 1)\" r:id=\"rId\($0 + 1)\"/>" }.joined() + "</sheets></workbook>")
    archive.add("xl/_rels/workbook.xml.rels", head + "<Relationships xmlns=\"\(package)/relationships\">" + numbers.map { "<Relationship Id=\"rId\($0)\" Type=\"\(office)/worksheet\" Target=\"worksheets/sheet\($0).xml\"/>" }.joined() + "</Relationships>")
    for (index, sheet) in sheets.enumerated() {
      let rows = sheet.rows.enumerated().map { number, row in "<row r=\"\(number + 1)\">" + row.map(Self.cell).joined() + "</row>" }.joined()
      archive.add("xl/worksheets/sheet\(index + 1).xml", head + "<worksheet xmlns=\"\(main)\"><sheetData>\(rows)</sheetData></worksheet>")
    }
    return archive.finished
  }

  private static func cell(_ value: Value) -> String {
    switch value {
    case .number(let number): "<c><v>\(number)</v></c>"
    case .text(let text): "<c t=\"inlineStr\"><is><t xml:space=\"preserve\">\(escaped(text))</t></is></c>"
    }
  }

  /// XML 1.0 has no control characters but tab, line feed and return; they are dropped.
  private static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "\t", "\n", "\r": out.unicodeScalars.append(scalar)
      case _ where scalar.value < 32 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: continue
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}

/// A ZIP archive whose files are stored as they are, dated 1 January 1980.
struct StoredArchive {
  private var body: [UInt8] = []
  private var directory: [UInt8] = []
  private var count: UInt16 = 0

  mutating func add(_ name: String, _ content: String) {
    let (name, content) = (Array(name.utf8), Array(content.utf8))
    let offset = UInt32(body.count)
    // Version 2.0; names are UTF-8; stored; no time; 1980-01-01.
    let shared = Self.le(UInt16(20)) + Self.le(UInt16(0x0800)) + Self.le(UInt16(0)) + Self.le(UInt16(0)) + Self.le(UInt16(0x21))
      + Self.le(Self.crc(content)) + Self.le(UInt32(content.count)) + Self.le(UInt32(content.count)) + Self.le(UInt16(name.count)) + Self.le(UInt16(0))
    body += [0x50, 0x4B, 3, 4] + shared + name + content
    directory += [0x50, 0x4B, 1, 2] + Self.le(UInt16(20)) + shared + Self.le(UInt16(0)) + Self.le(UInt16(0)) + Self.le(UInt16(0)) + Self.le(UInt32(0)) + Self.le(offset) + name
    count += 1
  }

  var finished: [UInt8] {
    body + directory + [0x50, 0x4B, 5, 6] + Self.le(UInt16(0)) + Self.le(UInt16(0)) + Self.le(count) + Self.le(count)
      + Self.le(UInt32(directory.count)) + Self.le(UInt32(body.count)) + Self.le(UInt16(0))
  }

  private static func le<T: FixedWidthInteger>(_ number: T) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes { crc = (crc >> 8) ^ table[Int((crc ^ UInt32(byte)) & 0xFF)] }
    return ~crc
  }
  private static let table: [UInt32] = (0..<256).map { index in (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 } }
}
