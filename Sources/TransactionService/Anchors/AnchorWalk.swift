public import CardCrypto
public import ServiceAPI

/// Follows a master chain from an anchor that somebody kept to the newest, link by link: a line that is still there
/// says nothing when those after it do not come from it.
public struct AnchorWalk: Sendable {
  /// Most anchors in an answer to `GET /v1/ledger/anchors?after=NUMBER`.
  public static let page = 1_000

  private let kept: Anchor
  private let key: ECPublicKey
  /// The anchor that was come to; nil before the first, which is the one that was kept.
  public private(set) var last: Anchor?

  /// From the anchor that was kept, with the centre's records key.
  public init(from kept: Anchor, key: ECPublicKey) { (self.kept, self.key) = (kept, key) }

  /// What is asked for comes after this number.
  public var number: Int64 { last?.number ?? kept.number &- 1 }

  /// Goes on with the next ones.
  ///
  /// Throws ``AnchorFork`` for the first that is not what it has to be.
  public mutating func add(_ anchors: [Anchor]) throws(AnchorFork) {
    for anchor in anchors {
      guard let last else {
        // What was signed: a signature can be written in two ways.
        guard anchor.number == kept.number, anchor.hash == kept.hash, anchor.isSigned(by: key) else {
          throw AnchorFork(number: kept.number, fault: .other)
        }
        self.last = anchor
        continue
      }
      let isNext = anchor.number == last.number &+ 1 && anchor.previous.octets == last.hash
      let goesBack = anchor.tips.contains { tip in
        last.tips.contains { $0.writer == tip.writer && $0.sequence > tip.sequence }
      }
      guard isNext, !goesBack, anchor.isSigned(by: key) else {
        throw AnchorFork(number: kept.number, fault: .broken(at: anchor.number))
      }
      self.last = anchor
    }
  }

  /// Whether `newest` is what was come to.
  ///
  /// Throws ``AnchorFork`` when not.
  public func requireEnd(_ newest: Anchor) throws(AnchorFork) {
    guard let last else { throw AnchorFork(number: kept.number, fault: .other) }
    guard last.hash == newest.hash else { throw AnchorFork(number: kept.number, fault: .broken(at: last.number &+ 1)) }
  }

  /// Whether the ledger has the batch that `tip` names, by the signed head that the centre gives of that number.
  ///
  /// Throws ``AnchorFork`` when not.
  public func require(_ tip: ChainTip, is head: SignedHead?) throws(AnchorFork) {
    guard let head, ChainTip(writer: head.writer, epoch: head.epoch, sequence: head.sequence, hash: head.hash) == tip
    else { throw AnchorFork(number: kept.number, fault: .ledger(tip.sequence)) }
  }
}

/// A centre does not stand by an anchor that somebody kept.
public struct AnchorFork: Error, Hashable, Sendable {
  /// How that shows.
  public enum Fault: Hashable, Sendable {
    /// It has another in its place, or ends before it.
    case other
    /// What comes after it, up to this number, is not chained to it or not signed.
    case broken(at: Int64)
    /// The ledger has another batch of this number than the anchor, or none.
    case ledger(Int64)
  }

  /// Number of the anchor that was kept.
  public let number: Int64
  /// How it shows.
  public let fault: Fault

  /// From its fields.
  public init(number: Int64, fault: Fault) { (self.number, self.fault) = (number, fault) }
}
