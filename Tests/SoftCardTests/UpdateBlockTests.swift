import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// STORE DATA after delivery (GlobalPlatform 2.3 §11.11), and what a loss of power leaves of it.
@Suite("Blocks of an update")
struct UpdateBlockTests {
  private func card() async throws -> TestCard { try await TestCard.make(identity: try IdentityTests.person()) }

  private func store(
    _ grouping: DataGrouping, _ data: [UInt8], p1: UInt8 = 0x81, p2: UInt8 = 0
  ) -> CommandAPDU {
    CommandAPDU(cla: 0x80, ins: 0xE2, p1: p1, p2: p2, data: grouping.encode(data), expectedLength: 256)
  }

  @Test("No PIN, key, certificate, rule or counter is stored after delivery")
  func otherGroupings() async throws {
    let test = try await card()
    let holder = try TestCard.newHolder().bytes
    var counter = TestCard.firstUpdate
    var contents: [DataGrouping: [UInt8]] = [:]
    contents[.cardInfo] = try await test.withPIN().payout().read(.cardInfo)
    contents[.payoutKeyCertificate] = test.made.certificate.der
    contents[.generatePayoutKey] = [1]
    contents[.generateChipKey] = [1]
    contents[.trustAnchor] = test.pki.anchor.bytes
    let key = IssuerKey(
      use: .completion, validFrom: CardDate(unixTime: TestCard.time), point: test.completionKey.publicKey.point)
    contents[.issuerKey] = key.bytes
    for grouping in DataGrouping.allCases where !grouping.isUpdatable {
      let block = store(grouping, contents[grouping] ?? [UInt8](repeating: 0x31, count: 16))
      try await test.refuses([block], counter: counter, .incorrectData)
      var last = block
      last.p2 = 1
      try await test.refuses([store(.holder, holder, p1: 0x01), last], counter: counter + 1, .incorrectData)
      counter += 2
    }
    #expect(DataGrouping.allCases.filter(\.isUpdatable) == [.holder, .photo, .identity])
  }

  @Test("PUT KEY and INSTALL are not taken in an update")
  func otherInstructions() async throws {
    let test = try await card()
    for ins: UInt8 in [0xD8, 0xE6, 0xE4, 0xCA, 0xF2] {
      let opened = try await test.inPayout(try await test.withPIN())
      let command = CommandAPDU(cla: 0x80, ins: ins, p1: 0x20, data: [0, 0, 0], expectedLength: 256)
      try await test.expect(.instructionNotSupported, command, in: opened)
    }
  }

  @Test("Blocks out of order, repeated, malformed or with another P1 are refused, and drop what waited")
  func order() async throws {
    let test = try await card()
    let (holder, photo) = (try TestCard.newHolder().bytes, [UInt8](repeating: 1, count: 20))
    let first = store(.holder, holder, p1: 0x01)
    let badOrder: [[CommandAPDU]] = [
      [store(.holder, holder, p1: 0x81, p2: 1)], [first, store(.photo, photo, p1: 0x81, p2: 0)],
      [first, store(.photo, photo, p1: 0x81, p2: 2)], [store(.holder, holder, p1: 0x80, p2: 0)],
      [store(.holder, holder, p1: 0x00, p2: 0)], [store(.holder, holder, p1: 0xE1, p2: 0)],
    ]
    let badData: [[CommandAPDU]] = [
      [first, store(.holder, holder, p1: 0x81, p2: 1)], [store(.holder, [], p1: 0x81, p2: 0)],
      [store(.holder, Array(holder.dropLast()), p1: 0x81, p2: 0)], [store(.identity, [], p1: 0x81, p2: 0)],
      [first, store(.identity, [0x61, 0x01, 0x00], p1: 0x81, p2: 1)],
      [first, CommandAPDU(cla: 0x80, ins: 0xE2, p1: 0x81, p2: 1, expectedLength: 256)],
    ]
    let lock = CommandAPDU(cla: 0x80, ins: 0xF0, p1: 0x80, p2: 0x7F)
    var counter = TestCard.firstUpdate
    func refuse(_ cases: [[CommandAPDU]], _ status: StatusWord) async throws {
      for commands in cases {
        try await test.refuses(commands, counter: counter, status)
        counter += 1
      }
    }
    try await refuse(badOrder, .incorrectP1P2)
    try await refuse(badData, .incorrectData)
    try await refuse([[first, lock]], .conditionsNotSatisfied)
  }

  @Test("Any other command between them ends the update")
  func nothingBetween() async throws {
    let test = try await card()
    let before = try await test.contents()
    var counter = TestCard.firstUpdate
    /// Sends `other` before the command at `place`, after which nothing of the update is taken.
    func interrupt(_ place: Int, by other: CommandAPDU) async throws {
      let script = try test.script(TestCard.wholeUpdate(), counter: counter)
      counter += 1
      let opened = try await test.inPayout(try await test.withPIN())
      for (step, command) in script.relayed.commands.enumerated() {
        if step == place { _ = try await opened.channel.transmit(other) }
        var plain = command
        plain.cla = 0x80
        let status = try await opened.channel.transmit(plain).status
        let expected: StatusWord = step < place ? .success : .conditionsNotSatisfied
        #expect(status == expected, "\(place), \(step)")
      }
    }
    for place in 1..<5 { try await interrupt(place, by: .read(.cardInfo)) }
    let challenge = CommandAPDU(ins: 0x84, expectedLength: 8)
    for other in [CommandAPDU.selectPayout, .status, challenge] { try await interrupt(4, by: other) }
    #expect(try await test.contents() == before)
  }

  @Test("A C-MAC over another class, or a bit changed anywhere, ends the update and changes nothing")
  func tampered() async throws {
    let test = try await card()
    let before = try await test.contents()
    var counter = TestCard.firstUpdate
    let length = try test.script([.holder: try TestCard.newHolder().bytes]).relayed.commands[2].data.count
    // Every seventh octet of the cryptogram and its MAC, then P1, then P2.
    for position in Array(stride(from: 0, to: length, by: 7)) + [length - 1, length, length + 1] {
      let script = try test.script([.holder: try TestCard.newHolder().bytes], counter: counter)
      let opened = try await test.inPayout(try await test.withPIN())
      var statuses: [StatusWord] = []
      for (step, command) in script.relayed.commands.enumerated() {
        var plain = command
        plain.cla = 0x80
        if step == 2 { Self.change(&plain, at: position) }
        statuses.append(try await opened.channel.transmit(plain).status)
      }
      #expect(statuses == [.success, .success, .secureMessagingObjectsIncorrect])
      counter += 1
    }
    #expect(try await test.contents() == before)
  }

  /// One bit of the data at `position`; behind them P1 and P2.
  private static func change(_ command: inout CommandAPDU, at position: Int) {
    switch position - command.data.count {
    case 0: command.p1 ^= 0x80
    case 1: command.p2 ^= 1
    default: command.data[position] ^= 0x40
    }
  }

  /// Sends a script to the card and stops after `count` commands, or at a refusal, as when the card is pulled out.
  private func play(_ script: RelayedScript, on opened: OpenedCard, until count: Int) async -> [StatusWord] {
    var statuses: [StatusWord] = []
    for command in script.commands.prefix(count) {
      var plain = command
      plain.cla = 0x80
      guard let answer = try? await opened.channel.transmit(plain) else { break }
      statuses.append(answer.status)
      guard answer.status.isSuccess else { break }
    }
    return statuses
  }

  @Test("Pulled after any command, the card has all of the old data or all of the new")
  func pulled() async throws {
    let test = try await card()
    let before = try await test.contents()
    let count = try test.script(TestCard.wholeUpdate()).relayed.commands.count
    #expect(count == 5)
    for cut in 0...count {
      // Each round but the first two has moved the counter.
      let counter = TestCard.firstUpdate + (cut == 0 ? 0 : UInt32(cut - 1))
      let script = try test.script(TestCard.wholeUpdate(), counter: counter)
      let now = try test.afterPowerCut()
      let opened = try await now.inPayout(try await now.withPIN())
      #expect(await play(script.relayed, on: opened, until: cut).allSatisfy(\.isSuccess))
      let after = try await test.afterPowerCut().contents()
      #expect((after == before) == (cut < count), "\(cut)")
      if cut == count { #expect(after.holder == (try TestCard.newHolder().bytes) && after.photo == TestCard.newPhoto) }
    }
  }

  @Test(
    "A storage that fails at any replacement, before or after it reached the disk, leaves old or new",
    arguments: [false, true])
  func failingStorage(_ late: Bool) async throws {
    let test = try await card()
    let before = try await test.contents()
    var counter = TestCard.firstUpdate
    for failing in 0..<5 {
      let now = try test.afterPowerCut()
      let opened = try await now.inPayout(try await now.withPIN())
      let script = try test.script(TestCard.wholeUpdate(), counter: counter)
      test.storage.fail(after: failing, late: late)
      let statuses = await play(script.relayed, on: opened, until: 5)
      // INITIALIZE UPDATE and EXTERNAL AUTHENTICATE keep what they count (1, and 2), the last block everything (1).
      #expect(statuses.allSatisfy(\.isSuccess) == (failing == 4))
      let after = try await test.afterPowerCut().contents()
      if after != before {
        #expect(failing == 4 || (late && failing == 3))
        #expect(after.holder == (try TestCard.newHolder().bytes) && after.photo == TestCard.newPhoto)
        return
      }
      counter = failing == 0 && !late ? counter : counter + 1
    }
    Issue.record("the update was never kept")
  }
}
