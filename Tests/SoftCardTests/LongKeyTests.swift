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

/// Lines of a profile with channels other than the shortest.
private func lines(_ pace: AESKeyLength, _ scp03: AESKeyLength, _ mode: SCP03Mode) -> String {
  "\npace-cipher: aes-\(pace.rawValue * 8)\nscp03: { key-length: \(scp03.rawValue), mode: s\(mode.rawValue) }\n"
}

@Suite("Cards with long keys")
struct LongKeyTests {
  static let full = lines(.aes256, .aes256, .s16)

  @Test("AES-256 throughout, SCP03 in S16 mode: made, read, paid and completed", arguments: Curve.scheme)
  func wholeLife(_ curve: Curve) async throws {
    let test = try await TestCard.make(pace: curve == .p256 ? "P-256" : "brainpoolP256r1", channels: Self.full)
    let parameters = PACEParameters.ecdhGM(curve, .aes256)
    let access = try await test.channel.transmit(CommandAPDU(ins: 0xB0, p1: 0x9C, expectedLength: 256))
    #expect(try SecurityInfos(parsing: access.data).pace == [parameters])

    let recorder = Recorder(test.channel)
    let terminal = TerminalAccess.payout(try test.pki.terminal())
    let session = try await CardSession.open(
      recorder, .pin, password: TestCard.pin, parameters: parameters, terminal: terminal)
    #expect(session.cardNumber == test.made.cardNumber)
    #expect(try await session.holder().asciiName == "NGUYEN THI HOA")
    let payout = try await session.authorise(try test.order())
    #expect(payout.signed.isSigned(by: test.made.certificate.publicKey))
    #expect(session.isFromThisSession(payout.certificate))
    _ = try await session.complete(try test.sign(test.completion(counter: 1)))
    #expect(try await session.status().counter == 1)
    // EF.CardAccess, MSE:Set AT, then the nonce: 7C 22 80 20 and two blocks.
    #expect(recorder.answers[2].data.prefix(4) == [0x7C, 0x22, 0x80, 0x20])

    // The kept state is the same card: keys of 32 octets and its policy.
    let again = try SoftCard(storage: test.storage)
    let next = try await CardSession.open(
      SoftCardChannel(again), .pin, password: TestCard.pin, terminal: terminal)
    #expect(try await next.status().counter == 1)
    #expect(try await next.authorise(try test.order(id: 2)).certificate.counter == 2)
    _ = try await CardSession.open(SoftCardChannel(again), .can, password: test.made.secrets.can)
  }

  static let channels = SCP03Mode.allCases.flatMap { mode in AESKeyLength.allCases.map { ($0, mode) } }

  @Test("Every key length in every mode makes a card that opens", arguments: channels, AESKeyLength.allCases)
  func everyChannel(_ scp03: (AESKeyLength, SCP03Mode), _ pace: AESKeyLength) async throws {
    let (length, mode) = scp03
    let card = try SoftCard(storage: MemoryStorage())
    let recorder = Recorder(SoftCardChannel(card))
    let personaliser = try TestCard.makePersonaliser(
      try ECPrivateKey(generate: .p256), channels: lines(pace, length, mode))
    let made = try await personaliser.personalise(recorder, try TestCard.order())
    let updates = recorder.commands.filter { $0.ins == 0x50 }
    #expect(updates.map(\.data.count) == [mode.length, mode.length])
    await card.reset()
    for parameters in AESKeyLength.allCases.map({ PACEParameters.ecdhGM(.p256, $0) }) {
      let session = try? await OpenedCard.open(
        SoftCardChannel(card), .pin, password: made.secrets.pin, parameters: parameters)
      #expect((session != nil) == (parameters.cipher == pace))
    }
    _ = try await OpenedCard.open(SoftCardChannel(card), .pin, password: made.secrets.pin)
  }

  @Test("A terminal that pins AES-256 opens no card with AES-128, whatever EF.CardAccess offers")
  func pinnedCipher() async throws {
    let test = try await TestCard.make()
    let pinned = PACEParameters.ecdhGM(.p256, .aes256)
    do {
      _ = try await CardSession.open(test.channel, .pin, password: TestCard.pin, parameters: pinned)
      Issue.record("opened")
    } catch CardSessionError.pace(.parametersNotOffered) {}
    // Somebody on the way who offers it: the card does not do it.
    let forging = ForgingAccess(base: test.channel, file: CardAccess.encode([pinned]))
    do {
      _ = try await CardSession.open(forging, .pin, password: test.made.secrets.pin)
      Issue.record("opened")
    } catch CardSessionError.pace(.refused(step: "MSE:Set AT", .incorrectData)) {}
  }

  @Test("A card begun in S16 mode is not continued in S8 mode, which costs it no try")
  func otherMode() async throws {
    let key = try ECPrivateKey(generate: .p256)
    let custodian = try Self.custodian()
    let long = try TestCard.makePersonaliser(key, custodian, channels: Self.full)
    let short = try TestCard.makePersonaliser(key, custodian)
    let card = try SoftCard(storage: MemoryStorage())
    // SELECT, two openings of two, PUT KEY, INSTALL, the policy.
    let cut = Recorder(SoftCardChannel(card), most: 8)
    await #expect(throws: PersonalisationError.self) { try await long.personalise(cut, try TestCard.order()) }
    await card.reset()
    for _ in 0..<20 {
      do {
        _ = try await short.personalise(SoftCardChannel(card), try TestCard.order())
        Issue.record("made in the other mode")
      } catch PersonalisationError.secureChannel(.refused(step: "INITIALIZE UPDATE", .wrongLength)) {}
    }
    let made = try await long.personalise(SoftCardChannel(card), try TestCard.order())
    await card.reset()
    _ = try await OpenedCard.open(SoftCardChannel(card), .pin, password: made.secrets.pin)
  }

  @Test("A card that knows S8 only is refused by a profile with S16, before any key is used")
  func blankOfTheOtherMode() async throws {
    let card = try SoftCard(storage: MemoryStorage())
    let shortening = ShorteningChannel(base: SoftCardChannel(card))
    let personaliser = try TestCard.makePersonaliser(try ECPrivateKey(generate: .p256), channels: Self.full)
    do {
      _ = try await personaliser.personalise(shortening, try TestCard.order())
      Issue.record("made")
    } catch PersonalisationError.secureChannel(.otherMode(wanted: .s16, offered: .s8)) {}
  }

  @Test("A card whose keys are shorter than its profile says is never finished")
  func keysOfAnotherLength() async throws {
    let custodian = ShortKeys(base: try Self.custodian())
    let personaliser = try TestCard.makePersonaliser(
      try ECPrivateKey(generate: .p256), custodian, channels: Self.full)
    let card = try SoftCard(storage: MemoryStorage())
    do {
      _ = try await personaliser.personalise(SoftCardChannel(card), try TestCard.order())
      Issue.record("made with keys of 16 octets")
    } catch PersonalisationError.refused(let step, .incorrectData) {
      #expect(step.hasSuffix("7FFF"))
    }
    #expect(await !card.isDelivered)
  }

  static func custodian() throws -> SoftwareKeyCustodian {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try SoftwareKeyCustodian(
      path: folder.path + "/keys", issuerName: "Test issuer", budget: MemorySessionBudget(card: 10_000))
  }
}

/// What passes a channel; after `most` commands the card is gone.
final class Recorder: CardChannel {
  private let base: any CardChannel
  private let most: Int
  private let seen = Mutex<[(CommandAPDU, ResponseAPDU)]>([])

  init(_ base: any CardChannel, most: Int = .max) {
    self.base = base
    self.most = most
  }

  var commands: [CommandAPDU] { seen.withLock { $0.map(\.0) } }
  var answers: [ResponseAPDU] { seen.withLock { $0.map(\.1) } }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    guard commands.count < most else { throw .cardLost(.removed) }
    let response = try await base.transmit(command)
    seen.withLock { $0.append((command, response)) }
    return response
  }
}

/// Gives another EF.CardAccess.
private struct ForgingAccess: CardChannel {
  let base: any CardChannel
  let file: [UInt8]

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    guard command.ins == 0xB0, command.p1 == 0x9C else { return try await base.transmit(command) }
    return ResponseAPDU(data: file, status: .success)
  }
}

/// A card that answers in S8 mode, whatever it is asked.
private struct ShorteningChannel: CardChannel {
  let base: any CardChannel

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    var command = command
    if command.ins == 0x50 { command.data = Array(command.data.prefix(8)) }
    return try await base.transmit(command)
  }
}

/// Gives keys of 16 octets for every length.
private struct ShortKeys: KeyCustodian {
  let base: SoftwareKeyCustodian
  var issuerName: String { base.issuerName }
  var certificateKey: ECPublicKey { base.certificateKey }
  var generations: [UInt8] { base.generations }

  func sessionKeys(
    _ card: CardKeyReference, answering challenge: SCP03Challenge, job: String
  ) throws -> SCP03SessionKeys {
    try base.sessionKeys(short(card), answering: challenge, job: job)
  }

  func predictedSession(
    _ card: CardKeyReference, _ prediction: SCP03Prediction, job: String
  ) throws -> PredictedSCP03Session {
    try base.predictedSession(short(card), prediction, job: job)
  }

  func keyData(_ card: CardKeyReference, under key: borrowing SecretBytes, job: String) throws -> CardKeyData {
    try base.keyData(short(card), under: key, job: job)
  }

  func keyData(_ card: CardKeyReference, replacing old: CardKeyReference) throws -> CardKeyData {
    try base.keyData(short(card), replacing: short(old))
  }

  func encrypt(_ secret: borrowing SecretBytes, for card: CardKeyReference) throws -> [UInt8] {
    try base.encrypt(secret, for: short(card))
  }

  private func short(_ card: CardKeyReference) -> CardKeyReference {
    CardKeyReference(generation: card.generation, length: .aes128, serial: card.serial)
  }

  func certify(_ request: CertificateRequest) throws -> Certificate { try base.certify(request) }

  func signCardSecurity(_ content: [UInt8], issuer: Certificate) throws -> [UInt8] {
    try base.signCardSecurity(content, issuer: issuer)
  }
}
