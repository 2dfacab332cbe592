import CardCrypto
import ISO7816
import Testing

@testable import CardApplication

@Suite("Proof of a payout key")
struct PayoutKeyProofTests {
  private static let challenge: [UInt8] = Array(1...16)

  private static func answer(_ key: ECPrivateKey, point: [UInt8]? = nil, challenge: [UInt8] = challenge) throws
    -> [UInt8]
  {
    let chip = try ECPrivateKey(generate: .p256).publicKey.point
    let proof = PayoutKeyProof(point: point ?? key.publicKey.point, challenge: challenge)
    return try proof.answer(point ?? key.publicKey.point, signedWith: key)
      + BERTLV(0x7F49, [BERTLV(0x86, chip)]).bytes
  }

  @Test func aCardThatHasTheKeyIsBelieved() throws {
    let key = try ECPrivateKey(generate: .p256)
    let keys = try #require(PayoutKeyProof.keys(try Self.answer(key), challenge: Self.challenge))
    #expect(keys.payout.point == key.publicKey.point && keys.chipPoint.count == 65)
  }

  @Test func aCardThatHasNotIsNot() throws {
    let key = try ECPrivateKey(generate: .p256)
    let other = try ECPrivateKey(generate: .p256)
    #expect(PayoutKeyProof.keys(try Self.answer(key, point: other.publicKey.point), challenge: Self.challenge) == nil)
    let replayed = try Self.answer(key, challenge: Array(2...17))
    #expect(PayoutKeyProof.keys(replayed, challenge: Self.challenge) == nil, "an answer to another challenge")
  }

  @Test func everyBitAndEveryTruncationCounts() throws {
    let key = try ECPrivateKey(generate: .p256)
    let answer = try Self.answer(key)
    // The chip's own point at the end is not covered by this proof.
    for bit in 0..<(answer.count - 70) * 8 {
      var changed = answer
      changed[bit / 8] ^= 1 << (bit % 8)
      #expect(PayoutKeyProof.keys(changed, challenge: Self.challenge) == nil, "bit \(bit)")
    }
    for length in 0..<answer.count {
      #expect(PayoutKeyProof.keys(Array(answer.prefix(length)), challenge: Self.challenge) == nil)
    }
  }

  @Test func whatIsSignedStartsWithWordsOfItsOwn() {
    let proof = PayoutKeyProof(point: [4], challenge: [1, 2])
    #expect(proof.body.hex == "E518" + "800C" + Array("ANSINH-KEY-1".utf8).hex + "810101" + "860104" + "88020102")
  }
}
