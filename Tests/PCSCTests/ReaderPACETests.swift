import ISO7816
import Testing

@testable import PCSC

@Suite("PACE by the reader")
struct ReaderPACETests {
  private static func octets(_ hex: String) -> [UInt8] { [UInt8](hex: hex.filter { $0 != " " }) ?? [] }

  @Test("the three functions; lengths have their least significant octet first")
  func requests() throws {
    #expect(ReaderPACERequest.capabilities.bytes == [1, 0, 0])
    #expect(ReaderPACERequest.destroy.bytes == [3, 0, 0])
    let plain = ReaderPACEChannelRequest(.pin)
    // Function, length 5, PIN, no CHAT, no password, no description.
    #expect(ReaderPACERequest.establish(plain).bytes == [2, 5, 0, 3, 0, 0, 0, 0])
    let full = try #require(
      ReaderPACEChannelRequest(
        .can, holderRights: [0x7F, 0x4C, 0x01], description: [UInt8](repeating: 0x30, count: 300)))
    let head: [UInt8] = [2, 0x34, 0x01, 2, 3, 0x7F, 0x4C, 0x01, 0, 0x2C, 0x01]
    #expect(ReaderPACERequest.establish(full).bytes == head + [UInt8](repeating: 0x30, count: 300))
    #expect(ReaderPACEChannelRequest.Password.allCases.map(\.rawValue) == [1, 2, 3, 4])
  }

  @Test("what does not fit into its length is refused")
  func requestBounds() throws {
    let most = try #require(
      ReaderPACEChannelRequest(
        .puk, holderRights: [UInt8](repeating: 1, count: 255), description: [UInt8](repeating: 2, count: 65_000)))
    let bytes = ReaderPACERequest.establish(most).bytes
    #expect(bytes.count == 3 + 5 + 255 + 65_000)
    #expect(Int(bytes[1]) | Int(bytes[2]) << 8 == bytes.count - 3)
    #expect(ReaderPACEChannelRequest(.pin, holderRights: [UInt8](repeating: 1, count: 256)) == nil)
    #expect(ReaderPACEChannelRequest(.pin, holderRights: [], description: [UInt8](repeating: 1, count: 65_001)) == nil)
  }

  @Test("capabilities, as readers tell them: the bits alone, or after their length")
  func capabilities() throws {
    let alone = try ReaderPACEAnswer(parsing: Self.octets("00000000 0100 60"))
    #expect(try ReaderPACECapabilities(parsing: alone.get()) == [.generic, .eID])
    let counted = try ReaderPACEAnswer(parsing: Self.octets("00000000 0200 01F0"))
    let all: ReaderPACECapabilities = [.generic, .eID, .signature, .destroyChannel]
    #expect(try ReaderPACECapabilities(parsing: counted.get()) == all)
    #expect(try ReaderPACECapabilities(parsing: [0x01]).rawValue == 0x01)
    #expect(throws: ReaderPACEError.truncated) { try ReaderPACECapabilities(parsing: []) }
    #expect(throws: ReaderPACEError.trailing(1)) { try ReaderPACECapabilities(parsing: [0x60, 0x00]) }
    #expect(throws: ReaderPACEError.trailing(1)) { try ReaderPACECapabilities(parsing: [0x01, 0x60, 0x00]) }
  }

  /// Result, length 23, status 63C2, EF.CardAccess, CAR, previous CAR, ID_icc.
  private static let whole = octets("00000000 1700 63C2 0600 310430020601 0341424E 024142 0400 DEADBEEF")

  @Test("a channel: status, EF.CardAccess, and what terminal authentication needs")
  func channel() throws {
    let answer = try ReaderPACEAnswer(parsing: Self.whole)
    #expect(answer.result == .success && answer.output.count == 0x17)
    let channel = try ReaderPACEChannel(parsing: answer.get())
    #expect(channel.setUpStatus == StatusWord(rawValue: 0x63C2))
    #expect(channel.cardAccess == Self.octets("310430020601"))
    #expect(channel.currentAuthority == Array("ABN".utf8) && channel.previousAuthority == Array("AB".utf8))
    #expect(channel.cardIdentifier == [0xDE, 0xAD, 0xBE, 0xEF])
    let short = try ReaderPACEChannel(parsing: Self.octets("9000 0100 31"))
    #expect(short.setUpStatus.isSuccess && short.cardAccess == [0x31])
    #expect(short.currentAuthority.isEmpty && short.previousAuthority.isEmpty && short.cardIdentifier.isEmpty)
  }

  @Test("cut off at any octet, or with one more, an answer is refused")
  func truncated() {
    let output = Array(Self.whole.dropFirst(6))
    for length in Self.whole.indices {
      #expect(throws: ReaderPACEError.truncated) { try ReaderPACEAnswer(parsing: Array(Self.whole.prefix(length))) }
    }
    // Status and EF.CardAccess alone are a whole answer.
    for length in output.indices where length != 10 {
      #expect(throws: ReaderPACEError.truncated, "\(length)") {
        try ReaderPACEChannel(parsing: Array(output.prefix(length)))
      }
    }
    #expect(throws: ReaderPACEError.trailing(1)) { try ReaderPACEAnswer(parsing: Self.whole + [0]) }
    #expect(throws: ReaderPACEError.trailing(1)) { try ReaderPACEChannel(parsing: output + [0]) }
  }

  @Test("a flipped bit is told by the answer or refused, and never traps")
  func bitFlips() throws {
    let good = try ReaderPACEAnswer(parsing: Self.whole)
    let channel = try ReaderPACEChannel(parsing: good.get())
    for place in Self.whole.indices {
      for bit in 0..<8 {
        var octets = Self.whole
        octets[place] ^= 1 << bit
        guard let answer = try? ReaderPACEAnswer(parsing: octets) else { continue }
        #expect(answer != good)
        guard let output = try? answer.get(), let other = try? ReaderPACEChannel(parsing: output) else { continue }
        #expect(other != channel, "\(place) \(bit)")
      }
    }
  }

  @Test("results keep their value; a card's refusal tells command and status word")
  func results() throws {
    let wrongPIN = try ReaderPACEAnswer(parsing: Self.octets("C26306F0 0000"))
    #expect(wrongPIN.result.rawValue == 0xF006_63C2)
    let refusal = try #require(wrongPIN.result.refusal)
    #expect(refusal.step == .tokens && refusal.status.rawValue == 0x63C2)
    #expect(throws: ReaderPACEError.refused(ReaderPACEResult(rawValue: 0xF006_63C2))) { try wrongPIN.get() }
    // With what the card said to MSE:Set AT before: the PIN is suspended.
    let suspended = try ReaderPACEAnswer(parsing: Self.octets("856903F0 0400 63C10000"))
    #expect(
      throws: ReaderPACEError.refused(ReaderPACEResult(rawValue: 0xF003_6985), setUp: StatusWord(rawValue: 0x63C1))
    ) { try suspended.get() }
    let cases: [(String, ReaderPACEResult)] = [
      ("010000D0", .inputLengths), ("020000D0", .inputData), ("030000D0", .inputCombination),
      ("010000E0", .responseSyntax), ("020000E0", .responseObject), ("030000E0", .unknownPassword),
      ("060000E0", .wrongToken), ("010010F0", .communicationAborted), ("020010F0", .noCard), ("010020F0", .cancelled),
      ("020020F0", .timeout), ("EFBEADDE", ReaderPACEResult(rawValue: 0xDEAD_BEEF)),
    ]
    for (hex, result) in cases {
      // Some readers leave the length out.
      for octets in [Self.octets(hex), Self.octets(hex + "0000")] {
        let answer = try ReaderPACEAnswer(parsing: octets)
        #expect(answer.result == result && answer.output.isEmpty && result.refusal == nil)
        #expect(throws: ReaderPACEError.refused(result)) { try answer.get() }
      }
    }
    #expect(ReaderPACEResult.cancelled.description == "F0200001")
    #expect(throws: ReaderPACEError.truncated) { try ReaderPACEAnswer(parsing: Self.octets("00000000")) }
    let steps = ReaderPACEResult.Step.allCases.map(\.rawValue)
    #expect(steps == Array(0xF000...0xF006))
  }
}
