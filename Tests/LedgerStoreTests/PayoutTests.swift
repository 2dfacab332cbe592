import Ledger
import Testing

@testable import LedgerStore

struct PayoutTests {
  static func balance(_ store: SQLiteLedgerStore, _ key: AccountKey) async throws -> Int64 {
    let account = try await store.balances(key.code).first { $0.key == key }
    return try account?.totals.balance(key.code.side) ?? 0
  }

  @Test func ownUnit() async throws {
    let twin = try await Twin()
    let outcome = try await twin.posting(World.posting(1, counter: 1, parts: [World.part(1_200_000)]))
    let day = PostingDay(unixMilliseconds: World.now)
    #expect(day.yyyymmdd == 20_261_105)
    #expect(
      outcome
        == .posted(PayoutResult(transactionID: World.id(1), amount: 1_200_000, postedOn: day, paidBefore: false)))
    let payable = try await twin.store.payable(card: World.card(1))
    #expect(payable?.map(\.amount) == [1_800_000])
    let advance = AccountKey(.agentAdvance, book: World.social19, funder: World.pension, subject: "BD01")
    #expect(try await Self.balance(twin.store, advance) == -200_000)
    #expect(
      try await twin.store.payoutStatus(World.id(1))
        == PayoutStatus(state: .posted(amount: 1_200_000, at: World.now), verdict: nil))
    let card = try await twin.store.card(World.card(1))
    #expect(card?.lastCounter == 1)
    #expect(card?.lastIdentity == World.posting(1, counter: 1, parts: []).identity)
    #expect(try await twin.store.person(card: World.card(1)) == World.person(1))
    #expect(try await twin.store.terminal(World.terminalKey(1))?.point == "P1")
    try await twin.compare()
  }

  @Test func hostedByAnotherProvinceAndSettled() async throws {
    let twin = try await Twin()
    let posting = World.posting(1, counter: 1, parts: [World.part(700_000)], terminal: 2, province: "01")
    #expect(try await twin.posting(posting).refusal == nil)
    let row = SettlementRow(
      home: World.social19, host: World.social01, funder: World.pension, count: 1, amount: 700_000)
    #expect(try await twin.store.settlement(window: "202611") == [row])
    #expect(try await twin.store.settlement(window: "202612") == [])
    let advance = AccountKey(.agentAdvance, book: World.social01, funder: World.pension, subject: "BD01")
    #expect(try await Self.balance(twin.store, advance) == -700_000)
    #expect(try await twin.run(World.record(1, .void, terminal: 2)) == .recorded(.voided(returned: 700_000)))
    #expect(try await twin.store.settlement(window: "202611").map(\.amount) == [0])
    #expect(try await twin.store.settlement(window: "202611").map(\.count) == [0])
    #expect(
      try await twin.store.payoutStatus(World.id(1))
        == PayoutStatus(state: .voided(amount: 700_000, at: World.now), verdict: .void))
    let total = try await twin.store.totals(unit: World.social01).first { $0.code == .dueFrom }
    #expect(total == UnitTotal(code: .dueFrom, funder: World.pension, debits: 700_000, credits: 700_000))
    try await twin.compare()
  }

  @Test func severalMonthsLinesAndKindsInOneTap() async throws {
    let twin = try await Twin()
    let rows = [
      World.row(1, 500, period: 202_610, kind: .arrears),
      World.row(1, 40, unit: World.home19, funder: World.local19, programme: 2),
      World.row(1, 60, unit: World.home19, funder: World.local19, programme: 2, kind: .arrears),
    ]
    try await twin.run(
      .fund(Funding(unit: World.home19, funder: World.local19, amount: 1_000, reference: "UNC 2", hands: World.hands()))
    )
    try await twin.run(.importItems(ItemImport(wholeList: "T11x", rows: rows, maker: "Nguyễn A")))
    try await twin.approve("T11x")
    try await twin.run(.creditCycle(CycleCredit(list: "T11x")))
    let payable = try await twin.store.payable(card: World.card(1))
    #expect(payable?.map(\.line) == [1, 1, 2])
    #expect(payable?.map(\.period.yyyymm) == [202_610, 202_611, 202_611])
    #expect(payable?.map(\.amount) == [500, 3_000_000, 100])
    let parts = [World.part(500, period: 202_610), World.part(1_000), World.part(70, line: 2)]
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: parts)).refusal == nil)
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.amount) == [2_999_000, 30])
    #expect(try await twin.run(World.record(1, .void)) == .recorded(.voided(returned: 1_570)))
    #expect(try await twin.store.payable(card: World.card(1)) == payable)
    try await twin.compare()
  }

  @Test func theSameCertificateUnderAnotherKeyGetsTheSameBytes() async throws {
    let twin = try await Twin()
    let posting = World.posting(1, counter: 1, parts: [World.part(10)])
    let first = try await twin.run([twin.request(.payout(posting))])[0]
    let again = try await twin.run([twin.request(.payout(posting))])[0]
    #expect(again.replayed && !first.replayed)
    #expect(again.body == first.body)
    let refused = World.posting(2, counter: 3, parts: [World.part(9_000_000)])
    let no = try await twin.run([twin.request(.payout(refused))])[0]
    let still = try await twin.run([twin.request(.payout(refused))])[0]
    #expect(still.body == no.body && still.status == 422 && still.replayed)
    #expect(try await twin.store.counts().payouts == 1)
    try await twin.compare()
  }
}
