import CardCrypto

/// Generic mapping of the nonce to a generator (TR-03110-3 A.3.4.1): `G' = s·G + H`.
enum GenericMapping {
  static func generator(
    _ curve: Curve, nonce: borrowing SecretBytes, shared point: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    // A nonce of 32 octets may be greater than the order: in one of three runs on brainpoolP256r1.
    return try curve.add(try curve.multiply(try curve.generator, by: try curve.reduced(nonce)), point)
  }
}
