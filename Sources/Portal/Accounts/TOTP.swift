package import Foundation
import Crypto

/// Time-based one-time codes: SHA-1, six digits, thirty seconds (RFC 6238), one step either way accepted.
package enum TOTP {
  package static func step(at moment: Date) -> Int64 { Int64(moment.timeIntervalSince1970) / 30 }

  package static func code(secret: [UInt8], step: Int64) -> String {
    let counter = withUnsafeBytes(of: step.bigEndian) { Array($0) }
    let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
    let offset = Int(mac[19] & 15)
    let number = (UInt32(mac[offset] & 127) << 24) | (UInt32(mac[offset + 1]) << 16) | (UInt32(mac[offset + 2]) << 8) | UInt32(mac[offset + 3])
    let digits = String(number % 1_000_000)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// The step whose code this is, or nil. The caller must still use the step up (`sec.use_totp_step`): one code, one sign-in.
  package static func matchingStep(_ typed: String, secret: [UInt8], at moment: Date) -> Int64? {
    let digits = typed.filter { $0.isASCII && $0.isNumber }
    guard digits.count == 6 else { return nil }
    let now = step(at: moment)
    return [now, now - 1, now + 1].first { code(secret: secret, step: $0) == digits }
  }

  package static func newSecret() -> [UInt8] { randomBytes(20) }

  /// RFC 4648 base 32 without padding, as authenticator apps take it.
  package static func base32(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var text = ""
    var buffer = 0
    var bits = 0
    for byte in bytes {
      buffer = (buffer << 8 | Int(byte)) & 0xFFFFF
      bits += 8
      while bits >= 5 {
        bits -= 5
        text.append(alphabet[(buffer >> bits) & 31])
      }
    }
    if bits > 0 { text.append(alphabet[(buffer << (5 - bits)) & 31]) }
    return text
  }

  /// The address that an authenticator app on the same device opens.
  package static func address(secret: [UInt8], email: String) -> String {
    let label = email.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? email
    return "otpauth://totp/Lantern:\(label)?secret=\(base32(secret))&issuer=Lantern"
  }
}
