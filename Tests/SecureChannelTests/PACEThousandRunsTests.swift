import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Synchronization
import Testing

/// OpenSSL's generator, keeping what it gave out: what one side of a run drew.
final class RecordingRandom: RandomSource {
  private let drawn = Mutex<[[UInt8]]>([])

  func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
    let octets = try SystemRandom().bytes(count)
    drawn.withLock { $0.append(octets) }
    return octets
  }

  /// The last string given out: a side's private key of step 3, whatever was drawn and thrown away before.
  var last: [UInt8] { drawn.withLock { $0.last ?? [] } }
}

/// 1,000 runs for each curve and key length with fresh random octets, each with one protected exchange.
///
/// An octet 00 at the front of a coordinate, a scalar or a shared secret comes once in 256 times; a side that drops it
/// fails a run. Where both sides drop it alike, the exchange's MAC does not agree with that of ``Reference``, whose key
/// comes from the shared secret in its 32 octets.
@Suite struct PACEThousandRunsTests {
  static let password = Array("482913".utf8)
  static let count = 1_000

  @Test(arguments: Curve.scheme, [AESKeyLength.aes128, .aes256])
  func runs(_ curve: Curve, _ cipher: AESKeyLength) async throws {
    let parameters = PACEParameters.ecdhGM(curve, cipher)
    for run in 0..<Self.count { try await self.run(parameters, number: run) }
  }

  private func run(_ parameters: PACEParameters, number: Int) async throws {
    let random = RecordingRandom()
    let card = LoopbackCard(parameters, password: Self.password, random: SystemRandom())
    let trace = TraceChannel(card)
    let session = try await PACETerminal(card, parameters: parameters, random: random)
      .run(.can, password: SecretBytes(Self.password), over: trace)
    let comment = "run \(number), private key \(random.last.hex), card's key \(session.cardEphemeral.hex)"
    let data = session.cardEphemeral
    let command = CommandAPDU(cla: 0x80, ins: 0xCA, data: data, expectedLength: 256)
    let response = try await session.channel.transmit(command)
    #expect(response == ResponseAPDU(data: data, status: .success), "\(comment)")

    let reference = try Reference.after(
      parameters, peer: session.cardEphemeral, privateKey: random.last)
    let expected = try reference.command(
      "8CCA0000", [BERTLV(0x87, [1] + (try reference.cryptogram(data, at: 1))), BERTLV(0x97, [0])], at: 1)
    let sent = try CommandAPDU(parsing: #require(await trace.exchanges.last).command)
    #expect(sent.data == expected.data, "\(comment)")
  }
}

extension Reference {
  /// The session after step 3, with the keys written out from TR-03110-3 A.2.3 once more.
  static func after(_ parameters: PACEParameters, peer: [UInt8], privateKey: [UInt8]) throws -> Reference {
    let shared = try parameters.curve.multiply(peer, by: SecretBytes(privateKey))[1...32]
    let digest = parameters.cipher == .aes128 ? Digest.sha1 : .sha256
    func key(_ counter: UInt8) -> [UInt8] {
      Array(digest.hash(shared + [0, 0, 0, counter]).prefix(parameters.cipher.rawValue))
    }
    return Reference(encryption: key(1), mac: key(2))
  }
}
