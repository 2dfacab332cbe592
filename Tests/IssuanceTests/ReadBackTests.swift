import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
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
    /// The office's own terminal.
    let terminal: TerminalAccess
    let pki: TestPKI
    var channel: SoftCardChannel { SoftCardChannel(card) }
  }

  private func make(_ number: UInt64 = 1) async throws -> Made {
    let folder = try ScratchFolder()
    let custodian = try SoftwareKeyCustodian(path: folder.path + "/custodian.keys", issuerName: "Test issuer")
    let pki = try TestPKI(from: 20_260_101)
    let completion = try ECPrivateKey(generate: .p256)
    let personaliser = Personaliser(
      custodian: custodian, profile: try CardProfile.adult(),
      completionKey: IssuerKey(
        use: .completion, validFrom: CardDate(unixTime: TestClock.start), point: completion.publicKey.point),
      trust: try .test(custodian, pki),
      transportKey: SoftCard.transportKey, transportVersion: SoftCard.transportKeyVersion)
    let order = PersonalisationOrder(
      cardNumber: try #require(CardNumber(sequence: number)), holder: try #require(TestCentre.applicant(1).holder),
      province: 19, time: TestClock.start)
    let card = try SoftCard(storage: MemoryCardStorage())
    let made = try await personaliser.personalise(SoftCardChannel(card), order)
    return Made(
      card: card, personaliser: personaliser, order: order, made: made,
      terminal: .payout(try pki.terminal(.canAllowed)), pki: pki)
  }

  private func problem(_ body: () async throws(ReadBackError) -> Void) async -> ReadBackError? {
    do throws(ReadBackError) {
      try await body()
      return nil
    } catch {
      return error
    }
  }

  /// The one card with another's printed secrets where they are given.
  private func mixed(
    _ one: PersonalisedCard, can: PrintedSecrets? = nil, pin: PrintedSecrets? = nil, puk: PrintedSecrets? = nil
  ) -> PersonalisedCard {
    PersonalisedCard(
      cardNumber: one.cardNumber, serial: one.serial, sequenceCounter: one.sequenceCounter,
      keyVersion: one.keyVersion, certificate: one.certificate,
      secrets: PrintedSecrets(
        can: (can ?? one.secrets).can.copy(), pin: (pin ?? one.secrets).pin.copy(), puk: (puk ?? one.secrets).puk.copy()
      ))
  }

  @Test("A card as ordered passes, with the office's terminal and without, and can be read back again")
  func good() async throws {
    let one = try await make()
    for _ in 0..<2 {
      try await one.personaliser.readBack(one.channel, one.order, one.made)
      try await one.personaliser.readBack(one.channel, one.order, one.made, terminal: one.terminal)
    }
  }

  @Test("Each of the three printed secrets is tried: another card's does not open it", arguments: [false, true])
  func otherSecrets(hasTerminal: Bool) async throws {
    let one = try await make()
    let other = try await make(2).made.secrets
    let terminal = hasTerminal ? one.terminal : nil
    for made in [mixed(one.made, can: other), mixed(one.made, pin: other), mixed(one.made, puk: other)] {
      let error = await problem { () async throws(ReadBackError) in
        try await one.personaliser.readBack(one.channel, one.order, made, terminal: terminal)
      }
      guard case .session(.pace(.wrongPassword)) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    try await one.personaliser.readBack(one.channel, one.order, one.made, terminal: terminal)
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
      cardNumber: one.made.cardNumber, serial: one.made.serial, sequenceCounter: one.made.sequenceCounter,
      keyVersion: one.made.keyVersion, certificate: other.made.certificate, secrets: one.made.secrets)
    let cases = [
      (holder, one.made, PayoutFile.holder), (number, one.made, .cardInfo),
      (one.order, certificate, .payoutKeyCertificate),
    ]
    for (order, card, file) in cases {
      for terminal in [one.terminal, nil] {
        let error = await problem { () async throws(ReadBackError) in
          try await one.personaliser.readBack(one.channel, order, card, terminal: terminal)
        }
        // Without a terminal the card tells nothing of its holder.
        guard terminal != nil || file == .cardInfo else {
          #expect(error == nil, "\(file)")
          continue
        }
        guard case .differs(file) = error else {
          Issue.record("\(file): \(String(describing: error))")
          continue
        }
      }
    }
  }

  @Test("A terminal that the card does not trust, or that is not allowed the CAN, reads nothing")
  func otherTerminal() async throws {
    let one = try await make()
    let stranger = TerminalAccess.payout(try TestPKI(from: 20_260_101).terminal(.canAllowed))
    let untrusted = await problem { () async throws(ReadBackError) in
      try await one.personaliser.readBack(one.channel, one.order, one.made, terminal: stranger)
    }
    guard case .session(.eac) = untrusted else {
      Issue.record("\(String(describing: untrusted))")
      return
    }
    let pinOnly = TerminalAccess.payout(try one.pki.terminal())
    let refused = await problem { () async throws(ReadBackError) in
      try await one.personaliser.readBack(one.channel, one.order, one.made, terminal: pinOnly)
    }
    guard case .session(.refused(_, .securityStatusNotSatisfied)) = refused else {
      Issue.record("\(String(describing: refused))")
      return
    }
  }

  @Test("A card that has signed is not fresh, and no try of its PIN is spent on finding out")
  func used() async throws {
    let one = try await make()
    let pin = SecretBytes(Array("246810".utf8))
    try await OpenedCard.open(one.channel, .pin, password: one.made.secrets.pin).setPIN(pin)
    await one.card.reset()
    let session = try await CardSession.open(
      one.channel, .pin, password: pin, terminal: .payout(try one.pki.terminal()))
    let entry = try #require(PayoutEntry(line: 1, period: 202_611, amount: 1))
    let order = try #require(
      PayoutOrder(
        transactionID: [UInt8](repeating: 1, count: 16), entries: [entry], terminalTime: TestClock.start,
        hostProvince: 79, commune: 26_734, mode: .online, challenge: [UInt8](repeating: 2, count: 16)))
    _ = try await session.authorise(order)
    for _ in 0..<4 {
      await one.card.reset()
      let error = await problem { () async throws(ReadBackError) in
        try await one.personaliser.readBack(one.channel, one.order, one.made, terminal: one.terminal)
      }
      guard case .used = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    await one.card.reset()
    _ = try await OpenedCard.open(one.channel, .pin, password: pin)
  }
}
