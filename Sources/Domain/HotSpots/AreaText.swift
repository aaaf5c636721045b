import Foundation

/// An area as somebody described it, before the database makes a shape of it.
package enum DescribedArea: Sendable, Equatable {
  /// Metres of the British National Grid.
  case circle(easting: Int, northing: Int, radius: Int)
  /// Polygons of rings of points; metres of the grid, or degrees of longitude and latitude.
  case polygons([[[Point]]], degrees: Bool)

  package struct Point: Sendable, Equatable {
    package var x: Double
    package var y: Double
    package init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// Well-known text of the polygons; nil for a circle.
  package var wellKnownText: String? {
    guard case .polygons(let polygons, _) = self else { return nil }
    let all = polygons.map { "(" + $0.map { "(" + $0.map { "\($0.x) \($0.y)" }.joined(separator: ", ") + ")" }.joined(separator: ", ") + ")" }
    return "MULTIPOLYGON(" + all.joined(separator: ", ") + ")"
  }
}

/// Reads areas that were typed or pasted. Errors are sentences for the person who typed.
package enum AreaText {
  package struct Unreadable: Error, Equatable {
    package var sentence: String
    package init(sentence: String) { self.sentence = sentence }
  }
  /// Corners that one area may have.
  package static let mostPoints = 2000

  /// One corner a line, easting then northing in metres, with a comma or space between.
  package static func coordinates(_ text: String) throws(Unreadable) -> DescribedArea {
    var points: [DescribedArea.Point] = []
    for (index, line) in text.split(whereSeparator: \.isNewline).map({ $0.trimmingCharacters(in: .whitespaces) }).filter({ !$0.isEmpty }).enumerated() {
      let parts = line.split { $0 == "," || $0 == " " || $0 == "\t" || $0 == ";" }.map { Double($0) }
      guard parts.count == 2, let x = parts[0], let y = parts[1] else {
        throw Unreadable(sentence: "Corner \(index + 1), “\(line.prefix(40))”, is not two numbers. Enter an easting and a northing, such as 385000 254900")
      }
      guard onGrid(x, y) else {
        throw Unreadable(sentence: "Corner \(index + 1), “\(line.prefix(40))”, is not on the British National Grid. Enter metres, such as 385000 254900")
      }
      points.append(.init(x, y))
    }
    return .polygons([[try ring(points)]], degrees: false)
  }

  /// A GeoJSON polygon, multi-polygon, feature, or collection with one feature. Degrees as the standard says (RFC 7946), or metres
  /// of the grid, which are told from their size.
  package static func geoJSON(_ text: String) throws(Unreadable) -> DescribedArea {
    guard let top = (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] else {
      throw Unreadable(sentence: "This is not GeoJSON. Paste all of it, from the first { to the last }")
    }
    var shape = top
    if shape["type"] as? String == "FeatureCollection" {
      guard let features = shape["features"] as? [[String: Any]], features.count == 1 else {
        throw Unreadable(sentence: "This GeoJSON has several features, or none. Paste the one that is the area")
      }
      shape = features[0]
    }
    if shape["type"] as? String == "Feature" { shape = shape["geometry"] as? [String: Any] ?? [:] }
    let raw: [[[[Any]]]]
    switch shape["type"] as? String {
    case "Polygon": raw = (shape["coordinates"] as? [[[Any]]]).map { [$0] } ?? []
    case "MultiPolygon": raw = shape["coordinates"] as? [[[[Any]]]] ?? []
    default: throw Unreadable(sentence: "The area must be a Polygon or a MultiPolygon, not a point or a line")
    }
    guard !raw.isEmpty, raw.allSatisfy({ !$0.isEmpty }) else { throw Unreadable(sentence: "This GeoJSON has no corners") }
    var polygons: [[[DescribedArea.Point]]] = []
    for polygon in raw {
      var rings: [[DescribedArea.Point]] = []
      for corners in polygon {
        var points: [DescribedArea.Point] = []
        for corner in corners {
          guard corner.count >= 2, let x = (corner[0] as? NSNumber)?.doubleValue, let y = (corner[1] as? NSNumber)?.doubleValue else {
            throw Unreadable(sentence: "This GeoJSON has a corner that is not two numbers")
          }
          points.append(.init(x, y))
        }
        rings.append(try ring(points))
      }
      polygons.append(rings)
    }
    let all = polygons.flatMap { $0.flatMap { $0 } }
    guard all.count <= mostPoints else { throw Unreadable(sentence: "This area has more than \(mostPoints) corners. Simplify it") }
    if all.allSatisfy({ (-9...3).contains($0.x) && (49...61).contains($0.y) }) { return .polygons(polygons, degrees: true) }
    guard all.allSatisfy({ onGrid($0.x, $0.y) && abs($0.x) > 1000 }) else {
      throw Unreadable(sentence: "These corners are not in Great Britain. GeoJSON has longitude first, then latitude")
    }
    return .polygons(polygons, degrees: false)
  }

  private static func onGrid(_ x: Double, _ y: Double) -> Bool { (0...700_000).contains(x) && (0...1_300_000).contains(y) && x > 1000 && y > 1000 }

  /// Closes a ring. Three different corners at least.
  private static func ring(_ points: [DescribedArea.Point]) throws(Unreadable) -> [DescribedArea.Point] {
    var all = points
    if all.count > 1, all.first == all.last { all.removeLast() }
    guard all.count >= 3 else { throw Unreadable(sentence: "An area has at least three corners") }
    guard all.count < mostPoints else { throw Unreadable(sentence: "This area has more than \(mostPoints) corners. Simplify it") }
    return all + [all[0]]
  }
}
