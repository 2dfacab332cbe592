internal import COpenSSL

/// The key lengths of AES (FIPS 197); the raw value is the number of octets.
public enum AESKeyLength: Int, CaseIterable, Sendable {
  /// AES-128.
  case aes128 = 16
  /// AES-192.
  case aes192 = 24
  /// AES-256.
  case aes256 = 32
}

/// AES (FIPS 197) in the modes that card protocols use; the key's length chooses AES-128, -192 or -256.
public enum AES {
  /// Octets of a block.
  public static let blockLength = 16

  /// CBC encryption without padding (SP 800-38A §6.2); `plaintext` is a whole number of blocks.
  public static func encryptCBC(
    _ plaintext: [UInt8], key: borrowing SecretBytes, iv: [UInt8] = [UInt8](repeating: 0, count: 16)
  ) throws(CryptoError) -> [UInt8] {
    try run(plaintext, key: key, cipher: try cipher(cbc: true, keyLength: key.count), iv: iv, encrypt: true)
  }

  /// CBC decryption without padding.
  public static func decryptCBC(
    _ ciphertext: [UInt8], key: borrowing SecretBytes, iv: [UInt8] = [UInt8](repeating: 0, count: 16)
  ) throws(CryptoError) -> [UInt8] {
    try run(ciphertext, key: key, cipher: try cipher(cbc: true, keyLength: key.count), iv: iv, encrypt: false)
  }

  /// One block through the bare cipher, for counters and initialisation vectors (SP 800-38A §6.1).
  public static func encryptBlock(_ block: [UInt8], key: borrowing SecretBytes) throws(CryptoError) -> [UInt8] {
    guard block.count == blockLength else { throw .blockLength(block.count) }
    return try run(block, key: key, cipher: try cipher(cbc: false, keyLength: key.count), iv: nil, encrypt: true)
  }

  private static func cipher(cbc: Bool, keyLength: Int) throws(CryptoError) -> OpaquePointer? {
    switch (keyLength, cbc) {
    case (16, true): EVP_aes_128_cbc()
    case (24, true): EVP_aes_192_cbc()
    case (32, true): EVP_aes_256_cbc()
    case (16, false): EVP_aes_128_ecb()
    case (24, false): EVP_aes_192_ecb()
    case (32, false): EVP_aes_256_ecb()
    default: throw .keyLength(expected: 16, given: keyLength)
    }
  }

  private static func run(
    _ input: [UInt8], key: borrowing SecretBytes, cipher: OpaquePointer?, iv: [UInt8]?, encrypt: Bool
  ) throws(CryptoError) -> [UInt8] {
    let call = PrimitiveCall()
    defer { call.end() }
    guard input.count % blockLength == 0 else { throw .blockLength(input.count) }
    // The cipher reads a whole block of IV whatever the array holds.
    if let iv, iv.count != blockLength { throw .blockLength(iv.count) }
    let context = EVP_CIPHER_CTX_new()
    defer { EVP_CIPHER_CTX_free(context) }
    let started = key.withUnsafeBytes { octets in
      EVP_CipherInit_ex(
        context, cipher, nil, octets.baseAddress?.assumingMemoryBound(to: UInt8.self), iv, encrypt ? 1 : 0)
    }
    try check(started, "EVP_CipherInit_ex")
    try check(EVP_CIPHER_CTX_set_padding(context, 0), "EVP_CIPHER_CTX_set_padding")
    var output = [UInt8](repeating: 0, count: input.count + blockLength)
    var written: Int32 = 0
    try check(EVP_CipherUpdate(context, &output, &written, input, Int32(input.count)), "EVP_CipherUpdate")
    var last: Int32 = 0
    let total = Int(written)
    let finished = output.withUnsafeMutableBufferPointer {
      EVP_CipherFinal_ex(context, $0.baseAddress.map { $0 + total }, &last)
    }
    try check(finished, "EVP_CipherFinal_ex")
    defer { cleanse(&output) }
    return Array(output.prefix(total + Int(last)))
  }
}

/// AES-CMAC (SP 800-38B, RFC 4493).
public enum CMAC {
  // Fetched once: looking an algorithm up by name costs more than the MAC of a short message.
  private nonisolated(unsafe) static let algorithm = EVP_MAC_fetch(nil, "CMAC", nil)  // immutable after the fetch

  /// The full 16-octet tag of `message`.
  public static func tag(_ message: some Collection<UInt8>, key: borrowing SecretBytes) throws(CryptoError) -> [UInt8] {
    let call = PrimitiveCall()
    defer { call.end() }
    let name: String
    switch key.count {
    case 16: name = "AES-128-CBC"
    case 24: name = "AES-192-CBC"
    case 32: name = "AES-256-CBC"
    default: throw .keyLength(expected: 16, given: key.count)
    }
    let context = EVP_MAC_CTX_new(algorithm)
    defer { EVP_MAC_CTX_free(context) }
    let started = key.withUnsafeBytes { octets in
      ansinh_cmac_init(context, name, octets.baseAddress?.assumingMemoryBound(to: UInt8.self), octets.count)
    }
    try check(started, "EVP_MAC_init")
    let octets = Array(message)
    try check(EVP_MAC_update(context, octets, octets.count), "EVP_MAC_update")
    var tag = [UInt8](repeating: 0, count: 16)
    var length = 0
    try check(EVP_MAC_final(context, &tag, &length, tag.count), "EVP_MAC_final")
    return tag
  }

  /// Whether the first `mac.count` octets of the tag are `mac`, compared in constant time.
  ///
  /// `mac` must have exactly `length` octets (4…16): a shorter one is refused, never compared over less.
  public static func verify(
    _ mac: some Collection<UInt8>, of message: some Collection<UInt8>, key: borrowing SecretBytes, length: Int = 8
  ) throws(CryptoError) -> Bool {
    guard mac.count == length, (4...16).contains(length) else { return false }
    return ConstantTime.areEqual(try tag(message, key: key).prefix(length), mac)
  }
}

/// Padding method 2: 80 then zeros to a whole number of blocks (ISO/IEC 9797-1, ISO/IEC 7816-4:2020 §10.2.3.1).
public enum Padding {
  /// `octets` with 1…16 octets of padding.
  public static func add(_ octets: [UInt8], block: Int = AES.blockLength) -> [UInt8] {
    octets + [0x80] + [UInt8](repeating: 0, count: block - 1 - octets.count % block)
  }

  /// `octets` without their padding; `nil` when it is not one.
  public static func remove(_ octets: [UInt8]) -> [UInt8]? {
    guard let end = octets.lastIndex(where: { $0 != 0 }), octets[end] == 0x80,
      octets.count - end <= AES.blockLength
    else { return nil }
    return Array(octets[..<end])
  }
}
