/// Key derivation of ICAO 9303-11 §9.7.1 and TR-03110-3 A.2.3 for AES-CBC-CMAC session keys.
public enum SessionKDF {
  /// What a derived key is for: the 32-bit counter that follows the secret.
  public enum Purpose: UInt32, Sendable {
    /// K_enc.
    case encryption = 1
    /// K_mac.
    case mac = 2
    /// K_pi, the key that encrypts the PACE nonce.
    case password = 3
  }

  /// `H(secret ‖ counter(4))` cut to `keyLength` (16, 24 or 32) octets; SHA-1 for 16, SHA-256 for the longer ones.
  public static func derive(
    _ secret: borrowing SecretBytes, _ purpose: Purpose, keyLength: Int = 16
  ) throws(CryptoError) -> SecretBytes {
    guard [16, 24, 32].contains(keyLength) else { throw .keyLength(expected: 16, given: keyLength) }
    var hash = secret.withOctets { octets in
      var input = octets + (0..<4).reversed().map { UInt8(truncatingIfNeeded: purpose.rawValue >> ($0 * 8)) }
      let value = (keyLength == 16 ? Digest.sha1 : .sha256).hash(input)
      cleanse(&input)
      return value
    }
    hash.removeLast(hash.count - keyLength)
    return SecretBytes(taking: &hash)
  }
}

/// The two modes of SCP03 (GPC Amendment D v1.2 §5.1, "i" b1): how long challenges, cryptograms and MACs are.
public enum SCP03Mode: Int, CaseIterable, Sendable {
  /// Eight octets each.
  case s8 = 8
  /// Sixteen octets each.
  case s16 = 16

  /// Octets of a challenge, a cryptogram and a transmitted MAC.
  public var length: Int { rawValue }
  /// The mode's name in the standard, `S8` or `S16`.
  public var name: String { "S\(rawValue)" }
}

/// Key derivation of SCP03 (GPC Amendment D §4.1.5): SP 800-108 counter mode with AES-CMAC.
public enum SCP03KDF {
  /// Derivation constants of Amendment D table 4-1.
  public enum Constant: UInt8, Sendable {
    /// Authentication cryptogram of the card.
    case cardCryptogram = 0x00
    /// Authentication cryptogram of the host.
    case hostCryptogram = 0x01
    /// Card challenge, when it is pseudo-random.
    case cardChallenge = 0x02
    /// S-ENC.
    case sessionEncryption = 0x04
    /// S-MAC.
    case sessionMAC = 0x06
    /// S-RMAC.
    case sessionResponseMAC = 0x07
  }

  /// `bits` (64, 128, 192 or 256) derived bits as octets; the number enters the derivation.
  public static func derive(
    key: borrowing SecretBytes, constant: Constant, context: [UInt8], bits: Int
  ) throws(CryptoError) -> SecretBytes {
    try derive(key: key, rawConstant: constant.rawValue, context: context, bits: bits)
  }

  /// With any constant octet, as published vectors use.
  public static func derive(
    key: borrowing SecretBytes, rawConstant: UInt8, context: [UInt8], bits: Int
  ) throws(CryptoError) -> SecretBytes {
    var output: [UInt8] = []
    // Room enough that the array never moves and leaves a copy behind.
    output.reserveCapacity(64)
    var counter: UInt8 = 1
    while output.count * 8 < bits {
      let label = [UInt8](repeating: 0, count: 11) + [rawConstant]
      let block = label + [0, UInt8(bits >> 8), UInt8(bits & 0xFF), counter] + context
      var tag = try CMAC.tag(block, key: key)
      output += tag
      cleanse(&tag)
      counter += 1
    }
    output.removeLast(output.count - bits / 8)
    return SecretBytes(taking: &output)
  }
}

/// Per-card keys from a master ("KDF3": SP 800-108 counter-mode CMAC, one key per purpose).
public enum CardKeyDiversification {
  /// Which of the three static SCP03 keys.
  public enum Purpose: UInt8, CaseIterable, Sendable {
    /// Key-ENC.
    case encryption = 1
    /// Key-MAC.
    case mac = 2
    /// Key-DEK.
    case dataEncryption = 3
  }

  /// A key as long as `master`: CMAC blocks over `[i] 00 00 00 purpose 00 data`.
  ///
  /// `data` is the key diversification data of INITIALIZE UPDATE, 10 octets.
  public static func derive(
    master: borrowing SecretBytes, purpose: Purpose, data: [UInt8]
  ) throws(CryptoError) -> SecretBytes {
    let length = master.count
    var output: [UInt8] = []
    output.reserveCapacity(2 * AES.blockLength)
    for block in blocks(purpose: purpose, data: data, length: length) {
      var tag = try CMAC.tag(block, key: master)
      output += tag
      cleanse(&tag)
    }
    output.removeLast(output.count - length)
    return SecretBytes(taking: &output)
  }

  /// What the CMACs of a key of `length` octets are over, in their order: for who computes them elsewhere.
  static func blocks(purpose: Purpose, data: [UInt8], length: Int) -> [[UInt8]] {
    (1...(length + AES.blockLength - 1) / AES.blockLength).map { counter in
      [UInt8(counter), 0, 0, 0, purpose.rawValue, 0] + data
    }
  }

  /// Key check value: the first three octets of the encryption of sixteen 01 (GPC Amendment D §7.2.2).
  public static func checkValue(_ key: borrowing SecretBytes) throws(CryptoError) -> [UInt8] {
    Array(try AES.encryptBlock([UInt8](repeating: 1, count: 16), key: key).prefix(3))
  }
}

/// Keys of one purpose each from one key: SP 800-108 §4.1, counter mode with AES-CMAC.
public enum CounterKDF {
  /// `length` (1…255) octets: CMAC blocks over `[i](4) ‖ label ‖ 00 ‖ context ‖ [bits](4)`, big endian, i from 1.
  public static func derive(
    _ key: borrowing SecretBytes, label: String, context: [UInt8] = [], length: Int = 32
  ) throws(CryptoError) -> SecretBytes {
    guard (1...255).contains(length) else { throw .keyLength(expected: 32, given: length) }
    var output: [UInt8] = []
    var counter: UInt8 = 1
    while output.count < length {
      let input =
        [0, 0, 0, counter] + Array(label.utf8) + [0] + context + [0, 0, UInt8(length >> 5), UInt8(length << 3 & 0xFF)]
      output += try CMAC.tag(input, key: key)
      counter += 1
    }
    output.removeLast(output.count - length)
    return SecretBytes(taking: &output)
  }
}
