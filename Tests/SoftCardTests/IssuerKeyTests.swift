import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// `card-application` §2, row issuer keys, and what a completion may say of verifiers.
@Suite("Issuer keys and their completions")
struct IssuerKeyTests {
  /// A completion under `key`, which is not looked at any further.
  private func completion(
    _ test: TestCard, _ serial: UInt32, by key: ECPrivateKey, signer: ECPrivateKey? = nil,
    bringing new: IssuerKey? = nil, time: Int64? = nil
  ) throws -> CommandAPDU {
    var order = test.completion(serial: serial)
    order.issuerKeyID = keyIdentifier(ofPoint: key.publicKey.point)
    order.newIssuerKey = new
    if let time { order.issuerTime = time }
    return .complete(try SignedLayout(signing: order.body, with: signer ?? key).bytes)
  }

  private func issuerKey(
    _ key: ECPrivateKey, _ use: IssuerKey.Use = .completion, from: UInt32 = 20_261_101
  ) throws -> IssuerKey {
    IssuerKey(use: use, validFrom: try #require(CardDate(yyyymmdd: from)), point: key.publicKey.point)
  }

  @Test("A new key comes under the old one's signature; the two newest are good, over power-off")
  func rollOver() async throws {
    let test = try await TestCard.make()
    let (old, second) = (test.completionKey, try ECPrivateKey(generate: .p256))
    let third = try ECPrivateKey(generate: .p256)
    let opened = try await test.inPayout(try await test.withCAN())
    try await test.expect(.referencedDataNotFound, try completion(test, 1, by: second), in: opened)
    try await test.expect(
      .success, try completion(test, 1, by: old, bringing: try issuerKey(second)), in: opened)
    let again = try test.afterPowerCut()
    let next = try await again.inPayout(try await again.withCAN())
    try await again.expect(.success, try completion(test, 2, by: second), in: next)
    try await again.expect(.success, try completion(test, 3, by: old), in: next)
    try await again.expect(
      .success, try completion(test, 4, by: second, bringing: try issuerKey(third)), in: next)
    try await again.expect(.referencedDataNotFound, try completion(test, 5, by: old), in: next)
    try await again.expect(.success, try completion(test, 5, by: second), in: next)
    try await again.expect(.success, try completion(test, 6, by: third), in: next)
  }

  @Test("A key that no known key vouches for is not taken")
  func notVouchedFor() async throws {
    let test = try await TestCard.make()
    let stranger = try ECPrivateKey(generate: .p256)
    let new = try issuerKey(stranger)
    let opened = try await test.inPayout(try await test.withCAN())
    // In its own name, in the old one's name without its signature, and in a completion that is refused for its serial.
    try await test.expect(
      .referencedDataNotFound, try completion(test, 1, by: stranger, bringing: new), in: opened)
    try await test.expect(
      .authenticationFailed, try completion(test, 1, by: test.completionKey, signer: stranger, bringing: new),
      in: opened)
    try await test.expect(
      .conditionsNotSatisfied, try completion(test, 0, by: test.completionKey, bringing: new), in: opened)
    try await test.expect(.referencedDataNotFound, try completion(test, 1, by: stranger), in: opened)
  }

  @Test("A key for certificates signs no completions, one with a later first day none before it")
  func useAndDay() async throws {
    let test = try await TestCard.make()
    let (certifying, later) = (try ECPrivateKey(generate: .p256), try ECPrivateKey(generate: .p256))
    let old = test.completionKey
    let opened = try await test.inPayout(try await test.withCAN())
    try await test.expect(
      .success, try completion(test, 1, by: old, bringing: try issuerKey(certifying, .certificate)), in: opened)
    try await test.expect(.referencedDataNotFound, try completion(test, 2, by: certifying), in: opened)
    try await test.expect(
      .success, try completion(test, 2, by: old, bringing: try issuerKey(later, from: 20_270_101)), in: opened)
    let newYear: Int64 = 1_798_761_600
    try await test.expect(
      .conditionsNotSatisfied, try completion(test, 3, by: later, time: newYear - 1), in: opened)
    try await test.expect(.success, try completion(test, 3, by: later, time: newYear), in: opened)
  }

  @Test("A point that is none is refused with the completion that brings it")
  func noPoint() async throws {
    let test = try await TestCard.make()
    var point = try ECPrivateKey(generate: .p256).publicKey.point
    point[64] ^= 1
    let bad = IssuerKey(use: .completion, validFrom: try #require(CardDate(yyyymmdd: 20_261_101)), point: point)
    let opened = try await test.inPayout(try await test.withCAN())
    try await test.expect(.incorrectData, try completion(test, 1, by: test.completionKey, bringing: bad), in: opened)
    try await test.expect(.success, try completion(test, 1, by: test.completionKey), in: opened)
  }

  @Test("A line that is named twice is refused")
  func lineTwice() async throws {
    let test = try await TestCard.make()
    var order = test.completion()
    order.lines.append(order.lines[0])
    let opened = try await test.inPayout(try await test.withCAN())
    try await test.expect(.incorrectData, .complete(try test.sign(order)), in: opened)
  }

  @Test("The least day of a verifier must be a day, or no verifier would be held to it")
  func noDay() async throws {
    let test = try await TestCard.make()
    let opened = try await test.inPayout(try await test.withCAN())
    for date: UInt32 in [20_261_301, 20_260_230, 1, 99_991_231] {
      var order = test.completion()
      order.minimumVerifierDate = date
      try await test.expect(.incorrectData, .complete(try test.sign(order)), in: opened)
    }
  }

  @Test("A completion's day and least day hold from the next step on, also for a verifier that was taken before it")
  func sameSession() async throws {
    for isImported in [false, true] {
      let test = try await TestCard.make()
      let access = TerminalAccess.payout(try test.pki.terminal())
      let session = try await PACETerminal(test.channel, parameters: .ecdhGMAES128(.p256))
        .run(.can, password: test.made.secrets.can, request: access.request)
      func status(_ command: CommandAPDU) async throws -> StatusWord {
        try await session.channel.transmit(command).status
      }
      func select(_ holder: HolderReference) -> CommandAPDU {
        CommandAPDU(ins: 0x22, p1: 0x81, p2: 0xB6, data: BERTLV(0x83, holder.octets).bytes)
      }
      let verifier = access.credential.verifier
      let verify = CommandAPDU(ins: 0x2A, p2: 0xBE, data: verifier.unwrapped)
      if isImported {
        #expect(try await status(select(verifier.content.authority)) == .success)
        #expect(try await status(verify) == .success)
      }
      var order = test.completion()
      order.minimumVerifierDate = 20_261_020
      #expect(try await status(.selectPayout) == .success)
      #expect(try await status(.complete(try test.sign(order))) == .success)
      if isImported { #expect(try await status(select(verifier.content.holder)) == .referencedDataNotFound) }
      #expect(try await status(select(verifier.content.authority)) == .success)
      #expect(try await status(verify) == .authenticationFailed)
    }
  }
}
