import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import Foundation
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Synchronization
import Testing

/// A card's storage in memory, which can be told to fail as a full disk does.
final class MemoryStorage: CardStorage {
  private struct Content {
    var octets: [UInt8]?
    var replacements = 0
    var failsAfter: Int?
    /// A failing replacement reaches the disk all the same, as when only the folder's flush fails.
    var failsLate = false
  }
  private let content = Mutex(Content())

  struct Full: Error {}

  func load() throws -> SecretBytes? { content.withLock { $0.octets }.map { SecretBytes($0) } }

  func replace(_ state: borrowing SecretBytes) throws {
    let octets = state.withOctets { $0 }
    try content.withLock { content in
      if let left = content.failsAfter {
        guard left > 0 else {
          if content.failsLate { content.octets = octets }
          throw Full()
        }
        content.failsAfter = left - 1
      }
      content.octets = octets
      content.replacements += 1
    }
  }

  var replacements: Int { content.withLock { $0.replacements } }
  /// What is on the disk.
  var octets: [UInt8]? { content.withLock { $0.octets } }
  func fail(after count: Int?, late: Bool = false) {
    content.withLock {
      $0.failsAfter = count
      $0.failsLate = late
    }
  }
}

/// A personalised software card with everything a test needs to talk to it.
struct TestCard {
  let storage: MemoryStorage
  let card: SoftCard
  let made: PersonalisedCard
  let completionKey: ECPrivateKey
  let pki: TestPKI
  let issuer: Certificate
  /// Who has the card's SCP03 keys.
  let custodian: any KeyCustodian
  /// What the holder chose.
  static var pin: SecretBytes { SecretBytes(Array("246810".utf8)) }
  static let time: Int64 = 1_793_491_200  // 2026-11-01 00:00:00 UTC

  var channel: SoftCardChannel { SoftCardChannel(card) }

  /// - Parameters:
  ///   - channels: lines of the profile that say which channels the card has, beside the curve of PACE.
  ///   - isActive: whether the holder has chosen a PIN.
  static func make(
    pace: String = "P-256", channels: String = "", pki: TestPKI? = nil, identity: EIDContent? = nil,
    person: UInt64 = 1, isActive: Bool = true
  ) async throws -> TestCard {
    let storage = MemoryStorage()
    let card = try SoftCard(storage: storage)
    let completionKey = try ECPrivateKey(generate: .p256)
    let pki = try pki ?? TestPKI()
    let custodian = try custodian()
    let personaliser = try makePersonaliser(completionKey, custodian, pki, pace: pace, channels: channels)
    let made = try await personaliser.personalise(SoftCardChannel(card), order(identity, person: person))
    await card.reset()
    let test = TestCard(
      storage: storage, card: card, made: made, completionKey: completionKey, pki: pki,
      issuer: try issuer(custodian), custodian: custodian)
    if isActive { try await test.activate() }
    return test
  }

  /// The same card after its power was cut: what it has kept, and nothing else.
  func afterPowerCut() throws -> TestCard {
    storage.fail(after: nil)
    return TestCard(
      storage: storage, card: try SoftCard(storage: storage), made: made, completionKey: completionKey, pki: pki,
      issuer: issuer, custodian: custodian)
  }

  /// The holder chooses the PIN.
  func activate() async throws {
    try await OpenedCard.open(channel, .pin, password: made.secrets.pin).setPIN(Self.pin)
    await card.reset()
  }

  static func custodian() throws -> SoftwareKeyCustodian {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try SoftwareKeyCustodian(
      path: folder.path + "/keys", issuerName: "Test issuer", budget: MemorySessionBudget(card: 10_000))
  }

  static func issuer(_ custodian: any KeyCustodian) throws -> Certificate {
    try custodian.certify(
      CertificateRequest(
        subject: custodian.issuerName, serial: [1], publicKey: custodian.certificateKey,
        notBefore: time - 86_400, notAfter: time + 20 * 366 * 86_400, isAuthority: true))
  }

  static func makePersonaliser(
    _ completionKey: ECPrivateKey, pace: String = "P-256", channels: String = ""
  ) throws -> Personaliser {
    try makePersonaliser(completionKey, try custodian(), pace: pace, channels: channels)
  }

  static func makePersonaliser(
    _ completionKey: ECPrivateKey, _ custodian: any KeyCustodian, _ pki: TestPKI? = nil, pace: String = "P-256",
    channels: String = ""
  ) throws -> Personaliser {
    let yaml = try String(
      contentsOf: repositoryRoot.appendingPathComponent("CardProfiles/adult.yaml"), encoding: .utf8)
    let profile = try CardProfile(yaml: yaml.replacingOccurrences(of: "pace: P-256", with: "pace: \(pace)") + channels)
    return Personaliser(
      custodian: custodian, profile: profile,
      completionKey: IssuerKey(
        use: .completion, validFrom: CardDate(unixTime: time), point: completionKey.publicKey.point),
      trust: CardTrust(anchor: try (pki ?? TestPKI()).anchor, issuer: try issuer(custodian)),
      transportKey: SoftCard.transportKey, transportVersion: SoftCard.transportKeyVersion)
  }

  static func order(_ identity: EIDContent? = nil, person: UInt64 = 1) throws -> PersonalisationOrder {
    PersonalisationOrder(
      cardNumber: try #require(CardNumber(sequence: person)),
      holder: Holder(
        name: "Nguyễn Thị Hòa", asciiName: "NGUYEN THI HOA",
        birthDate: try #require(CardDate(yyyymmdd: 19_520_517))), province: 19, time: time, identity: identity)
  }

  /// A payout point's session: the holder's PIN, and a terminal that may pay online.
  func openWithPIN(_ terminal: TerminalCredential? = nil) async throws -> CardSession {
    let credential = try terminal ?? pki.terminal()
    return try await CardSession.open(channel, .pin, password: Self.pin, terminal: .payout(credential))
  }

  func order(
    id: UInt8 = 1, amount: Int64 = 6_283_417, line: UInt32 = 7, time: Int64 = TestCard.time + 3_600
  ) throws -> PayoutOrder {
    let entry = try #require(PayoutEntry(line: line, period: 202_611, amount: amount))
    return try #require(
      PayoutOrder(
        transactionID: [UInt8](repeating: id, count: 16), entries: [entry], terminalTime: time,
        hostProvince: 79, commune: 26_734, mode: .online, challenge: [UInt8](repeating: 9, count: 16)))
  }

  func completion(
    serial: UInt32 = 1, counter: UInt32 = 0, number: CardNumber? = nil, amount: Int64 = 6_283_417,
    granted: Int64 = 0
  ) -> CompletionOrder {
    CompletionOrder(
      cardNumber: number ?? made.cardNumber, issuerKeyID: keyIdentifier(ofPoint: completionKey.publicKey.point),
      serial: serial, acknowledgedCounter: counter, issuerTime: Self.time + 60, state: .active,
      lines: [CompletionLine(line: 7, programme: 1, province: 19, status: .active, granted: granted)],
      acknowledgedGeneration: 2, snapshot: [SnapshotLine(line: 7, amount: amount, date: 20_261_201)])
  }

  func sign(_ order: CompletionOrder) throws -> [UInt8] {
    try SignedLayout(signing: order.body, with: completionKey).bytes
  }
}

let repositoryRoot = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
