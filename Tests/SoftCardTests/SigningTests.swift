import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import SecureChannel
import SoftCard
import Testing

/// `card-application` §7: signatures that power is cut from.
@Suite("Signatures begun and not committed")
struct SigningTests {
  /// Cuts the power between the signature and its commit.
  private func cut(_ test: TestCard) async throws -> TestCard {
    let opened = try await test.inPayout(try await test.atPoint())
    test.storage.fail(after: 1)
    #expect(try await opened.channel.transmit(.authorise(try test.order())).status == .memoryFailure)
    return try test.afterPowerCut()
  }

  @Test("After 32 of them the card authorises no more until the centre has spoken to it")
  func limit() async throws {
    var test = try await TestCard.make()
    for _ in 0..<32 { test = try await cut(test) }
    let opened = try await test.inPayout(try await test.atPoint())
    try await test.expect(.conditionsNotSatisfied, .authorise(try test.order()), in: opened)
    let status = try PayoutStatus(parsing: try await test.expect(.success, .status, in: opened))
    #expect(status.counter == 0)
    try await test.expect(.referencedDataNotFound, .lastCertificate(1), in: opened)
    test = try test.afterPowerCut()
    let again = try await test.inPayout(try await test.atPoint())
    try await test.expect(.conditionsNotSatisfied, .authorise(try test.order()), in: again)
    try await test.complete(test.completion())
    let certificate = try await test.certificate(
      try test.order(), in: try await test.inPayout(try await test.atPoint()))
    #expect(certificate.counter == 1)
    #expect(certificate.previousHash == [UInt8](repeating: 0, count: 32))
  }

  @Test("One that is committed begins the count anew")
  func committed() async throws {
    var test = try await TestCard.make()
    for _ in 0..<31 { test = try await cut(test) }
    _ = try await test.certificate(try test.order(), in: try await test.inPayout(try await test.atPoint()))
    for _ in 0..<31 {
      let opened = try await test.inPayout(try await test.atPoint())
      test.storage.fail(after: 1)
      #expect(try await opened.channel.transmit(.authorise(try test.order(id: 2))).status == .memoryFailure)
      test = try test.afterPowerCut()
    }
    let opened = try await test.inPayout(try await test.atPoint())
    #expect(try await test.certificate(try test.order(id: 2), in: opened).counter == 2)
  }

  @Test("Nothing is signed before it is counted on the disk")
  func countedFirst() async throws {
    let test = try await TestCard.make()
    let opened = try await test.inPayout(try await test.atPoint())
    let before = test.storage.octets
    test.storage.fail(after: 0)
    #expect(try await opened.channel.transmit(.authorise(try test.order())).status == .memoryFailure)
    #expect(test.storage.octets == before)
    let replacements = test.storage.replacements
    test.storage.fail(after: nil)
    _ = try await test.certificate(try test.order(), in: opened)
    // What may have been left is put back, the signature is counted, the payout is committed.
    #expect(test.storage.replacements == replacements + 3)
  }

  @Test("A refused order is counted no signature, a repeated one neither")
  func refused() async throws {
    let test = try await TestCard.make()
    let terminal = try test.pki.terminal()
    for _ in 0..<40 {
      let opened = try await test.inPayout(try await test.withPIN(.payout(terminal)))
      try await test.expect(
        .conditionsNotSatisfied, .authorise(try test.order(time: TestCard.time - 5 * 86_400)), in: opened)
    }
    _ = try await test.certificate(
      try test.order(), in: try await test.inPayout(try await test.withPIN(.payout(terminal))))
    let before = test.storage.replacements
    let opened = try await test.inPayout(try await test.withPIN(.payout(terminal)))
    let opening = test.storage.replacements - before
    for _ in 0..<40 { try await test.expect(.success, .authorise(try test.order()), in: opened) }
    #expect(test.storage.replacements == before + opening)
  }

  @Test("A completion that power is cut from leaves the old state; it is taken again afterwards")
  func tornCompletion() async throws {
    var test = try await TestCard.make()
    let signed = try test.sign(test.completion(granted: 100_000))
    let opened = try await test.inPayout(try await test.withCAN())
    let before = test.storage.octets
    test.storage.fail(after: 0)
    #expect(try await opened.channel.transmit(.complete(signed)).status == .memoryFailure)
    #expect(test.storage.octets == before)
    test = try test.afterPowerCut()
    let next = try await test.inPayout(try await test.withCAN())
    let receipt = try await test.expect(.success, .complete(signed), in: next)
    let replacements = test.storage.replacements
    #expect(try await test.expect(.success, .complete(signed), in: next) == receipt)
    #expect(test.storage.replacements == replacements)
  }
}
