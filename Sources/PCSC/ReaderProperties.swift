internal import ISO7816

/// What a reader says of itself (PC/SC part 10 §2.6.14): objects of one octet of tag, one of length, and a value whose
/// least significant octet comes first.
public struct ReaderProperties: Hashable, Sendable {
  /// `dwMaxAPDUDataSize` (0A): most octets in the data field of an APDU; 0 or up to 256 for a reader that carries short
  /// APDUs only. `nil` when the reader does not say.
  public let maximumAPDUData: Int?

  /// `PCSCv2_PART10_PROPERTY_dwMaxAPDUDataSize`.
  private static let maximumAPDUDataTag: UInt8 = 0x0A

  /// From the octets as the reader gives them; what is cut off or of an unknown tag is passed over.
  public init(_ octets: [UInt8]) {
    let objects = ReaderObjects.read(octets)
    let value = objects.first { $0.tag == Self.maximumAPDUDataTag && (1...4).contains($0.value.count) }
    maximumAPDUData = value.flatMap { $0.value.reversed().bigEndianValue }.map(Int.init)
  }
}
