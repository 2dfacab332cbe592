import Ledger
import Testing

@testable import LedgerStore

/// A store and the reference, given the same commands; every difference is a failed test.
final class Twin {
  let scratch: Scratch
  let store: SQLiteLedgerStore
  private(set) var reference = ReferenceLedger()
  private(set) var answers: [(key: String, answer: [UInt8])] = []
  private var number = 0
  private let note: Comment?

  init(_ note: Comment? = nil, ready: Bool = true) async throws {
    scratch = Scratch()
    store = try scratch.open()
    self.note = note
    if ready { for command in World.ready { #expect(try await run(command).refusal == nil) } }
  }

  /// Has both collect by the terms.
  func collect(by terms: CollectionTerms) {
    store.collect(by: terms)
    reference.terms = terms
  }

  /// One command under a key of its own.
  @discardableResult
  func run(_ command: LedgerCommand, at time: Int64 = World.now) async throws -> LedgerOutcome {
    try await run([request(command, at: time)])[0].outcome
  }

  /// Has a list of maker Nguyễn A checked and approved.
  func approve(_ list: String) async throws {
    for command in World.approved(list) { #expect(try await run(command).refusal == nil, note) }
  }

  func request(_ command: LedgerCommand, at time: Int64 = World.now) -> LedgerRequest {
    number += 1
    return World.request("key \(number)", command, at: time)
  }

  /// One batch; outcomes are compared with the reference's.
  @discardableResult
  func run(_ batch: [LedgerRequest]) async throws -> [LedgerAnswer] {
    let results = try await store.apply(batch).map { try $0.get() }
    for (request, answer) in zip(batch, results) {
      let expected = reference.apply(
        key: request.idempotencyKey, payloadHash: request.payloadHash, command: request.command,
        receivedAt: request.receivedAt)
      #expect(answer.outcome == expected, note)
      let refusal = answer.outcome.refusal?.code
      if refusal != .idempotencyKeyReused, refusal?.isStored ?? true {
        answers.append((request.idempotencyKey, answer.body))
      }
    }
    return results
  }

  /// The refusal code of one command.
  func refusal(_ command: LedgerCommand) async throws -> RefusalCode? { try await run(command).refusal?.code }

  func posting(_ posting: PayoutPosting) async throws -> LedgerOutcome { try await run(.payout(posting)) }

  /// Balances, what is payable and the cases agree; invariants and the audit hold.
  func compare(cards: Int = 1) async throws {
    var rules = AccountInvariants()
    var stored: [AccountKey: AccountTotals] = [:]
    for account in try await store.balances(nil) {
      stored[account.key] = account.totals
      rules.add(account.key, account.totals)
    }
    #expect(stored == reference.accounts, note)
    #expect(rules.violations().isEmpty, note)
    #expect(Invariants.identicalAnswers(answers).isEmpty, note)
    for card in 1...max(1, cards) {
      let payable = try await store.payable(card: World.card(card))
      #expect(payable == reference.payable(card: World.card(card)), note)
      let life = try await store.life(card: World.card(card))
      let expected = reference.life(card: World.card(card))
      #expect(life?.acts.map(\.kind) == expected?.acts, note)
      let state: StoredCard.State? = expected.map { $0.isTerminated ? .terminated : $0.isBlocked ? .blocked : .active }
      #expect(try await store.card(World.card(card))?.state == state, note)
    }
    #expect(try await store.counts().cases == Int64(reference.cases), note)
    let report = try await store.audit(evidence: World.verify)
    #expect(report.isClean, "\(report.problems)")
  }
}
