import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import SecureChannel
import SoftCard
import Testing

/// `card-application` §4 and §6: whose a certificate is, and which days an order may name.
@Suite("Terminals and their payouts")
struct TerminalPayoutTests {
  @Test("GET LAST CERTIFICATE: its own under any CAN, 6200 with the same octets for another terminal's")
  func lastCertificate() async throws {
    let test = try await TestCard.make()
    let (own, other) = (try test.pki.terminal(), try test.pki.terminal(sequence: 2))
    let first = try await test.inPayout(try await test.withPIN(.payout(own)))
    let octets = try await test.expect(.success, .authorise(try test.order()), in: first)
    let second = try await test.inPayout(try await test.withCAN(.payout(own)))
    #expect(try await test.expect(.success, .lastCertificate(1), in: second) == octets)
    // After a torn AUTHORISE it has to be told that nothing happened (§7).
    try await test.expect(.referencedDataNotFound, .lastCertificate(2), in: second)
    try await test.expect(.securityStatusNotSatisfied, .status, in: second)
    let strange = try await test.inPayout(try await test.withCAN(.payout(other)))
    try await test.expect(.securityStatusNotSatisfied, .lastCertificate(1), in: strange)
    let none = try await test.inPayout(try await test.withCAN())
    for id: UInt8 in [1, 2] {
      try await test.expect(.securityStatusNotSatisfied, .lastCertificate(id), in: none)
    }
    let allowed = TerminalAccess.payout(try test.pki.terminal([.canAllowed], sequence: 3))
    for access in [TerminalAccess.payout(other), nil] {
      let opened = try await test.inPayout(try await test.withPIN(access))
      #expect(try await test.expect(.warning, .lastCertificate(1), in: opened) == octets)
      try await test.expect(.referencedDataNotFound, .lastCertificate(2), in: opened)
    }
    let opened = try await test.inPayout(try await test.withCAN(allowed))
    #expect(try await test.expect(.warning, .lastCertificate(1), in: opened) == octets)
  }

  @Test("A repeated transaction is answered to the key it was signed for, also when its certificate was renewed")
  func repeatedByAnother() async throws {
    let test = try await TestCard.make()
    let key = try ECPrivateKey(generate: .p256)
    let order = try test.order()
    let first = try await test.inPayout(try await test.withPIN(.payout(try test.pki.terminal(key: key))))
    let octets = try await test.expect(.success, .authorise(order), in: first)
    let other = try await test.inPayout(try await test.atPoint())
    try await test.expect(.conditionsNotSatisfied, .authorise(order), in: other)
    let renewed = try await test.inPayout(
      try await test.withPIN(.payout(try test.pki.terminal(key: key, sequence: 2))))
    #expect(try await test.expect(.success, .authorise(order), in: renewed) == octets)
    try await test.expect(.conditionsNotSatisfied, .authorise(try test.order(amount: 1)), in: renewed)
    // Repeating is no new payout: this session may still have one.
    #expect(try await test.certificate(try test.order(id: 2), in: renewed).counter == 2)
  }

  @Test("One new payout a PACE session, counted only when it was made; a new PACE over it has its own")
  func onePerSession() async throws {
    let test = try await TestCard.make()
    let access = TerminalAccess.payout(try test.pki.terminal())
    let opened = try await test.inPayout(try await test.withPIN(access))
    try await test.expect(
      .conditionsNotSatisfied, .authorise(try test.order(time: TestCard.time - 5 * 86_400)), in: opened)
    #expect(try await test.certificate(try test.order(), in: opened).counter == 1)
    try await test.expect(.conditionsNotSatisfied, .authorise(try test.order(id: 2)), in: opened)
    try await test.expect(.success, .selectPayout, in: opened)
    try await test.expect(.conditionsNotSatisfied, .authorise(try test.order(id: 2)), in: opened)
    let next = try await PACETerminal(opened.channel, parameters: .ecdhGMAES128(.p256))
      .run(.pin, password: TestCard.pin, request: access.request, over: test.channel)
    _ = try await TerminalAuthenticator(next.channel).run(access.credential, in: next, curve: .p256)
    #expect(try await next.channel.transmit(.selectPayout).status == .success)
    #expect(try await next.channel.transmit(.authorise(try test.order(id: 2))).status == .success)
  }

  @Test("An order outside the days of the terminal's certificate is refused; its first and last second are not")
  func certificateDays() async throws {
    let test = try await TestCard.make()
    let (first, last) = (try test.pki.day(20_261_103), try test.pki.day(20_261_105))
    let credential = try test.pki.terminal(from: first, until: last)
    let start = TestCard.time + 2 * 86_400
    for (index, offset) in [-1, 3 * 86_400].enumerated() {
      let opened = try await test.inPayout(try await test.withPIN(.payout(credential)))
      let order = try test.order(id: UInt8(index), time: start + Int64(offset))
      try await test.expect(.conditionsNotSatisfied, .authorise(order), in: opened)
    }
    for (index, offset) in [0, 3 * 86_400 - 1].enumerated() {
      let opened = try await test.inPayout(try await test.withPIN(.payout(credential)))
      let order = try test.order(id: UInt8(10 + index), time: start + Int64(offset))
      #expect(try await test.certificate(order, in: opened).counter == UInt32(index + 1))
    }
  }

  @Test("An order's day may be the one before the card date, and no earlier")
  func cardDate() async throws {
    let test = try await TestCard.make()
    let opened = try await test.inPayout(try await test.atPoint())
    try await test.expect(
      .conditionsNotSatisfied, .authorise(try test.order(time: TestCard.time - 86_401)), in: opened)
    let certificate = try await test.certificate(try test.order(time: TestCard.time - 86_400), in: opened)
    #expect(certificate.cardDate.yyyymmdd == 20_261_101)
  }

  @Test("A suspended card authorises nothing until it is resumed, a terminated one never; its log stays readable")
  func states() async throws {
    let test = try await TestCard.make()
    _ = try await test.certificate(try test.order(), in: try await test.inPayout(try await test.atPoint()))
    var serial: UInt32 = 0
    for (state, status) in [
      (CardApplication.CardState.suspended, StatusWord.conditionsNotSatisfied), (.active, .success),
      (.terminated, .conditionsNotSatisfied),
    ] {
      serial += 1
      var completion = test.completion(serial: serial, counter: 1)
      completion.state = state
      try await test.complete(completion)
      let opened = try await test.inPayout(try await test.atPoint())
      try await test.expect(status, .authorise(try test.order(id: UInt8(1 + serial))), in: opened)
      try await test.expect(.success, .newestRecord, in: opened)
    }
    let opened = try await test.inPayout(try await test.withPIN())
    try await test.expect(
      .conditionsNotSatisfied, .complete(try test.sign(test.completion(serial: 9, counter: 1))), in: opened)
    try await test.expect(.conditionsNotSatisfied, .setPIN("111111"), in: opened)
  }
}
