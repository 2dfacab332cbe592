/// One account: its number and every dimension money is kept apart by (`ledger` §1).
public struct AccountKey: Hashable, Comparable, Sendable, Codable {
  /// Number in the chart.
  public let code: AccountCode
  /// Whose book it is in.
  public let book: AccountingUnit
  /// Whose money it is.
  public let funder: Funder
  /// Agent code (1200), receivable's number (1400), line id in decimal (2200), third party's code (2800),
  /// `card/line` (2300), `counter-unit/yyyymm` (1300, 2400), else empty.
  public let subject: String

  /// One account of the chart.
  public init(_ code: AccountCode, book: AccountingUnit, funder: Funder, subject: String = "") {
    self.code = code
    self.book = book
    self.funder = funder
    self.subject = subject
  }

  /// `code book funder subject`, for reports and problem places.
  public var text: String { "\(code.rawValue) \(book.text) \(funder.text) \(subject)" }

  /// Reads ``text``; nil for anything else.
  public init?(text: String) {
    let words = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
    guard words.count == 4, let code = UInt16(words[0]).flatMap(AccountCode.init),
      let book = AccountingUnit(text: words[1]), let funder = Funder(text: words[2])
    else { return nil }
    self.init(code, book: book, funder: funder, subject: words[3])
    guard self.text == text else { return nil }
  }

  /// By text form, so that reports have one order.
  public static func < (left: AccountKey, right: AccountKey) -> Bool { left.text < right.text }
}

/// What has gone through an account: a projection of its transfers.
public struct AccountTotals: Hashable, Sendable, Codable {
  /// Σ of transfers that debit the account, đồng.
  public var debits: Int64
  /// Σ of transfers that credit the account, đồng.
  public var credits: Int64
  /// Events with at least one transfer that debits the account.
  public var debitEvents: Int64
  /// Events with at least one transfer that credits the account.
  public var creditEvents: Int64

  /// Totals; an account nothing has touched has zeros.
  public init(debits: Int64 = 0, credits: Int64 = 0, debitEvents: Int64 = 0, creditEvents: Int64 = 0) {
    self.debits = debits
    self.credits = credits
    self.debitEvents = debitEvents
    self.creditEvents = creditEvents
  }

  /// The balance in đồng on the side the account grows on.
  public func balance(_ side: AccountSide) throws(MoneyOverflow) -> Int64 {
    switch side {
    case .debit: try Money.difference(debits, credits)
    case .credit: try Money.difference(credits, debits)
    }
  }
}

/// Why a transfer was made. Raw values are stored and hashed: never renumbered.
public enum TransferKind: UInt8, CaseIterable, Sendable, Codable {
  /// Money received for a programme.
  case funding = 1
  /// A cycle was approved.
  case cycleApproved = 2
  /// A line was credited.
  case lineCredited = 3
  /// An agent received an advance.
  case agentToppedUp = 4
  /// A payout out of an advance of the line's own unit.
  case payoutOwn = 5
  /// The home book's side of a payout hosted by another province's unit.
  case payoutHome = 6
  /// The host book's side of that payout.
  case payoutHost = 7
  /// The inverse of an earlier transfer.
  case void = 8
  /// A line's money went on a card's offline reserve.
  case reserveGranted = 9
  /// It went back to the line.
  case reserveReleased = 10
  /// An approved item that is not owed any more went back to its fund before it was credited.
  case creditReturned = 11
  /// An open item, or what was left of it, went back to its fund.
  case itemReturned = 12
  /// An open item was not collected in its term.
  case itemLapsed = 20
  /// It is owed again.
  case itemReclaimed = 21
  /// What nobody collected went back to its fund.
  case uncollectedReturned = 22
  /// A fund's money went back to its funder.
  case fundingReturned = 23
  /// An overpayment was found.
  case overpaid = 24
  /// Cash came back of it.
  case recovered = 25
  /// Some of it will not come back.
  case writtenOff = 26
  /// Some of it was taken out of a later credit.
  case recoveredFromCredit = 27
  /// A third party's part was taken out of a credit.
  case deductedForOther = 28
  /// It was paid to the third party.
  case thirdPartyPaid = 29
  /// A payout of something that was not owed was taken back: it is not to be recovered any more.
  case notOwedTakenBack = 31
  /// What a dead person had not received went to the heir's line.
  case inherited = 32
  /// What an agent at fault had paid back is owed to it, since the payout was taken back.
  case owedToAgent = 33
  /// What is owed to an agent was paid to it.
  case agentPaid = 34
  /// The inverse of a paid payout's transfer.
  case reversed = 40
  /// A line's money was ordered to be sent to a bank account.
  case transferOrdered = 41
  /// The bank's statement confirms that it left the treasury.
  case transferConfirmed = 42
  /// The bank sent it back: it is owed as before.
  case transferRejected = 43
  /// A confirmed transfer that came back.
  case transferReturned = 44
}

/// One double entry: `amount` đồng from the credited account's side to the debited one's, within one book and funder.
public struct Transfer: Hashable, Sendable, Codable {
  /// The account debited.
  public let debit: AccountKey
  /// The account credited.
  public let credit: AccountKey
  /// Đồng, > 0.
  public let amount: Int64
  /// Why.
  public let kind: TransferKind

  /// An entry; nil unless the amount is above 0 and both accounts are of one book and one funder.
  public init?(debit: AccountKey, credit: AccountKey, amount: Int64, kind: TransferKind) {
    guard amount > 0, debit.book == credit.book, debit.funder == credit.funder, debit != credit else { return nil }
    self.debit = debit
    self.credit = credit
    self.amount = amount
    self.kind = kind
  }

  init(trusted debit: AccountKey, _ credit: AccountKey, _ amount: Int64, _ kind: TransferKind) {
    precondition(amount > 0 && debit.book == credit.book && debit.funder == credit.funder && debit != credit)
    self.debit = debit
    self.credit = credit
    self.amount = amount
    self.kind = kind
  }
}
