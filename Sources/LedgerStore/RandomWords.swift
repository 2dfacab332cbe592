internal import CardCrypto
internal import Synchronization

/// Random words for ids, drawn from OpenSSL's generator many at a time: one at a time they cost a payout four system
/// calls.
final class RandomWords: Sendable {
  private static let count = 128
  private let words = Mutex<[UInt64]>([])

  /// The next word; from Swift's generator if OpenSSL has none.
  func next() -> UInt64 {
    words.withLock { words in
      if words.isEmpty { words = Self.draw() }
      return words.popLast() ?? UInt64.random(in: .min ... .max)
    }
  }

  private static func draw() -> [UInt64] {
    guard let octets = try? SystemRandom().bytes(count * 8) else { return [] }
    return octets.withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
  }

  /// Words for a ledger's ids.
  static func source() -> @Sendable () -> UInt64 {
    let words = RandomWords()
    return { words.next() }
  }
}
