import CardCrypto
import CardTestSupport
import ISO7816
import Testing

@testable import SecureChannel

/// Three sessions of OpenSCP-Java's unit tests: S16 mode, i = 71, level 33, AES-128, -192 and -256.
@Suite struct SCP03S16VectorTests {
  typealias Session = SCP03VectorTests.File.Session

  private func sessions() throws -> [Session] {
    let file = try VectorFile.load("scp03_openscp_s16_aes128_192_256", as: SCP03VectorTests.File.self)
    #expect(file.sessions.map(\.macKey.octets.count) == [16, 24, 32])
    #expect(file.sessions.allSatisfy { $0.mode == "S16" && $0.commands.count == 3 })
    return file.sessions
  }

  @Test func hostPlaysEverySession() async throws {
    for session in try sessions() {
      let success = StatusWord.success.bytes
      let script =
        [
          ScriptedExchange(command: session.update.octets, response: session.updateAnswer.octets + success),
          ScriptedExchange(command: session.authenticate.octets, response: success),
        ]
        + session.commands.map {
          ScriptedExchange(command: $0.wrapped.octets, response: ($0.wrappedResponse?.octets ?? []) + success)
        }
      let card = ScriptedChannel(script)
      let update = try await SCP03Host.initialize(
        card, mode: .s16, keyVersion: session.version.octets[0], random: FixedRandom([try session.hostChallenge]))
      #expect(update.mode == .s16)
      #expect(update.diversificationData == session.diversificationData.octets)
      #expect(update.cardChallenge == session.cardChallenge.octets)
      #expect(update.cardCryptogram == session.cardCryptogram.octets)
      let host = try await SCP03Host.open(card, answering: update, keys: session.keys, level: session.securityLevel)
      for command in session.commands {
        let plain = try CommandAPDU(parsing: command.plain.octets)
        guard command.isOverPadded != true else {
          // Its R-MAC is right; a block of zeros too many after the padding is refused all the same.
          let error = await #expect(throws: CardChannelError.self) { try await host.transmit(plain) }
          #expect(error?.isSecureMessaging == true)
          continue
        }
        let response = try await host.transmit(plain)
        #expect(response.data == command.plainResponse?.octets, "\(session.test)")
      }
      try await card.finish()
    }
  }

  /// With the sessions' own card challenge: it is one and the same for three keys, so none of §6.2.2.1.
  @Test func cardPlaysEverySession() throws {
    for session in try sessions() {
      let sequence = UInt32(session.sequenceCounter.octets.bigEndianValue ?? 0)
      var card = try SCP03Card(
        keys: session.keys, mode: .s16, hostChallenge: session.hostChallenge,
        diversificationData: session.diversificationData.octets, sequenceCounter: sequence,
        cardChallenge: session.cardChallenge.octets)
      let answer = card.initializeUpdateAnswer
      #expect(answer == session.updateAnswer.octets, "\(session.test)")
      let isAuthentic = try card.authenticate(CommandAPDU(parsing: session.authenticate.octets))
      #expect(isAuthentic, "\(session.test)")
      for command in session.commands {
        let plain = try card.unwrap(CommandAPDU(parsing: command.wrapped.octets))
        #expect(try plain == CommandAPDU(parsing: command.plain.octets), "\(session.test)")
        guard command.isOverPadded != true else { continue }
        let response = try card.wrap(ResponseAPDU(data: command.plainResponse?.octets ?? [], status: .success))
        #expect(response.data == command.wrappedResponse?.octets, "\(session.test)")
      }
    }
  }
}
