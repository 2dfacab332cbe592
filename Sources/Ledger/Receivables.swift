/// An overpayment that an official found.
public struct OverpaymentFound: Hashable, Sendable {
  /// The item that it was paid of.
  public let item: ItemName
  /// Đồng, 1…``Money/highestAmount``; not more than was paid of the item and is not to be recovered already.
  public let amount: Int64
  /// The agent at fault, who owes it; nil when the line's person does.
  public let agent: String?
  /// Who, and why; two persons.
  public let hands: ActHands

  /// One overpayment.
  public init(item: ItemName, amount: Int64, agent: String? = nil, hands: ActHands) {
    self.item = item
    self.amount = amount
    self.agent = agent
    self.hands = hands
  }
}

/// What was recovered of an overpayment or written off.
public struct ReceivableAct: Hashable, Sendable {
  /// Number of the receivable, from 1.
  public let receivable: Int64
  /// One of ``kinds``.
  public let kind: EntitlementActKind
  /// Đồng, 1…``Money/highestAmount``; not more than its rest.
  public let amount: Int64
  /// Reference of the payment that came back, 1…140 characters; empty for what is written off. It stays in the audit
  /// chain for ever, so it names nobody.
  public let reference: String
  /// Who, and why; two persons.
  public let hands: ActHands

  /// One act.
  public init(
    receivable: Int64, kind: EntitlementActKind, amount: Int64, reference: String = "", hands: ActHands
  ) {
    self.receivable = receivable
    self.kind = kind
    self.amount = amount
    self.reference = reference
    self.hands = hands
  }

  /// Kinds that such an act can be of.
  public static let kinds: Set<EntitlementActKind> = [.overpaymentRecovered, .overpaymentWrittenOff]

  /// What it posts of `part`.
  public func event(_ part: ReceivableAmount) -> LedgerEvent {
    .item(kind == .overpaymentRecovered ? .recovered(part) : .writtenOff(part))
  }
}

/// Some of a receivable.
public struct ReceivableAmount: Hashable, Sendable, Codable {
  /// Number of the receivable, from 1.
  public let receivable: Int64
  /// The line that it was overpaid from: its book and funder.
  public let line: PayableAccount
  /// Đồng, > 0.
  public let amount: Int64

  /// `amount` đồng of a receivable.
  public init(receivable: Int64, line: PayableAccount, amount: Int64) {
    self.receivable = receivable
    self.line = line
    self.amount = amount
  }

  /// The receivable's 1400, whose balance is its rest.
  public var account: AccountKey { Self.account(receivable, line) }

  /// The 1400 of a receivable of `line`.
  public static func account(_ receivable: Int64, _ line: PayableAccount) -> AccountKey {
    AccountKey(.overpaymentReceivable, book: line.unit, funder: line.funder, subject: String(receivable))
  }
}
