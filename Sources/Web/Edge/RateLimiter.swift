import Synchronization

/// Token buckets in memory, one for each key, for a bounded number of keys: the first, cheap wall, of one process.
/// What must hold for longer than the process lives (guesses of passwords) is counted in the database.
package final class RateLimiter: Sendable {
  private struct Bucket {
    var tokens: Double
    var at: Duration
  }

  private let most: Double
  private let perSecond: Double
  private let mostKeys: Int
  private let now: @Sendable () -> Duration
  private let buckets = Mutex<[String: Bucket]>([:])

  /// - Parameters:
  ///   - perMinute: how many at once, and how many come back in a minute.
  ///   - mostKeys: how many keys are remembered.
  ///   - now: time since any fixed moment; never goes back.
  package init(perMinute: Int, mostKeys: Int = 50_000, now: @escaping @Sendable () -> Duration = RateLimiter.uptime) {
    most = Double(perMinute)
    perSecond = Double(perMinute) / 60
    self.mostKeys = mostKeys
    self.now = now
  }

  /// Time since the program first asked.
  package static let uptime: @Sendable () -> Duration = {
    let start = ContinuousClock.now
    return { ContinuousClock.now - start }
  }()

  /// How many keys are remembered now.
  package var keys: Int { buckets.withLock { $0.count } }

  /// Whether this key has been here lately.
  package func remembers(_ key: String) -> Bool { buckets.withLock { $0[key] != nil } }

  /// Takes one; nil when it was there, else the whole seconds until the next.
  package func take(_ key: String) -> Int? {
    let now = now()
    return buckets.withLock { buckets in
      let held = buckets[key]
      if held == nil, buckets.count >= mostKeys { makeRoom(in: &buckets, at: now) }
      var tokens = held.map { refilled($0, at: now) } ?? most
      let wait = tokens < 1 ? Int(((1 - tokens) / max(perSecond, 1e-6)).rounded(.up)) : nil
      if wait == nil { tokens -= 1 }
      buckets[key] = Bucket(tokens: tokens, at: now)
      return wait
    }
  }

  /// The seconds until there is one to take; nil when there is one. Takes nothing.
  package func wait(_ key: String) -> Int? {
    let now = now()
    return buckets.withLock { buckets in
      guard let tokens = buckets[key].map({ refilled($0, at: now) }), tokens < 1 else { return nil }
      return Int(((1 - tokens) / max(perSecond, 1e-6)).rounded(.up))
    }
  }

  private func refilled(_ bucket: Bucket, at now: Duration) -> Double {
    min(most, bucket.tokens + max(0, (now - bucket.at) / .seconds(1)) * perSecond)
  }

  /// Full buckets say nothing and go. If too few are full, somebody floods us with keys: half of the table goes, which
  /// forgives some of them, bounds the memory, and costs a walk through the table only once in so many keys.
  private func makeRoom(in buckets: inout [String: Bucket], at now: Duration) {
    buckets = buckets.filter { refilled($0.value, at: now) < most }
    guard buckets.count > mostKeys / 2 else { return }
    for key in buckets.keys.prefix(buckets.count - mostKeys / 2) { buckets[key] = nil }
  }
}
