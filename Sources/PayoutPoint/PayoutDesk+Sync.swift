import CardCrypto
import Foundation
import ISO7816
import ServiceAPI

/// What a look at the centre's chain came to.
public struct LedgerSync: Hashable, Sendable {
  /// A payout that the centre did not take again.
  public struct Refused: Hashable, Sendable {
    /// The transaction, 32 hexadecimal digits.
    public let transaction: String
    /// Why, a code of `ProblemCode`.
    public let code: String
    /// Đồng that were handed over.
    public let amount: Int64
    /// It is decided, and a case is open at the centre; otherwise it is sent again next time.
    public let isFinal: Bool
  }

  /// The newest head, as it came.
  public let head: String
  /// Heads of the journal that the centre was shown.
  public let shown: Int
  /// Of these, and of all others in the journal, those that a restoring has lost.
  public internal(set) var lost = 0
  /// Payouts that were posted again.
  public internal(set) var resent = 0
  /// Those that were not.
  public internal(set) var refused: [Refused] = []
  /// Payouts whose answers were lost, but came with no signed head: they have to be recorded by hand.
  public internal(set) var unproven: [String] = []
  /// The restored centre waited for this journal, and still does: nothing can be paid here yet.
  public internal(set) var isAwaited = false
}

/// Looking at the centre's chain, and sending again what it has lost.
extension PayoutDesk {
  private static let path = "/v1/ledger/heads"

  /// Compares the journal's heads with the centre's chain, and sends again what a restoring has lost.
  ///
  /// `nil` when the centre can't be reached, or nobody checks heads here.
  ///
  /// - Throws: ``PayoutError/history(_:)`` when the centre contradicts what it has signed, ``PayoutError/service(_:)``.
  public func sync() async throws(PayoutError) -> LedgerSync? {
    guard let keeper else { return nil }
    do {
      return try await compare(keeper)
    } catch ServiceClientError.unreachable {
      return nil
    } catch let error as ServiceClientError {
      throw .service(error)
    } catch let error as HistoryError {
      throw .history(error)
    } catch let error as PayoutError {
      throw error
    } catch {
      throw .journal(error)
    }
  }

  private func compare(_ keeper: HeadKeeper) async throws -> LedgerSync {
    let told = try await client.get("/v1/ledger/head", LedgerHeadAnswer.self)
    try keeper.take(told.key.octets)
    try keeper.check(told.head)
    let heads = journal.heads
    let newest = heads.last
    let isThere = try await isThere(newest, keeper)
    let shown = Self.worthShowing(heads)
    let answer: LedgerHeadsAnswer
    do {
      answer = try await report(shown, isComplete: false)
    } catch let error as ServiceClientError {
      guard error.isRefusal(.historyDiffers) else { throw error }
      throw HistoryError.denied(kept: newest?.description ?? "")
    }
    func isLost(_ place: (epoch: Int64, sequence: Int64)) -> Bool {
      answer.restorings.contains { place.epoch < $0.epoch && place.sequence >= $0.firstSequence }
    }
    // A later epoch that begins at or before a head has taken its place: only a restoring may do that.
    func isReplaced(_ head: SignedHead) -> Bool {
      told.epochs.contains { head.epoch < $0.epoch && head.sequence >= $0.firstSequence }
    }
    let gone = heads.first { isReplaced($0) && !isLost(($0.epoch, $0.sequence)) }
    if let gone = gone ?? (isThere ? nil : newest), !isLost((gone.epoch, gone.sequence)) {
      throw HistoryError.missing(kept: gone.description)
    }
    var sync = LedgerSync(head: told.head, shown: shown.count)
    sync.lost = heads.count { isLost(($0.epoch, $0.sequence)) }
    sync.isAwaited = answer.isAwaited
    guard answer.isAwaited else { return sync }
    guard try await resend(&sync, keeper, isLost) else { return sync }
    sync.isAwaited = try await report(Self.worthShowing(journal.heads), isComplete: true).isAwaited
    return sync
  }

  /// Whether the centre's chain has the batch of a head; one with another hash is a fork.
  private func isThere(_ head: SignedHead?, _ keeper: HeadKeeper) async throws -> Bool {
    guard let head, head.sequence > 0 else { return true }
    do {
      let batch = try await client.get("/v1/ledger/heads/\(head.sequence)", LedgerBatchAnswer.self)
      return try keeper.check(batch.head).isAtPlace(of: head)
    } catch let error as ServiceClientError {
      guard error.isRefusal(.notFound) else { throw error }
      return false
    }
  }

  private func report(_ heads: [SignedHead], isComplete: Bool) async throws -> LedgerHeadsAnswer {
    try await client.post(
      Self.path, key: try random.bytes(16).hex,
      LedgerHeadsRequest(
        terminalKeyHash: WireBytes(terminal.keyHash), heads: heads.map(\.description), isComplete: isComplete),
      LedgerHeadsAnswer.self)
  }

  /// The newest heads, and the last of each epoch: a chain that has these has all before them.
  private static func worthShowing(_ heads: [SignedHead]) -> [SignedHead] {
    let ends = zip(heads, heads.dropFirst()).filter { $0.epoch != $1.epoch }.map(\.0)
    let newest = Array(heads.suffix(LedgerHeadsRequest.mostHeads / 2))
    let older = ends.filter { !newest.contains($0) }.suffix(LedgerHeadsRequest.mostHeads / 2)
    return older + newest
  }

  /// Epoch and sequence of a head that came with an answer, signed or, in earlier versions, not.
  private static func place(_ text: String) -> (epoch: Int64, sequence: Int64)? {
    let parts = text.split(separator: "/")
    guard parts.count >= 4, let epoch = Int64(parts[1]), let sequence = Int64(parts[2]) else { return nil }
    return (epoch, sequence)
  }

  /// Sends everything again that was lost, in the order it was made; whether all of it is decided now.
  private func resend(
    _ sync: inout LedgerSync, _ keeper: HeadKeeper, _ isLost: ((epoch: Int64, sequence: Int64)) -> Bool
  ) async throws -> Bool {
    var isDone = true
    for transaction in journal.all {
      let steps = journal.entries(of: transaction)
      guard let final = steps.last(where: { $0.step == .paid || $0.step == .void }) else { continue }
      let posted = steps.last { $0.step == .posted }?.head
      let reported = steps.last { $0.step == .reported }
      let isPayoutLost = posted.flatMap(Self.place).map(isLost) ?? false
      let isRecordLost = reported.map { $0.head.flatMap(Self.place).map(isLost) ?? isPayoutLost } ?? false
      // The first answer came while the challenge held, whichever restoring has lost it.
      if final.step == .paid, isPayoutLost, let first = steps.first(where: { $0.step == .posted })?.head {
        isDone = try await resend(transaction, steps, first, &sync, keeper) && isDone
      }
      if isPayoutLost || isRecordLost { isDone = await report(transaction) && isDone }
    }
    return isDone
  }

  /// Sends one payout again; whether it is decided.
  private func resend(
    _ transaction: String, _ steps: [JournalEntry], _ posted: String, _ sync: inout LedgerSync, _ keeper: HeadKeeper
  ) async throws -> Bool {
    guard SignedHead(posted) != nil,
      let certificate = steps.first(where: { $0.step == .authorised })?.data
    else {
      sync.unproven.append(transaction)
      return true
    }
    let request = PayoutRequest(
      certificate: WireBytes([UInt8](certificate)), terminalKeyHash: WireBytes(terminal.keyHash), answered: posted)
    do {
      // A key of its own each time: the certificate's identity is what makes a repetition harmless, and what could not
      // be posted yet must not be refused for ever.
      let answer = try await client.postWithHead(
        "/v1/payouts", key: try random.bytes(16).hex, request, PayoutAnswer.self)
      try keeper.check(answer.head)
      try keep(.posted, transaction, (try? WireJSON.encode(answer.answer)) ?? [], head: answer.head)
      sync.resent += 1
      return true
    } catch let error as ServiceClientError {
      guard case .refused(let problem) = error, !problem.retryable else { throw error }
      let isFinal = !Self.undecided.contains(problem.code)
      sync.refused.append(
        LedgerSync.Refused(
          transaction: transaction, code: problem.code, amount: orderedAmount(transaction), isFinal: isFinal))
      return isFinal
    }
  }

  /// Refusals of a payout that is sent again that decide nothing: what was lost besides has to be done again first.
  private static let undecided = Set(
    [
      ProblemCode.unknownCard, .unknownTerminal, .lineNotOfPerson, .periodNotOpen, .signatureInvalid,
      .journalNotAwaited, .challengeInvalid, .offlineNotOpen, .malformedRequest, .notTheTerminal, .amountOverflow,
    ].map(\.rawValue))
}
