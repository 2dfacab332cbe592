import ISO7816
import Synchronization
import Testing

@testable import PCSC

/// Other programs, other cards, and people who stop in the middle.
extension ReaderTests {
  private static let read = CommandAPDU(ins: 0xB0, expectedLength: 256)

  @Test("A card that another program has for itself is waited for, and given up after a time")
  func busy() async throws {
    try await VirtualReader.withCard { _, context in
      let holder = try await context.connect(to: VirtualReader.name, share: .exclusive)
      let told = Mutex(0)
      let other = try await Context()
      await #expect(throws: PCSCError(.sharingViolation, in: "SCardConnect")) {
        try await other.connect(to: VirtualReader.name, patience: .milliseconds(500)) { told.withLock { $0 += 1 } }
      }
      #expect(told.withLock { $0 } == 1)
      let waiting = Task {
        try await other.connect(to: VirtualReader.name, patience: VirtualReader.patience) {
          Task { await holder.disconnect(.leave) }
        }
      }
      #expect(try await waiting.value.transmit(Self.read).status == .success)
    }
  }

  @Test("Another program's transaction is given up: when connecting, when beginning one's own, and when cancelled")
  func transactionOfAnother() async throws {
    try await VirtualReader.withCard { card, context in
      let holder = try await context.connect(to: VirtualReader.name)
      let prepared = try await Context().connect(to: VirtualReader.name)
      let cancelled = try await Context().connect(to: VirtualReader.name)
      try await holder.withTransaction { transaction in
        await #expect(throws: PCSCError(.sharingViolation, in: "SCardConnect")) {
          try await Context().connect(to: VirtualReader.name, patience: .milliseconds(300))
        }
        let error = await #expect(throws: CardChannelError.self) {
          try await prepared.withTransaction(patience: .milliseconds(300)) { _ in Issue.record("has the card") }
        }
        #expect(error?.code == .sharingViolation)
        let waiting = Task { try await cancelled.withTransaction { _ in Issue.record("has the card") } }
        try await Task.sleep(for: .milliseconds(100))
        waiting.cancel()
        let stopped = await #expect(throws: CardChannelError.self) { try await waiting.value }
        #expect(stopped?.code == .cancelled)
        // Those who gave up did not harm the one who has the card.
        #expect(try await transaction.transmit(Self.read).status == .success)
      }
      #expect(try await holder.transmit(Self.read).status == .success)
      for given in [prepared, cancelled] {
        let error = await #expect(throws: CardChannelError.self) { try await given.transmit(Self.read) }
        #expect(error?.code == .invalidHandle)
      }
      #expect(card.commands.count == 2)
    }
  }

  @Test("A foreign reset waits for the end of a transaction; one that came before lets none begin")
  func foreignReset() async throws {
    try await VirtualReader.withCard { card, context in
      let connection = try await context.connect(to: VirtualReader.name)
      let rival = try await Context().connect(to: VirtualReader.name)
      let resetting = try await connection.withTransaction { transaction in
        let resetting = Task { await rival.disconnect(.reset) }
        for _ in 0..<3 {
          try await Task.sleep(for: .milliseconds(100))
          #expect(try await transaction.transmit(Self.read).status == .success)
        }
        return resetting
      }
      await resetting.value
      let error = await #expect(throws: CardChannelError.self) {
        try await connection.withTransaction { _ in Issue.record("has a card that was reset") }
      }
      #expect(error?.loss == .reset)
      #expect(card.commands.count == 3)
    }
  }

  @Test("A wait that was given up leaves no thread behind")
  func noThreadLeft() async throws {
    weak var thread: BlockingThread?
    try await VirtualReader.withCard { _, context in
      let holder = try await context.connect(to: VirtualReader.name)
      do {
        let other = try await Context()
        thread = other.thread
        try await holder.withTransaction { _ in
          let waiting = Task { try await other.connect(to: VirtualReader.name, patience: VirtualReader.patience) }
          try await Task.sleep(for: .milliseconds(100))
          waiting.cancel()
          await #expect(throws: PCSCError(.cancelled, in: "SCardConnect")) { try await waiting.value }
        }
      }
      let deadline = ContinuousClock.now + VirtualReader.patience
      while thread != nil, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }
      #expect(thread == nil)
      // What came of the connection in the end was left alone.
      #expect(try await holder.transmit(Self.read).status == .success)
    }
  }

  @Test("A task cancelled in a transaction: the command that is with the card is answered, the next is not sent")
  func cancelledInTransaction() async throws {
    let (arrived, sink) = AsyncStream.makeStream(of: Void.self)
    let gate = Mutex(false)
    try await VirtualReader.withCard(respond: { _ in
      sink.yield()
      while !gate.withLock({ $0 }) {}
      return .answer([0x90, 0x00])
    }) { card, context in
      let connection = try await context.connect(to: VirtualReader.name)
      let working = Task {
        try await connection.withTransaction(endingWith: .reset) { transaction in
          #expect(try await transaction.transmit(Self.read).status == .success)
          #expect(Task.isCancelled)
          return try await transaction.transmit(Self.read)
        }
      }
      var arrivals = arrived.makeAsyncIterator()
      await arrivals.next()
      working.cancel()
      gate.withLock { $0 = true }
      let error = await #expect(throws: CardChannelError.self) { try await working.value }
      #expect(error?.code == .cancelled)
      #expect(card.commands.count == 1)
      let next = try await Context().connect(to: VirtualReader.name, patience: .seconds(10))
      #expect(try await next.transmit(Self.read).status == .success)
    }
  }

  @Test(
    "A card swapped between two commands gets none of the first card's, however quick the hand",
    arguments: [false, true])
  func swapped(isQuick: Bool) async throws {
    try await VirtualReader.withCard { card, context in
      let connection = try await context.connect(to: VirtualReader.name)
      #expect(try await connection.transmit(Self.read).status == .success)
      card.remove()
      if !isQuick { try await VirtualReader.waitUntilEmpty(context) }
      let another = try ScriptedCard(port: VirtualReader.port)
      if !isQuick { _ = try await context.waitForCard(in: VirtualReader.name, timeout: VirtualReader.patience) }
      for number in 0..<3 {
        let error = await #expect(throws: CardChannelError.self) { try await connection.transmit(Self.read) }
        // pcscd may not know yet that there was a swap: then it is the exchange that fails.
        #expect(error?.loss == .removed || number == 0 && error?.code == .notTransacted, "\(String(describing: error))")
      }
      #expect(another.commands.isEmpty)
      another.remove()
    }
  }

  @Test("A wait for a card goes on when it was taken out before it was reached, and ends at its time")
  func cardWait() async throws {
    let told = Mutex<[CardWait.Event]>([])
    let patient = CardWait(timeout: VirtualReader.patience, report: { event in told.withLock { $0.append(event) } }) {
      states, _ in states.first { $0.reader == VirtualReader.name && $0.isCardPresent }?.reader
    }
    let waiting = Task { try await patient.connect() }
    let deadline = ContinuousClock.now + VirtualReader.patience
    while told.withLock({ $0.isEmpty }), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }
    try await VirtualReader.withCard { _, _ in
      let connection = try await waiting.value
      #expect(try await connection.transmit(Self.read).status == .success)
    }
    #expect(told.withLock { $0 } == [.noCard])
    let impatient = CardWait(timeout: .milliseconds(300)) { _, _ in nil }
    await #expect(throws: PCSCError(.timeout, in: "SCardGetStatusChange")) { try await impatient.connect() }
    let stopped = Task { try await CardWait(timeout: VirtualReader.patience) { _, _ in nil }.connect() }
    try await Task.sleep(for: .milliseconds(50))
    stopped.cancel()
    await #expect(throws: PCSCError(.cancelled, in: "SCardGetStatusChange")) { try await stopped.value }
  }
}

@Suite("What a reader tells of itself")
struct ReaderPropertiesTests {
  /// As a CCID reader's driver gives it: bMinPINSize, wIdVendor, dwMaxAPDUDataSize.
  private static func octets(_ text: String) -> [UInt8] { [UInt8](hex: text) ?? [] }

  @Test(
    arguments: [
      ("0A0400000100", 65_536), ("06010407010808020A000B0267250A0400010000", 256), ("0A0400000000", 0),
      ("0A0201040601", 1_025), ("060104", nil), ("", nil), ("0A", nil), ("0A0400", nil), ("0A050000010000", nil),
      ("0A00", nil),
    ] as [(String, Int?)])
  func maximum(_ text: String, _ expected: Int?) {
    #expect(ReaderProperties(Self.octets(text)).maximumAPDUData == expected)
  }
}
