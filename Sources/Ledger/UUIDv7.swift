/// A time-ordered identifier (RFC 9562 §5.7): 48 bits of Unix milliseconds, version 7, 74 random bits.
public struct UUIDv7: Hashable, Comparable, Sendable {
  /// Octets 0…7, big-endian: time, version and 12 random bits.
  public let high: UInt64
  /// Octets 8…15, big-endian: variant and 62 random bits.
  public let low: UInt64

  /// The 16 octets.
  public var octets: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
      for index in 0..<8 {
        buffer[index] = UInt8(truncatingIfNeeded: high >> (56 - 8 * index))
        buffer[index + 8] = UInt8(truncatingIfNeeded: low >> (56 - 8 * index))
      }
      count = 16
    }
  }

  /// By time, then by the order they were made in.
  public static func < (left: UUIDv7, right: UUIDv7) -> Bool { (left.high, left.low) < (right.high, right.low) }

  /// An identifier of its parts; `random` gives 12 bits of `randomHigh` and 62 of `randomLow`.
  init(milliseconds: UInt64, randomHigh: UInt64, randomLow: UInt64) {
    high = milliseconds << 16 | 0x7000 | randomHigh & 0x0FFF
    low = 0x8000_0000_0000_0000 | randomLow & 0x3FFF_FFFF_FFFF_FFFF
  }
}

/// Makes identifiers that only ever grow, also when the clock stands still or goes back (RFC 9562 §6.2, method 2).
public struct UUIDv7Generator: Sendable {
  private var milliseconds: UInt64 = 0
  private var randomHigh: UInt64 = 0
  private var randomLow: UInt64 = 0
  private let random: @Sendable () -> UInt64

  /// A generator over a source of random words.
  public init(random: @escaping @Sendable () -> UInt64) { self.random = random }

  /// The next identifier at `unixMilliseconds` (48 bits are used).
  public mutating func next(at unixMilliseconds: Int64) -> UUIDv7 {
    let now = UInt64(max(0, unixMilliseconds)) & 0xFFFF_FFFF_FFFF
    if now > milliseconds {
      milliseconds = now
      randomHigh = random() & 0x0FFF
      randomLow = random() & 0x3FFF_FFFF_FFFF_FFFF
    } else {
      randomLow += 1 + random() & 0xFFFF_FFFF
      if randomLow >> 62 != 0 {
        randomLow &= 0x3FFF_FFFF_FFFF_FFFF
        randomHigh += 1
        if randomHigh >> 12 != 0 {
          randomHigh = 0
          milliseconds += 1
        }
      }
    }
    return UUIDv7(milliseconds: milliseconds, randomHigh: randomHigh, randomLow: randomLow)
  }
}
