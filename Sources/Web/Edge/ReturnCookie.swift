import HTTPTypes
package import Hummingbird

/// The page that somebody asked for before they were signed in, to which signing in leads. Kept for a quarter of an hour, in the browser
/// alone: in an address it would stand in histories and logs.
package struct ReturnCookie: Sendable {
  private static let longest = 1_000
  private let name: String
  private let attributes: String

  package init(isSecure: Bool) {
    name = isSecure ? "__Host-lantern-return" : "lantern-return"
    attributes = "Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
  }

  /// Remembers the page of this request, if it is one that a person asked for and not something that a page fetches for itself.
  package func keep(_ request: Request, on response: inout Response) {
    guard request.method == .get, request.headers[.accept]?.contains("text/html") == true, Self.isOwn(request.uri.string) else { return }
    response.headers.append(HTTPField(name: .setCookie, value: "\(name)=\([UInt8](request.uri.string.utf8).base64URL); \(attributes); Max-Age=900"))
  }

  /// Path and query of a page of ours; nil where none is kept.
  package func read(_ request: Request) -> String? {
    request.cookies(named: name).lazy.compactMap { [UInt8](base64URL: $0) }.compactMap { String(validating: $0, as: UTF8.self) }.first(where: Self.isOwn)
  }

  package func clear(on response: inout Response) {
    response.headers.append(HTTPField(name: .setCookie, value: "\(name)=; \(attributes); Max-Age=0"))
  }

  /// Two slashes, or a slash and a backslash, begin the address of another host.
  private static func isOwn(_ address: String) -> Bool {
    address.hasPrefix("/") && !address.hasPrefix("//") && address.utf8.count <= longest && address.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\\") }
  }
}
