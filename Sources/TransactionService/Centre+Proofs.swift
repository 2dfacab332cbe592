public import CardCrypto
import ISO7816
import Ledger
public import LedgerStore
public import ServiceAPI

/// Proofs that payouts are in the chain.
extension Centre {
  func proof(_ transactionID: [UInt8], traceID: String) async throws(Problem) -> PayoutProofAnswer {
    let proof = try await read(traceID) { () throws(LedgerStoreError) in try await store.proof(transactionID) }
    guard let heads, let proof else { throw Problem(code: .notFound, traceID: traceID) }
    // What is kept has been checked by whoever wrote it; a proof that does not hold is none.
    guard let payout = try? proof.verify() else { throw Problem(code: .unavailable, traceID: traceID) }
    if Caller.current.official == nil { try require(terminal: [UInt8](hex: payout.terminal) ?? [], traceID) }
    let link = proof.link
    let batch = ChainHead(writer: link.writer, epoch: link.epoch, sequence: link.sequence, hash: link.hash)
    guard let head = heads.sign(batch) else { throw Problem(code: .unavailable, traceID: traceID) }
    return PayoutProofAnswer(
      head: head.description, previous: WireBytes(link.previous), root: WireBytes(link.root), time: link.time,
      count: link.leaves,
      leaves: proof.leaves.map { leaf in
        ProvenLeafAnswer(
          index: leaf.index, octets: WireBytes(leaf.octets), path: leaf.path.map { WireBytes($0) })
      })
  }
}

/// Checks what a centre says about its chain with the public half of its records key alone.
public enum ChainEvidence {
  /// Why something is not proven.
  public enum Fault: Error, Hashable, Sendable {
    /// The head is none, or not signed by this key.
    case head
    /// The leaves do not lead to the head, or are not those of one payout.
    case leaves
  }

  /// What a proof proves: the payout, and the head that it is in the chain of.
  public static func payout(
    _ answer: PayoutProofAnswer, key: ECPublicKey
  ) throws(Fault) -> (payout: CommittedPayout, head: SignedHead) {
    let head = try self.head(answer.head, key: key)
    let link = ChainLink(
      writer: head.writer, epoch: head.epoch, sequence: head.sequence, previous: answer.previous.octets,
      root: answer.root.octets, time: answer.time, leaves: answer.count, hash: head.hash)
    let leaves = answer.leaves.map { leaf in
      PayoutProof.ProvenLeaf(index: leaf.index, octets: leaf.octets.octets, path: leaf.path.map(\.octets))
    }
    do {
      return (try PayoutProof(leaves: leaves, link: link).verify(), head)
    } catch {
      throw .leaves
    }
  }

  /// A head that the centre with this key has signed.
  public static func head(_ text: String, key: ECPublicKey) throws(Fault) -> SignedHead {
    guard let head = SignedHead(text), head.isSigned(by: key) else { throw .head }
    return head
  }
}
