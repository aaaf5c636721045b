import Foundation
import Testing

@testable import Domain

/// Real registers that may lie beside the project; where they do not, these tests say that they were skipped.
enum RealFiles {
  static let folder: URL = {
    if let path = ProcessInfo.processInfo.environment["LANTERN_SAMPLE_DATA"] { return URL(fileURLWithPath: path) }
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<5 { root.deleteLastPathComponent() }
    return root.appendingPathComponent("shared/data")
  }()

  static var arePresent: Bool { FileManager.default.fileExists(atPath: folder.appendingPathComponent("taxi").path) }

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appendingPathComponent(name)))
  }
}

@Suite(.enabled(if: RealFiles.arePresent, "no ../shared/data beside the project: real registers are not tried"))
struct RealFilesTests {
  @Test func chicagoChauffeurs() throws {
    let bytes = try RealFiles.bytes("taxi/chicago_chauffeurs.csv")
    let register = try ReadRegister(bytes)
    #expect(register.sniff.columns.map { register.mapping[column: $0.index] } == [
      .reference, .start, .status, .statusDate, .expiry, .kind, nil, .originalGrant, .fullName, nil, .addressLine, nil,
    ])
    #expect(register.accepted.count + register.rejected.count == 25_350)
    #expect(register.accepted.count == 24_425)
    #expect(Set(register.reader.unknownKinds.keys) == ["PEDICAB", "HORSE-DRAWN ONLY"])
    #expect(register.reader.unknownStatuses.keys.sorted() == ["INACTIVE"])
    func count(_ status: ImportedStatus) -> Int { register.accepted.count { $0.details.status == status } }
    #expect(count(.refused) > 800 && count(.revoked) > 200 && count(.suspended) > 500 && count(.current) > 11_000)
    // Months alone: a start is the first day, an expiry the last.
    #expect(register.accepted.allSatisfy { $0.details.start.map { $0.day == 1 } ?? true })
    #expect(register.accepted.allSatisfy { $0.details.expiry.map { $0 == $0.lastOfMonth } ?? true })
    // With the two words explained only the rows whose dates contradict each other are left.
    let choices = ImportChoices(
      kinds: ["Pedicab": .hackneyDriver, "Horse-drawn only": .hackneyDriver], statuses: ["Inactive": .expired])
    let answered = try ReadRegister(bytes, choices: choices)
    #expect(answered.accepted.count == 25_350 - answered.rejected.count && answered.rejected.count < 10)
    #expect(answered.rejected.allSatisfy { $0.words.contains("before it starts") })
  }

  @Test func newYorkDrivers() throws {
    let register = try ReadRegister(try RealFiles.bytes("taxi/nyc_medallion_drivers.csv"))
    #expect(register.accepted.count == 52_736 && register.rejected.isEmpty)
    #expect(register.accepted.allSatisfy { $0.details.familyName != nil && $0.details.expiry != nil })
    #expect(register.accepted.first { $0.details.reference == "497910" }?.details.person?.display == "Marilyn C Taylor")
    #expect(register.accepted.allSatisfy { $0.details.kind == .hackneyDriver })
  }

  @Test func newYorkBases() throws {
    let register = try ReadRegister(
      try RealFiles.bytes("taxi/nyc_operator_bases.csv"), choices: ImportChoices(defaultKind: .privateHireOperator))
    #expect(register.accepted.count == 1097 && register.rejected.isEmpty)
    #expect(register.accepted.count { $0.details.tradingName != nil } == 1097 - 878)
  }

  /// The national upload has no reference: it is refused with a sentence.
  @Test func nationalUpload() throws {
    let bytes = try RealFiles.bytes("taxi/CAZ-2020-01-08-AuthorityID.csv")
    let sniff = try TableSniff(bytes, isWhole: true)
    #expect(!sniff.format.hasHeader && sniff.columns.count == 7)
    let suggestion = MappingSuggestion(sniff)
    #expect(suggestion.columns.prefix(4).map(\.field) == [.vehicle, .start, .expiry, .kind])
    #expect(suggestion.mapping.problems.contains { $0.hasPrefix("No column holds the licence reference.") })
  }

  /// Rows made for each of the council layouts: what the suggestion makes of their columns.
  @Test func councilLayouts() throws {
    struct Layouts: Decodable { let layouts: [String: [String]] }
    let layouts = try JSONDecoder().decode(
      Layouts.self, from: Data(try RealFiles.bytes("taxi/uk_taxi_register_layouts.json"))).layouts
    #expect(layouts.count == 23)
    for (council, columns) in layouts {
      let rows = (1...30).map { number in
        columns.map { column in
          switch column {
          case "reference_number": "TX/\(1000 + number)"
          case "licence_number": "L\(200 + number)"
          case "licence_type": ["Hackney Carriage", "Private Hire", "Dual Driver"][number % 3]
          case "name": "Person \(number)"
          case "vrm": "AB\(10 + number) CDE"
          case "plate": "\(number)"
          case "licence_start": "\(number % 28 + 1)/04/2025"
          case "licence_end": "\(number % 28 + 1)/04/2026"
          default: "x\(number % 4)"
          }
        }.joined(separator: ",")
      }
      for heading in [columns, columns.map { $0.uppercased() }, columns.map { $0.replacing("_", with: " ").capitalized }] {
        let text = ([heading.joined(separator: ",")] + rows).joined(separator: "\r\n")
        let sniff = try TableSniff(Array(text.utf8), isWhole: true)
        #expect(sniff.format.hasHeader, "\(council)")
        let expected: [RegisterField] = columns.map { column in
          switch column {
          case "reference_number": .reference
          case "licence_number": .badge
          case "licence_type": .kind
          case "name": .fullName
          case "licence_start": .start
          case "licence_end": .expiry
          default: .vehicle
          }
        }
        let suggestion = MappingSuggestion(sniff)
        #expect(suggestion.columns.map(\.field) == expected, "\(council)")
        // A register without a reference is refused, the others need at most a kind or a name.
        let refused = suggestion.mapping.problems.contains { $0.hasPrefix("No column holds the licence reference.") }
        #expect(refused == !columns.contains("reference_number"), "\(council)")
      }
    }
  }

  /// Every table that lies there can be read to its end, and the counts are those of its description.
  @Test(arguments: [
    ("premises/worcestershire_fhrs_2020-08.csv", 4643), ("premises/bath_premises_licences_2014-09.csv", 946),
    ("hmo/sheffield_hmo_2024-09-09.csv", 1745), ("hmo/sheffield_hmo_2025-01-28.csv", 1459),
    ("hmo/oxford_hmo_register.csv", 3211), ("hmo/oxford_hmo_exemptions.csv", 16), ("taxi/chicago_vehicles.csv", 15_627),
    ("members/worcestershire_seven_councils_2019.csv", 268),
  ])
  func otherTables(_ name: String, _ count: Int) throws {
    let bytes = try RealFiles.bytes(name)
    let sniff = try TableSniff(Array(bytes.prefix(TableSniff.sampleBytes)), isWhole: bytes.count <= TableSniff.sampleBytes)
    var survey = TableSurvey(sniff)
    try survey.feed(bytes)
    try survey.finish()
    print(name, sniff.words, sniff.lineEnds.words, survey.rows, sniff.columns.map(\.name))
    #expect(survey.rows == count)
  }
}
