import CardCrypto

/// Generic mapping of the nonce to a generator (TR-03110-3 A.3.4.1): `G' = s·G + H`.
enum GenericMapping {
  static func generator(
    _ curve: Curve, nonce: borrowing SecretBytes, shared point: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    // The nonce is 16 octets, a scalar 32: always written in full width.
    let scalar = nonce.withOctets { SecretBytes([UInt8](repeating: 0, count: curve.width - $0.count) + $0) }
    return try curve.add(try curve.multiply(try curve.generator, by: scalar), point)
  }
}
