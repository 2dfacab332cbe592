public import CardApplication
public import CardCrypto
import CardTestSupport
public import ISO7816
import SecureChannel

@testable import SoftCard

/// The card under test: made once a process through a real SCP03 session, the same octets each time but for signatures.
public struct FuzzCard: Sendable {
  /// Unix time of its making.
  public static let time: Int64 = 1_793_491_200
  /// What is printed on it.
  public static let can = Array("123456".utf8)
  /// What its holder knows.
  public static let pin = Array("246810".utf8)
  /// The card's sources of chance start here, each time.
  static let seed: UInt64 = 20_260_101
  /// The centre's key for completions.
  public static let completionKey: ECPrivateKey = {
    guard let key = try? ECPrivateKey(generate: .p256, random: SeededRandom(seed: 7)) else { fatalError("key") }
    return key
  }()

  /// What the card has stored when it leaves the office.
  public let stored: [UInt8]
  /// Its number.
  public let number: CardNumber
  /// The plain commands that made it.
  public let commands: [CommandAPDU]

  private static let once = Task { try await make() }

  /// The card, made at the first call.
  public static func delivered() async -> FuzzCard {
    do {
      return try await once.value
    } catch {
      fatalError("the card under test: \(error)")
    }
  }

  /// The first profile's rules.
  static let policy = CardPolicy(
    profileID: 1, profileVersion: 1, layout: 1, applicationVersion: 1, paceParameterID: Curve.p256.rawValue,
    pinLength: 6, pinTries: 3, pukLength: 10, pukUses: 10, logSlots: 30,
    read: [
      .cardInfo: .anyPassword, .holder: .pinOrTerminal, .lines: .pinOrTerminal, .snapshot: .pin,
      .payoutKeyCertificate: .pinOrTerminal, .payoutLog: .pinOrTerminal, .offlineAuthority: .pinOrTerminal,
    ],
    commands: [.authorise: .pin, .complete: .anyPassword, .status: .pinOrTerminal, .lastCertificate: .pinOrTerminal])

  private static func make() async throws -> FuzzCard {
    let watched = try WatchedCard(stored: nil)
    let session = try await watched.openDomain()
    guard let number = CardNumber(sequence: 1), let birth = CardDate(yyyymmdd: 19_520_517) else {
      fatalError("number or date")
    }
    var commands: [CommandAPDU] = []
    func send(_ command: CommandAPDU) async throws -> [UInt8] {
      commands.append(command)
      let response = try await session.transmit(command)
      require(response.status.isSuccess, "making the card: \(command.ins) is answered by \(response.status)")
      return response.data
    }
    func store(_ grouping: DataGrouping, _ data: [UInt8]) async throws -> [UInt8] {
      try await send(CommandAPDU(cla: 0x80, ins: 0xE2, p1: 0x81, data: grouping.encode(data), expectedLength: 256))
    }
    let name = ApplicationName.payout
    _ = try await send(
      CommandAPDU(cla: 0x80, ins: 0xE6, p1: 0x20, data: [0, 0, UInt8(name.count)] + name + [0, 0, 0]))
    _ = try await store(.policy, policy.bytes)
    let from = CardDate(unixTime: time)
    for use in [IssuerKey.Use.completion, .certificate] {
      _ = try await store(
        .issuerKey, IssuerKey(use: use, validFrom: from, point: completionKey.publicKey.point).bytes)
    }
    let transport = SecretBytes(SoftCard.transportKey)
    for (grouping, digits) in [
      (DataGrouping.can, can), (.pin, pin), (.puk, Array("0123456789".utf8)),
    ] {
      _ = try await store(grouping, try AES.encryptCBC(Padding.add(digits), key: transport))
    }
    let info = CardInfo(
      cardNumber: number, validFrom: from, validUntil: CardDate(unixTime: time + 3_650 * 86_400), province: 19,
      profileID: 1, profileVersion: 1, applicationVersion: 1)
    _ = try await store(.cardInfo, info.bytes)
    _ = try await store(
      .holder, Holder(name: "Nguyễn Thị Hòa", asciiName: "NGUYEN THI HOA", birthDate: birth).bytes)
    let point = try BERTLV(parsing: try await store(.generatePayoutKey, [0x01])).first(0x86)?.value ?? []
    let request = CertificateRequest(
      subject: number.digits, serial: [1] + number.bytes, publicKey: try ECPublicKey(.p256, point: point),
      notBefore: time - 300, notAfter: time + 3_650 * 86_400, isAuthority: false)
    let certificate = try Certificate.issue(request, issuer: "Test issuer", key: completionKey)
    _ = try await store(.payoutKeyCertificate, certificate.der)
    _ = try await store(.finish, [])
    for state: UInt8 in [0x07, 0x0F] {
      _ = try await send(CommandAPDU(cla: 0x80, ins: 0xF0, p1: 0x80, p2: state))
    }
    return FuzzCard(stored: await watched.stored, number: number, commands: commands)
  }

  /// An order that the card signs.
  public static func order(id: UInt8 = 1, line: UInt32 = 7, fromReserve: Int64 = 0) -> PayoutOrder {
    guard let entry = PayoutEntry(line: line, period: 202_611, amount: 6_283_417, fromReserve: fromReserve),
      let order = PayoutOrder(
        transactionID: [UInt8](repeating: id, count: 16), entries: [entry], terminalTime: time + 3_600,
        hostProvince: 79, commune: 26_734, mode: .online, challenge: [UInt8](repeating: 9, count: 16))
    else { fatalError("order") }
    return order
  }

  /// A completion that the card takes once it is signed.
  public func completion(serial: UInt32 = 1, counter: UInt32 = 0, granted: Int64 = 0) -> CompletionOrder {
    CompletionOrder(
      cardNumber: number, issuerKeyID: keyIdentifier(ofPoint: Self.completionKey.publicKey.point), serial: serial,
      acknowledgedCounter: counter, issuerTime: Self.time + 60, state: .active,
      lines: [CompletionLine(line: 7, programme: 1, province: 19, status: .active, granted: granted)],
      acknowledgedGeneration: 1, snapshot: [SnapshotLine(line: 7, amount: 6_283_417, date: 20_261_201)])
  }
}
