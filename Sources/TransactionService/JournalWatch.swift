import CardApplication
import LedgerStore
import ServiceAPI
import Synchronization

/// What a restored ledger waits for, read once and kept up to date: nothing of it costs a payout anything while the
/// ledger was never restored.
final class JournalWatch: Sendable {
  private struct State {
    var restoration: StoredRestoration??
    /// Every terminal has reported that was registered when this was found.
    var isOver = false
  }

  private let state = Mutex(State())

  func restoration(
    _ load: () async throws(Problem) -> StoredRestoration?
  ) async throws(Problem) -> StoredRestoration? {
    if let known = state.withLock({ $0.restoration }) { return known }
    let loaded = try await load()
    // Somebody else may have loaded it meanwhile, and a terminal have reported since.
    return state.withLock { state in
      if let known = state.restoration { return known }
      state.restoration = .some(loaded)
      return loaded
    }
  }

  /// A terminal's journal has come, or is not waited for any more.
  func ended(_ terminal: [UInt8], isWaived: Bool) {
    state.withLock { state in
      guard var restoration = state.restoration.flatMap({ $0 }) else { return }
      if isWaived { restoration.waived.insert(terminal) } else { restoration.reported.insert(terminal) }
      state.restoration = .some(restoration)
    }
  }

  var isOver: Bool {
    get { state.withLock(\.isOver) }
    set { state.withLock { $0.isOver = newValue } }
  }
}

/// What is not paid before a restored ledger has what it lost.
extension Centre {
  func restoration(_ traceID: String) async throws(Problem) -> StoredRestoration? {
    try await journals.restoration { () async throws(Problem) -> StoredRestoration? in
      try await read(traceID) { () throws(LedgerStoreError) in try await store.restoration() }
    }
  }

  /// Refuses to pay at a terminal that may hold payouts which the ledger has lost.
  func requireJournal(of terminal: [UInt8], _ traceID: String) async throws(Problem) {
    guard let restoration = try await restoration(traceID), restoration.awaits(terminal) else { return }
    throw Problem(code: .journalAwaited, traceID: traceID)
  }

  /// Of a payout that is sent again: the head by which its terminal shows that it was answered. Of any other nil, and
  /// it is refused while its terminal's journal, or that of an earlier payout of the card, has not come.
  func answered(
    _ request: PayoutRequest, _ certificate: PayoutCertificate, _ traceID: String
  ) async throws(Problem) -> SignedHead? {
    if let text = request.answered { return try await lostHead(text, request, traceID) }
    guard let restoration = try await restoration(traceID) else { return nil }
    // The one that the certificate names, whoever has read it off the card: it may have paid, and nobody else knows.
    guard !restoration.awaits(certificate.terminal.keyHash) else {
      throw Problem(code: .journalAwaited, traceID: traceID)
    }
    guard !request.fromLog, !journals.isOver else { return nil }
    let known = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.contiguousCounter(card: certificate.cardNumber.digits)
    }
    guard certificate.counter > known, certificate.counter - known > 1 else { return nil }
    // The card has signed something before this that the ledger does not have.
    let awaited = try await read(traceID) { () throws(LedgerStoreError) in try await store.awaitedTerminals(limit: 1) }
    guard awaited.isEmpty else { throw Problem(code: .journalAwaited, traceID: traceID) }
    journals.isOver = true
    return nil
  }

  private func lostHead(
    _ text: String, _ request: PayoutRequest, _ traceID: String
  ) async throws(Problem) -> SignedHead {
    guard let head = SignedHead(text), !request.fromLog else {
      throw Problem(code: .malformedRequest, traceID: traceID)
    }
    guard let heads, head.isSigned(by: heads.publicKey) else {
      throw Problem(code: .signatureInvalid, traceID: traceID)
    }
    guard let restoration = try await restoration(traceID),
      restoration.explains(epoch: head.epoch, sequence: head.sequence),
      !restoration.reported.contains(request.terminalKeyHash.octets)
    else { throw Problem(code: .journalNotAwaited, traceID: traceID) }
    return head
  }
}
