/// A command APDU (ISO/IEC 7816-4:2020 §5.2–5.3).
///
/// Layout: `CLA INS P1 P2 [Lc data] [Le]`; Lc and Le are short (one octet) when the data is at most 255 octets and
/// Ne at most 256, else both extended (three octets, the second field two).
public struct CommandAPDU: Hashable, Sendable {
  /// Most data octets a command can carry.
  public static let maximumDataLength = 65_535

  /// Class octet.
  public var cla: UInt8
  /// Instruction octet.
  public var ins: UInt8
  /// First parameter octet.
  public var p1: UInt8
  /// Second parameter octet.
  public var p2: UInt8
  /// Command data field, 0…65,535 octets.
  public var data: [UInt8]
  /// Ne, the most response octets expected: 1…65,536; `nil` when the command has no Le field.
  public var expectedLength: Int?

  /// A command from its fields. `expectedLength` 256 is the short Le 00, 65,536 the extended Le 0000.
  public init(
    cla: UInt8 = 0, ins: UInt8, p1: UInt8 = 0, p2: UInt8 = 0, data: [UInt8] = [], expectedLength: Int? = nil
  ) {
    precondition(data.count <= Self.maximumDataLength, "command data over 65,535 octets")
    precondition(expectedLength.map { (1...65_536).contains($0) } ?? true, "Ne outside 1…65,536")
    self.cla = cla
    self.ins = ins
    self.p1 = p1
    self.p2 = p2
    self.data = data
    self.expectedLength = expectedLength
  }

  /// CLA INS P1 P2.
  public var header: [UInt8] { [cla, ins, p1, p2] }

  /// Whether the encoding needs extended length fields.
  public var isExtended: Bool { data.count > 255 || (expectedLength ?? 0) > 256 }

  /// The octets sent to the card.
  public var bytes: [UInt8] {
    var octets = header
    octets.reserveCapacity(data.count + 9)
    if isExtended {
      if !data.isEmpty {
        octets.append(0)
        octets.append(contentsOf: [UInt8](bigEndian: data.count, width: 2))
        octets.append(contentsOf: data)
      }
      if let ne = expectedLength {
        if data.isEmpty { octets.append(0) }
        octets.append(contentsOf: [UInt8](bigEndian: ne & 0xFFFF, width: 2))
      }
    } else {
      if !data.isEmpty {
        octets.append(UInt8(data.count))
        octets.append(contentsOf: data)
      }
      if let ne = expectedLength { octets.append(UInt8(ne & 0xFF)) }
    }
    return octets
  }

  /// Reads a command as a card does (ISO/IEC 7816-3:2006 §12.1.3, cases 1, 2S…4S, 2E…4E).
  ///
  /// - Throws: ``APDUError/commandTooShort(_:)`` under four octets, ``APDUError/lengthMismatch`` when Lc and the
  ///   octets present disagree.
  public init(parsing octets: some Collection<UInt8>) throws(APDUError) {
    let octets = Array(octets)
    guard octets.count >= 4 else { throw .commandTooShort(octets.count) }
    let body = Array(octets[4...])
    var data: [UInt8] = []
    var ne: Int?
    switch body.count {
    case 0: break
    case 1: ne = body[0] == 0 ? 256 : Int(body[0])
    case _ where body[0] != 0: (data, ne) = try Self.shortBody(body)
    default: (data, ne) = try Self.extendedBody(body)
    }
    self.init(cla: octets[0], ins: octets[1], p1: octets[2], p2: octets[3], data: data, expectedLength: ne)
  }

  private static func shortBody(_ body: [UInt8]) throws(APDUError) -> ([UInt8], Int?) {
    let lc = Int(body[0])
    switch body.count {
    case 1 + lc: return (Array(body[1...]), nil)
    case 2 + lc: return (Array(body[1...lc]), body[lc + 1] == 0 ? 256 : Int(body[lc + 1]))
    default: throw .lengthMismatch
    }
  }

  private static func extendedBody(_ body: [UInt8]) throws(APDUError) -> ([UInt8], Int?) {
    guard body.count >= 3 else { throw .lengthMismatch }
    let first = Int(body[1]) << 8 | Int(body[2])
    if body.count == 3 { return ([], first == 0 ? 65_536 : first) }
    guard first > 0 else { throw .lengthMismatch }
    switch body.count {
    case 3 + first: return (Array(body[3...]), nil)
    case 5 + first:
      let le = Int(body[3 + first]) << 8 | Int(body[4 + first])
      return (Array(body[3..<3 + first]), le == 0 ? 65_536 : le)
    default: throw .lengthMismatch
    }
  }
}

/// What is wrong with the octets of an APDU.
public enum APDUError: Error, Hashable, Sendable {
  /// A command of fewer than four octets; carries the count.
  case commandTooShort(Int)
  /// Lc, Le and the count of octets disagree.
  case lengthMismatch
  /// A response of fewer than two octets; carries the count.
  case responseTooShort(Int)
}

/// A response APDU: data field and status word (ISO/IEC 7816-4:2020 §5.2).
public struct ResponseAPDU: Hashable, Sendable {
  /// Response data field, 0…65,536 octets.
  public var data: [UInt8]
  /// SW1-SW2.
  public var status: StatusWord

  /// From its fields.
  public init(data: [UInt8] = [], status: StatusWord) {
    self.data = data
    self.status = status
  }

  /// From the octets a card sent; the last two are the status word.
  public init(parsing octets: some Collection<UInt8>) throws(APDUError) {
    guard octets.count >= 2 else { throw .responseTooShort(octets.count) }
    let octets = Array(octets)
    data = Array(octets.dropLast(2))
    status = StatusWord(sw1: octets[octets.count - 2], sw2: octets[octets.count - 1])
  }

  /// Data followed by SW1 and SW2.
  public var bytes: [UInt8] { data + status.bytes }
}
