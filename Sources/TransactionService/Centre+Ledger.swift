import CardCrypto
import LedgerStore
import ServiceAPI

/// The chain as the centre shows it: heads, and where each epoch began.
extension Centre {
  func ledgerHead(traceID: String) async throws(Problem) -> LedgerHeadAnswer {
    guard let heads else { throw Problem(code: .notFound, traceID: traceID) }
    let epochs = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.epochs(limit: LedgerHeadAnswer.mostEpochs)
    }
    let head = try await read(traceID) { () throws(LedgerStoreError) in try await store.head() }
    guard let text = heads.text(head) else { throw Problem(code: .unavailable, traceID: traceID) }
    return LedgerHeadAnswer(
      head: text, key: WireBytes(heads.publicKey.point),
      epochs: epochs.map(LedgerEpoch.init))
  }

  func ledgerBatch(_ number: String, traceID: String) async throws(Problem) -> LedgerBatchAnswer {
    guard let sequence = Int64(number), sequence > 0 else { throw Problem(code: .malformedRequest, traceID: traceID) }
    let batch = try await read(traceID) { () throws(LedgerStoreError) in try await store.batch(sequence) }
    guard let heads, let batch else { throw Problem(code: .notFound, traceID: traceID) }
    guard let head = heads.sign(batch) else { throw Problem(code: .unavailable, traceID: traceID) }
    return LedgerBatchAnswer(head: head.description)
  }
}
