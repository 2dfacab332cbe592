import CardApplication
import CardCrypto
import CardTestSupport
import CentreTestSupport
import Foundation
import ISO7816
import SecureChannel
import SoftCard
import Testing

@testable import Issuance
@testable import TransactionService

/// Both generations of keys in the field.
@Suite("Key rotation")
struct KeyRotationTests {
  private let folder: ScratchFolder
  private let keys: OfficeKeys

  init() throws {
    folder = try ScratchFolder()
    keys = OfficeKeys(folder: folder.path, issuerName: "Cơ quan cấp thẻ")
    _ = try keys.initialise(.plain, shares: nil, Self.desk)
  }

  private static var desk: CeremonyDesk {
    CeremonyDesk(
      leader: "A", clock: { TestClock.start }, passphrase: { SecretBytes([]) },
      sharePassphrase: { _, _ in SecretBytes([]) })
  }

  private func personaliser(_ office: OfficeKeys? = nil) throws -> Personaliser {
    let keys = office ?? keys
    let custodian = try keys.open { SecretBytes([]) }
    return Personaliser(
      custodian: custodian, profile: try CardProfile.adult(),
      completionKey: IssuerKey(
        use: .completion, validFrom: CardDate(unixTime: TestClock.start),
        point: try ECPrivateKey(generate: .p256).publicKey.point),
      trust: CardTrust(
        anchor: try TestPKI(from: 20_260_101).anchor,
        issuer: try Office.issuerCertificate(custodian, folder: keys.folder, now: TestClock.start)),
      transportKey: SoftCard.transportKey, transportVersion: SoftCard.transportKeyVersion)
  }

  private func order(_ number: UInt64) throws -> PersonalisationOrder {
    PersonalisationOrder(
      cardNumber: try #require(CardNumber(sequence: number)), holder: try #require(TestCentre.applicant(1).holder),
      province: 19, time: TestClock.start)
  }

  /// A channel that is gone after so many commands.
  private struct CutOff: CardChannel {
    let base: any CardChannel
    let count: Counter

    actor Counter {
      private var left: Int
      init(_ left: Int) { self.left = left }
      func take() -> Bool {
        left -= 1
        return left >= 0
      }
    }

    func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
      guard await count.take() else { throw .cardLost(.removed) }
      return try await base.transmit(command)
    }
  }

  /// The version number of a card's keys, as INITIALIZE UPDATE tells it.
  private func version(_ card: SoftCard) async throws -> UInt8 {
    await card.reset()
    let channel = SoftCardChannel(card)
    _ = try await channel.transmit(
      CommandAPDU(ins: 0xA4, p1: 0x04, data: [0xA0, 0, 0, 1, 0x51, 0, 0, 0], expectedLength: 256))
    return try await SCP03Host.initialize(channel, mode: try CardProfile.adult().policy.scp03Mode).keyVersion
  }

  @Test("A card begun before a rotation is finished with its own keys; one begun after has the next version's")
  func bothGenerations() async throws {
    let old = try SoftCard(storage: TestStorage())
    let cut = CutOff(base: SoftCardChannel(old), count: CutOff.Counter(8))
    do {
      _ = try await personaliser().personalise(cut, order(1))
      Issue.record("finished")
    } catch PersonalisationError.channel(.cardLost) {}
    #expect(try await version(old) == 1)
    _ = try keys.rotate(masters: true, certificate: true, Self.desk)
    let personaliser = try personaliser()
    await old.reset()
    let finished = try await personaliser.personalise(SoftCardChannel(old), order(1))
    let new = try SoftCard(storage: TestStorage())
    let halfWay = CutOff(base: SoftCardChannel(new), count: CutOff.Counter(8))
    do {
      _ = try await personaliser.personalise(halfWay, order(2))
      Issue.record("finished")
    } catch PersonalisationError.channel(.cardLost) {}
    #expect(try await version(new) == 2)
    await new.reset()
    let made = try await personaliser.personalise(SoftCardChannel(new), order(2))
    // Both are certified with the newest key.
    let custodian = try keys.open { SecretBytes([]) }
    for card in [finished, made] {
      #expect(card.certificate.isValid(signedBy: custodian.certificateKey, at: TestClock.start))
    }
  }

  @Test("A centre that has the old certificate takes the new one by its link, and nobody else's")
  func link() async throws {
    let before = try await personaliser().personalise(
      SoftCardChannel(try SoftCard(storage: TestStorage())), order(1))
    let centre = folder.path + "/centre"
    try FileManager.default.createDirectory(atPath: centre, withIntermediateDirectories: true)
    func copy(_ name: String, _ from: String? = nil) throws {
      try FileManager.default.copyItem(atPath: (from ?? folder.path) + "/" + name, toPath: centre + "/" + name)
    }
    try copy("issuer.der")
    _ = try keys.rotate(masters: false, certificate: true, Self.desk)
    let after = try await personaliser().personalise(
      SoftCardChannel(try SoftCard(storage: TestStorage())), order(2))
    let trust = IssuerTrust(folders: [centre])
    func takes(_ card: PersonalisedCard) -> Bool {
      trust.accepts(card.certificate, card: card.cardNumber, at: TestClock.start)
    }
    #expect(takes(before) && !takes(after))
    try copy("issuer-2-link.der")
    #expect(takes(before) && takes(after))
    // The office's own folder has both.
    let own = IssuerTrust(folders: [folder.path])
    #expect(own.accepts(before.certificate, card: before.cardNumber, at: TestClock.start))
    #expect(own.accepts(after.certificate, card: after.cardNumber, at: TestClock.start))
    // Without the certificate that vouches for it a link is worth nothing.
    try FileManager.default.removeItem(atPath: centre + "/issuer.der")
    #expect(!takes(before) && !takes(after))
    // Nor is one that a stranger of the same name made.
    let elsewhere = folder.path + "/stranger"
    try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
    let stranger = OfficeKeys(folder: elsewhere, issuerName: keys.issuerName)
    _ = try stranger.initialise(.plain, shares: nil, Self.desk)
    _ = try stranger.rotate(masters: false, certificate: true, Self.desk)
    try copy("issuer-1.der")
    try FileManager.default.removeItem(atPath: centre + "/issuer-2-link.der")
    try copy("issuer-2-link.der", elsewhere)
    let theirs = try await personaliser(stranger).personalise(
      SoftCardChannel(try SoftCard(storage: TestStorage())), order(3))
    #expect(takes(before) && !takes(after) && !takes(theirs))
  }

  @Test(
    "openssl verifies the link and reads the record",
    .enabled(if: OpenSSLCommand.isAvailable, "no openssl command"))
  func peer() throws {
    _ = try keys.rotate(masters: true, certificate: true, Self.desk)
    let peer = try OpenSSLCommand()
    for (name, out) in [("issuer-1.der", "old.pem"), ("issuer-2-link.der", "link.pem"), ("issuer.der", "new.pem")] {
      let path = folder.path + "/" + name
      #expect(try peer.run("x509", "-inform", "der", "-in", path, "-out", out).status == 0)
    }
    let verified = try peer.run("verify", "-attime", String(TestClock.start), "-CAfile", "old.pem", "link.pem")
    #expect(verified.status == 0, "\(verified.output)")
    #expect(try peer.run("verify", "-attime", String(TestClock.start), "-CAfile", "old.pem", "new.pem").status != 0)
    for (number, anchor) in [(1, "old.pem"), (2, "new.pem")] {
      let read = try peer.run(
        "cms", "-verify", "-binary", "-inform", "der", "-in", folder.path + "/ceremony-\(number).p7", "-purpose",
        "any", "-attime", String(TestClock.start), "-CAfile", anchor, "-out", "record.json")
      #expect(read.status == 0, "\(read.output)")
      let record = try JSONDecoder().decode(CeremonyRecord.self, from: Data(try peer.read("record.json")))
      #expect(record.number == number && record.broken == nil)
    }
  }

  @Test("127 generations, then no more")
  func usedUp() throws {
    let fresh = try IssuerKeyMaterial(fresh: [.master(.aes128, generation: IssuerKeyName.lastGeneration)])
    _ = try KeyFile(opening: folder.path + "/custodian.keys").adding(fresh.records)
    do {
      _ = try keys.rotate(masters: true, certificate: false, Self.desk)
      Issue.record("made the 128th")
    } catch KeyCeremonyError.usedUp {}
  }
}
