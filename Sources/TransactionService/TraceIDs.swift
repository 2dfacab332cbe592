import Synchronization

/// Names for requests, by which an answer is found again: a random number of this process and a count, written as a
/// UUID of version 8 (RFC 9562 §5.8). They keep nothing secret; a random one each opened /dev/urandom once a request.
final class TraceIDs: Sendable {
  private let process = UInt64.random(in: .min ... .max)
  private let count = Atomic<UInt64>(0)

  /// The next: 36 characters.
  func next() -> String {
    let number = count.wrappingAdd(1, ordering: .relaxed).newValue
    let high = process & 0xFFFF_FFFF_FFFF_0FFF | 0x8000
    let low = number & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    return String(unsafeUninitializedCapacity: 36) { text in
      var place = 0
      for (word, groups) in [(high, [8, 4, 4]), (low, [4, 12])] {
        var shift = 64
        for group in groups {
          if place > 0 {
            text[place] = 0x2D
            place += 1
          }
          for _ in 0..<group {
            shift -= 4
            let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift) & 15)
            text[place] = digit < 10 ? 0x30 + digit : 0x57 + digit
            place += 1
          }
        }
      }
      return place
    }
  }
}
