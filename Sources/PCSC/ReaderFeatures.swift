internal import ISO7816

/// What a reader's driver can do besides carrying commands (PC/SC part 10 §2.2): the answer to
/// `CM_IOCTL_GET_FEATURE_REQUEST`, a list of objects of one octet of tag, 04, and a control code for `SCardControl`
/// whose most significant octet comes first.
public struct ReaderFeatures: Hashable, Sendable {
  /// A feature's tag, an open set: one without a name is kept as it came.
  public struct Tag: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The octet.
    public let rawValue: UInt8

    /// Wraps any octet.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `FEATURE_VERIFY_PIN_START` (01).
    public static let verifyPINStart = Tag(rawValue: 0x01)
    /// `FEATURE_VERIFY_PIN_FINISH` (02).
    public static let verifyPINFinish = Tag(rawValue: 0x02)
    /// `FEATURE_MODIFY_PIN_START` (03).
    public static let modifyPINStart = Tag(rawValue: 0x03)
    /// `FEATURE_MODIFY_PIN_FINISH` (04).
    public static let modifyPINFinish = Tag(rawValue: 0x04)
    /// `FEATURE_VERIFY_PIN_DIRECT` (06): the reader asks for a PIN and sends it in VERIFY.
    public static let verifyPINDirect = Tag(rawValue: 0x06)
    /// `FEATURE_MODIFY_PIN_DIRECT` (07): the same for CHANGE REFERENCE DATA.
    public static let modifyPINDirect = Tag(rawValue: 0x07)
    /// `FEATURE_IFD_PIN_PROPERTIES` (0A).
    public static let pinProperties = Tag(rawValue: 0x0A)
    /// `FEATURE_GET_TLV_PROPERTIES` (12).
    public static let properties = Tag(rawValue: 0x12)
    /// `FEATURE_EXECUTE_PACE` (20; amendment 1): the reader asks for a password and does PACE itself.
    public static let executePACE = Tag(rawValue: 0x20)

    private static let names: [Tag: String] = [
      .verifyPINStart: "VERIFY_PIN_START", .verifyPINFinish: "VERIFY_PIN_FINISH",
      .modifyPINStart: "MODIFY_PIN_START", .modifyPINFinish: "MODIFY_PIN_FINISH",
      .verifyPINDirect: "VERIFY_PIN_DIRECT", .modifyPINDirect: "MODIFY_PIN_DIRECT",
      .pinProperties: "IFD_PIN_PROPERTIES", .properties: "GET_TLV_PROPERTIES", .executePACE: "EXECUTE_PACE",
    ]

    /// The name of part 10 without `FEATURE_`; for a tag without one, two hexadecimal digits.
    public var description: String { Self.names[self] ?? [rawValue].hex }
  }

  /// `SCARD_CTL_CODE(3400)`, `CM_IOCTL_GET_FEATURE_REQUEST`.
  static let request: UInt32 = 0x4200_0000 + 3_400

  /// The features in the order in which the driver tells them, each once.
  public let tags: [Tag]
  private let codes: [Tag: UInt32]

  /// From the octets as the driver gives them; what is cut off, not 4 octets long, or there a second time is passed
  /// over.
  public init(_ octets: [UInt8]) {
    var tags: [Tag] = []
    var codes: [Tag: UInt32] = [:]
    for (tag, value) in ReaderObjects.read(octets) {
      let tag = Tag(rawValue: tag)
      guard value.count == 4, codes[tag] == nil, let code = value.bigEndianValue else { continue }
      tags.append(tag)
      codes[tag] = UInt32(truncatingIfNeeded: code)
    }
    self.tags = tags
    self.codes = codes
  }

  /// The control code of a feature; `nil` when the reader does not have it.
  public subscript(tag: Tag) -> UInt32? { codes[tag] }
}

/// Lists of objects of one octet of tag, one of length, and a value.
enum ReaderObjects {
  /// The objects that are whole, from the front.
  static func read(_ octets: [UInt8]) -> [(tag: UInt8, value: [UInt8])] {
    var found: [(tag: UInt8, value: [UInt8])] = []
    var rest = octets[...]
    while rest.count >= 2, let tag = rest.popFirst(), let length = rest.popFirst(), rest.count >= Int(length) {
      found.append((tag, Array(rest.prefix(Int(length)))))
      rest = rest.dropFirst(Int(length))
    }
    return found
  }
}
