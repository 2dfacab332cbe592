import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// `card-application` §9: a payout without the PIN.
@Suite("Override of the PIN")
struct OverrideTests {
  private static let ceiling: Int64 = 2_000_000

  private func order(_ id: UInt8, _ amount: Int64 = 100_000, fromReserve: Int64 = 0) throws -> PayoutOrder {
    try Orders.make(
      id: id, entries: [Orders.entry(amount, fromReserve: fromReserve)], override: Orders.reason)
  }

  private func session(
    _ test: TestCard, _ payout: PayoutRights = [.online, .override],
    _ rights: AuthenticationTerminalRights = [.canAllowed], terminal: TerminalCredential? = nil
  ) async throws -> OpenedCard {
    let credential = try terminal ?? test.pki.terminal(rights, payout: payout)
    return try await test.inPayout(try await test.withCAN(.payout(credential)))
  }

  @Test("The certificate names the method, the reason and the count")
  func certificate() async throws {
    let test = try await TestCard.make()
    let certificate = try await test.certificate(try order(1), in: try await session(test))
    #expect(certificate.method == .canWithOverride)
    #expect(certificate.overrides == 1)
    #expect(certificate.order.override == Orders.reason)
    #expect(certificate.terminal.effectiveRights == [0, 0, 0, 0, 0x10, 0, 0, 0x05])
  }

  @Test("It needs CAN allowed, the override bit, the online bit and a reason")
  func needs() async throws {
    let test = try await TestCard.make()
    let forbidden = StatusWord.securityStatusNotSatisfied
    try await test.expect(forbidden, .authorise(try order(1)), in: try await session(test, rights: []))
    for payout in [.online, .override, [.offline, .override]] as [PayoutRights] {
      try await test.expect(forbidden, .authorise(try order(1)), in: try await session(test, payout))
    }
    let opened = try await session(test)
    try await test.expect(.incorrectData, .authorise(try test.order()), in: opened)
    // With the PIN there is nothing to override.
    let withPIN = try await test.inPayout(try await test.atPoint([.canAllowed], [.online, .override]))
    try await test.expect(.incorrectData, .authorise(try order(1)), in: withPIN)
  }

  private func session(_ test: TestCard, rights: AuthenticationTerminalRights) async throws -> OpenedCard {
    try await session(test, [.online, .override], rights)
  }

  @Test("It has a ceiling of its own, over all entries")
  func ceiling() async throws {
    let test = try await TestCard.make()
    let opened = try await session(test)
    try await test.expect(.conditionsNotSatisfied, .authorise(try order(1, Self.ceiling + 1)), in: opened)
    let both = try Orders.make(
      entries: [Orders.entry(Self.ceiling), Orders.entry(1, line: 8)], override: Orders.reason)
    try await test.expect(.conditionsNotSatisfied, .authorise(both), in: opened)
    _ = try await test.certificate(try order(1, Self.ceiling), in: opened)
  }

  @Test("Never offline, though the terminal and the card may pay offline")
  func offline() async throws {
    let test = try await TestCard.make()
    var completion = test.completion(granted: 500_000)
    (completion.offlineCeiling, completion.offlineCount, completion.offlineUntil) = (500_000, 5, OfflineTests.until)
    try await test.complete(completion)
    let entry = try Orders.entry(1_000, fromReserve: 1_000)
    let offline = try Orders.make(entries: [entry], mode: .offline, override: Orders.reason)
    let opened = try await session(test, TestPKI.allPayoutRights)
    try await test.expect(.incorrectData, .authorise(offline), in: opened)
    // Online it may use the reserve.
    let certificate = try await test.certificate(try order(1, 1_000, fromReserve: 1_000), in: opened)
    #expect(certificate.spent == [LineSpent(line: 7, spent: 1_000)])
  }

  @Test("Two between payouts with the PIN, over power-off; a completion clears nothing, a payout with the PIN does")
  func twice() async throws {
    let test = try await TestCard.make()
    for id: UInt8 in [1, 2] {
      #expect(try await test.certificate(try order(id), in: try await session(test)).overrides == id)
    }
    try await test.expect(.conditionsNotSatisfied, .authorise(try order(3)), in: try await session(test))
    try await test.complete(test.completion(counter: 2))
    try await test.expect(.conditionsNotSatisfied, .authorise(try order(3)), in: try await session(test))
    try await test.expect(.success, .setPIN("246810"), in: try await test.withPIN())
    try await test.expect(.success, .unblock, in: try await test.withPUK())
    try await test.expect(.conditionsNotSatisfied, .authorise(try order(3)), in: try await session(test))
    let again = try SoftCard(storage: test.storage)
    let opened = try await CardSession.open(
      SoftCardChannel(again), .can, password: test.made.secrets.can,
      terminal: .payout(try test.pki.terminal([.canAllowed], payout: [.online, .override])))
    do {
      _ = try await opened.authorise(try order(3))
      Issue.record("a third override")
    } catch CardSessionError.refused(_, .conditionsNotSatisfied) {}
    // A payout with the PIN that is refused clears nothing; one that is made does.
    let point = try await test.inPayout(try await test.atPoint())
    try await test.expect(
      .conditionsNotSatisfied, .authorise(try test.order(id: 4, time: TestCard.time - 5 * 86_400)), in: point)
    try await test.expect(.conditionsNotSatisfied, .authorise(try order(3)), in: try await session(test))
    let paid = try await test.certificate(
      try test.order(id: 4), in: try await test.inPayout(try await test.atPoint()))
    #expect(paid.overrides == 0)
    #expect(try await test.certificate(try order(3), in: try await session(test)).overrides == 1)
  }

  @Test("The last override that is allowed is answered again to its terminal like any other certificate")
  func repeated() async throws {
    let test = try await TestCard.make()
    let terminal = try test.pki.terminal([.canAllowed], payout: [.online, .override])
    _ = try await test.certificate(try order(1), in: try await session(test, terminal: terminal))
    let octets = try await test.expect(
      .success, .authorise(try order(2)), in: try await session(test, terminal: terminal))
    let again = try await test.expect(
      .success, .authorise(try order(2)), in: try await session(test, terminal: terminal))
    #expect(again == octets)
  }

  @Test("It works when the PIN is suspended or blocked")
  func blockedPIN() async throws {
    let test = try await TestCard.make()
    for _ in 0..<2 { _ = await test.pinError("000000") }
    _ = try await test.certificate(try order(1), in: try await session(test))
    _ = await test.pinError("000000", resuming: true)
    guard case .blocked? = await test.pinError("246810", resuming: true) else { throw PINLifeTests.Unexpected() }
    _ = try await test.certificate(try order(2), in: try await session(test))
  }

  @Test("A reader that proves nothing overrides nothing")
  func noTerminal() async throws {
    let test = try await TestCard.make()
    let opened = try await test.inPayout(try await test.withCAN())
    try await test.expect(.securityStatusNotSatisfied, .authorise(try order(1)), in: opened)
  }
}
