/// What happens to items' money besides payouts (`ledger` §2). Amounts are đồng, 1…``Money/highestAmount``.
public enum ItemEvent: Hashable, Sendable {
  /// What is open of lines was not collected in its term.
  case lapsed([LineAmount])
  /// It is owed again.
  case reclaimed([LineAmount])
  /// What nobody collected goes back to its funds.
  case uncollectedReturned([LineAmount])
  /// A fund's money goes back to its funder.
  case fundingReturned(PurseAmount)
  /// Overpayments were found.
  case overpaid([ReceivableAmount])
  /// Cash came back of an overpayment: it can be spent again.
  case recovered(ReceivableAmount)
  /// Some of an overpayment will not come back.
  case writtenOff(ReceivableAmount)
  /// Orders took their parts of items that were credited in the same event.
  case deducted([Deduction])
  /// What was deducted for a third party was paid to it.
  case thirdPartyPaid(party: String, PurseAmount)
  /// What was owed to an agent was paid to it.
  case agentPaid(agent: String, PurseAmount)

  /// The entries of the event, in posting order.
  public func transfers() -> [Transfer] {
    switch self {
    case .lapsed(let lines):
      lines.map { Transfer(trusted: $0.line.account, $0.line.fund(.uncollected), $0.amount, .itemLapsed) }
    case .reclaimed(let lines):
      lines.map { Transfer(trusted: $0.line.fund(.uncollected), $0.line.account, $0.amount, .itemReclaimed) }
    case .uncollectedReturned(let lines):
      lines.map {
        Transfer(
          trusted: $0.line.fund(.uncollected), $0.line.fund(.programmeFund), $0.amount, .uncollectedReturned)
      }
    case .fundingReturned(let purse):
      [Transfer(trusted: purse.account(.programmeFund), purse.account(.treasury), purse.amount, .fundingReturned)]
    case .overpaid(let parts):
      parts.map { Transfer(trusted: $0.account, $0.line.fund(.deferredRecovery), $0.amount, .overpaid) }
    case .recovered(let part):
      [
        Transfer(trusted: part.line.fund(.treasury), part.account, part.amount, .recovered),
        Self.spendable(part.line, part.amount, .recovered),
      ]
    case .writtenOff(let part):
      [Transfer(trusted: part.line.fund(.deferredRecovery), part.account, part.amount, .writtenOff)]
    case .deducted(let deductions): deductions.flatMap(Self.deducted)
    case .thirdPartyPaid(let party, let purse):
      [
        Transfer(
          trusted: purse.account(.thirdParties, subject: party), purse.account(.treasury), purse.amount,
          .thirdPartyPaid)
      ]
    case .agentPaid(let agent, let purse):
      [
        Transfer(
          trusted: purse.account(.agentFees, subject: agent), purse.account(.treasury), purse.amount, .agentPaid)
      ]
    }
  }

  private static func deducted(_ deduction: Deduction) -> [Transfer] {
    let (line, amount) = (deduction.part.line, deduction.part.amount)
    switch deduction.purpose {
    case .receivable(let number):
      let owed = ReceivableAmount.account(number, line)
      return [
        Transfer(trusted: line.account, owed, amount, .recoveredFromCredit),
        spendable(line, amount, .recoveredFromCredit),
      ]
    case .thirdParty(let party):
      let payable = AccountKey(.thirdParties, book: line.unit, funder: line.funder, subject: party)
      return [Transfer(trusted: line.account, payable, amount, .deductedForOther)]
    }
  }

  private static func spendable(_ line: PayableAccount, _ amount: Int64, _ kind: TransferKind) -> Transfer {
    Transfer(trusted: line.fund(.deferredRecovery), line.fund(.programmeFund), amount, kind)
  }
}

extension PurseAmount {
  /// An account of the purse's unit and funder.
  public func account(_ code: AccountCode, subject: String = "") -> AccountKey {
    AccountKey(code, book: unit, funder: funder, subject: subject)
  }
}
