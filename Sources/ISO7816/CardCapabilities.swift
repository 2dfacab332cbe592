/// What a card tells of the length fields it takes (ISO/IEC 7816-4:2020 §12.1.1, table "third software function").
///
/// The third octet of the card capabilities: b8 command chaining, b7 extended Lc and Le fields.
public struct CardCapabilities: Hashable, Sendable {
  /// Whether commands may be chained.
  public let supportsChaining: Bool
  /// Whether extended Lc and Le fields are taken.
  public let supportsExtendedLength: Bool

  /// From its fields.
  public init(supportsChaining: Bool, supportsExtendedLength: Bool) {
    self.supportsChaining = supportsChaining
    self.supportsExtendedLength = supportsExtendedLength
  }

  /// From the historical octets of an answer to reset: category 80, or 00 with three octets of status at the end, then
  /// COMPACT-TLV objects, one octet of tag and length each. `nil` when no three octets of capabilities (73) are there.
  public init?(historicalBytes octets: [UInt8]) {
    guard let category = octets.first, category == 0x80 || category == 0x00 else { return nil }
    var rest = octets.dropFirst()
    if category == 0x00 { rest = rest.dropLast(3) }
    while let lead = rest.first {
      let value = rest.dropFirst().prefix(Int(lead & 0x0F))
      guard value.count == Int(lead & 0x0F) else { return nil }
      if lead == 0x73, let third = value.last {
        self.init(supportsChaining: third & 0x80 != 0, supportsExtendedLength: third & 0x40 != 0)
        return
      }
      rest = rest.dropFirst(1 + value.count)
    }
    return nil
  }
}
