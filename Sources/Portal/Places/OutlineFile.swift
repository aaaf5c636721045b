import Domain
package import Foundation
import Postgres

/// Loads outlines of districts and wards from GeoJSON (longitude and latitude, as RFC 7946 has them).
package struct OutlineFile: Sendable {
  package struct Loaded: Sendable {
    package var outlines: Int
    /// Names of outlines that crossed themselves and were mended.
    package var mended: [String]
    /// Locations whose district is known because of them.
    package var assigned: Int
  }

  let environment: Environment
  package init(_ environment: Environment) { self.environment = environment }

  private struct Feature {
    var kind: String
    var code: String
    var name: String
    var geometry: String
  }

  /// - Parameter kind: "district" or "ward"; nil: as the codes say (E05 and W05 are wards).
  /// - Throws: `ImportRefusal` naming the feature and what is wrong with it; nothing is loaded then.
  package func load(_ url: URL, kind: String?, by officer: Officer) async throws -> Loaded {
    let features = try Self.features(Data(contentsOf: url), kind: kind)
    return try await environment.database.write(by: officer, at: environment.now()) { transaction in
      try await transaction.execute("SET LOCAL statement_timeout = '15min'")
      var mended: [String] = []
      for feature in features {
        struct Shape: RowDecodable, Sendable {
          var isValid: Bool
          var area: Double
          var isOnGrid: Bool
          init(row: Row) throws {
            isValid = try row.get("valid")
            area = try row.get("area")
            isOnGrid = try row.get("on_grid")
          }
        }
        let shape: Shape
        do {
          // A shape that PostGIS cannot read at all would end the transaction: within a savepoint it ends this sentence only.
          shape = try await transaction.nested { transaction in
            try await transaction.first(
              Query<Shape>(
                """
                WITH s AS (SELECT st_transform(st_setsrid(st_geomfromgeojson(\(feature.geometry)), 4326), 27700) AS g),
                     m AS (SELECT st_isvalid(g) AS valid, st_multi(st_collectionextract(st_makevalid(g), 3)) AS g FROM s)
                SELECT valid, st_area(g) AS area,
                       coalesce(st_xmin(g) > -100000 AND st_xmax(g) < 800000 AND st_ymin(g) > -100000 AND st_ymax(g) < 1400000, false) AS on_grid FROM m
                """))
          } ?? { throw ImportRefusal("The outline of \(feature.name) cannot be read.") }()
        } catch let error as PostgresError {
          throw ImportRefusal("The outline of \(feature.name) is no polygon that can be read (\(error.sqlState?.rawValue ?? "no reason given")). Nothing was loaded.")
        }
        guard shape.area > 0 else { throw ImportRefusal("The outline of \(feature.name) encloses nothing. Nothing was loaded.") }
        guard shape.isOnGrid else { throw ImportRefusal("The outline of \(feature.name) is not in Great Britain. Its numbers must be longitude and latitude. Nothing was loaded.") }
        if !shape.isValid { mended.append(feature.name) }
        try await transaction.execute(
          """
          INSERT INTO outline (kind, code, name, shape, source)
          VALUES (\(feature.kind), \(feature.code), \(feature.name),
            st_multi(st_collectionextract(st_makevalid(st_transform(st_setsrid(st_geomfromgeojson(\(feature.geometry)), 4326), 27700)), 3)), \(url.lastPathComponent))
          ON CONFLICT (kind, code) DO UPDATE SET name = excluded.name, shape = excluded.shape, source = excluded.source
          """)
      }
      let assigned = try await transaction.value("SELECT assign_districts()", as: Int.self)
      return Written(
        Loaded(outlines: features.count, mended: mended, assigned: assigned),
        AuditEntry(.loadOutlines, of: officer.id, detail: ["count": String(features.count), "file": url.lastPathComponent]))
    }
  }

  private static func features(_ data: Data, kind: String?) throws -> [Feature] {
    guard let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any], let list = root["features"] as? [[String: Any]], !list.isEmpty else {
      throw ImportRefusal("The file is no GeoJSON FeatureCollection with something in it.")
    }
    return try list.enumerated().map { index, feature in
      let properties = (feature["properties"] as? [String: Any]) ?? [:]
      // "LAD23CD", "WD13CD", "code"; "LAD23NM", "WD13NM", "name": the current code, not the one before it ("WD13CDO").
      func value(_ suffix: String, _ plain: String) -> String? {
        let key = properties.keys.sorted().first { $0.uppercased().hasSuffix(suffix) } ?? properties.keys.first { $0.lowercased() == plain }
        return key.flatMap { properties[$0] as? String }
      }
      guard let code = value("CD", "code") else { throw ImportRefusal("Feature \(index + 1) has no code: a property whose name ends in CD, such as LAD23CD.") }
      let name = value("NM", "name") ?? code
      guard let geometry = feature["geometry"] as? [String: Any], let shape = geometry["type"] as? String, ["Polygon", "MultiPolygon"].contains(shape) else {
        throw ImportRefusal("\(name) is no polygon.")
      }
      let json = String(decoding: try JSONSerialization.data(withJSONObject: geometry), as: UTF8.self)
      return Feature(kind: kind ?? (code.dropFirst().hasPrefix("05") ? "ward" : "district"), code: code, name: name, geometry: json)
    }
  }
}
