public import ISO7816

/// Which transaction of which connection.
struct TransactionID: Hashable, Sendable {
  let connection: ObjectIdentifier
  let number: Int
}

/// Exclusive use of a card for a while (`SCardBeginTransaction` … `SCardEndTransaction`): no other program and no other
/// task of this one gets a command in between.
public struct CardTransaction: CardChannel {
  @TaskLocal static var around: Set<TransactionID> = []

  let connection: CardConnection
  let id: TransactionID

  /// Sends one command inside the transaction.
  ///
  /// - Throws: After the transaction's end ``PCSCError/Code/notTransacted`` as
  ///   ``ISO7816/CardChannelError/transport(_:)``.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    try await connection.transmit(command, in: id)
  }
}

extension CardConnection {
  /// Runs `body` with the card for itself. Blocks the context's thread until other programs' transactions have ended,
  /// or the task is cancelled.
  ///
  /// Inside, both the transaction and this connection (and channels built on it) reach the card; other tasks wait for
  /// the end. A transaction inside a transaction of the same connection becomes part of it.
  ///
  /// - Parameters:
  ///   - disposition: What becomes of the card at the end, however `body` ends. ``Disposition/reset`` and
  ///     ``Disposition/unpower`` end the connection as well.
  ///   - patience: Longest wait for other programs; `nil` waits until they are ready.
  /// - Throws: What `body` throws; else ``ISO7816/CardChannelError`` of the beginning:
  ///   ``PCSCError/Code/sharingViolation`` after `patience`, ``PCSCError/Code/cancelled``; both end the connection.
  public func withTransaction<Value: Sendable>(
    endingWith disposition: Disposition = .leave, patience: Duration? = nil,
    _ body: @Sendable (CardTransaction) async throws -> Value
  ) async throws -> Value {
    if let openTransaction, CardTransaction.around.contains(openTransaction) {
      return try await body(CardTransaction(connection: self, id: openTransaction))
    }
    await waitForTransaction()
    try await beginTransaction(patience: patience)
    transactionCount += 1
    let id = TransactionID(connection: ObjectIdentifier(self), number: transactionCount)
    openTransaction = id
    let transaction = CardTransaction(connection: self, id: id)
    let result: Result<Value, any Error>
    do {
      let value = try await CardTransaction.$around.withValue(CardTransaction.around.union([id])) {
        try await body(transaction)
      }
      result = .success(value)
    } catch {
      result = .failure(error)
    }
    openTransaction = nil
    for continuation in waiting { continuation.resume() }
    waiting = []
    // What the body came to is what counts: its result is not lost to a card that was taken away meanwhile, and such a
    // card needs neither to be left nor to be reset. The connection tells the next one who uses it.
    try? endTransaction(disposition)
    return try result.get()
  }

  /// Waits until no other task's transaction is open.
  func waitForTransaction() async {
    while let openTransaction, !CardTransaction.around.contains(openTransaction) {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func transmit(_ command: CommandAPDU, in id: TransactionID) throws(CardChannelError) -> ResponseAPDU {
    guard openTransaction == id else { throw .transport(PCSCError(.notTransacted, in: "SCardTransmit")) }
    return try exchange(command)
  }
}
