import CardApplication
import CardCrypto
import LedgerStore
import Synchronization

/// A card's registered payout key, ready to verify with.
struct CardKey: Sendable {
  let key: ECPublicKey
  /// First octets of its hash, as certificates name it.
  let identifier: [UInt8]

  init?(point: [UInt8]) {
    guard let key = try? ECPublicKey(.p256, point: point, isKept: true) else { return nil }
    self.key = key
    identifier = keyIdentifier(ofPoint: point)
  }
}

/// Keys of the cards that were used lately, by card number.
///
/// A card number has one key for ever, so nothing here grows old. Two generations bound it: when the young one is full
/// it becomes the old one, and what nobody asked for meanwhile is forgotten. A parsed key takes about 4 KB.
final class CardKeys: Sendable {
  private struct Generations {
    var young: [String: CardKey] = [:]
    var old: [String: CardKey] = [:]
  }

  /// Keys of one generation.
  static let generation = 12_000

  private let known = Mutex(Generations())

  /// Keys that are kept.
  var count: Int { known.withLock { $0.young.count + $0.old.count } }

  subscript(number: String) -> CardKey? {
    get {
      known.withLock { known in
        if let key = known.young[number] { return key }
        guard let key = known.old[number] else { return nil }
        Self.keep(key, number, &known)
        return key
      }
    }
    set {
      guard let newValue else { return }
      known.withLock { Self.keep(newValue, number, &$0) }
    }
  }

  private static func keep(_ key: CardKey, _ number: String, _ known: inout Generations) {
    if known.young.count >= generation {
      known.old = known.young
      known.young = [:]
    }
    known.young[number] = key
  }
}
