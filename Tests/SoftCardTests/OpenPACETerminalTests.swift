import CardApplication
import CardCrypto
import CardTerminal
import EACPeer
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// A delivered card in the hands of a terminal that is not ours.
@Suite("The card with OpenPACE's terminal")
struct OpenPACETerminalTests {
  private func terminal(_ test: TestCard) async throws -> OpenPACETerminal {
    let access = try await test.channel.transmit(CommandAPDU(ins: 0xB0, p1: 0x9C, expectedLength: 256))
    #expect(access.status.isSuccess)
    return OpenPACETerminal(test.channel, cardAccess: access.data)
  }

  private func refusal(
    _ terminal: OpenPACETerminal, _ reference: PACEPasswordReference, _ password: [UInt8]
  ) async throws -> StatusWord {
    let error = await #expect(throws: OpenPACEError.self) {
      try await terminal.pace(passwordReference: reference.rawValue, password: password)
    }
    guard case .refused(_, let status)? = error else { throw error ?? .notReady(step: "refusal") }
    return status
  }

  @Test(
    "OpenPACE's terminal opens the card with its PIN, reads it, and gets a payout bound to this session",
    arguments: Curve.scheme, AESKeyLength.allCases)
  func payout(_ curve: Curve, _ cipher: AESKeyLength) async throws {
    let test = try await TestCard.make(
      pace: curve == .p256 ? "P-256" : "brainpoolP256r1", channels: "\npace-cipher: aes-\(cipher.rawValue * 8)\n")
    let terminal = try await terminal(test)
    try await terminal.pace(
      passwordReference: PACEPasswordReference.pin.rawValue, password: test.made.secrets.pin.withOctets { Array($0) })
    let selected = try await terminal.transmit(
      CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.payout, expectedLength: 256))
    #expect(selected.status.isSuccess)
    #expect(try PayoutSelection(parsing: selected.data).status?.counter == 0)
    let holder = try await terminal.transmit(
      CommandAPDU(ins: 0xB0, p1: 0x80 | PayoutFile.holder.rawValue, expectedLength: 65_536))
    #expect(try Holder(parsing: holder.data) == TestCard.order().holder)

    let order = try test.order()
    let answer = try await terminal.transmit(
      CommandAPDU(
        cla: 0x80, ins: PayoutCommand.authorise.rawValue, p1: order.mode.rawValue, data: order.bytes,
        expectedLength: 65_536))
    #expect(answer.status.isSuccess)
    let (certificate, signed) = try PayoutCertificate.parse(answer.data)
    #expect(signed.isSigned(by: test.made.certificate.publicKey))
    let points = await terminal.cardEphemeral + terminal.terminalEphemeral
    #expect(certificate.sessionHash == Digest.sha256.hash(points))
  }

  @Test("With the CAN alone the holder's file stays shut to OpenPACE's terminal too")
  func canOnly() async throws {
    let test = try await TestCard.make()
    let terminal = try await terminal(test)
    try await terminal.pace(passwordReference: 2, password: test.made.secrets.can.withOctets { Array($0) })
    let selected = try await terminal.transmit(
      CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.payout, expectedLength: 256))
    #expect(selected.status.isSuccess)
    for (file, status) in [(PayoutFile.cardInfo, StatusWord.success), (.holder, .securityStatusNotSatisfied)] {
      let read = try await terminal.transmit(
        CommandAPDU(ins: 0xB0, p1: 0x80 | file.rawValue, expectedLength: 65_536))
      #expect(read.status == status)
      #expect(read.data.isEmpty == (status != .success))
    }
  }

  @Test("A wrong PIN costs OpenPACE's terminal a try; the last needs the CAN in the same session")
  func wrongPIN() async throws {
    let test = try await TestCard.make()
    let terminal = try await terminal(test)
    let pin = test.made.secrets.pin.withOctets { Array($0) }
    let wrong = pin.map { $0 == 0x39 ? 0x30 : $0 + 1 }
    #expect(try await refusal(terminal, .pin, wrong) == .triesLeft(2))
    #expect(try await refusal(terminal, .can, wrong) == .authenticationFailed)
    #expect(try await refusal(terminal, .pin, wrong) == .triesLeft(1))
    #expect(try await refusal(terminal, .pin, pin) == .conditionsNotSatisfied)
    try await terminal.pace(passwordReference: 2, password: test.made.secrets.can.withOctets { Array($0) })
    try await terminal.pace(passwordReference: 3, password: pin)
    let selected = try await terminal.transmit(
      CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.payout, expectedLength: 256))
    #expect(try PayoutSelection(parsing: selected.data).status?.counter == 0)
  }
}
