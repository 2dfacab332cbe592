import Synchronization

/// How often something took how long: a count per bucket, their number and their sum, as Prometheus has them.
///
/// Any number of threads add to it without waiting for each other; a reader may see a measurement in the buckets that
/// is not in the sum yet.
final class Histogram: Sendable {
  /// Upper bounds, nanoseconds, growing by about 1.5: fine enough to read a 99th percentile off.
  static let bounds: [Int64] = [
    10_000, 20_000, 50_000, 100_000, 150_000, 200_000, 300_000, 500_000, 750_000, 1_000_000, 1_500_000, 2_000_000,
    3_000_000, 5_000_000, 7_500_000, 10_000_000, 15_000_000, 20_000_000, 30_000_000, 50_000_000, 75_000_000,
    100_000_000, 200_000_000, 500_000_000, 1_000_000_000, 5_000_000_000,
  ]

  private let counts: [Meter]
  private let sum = Meter()
  let bounds: [Int64]

  init(bounds: [Int64] = Histogram.bounds) {
    self.bounds = bounds
    counts = (0...bounds.count).map { _ in Meter() }
  }

  func record(_ value: Int64) {
    // Two dozen bounds in order: halving finds the place in five steps.
    var (low, high) = (0, bounds.count)
    while low < high {
      let middle = (low + high) / 2
      if value <= bounds[middle] { high = middle } else { low = middle + 1 }
    }
    counts[low].add(1)
    sum.add(value)
  }

  /// The count of each bucket, the last one's above every bound, and the sum.
  var reading: (counts: [Int64], sum: Int64) { (counts.map(\.value), sum.value) }
}

/// A number that only grows, or a gauge, from any thread.
final class Meter: Sendable {
  private let number = Atomic<Int64>(0)

  func add(_ value: Int64) { number.wrappingAdd(value, ordering: .relaxed) }
  func set(_ value: Int64) { number.store(value, ordering: .relaxed) }
  var value: Int64 { number.load(ordering: .relaxed) }
}
