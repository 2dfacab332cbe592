import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// Nine recorded sessions of an eUICC (pySim's unit tests): S8 mode, i = 70, levels 11, 03 and 33, AES-128, -192, -256.
@Suite struct SCP03VectorTests {
  struct File: Decodable {
    struct Command: Decodable {
      let plain, wrapped: HexOctets
      let wrappedResponse, plainResponse: HexOctets?
      let isOverPadded: Bool?

      enum CodingKeys: String, CodingKey {
        case plain, wrapped
        case wrappedResponse = "wrapped_response_no_sw"
        case plainResponse = "plain_response"
        case isOverPadded = "padding_longer_than_a_block"
      }
    }
    struct Session: Decodable {
      let test, mode: String
      let level, version, encryptionKey, macKey, dataKey, update, updateAnswer, authenticate: HexOctets
      let diversificationData, cardChallenge, cardCryptogram, sequenceCounter: HexOctets
      let hostCryptogram, sessionEncryption, sessionMAC, sessionResponseMAC: HexOctets?
      let commands: [Command]

      enum CodingKeys: String, CodingKey {
        case test, mode
        case level = "security_level"
        case version = "kvn"
        case encryptionKey = "K_ENC"
        case macKey = "K_MAC"
        case dataKey = "K_DEK"
        case update = "initialize_update"
        case updateAnswer = "initialize_update_response_no_sw"
        case authenticate = "external_authenticate"
        case diversificationData = "key_diversification_data"
        case cardChallenge = "card_challenge"
        case cardCryptogram = "card_cryptogram"
        case hostCryptogram = "host_cryptogram"
        case sequenceCounter = "sequence_counter"
        case sessionEncryption = "S_ENC"
        case sessionMAC = "S_MAC"
        case sessionResponseMAC = "S_RMAC"
        case commands = "commands_in_order"
      }

      var keys: SCP03KeySet {
        SCP03KeySet(
          version: version.octets[0], encryption: SecretBytes(encryptionKey.octets), mac: SecretBytes(macKey.octets),
          dataEncryption: SecretBytes(dataKey.octets))
      }
      var securityLevel: SCP03SecurityLevel { SCP03SecurityLevel(rawValue: level.octets[0]) }
      var hostChallenge: [UInt8] { get throws { try CommandAPDU(parsing: update.octets).data } }
    }
    let sessions: [Session]
  }

  /// ISD-R of the eUICC that was recorded (GSMA SGP.02). The file does not name it, but all nine card
  /// challenges follow from it by Amendment D §6.2.2.1.
  static let domain = octets("A0000005591010FFFFFFFF8900000100")

  private func sessions() throws -> [File.Session] {
    let sessions = try VectorFile.load("scp03_pysim_s8_aes128_192_256", as: File.self).sessions
    #expect(sessions.count == 9)
    #expect(sessions.allSatisfy { $0.mode == "S8" && $0.commands.count == 5 })
    return sessions
  }

  @Test func sessionKeys() throws {
    for session in try sessions() {
      let context = try session.hostChallenge + session.cardChallenge.octets
      let bits = session.macKey.octets.count * 8
      let sessionMAC = try #require(session.sessionMAC)
      for (key, constant, bits, expected) in [
        (session.encryptionKey, SCP03KDF.Constant.sessionEncryption, bits, try #require(session.sessionEncryption)),
        (session.macKey, .sessionMAC, bits, sessionMAC),
        (session.macKey, .sessionResponseMAC, bits, try #require(session.sessionResponseMAC)),
        (sessionMAC, .cardCryptogram, 64, session.cardCryptogram),
        (sessionMAC, .hostCryptogram, 64, try #require(session.hostCryptogram)),
      ] {
        let derived = try SCP03KDF.derive(
          key: SecretBytes(key.octets), constant: constant, context: context, bits: bits
        ).withOctets { $0 }
        #expect(derived == expected.octets, "\(session.test), constant \(constant)")
      }
      let challenge = try SCP03KDF.derive(
        key: SecretBytes(session.encryptionKey.octets), constant: .cardChallenge,
        context: session.sequenceCounter.octets + Self.domain, bits: 64
      ).withOctets { $0 }
      #expect(challenge == session.cardChallenge.octets, "\(session.test)")
    }
  }

  /// Where the file has no response, the card answers 6A88: error status words carry no R-MAC (§6.2.5).
  @Test func hostPlaysEverySession() async throws {
    for session in try sessions() {
      let script =
        [
          ScriptedExchange(
            command: session.update.octets, response: session.updateAnswer.octets + StatusWord.success.bytes),
          ScriptedExchange(command: session.authenticate.octets, response: StatusWord.success.bytes),
        ]
        + session.commands.map { command in
          let status = command.wrappedResponse == nil ? StatusWord.referencedDataNotFound : .success
          return ScriptedExchange(
            command: command.wrapped.octets, response: (command.wrappedResponse?.octets ?? []) + status.bytes)
        }
      let card = ScriptedChannel(script)
      let random = FixedRandom([try session.hostChallenge])
      let update = try await SCP03Host.initialize(card, keyVersion: session.version.octets[0], random: random)
      #expect(update.diversificationData == session.diversificationData.octets)
      #expect(update.keyVersion == session.version.octets[0])
      #expect(update.cardChallenge == session.cardChallenge.octets)
      #expect(update.cardCryptogram == session.cardCryptogram.octets)
      let host = try await SCP03Host.open(
        card, answering: update, keys: session.keys, level: session.securityLevel)
      for command in session.commands {
        let response = try await host.transmit(CommandAPDU(parsing: command.plain.octets))
        #expect(response.data == command.plainResponse?.octets ?? [], "\(session.test)")
      }
      try await card.finish()
    }
  }

  @Test func cardPlaysEverySession() throws {
    for session in try sessions() {
      let sequence = UInt32(session.sequenceCounter.octets.bigEndianValue ?? 0)
      var card = try SCP03Card(
        keys: session.keys, hostChallenge: session.hostChallenge,
        diversificationData: session.diversificationData.octets, sequenceCounter: sequence, aid: Self.domain)
      let answer = card.initializeUpdateAnswer
      #expect(answer == session.updateAnswer.octets, "\(session.test)")
      let isAuthentic = try card.authenticate(CommandAPDU(parsing: session.authenticate.octets))
      #expect(isAuthentic, "\(session.test)")
      for command in session.commands {
        let plain = try card.unwrap(CommandAPDU(parsing: command.wrapped.octets))
        #expect(try plain == CommandAPDU(parsing: command.plain.octets), "\(session.test)")
        guard let wrapped = command.wrappedResponse, let data = command.plainResponse else { continue }
        let response = try card.wrap(ResponseAPDU(data: data.octets, status: .success))
        #expect(response == ResponseAPDU(data: wrapped.octets, status: .success), "\(session.test)")
      }
    }
  }
}
