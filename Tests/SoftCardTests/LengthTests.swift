import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// ISO/IEC 7816-4:2020 §5.3.3, §5.3.4 at the card's side.
@Suite("Long commands and answers in parts")
struct LengthTests {
  /// A card for short APDUs with the state of `test`.
  private func shortCard(_ test: TestCard) throws -> SoftCard {
    try SoftCard(storage: test.storage, lengthFields: .short)
  }

  /// Changes what is sent as the test wants.
  private struct Meddling: CardChannel {
    let base: any CardChannel
    let change: @Sendable (CommandAPDU) -> CommandAPDU?

    func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
      guard let changed = change(command) else { return ResponseAPDU(status: .success) }
      return try await base.transmit(changed)
    }
  }

  @Test("A card for short APDUs refuses extended length fields, says so in EF.ATR/INFO, and authorises in parts")
  func short() async throws {
    let test = try await TestCard.make()
    let card = try shortCard(test)
    let refused = await card.process([0x00, 0xB0, 0x9C, 0x00, 0x00, 0x01, 0x00])
    #expect(refused == [0x67, 0x00])
    let information = await card.process([0x00, 0xB0, 0x81, 0x00, 0x00])
    #expect(information == [0x47, 0x03, 0x94, 0x01, 0x80, 0x90, 0x00])
    let channel = FittedChannel(SoftCardChannel(card))
    let session = try await CardSession.open(
      channel, .pin, password: TestCard.pin, terminal: .payout(try test.pki.terminal()))
    let payout = try await session.authorise(try test.order())
    #expect(payout.signed.isSigned(by: test.made.certificate.publicKey))
    #expect(channel.usesExtendedLength == false)
    let receipt = try await session.complete(try test.sign(test.completion(counter: 1))).0
    #expect(receipt.counter == 1)
  }

  @Test("A chain that loses its beginning or its end, or mixes two commands, ends the session")
  func brokenChains() async throws {
    for fault in 0..<3 {
      let test = try await TestCard.make()
      let card = try shortCard(test)
      let meddling = Meddling(base: SoftCardChannel(card)) { command in
        let isPart = command.cla & 0x1C == 0x1C && command.ins == 0x42
        let isLast = command.cla & 0x1C == 0x0C && command.ins == 0x42
        var changed = command
        switch fault {
        case 0 where isPart: return nil
        case 1 where isLast: changed.data = Array(command.data.dropFirst(16))
        case 2 where isLast: changed.p2 = 1
        default: break
        }
        return changed
      }
      // Parts of 120 octets, so that the completion takes several.
      let session = try await CardSession.open(
        FittedChannel(meddling, limits: ExchangeLimits(readerMaximumData: 120)), .pin, password: TestCard.pin,
        terminal: .payout(try test.pki.terminal()))
      _ = try await session.authorise(try test.order())
      await #expect(throws: CardSessionError.self, "fault \(fault)") {
        try await session.complete(try test.sign(test.completion(counter: 1)))
      }
      await #expect(throws: CardSessionError.self, "fault \(fault)") { try await session.status() }
      await card.reset()
      let next = try await CardSession.open(
        FittedChannel(SoftCardChannel(card)), .pin, password: TestCard.pin)
      #expect(try await next.status().acknowledgedCounter == 0, "fault \(fault)")
    }
  }

  @Test("What is left of an answer is given once, in order, and not after another command or a reset")
  func remainder() async throws {
    let card = try await TestCard.make().card
    let select: [UInt8] = [0x00, 0xA4, 0x04, 0x00, 0x08] + ApplicationName.issuerSecurityDomain
    let whole = await card.process(select + [0x00])
    #expect(whole.suffix(2) == [0x90, 0x00] && whole.count > 12)
    let content = whole.dropLast(2)
    let first = await card.process(select + [0x05])
    #expect(first == content.prefix(5) + [0x61, UInt8(content.count - 5)])
    let second = await card.process([0x00, 0xC0, 0x00, 0x00, 0x03])
    #expect(second == content[5..<8] + [0x61, UInt8(content.count - 8)])
    let last = await card.process([0x00, 0xC0, 0x00, 0x00, 0x00])
    #expect(last == content[8...] + [0x90, 0x00])
    #expect(await card.process([0x00, 0xC0, 0x00, 0x00, 0x00]).count == 2)
    _ = await card.process(select + [0x05])
    _ = await card.process([0x00, 0xA4, 0x00, 0x0C])
    #expect(await card.process([0x00, 0xC0, 0x00, 0x00, 0x00]).count == 2)
    _ = await card.process(select + [0x05])
    await card.reset()
    #expect(await card.process([0x00, 0xC0, 0x00, 0x00, 0x00]).count == 2)
  }

  @Test("A chain without an end does not fill the card")
  func endless() async throws {
    let card = try await TestCard.make().card
    let part: [UInt8] = [0x9C, 0x42, 0x00, 0x00, 0xFF] + [UInt8](repeating: 0, count: 255)
    var answers: [[UInt8]] = []
    for _ in 0..<40 { answers.append(await card.process(part)) }
    #expect(answers.contains([0x67, 0x00]))
    #expect(answers.first == [0x90, 0x00])
  }
}
