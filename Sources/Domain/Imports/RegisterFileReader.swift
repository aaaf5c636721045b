/// Reads a whole register from chunks of bytes: records, widths, interpretation and duplicates, in one pass and in
/// memory that grows only with the number of different keys (about 40 bytes a row).
package struct RegisterFileReader: Sendable {
  package let mapping: ColumnMapping
  package private(set) var accepted = 0
  package private(set) var rejected = 0

  private var table: DelimitedReader
  private var interpreter: RowInterpreter
  private var toSkip: Int
  private var linesByKey: [Fingerprint: Int] = [:]
  private let hasHeader: Bool

  /// - Parameters:
  ///   - evidence: for each column what its dates look like: of the sample, or of the whole file (`TableSurvey`).
  ///   - today: settles two-digit years.
  ///   - place: the district whose register it is: where a column names districts, rows of others are left out.
  /// - Throws: `MappingRefusal` when no row could be read with this mapping.
  package init(
    format: TableFormat, mapping: ColumnMapping, evidence: [DateEvidence], today: Day, place: String? = nil, limits: TableLimits = .standard
  ) throws(MappingRefusal) {
    let problems = mapping.problems
    guard problems.isEmpty, let key = mapping.keyColumn else { throw MappingRefusal(sentences: problems) }
    self.mapping = mapping
    table = DelimitedReader(format: format, limits: limits)
    interpreter = RowInterpreter(mapping: mapping, keyColumn: key, evidence: evidence, today: today, place: place)
    toSkip = format.preamble + (format.hasHeader ? 1 : 0)
    hasHeader = format.hasHeader
  }

  /// Blank rows skipped so far.
  package var blanks: Int { table.blanks }
  /// The line at which the file turned out to be Windows-1252 and not UTF-8; nil when it did not.
  package var switchedEncodingAtLine: Int? { table.switchedEncodingAtLine }
  /// Words for kinds and statuses that nobody has explained yet, with the number of rows rejected for them.
  package var unknownKinds: [String: Int] { interpreter.unknownKinds }
  /// Rows left out because of their kind, by its word.
  package var leftOut: [String: Int] { interpreter.leftOut }
  package var unknownStatuses: [String: Int] { interpreter.unknownStatuses }

  /// Takes the next bytes of the file and gives what becomes of the rows completed by them.
  package mutating func feed(_ bytes: [UInt8]) throws(TableRefusal) -> [RowOutcome] {
    read(try table.feed(bytes))
  }

  /// The end of the file.
  package mutating func finish() throws(TableRefusal) -> [RowOutcome] { read(try table.finish()) }

  private mutating func read(_ records: [TableRecord]) -> [RowOutcome] {
    var outcomes: [RowOutcome] = []
    outcomes.reserveCapacity(records.count)
    for record in records {
      if toSkip > 0 {
        toSkip -= 1
        continue
      }
      let outcome = outcome(record)
      switch outcome {
      case .accepted: accepted += 1
      case .rejected: rejected += 1
      case .leftOut: continue
      }
      outcomes.append(outcome)
    }
    return outcomes
  }

  private mutating func outcome(_ record: TableRecord) -> RowOutcome {
    func reject(_ reason: String, column: String? = nil) -> RowOutcome {
      .rejected(RowRejection(
        line: record.line, reasons: [RowRejection.Reason(column: column, reason: reason)], fields: record.fields))
    }
    if let problem = record.problem { return reject(problem.description) }
    if let misfit = RowWidth.misfit(record, columns: mapping.columns.count, hasHeader: hasHeader) { return reject(misfit) }
    let outcome = interpreter.interpret(record)
    guard case .accepted(let row) = outcome else { return outcome }
    let fingerprint = Fingerprint(row.details)
    if let other = linesByKey[fingerprint] {
      return reject(
        "the reference “\(row.details.reference)” stands on line \(other) already, for the same kind of licence",
        column: mapping.keyColumn.map { mapping.columns[$0].name })
    }
    linesByKey[fingerprint] = row.line
    return outcome
  }

  /// 128 bits for a key: so small a chance of two alike that no row will ever be taken for another.
  private struct Fingerprint: Hashable, Sendable {
    let a, b: Int
    init(_ details: RegisterDetails) {
      var first = Hasher()
      first.combine(details.kind)
      first.combine(RegisterDetails.referenceKey(details.reference))
      var second = first
      a = first.finalize()
      // The same state drawn on by one more value is as good as a second hash.
      second.combine(1)
      b = second.finalize()
    }
  }
}

/// Why a mapping cannot be used, in sentences.
package struct MappingRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  package let sentences: [String]
  package var description: String { sentences.joined(separator: " ") }
}

/// What a row of another width than the table's means.
///
/// Shorter rows are read as if their last fields were empty, because spreadsheets leave them out; a lone field is
/// a footer or a row broken in two. Longer rows are read when what is too much is empty, and rejected otherwise,
/// because then a delimiter stands where none was meant and every later field is in the wrong column.
enum RowWidth {
  static func misfit(_ record: TableRecord, columns: Int, hasHeader: Bool) -> String? {
    if record.count == columns { return nil }
    let table = hasHeader ? "the row of column names" : "the table"
    if record.count < columns {
      guard columns >= 3, record.count == 1 else { return nil }
      return "the row has one field where \(table) has \(columns)"
    }
    guard (columns..<record.count).allSatisfy({ record.isBlank($0) }) else {
      return "the row has \(record.count) fields where \(table) has \(columns)"
    }
    return nil
  }
}

/// A first pass over a file: how many rows it has, and the evidence of all its dates, not only of the sample's.
package struct TableSurvey: Sendable {
  package private(set) var rows = 0
  package private(set) var evidence: [DateEvidence]
  private var table: DelimitedReader
  private var toSkip: Int
  /// Only columns whose sample is of dates are looked at.
  private let dateColumns: [Int]

  package init(_ sniff: TableSniff) {
    table = DelimitedReader(format: sniff.format)
    toSkip = sniff.format.preamble + (sniff.format.hasHeader ? 1 : 0)
    evidence = sniff.columns.map { _ in DateEvidence() }
    dateColumns = sniff.profiles.indices.filter { sniff.profiles[$0].dates.isDateColumn || sniff.profiles[$0].filled == 0 }
  }

  package mutating func feed(_ bytes: [UInt8]) throws(TableRefusal) { note(try table.feed(bytes)) }
  package mutating func finish() throws(TableRefusal) { note(try table.finish()) }

  private mutating func note(_ records: [TableRecord]) {
    for record in records {
      if toSkip > 0 {
        toSkip -= 1
        continue
      }
      rows += 1
      guard record.problem == nil else { continue }
      for column in dateColumns { evidence[column].note(record.text(column)) }
    }
  }
}
