import Ledger
import Testing

@testable import LedgerStore

/// Lists in chunks: nothing counts before the seal, and what is given up is free again.
struct ListTests {
  private static func chunk(_ list: String, _ first: Int64, _ people: Range<Int>, _ amount: Int64 = 100)
    -> LedgerCommand
  {
    .importItems(ItemImport(list: list, first: first, rows: people.map { World.row($0, amount) }))
  }

  private static func seal(_ list: String, _ items: Int64, _ amount: Int64) -> LedgerCommand {
    .sealList(ListSeal(list: list, items: items, amount: amount, maker: "Nguyễn A"))
  }

  @Test func chunksComeInAnyOrderAndAreCreditedInTheListsOrder() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(Self.chunk("L", 4, 13..<15)) == nil)
    #expect(try await twin.refusal(Self.chunk("L", 1, 10..<13)) == nil)
    #expect(try await twin.refusal(.creditCycle(CycleCredit(list: "L"))) == .listOpen)
    #expect(try await twin.run(Self.seal("L", 5, 500)) == .sealed(items: 5, amount: 500))
    try await twin.approve("L")
    for remaining in [3, 1, 0] {
      let count = remaining == 0 ? 1 : 2
      let expected = CreditResult(items: count, amount: Int64(count) * 100, remaining: remaining)
      #expect(try await twin.run(.creditCycle(CycleCredit(list: "L", limit: 2))) == .credited(expected))
    }
    let known = try #require(try await twin.store.list("L"))
    #expect(known.state == .sealed && known.imported == 5 && known.amount == 500 && known.credited == 5)
    try await twin.compare()
  }

  @Test func aListIsSealedOnlyWhole() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(Self.seal("L", 1, 100)) == .unknownList)
    try await twin.run(Self.chunk("L", 1, 10..<12))
    try await twin.run(Self.chunk("L", 4, 13..<15))
    // A hole whose count would be right, a missing row, one too many, another sum.
    for (items, amount) in [(4, 400), (5, 500), (3, 300)] as [(Int64, Int64)] {
      #expect(try await twin.refusal(Self.seal("L", items, amount)) == .listIncomplete)
    }
    try await twin.run(Self.chunk("L", 3, 12..<13))
    #expect(try await twin.refusal(Self.seal("L", 5, 499)) == .listIncomplete)
    #expect(try await twin.refusal(Self.seal("L", 5, 500)) == nil)
    #expect(try await twin.refusal(Self.seal("L", 5, 500)) == .listSealed)
    #expect(try await twin.refusal(Self.chunk("L", 6, 20..<21)) == .listSealed)
    #expect(try await twin.refusal(.abandonList(ListAbandonment(list: "L"))) == .listSealed)
    try await twin.compare()
  }

  @Test func aPlaceIsTakenOnceAndAnItemClaimedOnce() async throws {
    let twin = try await Twin()
    try await twin.run(Self.chunk("L", 1, 10..<13))
    #expect(try await twin.refusal(Self.chunk("L", 3, 20..<22)) == .placeTaken)
    // Also across lists that are both open.
    let again = ItemImport(list: "M", first: 1, rows: [World.row(20, 5), World.row(12, 5)])
    #expect(try await twin.run(.importItems(again)) == .refused(LedgerRefusal(.duplicateItem, place: 1)))
    #expect(try await twin.store.list("M") == nil)
    #expect(
      try await twin.refusal(.importItems(ItemImport(wholeList: "L", rows: [World.row(30, 1)], maker: "Nguyễn A")))
        == .placeTaken)
    #expect(try await twin.store.counts().items == 4)
    try await twin.compare()
  }

  @Test func whatIsGivenUpCanBeClaimedAgain() async throws {
    let twin = try await Twin()
    try await twin.run(Self.chunk("L", 1, 10..<15))
    #expect(try await twin.run(.abandonList(ListAbandonment(list: "L", limit: 2))) == .abandoned(remaining: 3))
    // Half given up: it takes nothing more, can't be credited, and what is not free yet still stands in the way.
    #expect(try await twin.refusal(Self.chunk("L", 6, 15..<16)) == .listAbandoned)
    #expect(try await twin.refusal(Self.seal("L", 5, 500)) == .listAbandoned)
    #expect(try await twin.refusal(.creditCycle(CycleCredit(list: "L"))) == .listAbandoned)
    #expect(try await twin.refusal(Self.chunk("M", 1, 10..<15)) == .duplicateItem)
    #expect(try await twin.run(.abandonList(ListAbandonment(list: "L"))) == .abandoned(remaining: 0))
    #expect(try await twin.run(.abandonList(ListAbandonment(list: "L"))) == .abandoned(remaining: 0))
    #expect(try await twin.refusal(Self.chunk("M", 1, 10..<15, 90)) == nil)
    #expect(try await twin.refusal(Self.seal("M", 5, 450)) == nil)
    try await twin.approve("M")
    // Giving the first one up once more takes nothing from the second.
    try await twin.run(.abandonList(ListAbandonment(list: "L")))
    #expect(try await twin.refusal(Self.chunk("N", 1, 10..<11)) == .duplicateItem)
    #expect(try await twin.run(.creditCycle(CycleCredit(list: "M"))).refusal == nil)
    try await twin.compare()
  }

  @Test func aLineIsTheHoldersOnlyWhenSomethingWasCreditedToIt() async throws {
    let twin = try await Twin()
    let card = World.card(1)
    let other = ItemImport(list: "L", first: 1, rows: [World.row(1, 7, programme: 2)])
    try await twin.run(.importItems(other))
    #expect(try await twin.store.lines(card: card)?.map(\.programme) == [1])
    try await twin.run(Self.seal("L", 1, 7))
    try await twin.approve("L")
    #expect(try await twin.store.lines(card: card)?.map(\.programme) == [1])
    try await twin.run(.creditCycle(CycleCredit(list: "L")))
    #expect(try await twin.store.lines(card: card)?.map(\.programme) == [1, 2])
    try await twin.compare()
  }

  @Test func aListIsCheckedAndApprovedByOthersThanItsMaker() async throws {
    let twin = try await Twin()
    func hand(_ actor: String) -> ListHand { ListHand(list: "L", actor: actor) }
    #expect(try await twin.refusal(.checkList(hand("Lê B"))) == .unknownList)
    try await twin.run(Self.chunk("L", 1, 10..<12, 60_000_000))
    #expect(try await twin.refusal(.checkList(hand("Lê B"))) == .listOpen)
    #expect(try await twin.refusal(.approveCycle(hand("Lê B"))) == .listOpen)
    try await twin.run(Self.seal("L", 2, 120_000_000))
    for maker in ["Nguyễn A", " nguyễn  A "] {
      #expect(try await twin.refusal(.checkList(hand(maker))) == .fourEyesNeeded)
      #expect(try await twin.refusal(.approveCycle(hand(maker))) == .fourEyesNeeded)
    }
    #expect(try await twin.refusal(.approveCycle(hand("Phạm C"))) == .listUnchecked)
    #expect(try await twin.refusal(.creditCycle(CycleCredit(list: "L"))) == .listUnapproved)
    #expect(try await twin.run(.checkList(hand("Lê B"))) == .checked)
    #expect(try await twin.refusal(.checkList(hand("Phạm C"))) == .listChecked)
    // The fund has 97 million: all of the list or nothing of it is set aside, and it may be approved when money comes.
    let approval = twin.request(.approveCycle(hand("Phạm C")))
    #expect(try await twin.run([approval])[0].outcome.refusal?.code == .fundTooLow)
    #expect(try await twin.store.balances(.cycleApproved).allSatisfy { $0.totals.debits == $0.totals.credits })
    #expect(try await twin.refusal(.creditCycle(CycleCredit(list: "L"))) == .listUnapproved)
    try await twin.run(
      .fund(
        Funding(
          unit: World.social19, funder: World.pension, amount: 50_000_000, reference: "UNC 2", hands: World.hands())))
    let approved = CycleApproved(purses: 1, amount: 120_000_000)
    #expect(try await twin.run([approval])[0].outcome == .approved(approved))
    #expect(try await twin.refusal(.approveCycle(hand("Phạm C"))) == .listApproved)
    // What is set aside can't be approved away by another list.
    try await twin.run(
      .importItems(ItemImport(wholeList: "M", rows: [World.row(20, 50_000_000)], maker: "Nguyễn A")))
    try await twin.run(.checkList(ListHand(list: "M", actor: "Lê B")))
    #expect(try await twin.refusal(.approveCycle(ListHand(list: "M", actor: "Lê B"))) == .fundTooLow)
    for remaining in [1, 0] {
      let expected = CreditResult(items: 1, amount: 60_000_000, remaining: remaining)
      #expect(try await twin.run(.creditCycle(CycleCredit(list: "L", limit: 1))) == .credited(expected))
    }
    #expect(
      try await twin.store.list("L")?.hands == [.made: "Nguyễn A", .checked: "Lê B", .approved: "Phạm C"])
    try await twin.compare()
  }

  @Test func tenThousandItems() async throws {
    let twin = try await Twin()
    for chunk in 0..<10 {
      let rows = (0..<1_000).map { World.row(100 + chunk * 1_000 + $0, 1_000) }
      let command = ItemImport(list: "BIG", first: Int64(chunk * 1_000 + 1), rows: rows)
      #expect(try await twin.refusal(.importItems(command)) == nil)
    }
    #expect(try await twin.refusal(Self.seal("BIG", 10_000, 10_000_000)) == nil)
    try await twin.approve("BIG")
    for _ in 0..<10 { #expect(try await twin.refusal(.creditCycle(CycleCredit(list: "BIG"))) == nil) }
    #expect(try await twin.store.counts().items == 10_001)
    try await twin.compare()
  }
}
