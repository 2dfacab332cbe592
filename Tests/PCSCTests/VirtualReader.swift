import Foundation
import ISO7816
import PCSC

/// The second reader of the private pcscd that `Tools/pcscd-private` starts. Other suites have the first.
enum VirtualReader {
  /// Why the tests with a reader are left out when they are.
  static let requirement = "needs a private pcscd with vpcd: run Tools/test, or Tools/pcscd-private -- swift test"

  private static let environment = ProcessInfo.processInfo.environment

  /// Whether the private pcscd is there. The PC/SC library takes the socket from its own variable.
  static let isAvailable =
    environment["ANSINH_TEST_PCSC_SOCKET"].map { $0 == environment["PCSCLITE_CSOCK_NAME"] } ?? false
    && environment["ANSINH_TEST_VPCD_PORT"].flatMap(UInt16.init) != nil

  /// Where its card connects.
  static let port = (environment["ANSINH_TEST_VPCD_PORT"].flatMap(UInt16.init) ?? 0) + 1
  static let name = "Virtual PCD 00 01"
  /// Longer than anything takes; only a hang reaches it.
  static let patience = Duration.seconds(60)

  /// Runs `body` with a card in the reader, seen by pcscd, and waits until it is gone again.
  static func withCard(
    atr: [UInt8] = ScriptedCard.defaultATR,
    respond: @escaping @Sendable ([UInt8]) -> ScriptedCard.Action = { _ in .answer([0x90, 0x00]) },
    _ body: (ScriptedCard, Context) async throws -> Void
  ) async throws {
    let context = try await Context()
    let card = try ScriptedCard(port: port, atr: atr, respond: respond)
    do {
      _ = try await context.waitForCard(in: name, timeout: patience)
      try await body(card, context)
    } catch {
      card.remove()
      try await waitUntilEmpty(context)
      throw error
    }
    card.remove()
    try await waitUntilEmpty(context)
  }

  /// Waits until pcscd's own look at the reader has seen that no card is in it.
  ///
  /// A failed exchange or reset makes pcscd say "empty" before; a card that comes between that and the next look (every
  /// 400 ms) is never noticed. The count of events tells: it is even when an empty reader has been seen.
  static func waitUntilEmpty(_ context: Context) async throws {
    var states = [ReaderState(reader: name)]
    repeat {
      states = try await context.waitForChange(of: states, timeout: patience)
    } while states[0].isCardPresent || !states[0].eventCount.isMultiple(of: 2)
  }
}

extension CardChannelError {
  /// What became of the card, when that is what the error says.
  var loss: CardLoss? { if case .cardLost(let loss) = self { loss } else { nil } }

  /// The PC/SC code that the error carries, if any.
  var code: PCSCError.Code? { if case .transport(let error as PCSCError) = self { error.code } else { nil } }
}
