import ISO7816

/// EF.OfflineAuthority (SFI 07, `card-application` §3, §8): what the card may sign without the centre.
///
/// Layout: `81 per line {line(4), granted(8), next granted(8), not before(4 BCD)}(≤ 8 × 24) 82 ceiling of one
/// payout(8) 83 certificates above the acknowledged counter(1) 84 valid until(4 BCD) 85 response serial(4)`.
public struct OfflineAuthority: Hashable, Sendable {
  /// One line's grant.
  public struct Line: Hashable, Sendable {
    static let width = 24
    /// Entitlement line id.
    public let line: UInt32
    /// Granted in all, đồng.
    public let granted: Int64
    /// Granted in all from ``notBefore`` on, đồng; 0 when there is no such grant.
    public let nextGranted: Int64
    /// First date of the next grant, YYYYMMDD; 0 when there is none.
    public let notBefore: UInt32

    /// From its fields.
    public init(line: UInt32, granted: Int64, nextGranted: Int64, notBefore: UInt32) {
      self.line = line
      self.granted = granted
      self.nextGranted = nextGranted
      self.notBefore = notBefore
    }
  }

  /// The lines.
  public var lines: [Line]
  /// Most đồng of one offline payout.
  public var ceiling: Int64
  /// Offline certificates allowed above the acknowledged counter.
  public var count: UInt8
  /// Last date, YYYYMMDD; 0 when there is no authority.
  public var validUntil: UInt32
  /// Serial of the completion that granted it.
  public var responseSerial: UInt32

  /// From all its fields.
  public init(lines: [Line], ceiling: Int64, count: UInt8, validUntil: UInt32, responseSerial: UInt32) {
    self.lines = lines
    self.ceiling = ceiling
    self.count = count
    self.validUntil = validUntil
    self.responseSerial = responseSerial
  }

  /// The file's content.
  public var bytes: [UInt8] {
    let perLine = lines.flatMap { line in
      [UInt8](bigEndian: line.line, width: 4) + [UInt8](bigEndian: line.granted, width: 8)
        + [UInt8](bigEndian: line.nextGranted, width: 8) + BCD.encode(line.notBefore, width: 4)
    }
    return [
      BERTLV(0x81, perLine), BERTLV(0x82, [UInt8](bigEndian: ceiling, width: 8)), BERTLV(0x83, [count]),
      BERTLV(0x84, BCD.encode(validUntil, width: 4)), BERTLV(0x85, [UInt8](bigEndian: responseSerial, width: 4)),
    ].flatMap(\.bytes)
  }

  /// Reads the file.
  public init(parsing octets: [UInt8]) throws(LayoutError) {
    var reader = LayoutReader(octets)
    var lines: [Line] = []
    for record in try reader.records(0x81, width: Line.width, most: CompletionOrder.maximumLines) {
      guard let line = record[0..<4].bigEndianValue, let granted = record[4..<12].bigEndianValue,
        let granted = Int64(exactly: granted), let next = record[12..<20].bigEndianValue,
        let next = Int64(exactly: next), let notBefore = BCD.decode(record[20..<24])
      else { throw .value(0x81) }
      lines.append(
        Line(line: UInt32(line), granted: granted, nextGranted: next, notBefore: UInt32(notBefore)))
    }
    guard let ceiling = Int64(exactly: try reader.integer(0x82, width: 8)) else { throw .value(0x82) }
    let count = try reader.next(0x83, 1)[0]
    guard let until = BCD.decode(try reader.next(0x84, 4)) else { throw .value(0x84) }
    let serial = UInt32(try reader.integer(0x85, width: 4))
    try reader.finish()
    self.init(lines: lines, ceiling: ceiling, count: count, validUntil: UInt32(until), responseSerial: serial)
  }
}
