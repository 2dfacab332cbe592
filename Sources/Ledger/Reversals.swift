/// Takes a paid payout back: the money returns to the items it came from, once, and never after a VOID.
public struct PayoutReversal: Hashable, Sendable {
  /// Transaction id of the payout, 16 octets.
  public let transactionID: [UInt8]
  /// Who, and why; it takes two.
  public let hands: ActHands

  /// One reversal.
  public init(transactionID: [UInt8], hands: ActHands) {
    self.transactionID = transactionID
    self.hands = hands
  }
}

extension Transfer {
  /// The entry that takes this one back in another window: what two units owe each other belongs to the month in which
  /// it is taken back, since the month of the payout may be settled (`ledger` §2).
  ///
  /// - Parameter kind: ``TransferKind/reversed`` or ``TransferKind/void``.
  func reversed(in window: String, _ kind: TransferKind) -> Transfer {
    Transfer(trusted: credit.moved(to: window), debit.moved(to: window), amount, kind)
  }
}

extension AccountKey {
  fileprivate func moved(to window: String) -> AccountKey {
    guard code == .dueTo || code == .dueFrom, let slash = subject.lastIndex(of: "/") else { return self }
    return AccountKey(code, book: book, funder: funder, subject: subject[...slash] + window)
  }
}
