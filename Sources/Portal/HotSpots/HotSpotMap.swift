import Domain
package import Foundation
package import Postgres
import Web

/// A drawing in metres, its origin at the north-west corner: what is drawn on it the database has clipped and moved there.
package struct MapFrame: RowDecodable, Sendable {
  package var west: Double
  package var north: Double
  package var width: Double
  package var height: Double
  package var area: String
  package var ring: String
  package var displacement: String
  package var districts: String

  package init(row: Row) throws {
    west = try row.get("west")
    north = try row.get("north")
    width = try row.get("width")
    height = try row.get("height")
    area = try row.get("area")
    ring = try row.get("ring")
    displacement = try row.get("displacement")
    districts = try row.get("districts")
  }
}

/// A hot spot on the map of the county: its middle, in metres from the north-west corner.
struct MapMarker: RowDecodable, Sendable {
  var id: UUID
  var x: Double
  var y: Double

  init(row: Row) throws {
    id = try row.get("id")
    x = try row.get("x")
    y = try row.get("y")
  }
}

extension HotSpotStore {
  /// The surroundings of a hot spot, with its area, the metres around it and the wider ring to which harm may be displaced.
  package func frame(_ id: UUID, within metres: Int, for officer: Officer) async throws -> MapFrame? {
    let wide = Double(max(metres, 0) + HotSpotRules.displacement)
    return try await database.read(as: officer, Query<MapFrame>(
      """
      SELECT b.west, b.north, b.width, b.height, st_assvg(st_translate(b.area, -b.west, -b.north), 0, 0) AS area,
             st_assvg(st_translate(st_buffer(b.area, \(Double(metres)), 8), -b.west, -b.north), 0, 0) AS ring,
             st_assvg(st_translate(st_buffer(b.area, \(wide), 8), -b.west, -b.north), 0, 0) AS displacement,
             coalesce((SELECT st_assvg(st_translate(st_collect(st_intersection(st_boundary(o.shape), b.box)), -b.west, -b.north), 0, 0)
                         FROM outline o WHERE o.kind = 'district' AND st_intersects(st_boundary(o.shape), b.box)), '') AS districts
        FROM (SELECT h.area, e.box, st_xmin(e.box) AS west, st_ymax(e.box) AS north, st_xmax(e.box) - st_xmin(e.box) AS width, st_ymax(e.box) - st_ymin(e.box) AS height
                FROM hot_spot h CROSS JOIN LATERAL (SELECT st_expand(st_envelope(h.area), \(wide + 60)) AS box) e WHERE h.id = \(id)) b
      """)).first
  }

  /// Hot spots on the map of the county, each a link; nothing where neither they nor outlines are known.
  func drawing(of hotSpots: [HotSpot], for officer: Officer) async throws -> TrustedHTML {
    guard let county = try await county(hotSpots.map(\.id), for: officer) else { return .none }
    return MapDrawing.county(county.frame, county.markers, Dictionary(uniqueKeysWithValues: hotSpots.map { ($0.id, $0) }))
  }

  /// The county with its district outlines, simplified, and where these hot spots are.
  private func county(_ ids: [UUID], for officer: Officer) async throws -> (frame: MapFrame, markers: [MapMarker])? {
    let box: SQL = """
      (SELECT st_expand(st_extent(x.g)::geometry, 2000) AS box FROM (SELECT st_envelope(o.shape) AS g FROM outline o WHERE o.kind = 'district'
        UNION ALL SELECT st_envelope(h.area) FROM hot_spot h WHERE h.id = ANY (\(ids))) x)
      """
    let frames = try await database.read(as: officer, Query<MapFrame>(
      """
      SELECT st_xmin(b.box) AS west, st_ymax(b.box) AS north, st_xmax(b.box) - st_xmin(b.box) AS width, st_ymax(b.box) - st_ymin(b.box) AS height,
             '' AS area, '' AS ring, '' AS displacement,
             coalesce((SELECT st_assvg(st_translate(st_collect(st_boundary(st_simplifypreservetopology(o.shape, 120))), -st_xmin(b.box), -st_ymax(b.box)), 0, 0)
                         FROM outline o WHERE o.kind = 'district'), '') AS districts
        FROM \(box) b WHERE b.box IS NOT NULL
      """))
    guard let frame = frames.first else { return nil }
    let markers = try await database.read(as: officer, Query<MapMarker>(
      """
      SELECT h.id, st_x(st_centroid(h.area)) - \(frame.west) AS x, \(frame.north) - st_y(st_centroid(h.area)) AS y FROM hot_spot h
       WHERE h.id = ANY (\(ids)) ORDER BY h.reference COLLATE "C"
      """))
    return (frame, markers)
  }
}

/// Draws a map without any tile, script or style attribute; what it shows stands in the table beside it too.
enum MapDrawing {
  /// A mark whose shape and colour both tell guidance: disc acknowledged, triangle given, square none.
  static func mark(_ guidance: HotSpotPlace.Guidance, x: Double, y: Double, size: Double, title: String?, to out: inout HTMLBuffer) {
    let s = size / 2
    func d(_ points: [(Double, Double)]) -> String {
      "M" + points.map { "\(Int($0.0.rounded())) \(Int($0.1.rounded()))" }.joined(separator: "L") + "Z"
    }
    out.append("<path")
    switch guidance {
    case .acknowledged:
      let r = Int(s.rounded())
      out.append(attribute: "d", "M\(Int(x) - r) \(Int(y))a\(r) \(r) 0 1 0 \(2 * r) 0a\(r) \(r) 0 1 0 -\(2 * r) 0Z")
    case .given: out.append(attribute: "d", d([(x, y - s * 1.1), (x + s * 1.1, y + s * 0.9), (x - s * 1.1, y + s * 0.9)]))
    case .none: out.append(attribute: "d", d([(x - s, y - s), (x + s, y - s), (x + s, y + s), (x - s, y + s)]))
    }
    out.append(attribute: "class", "app-map__place app-map__place--\(guidance.rawValue)")
    out.append(">")
    if let title {
      out.append("<title>")
      out.append(escaping: title)
      out.append("</title>")
    }
    out.append("</path>")
  }

  private static func open(_ frame: MapFrame, label: String, isGroup: Bool, to out: inout HTMLBuffer) {
    out.append("<svg class=\"app-map__drawing\"")
    out.append(attribute: "role", isGroup ? "group" : "img")
    out.append(attribute: "aria-label", label)
    out.append(attribute: "viewBox", "0 0 \(Int(frame.width.rounded(.up))) \(Int(frame.height.rounded(.up)))")
    out.append(" focusable=\"false\">")
  }

  private static func path(_ data: String, _ name: String, to out: inout HTMLBuffer) {
    guard !data.isEmpty else { return }
    out.append("<path")
    out.append(attribute: "d", data)
    out.append(attribute: "class", "app-map__\(name)")
    out.append("></path>")
  }

  /// One hot spot with its places.
  static func hotSpot(_ hotSpot: HotSpot, _ frame: MapFrame, _ places: [HotSpotPlace]) -> TrustedHTML {
    HTMLBuffer.build { out in
      open(frame, label: "Map of \(hotSpot.name): its area, \(places.count) places in and around it. The table below says the same", isGroup: false, to: &out)
      path(frame.displacement, "displacement", to: &out)
      path(frame.ring, "ring", to: &out)
      path(frame.area, "area app-map__area--\(hotSpot.state.rawValue)", to: &out)
      path(frame.districts, "district", to: &out)
      for place in places {
        mark(place.guidance, x: Double(place.easting) - frame.west, y: frame.north - Double(place.northing), size: frame.width / 55, title: place.title, to: &out)
      }
      scale(frame, to: &out)
      out.append("</svg>")
    }
  }

  /// The drawing with what says how to read it; nothing where nothing is drawn.
  static func figure(_ map: TrustedHTML) -> TrustedHTML {
    map.isEmpty ? .none : HTMLBuffer.build { out in
      out.append("<figure class=\"app-map app-map--county\">")
      out.append(map)
      out.append("<figcaption class=\"govuk-body-s\">Numbers are those of the references in the table.</figcaption></figure>")
    }
  }

  /// The county with a numbered disc for each hot spot, which leads to it.
  static func county(_ frame: MapFrame, _ markers: [MapMarker], _ hotSpots: [UUID: HotSpot]) -> TrustedHTML {
    let r = Int(frame.width / 28)
    return HTMLBuffer.build { out in
      open(frame, label: "Map of hot spots. The table below says the same", isGroup: true, to: &out)
      path(frame.districts, "district", to: &out)
      let placed = apart(markers, by: Double(2 * r + r / 4))
      for (marker, at) in zip(markers, placed) where at.x != marker.x || at.y != marker.y {
        path("M\(Int(marker.x)) \(Int(marker.y))L\(Int(at.x)) \(Int(at.y))", "leader", to: &out)
      }
      for (marker, at) in zip(markers, placed) {
        guard let hotSpot = hotSpots[marker.id] else { continue }
        let x = Int(at.x), y = Int(at.y)
        out.append("<a")
        out.append(attribute: "href", hotSpot.path)
        out.append(attribute: "aria-label", "\(hotSpot.reference), \(hotSpot.name), \(hotSpot.state.name.lowercased())")
        out.append("><path")
        out.append(attribute: "d", "M\(x - r) \(y)a\(r) \(r) 0 1 0 \(2 * r) 0a\(r) \(r) 0 1 0 -\(2 * r) 0Z")
        out.append(attribute: "class", "app-map__marker app-map__area--\(hotSpot.state.rawValue)")
        out.append("></path><text")
        out.append(attribute: "x", String(x))
        out.append(attribute: "y", String(y + r * 2 / 5))
        out.append(attribute: "font-size", String(r * 5 / 4))
        out.append(" text-anchor=\"middle\" class=\"app-map__number\">")
        out.append(escaping: String(Int(hotSpot.reference.drop { !$0.isNumber }) ?? 0))
        out.append("</text></a>")
      }
      scale(frame, to: &out)
      out.append("</svg>")
    }
  }

  /// Where the discs are drawn: in their places, or beside them where another disc is there already.
  private static func apart(_ markers: [MapMarker], by least: Double) -> [(x: Double, y: Double)] {
    var ways: [(x: Double, y: Double)] = [(0, 0)]
    for ring in 1...4 {
      for eighth in 0..<8 {
        let angle = Double(eighth) * .pi / 4
        let reach = least * Double(ring)
        ways.append((cos(angle) * reach, sin(angle) * reach))
      }
    }
    var taken: [(x: Double, y: Double)] = []
    for marker in markers {
      let places: [(x: Double, y: Double)] = ways.map { (marker.x + $0.x, marker.y + $0.y) }
      let free = places.first { place in
        for other in taken where hypot(other.x - place.x, other.y - place.y) < least * 0.95 { return false }
        return true
      }
      taken.append(free ?? places[0])
    }
    return taken
  }

  /// A bar of round metres.
  private static func scale(_ frame: MapFrame, to out: inout HTMLBuffer) {
    let length = [100, 200, 500, 1_000, 2_000, 5_000, 10_000].last { Double($0) <= frame.width / 3 } ?? 50
    let x = Int(frame.width * 0.03), y = Int(frame.height - frame.width * 0.03)
    path("M\(x) \(y)h\(length)", "scale", to: &out)
    out.append("<text")
    out.append(attribute: "x", String(x))
    out.append(attribute: "y", String(y - Int(frame.width * 0.012)))
    out.append(attribute: "font-size", String(Int(frame.width / 38)))
    out.append(" class=\"app-map__label\">")
    out.append(escaping: length >= 1000 ? "\(length / 1000) km" : "\(length) m")
    out.append("</text>")
  }

  /// What the marks and lines of the county's map mean: a shape, a letter or a pattern, and words.
  static var countyLegend: TrustedHTML {
    HTMLBuffer.build { out in
      out.append("<ul class=\"app-map__legend\">")
      for guidance in HotSpotPlace.Guidance.allCases {
        out.append("<li><svg viewBox=\"0 0 20 20\" class=\"app-map__key\" aria-hidden=\"true\" focusable=\"false\">")
        mark(guidance, x: 10, y: 10, size: 16, title: nil, to: &out)
        out.append("</svg>")
        out.append(escaping: guidance.words)
        out.append("</li>")
      }
      for register in MapFilter.registers {
        out.append("<li><span class=\"app-map__letter\" aria-hidden=\"true\">")
        out.append(escaping: register.letter)
        out.append("</span>")
        out.append(escaping: register.placeWords)
        out.append("</li>")
      }
      for state in HotSpotState.allCases {
        out.append("<li><svg viewBox=\"0 0 20 20\" class=\"app-map__key\" aria-hidden=\"true\" focusable=\"false\"><path d=\"M2 4h16v12h-16Z\"")
        out.append(attribute: "class", "app-leaflet__area app-leaflet__area--\(state.rawValue)")
        out.append("></path></svg>")
        out.append(escaping: state.name)
        out.append("</li>")
      }
      out.append("<li><span class=\"app-map__line app-map__line--ring\"></span>Counted with a hot spot</li></ul>")
    }
  }

  static var legend: TrustedHTML {
    HTMLBuffer.build { out in
      out.append("<ul class=\"app-map__legend\">")
      for guidance in HotSpotPlace.Guidance.allCases {
        out.append("<li><svg viewBox=\"0 0 20 20\" class=\"app-map__key\" aria-hidden=\"true\" focusable=\"false\">")
        mark(guidance, x: 10, y: 10, size: 14, title: nil, to: &out)
        out.append("</svg>")
        out.append(escaping: guidance.words)
        out.append("</li>")
      }
      out.append("<li><span class=\"app-map__line app-map__line--area\"></span>The hot spot</li><li><span class=\"app-map__line app-map__line--ring\"></span>Counted with it</li>")
      out.append("<li><span class=\"app-map__line app-map__line--displacement\"></span>Watched for displacement</li></ul>")
    }
  }
}

extension Register {
  /// Its letter on the map.
  var letter: String { String(title.prefix(1)) }
}

extension HotSpotPlace.Guidance {
  var words: String {
    switch self {
    case .acknowledged: "Guidance acknowledged"
    case .given: "Guidance given, not acknowledged"
    case .none: "No guidance in force"
    }
  }
  var tag: StatusTag {
    switch self {
    case .acknowledged: StatusTag("Acknowledged", .green)
    case .given: StatusTag("Given", .yellow)
    case .none: StatusTag("None", .red)
    }
  }
}

extension HotSpotState {
  var tag: StatusTag {
    switch self {
    case .suggested: StatusTag(name, .lightBlue)
    case .proposed: StatusTag(name, .yellow)
    case .designated: StatusTag(name, .red)
    case .underResponse: StatusTag(name, .orange)
    case .monitoring: StatusTag(name, .purple)
    case .deDesignated, .rejected: StatusTag(name, .grey)
    }
  }
}
