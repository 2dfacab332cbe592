import ISO7816
import Testing

@testable import PCSC

extension ReaderTests {
  /// The parameter octets P1 of the commands that a card has seen.
  private func marks(_ card: ScriptedCard) -> [UInt8] { card.commands.map { $0[2] } }

  private static func marked(_ p1: UInt8) -> CommandAPDU { CommandAPDU(ins: 0xB0, p1: p1, expectedLength: 1) }

  @Test("a transaction keeps out other programs, and other tasks on the same connection")
  func transaction() async throws {
    try await VirtualReader.withCard { card, context in
      let connection = try await context.connect(to: VirtualReader.name)
      let other = try await Context()
      let rival = try await other.connect(to: VirtualReader.name)
      var others: [Task<ResponseAPDU, any Error>] = []
      others = try await connection.withTransaction { transaction in
        _ = try await transaction.transmit(Self.marked(1))
        let tasks = [rival, connection].map { channel in
          Task.detached { try await channel.transmit(Self.marked(9)) as ResponseAPDU }
        }
        try await Task.sleep(for: .milliseconds(100))
        _ = try await connection.transmit(Self.marked(2))
        _ = try await connection.withTransaction { inner in try await inner.transmit(Self.marked(3)) }
        _ = try await transaction.transmit(Self.marked(4))
        return tasks
      }
      for task in others { #expect(try await task.value.status == .success) }
      #expect(marks(card) == [1, 2, 3, 4, 9, 9])
    }
  }

  @Test("a transaction's error comes out, and the transaction is over")
  func failedTransaction() async throws {
    struct Failure: Error, Equatable {}
    try await VirtualReader.withCard { card, context in
      let connection = try await context.connect(to: VirtualReader.name)
      await #expect(throws: Failure()) { try await connection.withTransaction { _ in throw Failure() } }
      let rival = try await Context().connect(to: VirtualReader.name)
      #expect(try await rival.transmit(Self.marked(1)).status == .success)
      let ended = try await connection.withTransaction { $0 }
      let error = await #expect(throws: CardChannelError.self) { try await ended.transmit(Self.marked(2)) }
      #expect(error?.code == .notTransacted)
      #expect(marks(card) == [1])
    }
  }

  @Test("a transaction that ends with a reset ends the connection")
  func transactionWithReset() async throws {
    try await VirtualReader.withCard { card, context in
      let connection = try await context.connect(to: VirtualReader.name)
      let resets = card.resets
      let response = try await connection.withTransaction(endingWith: .reset) { transaction in
        try await transaction.transmit(Self.marked(1))
      }
      #expect(response.status == .success)
      #expect(card.resets > resets)
      let error = await #expect(throws: CardChannelError.self) { try await connection.transmit(Self.marked(2)) }
      #expect(error?.loss == .reset)
      #expect(marks(card) == [1])
    }
  }

  @Test("a card removed inside a transaction is lost")
  func removedInTransaction() async throws {
    try await VirtualReader.withCard(respond: { _ in .vanish }) { _, context in
      let connection = try await context.connect(to: VirtualReader.name)
      let error = await #expect(throws: CardChannelError.self) {
        try await connection.withTransaction { try await $0.transmit(Self.marked(1)) }
      }
      #expect(error?.loss == .removed)
    }
  }
}
