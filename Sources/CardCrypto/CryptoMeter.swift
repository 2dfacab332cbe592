import Synchronization

/// How long the primitives of this target take within one task, for benchmarks that tell a card's cryptography from
/// everything else.
///
/// Bind one with `CryptoMeter.$current.withValue(meter) { … }`. Without one a primitive pays for one look-up.
public final class CryptoMeter: Sendable {
  /// The meter of this task.
  @TaskLocal public static var current: CryptoMeter?

  private struct State {
    var depth = 0
    var start = ContinuousClock.now
    var total = Duration.zero
  }
  private let state = Mutex(State())

  /// A meter at zero.
  public init() {}

  /// Time within primitives so far.
  public var total: Duration { state.withLock { $0.total } }

  fileprivate func enter() {
    state.withLock { state in
      if state.depth == 0 { state.start = .now }
      state.depth += 1
    }
  }

  fileprivate func leave() {
    state.withLock { state in
      state.depth -= 1
      // A primitive within a primitive counts once.
      if state.depth == 0 { state.total += .now - state.start }
    }
  }
}

/// One call of a primitive.
struct PrimitiveCall {
  private let meter = CryptoMeter.current

  init() { meter?.enter() }

  func end() { meter?.leave() }
}
