extension Context {
  /// Longest single wait. A cancellation can be missed when it comes just before the wait (`ContextHandle.cancel`);
  /// it is seen at the end of the slice at the latest.
  private static let sliceMilliseconds = 1_000

  /// Waits until a reader's state differs from what is known, and gives all states as they are now:
  /// `SCardGetStatusChange`. Cancelling the task ends the wait (`SCardCancel`).
  ///
  /// - Parameters:
  ///   - known: States as they were given last; a ``ReaderState`` with a name only answers at once.
  ///   - timeout: Longest wait; `nil` waits for ever.
  /// - Throws: ``PCSCError/Code/timeout``; ``PCSCError/Code/cancelled``; ``PCSCError/Code/unknownReader`` when a reader
  ///   is gone.
  public func waitForChange(
    of known: [ReaderState], timeout: Duration? = nil
  ) async throws(PCSCError) -> [ReaderState] {
    let handle = handle
    let result = await withTaskCancellationHandler {
      Result { () throws(PCSCError) in try waitInSlices(for: known, timeout: timeout) }
    } onCancel: {
      handle.cancel()
    }
    return try result.get()
  }

  /// Waits until a card is in a reader, which may itself still have to be attached.
  ///
  /// - Parameters:
  ///   - reader: The reader's name; `nil` takes any.
  ///   - timeout: Longest wait; `nil` waits for ever.
  /// - Throws: As ``waitForChange(of:timeout:)``.
  public func waitForCard(
    in reader: String? = nil, timeout: Duration? = nil
  ) async throws(PCSCError) -> ReaderState {
    let deadline = timeout.map { ContinuousClock.now + $0 }
    var known = ReaderStates()
    while true {
      if let found = known.attached.first(where: { $0.isCardPresent && (reader ?? $0.reader) == $0.reader }) {
        return found
      }
      known = try await nextStates(after: known, deadline: deadline)
    }
  }

  private func waitInSlices(for known: [ReaderState], timeout: Duration?) throws(PCSCError) -> [ReaderState] {
    let deadline = timeout.map { ContinuousClock.now + $0 }
    while true {
      guard !Task.isCancelled else { throw PCSCError(.cancelled, in: "SCardGetStatusChange") }
      let left = deadline.map { Self.milliseconds(ContinuousClock.now.duration(to: $0)) } ?? Self.sliceMilliseconds
      do {
        return try handle.statusChange(of: known, timeoutMilliseconds: min(left, Self.sliceMilliseconds))
      } catch {
        guard error.code == .timeout, left > Self.sliceMilliseconds || deadline == nil else { throw error }
      }
    }
  }

  /// Rounded up, so that a wait never ends early; never negative.
  private static func milliseconds(_ duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return Int(min(seconds, 1_000_000)) * 1_000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}

/// All readers as they were last seen.
struct ReaderStates: Sendable {
  var attached: [ReaderState] = []
  /// The entry under which readers that come and go are reported.
  var notification = ReaderState(reader: ReaderState.notification)
}

extension Context {
  /// Waits for the next difference and gives the readers as they are then. With nothing known it answers at once.
  func nextStates(
    after known: ReaderStates, deadline: ContinuousClock.Instant? = nil
  ) async throws(PCSCError) -> ReaderStates {
    var next = known
    do {
      let names = try readers()
      if names == known.attached.map(\.reader) {
        let timeout = deadline.map { ContinuousClock.now.duration(to: $0) }
        let states = try await waitForChange(of: known.attached + [known.notification], timeout: timeout)
        next.attached = states.dropLast()
        next.notification = states[states.count - 1]
      } else {
        // Readers have come or gone: look at all of them without waiting.
        next.attached = try readerStates()
      }
    } catch {
      // A reader went away between listing and looking: the caller comes again and lists anew.
      guard error.code == .unknownReader || error.code == .readerUnavailable else { throw error }
    }
    return next
  }
}
