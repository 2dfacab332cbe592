import CardCrypto
import CardTestSupport
import ISO7816
import Testing

/// Keys that are used many times: the same octets as the functions that make them anew each time.
@Suite struct StandingKeyTests {
  private static func key(_ seed: UInt64) -> SecretBytes {
    var generator = SplitMix64(seed: seed)
    return SecretBytes(generator.octets(32))
  }

  @Test func sealsAsTheFunctionDoes() throws {
    var generator = SplitMix64()
    let standing = try AESGCMKey(Self.key(1))
    for length in [0, 1, 15, 16, 17, 64, 300] {
      let (text, nonce, associated) = (generator.octets(length), generator.octets(12), generator.octets(length % 20))
      let sealed = try standing.seal(text, nonce: nonce, associated: associated)
      #expect(sealed == (try AESGCM.seal(text, key: Self.key(1), nonce: nonce, associated: associated)))
      #expect(try standing.open(sealed, nonce: nonce, associated: associated) == text)
      #expect(try AESGCM.open(sealed, key: Self.key(1), nonce: nonce, associated: associated) == text)
    }
  }

  @Test func everyChangedBitIsSeenAndSpoilsNothing() throws {
    let key = try AESGCMKey(Self.key(1))
    let (text, nonce, associated): ([UInt8], [UInt8], [UInt8]) = (
      Array("Nguyễn Thị Hòa".utf8), [UInt8](repeating: 7, count: 12), [1, 2, 3]
    )
    let sealed = try key.seal(text, nonce: nonce, associated: associated)
    for bit in 0..<sealed.count * 8 {
      var changed = sealed
      changed[bit / 8] ^= 1 << (bit % 8)
      #expect(throws: CryptoError.verificationFailed) {
        try key.open(changed, nonce: nonce, associated: associated)
      }
    }
    for length in 0..<sealed.count {
      #expect(throws: CryptoError.verificationFailed) {
        try key.open(Array(sealed.prefix(length)), nonce: nonce, associated: associated)
      }
    }
    for (nonce, associated) in [([UInt8](repeating: 8, count: 12), associated), (nonce, [1, 2, 4]), (nonce, [])] {
      #expect(throws: CryptoError.verificationFailed) {
        try key.open(sealed, nonce: nonce, associated: associated)
      }
    }
    #expect(try key.open(sealed, nonce: nonce, associated: associated) == text)
    let other = try AESGCMKey(Self.key(2))
    #expect(throws: CryptoError.verificationFailed) { try other.open(sealed, nonce: nonce, associated: associated) }
  }

  @Test func otherLengthsAreRefused() throws {
    #expect(throws: CryptoError.keyLength(expected: 32, given: 16)) {
      _ = try AESGCMKey(SecretBytes([UInt8](repeating: 0, count: 16)))
    }
    #expect(throws: CryptoError.keyLength(expected: 32, given: 16)) {
      _ = try CMACKey(SecretBytes([UInt8](repeating: 0, count: 16)))
    }
    #expect(throws: CryptoError.blockLength(11)) {
      try AESGCMKey(Self.key(1)).seal([1], nonce: [UInt8](repeating: 0, count: 11), associated: [])
    }
  }

  @Test func tagsAsTheFunctionDoes() throws {
    var generator = SplitMix64()
    let standing = try CMACKey(Self.key(3))
    for length in [0, 1, 15, 16, 17, 32, 300, 0] {
      let message = generator.octets(length)
      #expect(try standing.tag(message) == (try CMAC.tag(message, key: Self.key(3))))
    }
  }

  /// OpenSSL's own KBKDF with CMAC counts, separates and measures the same way.
  @Test(
    .enabled(if: OpenSSLCommand.isAvailable),
    arguments: [("ansinh.office.field.name", "", 32), ("a", "00112233", 16), ("label", "FF", 100), ("x", "", 1)])
  func derivesAsOpenSSLDoes(_ label: String, _ context: String, _ length: Int) throws {
    var generator = SplitMix64(seed: 4)
    let key = generator.octets(32)
    let derived = try CounterKDF.derive(
      SecretBytes(key), label: label, context: [UInt8](hex: context) ?? [], length: length)
    var arguments = ["kdf", "-keylen", String(length), "-kdfopt", "mac:CMAC", "-kdfopt", "cipher:AES-256-CBC"]
    arguments += ["-kdfopt", "mode:COUNTER", "-kdfopt", "hexkey:\(key.hex)", "-kdfopt", "salt:\(label)"]
    if !context.isEmpty { arguments += ["-kdfopt", "hexinfo:\(context)"] }
    let peer = try OpenSSLCommand().run(arguments + ["KBKDF"])
    #expect(peer.status == 0, "\(peer.output)")
    let octets = peer.output.filter(\.isHexDigit)
    #expect(derived.withOctets { $0.hex } == octets.uppercased())
  }
}
