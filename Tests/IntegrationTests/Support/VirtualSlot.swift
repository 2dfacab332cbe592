import Foundation
import ISO7816
import PCSC
import SoftCard
import Testing

/// Everything here shares processors, ports and the first reader: one test after the other.
@Suite("Integration", .serialized, .timeLimit(.minutes(10)))
enum Integration {}

/// The first reader of the private pcscd that `Tools/pcscd-private` starts. The PC/SC layer's own suite has the second.
enum VirtualSlot {
  static let requirement: Comment = "needs a private pcscd with vpcd: run Tools/test"

  private static let environment = ProcessInfo.processInfo.environment

  static let isAvailable =
    environment["PCSCLITE_CSOCK_NAME"] != nil && environment["ANSINH_VPCD_PORT"].flatMap(UInt16.init) != nil
  static let port = environment["ANSINH_VPCD_PORT"].flatMap(UInt16.init) ?? 0
  static let name = "Virtual PCD 00 00"
  /// Longer than anything takes; only a hang reaches it.
  static let patience = Duration.seconds(60)

  /// Runs `body` with a software card of this process in the reader, and waits until it is out again.
  static func withCard<Value: Sendable>(
    _ card: SoftCard, _ body: (Context) async throws -> Value
  ) async throws -> Value {
    let context = try await Context()
    let link = try VPCDLink(card: card, port: port)
    let serving = Task { try await link.run() }
    let result: Result<Value, any Error>
    do {
      _ = try await context.waitForCard(in: name, timeout: patience)
      result = .success(try await body(context))
    } catch {
      result = .failure(error)
    }
    link.remove()
    _ = await serving.result
    try await waitUntilEmpty(context)
    return try result.get()
  }

  /// Runs `body` while `ansinh softcard run` holds a card of `home` in the reader.
  static func withSoftcardProcess<Value: Sendable>(
    home: String, card: String, _ arguments: String..., body: () async throws -> Value
  ) async throws -> Value {
    let context = try await Context()
    let command = try RunningCommand(
      Ansinh.executable, ["softcard", "run", "--state", home, "--card", card] + arguments)
    let result: Result<Value, any Error>
    do {
      _ = try await context.waitForCard(in: name, timeout: patience)
      result = .success(try await body())
    } catch {
      result = .failure(error)
    }
    let end = try await command.stop()
    #expect(end.exitCode == 0, "\(end.diagnostics)")
    try await waitUntilEmpty(context)
    return try result.get()
  }

  /// Waits until pcscd's own look at the reader has seen that no card is in it: a failed exchange makes it say "empty"
  /// before, and a card that comes between that and the next look is never noticed. The count of events tells.
  static func waitUntilEmpty(_ context: Context, _ reader: String = name) async throws {
    var states = [ReaderState(reader: reader)]
    repeat {
      states = try await context.waitForChange(of: states, timeout: patience)
    } while states[0].isCardPresent || !states[0].eventCount.isMultiple(of: 2)
  }
}
