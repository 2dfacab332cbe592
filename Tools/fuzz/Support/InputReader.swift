/// Takes an input apart; what is missing at its end is zero or empty.
public struct InputReader: Sendable {
  private var left: ArraySlice<UInt8>

  /// A reader at the start of `octets`.
  public init(_ octets: [UInt8]) { left = octets[...] }

  /// Whether nothing is left.
  public var isAtEnd: Bool { left.isEmpty }

  /// What is left.
  public var rest: [UInt8] { Array(left) }

  /// The next octet.
  public mutating func octet() -> UInt8 { left.popFirst() ?? 0 }

  /// The next `count` octets, or as many as there are.
  public mutating func octets(_ count: Int) -> [UInt8] {
    defer { left = left.dropFirst(count) }
    return Array(left.prefix(count))
  }

  /// Octets behind a length of two octets, of which the first four bits are flags.
  public mutating func string() -> (flags: UInt8, octets: [UInt8]) {
    let first = octet()
    let count = Int(first & 0x0F) << 8 | Int(octet())
    return (first >> 4, octets(count))
  }
}

extension [UInt8] {
  /// How ``InputReader/string()`` wants it; what is beyond 4,095 octets is left out.
  public func string(flags: UInt8 = 0) -> [UInt8] {
    let octets = prefix(4_095)
    return [flags << 4 | UInt8(octets.count >> 8), UInt8(truncatingIfNeeded: octets.count)] + octets
  }
}
