import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
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
    let key = try ECPrivateKey(generate: .p256)
    let access = TerminalAccess.payout(try test.pki.terminal(key: key))
    try await terminal.pace(
      passwordReference: PACEPasswordReference.pin.rawValue, password: TestCard.pin.withOctets { Array($0) },
      chat: access.request.objects.flatMap(\.bytes))
    try await terminal.terminalAuthentication(
      certificates: [access.credential.verifier.bytes, access.credential.terminal.bytes],
      privateKeyPKCS8: pkcs8(key))
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
    #expect(certificate.terminal.keyHash == Digest.sha256.hash(key.publicKey.point))
  }

  /// RFC 5208 §5 around RFC 5915 §3, for a key on P-256.
  private func pkcs8(_ key: ECPrivateKey) -> [UInt8] {
    let scalar = key.exportScalar().withOctets { Array($0) }
    let inner = BERTLV(0x30, [BERTLV(0x02, [1]), BERTLV(0x04, scalar)])
    // id-ecPublicKey, prime256v1 (RFC 5480 §2.1.1).
    let algorithm = BERTLV(
      0x30,
      [
        BERTLV(0x06, [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]),
        BERTLV(0x06, [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]),
      ])
    return BERTLV(0x30, [BERTLV(0x02, [0]), algorithm, BERTLV(0x04, inner.bytes)]).bytes
  }

  @Test("OpenPACE's terminal proves itself, has the chip prove itself, and reads the eID application")
  func identity() async throws {
    let person = try IdentityTests.person()
    let test = try await TestCard.make(identity: person)
    let terminal = try await terminal(test)
    let key = try ECPrivateKey(generate: .p256)
    let access = TerminalAccess.identity(
      try test.pki.terminal([.readAll, .canAllowed], payout: [], key: key), test.chipTrust)
    try await terminal.pace(
      passwordReference: PACEPasswordReference.can.rawValue, password: test.made.secrets.can.withOctets { Array($0) },
      chat: access.request.objects.flatMap(\.bytes))
    try await terminal.terminalAuthentication(
      certificates: [access.credential.verifier.bytes, access.credential.terminal.bytes],
      privateKeyPKCS8: pkcs8(key))
    func read(_ short: UInt8) async throws -> ResponseAPDU {
      try await terminal.transmit(CommandAPDU(ins: 0xB0, p1: 0x80 | short, expectedLength: 65_536))
    }
    let security = try await read(0x1D)
    #expect(security.status.isSuccess)
    let select = CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.eID, expectedLength: 256)
    #expect(try await terminal.transmit(select).status.isSuccess)
    // Not before the chip has proven itself.
    #expect(try await read(EIDDataGroup.givenNames.shortIdentifier).status == .securityStatusNotSatisfied)
    try await terminal.chipAuthentication(cardSecurity: security.data)
    #expect(try await terminal.transmit(select).status.isSuccess)
    for (group, content) in try person.dataGroups {
      let answer = try await read(group.shortIdentifier)
      #expect(answer.status.isSuccess && answer.data == content, "DG\(group.rawValue)")
    }
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
    let pin = TestCard.pin.withOctets { Array($0) }
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
