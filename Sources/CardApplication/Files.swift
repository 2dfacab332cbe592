import ISO7816

/// EF.CardInfo (SFI 01, `card-application` §3).
///
/// Layout: `80 card number(8 BCD) 81 valid from(4) 82 valid until(4) 83 issuing province(1 BCD) 84 profile id,
/// profile version(2) 85 application version(1) 86 currency 0704(2)`.
public struct CardInfo: Hashable, Sendable {
  /// ISO 4217 numeric code of the đồng.
  static let currency: [UInt8] = [0x07, 0x04]

  /// The card's number.
  public var cardNumber: CardNumber
  /// First day of validity.
  public var validFrom: CardDate
  /// Last day of validity.
  public var validUntil: CardDate
  /// Issuing province, two-digit code as a number.
  public var province: UInt8
  /// Card profile.
  public var profileID: UInt8
  /// Version of the card profile.
  public var profileVersion: UInt8
  /// Version of the payout application.
  public var applicationVersion: UInt8

  /// From all its fields.
  public init(
    cardNumber: CardNumber, validFrom: CardDate, validUntil: CardDate, province: UInt8, profileID: UInt8,
    profileVersion: UInt8, applicationVersion: UInt8
  ) {
    self.cardNumber = cardNumber
    self.validFrom = validFrom
    self.validUntil = validUntil
    self.province = province
    self.profileID = profileID
    self.profileVersion = profileVersion
    self.applicationVersion = applicationVersion
  }

  /// The file's content.
  public var bytes: [UInt8] {
    [
      BERTLV(0x80, cardNumber.bytes), BERTLV(0x81, validFrom.bytes), BERTLV(0x82, validUntil.bytes),
      BERTLV(0x83, BCD.encode(province, width: 1)), BERTLV(0x84, [profileID, profileVersion]),
      BERTLV(0x85, [applicationVersion]), BERTLV(0x86, Self.currency),
    ].flatMap(\.bytes)
  }

  /// Reads the file.
  public init(parsing octets: [UInt8]) throws(LayoutError) {
    var reader = LayoutReader(octets)
    guard let number = CardNumber(bcd: try reader.next(0x80, 8)) else { throw .value(0x80) }
    cardNumber = number
    guard let from = CardDate(bcd: try reader.next(0x81, 4)) else { throw .value(0x81) }
    validFrom = from
    guard let until = CardDate(bcd: try reader.next(0x82, 4)) else { throw .value(0x82) }
    validUntil = until
    guard let province = BCD.decode(try reader.next(0x83, 1)) else { throw .value(0x83) }
    self.province = UInt8(province)
    let profile = try reader.next(0x84, 2)
    profileID = profile[0]
    profileVersion = profile[1]
    applicationVersion = try reader.next(0x85, 1)[0]
    guard try reader.next(0x86, 2) == Self.currency else { throw .value(0x86) }
    try reader.finish()
  }
}

/// EF.Holder (SFI 02, `card-application` §3).
///
/// Layout: `80 full name NFC UTF-8(1…128) 81 ASCII name(0…64) 82 birth date(4 BCD, 00 where not known)
/// 83 photo reference(0…32)`.
public struct Holder: Hashable, Sendable {
  /// Full name as the law's records have it.
  public var name: String
  /// The name without diacritics.
  public var asciiName: String
  /// Birth date with its precision.
  public var birthDate: CardDate
  /// Where the photo is found, 0…32 octets; empty when there is none.
  public var photoReference: [UInt8]

  /// From its fields.
  public init(name: String, asciiName: String, birthDate: CardDate, photoReference: [UInt8] = []) {
    self.name = name
    self.asciiName = asciiName
    self.birthDate = birthDate
    self.photoReference = photoReference
  }

  /// The file's content. An ASCII name is cut at 64 octets.
  public var bytes: [UInt8] {
    [
      BERTLV(0x80, Array(name.utf8)), BERTLV(0x81, Array(asciiName.utf8.prefix(64))),
      BERTLV(0x82, birthDate.bytes), BERTLV(0x83, photoReference),
    ].flatMap(\.bytes)
  }

  /// Reads the file.
  public init(parsing octets: [UInt8]) throws(LayoutError) {
    var reader = LayoutReader(octets)
    guard let name = String(validating: try reader.next(0x80, 1...128), as: UTF8.self) else { throw .value(0x80) }
    self.name = name
    guard let ascii = String(validating: try reader.next(0x81, 0...64), as: UTF8.self) else { throw .value(0x81) }
    asciiName = ascii
    guard let date = CardDate(bcd: try reader.next(0x82, 4)) else { throw .value(0x82) }
    birthDate = date
    photoReference = try reader.next(0x83, 0...32)
    try reader.finish()
  }
}

/// One entry of EF.Lines (SFI 03): line(4), programme(2), home province(1 BCD), status(1).
public struct CardLine: Hashable, Sendable {
  static let width = 8
  /// Line id.
  public var line: UInt32
  /// Programme wire code.
  public var programme: UInt16
  /// Home province, two-digit code as a number.
  public var province: UInt8
  /// Status.
  public var status: LineStatus

  /// From its fields.
  public init(line: UInt32, programme: UInt16, province: UInt8, status: LineStatus) {
    self.line = line
    self.programme = programme
    self.province = province
    self.status = status
  }

  /// Content of EF.Lines: `81 entries(≤ 8 × 8)`.
  public static func encode(_ lines: [CardLine]) -> [UInt8] {
    BERTLV(
      0x81,
      lines.flatMap {
        [UInt8](bigEndian: $0.line, width: 4) + [UInt8](bigEndian: $0.programme, width: 2)
          + BCD.encode($0.province, width: 1) + [$0.status.rawValue]
      }
    ).bytes
  }

  /// Reads EF.Lines; an empty file has no lines.
  public static func parse(_ octets: [UInt8]) throws(LayoutError) -> [CardLine] {
    guard !octets.isEmpty else { return [] }
    var reader = LayoutReader(octets)
    var lines: [CardLine] = []
    for record in try reader.records(0x81, width: width, most: CompletionOrder.maximumLines) {
      guard let line = record[0..<4].bigEndianValue, let programme = record[4..<6].bigEndianValue,
        let province = BCD.decode(record[6..<7]), let status = LineStatus(rawValue: record[7])
      else { throw .value(0x81) }
      lines.append(
        CardLine(line: UInt32(line), programme: UInt16(programme), province: UInt8(province), status: status))
    }
    try reader.finish()
    return lines
  }
}

/// Answer of GET PAYOUT STATUS (`card-application` §4).
///
/// Layout: `80 counter(4) 81 per line {line(4), spent(8)} 82 offline count(1) 83 response serial(4)
/// 84 SHA-256 of the last E2 (0 or 32) 85 acknowledged counter(4)`.
public struct PayoutStatus: Hashable, Sendable {
  /// Payout counter.
  public var counter: UInt32
  /// Reserve spent per line.
  public var spent: [LineSpent]
  /// Offline certificates above the acknowledged counter.
  public var offlineCount: UInt8
  /// Serial of the last completion.
  public var responseSerial: UInt32
  /// SHA-256 of the last E2; empty when there was none.
  public var lastCompletionHash: [UInt8]
  /// Acknowledged counter.
  public var acknowledgedCounter: UInt32

  /// From all its fields.
  public init(
    counter: UInt32, spent: [LineSpent], offlineCount: UInt8, responseSerial: UInt32, lastCompletionHash: [UInt8],
    acknowledgedCounter: UInt32
  ) {
    self.counter = counter
    self.spent = spent
    self.offlineCount = offlineCount
    self.responseSerial = responseSerial
    self.lastCompletionHash = lastCompletionHash
    self.acknowledgedCounter = acknowledgedCounter
  }

  /// The answer's data field.
  public var bytes: [UInt8] {
    let perLine = spent.flatMap { [UInt8](bigEndian: $0.line, width: 4) + [UInt8](bigEndian: $0.spent, width: 8) }
    return [
      BERTLV(0x80, [UInt8](bigEndian: counter, width: 4)), BERTLV(0x81, perLine), BERTLV(0x82, [offlineCount]),
      BERTLV(0x83, [UInt8](bigEndian: responseSerial, width: 4)), BERTLV(0x84, lastCompletionHash),
      BERTLV(0x85, [UInt8](bigEndian: acknowledgedCounter, width: 4)),
    ].flatMap(\.bytes)
  }

  /// Reads the answer.
  public init(parsing octets: [UInt8]) throws(LayoutError) {
    var reader = LayoutReader(octets)
    counter = UInt32(try reader.integer(0x80, width: 4))
    var spent: [LineSpent] = []
    for record in try reader.records(0x81, width: 12, most: CompletionOrder.maximumLines) {
      guard let line = record[0..<4].bigEndianValue, let amount = record[4..<12].bigEndianValue,
        let amount = Int64(exactly: amount)
      else { throw .value(0x81) }
      spent.append(LineSpent(line: UInt32(line), spent: amount))
    }
    self.spent = spent
    offlineCount = try reader.next(0x82, 1)[0]
    responseSerial = UInt32(try reader.integer(0x83, width: 4))
    lastCompletionHash = try reader.next(0x84, 0...32)
    guard [0, 32].contains(lastCompletionHash.count) else { throw .length(0x84, lastCompletionHash.count) }
    acknowledgedCounter = UInt32(try reader.integer(0x85, width: 4))
    try reader.finish()
  }
}

/// What SELECT of the payout application tells inside secure messaging.
///
/// Layout: `6F { 84 DF name, A5 { 82 card number(8 BCD) [86 counter(4) 85 response serial(4)] } }`.
public struct PayoutSelection: Hashable, Sendable {
  /// The card's number.
  public var cardNumber: CardNumber
  /// Payout counter and response serial, where GET PAYOUT STATUS is allowed.
  public var status: (counter: UInt32, responseSerial: UInt32)?

  /// From its fields.
  public init(cardNumber: CardNumber, status: (counter: UInt32, responseSerial: UInt32)?) {
    self.cardNumber = cardNumber
    self.status = status
  }

  /// The answer's data field.
  public var bytes: [UInt8] {
    var objects = [BERTLV(0x82, cardNumber.bytes)]
    if let status {
      objects.append(BERTLV(0x86, [UInt8](bigEndian: status.counter, width: 4)))
      objects.append(BERTLV(0x85, [UInt8](bigEndian: status.responseSerial, width: 4)))
    }
    return BERTLV(0x6F, [BERTLV(0x84, ApplicationName.payout), BERTLV(0xA5, objects)]).bytes
  }

  /// Reads the answer.
  public init(parsing octets: [UInt8]) throws(LayoutError) {
    var outer = LayoutReader(octets)
    var reader = LayoutReader(try outer.next(0x6F, 0...256))
    guard try reader.next(0x84, 5...16) == ApplicationName.payout else { throw .value(0x84) }
    let proprietary = try reader.next(0xA5, 0...128)
    try reader.finish()
    try outer.finish()
    var inner = LayoutReader(proprietary)
    guard let number = CardNumber(bcd: try inner.next(0x82, 8)) else { throw .value(0x82) }
    cardNumber = number
    if proprietary.count > 10 {
      let counter = UInt32(try inner.integer(0x86, width: 4))
      status = (counter, UInt32(try inner.integer(0x85, width: 4)))
    } else {
      status = nil
    }
    try inner.finish()
  }

  /// Whether all fields are equal.
  public static func == (left: PayoutSelection, right: PayoutSelection) -> Bool {
    left.cardNumber == right.cardNumber && left.status?.counter == right.status?.counter
      && left.status?.responseSerial == right.status?.responseSerial
  }

  /// By card number.
  public func hash(into hasher: inout Hasher) { hasher.combine(cardNumber) }
}
