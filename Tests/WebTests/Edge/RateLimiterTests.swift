import Synchronization
import Testing
import Web

/// A clock that goes when told.
private final class Clock: Sendable {
  private let time = Mutex(Duration.zero)
  var now: Duration { time.withLock { $0 } }
  func go(_ by: Duration) { time.withLock { $0 += by } }
}

@Suite struct RateLimiterTests {
  private let clock = Clock()

  @Test func aBucketEmptiesAndRefills() {
    let limiter = RateLimiter(perMinute: 2) { [clock] in clock.now }
    #expect(limiter.take("a") == nil && limiter.take("a") == nil)
    #expect(limiter.take("a") == 30 && limiter.take("a") == 30)
    #expect(limiter.take("b") == nil)
    clock.go(.milliseconds(29_500))
    #expect(limiter.take("a") == 1)
    clock.go(.milliseconds(500))
    #expect(limiter.take("a") == nil && limiter.take("a") == 30)
    // However long it waits, it holds no more than it holds.
    clock.go(.seconds(3_600))
    #expect(limiter.take("a") == nil && limiter.take("a") == nil && limiter.take("a") == 30)
  }

  @Test func askingTakesNothing() {
    let limiter = RateLimiter(perMinute: 1) { .zero }
    #expect(!limiter.remembers("a") && limiter.wait("a") == nil && !limiter.remembers("a"))
    #expect(limiter.take("a") == nil)
    #expect(limiter.remembers("a") && limiter.wait("a") == 60)
  }

  /// Delete `makeRoom` to see the first line red; let it drop all buckets to see the second.
  @Test func memoryIsBoundedAndTheBusyAreRemembered() {
    let limiter = RateLimiter(perMinute: 60, mostKeys: 100) { [clock] in clock.now }
    for key in 0..<1_000 {
      clock.go(.milliseconds(100))
      for _ in 0..<60 where limiter.wait("busy") == nil { _ = limiter.take("busy") }
      _ = limiter.take(String(key))
      #expect(limiter.keys <= 100)
    }
    #expect(limiter.remembers("busy") && limiter.wait("busy") != nil)
  }

  /// Even if none of them has refilled.
  @Test func aFloodOfNewKeysStaysBounded() {
    let limiter = RateLimiter(perMinute: 1, mostKeys: 100) { .zero }
    for key in 0..<10_000 { _ = limiter.take(String(key)) }
    #expect(limiter.keys <= 100)
  }
}
