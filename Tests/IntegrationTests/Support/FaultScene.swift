import CardCrypto
import Foundation
import Issuance
import PayoutPoint
import SoftCard
import Testing

/// One person's card, a point that runs as processes, and a reader that fails when a test wants it to.
struct FaultScene: Sendable {
  let home: String
  let service: String
  let client: ServiceClient
  let bench: ReaderBench
  let card: HeldCard
  let credited: [String: Int64]

  /// Starts `point pay` at any reader.
  func pay(keepsInputOpen: Bool = false, _ arguments: String...) throws -> RunningCommand {
    try RunningCommand(
      Ansinh.executable,
      [
        "point", "pay", "--state", home, "--service", service, "--commune", "26734", "--pin-fd", "0", "--lang", "vi",
      ] + arguments, input: HeldCard.pinDigits + "\n", keepsInputOpen: keepsInputOpen, environment: bench.environment)
  }

  /// What `reader list` says of the first slot; `nil` when it is not there.
  private static func entry(_ bench: ReaderBench, _ name: String) async throws -> [String: Any]? {
    let list = try await Ansinh.run(["reader", "list", "--json"], environment: bench.environment)
    guard list.exitCode == 0 else { return nil }
    return (try list.json() as? [[String: Any]])?.first { $0["reader"] as? String == name }
  }

  static func waitForReader(_ bench: ReaderBench, isThere: Bool = true) async throws {
    try await eventually("reader there: \(isThere)") { (try await entry(bench, ReaderBench.name) != nil) == isThere }
  }

  func waitForReader(isThere: Bool = true) async throws { try await Self.waitForReader(bench, isThere: isThere) }

  func waitForCard(_ name: String, isThere: Bool = true) async throws {
    try await eventually("card in \(name): \(isThere)") {
      try await Self.entry(bench, name)?["cardPresent"] as? Bool == isThere
    }
  }

  /// Until pcscd's own look, every 400 ms, has seen that the card is gone.
  func waitForEmptyReader() async throws {
    try await waitForCard(ReaderBench.name, isThere: false)
    try await Task.sleep(for: .milliseconds(600))
  }

  /// The point's journal against the centre's books.
  func reconcile(paid: Int, void: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let point = try await TestPoint(folder: home + "/point/BD-79-003", name: "003", client: client)
    try await point.recover(sourceLocation: sourceLocation)
    let counts = try await Books(client: client).reconcile(
      [point], [card], credited: credited, sourceLocation: sourceLocation)
    #expect(counts == (paid: paid, void: void), sourceLocation: sourceLocation)
  }
}
