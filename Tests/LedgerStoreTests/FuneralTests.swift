import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// A funeral grant is paid by the claim that names the death, and once.
@Suite("Funeral grants")
struct FuneralTests {
  private static func claim(
    _ deceased: Int = 1, by claimant: Int = 2, programme: UInt16 = 9, list: String = "MT"
  ) -> LedgerCommand {
    DeathTests.act(
      deceased, .funeralClaimed(by: World.person(claimant), programme: programme, list: list), checker: "")
  }

  private static func row(
    _ claimant: Int = 2, deceased: Int? = 1, programme: UInt16 = 9, period: Int32 = 202_611,
    funder: Funder = World.pension
  ) -> ItemRow {
    World.row(claimant, 900, period: period, funder: funder, programme: programme, kind: .funeral, deceased: deceased)
  }

  private static func list(_ rows: [ItemRow], _ name: String = "MT") -> LedgerCommand {
    .importItems(ItemImport(wholeList: name, rows: rows, maker: "Nguyễn A"))
  }

  private static func credit(_ twin: Twin, _ list: String = "MT") async throws {
    try await twin.approve(list)
    try await twin.run(.creditCycle(CycleCredit(list: list)))
  }

  private static let withdrawal = DeathTests.act(1, .funeralWithdrawn, checker: "")

  @Test("One claim for each death, by somebody alive, until it is withdrawn")
  func claims() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(Self.claim()) == .personNotDead)
    try await twin.run(DeathTests.death())
    #expect(try await twin.refusal(Self.claim(by: 1)) == .personDead)
    #expect(try await twin.refusal(Self.withdrawal) == .funeralUnclaimed)
    #expect(try await twin.run(Self.claim()).refusal == nil)
    #expect(try await twin.refusal(Self.claim(by: 3)) == .funeralKnown)
    #expect(try await twin.refusal(Self.withdrawal) == nil)
    #expect(try await twin.refusal(Self.withdrawal) == .funeralUnclaimed)
    #expect(try await twin.refusal(Self.claim(by: 3)) == nil)
    try await twin.compare()
  }

  @Test("A row is owed by the claim of its claimant, programme and list, and by no other")
  func rows() async throws {
    let twin = try await Twin()
    let unclaimed = LedgerOutcome.refused(LedgerRefusal(.funeralUnclaimed, place: 1))
    func refused(_ row: ItemRow, _ name: String = "MT") async throws {
      #expect(try await twin.run(Self.list([World.row(7, 5), row], name)) == unclaimed)
    }
    #expect(try await twin.refusal(Self.list([Self.row(deceased: nil)])) == .malformed)
    #expect(try await twin.refusal(Self.list([World.row(7, 5, deceased: 1)])) == .malformed)
    try await refused(Self.row(99, deceased: 98))
    try await twin.run(DeathTests.death())
    try await refused(Self.row())
    try await twin.run(Self.claim())
    try await refused(Self.row(3))
    try await refused(Self.row(deceased: 3))
    try await refused(Self.row(programme: 8))
    try await refused(Self.row(), "MT-2")
    #expect(try await twin.refusal(Self.list([Self.row()])) == nil)
    try await twin.compare()
  }

  @Test("One death is paid once, whatever the month; two funders may share it; two deaths are two grants")
  func once() async throws {
    let twin = try await Twin()
    try await twin.run(DeathTests.death())
    try await twin.run(DeathTests.death(7))
    try await DeathTests.list(twin, "T", [World.row(7, 5)])
    try await twin.run(DeathTests.death(7))
    try await twin.run(Self.claim())
    try await twin.run(Self.claim(7))
    #expect(
      try await twin.run(Self.list([Self.row(), Self.row()])) == .refused(LedgerRefusal(.duplicateItem, place: 1)))
    #expect(try await twin.refusal(Self.list([Self.row(), Self.row(period: 202_612)])) == .duplicateItem)
    let shared = [Self.row(), Self.row(funder: World.local19), Self.row(deceased: 7)]
    #expect(try await twin.refusal(Self.list(shared)) == nil)
    #expect(try await twin.store.claimed([Self.row()], besides: "MT").isEmpty)
    try await twin.compare()
  }

  @Test("What is credited can't be withdrawn until it has gone back wholly; then another may claim it")
  func afterCredit() async throws {
    let twin = try await Twin()
    try await twin.run(DeathTests.death())
    try await twin.run(Self.claim())
    try await twin.run(Self.list([Self.row()]))
    try await Self.credit(twin)
    #expect(try await twin.refusal(Self.withdrawal) == .funeralCredited)
    let grant = ItemName(line: 2, period: World.period(), kind: .funeral)
    #expect(try await twin.refusal(World.correction(1, grant)) == nil)
    #expect(try await twin.refusal(Self.withdrawal) == .funeralCredited)
    #expect(try await twin.refusal(World.correction(0, grant)) == nil)
    #expect(try await twin.refusal(Self.withdrawal) == nil)
    try await twin.run(Self.claim(list: "MT-2"))
    #expect(try await twin.refusal(Self.list([Self.row()], "MT-2")) == nil)
    try await Self.credit(twin, "MT-2")
    #expect(try DeathTests.balance(twin, .entitlementPayable, "2") == 900)
    try await twin.compare()
  }

  @Test("A claim that is withdrawn before its list is credited pays nothing; the next one's does")
  func withdrawnBeforeCredit() async throws {
    let twin = try await Twin()
    try await twin.run(DeathTests.death())
    try await twin.run(Self.claim())
    try await twin.run(Self.list([Self.row()]))
    try await twin.approve("MT")
    #expect(try await twin.refusal(Self.withdrawal) == nil)
    try await twin.run(Self.claim(by: 3, list: "MT-2"))
    #expect(try await twin.refusal(Self.list([Self.row(3)], "MT-2")) == nil)
    try await twin.run(.creditCycle(CycleCredit(list: "MT")))
    try await Self.credit(twin, "MT-2")
    #expect(try DeathTests.balance(twin, .entitlementPayable, "2") == 0)
    #expect(try DeathTests.balance(twin, .entitlementPayable, "3") == 900)
    try await twin.compare()
  }

  @Test(
    "Claims and grants that were changed behind the chain's back are found by what they say",
    arguments: [
      ("UPDATE funeral_claim SET list = 'X'", "funeral grant without its claim"),
      ("UPDATE funeral_claim SET programme = 8", "funeral grant without its claim"),
      ("UPDATE funeral_claim SET claimant = person", "funeral claim that is not"),
      ("DELETE FROM funeral_claim", "funeral grant without its claim"),
      ("UPDATE item SET basis = 99 WHERE kind = 4", "funeral grant without its claim"),
      ("INSERT INTO funeral_withdrawal SELECT act, act FROM funeral_claim", "funeral grant that is on two lists"),
      ("INSERT INTO funeral_withdrawal SELECT act, act FROM funeral_claim", "funeral claim that was withdrawn"),
    ])
  func tampered(_ statement: String, _ place: String) async throws {
    let twin = try await Twin()
    try await twin.run(DeathTests.death())
    try await twin.run(Self.claim())
    try await twin.run(Self.list([Self.row()]))
    try await Self.credit(twin)
    try await twin.compare()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; " + statement)
    }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains { $0.place.hasPrefix(place) })
  }
}
