import CardApplication
import CardCrypto
import CardTerminal
import CentreTestSupport
import ISO7816
import SecureChannel
import SoftCard
import Testing

@testable import Issuance

/// A finished card is read as a stranger would before it is handed over.
@Suite("Read-back")
struct ReadBackTests {
  /// A personalised card with what made it.
  private struct Made {
    let card: SoftCard
    let personaliser: Personaliser
    let order: PersonalisationOrder
    let made: PersonalisedCard
    var channel: SoftCardChannel { SoftCardChannel(card) }
  }

  private func make(_ number: UInt64 = 1) async throws -> Made {
    let folder = try ScratchFolder()
    let custodian = try SoftwareKeyCustodian(path: folder.path + "/custodian.keys", issuerName: "Test issuer")
    let completion = try ECPrivateKey(generate: .p256)
    let personaliser = Personaliser(
      custodian: custodian, profile: try CardProfile.adult(),
      completionKey: IssuerKey(
        use: .completion, validFrom: CardDate(unixTime: TestClock.start), point: completion.publicKey.point),
      trust: try .test(custodian),
      transportKey: SoftCard.transportKey, transportVersion: SoftCard.transportKeyVersion)
    let order = PersonalisationOrder(
      cardNumber: try #require(CardNumber(sequence: number)), holder: try #require(TestCentre.applicant(1).holder),
      province: 19, time: TestClock.start)
    let card = try SoftCard(storage: MemoryCardStorage())
    let made = try await personaliser.personalise(SoftCardChannel(card), order)
    return Made(card: card, personaliser: personaliser, order: order, made: made)
  }

  private func problem(_ body: () async throws(ReadBackError) -> Void) async -> ReadBackError? {
    do throws(ReadBackError) {
      try await body()
      return nil
    } catch {
      return error
    }
  }

  @Test("A card as ordered passes, and can be read back again")
  func good() async throws {
    let one = try await make()
    for _ in 0..<2 { try await one.personaliser.readBack(one.channel, one.order, one.made) }
  }

  @Test("Printed secrets of another card do not open it")
  func otherSecrets() async throws {
    let one = try await make()
    let other = try await make(2)
    let mixed = PersonalisedCard(
      cardNumber: one.made.cardNumber, serial: one.made.serial, certificate: one.made.certificate,
      secrets: other.made.secrets)
    let error = await problem { () async throws(ReadBackError) in
      try await one.personaliser.readBack(one.channel, one.order, mixed)
    }
    guard case .session(.pace) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("Another holder, another number, another certificate: the file is named")
  func otherFiles() async throws {
    let one = try await make()
    let other = try await make(2)
    var holder = one.order
    holder.holder = Holder(name: "Trần Văn Khác", asciiName: "TRAN VAN KHAC", birthDate: one.order.holder.birthDate)
    var number = one.order
    number.cardNumber = other.order.cardNumber
    let certificate = PersonalisedCard(
      cardNumber: one.made.cardNumber, serial: one.made.serial, certificate: other.made.certificate,
      secrets: one.made.secrets)
    let cases = [
      (holder, one.made, PayoutFile.holder), (number, one.made, .cardInfo),
      (one.order, certificate, .payoutKeyCertificate),
    ]
    for (order, card, file) in cases {
      let error = await problem { () async throws(ReadBackError) in
        try await one.personaliser.readBack(one.channel, order, card)
      }
      guard case .differs(file) = error else {
        Issue.record("\(file): \(String(describing: error))")
        continue
      }
    }
  }

  @Test("A card that has signed is not fresh")
  func used() async throws {
    let one = try await make()
    let session = try await CardSession.open(one.channel, .pin, password: one.made.secrets.pin)
    let entry = try #require(PayoutEntry(line: 1, period: 202_611, amount: 1))
    let order = try #require(
      PayoutOrder(
        transactionID: [UInt8](repeating: 1, count: 16), entries: [entry], terminalTime: TestClock.start,
        hostProvince: 79, commune: 26_734, mode: .online, challenge: [UInt8](repeating: 2, count: 16)))
    _ = try await session.authorise(order)
    let error = await problem { () async throws(ReadBackError) in
      try await one.personaliser.readBack(one.channel, one.order, one.made)
    }
    guard case .used = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
