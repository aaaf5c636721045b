import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Postgres
import Web

/// The map of hot spots, and its data: of the authorities whose hot spots the reader may see, names of places and never of holders.
enum HotSpotMapRoutes {
  static func add(to routes: Routes) {
    routes.may(.readHotSpots, .get, "hot-spots/map", show)
    routes.may(.readHotSpots, .get, "hot-spots/map/data", data)
  }

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems()
    let filter = MapFilter(query)
    let store = HotSpotRoutes.store(visit)
    let rows = try await store.list(filter.listed, for: visit.officer)
    let places = try await store.placesOnMap(filter, on: visit.today, for: visit.officer)
    let drawing = try await store.drawing(of: rows, for: visit.officer)
    return try visit.page(MapPage(
      filter: filter, query: query, hotSpots: rows, places: places, map: drawing, files: try MapFiles(visit.site), settings: visit.environment.settings, today: visit.today))
  }

  private static func data(_ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems()
    let box = try query["bbox"].map(MapBox.init)
    let text = try await HotSpotRoutes.store(visit).mapData(
      MapFilter(query), in: box, withPlaces: query["places"] != "none", on: visit.today, for: visit.officer)
    return Response(status: .ok, headers: [.contentType: "application/geo+json"], body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}

/// A rectangle in degrees: west, south, east, north.
struct MapBox: Sendable {
  let west: Double
  let south: Double
  let east: Double
  let north: Double

  /// - Throws: `Problem` 400 for what is no rectangle in or near Great Britain.
  init(_ text: String) throws {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard parts.count == 4, let west = parts[0], let south = parts[1], let east = parts[2], let north = parts[3], (-20...20).contains(west),
      (-20...20).contains(east), (40...70).contains(south), (40...70).contains(north), west < east, south < north
    else { throw Problem.badRequest("The map asked for an area that is none.") }
    (self.west, self.south, self.east, self.north) = (west, south, east, north)
  }

  var sql: SQL { "st_envelope(st_transform(st_makeenvelope(\(west), \(south), \(east), \(north), 4326), 27700))" }
}

extension HotSpotStore {
  private static func places(_ filter: MapFilter, in box: MapBox?, on day: Day) -> SQL {
    """
    sec.hot_spot_map(\(Double(HotSpotRules.buffer)), \(day), \(filter.states.map(\.rawValue)), \(filter.partnership.map { Int16($0) }), \(filter.register?.rawValue),
      \(box?.sql ?? "NULL::geometry"))
    """
  }

  /// What the table of places lists: one more than is shown, at most.
  func placesOnMap(_ filter: MapFilter, on day: Day, for officer: Officer) async throws -> [HotSpotPlace] {
    try await database.read(as: officer, Query<HotSpotPlace>(
      "SELECT p.*, ceil(p.distance)::bigint AS metres FROM \(Self.places(filter, in: nil, on: day)) p LIMIT \(MapPage.mostPlaces + 1)"))
  }

  /// GeoJSON for the map, made where the shapes are: outlines of districts, hot spots with the metres around them, and places unless they
  /// are too many. Degrees to five digits, a metre or so; words as short as their number asks.
  func mapData(_ filter: MapFilter, in box: MapBox?, withPlaces: Bool, on day: Day, for officer: Officer) async throws -> String {
    try await database.read(as: officer, Self.mapData(filter, in: box, withPlaces: withPlaces, on: day)).first?.value ?? "{}"
  }

  static func mapData(_ filter: MapFilter, in box: MapBox?, withPlaces: Bool, on day: Day) -> Query<Scalar<String>> {
    let within: SQL = box.map { "AND h.area && st_expand(\($0.sql), \(Double(HotSpotRules.buffer)))" } ?? ""
    let ofPartnership: SQL = filter.partnership.map { "AND h.csp_id = \(Int16($0))" } ?? ""
    let found: SQL = withPlaces ? "SELECT * FROM \(places(filter, in: box, on: day))" : "SELECT * FROM \(places(filter, in: box, on: day)) LIMIT 0"
    return Query("""
      WITH place AS MATERIALIZED (\(found)),
      many AS (SELECT count(*) AS n FROM place),
      counted AS (SELECT p.hot_spot_id, count(*) AS n, count(*) FILTER (WHERE NOT p.issued) AS without FROM place p GROUP BY p.hot_spot_id),
      spot AS (
        SELECT h.id, h.reference, h.name, h.state, st_simplify(h.area, 1.5) AS area, st_simplify(st_buffer(h.area, \(Double(HotSpotRules.buffer)), 8), 3) AS ring,
               st_transform(st_centroid(h.area), 4326) AS middle
          FROM hot_spot h WHERE h.state = ANY (\(filter.states.map(\.rawValue))) \(ofPartnership) \(within) ORDER BY h.reference COLLATE "C" LIMIT 500),
      feature AS (
        SELECT 1 AS layer, o.code AS place, st_asgeojson(st_transform(st_boundary(st_simplify(o.shape, 150)), 4326), 4) AS shape,
               format('"t":"district","n":%s', to_json(o.name)) AS says
          FROM outline o WHERE o.kind = 'district' AND \(box == nil)
        UNION ALL SELECT 2, s.reference, st_asgeojson(st_transform(s.ring, 4326), 5), '"t":"ring"' FROM spot s
        UNION ALL SELECT 3, s.reference, st_asgeojson(st_transform(s.area, 4326), 5),
               format('"t":"spot","id":"%s","r":"%s","n":%s,"s":"%s","p":%s,"w":%s,"at":[%s,%s]', s.id, s.reference, to_json(s.name), s.state, coalesce(c.n, 0),
                 coalesce(c.without, 0), round(st_y(s.middle)::numeric, 5), round(st_x(s.middle)::numeric, 5))
          FROM spot s LEFT JOIN counted c ON c.hot_spot_id = s.id
        UNION ALL SELECT 4, p.location_id::text, st_asgeojson(st_transform(p.point, 4326), 5),
               format('"t":"place","n":%s,"k":"%s","g":"%s","h":"%s","d":%s', to_json(coalesce(nullif(p.name, ''), split_part(p.address, chr(10), 1))), p.registers,
                 CASE WHEN p.acknowledged THEN 'acknowledged' WHEN p.issued THEN 'given' ELSE 'none' END, h.reference, ceil(p.distance)::integer)
          FROM place p JOIN hot_spot h ON h.id = p.hot_spot_id, many WHERE many.n <= \(MapPage.mostPlaces))
      SELECT format('{"type":"FeatureCollection","places":%s,"withheld":%s,"features":[%s]}', m.n, (m.n > \(MapPage.mostPlaces))::text,
               (SELECT string_agg(format('{"type":"Feature","geometry":%s,"properties":{%s}}', f.shape, f.says), ',' ORDER BY f.layer, f.place COLLATE "C") FROM feature f)) AS value
        FROM many m
      """)
  }
}
