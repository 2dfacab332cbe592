import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

@Suite("The card's dispatcher")
struct DispatcherTests {
  private func send(_ card: SoftCard, _ hex: String) async throws -> ResponseAPDU {
    try ResponseAPDU(parsing: await card.process(try #require([UInt8](hex: hex))))
  }

  @Test("A fresh card answers SELECT MF and its generic files, and has nothing of its own to tell")
  func freshCard() async throws {
    let card = try SoftCard(storage: MemoryStorage())
    #expect(try await send(card, "00A4000C023F00").status == .success)
    #expect(try await send(card, "00A4000C").status == .success)
    let access = try await send(card, "00B09C0000")
    #expect(access.status == .success)
    #expect(try CardAccess.offers(.ecdhGMAES128(.p256), in: access.data))
    #expect(try await send(card, "00A40200022F0000").status == .success)
    #expect(try await send(card, "00B0000000").status == .success)
    #expect(try await send(card, "00A4040008F0414E53494E480100").status == .securityStatusNotSatisfied)
  }

  @Test("Before PACE two delivered cards answer alike")
  func nothingUnique() async throws {
    let (one, two) = (try await TestCard.make(), try await TestCard.make())
    let probes = [
      "00A4000C", "00B09C0000", "00B09E0000", "00B0810000", "00A4040008A00000015100000000",
      "80500000081122334455667788",
      "80CA9F7F00", "80CA006600", "80CA004500", "00CA010100", "00A4040008F0414E53494E480100", "00B0810000",
      "8044000000",
      "8040010000", "00B2013400",
    ]
    for probe in probes {
      let octets = try #require([UInt8](hex: probe))
      #expect(await one.card.process(octets) == (await two.card.process(octets)), "\(probe)")
    }
  }

  @Test("After delivery the security domain is silent, and a second personalisation is refused")
  func silentDomain() async throws {
    let test = try await TestCard.make()
    #expect(try await send(test.card, "00A4040008A00000015100000000").status == .success)
    #expect(try await send(test.card, "8050000008112233445566778800").status == .conditionsNotSatisfied)
    let personaliser = try TestCard.makePersonaliser(test.completionKey)
    await #expect(throws: PersonalisationError.self) {
      try await personaliser.personalise(test.channel, try TestCard.order())
    }
  }

  @Test("Wrong SCP03 keys cost a try before anything else, and ten of them lock the domain")
  func wrongKeys() async throws {
    let card = try SoftCard(storage: MemoryStorage())
    let wrong = SCP03KeySet(
      version: 0xFF, encryption: SecretBytes([UInt8](repeating: 1, count: 16)),
      mac: SecretBytes([UInt8](repeating: 2, count: 16)), dataEncryption: SecretBytes([UInt8](repeating: 3, count: 16)))
    let channel = SoftCardChannel(card)
    _ = try await send(card, "00A4040008A00000015100000000")
    for _ in 0..<10 {
      let update = try await SCP03Host.initialize(channel)
      do {
        _ = try await SCP03Host.open(channel, answering: update, keys: wrong)
        Issue.record("wrong keys opened a session")
      } catch SCP03Error.wrongKeys {}
    }
    #expect(try await send(card, "8050000008112233445566778800").status == .authenticationBlocked)
  }

  @Test("A personalisation broken at any APDU leaves a card that can't be opened and that can be made again")
  func brokenPersonalisation() async throws {
    let personaliser = try TestCard.makePersonaliser(try ECPrivateKey(generate: .p256))
    let pace = [UInt8](hex: "0022C1A40F800A04007F00070202040202830103") ?? []
    for cut in 1..<40 {
      let card = try SoftCard(storage: MemoryStorage())
      let channel = CutChannel(SoftCardChannel(card), after: cut)
      let made = try? await personaliser.personalise(channel, try TestCard.order())
      await card.reset()
      guard made == nil else {
        #expect(cut >= 11)
        return
      }
      guard await !card.isDelivered else { continue }
      #expect(await card.process(pace) != [0x90, 0x00], "cut after \(cut)")
      let again = try await personaliser.personalise(SoftCardChannel(card), try TestCard.order())
      await card.reset()
      _ = try await OpenedCard.open(SoftCardChannel(card), .pin, password: again.secrets.pin)
    }
    Issue.record("a personalisation takes more than 40 APDUs")
  }

  @Test("Random octets, truncated and altered commands get an answer of at least two octets and never a payout")
  func garbage() async throws {
    let test = try await TestCard.make()
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let octets = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      #expect(await test.card.process(octets).count >= 2)
    }
    let seeds = [
      "00A4040008F0414E53494E480100", "0022C1A40F800A04007F00070202040202830103", "10860000027C0000", "00B09C0000",
      "0C86000000", "8C40010000000A9700970200008E0801020304050607080000", "8050000008112233445566778800",
      "84E2810010000102030405060708090A0B0C0D0E0F",
    ]
    for seed in seeds {
      let octets = try #require([UInt8](hex: seed))
      for end in 0...octets.count { #expect(await test.card.process(Array(octets[..<end])).count >= 2) }
      for position in octets.indices {
        for bit in 0..<8 {
          var changed = octets
          changed[position] ^= 1 << bit
          #expect(await test.card.process(changed).count >= 2)
        }
      }
    }
    let session = try await test.openWithPIN()
    #expect(try await session.status().counter == 0)
    // And truncated or altered orders inside a good session.
    let order = try test.order().bytes
    let opened = try await test.atPoint()
    try await test.expect(.success, .selectPayout, in: opened)
    for end in 0..<order.count {
      let command = CommandAPDU(cla: 0x80, ins: 0x40, p1: 1, data: Array(order[..<end]), expectedLength: 65_536)
      try await test.expect(.incorrectData, command, in: opened)
    }
    let status = try await test.expect(.success, .status, in: opened)
    #expect(try PayoutStatus(parsing: status).counter == 0)
  }

  @Test("A plain command in a session ends it and every right in it")
  func plainCommandEndsSession() async throws {
    let test = try await TestCard.make()
    let session = try await test.openWithPIN()
    #expect(try await send(test.card, "00B09C0000").status == .success)
    await #expect(throws: CardSessionError.self) { try await session.status() }
    #expect(try await send(test.card, "8044000000").status != .success)
  }
}

/// Fails for good after a number of exchanges, as a card that is pulled.
struct CutChannel: CardChannel {
  private let base: any CardChannel
  private let left: Left

  private actor Left {
    var count: Int
    init(_ count: Int) { self.count = count }
    func take() -> Bool {
      count -= 1
      return count >= 0
    }
  }

  init(_ base: any CardChannel, after count: Int) {
    self.base = base
    left = Left(count)
  }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    guard await left.take() else { throw .cardLost(.removed) }
    return try await base.transmit(command)
  }
}
