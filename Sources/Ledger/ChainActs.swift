/// Something that happened to the chain itself, or that a terminal's journal says of it.
public struct ChainAct: Hashable, Sendable {
  /// One of ``kinds``.
  public let kind: EntitlementActKind
  /// SHA-256 of the key's point of the terminal it is about, 32 octets; empty for
  /// ``EntitlementActKind/ledgerRestored``.
  public let terminal: [UInt8]
  /// What happened, in words and figures, 0…600 characters: heads, counts.
  public let content: String
  /// Who; two officials for ``EntitlementActKind/journalWaived``, else the machine that acts.
  public let hands: ActHands

  /// One act.
  public init(_ kind: EntitlementActKind, terminal: [UInt8] = [], content: String = "", hands: ActHands) {
    self.kind = kind
    self.terminal = terminal
    self.content = content
    self.hands = hands
  }

  /// What can be asked for.
  public static let kinds: Set<EntitlementActKind> = [
    .ledgerRestored, .headContradicted, .journalReported, .journalWaived,
  ]

  /// The hands of acts that the centre does by itself.
  public static func byItself(_ reason: String) -> ActHands {
    ActHands(maker: "centre", office: "centre", reason: reason)
  }

  var isWellFormed: Bool {
    Self.kinds.contains(kind) && terminal.count == (kind == .ledgerRestored ? 0 : 32) && Check.text(content, 0...600)
      && Check.hands(hands)
  }
}

/// The chain's own acts in the reference.
extension ReferenceLedger {
  mutating func act(_ act: ChainAct) throws -> LedgerOutcome {
    try act.hands.require(for: act.kind)
    switch act.kind {
    case .headContradicted:
      if contradictions.insert([act.terminal.description, act.content]).inserted { _ = keep(act.kind) }
      return .refused(LedgerRefusal(.historyDiffers))
    case .journalReported:
      guard let terminal = terminals[act.terminal] else { throw LedgerRefusal(.unknownTerminal) }
      guard !terminal.isRevoked else { throw LedgerRefusal(.terminalRevoked) }
      // Also one that is not waited for any more: what it holds is better known late than never.
      guard isRestored, reported.insert(act.terminal).inserted else { throw LedgerRefusal(.journalNotAwaited) }
    case .journalWaived:
      guard isRestored, !reported.contains(act.terminal), waived.insert(act.terminal).inserted else {
        throw LedgerRefusal(.journalNotAwaited)
      }
    default: (isRestored, reported, waived) = (true, [], [])
    }
    return keep(act.kind)
  }
}
