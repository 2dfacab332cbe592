internal import COpenSSL

/// Octets that must not be seen: keys, PINs, shared secrets.
///
/// Has one owner, lives in memory of its own that is overwritten at the end of its life, shows nothing of itself and
/// compares in constant time.
public struct SecretBytes: ~Copyable, @unchecked Sendable {
  // @unchecked: the buffer is owned by this value alone and never written after init.
  private let buffer: UnsafeMutableRawBufferPointer

  /// Takes a copy of `octets`. The caller's own copy stays the caller's to clear: see ``init(taking:)``.
  public init(_ octets: some Collection<UInt8>) {
    buffer = .allocate(byteCount: max(1, octets.count), alignment: 16)
    count = octets.count
    buffer.copyBytes(from: octets)
  }

  /// Moves `octets` into secret memory and overwrites the array.
  public init(taking octets: inout [UInt8]) {
    self.init(octets)
    Self.clear(&octets)
  }

  deinit {
    OPENSSL_cleanse(buffer.baseAddress, buffer.count)
    buffer.deallocate()
  }

  /// Number of octets.
  public let count: Int

  /// Overwrites an array that held a secret, and empties it.
  public static func clear(_ octets: inout [UInt8]) {
    cleanse(&octets)
    octets = []
  }

  /// Another owner of the same octets.
  public func copy() -> SecretBytes { SecretBytes(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }

  /// Whether the octets are equal; takes the same time wherever they differ.
  public func isEqual(to other: borrowing SecretBytes) -> Bool {
    count == other.count && CRYPTO_memcmp(buffer.baseAddress, other.buffer.baseAddress, count) == 0
  }

  /// Lends the octets as an array that is overwritten afterwards. `body` must not keep it.
  public func withOctets<Result: ~Copyable, Failure: Error>(
    _ body: ([UInt8]) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var octets = Array(buffer[..<count])
    defer { cleanse(&octets) }
    return try body(octets)
  }

  /// Lends the octets in place, for C calls inside this target.
  func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }
}

/// Overwrites `octets` in a way the optimiser keeps.
func cleanse(_ octets: inout [UInt8]) {
  octets.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
}

/// Comparison of MACs and tokens.
public enum ConstantTime {
  /// Whether two strings of octets are equal, over their full length and in constant time; unequal lengths are unequal.
  public static func areEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    let (left, right) = (Array(left), Array(right))
    return left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
  }
}
