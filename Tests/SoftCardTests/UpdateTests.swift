import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// `card-application` §1, §3: post-issuance updates, SCP03 inside PACE.
@Suite("Updates after delivery")
struct UpdateTests {
  private func card() async throws -> TestCard { try await TestCard.make(identity: try IdentityTests.person()) }

  @Test("Holder, photo and data groups change with the holder's PIN; the groups that were not named stay")
  func wholeUpdate() async throws {
    let test = try await card()
    let before = try await test.contents()
    #expect(before.photo == nil)
    let script = try test.script(TestCard.wholeUpdate())
    try await test.obeys(script)
    let after = try await test.afterPowerCut().contents()
    #expect(after.holder == (try TestCard.newHolder().bytes))
    #expect(after.photo == TestCard.newPhoto)
    #expect(after.identity.fullName == "Nguyễn Thị Hòa Bình")
    #expect(after.identity.groups.count == before.identity.groups.count + 1)
    // And once more in the next session, which is the next counter's.
    try await test.obeys(try test.script([.holder: Array(before.holder)], counter: 4))
    #expect(try await test.contents().holder == before.holder)
  }

  @Test("A terminal with the payout right may relay one under the CAN when the CAN is allowed")
  func terminalRight() async throws {
    let test = try await card()
    let credential = try test.pki.terminal([.canAllowed], payout: .online)
    let session = try await test.withCAN(.payout(credential)).payout()
    let script = try test.script([.holder: try TestCard.newHolder().bytes])
    let played = await session.relay(script.relayed)
    guard case .done(let answers) = try test.verdict(script, played) else {
      Issue.record("\(played.end)")
      return
    }
    #expect(answers == [ResponseAPDU(status: .success)])
    #expect(try await session.holder() == (try TestCard.newHolder()))
  }

  @Test("Before the holder has a PIN, too: the terminal's right is enough")
  func beforeActivation() async throws {
    let test = try await TestCard.make(isActive: false)
    let access = TerminalAccess.payout(try test.pki.terminal([.canAllowed], payout: .offline))
    let session = try await test.withCAN(access).payout()
    let script = try test.script([.holder: try TestCard.newHolder().bytes])
    _ = await session.relay(script.relayed)
    #expect(try await session.holder() == (try TestCard.newHolder()))
  }

  @Test("Whoever has neither the PIN nor the right moves nothing, not even the sequence counter")
  func noRight() async throws {
    let test = try await card()
    let script = try test.script(TestCard.wholeUpdate()).relayed
    let weak: [TerminalAccess?] = [
      nil, .payout(try test.pki.terminal(payout: .online)), .payout(try test.pki.terminal([.canAllowed], payout: [])),
      .identity(try test.pki.terminal([.canAllowed, .readAll], payout: []), test.chipTrust),
    ]
    for access in weak {
      let opened = try await test.inPayout(try await test.withCAN(access))
      for command in [TestCard.initialize, script.commands[0]] {
        try await test.expect(.securityStatusNotSatisfied, command, in: opened)
      }
      for ins: UInt8 in [0x82, 0xE2, 0xF0] {
        let command = CommandAPDU(cla: 0x80, ins: ins, p1: 0x33, data: [UInt8](repeating: 1, count: 16))
        try await test.expect(.securityStatusNotSatisfied, command, in: opened)
      }
    }
    // The PUK and the transport PIN do not even select the application.
    try await test.expect(.conditionsNotSatisfied, TestCard.initialize, in: try await test.withPUK())
    let fresh = try await TestCard.make(isActive: false)
    try await fresh.expect(.conditionsNotSatisfied, TestCard.initialize, in: try await fresh.withTransportPIN())
    try await test.expect(.conditionsNotSatisfied, TestCard.initialize, in: try await test.withPIN())
    try await test.obeys(try test.script(TestCard.wholeUpdate()))
  }

  @Test("Outside a session the domain stays silent, and SCP03's own class is no way round it")
  func outside() async throws {
    let test = try await card()
    let script = try test.script(TestCard.wholeUpdate()).relayed
    _ = try await test.withPIN().payout()
    for command in script.commands {
      let answer = try await test.channel.transmit(command)
      #expect(answer.status.isError && answer.data.isEmpty)
    }
    try await test.obeys(try test.script(TestCard.wholeUpdate()))
  }

  @Test("A script for another counter changes nothing, costs no try, and tells the counter for the next one")
  func otherCounter() async throws {
    let test = try await card()
    let before = try await test.contents()
    for round in 0..<12 as Range<UInt32> {
      let script = try test.script(TestCard.wholeUpdate(), counter: 50)
      let played = try await test.withPIN().payout().relay(script.relayed)
      guard case .otherSession = played.end else {
        Issue.record("\(played.end)")
        return
      }
      #expect(played.answers.responses.count == 1)
      #expect(try test.verdict(script, played) == .otherCounter(TestCard.firstUpdate + round))
      var request = script.request
      request.sequenceCounter = TestCard.firstUpdate + round
      let isGenuine = try script.isGenuine(played.answers, secrets: try test.secrets(request))
      #expect(isGenuine)
    }
    #expect(try await test.contents() == before)
    try await test.obeys(try test.script(TestCard.wholeUpdate(), counter: TestCard.firstUpdate + 12))
  }

  @Test("A script played a second time, and one for another card, change nothing")
  func replayedAndForeign() async throws {
    let pki = try TestPKI()
    let (test, other) = (try await TestCard.make(pki: pki), try await TestCard.make(pki: pki, person: 2))
    let script = try test.script([.holder: try TestCard.newHolder().bytes])
    let foreign = try await other.withPIN().payout().relay(script.relayed)
    #expect(try test.verdict(script, foreign) == .otherCard)
    try await test.obeys(script)
    let back = try test.script([.holder: try TestCard.order().holder.bytes], counter: 4)
    try await test.obeys(back)
    let again = try await test.withPIN().payout().relay(script.relayed)
    #expect(try test.verdict(script, again) == .otherCounter(5))
    // A terminal that goes on all the same costs a try and changes nothing.
    let opened = try await test.inPayout(try await test.withPIN())
    var statuses: [StatusWord] = []
    for command in script.relayed.commands {
      var plain = command
      plain.cla = 0x80
      statuses.append(try await opened.channel.transmit(plain).status)
    }
    #expect(statuses == [.success, .authenticationFailed, .conditionsNotSatisfied])
    #expect(try await test.withPIN().payout().holder() == (try TestCard.order().holder))
  }

  @Test("Ten wrong authentications end updates for good; a right one gives all ten back")
  func tries() async throws {
    let test = try await card()
    let wrong = CommandAPDU(cla: 0x80, ins: 0x82, p1: 0x33, data: [UInt8](repeating: 1, count: 16))
    func fail(_ count: Int) async throws {
      let opened = try await test.inPayout(try await test.withPIN())
      for _ in 0..<count {
        try await test.expect(.success, TestCard.initialize, in: opened)
        #expect(try await opened.channel.transmit(wrong).status == .authenticationFailed)
        // The session is over: a second attempt needs a new challenge.
        try await test.expect(.conditionsNotSatisfied, wrong, in: opened)
      }
    }
    try await fail(9)
    try await test.obeys(try test.script([.holder: try TestCard.newHolder().bytes], counter: 12))
    try await fail(10)
    let opened = try await test.inPayout(try await test.withPIN())
    try await test.expect(.authenticationBlocked, TestCard.initialize, in: opened)
    _ = try await test.openWithPIN().authorise(try test.order())
  }

  @Test("The try is gone before the cryptogram is looked at, also when the power is cut there")
  func triesWithoutPower() async throws {
    let test = try await card()
    let wrong = CommandAPDU(cla: 0x80, ins: 0x82, p1: 0x33, data: [UInt8](repeating: 1, count: 16))
    for _ in 0..<10 {
      let cut = try test.afterPowerCut()
      let opened = try await cut.inPayout(try await cut.withPIN())
      try await cut.expect(.success, TestCard.initialize, in: opened)
      test.storage.fail(after: 0)
      #expect(try await opened.channel.transmit(wrong).status == .memoryFailure)
    }
    let cut = try test.afterPowerCut()
    let opened = try await cut.inPayout(try await cut.withPIN())
    // Nothing was kept, so nothing was looked at: no try is lost either.
    try await cut.expect(.success, TestCard.initialize, in: opened)
    #expect(try await opened.channel.transmit(wrong).status == .authenticationFailed)
  }

  @Test("A card for short APDUs takes the longest photo in parts")
  func inParts() async throws {
    let test = try await card()
    let short = try SoftCard(storage: test.storage, lengthFields: .short)
    let channel = FittedChannel(SoftCardChannel(short))
    let session = try await CardSession.open(channel, .pin, password: TestCard.pin)
    let script = try test.script(TestCard.wholeUpdate())
    let played = await session.relay(script.relayed)
    guard case .done = try test.verdict(script, played) else {
      Issue.record("\(played.end)")
      return
    }
    #expect(channel.usesExtendedLength == false)
    #expect(try await test.afterPowerCut().contents().photo == TestCard.newPhoto)
  }

  @Test("Every key length in every mode", arguments: SCP03Mode.allCases, AESKeyLength.allCases)
  func everyMode(_ mode: SCP03Mode, _ length: AESKeyLength) async throws {
    let channels = "pace-cipher: aes-128\nscp03: { key-length: \(length.rawValue), mode: \(mode.name.lowercased()) }\n"
    let test = try await TestCard.make(channels: channels)
    let request = test.request(mode: mode)
    let update = try #require(CardUpdate(contents: [.holder: TestCard.newHolder().bytes, .photo: TestCard.newPhoto]))
    let script = try SCP03Script(
      request, secrets: try test.secrets(request, length: length), commands: update.commands)
    let played = try await test.withPIN().payout().relay(script.relayed)
    guard case .done = try script.verify(played.answers, secrets: try test.secrets(request, length: length)) else {
      Issue.record("\(played.end)")
      return
    }
    #expect(try await test.withPIN().payout().holder() == (try TestCard.newHolder()))
  }
}

extension TestCard {
  func script(_ contents: [DataGrouping: [UInt8]], counter: UInt32 = firstUpdate) throws -> SCP03Script {
    try script(try #require(CardUpdate(contents: contents)), counter: counter)
  }
}
