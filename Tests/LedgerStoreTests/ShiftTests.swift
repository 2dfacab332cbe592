import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Drawers and bags.
@Suite("Shifts")
struct ShiftTests {
  private static let hands = ActHands(maker: "Trần C", office: "BD-19-001", reason: "ca sáng")

  /// Terminal 0 stands for payouts by hand.
  static func open(_ id: [UInt8], terminal: Int = 1, float: Int64 = 1_000, agent: String = "BD01") -> LedgerCommand {
    .openShift(
      ShiftOpening(
        shift: id, kind: terminal == 0 ? .bag : .counter,
        desk: ShiftDesk(
          agent: agent, point: terminal == 0 ? "XA-19-001" : "P\(terminal)",
          terminal: terminal == 0 ? ShiftDesk.byHand : World.terminalKey(terminal)), float: float, hands: hands))
  }

  static func topUp(_ id: [UInt8], _ amount: Int64) -> LedgerCommand {
    .topUpShift(ShiftTopUp(shift: id, amount: amount, hands: hands))
  }

  static func close(_ id: [UInt8], _ counted: Int64) -> LedgerCommand {
    .closeShift(ShiftClosing(shift: id, counted: counted, hands: hands))
  }

  private static let id = World.id(70)

  /// A shift of terminal 1 with 1,000 + 500 in it, and payouts of 300 paid, 200 void and 100 not reported.
  static func worked() async throws -> Twin {
    let twin = try await Twin()
    // Before the shift: not its business.
    #expect(try await twin.posting(World.posting(9, counter: 1, parts: [World.part(7)])).refusal == nil)
    #expect(try await twin.run(open(id)) == .acted(EntitlementActResult(sequence: 3, amount: 1_000)))
    #expect(try await twin.run(topUp(id, 500)).refusal == nil)
    for (number, amount) in [(1, 300), (2, 200), (3, 100)] as [(Int, Int64)] {
      let posting = World.posting(number, counter: UInt32(10 * number), parts: [World.part(amount)])
      #expect(try await twin.posting(posting).refusal == nil)
    }
    for command in [World.record(9, .paid), World.record(1, .paid), World.record(2, .void)] {
      #expect(try await twin.run(command).refusal == nil)
    }
    return twin
  }

  @Test("What should be there is the float, what was added, less what was reported as paid")
  func closed() async throws {
    let twin = try await Self.worked()
    let shift = try #require(try await twin.store.openShifts(agent: "BD01", point: "P1").first)
    #expect(shift.sums == ShiftSums(float: 1_000, added: 500, paid: 300, returned: 0))
    #expect(shift.silent == 1 && shift.clerk == "Trần C")
    #expect(try await twin.run(Self.close(Self.id, 1_150)) == .acted(EntitlementActResult(sequence: 5, amount: -50)))
    // The difference and the silent payout.
    #expect(try await twin.store.counts().cases == 2)
    // Reported too late for the shift, and no fault of its figures.
    #expect(try await twin.run(World.record(3, .paid)).refusal == nil)
    for command in [Self.close(Self.id, 0), Self.topUp(Self.id, 1)] {
      #expect(try await twin.refusal(command) == .shiftClosed)
    }
    try await twin.compare()
  }

  @Test("A reversal brings its money into the shift that is open; payouts by hand have a bag of their own")
  func returned() async throws {
    let twin = try await Twin()
    let (drawer, bag) = (World.id(70), World.id(71))
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [World.part(300)])).refusal == nil)
    #expect(try await twin.run(World.record(1, .paid)).refusal == nil)
    for command in [Self.open(drawer), Self.open(bag, terminal: 0, float: 50)] {
      #expect(try await twin.run(command).refusal == nil)
    }
    #expect(try await twin.run(ReversalTests.reversal(World.id(1))).refusal == nil)
    let list = HandPayoutTests.list([HandPayoutTests.visit(2, parts: [World.part(40)])])
    #expect(try await twin.run(list).refusal == nil)
    #expect(try await twin.run(Self.close(drawer, 1_300)) == .acted(EntitlementActResult(sequence: 7, amount: 0)))
    #expect(try await twin.run(Self.close(bag, 10)) == .acted(EntitlementActResult(sequence: 8, amount: 0)))
    #expect(try await twin.store.counts().cases == 0)
    try await twin.compare()
  }

  @Test("A desk has one open shift, and a shift is opened once")
  func refused() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(Self.open(Self.id, agent: "NOBODY")) == .unknownAgent)
    #expect(try await twin.refusal(Self.open(Self.id, terminal: 9)) == .unknownTerminal)
    #expect(try await twin.refusal(Self.open(Self.id, float: -1)) == .malformed)
    #expect(try await twin.refusal(Self.close(Self.id, 0)) == .unknownShift)
    #expect(try await twin.run(Self.open(Self.id)).refusal == nil)
    #expect(try await twin.refusal(Self.open(World.id(71))) == .shiftOpen)
    #expect(try await twin.run(Self.close(Self.id, 1_000)).refusal == nil)
    #expect(try await twin.refusal(Self.open(Self.id)) == .shiftOpen)
    #expect(try await twin.run(Self.open(World.id(71))).refusal == nil)
    try await twin.compare()
  }

  @Test(
    "Figures that were changed behind the chain's back are found",
    arguments: [
      "UPDATE shift SET float = float + 1", "UPDATE shift_topup SET amount = amount + 1",
      "UPDATE shift_close SET expected = counted", "UPDATE shift_close SET counted = expected",
      "DELETE FROM shift_payout WHERE transaction_id = x'00000000000000000000000000000001'",
      "DELETE FROM case_file WHERE kind = 40", "INSERT INTO shift_open SELECT id, agent, point, terminal FROM shift",
      "DELETE FROM shift_close", "UPDATE act SET content = 'counted 1200 expected 1200' WHERE kind = 47",
    ])
  func tampered(_ statement: String) async throws {
    let twin = try await Self.worked()
    try await twin.run(Self.close(Self.id, 1_150))
    try await twin.store.pool.write { try $0.execute(sql: statement) }
    #expect(try await !twin.store.audit(evidence: World.verify).isClean)
  }
}
