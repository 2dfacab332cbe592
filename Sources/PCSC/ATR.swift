internal import ISO7816

/// An answer to reset (ISO/IEC 7816-3:2006 §8.2), at most 33 octets as PC/SC gives it.
///
/// Layout: `TS T0 [TA1 TB1 TC1 TD1 [TA2 …]] historical octets [TCK]`; each T0 or TD says by its high four bits which
/// interface octets follow, and a TD by its low four bits for which protocol. The octets are kept as received even
/// when they are not well formed.
public struct ATR: Hashable, Sendable, CustomStringConvertible {
  /// The octets as received.
  public let bytes: [UInt8]
  /// The protocols T offered, in order and without repetition; `[0]` when none is named (§8.2.3). T = 15 is left out.
  public let protocols: [UInt8]
  /// The historical octets, 0…15 (§8.2.4).
  public let historicalBytes: [UInt8]
  /// Whether the octets have the form of an answer to reset and its check octet, where there must be one, is right.
  public let isWellFormed: Bool

  /// From the octets as received; what cannot be read is left empty.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var reader = Reader(bytes: bytes)
    isWellFormed = reader.read()
    protocols = reader.protocols.isEmpty ? [0] : reader.protocols
    historicalBytes = reader.historicalBytes
  }

  /// Hexadecimal digits, as `opensc-tool -a` prints them but without colons.
  public var description: String { bytes.hex }

  private struct Reader {
    let bytes: [UInt8]
    var offset = 0
    var protocols: [UInt8] = []
    var historicalBytes: [UInt8] = []

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func octet() -> UInt8? {
      guard offset < bytes.count else { return nil }
      defer { offset += 1 }
      return bytes[offset]
    }

    /// Whether everything was as §8.2 wants it.
    mutating func read() -> Bool {
      guard bytes.count <= 33, let ts = octet(), ts == 0x3B || ts == 0x3F, let t0 = octet() else { return false }
      var indicator = t0
      var needsCheck = false
      while true {
        // TA, TB and TC are passed over: bits 5, 6 and 7.
        for bit in [0x10, 0x20, 0x40] as [UInt8] where indicator & bit != 0 {
          guard octet() != nil else { return false }
        }
        guard indicator & 0x80 != 0 else { break }
        guard let td = octet() else { return false }
        let number = td & 0x0F
        if number != 0 { needsCheck = true }
        if number != 15, !protocols.contains(number) { protocols.append(number) }
        indicator = td
      }
      for _ in 0..<(t0 & 0x0F) {
        guard let historical = octet() else { return false }
        historicalBytes.append(historical)
      }
      guard needsCheck else { return offset == bytes.count }
      return octet() != nil && offset == bytes.count && bytes.dropFirst().reduce(0, ^) == 0
    }
  }
}
