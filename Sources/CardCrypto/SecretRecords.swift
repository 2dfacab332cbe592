/// Named secrets in memory: what a key file, a backup or a ceremony holds.
///
/// Layout: `"ANSINHK1"`, then per secret: name length(1), name, secret length(1), secret.
public final class SecretRecords: Sendable {
  static let magic = Array("ANSINHK1".utf8)
  private let content: SecretBytes

  /// Puts secrets together.
  public init(_ fill: (inout KeyFileContent) throws(CryptoError) -> Void) throws(CryptoError) {
    var records = KeyFileContent(Self.magic)
    try fill(&records)
    content = records.take()
  }

  /// Reads octets of this layout.
  ///
  /// - Throws: ``CryptoError/malformed(_:)`` for any others.
  init(parsing content: consuming SecretBytes) throws(CryptoError) {
    self.content = content
    let isWhole = self.content.withUnsafeBytes { octets in
      guard octets.starts(with: Self.magic) else { return false }
      var rest = octets.dropFirst(Self.magic.count)
      while let name = rest.popFirst() {
        guard rest.count > Int(name) else { return false }
        rest = rest.dropFirst(Int(name))
        guard let secret = rest.popFirst(), rest.count >= Int(secret) else { return false }
        rest = rest.dropFirst(Int(secret))
      }
      return true
    }
    guard isWhole else { throw .malformed("secret records") }
  }

  /// The octets, to be kept.
  var octets: SecretBytes { content.copy() }

  /// Lends the octets in place.
  func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try content.withUnsafeBytes(body)
  }

  /// The names, in the order in which they were added.
  public var names: [String] {
    var names: [String] = []
    content.withUnsafeBytes { octets in
      Self.walk(octets) { name, _ in names.append(String(decoding: name, as: UTF8.self)) }
    }
    return names
  }

  /// Whether there is a secret called `name`.
  public func has(_ name: String) -> Bool {
    content.withUnsafeBytes { octets in
      var isThere = false
      Self.walk(octets) { found, _ in isThere = isThere || found.elementsEqual(name.utf8) }
      return isThere
    }
  }

  /// The secret called `name`.
  ///
  /// - Throws: ``CryptoError/malformed(_:)`` when there is none.
  public func secret(_ name: String) throws(CryptoError) -> SecretBytes {
    let wanted = Array(name.utf8)
    return try content.withUnsafeBytes { (octets) throws(CryptoError) -> SecretBytes in
      var found: Slice<UnsafeRawBufferPointer>?
      Self.walk(octets) { name, secret in
        if found == nil, name.elementsEqual(wanted) { found = secret }
      }
      guard let found else { throw .malformed("secret record") }
      return SecretBytes(found)
    }
  }

  private static func walk(
    _ octets: UnsafeRawBufferPointer,
    _ body: (Slice<UnsafeRawBufferPointer>, Slice<UnsafeRawBufferPointer>) -> Void
  ) {
    var rest = octets.dropFirst(magic.count)
    while let length = rest.popFirst() {
      let name = rest.prefix(Int(length))
      rest = rest.dropFirst(Int(length))
      let count = Int(rest.popFirst() ?? 0)
      body(name, rest.prefix(count))
      rest = rest.dropFirst(count)
    }
  }
}

/// Secrets while they are put together.
public struct KeyFileContent: ~Copyable {
  private var octets: [UInt8]

  init(_ magic: [UInt8]) {
    octets = []
    octets.reserveCapacity(4_096)
    octets += magic
  }

  deinit {
    var octets = octets
    cleanse(&octets)
  }

  /// Adds `secret` (at most 255 octets) under `name`.
  public mutating func add(_ name: String, _ secret: borrowing SecretBytes) {
    makeRoom(2 + name.utf8.count + secret.count)
    octets += [UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(secret.count)]
    secret.withUnsafeBytes { octets.append(contentsOf: $0) }
  }

  /// Adds everything that `records` have.
  public mutating func add(_ records: SecretRecords) throws(CryptoError) {
    for name in records.names { add(name, try records.secret(name)) }
  }

  /// An array that moves would leave a copy of its secrets behind.
  private mutating func makeRoom(_ count: Int) {
    guard octets.count + count > octets.capacity else { return }
    var larger: [UInt8] = []
    larger.reserveCapacity(2 * (octets.count + count))
    larger += octets
    cleanse(&octets)
    octets = larger
  }

  mutating func take() -> SecretBytes { SecretBytes(taking: &octets) }
}
