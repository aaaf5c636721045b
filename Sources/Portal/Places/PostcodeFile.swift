package import Domain
package import Foundation
import Postgres

/// Loads where postcodes are: the ONS Postcode Directory (any edition with headings), or Code-Point Open, which has none.
package struct PostcodeFile: Sendable {
  package struct Loaded: Sendable {
    /// Postcodes read, rows without a place on the grid, and locations that are on the map because of them.
    package var postcodes: Int
    package var withoutPlace: Int
    package var placed: Int
  }

  let environment: Environment
  package init(_ environment: Environment) { self.environment = environment }

  private struct Columns {
    var postcode: Int
    var easting: Int
    var northing: Int
    var district: Int?
  }

  /// Replaces what is known of each postcode in the file; others stay. On a connection of the owner.
  /// - Throws: `ImportRefusal` when the columns cannot be told.
  package func load(_ url: URL, by officer: Officer) async throws -> Loaded {
    let sniff = try TableSniff(Data(contentsOf: url, options: .mappedIfSafe).prefix(1 << 18).map { $0 }, isWhole: false)
    let columns = try Self.columns(sniff)
    let handle = try FileHandle(forReadingFrom: url)
    defer { try? handle.close() }
    return try await environment.database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute("SET LOCAL statement_timeout = '15min'")
      try await transaction.execute("CREATE TEMPORARY TABLE postcode_line (postcode_key text, easting integer, northing integer, district text) ON COMMIT DROP")
      var reader = DelimitedReader(format: sniff.format, limits: .standard)
      var toSkip = sniff.format.preamble + (sniff.format.hasHeader ? 1 : 0)
      var (read, without) = (0, 0)
      while true {
        let bytes = try handle.read(upToCount: 1 << 20).map { Array($0) } ?? []
        let records = bytes.isEmpty ? try reader.finish() : try reader.feed(bytes)
        var lines: [UInt8] = []
        for record in records {
          if toSkip > 0 {
            toSkip -= 1
            continue
          }
          guard let code = UKPostcode(record.text(columns.postcode)) else { continue }
          guard let east = Int(record.text(columns.easting)), let north = Int(record.text(columns.northing)), east > 0,
            GridPoint(easting: east, northing: north) != nil
          else {
            without += 1
            continue
          }
          read += 1
          let district = columns.district.map { record.text($0) }.flatMap { Self.isCode($0) ? $0 : nil } ?? "\\N"
          lines += Array("\(code.text.filter { $0 != " " })\t\(east)\t\(north)\t\(district)\n".utf8)
        }
        if !lines.isEmpty {
          _ = try await transaction.copyIn("COPY postcode_line (postcode_key, easting, northing, district) FROM STDIN", from: Chunk(lines))
        }
        if bytes.isEmpty { break }
      }
      guard read > 0 else { throw ImportRefusal("No postcode with a place on the National Grid was found in \(url.lastPathComponent).") }
      try await transaction.execute(
        """
        INSERT INTO postcode_place (postcode_key, easting, northing, district)
        SELECT DISTINCT ON (postcode_key) postcode_key, easting, northing, district FROM postcode_line ORDER BY postcode_key
        ON CONFLICT (postcode_key) DO UPDATE SET easting = excluded.easting, northing = excluded.northing, district = excluded.district
        """)
      let placed = try await transaction.value("SELECT place_by_postcode()", as: Int.self)
      return Written(
        Loaded(postcodes: read, withoutPlace: without, placed: placed),
        AuditEntry(.loadPostcodes, of: officer.id, detail: ["count": String(read), "file": url.lastPathComponent]))
    }
  }

  /// A chunk as a sequence, which is what COPY reads.
  private struct Chunk: AsyncSequence, AsyncIteratorProtocol, Sendable {
    var chunk: [UInt8]?
    init(_ chunk: [UInt8]) { self.chunk = chunk }
    mutating func next() async -> [UInt8]? {
      defer { chunk = nil }
      return chunk
    }
    func makeAsyncIterator() -> Chunk { self }
  }

  private static func isCode(_ text: String) -> Bool {
    text.utf8.count == 9 && text.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
  }

  private static func columns(_ sniff: TableSniff) throws -> Columns {
    let names = sniff.columns.map { ImportWords.heading($0.name).replacing(" ", with: "") }
    func first(_ known: String...) -> Int? { known.lazy.compactMap { names.firstIndex(of: $0) }.first }
    if sniff.format.hasHeader, let postcode = first("pcds", "pcd7", "pcd", "pcd2", "pcd8", "postcode"), let easting = first("easting", "oseast1m", "eastings", "east1m"),
      let northing = first("northing", "osnrth1m", "northings", "north1m")
    {
      return Columns(postcode: postcode, easting: easting, northing: northing, district: first("ladcode", "oslaua", "laua", "lad25cd", "lad24cd", "lad23cd"))
    }
    // Code-Point Open: postcode, quality, easting, northing, country, NHS region, NHS authority, county, district, ward; no headings.
    if !sniff.format.hasHeader, sniff.columns.count >= 4, let sample = sniff.sample.first, UKPostcode(sample.text(0)) != nil, Int(sample.text(2)) != nil {
      return Columns(postcode: 0, easting: 2, northing: 3, district: sniff.columns.count > 8 ? 8 : nil)
    }
    throw ImportRefusal("The columns of postcode, easting and northing were not found. The ONS Postcode Directory and Code-Point Open have them.")
  }
}
