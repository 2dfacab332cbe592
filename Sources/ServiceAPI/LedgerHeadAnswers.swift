/// One opening of the ledger in the history of its chain.
public struct LedgerEpoch: Hashable, Sendable, Codable {
  /// The writer.
  public var writer: String
  /// The epoch.
  public var epoch: Int64
  /// Number of the first batch that was written in it.
  public var firstSequence: Int64

  /// From its fields.
  public init(writer: String, epoch: Int64, firstSequence: Int64) {
    self.writer = writer
    self.epoch = epoch
    self.firstSequence = firstSequence
  }
}

/// Answer of `GET /v1/ledger/head`.
public struct LedgerHeadAnswer: Hashable, Sendable, Codable {
  /// The newest head, signed (``SignedHead``).
  public var head: String
  /// The point that heads are verified with, 04‖X‖Y on P-256, 65 octets: `records.pub`.
  public var key: WireBytes
  /// The newest openings in which something was written, newest first; at most ``mostEpochs``.
  public var epochs: [LedgerEpoch]

  /// Most epochs that are told.
  public static let mostEpochs = 100

  /// From its fields.
  public init(head: String, key: WireBytes, epochs: [LedgerEpoch]) {
    self.head = head
    self.key = key
    self.epochs = epochs
  }
}

/// Answer of `GET /v1/ledger/heads/{sequence}`.
public struct LedgerBatchAnswer: Hashable, Sendable, Codable {
  /// The batch with that number as the chain has it, signed as a head (``SignedHead``).
  public var head: String

  /// From its field.
  public init(head: String) { self.head = head }
}
