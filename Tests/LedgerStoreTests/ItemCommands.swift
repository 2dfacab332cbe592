import Ledger
import Testing

/// Commands about items, as the tests write them.
extension World {
  static func hands(_ checker: String = "Lê B") -> ActHands {
    ActHands(maker: "Nguyễn A", checker: checker, office: "BHXH-19", reason: "theo quyết định")
  }

  static func name(_ line: UInt32 = 1, _ period: Int32 = 202_611, _ kind: ItemKind = .regular) -> ItemName {
    ItemName(line: line, period: self.period(period), kind: kind)
  }

  static func correction(_ amount: Int64, _ item: ItemName = name(), checker: String = "Lê B") -> LedgerCommand {
    .onItems(.correct(ItemCorrection(item: item, amount: amount, hands: hands(checker))))
  }

  /// Lapses with `lastDay`, and otherwise without one.
  static func uncollected(
    _ kind: EntitlementActKind, _ items: [ItemName] = [name()], lastDay: Int32 = 20_261_104, checker: String = "Lê B"
  ) -> LedgerCommand {
    let day = kind == .itemsLapsed ? PostingDay(yyyymmdd: lastDay) : nil
    return .onItems(
      .actOnUncollected(
        UncollectedAct(
          kind: kind, items: items.map { UncollectedItem(name: $0, lastDay: day) }, hands: hands(checker))))
  }

  static func found(
    _ amount: Int64, _ item: ItemName = name(), agent: String? = nil, checker: String = "Lê B"
  ) -> LedgerCommand {
    .onItems(.findOverpayment(OverpaymentFound(item: item, amount: amount, agent: agent, hands: hands(checker))))
  }

  static func recovered(
    _ amount: Int64, of receivable: Int64 = 1, reference: String = "PT 1", checker: String = "Lê B"
  ) -> LedgerCommand {
    .onItems(
      .actOnReceivable(
        ReceivableAct(
          receivable: receivable, kind: .overpaymentRecovered, amount: amount, reference: reference,
          hands: hands(checker))))
  }

  static func writtenOff(_ amount: Int64, of receivable: Int64 = 1, checker: String = "Lê B") -> LedgerCommand {
    .onItems(
      .actOnReceivable(
        ReceivableAct(
          receivable: receivable, kind: .overpaymentWrittenOff, amount: amount, hands: hands(checker))))
  }

  static func order(_ terms: DeductionTerms, line: UInt32 = 1, checker: String = "Lê B") -> LedgerCommand {
    .onItems(.orderDeduction(DeductionOrder(line: line, terms: terms, hands: hands(checker))))
  }

  static func stop(_ order: Int64, checker: String = "Lê B") -> LedgerCommand {
    .onItems(.stopDeduction(DeductionStop(order: order, hands: hands(checker))))
  }

  static func pays(_ party: String, _ amount: Int64, checker: String = "Lê B") -> LedgerCommand {
    .onItems(
      .payThirdParty(
        ThirdPartyPayment(
          party: party, purse: PurseAmount(unit: social19, funder: pension, amount: amount), reference: "UNC 9",
          hands: hands(checker))))
  }

  static func paysAgent(
    _ amount: Int64, _ reference: String = "UNC 7", agent: String = "BD01", checker: String = "Lê B"
  ) -> LedgerCommand {
    .onItems(
      .payAgent(
        AgentPayment(
          agent: agent, purse: PurseAmount(unit: social19, funder: pension, amount: amount), reference: reference,
          hands: hands(checker))))
  }

  static func givesBack(_ amount: Int64, checker: String = "Lê B") -> LedgerCommand {
    .onItems(
      .returnFunding(
        FundingReturn(
          purse: PurseAmount(unit: social19, funder: pension, amount: amount), reference: "UNC 8",
          hands: hands(checker))))
  }
}

extension Twin {
  /// A payout of part of the first item, so that something of it can have been paid too much; the payout is number 1.
  func paid(_ amount: Int64 = 3_000) async throws {
    #expect(try await posting(World.posting(1, counter: 1, parts: [World.part(amount)])).refusal == nil)
  }

  /// Balance of an account of unit BHXH-19 and the pension fund, the same in store and reference.
  func balance(_ code: AccountCode, _ subject: String = "") throws -> Int64 {
    let key = AccountKey(code, book: World.social19, funder: World.pension, subject: subject)
    return try (reference.accounts[key] ?? AccountTotals()).balance(code.side)
  }

  /// A list credited whole.
  func credit(_ list: String, _ rows: [ItemRow], limit: Int = 1_000) async throws {
    try await run(.importItems(ItemImport(wholeList: list, rows: rows, maker: "Nguyễn A")))
    try await approve(list)
    try await run(.creditCycle(CycleCredit(list: list, limit: limit)))
  }
}
