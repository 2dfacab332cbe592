/// Hexadecimal text of octet strings, as the standards print them.
extension Sequence<UInt8> {
  /// Upper-case hexadecimal digits, two an octet, no separators.
  public var hex: String {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    for octet in self {
      text.append(digits[Int(octet >> 4)])
      text.append(digits[Int(octet & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension [UInt8] {
  /// Octets from hexadecimal digits of either case; white space is skipped.
  ///
  /// `nil` when another character occurs or the count of digits is odd.
  public init?(hex: some StringProtocol) {
    var octets: [UInt8] = []
    octets.reserveCapacity(hex.utf8.count / 2)
    var high: UInt8?
    for character in hex.utf8 {
      let nibble: UInt8
      switch character {
      case 0x30...0x39: nibble = character - 0x30
      case 0x41...0x46: nibble = character - 0x41 + 10
      case 0x61...0x66: nibble = character - 0x61 + 10
      case 0x20, 0x09, 0x0A, 0x0D: continue
      default: return nil
      }
      if let first = high {
        octets.append(first << 4 | nibble)
        high = nil
      } else {
        high = nibble
      }
    }
    guard high == nil else { return nil }
    self = octets
  }

  /// The `width` octets of `value`, most significant first; higher octets of `value` are cut off.
  @inlinable public init(bigEndian value: some FixedWidthInteger, width: Int) {
    self.init(unsafeUninitializedCapacity: width) { octets, count in
      for place in 0..<width {
        octets.initializeElement(at: place, to: UInt8(truncatingIfNeeded: value >> ((width - 1 - place) * 8)))
      }
      count = width
    }
  }
}

extension Collection<UInt8> {
  /// The unsigned integer of these octets, most significant first; `nil` for more than eight.
  @inlinable public var bigEndianValue: UInt64? {
    guard count <= 8 else { return nil }
    var value: UInt64 = 0
    for octet in self { value = value << 8 | UInt64(octet) }
    return value
  }
}
