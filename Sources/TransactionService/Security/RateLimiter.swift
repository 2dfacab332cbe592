import Synchronization

/// How many requests each caller may send: so many a second, and so many at once (a token bucket).
///
/// The table is bounded: once it is full, the callers seen longest ago are forgotten, who have a full bucket again.
final class RateLimiter: Sendable {
  private struct Bucket {
    var level: Double
    var since: Int64
  }

  private static let largest = 10_000

  private let perSecond: Double
  private let atOnce: Double
  private let buckets = Mutex<[String: Bucket]>([:])

  /// As many at once as two seconds bring; `perSecond` 0: no limit.
  convenience init(perSecond: Int) { self.init(perSecond: Double(perSecond), atOnce: Double(perSecond * 2)) }

  /// `perSecond` 0: no limit.
  init(perSecond: Double, atOnce: Double) {
    self.perSecond = perSecond
    self.atOnce = atOnce
  }

  /// Whether `caller` may send one more at `now`, nanoseconds of a clock that only goes forward.
  func admits(_ caller: String, now: Int64) -> Bool {
    guard perSecond > 0 else { return true }
    return buckets.withLock { buckets in
      if buckets.count >= Self.largest, buckets[caller] == nil { Self.shed(&buckets) }
      var bucket = Bucket(level: level(buckets[caller], now), since: now)
      let admits = bucket.level >= 1
      if admits { bucket.level -= 1 }
      buckets[caller] = bucket
      return admits
    }
  }

  /// Whether `caller` may send none at `now`; counts nothing.
  func isSpent(_ caller: String, now: Int64) -> Bool {
    guard perSecond > 0 else { return false }
    return buckets.withLock { level($0[caller], now) < 1 }
  }

  private func level(_ bucket: Bucket?, _ now: Int64) -> Double {
    bucket.map { min(atOnce, $0.level + Double(now - $0.since) / 1e9 * perSecond) } ?? atOnce
  }

  /// Callers that are remembered.
  var size: Int { buckets.withLock(\.count) }

  private static func shed(_ buckets: inout [String: Bucket]) {
    let times = buckets.values.map(\.since).sorted()
    let middle = times[times.count / 2]
    buckets = buckets.filter { $0.value.since > middle }
  }
}
