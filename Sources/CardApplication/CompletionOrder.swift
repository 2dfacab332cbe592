import ISO7816

/// State of the card in a completion (`card-application` §12).
public enum CardState: UInt8, Sendable {
  /// May authorise payouts.
  case active = 1
  /// Refuses payouts until resumed.
  case suspended = 2
  /// Refuses payouts for good; its log stays readable.
  case terminated = 3
}

/// Status of an entitlement line (`card-application` §12).
public enum LineStatus: UInt8, Sendable {
  /// Payable.
  case active = 1
  /// Suspended by the programme.
  case suspended = 2
  /// Ended.
  case closed = 3
}

/// One entitlement line as a completion writes it: 28 octets.
public struct CompletionLine: Hashable, Sendable {
  static let width = 28
  /// Line id.
  public var line: UInt32
  /// Programme wire code.
  public var programme: UInt16
  /// Home province, two-digit code as a number.
  public var province: UInt8
  /// Status.
  public var status: LineStatus
  /// Offline reserve granted, đồng.
  public var granted: Int64
  /// Granted from ``notBefore`` on, đồng: the whole of the grant, not what is added to ``granted``.
  public var nextGranted: Int64
  /// First date of the next period's grant; 0 when there is none.
  public var notBefore: UInt32

  /// From its fields.
  public init(
    line: UInt32, programme: UInt16, province: UInt8, status: LineStatus, granted: Int64 = 0, nextGranted: Int64 = 0,
    notBefore: UInt32 = 0
  ) {
    self.line = line
    self.programme = programme
    self.province = province
    self.status = status
    self.granted = granted
    self.nextGranted = nextGranted
    self.notBefore = notBefore
  }

  init?(_ octets: [UInt8]) {
    guard octets.count == Self.width, let line = octets[0..<4].bigEndianValue,
      let programme = octets[4..<6].bigEndianValue, let province = BCD.decode(octets[6..<7]),
      let status = LineStatus(rawValue: octets[7]), let granted = octets[8..<16].bigEndianValue,
      let next = octets[16..<24].bigEndianValue, let notBefore = BCD.decode(octets[24..<28]),
      let granted = Int64(exactly: granted), let next = Int64(exactly: next)
    else { return nil }
    self.init(
      line: UInt32(line), programme: UInt16(programme), province: UInt8(province), status: status, granted: granted,
      nextGranted: next, notBefore: UInt32(notBefore))
  }

  var bytes: [UInt8] {
    [UInt8](bigEndian: line, width: 4) + [UInt8](bigEndian: programme, width: 2) + BCD.encode(province, width: 1)
      + [status.rawValue] + [UInt8](bigEndian: granted, width: 8) + [UInt8](bigEndian: nextGranted, width: 8)
      + BCD.encode(notBefore, width: 4)
  }
}

/// What a line holds, for the holder to read: 16 octets.
public struct SnapshotLine: Hashable, Sendable {
  static let width = 16
  /// Line id.
  public var line: UInt32
  /// Đồng still to collect.
  public var amount: Int64
  /// Date of the next payment; 0 when not known.
  public var date: UInt32

  /// From its fields.
  public init(line: UInt32, amount: Int64, date: UInt32) {
    self.line = line
    self.amount = amount
    self.date = date
  }

  init?(_ octets: [UInt8]) {
    guard octets.count == Self.width, let line = octets[0..<4].bigEndianValue,
      let amount = octets[4..<12].bigEndianValue, let date = BCD.decode(octets[12..<16]),
      let amount = Int64(exactly: amount)
    else { return nil }
    self.init(line: UInt32(line), amount: amount, date: UInt32(date))
  }

  var bytes: [UInt8] {
    [UInt8](bigEndian: line, width: 4) + [UInt8](bigEndian: amount, width: 8) + BCD.encode(date, width: 4)
  }
}

/// E2, what the centre writes to the card (`card-application` §12). With its signature at most 1,024 octets.
public struct CompletionOrder: Hashable, Sendable {
  static let constant = "ANSINH-COMPLETE-1"
  /// Most entitlement lines on a card (`card-application` §3).
  public static let maximumLines = 8

  /// 82.
  public var cardNumber: CardNumber
  /// 83: id of the issuer's completion key, 8 octets.
  public var issuerKeyID: [UInt8]
  /// 84: must increase.
  public var serial: UInt32
  /// 85: every certificate up to this counter is at the centre.
  public var acknowledgedCounter: UInt32
  /// 86: issuer's time, Unix seconds.
  public var issuerTime: Int64
  /// 87.
  public var state: CardState
  /// 88.
  public var lines: [CompletionLine]
  /// 89: ceiling of one offline payout, đồng.
  public var offlineCeiling: Int64
  /// 89: offline certificates allowed above the acknowledged counter.
  public var offlineCount: UInt8
  /// 89: last date of the offline authority, YYYYMMDD; 0 when there is none.
  public var offlineUntil: UInt32
  /// 8A: PIN generation the centre acknowledges.
  public var acknowledgedGeneration: UInt16
  /// 8B: least effective date of a document verifier's certificate, YYYYMMDD; 0 when not set.
  public var minimumVerifierDate: UInt32
  /// 8C: a new issuer key, which the key that signs this completion vouches for.
  public var newIssuerKey: IssuerKey?
  /// 8D: amounts for the holder.
  public var snapshot: [SnapshotLine]

  /// A completion that grants nothing offline and brings no new issuer key.
  public init(
    cardNumber: CardNumber, issuerKeyID: [UInt8], serial: UInt32, acknowledgedCounter: UInt32, issuerTime: Int64,
    state: CardState, lines: [CompletionLine], acknowledgedGeneration: UInt16, snapshot: [SnapshotLine]
  ) {
    self.cardNumber = cardNumber
    self.issuerKeyID = issuerKeyID
    self.serial = serial
    self.acknowledgedCounter = acknowledgedCounter
    self.issuerTime = issuerTime
    self.state = state
    self.lines = lines
    offlineCeiling = 0
    offlineCount = 0
    offlineUntil = 0
    self.acknowledgedGeneration = acknowledgedGeneration
    minimumVerifierDate = 0
    newIssuerKey = nil
    self.snapshot = snapshot
  }

  /// The TLV E2, to be signed.
  public var body: [UInt8] {
    // Not applicable is length 0 (§12).
    let offline =
      offlineCeiling == 0 && offlineCount == 0 && offlineUntil == 0
      ? [] : [UInt8](bigEndian: offlineCeiling, width: 8) + [offlineCount] + BCD.encode(offlineUntil, width: 4)
    let verifierDate = minimumVerifierDate == 0 ? [] : BCD.encode(minimumVerifierDate, width: 4)
    let objects: [BERTLV] = [
      BERTLV(0x80, Array(Self.constant.utf8)), BERTLV(0x81, [ecdsaP256SHA256]), BERTLV(0x82, cardNumber.bytes),
      BERTLV(0x83, issuerKeyID), BERTLV(0x84, [UInt8](bigEndian: serial, width: 4)),
      BERTLV(0x85, [UInt8](bigEndian: acknowledgedCounter, width: 4)),
      BERTLV(0x86, [UInt8](bigEndian: issuerTime, width: 8)), BERTLV(0x87, [state.rawValue]),
      BERTLV(0x88, lines.flatMap(\.bytes)), BERTLV(0x89, offline),
      BERTLV(0x8A, [UInt8](bigEndian: acknowledgedGeneration, width: 2)),
      BERTLV(0x8B, verifierDate), BERTLV(0x8C, newIssuerKey?.bytes ?? []),
      BERTLV(0x8D, snapshot.flatMap(\.bytes)),
    ]
    return BERTLV(0xE2, objects).bytes
  }

  /// Reads E2 and its signature. The signature is not checked here.
  public static func parse(_ octets: [UInt8]) throws(LayoutError) -> (CompletionOrder, SignedLayout) {
    let signed = try SignedLayout(parsing: octets, tag: 0xE2)
    var outer = LayoutReader(signed.body)
    return (try CompletionOrder(value: try outer.next(0xE2, 0...2_048)), signed)
  }

  private init(value: [UInt8]) throws(LayoutError) {
    var reader = LayoutReader(value)
    try reader.constant(0x80, Self.constant)
    guard try reader.next(0x81, 1) == [ecdsaP256SHA256] else { throw .value(0x81) }
    guard let number = CardNumber(bcd: try reader.next(0x82, 8)) else { throw .value(0x82) }
    cardNumber = number
    issuerKeyID = try reader.next(0x83, 8)
    serial = UInt32(try reader.integer(0x84, width: 4))
    acknowledgedCounter = UInt32(try reader.integer(0x85, width: 4))
    guard let time = Int64(exactly: try reader.integer(0x86, width: 8)) else { throw .value(0x86) }
    issuerTime = time
    guard let state = CardState(rawValue: try reader.next(0x87, 1)[0]) else { throw .value(0x87) }
    self.state = state
    var lines: [CompletionLine] = []
    for record in try reader.records(0x88, width: CompletionLine.width, most: Self.maximumLines) {
      guard let line = CompletionLine(record) else { throw .value(0x88) }
      lines.append(line)
    }
    guard Set(lines.map(\.line)).count == lines.count else { throw .value(0x88) }
    self.lines = lines
    let offline = try reader.next(0x89, 0...13)
    if offline.isEmpty {
      (offlineCeiling, offlineCount, offlineUntil) = (0, 0, 0)
    } else {
      guard offline.count == 13 else { throw .length(0x89, offline.count) }
      guard let ceiling = offline[0..<8].bigEndianValue, let ceiling = Int64(exactly: ceiling),
        let until = BCD.decode(offline[9..<13]), ceiling > 0 || offline[8] > 0 || until > 0
      else { throw .value(0x89) }
      offlineCeiling = ceiling
      offlineCount = offline[8]
      offlineUntil = UInt32(until)
    }
    acknowledgedGeneration = UInt16(try reader.integer(0x8A, width: 2))
    let verifierDate = try reader.next(0x8B, 0...4)
    guard [0, 4].contains(verifierDate.count) else { throw .length(0x8B, verifierDate.count) }
    guard let date = BCD.decode(verifierDate), date > 0 || verifierDate.isEmpty else { throw .value(0x8B) }
    minimumVerifierDate = UInt32(date)
    let issuerKey = try reader.next(0x8C, 0...IssuerKey.width)
    newIssuerKey = IssuerKey(parsing: issuerKey)
    guard issuerKey.isEmpty || newIssuerKey != nil else { throw .value(0x8C) }
    var snapshot: [SnapshotLine] = []
    for record in try reader.records(0x8D, width: SnapshotLine.width, most: Self.maximumLines) {
      guard let line = SnapshotLine(record) else { throw .value(0x8D) }
      snapshot.append(line)
    }
    self.snapshot = snapshot
    try reader.finish()
  }
}
