import Synchronization

/// Token buckets by key, in memory, for a bounded number of keys. The clock is the caller's.
package final class RateLimiter: Sendable {
  private struct Bucket {
    var tokens: Double
    var at: Double
  }

  private let capacity: Double
  private let perSecond: Double
  private let mostKeys: Int
  private let buckets = Mutex<[String: Bucket]>([:])

  /// - Parameters:
  ///   - capacity: how many at once.
  ///   - perSecond: how fast they come back.
  package init(capacity: Int, perSecond: Double, mostKeys: Int = 10_000) {
    self.capacity = Double(capacity)
    self.perSecond = perSecond
    self.mostKeys = mostKeys
  }

  /// How many keys are remembered now.
  package var keys: Int { buckets.withLock { $0.count } }

  /// Takes one; nil when it was there, else the seconds until the next.
  /// - Parameter now: seconds of any clock that only goes forward.
  package func take(_ key: String, now: Double) -> Int? {
    buckets.withLock { buckets in
      var bucket = buckets[key] ?? Bucket(tokens: capacity, at: now)
      bucket.tokens = min(capacity, bucket.tokens + max(0, now - bucket.at) * perSecond)
      bucket.at = now
      defer { buckets[key] = bucket }
      if buckets.count >= mostKeys, buckets[key] == nil {
        // Full buckets say nothing: forget them. If all are in use, forget the oldest.
        buckets = buckets.filter { $0.value.tokens + (now - $0.value.at) * perSecond < capacity }
        if buckets.count >= mostKeys, let oldest = buckets.min(by: { $0.value.at < $1.value.at }) { buckets[oldest.key] = nil }
      }
      guard bucket.tokens >= 1 else { return Int(((1 - bucket.tokens) / perSecond).rounded(.up)) }
      bucket.tokens -= 1
      return nil
    }
  }
}
