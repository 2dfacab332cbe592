public import ISO7816

/// Where the office may bring a card after delivery (GlobalPlatform card specification 2.3 §5.1.1, table 11-6): P2 of
/// SET STATUS.
public enum CardStatusChange: UInt8, CaseIterable, Sendable {
  /// CARD_LOCKED: nothing but a SET STATUS that ends it.
  case lock = 0x7F
  /// Back to SECURED.
  case unlock = 0x0F
  /// TERMINATED, irreversibly: the card is silent for ever.
  case terminate = 0xFF
}

extension DataGrouping {
  /// Whether the office may change it after delivery: what is said of the holder. Keys, passwords, certificates, rules
  /// and counters are what the card was made with, or come by a completion.
  public var isUpdatable: Bool { self == .holder || self == .photo || self == .identity }
}

/// What the office changes on a card after delivery, in one SCP03 session (`card-application` §1, §3, §10).
///
/// Data go as consecutive blocks of STORE DATA (GlobalPlatform 2.3 §11.11): one grouping a block, P2 its number from 0,
/// P1 01, and 81 for the last, with which the card takes all of them over at once. Of the identity only the data groups
/// that are named change.
public struct CardUpdate: Hashable, Sendable {
  /// Most octets of one grouping's content: with both secure channels around it a block is at most 4,096.
  public static let maximumContent = 4_000

  /// Contents by grouping.
  public var contents: [DataGrouping: [UInt8]]
  /// Where the card is brought.
  public var status: CardStatusChange?

  /// `nil` for no change at all, a grouping that is not changed after delivery, or over 4,000 octets in one.
  public init?(contents: [DataGrouping: [UInt8]] = [:], status: CardStatusChange? = nil) {
    guard !contents.isEmpty || status != nil,
      contents.allSatisfy({ $0.key.isUpdatable && $0.value.count <= Self.maximumContent })
    else { return nil }
    self.contents = contents
    self.status = status
  }

  /// Plain commands of class 80. A lock ends what can be changed, so data come before it, and after an unlock.
  public var commands: [CommandAPDU] {
    let status = status.map { CommandAPDU(cla: 0x80, ins: 0xF0, p1: 0x80, p2: $0.rawValue, expectedLength: 256) }
    let ordered = contents.sorted { $0.key.rawValue < $1.key.rawValue }
    let data = ordered.enumerated().map { index, content in
      CommandAPDU(
        cla: 0x80, ins: 0xE2, p1: index == ordered.count - 1 ? 0x81 : 0x01, p2: UInt8(index),
        data: content.key.encode(content.value), expectedLength: 256)
    }
    guard let status else { return data }
    return self.status == .unlock ? [status] + data : data + [status]
  }
}
