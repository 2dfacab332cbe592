import Synchronization

/// Why a card can no longer be reached in the state it was in. Every security status on it is gone.
public enum CardLoss: Hashable, Sendable {
  /// Taken away from the reader.
  case removed
  /// Reset by somebody else, or by a fault.
  case reset
  /// Without power.
  case unpowered
  /// The reader itself is gone.
  case readerGone
  /// The reader's service (pcscd) is gone.
  case serviceGone
}

/// A fault of the way to the card, never an answer of the card. Carries no payload.
public enum CardChannelError: Error, Sendable {
  /// The card, and every session with it, is lost: start again from selecting the card.
  case cardLost(CardLoss)
  /// An earlier error has ended this secure session (`style` rule 10); open a new one.
  case sessionEnded
  /// What came back is not a response APDU.
  case malformedResponse(APDUError)
  /// A secure session could not check what came back; the session is ended. `reason` names the check, not the data.
  case secureMessaging(reason: String)
  /// More than the channel can carry in one exchange.
  case tooLong(Int)
  /// A fault of a lower layer, kept whole.
  case transport(any Error)
}

/// A way to send command APDUs to one card and get its responses: a reader, a software card, a recorded trace, or a
/// secure channel over another channel.
public protocol CardChannel: Sendable {
  /// Sends one command and waits for its response. Exchanges never overlap.
  ///
  /// - Throws: ``CardChannelError``; a status word is never thrown.
  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU
}

/// Lets one exchange after the other through, in the order of arrival, across their suspension points.
///
/// Actors are re-entrant: without this gate two exchanges of one secure session could interleave between counting,
/// sending and checking.
public final class ExchangeGate: Sendable {
  private struct State {
    var isBusy = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }
  private let state = Mutex(State())

  /// An open gate.
  public init() {}

  /// Runs one exchange when it is its turn, in the caller's isolation, and hands the turn on however it ends.
  public func exclusively<Value>(
    isolation: isolated (any Actor)? = #isolation, _ exchange: () async throws(CardChannelError) -> Value
  ) async throws(CardChannelError) -> Value {
    await enter()
    defer { leave() }
    return try await exchange()
  }

  /// Waits for the turn.
  public func enter() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.isBusy {
          state.waiting.append(continuation)
          return false
        }
        state.isBusy = true
        return true
      }
      if isFree { continuation.resume() }
    }
  }

  /// Hands the turn to the next in line.
  public func leave() {
    let next = state.withLock { state in
      if state.waiting.isEmpty {
        state.isBusy = false
        return nil as CheckedContinuation<Void, Never>?
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}
