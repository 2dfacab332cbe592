import Benefits
import CardApplication
import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import Issuance
import PayoutPoint
import SecureChannel
import ServiceAPI
import SoftCard
import VietnamReference

/// Registers cards through the service's client.
struct ServiceRegistry: CardRegistry {
  let client: ServiceClient

  func register(
    _ number: CardNumber, holder: Applicant, certificate: [UInt8], replaces: ReplacedCard?
  ) async throws {
    let request = CardRequest(
      cardNumber: number.digits, personalID: holder.personalID, name: holder.name, birthDate: holder.birthDate,
      certificate: WireBytes(certificate), replaces: replaces)
    // A try whose answer was lost gets it again by its key. A number that the centre knows under another key, or with
    // another holder, is another card's.
    _ = try await client.post("/v1/cards", key: "card-\(number.digits)", request, RegisteredAnswer.self)
  }

  func isRefusal(_ error: any Error) -> Bool {
    if case ServiceClientError.refused = error { true } else { false }
  }
}

/// The issuing office's work, shared by the commands and the demonstration.
struct IssueFlow: Sendable {
  let home: StateHome
  let client: ServiceClient
  /// Asked for when the office's keys are in a file under a passphrase.
  var passphrase: @Sendable () throws -> SecretBytes = { try OfficeKeyOptions().passphrase() }

  static let issuerName = "Cơ quan cấp thẻ an sinh"

  /// Opens the office: its keys, its certificate, its database.
  ///
  /// - Parameters:
  ///   - anchor: file with the CVCA's certificate; `nil` asks the certificate authority of this state.
  ///   - counter: code of a counter whose terminal, with the rights online and can-allowed, reads finished cards back.
  func office(anchor: String? = nil, counter: String? = nil) async throws -> Office {
    try home.make(home.office)
    let store = try OfficeStore(folder: home.office)
    let custodian = try Self.keys(home).openOrMakePlain(
      budget: OfficeSessionBudget(store), hasCards: store.hasBegunCards, passphrase: passphrase)
    let certificate = try Office.issuerCertificate(custodian, folder: home.office, now: Clock.seconds)
    let trust = CardTrust(anchor: try trustAnchor(anchor), issuer: certificate)
    let issuer = try await client.get("/v1/issuer", IssuerAnswer.self)
    guard Curve.p256.isValid(issuer.completionKey.octets) else { throw ServiceClientError.malformedAnswer(status: 200) }
    let personaliser = Personaliser(
      custodian: custodian, profile: try CardProfile.adult(),
      completionKey: IssuerKey(
        use: .completion, validFrom: CardDate(unixTime: Clock.seconds), point: issuer.completionKey.octets),
      trust: trust, transportKey: SoftCard.transportKey, transportVersion: SoftCard.transportKeyVersion)
    return Office(
      store: store, personaliser: personaliser,
      registry: ServiceRegistry(client: client), terminal: try counter.map(terminal), clock: { Clock.seconds })
  }

  /// The office's keys, wherever they are.
  static func keys(_ home: StateHome) -> OfficeKeys { OfficeKeys(folder: home.office, issuerName: issuerName) }

  private func trustAnchor(_ file: String?) throws -> CVCertificate {
    guard let file else {
      let authority = try CertificateAuthority(folder: home.authority, actor: "issue") { Clock.seconds }
      // Every card that is made trusts what stands here.
      let check = try authority.check()
      guard check.isWhole else { throw AuthorityError.actsBroken(at: check.brokenAct ?? check.acts) }
      return try authority.anchor().certificate
    }
    guard let anchor = try CertificateFile.certificates(file).compactMap({ TrustAnchor($0) }).last else {
      throw CertificateFileError.certificates(path: file)
    }
    return anchor.certificate
  }

  private func terminal(_ counter: String) throws -> TerminalAccess {
    let credential = try PointCertificates.require(counter, home)
    let rights = TerminalRights(credential.terminal.content)
    guard rights.chip.contains(.canAllowed), rights.payout.contains(.online) else {
      throw PointAccessError.missingRights(
        point: counter, [TerminalRights.Word.online, .canAllowed].map(\.rawValue))
    }
    return .payout(credential)
  }

  /// People of a payment list, each once, as applicants.
  static func applicants(_ file: ListFile, limit: Int = .max) async throws -> [Applicant] {
    var seen = Set<String>()
    var people: [Applicant] = []
    try await file.read { row in
      guard people.count < limit, seen.insert(row.personalID.digits).inserted else { return }
      people.append(
        Applicant(
          personalID: row.personalID.digits, name: row.name.text, asciiName: row.name.ascii,
          birthDate: row.birthDate.iso, province: row.provinceCode))
    } onReject: { _ in
    }
    return people
  }
}

/// What is printed for the holder, in the print stream only.
struct PINMailerText: Encodable {
  private let card: PersonalisedCard
  private let name: String

  init(_ card: PersonalisedCard, name: String) {
    self.card = card
    self.name = name
  }

  private enum CodingKeys: CodingKey { case cardNumber, name, can, pin, puk }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(card.cardNumber.digits, forKey: .cardNumber)
    try fields.encode(name, forKey: .name)
    try fields.encode(card.secrets.can.withOctets { String(decoding: $0, as: UTF8.self) }, forKey: .can)
    try fields.encode(card.secrets.pin.withOctets { String(decoding: $0, as: UTF8.self) }, forKey: .pin)
    try fields.encode(card.secrets.puk.withOctets { String(decoding: $0, as: UTF8.self) }, forKey: .puk)
  }

  static func text(_ card: PersonalisedCard, _ output: Output) -> String {
    let can = card.secrets.can.withOctets { String(decoding: $0, as: UTF8.self) }
    let pin = card.secrets.pin.withOctets { String(decoding: $0, as: UTF8.self) }
    let puk = card.secrets.puk.withOctets { String(decoding: $0, as: UTF8.self) }
    return output.pick(
      """
      ── PHIẾU MÃ PIN · thẻ \(card.cardNumber.grouped) ──
      Số CAN (in trên mặt thẻ): \(can)
      Mã PIN tạm để kích hoạt (5 số): \(pin)
      Mã PUK (mở khóa mã PIN): \(puk)
      """,
      """
      ── PIN MAILER · card \(card.cardNumber.grouped) ──
      CAN (printed on the card): \(can)
      Transport PIN for activation (5 digits): \(pin)
      PUK (unblocks the PIN): \(puk)
      """)
  }
}
