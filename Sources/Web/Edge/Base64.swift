import Foundation

extension Sequence<UInt8> {
  package var base64: String { Data(self).base64EncodedString() }
  /// With the alphabet of addresses and without padding.
  package var base64URL: String { String(base64.compactMap { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 == "=" ? nil : $0 }) }
}

extension Array<UInt8> {
  /// Nil for anything but base64url.
  package init?(base64URL text: some StringProtocol) {
    guard text.utf8.allSatisfy({ ($0 | 32 >= 97 && $0 | 32 <= 122) || (48...57).contains($0) || $0 == 45 || $0 == 95 }) else { return nil }
    let plain = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
    guard let data = Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4)) else { return nil }
    self = Array(data)
  }
}
