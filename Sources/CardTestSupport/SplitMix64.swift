public import CardCrypto
import Foundation
import Synchronization

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): the same seed gives the
/// same numbers on every machine.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  /// The seed of this process's random tests: `ANSINH_TEST_SEED` when set, else a constant.
  ///
  /// A test that uses it puts it into the comment of its expectations, so that a failure can be repeated.
  public static let seed = ProcessInfo.processInfo.environment["ANSINH_TEST_SEED"].flatMap { UInt64($0) } ?? 20_260_101

  private var state: UInt64

  /// A generator that starts from `seed`.
  public init(seed: UInt64 = Self.seed) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// `count` octets.
  public mutating func octets(_ count: Int) -> [UInt8] {
    var octets: [UInt8] = []
    octets.reserveCapacity(count + 8)
    while octets.count < count {
      let word = next()
      for shift in 0..<8 { octets.append(UInt8(truncatingIfNeeded: word >> (shift * 8))) }
    }
    return Array(octets.prefix(count))
  }
}

/// A reproducible source of random octets for whole protocol runs. Never for keys of anything real.
public final class SeededRandom: RandomSource {
  private let generator: Mutex<SplitMix64>

  /// A source that starts from `seed`.
  public init(seed: UInt64) { generator = Mutex(SplitMix64(seed: seed)) }

  /// The next `count` octets.
  public func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
    generator.withLock { $0.octets(count) }
  }
}
