import Ledger
import Testing

@testable import LedgerStore

/// Deaths that are withdrawn after heirs had what the person had not collected.
@Suite("Deaths that are withdrawn after an inheritance")
struct InheritanceWithdrawalTests {
  /// Person 2 has a card and inherited 3,000,000 đ of person 1 on line 2.
  private static func inherited() async throws -> Twin {
    let twin = try await Twin()
    try await twin.run(DeathTests.death(on: 20_261_103))
    try await twin.run(DeathTests.heir())
    try await twin.run(World.registration(card: 2, person: 2))
    return twin
  }

  private static let november = LedgerCommand.importItems(
    ItemImport(wholeList: "T11b", rows: [World.row(1, 3_000_000)], maker: "Nguyễn A"))

  @Test("What an heir has comes back first, wholly; then the month is listed again")
  func heir() async throws {
    let twin = try await Self.inherited()
    let item = World.name(2, 202_611, .inherited)
    let withdrawal = DeathWithdrawalTests.withdrawal()
    #expect(try await twin.refusal(withdrawal) == .inheritanceStands)
    let posting = World.posting(1, card: 2, counter: 1, parts: [World.part(500, line: 2)])
    #expect(try await twin.posting(posting).refusal == nil)
    #expect(try await twin.run(World.correction(200, item)).refusal == nil)
    #expect(try await twin.refusal(withdrawal) == .inheritanceStands)
    #expect(try await twin.run(World.correction(0, item)).refusal == nil)
    // The heir owes 300 đ and 200 đ.
    #expect(try await twin.refusal(withdrawal) == .inheritanceStands)
    try await twin.run(World.recovered(300, of: 1))
    try await twin.run(World.recovered(100, of: 2))
    #expect(try await twin.refusal(withdrawal) == .inheritanceStands)
    try await twin.run(World.writtenOff(100, of: 2))
    #expect(try await twin.refusal(Self.november) == .duplicateItem)
    #expect(try await twin.run(withdrawal) == DeathWithdrawalTests.acted(10, 0, lines: 1))
    #expect(try await twin.refusal(Self.november) == nil)
    try await twin.compare(cards: 2)
    // What is inherited after a later death is another matter.
    try await twin.approve("T11b")
    try await twin.run(.creditCycle(CycleCredit(list: "T11b")))
    try await twin.run(DeathTests.death(on: 20_261_104))
    #expect(try await twin.run(DeathTests.heir()).refusal == nil)
    #expect(try await twin.refusal(withdrawal) == .inheritanceStands)
    #expect(
      try await twin.refusal(
        .importItems(ItemImport(wholeList: "X", rows: [World.row(1, 3_000_000)], maker: "Nguyễn A")))
        == .duplicateItem)
    try await twin.compare(cards: 2)
  }

  @Test("What went on to an heir's heir comes back first as well")
  func nextHeir() async throws {
    let twin = try await Self.inherited()
    try await twin.run(DeathTests.death(2, on: 20_261_104))
    try await twin.run(DeathTests.heir(2, 3))
    let withdrawal = DeathWithdrawalTests.withdrawal()
    #expect(try await twin.refusal(withdrawal) == .inheritanceStands)
    try await twin.run(World.correction(0, World.name(3, 202_611, .inherited)))
    #expect(try await twin.run(withdrawal) == DeathWithdrawalTests.acted(8, 0, lines: 1))
    try await twin.compare(cards: 2)
    // The heir lives as well: nothing of hers stands in the way.
    #expect(try await twin.run(DeathWithdrawalTests.withdrawal(2)) == DeathWithdrawalTests.acted(9, 0, lines: 1))
    try await twin.compare(cards: 2)
  }

  @Test("An inheritance that is made to stand behind a withdrawal is found")
  func tampered() async throws {
    let twin = try await Self.inherited()
    try await twin.run(World.correction(0, World.name(2, 202_611, .inherited)))
    #expect(try await twin.refusal(DeathWithdrawalTests.withdrawal()) == nil)
    try await twin.compare(cards: 2)
    try await DeathWithdrawalTests.tamper(
      twin, "UPDATE item_open SET taken = 0 WHERE line = 2", "inheritance that stands though the death was withdrawn")
  }
}
