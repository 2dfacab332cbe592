/// Keeps the issuer's master keys and certificate key, and does with them what issuing needs.
///
/// No master and no certificate key leaves it: callers get keys of one session, cryptograms for one card, and
/// signatures. A card's static keys leave it encrypted for PUT KEY, and count.
public protocol KeyCustodian: Sendable {
  /// The issuer's name in certificates.
  var issuerName: String { get }
  /// The public key that payout-key certificates are checked with.
  var certificateKey: ECPublicKey { get }
  /// The generations of masters that cards in the field may have keys of, oldest first. New cards get the last one.
  var generations: [UInt8] { get }

  /// Keys of one SCP03 session, after the card has proven that it knows its static keys.
  ///
  /// - Parameters:
  ///   - card: which card, and which of its keys.
  ///   - challenge: what passed in INITIALIZE UPDATE.
  ///   - job: what the session is for; it counts towards this job's budget and the card's.
  /// - Throws: ``SessionBudgetError`` before any key is used; ``KeyCustodianError``; or a failure of where keys are
  ///   kept.
  func sessionKeys(
    _ card: CardKeyReference, answering challenge: SCP03Challenge, job: String
  ) throws -> SCP03SessionKeys
  /// Keys of a session that will be opened later and elsewhere; it counts as one that is opened.
  func predictedSession(
    _ card: CardKeyReference, _ prediction: SCP03Prediction, job: String
  ) throws -> PredictedSCP03Session
  /// The three keys of `card` for PUT KEY, under `key`, the Key-DEK of the transport keys that it came with. Whoever
  /// names the key can open them, so that this counts as a session with the card.
  ///
  /// - Parameter job: what the card is made for.
  /// - Throws: as ``sessionKeys(_:answering:job:)``.
  func keyData(_ card: CardKeyReference, under key: borrowing SecretBytes, job: String) throws -> CardKeyData
  /// The three keys of `card` for PUT KEY, under its own Key-DEK of another generation.
  func keyData(_ card: CardKeyReference, replacing old: CardKeyReference) throws -> CardKeyData
  /// A CAN, PIN or PUK with padding method 2 under the card's Key-DEK; only for a card that a session was taken for.
  ///
  /// - Throws: ``SessionBudgetError/noSession(serial:)``; ``KeyCustodianError``; or a failure of where keys are kept.
  func encrypt(_ secret: borrowing SecretBytes, for card: CardKeyReference) throws -> [UInt8]

  /// Signs a certificate.
  func certify(_ request: CertificateRequest) throws -> Certificate
  /// Signs the content of an EF.CardSecurity as CMS SignedData in the name of `issuer`, the certificate of
  /// ``certificateKey`` (TR-03110-3 A.1.2).
  func signCardSecurity(_ content: [UInt8], issuer: Certificate) throws -> [UInt8]
}

extension KeyCustodian {
  /// The generation that new cards get.
  public var generation: UInt8 { generations.last ?? 1 }
}

/// A custodian whose keys are made, shown and changed in ceremonies.
public protocol ManagedKeyCustodian: KeyCustodian {
  /// The public halves of the certificate keys by generation, which certificates in the field are checked with.
  var certificateKeys: [UInt8: ECPublicKey] { get }
  /// The check values of all keys, masters first, oldest first.
  func checkValues() throws -> [KeyCheckValue]
  /// Signs a certificate with the certificate key of this generation.
  func certify(_ request: CertificateRequest, generation: UInt8) throws -> Certificate
  /// Signs a record as CMS SignedData with content type id-data (RFC 5652 §4) in the name of `issuer`, the certificate
  /// of ``KeyCustodian/certificateKey``.
  func signRecord(_ content: [UInt8], issuer: Certificate) throws -> [UInt8]
}

/// What a custodian does not do.
public enum KeyCustodianError: Error, Hashable, Sendable {
  /// The card's cryptogram does not verify: its keys are not those that it should have.
  case wrongKeys
  /// There is no master of this generation for keys of this length.
  case noMaster(generation: UInt8, length: AESKeyLength)
  /// There is no certificate key of this generation, or none at all.
  case noCertificateKey(generation: UInt8)
}
