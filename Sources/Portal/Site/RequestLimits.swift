import Crypto
import HTTPTypes
import Web

/// How often one session, and one address of strangers, is answered (`requestsPerMinute` in `Config/policy.json`).
///
/// Buckets of sessions are apart from those of addresses: whatever strangers do, nobody who is at work is held up or forgotten.
package struct RequestLimits: Sendable {
  /// What a request of somebody who is not signed in counts as.
  package enum Counting: Sendable {
    /// A file that pages load: there are many to a page, and they cost nothing.
    case nothing
    case page
    /// Sign-in, an invitation, a second step.
    case form
  }

  private let reads: RateLimiter
  private let writes: RateLimiter
  private let forms: RateLimiter
  private let pages: RateLimiter

  init(_ rates: Settings.RequestsPerMinute, uptime: @escaping @Sendable () -> Duration) {
    reads = RateLimiter(perMinute: rates.sessionReads, now: uptime)
    writes = RateLimiter(perMinute: rates.sessionWrites, now: uptime)
    forms = RateLimiter(perMinute: rates.addressForms, now: uptime)
    pages = RateLimiter(perMinute: rates.addressPages, now: uptime)
  }

  /// Counts a request of somebody who is not signed in.
  /// - Throws: `Problem` 429.
  func count(_ counting: Counting, of network: String) throws {
    switch counting {
    case .nothing: break
    case .page: try take(network, from: pages)
    case .form: try take(network, from: forms)
    }
  }

  /// Counts a request of a session.
  /// - Throws: `Problem` 429.
  func count(_ method: HTTPRequest.Method, of session: [UInt8]) throws {
    try take(key(session), from: method == .get || method == .head ? reads : writes)
  }

  /// Stops whoever has used up their address before the database is asked whose cookie this is: made-up cookies would be
  /// free otherwise. A session that was here lately is let through, whatever its neighbours did.
  /// - Throws: `Problem` 429.
  func admit(_ cookie: [UInt8]?, from network: String) throws {
    if let cookie, case let key = key(cookie), reads.remembers(key) || writes.remembers(key) { return }
    if let seconds = pages.wait(network) { throw Problem.tooFast(seconds: seconds) }
  }

  private func take(_ key: String, from limiter: RateLimiter) throws {
    if let seconds = limiter.take(key) { throw Problem.tooFast(seconds: seconds) }
  }

  /// No session's token lies about in memory.
  private func key(_ token: [UInt8]) -> String { Array(SHA256.hash(data: token)).base64URL }
}
