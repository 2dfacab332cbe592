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

/// `POST /v1/ledger/heads`: the heads that a terminal's journal holds, for the centre to compare with its chain.
public struct LedgerHeadsRequest: Hashable, Sendable, Codable {
  /// SHA-256 of the terminal's public point, 32 octets.
  public var terminalKeyHash: WireBytes
  /// Heads as they came (``SignedHead``), at most ``mostHeads``.
  public var heads: [String]
  /// Whether everything that the ledger had lost by a restoring, as far as this journal knows it, has been sent again.
  public var isComplete: Bool

  /// Most heads of one request.
  public static let mostHeads = 64

  /// From its fields.
  public init(terminalKeyHash: WireBytes, heads: [String], isComplete: Bool) {
    self.terminalKeyHash = terminalKeyHash
    self.heads = heads
    self.isComplete = isComplete
  }
}

/// Answer of `POST /v1/ledger/heads`, of heads of which none contradicts the chain.
public struct LedgerHeadsAnswer: Hashable, Sendable, Codable {
  /// Of the heads that came, those that a restoring has lost.
  public var lost: [String]
  /// The first batch of each restoring, oldest first: what earlier epochs had from there on is lost.
  public var restorings: [LedgerEpoch]
  /// Whether this terminal has still to send again what was lost; until then it pays nothing, unless it was waived.
  public var isAwaited: Bool

  /// From its fields.
  public init(lost: [String], restorings: [LedgerEpoch], isAwaited: Bool) {
    self.lost = lost
    self.restorings = restorings
    self.isAwaited = isAwaited
  }
}

/// A terminal whose journal a restored centre waits for.
public struct AwaitedJournal: Hashable, Sendable, Codable {
  /// SHA-256 of its public point, hexadecimal.
  public var keyHash: String
  /// The agent it works for.
  public var agent: String
  /// Point code.
  public var point: String

  /// From its fields.
  public init(keyHash: String, agent: String, point: String) {
    self.keyHash = keyHash
    self.agent = agent
    self.point = point
  }
}

/// Answer of `GET /v1/ledger/journals`.
public struct LedgerJournalsAnswer: Hashable, Sendable, Codable {
  /// The first batch of each restoring, oldest first; empty for a ledger that was never restored.
  public var restorings: [LedgerEpoch]
  /// Terminals that have not reported since the newest one, by agent and point; at most ``mostTerminals``.
  public var awaited: [AwaitedJournal]
  /// How many have, or are not waited for.
  public var reported: Int

  /// Most terminals that are told.
  public static let mostTerminals = 10_000

  /// From its fields.
  public init(restorings: [LedgerEpoch], awaited: [AwaitedJournal], reported: Int) {
    self.restorings = restorings
    self.awaited = awaited
    self.reported = reported
  }
}
