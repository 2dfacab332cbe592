import ISO7816

/// The octets that `digits` spell; white space is skipped.
///
/// For literals in tests: anything else than hexadecimal digits is a bug of the test and stops it.
public func octets(_ digits: String) -> [UInt8] {
  guard let octets = [UInt8](hex: digits) else { preconditionFailure("not hexadecimal: \(digits)") }
  return octets
}

/// Octets that a vector file writes as hexadecimal digits.
public struct HexOctets: Decodable, Hashable, Sendable {
  /// The octets.
  public let octets: [UInt8]

  /// Reads a string of hexadecimal digits.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let digits = try container.decode(String.self)
    guard let octets = [UInt8](hex: digits) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not hexadecimal: \(digits)")
    }
    self.octets = octets
  }
}
