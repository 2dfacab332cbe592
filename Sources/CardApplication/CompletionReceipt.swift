import ISO7816

/// A line's reserve as the card states it in a receipt.
public struct ReceiptLine: Hashable, Sendable {
  static let width = 20
  /// Line id.
  public var line: UInt32
  /// Đồng spent from the reserve.
  public var spent: Int64
  /// Đồng granted.
  public var granted: Int64

  /// From its fields.
  public init(line: UInt32, spent: Int64, granted: Int64) {
    self.line = line
    self.spent = spent
    self.granted = granted
  }

  var bytes: [UInt8] {
    [UInt8](bigEndian: line, width: 4) + [UInt8](bigEndian: spent, width: 8) + [UInt8](bigEndian: granted, width: 8)
  }
}

/// E3, the card's signed answer to a completion (`card-application` §12).
public struct CompletionReceipt: Hashable, Sendable {
  static let constant = "ANSINH-RECEIPT-1"

  /// 82.
  public var cardNumber: CardNumber
  /// 83: id of the payout key, 8 octets.
  public var keyID: [UInt8]
  /// 84: serial of the completion.
  public var serial: UInt32
  /// 85: SHA-256 of the E2.
  public var completionHash: [UInt8]
  /// 86: payout counter.
  public var counter: UInt32
  /// 87: SHA-256 of the last E1; zeros when there is none.
  public var lastCertificateHash: [UInt8]
  /// 88.
  public var lines: [ReceiptLine]
  /// 89.
  public var pinGeneration: UInt16
  /// 8A.
  public var state: CardState

  /// From all its fields.
  public init(
    cardNumber: CardNumber, keyID: [UInt8], serial: UInt32, completionHash: [UInt8], counter: UInt32,
    lastCertificateHash: [UInt8], lines: [ReceiptLine], pinGeneration: UInt16, state: CardState
  ) {
    self.cardNumber = cardNumber
    self.keyID = keyID
    self.serial = serial
    self.completionHash = completionHash
    self.counter = counter
    self.lastCertificateHash = lastCertificateHash
    self.lines = lines
    self.pinGeneration = pinGeneration
    self.state = state
  }

  /// The TLV E3, to be signed.
  public var body: [UInt8] {
    let objects: [BERTLV] = [
      BERTLV(0x80, Array(Self.constant.utf8)), BERTLV(0x81, [ecdsaP256SHA256]), BERTLV(0x82, cardNumber.bytes),
      BERTLV(0x83, keyID), BERTLV(0x84, [UInt8](bigEndian: serial, width: 4)), BERTLV(0x85, completionHash),
      BERTLV(0x86, [UInt8](bigEndian: counter, width: 4)), BERTLV(0x87, lastCertificateHash),
      BERTLV(0x88, lines.flatMap(\.bytes)), BERTLV(0x89, [UInt8](bigEndian: pinGeneration, width: 2)),
      BERTLV(0x8A, [state.rawValue]),
    ]
    return BERTLV(0xE3, objects).bytes
  }

  /// Reads E3 and its signature. The signature is not checked here.
  public static func parse(_ octets: [UInt8]) throws(LayoutError) -> (CompletionReceipt, SignedLayout) {
    let signed = try SignedLayout(parsing: octets, tag: 0xE3)
    var outer = LayoutReader(signed.body)
    return (try CompletionReceipt(value: try outer.next(0xE3, 0...2_048)), signed)
  }

  private init(value: [UInt8]) throws(LayoutError) {
    var reader = LayoutReader(value)
    try reader.constant(0x80, Self.constant)
    guard try reader.next(0x81, 1) == [ecdsaP256SHA256] else { throw .value(0x81) }
    guard let number = CardNumber(bcd: try reader.next(0x82, 8)) else { throw .value(0x82) }
    cardNumber = number
    keyID = try reader.next(0x83, 8)
    serial = UInt32(try reader.integer(0x84, width: 4))
    completionHash = try reader.next(0x85, 32)
    counter = UInt32(try reader.integer(0x86, width: 4))
    lastCertificateHash = try reader.next(0x87, 32)
    var lines: [ReceiptLine] = []
    for record in try reader.records(0x88, width: ReceiptLine.width, most: CompletionOrder.maximumLines) {
      guard let line = record[0..<4].bigEndianValue, let spent = record[4..<12].bigEndianValue,
        let granted = record[12..<20].bigEndianValue, let spent = Int64(exactly: spent),
        let granted = Int64(exactly: granted)
      else { throw .value(0x88) }
      lines.append(ReceiptLine(line: UInt32(line), spent: spent, granted: granted))
    }
    self.lines = lines
    pinGeneration = UInt16(try reader.integer(0x89, width: 2))
    guard let state = CardState(rawValue: try reader.next(0x8A, 1)[0]) else { throw .value(0x8A) }
    self.state = state
    try reader.finish()
  }
}

/// The end of a payout at the point (`card-application` §6).
public enum TerminalOutcome: UInt8, Sendable {
  /// The money was handed over.
  case paid = 1
  /// Nothing was handed over, and nothing will be.
  case void = 2
}

/// E4, a terminal's signed record of one payout: STARTED ends in PAID or VOID, final (`card-application` §6).
///
/// Layout, by the rules of §12: `80 "ANSINH-RECORD-1" 81 algorithm(1) 82 transaction id(16) 83 outcome(1) 84 time(8)
/// 85 SHA-256 of the E1 (0 or 32: a VOID may have none) 86 SHA-256 of the terminal's public point(32)`.
public struct TerminalRecord: Hashable, Sendable {
  static let constant = "ANSINH-RECORD-1"

  /// 82.
  public var transactionID: [UInt8]
  /// 83.
  public var outcome: TerminalOutcome
  /// 84: the terminal's clock, Unix seconds.
  public var time: Int64
  /// 85: the certificate this record pays; empty for a VOID without one.
  public var certificateHash: [UInt8]
  /// 86.
  public var terminalKeyHash: [UInt8]

  /// From all its fields.
  public init(
    transactionID: [UInt8], outcome: TerminalOutcome, time: Int64, certificateHash: [UInt8], terminalKeyHash: [UInt8]
  ) {
    self.transactionID = transactionID
    self.outcome = outcome
    self.time = time
    self.certificateHash = certificateHash
    self.terminalKeyHash = terminalKeyHash
  }

  /// The TLV E4, to be signed by the terminal's key.
  public var body: [UInt8] {
    let objects: [BERTLV] = [
      BERTLV(0x80, Array(Self.constant.utf8)), BERTLV(0x81, [ecdsaP256SHA256]), BERTLV(0x82, transactionID),
      BERTLV(0x83, [outcome.rawValue]), BERTLV(0x84, [UInt8](bigEndian: time, width: 8)),
      BERTLV(0x85, certificateHash), BERTLV(0x86, terminalKeyHash),
    ]
    return BERTLV(0xE4, objects).bytes
  }

  /// Reads E4 and its signature. The signature is not checked here.
  public static func parse(_ octets: [UInt8]) throws(LayoutError) -> (TerminalRecord, SignedLayout) {
    let signed = try SignedLayout(parsing: octets, tag: 0xE4)
    var outer = LayoutReader(signed.body)
    var reader = LayoutReader(try outer.next(0xE4, 0...512))
    try reader.constant(0x80, constant)
    guard try reader.next(0x81, 1) == [ecdsaP256SHA256] else { throw .value(0x81) }
    let id = try reader.next(0x82, 16)
    guard let outcome = TerminalOutcome(rawValue: try reader.next(0x83, 1)[0]) else { throw .value(0x83) }
    guard let time = Int64(exactly: try reader.integer(0x84, width: 8)) else { throw .value(0x84) }
    let certificate = try reader.next(0x85, 0...32)
    guard certificate.count == 32 || (certificate.isEmpty && outcome == .void) else {
      throw .length(0x85, certificate.count)
    }
    let record = TerminalRecord(
      transactionID: id, outcome: outcome, time: time, certificateHash: certificate,
      terminalKeyHash: try reader.next(0x86, 32))
    try reader.finish()
    return (record, signed)
  }
}
