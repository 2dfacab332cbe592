import CardCrypto
import ISO7816

/// How the holder was verified (`card-application` §12).
public enum VerificationMethod: UInt8, Sendable {
  /// The holder's PIN.
  case pin = 1
  /// The printed CAN, by override.
  case canWithOverride = 2
}

/// Who set the PIN in use (`card-application` §12).
public enum PINOrigin: UInt8, Sendable {
  /// The issuer.
  case issuer = 1
  /// The holder.
  case holder = 2
  /// An office, by terminal right.
  case terminalRight = 3
}

/// What a certificate says about the terminal; every field empty without terminal authentication.
public struct CertifiedTerminal: Hashable, Sendable {
  /// 88: certification authority reference, 0…16 octets.
  public var authority: [UInt8]
  /// 89: certificate holder reference, 0…16 octets.
  public var holder: [UInt8]
  /// 8A: SHA-256 of the terminal's public point, 0 or 32 octets.
  public var keyHash: [UInt8]
  /// 8B: effective CHAT(5) ‖ payout bitmap(3), 0 or 8 octets.
  public var effectiveRights: [UInt8]

  /// From its fields.
  public init(authority: [UInt8], holder: [UInt8], keyHash: [UInt8], effectiveRights: [UInt8]) {
    self.authority = authority
    self.holder = holder
    self.keyHash = keyHash
    self.effectiveRights = effectiveRights
  }

  /// No terminal authentication has taken place.
  public static let none = CertifiedTerminal(authority: [], holder: [], keyHash: [], effectiveRights: [])
}

/// A line's offline reserve spent so far.
public struct LineSpent: Hashable, Sendable {
  /// Entitlement line id.
  public let line: UInt32
  /// Đồng spent from the reserve, only growing.
  public let spent: Int64

  /// From its fields.
  public init(line: UInt32, spent: Int64) {
    self.line = line
    self.spent = spent
  }
}

/// E1, the card's signed word that the holder authorised one payout (`card-application` §12).
public struct PayoutCertificate: Sendable {
  /// Constant of tag 80.
  static let constant = "ANSINH-PAYOUT-1"

  /// 82.
  public var cardNumber: CardNumber
  /// 83: id of the payout key, 8 octets.
  public var keyID: [UInt8]
  /// 84: layout ‖ application version ‖ profile id ‖ profile version.
  public var versions: [UInt8]
  /// 85: serial of the last completion.
  public var responseSerial: UInt32
  /// 86: strictly increasing.
  public var counter: UInt32
  /// A7: the order as received.
  public var order: PayoutOrder
  /// 88–8B.
  public var terminal: CertifiedTerminal
  /// 8C.
  public var cardDate: CardDate
  /// 8D first octet.
  public var method: VerificationMethod
  /// 8D: generation of the PIN in use.
  public var pinGeneration: UInt16
  /// 8D: generation that the centre has acknowledged.
  public var acknowledgedGeneration: UInt16
  /// 8D last octet.
  public var pinOrigin: PINOrigin
  /// 8E: holder reference of the terminal that set the PIN, 0…16 octets.
  public var pinSetter: [UInt8]
  /// 8F: per line of the order.
  public var spent: [LineSpent]
  /// 90 first octet: offline certificates above the acknowledged counter.
  public var unacknowledgedOffline: UInt8
  /// 90 second octet: overrides since the last PIN payout.
  public var overrides: UInt8
  /// 91: SHA-256(card ‖ terminal ephemeral points of PACE step 3).
  public var sessionHash: [UInt8]
  /// 92: SHA-256 of the previous E1; zeros for the first.
  public var previousHash: [UInt8]

  /// From all its fields.
  public init(
    cardNumber: CardNumber, keyID: [UInt8], versions: [UInt8], responseSerial: UInt32, counter: UInt32,
    order: PayoutOrder, terminal: CertifiedTerminal, cardDate: CardDate, method: VerificationMethod,
    pinGeneration: UInt16, acknowledgedGeneration: UInt16, pinOrigin: PINOrigin, pinSetter: [UInt8],
    spent: [LineSpent], unacknowledgedOffline: UInt8, overrides: UInt8, sessionHash: [UInt8], previousHash: [UInt8]
  ) {
    self.cardNumber = cardNumber
    self.keyID = keyID
    self.versions = versions
    self.responseSerial = responseSerial
    self.counter = counter
    self.order = order
    self.terminal = terminal
    self.cardDate = cardDate
    self.method = method
    self.pinGeneration = pinGeneration
    self.acknowledgedGeneration = acknowledgedGeneration
    self.pinOrigin = pinOrigin
    self.pinSetter = pinSetter
    self.spent = spent
    self.unacknowledgedOffline = unacknowledgedOffline
    self.overrides = overrides
    self.sessionHash = sessionHash
    self.previousHash = previousHash
  }

  /// The TLV E1, at most 576 octets, to be signed.
  public var body: [UInt8] {
    let verification =
      [method.rawValue] + [UInt8](bigEndian: pinGeneration, width: 2)
      + [UInt8](bigEndian: acknowledgedGeneration, width: 2) + [pinOrigin.rawValue]
    let perLine = spent.flatMap { [UInt8](bigEndian: $0.line, width: 4) + [UInt8](bigEndian: $0.spent, width: 8) }
    let head: [BERTLV] = [
      BERTLV(0x80, Array(Self.constant.utf8)), BERTLV(0x81, [ecdsaP256SHA256]), BERTLV(0x82, cardNumber.bytes),
      BERTLV(0x83, keyID), BERTLV(0x84, versions), BERTLV(0x85, [UInt8](bigEndian: responseSerial, width: 4)),
      BERTLV(0x86, [UInt8](bigEndian: counter, width: 4)), BERTLV(0xA7, order.bytes),
    ]
    let tail: [BERTLV] = [
      BERTLV(0x88, terminal.authority), BERTLV(0x89, terminal.holder), BERTLV(0x8A, terminal.keyHash),
      BERTLV(0x8B, terminal.effectiveRights), BERTLV(0x8C, cardDate.bytes), BERTLV(0x8D, verification),
      BERTLV(0x8E, pinSetter), BERTLV(0x8F, perLine), BERTLV(0x90, [unacknowledgedOffline, overrides]),
      BERTLV(0x91, sessionHash), BERTLV(0x92, previousHash),
    ]
    return BERTLV(0xE1, head + tail).bytes
  }

  /// Reads E1 and its signature. The signature is not checked here.
  ///
  /// - Returns: the certificate and the signed octets as received.
  public static func parse(_ octets: [UInt8]) throws(LayoutError) -> (PayoutCertificate, SignedLayout) {
    let (value, signed) = try SignedLayout.parse(octets, tag: 0xE1)
    return (try PayoutCertificate(value: value), signed)
  }

  private init(value: [UInt8]) throws(LayoutError) {
    var reader = LayoutReader(value)
    try reader.constant(0x80, Self.constant)
    guard try reader.next(0x81, 1) == [ecdsaP256SHA256] else { throw .value(0x81) }
    guard let number = CardNumber(bcd: try reader.next(0x82, 8)) else { throw .value(0x82) }
    cardNumber = number
    keyID = try reader.next(0x83, 8)
    versions = try reader.next(0x84, 4)
    responseSerial = UInt32(try reader.integer(0x85, width: 4))
    counter = UInt32(try reader.integer(0x86, width: 4))
    order = try PayoutOrder(parsing: try reader.next(0xA7, 1...400))
    terminal = CertifiedTerminal(
      authority: try reader.next(0x88, 0...16), holder: try reader.next(0x89, 0...16),
      keyHash: try reader.next(0x8A, 0...32), effectiveRights: try reader.next(0x8B, 0...8))
    guard [0, 32].contains(terminal.keyHash.count) else { throw .length(0x8A, terminal.keyHash.count) }
    guard [0, 8].contains(terminal.effectiveRights.count) else { throw .length(0x8B, terminal.effectiveRights.count) }
    guard let date = CardDate(bcd: try reader.next(0x8C, 4)) else { throw .value(0x8C) }
    cardDate = date
    let verification = try reader.next(0x8D, 6)
    guard let method = VerificationMethod(rawValue: verification[0]), let origin = PINOrigin(rawValue: verification[5])
    else { throw .value(0x8D) }
    self.method = method
    pinOrigin = origin
    pinGeneration = UInt16(verification[1]) << 8 | UInt16(verification[2])
    acknowledgedGeneration = UInt16(verification[3]) << 8 | UInt16(verification[4])
    pinSetter = try reader.next(0x8E, 0...16)
    var spent: [LineSpent] = []
    for record in try reader.records(0x8F, width: 12, most: PayoutEntry.maximumCount) {
      guard let line = record[0..<4].bigEndianValue, let amount = record[4..<12].bigEndianValue,
        let amount = Int64(exactly: amount)
      else { throw .value(0x8F) }
      spent.append(LineSpent(line: UInt32(line), spent: amount))
    }
    self.spent = spent
    let counts = try reader.next(0x90, 2)
    unacknowledgedOffline = counts[0]
    overrides = counts[1]
    sessionHash = try reader.next(0x91, 32)
    previousHash = try reader.next(0x92, 32)
    try reader.finish()
  }
}
