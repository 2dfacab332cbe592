import CardCrypto
import CardTestSupport
import ISO7816
import Testing

/// AES-256-GCM against the test cases of McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B.
@Suite struct AESGCMTests {
  private struct Vector: Sendable {
    let key, nonce, plain, associated, sealed: [UInt8]
  }

  private static let text: [UInt8] = hex(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
      + "b16aedf5aa0de657ba637b391aafd255")
  private static let cipher: [UInt8] = hex(
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
      + "c5f61e6393ba7a0abcc9f662898015ad")
  private static let key: [UInt8] = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")

  private static let vectors = [
    // Test case 13: nothing at all.
    Vector(
      key: [UInt8](repeating: 0, count: 32), nonce: [UInt8](repeating: 0, count: 12), plain: [], associated: [],
      sealed: hex("530f8afbc74536b9a963b4f1c4cb738b")),
    // Test case 14.
    Vector(
      key: [UInt8](repeating: 0, count: 32), nonce: [UInt8](repeating: 0, count: 12),
      plain: [UInt8](repeating: 0, count: 16), associated: [],
      sealed: hex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")),
    // Test case 15.
    Vector(
      key: key, nonce: hex("cafebabefacedbaddecaf888"), plain: text, associated: [],
      sealed: cipher + hex("b094dac5d93471bdec1a502270e3cc6c")),
    // Test case 16.
    Vector(
      key: key, nonce: hex("cafebabefacedbaddecaf888"), plain: Array(text.prefix(60)),
      associated: hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
      sealed: Array(cipher.prefix(60)) + hex("76fc6ece0f4e1768cddf8853bb2d551b")),
  ]

  private static func hex(_ digits: String) -> [UInt8] { [UInt8](hex: digits) ?? [] }

  @Test(arguments: vectors.indices) func published(_ index: Int) throws {
    let vector = Self.vectors[index]
    let key = SecretBytes(vector.key)
    #expect(
      try AESGCM.seal(vector.plain, key: key, nonce: vector.nonce, associated: vector.associated) == vector.sealed)
    #expect(
      try AESGCM.open(vector.sealed, key: key, nonce: vector.nonce, associated: vector.associated) == vector.plain)
  }

  @Test func everyChangedBitIsSeen() throws {
    let vector = Self.vectors[3]
    let key = SecretBytes(vector.key)
    func isRefused(_ sealed: [UInt8], _ nonce: [UInt8], _ associated: [UInt8]) -> Bool {
      do throws(CryptoError) {
        _ = try AESGCM.open(sealed, key: key, nonce: nonce, associated: associated)
        return false
      } catch {
        return error == .verificationFailed
      }
    }
    func flipped(_ octets: [UInt8], _ bit: Int) -> [UInt8] {
      var octets = octets
      octets[bit / 8] ^= 1 << (bit % 8)
      return octets
    }
    for bit in 0..<vector.sealed.count * 8 {
      #expect(isRefused(flipped(vector.sealed, bit), vector.nonce, vector.associated))
    }
    for bit in 0..<vector.nonce.count * 8 {
      #expect(isRefused(vector.sealed, flipped(vector.nonce, bit), vector.associated))
    }
    for bit in 0..<vector.associated.count * 8 {
      #expect(isRefused(vector.sealed, vector.nonce, flipped(vector.associated, bit)))
    }
    for length in 0..<vector.sealed.count {
      #expect(isRefused(Array(vector.sealed.prefix(length)), vector.nonce, vector.associated))
    }
  }

  @Test func otherLengthsAreRefused() {
    #expect(throws: CryptoError.keyLength(expected: 32, given: 16)) {
      try AESGCM.seal([1], key: SecretBytes([UInt8](repeating: 0, count: 16)), nonce: [UInt8](repeating: 0, count: 12))
    }
    #expect(throws: CryptoError.blockLength(11)) {
      try AESGCM.seal([1], key: SecretBytes([UInt8](repeating: 0, count: 32)), nonce: [UInt8](repeating: 0, count: 11))
    }
  }
}

/// scrypt against RFC 7914 §12.
@Suite struct ScryptTests {
  @Test func published() throws {
    let first = try Scrypt.derive(
      SecretBytes([]), salt: [], cost: Scrypt.Cost(n: 16, r: 1, p: 1), length: 64)
    #expect(
      first.withOctets { $0.hex }.lowercased()
        == "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
        + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")
    let second = try Scrypt.derive(
      SecretBytes(Array("password".utf8)), salt: Array("NaCl".utf8), cost: Scrypt.Cost(n: 1_024, r: 8, p: 16),
      length: 64)
    #expect(
      second.withOctets { $0.hex }.lowercased()
        == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")
    let third = try Scrypt.derive(
      SecretBytes(Array("pleaseletmein".utf8)), salt: Array("SodiumChloride".utf8),
      cost: Scrypt.Cost(n: 16_384, r: 8, p: 1), length: 64)
    #expect(
      third.withOctets { $0.hex }.lowercased()
        == "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")
  }

  @Test(arguments: [(0, 8, 1), (3, 8, 1), (1 << 40, 8, 1), (1 << 20, 1_024, 1), (16, 0, 1), (16, 8, 0), (16, 8, 65)])
  func aCostThatIsNoneIsRefused(_ cost: (n: UInt64, r: UInt64, p: UInt64)) {
    #expect(throws: CryptoError.malformed("scrypt cost")) {
      _ = try Scrypt.derive(
        SecretBytes([1]), salt: [], cost: Scrypt.Cost(n: cost.n, r: cost.r, p: cost.p), length: 32)
    }
  }
}
