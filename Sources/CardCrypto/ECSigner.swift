/// Something that signs with an EC private key: the key itself, or a token that keeps the key.
///
/// Callers see the public half and signatures only, so that a key can move into a hardware module without their
/// being changed.
public protocol ECSigner: Sendable {
  /// The public half of the signing key.
  var publicKey: ECPublicKey { get }

  /// ECDSA over `digest(message)`: `r ‖ s`, each as wide as the curve (TR-03111 §5.2.1).
  ///
  /// - Throws: the ``CryptoError`` of the operation; nothing else tells where the key is kept.
  func sign(_ message: [UInt8], digest: Digest) throws(CryptoError) -> [UInt8]
}

extension ECSigner {
  /// ECDSA over SHA-256 of `message`: `r ‖ s` (TR-03111 §5.2.1).
  public func sign(_ message: [UInt8]) throws(CryptoError) -> [UInt8] { try sign(message, digest: .sha256) }
}

extension ECPrivateKey: ECSigner {}
