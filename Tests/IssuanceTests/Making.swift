import CardApplication
import CardCrypto
import CardTestSupport
import CentreTestSupport
import ISO7816
import Issuance
import SoftCard

extension CardTrust {
  /// A PKI of its own, and the custodian's self-signed certificate.
  static func test(_ custodian: SoftwareKeyCustodian, _ pki: TestPKI? = nil) throws -> CardTrust {
    let issuer = try custodian.certify(
      CertificateRequest(
        subject: custodian.issuerName, serial: [1], publicKey: custodian.certificateKey,
        notBefore: TestClock.start - 86_400, notAfter: TestClock.start + 20 * 366 * 86_400, isAuthority: true))
    return CardTrust(anchor: try (pki ?? TestPKI(from: 20_260_101)).anchor, issuer: issuer)
  }
}

extension PersonalisedCard {
  /// A card of this number, personalised in a software card that is then forgotten.
  static func made(_ number: CardNumber, _ custodian: SoftwareKeyCustodian) async throws -> PersonalisedCard {
    let completion = try ECPrivateKey(generate: .p256)
    let personaliser = Personaliser(
      custodian: custodian, profile: try CardProfile.adult(),
      completionKey: IssuerKey(
        use: .completion, validFrom: CardDate(unixTime: TestClock.start), point: completion.publicKey.point),
      trust: try .test(custodian),
      transportKey: SoftCard.transportKey, transportVersion: SoftCard.transportKeyVersion)
    guard let holder = TestCentre.applicant(1).holder else { throw TestSupportError.invalid("holder") }
    return try await personaliser.personalise(
      SoftCardChannel(try SoftCard(storage: TestStorage())),
      PersonalisationOrder(cardNumber: number, holder: holder, province: 19, time: TestClock.start))
  }
}

/// A way to a card on which something else happens in the middle of the making.
struct BusyDesk: Sendable {
  let storage = TestStorage()
  let meanwhile: @Sendable () async throws -> Void

  init(_ meanwhile: @escaping @Sendable () async throws -> Void) { self.meanwhile = meanwhile }

  func channel(_ card: SoftCard) -> any CardChannel { Channel(base: SoftCardChannel(card), meanwhile: meanwhile) }

  private struct Channel: CardChannel {
    let base: SoftCardChannel
    let meanwhile: @Sendable () async throws -> Void

    func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
      // EXTERNAL AUTHENTICATE of the first session: the number is given out by then.
      if command.ins == 0x82 {
        do {
          try await meanwhile()
        } catch {
          // The second session: the other card is there already.
        }
      }
      return try await base.transmit(command)
    }
  }
}
