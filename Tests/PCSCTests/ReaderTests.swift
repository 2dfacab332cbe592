import ISO7816
import Synchronization
import Testing

@testable import PCSC

/// What only a real pcscd shows. One reader, so one test after the other.
@Suite(
  "PC/SC with a reader", .serialized,
  .enabled(if: VirtualReader.isAvailable, Comment(rawValue: VirtualReader.requirement)), .timeLimit(.minutes(5)))
struct ReaderTests {
  private let command = CommandAPDU(ins: 0xB0, expectedLength: 256)

  private func expectLoss(
    _ loss: CardLoss, _ connection: CardConnection, sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    let error = await #expect(throws: CardChannelError.self, sourceLocation: sourceLocation) {
      try await connection.transmit(command)
    }
    #expect(error?.loss == loss, sourceLocation: sourceLocation)
  }

  @Test("lists the readers, with their states")
  func list() async throws {
    let context = try await Context()
    #expect(await context.isValid)
    #expect(try await context.readers().contains(VirtualReader.name))
    let state = try #require(try await context.readerStates().first { $0.reader == VirtualReader.name })
    #expect(state.flags.contains(.empty) && !state.isCardPresent && state.atr == nil)
  }

  @Test("connects, asks for state and attributes, sends a command, disconnects")
  func connect() async throws {
    try await VirtualReader.withCard(respond: { .answer($0 + [0x90, 0x00]) }) { card, context in
      let connection = try await context.connect(to: VirtualReader.name)
      #expect(connection.reader == VirtualReader.name)
      #expect(connection.activeProtocol == .t1)
      let status = try await connection.status()
      #expect(status.readers == [VirtualReader.name])
      #expect(status.flags.contains([.present, .powered]))
      #expect(status.activeProtocol == .t1)
      #expect(status.atr.bytes == ScriptedCard.defaultATR)
      // vpcd knows few attributes; 0303 is the driver interface's own number of the answer to reset.
      #expect(try await connection.attribute(ReaderAttribute(rawValue: 0x0303)) == ScriptedCard.defaultATR)
      #expect(await connection.vendorName() == nil)
      let error = await #expect(throws: CardChannelError.self) {
        try await connection.attribute(ReaderAttribute(rawValue: 0x1234_5678))
      }
      #expect(error?.code == .unsupportedFeature)
      let response = try await connection.transmit(command)
      #expect(response == ResponseAPDU(data: command.bytes, status: .success))
      #expect(card.commands == [command.bytes])
      let resets = card.resets
      await connection.disconnect()
      await connection.disconnect()
      #expect(card.resets > resets)
      let closed = await #expect(throws: CardChannelError.self) { try await connection.transmit(command) }
      #expect(closed?.code == .invalidHandle)
    }
  }

  @Test("60,000 octets both ways")
  func extended() async throws {
    try await VirtualReader.withCard(respond: { .answer(Array($0[7..<60_007]) + [0x61, 0x00]) }) { _, context in
      let connection = try await context.connect(to: VirtualReader.name)
      let data = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
      let response = try await connection.transmit(CommandAPDU(ins: 0xD6, data: data, expectedLength: 65_536))
      #expect(response.data == data)
      #expect(response.status.sw1 == 0x61)
    }
  }

  @Test("over T=0 a command has no Le after data and always a P3")
  func characterProtocol() async throws {
    try await VirtualReader.withCard(atr: [0x3B, 0x00]) { card, context in
      let connection = try await context.connect(to: VirtualReader.name)
      #expect(connection.activeProtocol == .t0)
      _ = try await connection.transmit(CommandAPDU(ins: 0xA4, data: [0x3F, 0x00], expectedLength: 256))
      _ = try await connection.transmit(CommandAPDU(ins: 0x44))
      _ = try await connection.transmit(CommandAPDU(ins: 0xB0, expectedLength: 16))
      #expect(card.commands.map(\.hex) == ["00A40000023F00", "0044000000", "00B0000010"])
      await #expect(throws: CardChannelError.self) {
        try await connection.transmit(CommandAPDU(ins: 0xB0, expectedLength: 257))
      }
      await #expect(throws: PCSCError(.protocolMismatch, in: "SCardConnect")) {
        try await context.connect(to: VirtualReader.name, protocols: [.t1])
      }
    }
  }

  @Test("a card removed in the middle of a command is lost, and stays so when another comes")
  func removedInTheMiddle() async throws {
    try await VirtualReader.withCard(respond: { _ in .vanish }) { _, context in
      let connection = try await context.connect(to: VirtualReader.name)
      await expectLoss(.removed, connection)
      try await VirtualReader.waitUntilEmpty(context)
      let another = try ScriptedCard(port: VirtualReader.port)
      _ = try await context.waitForCard(in: VirtualReader.name, timeout: VirtualReader.patience)
      await expectLoss(.removed, connection)
      #expect(another.commands.isEmpty)
      let fresh = try await context.connect(to: VirtualReader.name)
      #expect(try await fresh.transmit(command).status == .success)
      another.remove()
    }
  }

  @Test("a card removed between two commands is lost")
  func removedBetween() async throws {
    try await VirtualReader.withCard { card, context in
      let connection = try await context.connect(to: VirtualReader.name)
      #expect(try await connection.transmit(command).status == .success)
      card.remove()
      try await VirtualReader.waitUntilEmpty(context)
      await expectLoss(.removed, connection)
      let error = await #expect(throws: CardChannelError.self) { try await connection.status() }
      #expect(error?.loss == .removed)
    }
  }

  @Test("an answer of one octet means that the card is gone")
  func shortAnswer() async throws {
    try await VirtualReader.withCard(respond: { _ in .answer([0x90]) }) { _, context in
      let connection = try await context.connect(to: VirtualReader.name)
      await expectLoss(.removed, connection)
      await expectLoss(.removed, connection)
    }
  }

  @Test("a reset by another program ends the connection for good")
  func resetByAnother() async throws {
    try await VirtualReader.withCard { card, context in
      let connection = try await context.connect(to: VirtualReader.name)
      #expect(try await connection.transmit(command).status == .success)
      let other = try await Context()
      let rival = try await other.connect(to: VirtualReader.name)
      await rival.disconnect(.reset)
      await expectLoss(.reset, connection)
      await expectLoss(.reset, connection)
      #expect(card.commands.count == 1)
      let fresh = try await context.connect(to: VirtualReader.name)
      #expect(try await fresh.transmit(command).status == .success)
    }
  }

  @Test("a connection that is dropped resets the card")
  func dropped() async throws {
    try await VirtualReader.withCard { card, context in
      let observer = try await context.connect(to: VirtualReader.name)
      // Powered by now: whatever comes is the reset.
      let resets = card.resets
      do {
        let other = try await Context()
        _ = try await other.connect(to: VirtualReader.name)
      }
      let deadline = ContinuousClock.now + VirtualReader.patience
      while card.resets == resets, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }
      await expectLoss(.reset, observer)
    }
  }

  @Test("exclusive use keeps others out")
  func exclusive() async throws {
    try await VirtualReader.withCard { _, context in
      let holder = try await context.connect(to: VirtualReader.name, share: .exclusive)
      let other = try await Context()
      await #expect(throws: PCSCError(.sharingViolation, in: "SCardConnect")) {
        try await other.connect(to: VirtualReader.name)
      }
      await holder.disconnect(.leave)
      _ = try await other.connect(to: VirtualReader.name)
    }
  }

  @Test("no card, no such reader")
  func refusedConnections() async throws {
    let context = try await Context()
    try await VirtualReader.waitUntilEmpty(context)
    await #expect(throws: PCSCError(.noSmartCard, in: "SCardConnect")) {
      try await context.connect(to: VirtualReader.name)
    }
    await #expect(throws: PCSCError(.unknownReader, in: "SCardConnect")) { try await context.connect(to: "None") }
    await #expect(throws: PCSCError(.timeout, in: "SCardGetStatusChange")) {
      try await context.waitForCard(in: VirtualReader.name, timeout: .milliseconds(50))
    }
  }

  @Test("the monitor sees cards come and go, and ends when its task is cancelled")
  func monitor() async throws {
    let context = try await Context()
    try await VirtualReader.waitUntilEmpty(context)
    let (events, sink) = AsyncStream.makeStream(of: ReaderEvent.self)
    let watching = Task {
      for try await event in ReaderMonitor() where event.reader == VirtualReader.name { sink.yield(event) }
      sink.finish()
    }
    var seen = events.makeAsyncIterator()
    #expect(await seen.next() == .readerAdded(VirtualReader.name))
    let card = try ScriptedCard(port: VirtualReader.port)
    guard case .cardInserted(let state) = await seen.next() else {
      Issue.record("no insertion")
      return
    }
    #expect(state.atr?.bytes == ScriptedCard.defaultATR)
    card.remove()
    guard case .cardRemoved = await seen.next() else {
      Issue.record("no removal")
      return
    }
    let start = ContinuousClock.now
    watching.cancel()
    #expect(await seen.next() == nil)
    #expect(ContinuousClock.now - start < .seconds(10))
    try await watching.value
  }

  @Test("a wait without end is cancelled, before it begins or in the middle", arguments: [0, 1, 20, 200])
  func cancellation(milliseconds: Int) async throws {
    let context = try await Context()
    try await VirtualReader.waitUntilEmpty(context)
    let waiting = Task { try await context.waitForCard(in: VirtualReader.name) }
    try await Task.sleep(for: .milliseconds(milliseconds))
    let start = ContinuousClock.now
    waiting.cancel()
    await #expect(throws: PCSCError(.cancelled, in: "SCardGetStatusChange")) { try await waiting.value }
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(try await context.readers().contains(VirtualReader.name))
  }

  @Test("a context's thread ends with it")
  func threadEnds() async throws {
    weak var thread: BlockingThread?
    do {
      let context = try await Context()
      thread = context.thread
      _ = try await context.readers()
    }
    let deadline = ContinuousClock.now + VirtualReader.patience
    while thread != nil, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }
    #expect(thread == nil)
  }
}
