import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Wrong credits, follow-up lists, and items that nobody collected.
@Suite("Items corrected, lapsed, reclaimed, returned")
struct CorrectionTests {
  static func acted(_ sequence: Int64, _ amount: Int64) -> LedgerOutcome {
    .acted(EntitlementActResult(sequence: sequence, amount: amount))
  }

  @Test("What was credited wrongly and not drawn goes back to the fund; downward only, by two persons")
  func undrawn() async throws {
    let twin = try await Twin()
    let fund = try twin.balance(.programmeFund)
    for checker in ["", "nguyễn  a"] {
      #expect(try await twin.refusal(World.correction(1, checker: checker)) == .fourEyesNeeded)
    }
    #expect(try await twin.run(World.correction(2_000_000)) == Self.acted(3, 1_000_000))
    #expect(try twin.balance(.programmeFund) == fund + 1_000_000)
    for amount: Int64 in [2_000_000, 2_000_001] {
      #expect(try await twin.refusal(World.correction(amount)) == .amountNotLower)
    }
    for name in [World.name(2), World.name(1, 202_612), World.name(1, 202_611, .arrears)] {
      #expect(try await twin.refusal(World.correction(0, name)) == .unknownItem)
    }
    #expect(try await twin.run(World.correction(0)) == Self.acted(4, 2_000_000))
    #expect(try await twin.store.payable(card: World.card(1))?.isEmpty == true)
    #expect(try twin.balance(.overpaymentReceivable, "1") == 0)
    try await twin.compare()
  }

  @Test("An item paid in part and then corrected: the open part goes back, what was paid too much is owed")
  func paidInPart() async throws {
    let twin = try await Twin()
    let first = World.posting(1, counter: 1, parts: [World.part(1_200_000)])
    #expect(try await twin.posting(first).refusal == nil)
    #expect(try await twin.run(World.correction(1_000_000)) == Self.acted(3, 2_000_000))
    #expect(try twin.balance(.entitlementPayable, "1") == 0)
    #expect(try twin.balance(.overpaymentReceivable, "1") == 200_000)
    #expect(try twin.balance(.deferredRecovery) == 200_000)
    #expect(try await twin.refusal(World.correction(1_000_000)) == .amountNotLower)
    #expect(try await twin.run(World.correction(0)) == Self.acted(4, 1_000_000))
    #expect(try twin.balance(.overpaymentReceivable, "2") == 1_000_000)
    // A payout that is taken back after all was not owed: it goes on to the fund, and nobody owes it any more.
    let fund = try twin.balance(.programmeFund)
    try await twin.run(World.record(1, .void))
    #expect(try twin.balance(.programmeFund) == fund + 1_200_000)
    #expect(try await twin.store.payable(card: World.card(1))?.isEmpty == true)
    #expect(try await twin.refusal(World.correction(0)) == .amountNotLower)
    let lines = try #require(await twin.store.entitlements(.card(World.card(1))))
    #expect(lines.map(\.items.count) == [1])
    #expect(lines[0].items[0].overpaid == 0)
    let debts = try await twin.store.receivables(.personalID(World.person(1).personalID))
    #expect(debts?.map(\.rest) == [0, 0])
    #expect(try twin.balance(.deferredRecovery) == 0)
    try await twin.compare()
  }

  @Test("Upward is a follow-up list of arrears; the same item in a second list is refused; two months are one tap")
  func followUp() async throws {
    let twin = try await Twin()
    let again = ItemImport(wholeList: "T11-BS", rows: [World.row(1, 5)], maker: "Nguyễn A")
    #expect(try await twin.run(.importItems(again)).refusal == LedgerRefusal(.duplicateItem, place: 0))
    try await twin.credit(
      "TET", [World.row(1, 100, kind: .arrears), World.row(1, 70, period: 202_612), World.row(1, 80, period: 202_701)])
    let parts = [
      World.part(3_000_100), World.part(70, period: 202_612), World.part(80, period: 202_701),
    ]
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: parts)).refusal == nil)
    #expect(try await twin.run(World.correction(40, World.name(1, 202_611, .arrears))) == Self.acted(3, 60))
    #expect(try twin.balance(.overpaymentReceivable, "1") == 60)
    try await twin.compare()
  }

  @Test("Items lapse after their last day, are reclaimed, lapse again, and go back to fund and funder")
  func uncollected() async throws {
    let twin = try await Twin()
    let today: Int32 = 20_261_105
    #expect(try await twin.refusal(World.uncollected(.itemsLapsed, lastDay: today)) == .termNotOver)
    #expect(try await twin.refusal(World.uncollected(.itemsReclaimed)) == .nothingUncollected)
    #expect(try await twin.run(World.uncollected(.itemsLapsed)) == Self.acted(3, 3_000_000))
    #expect(try await twin.refusal(World.uncollected(.itemsLapsed)) == .nothingUncollected)
    #expect(try twin.balance(.uncollected) == 3_000_000)
    #expect(try await twin.store.payable(card: World.card(1))?.isEmpty == true)
    #expect(try await twin.refusal(World.uncollected(.itemsReclaimed, checker: "")) == .fourEyesNeeded)
    #expect(try await twin.run(World.uncollected(.itemsReclaimed)) == Self.acted(4, 3_000_000))
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.amount) == [3_000_000])
    try await twin.run(World.uncollected(.itemsLapsed))
    #expect(try await twin.run(World.correction(2_500_000)) == Self.acted(6, 500_000))
    #expect(try await twin.refusal(World.uncollected(.uncollectedReturned, checker: "")) == .fourEyesNeeded)
    #expect(try await twin.run(World.uncollected(.uncollectedReturned)) == Self.acted(7, 2_500_000))
    #expect(try await twin.refusal(World.uncollected(.itemsReclaimed)) == .nothingUncollected)
    #expect(try await twin.refusal(World.givesBack(2_500_000, checker: "")) == .fourEyesNeeded)
    #expect(try await twin.refusal(World.givesBack(100_000_001)) == .fundTooLow)
    #expect(try await twin.run(World.givesBack(100_000_000)) == Self.acted(8, 100_000_000))
    #expect(try twin.balance(.programmeFund) == 0)
    let unknown = try await twin.run(World.uncollected(.itemsLapsed, [World.name(), World.name(9)]))
    #expect(unknown.refusal == LedgerRefusal(.unknownItem, place: 1))
    try await twin.compare()
  }

  @Test("What is open or has lapsed at a unit, line by line")
  func openItems() async throws {
    let twin = try await Twin()
    try await twin.credit("B", [World.row(2, 10), World.row(3, 20), World.row(3, 30, period: 202_612)])
    try await twin.run(World.uncollected(.itemsLapsed, [World.name(2)]))
    try await twin.run(World.correction(0, World.name(3)))
    func found(after line: UInt32, _ limit: Int) async throws -> [ItemName] {
      try await twin.store.openItems(unit: World.social19, after: line, limit: limit).map(\.item.name)
    }
    let all = [World.name(1), World.name(2), World.name(3, 202_612)]
    #expect(try await found(after: 0, 10) == all)
    #expect(try await found(after: 0, 2) == Array(all.prefix(2)))
    #expect(try await found(after: 2, 10) == Array(all.suffix(1)))
    #expect(try await twin.store.openItems(unit: World.social01, after: 0, limit: 10).isEmpty)
    #expect(try await twin.store.entitlements(.card(World.card(2))) == nil)
    try await twin.compare()
  }

  @Test("A day is a day of the calendar, and the same one back")
  func days() {
    for day: Int32 in [19_700_101, 20_240_229, 20_261_105, 99_991_231] {
      #expect(PostingDay(yyyymmdd: day)?.yyyymmdd == day)
    }
    for day: Int32 in [20_230_229, 20_261_131, 20_261_301, 20_260_100, 19_691_231, 0, -1, .max, .min] {
      #expect(PostingDay(yyyymmdd: day) == nil)
    }
  }
}
