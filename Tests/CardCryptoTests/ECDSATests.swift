import CardCrypto
import CardTestSupport
import ISO7816
import Testing

/// TR-03111 §4.2.1, §5.2.1.
@Suite struct ECDSATests {
  static let message = Array("thẻ an sinh".utf8)

  /// Whether the key verifies it, which a kept one says as well, each time it is asked.
  private static func verify(
    _ key: ECPublicKey, _ signature: [UInt8], of message: [UInt8], digest: Digest = .sha256
  ) throws -> Bool {
    let result = key.verify(signature, of: message, digest: digest)
    let kept = try ECPublicKey(key.curve, point: key.point, isKept: true)
    for _ in 1...2 { #expect(kept.verify(signature, of: message, digest: digest) == result) }
    return result
  }

  @Test("A kept key verifies for several at once") func several() async throws {
    let key = try ECPrivateKey(generate: .p256)
    let kept = try ECPublicKey(.p256, point: key.publicKey.point, isKept: true)
    let messages = (0..<64).map { Self.message + [UInt8($0)] }
    let signatures = try messages.map { try key.sign($0) }
    let wrong = await withTaskGroup(of: Int.self) { group in
      for task in 0..<8 {
        group.addTask {
          (0..<64).count { place in
            let other = (place + task) % 64
            return kept.verify(signatures[place], of: messages[other]) != (place == other)
          }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(wrong == 0)
  }

  /// RFC 6979 A.2.5: P-256, SHA-256, message "sample".
  @Test func publishedSignature() throws {
    let key = try ECPrivateKey(
      .p256, scalar: SecretBytes(octets("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")))
    #expect(
      key.publicKey.point
        == octets(
          """
          0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6
          7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299
          """))
    let signature = octets(
      """
      EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
      F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
      """)
    #expect(try Self.verify(key.publicKey, signature, of: Array("sample".utf8)))
    #expect(try !Self.verify(key.publicKey, signature, of: Array("test".utf8)))
    #expect(try !Self.verify(key.publicKey, signature, of: Array("sample".utf8), digest: .sha512))
  }

  @Test(arguments: Curve.scheme, [Digest.sha1, .sha256, .sha512])
  func signAndVerify(_ curve: Curve, _ digest: Digest) throws {
    let key = try ECPrivateKey(generate: curve)
    for count in [0, 1, 64, 10_000] {
      let message = [UInt8](repeating: 0x5A, count: count)
      let signature = try key.sign(message, digest: digest)
      #expect(signature.count == 64)
      #expect(try Self.verify(key.publicKey, signature, of: message, digest: digest))
      let imported = try ECPublicKey(curve, point: key.publicKey.point)
      #expect(try Self.verify(imported, signature, of: message, digest: digest))
    }
  }

  @Test(arguments: Curve.scheme) func scalarMakesTheSameKey(_ curve: Curve) throws {
    let key = try ECPrivateKey(generate: curve, random: SeededRandom(seed: SplitMix64.seed))
    let again = try ECPrivateKey(curve, scalar: key.exportScalar())
    #expect(again.publicKey.point == key.publicKey.point)
    #expect(try Self.verify(key.publicKey, try again.sign(Self.message), of: Self.message))
  }

  @Test(arguments: Curve.scheme) func everyFlippedBitIsRefused(_ curve: Curve) throws {
    let key = try ECPrivateKey(generate: curve)
    let signature = try key.sign(Self.message)
    for bit in 0..<512 {
      var flipped = signature
      flipped[bit / 8] ^= 1 << (bit % 8)
      #expect(try !Self.verify(key.publicKey, flipped, of: Self.message), "signature bit \(bit)")
    }
    for bit in 0..<Self.message.count * 8 {
      var flipped = Self.message
      flipped[bit / 8] ^= 1 << (bit % 8)
      #expect(try !Self.verify(key.publicKey, signature, of: flipped), "message bit \(bit)")
    }
    #expect(try !Self.verify(key.publicKey, signature, of: Self.message + [0]))
    #expect(try !Self.verify(key.publicKey, signature, of: Self.message.dropLast()))
  }

  @Test(arguments: Curve.scheme) func otherKeysRefuse(_ curve: Curve) throws {
    let key = try ECPrivateKey(generate: curve)
    let signature = try key.sign(Self.message)
    for other in Curve.scheme {
      let stranger = try ECPrivateKey(generate: other).publicKey
      #expect(try !Self.verify(stranger, signature, of: Self.message), "\(other)")
    }
  }

  @Test(arguments: Curve.scheme) func formsOfSignature(_ curve: Curve) throws {
    let key = try ECPrivateKey(generate: curve)
    let signature = try key.sign(Self.message)
    let (r, s) = (Array(signature[..<32]), Array(signature[32...]))
    let zero = [UInt8](repeating: 0, count: 32)
    let order = CurveTests.order(curve)
    let refused: [(String, [UInt8])] = [
      ("empty", []), ("r alone", r), ("one octet short", signature.dropLast()),
      ("one octet long", signature + [0]), ("leading octet", [0] + signature), ("swapped", s + r),
      ("r = 0", zero + s), ("s = 0", r + zero), ("both 0", zero + zero), ("r = n", order + s), ("s = n", r + order),
      ("all FF", [UInt8](repeating: 0xFF, count: 64)),
      ("DER", BERTLV(0x30, [BERTLV(0x02, [0] + r), BERTLV(0x02, [0] + s)]).bytes),
    ]
    for (name, form) in refused { #expect(try !Self.verify(key.publicKey, form, of: Self.message), "\(name)") }
  }

  /// (r, n − s) verifies too: why a certificate's identity never includes its signature (`card-application` §4).
  @Test(arguments: Curve.scheme) func signaturesAreMalleable(_ curve: Curve) throws {
    let key = try ECPrivateKey(generate: curve)
    let signature = try key.sign(Self.message)
    var borrow = 0
    var negated = [UInt8](repeating: 0, count: 32)
    for (index, octet) in CurveTests.order(curve).enumerated().reversed() {
      let difference = Int(octet) - Int(signature[32 + index]) - borrow
      borrow = difference < 0 ? 1 : 0
      negated[index] = UInt8(truncatingIfNeeded: difference)
    }
    #expect(try Self.verify(key.publicKey, signature[..<32] + negated, of: Self.message))
  }

  /// r and s keep their width: about one signature in 128 has a leading zero in one of them.
  @Test(arguments: Curve.scheme) func leadingZerosAreKept(_ curve: Curve) throws {
    let key = try ECPrivateKey(generate: curve)
    var (shortR, shortS) = (0, 0)
    for _ in 0..<10_000 where shortR == 0 || shortS == 0 {
      let signature = try key.sign(Self.message)
      guard signature[0] == 0 || signature[32] == 0 else { continue }
      #expect(signature.count == 64)
      #expect(try Self.verify(key.publicKey, signature, of: Self.message), "\(signature.hex)")
      if signature[0] == 0 { shortR += 1 }
      if signature[32] == 0 { shortS += 1 }
    }
    #expect(shortR > 0)
    #expect(shortS > 0)
  }
}

/// ECDSA against the system's `openssl` command.
@Suite(.enabled(if: OpenSSLCommand.isAvailable, "no openssl command")) struct ECDSAPeerTests {
  static let identifiers: [Curve: (name: String, oid: String)] = [
    .p256: ("prime256v1", "2A8648CE3D030107"), .brainpoolP256r1: ("brainpoolP256r1", "2B2403030208010107"),
  ]

  /// SubjectPublicKeyInfo (RFC 5480 §2).
  static func publicKeyInfo(_ key: ECPublicKey) throws -> [UInt8] {
    let oid = try #require(identifiers[key.curve]).oid
    let algorithm = BERTLV(0x30, [BERTLV(0x06, octets("2A8648CE3D0201")), BERTLV(0x06, octets(oid))])
    return BERTLV(0x30, [algorithm, BERTLV(0x03, [0] + key.point)]).bytes
  }

  /// An INTEGER of the octets' value.
  static func integer(_ value: some Collection<UInt8>) -> BERTLV {
    let short = Array(value.drop { $0 == 0 })
    return BERTLV(0x02, short.first.map { $0 > 0x7F } ?? true ? [0] + short : short)
  }

  @Test(arguments: Curve.scheme) func peerVerifiesOurs(_ curve: Curve) throws {
    let key = try ECPrivateKey(generate: curve)
    let signature = try key.sign(ECDSATests.message)
    let peer = try OpenSSLCommand()
    try peer.write(try Self.publicKeyInfo(key.publicKey), to: "key.der")
    try peer.write(BERTLV(0x30, [signature[..<32], signature[32...]].map(Self.integer)).bytes, to: "signature")
    try peer.write(ECDSATests.message, to: "message")
    try peer.write(ECDSATests.message + [0], to: "other")
    for (file, status) in [("message", Int32(0)), ("other", 1)] {
      let outcome = try peer.run(
        "dgst", "-sha256", "-keyform", "DER", "-verify", "key.der", "-signature", "signature", file)
      #expect(outcome.status == status, "\(file): \(outcome.output)")
    }
  }

  @Test(arguments: Curve.scheme) func weVerifyThePeers(_ curve: Curve) throws {
    let name = try #require(Self.identifiers[curve]).name
    let peer = try OpenSSLCommand()
    try peer.write(ECDSATests.message, to: "message")
    let steps = [
      try peer.run("ecparam", "-name", name, "-genkey", "-noout", "-out", "key.pem"),
      try peer.run("pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "public.der"),
      try peer.run("dgst", "-sha256", "-sign", "key.pem", "-out", "signature", "message"),
    ]
    for step in steps { #expect(step.status == 0, "\(step.output)") }
    let point = Array(try peer.read("public.der").suffix(65))
    let numbers = try BERTLV(parsing: try peer.read("signature")).children().map(\.value)
    let signature = numbers.flatMap { ([UInt8](repeating: 0, count: 32) + $0).suffix(32) }
    let key = try ECPublicKey(curve, point: point)
    #expect(key.verify(signature, of: ECDSATests.message))
    #expect(try Self.publicKeyInfo(key) == peer.read("public.der"))
  }
}
