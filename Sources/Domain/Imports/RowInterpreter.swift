import Foundation

/// Reads records as licences by a mapping. Words met before are remembered: a register has few, repeated often.
struct RowInterpreter: Sendable {
  let mapping: ColumnMapping
  private let keyColumn: Int
  private let dates: [Int: DateReader]
  private let badge, kind, family, full, operatorName, tradingName, premisesName, status, postcode, email, phone: Int?
  private let uprn, easting, northing, longitude, latitude, maxPersons, district: Int?
  /// Words of the district whose register it is, folded: "worcester city".
  private let place: String?
  private let given, address: [Int]
  private let dateColumns: [RegisterField: Int]
  private var knownKinds: [String: LicenceKind.Reading] = [:]
  private var knownStatuses: [String: ImportedStatus?] = [:]
  /// Words for kinds and statuses that nobody has explained, with how often they stand in the file.
  private(set) var unknownKinds: [String: Int] = [:]
  private(set) var unknownStatuses: [String: Int] = [:]
  /// Rows left out because of their kind, by its word: this register does not keep such things, or the officer said so.
  private(set) var leftOut: [String: Int] = [:]
  private static let rememberedWords = 1000

  init(mapping: ColumnMapping, keyColumn: Int, evidence: [DateEvidence], today: Day, place: String?) {
    self.place = place.map(ImportWords.folded)
    district = mapping.column(for: .district)
    self.mapping = mapping
    self.keyColumn = keyColumn
    let badgeColumn = mapping.column(for: .badge)
    badge = badgeColumn == keyColumn ? nil : badgeColumn
    kind = mapping.column(for: .kind)
    family = mapping.column(for: .familyName)
    full = mapping.column(for: .fullName)
    operatorName = mapping.column(for: .operatorName)
    tradingName = mapping.column(for: .tradingName)
    premisesName = mapping.column(for: .premisesName)
    uprn = mapping.column(for: .uprn)
    easting = mapping.column(for: .easting)
    northing = mapping.column(for: .northing)
    longitude = mapping.column(for: .longitude)
    latitude = mapping.column(for: .latitude)
    maxPersons = mapping.column(for: .maxPersons)
    status = mapping.column(for: .status)
    postcode = mapping.column(for: .postcode)
    email = mapping.column(for: .email)
    phone = mapping.column(for: .phone)
    given = mapping.columns(for: .givenNames)
    address = mapping.columns(for: .addressLine)
    var dates: [Int: DateReader] = [:]
    var dateColumns: [RegisterField: Int] = [:]
    for field in RegisterField.allCases where field.isDate {
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
    if let district, let place, let text = filled(record, district), !Self.names(text, place) {
      let word = "district \(text)"
      if leftOut.count < Self.rememberedWords || leftOut[word] != nil { leftOut[word, default: 0] += 1 }
      return .leftOut
    }
    let kind: LicenceKind?
    switch readKind(record, &found) {
    case .read(let read): kind = read
    case .leftOut: return .leftOut
    }
    let reference = reference(record, &found)
    var details = RegisterDetails(reference: reference, kind: kind ?? .hackneyDriver)
    details.badge = badge.flatMap { filled(record, $0) }
    if kind?.isOfPlace == true {
      readContact(record, &details, &found)
      readPlace(record, &details, &found)
    }
    readNames(record, kind, &details, &found)
    details.status = readStatus(record, &found)
    details.start = readDate(record, .start, .first, &found)
    details.expiry = readDate(record, .expiry, .last, &found)
    details.originalGrant = readDate(record, .originalGrant, .first, &found)
    details.statusDate = readDate(record, .statusDate, .first, &found)
    if kind?.isOfPlace != true { readContact(record, &details, &found) }
    if let start = details.start, let expiry = details.expiry, expiry < start {
      fault(dateColumns[.expiry], "the licence expires (\(expiry.words)) before it starts (\(start.words))", &found)
    }
    guard found.reasons.isEmpty else {
      return .rejected(RowRejection(line: record.line, reasons: found.reasons, fields: record.fields))
    }
    return .accepted(RegisterRow(line: record.line, details: details, notes: found.notes))
  }

  /// "Worcester", "Worcester City Council" and "worcester city" are one district; "Wychavon" is another.
  private static func names(_ text: String, _ place: String) -> Bool {
    func core(_ words: String) -> [Substring] {
      words.split(separator: " ").filter { !["city", "district", "borough", "council", "of", "the"].contains($0) }
    }
    return core(ImportWords.folded(text)) == core(place)
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

  private enum KindRead {
    case read(LicenceKind?)
    case leftOut
  }

  private mutating func readKind(_ record: TableRecord, _ found: inout Findings) -> KindRead {
    guard let column = kind, let text = filled(record, column) else {
      if mapping.choices.defaultKind == nil { fault(kind, "the row does not say what kind of licence it is", &found) }
      return .read(mapping.choices.defaultKind)
    }
    let reading: LicenceKind.Reading
    if let known = knownKinds[text] {
      reading = known
    } else {
      let folded = ImportWords.folded(text)
      reading =
        mapping.choices.leftOut?.contains(folded) == true
        ? .other("left out, as you said") : mapping.choices.kinds[folded].map { .kind($0) } ?? LicenceKind.reading(text)
      if knownKinds.count < Self.rememberedWords { knownKinds[text] = reading }
    }
    switch reading {
    case .kind(let kind): return .read(kind)
    case .other:
      if leftOut.count < Self.rememberedWords || leftOut[text] != nil { leftOut[text, default: 0] += 1 }
      return .leftOut
    case .unknown: fault(column, "“\(text)” is not a kind of licence this register knows", &found)
    }
    if unknownKinds.count < Self.rememberedWords || unknownKinds[text] != nil { unknownKinds[text, default: 0] += 1 }
    return .read(nil)
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

  private func readDate(_ record: TableRecord, _ field: RegisterField, _ edge: MonthEdge, _ found: inout Findings) -> Day? {
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
    _ record: TableRecord, _ kind: LicenceKind?, _ details: inout RegisterDetails, _ found: inout Findings
  ) {
    details.operatorName = operatorName.flatMap { filled(record, $0) }
    details.tradingName = tradingName.flatMap { filled(record, $0) } ?? premisesName.flatMap { filled(record, $0) }
    if kind?.isOfPlace == true, details.tradingName == nil {
      // A place is called by its own name; a house by its address.
      details.tradingName = details.operatorName ?? details.address.prefix(2).joined(separator: " ")
      if details.tradingName?.isEmpty == true { details.tradingName = nil }
    }
    if let column = full, let text = filled(record, column) {
      let isFirm = CompanyWords.isCompany(text) || ((kind == .privateHireOperator || kind?.isLicence == false) && !text.contains(","))
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
      fault(
        family ?? full ?? operatorName ?? premisesName ?? tradingName,
        kind?.isOfPlace == true ? "the row has neither a name nor an address" : "the row has no name", &found)
    }
    func check(_ name: String?, _ column: Int?) {
      if let name, name.utf8.count > 200 { fault(column, "the name is longer than 200 characters", &found) }
    }
    check(details.familyName, family ?? full)
    check(details.givenNames, given.first ?? full)
    check(details.operatorName, operatorName ?? full)
    check(details.tradingName, tradingName)
  }

  /// A house number that stands in a column of its own goes with its street: "12", "Ivy Grove" is "12 Ivy Grove".
  private static func joiningNumbers(_ lines: [String]) -> [String] {
    var joined: [String] = []
    var number: String?
    for line in lines {
      let isNumber = line.utf8.count <= 6 && line.first?.isNumber == true && line.allSatisfy { $0.isNumber || $0.isLetter || $0 == "-" || $0 == "/" }
      if isNumber, number == nil { number = line } else {
        joined.append(number.map { "\($0) \(line)" } ?? line)
        number = nil
      }
    }
    if let number { joined.append(number) }
    return joined
  }

  /// Where a place is. What cannot be right is left out with a note: the row stays, and is not on the map.
  private func readPlace(_ record: TableRecord, _ details: inout RegisterDetails, _ found: inout Findings) {
    func number(_ column: Int?) -> Double? {
      column.flatMap { filled(record, $0) }.flatMap { Double($0.replacing(",", with: "")) }.flatMap { $0.isFinite ? $0 : nil }
    }
    if let value = number(uprn), value >= 1, value <= 999_999_999_999, value == value.rounded() { details.uprn = Int(value) }
    if let east = number(easting), let north = number(northing), abs(east) < 10_000_000, abs(north) < 10_000_000 {
      details.grid = GridPoint(easting: Int(east.rounded()), northing: Int(north.rounded()))
      if details.grid == nil { found.notes.append("\(Int(east)), \(Int(north)) is not on the National Grid and is left out") }
    } else if let east = number(longitude), let north = number(latitude), east != 0 || north != 0 {
      // The National Grid's own bounds (EPSG:27700).
      if (-9.1...2.1).contains(east), (49.7...61.1).contains(north) {
        details.longitude = east
        details.latitude = north
      } else {
        found.notes.append("\(north), \(east) is not in Great Britain and is left out")
      }
    }
    if let most = number(maxPersons), most >= 1, most < 10_000 { details.maxPersons = Int(most) }
  }

  private func readContact(_ record: TableRecord, _ details: inout RegisterDetails, _ found: inout Findings) {
    for column in address {
      for line in record.lines(column) where !ImportWords.meansNone(line) {
        // Some registers part the lines of an address by bars.
        details.address += line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
      }
    }
    details.address = Self.joiningNumbers(details.address)
    if let postcode, !address.isEmpty, let code = filled(record, postcode).flatMap({ UKPostcode($0) }) {
      // The postcode at the end of the address, once more.
      details.address.removeAll { UKPostcode($0) == code }
    } else if postcode == nil || filled(record, postcode ?? 0) == nil, let last = details.address.last {
      let words = last.split(separator: " ")
      if words.count >= 2, let code = UKPostcode(words.suffix(2).joined(separator: " ")) {
        details.postcode = code.text
        let rest = words.dropLast(2).joined(separator: " ")
        details.address.removeLast()
        if !rest.isEmpty { details.address.append(rest.trimmingCharacters(in: [",", " "])) }
      }
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
