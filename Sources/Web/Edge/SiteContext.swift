package import Hummingbird
import Logging
import NIOCore

/// What the edge knows of a request before anybody is identified.
package struct SiteContext: RequestContext {
  package var coreContext: CoreRequestContextStorage
  /// Ten unambiguous letters and digits: in the log, in a header and on every problem page, so that a person can quote it.
  package let reference: String
  /// For the scripts of this one response.
  package let nonce: String
  /// The address of the client: the peer's, or what a trusted proxy says (`ForwardedAddress`).
  package internal(set) var address: String
  /// Who is limited together with the client.
  package var network: String { NetworkAddress(address)?.network ?? address }

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    reference = Chance.reference()
    nonce = Chance.bytes(16).base64
    address = source.channel.remoteAddress?.ipAddress ?? "local"
  }
}

/// Randomness for tokens and references, from the system's generator.
package enum Chance {
  package static func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  static func reference() -> String {
    let alphabet = Array("23456789ABCDEFGHJKMNPQRSTVWXYZ")
    return String(bytes(10).map { alphabet[Int($0) % alphabet.count] })
  }
}
