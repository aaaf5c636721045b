package import Crypto

/// Form tokens bound to a session: a keyed hash, masked anew each time so that a compressed page does not leak it (BREACH).
package struct CSRF: Sendable {
  package static let fieldName = "form-token"
  private let key: SymmetricKey

  package init(key: SymmetricKey) { self.key = key }

  /// - Parameter binding: the session's token, or of a visitor the one of the cookie that their form came with.
  package func token(for binding: [UInt8]) -> FormToken {
    let mac = sum(binding)
    let mask = Chance.bytes(mac.count)
    return FormToken(name: Self.fieldName, value: (mask + zip(mask, mac).map { $0 ^ $1 }).base64URL)
  }

  package func verify(_ typed: String?, for binding: [UInt8]) -> Bool {
    guard let typed, let bytes = [UInt8](base64URL: typed), bytes.count == 64 else { return false }
    let given = zip(bytes[..<32], bytes[32...]).map { $0 ^ $1 }
    return HMAC<SHA256>.isValidAuthenticationCode(given, authenticating: Array("form".utf8) + binding, using: key)
  }

  private func sum(_ binding: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Array("form".utf8) + binding, using: key))
  }
}
