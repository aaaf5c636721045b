import HTTPTypes
package import Hummingbird

/// The most that any request may carry, in bytes.
package struct BodyLimits: Sendable, Equatable {
  /// A form without files.
  package var form: Int
  /// A form with files: what the largest upload takes, and room for its fields. Routes take less where they say so.
  package var upload: Int

  package init(form: Int = 1 << 20, upload: Int = 256 << 20) { (self.form, self.upload) = (form, upload) }

  /// The limit for a request with this head.
  func limit(of head: HTTPRequest) -> Int { Self.isUpload(head) ? upload : form }

  /// Whether the request says that it carries files.
  static func isUpload(_ head: HTTPRequest) -> Bool {
    head.method == .post && head.headerFields[.contentType]?.lowercased().hasPrefix("multipart/form-data") == true
  }
}

/// Refuses what announces more than any page takes, before anything of it is read. What announces nothing is counted as it
/// arrives, by `ConnectionGuard`; routes that take less count again while they read.
package struct BodyLimit: RouterMiddleware {
  package typealias Context = SiteContext
  private let limits: BodyLimits
  package init(_ limits: BodyLimits) { self.limits = limits }

  package func handle(
    _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
  ) async throws -> Response {
    if let text = request.headers[.contentLength] {
      guard let length = Int(text), length >= 0 else { throw Problem.badRequest("The length of what was sent is no number.") }
      guard length <= limits.limit(of: request.head) else { throw Problem.tooLarge }
    }
    return try await next(request, context)
  }
}
