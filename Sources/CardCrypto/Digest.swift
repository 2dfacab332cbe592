internal import COpenSSL

/// Hash functions (FIPS 180-4).
public enum Digest: Sendable {
  /// 20 octets; only where a key derivation of ICAO 9303-11 §9.7.1 asks for it.
  case sha1
  /// 32 octets.
  case sha256
  /// 64 octets.
  case sha512

  /// Octets of the hash value.
  public var length: Int {
    switch self {
    case .sha1: 20
    case .sha256: 32
    case .sha512: 64
    }
  }

  // @unchecked: the pointers are only read, and OpenSSL lets threads share what they point at.
  // Fetched once: OpenSSL 3 looks an algorithm that is only named up again, under locks, at every use, which takes as
  // long as hashing a ledger's leaf. They are never freed.
  private struct Fetched: @unchecked Sendable {
    let sha1 = EVP_MD_fetch(nil, "SHA1", nil) ?? EVP_sha1()
    let sha256 = EVP_MD_fetch(nil, "SHA256", nil) ?? EVP_sha256()
    let sha512 = EVP_MD_fetch(nil, "SHA512", nil) ?? EVP_sha512()
  }
  private static let fetched = Fetched()

  var evp: OpaquePointer? {
    switch self {
    case .sha1: Self.fetched.sha1
    case .sha256: Self.fetched.sha256
    case .sha512: Self.fetched.sha512
    }
  }

  /// The hash of `message`.
  public func hash(_ message: some Sequence<UInt8>) -> [UInt8] {
    let call = PrimitiveCall()
    defer { call.end() }
    let octets = Array(message)
    var value = [UInt8](repeating: 0, count: length)
    // With a built-in hash, memory of our own and no engine there is nothing left that can fail but the allocator.
    guard EVP_Digest(octets, octets.count, &value, nil, evp, nil) == 1 else {
      preconditionFailure("EVP_Digest failed for a built-in hash")
    }
    return value
  }
}

/// SHA-256 over octets that come piece by piece.
public final class DigestStream {
  // Owned; freed at the end of life.
  private let context: OpaquePointer?

  /// Over nothing yet.
  public init() throws(CryptoError) {
    context = EVP_MD_CTX_new()
    try check(EVP_DigestInit_ex(context, EVP_sha256(), nil), "EVP_DigestInit_ex")
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes in the next octets.
  public func add(_ octets: ArraySlice<UInt8>) throws(CryptoError) {
    let result = octets.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    try check(result, "EVP_DigestUpdate")
  }

  /// The hash, 32 octets; nothing can be added after it.
  public func finish() throws(CryptoError) -> [UInt8] {
    var value = [UInt8](repeating: 0, count: 32)
    try check(EVP_DigestFinal_ex(context, &value, nil), "EVP_DigestFinal_ex")
    return value
  }
}
