import CardApplication
public import CardCrypto
import Ledger
public import LedgerStore
public import ServiceAPI

/// Checks a stored payout against the card's word for it (`ledger` §5, invariant 11).
public enum PayoutEvidence {
  /// Whether the certificate verifies with the card's registered key and says what was posted, and the terminal's
  /// record, when there is one, verifies with the terminal's. The certificate names that terminal.
  public static func verifies(_ payout: StoredPayout) -> Bool {
    let facts = payout.facts
    guard let (certificate, signed) = try? PayoutCertificate.parse(facts.certificate),
      let key = try? ECPublicKey(.p256, point: payout.cardKey), signed.isSigned(by: key),
      signed.identity == facts.identity, certificate.cardNumber.digits == facts.card,
      certificate.counter == facts.counter,
      certificate.terminal.keyHash == Digest.sha256.hash(payout.terminalKey)
    else { return false }
    let order = certificate.order
    let entries = order.entries.map { [Int64($0.line), Int64($0.period), $0.amount, $0.fromReserve] }
    let posted = payout.allocations.map { [Int64($0.line), Int64($0.period.yyyymm), $0.amount, $0.fromReserve] }
    let collector = payout.collector.map { Array($0.utf8) } ?? []
    return order.transactionID == facts.transactionID && order.total == facts.amount && entries == posted
      && order.terminalTime == facts.terminalTime && UInt8(facts.hostProvince) == order.hostProvince
      && UInt32(facts.commune) == order.commune
      && order.collectorReference == collector && recordVerifies(payout, signed.identity)
  }

  private static func recordVerifies(_ payout: StoredPayout, _ identity: [UInt8]) -> Bool {
    guard let stored = payout.record else { return true }
    let octets = SignedLayout(body: stored.record, signature: stored.signature).bytes
    guard let (record, signed) = try? CardApplication.TerminalRecord.parse(octets),
      let key = try? ECPublicKey(.p256, point: payout.terminalKey), signed.isSigned(by: key)
    else { return false }
    let outcome: TerminalOutcome = stored.verdict == .paid ? .paid : .void
    return record.outcome == outcome && record.transactionID == payout.facts.transactionID
      && (record.certificateHash == identity || (record.certificateHash.isEmpty && outcome == .void))
  }
}

extension PayoutEvidence {
  /// Whether the card's certificate verifies with the key that the chain has of the card, is for the terminal that it
  /// has, and says what was posted.
  static func verifies(_ bundled: BundlePayout) -> Bool {
    let payout = bundled.payout
    guard let (certificate, signed) = try? PayoutCertificate.parse(bundled.certificate),
      let key = try? ECPublicKey(.p256, point: bundled.cardKey), signed.isSigned(by: key),
      certificate.cardNumber.digits == payout.card, certificate.counter == payout.counter,
      certificate.terminal.keyHash == Digest.sha256.hash(bundled.terminalKey)
    else { return false }
    let order = certificate.order
    return order.transactionID == payout.transactionID && order.total == payout.amount
      && order.terminalTime == payout.terminalTime && UInt8(payout.hostProvince) == order.hostProvince
      && UInt32(payout.commune) == order.commune
  }
}

extension LedgerBundle {
  /// Checks a bundle with nothing but what is in it and the centre's public key: chain, roots, books, every card's
  /// signature, and that its last batch is the head that the centre has signed.
  ///
  /// `kept` is an anchor that somebody has kept elsewhere, and that its master chain has to have.
  ///
  /// - Throws: ``ChainEvidence/Fault/head`` when no head is signed by the key; `LedgerStoreError` for a file that is no
  ///   bundle.
  public static func verify(
    _ folder: String, key: ECPublicKey, expecting kept: Anchor? = nil, progress: (Int64) -> Void = { _ in }
  ) throws -> BundleFindings {
    let head = try ChainEvidence.head(manifest(in: folder)?.head ?? "", key: key)
    let batch = ChainHead(writer: head.writer, epoch: head.epoch, sequence: head.sequence, hash: head.hash)
    var anchors = try BundledAnchors(folder: folder, key: key, expecting: kept)
    let report = try verify(
      folder, head: batch, evidence: { PayoutEvidence.verifies($0) }, batch: { anchors?.add($0) }, progress: progress)
    var master = anchors?.ended()
    if master == nil, kept != nil {
      var none = AnchorCheck(key: key, expecting: kept)
      none.finish()
      master = none
    }
    return BundleFindings(
      report: master.map { report.adding($0.problems, count: $0.problemCount) } ?? report, head: head,
      anchors: anchors == nil ? nil : master?.count, anchored: anchors == nil ? nil : master?.sequence)
  }
}

/// What checking a bundle found.
public struct BundleFindings: Sendable {
  /// Counts and problems.
  public let report: BundleReport
  /// The last batch, as the centre has signed it.
  public let head: SignedHead
  /// Links of the master chain; nil for a bundle without one.
  public let anchors: Int64?
  /// The last batch that they name, 0 for none; nil for a bundle without a master chain.
  public let anchored: Int64?
}
