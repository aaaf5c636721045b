/// Reads records as licences by a mapping. Words met before are remembered: a register has few, repeated often.
struct RowInterpreter: Sendable {
  let mapping: ColumnMapping
  private let keyColumn: Int
  private let dates: [Int: DateReader]
  private let badge, kind, family, full, operatorName, tradingName, status, postcode, email, phone: Int?
  private let given, address: [Int]
  private let dateColumns: [DriverField: Int]
  private var knownKinds: [String: ImportedKind.Reading] = [:]
  private var knownStatuses: [String: ImportedStatus?] = [:]
  /// Words for kinds and statuses that nobody has explained, with how often they stand in the file.
  private(set) var unknownKinds: [String: Int] = [:]
  private(set) var unknownStatuses: [String: Int] = [:]
  private static let rememberedWords = 1000

  init(mapping: ColumnMapping, keyColumn: Int, evidence: [DateEvidence], today: Day) {
    self.mapping = mapping
    self.keyColumn = keyColumn
    let badgeColumn = mapping.column(for: .badge)
    badge = badgeColumn == keyColumn ? nil : badgeColumn
    kind = mapping.column(for: .kind)
    family = mapping.column(for: .familyName)
    full = mapping.column(for: .fullName)
    operatorName = mapping.column(for: .operatorName)
    tradingName = mapping.column(for: .tradingName)
    status = mapping.column(for: .status)
    postcode = mapping.column(for: .postcode)
    email = mapping.column(for: .email)
    phone = mapping.column(for: .phone)
    given = mapping.columns(for: .givenNames)
    address = mapping.columns(for: .addressLine)
    var dates: [Int: DateReader] = [:]
    var dateColumns: [DriverField: Int] = [:]
    for field in DriverField.allCases where field.isDate {
      guard let column = mapping.column(for: field) else { continue }
      dateColumns[field] = column
      dates[column] = DateReader(order: mapping.order(of: column, evidence) ?? .dayFirst, today: today)
    }
    self.dates = dates
    self.dateColumns = dateColumns
  }

  private struct Findings {
    var reasons: [RowRejection.Reason] = []
    var notes: [String] = []
  }

  mutating func interpret(_ record: TableRecord) -> RowOutcome {
    var found = Findings()
    let reference = reference(record, &found)
    let kind = readKind(record, &found)
    var details = DriverDetails(reference: reference, kind: kind ?? .hackneyDriver)
    details.badge = badge.flatMap { filled(record, $0) }
    readNames(record, kind, &details, &found)
    details.status = readStatus(record, &found)
    details.start = readDate(record, .start, .first, &found)
    details.expiry = readDate(record, .expiry, .last, &found)
    details.originalGrant = readDate(record, .originalGrant, .first, &found)
    details.statusDate = readDate(record, .statusDate, .first, &found)
    readContact(record, &details, &found)
    if let start = details.start, let expiry = details.expiry, expiry < start {
      fault(dateColumns[.expiry], "the licence expires (\(expiry.words)) before it starts (\(start.words))", &found)
    }
    guard found.reasons.isEmpty else {
      return .rejected(RowRejection(line: record.line, reasons: found.reasons, fields: record.fields))
    }
    return .accepted(DriverRow(line: record.line, details: details, notes: found.notes))
  }

  // MARK: Fields

  private func filled(_ record: TableRecord, _ column: Int) -> String? {
    let text = record.text(column)
    return text.isEmpty || ImportWords.meansNone(text) ? nil : text
  }

  private func fault(_ column: Int?, _ reason: String, _ found: inout Findings) {
    found.reasons.append(RowRejection.Reason(column: column.map { mapping.columns[$0].name }, reason: reason))
  }

  private func reference(_ record: TableRecord, _ found: inout Findings) -> String {
    guard let text = filled(record, keyColumn) else {
      fault(keyColumn, "the row has no reference", &found)
      return ""
    }
    if text.utf8.count > 60 {
      fault(keyColumn, "the reference is longer than 60 characters", &found)
    } else if text.utf8.contains(UInt8(ascii: "+")), Double(text) != nil {
      fault(keyColumn, "“\(text)” is a reference that a spreadsheet has rounded", &found)
    }
    return text
  }

  private mutating func readKind(_ record: TableRecord, _ found: inout Findings) -> ImportedKind? {
    guard let column = kind, let text = filled(record, column) else {
      if mapping.choices.defaultKind == nil { fault(kind, "the row does not say what kind of licence it is", &found) }
      return mapping.choices.defaultKind
    }
    let reading: ImportedKind.Reading
    if let known = knownKinds[text] {
      reading = known
    } else {
      reading = mapping.choices.kinds[ImportWords.folded(text)].map { .kind($0) } ?? ImportedKind.reading(text)
      if knownKinds.count < Self.rememberedWords { knownKinds[text] = reading }
    }
    switch reading {
    case .kind(let kind): return kind
    case .vehicle: fault(column, "“\(text)” is a vehicle’s licence, not a driver’s or operator’s", &found)
    case .unknown: fault(column, "“\(text)” is not a kind of licence this register knows", &found)
    }
    if unknownKinds.count < Self.rememberedWords || unknownKinds[text] != nil { unknownKinds[text, default: 0] += 1 }
    return nil
  }

  private mutating func readStatus(_ record: TableRecord, _ found: inout Findings) -> ImportedStatus? {
    guard let column = status, let text = filled(record, column) else { return nil }
    let reading: ImportedStatus?
    if let known = knownStatuses[text] {
      reading = known
    } else {
      reading = mapping.choices.statuses[ImportWords.folded(text)] ?? ImportedStatus(words: text)
      if knownStatuses.count < Self.rememberedWords { knownStatuses[text] = .some(reading) }
    }
    if reading == nil {
      fault(column, "“\(text)” is not a status this register knows; say in the mapping what it means", &found)
      if unknownStatuses.count < Self.rememberedWords || unknownStatuses[text] != nil {
        unknownStatuses[text, default: 0] += 1
      }
    }
    return reading
  }

  private func readDate(_ record: TableRecord, _ field: DriverField, _ edge: MonthEdge, _ found: inout Findings) -> Day? {
    guard let column = dateColumns[field], let reader = dates[column] else { return nil }
    let text = record.text(column)
    if text.isEmpty { return nil }
    switch reader.read(text, monthOnly: edge) {
    case .success(let day): return day
    case .failure(let problem):
      fault(column, problem.reason, &found)
      return nil
    }
  }

  private func readNames(
    _ record: TableRecord, _ kind: ImportedKind?, _ details: inout DriverDetails, _ found: inout Findings
  ) {
    details.operatorName = operatorName.flatMap { filled(record, $0) }
    details.tradingName = tradingName.flatMap { filled(record, $0) }
    if let column = full, let text = filled(record, column) {
      let isFirm = CompanyWords.isCompany(text) || (kind == .privateHireOperator && !text.contains(","))
      if isFirm, details.operatorName == nil {
        details.operatorName = text
      } else {
        let name = PersonName.parse(text)
        details.familyName = name.family.isEmpty ? nil : name.family
        details.givenNames = name.given.isEmpty ? nil : name.given
      }
    }
    if let column = family, let text = filled(record, column) { details.familyName = NameCase.presentable(text) }
    if family != nil || full == nil, !given.isEmpty {
      let names = given.compactMap { filled(record, $0) }.joined(separator: " ")
      if !names.isEmpty { details.givenNames = NameCase.presentable(names) }
    }
    if details.familyName == nil, details.givenNames == nil, details.operatorName == nil, details.tradingName == nil {
      fault(family ?? full ?? operatorName ?? tradingName, "the row has no name", &found)
    }
    func check(_ name: String?, _ column: Int?) {
      if let name, name.utf8.count > 200 { fault(column, "the name is longer than 200 characters", &found) }
    }
    check(details.familyName, family ?? full)
    check(details.givenNames, given.first ?? full)
    check(details.operatorName, operatorName ?? full)
    check(details.tradingName, tradingName)
  }

  private func readContact(_ record: TableRecord, _ details: inout DriverDetails, _ found: inout Findings) {
    for column in address {
      for line in record.lines(column) where !ImportWords.meansNone(line) { details.address.append(line) }
    }
    if let column = postcode, let text = filled(record, column) {
      if let postcode = UKPostcode(text) {
        details.postcode = postcode.text
      } else {
        // Kept with the address, so that nothing is lost.
        details.address.append(text)
        found.notes.append("“\(text)” is not a UK postcode and is kept as part of the address")
      }
    }
    if let column = email {
      switch ContactText.email(record.text(column)) {
      case .blank: break
      case .value(let email): details.email = email
      case .unusable(let note): found.notes.append("\(note) and is left out")
      }
    }
    if let column = phone {
      switch ContactText.phone(record.text(column)) {
      case .blank: break
      case .value(let phone): details.phone = phone
      case .unusable(let note): found.notes.append("\(note) and is left out")
      }
    }
  }
}

/// Words by which a name shows itself to be a firm's.
enum CompanyWords {
  private static let last: Set<String> = [
    "ltd", "limited", "llc", "inc", "corp", "plc", "llp", "co", "company", "cars", "taxis", "cabs", "partnership",
    "services", "transport", "travel", "hire",
  ]

  static func isCompany(_ text: String) -> Bool {
    // The last word, which a stop may follow: "Inc."
    guard let tail = text.utf8.split(separator: 0x20).last, tail.count <= 12 else { return false }
    return last.contains(ImportWords.folded(String(Substring(tail))))
  }
}
