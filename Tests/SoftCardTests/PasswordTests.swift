import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

@Suite("Passwords and retry counters")
struct PasswordTests {
  private func altered(_ secret: borrowing SecretBytes) -> SecretBytes {
    secret.withOctets { digits in SecretBytes(digits.map { $0 == 0x39 ? 0x30 : $0 + 1 }) }
  }

  /// The error of one attempt; `nil` when it opened a session.
  private func attempt(
    _ card: SoftCard, _ reference: PACEPasswordReference, _ secret: borrowing SecretBytes,
    can: consuming SecretBytes? = nil
  ) async -> PACEError? {
    do {
      _ = try await CardSession.open(SoftCardChannel(card), reference, password: secret, resumingWithCAN: can)
      return nil
    } catch .pace(let error) {
      return error
    } catch {
      return .cardNotAuthentic
    }
  }

  private func wrongPIN(_ test: TestCard, card: SoftCard? = nil) async -> PACEError? {
    await attempt(card ?? test.card, .pin, altered(TestCard.pin))
  }

  @Test("A wrong PIN tells the tries left, which survive power-off; the last try needs the CAN; then blocked")
  func wrongPINs() async throws {
    let test = try await TestCard.make()
    guard case .wrongPassword(triesLeft: 2) = await wrongPIN(test) else { throw Unexpected() }
    // Power off: the same storage in a new card.
    let again = try SoftCard(storage: test.storage)
    guard case .wrongPassword(triesLeft: 1) = await wrongPIN(test, card: again) else { throw Unexpected() }
    guard case .suspended = await wrongPIN(test, card: again) else { throw Unexpected() }
    // Not even the right one without the CAN.
    guard case .suspended = await attempt(again, .pin, TestCard.pin) else { throw Unexpected() }
    // With the CAN before it the last wrong try is taken and blocks.
    let last = await attempt(again, .pin, altered(TestCard.pin), can: test.made.secrets.can.copy())
    guard case .wrongPassword(triesLeft: 0) = last else { throw Unexpected() }
    let blocked = await attempt(again, .pin, TestCard.pin, can: test.made.secrets.can.copy())
    guard case .blocked = blocked else { throw Unexpected() }
  }

  @Test("A right PIN after the CAN resumes a suspended one")
  func resume() async throws {
    let test = try await TestCard.make()
    _ = await wrongPIN(test)
    _ = await wrongPIN(test)
    let session = try await CardSession.open(
      test.channel, .pin, password: TestCard.pin, terminal: .payout(try test.pki.terminal()),
      resumingWithCAN: test.made.secrets.can.copy())
    #expect(try await session.holder().name == "Nguyễn Thị Hòa")
    _ = try await session.authorise(try test.order())
    guard case .wrongPassword(triesLeft: 2) = await wrongPIN(test) else { throw Unexpected() }
  }

  @Test("The try is on the disk before the token is looked at")
  func tryIsTakenFirst() async throws {
    let test = try await TestCard.make()
    test.storage.fail(after: 0)
    do {
      _ = try await test.openWithPIN()
      Issue.record("a token was compared without taking a try")
    } catch CardSessionError.pace(.refused(_, let status)) {
      #expect(status == .memoryFailure)
    }
    // Power fails after the try was taken, before the answer: the try is gone, the right PIN still works.
    // (The first replacement puts back what the failed one may have left.)
    test.storage.fail(after: 2)
    await #expect(throws: CardSessionError.self) { try await test.openWithPIN() }
    test.storage.fail(after: nil)
    let again = try SoftCard(storage: test.storage)
    guard case .wrongPassword(triesLeft: 1) = await wrongPIN(test, card: again) else { throw Unexpected() }
  }

  @Test("A wrong CAN says only that it is wrong and costs nothing")
  func wrongCAN() async throws {
    let test = try await TestCard.make()
    for _ in 0..<5 {
      let error = await attempt(test.card, .can, altered(test.made.secrets.can))
      guard case .wrongPassword(triesLeft: nil) = error else { throw Unexpected() }
    }
    _ = try await CardSession.open(test.channel, .can, password: test.made.secrets.can)
  }

  @Test("PACE works on both curves", arguments: ["P-256", "brainpoolP256r1"])
  func curves(name: String) async throws {
    let test = try await TestCard.make(pace: name)
    #expect(try await test.openWithPIN().cardNumber == test.made.cardNumber)
  }

  private struct Unexpected: Error {}
}
