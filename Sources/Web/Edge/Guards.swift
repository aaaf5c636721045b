import HTTPTypes
package import Hummingbird
package import Logging
import NIOCore

extension HTTPField.Name {
  static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
  static let contentSecurity = HTTPField.Name("Content-Security-Policy")!
  static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
  static let openerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
  static let resourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
  static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
  static let requestReference = HTTPField.Name("X-Request-Reference")!
  static let host = HTTPField.Name("Host")!
  static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
  static let clearSiteData = HTTPField.Name("Clear-Site-Data")!
}

/// Logs a line for every request: method, path without its query, status, milliseconds, reference. Never bodies or queries.
package struct RequestLog: RouterMiddleware {
  package typealias Context = SiteContext
  private let logger: Logger
  package init(_ logger: Logger) { self.logger = logger }

  package func handle(
    _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    let response = try await next(request, context)
    let took = ContinuousClock.now - start
    logger.info(
      "request",
      metadata: [
        "method": "\(LogText.safe(request.method.rawValue))", "path": "\(LogText.safe(request.uri.path))", "status": "\(response.status.code)",
        "ms": "\(took.components.seconds * 1000 + took.components.attoseconds / 1_000_000_000_000_000)", "reference": "\(context.reference)",
      ])
    return response
  }
}

/// Puts the security headers on every response, errors and files included.
///
/// Referrer-Policy is same-origin, not no-referrer: with the latter browsers send `Origin: null` with forms, and the
/// same-origin rule below would have nothing to compare.
package struct SecurityHeaders: RouterMiddleware {
  package typealias Context = SiteContext
  private let isSecure: Bool
  private let pictures: String
  /// - Parameter pictures: where else pictures may come from, such as the tiles of maps: "https://tiles.example.org".
  package init(isSecure: Bool, picturesFrom pictures: [String] = []) {
    self.isSecure = isSecure
    self.pictures = pictures.map { " " + $0 }.joined()
  }

  /// The headers that are the same on every response.
  static let always: [(HTTPField.Name, String)] = [
    (.xContentTypeOptions, "nosniff"), (.referrerPolicy, "same-origin"), (.openerPolicy, "same-origin"), (.resourcePolicy, "same-origin"),
    (.permissionsPolicy, "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
  ]

  package func handle(
    _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    response.headers[.contentSecurity] =
      "default-src 'none'; script-src 'nonce-\(context.nonce)' 'strict-dynamic'; style-src 'self'; img-src 'self' data:\(pictures); font-src 'self'; "
      + "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    for (name, value) in Self.always { response.headers[name] = value }
    response.headers[.requestReference] = context.reference
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    if isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000; includeSubDomains" }
    return response
  }
}

/// Answers only to the names it is served under, so that a forged Host cannot get into links and caches.
package struct HostAllowList: RouterMiddleware {
  package typealias Context = SiteContext
  private let hosts: Set<String>
  /// - Parameter hosts: names with their port where it is not the standard one: "localhost:8080".
  package init(_ hosts: [String]) { self.hosts = Set(hosts.map { $0.lowercased() }) }

  package func handle(
    _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
  ) async throws -> Response {
    // The first Host became the authority; a second one stayed among the fields. A target that is no path: see `OriginForm`.
    guard let authority = request.head.authority?.lowercased(), hosts.contains(authority), request.headers[values: .host].isEmpty,
      request.head.path?.utf8.first == UInt8(ascii: "/")
    else { throw Problem.badRequest("This address is not one that Lantern answers to.") }
    return try await next(request, context)
  }
}

/// Lets a change through only from a page of our own: Sec-Fetch-Site where the browser sends it, else Origin; neither: no.
/// Delete the guard to see `SameOriginTests` red.
package struct SameOrigin: RouterMiddleware {
  package typealias Context = SiteContext
  private let origins: Set<String>
  private let exception: String?
  /// - Parameters:
  ///   - origins: "http://localhost:8080"
  ///   - exception: the one path to which a program posts JSON, which no form can. Its handler looks at a token of its own, and at no cookie.
  package init(_ origins: [String], except exception: String? = nil) {
    self.origins = Set(origins.map { $0.lowercased() })
    self.exception = exception
  }

  package func handle(
    _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
  ) async throws -> Response {
    if request.method == .get || request.method == .head || isException(request) { return try await next(request, context) }
    guard isOurs(request) else { throw Problem.formExpired }
    let type = request.headers[.contentType]?.lowercased() ?? ""
    guard type.hasPrefix("application/x-www-form-urlencoded") || type.hasPrefix("multipart/form-data;") else {
      throw Problem(.unsupportedMediaType, "That could not be read", "Lantern reads only forms here.")
    }
    return try await next(request, context)
  }

  /// To the letter: no other spelling of the path, no query, nothing that comes from a page.
  private func isException(_ request: Request) -> Bool {
    guard let exception, request.method == .post, request.head.path == exception else { return false }
    return request.headers[.origin] == nil && request.headers[.secFetchSite] == nil && request.headers[.contentType]?.lowercased().hasPrefix("application/json") == true
  }

  private func isOurs(_ request: Request) -> Bool {
    if let site = request.headers[.secFetchSite] { return site == "same-origin" }
    return request.headers[.origin].map { origins.contains($0.lowercased()) } ?? false
  }
}

/// Turns every error into a page. A refusal has its words; a fault is logged with all it knows and answered with an apology.
package struct ProblemPages: RouterMiddleware {
  package typealias Context = SiteContext
  package typealias Draw = @Sendable (Problem, Request, SiteContext) async throws -> Response
  private let logger: Logger
  private let translate: @Sendable (any Error) -> Problem?
  private let draw: Draw

  /// - Parameters:
  ///   - translate: errors of lower layers that are refusals rather than faults, such as a database that is too busy.
  ///   - draw: the site's own page. Where even that fails, plain markup answers.
  package init(logger: Logger, translate: @escaping @Sendable (any Error) -> Problem?, draw: @escaping Draw) {
    self.logger = logger
    self.translate = translate
    self.draw = draw
  }

  package func handle(
    _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
  ) async throws -> Response {
    let problem: Problem
    do {
      return try await next(request, context)
    } catch let thrown as Problem {
      problem = thrown
    } catch {
      problem = translate(error) ?? httpProblem(error) ?? fault(error, request, context)
    }
    var response: Response
    do {
      response = try await draw(problem, request, context)
    } catch {
      logger.error(
        "a problem page could not be drawn",
        metadata: ["error": "\(LogText.safe(String(reflecting: error), limit: 4_000))", "reference": "\(context.reference)"])
      response = Self.plain(problem, context)
    }
    response.status = problem.status
    for field in problem.headers { response.headers[field.name] = field.value }
    return response
  }

  private func httpProblem(_ error: any Error) -> Problem? {
    guard let error = error as? any HTTPResponseError else { return nil }
    switch error.status {
    case .notFound: return .notFound
    case .contentTooLarge: return .tooLarge
    case let status where status.kind == .clientError: return Problem(status, "That could not be read", "Go back and try again. Nothing was saved.")
    default: return nil
    }
  }

  private func fault(_ error: any Error, _ request: Request, _ context: SiteContext) -> Problem {
    logger.error(
      "fault",
      metadata: [
        "error": "\(LogText.safe(String(reflecting: error), limit: 4_000))", "method": "\(LogText.safe(request.method.rawValue))",
        "path": "\(LogText.safe(request.uri.path))", "reference": "\(context.reference)",
      ])
    return .fault
  }

  private static func plain(_ problem: Problem, _ context: SiteContext) -> Response {
    let page = HTMLBuffer.build { out in
      out.append("<!doctype html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>")
      out.append(escaping: problem.title)
      out.append("</title></head><body><main><h1>")
      out.append(escaping: problem.title)
      out.append("</h1><p>")
      out.append(escaping: problem.words)
      out.append("</p><p>Reference: ")
      out.append(escaping: context.reference)
      out.append("</p></main></body></html>")
    }
    return .html(page.bytes, status: problem.status)
  }
}
