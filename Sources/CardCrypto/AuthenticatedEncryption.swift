internal import COpenSSL

/// AES-256-GCM (SP 800-38D): encryption of stored data that also shows whether it was changed or moved.
public enum AESGCM {
  /// Octets of a key.
  public static let keyLength = 32
  /// Octets of a nonce; never twice with one key.
  public static let nonceLength = 12
  /// Octets of a tag.
  public static let tagLength = 16

  /// `plaintext` encrypted, then the tag (16) over it and `associated`.
  public static func seal(
    _ plaintext: [UInt8], key: borrowing SecretBytes, nonce: [UInt8], associated: [UInt8] = []
  ) throws(CryptoError) -> [UInt8] {
    let call = PrimitiveCall()
    defer { call.end() }
    let context = try start(key, nonce, encrypt: true)
    defer { EVP_CIPHER_CTX_free(context) }
    try add(associated, context)
    var output = [UInt8](repeating: 0, count: plaintext.count + tagLength)
    var written: Int32 = 0
    try check(EVP_CipherUpdate(context, &output, &written, plaintext, Int32(plaintext.count)), "EVP_CipherUpdate")
    var last: Int32 = 0
    try check(EVP_CipherFinal_ex(context, nil, &last), "EVP_CipherFinal_ex")
    let got = output.withUnsafeMutableBytes { octets in
      EVP_CIPHER_CTX_ctrl(
        context, EVP_CTRL_AEAD_GET_TAG, Int32(tagLength), octets.baseAddress.map { $0 + plaintext.count })
    }
    try check(got, "EVP_CTRL_AEAD_GET_TAG")
    return output
  }

  /// The plaintext of what ``seal(_:key:nonce:associated:)`` made; what it returns is the caller's to overwrite.
  ///
  /// - Throws: ``CryptoError/verificationFailed`` when key, nonce, text, tag or associated data are others.
  public static func open(
    _ sealed: [UInt8], key: borrowing SecretBytes, nonce: [UInt8], associated: [UInt8] = []
  ) throws(CryptoError) -> [UInt8] {
    let call = PrimitiveCall()
    defer { call.end() }
    guard sealed.count >= tagLength else { throw .verificationFailed }
    let context = try start(key, nonce, encrypt: false)
    defer { EVP_CIPHER_CTX_free(context) }
    try add(associated, context)
    let length = sealed.count - tagLength
    var output = [UInt8](repeating: 0, count: max(1, length))
    var written: Int32 = 0
    try check(EVP_CipherUpdate(context, &output, &written, sealed, Int32(length)), "EVP_CipherUpdate")
    var tag = Array(sealed.suffix(tagLength))
    try check(
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagLength), &tag), "EVP_CTRL_AEAD_SET_TAG")
    var last: Int32 = 0
    guard EVP_CipherFinal_ex(context, nil, &last) == 1 else {
      ERR_clear_error()
      // Not a word of what did not verify is given away.
      cleanse(&output)
      throw .verificationFailed
    }
    output.removeLast(output.count - length)
    return output
  }

  private static func start(
    _ key: borrowing SecretBytes, _ nonce: [UInt8], encrypt: Bool
  ) throws(CryptoError) -> OpaquePointer? {
    guard key.count == keyLength else { throw .keyLength(expected: keyLength, given: key.count) }
    guard nonce.count == nonceLength else { throw .blockLength(nonce.count) }
    let context = EVP_CIPHER_CTX_new()
    let started = key.withUnsafeBytes { octets in
      EVP_CipherInit_ex(
        context, EVP_aes_256_gcm(), nil, octets.baseAddress?.assumingMemoryBound(to: UInt8.self), nonce,
        encrypt ? 1 : 0)
    }
    guard started == 1 else {
      EVP_CIPHER_CTX_free(context)
      throw lastOpenSSLError("EVP_CipherInit_ex")
    }
    return context
  }

  private static func add(_ associated: [UInt8], _ context: OpaquePointer?) throws(CryptoError) {
    guard !associated.isEmpty else { return }
    var ignored: Int32 = 0
    try check(
      EVP_CipherUpdate(context, nil, &ignored, associated, Int32(associated.count)), "EVP_CipherUpdate")
  }
}

/// scrypt (RFC 7914): a key from what a person remembers.
public enum Scrypt {
  /// What a derivation costs; memory is 128 · N · r octets.
  public struct Cost: Hashable, Sendable {
    /// N, a power of two.
    public let n: UInt64
    /// Block size.
    public let r: UInt64
    /// Parallelisation.
    public let p: UInt64

    /// From its parameters.
    public init(n: UInt64, r: UInt64, p: UInt64) {
      self.n = n
      self.r = r
      self.p = p
    }

    /// 128 MiB and about half a second: for a file that is opened a few times a day.
    public static let interactive = Cost(n: 1 << 17, r: 8, p: 1)
  }

  /// Most memory that a cost read from a file may ask for, octets.
  public static let maximumMemory: UInt64 = 1 << 30

  /// `length` octets from `passphrase` and `salt`.
  ///
  /// - Throws: ``CryptoError/malformed(_:)`` for a cost that asks for more than ``maximumMemory`` or is none.
  public static func derive(
    _ passphrase: borrowing SecretBytes, salt: [UInt8], cost: Cost, length: Int
  ) throws(CryptoError) -> SecretBytes {
    let (blocks, overflow) = cost.n.multipliedReportingOverflow(by: cost.r)
    guard !overflow, cost.n > 1, cost.n & (cost.n - 1) == 0, (1...1_024).contains(cost.r),
      (1...64).contains(cost.p), blocks <= maximumMemory / 128, (1...1_024).contains(length)
    else { throw .malformed("scrypt cost") }
    var output = [UInt8](repeating: 0, count: length)
    let result = passphrase.withUnsafeBytes { octets in
      EVP_PBE_scrypt(
        octets.baseAddress?.assumingMemoryBound(to: CChar.self), octets.count, salt, salt.count, cost.n, cost.r,
        cost.p, 2 * maximumMemory, &output, length)
    }
    guard result == 1 else {
      cleanse(&output)
      throw lastOpenSSLError("EVP_PBE_scrypt")
    }
    return SecretBytes(taking: &output)
  }
}
