internal import COpenSSL

/// An EC public key ready for ECDSA verification.
public final class ECPublicKey: @unchecked Sendable {
  // @unchecked: the EVP_PKEY is written once in init; OpenSSL allows its use from several threads afterwards.
  let key: OpaquePointer
  /// The key's curve.
  public let curve: Curve
  /// `04 ‖ X ‖ Y`, 65 octets on a curve of 256 bits.
  public let point: [UInt8]
  /// An `EVP_PKEY_CTX` that is begun to verify with and only copied afterwards: looking the algorithm up takes longer
  /// than the copy.
  private let begun: OpaquePointer?

  /// A key from its uncompressed point.
  ///
  /// - Parameter isKept: many signatures will be verified with it: about 1 KB more, and each takes less time.
  /// - Throws: ``CryptoError/invalidPoint`` when `point` is not on `curve`.
  public init(_ curve: Curve, point: [UInt8], isKept: Bool = false) throws(CryptoError) {
    let call = PrimitiveCall()
    defer { call.end() }
    guard curve.isValid(point) else { throw .invalidPoint }
    self.curve = curve
    self.point = point
    key = try makeKey(curve, point: point, scalar: nil)
    begun = isKept ? Self.begin(key) : nil
  }

  deinit {
    EVP_PKEY_CTX_free(begun)
    EVP_PKEY_free(key)
  }

  /// Nil when there is no memory.
  private static func begin(_ key: OpaquePointer) -> OpaquePointer? {
    guard let context = EVP_PKEY_CTX_new(key, nil) else { return nil }
    guard EVP_PKEY_verify_init(context) == 1 else {
      EVP_PKEY_CTX_free(context)
      ERR_clear_error()
      return nil
    }
    return context
  }

  /// Whether `signature`, `r ‖ s` of two times the curve's width, is one of `message`.
  public func verify(_ signature: [UInt8], of message: [UInt8], digest: Digest = .sha256) -> Bool {
    guard signature.count == 2 * curve.width else { return false }
    // Ecdsa-Sig-Value.
    let encoded = DER.sequence(
      DER.integer(signature.prefix(curve.width)), DER.integer(signature.dropFirst(curve.width)))
    let call = PrimitiveCall()
    defer { call.end() }
    if let begun, let context = EVP_PKEY_CTX_dup(begun) {
      defer { EVP_PKEY_CTX_free(context) }
      let value = digest.hash(message)
      let result = EVP_PKEY_verify(context, encoded, encoded.count, value, value.count)
      if result != 1 { ERR_clear_error() }
      return result == 1
    }
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestVerifyInit(context, nil, digest.evp, nil, key) == 1 else {
      ERR_clear_error()
      return false
    }
    let result = EVP_DigestVerify(context, encoded, encoded.count, message, message.count)
    if result != 1 { ERR_clear_error() }
    return result == 1
  }
}

/// An EC private key for ECDSA; the scalar is cleared by OpenSSL at the end of life.
public final class ECPrivateKey: @unchecked Sendable {
  // @unchecked: as for ECPublicKey.
  private let key: OpaquePointer
  private let scalar: SecretBytes
  /// The public half.
  public let publicKey: ECPublicKey

  /// A key from its scalar in 1…n−1, as wide as the curve.
  public init(_ curve: Curve, scalar: consuming SecretBytes) throws(CryptoError) {
    let call = PrimitiveCall()
    defer { call.end() }
    let point = try curve.multiply(try curve.generator, by: scalar)
    publicKey = try ECPublicKey(curve, point: point)
    key = try makeKey(curve, point: point, scalar: try curve.number(scalar))
    self.scalar = scalar
  }

  /// A new key.
  public convenience init(generate curve: Curve, random: any RandomSource = SystemRandom()) throws(CryptoError) {
    try self.init(curve, scalar: try curve.randomScalar(random))
  }

  deinit { EVP_PKEY_free(key) }

  /// Writes the key in PEM, unencrypted; 1 on success.
  func writePKCS8(to sink: OpaquePointer) -> Int32 { PEM_write_bio_PKCS8PrivateKey(sink, key, nil, nil, 0, nil, nil) }

  /// The scalar, for storage by the one who keeps the key.
  public func exportScalar() -> SecretBytes { scalar.copy() }

  /// ECDSA over `digest(message)`: `r ‖ s`, each as wide as the curve (TR-03111 §5.2.1).
  public func sign(_ message: [UInt8], digest: Digest = .sha256) throws(CryptoError) -> [UInt8] {
    let call = PrimitiveCall()
    defer { call.end() }
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    try check(EVP_DigestSignInit(context, nil, digest.evp, nil, key), "EVP_DigestSignInit")
    var encoded = [UInt8](repeating: 0, count: 160)
    var length = encoded.count
    try check(EVP_DigestSign(context, &encoded, &length, message, message.count), "EVP_DigestSign")
    guard let plain = plainSignature(Array(encoded.prefix(length)), width: publicKey.curve.width) else {
      throw lastOpenSSLError("d2i_ECDSA_SIG")
    }
    return plain
  }
}

/// Takes ownership of `scalar`.
private func makeKey(_ curve: Curve, point: [UInt8], scalar: OpaquePointer?) throws(CryptoError) -> OpaquePointer {
  let call = PrimitiveCall()
  defer {
    BN_clear_free(scalar)
    call.end()
  }
  guard let key = ansinh_ec_key(curve.name, point, point.count, scalar) else {
    throw lastOpenSSLError("EVP_PKEY_fromdata")
  }
  return key
}

/// DER Ecdsa-Sig-Value → `r ‖ s` with fixed widths.
private func plainSignature(_ encoded: [UInt8], width: Int) -> [UInt8]? {
  encoded.withUnsafeBufferPointer { buffer in
    var cursor = buffer.baseAddress
    guard let signature = d2i_ECDSA_SIG(nil, &cursor, buffer.count) else { return nil }
    defer { ECDSA_SIG_free(signature) }
    var plain = [UInt8](repeating: 0, count: 2 * width)
    let written = plain.withUnsafeMutableBufferPointer { output in
      BN_bn2binpad(ECDSA_SIG_get0_r(signature), output.baseAddress, Int32(width)) == Int32(width)
        && BN_bn2binpad(ECDSA_SIG_get0_s(signature), output.baseAddress.map { $0 + width }, Int32(width))
          == Int32(width)
    }
    return written ? plain : nil
  }
}
