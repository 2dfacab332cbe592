import CardApplication
import CardCrypto
import CardTestSupport
import CentreTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

@testable import CardTerminal

/// A custodian that signs EF.CardSecurity otherwise than it is told.
private struct ForgingCustodian: KeyCustodian {
  typealias Forgery = @Sendable ([UInt8], Certificate) throws -> [UInt8]

  let base: SoftwareKeyCustodian
  let forgery: Forgery

  var issuerName: String { base.issuerName }
  var certificateKey: ECPublicKey { base.certificateKey }
  var generations: [UInt8] { base.generations }

  func sessionKeys(
    _ card: CardKeyReference, answering challenge: SCP03Challenge, job: String
  ) throws -> SCP03SessionKeys {
    try base.sessionKeys(card, answering: challenge, job: job)
  }

  func predictedSession(
    _ card: CardKeyReference, _ prediction: SCP03Prediction, job: String
  ) throws -> PredictedSCP03Session {
    try base.predictedSession(card, prediction, job: job)
  }

  func keyData(_ card: CardKeyReference, under key: borrowing SecretBytes, job: String) throws -> CardKeyData {
    try base.keyData(card, under: key, job: job)
  }

  func keyData(_ card: CardKeyReference, replacing old: CardKeyReference) throws -> CardKeyData {
    try base.keyData(card, replacing: old)
  }

  func encrypt(_ secret: borrowing SecretBytes, for card: CardKeyReference) throws -> [UInt8] {
    try base.encrypt(secret, for: card)
  }

  func certify(_ request: CertificateRequest) throws -> Certificate { try base.certify(request) }

  func signCardSecurity(_ content: [UInt8], issuer: Certificate) throws -> [UInt8] { try forgery(content, issuer) }
}

extension SoftwareKeyCustodian {
  /// Its self-signed certificate.
  fileprivate func issuer(until: Int64 = TestClock.start + 20 * 366 * 86_400) throws -> Certificate {
    try certify(
      CertificateRequest(
        subject: issuerName, serial: [1], publicKey: certificateKey, notBefore: TestClock.start - 86_400,
        notAfter: until, isAuthority: true))
  }
}

/// EF.CardAccess altered on the way, as a reader between the two could: it is not signed.
private struct AlteringChannel: CardChannel {
  let base: any CardChannel
  let alter: @Sendable ([UInt8]) -> [UInt8]

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    let response = try await base.transmit(command)
    guard command.cla == 0, command.ins == 0xB0, command.p1 == 0x80 | CardAccess.shortIdentifier else {
      return response
    }
    return ResponseAPDU(data: alter(response.data), status: response.status)
  }
}

/// The chip is believed for what its issuer signed, not for what anybody wrote into EF.CardAccess (TR-03110-3 A.1.2).
@Suite("EF.CardSecurity against EF.CardAccess")
struct CardSecurityTests {
  private struct Scene {
    let card: SoftCard
    let made: PersonalisedCard
    let pki: TestPKI
    let custodian: SoftwareKeyCustodian
    let issuer: Certificate

    init(_ forge: (SoftwareKeyCustodian) throws -> ForgingCustodian.Forgery) async throws {
      let folder = try ScratchFolder()
      custodian = try SoftwareKeyCustodian(path: folder.path + "/custodian.keys", issuerName: "Test issuer")
      issuer = try custodian.issuer()
      pki = try TestPKI(from: 20_260_101)
      let personaliser = Personaliser(
        custodian: ForgingCustodian(base: custodian, forgery: try forge(custodian)), profile: try CardProfile.adult(),
        completionKey: IssuerKey(
          use: .completion, validFrom: CardDate(unixTime: TestClock.start),
          point: try ECPrivateKey(generate: .p256).publicKey.point),
        trust: CardTrust(anchor: pki.anchor, issuer: issuer), transportKey: SoftCard.transportKey,
        transportVersion: SoftCard.transportKeyVersion)
      card = try SoftCard(storage: MemoryCardStorage())
      made = try await personaliser.personalise(
        SoftCardChannel(card),
        PersonalisationOrder(
          cardNumber: try #require(CardNumber(sequence: 1)),
          holder: Holder(
            name: "Nguyễn Thị Hòa", asciiName: "", birthDate: try #require(CardDate(yyyymmdd: 19_520_517))),
          province: 19, time: TestClock.start))
    }

    /// A terminal with PIN management, which has the chip prove itself.
    func open(
      _ issuers: [Certificate]? = nil, at time: Int64 = TestClock.start,
      alter: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }
    ) async throws -> OpenedCard {
      await card.reset()
      let access = TerminalAccess.pinManagement(
        try pki.terminal([.pinManagement, .canAllowed]),
        TerminalAccess.ChipTrust(issuers: issuers ?? [issuer], time: time))
      return try await OpenedCard.open(
        AlteringChannel(base: SoftCardChannel(card), alter: alter), .can, password: made.secrets.can, terminal: access)
    }

    func expectRefusal(
      _ note: Comment, trusting issuers: [Certificate]? = nil, at time: Int64 = TestClock.start,
      alter: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }
    ) async {
      do {
        _ = try await open(issuers, at: time, alter: alter)
        Issue.record("believed: \(note)")
      } catch CardSessionError.eac(.cardSecurity) {
        // As it should be.
      } catch {
        Issue.record("\(note): \(error)")
      }
    }
  }

  private static func honest(_ custodian: SoftwareKeyCustodian) -> ForgingCustodian.Forgery {
    { try custodian.signCardSecurity($0, issuer: $1) }
  }

  @Test("Signed by its issuer: believed by who trusts the issuer, at the time of its certificate, and by nobody else")
  func honest() async throws {
    let scene = try await Scene(Self.honest)
    let pin = SecretBytes(Array("135790".utf8))
    try await scene.open().setPIN(pin)
    let folder = try ScratchFolder()
    let other = try SoftwareKeyCustodian(path: folder.path + "/other.keys", issuerName: "Test issuer")
    await scene.expectRefusal("another issuer of the same name", trusting: [try other.issuer()])
    await scene.expectRefusal("nobody is trusted", trusting: [])
    await scene.expectRefusal("before its certificate", at: TestClock.start - 2 * 86_400)
    await scene.expectRefusal("after its certificate", at: TestClock.start + 21 * 366 * 86_400)
    _ = try await scene.open([try other.issuer(), scene.issuer])
  }

  @Test("Signed by a stranger, in the stranger's name or in the issuer's")
  func stranger() async throws {
    let folder = try ScratchFolder()
    let stranger = try SoftwareKeyCustodian(path: folder.path + "/stranger.keys", issuerName: "Test issuer")
    let own = try stranger.issuer()
    let inOwnName = try await Scene { _ in { content, _ in try stranger.signCardSecurity(content, issuer: own) } }
    await inOwnName.expectRefusal("in the stranger's name")
    _ = try await inOwnName.open([own])
  }

  @Test("Signed content that offers other PACE parameters, another chip variant or another key than EF.CardAccess")
  func otherInfos() async throws {
    let changes: [(Comment, @Sendable (SecurityInfos) -> SecurityInfos)] = [
      (
        "another cipher for PACE",
        { infos in
          SecurityInfos(
            pace: [.ecdhGM(.p256, .aes256)], hasTerminalAuthentication: true,
            chipAuthentication: infos.chipAuthentication, chipPublicKeys: infos.chipPublicKeys)
        }
      ),
      (
        "one PACE more",
        { infos in
          SecurityInfos(
            pace: infos.pace + [.ecdhGM(.brainpoolP256r1, .aes192)], hasTerminalAuthentication: true,
            chipAuthentication: infos.chipAuthentication, chipPublicKeys: infos.chipPublicKeys)
        }
      ),
      (
        "no chip variant",
        { infos in
          SecurityInfos(
            pace: infos.pace, hasTerminalAuthentication: true, chipAuthentication: [],
            chipPublicKeys: infos.chipPublicKeys)
        }
      ),
      (
        "a key of another number",
        { infos in
          SecurityInfos(
            pace: infos.pace, hasTerminalAuthentication: true, chipAuthentication: infos.chipAuthentication,
            chipPublicKeys: infos.chipPublicKeys.map {
              ChipAuthenticationPublicKey(curve: $0.curve, point: $0.point, keyID: 2)
            })
        }
      ),
    ]
    for (note, change) in changes {
      let scene = try await Scene { custodian in
        { content, issuer in
          try custodian.signCardSecurity(try change(SecurityInfos(parsing: content)).bytes, issuer: issuer)
        }
      }
      await scene.expectRefusal(note)
    }
  }

  @Test("A signed key that is not the chip's: the chip can't prove itself")
  func otherKey() async throws {
    let scene = try await Scene { custodian in
      { content, issuer in
        let infos = try SecurityInfos(parsing: content)
        let keys = try infos.chipPublicKeys.map { key in
          ChipAuthenticationPublicKey(
            curve: key.curve, point: try ECPrivateKey(generate: key.curve).publicKey.point, keyID: key.keyID)
        }
        let forged = SecurityInfos(
          pace: infos.pace, hasTerminalAuthentication: true, chipAuthentication: infos.chipAuthentication,
          chipPublicKeys: keys)
        return try custodian.signCardSecurity(forged.bytes, issuer: issuer)
      }
    }
    do {
      _ = try await scene.open()
      Issue.record("believed")
    } catch CardSessionError.eac(let error) {
      #expect("\(error)" != "\(EACError.cardSecurity)")
    }
  }

  @Test("EF.CardAccess altered on the way: found out, though PACE itself succeeds")
  func alteredAccess() async throws {
    let scene = try await Scene(Self.honest)
    await scene.expectRefusal("one PACE more") { file in
      guard let infos = try? SecurityInfos(parsing: file) else { return [] }
      return SecurityInfos(
        pace: infos.pace + [.ecdhGM(.brainpoolP256r1, .aes128)], hasTerminalAuthentication: true,
        chipAuthentication: infos.chipAuthentication, chipPublicKeys: []
      ).bytes
    }
    await scene.expectRefusal("without Terminal Authentication") { file in
      guard let infos = try? SecurityInfos(parsing: file) else { return [] }
      return SecurityInfos(
        pace: infos.pace, hasTerminalAuthentication: false, chipAuthentication: infos.chipAuthentication,
        chipPublicKeys: []
      ).bytes
    }
    await scene.expectRefusal("without Chip Authentication") { file in
      guard let infos = try? SecurityInfos(parsing: file) else { return [] }
      return SecurityInfos(
        pace: infos.pace, hasTerminalAuthentication: true, chipAuthentication: [], chipPublicKeys: []
      ).bytes
    }
  }
}
