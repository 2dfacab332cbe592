/// A line as the posting rules see it: its number, whose book it is in and whose money pays it.
public struct PayableAccount: Hashable, Sendable, Codable {
  /// Line id, from 1.
  public let line: UInt32
  /// The home unit.
  public let unit: AccountingUnit
  /// The funder.
  public let funder: Funder

  /// One line's place in the books.
  public init(line: UInt32, unit: AccountingUnit, funder: Funder) {
    self.line = line
    self.unit = unit
    self.funder = funder
  }

  /// The line's 2200.
  public var account: AccountKey {
    AccountKey(.entitlementPayable, book: unit, funder: funder, subject: String(line))
  }

  /// An account of the line's unit and funder that has no subject, such as 2100.
  public func fund(_ code: AccountCode) -> AccountKey { AccountKey(code, book: unit, funder: funder) }

  /// The line's 2300 on a card.
  public func reserve(card: String) -> AccountKey {
    AccountKey(.offlineReserve, book: unit, funder: funder, subject: "\(card)/\(line)")
  }
}

/// One line with an amount in đồng, 1…``Money/highestAmount``.
public struct LineAmount: Hashable, Sendable, Codable {
  /// The line.
  public let line: PayableAccount
  /// Đồng, > 0.
  public let amount: Int64

  /// `amount` đồng of `line`.
  public init(line: PayableAccount, amount: Int64) {
    self.line = line
    self.amount = amount
  }
}

/// What happened, as far as money goes (`ledger` §2). Amounts are đồng, 1…``Money/highestAmount``.
public enum LedgerEvent: Hashable, Sendable {
  /// Money came in for a funder's programmes at a unit.
  case funding(unit: AccountingUnit, funder: Funder, amount: Int64)
  /// A cycle was approved: what it takes of each unit and funder, each once.
  case cycleApproval([PurseAmount])
  /// Lines of an approved cycle were credited, at most 1,000 of them.
  case cycleCredit([LineAmount])
  /// An agent received an advance.
  case agentTopUp(agent: String, unit: AccountingUnit, funder: Funder, amount: Int64)
  /// A card payout at a point of `agent` in `hostProvince`, in the window (`yyyymm`) it is posted in.
  case payout([LineAmount], agent: String, hostProvince: String, window: String)
  /// A payout, whose entries these were, is taken back by its terminal in the window (`yyyymm`) that is open now.
  case void([Transfer], window: String)
  /// A paid payout, whose entries these were, is taken back in the window (`yyyymm`) that is open now.
  case reversal([Transfer], window: String)
  /// A transfer of lines to a bank account: ordered, then confirmed or rejected by the bank.
  case bankTransfer([LineAmount], BankTransferStep)
  /// Money of lines goes on a card's offline reserve, before the card hears of it.
  case offlineGrant([LineAmount], card: String)
  /// What is on the reserve of a card that can't use it any more goes back to the lines.
  case reserveReleased([LineAmount], card: String)

  /// Approved items that are not owed any more, before they were credited.
  case creditsReturned([LineAmount])
  /// What is open of lines goes back to their funds.
  case itemsReturned([LineAmount])
  /// Something happened to items besides a payout.
  case item(ItemEvent)
  /// Payouts of what was not owed were taken back: it is not recovered any more.
  case notOwedTakenBack([ReceivableAmount])
  /// Payouts that agents had paid for were taken back: the money is the agents'.
  case owedToAgents([AgentAmount])
  /// What dead people had not received goes to their heirs.
  case inherited([LineMove])

  /// The entries of the event, in posting order.
  ///
  /// A line paid in its home unit's province is paid from that unit's advance; elsewhere from the advance of the host
  /// unit (``AccountingUnit/host(inProvince:)``), and the two books owe each other within the window.
  public func transfers() -> [Transfer] {
    switch self {
    case .funding(let unit, let funder, let amount):
      return [
        Transfer(
          trusted: AccountKey(.treasury, book: unit, funder: funder),
          AccountKey(.programmeFund, book: unit, funder: funder), amount, .funding)
      ]
    case .cycleApproval(let purses):
      return purses.map { purse in
        Transfer(
          trusted: AccountKey(.programmeFund, book: purse.unit, funder: purse.funder),
          AccountKey(.cycleApproved, book: purse.unit, funder: purse.funder), purse.amount, .cycleApproved)
      }
    case .cycleCredit(let lines):
      return lines.map { line in
        Transfer(
          trusted: AccountKey(.cycleApproved, book: line.line.unit, funder: line.line.funder), line.line.account,
          line.amount, .lineCredited)
      }
    case .creditsReturned(let lines):
      return lines.map { Self.toFund($0, from: $0.line.fund(.cycleApproved), .creditReturned) }
    case .itemsReturned(let lines):
      return lines.map { Self.toFund($0, from: $0.line.account, .itemReturned) }
    case .item(let event): return event.transfers()
    case .notOwedTakenBack(let parts): return parts.map(\.takenBack)
    case .owedToAgents(let parts): return parts.map(\.transfer)
    case .inherited(let moves): return moves.map(\.transfer)
    case .agentTopUp(let agent, let unit, let funder, let amount):
      return [
        Transfer(
          trusted: AccountKey(.agentAdvance, book: unit, funder: funder, subject: agent),
          AccountKey(.treasury, book: unit, funder: funder), amount, .agentToppedUp)
      ]
    case .payout(let lines, let agent, let hostProvince, let window):
      return lines.flatMap { Self.payout($0, agent: agent, hostProvince: hostProvince, window: window) }
    case .void(let original, let window):
      return original.reversed().map { $0.reversed(in: window, .void) }
    case .bankTransfer(let lines, let step):
      return lines.map(step.transfer)
    case .reversal(let original, let window):
      return original.reversed().map { $0.reversed(in: window, .reversed) }
    case .offlineGrant(let lines, let card):
      return lines.map { Transfer(trusted: $0.line.account, $0.line.reserve(card: card), $0.amount, .reserveGranted) }
    case .reserveReleased(let lines, let card):
      return lines.map { Transfer(trusted: $0.line.reserve(card: card), $0.line.account, $0.amount, .reserveReleased) }
    }
  }

  private static func toFund(_ line: LineAmount, from account: AccountKey, _ kind: TransferKind) -> Transfer {
    Transfer(trusted: account, line.line.fund(.programmeFund), line.amount, kind)
  }

  private static func payout(
    _ part: LineAmount, agent: String, hostProvince: String, window: String
  ) -> [Transfer] {
    let home = part.line.unit
    let funder = part.line.funder
    guard let host = hostUnit(of: home, inProvince: hostProvince) else {
      let advance = AccountKey(.agentAdvance, book: home, funder: funder, subject: agent)
      return [Transfer(trusted: part.line.account, advance, part.amount, .payoutOwn)]
    }
    let dueTo = AccountKey(.dueTo, book: home, funder: funder, subject: pair(host, window))
    let dueFrom = AccountKey(.dueFrom, book: host, funder: funder, subject: pair(home, window))
    let advance = AccountKey(.agentAdvance, book: host, funder: funder, subject: agent)
    return [
      Transfer(trusted: part.line.account, dueTo, part.amount, .payoutHome),
      Transfer(trusted: dueFrom, advance, part.amount, .payoutHost),
    ]
  }

  /// The unit that hosts a payout of `home`'s money in `province`; nil when that is `home`'s own province.
  public static func hostUnit(of home: AccountingUnit, inProvince province: String) -> AccountingUnit? {
    home.provinceCode == province ? nil : home.host(inProvince: province)
  }

  /// The subject of a 1300 or 2400: `counter-unit/yyyymm`.
  public static func pair(_ counterUnit: AccountingUnit, _ window: String) -> String { "\(counterUnit.text)/\(window)" }
}
