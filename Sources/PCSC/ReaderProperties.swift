internal import ISO7816

/// What a reader says of itself (PC/SC part 10 §2.6.14): objects of one octet of tag, one of length, and a value whose
/// least significant octet comes first.
public struct ReaderProperties: Hashable, Sendable {
  /// `dwMaxAPDUDataSize` (0A): most octets in the data field of an APDU; 0 or up to 256 for a reader that carries short
  /// APDUs only. `nil` when the reader does not say.
  public let maximumAPDUData: Int?

  /// `SCARD_CTL_CODE(3400)`, `CM_IOCTL_GET_FEATURE_REQUEST` (part 10 §2.2).
  static let featureRequest: UInt32 = 0x4200_0000 + 3_400
  /// `FEATURE_GET_TLV_PROPERTIES`.
  private static let propertiesFeature: UInt8 = 0x12
  /// `PCSCv2_PART10_PROPERTY_dwMaxAPDUDataSize`.
  private static let maximumAPDUDataTag: UInt8 = 0x0A

  /// From the octets as the reader gives them; what is cut off or of an unknown tag is passed over.
  public init(_ octets: [UInt8]) {
    let value = Self.objects(octets).first { $0.tag == Self.maximumAPDUDataTag && (1...4).contains($0.value.count) }
    maximumAPDUData = value.flatMap { $0.value.reversed().bigEndianValue }.map(Int.init)
  }

  /// The control code of `FEATURE_GET_TLV_PROPERTIES` in the list of features: tag, 04, code with the most significant
  /// octet first (part 10 §2.2); `nil` when the reader does not have it.
  static func propertiesCode(features: [UInt8]) -> UInt32? {
    let code = objects(features).first { $0.tag == propertiesFeature && $0.value.count == 4 }
    return code.flatMap { $0.value.bigEndianValue }.map { UInt32(truncatingIfNeeded: $0) }
  }

  private static func objects(_ octets: [UInt8]) -> [(tag: UInt8, value: [UInt8])] {
    var found: [(tag: UInt8, value: [UInt8])] = []
    var rest = octets[...]
    while rest.count >= 2, let tag = rest.popFirst(), let length = rest.popFirst(), rest.count >= Int(length) {
      found.append((tag, Array(rest.prefix(Int(length)))))
      rest = rest.dropFirst(Int(length))
    }
    return found
  }
}
