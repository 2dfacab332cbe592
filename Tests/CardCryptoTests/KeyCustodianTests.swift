import CardTestSupport
import Foundation
import Testing

@testable import CardCrypto

/// Static keys that are given, so that published sessions can be played.
struct FixedKeys: CardKeySource {
  let keys: [CardKeyDiversification.Purpose: [UInt8]]

  func cardKey(_ purpose: CardKeyDiversification.Purpose, _ card: CardKeyReference) throws -> SecretBytes {
    SecretBytes(keys[purpose] ?? [])
  }
}

/// What a custodian gives instead of the keys themselves.
@Suite struct KeyCustodianTests {
  private struct File: Decodable {
    struct Session: Decodable {
      let test: String
      let encryptionKey, macKey, dataKey, update, cardChallenge, cardCryptogram, sequenceCounter: HexOctets
      let hostCryptogram, sessionEncryption, sessionMAC, sessionResponseMAC: HexOctets

      enum CodingKeys: String, CodingKey {
        case test
        case encryptionKey = "K_ENC"
        case macKey = "K_MAC"
        case dataKey = "K_DEK"
        case update = "initialize_update"
        case cardChallenge = "card_challenge"
        case cardCryptogram = "card_cryptogram"
        case hostCryptogram = "host_cryptogram"
        case sequenceCounter = "sequence_counter"
        case sessionEncryption = "S_ENC"
        case sessionMAC = "S_MAC"
        case sessionResponseMAC = "S_RMAC"
      }

      var source: FixedKeys {
        FixedKeys(keys: [.encryption: encryptionKey.octets, .mac: macKey.octets, .dataEncryption: dataKey.octets])
      }
      var hostChallenge: [UInt8] { Array(update.octets[5..<13]) }
      var challenge: SCP03Challenge {
        SCP03Challenge(
          mode: .s8, host: hostChallenge, card: cardChallenge.octets, cardCryptogram: cardCryptogram.octets)
      }

      func check(_ keys: borrowing SCP03SessionKeys) {
        #expect(keys.encryption.withOctets { $0 } == sessionEncryption.octets, "\(test)")
        #expect(keys.mac.withOctets { $0 } == sessionMAC.octets, "\(test)")
        #expect(keys.responseMAC.withOctets { $0 } == sessionResponseMAC.octets, "\(test)")
        #expect(keys.hostCryptogram == hostCryptogram.octets, "\(test)")
        #expect(keys.cardCryptogram == cardCryptogram.octets, "\(test)")
      }
    }
    let sessions: [Session]
  }

  private static let card = CardKeyReference(generation: 1, length: .aes128, serial: Array(0..<10))

  private func sessions() throws -> [File.Session] {
    let sessions = try VectorFile.load("scp03_pysim_s8_aes128_192_256", as: File.self).sessions
    #expect(sessions.count == 9)
    return sessions
  }

  @Test("Session keys of nine recorded sessions, each bit of the card's cryptogram turned over")
  func recordedSessions() throws {
    for session in try sessions() {
      let keys = try session.source.sessionKeys(Self.card, answering: session.challenge)
      session.check(keys)
      for bit in 0..<64 {
        var cryptogram = session.cardCryptogram.octets
        cryptogram[bit / 8] ^= 1 << UInt8(bit % 8)
        let challenge = SCP03Challenge(
          mode: .s8, host: session.hostChallenge, card: session.cardChallenge.octets, cardCryptogram: cryptogram)
        #expect(throws: KeyCustodianError.wrongKeys) {
          _ = try session.source.sessionKeys(Self.card, answering: challenge)
        }
      }
    }
  }

  @Test("The nine recorded sessions as they could have been computed before")
  func predictedSessions() throws {
    for session in try sessions() {
      let counter = session.sequenceCounter.octets.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let predicted = try session.source.predictedSession(
        Self.card,
        // ISD-R of the eUICC that was recorded.
        SCP03Prediction(
          mode: .s8, hostChallenge: session.hostChallenge, sequenceCounter: counter,
          aid: octets("A0000005591010FFFFFFFF8900000100")))
      #expect(predicted.cardChallenge == session.cardChallenge.octets, "\(session.test)")
      session.check(predicted.keys)
    }
  }

  @Test("A counter that no card has, and challenges of another length, are refused")
  func malformed() throws {
    let source = try #require(try sessions().first).source
    for (counter, length) in [(UInt32(0), 8), (0x100_0000, 8), (1, 7), (1, 16), (1, 0)] {
      #expect(throws: CryptoError.self) {
        _ = try source.predictedSession(
          Self.card,
          SCP03Prediction(
            mode: .s8, hostChallenge: [UInt8](repeating: 1, count: length), sequenceCounter: counter, aid: [1]))
      }
    }
  }

  @Test("Keys for PUT KEY open under the key they are for, with the check values of the standard")
  func keyData() throws {
    for session in try sessions() {
      let length = session.encryptionKey.octets.count
      let transport = SecretBytes(Array(0x40...0x4F))
      let data = try session.source.keyData(Self.card, under: transport, random: SystemRandom())
      let width = (length + 15) / 16 * 16
      #expect(data.command.count == 1 + 3 * (7 + width))
      #expect(data.command.first == 1 && data.answer.first == 1 && data.answer.count == 10)
      for (index, key) in [session.encryptionKey, session.macKey, session.dataKey].enumerated() {
        let block = Array(data.command[(1 + index * (7 + width))..<(1 + (index + 1) * (7 + width))])
        #expect(Array(block.prefix(3)) == [0x88, UInt8(1 + width), UInt8(length)])
        let opened = try AES.decryptCBC(Array(block[3..<3 + width]), key: transport)
        #expect(Array(opened.prefix(length)) == key.octets)
        let check = try CardKeyDiversification.checkValue(SecretBytes(key.octets))
        #expect(Array(block.suffix(4)) == [3] + check)
        #expect(Array(data.answer[(1 + 3 * index)..<(4 + 3 * index)]) == check)
      }
      let replacing = try session.source.keyData(Self.card, replacing: Self.card, random: SystemRandom())
      let opened = try AES.decryptCBC(
        Array(replacing.command[4..<4 + width]), key: SecretBytes(session.dataKey.octets))
      #expect(Array(opened.prefix(length)) == session.encryptionKey.octets)
      #expect(replacing.answer == data.answer)
    }
  }

  @Test("A PIN is readable under the card's Key-DEK alone")
  func pin() throws {
    for session in try sessions() {
      let cryptogram = try session.source.encrypt(SecretBytes(Array("12345".utf8)), for: Self.card)
      let opened = try AES.decryptCBC(cryptogram, key: SecretBytes(session.dataKey.octets))
      #expect(Padding.remove(opened) == Array("12345".utf8))
    }
  }

  @Test("Eight sessions a card, so many a job, and what is refused takes nothing")
  func budget() throws {
    let budget = MemorySessionBudget(job: 10)
    let (first, second) = ([UInt8](repeating: 1, count: 10), [UInt8](repeating: 2, count: 10))
    for _ in 0..<8 { try budget.take(serial: first, job: "a") }
    let limit = SessionBudgetError.card(serial: String(repeating: "01", count: 10), limit: 8)
    for job in ["a", "b"] { #expect(throws: limit) { try budget.take(serial: first, job: job) } }
    for _ in 0..<2 { try budget.take(serial: second, job: "a") }
    #expect(throws: SessionBudgetError.job("a", limit: 10)) { try budget.take(serial: second, job: "a") }
    for _ in 0..<6 { try budget.take(serial: second, job: "b") }
    #expect(throws: SessionBudgetError.self) { try budget.take(serial: second, job: "b") }
  }

  @Test("The custodian asks the budget before it uses a key, and has no master of another generation")
  func softwareCustodian() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let custodian = try SoftwareKeyCustodian(
      path: folder.path + "/keys", issuerName: "Test issuer", budget: MemorySessionBudget(card: 2))
    let challenge = SCP03Challenge(
      mode: .s8, host: [UInt8](repeating: 1, count: 8), card: [UInt8](repeating: 2, count: 8),
      cardCryptogram: [UInt8](repeating: 3, count: 8))
    // A cryptogram that is wrong has cost a session all the same.
    for _ in 0..<2 {
      #expect(throws: KeyCustodianError.wrongKeys) {
        _ = try custodian.sessionKeys(Self.card, answering: challenge, job: "")
      }
    }
    #expect(throws: SessionBudgetError.self) {
      _ = try custodian.sessionKeys(Self.card, answering: challenge, job: "")
    }
    let prediction = SCP03Prediction(mode: .s8, hostChallenge: challenge.host, sequenceCounter: 1, aid: [])
    #expect(throws: SessionBudgetError.self) {
      _ = try custodian.predictedSession(Self.card, prediction, job: "")
    }
    // The keys themselves are a way round all sessions, so that they count as one.
    #expect(throws: SessionBudgetError.self) {
      _ = try custodian.keyData(Self.card, under: SecretBytes(Array(0x40...0x4F)), job: "")
    }
    let next = CardKeyReference(generation: 2, length: .aes256, serial: Self.card.serial)
    #expect(throws: KeyCustodianError.noMaster(generation: 2, length: .aes256)) {
      _ = try custodian.encrypt(SecretBytes([0x31]), for: next)
    }
    let other = CardKeyReference(generation: 1, length: .aes256, serial: [UInt8](repeating: 9, count: 10))
    #expect(throws: SessionBudgetError.noSession(serial: String(repeating: "09", count: 10))) {
      _ = try custodian.encrypt(SecretBytes([0x31]), for: other)
    }
    for _ in 0..<2 { _ = try custodian.keyData(other, under: SecretBytes(Array(0x40...0x4F)), job: "") }
    #expect(throws: SessionBudgetError.self) {
      _ = try custodian.keyData(other, under: SecretBytes(Array(0x40...0x4F)), job: "")
    }
    _ = try custodian.encrypt(SecretBytes([0x31]), for: other)
  }
}
