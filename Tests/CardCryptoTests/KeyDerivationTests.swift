import CardCrypto
import CardTestSupport
import ISO7816
import Testing

/// FIPS 180-4 examples: the message "abc", and the empty one.
@Suite struct DigestTests {
  @Test func knownAnswers() {
    let abc = Array("abc".utf8)
    #expect(Digest.sha1.hash(abc).hex == "A9993E364706816ABA3E25717850C26C9CD0D89D")
    #expect(Digest.sha1.hash([]).hex == "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709")
    #expect(Digest.sha256.hash(abc).hex == "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")
    #expect(Digest.sha256.hash([]).hex == "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")
    #expect(
      Digest.sha512.hash(abc)
        == octets(
          """
          DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9EEEE64B55D39A
          2192992A274FC1A836BA3C23A3FEEBBD454D4423643CE80E2A9AC94FA54CA49F
          """))
    for digest in [Digest.sha1, .sha256, .sha512] { #expect(digest.hash(abc).count == digest.length) }
  }
}

/// ICAO 9303-11 §9.7.1, TR-03110-3 A.2.3.
@Suite struct SessionKDFTests {
  struct File: Decodable {
    struct Set: Decodable { let vectors: [Vector] }
    struct Vector: Decodable {
      let secret: HexOctets
      let counter: UInt32
      let alg: String
      let key: HexOctets
    }
    let sets: [Set]
  }

  /// The two 3DES vectors are passed over: the project has no 3DES, whose keys also get parity bits.
  @Test func allAESVectors() throws {
    let lengths = ["aes128": 16, "aes192": 24, "aes256": 32]
    let vectors = try VectorFile.load("kdf_9303_tr03110", as: File.self).sets.flatMap(\.vectors)
    var checked = 0
    for vector in vectors where vector.alg != "3des" {
      let length = try #require(lengths[vector.alg])
      let purpose = try #require(SessionKDF.Purpose(rawValue: vector.counter))
      let key = try SessionKDF.derive(SecretBytes(vector.secret.octets), purpose, keyLength: length)
      let derived = key.withOctets { $0 }
      #expect(derived == vector.key.octets, "\(vector.alg), counter \(vector.counter)")
      checked += 1
    }
    #expect(checked == 9)
    #expect(vectors.count == 11)
  }

  @Test(arguments: [0, 8, 15, 17, 20, 33, 64]) func otherKeyLengthsAreRefused(_ length: Int) {
    #expect(throws: CryptoError.keyLength(expected: 16, given: length)) {
      let key = try SessionKDF.derive(SecretBytes([1]), .mac, keyLength: length)
      Issue.record("a key of \(key.count) octets")
    }
  }
}

/// GPC Amendment D §4.1.5.
@Suite struct SCP03KDFTests {
  struct File: Decodable {
    struct Vector: Decodable {
      let key: HexOctets
      let constant: HexOctets
      let context: HexOctets
      let out: HexOctets
    }
    let vectors: [Vector]
  }

  @Test func allVectors() throws {
    let vectors = try VectorFile.load("scp03_kdf", as: File.self).vectors
    #expect(vectors.count == 40)
    for (index, vector) in vectors.enumerated() {
      let constant = try #require(vector.constant.octets.first)
      let derived = try SCP03KDF.derive(
        key: SecretBytes(vector.key.octets), rawConstant: constant, context: vector.context.octets,
        bits: vector.out.octets.count * 8
      ).withOctets { $0 }
      #expect(derived == vector.out.octets, "vector \(index)")
    }
  }

  /// The length in bits enters the derivation: 64 bits are no prefix of 128.
  @Test func lengthEntersTheDerivation() throws {
    let key = SecretBytes([UInt8](repeating: 0, count: 16))
    var outputs: [[UInt8]] = []
    for bits in [64, 128, 192, 256] {
      let output = try SCP03KDF.derive(key: key, constant: .cardChallenge, context: [1], bits: bits).withOctets { $0 }
      #expect(output.count == bits / 8)
      #expect(!outputs.contains { output.starts(with: $0) })
      outputs.append(output)
    }
  }
}

/// SP 800-108 counter mode over AES-CMAC, as GlobalPlatformPro's "KDF3".
@Suite struct CardKeyDiversificationTests {
  struct File: Decodable {
    struct Key: Decodable {
      let key: HexOctets
      let kcv: HexOctets?
    }
    struct Vector: Decodable {
      let test: String
      let kdf: String
      let masterKey: HexOctets
      let kdd: HexOctets
      let keys: [String: Key]

      enum CodingKeys: String, CodingKey {
        case test, kdf, kdd, keys
        case masterKey = "master_key"
      }
    }
    let vectors: [Vector]
  }

  static let purposes: [String: CardKeyDiversification.Purpose] = [
    "ENC": .encryption, "MAC": .mac, "DEK": .dataEncryption,
  ]

  /// "emv" and "visa2" are 3DES schemes of SCP02, which the project has not.
  @Test func allKDF3Vectors() throws {
    let vectors = try VectorFile.load("gp_key_diversification_gppro", as: File.self).vectors
    var keys = 0
    var checkValues = 0
    for vector in vectors where vector.kdf == "kdf3" {
      let master = SecretBytes(vector.masterKey.octets)
      for (name, expected) in vector.keys {
        let purpose = try #require(Self.purposes[name])
        let key = try CardKeyDiversification.derive(master: master, purpose: purpose, data: vector.kdd.octets)
        let derived = key.withOctets { $0 }
        #expect(derived == expected.key.octets, "\(vector.test) \(name)")
        keys += 1
        guard let kcv = expected.kcv else { continue }
        let checkValue = try CardKeyDiversification.checkValue(key)
        #expect(checkValue == kcv.octets, "\(vector.test) \(name)")
        checkValues += 1
      }
    }
    #expect(keys == 10)
    #expect(checkValues == 9)
  }

  /// GPC Amendment D §7.2.2 with the keys of pySim's test card.
  @Test(arguments: [
    ("000102030405060708090A0B0C0D0E0F", "C35280"), ("101112131415161718191A1B1C1D1E1F", "013808"),
    ("202122232425262728292A2B2C2D2E2F", "840DE5"),
  ])
  func checkValues(_ key: String, _ expected: String) throws {
    let value = try CardKeyDiversification.checkValue(SecretBytes(octets(key)))
    #expect(value.hex == expected)
  }

  @Test func everyCardAndPurposeHasItsOwnKey() throws {
    let master = SecretBytes([UInt8](repeating: 0x40, count: 32))
    var seen: Set<[UInt8]> = []
    for card in 0..<50 {
      for purpose in CardKeyDiversification.Purpose.allCases {
        let data = [UInt8](bigEndian: card, width: 10)
        let key = try CardKeyDiversification.derive(master: master, purpose: purpose, data: data).withOctets { $0 }
        seen.insert(key)
      }
    }
    #expect(seen.count == 150)
  }
}
