/// A column of a table: its place and the name it is called by, unique within the table.
package struct TableColumn: Hashable, Codable, Sendable {
  /// 0 for the leftmost.
  package let index: Int
  /// The heading, or "Column 3" where it has none; a repeated heading gets a number.
  package let name: String
  /// Whether the file gave it no name.
  package let isGenerated: Bool
}

/// What the beginning of a file says about the whole: format, columns, first rows, and evidence per column.
package struct TableSniff: Sendable {
  package let format: TableFormat
  package let lineEnds: LineEnds
  package let columns: [TableColumn]
  /// The first data rows, for a preview.
  package let sample: [TableRecord]
  /// What the sampled values of each column look like, in the order of `columns`.
  package let profiles: [ColumnProfile]

  package static let sampleBytes = 65_536
  private static let previewRows = 50

  /// Judges the first bytes of a file (64 kB are enough).
  /// - Parameters:
  ///   - isWhole: the sample is the whole file; otherwise its last, cut record is left out of the evidence.
  ///   - hasHeader: an officer's answer, which overrules the judgement.
  /// - Throws: `TableRefusal` when this is no text table.
  package init(_ sample: [UInt8], isWhole: Bool, hasHeader: Bool? = nil) throws(TableRefusal) {
    try Self.refuseOthers(sample)
    let encoding = TextEncoding.detect(sample)
    var best: (records: [TableRecord], delimiter: UInt8, score: Double)?
    for delimiter in Self.candidates(sample) {
      let records = try Self.records(sample, encoding, delimiter, isWhole: isWhole)
      let score = Self.score(records)
      if best == nil || score > (best?.score ?? 0) { best = (records, delimiter, score) }
    }
    guard let best, !best.records.isEmpty else { throw .empty }
    var records = best.records
    let width = Self.usualWidth(records)
    let preamble = Self.preamble(records, width: width)
    records.removeFirst(preamble)
    guard let first = records.first else { throw .empty }
    let header = hasHeader ?? HeaderJudge.isHeader(first, above: records.dropFirst())
    if header { records.removeFirst() }
    guard !records.isEmpty else { throw .onlyHeader }
    format = TableFormat(encoding: encoding, delimiter: best.delimiter, hasHeader: header, preamble: preamble)
    lineEnds = Self.lineEnds(sample)
    columns = Self.columns(header: header ? first : nil, width: max(width, header ? first.count : 0))
    self.sample = Array(records.prefix(Self.previewRows))
    var profiles = columns.map { _ in ColumnProfile() }
    for record in records where record.problem == nil {
      for index in profiles.indices { profiles[index].note(record.text(index)) }
    }
    self.profiles = profiles
  }

  /// What is known, as a sentence: "UTF-8 text, comma between fields, with a row of column names, 12 columns."
  package var words: String {
    "\(format.encoding.words) text, \(format.delimiterWords) between fields, "
      + (format.hasHeader ? "with" : "without") + " a row of column names, \(columns.count) columns."
  }

  private static func refuseOthers(_ sample: [UInt8]) throws(TableRefusal) {
    let start = sample.prefix(8)
    if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) { throw .workbook }
    if start.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { throw .oldWorkbook }
    if start.starts(with: "%PDF".utf8) { throw .pdf }
    if sample.allSatisfy({ $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) }) { throw .empty }
    let encoding = TextEncoding.detect(sample)
    guard encoding == .utf8 || encoding == .windows1252 else { return }
    let control = sample.count { $0 < 0x09 || ($0 > 0x0D && $0 < 0x1B) }
    if control * 50 > sample.count { throw .binary }
  }

  /// `sep=;` in the first line decides; otherwise all are tried.
  private static func candidates(_ sample: [UInt8]) -> [UInt8] {
    let text = sample.starts(with: [0xEF, 0xBB, 0xBF]) ? sample.dropFirst(3) : sample[...]
    let start = text.prefix(5)
    if start.count == 5, String(decoding: start, as: UTF8.self).lowercased().hasPrefix("sep="),
      let named = start.last, TableFormat.delimiters.contains(named)
    {
      return [named]
    }
    return TableFormat.delimiters
  }

  private static func records(
    _ sample: [UInt8], _ encoding: TextEncoding, _ delimiter: UInt8, isWhole: Bool
  ) throws(TableRefusal) -> [TableRecord] {
    var reader = DelimitedReader(format: TableFormat(encoding: encoding, delimiter: delimiter))
    var records = try reader.feed(sample)
    let rest = try reader.finish()
    if isWhole || records.isEmpty { records += rest }
    return records
  }

  /// How many records have the commonest width, and a little for more columns.
  private static func score(_ records: [TableRecord]) -> Double {
    let width = usualWidth(records)
    guard width > 1 else { return 0 }
    let alike = records.count { $0.count == width }
    return Double(alike) / Double(records.count) + min(Double(width), 50) / 500
  }

  private static func usualWidth(_ records: [TableRecord]) -> Int {
    var counts: [Int: Int] = [:]
    for record in records.prefix(1000) { counts[record.count, default: 0] += 1 }
    return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
  }

  /// Titles and `sep=;` above the table: records of one field, or one filled field, where the table has three or more.
  private static func preamble(_ records: [TableRecord], width: Int) -> Int {
    var count = 0
    if let first = records.first?.raw(0).lowercased(), first.hasPrefix("sep="), first.utf8.count <= 5 { count = 1 }
    guard width >= 3 else { return count }
    while count < min(10, records.count - 1) {
      let record = records[count]
      let filled = (0..<record.count).count { !record.isBlank($0) }
      guard filled <= 1 else { break }
      count += 1
    }
    return count
  }

  private static func lineEnds(_ sample: [UInt8]) -> LineEnds {
    var (lf, crlf, cr) = (0, 0, 0)
    var previous: UInt8 = 0
    for byte in sample where byte != 0 {
      if byte == 0x0A { if previous == 0x0D { crlf += 1; cr -= 1 } else { lf += 1 } }
      if byte == 0x0D { cr += 1 }
      previous = byte
    }
    let total = max(1, lf + crlf + cr)
    if crlf * 10 >= total * 9 { return .crlf }
    if lf * 10 >= total * 9 { return .lf }
    return cr * 10 >= total * 9 ? .cr : total == 1 ? .lf : .mixed
  }

  private static func columns(header: TableRecord?, width: Int) -> [TableColumn] {
    var taken: Set<String> = []
    return (0..<width).map { index in
      let heading = header?.text(index) ?? ""
      let base = heading.isEmpty ? "Column \(index + 1)" : heading
      var name = base
      var number = 2
      while !taken.insert(ImportWords.heading(name)).inserted {
        name = "\(base) (\(number))"
        number += 1
      }
      return TableColumn(index: index, name: name, isGenerated: heading.isEmpty)
    }
  }
}

/// Whether a first record names columns or is data already.
enum HeaderJudge {
  static func isHeader(_ first: TableRecord, above rows: ArraySlice<TableRecord>) -> Bool {
    let cells = (0..<first.count).map { first.text($0) }
    if cells.contains(where: { RegisterField.named(byHeading: $0) != nil && !$0.isEmpty }) {
      // A status word or a kind may also stand in data; two known headings cannot.
      let known = cells.count { RegisterField.named(byHeading: $0) != nil }
      if known >= 2 || cells.allSatisfy({ shape($0) == .words || $0.isEmpty }) { return true }
    }
    // Names of columns are words; a number, date or address in the first record makes it data.
    if cells.contains(where: { shape($0) == .figures }) { return false }
    let filled = cells.filter { !$0.isEmpty }
    guard Set(filled).count == filled.count else { return false }
    // Words above figures are a heading; words above words are taken for one too.
    return true
  }

  private enum Shape { case words, figures }

  private static func shape(_ text: String) -> Shape {
    if text.isEmpty { return .words }
    if text.contains("@") || UKPostcode(text) != nil || ColumnProfile.isVehicleMark(text) { return .figures }
    let digits = text.utf8.count { $0 >= 48 && $0 <= 57 }
    if digits * 2 >= text.utf8.count { return .figures }
    if case .numbers = DateParts.parse(text) { return .figures }
    return .words
  }
}
