import ISO7816

/// How a payout is authorised (`card-application` §12, enumerations).
public enum PayoutMode: UInt8, Sendable {
  /// Against the centre's challenge.
  case online = 1
  /// Against the card's offline authority.
  case offline = 2
}

/// One line of an order: what of one entitlement line and month is paid.
public struct PayoutEntry: Hashable, Sendable {
  /// Octets of the encoding: line(4), period(3 BCD), amount(8), from reserve(8).
  static let width = 23
  /// Most entries of one order.
  public static let maximumCount = 4
  /// Most đồng in one entry, 10^15: sums of four stay far inside Int64.
  public static let maximumAmount: Int64 = 1_000_000_000_000_000

  /// Entitlement line id.
  public let line: UInt32
  /// Month owed for, `year * 100 + month`.
  public let period: UInt32
  /// Đồng, 1…10^15.
  public let amount: Int64
  /// Of which from the card's offline reserve, 0…amount.
  public let fromReserve: Int64

  /// `nil` when a number is out of its bounds.
  public init?(line: UInt32, period: UInt32, amount: Int64, fromReserve: Int64 = 0) {
    guard line > 0, (190_001...999_912).contains(period), (1...12).contains(period % 100),
      (1...Self.maximumAmount).contains(amount), (0...amount).contains(fromReserve)
    else { return nil }
    self.line = line
    self.period = period
    self.amount = amount
    self.fromReserve = fromReserve
  }

  init?(_ octets: [UInt8]) {
    guard octets.count == Self.width, let line = octets[0..<4].bigEndianValue,
      let period = BCD.decode(octets[4..<7]), let amount = octets[7..<15].bigEndianValue,
      let reserve = octets[15..<23].bigEndianValue
    else { return nil }
    self.init(
      line: UInt32(line), period: UInt32(period), amount: Int64(clamping: amount),
      fromReserve: Int64(clamping: reserve))
  }

  var bytes: [UInt8] {
    [UInt8](bigEndian: line, width: 4) + BCD.encode(period, width: 3) + [UInt8](bigEndian: amount, width: 8)
      + [UInt8](bigEndian: fromReserve, width: 8)
  }
}

/// The order of AUTHORISE PAYOUT (`card-application` §4): context objects 80, 81, 84…89, each once and in order.
///
/// Layout: `80 transaction id(16) 81 entries(≤ 4 × 23) 84 terminal time(8) 85 province(1 BCD) ‖ commune(3 BCD)
/// 86 mode(1) 87 collector reference(0…32) 88 centre challenge(0 or 16) 89 override reason and supervisor(0…40)`.
public struct PayoutOrder: Hashable, Sendable {
  /// Octets of a challenge.
  public static let challengeLength = 16
  /// Latest terminal time, the last second of 9999: a card can add days to it.
  static let maximumTime: Int64 = 253_402_300_799
  /// Highest commune code, five digits.
  static let maximumCommune = 99_999

  /// UUIDv7 made by the terminal, 16 octets.
  public let transactionID: [UInt8]
  /// One to four entries.
  public let entries: [PayoutEntry]
  /// The terminal's clock, seconds since 1970 UTC.
  public let terminalTime: Int64
  /// Province of the paying point, two-digit code as a number.
  public let hostProvince: UInt8
  /// Commune of the paying point, five-digit code as a number.
  public let commune: UInt32
  /// Online or offline.
  public let mode: PayoutMode
  /// Who collects for the holder (lĩnh thay); empty when the holder collects.
  public let collectorReference: [UInt8]
  /// The centre's challenge; empty offline.
  public let challenge: [UInt8]
  /// Override reason and supervisor; empty with a PIN.
  public let override: [UInt8]
  /// The octets as made or received.
  public let bytes: [UInt8]

  /// An order without override; `nil` when a field is out of its bounds.
  public init?(
    transactionID: [UInt8], entries: [PayoutEntry], terminalTime: Int64, hostProvince: UInt8, commune: UInt32,
    mode: PayoutMode, collectorReference: [UInt8] = [], challenge: [UInt8]
  ) {
    // What the fixed widths would cut off is refused here; the rest is for the reader below.
    guard (1...PayoutEntry.maximumCount).contains(entries.count), terminalTime >= 0, hostProvince <= 99,
      commune <= Self.maximumCommune
    else { return nil }
    let objects: [BERTLV] = [
      BERTLV(0x80, transactionID), BERTLV(0x81, entries.flatMap(\.bytes)),
      BERTLV(0x84, [UInt8](bigEndian: terminalTime, width: 8)),
      BERTLV(0x85, BCD.encode(hostProvince, width: 1) + BCD.encode(commune, width: 3)),
      BERTLV(0x86, [mode.rawValue]), BERTLV(0x87, collectorReference), BERTLV(0x88, challenge), BERTLV(0x89, [UInt8]()),
    ]
    guard let order = try? PayoutOrder(parsing: objects.flatMap(\.bytes)) else { return nil }
    self = order
  }

  /// Reads an order strictly.
  public init(parsing octets: [UInt8]) throws(LayoutError) {
    var reader = LayoutReader(octets)
    transactionID = try reader.next(0x80, 16)
    var entries: [PayoutEntry] = []
    for record in try reader.records(0x81, width: PayoutEntry.width, most: PayoutEntry.maximumCount) {
      guard let entry = PayoutEntry(record) else { throw .value(0x81) }
      entries.append(entry)
    }
    // One entry a line and month: two would let one item be named twice in one order.
    guard !entries.isEmpty, Set(entries.map { UInt64($0.line) << 32 | UInt64($0.period) }).count == entries.count
    else { throw .value(0x81) }
    self.entries = entries
    guard let time = Int64(exactly: try reader.integer(0x84, width: 8)), time <= Self.maximumTime else {
      throw .value(0x84)
    }
    terminalTime = time
    let place = try reader.next(0x85, 4)
    guard let province = BCD.decode(place[0..<1]), province > 0, let commune = BCD.decode(place[1..<4]),
      commune <= Self.maximumCommune
    else { throw .value(0x85) }
    hostProvince = UInt8(province)
    self.commune = UInt32(commune)
    guard let mode = PayoutMode(rawValue: try reader.next(0x86, 1)[0]) else { throw .value(0x86) }
    self.mode = mode
    collectorReference = try reader.next(0x87, 0...32)
    challenge = try reader.next(0x88, 0...Self.challengeLength)
    guard challenge.count == (mode == .online ? Self.challengeLength : 0) else {
      throw .length(0x88, challenge.count)
    }
    override = try reader.next(0x89, 0...40)
    try reader.finish()
    bytes = octets
  }

  /// Sum of all entries in đồng.
  public var total: Int64 { entries.reduce(0) { $0 + $1.amount } }
}
