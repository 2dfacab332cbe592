import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// A reader with a pad on which fixed codes are typed.
private struct TypedReader: ReaderPACE {
  let firmware: PadFirmware
  let codes: [PACEPasswordReference: [UInt8]]

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    try await firmware.transmit(command)
  }

  func openPACE(_ reference: PACEPasswordReference) async throws(CardSessionError) {
    do throws(PACEError) {
      try await firmware.open(reference, typed: SecretBytes(codes[reference] ?? []))
    } catch {
      throw .pace(error)
    }
  }
}

/// A card of which only EF.CardAccess is known, if that.
private struct OtherCard: CardChannel {
  let cardAccess: [UInt8]?

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    guard command.ins == 0xB0, let cardAccess else { return ResponseAPDU(status: .fileNotFound) }
    return ResponseAPDU(data: cardAccess, status: .success)
  }
}

@Suite("Sessions that the reader opens")
struct ReaderSessionTests {
  private let test: TestCard
  private let firmware: PadFirmware

  init() async throws {
    test = try await TestCard.make()
    firmware = PadFirmware(test.channel)
  }

  private func reader(pin: String = "246810") -> TypedReader {
    let secrets = test.made.secrets
    return TypedReader(
      firmware: firmware,
      codes: [
        .pin: Array(pin.utf8), .can: secrets.can.withOctets { $0 }, .puk: secrets.puk.withOctets { $0 },
      ])
  }

  /// The card powered anew.
  private func reset() async {
    await test.card.reset()
    await firmware.drop()
  }

  @Test("It reads, completes, and changes the PIN; its commands leave this computer in the clear")
  func works() async throws {
    let card = try await OpenedCard.openByReader(reader(), .pin)
    #expect(card.ephemeralPoints.isEmpty)
    let session = try await card.payout()
    #expect(!session.isTied && session.cardNumber == test.made.cardNumber)
    #expect(try await session.holder().name == "Nguyễn Thị Hòa")
    let (receipt, _) = try await session.complete(try test.sign(test.completion()))
    #expect(receipt.serial == 1)
    try await card.setPIN(SecretBytes(Array("135791".utf8)))
    #expect(await firmware.commands.allSatisfy { $0.cla & 0x0C == 0 })
    await reset()
    guard case .pace(.wrongPassword(triesLeft: 2)) = await failure(reader()) else { throw Unexpected() }
    await reset()
    _ = try await OpenedCard.openByReader(reader(pin: "135791"), .pin).payout()
  }

  @Test("It never authorises, and nothing is asked of the card then")
  func neverAuthorises() async throws {
    let session = try await OpenedCard.openByReader(reader(), .pin).payout()
    let before = await firmware.commands.count
    do throws(CardSessionError) {
      _ = try await session.authorise(try Self.order(test))
      Issue.record("an order was taken")
    } catch {
      guard case .untiedSession = error else { throw error }
    }
    #expect(await firmware.commands.count == before)
  }

  private static func order(_ test: TestCard) throws(CardSessionError) -> PayoutOrder {
    do {
      return try test.order()
    } catch {
      throw .notThisScheme
    }
  }

  @Test("No certificate is of such a session, not even one over the hash of nothing")
  func nothingIsTied() async throws {
    let signed = try await test.openWithPIN().authorise(try test.order())
    await reset()
    let session = try await OpenedCard.openByReader(reader(), .pin).payout()
    var certificate = signed.certificate
    #expect(!session.isFromThisSession(certificate))
    certificate.sessionHash = Digest.sha256.hash([])
    #expect(!session.isFromThisSession(certificate))
  }

  @Test("The PUK unblocks; the CAN before the PIN resumes a suspended one")
  func passwords() async throws {
    for left in [2, 1] {
      guard case .pace(.wrongPassword(left)) = await failure(reader(pin: "000000")) else { throw Unexpected() }
      await reset()
    }
    guard case .pace(.suspended) = await failure(reader()) else { throw Unexpected() }
    await reset()
    _ = try await OpenedCard.openByReader(reader(), .pin, resumesWithCAN: true).payout()
    for _ in 0..<2 {
      await reset()
      _ = await failure(reader(pin: "000000"))
    }
    await reset()
    guard case .pace(.wrongPassword(triesLeft: 0)) = await failure(reader(pin: "000000"), resumes: true) else {
      throw Unexpected()
    }
    await reset()
    guard case .pace(.blocked) = await failure(reader()) else { throw Unexpected() }
    await reset()
    try await OpenedCard.openByReader(reader(), .puk).unblockPIN()
    await reset()
    _ = try await OpenedCard.openByReader(reader(), .pin).payout()
  }

  @Test("Nobody is asked to type for a card of another kind")
  func otherCard() async throws {
    let nothing = await failure(TypedReader(firmware: PadFirmware(OtherCard(cardAccess: nil)), codes: [:]))
    guard case .notThisScheme = nothing else { throw Unexpected() }
    let other = await failure(TypedReader(firmware: PadFirmware(OtherCard(cardAccess: [0x31, 0x00])), codes: [:]))
    guard case .pace(.parametersNotOffered) = other else { throw Unexpected() }
  }

  private func failure(_ reader: TypedReader, resumes: Bool = false) async -> CardSessionError? {
    do throws(CardSessionError) {
      _ = try await OpenedCard.openByReader(reader, .pin, resumesWithCAN: resumes)
      return nil
    } catch {
      return error
    }
  }

  private struct Unexpected: Error {}
}
