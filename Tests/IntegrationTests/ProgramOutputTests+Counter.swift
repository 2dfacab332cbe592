import Testing

@testable import ansinh

extension Integration.ProgramOutputTests {
  /// What is decided about payouts; the last payout of the town's point is taken back and its card paid again later.
  func counter(_ town: ByHand, _ seen: Seen) async throws {
    let two = ["--maker", "Nguyễn A", "--checker", "Lê B", "--reason", "chi nhầm"]
    let voucher = try await run(["point", "voucher"], [], input: "", town, seen)
    let transaction = try #require((voucher.first as? [String: Any])?["transaction"] as? String)
    let notes = try await run(["point", "notes"], ["1234000", "--have", "500000=2,1000=300"], input: "", town, seen)
    #expect((notes.first as? [String: Any])?["missing"] as? Int == 0)
    let reversed = try await run(["point", "reverse"], [String(transaction.suffix(12))] + two, input: "", town, seen)
    #expect((reversed.first as? [String: Any])?["transaction"] as? String == transaction)
  }
}
