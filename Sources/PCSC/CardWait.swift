internal import ISO7816

/// Waits for a card and connects to it, through what happens meanwhile: readers that come and go, a card that is taken
/// out again before it was reached, another program that has the card, a service that stops and comes back.
///
/// The wait has one end for all of it. Nothing of a session is ever carried over: a card that was connected to is the
/// caller's, and its loss is told by the connection.
public struct CardWait: Sendable {
  /// What a person at the reader may want to know.
  public enum Event: Hashable, Sendable {
    /// No reader has the card that is wanted.
    case noCard
    /// Another program has the card for itself.
    case busy
    /// The service stopped; the wait goes on.
    case serviceGone
    /// The service is there again.
    case serviceBack
  }

  private let deadline: ContinuousClock.Instant
  private let busyPatience: Duration
  private let report: @Sendable (Event) -> Void
  private let choose: @Sendable (_ states: [ReaderState], _ isFirstLook: Bool) throws -> String?

  /// A wait that begins now.
  ///
  /// - Parameters:
  ///   - timeout: Longest wait in all.
  ///   - busyPatience: Longest wait for another program to give the card up.
  ///   - report: Called as things happen, each once in a row.
  ///   - choose: The reader to connect to, among those there now; `nil` to wait on. What it throws ends the wait.
  public init(
    timeout: Duration, busyPatience: Duration = .seconds(5), report: @escaping @Sendable (Event) -> Void = { _ in },
    choose: @escaping @Sendable (_ states: [ReaderState], _ isFirstLook: Bool) throws -> String?
  ) {
    deadline = .now + timeout
    self.busyPatience = busyPatience
    self.report = report
    self.choose = choose
  }

  /// A connection to the card, on a context of its own.
  ///
  /// - Throws: ``PCSCError/Code/timeout``; ``PCSCError/Code/cancelled``; ``PCSCError/Code/noService`` when the service
  ///   does not run in the beginning or does not come back; ``PCSCError/Code/sharingViolation``;
  ///   ``PCSCError/Code/unresponsiveCard``, …
  public func connect() async throws -> CardConnection {
    var hasLooked = false
    var isOut = false
    while true {
      do {
        let context = try await Context()
        if isOut { report(.serviceBack) }
        isOut = false
        return try await connect(context, &hasLooked)
      } catch let error as PCSCError {
        guard error.isOutage, hasLooked || isOut, ContinuousClock.now < deadline else { throw error }
        if !isOut { report(.serviceGone) }
        isOut = true
      }
      do {
        try await Task.sleep(for: .milliseconds(250))
      } catch {
        throw PCSCError(.cancelled, in: "SCardEstablishContext")
      }
    }
  }

  private func connect(_ context: Context, _ hasLooked: inout Bool) async throws -> CardConnection {
    var known = ReaderStates()
    var isTold = false
    while true {
      known = try await context.nextStates(after: known, deadline: deadline)
      let reader = try choose(known.attached, !hasLooked)
      hasLooked = true
      guard let reader else {
        if !isTold { report(.noCard) }
        isTold = true
        continue
      }
      do {
        return try await context.connect(to: reader, patience: busyPatience) { report(.busy) }
      } catch {
        // Taken out or unplugged since: the next look tells. A mute card, say, stays an error.
        guard error.cardLoss == .removed || error.cardLoss == .readerGone else { throw error }
      }
    }
  }
}
