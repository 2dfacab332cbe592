import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Random deaths, withdrawals and inheritances among random commands of every other kind, against the reference.
struct RandomLifeTests {
  @Test(arguments: [3, 4, 5, UInt64.random(in: 100 ... .max)])
  func livesAgree(_ seed: UInt64) async throws {
    let twin = try await Twin("seed \(seed)", ready: false)
    var lives = RandomLives(seed: seed)
    for command in lives.commands.beginning() { #expect(try await twin.run(command).refusal == nil) }
    for _ in 0..<220 {
      let batch = (0...lives.pick(12)).map { _ in
        twin.request(lives.next(twin.reference), at: World.now + lives.commands.time())
      }
      try await twin.run(batch)
    }
    try await twin.compare(cards: 60)
    let counts = try await twin.store.pool.read { db in
      try Int.fetchAll(
        db,
        sql: """
          SELECT COUNT(*) FROM act WHERE kind = 30 UNION ALL SELECT COUNT(*) FROM receivable_release x
          JOIN act a ON a.sequence = x.act AND a.kind = 30
          """)
    }
    // The one drawn at each run need only agree.
    #expect(seed > 99 || counts[0] > 9 && counts[1] > 0, "seed \(seed): \(counts)")
  }
}

extension RandomCommands {
  /// What is owed to others or to a funder, paid.
  mutating func payment() -> LedgerCommand {
    let amount = Int64.random(in: 1...300, using: &generator)
    switch Int.random(in: 0..<5, using: &generator) {
    case 0, 1: return World.pays("TP\(amount % 2)", amount)
    case 2: return World.paysAgent(amount, "UNC \(amount % 30)")
    default: return World.givesBack(amount * 3)
    }
  }
}

/// Commands about people's lives, and in between those of ``RandomCommands``.
struct RandomLives {
  var commands: RandomCommands
  private var cards = 30
  private var payouts = 50_000

  init(seed: UInt64) { commands = RandomCommands(seed: seed) }

  mutating func pick(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &commands.generator) }

  mutating func next(_ reference: ReferenceLedger) -> LedgerCommand {
    guard pick(3) == 0 else { return commands.next(reference) }
    let (person, other) = (1 + pick(RandomCommands.cards), 1 + pick(RandomCommands.cards + 3))
    switch pick(20) {
    case 0, 1: return DeathTests.death(person, on: 20_260_501 + Int32(pick(6)) * 100)
    case 2..<5: return DeathWithdrawalTests.withdrawal(person)
    case 5: return DeathTests.heir(person, other)
    case 6, 7:
      let item = ItemName(
        line: UInt32(1 + pick(24)), period: World.period(202_605 + Int32(pick(8))), kind: .inherited,
        number: 1)
      return World.correction(0, item)
    case 8: return World.recovered(Int64(1 + pick(900)), of: Int64(1 + pick(20)))
    case 9: return World.writtenOff(Int64(1 + pick(900)), of: Int64(1 + pick(20)))
    case 10:
      return DeathTests.act(person, .funeralClaimed(by: World.person(other), programme: 1, list: "MT"))
    case 11: return DeathTests.act(person, .funeralWithdrawn)
    case 12: return line()
    case 13:
      cards += 1
      return World.registration(card: cards, person: person)
    case 14: return World.record(pick(60), pick(2) == 0 ? .void : .paid)
    case 15: return ReversalTests.reversal(World.id(50_001 + pick(max(1, payouts - 50_000))))
    default: return byHand(person, reference)
    }
  }

  private mutating func line() -> LedgerCommand {
    let line = UInt32(1 + pick(16))
    switch pick(4) {
    case 0: return LineActTests.act(.lineEnded, line: line, last: 202_605 + Int32(pick(8)))
    case 1: return LineActTests.act(.lineSuspended, line: line)
    default: return LineActTests.act(.lineResumed, line: line)
    }
  }

  /// Of what a person has; seldom of what nobody knows.
  private mutating func byHand(_ person: Int, _ reference: ReferenceLedger) -> LedgerCommand {
    payouts += 1
    let open = reference.payable(card: World.card(person))?.randomElement(using: &commands.generator)
    let part =
      open.map { World.part($0.amount, line: $0.line, period: $0.period.yyyymm) } ?? World.part(1)
    return HandPayoutTests.list(
      [HandPayoutTests.visit(payouts, person: person, parts: [part], reason: "thẻ hỏng")], "LL-\(payouts)",
      scan: World.terminalKey(40 + payouts % 100))
  }
}
