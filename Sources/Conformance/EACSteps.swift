import CardApplication
import CardCrypto
import CardTerminal
import ISO7816
import SecureChannel

/// The steps of Terminal Authentication, each by itself (TR-03110-3 B.11.4–7).
enum EACSteps {
  static let request = RequestedAuthorization(
    HolderAuthorization(.terminal, [.canAllowed]),
    extensions: [
      AuthorizationExtension(
        identifier: PayoutRights.identifier, bitmap: ConformanceAuthority.allPayoutRights.octets)
    ])

  /// A session opened for Terminal Authentication.
  static func session(_ test: CardUnderTest) async throws -> PACESession {
    let can = try test.secret(.can)
    return try await PACETerminal(try await test.card.channel(), parameters: test.parameters)
      .run(.can, password: can, request: request)
  }

  static func select(_ channel: any CardChannel, _ authority: HolderReference) async throws -> ResponseAPDU {
    try await channel.transmit(
      CommandAPDU(ins: 0x22, p1: 0x81, p2: 0xB6, data: BERTLV(0x83, authority.octets).bytes))
  }

  static func verify(_ channel: any CardChannel, _ certificate: [UInt8]) async throws -> ResponseAPDU {
    try await channel.transmit(CommandAPDU(ins: 0x2A, p1: 0x00, p2: 0xBE, data: certificate))
  }

  /// Certificates that have to be taken.
  static func present(_ channel: any CardChannel, _ certificates: [CVCertificate]) async throws {
    for certificate in certificates {
      try expect("MSE:Set DST", try await select(channel, certificate.content.authority), .success)
      try expect("VERIFY CERTIFICATE", try await verify(channel, certificate.unwrapped), .success)
    }
  }

  static func template(
    _ channel: any CardChannel, _ credential: TerminalCredential, _ compressed: [UInt8]
  ) async throws -> ResponseAPDU {
    let content = credential.terminal.content
    return try await channel.transmit(
      CommandAPDU(
        ins: 0x22, p1: 0x81, p2: 0xA4,
        data: BERTLV(0x80, content.publicKey.scheme.oid).bytes + BERTLV(0x83, content.holder.octets).bytes
          + BERTLV(0x91, compressed).bytes))
  }

  static func challenge(_ channel: any CardChannel) async throws -> [UInt8] {
    let answer = try await channel.transmit(CommandAPDU(ins: 0x84, expectedLength: 8))
    try expect("GET CHALLENGE", answer, .success)
    return answer.data
  }

  static func prove(_ channel: any CardChannel, _ signature: [UInt8]) async throws -> ResponseAPDU {
    try await channel.transmit(CommandAPDU(ins: 0x82, data: signature))
  }

  static func sign(
    _ credential: TerminalCredential, _ ephemeral: [UInt8], _ challenge: [UInt8], _ compressed: [UInt8]
  ) throws -> [UInt8] {
    try credential.signer.sign(
      TerminalAuthentication.signatureInput(
        cardEphemeral: ephemeral, challenge: challenge, compressedKey: compressed, auxiliaryData: []))
  }
}
