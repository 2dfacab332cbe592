public import CardCrypto
public import ISO7816

/// The password a PACE run proves (TR-03110-3 table 13: the reference in tag 83 of MSE:Set AT).
public enum PACEPasswordReference: UInt8, Sendable, CaseIterable {
  /// Card access number, printed on the card.
  case can = 2
  /// The holder's PIN.
  case pin = 3
  /// PIN unblocking key.
  case puk = 4
}

/// One PACE protocol variant on one set of domain parameters (TR-03110-3 A.3.1, ICAO 9303-11 §9.2.1).
public struct PACEParameters: Hashable, Sendable {
  /// Standardised domain parameters.
  public let curve: Curve
  /// Length of K_pi, which encrypts the nonce, and of both session keys.
  public let cipher: AESKeyLength

  private init(curve: Curve, cipher: AESKeyLength) {
    self.curve = curve
    self.cipher = cipher
  }

  /// id-PACE-ECDH-GM-AES-CBC-CMAC-128, -192 or -256 on `curve`.
  public static func ecdhGM(_ curve: Curve, _ cipher: AESKeyLength) -> PACEParameters {
    PACEParameters(curve: curve, cipher: cipher)
  }

  /// id-PACE-ECDH-GM-AES-CBC-CMAC-128, 0.4.0.127.0.7.2.2.4.2.2, on `curve`.
  public static func ecdhGMAES128(_ curve: Curve) -> PACEParameters { ecdhGM(curve, .aes128) }

  /// Object identifier octets, without tag and length: 0.4.0.127.0.7.2.2.4.2.2 for AES-128, ….3 for -192, ….4 for -256.
  public var oid: [UInt8] {
    let variant: UInt8
    switch cipher {
    case .aes128: variant = 0x02
    case .aes192: variant = 0x03
    case .aes256: variant = 0x04
    }
    return [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04, 0x02, variant]
  }

  /// Octets of K_pi and of a session key.
  public var keyLength: Int { cipher.rawValue }

  /// Octets of the nonce this project's card chooses: 16 for AES-128, 32 for the longer keys.
  ///
  /// The standard leaves the length to the card, in whole blocks (TR-03110-3 A.3.3, ICAO 9303-11 §4.4.3.3). One block
  /// would hold fewer bits than a longer key; issued cards with AES-256 send two.
  public var nonceLength: Int { cipher == .aes128 ? AES.blockLength : 2 * AES.blockLength }

  /// Whether a terminal takes an encrypted nonce of `length` octets: 1 to 4 whole blocks, whatever the cipher.
  static func isNonceLength(_ length: Int) -> Bool {
    length % AES.blockLength == 0 && (1...4).contains(length / AES.blockLength)
  }

  /// The PACEInfo of EF.CardAccess: `SEQUENCE { OID, INTEGER 2, INTEGER parameterId }`.
  public var info: BERTLV {
    BERTLV(0x30, [BERTLV(0x06, oid), BERTLV(0x02, [2]), BERTLV(0x02, [curve.rawValue])])
  }

  /// Reads a PACEInfo; `nil` for another protocol, mapping or version, and for domain parameters without a number.
  init?(info: BERTLV) {
    guard
      let offered = Curve.allCases.lazy.flatMap({ curve in
        AESKeyLength.allCases.map { PACEParameters(curve: curve, cipher: $0) }
      }).first(where: { $0.info == info })
    else { return nil }
    self = offered
  }

  /// What the token of one side covers (TR-03110-3 A.2.4, D.3.4): `7F49 { 06 OID, 86 public key of the other side }`.
  public func tokenInput(peer point: [UInt8]) -> [UInt8] {
    BERTLV(0x7F49, [BERTLV(0x06, oid), BERTLV(0x86, point)]).bytes
  }
}

/// EF.CardAccess (011C): the security information a terminal reads before PACE (TR-03110-3 A.1).
///
/// Layout: `SET { SEQUENCE { OBJECT IDENTIFIER, required, [optional] }… }`. It is unsigned: a terminal takes from it
/// only what its own profile pins.
public enum CardAccess {
  /// Short file identifier of EF.CardAccess in the MF.
  public static let shortIdentifier: UInt8 = 0x1C

  /// The file that offers `parameters`.
  public static func encode(_ parameters: [PACEParameters]) -> [UInt8] {
    BERTLV(0x31, parameters.map(\.info)).bytes
  }

  /// Whether the file offers exactly `parameters` among others.
  public static func offers(_ parameters: PACEParameters, in file: [UInt8]) throws(BERTLVError) -> Bool {
    let set = try BERTLV(parsing: file)
    guard set.tag == 0x31 else { return false }
    return try set.children().contains(parameters.info)
  }
}

/// The two keys of a secure-messaging session.
public struct SessionKeys: ~Copyable, Sendable {
  /// K_enc.
  public let encryption: SecretBytes
  /// K_mac.
  public let mac: SecretBytes

  /// From both keys.
  public init(encryption: consuming SecretBytes, mac: consuming SecretBytes) {
    self.encryption = encryption
    self.mac = mac
  }

  /// Derived from a shared secret (TR-03110-3 A.2.3).
  public init(sharedSecret: borrowing SecretBytes, keyLength: Int) throws(CryptoError) {
    let encryption = try SessionKDF.derive(sharedSecret, .encryption, keyLength: keyLength)
    let mac = try SessionKDF.derive(sharedSecret, .mac, keyLength: keyLength)
    self.init(encryption: encryption, mac: mac)
  }

  /// Derived from a shared secret and the card's nonce, as Chip Authentication version 2 does (TR-03110-3 A.2.3).
  init(sharedSecret: borrowing SecretBytes, nonce: [UInt8], keyLength: Int) throws(CryptoError) {
    let seed = sharedSecret.withOctets { octets in
      var joined = octets + nonce
      return SecretBytes(taking: &joined)
    }
    try self.init(sharedSecret: seed, keyLength: keyLength)
  }
}

/// The send sequence counter of AES secure messaging: 16 octets, counted up before every command and every response
/// (TR-03110-3 F.3, ISO/IEC 7816-4:2020 §10.3).
public struct SendSequenceCounter: Sendable {
  /// The counter's octets, most significant first.
  public private(set) var bytes = [UInt8](repeating: 0, count: 16)

  /// All zero, as after PACE.
  public init() {}

  /// Adds one with the carry going through all octets.
  public mutating func increment() {
    for index in bytes.indices.reversed() {
      bytes[index] &+= 1
      if bytes[index] != 0 { return }
    }
  }
}

/// Cryptograms of AES secure messaging, the part that both roles compute alike (TR-03110-3 F.2–F.4).
enum SecureMessagingCrypto {
  static func encrypt(
    _ data: [UInt8], counter: SendSequenceCounter, keys: borrowing SessionKeys
  ) throws(CryptoError) -> [UInt8] {
    let iv = try AES.encryptBlock(counter.bytes, key: keys.encryption)
    return try AES.encryptCBC(Padding.add(data), key: keys.encryption, iv: iv)
  }

  static func decrypt(
    _ cryptogram: [UInt8], counter: SendSequenceCounter, keys: borrowing SessionKeys
  ) throws(CryptoError) -> [UInt8] {
    guard !cryptogram.isEmpty else { throw .blockLength(0) }
    let iv = try AES.encryptBlock(counter.bytes, key: keys.encryption)
    guard let data = Padding.remove(try AES.decryptCBC(cryptogram, key: keys.encryption, iv: iv)) else {
      throw .verificationFailed
    }
    return data
  }

  /// What a command's MAC covers: counter, padded header, padded data objects; no padding block for no objects.
  static func commandMACInput(header: [UInt8], objects: [UInt8], counter: SendSequenceCounter) -> [UInt8] {
    counter.bytes + (objects.isEmpty ? Padding.add(header) : Padding.add(header) + Padding.add(objects))
  }

  /// What a response's MAC covers.
  static func responseMACInput(objects: [UInt8], counter: SendSequenceCounter) -> [UInt8] {
    counter.bytes + Padding.add(objects)
  }
}
