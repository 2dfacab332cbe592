/// An application identifier or DF name, 5…16 octets (ISO/IEC 7816-4:2020 §12.2.3).
public struct AID: Hashable, Sendable, CustomStringConvertible {
  /// The octets.
  public let bytes: [UInt8]

  /// `nil` unless there are 5…16 octets.
  public init?(_ bytes: [UInt8]) {
    guard (5...16).contains(bytes.count) else { return nil }
    self.bytes = bytes
  }

  /// Hexadecimal digits.
  public var description: String { bytes.hex }
}

/// File control parameters (ISO/IEC 7816-4:2020 §7.4.3), the part this project's files use.
///
/// Layout: `62 L { 82 descriptor, 83 file identifier(2), 80 size(2, or 4 above 65,535), 88 short identifier(1),
/// 84 DF name }`.
public struct FileControlParameters: Hashable, Sendable {
  /// Tag 83: two octets.
  public var fileIdentifier: UInt16?
  /// Tag 84: DF name.
  public var dfName: [UInt8]?
  /// Tag 80: octets of data in the file.
  public var size: Int?
  /// Tag 88: short file identifier 1…30, in bits 8–4 of its octet.
  public var shortIdentifier: UInt8?
  /// Whether the file descriptor (tag 82) is that of a DF (38) rather than a transparent EF (01).
  public var isDirectory: Bool

  /// From its fields.
  public init(
    isDirectory: Bool, fileIdentifier: UInt16? = nil, dfName: [UInt8]? = nil, size: Int? = nil,
    shortIdentifier: UInt8? = nil
  ) {
    self.isDirectory = isDirectory
    self.fileIdentifier = fileIdentifier
    self.dfName = dfName
    self.size = size
    self.shortIdentifier = shortIdentifier
  }

  /// The FCP template, tag 62.
  public var bytes: [UInt8] {
    var objects = [BERTLV(0x82, [isDirectory ? 0x38 : 0x01])]
    if let fileIdentifier { objects.append(BERTLV(0x83, [UInt8](bigEndian: fileIdentifier, width: 2))) }
    if let size { objects.append(BERTLV(0x80, [UInt8](bigEndian: size, width: size > 0xFFFF ? 4 : 2))) }
    if let shortIdentifier { objects.append(BERTLV(0x88, [shortIdentifier << 3])) }
    if let dfName { objects.append(BERTLV(0x84, dfName)) }
    return BERTLV(0x62, objects).bytes
  }

  /// Reads an FCP (62) or FCI (6F) template; unknown objects are passed over.
  public init(parsing octets: some Collection<UInt8>) throws(BERTLVError) {
    let template = try BERTLV(parsing: octets)
    guard template.tag == 0x62 || template.tag == 0x6F else { throw .unexpectedTag(offset: 0) }
    let objects = try template.children()
    func value(_ tag: BERTag) -> [UInt8]? { objects.first { $0.tag == tag }?.value }
    let descriptor = value(0x82)?.first ?? 0
    self.init(
      isDirectory: descriptor & 0x38 == 0x38,
      fileIdentifier: value(0x83)?.bigEndianValue.flatMap { UInt16(exactly: $0) },
      dfName: value(0x84), size: value(0x80)?.bigEndianValue.flatMap { Int(exactly: $0) },
      shortIdentifier: value(0x88)?.first.map { $0 >> 3 })
  }
}
