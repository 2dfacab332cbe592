import Synchronization

/// How many requests each caller may send: so many a second, and as many at once as two seconds bring (a token bucket).
///
/// The table is bounded: once it is full, the callers seen longest ago are forgotten, who have a full bucket again.
final class RateLimiter: Sendable {
  private struct Bucket {
    var level: Double
    var since: Int64
  }

  private static let largest = 10_000

  private let perSecond: Double
  private let buckets = Mutex<[String: Bucket]>([:])

  /// `perSecond` 0: no limit.
  init(perSecond: Int) { self.perSecond = Double(perSecond) }

  /// Whether `caller` may send one more at `now`, nanoseconds of a clock that only goes forward.
  func admits(_ caller: String, now: Int64) -> Bool {
    guard perSecond > 0 else { return true }
    let most = perSecond * 2
    return buckets.withLock { buckets in
      if buckets.count >= Self.largest, buckets[caller] == nil { Self.shed(&buckets) }
      var bucket = buckets[caller] ?? Bucket(level: most, since: now)
      bucket.level = min(most, bucket.level + Double(now - bucket.since) / 1e9 * perSecond)
      bucket.since = now
      let admits = bucket.level >= 1
      if admits { bucket.level -= 1 }
      buckets[caller] = bucket
      return admits
    }
  }

  /// Callers that are remembered.
  var size: Int { buckets.withLock(\.count) }

  private static func shed(_ buckets: inout [String: Bucket]) {
    let times = buckets.values.map(\.since).sorted()
    let middle = times[times.count / 2]
    buckets = buckets.filter { $0.value.since > middle }
  }
}
