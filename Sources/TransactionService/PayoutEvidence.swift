import CardApplication
import CardCrypto
import LedgerStore

/// Checks a stored payout against the card's word for it (`ledger` §5, invariant 11).
enum PayoutEvidence {
  /// Whether the certificate verifies with the card's registered key and says what was posted.
  static func verifies(_ payout: StoredPayout, publicKey: [UInt8]) -> Bool {
    guard let (certificate, signed) = try? PayoutCertificate.parse(payout.certificate),
      let key = try? ECPublicKey(.p256, point: publicKey)
    else { return false }
    return signed.isSigned(by: key) && signed.identity == payout.identity
      && certificate.cardNumber.digits == payout.card && certificate.counter == payout.counter
      && certificate.order.transactionID == payout.transactionID && certificate.order.total == payout.amount
      && certificate.order.terminalTime == payout.terminalTime
      && UInt8(payout.hostProvince) == certificate.order.hostProvince
  }
}
