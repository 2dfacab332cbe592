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
    _ origin: PINOrigin, amount: Int64 = 1_000, setter: String = ""
  ) async throws -> SignedLayout {
    try ready.card.certificate(
      try await centre.order(id, ready.card.number, ready.terminal, amount: amount), at: ready.terminal,
      counter: counter, previous: previous, generation: generation, origin: origin,
      setter: setter)
  }

  private static let counter = "VN79T0000100001"

  /// Pays with a PIN of `generation`, set by terminal right; the identity of the certificate.
  private func pay(
    _ id: UInt8, _ ready: Ready, _ centre: TestCentre, after previous: [UInt8], _ generation: UInt16,
    setter: String = counter
  ) async throws -> [UInt8] {
    let signed = try await certificate(
      id, ready, centre, counter: UInt32(id), after: previous, generation, .terminalRight, setter: setter)
    try expect(try await centre.payout(signed.bytes, ready.terminal), gives: PayoutAnswer.self)
    return signed.identity
  }

  @Test("Set by terminal right: acknowledged when the office has told of it, each record once")
  func records() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let number = ready.card.number
      centre.clock.advance(3_600)
      try expect(try await centre.pinAct(.set, number, terminal: Self.counter), gives: RegisteredAnswer.self)
      centre.clock.advance(900)
      let first = try await pay(1, ready, centre, after: PaperCard.zeros, 2)
      #expect(try await acknowledged(ready, centre) == 2)
      centre.clock.advance(86_400)
      let second = try await pay(2, ready, centre, after: first, 2)
      #expect(try await acknowledged(ready, centre) == 2)
      // Set again at the same terminal, and nobody has told of it: the record has been used.
      centre.clock.advance(60)
      let third = try await pay(3, ready, centre, after: second, 3)
      #expect(try await acknowledged(ready, centre) == 1)
      // Told of late: acknowledged from then on.
      try expect(
        try await centre.pinAct(
          .set, number, terminal: Self.counter, checker: "Lê B", time: centre.clock.seconds - 30),
        gives: RegisteredAnswer.self)
      #expect(try await acknowledged(ready, centre) == 3)
      centre.clock.advance(86_400)
      _ = try await pay(4, ready, centre, after: third, 3)
      #expect(try await acknowledged(ready, centre) == 3)
      #expect(try await centre.life(number).pinActs.map(\.checker) == [nil, "Lê B"])
    }
  }

  @Test(
    "A record stands for nothing when it is of another terminal, another act, another time or another card",
    arguments: ["terminal", "act", "after", "before", "future", "card"])
  func wrongRecords(_ fault: String) async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let other = try await centre.paperCard(2, person: 2)
      centre.clock.advance(86_400)
      let first = try await certificate(1, ready, centre, counter: 1, after: PaperCard.zeros, 2, .holder)
      try expect(try await centre.payout(first.bytes, ready.terminal), gives: PayoutAnswer.self)
      let paidAt = centre.clock.seconds
      centre.clock.advance(86_400)
      let good = centre.clock.seconds - 60
      _ = try await pay(2, ready, centre, after: first.identity, 3)
      #expect(try await acknowledged(ready, centre) == 1)
      let time = ["after": good + 600, "before": paidAt - 601, "future": good + 100_000][fault] ?? good
      if fault == "future" { centre.clock.advance(60) }
      try expect(
        try await centre.pinAct(
          fault == "act" ? .unblocked : .set, fault == "card" ? other.number : ready.card.number,
          terminal: fault == "terminal" ? "VN79T0000100002" : Self.counter, checker: "Lê B", time: time),
        gives: RegisteredAnswer.self)
      #expect(try await acknowledged(ready, centre) == 1, "\(fault)")
      try expect(
        try await centre.pinAct(.set, ready.card.number, terminal: Self.counter, checker: "Lê B", time: good),
        gives: RegisteredAnswer.self)
      #expect(try await acknowledged(ready, centre) == 3)
    }
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
