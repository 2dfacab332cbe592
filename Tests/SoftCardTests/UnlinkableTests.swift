import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// `card-application` §1: before PACE nothing is unique to a card.
@Suite("Two cards before PACE")
struct UnlinkableTests {
  /// Two cards of one profile: of two persons, one used and one new, one with data groups and one without.
  private func cards() async throws -> (TestCard, TestCard) {
    let used = try await TestCard.make(identity: try IdentityTests.person())
    _ = try await used.certificate(try used.order(), in: try await used.inPayout(try await used.atPoint()))
    try await used.complete(used.completion(counter: 1, granted: 100_000))
    try await used.expect(.success, .setPIN("111111"), in: try await used.withPIN())
    let new = try await TestCard.make(person: 2, isActive: false)
    await used.card.reset()
    await new.card.reset()
    return (used, new)
  }

  private func alike(_ cards: (TestCard, TestCard), _ octets: [UInt8]) async -> Bool {
    let (one, two) = (await cards.0.card.process(octets), await cards.1.card.process(octets))
    return one == two
  }

  @Test("Every plain command is answered alike, octet for octet")
  func commands() async throws {
    let cards = try await cards()
    let parameters: [(UInt8, UInt8)] = [
      (0, 0), (4, 0), (0, 4), (2, 0), (0x9C, 0), (0x9D, 0), (0x81, 0), (1, 0x34), (0x81, 0xB6), (0x81, 0xA4),
      (0xC1, 0xA4), (0x41, 0xA4), (0x02, 0x03), (0x03, 0x03), (0x9F, 0x7F), (0x00, 0xE0), (0x80, 0x0F),
    ]
    let contents: [[UInt8]] = [[], [0x83, 0x01, 0x02], [UInt8](repeating: 0x11, count: 8)]
    let names: [[UInt8]] = [
      [0x3F, 0x00], ApplicationName.payout, ApplicationName.eID, ApplicationName.issuerSecurityDomain,
    ]
    var different: [[UInt8]] = []
    for cla: UInt8 in [0x00, 0x80, 0x04, 0x84, 0x0C, 0x8C, 0x10, 0x90, 0x01, 0x40] {
      for ins in UInt8.min...0xFF {
        for (p1, p2) in parameters {
          let command = [cla, ins, p1, p2]
          for content in ins == 0xA4 ? contents + names : contents {
            let data = content.isEmpty ? [] : [UInt8(content.count)] + content
            if await !alike(cards, command + data + [0x00]) { different.append(command + data) }
          }
        }
      }
    }
    #expect(different == [])
  }

  @Test("Every file by both identifiers is the same, EF.CardAccess among them")
  func files() async throws {
    let cards = try await cards()
    for application in [ApplicationName.issuerSecurityDomain, nil] {
      if let application {
        #expect(await alike(cards, CommandAPDU(ins: 0xA4, p1: 4, data: application, expectedLength: 256).bytes))
      }
      var readable: [UInt8] = []
      for short: UInt8 in 1...30 {
        let read: [UInt8] = [0x00, 0xB0, 0x80 | short, 0x00, 0x00]
        #expect(await alike(cards, read), "\(short)")
        if await cards.0.card.process(read).suffix(2) == [0x90, 0x00] { readable.append(short) }
      }
      // EF.ATR/INFO, EF.CardAccess, EF.DIR, and no other.
      #expect(readable == [0x01, 0x1C, 0x1E])
    }
    for file in UInt16.min...0x3F00 {
      let name = [UInt8](bigEndian: file, width: 2)
      #expect(await alike(cards, [0x00, 0xA4, 0x02, 0x00, 0x02] + name + [0x00]))
      #expect(await alike(cards, [0x00, 0xB0, 0x00, 0x00, 0x00]))
    }
  }

  @Test("PACE is answered alike up to the random nonce, points and token", arguments: [2, 3, 4] as [UInt8])
  func pace(_ password: UInt8) async throws {
    let cards = try await cards()
    let variant = BERTLV(0x80, PACEParameters.ecdhGMAES128(.p256).oid).bytes
    let request = TerminalAccess.payout(try cards.0.pki.terminal([.canAllowed])).request
    let template = variant + BERTLV(0x83, [password]).bytes + request.objects.flatMap(\.bytes)
    #expect(await alike(cards, CommandAPDU(ins: 0x22, p1: 0xC1, p2: 0xA4, data: template).bytes))
    let generator = try Curve.p256.generator
    for (data, head) in [
      ([0x7C, 0x00], [0x7C, 0x12, 0x80, 0x10]),
      (BERTLV(0x7C, [BERTLV(0x81, generator)]).bytes, [0x7C, 0x43, 0x82, 0x41]),
      (BERTLV(0x7C, [BERTLV(0x83, generator)]).bytes, [0x7C, 0x43, 0x84, 0x41]),
    ] as [([UInt8], [UInt8])] {
      let command = CommandAPDU(cla: 0x10, ins: 0x86, data: data, expectedLength: 256).bytes
      for test in [cards.0, cards.1] {
        let answer = await test.card.process(command)
        #expect(answer.prefix(4) == head[...])
        #expect(answer.count == 4 + Int(head[3]) + 2)
        #expect(answer.suffix(2) == [0x90, 0x00])
      }
    }
    let token = BERTLV(0x7C, [BERTLV(0x85, [UInt8](repeating: 0, count: 8))]).bytes
    #expect(await alike(cards, CommandAPDU(ins: 0x86, data: token, expectedLength: 256).bytes))
  }
}
