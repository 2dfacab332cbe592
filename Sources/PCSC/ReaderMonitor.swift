/// What happened to a reader or its card.
public enum ReaderEvent: Hashable, Sendable {
  /// A reader was attached, or was there when watching began.
  case readerAdded(String)
  /// A reader was taken away; its card, if it had one, is reported as removed before.
  case readerRemoved(String)
  /// A card came into a reader; the state has its answer to reset unless the card is mute.
  case cardInserted(ReaderState)
  /// A card left a reader.
  case cardRemoved(ReaderState)

  /// The name of the reader.
  public var reader: String {
    switch self {
    case .readerAdded(let name), .readerRemoved(let name): name
    case .cardInserted(let state), .cardRemoved(let state): state.reader
    }
  }

  /// What happened between two looks at the readers. A card that was exchanged in between shows by the count of events.
  static func between(_ old: [ReaderState], _ new: [ReaderState]) -> [ReaderEvent] {
    var events: [ReaderEvent] = []
    for before in old where !new.contains(where: { $0.reader == before.reader }) {
      if before.isCardPresent { events.append(.cardRemoved(before)) }
      events.append(.readerRemoved(before.reader))
    }
    for after in new {
      guard let before = old.first(where: { $0.reader == after.reader }) else {
        events.append(.readerAdded(after.reader))
        if after.isCardPresent { events.append(.cardInserted(after)) }
        continue
      }
      let isExchanged = before.isCardPresent && after.isCardPresent && before.eventCount != after.eventCount
      if before.isCardPresent, !after.isCardPresent || isExchanged { events.append(.cardRemoved(after)) }
      if after.isCardPresent, !before.isCardPresent || isExchanged { events.append(.cardInserted(after)) }
    }
    return events
  }
}

/// Watches all readers: `for try await event in ReaderMonitor()`.
///
/// Each loop has a context and a thread of its own. It begins with what is there, then waits for what comes. Cancelling
/// the task ends the loop at once (`SCardCancel`); nothing is buffered, and what comes and goes between two steps of a
/// slow loop is seen by its effect. When the service is not running or stops, the loop throws: start a new one later.
public struct ReaderMonitor: AsyncSequence, Sendable {
  /// What happened.
  public typealias Element = ReaderEvent
  /// ``PCSCError/Code/noService`` when pcscd is not running, ``PCSCError/Code/communicationError`` when it ends during
  /// the loop; both have the ``PCSCError/cardLoss`` of a service that is gone.
  public typealias Failure = PCSCError

  /// A monitor; nothing is opened before the first event is asked for.
  public init() {}

  /// The start of a loop.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }

  /// One loop over the events.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private enum Phase {
      case new, watching(Context), ended
    }

    private var phase = Phase.new
    private var known = ReaderStates()
    private var pending: [ReaderEvent] = []

    /// The next event; `nil` after the task was cancelled or an error was thrown.
    public mutating func next() async throws(PCSCError) -> ReaderEvent? { try await next(isolation: nil) }

    /// The next event; `nil` after the task was cancelled or an error was thrown.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(PCSCError) -> ReaderEvent? {
      do {
        while pending.isEmpty {
          let context: Context
          switch phase {
          case .ended: return nil
          case .watching(let opened): context = opened
          case .new:
            context = try await Context()
            phase = .watching(context)
          }
          let next = try await context.nextStates(after: known)
          pending = ReaderEvent.between(known.attached, next.attached)
          known = next
        }
        return pending.removeFirst()
      } catch {
        phase = .ended
        guard error.code != .cancelled || !Task.isCancelled else { return nil }
        throw error
      }
    }
  }
}
