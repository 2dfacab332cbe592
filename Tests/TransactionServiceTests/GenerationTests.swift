import CardApplication
import CentreTestSupport
import PayoutPoint
import ServiceAPI
import Testing

/// Which generation of the PIN a completion acknowledges (`card-application` §8).
@Suite("The PIN's generation that the centre acknowledges")
struct GenerationTests {
  private func acknowledged(_ ready: Ready, _ centre: TestCentre) async throws -> UInt16 {
    let answer = try await centre.post("/v1/cards/\(ready.card.number.digits)/completions", [String]())
    let octets = try expect(answer, gives: CompletionAnswer.self).completion.octets
    return try CompletionOrder.parse(octets).0.acknowledgedGeneration
  }

  private func certificate(
    _ id: UInt8, _ ready: Ready, _ centre: TestCentre, counter: UInt32, after previous: [UInt8], _ generation: UInt16,
    _ origin: PINOrigin, amount: Int64 = 1_000
  ) async throws -> SignedLayout {
    try ready.card.certificate(
      try await centre.order(id, ready.card.number, ready.terminal, amount: amount), at: ready.terminal,
      counter: counter, previous: previous, generation: generation, origin: origin)
  }

  @Test("The transport PIN's before a payout, the holder's own of the newest posted one, never one of terminal right")
  func generations() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      #expect(try await acknowledged(ready, centre) == 1)
      let first = try await certificate(1, ready, centre, counter: 1, after: PaperCard.zeros, 5, .holder)
      try expect(try await centre.payout(first.bytes, ready.terminal), gives: PayoutAnswer.self)
      #expect(try await acknowledged(ready, centre) == 5)
      // A refused certificate proves no PIN that anybody was paid by.
      let refused = try await certificate(
        2, ready, centre, counter: 2, after: first.identity, 6, .holder, amount: 9_000_000)
      try expect(try await centre.payout(refused.bytes, ready.terminal), is: .amountOverOpen)
      #expect(try await acknowledged(ready, centre) == 5)
      // Set by terminal right: what the card says was acknowledged stands.
      let office = try await certificate(3, ready, centre, counter: 3, after: refused.identity, 7, .terminalRight)
      try expect(try await centre.payout(office.bytes, ready.terminal), gives: PayoutAnswer.self)
      #expect(try await acknowledged(ready, centre) == 1)
    }
  }
}
