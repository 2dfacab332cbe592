internal import Foundation
internal import GRDB
internal import Synchronization

/// What would happen, without it happening.
extension SQLiteLedgerStore {
  /// Decides the request in a transaction that is always rolled back.
  public func rehearse(_ request: LedgerRequest) async throws(LedgerStoreError) -> LedgerAnswer {
    let (isStopped, head, generator, terms) = state.withLock { ($0.isStopped, $0.head, $0.generator, $0.terms) }
    guard !isStopped else { throw LedgerStoreError.stopped }
    // A key of its own: what was answered under the client's must not come back, nor be in the way.
    let rehearsed = LedgerRequest(
      idempotencyKey: "rehearsal/" + UUID().uuidString, payloadHash: request.payloadHash, command: request.command,
      receivedAt: request.receivedAt, encode: request.encode)
    do {
      // In a task of its own, as a batch is: GRDB interrupts the statement of a caller that is cancelled.
      let answer = try await Task {
        try await pool.writeWithoutTransaction { db in
          let session = BatchSession(
            db: db, sequence: head.sequence + 1, generator: generator, terms: terms,
            hasSavepoints: true)
          var result: Result<(answer: StoredAnswer, replayed: Bool), LedgerStoreError> = .failure(.stopped)
          try db.inTransaction(.immediate) {
            result = try session.apply(rehearsed)
            return .rollback
          }
          let decided = try result.get()
          return LedgerAnswer(
            status: decided.answer.status, body: decided.answer.body, outcome: decided.answer.outcome,
            replayed: decided.replayed, head: head)
        }
      }.value
      try await settled()
      return answer
    } catch {
      throw LedgerStoreError.wrapping(error)
    }
  }
}
