import HTTPTypes
package import Hummingbird

/// Who is signed in: an opaque token. Over https it is `__Host-`, Secure; plain http is for a machine's own loopback only.
package struct SessionCookie: Sendable {
  package let name: String
  private let isSecure: Bool

  package init(isSecure: Bool, suffix: String = "") {
    name = (isSecure ? "__Host-lantern" : "lantern") + suffix
    self.isSecure = isSecure
  }

  /// The token's bytes; nil where there is none or it is no token.
  package func read(_ request: Request) -> [UInt8]? {
    request.cookies(named: name).lazy.compactMap { [UInt8](base64URL: $0) }.first { $0.count == 32 }
  }

  package func set(_ token: [UInt8], on response: inout Response) {
    response.headers.append(HTTPField(name: .setCookie, value: "\(name)=\(token.base64URL); Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")))
  }

  package func clear(on response: inout Response) {
    response.headers.append(
      HTTPField(name: .setCookie, value: "\(name)=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0" + (isSecure ? "; Secure" : "")))
  }

  /// Sign-out also empties what the browser keeps.
  package func signOut(on response: inout Response) {
    clear(on: &response)
    response.headers[.clearSiteData] = "\"cache\", \"storage\""
  }
}
