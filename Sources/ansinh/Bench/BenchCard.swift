import CardApplication
import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import VietnamReference

/// A personalised software card of a benchmark, and the issuer's keys that it obeys.
struct BenchCard: Sendable {
  let card: SoftCard
  let meter: SoftCardMeter
  let made: PersonalisedCard
  /// The payout point's certificates and key, which the card trusts.
  let terminal: TerminalAccess
  private let completionKey: ECPrivateKey

  /// Makes the card; `folder` takes the custodian's keys for as long as that lasts.
  static func make(_ storage: any CardStorage, folder: String) async throws -> BenchCard {
    let custodian = try SoftwareKeyCustodian(path: folder + "/custodian.keys", issuerName: "Bench")
    let completionKey = try ECPrivateKey(generate: .p256)
    let issuer = try Office.issuerCertificate(custodian, folder: folder, now: Clock.seconds)
    let (anchor, credential) = try authority(folder)
    let personaliser = Personaliser(
      custodian: custodian, profile: try CardProfile.adult(),
      completionKey: IssuerKey(
        use: .completion, validFrom: CardDate(unixTime: Clock.seconds), point: completionKey.publicKey.point),
      trust: CardTrust(anchor: anchor, issuer: issuer), transportKey: SoftCard.transportKey,
      transportVersion: SoftCard.transportKeyVersion)
    guard let number = CardNumber(sequence: 1), let born = CardDate(yyyymmdd: 19_520_517) else {
      throw BenchError.impossible
    }
    let meter = SoftCardMeter()
    let card = try SoftCard(storage: storage, meter: meter)
    let made = try await personaliser.personalise(
      SoftCardChannel(card),
      PersonalisationOrder(
        cardNumber: number, holder: Holder(name: "Nguyễn Thị Hòa", asciiName: "NGUYEN THI HOA", birthDate: born),
        province: 19, time: Clock.seconds))
    await card.reset()
    // The holder's first act: a PIN of their own, which activates the card.
    try await OpenedCard.open(SoftCardChannel(card), .pin, password: made.secrets.pin).setPIN(pin)
    await card.reset()
    return BenchCard(
      card: card, meter: meter, made: made, terminal: .payout(credential), completionKey: completionKey)
  }

  /// What the holder chose.
  static var pin: SecretBytes { SecretBytes(Array("246810".utf8)) }

  /// A PKI of its own: a CVCA, a document verifier and one terminal.
  private static func authority(_ folder: String) throws -> (CVCertificate, TerminalCredential) {
    let authority = try CertificateAuthority(folder: folder, creates: true, actor: "bench") { Clock.seconds }
    let anchor = try authority.initialise()
    _ = try authority.certifyVerifier(province: "79")
    let key = try ECPrivateKey(generate: .p256)
    guard let holder = HolderReference(country: "VN", mnemonic: "BENCH", sequence: "00001") else {
      throw BenchError.impossible
    }
    let chain = try authority.certifyTerminal(
      try CVCertificateRequest(holder: holder, signer: key), province: "79", name: "bench",
      words: [.online, .offline, .canAllowed])
    guard let credential = TerminalCredential(chain, signer: key) else { throw BenchError.impossible }
    return (anchor, credential)
  }

  /// The completion that follows the `serial`th payout, as the centre would sign it; it grants `granted` đồng offline.
  func completion(_ serial: UInt32, acknowledged: UInt32? = nil, granted: Int64 = 0) throws -> [UInt8] {
    let line = CompletionLine(line: 1, programme: 0x0101, province: 19, status: .active, granted: granted)
    var order = CompletionOrder(
      cardNumber: made.cardNumber, issuerKeyID: keyIdentifier(ofPoint: completionKey.publicKey.point), serial: serial,
      acknowledgedCounter: acknowledged ?? serial, issuerTime: Clock.seconds, state: .active, lines: [line],
      acknowledgedGeneration: 2, snapshot: [SnapshotLine(line: 1, amount: 1_250_000, date: 0)])
    if granted > 0 {
      order.offlineCeiling = Self.amount
      order.offlineCount = 5
      order.offlineUntil = CardDate(unixTime: Clock.seconds + 65 * 86_400).yyyymmdd
    }
    return try SignedLayout(signing: order.body, with: completionKey).bytes
  }

  /// Đồng of one payout.
  static let amount: Int64 = 1_250_000

  /// An order over one line.
  static func order(_ mode: PayoutMode = .online) throws -> PayoutOrder {
    let random = SystemRandom()
    guard
      let entry = PayoutEntry(
        line: 1, period: 202_611, amount: amount, fromReserve: mode == .offline ? amount : 0),
      let order = PayoutOrder(
        transactionID: try random.bytes(16), entries: [entry], terminalTime: Clock.seconds, hostProvince: 79,
        commune: 26_734, mode: mode, challenge: mode == .online ? try random.bytes(16) : [])
    else { throw BenchError.impossible }
    return order
  }
}
