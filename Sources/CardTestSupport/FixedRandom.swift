public import CardCrypto
import Synchronization

/// Gives out strings of octets laid down beforehand, one for each call: published nonces and private keys.
public final class FixedRandom: RandomSource {
  private let queue: Mutex<[[UInt8]]>

  /// A source that answers the calls to ``bytes(_:)`` with `strings`, one after the other.
  public init(_ strings: [[UInt8]]) { queue = Mutex(strings) }

  /// The next string.
  ///
  /// - Throws: ``CryptoError/malformed(_:)`` when none is left, or the next one has not `count` octets.
  public func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
    let next = queue.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    guard let next else { throw .malformed("fixed random octets are used up") }
    guard next.count == count else { throw .malformed("\(count) octets asked, the next fixed ones are \(next.count)") }
    return next
  }

  /// Whether every string was asked for.
  public var isUsedUp: Bool { queue.withLock { $0.isEmpty } }
}
