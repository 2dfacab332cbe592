import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import Testing

/// `card-application` §8: the offline reserve.
@Suite("Payouts without the centre")
struct OfflineTests {
  static let until: UInt32 = 20_261_231
  private static let day: Int64 = 86_400
  /// Above everything but a thermometer's last step.
  private static let wide: Int64 = 3_000_000

  /// A card with a reserve; `change` alters what the centre says.
  private func card(
    granted: Int64 = 5_000_000, change: (inout CompletionOrder) -> Void = { _ in }
  ) async throws -> TestCard {
    let test = try await TestCard.make()
    try await test.complete(authority(test, granted: granted, change: change))
    return test
  }

  private func authority(
    _ test: TestCard, serial: UInt32 = 1, counter: UInt32 = 0, granted: Int64 = 5_000_000,
    change: (inout CompletionOrder) -> Void = { _ in }
  ) -> CompletionOrder {
    var order = test.completion(serial: serial, counter: counter, granted: granted)
    (order.offlineCeiling, order.offlineCount, order.offlineUntil) = (Self.wide, 5, Self.until)
    change(&order)
    return order
  }

  private func session(_ test: TestCard, _ payout: PayoutRights = [.offline, .ceiling(16)]) async throws -> OpenedCard {
    try await test.inPayout(try await test.atPoint([], payout))
  }

  private func refuses(
    _ test: TestCard, _ order: PayoutOrder, _ status: StatusWord = .conditionsNotSatisfied,
    _ payout: PayoutRights = [.offline, .ceiling(16)], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await test.expect(
      status, .authorise(order), in: try await session(test, payout), sourceLocation: sourceLocation)
  }

  @Test("Without an authority, or with one that was taken back, nothing is signed offline")
  func noAuthority() async throws {
    let test = try await TestCard.make()
    try await refuses(test, try Orders.offline(1_000))
    try await test.complete(test.completion(granted: 5_000_000))
    try await refuses(test, try Orders.offline(1_000))
    try await test.complete(authority(test, serial: 2))
    _ = try await test.certificate(try Orders.offline(1_000), in: try await session(test))
    try await test.complete(test.completion(serial: 3, counter: 1, granted: 5_000_000))
    try await refuses(test, try Orders.offline(id: 2, 1_000))
  }

  @Test("All of an offline payout is from the reserve; each line to its last đồng and no further")
  func available() async throws {
    let test = try await card(granted: 700_000)
    for part: Int64 in [0, 99_999] {
      try await refuses(
        test, try Orders.make(entries: [Orders.entry(100_000, fromReserve: part)], mode: .offline), .incorrectData)
    }
    try await refuses(test, try Orders.offline(700_001))
    try await refuses(test, try Orders.offline(1_000, line: 8))
    let first = try await test.certificate(try Orders.offline(600_000), in: try await session(test))
    #expect(first.spent == [LineSpent(line: 7, spent: 600_000)])
    #expect(first.order.mode == .offline)
    try await refuses(test, try Orders.offline(id: 2, 100_001))
    // Two entries of one line count together.
    let month = try #require(PayoutEntry(line: 7, period: 202_612, amount: 50_001, fromReserve: 50_001))
    var twice = try Orders.make(id: 2, entries: [Orders.entry(50_000, fromReserve: 50_000)], mode: .offline).bytes
    twice.replaceSubrange(18..<43, with: BERTLV(0x81, Array(twice[20..<43]) + octets(month)).bytes)
    try await refuses(test, try PayoutOrder(parsing: twice))
    let opened = try await session(test)
    let second = try await test.certificate(try Orders.offline(id: 3, 100_000), in: opened)
    #expect(second.spent == [LineSpent(line: 7, spent: 700_000)])
    let status = try PayoutStatus(parsing: try await test.expect(.success, .status, in: opened))
    #expect(status.spent == [LineSpent(line: 7, spent: 700_000)])
    #expect(status.offlineCount == 2)
    let file = try OfflineAuthority(parsing: try await test.expect(.success, .read(.offlineAuthority), in: opened))
    #expect(file.lines == [OfflineAuthority.Line(line: 7, granted: 700_000, nextGranted: 0, notBefore: 0)])
    #expect((file.ceiling, file.count, file.validUntil, file.responseSerial) == (Self.wide, 5, Self.until, 1))
  }

  private func octets(_ entry: PayoutEntry) -> [UInt8] {
    [UInt8](bigEndian: entry.line, width: 4) + [0x20, 0x26, 0x12] + [UInt8](bigEndian: entry.amount, width: 8)
      + [UInt8](bigEndian: entry.fromReserve, width: 8)
  }

  @Test("One payout is at most the lower of the authority's ceiling and the terminal's step")
  func ceiling() async throws {
    let low = try await card { $0.offlineCeiling = 250_000 }
    try await refuses(low, try Orders.offline(250_001))
    _ = try await low.certificate(try Orders.offline(250_000), in: try await session(low))
    let test = try await card()
    let steps = try CardProfile.adult().policy.offlineCeilings
    for step in [1, 3, 15] {
      let payout: PayoutRights = [.offline, .ceiling(step)]
      try await refuses(test, try Orders.offline(id: 9, steps[step - 1] + 1), .conditionsNotSatisfied, payout)
      let opened = try await session(test, payout)
      let amount = step == 15 ? steps[step - 1] : steps[step - 1] - 1
      #expect(try await test.certificate(try Orders.offline(id: UInt8(step), amount), in: opened).counter > 0)
    }
    // No step, no money; and a thermometer with a gap is worth what is below the gap.
    try await refuses(test, try Orders.offline(id: 9, 1), .conditionsNotSatisfied, .offline)
    let gap: PayoutRights = [.offline, PayoutRights(rawValue: 0xFFFE << 8)]
    try await refuses(test, try Orders.offline(id: 9, 1), .conditionsNotSatisfied, gap)
  }

  @Test("The next grant counts from its first day; online it counts at once")
  func nextGrant() async throws {
    let test = try await card(granted: 100_000) { order in
      order.lines[0].nextGranted = 300_000
      order.lines[0].notBefore = 20_261_201
    }
    let december = TestCard.time + 30 * Self.day
    try await refuses(test, try Orders.offline(100_001, time: december - 1))
    try await refuses(test, try Orders.offline(300_001, time: december))
    let first = try await test.certificate(try Orders.offline(150_000, time: december), in: try await session(test))
    #expect(first.spent == [LineSpent(line: 7, spent: 150_000)])
    try await refuses(test, try Orders.offline(id: 2, 1, time: december - 1))
    let online = try Orders.make(id: 3, entries: [Orders.entry(200_000, fromReserve: 100_000)])
    let second = try await test.certificate(online, in: try await session(test, .online))
    #expect(second.spent == [LineSpent(line: 7, spent: 250_000)])
    // A next grant without its day, a day without a grant, and one below what is granted now are none.
    for (next, day) in [(400_000, 0), (0, 20_261_201), (299_999, 20_261_201)] as [(Int64, UInt32)] {
      let bad = authority(test, serial: 2, counter: 2, granted: 300_000) { order in
        order.lines[0].nextGranted = next
        order.lines[0].notBefore = day
      }
      let opened = try await test.inPayout(try await test.withCAN())
      try await test.expect(.incorrectData, .complete(try test.sign(bad)), in: opened)
    }
  }

  @Test("Online any part of the amount may be from the reserve")
  func online() async throws {
    let test = try await card(granted: 100_000)
    var id: UInt8 = 0
    for part: Int64 in [0, 1, 59_999] {
      id += 1
      let order = try Orders.make(id: id, entries: [Orders.entry(60_000, fromReserve: part)])
      let certificate = try await test.certificate(order, in: try await session(test, .online))
      #expect(certificate.unacknowledgedOffline == 0)
    }
    let rest = try Orders.make(id: 9, entries: [Orders.entry(60_000, fromReserve: 40_001)])
    try await refuses(test, rest, .conditionsNotSatisfied, .online)
    // A line that the card does not have is the centre's to judge, its reserve is not.
    let unknown = try Orders.make(id: 9, entries: [Orders.entry(60_000, line: 99)])
    #expect(try await test.certificate(unknown, in: try await session(test, .online)).spent.first?.spent == 0)
  }

  @Test(
    "As many offline certificates as the authority says lie above the acknowledged counter; online ones don't count")
  func count() async throws {
    let test = try await card { $0.offlineCount = 2 }
    _ = try await test.certificate(try test.order(id: 100), in: try await session(test, .online))
    for id: UInt8 in [1, 2] {
      let certificate = try await test.certificate(try Orders.offline(id: id, 1_000), in: try await session(test))
      #expect(certificate.unacknowledgedOffline == id)
    }
    try await refuses(test, try Orders.offline(id: 3, 1_000))
    #expect(
      try await test.certificate(try test.order(id: 101), in: try await session(test, .online)).unacknowledgedOffline
        == 2)
    // The first of them is at the centre: one more.
    try await test.complete(authority(test, serial: 2, counter: 2) { $0.offlineCount = 2 })
    let certificate = try await test.certificate(try Orders.offline(id: 3, 1_000), in: try await session(test))
    #expect(certificate.unacknowledgedOffline == 2)
    try await refuses(test, try Orders.offline(id: 4, 1_000))
  }

  @Test("The authority's last day is its last")
  func validUntil() async throws {
    let test = try await card()
    let end = TestCard.time + 61 * Self.day
    try await refuses(test, try Orders.offline(1_000, time: end))
    _ = try await test.certificate(try Orders.offline(1_000, time: end - 1), in: try await session(test))
  }

  @Test("The PIN in use must be one that the centre has acknowledged")
  func generation() async throws {
    let test = try await card { $0.acknowledgedGeneration = 1 }
    try await refuses(test, try Orders.offline(1_000))
    try await test.complete(authority(test, serial: 2))
    let certificate = try await test.certificate(try Orders.offline(1_000), in: try await session(test))
    #expect((certificate.pinGeneration, certificate.acknowledgedGeneration) == (2, 2))
    try await test.expect(.success, .setPIN("246810"), in: try await test.withPIN())
    try await refuses(test, try Orders.offline(id: 2, 1_000))
    let opened = try await test.inPayout(try await test.withCAN())
    // Neither one that there has never been nor an older one is acknowledged.
    for generation: UInt16 in [1, 4] {
      let bad = authority(test, serial: 3, counter: 1) { $0.acknowledgedGeneration = generation }
      try await test.expect(.conditionsNotSatisfied, .complete(try test.sign(bad)), in: opened)
    }
    try await test.complete(authority(test, serial: 3, counter: 1) { $0.acknowledgedGeneration = 3 })
    _ = try await test.certificate(try Orders.offline(id: 2, 1_000), in: try await session(test))
  }

  @Test("A line that was suspended or closed pays nothing offline", arguments: [LineStatus.suspended, .closed])
  func lineStatus(_ status: LineStatus) async throws {
    let test = try await card { $0.lines[0].status = status }
    try await refuses(test, try Orders.offline(1_000))
    try await test.complete(authority(test, serial: 2))
    _ = try await test.certificate(try Orders.offline(1_000), in: try await session(test))
  }

  @Test("A grant may fall to what is spent, and no lower")
  func grantedBelowSpent() async throws {
    let test = try await card(granted: 500_000)
    _ = try await test.certificate(try Orders.offline(200_000), in: try await session(test))
    let opened = try await test.inPayout(try await test.withCAN())
    let low = authority(test, serial: 2, counter: 1, granted: 199_999)
    try await test.expect(.conditionsNotSatisfied, .complete(try test.sign(low)), in: opened)
    let exact = authority(test, serial: 2, counter: 1, granted: 200_000)
    let answer = try await test.expect(.success, .complete(try test.sign(exact)), in: opened)
    let (receipt, signed) = try CompletionReceipt.parse(answer)
    #expect(signed.isSigned(by: test.made.certificate.publicKey))
    #expect(receipt.lines == [ReceiptLine(line: 7, spent: 200_000, granted: 200_000)])
    try await refuses(test, try Orders.offline(id: 2, 1))
  }

  @Test("A line leaves only with all of its grant spent, and its id never comes back")
  func leavingLine() async throws {
    let test = try await card(granted: 300_000)
    let other = CompletionLine(line: 8, programme: 1, province: 19, status: .active)
    func without(_ serial: UInt32, _ counter: UInt32, lines: [CompletionLine]) throws -> CommandAPDU {
      .complete(try test.sign(authority(test, serial: serial, counter: counter) { $0.lines = lines }))
    }
    let early = try await test.inPayout(try await test.withCAN())
    try await test.expect(.conditionsNotSatisfied, try without(2, 0, lines: [other]), in: early)
    _ = try await test.certificate(try Orders.offline(300_000), in: try await session(test))
    let opened = try await test.inPayout(try await test.withCAN())
    try await test.expect(.success, try without(2, 1, lines: [other]), in: opened)
    let back = CompletionLine(line: 7, programme: 1, province: 19, status: .active, granted: 300_000)
    try await test.expect(.conditionsNotSatisfied, try without(3, 1, lines: [other, back]), in: opened)
    try await test.expect(.success, try without(3, 1, lines: [other]), in: opened)
  }
}
