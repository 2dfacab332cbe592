import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// `card-application` §10, GlobalPlatform 2.3 §5.1.1: CARD_LOCKED and TERMINATED.
@Suite("The card's end of life")
struct LockedCardTests {
  @Test("A locked card pays, tells and changes nothing, and opens again by the office's word")
  func lock() async throws {
    let test = try await TestCard.make(identity: try IdentityTests.person())
    try await test.complete(test.completion())
    let before = try await test.contents()
    try await test.obeys(try test.script(.lock))
    let opened = try await test.atPoint()
    let selected = try await opened.channel.transmit(.selectPayout)
    #expect(selected.status == .deactivated)
    #expect(try PayoutSelection(parsing: selected.data).cardNumber == test.made.cardNumber)
    let refused: [CommandAPDU] = [
      .authorise(try test.order()), .complete(try test.sign(test.completion(serial: 2))), .status, .lastCertificate(1),
      .newestRecord, .setPIN("135790"), .unblock, .selectIdentity,
    ]
    for command in refused + PayoutFile.allCases.map({ .read($0) }) {
      try await test.expect(.conditionsNotSatisfied, command, in: opened)
    }
    await #expect(throws: CardSessionError.self) { try await test.openWithPIN() }
    // No data either, until it is unlocked; then in the same script.
    let update = try #require(CardUpdate(contents: [.holder: TestCard.newHolder().bytes], status: .lock))
    let locked = try await test.withPIN().payout(evenLocked: true)
    let script = try test.script(update, counter: 4)
    let played = await locked.relay(script.relayed)
    #expect(try test.verdict(script, played) == .refused(step: 2, status: .conditionsNotSatisfied))
    try await test.obeys(
      try test.script(
        try #require(CardUpdate(contents: [.holder: TestCard.newHolder().bytes], status: .unlock)), counter: 5))
    #expect(try await test.contents().holder == (try TestCard.newHolder().bytes))
    #expect(try await test.contents().identity == before.identity)
    _ = try await test.openWithPIN().authorise(try test.order())
  }

  @Test("The lock begins with its answer, in the same session, and is there after a loss of power")
  func lockAtOnce() async throws {
    let test = try await TestCard.make()
    let session = try await test.openWithPIN()
    let script = try test.script(.lock)
    let played = await session.relay(script.relayed)
    guard case .done = try test.verdict(script, played) else {
      Issue.record("\(played.end)")
      return
    }
    await #expect(throws: CardSessionError.self) { try await session.authorise(try test.order()) }
    let again = try test.afterPowerCut()
    await #expect(throws: CardSessionError.self) { try await again.openWithPIN() }
    // What is so already is no error: the answer may have been lost.
    try await again.obeys(try again.script(.lock, counter: 4))
    try await again.obeys(try again.script(.unlock, counter: 5))
    try await again.obeys(try again.script(.unlock, counter: 6))
    _ = try await again.openWithPIN()
  }

  @Test("From afar a locked card is like any other")
  func lockedFromAfar() async throws {
    let (test, other) = (try await TestCard.make(), try await TestCard.make())
    try await test.obeys(try test.script(.lock))
    await test.card.reset()
    await other.card.reset()
    for ins in UInt8.min...0xFF {
      for (cla, p1, p2) in [(0x00, 0, 0), (0x80, 0, 0), (0x00, 0x9C, 0), (0x00, 0x81, 0x34)] as [(UInt8, UInt8, UInt8)]
      {
        let probe: [UInt8] = [cla, ins, p1, p2, 0x00]
        let (one, two) = (await test.card.process(probe), await other.card.process(probe))
        #expect(one == two, "\(probe)")
      }
    }
  }

  @Test("A terminated card is silent for ever, and is not terminated before its log is at the centre")
  func terminate() async throws {
    let test = try await TestCard.make(identity: try IdentityTests.person())
    _ = try await test.certificate(try test.order(), in: try await test.inPayout(try await test.atPoint()))
    try await test.refuses(
      try #require(CardUpdate(status: .terminate)).commands, counter: 3, .conditionsNotSatisfied)
    try await test.complete(test.completion(counter: 1))
    try await test.obeys(try test.script(.terminate, counter: 4))
    for card in [test.card, try test.afterPowerCut().card] {
      await card.reset()
      for ins in UInt8.min...0xFF {
        for cla: UInt8 in [0x00, 0x80, 0x84, 0x0C, 0x8C] {
          let answer = await card.process([cla, ins, 0x04, 0x00, 0x00])
          #expect(answer.count == 2 && answer != [0x90, 0x00])
        }
      }
      await #expect(throws: CardSessionError.self) {
        try await OpenedCard.open(SoftCardChannel(card), .pin, password: TestCard.pin)
      }
    }
  }

  @Test("A terminated application keeps its log, takes no data, and lets the card be terminated")
  func terminatedApplication() async throws {
    let test = try await TestCard.make()
    _ = try await test.certificate(try test.order(), in: try await test.inPayout(try await test.atPoint()))
    var last = test.completion(counter: 1)
    last.state = .terminated
    try await test.complete(last)
    let session = try await test.openWithPIN()
    #expect(try await session.logRecord(1).isEmpty == false)
    let script = try test.script([.holder: try TestCard.newHolder().bytes])
    let played = await session.relay(script.relayed)
    #expect(try test.verdict(script, played) == .refused(step: 2, status: .conditionsNotSatisfied))
    try await test.obeys(try test.script(.terminate, counter: 4))
  }

  @Test("SET STATUS to anything else, or of anything else, is refused")
  func otherStates() async throws {
    let test = try await TestCard.make(identity: try IdentityTests.person())
    var counter = TestCard.firstUpdate
    for p2: UInt8 in [0x00, 0x01, 0x07, 0x0E, 0x8F, 0x80] {
      let command = CommandAPDU(cla: 0x80, ins: 0xF0, p1: 0x80, p2: p2, expectedLength: 256)
      try await test.refuses([command], counter: counter, .incorrectP1P2)
      counter += 1
    }
    for p1: UInt8 in [0x00, 0x40, 0x60] {
      let command = CommandAPDU(cla: 0x80, ins: 0xF0, p1: p1, p2: 0x7F, expectedLength: 256)
      try await test.refuses([command], counter: counter, .incorrectP1P2)
      counter += 1
    }
  }
}
