import CardCrypto
import LedgerStore
import ServiceAPI
import Synchronization

/// Signs the heads of the chain, each once: whatever is answered with one is answered with the same signature.
final class HeadSigner: Sendable {
  private struct Newest {
    var head: SignedHead
    var text: String
  }

  private let key: RecordsKey
  private let clock: @Sendable () -> Int64
  private let newest = Mutex<Newest?>(nil)

  /// With the centre's records key; `clock` gives milliseconds since 1970.
  init(key: RecordsKey, clock: @escaping @Sendable () -> Int64) {
    self.key = key
    self.clock = clock
  }

  /// The public half.
  var publicKey: ECPublicKey { key.publicKey }

  /// The newest signed head's text, of `head` or of one after it; nil when it can't be signed.
  func text(_ head: ChainHead) -> String? { signed(head)?.text }

  /// The newest signed head, which is `head` or one after it.
  func newest(_ head: ChainHead) -> SignedHead? { signed(head)?.head }

  private func signed(_ head: ChainHead) -> Newest? {
    newest.withLock { newest in
      if let known = newest, known.head.sequence >= head.sequence { return known }
      guard let made = sign(head) else { return nil }
      newest = Newest(head: made, text: made.description)
      return newest
    }
  }

  /// A head of any batch, signed now.
  func sign(_ head: ChainHead) -> SignedHead? {
    let open = SignedHead(
      writer: head.writer, epoch: head.epoch, sequence: head.sequence, hash: head.hash, time: clock(), signature: [])
    return (try? key.sign(open.signedOctets)).map { signature in
      SignedHead(
        writer: open.writer, epoch: open.epoch, sequence: open.sequence, hash: open.hash, time: open.time,
        signature: signature)
    }
  }
}

extension SignedHead {
  /// Whether the centre with this records key has signed it.
  func isSigned(by key: ECPublicKey) -> Bool { key.verify(signature, of: signedOctets) }
}
