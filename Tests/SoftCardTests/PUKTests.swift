import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// `card-application` §2: suspended, blocked, and the way back.
@Suite("Blocked PINs and the PUK")
struct PUKTests {
  private struct Unexpected: Error {}

  private func block(_ test: TestCard) async throws {
    for _ in 0..<2 { _ = await test.pinError("000000") }
    guard case .wrongPassword(triesLeft: 0)? = await test.pinError("000000", resuming: true) else { throw Unexpected() }
  }

  @Test("The CAN resumes a suspended PIN in its own session, and in no later one")
  func sameSession() async throws {
    let test = try await TestCard.make()
    for _ in 0..<2 { _ = await test.pinError("000000") }
    _ = try await test.withCAN()
    guard case .suspended? = await test.pinError("246810") else { throw Unexpected() }
    // Without power-off: the plain command that begins the next session ends the one with the CAN.
    _ = try await test.withCAN()
    do {
      _ = try await OpenedCard.open(test.channel, .pin, password: TestCard.pin)
      Issue.record("resumed by a session that was over")
    } catch CardSessionError.pace(.suspended) {}
    // Nor does the PUK resume it, or a PIN session that was opened before.
    do {
      _ = try await PACETerminal(try await test.withPUK().channel, parameters: .ecdhGMAES128(.p256))
        .run(.pin, password: TestCard.pin)
      Issue.record("resumed by the PUK")
    } catch PACEError.suspended {}
    #expect(await test.pinError("246810", resuming: true) == nil)
    guard case .wrongPassword(triesLeft: 2)? = await test.pinError("000000") else { throw Unexpected() }
  }

  @Test("Tries count down across power-off, each on the disk before its token is compared")
  func counted() async throws {
    let test = try await TestCard.make()
    guard case .wrongPassword(triesLeft: 2)? = await test.pinError("000000") else { throw Unexpected() }
    let octets = try #require(test.storage.octets)
    #expect(try CardStates.triesLeft(octets) == 2)
    // Power fails right after the try was taken: nothing was compared, the try is gone.
    test.storage.fail(after: 1)
    _ = await test.pinError("246810")
    test.storage.fail(after: nil)
    #expect(try CardStates.triesLeft(try #require(test.storage.octets)) == 1)
    let again = try SoftCard(storage: test.storage)
    do {
      _ = try await OpenedCard.open(SoftCardChannel(again), .pin, password: TestCard.pin)
      Issue.record("a suspended PIN opened a session")
    } catch CardSessionError.pace(.suspended) {}
  }

  @Test("A blocked PIN stays blocked with the CAN, is unblocked by the PUK, and keeps its digits")
  func unblock() async throws {
    let test = try await TestCard.make()
    try await block(test)
    guard case .blocked? = await test.pinError("246810", resuming: true) else { throw Unexpected() }
    try await test.expect(.success, .unblock, in: try await test.withPUK())
    #expect(await test.pinError("246810") == nil)
    guard case .wrongPassword(triesLeft: 2)? = await test.pinError("000000") else { throw Unexpected() }
  }

  @Test("A terminal with PIN management unblocks too, after Chip Authentication, and uses up no PUK")
  func unblockByTerminal() async throws {
    let test = try await TestCard.make()
    try await block(test)
    let access = TerminalAccess.pinManagement(try test.pki.terminal(.pinManagement, payout: []), test.chipTrust)
    let early = TerminalAccess(credential: access.credential, request: access.request, chipTrust: nil)
    try await test.expect(.securityStatusNotSatisfied, .unblock, in: try await test.withCAN(early))
    try await test.expect(.success, .unblock, in: try await test.withCAN(access))
    #expect(await test.pinError("246810") == nil)
    let opened = try await test.withPUK()
    for _ in 0..<10 { try await test.expect(.success, .unblock, in: opened) }
  }

  @Test("Ten uses of the PUK, counted across power-off; then it opens no session any more")
  func tenUses() async throws {
    let test = try await TestCard.make()
    for _ in 0..<4 { try await test.expect(.success, .unblock, in: try await test.withPUK()) }
    let again = try SoftCard(storage: test.storage)
    let opened = try await OpenedCard.open(SoftCardChannel(again), .puk, password: test.made.secrets.puk)
    for _ in 0..<6 { try await test.expect(.success, .unblock, in: opened) }
    try await test.expect(.authenticationBlocked, .unblock, in: opened)
    await again.reset()
    do {
      _ = try await OpenedCard.open(SoftCardChannel(again), .puk, password: test.made.secrets.puk)
      Issue.record("an eleventh use")
    } catch CardSessionError.pace(.blocked) {}
    // On the wire: 63C0 (§2).
    await again.reset()
    let puk = BERTLV(0x80, PACEParameters.ecdhGMAES128(.p256).oid).bytes + BERTLV(0x83, [4]).bytes
    let answer = await again.process(CommandAPDU(ins: 0x22, p1: 0xC1, p2: 0xA4, data: puk).bytes)
    #expect(answer == [0x63, 0xC0])
  }

  @Test("A use that can't be kept unblocks nothing")
  func notKept() async throws {
    let test = try await TestCard.make()
    try await block(test)
    let opened = try await test.withPUK()
    test.storage.fail(after: 0)
    #expect(try await opened.channel.transmit(.unblock).status == .memoryFailure)
    test.storage.fail(after: nil)
    guard case .blocked? = await test.pinError("246810", resuming: true) else { throw Unexpected() }
    let next = try await test.withPUK()
    for _ in 0..<10 { try await test.expect(.success, .unblock, in: next) }
  }

  @Test("The PUK opens nothing else, at a terminal with every right either")
  func nothingElse() async throws {
    let test = try await TestCard.make(identity: try IdentityTests.person())
    let payout = TerminalAccess.payout(try test.pki.terminal([.canAllowed], payout: TestPKI.allPayoutRights))
    let identity = TerminalAccess.identity(try test.pki.terminal([.canAllowed, .readAll]), test.chipTrust)
    for access in [nil, payout, identity] {
      let opened = try await test.withPUK(access)
      try await test.expect(.securityStatusNotSatisfied, .selectPayout, in: opened)
      try await test.expect(.securityStatusNotSatisfied, .setPIN("111111"), in: opened)
      try await test.expect(.conditionsNotSatisfied, .status, in: opened)
      try await test.expect(.conditionsNotSatisfied, .complete(try test.sign(test.completion())), in: opened)
      try await test.expect(.success, .selectIdentity, in: opened)
      try await test.expect(.securityStatusNotSatisfied, .read(EIDDataGroup.givenNames), in: opened)
      try await test.expect(.wrongLength, CommandAPDU(ins: 0x2C, p1: 0x03, p2: 0x03, data: [0x31]), in: opened)
    }
  }
}

/// What the tests read of a stored state, without the card.
enum CardStates {
  /// Tries left of the PIN: first octet of DO 87 in the stored state.
  static func triesLeft(_ octets: [UInt8]) throws -> UInt8? {
    try BERTLV.sequence(octets).first { $0.tag == 0x87 }?.value.first
  }
}
