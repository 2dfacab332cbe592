import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// What card payouts may come to.
@Suite("Limits of payouts")
struct PayoutLimitTests {
  static func set(
    _ visit: Int64 = 0, _ cardDay: Int64 = 0, _ terminalDay: Int64 = 0, checker: String = "Lê B"
  ) -> LedgerCommand {
    .setPayoutLimits(
      PayoutLimitsDecision(
        limits: PayoutLimits(mostPerVisit: visit, visitsPerCardDay: cardDay, mostPerTerminalDay: terminalDay),
        hands: ActHands(maker: "Nguyễn A", checker: checker, office: "BHXH-19", reason: "kỳ 11")))
  }

  /// Pays amounts one after the other, each under the next counter; the refusals.
  private func pay(
    _ twin: Twin, _ amounts: [Int64], from first: Int = 1, at time: Int64 = World.now
  ) async throws -> [RefusalCode?] {
    var refusals: [RefusalCode?] = []
    for (index, amount) in amounts.enumerated() {
      let number = first + index
      // Counters with gaps need no word of the certificate before.
      let posting = World.posting(number, counter: UInt32(2 * number), parts: [World.part(amount)])
      refusals.append(try await twin.run(.payout(posting), at: time).refusal?.code)
    }
    return refusals
  }

  @Test("A visit, a card's day and a terminal's day end at their limits; a new day begins again")
  func limits() async throws {
    let twin = try await Twin()
    #expect(try await twin.run(Self.set(1_000, 3, 2_500)) == .acted(EntitlementActResult(sequence: 3)))
    let first = try await pay(twin, [1_001, 1_000, 1_000, 501, 500, 1])
    #expect(first == [.visitOverLimit, nil, nil, .terminalOverLimit, nil, .cardVisitsOver])
    #expect(try await pay(twin, [1_000], from: 10, at: World.now + 86_400_000) == [nil])
    #expect(try await twin.run(Self.set()).refusal == nil)
    #expect(try await pay(twin, [100_000, 1, 1, 1], from: 20) == [nil, nil, nil, nil])
    #expect(try await twin.store.payoutLimits() == .none)
    try await twin.compare()
  }

  @Test("A void visit does not count, one that an office took back does")
  func counted() async throws {
    let twin = try await Twin()
    try await twin.run(Self.set(0, 1, 0))
    #expect(try await pay(twin, [10]) == [nil])
    #expect(try await twin.run(World.record(1, .void)).refusal == nil)
    #expect(try await pay(twin, [10], from: 2) == [nil])
    #expect(try await twin.run(World.record(2, .paid)).refusal == nil)
    #expect(try await twin.run(ReversalTests.reversal(World.id(2))).refusal == nil)
    #expect(try await pay(twin, [10], from: 3) == [.cardVisitsOver])
    try await twin.compare()
  }

  @Test("Of several reasons the first in the order of checks is answered, and it is final")
  func order() async throws {
    let twin = try await Twin()
    try await twin.run(Self.set(10, 1, 10))
    #expect(try await pay(twin, [3_000_001]) == [.amountOverOpen])
    #expect(try await pay(twin, [11], from: 2) == [.visitOverLimit])
    #expect(try await pay(twin, [10], from: 3) == [nil])
    #expect(try await pay(twin, [10], from: 4) == [.cardVisitsOver])
    try await twin.run(Self.set())
    // The same certificate again: what was refused stays refused.
    #expect(try await pay(twin, [10], from: 4) == [.cardVisitsOver])
    #expect(try await twin.refusal(Self.set(1, checker: "")) == .fourEyesNeeded)
    #expect(try await twin.refusal(Self.set(-1)) == .malformed)
    try await twin.compare()
  }

  @Test(
    "Limits that were changed behind the chain's back are found",
    arguments: [
      "UPDATE payout_limit SET visit = 0", "DELETE FROM payout_limit", "UPDATE act SET content = 'x' WHERE kind = 44",
    ])
  func tampered(_ statement: String) async throws {
    let twin = try await Twin()
    try await twin.run(Self.set(10))
    try await twin.store.pool.write { try $0.execute(sql: statement) }
    #expect(try await !twin.store.audit(evidence: World.verify).isClean)
  }
}
