import CardCrypto
import CardTestSupport
import ISO7816
import Testing

/// NIST SP 800-38A appendices F.1 and F.2.
@Suite struct AESTests {
  static let plaintext = octets(
    """
    6BC1BEE22E409F96E93D7E117393172A AE2D8A571E03AC9C9EB76FAC45AF8E51
    30C81C46A35CE411E5FBC1191A0A52EF F69F2445DF4F9B17AD2B417BE66C3710
    """)
  static let iv = octets("000102030405060708090A0B0C0D0E0F")
  static let vectors = [
    (
      key: "2B7E151628AED2A6ABF7158809CF4F3C", block: "3AD77BB40D7A3660A89ECAF32466EF97",
      cbc: """
      7649ABAC8119B246CEE98E9B12E9197D 5086CB9B507219EE95DB113A917678B2
      73BED6B8E3C1743B7116E69E22229516 3FF1CAA1681FAC09120ECA307586E1A7
      """
    ),
    (
      key: "8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B", block: "BD334F1D6E45F25FF712A214571FA5CC",
      cbc: """
      4F021DB243BC633D7178183A9FA071E8 B4D9ADA9AD7DEDF4E5E738763F69145A
      571B242012FB7AE07FA9BAAC3DF102E0 08B0E27988598881D920A9E64F5615CD
      """
    ),
    (
      key: "603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4",
      block: "F3EED1BDB5D2A03C064B5A7E3DB181F8",
      cbc: """
      F58C4C04D6E5F1BA779EABFB5F7BFBD6 9CFC4E967EDB808D679F777BC6702C7D
      39F23369A9D9BACFA530E26304231461 B2EB05E2C39BE9FCDA6C19078C6A9D1B
      """
    ),
  ]

  @Test(arguments: 0..<3) func knownAnswers(_ index: Int) throws {
    let vector = Self.vectors[index]
    let key = SecretBytes(octets(vector.key))
    let cryptogram = try AES.encryptCBC(Self.plaintext, key: key, iv: Self.iv)
    #expect(cryptogram == octets(vector.cbc))
    let opened = try AES.decryptCBC(cryptogram, key: key, iv: Self.iv)
    #expect(opened == Self.plaintext)
    let block = try AES.encryptBlock(Array(Self.plaintext.prefix(16)), key: key)
    #expect(block == octets(vector.block))
  }

  @Test func emptyInput() throws {
    let key = SecretBytes(octets(Self.vectors[0].key))
    let encrypted = try AES.encryptCBC([], key: key)
    let decrypted = try AES.decryptCBC([], key: key)
    #expect(encrypted == [])
    #expect(decrypted == [])
  }

  @Test(arguments: [0, 1, 8, 15, 17, 23, 25, 31, 33, 64]) func otherKeyLengthsAreRefused(_ count: Int) {
    let expected = CryptoError.keyLength(expected: 16, given: count)
    let block = [UInt8](repeating: 0, count: 16)
    func key() -> SecretBytes { SecretBytes([UInt8](repeating: 0, count: count)) }
    #expect(throws: expected) { try AES.encryptCBC(block, key: key()) }
    #expect(throws: expected) { try AES.encryptBlock(block, key: key()) }
    #expect(throws: expected) { try CMAC.tag(block, key: key()) }
  }

  @Test(arguments: [1, 15, 17, 31]) func partialBlocksAreRefused(_ count: Int) {
    let data = [UInt8](repeating: 0, count: count)
    func key() -> SecretBytes { SecretBytes(octets(Self.vectors[0].key)) }
    #expect(throws: CryptoError.blockLength(count)) { try AES.encryptCBC(data, key: key()) }
    #expect(throws: CryptoError.blockLength(count)) { try AES.decryptCBC(data, key: key()) }
    #expect(throws: CryptoError.blockLength(count)) { try AES.encryptBlock(data, key: key()) }
  }

  /// The cipher reads sixteen octets of IV whatever the array's length.
  @Test(arguments: [0, 1, 15, 17]) func otherIVLengthsAreRefused(_ count: Int) {
    let iv = [UInt8](repeating: 0, count: count)
    func key() -> SecretBytes { SecretBytes(octets(Self.vectors[0].key)) }
    #expect(throws: CryptoError.blockLength(count)) { try AES.encryptCBC(Self.plaintext, key: key(), iv: iv) }
    #expect(throws: CryptoError.blockLength(count)) { try AES.decryptCBC(Self.plaintext, key: key(), iv: iv) }
  }
}

/// NIST SP 800-38B appendix D, RFC 4493 §4.
@Suite struct CMACTests {
  struct Vectors: Decodable {
    struct Vector: Decodable {
      let alg: String
      let key: HexOctets
      let message: HexOctets
      let tag: HexOctets
    }
    let vectors: [Vector]
  }

  @Test func allVectors() throws {
    let vectors = try VectorFile.load("nist_sp800_38b_aes_cmac", as: Vectors.self).vectors
    #expect(vectors.count == 12)
    for vector in vectors {
      let key = SecretBytes(vector.key.octets)
      let tag = try CMAC.tag(vector.message.octets, key: key)
      #expect(tag == vector.tag.octets, "\(vector.alg)")
      let isRight = try CMAC.verify(tag.prefix(8), of: vector.message.octets, key: key)
      #expect(isRight)
    }
  }

  @Test func onlyTheExactLengthVerifies() throws {
    let key = SecretBytes(octets("2B7E151628AED2A6ABF7158809CF4F3C"))
    let tag = octets("BB1D6929E95937287FA37D129B756746")
    for length in 0...20 {
      for given in 0...16 {
        let verified = try CMAC.verify(tag.prefix(given), of: [], key: key, length: length)
        #expect(verified == (given == length && (4...16).contains(length)), "\(given) octets for \(length)")
      }
    }
    let longer = try CMAC.verify(tag + [0], of: [], key: key, length: 17)
    #expect(!longer)
  }

  @Test func everyFlippedBitIsRefused() throws {
    let key = SecretBytes(octets("2B7E151628AED2A6ABF7158809CF4F3C"))
    let message = octets("6BC1BEE22E409F96E93D7E117393172A")
    let tag = try CMAC.tag(message, key: key)
    for bit in 0..<64 {
      var flipped = Array(tag.prefix(8))
      flipped[bit / 8] ^= 1 << (bit % 8)
      let verified = try CMAC.verify(flipped, of: message, key: key)
      #expect(!verified, "bit \(bit)")
    }
    for bit in 0..<128 {
      var flipped = message
      flipped[bit / 8] ^= 1 << (bit % 8)
      let verified = try CMAC.verify(tag.prefix(8), of: flipped, key: key)
      #expect(!verified, "bit \(bit)")
    }
  }
}

/// ISO/IEC 9797-1 padding method 2.
@Suite struct PaddingTests {
  @Test func roundTrip() {
    var random = SplitMix64()
    for count in 0...300 {
      let data = random.octets(count)
      let padded = Padding.add(data)
      #expect(padded.count == (count / 16 + 1) * 16)
      #expect(padded.prefix(count + 1) == (data + [0x80])[...])
      #expect(padded.dropFirst(count + 1).allSatisfy { $0 == 0 })
      #expect(Padding.remove(padded) == data, "seed \(SplitMix64.seed), \(count) octets")
    }
    #expect(Padding.add([1, 2, 3], block: 8) == octets("0102038000000000"))
    #expect(Padding.add([UInt8](repeating: 1, count: 8), block: 8).count == 16)
  }

  @Test(arguments: [
    "", "00", "00000000000000000000000000000000", "01", "8001", "80FF", "81", "7F000000",
    "8000000000000000000000000000000000",  // 80 and sixteen zeros: more than a block
    "AA8000000000000000000000000000000000000000000000000000000000000000",
  ])
  func malformedIsRefused(_ digits: String) {
    #expect(Padding.remove(octets(digits)) == nil)
  }

  @Test func dataMayLookLikePadding() {
    #expect(Padding.remove(octets("8080")) == [0x80])
    #expect(Padding.remove(octets("80008000")) == [0x80, 0x00])
    #expect(Padding.remove(octets("80000000000000000000000000000000")) == [])
  }
}
