import CardApplication
import CardCrypto
import Ledger
import LedgerStore

/// Checks a stored payout against the card's word for it (`ledger` §5, invariant 11).
enum PayoutEvidence {
  /// Whether the certificate verifies with the card's registered key and says what was posted, and the terminal's
  /// record, when there is one, verifies with the terminal's. The certificate names that terminal.
  static func verifies(_ payout: StoredPayout) -> Bool {
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
