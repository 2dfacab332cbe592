import Ledger
import Testing

@testable import LedgerStore

/// A ledger that was restored, and what terminals' journals say of it.
@Suite("Acts about the chain")
struct ChainActTests {
  private static let centre = ChainAct.byItself("test")

  private static func act(_ kind: EntitlementActKind, _ terminal: Int, _ content: String = "") -> LedgerCommand {
    .actOnChain(ChainAct(kind, terminal: World.terminalKey(terminal), content: content, hands: centre))
  }

  private static func waive(_ terminal: Int, checker: String = "Lê B") -> LedgerCommand {
    .actOnChain(
      ChainAct(
        .journalWaived, terminal: World.terminalKey(terminal),
        hands: ActHands(maker: "Nguyễn A", checker: checker, office: "TT", reason: "máy mất")))
  }

  /// A posting that its terminal shows to have been answered, `late` milliseconds after its challenge had ended.
  private static func resent(_ number: Int, counter: UInt32, _ amount: Int64, period: Int32 = 202_611, late: Int64 = -1)
    -> LedgerCommand
  {
    let posting = World.posting(number, counter: counter, parts: [World.part(amount, period: period)])
    let until = World.now / 1_000 - 86_400
    return .payout(
      PayoutPosting(
        transactionID: posting.transactionID, card: posting.card, counter: counter, identity: posting.identity,
        certificate: posting.certificate, previous: posting.previous, allocations: posting.allocations,
        terminal: posting.terminal, hostProvince: "19", commune: "05443", mode: .online,
        terminalTime: posting.terminalTime,
        challenge: .answered(until: until, at: until * 1_000 + late, head: "centre/1/9/ab")))
  }

  @Test("Journals are waited for after a restoring only, each once; a contradiction is kept once")
  func acts() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(Self.act(.journalReported, 1)) == .journalNotAwaited)
    #expect(try await twin.refusal(Self.waive(1)) == .journalNotAwaited)
    let restored = LedgerCommand.actOnChain(ChainAct(.ledgerRestored, content: "of a backup", hands: Self.centre))
    for _ in 0..<2 {
      #expect(try await twin.refusal(restored) == nil)
      #expect(try await twin.store.awaitedTerminals(limit: 9).map(\.point) == ["P1", "P2"])
      #expect(try await twin.refusal(Self.act(.journalReported, 1)) == nil)
      #expect(try await twin.refusal(Self.act(.journalReported, 1)) == .journalNotAwaited)
      #expect(try await twin.refusal(Self.waive(1)) == .journalNotAwaited)
      #expect(try await twin.refusal(Self.act(.journalReported, 7)) == .unknownTerminal)
      #expect(try await twin.refusal(Self.waive(2, checker: "")) == .fourEyesNeeded)
      #expect(try await twin.refusal(Self.waive(2)) == nil)
      #expect(try await twin.refusal(Self.waive(2)) == .journalNotAwaited)
      #expect(try await twin.store.awaitedTerminals(limit: 9).isEmpty)
      let known = try #require(try await twin.store.restoration())
      #expect(known.reported == [World.terminalKey(1)] && known.waived == [World.terminalKey(2)])
      #expect(try await twin.refusal(Self.act(.journalReported, 2)) == nil)
    }
    let before = try await twin.store.restoration()
    let first = try #require(before?.firsts.last)
    #expect(before?.firsts.count == 2)
    #expect(before?.explains(epoch: first.epoch - 1, sequence: first.sequence) == true)
    #expect(before?.explains(epoch: first.epoch, sequence: first.sequence) == false)
    #expect(before?.explains(epoch: first.epoch - 1, sequence: 1) == false)
    for _ in 0..<2 { #expect(try await twin.refusal(Self.act(.headContradicted, 1, "a against b")) == .historyDiffers) }
    #expect(try await twin.refusal(Self.act(.headContradicted, 1, "c against b")) == .historyDiffers)
    let kept = try await twin.store.read { try $0.one("SELECT COUNT(*) FROM act WHERE kind = 81", [])?.int(0) }
    #expect(kept == 2)
    #expect(try await twin.refusal(.revokeTerminal(keyHash: World.terminalKey(2))) == nil)
    #expect(try await twin.refusal(restored) == nil)
    #expect(try await twin.refusal(Self.act(.journalReported, 2)) == .terminalRevoked)
    #expect(try await twin.store.awaitedTerminals(limit: 9).map(\.point) == ["P1"])
    // Here they were in the middle of an epoch, which no restoring is.
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.allSatisfy { $0.place.hasPrefix("restoring that does not begin an epoch") })
    #expect(report.problemCount == 3)
  }

  @Test("What was answered in time is posted as of that day, over limits; what can be credited again is not decided")
  func resent() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(PayoutLimitTests.set(0, 1, 0)) == nil)
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [World.part(10)])).refusal == nil)
    // A day before: its own day has had no visit yet.
    #expect(try await twin.refusal(Self.resent(2, counter: 3, 20)) == nil)
    #expect(try await twin.refusal(Self.resent(3, counter: 5, 20)) == .cardVisitsOver)
    #expect(try await twin.refusal(Self.resent(4, counter: 7, 20, late: 1_000)) == .cardVisitsOver)
    #expect(try await twin.refusal(PayoutLimitTests.set()) == nil)
    #expect(try await twin.refusal(Self.resent(5, counter: 9, 20, late: 1_000)) == .challengeExpired)
    for _ in 0..<2 {
      #expect(try await twin.refusal(Self.resent(6, counter: 11, 20, period: 202_612)) == .periodNotOpen)
    }
    let list = ItemImport(wholeList: "T12", rows: [World.row(1, 100, period: 202_612)], maker: "Nguyễn A")
    #expect(try await twin.refusal(.importItems(list)) == nil)
    try await twin.approve("T12")
    #expect(try await twin.refusal(.creditCycle(CycleCredit(list: "T12"))) == nil)
    #expect(try await twin.refusal(Self.resent(6, counter: 11, 20, period: 202_612)) == nil)
    #expect(try await twin.refusal(Self.resent(7, counter: 13, 3_000_000)) == .amountOverOpen)
    let days = try await twin.store.read { sql in
      try sql.all("SELECT effective_date FROM payout ORDER BY transaction_id", []).map { try $0.int(0) }
    }
    #expect(days == [Int64(World.today), Int64(World.today) - 1, Int64(World.today) - 1])
    // No restoring can have lost them: the audit says so of each.
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problemCount == 2)
    #expect(report.problems.allSatisfy { $0.place.contains("no restoring can have lost") })
  }

  @Test("What an agent has paid is booked, whatever its limit")
  func overTheAgentsLimit() async throws {
    let twin = try await Twin()
    let rows = [World.row(1, 90_000_000, period: 202_612)]
    #expect(
      try await twin.refusal(.importItems(ItemImport(wholeList: "T12", rows: rows, maker: "Nguyễn A"))) == nil)
    try await twin.approve("T12")
    #expect(try await twin.refusal(.creditCycle(CycleCredit(list: "T12"))) == nil)
    let part = World.part(90_000_000, period: 202_612)
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [part])).refusal?.code == .agentLimit)
    #expect(try await twin.refusal(Self.resent(2, counter: 3, 90_000_000, period: 202_612)) == nil)
  }
}
