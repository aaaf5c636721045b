package import Foundation

/// Where maps fetch their background from, where the council has one: `LANTERN_MAP_TILES` and `LANTERN_MAP_ATTRIBUTION`. Without it maps
/// show outlines on a plain ground. Browsers ask the server of the tiles directly: it learns which area is looked at, and nothing else.
package struct MapTiles: Sendable, Equatable {
  /// "https://tiles.example.org/{z}/{x}/{y}.png"
  package let address: String
  package let attribution: String
  /// The one source that the content security policy lets pictures come from: "https://tiles.example.org".
  package let origin: String

  package struct Unusable: Error, CustomStringConvertible {
    package let description: String
  }

  /// - Returns: nil where no address is configured.
  package static func configured(_ variables: [String: String]) throws -> MapTiles? {
    guard let address = variables["LANTERN_MAP_TILES"], !address.isEmpty else { return nil }
    return try MapTiles(address: address, attribution: variables["LANTERN_MAP_ATTRIBUTION"] ?? "")
  }

  package init(address: String, attribution: String) throws {
    let parts = URLComponents(string: address.replacing("{z}", with: "0").replacing("{x}", with: "0").replacing("{y}", with: "0"))
    let isLocal = parts?.scheme == "http" && ["localhost", "127.0.0.1"].contains(parts?.host ?? "")
    // Whatever goes into a header and an attribute is an address and nothing more.
    let isPlain = address.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"\"'<>\\;,".utf8.contains($0) }
    guard isPlain, let parts, let scheme = parts.scheme, let host = parts.host, !host.isEmpty, scheme == "https" || isLocal, parts.user == nil,
      ["{z}", "{x}", "{y}"].allSatisfy({ address.contains($0) })
    else { throw Unusable(description: "LANTERN_MAP_TILES is no address of map tiles: give one such as https://tiles.example.org/{z}/{x}/{y}.png") }
    self.address = address
    self.attribution = attribution
    origin = "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
  }
}
