internal import CPCSC
internal import ISO7816
internal import Synchronization

extension Context {
  /// Connects to the card in a reader: `SCardConnect`. The card is powered if it is not.
  ///
  /// - Parameters:
  ///   - reader: The reader's name.
  ///   - share: Whether others may use the card meanwhile; ``ShareMode/direct`` needs no card and speaks to none.
  ///   - protocols: Those that will do; the reader chooses.
  /// - Throws: ``PCSCError/Code/noSmartCard``, ``PCSCError/Code/unknownReader``,
  ///   ``PCSCError/Code/sharingViolation``, ``PCSCError/Code/protocolMismatch``,
  ///   ``PCSCError/Code/unresponsiveCard``, …
  public func connect(
    to reader: String, share: ShareMode = .shared, protocols: Set<CardProtocol> = [.t0, .t1]
  ) throws(PCSCError) -> CardConnection {
    var card: SCARDHANDLE = 0
    var active: DWORD = 0
    let wanted = share == .direct ? 0 : protocols.reduce(0) { $0 | $1.bit }
    try check(SCardConnect(handle.raw, reader, share.raw, wanted, &card, &active), "SCardConnect")
    return CardConnection(
      context: self, card: card, reader: reader, activeProtocol: active == CardProtocol.t0.bit ? .t0 : .t1)
  }

  /// The same, for a bounded time when another program has the card: it is tried again while that program has the card
  /// for itself, and given up when that program's transaction does not end.
  ///
  /// `SCardConnect` waits for such a transaction inside pcscd, where nothing wakes it. Given up, it stays on this
  /// context's thread until the other program is ready, and what comes of it is disconnected: use another context then.
  ///
  /// - Parameters:
  ///   - share: As of ``connect(to:share:protocols:)``.
  ///   - patience: Longest wait.
  ///   - onBusy: Called once, when the card turns out to be in use.
  /// - Throws: As ``connect(to:share:protocols:)``, ``PCSCError/Code/sharingViolation`` after `patience`;
  ///   ``PCSCError/Code/cancelled`` when the task is cancelled.
  public nonisolated func connect(
    to reader: String, share: ShareMode = .shared, patience: Duration, onBusy: @escaping @Sendable () -> Void = {}
  ) async throws(PCSCError) -> CardConnection {
    let attempt = ConnectionAttempt()
    let busy = Task.detached {
      // Longer than a card takes to answer its reset.
      try await Task.sleep(for: min(patience, .seconds(2)))
      if attempt.isOpen { attempt.tellBusy(onBusy) }
      try await Task.sleep(for: max(.zero, patience - .seconds(2)))
      attempt.settle(.failure(PCSCError(.sharingViolation, in: "SCardConnect")))
    }
    defer { busy.cancel() }
    Task.detached {
      while attempt.isOpen {
        let result = await self.tryConnecting(to: reader, share)
        if case .failure(let error) = result, error.code == .sharingViolation {
          attempt.tellBusy(onBusy)
          try? await Task.sleep(for: .milliseconds(200))
        } else if !attempt.settle(result), case .success(let connection) = result {
          await connection.disconnect(.leave)
        }
      }
    }
    let result = await withTaskCancellationHandler {
      await attempt.result()
    } onCancel: {
      attempt.settle(.failure(PCSCError(.cancelled, in: "SCardConnect")))
    }
    return try result.get()
  }

  private func tryConnecting(to reader: String, _ share: ShareMode) -> Result<CardConnection, PCSCError> {
    Result { () throws(PCSCError) in try connect(to: reader, share: share) }
  }
}

/// What becomes of a connection that is tried for: the first outcome counts.
private final class ConnectionAttempt: Sendable {
  typealias Outcome = Result<CardConnection, PCSCError>

  private struct State {
    var outcome: Outcome?
    var waiting: CheckedContinuation<Outcome, Never>?
    var isToldBusy = false
  }

  private let state = Mutex(State())

  var isOpen: Bool { state.withLock { $0.outcome == nil } }

  /// Calls `report` the first time.
  func tellBusy(_ report: () -> Void) {
    let isFirst = state.withLock { state in
      defer { state.isToldBusy = true }
      return !state.isToldBusy
    }
    if isFirst { report() }
  }

  /// Whether this outcome is the first.
  @discardableResult
  func settle(_ outcome: Outcome) -> Bool {
    let (isFirst, waiting) = state.withLock { state in
      guard state.outcome == nil else { return (false, nil as CheckedContinuation<Outcome, Never>?) }
      state.outcome = outcome
      defer { state.waiting = nil }
      return (true, state.waiting)
    }
    waiting?.resume(returning: outcome)
    return isFirst
  }

  /// Waits for the first outcome.
  func result() async -> Outcome {
    await withCheckedContinuation { continuation in
      let outcome = state.withLock { state in
        if state.outcome == nil { state.waiting = continuation }
        return state.outcome
      }
      if let outcome { continuation.resume(returning: outcome) }
    }
  }
}
