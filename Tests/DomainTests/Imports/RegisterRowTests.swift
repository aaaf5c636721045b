import Testing

@testable import Domain

/// Reads a whole text as `lantern import` would: sniff, suggestion, rows.
struct ReadRegister {
  var sniff: TableSniff
  var mapping: ColumnMapping
  var accepted: [RegisterRow] = []
  var rejected: [RowRejection] = []
  var reader: RegisterFileReader

  init(_ bytes: [UInt8], choices: ImportChoices = ImportChoices(), place: String? = nil, chunk: Int = 65_536) throws {
    sniff = try TableSniff(Array(bytes.prefix(TableSniff.sampleBytes)), isWhole: bytes.count <= TableSniff.sampleBytes)
    mapping = MappingSuggestion(sniff).mapping
    mapping.choices = choices
    reader = try RegisterFileReader(
      format: sniff.format, mapping: mapping, evidence: sniff.profiles.map(\.dates), today: Day(iso: "2026-11-23")!, place: place)
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + chunk)
      take(try reader.feed(Array(bytes[start..<end])))
      start = end
    }
    take(try reader.finish())
  }

  init(_ text: String, choices: ImportChoices = ImportChoices(), place: String? = nil, chunk: Int = 65_536) throws {
    try self.init(Array(text.utf8), choices: choices, place: place, chunk: chunk)
  }

  private mutating func take(_ outcomes: [RowOutcome]) {
    for outcome in outcomes {
      switch outcome {
      case .accepted(let row): accepted.append(row)
      case .rejected(let rejection): rejected.append(rejection)
      case .leftOut: break
      }
    }
  }
}

@Suite struct RegisterRowTests {
  static let header =
    "Reference,Licence type,Surname,Forenames,Status,Start date,Expiry date,Address 1,Address 2,Postcode,Email,Telephone\n"

  @Test func aRowInFull() throws {
    let register = try ReadRegister(
      Self.header
        + "WD 100,Dual Driver,O'BRIEN,MARY ANN,Current,03/04/2026,02/04/2029,\"1 High Street\nWorcester\",n/a,wr13la,Mary@Example.UK,07700 900123\n"
        + "WD101,PHD,Van der Berg,jan,,13/04/2026,,,,,,\n")
    #expect(register.rejected.isEmpty)
    #expect(register.accepted[0].details == RegisterDetails(
      reference: "WD 100", kind: .dualDriver, familyName: "O'Brien", givenNames: "Mary Ann", status: .current,
      start: Day(iso: "2026-04-03"), expiry: Day(iso: "2029-04-02"), address: ["1 High Street", "Worcester"],
      postcode: "WR1 3LA", email: "Mary@example.uk", phone: "07700 900123"))
    #expect(register.accepted[1].details == RegisterDetails(
      reference: "WD101", kind: .privateHireDriver, familyName: "Van der Berg", givenNames: "jan",
      start: Day(iso: "2026-04-13")))
    #expect(register.accepted.map(\.line) == [2, 4])
    #expect(register.accepted[0].details.key == "dual_driver WD100")
    #expect(register.accepted[0].details.searchName == "mary ann obrien")
  }

  @Test func rejections() throws {
    let register = try ReadRegister(
      Self.header
        + "1,Dual,Ash,Jo,Current,13/04/2026,12/04/2029,,,,,\n"
        + ",Dual,Ash,Jo,Current,13/04/2026,12/04/2029,,,,,\n"
        + "3,Pedicab,Ash,Jo,Inactive,31/02/2026,12/04/2029,,,,,\n"
        + "4,Dual,,,Current,13/04/2026,12/04/2029,,,,,\n"
        + "5,Dual,Ash,Jo,Current,13/04/2026,12/04/2025,,,,,\n"
        + "1,Dual,Bo,Jo,Current,13/04/2026,12/04/2029,,,,,\n"
        + "1,Operator,Bo Cars Ltd,,Current,13/04/2026,12/04/2029,,,,,\n"
        + "6,Dual,Bo,Jo,Current,13/04/2026,12/04/2029,,,,,,surplus\n"
        + "7,Dual,Bo,Jo,Current,13/04/2026,12/04/2029,,,,,,,\n"
        + "8,Dual,Bo\n"
        + "Printed on 1 April\n"
        + "9,Dual,\"Bo,Jo\n"
        + "10,Private Hire Vehicle,Bo,Jo,Current,13/04/2026,12/04/2029,,,,,\n")
    #expect(register.accepted.map(\.line) == [2, 8, 10, 11])
    #expect(register.rejected.map(\.words) == [
      "Line 3, Reference: the row has no reference.",
      "Line 4, Licence type: “Pedicab” is not a kind of licence this register knows; Status: “Inactive” is not a status "
        + "this register knows; say in the mapping what it means; Start date: “31/02/2026” is not a day: February 2026 has no day 31.",
      "Line 5, Surname: the row has no name.",
      "Line 6, Expiry date: the licence expires (12 April 2025) before it starts (13 April 2026).",
      "Line 7, Reference: the reference “1” stands on line 2 already, for the same kind of licence.",
      "Line 9, the row has 13 fields where the row of column names has 12.",
      "Line 12, the row has one field where the row of column names has 12.",
      "Line 13, a quotation mark is opened and not closed on this row.",
    ])
    #expect(register.rejected[1].fields.prefix(3) == ["3", "Pedicab", "Ash"])
    #expect(register.reader.unknownKinds == ["Pedicab": 1])
    // A vehicle's licence is known, and not kept: its row is left out and counted, not rejected.
    #expect(register.reader.leftOut == ["Private Hire Vehicle": 1])
    #expect(register.reader.unknownStatuses == ["Inactive": 1])
    #expect(register.reader.accepted == 4 && register.reader.rejected == 8)
  }

  @Test func answersAboutWordsAreUsed() throws {
    let text = Self.header + "3,Pedi-Cab,Ash,Jo,INACTIVE,,,,,,,\n"
    let choices = ImportChoices(kinds: ["pedi cab": .hackneyDriver], statuses: ["Inactive": .expired])
    let register = try ReadRegister(text, choices: choices)
    #expect(register.accepted.first?.details.kind == .hackneyDriver && register.accepted.first?.details.status == .expired)
  }

  @Test func contactOdditiesAreNotesNotRejections() throws {
    let register = try ReadRegister(Self.header + "1,Dual,Ash,Jo,,13/04/2026,,1 High St,,60608,jo at a.uk,call me\n")
    #expect(register.accepted[0].details.address == ["1 High St", "60608"] && register.accepted[0].details.postcode == nil)
    #expect(register.accepted[0].notes == [
      "“60608” is not a UK postcode and is kept as part of the address",
      "“jo at a.uk” is not an e-mail address and is left out", "“call me” is not a telephone number and is left out",
    ])
  }

  @Test func operators() throws {
    let register = try ReadRegister(
      "base_number,base_name,dba,dba_category\nB00008,T-D MAINTENANCE CORP,FOUR ONES CAR SERVICE,other\nB9,LOVE INC,,other\n",
      choices: ImportChoices(defaultKind: .privateHireOperator))
    #expect(register.accepted.map(\.details.operatorName) == ["T-D MAINTENANCE CORP", "LOVE INC"])
    #expect(register.accepted[0].details.tradingName == "FOUR ONES CAR SERVICE" && register.accepted[1].details.tradingName == nil)
    let mixed = try ReadRegister(
      "Licence number,Type,Name\n1,Operator,A1 Cars Ltd\n2,Operator,\"ASH, JO\"\n3,Operator,Speedy\n4,Dual,Jo Ash\n")
    #expect(mixed.accepted.map(\.details.operatorName) == ["A1 Cars Ltd", nil, "Speedy", nil])
    #expect(mixed.accepted.map(\.details.displayName) == ["A1 Cars Ltd", "Jo Ash", "Speedy", "Jo Ash"])
  }

  @Test func changes() throws {
    let held = RegisterDetails(
      reference: "1", kind: .dualDriver, familyName: "Ash", expiry: Day(iso: "2026-04-03"), address: ["1 High St"],
      email: "a@b.uk")
    var incoming = held
    #expect(RecordChange(held: held, incoming: incoming, mapped: Set(RegisterField.compared)) == nil)
    incoming.expiry = Day(iso: "2029-04-03")
    incoming.phone = "01905 123456"
    incoming.email = nil
    incoming.address = ["1 High St", "Worcester"]
    let change = RecordChange(held: held, incoming: incoming, mapped: Set(RegisterField.compared))
    #expect(change?.words == "expiry date from 3 April 2026 to 3 April 2029; "
      + "address line from 1 High St to 1 High St, Worcester; e-mail a@b.uk removed; telephone 01905 123456 added")
    // What the file does not carry it cannot change.
    #expect(RecordChange(held: held, incoming: incoming, mapped: [.expiry])?.fields.map(\.field) == [.expiry])
    let all = Set(RegisterField.compared)
    #expect(held.canonicalLine(mapped: all) != incoming.canonicalLine(mapped: all))
    #expect(held.canonicalLine(mapped: [.familyName]) == incoming.canonicalLine(mapped: [.familyName]))
  }

  @Test func copyLines() {
    let row = RegisterRow(line: 7, details: RegisterDetails(
      reference: "a\\b 1", kind: .dualDriver, familyName: "O'Brien", start: Day(iso: "2026-04-03"), address: ["1 High St", "W"]),
      notes: [])
    var bytes: [UInt8] = []
    row.appendCopyLine(mapped: [.reference, .addressLine], to: &bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    let fields = text.dropLast().split(separator: "\t", omittingEmptySubsequences: false)
    #expect(fields.count == RegisterRow.copyColumns.count && text.hasSuffix("\n"))
    #expect(fields.prefix(10) == ["7", "a\\\\b 1", "A\\\\B1", "dual_driver", "\\N", "O'Brien", "\\N", "\\N", "\\N", "obrien"])
    #expect(fields[12] == "2026-04-03" && fields[15] == "1 High St\\nW")
    #expect(fields[25].hasPrefix("a\\\\b 1\u{1F}") && fields[25].contains("1 High St\\nW"))
  }

  /// The outcome of a whole register is the same however its bytes arrive.
  @Test func chunksDoNotMatter() throws {
    let text = Self.header + "1,Dual,Ash,\"Jo\r\nAnn\",Current,13/04/2026,12/04/2029,,,wr13la,,\r\n,Dual,É,,,,,,,,,\r\n\r\n2,PHD,Ş,,,,,,,,,\r\n"
    let whole = try ReadRegister(text)
    for chunk in [1, 2, 7] {
      let parts = try ReadRegister(text, chunk: chunk)
      #expect(parts.accepted == whole.accepted && parts.rejected == whole.rejected)
    }
    #expect(whole.accepted.map(\.line) == [2, 6] && whole.rejected.map(\.line) == [4])
  }
}
