import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// `card-application` §2: what moves the card date and what a card trusts.
@Suite("Card date and trust anchors")
struct CardDateTests {
  /// The card date as the next certificate states it.
  private func date(_ test: TestCard, _ id: UInt8, _ credential: TerminalCredential? = nil) async throws -> UInt32 {
    let credential = try credential ?? test.pki.terminal()
    let opened = try await test.inPayout(try await test.withPIN(.payout(credential)))
    // 2027-08-01, after every date of these tests.
    return try await test.certificate(try test.order(id: id, time: 1_817_078_400), in: opened).cardDate.yyyymmdd
  }

  private func link(_ pki: TestPKI, from: UInt32, until: UInt32) throws -> (CVCertificate, ECPrivateKey) {
    let key = try ECPrivateKey(generate: .p256)
    let certificate = try TestPKI.content(
      try TestPKI.name("ANSINH", 2), by: pki.anchor.content.holder, key.publicKey, .authority, .all,
      TestPKI.allPayoutRights, try pki.day(from), try pki.day(until)
    ).signed(by: pki.anchorKey)
    return (certificate, key)
  }

  @Test("A verifier's first day moves the card date forward, a terminal's never; it is kept over power-off")
  func verifier() async throws {
    let test = try await TestCard.make()
    let newer = try test.pki.makeVerifier(from: 20_261_215)
    let young = try test.pki.terminal(under: newer, from: 20_270_101)
    #expect(try await date(test, 1) == 20_261_101)
    #expect(try await date(test, 2, young) == 20_261_215)
    // An older verifier is taken and moves nothing back.
    #expect(try await date(test, 3) == 20_261_215)
    let again = try SoftCard(storage: test.storage)
    let session = try await CardSession.open(
      SoftCardChannel(again), .pin, password: TestCard.pin, terminal: .payout(try test.pki.terminal()))
    let payout = try await session.authorise(try test.order(id: 4, time: 1_817_078_400))
    #expect(payout.certificate.cardDate.yyyymmdd == 20_261_215)
  }

  @Test("A certificate that does not verify moves nothing")
  func forged() async throws {
    let test = try await TestCard.make()
    let forger = try TestPKI()
    let verifier = try test.pki.makeVerifier(from: 20_261_215, by: (test.pki.anchor, forger.anchorKey))
    let credential = try test.pki.terminal(under: verifier)
    let before = test.storage.octets
    #expect(try await eacRefusal { _ = try await test.withCAN(.payout(credential)) } == .authenticationFailed)
    #expect(test.storage.octets == before)
    #expect(try await date(test, 1) == 20_261_101)
  }

  @Test("A date that can't be kept is not moved, and the certificate is forgotten with it")
  func notKept() async throws {
    let test = try await TestCard.make()
    let credential = try test.pki.terminal(under: try test.pki.makeVerifier(from: 20_261_215))
    let access = TerminalAccess.payout(credential)
    let session = try await PACETerminal(test.channel, parameters: .ecdhGMAES128(.p256))
      .run(.can, password: test.made.secrets.can, request: access.request)
    let reference = BERTLV(0x83, credential.verifier.content.authority.octets).bytes
    let select = CommandAPDU(ins: 0x22, p1: 0x81, p2: 0xB6, data: reference)
    #expect(try await session.channel.transmit(select).status == .success)
    test.storage.fail(after: 0)
    let verify = CommandAPDU(ins: 0x2A, p2: 0xBE, data: credential.verifier.unwrapped)
    #expect(try await session.channel.transmit(verify).status == .memoryFailure)
    test.storage.fail(after: nil)
    let next = BERTLV(0x83, credential.verifier.content.holder.octets).bytes
    let selectNext = CommandAPDU(ins: 0x22, p1: 0x81, p2: 0xB6, data: next)
    #expect(try await session.channel.transmit(selectNext).status == .securityStatusNotSatisfied)
    #expect(try await date(test, 1) == 20_261_101)
  }

  @Test("A completion's issuer time moves it, never back")
  func completion() async throws {
    let test = try await TestCard.make()
    for (serial, offset, expected) in [(1, 40, 20_261_211), (2, 3, 20_261_211)] as [(UInt32, Int64, UInt32)] {
      var order = test.completion(serial: serial, counter: serial - 1)
      order.issuerTime = TestCard.time + offset * 86_400
      try await test.complete(order)
      #expect(try await date(test, UInt8(serial)) == expected)
    }
  }

  @Test("A link moves it and brings the new anchor before the old one; terminals under either are trusted")
  func links() async throws {
    let test = try await TestCard.make()
    let (link, key) = try link(test.pki, from: 20_270_110, until: 20_381_231)
    let verifier = try test.pki.makeVerifier(from: 20_270_110, by: (link, key))
    let linked = try test.pki.terminal(under: verifier, links: [link])
    func offered() async throws -> [HolderReference] {
      await test.card.reset()
      return try await PACETerminal(test.channel, parameters: .ecdhGMAES128(.p256))
        .run(.can, password: test.made.secrets.can, request: TerminalAccess.payout(linked).request).authorities
    }
    let old = test.pki.anchor.content.holder
    #expect(try await offered() == [old])
    // Without the link the card does not know the authority.
    let unlinked = try test.pki.terminal(under: verifier)
    do {
      _ = try await test.withCAN(.payout(unlinked))
      Issue.record("an unknown authority")
    } catch CardSessionError.eac(.unknownAuthority([old])) {}
    #expect(try await date(test, 1, linked) == 20_270_110)
    #expect(try await offered() == [link.content.holder, old])
    let again = try SoftCard(storage: test.storage)
    _ = try await OpenedCard.open(
      SoftCardChannel(again), .can, password: test.made.secrets.can, terminal: .payout(unlinked))
    #expect(try await date(test, 2, unlinked) == 20_270_110)
    #expect(try await date(test, 3) == 20_270_110)
    // Nobody is told without asking for a proof (TR-03110-3 B.11.1).
    await test.card.reset()
    let silent = try await PACETerminal(test.channel, parameters: .ecdhGMAES128(.p256))
      .run(.can, password: test.made.secrets.can)
    #expect(silent.authorities.isEmpty)
  }

  @Test("A link that can't be kept brings no anchor")
  func linkNotKept() async throws {
    let test = try await TestCard.make()
    let (link, key) = try link(test.pki, from: 20_270_110, until: 20_381_231)
    let linked = try test.pki.terminal(
      under: try test.pki.makeVerifier(from: 20_270_110, by: (link, key)), links: [link])
    await test.card.reset()
    test.storage.fail(after: 0)
    #expect(try await eacRefusal { _ = try await test.withCAN(.payout(linked)) } == .memoryFailure)
    test.storage.fail(after: nil)
    let session = try await PACETerminal(test.channel, parameters: .ecdhGMAES128(.p256))
      .run(.can, password: test.made.secrets.can, request: TerminalAccess.payout(linked).request)
    #expect(session.authorities == [test.pki.anchor.content.holder])
  }

  @Test("What has expired by the card date is refused, on its last day it is not", arguments: [false, true])
  func expired(_ isVerifier: Bool) async throws {
    let test = try await TestCard.make()
    let verifier = try test.pki.makeVerifier(until: isVerifier ? 20_261_210 : 20_361_231)
    let credential = try test.pki.terminal(under: verifier, until: isVerifier ? 20_361_231 : 20_261_210)
    for (serial, offset, status) in [(1, 39, nil), (2, 40, .authenticationFailed)] as [(UInt32, Int64, StatusWord?)] {
      var order = test.completion(serial: serial)
      order.issuerTime = TestCard.time + offset * 86_400
      try await test.complete(order)
      #expect(try await eacRefusal { _ = try await test.withCAN(.payout(credential)) } == status)
    }
  }

  @Test("A verifier from before the day of 8B is refused, over power-off and for good")
  func minimumDate() async throws {
    let test = try await TestCard.make()
    let newer = try test.pki.terminal(under: try test.pki.makeVerifier(from: 20_261_020))
    var order = test.completion()
    order.minimumVerifierDate = 20_261_020
    try await test.complete(order)
    let access = TerminalAccess.payout(try test.pki.terminal())
    #expect(try await eacRefusal { _ = try await test.withCAN(access) } == .authenticationFailed)
    // Neither none nor an earlier day in a later completion takes it back.
    for (serial, date) in [(2, 0), (3, 20_261_001)] as [(UInt32, UInt32)] {
      var later = test.completion(serial: serial)
      later.minimumVerifierDate = date
      try await test.complete(later)
      #expect(try await eacRefusal { _ = try await test.withCAN(access) } == .authenticationFailed)
    }
    let again = try SoftCard(storage: test.storage)
    let refused = try await eacRefusal {
      _ = try await OpenedCard.open(
        SoftCardChannel(again), .can, password: test.made.secrets.can, terminal: access)
    }
    #expect(refused == .authenticationFailed)
    _ = try await test.withCAN(.payout(newer))
  }

  @Test("Keys imported in a session are gone with it: by reset, by power-off, by the next PACE")
  func imported() async throws {
    let test = try await TestCard.make()
    let access = TerminalAccess.payout(try test.pki.terminal())
    let verifier = access.credential.verifier
    func open(_ channel: any CardChannel, over base: (any CardChannel)? = nil) async throws -> SecureMessagingChannel {
      try await PACETerminal(channel, parameters: .ecdhGMAES128(.p256))
        .run(.can, password: test.made.secrets.can, request: access.request, over: base).channel
    }
    func select(_ holder: HolderReference, _ channel: SecureMessagingChannel) async throws -> StatusWord {
      let data = BERTLV(0x83, holder.octets).bytes
      return try await channel.transmit(CommandAPDU(ins: 0x22, p1: 0x81, p2: 0xB6, data: data)).status
    }
    for ending in 0..<3 {
      await test.card.reset()
      let session = try await open(test.channel)
      #expect(try await select(verifier.content.authority, session) == .success)
      let verify = CommandAPDU(ins: 0x2A, p2: 0xBE, data: verifier.unwrapped)
      #expect(try await session.transmit(verify).status == .success)
      #expect(try await select(verifier.content.holder, session) == .success)
      let next: SecureMessagingChannel
      switch ending {
      case 0:
        await test.card.reset()
        next = try await open(test.channel)
      case 1: next = try await open(SoftCardChannel(try SoftCard(storage: test.storage)))
      default: next = try await open(session, over: test.channel)
      }
      #expect(try await select(verifier.content.holder, next) == .referencedDataNotFound)
    }
  }
}
