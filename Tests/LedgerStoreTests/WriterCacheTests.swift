import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// What the writer keeps between payouts is never older than the ledger.
@Suite("The writer's cache")
struct WriterCacheTests {
  /// The n-th payout; counters with gaps need no word of the certificate before.
  private static func pay(_ number: Int, _ amount: Int64 = 10, terminal: Int = 1) -> LedgerCommand {
    .payout(
      World.posting(
        number, counter: UInt32(2 * number), parts: [World.part(amount)], terminal: terminal,
        province: terminal == 1 ? "19" : "01"))
  }

  /// Commands that change what payouts are decided by, each after payouts and before others; the refusals of all.
  static let changes: [(name: String, commands: [LedgerCommand], refusals: [RefusalCode?])] = [
    ("a terminal is revoked", [.revokeTerminal(keyHash: World.terminalKey(1))], [.terminalRevoked, nil]),
    ("limits are set", [PayoutLimitTests.set(9)], [.visitOverLimit, .visitOverLimit]),
    ("a terminal's day is limited", [PayoutLimitTests.set(0, 0, 25)], [.terminalOverLimit, nil]),
    (
      "an agent gets money",
      [
        .topUpAgent(
          AgentTopUp(agent: "BD01", unit: World.social19, funder: World.pension, amount: 500, hands: World.hands()))
      ], [nil, nil]
    ),
    ("a shift is opened", [ShiftTests.open(World.id(70))], [nil, nil]),
    ("a payout is taken back", [World.record(1, .void)], [nil, nil]),
    (
      "a line is suspended", [.actOnLine(LineAct(line: 1, kind: .lineSuspended, hands: World.hands()))],
      [.lineSuspended, .lineSuspended]
    ),
  ]

  @Test("Whatever changes between payouts counts for the next, in one batch as in several", arguments: [true, false])
  func changed(isOneBatch: Bool) async throws {
    for change in Self.changes {
      let twin = try await Twin()
      let payouts = [Self.pay(1), Self.pay(2, terminal: 2), Self.pay(3)]
      let later = [Self.pay(4), Self.pay(5, terminal: 2), Self.pay(6, terminal: 2)]
      let requests = (payouts + change.commands + later).map { twin.request($0) }
      var answers: [LedgerAnswer] = []
      if isOneBatch {
        answers = try await twin.run(requests)
      } else {
        for request in requests { answers += try await twin.run([request]) }
      }
      let refusals = answers.map { $0.outcome.refusal?.code }
      #expect(refusals.prefix(3 + change.commands.count).allSatisfy { $0 == nil }, "\(change.name)")
      #expect(Array(refusals.suffix(3).prefix(2)) == change.refusals, "\(change.name)")
      try await twin.compare()
    }
  }

  @Test("A batch that is applied again with savepoints counts nothing twice")
  func again() async throws {
    let twin = try await Twin()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(
        sql: """
          CREATE TEMP TRIGGER planted BEFORE INSERT ON payout WHEN NEW.amount = 13
          BEGIN SELECT RAISE(ABORT, 'planted'); END
          """)
    }
    try await twin.run([Self.pay(1), Self.pay(2)].map { twin.request($0) })
    let batch = [Self.pay(3, 20), Self.pay(4, 13), Self.pay(5, 30)]
    let results = try await twin.store.apply(batch.enumerated().map { World.request("again \($0)", $1) })
    #expect(results.map { (try? $0.get()) != nil } == [true, false, true])
    try await twin.store.apply([World.request("last", Self.pay(6, 40))]).forEach { _ = try $0.get() }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.isClean, "\(report.problems)")
    let advance = AccountKey(.agentAdvance, book: World.social19, funder: World.pension, subject: "BD01")
    let credits = try await twin.store.balances(.agentAdvance).first { $0.key == advance }?.totals.credits
    #expect(credits == 110)
  }

  @Test("A posted outcome is stored as Foundation's encoder writes it", arguments: [true, false])
  func text(paidBefore: Bool) throws {
    let outcome = LedgerOutcome.posted(
      PayoutResult(
        transactionID: [0, 7, 255] + World.id(9).suffix(13), amount: 1_234_567,
        postedOn: PostingDay(unixMilliseconds: World.now), paidBefore: paidBefore))
    let (stored, encoded) = (try outcome.storedText, try outcome.encoded)
    #expect(stored == encoded)
  }
}
