import GRDB
import Ledger
import Testing

@testable import LedgerStore

struct BatchTests {
  @Test func aLaterRequestSeesTheEarlierOnesOfItsBatch() async throws {
    let twin = try await Twin(ready: false)
    let posting = World.posting(1, counter: 1, parts: [World.part(3_000_000)])
    let commands = World.ready + [.payout(posting), .payout(posting), World.record(1, .void), .payout(posting)]
    let answers = try await twin.run(commands.map { twin.request($0) })
    #expect(answers.allSatisfy { $0.outcome.refusal == nil })
    #expect(answers.map(\.replayed).filter { $0 }.count == 2)
    #expect(Set(answers.map(\.head)).count == 1)
    #expect(answers.last?.head.sequence == 1)
    try await twin.compare()
  }

  @Test func duplicatesWithinABatch() async throws {
    let twin = try await Twin()
    let command = LedgerCommand.fund(
      Funding(unit: World.social19, funder: World.pension, amount: 5, reference: "UNC", hands: World.hands()))
    let batch = [
      World.request("same", command, payload: 1), World.request("same", command, payload: 1),
      World.request("same", command, payload: 2),
    ]
    let answers = try await twin.run(batch)
    #expect(answers[0].body == answers[1].body)
    #expect(answers.map(\.replayed) == [false, true, false])
    #expect(answers[2].outcome.refusal?.code == .idempotencyKeyReused)
    try await twin.compare()
  }

  @Test func aRefusalLeavesItsNeighboursAlone() async throws {
    let twin = try await Twin()
    let bad = ItemImport(
      wholeList: "BAD", rows: [World.row(50, 1), World.row(51, 1), World.row(1, 1)], maker: "Nguyễn A")
    let batch = [
      twin.request(.payout(World.posting(1, counter: 1, parts: [World.part(10)]))),
      twin.request(.importItems(bad)),
      twin.request(.payout(World.posting(2, counter: 3, parts: [World.part(10)]))),
    ]
    #expect(try await twin.run(batch).map { $0.outcome.refusal?.code } == [nil, .duplicateItem, nil])
    #expect(try await twin.store.counts().persons == 1)
    try await twin.compare()
  }

  @Test func aConstraintErrorLeavesItsNeighboursAlone() async throws {
    let twin = try await Twin()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(
        sql: """
          CREATE TEMP TRIGGER planted BEFORE INSERT ON payout WHEN NEW.amount = 13
          BEGIN SELECT RAISE(ABORT, 'planted'); END
          """)
    }
    let amounts: [Int64] = [10, 13, 20]
    let batch = amounts.enumerated().map { index, amount in
      World.request(
        "p\(index)", .payout(World.posting(index + 1, counter: UInt32(index * 2 + 1), parts: [World.part(amount)])))
    }
    let results = try await twin.store.apply(batch)
    #expect(results.map { (try? $0.get())?.outcome.refusal == nil } == [true, true, true])
    #expect(throws: LedgerStoreError.constraint(message: "planted")) { try results[1].get() }
    #expect(try await twin.store.counts().payouts == 2)
    let open = try await twin.store.payable(card: World.card(1))
    #expect(open?.map(\.amount) == [2_999_970])
    #expect(try await twin.store.audit(evidence: World.verify).isClean)
  }

  /// Crowds of fewer, as many and more than ever come: whoever is missing is not waited for long.
  @Test(arguments: [0, 3, 500, 100_000]) func concurrentRequestsAreBroughtTogether(_ crowd: Int) async throws {
    let twin = try await Twin()
    let before = try await twin.store.head().sequence
    let writer = BatchWriter(store: twin.store, crowd: { crowd })
    let answers = try await withThrowingTaskGroup(of: LedgerAnswer.self) { group in
      for index in 0..<500 {
        group.addTask {
          let command = LedgerCommand.fund(
            Funding(unit: World.home19, funder: World.local19, amount: 1, reference: "UNC", hands: World.hands()))
          return try await writer.submit(World.request("key of \(index / 2)", command))
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.count == 500)
    #expect(answers.filter(\.replayed).count == 250)
    #expect(Set(answers.map(\.body)).count == 250)
    let fund = AccountKey(.programmeFund, book: World.home19, funder: World.local19)
    #expect(try await PayoutTests.balance(twin.store, fund) == 250)
    let batches = try await twin.store.head().sequence - before
    #expect(batches < 250)
    #expect(try await twin.store.audit(evidence: World.verify).isClean)
  }

  @Test func aChunkOfLongWorkIsABatchOfItsOwn() async throws {
    let twin = try await Twin()
    let writer = BatchWriter(store: twin.store)
    let heads = try await withThrowingTaskGroup(of: (isLong: Bool, batch: Int64).self) { group in
      for index in 0..<220 {
        group.addTask {
          let isLong = index % 11 == 0
          let rows = [World.row(100 + index, 70, period: 202_612)]
          let list = ItemImport(wholeList: "L\(index)", rows: rows, maker: "Nguyễn A")
          let answer = try await writer.submit(
            isLong ? World.request("l\(index)", .importItems(list)) : DurabilityTests.fund("f\(index)"))
          try #require(answer.outcome.refusal == nil)
          return (isLong, answer.head.sequence)
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let long = heads.filter(\.isLong).map(\.batch)
    let others = Set(heads.filter { !$0.isLong }.map(\.batch))
    #expect(long.count == 20 && Set(long).count == 20)
    #expect(others.isDisjoint(with: long))
    // Between two chunks everybody else who waits has a turn.
    #expect(others.count < 100)
    #expect(try await twin.store.audit(evidence: World.verify).isClean)
  }

  @Test func oneAfterTheOtherInACrowd() async throws {
    let twin = try await Twin()
    let writer = BatchWriter(store: twin.store, crowd: { 1_000 })
    for index in 0..<30 {
      #expect(try await writer.submit(DurabilityTests.fund("one \(index)")).outcome.refusal == nil)
    }
  }

  @Test func aMoneyTapIsPaidOnceHoweverOftenItIsSent() async throws {
    let twin = try await Twin()
    let writer = BatchWriter(store: twin.store)
    let posting = World.posting(1, counter: 1, parts: [World.part(3_000_000)])
    let bodies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for index in 0..<64 {
        group.addTask { try await writer.submit(World.request("try \(index)", .payout(posting))).body }
      }
      return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
    }
    #expect(bodies.count == 1)
    #expect(try await twin.store.counts().payouts == 1)
    #expect(try await twin.store.audit(evidence: World.verify).isClean)
  }
}
