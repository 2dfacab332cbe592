import CardCrypto
import CardTestSupport
import ISO7816

@testable import CardApplication

/// Random values that the layouts allow.
enum Random {
  @Sendable static func number(_ random: inout SplitMix64) -> CardNumber {
    CardNumber(sequence: UInt64.random(in: 0...99_999_999_999, using: &random)) ?? fallback
  }

  private static let fallback: CardNumber = {
    guard let number = CardNumber(sequence: 0) else { preconditionFailure("card number 0") }
    return number
  }()

  @Sendable static func date(_ random: inout SplitMix64) -> CardDate {
    CardDate(unixTime: Int64.random(in: 0...253_402_300_799, using: &random))
  }

  private static func amount(_ random: inout SplitMix64) -> Int64 {
    [0, 1, Int64.max, Int64.random(in: 0...Int64.max, using: &random)].randomElement(using: &random) ?? 0
  }

  private static func octets(_ lengths: [Int], _ random: inout SplitMix64) -> [UInt8] {
    random.octets(lengths.randomElement(using: &random) ?? 0)
  }

  private static func four(_ random: inout SplitMix64) -> UInt32 {
    [0, 1, UInt32.max, UInt32.random(in: 0...UInt32.max, using: &random)].randomElement(using: &random) ?? 0
  }

  /// Octets of an order, put together here: what an order may hold and its initialiser does not make is in it too.
  @Sendable static func order(_ random: inout SplitMix64) throws -> PayoutOrder {
    var entries: [UInt8] = []
    for line in 1...UInt32(Int.random(in: 1...4, using: &random)) {
      let amount = Int64.random(in: 1...PayoutEntry.maximumAmount, using: &random)
      let reserve = [0, amount, Int64.random(in: 0...amount, using: &random)].randomElement(using: &random) ?? 0
      let period = UInt32.random(in: 1900...9999, using: &random) * 100 + UInt32.random(in: 1...12, using: &random)
      entries += [UInt8](bigEndian: line << 8 | 7, width: 4) + BCD.encode(period, width: 3)
      entries += [UInt8](bigEndian: amount, width: 8) + [UInt8](bigEndian: reserve, width: 8)
    }
    let isOnline = Bool.random(using: &random)
    let place =
      BCD.encode(UInt8.random(in: 1...99, using: &random), width: 1)
      + BCD.encode(UInt32.random(in: 0...99_999, using: &random), width: 3)
    let objects: [BERTLV] = [
      BERTLV(0x80, random.octets(16)), BERTLV(0x81, entries),
      BERTLV(0x84, [UInt8](bigEndian: Int64.random(in: 0...253_402_300_799, using: &random), width: 8)),
      BERTLV(0x85, place), BERTLV(0x86, [isOnline ? 1 : 2]), BERTLV(0x87, octets([0, 1, 32], &random)),
      BERTLV(0x88, isOnline ? random.octets(16) : []), BERTLV(0x89, octets([0, 1, 40], &random)),
    ]
    return try PayoutOrder(parsing: objects.flatMap(\.bytes))
  }

  @Sendable static func certificate(_ random: inout SplitMix64) throws -> PayoutCertificate {
    PayoutCertificate(
      cardNumber: number(&random), keyID: random.octets(8), versions: random.octets(4), responseSerial: four(&random),
      counter: four(&random), order: try order(&random),
      terminal: CertifiedTerminal(
        authority: octets([0, 1, 16], &random), holder: octets([0, 1, 16], &random),
        keyHash: octets([0, 32], &random), effectiveRights: octets([0, 8], &random)), cardDate: date(&random),
      method: Bool.random(using: &random) ? .pin : .canWithOverride,
      pinGeneration: UInt16.random(in: 0...UInt16.max, using: &random),
      acknowledgedGeneration: UInt16.random(in: 0...UInt16.max, using: &random),
      pinOrigin: [.issuer, .holder, .terminalRight].randomElement(using: &random) ?? .issuer,
      pinSetter: octets([0, 1, 16], &random),
      spent: (0..<UInt32(Int.random(in: 0...4, using: &random))).map { LineSpent(line: $0, spent: amount(&random)) },
      unacknowledgedOffline: UInt8.random(in: 0...255, using: &random),
      overrides: UInt8.random(in: 0...255, using: &random),
      sessionHash: random.octets(32), previousHash: random.octets(32))
  }

  @Sendable static func completion(_ random: inout SplitMix64) -> CompletionOrder {
    var order = CompletionOrder(
      cardNumber: number(&random), issuerKeyID: random.octets(8), serial: four(&random),
      acknowledgedCounter: four(&random),
      issuerTime: amount(&random), state: [.active, .suspended, .terminated].randomElement(using: &random) ?? .active,
      lines: (0..<UInt32(Int.random(in: 0...8, using: &random))).map { line in
        CompletionLine(
          line: line, programme: UInt16.random(in: 0...UInt16.max, using: &random),
          province: UInt8.random(in: 0...99, using: &random),
          status: [.active, .suspended, .closed].randomElement(using: &random) ?? .active, granted: amount(&random),
          nextGranted: amount(&random), notBefore: UInt32.random(in: 0...99_999_999, using: &random))
      }, acknowledgedGeneration: UInt16.random(in: 0...UInt16.max, using: &random),
      snapshot: (0..<UInt32(Int.random(in: 0...8, using: &random))).map { line in
        SnapshotLine(
          line: line, amount: amount(&random), date: UInt32.random(in: 0...99_999_999, using: &random))
      })
    order.offlineCeiling = amount(&random)
    order.offlineCount = UInt8.random(in: 0...255, using: &random)
    order.offlineUntil = UInt32.random(in: 0...99_999_999, using: &random)
    order.minimumVerifierDate = UInt32.random(in: 0...99_999_999, using: &random)
    if Bool.random(using: &random) { order.newIssuerKey = issuerKey(&random) }
    return order
  }

  @Sendable static func offlineAuthority(_ random: inout SplitMix64) -> OfflineAuthority {
    OfflineAuthority(
      lines: (0..<UInt32(Int.random(in: 0...8, using: &random))).map { line in
        OfflineAuthority.Line(
          line: line, granted: amount(&random), nextGranted: amount(&random),
          notBefore: UInt32.random(in: 0...99_999_999, using: &random))
      }, ceiling: amount(&random), count: UInt8.random(in: 0...255, using: &random),
      validUntil: UInt32.random(in: 0...99_999_999, using: &random), responseSerial: four(&random))
  }

  @Sendable static func receipt(_ random: inout SplitMix64) -> CompletionReceipt {
    CompletionReceipt(
      cardNumber: number(&random), keyID: random.octets(8), serial: four(&random), completionHash: random.octets(32),
      counter: four(&random), lastCertificateHash: random.octets(32),
      lines: (0..<UInt32(Int.random(in: 0...8, using: &random))).map {
        ReceiptLine(line: $0, spent: amount(&random), granted: amount(&random))
      }, pinGeneration: UInt16.random(in: 0...UInt16.max, using: &random),
      state: [.active, .suspended, .terminated].randomElement(using: &random) ?? .active)
  }

  @Sendable static func record(_ random: inout SplitMix64) -> TerminalRecord {
    let isPaid = Bool.random(using: &random)
    return TerminalRecord(
      transactionID: random.octets(16), outcome: isPaid ? .paid : .void, time: amount(&random),
      certificateHash: octets(isPaid ? [32] : [0, 32], &random), terminalKeyHash: random.octets(32))
  }

  @Sendable static func cardInfo(_ random: inout SplitMix64) -> CardInfo {
    CardInfo(
      cardNumber: number(&random), validFrom: date(&random), validUntil: date(&random),
      province: UInt8.random(in: 0...99, using: &random), profileID: UInt8.random(in: 0...255, using: &random),
      profileVersion: UInt8.random(in: 0...255, using: &random),
      applicationVersion: UInt8.random(in: 0...255, using: &random))
  }

  @Sendable static func holder(_ random: inout SplitMix64) -> Holder {
    let names = ["Nguyễn Thị Hòa", "Ê", "Đặng", "Y Thông Niê Kdăm", String(repeating: "ễ", count: 42), "A"]
    let index = Int.random(in: 0..<names.count, using: &random)
    return Holder(
      name: names[index], asciiName: ["NGUYEN THI HOA", "", String(repeating: "E", count: 64)][index % 3],
      birthDate: [CardDate(yyyymmdd: 19_520_517), CardDate(yyyymmdd: 19_520_000), CardDate(yyyymmdd: 19_520_500)]
        .compactMap { $0 }.randomElement(using: &random) ?? date(&random))
  }

  @Sendable static func lines(_ random: inout SplitMix64) -> [CardLine] {
    (0..<UInt32(Int.random(in: 0...8, using: &random))).map { line in
      CardLine(
        line: line, programme: UInt16.random(in: 0...UInt16.max, using: &random),
        province: UInt8.random(in: 0...99, using: &random),
        status: [.active, .suspended, .closed].randomElement(using: &random) ?? .active)
    }
  }

  @Sendable static func status(_ random: inout SplitMix64) -> PayoutStatus {
    PayoutStatus(
      counter: four(&random),
      spent: (0..<UInt32(Int.random(in: 0...8, using: &random))).map { LineSpent(line: $0, spent: amount(&random)) },
      offlineCount: UInt8.random(in: 0...255, using: &random), responseSerial: four(&random),
      lastCompletionHash: octets([0, 32], &random), acknowledgedCounter: four(&random))
  }

  @Sendable static func selection(_ random: inout SplitMix64) -> PayoutSelection {
    let status = Bool.random(using: &random) ? (counter: four(&random), responseSerial: four(&random)) : nil
    return PayoutSelection(cardNumber: number(&random), status: status)
  }

  @Sendable static func issuerKey(_ random: inout SplitMix64) -> IssuerKey {
    IssuerKey(
      use: Bool.random(using: &random) ? .completion : .certificate, validFrom: date(&random),
      point: [4] + random.octets(64))
  }

  static func policy(_ random: inout SplitMix64) -> CardPolicy {
    func condition() -> AccessCondition { AccessCondition.allCases.randomElement(using: &random) ?? .never }
    var read: [PayoutFile: AccessCondition] = [:]
    for file in PayoutFile.allCases where Bool.random(using: &random) { read[file] = condition() }
    var commands: [PayoutCommand: AccessCondition] = [:]
    for command in PayoutCommand.allCases where Bool.random(using: &random) { commands[command] = condition() }
    let length = UInt8.random(in: 4...12, using: &random)
    let transport: UInt8 = length == 4 ? 5 : length - 1
    let step = Int64.random(in: 1...10_000_000, using: &random)
    return CardPolicy(
      profileID: UInt8.random(in: 0...255, using: &random), profileVersion: UInt8.random(in: 0...255, using: &random),
      layout: UInt8.random(in: 0...255, using: &random), applicationVersion: UInt8.random(in: 0...255, using: &random),
      paceParameterID: (Curve.scheme.randomElement(using: &random) ?? .p256).rawValue,
      paceKeyLength: AESKeyLength.allCases.randomElement(using: &random) ?? .aes128,
      scp03KeyLength: AESKeyLength.allCases.randomElement(using: &random) ?? .aes128,
      scp03Mode: SCP03Mode.allCases.randomElement(using: &random) ?? .s8,
      pinLength: length,
      pinTries: UInt8.random(in: 1...10, using: &random), pukLength: UInt8.random(in: 0...255, using: &random),
      pukUses: UInt8.random(in: 1...15, using: &random), transportPINLength: transport,
      logSlots: UInt8.random(in: 1...30, using: &random),
      chipParameterID: (Curve.scheme.randomElement(using: &random) ?? .p256).rawValue,
      chipKeyLength: AESKeyLength.allCases.randomElement(using: &random) ?? .aes128,
      overrideUses: UInt8.random(in: 0...9, using: &random),
      overrideCeiling: Int64.random(in: 0...PayoutEntry.maximumAmount, using: &random),
      offlineCeilings: (1...16).map { Int64($0) * step }, read: read, commands: commands)
  }
}
