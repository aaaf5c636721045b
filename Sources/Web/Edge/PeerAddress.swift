import Foundation
import HTTPTypes
package import Hummingbird

/// An IP address, in one form however it was written: IPv4 inside IPv6 is IPv4.
package struct NetworkAddress: Hashable, Sendable {
  private let bytes: [UInt8]

  /// nil for what is no address: a name, a port behind it.
  package init?(_ text: some StringProtocol) {
    let text = String(text)
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = withUnsafeBytes(of: &four) { Array($0) }
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      let all = withUnsafeBytes(of: &six) { Array($0) }
      let isMapped = all.prefix(10).allSatisfy { $0 == 0 } && all[10] == 0xFF && all[11] == 0xFF
      bytes = isMapped ? Array(all[12...]) : all
    } else {
      return nil
    }
  }

  package var text: String {
    if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
    return stride(from: 0, to: 16, by: 2).map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
  }

  /// Who is limited together: one IPv4 address, or the first 64 bits of an IPv6 one, which is one household.
  package var network: String {
    if bytes.count == 4 { return text }
    return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
  }
}

/// The proxies whose word about a client's address is believed.
package struct TrustedProxies: Sendable {
  /// Only this machine: where the proxy that speaks https is when nothing else is said.
  package static let standard = TrustedProxies(addresses: Set(["127.0.0.1", "::1"].compactMap { NetworkAddress($0) }))
  private let addresses: Set<NetworkAddress>

  private init(addresses: Set<NetworkAddress>) { self.addresses = addresses }

  /// - Parameter list: addresses with commas between them; empty: nobody is believed.
  /// - Throws: `TrustedProxiesError` for what is no address.
  package init(_ list: String) throws {
    addresses = try Set(
      list.split(whereSeparator: { $0 == "," || $0 == " " }).map {
        guard let address = NetworkAddress($0) else { throw TrustedProxiesError(word: String($0)) }
        return address
      })
  }

  func contains(_ address: NetworkAddress) -> Bool { addresses.contains(address) }

  /// The client's address. The header is read from the right: what our proxy appended is true, what stands left of the
  /// first address that is none of ours anybody may have written.
  package func client(peer: String, forwarded: [String]) -> String {
    guard var client = NetworkAddress(peer), contains(client) else { return peer }
    for hop in forwarded.joined(separator: ",").split(separator: ",").reversed() {
      guard contains(client), let next = NetworkAddress(hop.trimmingCharacters(in: .whitespaces)) else { break }
      client = next
    }
    return client.text
  }
}

/// A list of proxies that cannot be used.
package struct TrustedProxiesError: Error, CustomStringConvertible {
  let word: String
  package var description: String {
    "LANTERN_TRUSTED_PROXIES: “\(LogText.safe(word))” is not an IP address. Write addresses with commas between them: 127.0.0.1, 10.0.0.5"
  }
}

/// Gives the request the client's own address where one of our proxies passed it on. Stands before all that reads `address`.
package struct ForwardedAddress: RouterMiddleware {
  package typealias Context = SiteContext
  private let proxies: TrustedProxies
  package init(_ proxies: TrustedProxies) { self.proxies = proxies }

  package func handle(
    _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.address = proxies.client(peer: context.address, forwarded: request.headers[values: .forwardedFor])
    return try await next(request, context)
  }
}
