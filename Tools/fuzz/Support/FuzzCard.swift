public import CardApplication
public import CardCrypto
public import CardTerminal
import CardTestSupport
public import ISO7816
public import SecureChannel

@testable import SoftCard

/// The card under test: made once a process through a real SCP03 session and activated by its holder, the same octets
/// each time but for signatures.
public struct FuzzCard: Sendable {
  /// Unix time of its making.
  public static let time: Int64 = 1_793_491_200
  /// What is printed on it.
  public static let can = Array("123456".utf8)
  /// What its holder has chosen.
  public static let pin = Array("246810".utf8)
  /// What it is delivered with.
  public static let transportPIN = Array("13579".utf8)
  /// What its holder has on paper.
  public static let puk = Array("0123456789".utf8)
  /// The card's sources of chance start here, each time.
  static let seed: UInt64 = 20_260_101
  /// The centre's key for completions.
  public static let completionKey: ECPrivateKey = {
    // Nothing to fuzz without it: see Fuzz.
    guard let key = try? ECPrivateKey(generate: .p256, random: SeededRandom(seed: 7)) else { fatalError("key") }
    return key
  }()

  /// The issuer, in whose name EF.CardSecurity is signed.
  public static let issuer: Certificate = {
    let request = CertificateRequest(
      subject: issuerName, serial: [1], publicKey: completionKey.publicKey, notBefore: time - 86_400,
      notAfter: time + 20 * 366 * 86_400, isAuthority: true)
    guard let issuer = try? Certificate.issue(request, issuer: issuerName, key: completionKey) else {
      // Nothing to fuzz without it: see Fuzz.
      fatalError("issuer")
    }
    return issuer
  }()
  private static let issuerName = "Test issuer"

  /// What the card has stored when it leaves the office, before a PIN is chosen.
  public let transport: [UInt8]
  /// What it has stored once its holder has chosen the PIN.
  public let stored: [UInt8]
  /// Its static key for Chip Authentication.
  public let chipKey: ChipAuthenticationPublicKey
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
      // Nothing to fuzz without it: see Fuzz.
      fatalError("the card under test: \(error)")
    }
  }

  /// The adult profile's rules with ceilings of its own.
  static let policy = CardPolicy(
    profileID: 1, profileVersion: 2, layout: 1, applicationVersion: 2, paceParameterID: Curve.p256.rawValue,
    pinLength: 6, pinTries: 3, pukLength: 10, pukUses: 10, transportPINLength: 5, logSlots: 30,
    chipParameterID: Curve.p256.rawValue, chipKeyLength: .aes128, overrideUses: 2, overrideCeiling: 2_000_000,
    offlineCeilings: (1...16).map { 200_000 * $0 },
    read: [
      .cardInfo: .anyPassword, .holder: .pinOrTerminal, .lines: .pinOrTerminal, .snapshot: .pin,
      .payoutKeyCertificate: .pinOrTerminal, .payoutLog: .pinOrTerminal, .offlineAuthority: .pinOrTerminal,
      .photo: .terminal,
    ],
    commands: [
      .authorise: .pinAndTerminalOrOverride, .complete: .anyPassword, .status: .pinOrTerminal,
      .lastCertificate: .pinOrTerminal,
    ])

  private static func make() async throws -> FuzzCard {
    let watched = try await WatchedCard(stored: nil)
    let maker = CardMaker(session: try await watched.openDomain())
    // Nothing to fuzz without it: see Fuzz.
    guard let number = CardNumber(sequence: 1) else { fatalError("number") }
    let chipKey = try await maker.make(number)
    let transport = await watched.stored
    await watched.reset()
    try await OpenedCard.open(watched, .pin, password: SecretBytes(transportPIN)).setPIN(SecretBytes(pin))
    return FuzzCard(
      transport: transport, stored: await watched.stored, chipKey: chipKey, number: number,
      commands: await maker.commands)
  }

  /// Whose word on the card's key a terminal believes.
  public static var chipTrust: TerminalAccess.ChipTrust { TerminalAccess.ChipTrust(issuers: [issuer], time: time) }

  /// An order that the card signs.
  public static func order(id: UInt8 = 1, line: UInt32 = 7, fromReserve: Int64 = 0, mode: PayoutMode = .online)
    -> PayoutOrder
  {
    let amount = mode == .online ? 6_283_417 : fromReserve
    guard let entry = PayoutEntry(line: line, period: 202_611, amount: amount, fromReserve: fromReserve),
      let order = PayoutOrder(
        transactionID: [UInt8](repeating: id, count: 16), entries: [entry], terminalTime: time + 3_600,
        hostProvince: 79, commune: 26_734, mode: mode,
        challenge: mode == .online ? [UInt8](repeating: 9, count: 16) : [])
      // Nothing to fuzz without it: see Fuzz.
    else { fatalError("order") }
    return order
  }

  /// A completion that the card takes once it is signed; with a grant it allows payouts without the centre too.
  public func completion(serial: UInt32 = 1, counter: UInt32 = 0, granted: Int64 = 0) -> CompletionOrder {
    var order = CompletionOrder(
      cardNumber: number, issuerKeyID: keyIdentifier(ofPoint: Self.completionKey.publicKey.point), serial: serial,
      acknowledgedCounter: counter, issuerTime: Self.time + 60, state: .active,
      lines: [CompletionLine(line: 7, programme: 1, province: 19, status: .active, granted: granted)],
      acknowledgedGeneration: 2, snapshot: [SnapshotLine(line: 7, amount: 6_283_417, date: 20_261_201)])
    guard granted > 0 else { return order }
    (order.offlineCeiling, order.offlineCount, order.offlineUntil) = (2_000_000, 5, 20_270_101)
    return order
  }
}
