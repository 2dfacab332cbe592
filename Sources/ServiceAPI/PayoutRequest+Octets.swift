extension PayoutRequest {
  /// Reads a request that is written exactly as ``WireJSON`` writes it, without a decoder, which takes as long as a
  /// third of a signature's check; nil for anything else, which the decoder then reads or refuses.
  ///
  /// ```
  /// {"certificate":"<base64>","fromLog":false,"terminalKeyHash":"<base64>"}
  /// ```
  init?(asWritten octets: [UInt8]) {
    var rest = octets[...]
    guard Self.take("{\"certificate\":\"", of: &rest), let certificate = Self.takeBase64(of: &rest),
      Self.take("\",\"fromLog\":false,\"terminalKeyHash\":\"", of: &rest),
      let terminal = Self.takeBase64(of: &rest), Self.take("\"}", of: &rest), rest.isEmpty
    else { return nil }
    self.init(certificate: WireBytes(certificate), terminalKeyHash: WireBytes(terminal))
  }

  private static func take(_ text: StaticString, of rest: inout ArraySlice<UInt8>) -> Bool {
    let isThere = text.withUTF8Buffer { rest.starts(with: $0) }
    if isThere { rest = rest.dropFirst(text.utf8CodeUnitCount) }
    return isThere
  }

  /// Padded base64 (RFC 4648 §4) up to the first other character; nil when it is not whole, or its last bits are not 0.
  private static func takeBase64(of rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    var octets: [UInt8] = []
    octets.reserveCapacity(rest.count / 4 * 3)
    var (bits, count) = (UInt32(0), 0)
    var index = rest.startIndex
    while index < rest.endIndex, let value = value(of: rest[index]) {
      (bits, count) = (bits << 6 | UInt32(value), count + 1)
      if count == 4 {
        octets.append(UInt8(truncatingIfNeeded: bits >> 16))
        octets.append(UInt8(truncatingIfNeeded: bits >> 8))
        octets.append(UInt8(truncatingIfNeeded: bits))
        (bits, count) = (0, 0)
      }
      index += 1
    }
    let padding = rest[index...].prefix { $0 == UInt8(ascii: "=") }.count
    switch (count, padding) {
    case (0, 0): break
    case (2, 2) where bits & 0xF == 0: octets.append(UInt8(bits >> 4))
    case (3, 1) where bits & 3 == 0: octets += [UInt8(bits >> 10), UInt8(bits >> 2 & 0xFF)]
    default: return nil
    }
    rest = rest[(index + padding)...]
    return octets
  }

  private static func value(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
