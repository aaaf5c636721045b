import Foundation
import Testing

@testable import Domain

@Suite struct MappingTests {
  static func columns(_ names: [String]) -> [TableColumn] {
    names.enumerated().map { TableColumn(index: $0.offset, name: $0.element, isGenerated: false) }
  }

  func suggestion(_ text: String) throws -> MappingSuggestion {
    MappingSuggestion(try TableSniff(Array(text.utf8), isWhole: true))
  }

  @Test(arguments: [
    ("License Number", RegisterField.reference), ("LICENCE NO.", .reference), ("licence_number", .reference),
    ("LicenceNumber", .reference), ("Ref #", .reference), ("Badge No", .badge), ("Expiration Date", .expiry),
    ("Licence Expiry Date", .expiry), ("Date First Granted", .originalGrant), ("Original Issue Date", .originalGrant),
    ("Renewed", .start), ("Driver's Surname", .familyName), ("First name(s)", .givenNames), ("Name", .fullName),
    ("Trading As", .tradingName), ("Operator", .operatorName), ("Status Date", .statusDate), ("E-mail", .email),
    ("Tel. No.", .phone), ("Post Code", .postcode), ("Address Line 2", .addressLine), ("Town", .addressLine),
    ("VRM", .vehicle), ("Vehicle Make", .vehicle), ("Plate No", .vehicle), ("Type of licence", .kind),
  ])
  func headings(_ heading: String, _ field: RegisterField) { #expect(RegisterField.named(byHeading: heading)?.field == field) }

  /// More personal than the register needs, or about the file: never suggested.
  @Test(arguments: ["Date of birth", "DOB", "Sex", "Last Date Updated", "Nationality", "", "Foo", "NI Number"])
  func neverSuggested(_ heading: String) { #expect(RegisterField.named(byHeading: heading) == nil) }

  @Test func american() throws {
    let suggestion = try suggestion(
      """
      License Number,Renewed,Status,Status Date,Expires,Driver Type,License Type,Original Issue Date,Name,Sex,Chauffeur City
      100,01/2023,ACTIVE,07/21/2021,01/2025,TAXI,PERMANENT,12/06/2004,"ASH, JO",MALE,CHICAGO
      101,,DENIED,07/22/2021,,LIVERY ONLY,NOT-ISSUED,,"BO, CY",MALE,CHICAGO
      102,02/2023,REVOKED,,02/2025,TAXI,PERMANENT,12/26/2004,"DEE, AL",FEMALE,SKOKIE
      """)
    #expect(suggestion.columns.map(\.field) == [
      .reference, .start, .status, .statusDate, .expiry, .kind, nil, .originalGrant, .fullName, nil, .addressLine,
    ])
    #expect(suggestion.mapping.problems.isEmpty)
  }

  @Test func withoutHeadings() throws {
    let suggestion = try suggestion(
      """
      D1001,"ASH, JO",Hackney Carriage,01/02/2024,31/01/2027,WR1 3LA,jo@a.uk,AB12 CDE
      D1002,"BO, CY",Private Hire,13/02/2024,12/02/2027,wr11ab,,AB12 CDF
      D1003,"DEE, AL",Dual,05/02/2024,04/02/2027,,al@a.uk,AB12 CDG
      """)
    #expect(suggestion.columns.map(\.field) == [
      .reference, .fullName, .kind, .start, .expiry, .postcode, .email, .vehicle,
    ])
  }

  @Test func aFileWithoutReferenceIsRefused() throws {
    let mapping = ColumnMapping(columns: Self.columns(["Name", "Type"]), fields: [.fullName, .kind])
    #expect(mapping.problems.count == 1 && mapping.problems[0].hasPrefix("No column holds the licence reference."))
    #expect(throws: MappingRefusal.self) {
      try RegisterFileReader(format: TableFormat(), mapping: mapping, evidence: [], today: Day(iso: "2026-11-23")!)
    }
    let empty = ColumnMapping(columns: Self.columns(["a"]), fields: [])
    #expect(empty.problems.count == 3)
    let double = ColumnMapping(columns: Self.columns(["a", "b"]), fields: [.reference, .reference])
    #expect(double.problems.contains("“a” and “b” are both mapped to the licence reference. Choose one."))
  }

  @Test func savedMappingsFindTheirColumnsAgain() throws {
    var choices = ImportChoices(dateOrder: .dayFirst, defaultKind: .dualDriver, kinds: ["Pedi-Cab": .hackneyDriver])
    choices.statuses["inactive"] = .expired
    let mapping = ColumnMapping(
      columns: Self.columns(["Licence No", "Name", "Expires", "Notes", "Make"]),
      fields: [.reference, .fullName, .expiry, nil, .vehicle], choices: choices)
    let saved = SavedMapping(mapping, hasHeader: true)
    let again = try JSONDecoder().decode(SavedMapping.self, from: JSONEncoder().encode(saved))
    #expect(again == saved && again.choices.kinds == ["pedi cab": .hackneyDriver])

    let moved = again.fit(Self.columns(["EXPIRES", "notes", "LICENSE NUMBER", "make", " name"]), hasHeader: true)
    #expect(moved.complaints.isEmpty && moved.isComplete && moved.mapping.choices == choices)
    #expect(moved.mapping.fields == [.expiry, nil, .reference, .vehicle, .fullName])

    let changed = again.fit(Self.columns(["Licence No", "Name", "Valid to", "Seats"]), hasHeader: true)
    #expect(!changed.isComplete && changed.mapping.fields == [.reference, .fullName, nil, nil])
    #expect(changed.complaints == [
      "The column “Expires” (expiry date) is not in this file.",
      "The column “Make” (vehicle (not imported)) is not in this file.",
      "The columns “Valid to” and “Seats” are new and are left out.",
    ])
    #expect(again.fit(mapping.columns, hasHeader: false).complaints == ["The mapping goes by column names, and this file has none."])
  }

  @Test func dateOrderIsAskedOnlyWhenNothingTells() throws {
    let ambiguous = "Ref,Name,Type,Start,Expiry\n1,Jo Ash,Dual,01/02/2024,03/04/2026\n2,Al Bo,Dual,05/06/2024,07/08/2026\n"
    let sniff = try TableSniff(Array(ambiguous.utf8), isWhole: true)
    var mapping = MappingSuggestion(sniff).mapping
    let evidence = sniff.profiles.map(\.dates)
    #expect(mapping.dateColumnsToAsk(evidence).map(\.name) == ["Start", "Expiry"])
    mapping.choices.dateOrder = .monthFirst
    #expect(mapping.dateColumnsToAsk(evidence).isEmpty && mapping.order(of: 3, evidence) == .monthFirst)
    mapping.choices.dateOrder = nil
    // One telling date in one column tells for its neighbour.
    let telling = try TableSniff(Array((ambiguous + "3,Cy Dee,Dual,01/02/2024,13/04/2026\n").utf8), isWhole: true)
    #expect(mapping.dateColumnsToAsk(telling.profiles.map(\.dates)).isEmpty)
    #expect(mapping.order(of: 3, telling.profiles.map(\.dates)) == .dayFirst)
  }

  @Test(arguments: [
    ("Hackney Carriage Driver", LicenceKind.hackneyDriver), ("TAXI", .hackneyDriver), ("MEDALLION TAXI DRIVER", .hackneyDriver),
    ("HCD", .hackneyDriver), ("Private Hire Driver", .privateHireDriver), ("PHD", .privateHireDriver),
    ("LIVERY ONLY", .privateHireDriver), ("PHV", .privateHireDriver), ("Dual Badge", .dualDriver), ("HC/PH", .dualDriver),
    ("Hackney Carriage & Private Hire Driver", .dualDriver), ("PH Operator", .privateHireOperator),
    ("PRIVATE_HIRE_OPERATOR", .privateHireOperator), ("HACKNEY_DRIVER", .hackneyDriver), ("DUAL_DRIVER", .dualDriver),
  ])
  func kinds(_ text: String, _ kind: LicenceKind) { #expect(LicenceKind.reading(text) == .kind(kind)) }

  @Test func kindsKeepTheirCapitalsWithinASentence() {
    #expect(LicenceKind.guestHouse.pluralWithin == "guest houses and B&Bs" && LicenceKind.mandatoryHMO.pluralWithin == "HMOs, mandatory licence")
    #expect(LicenceKind.privateHireDriver.nameWithin == "private hire driver")
  }

  @Test func otherKinds() {
    #expect(LicenceKind.reading("Private Hire Vehicle") == .other("a vehicle’s licence, not a driver’s or operator’s") && LicenceKind.reading("PEDICAB") == .unknown)
    #expect(LicenceKind.reading("PERMANENT") == .unknown && LicenceKind.reading("") == .unknown)
  }

  @Test(arguments: [
    ("ACTIVE", ImportedStatus.current), ("Expired", .expired), ("SUSPENDED", .suspended), ("REVOKED", .revoked),
    ("DENIED", .refused), ("SURRENDER", .surrendered), ("PENDING", .pending), ("Not-Renewed", .expired),
  ])
  func statuses(_ text: String, _ status: ImportedStatus) { #expect(ImportedStatus(words: text) == status) }
}
