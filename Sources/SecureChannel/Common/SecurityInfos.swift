public import CardCrypto
public import ISO7816

/// Chip Authentication version 2 with ECDH and AES on one set of domain parameters (TR-03110-3 A.4).
public struct ChipAuthenticationParameters: Hashable, Sendable {
  /// Standardised domain parameters.
  public let curve: Curve
  /// Length of both session keys.
  public let cipher: AESKeyLength
  /// Which of a card's keys; ours have one, so that the number tells nothing about a card.
  public let keyID: UInt8

  /// id-CA-ECDH-AES-CBC-CMAC-128, -192 or -256 on `curve`.
  public init(curve: Curve, cipher: AESKeyLength, keyID: UInt8 = 1) {
    self.curve = curve
    self.cipher = cipher
    self.keyID = keyID
  }

  /// Octets of the object identifier: 0.4.0.127.0.7.2.2.3.2.2 for AES-128, ….3 for -192, ….4 for -256.
  public var oid: [UInt8] { OID.chipAuthentication + [UInt8(cipher.rawValue / 8)] }

  /// ChipAuthenticationInfo: `SEQUENCE { OID, INTEGER 2, INTEGER keyId }`.
  var info: BERTLV { BERTLV(0x30, [BERTLV(0x06, oid), BERTLV(0x02, [2]), BERTLV(0x02, [keyID])]) }

  /// ChipAuthenticationDomainParameterInfo: `SEQUENCE { OID, AlgorithmIdentifier, INTEGER keyId }`.
  var domainParameterInfo: BERTLV {
    BERTLV(
      0x30, [BERTLV(0x06, OID.chipAuthentication), OID.standardised(curve), BERTLV(0x02, [keyID])])
  }

  /// What the token covers (TR-03110-3 A.4.1, D.3.4): `7F49 { 06 OID, 86 the terminal's ephemeral key }`.
  public func tokenInput(_ point: [UInt8]) -> [UInt8] {
    BERTLV(0x7F49, [BERTLV(0x06, oid), BERTLV(0x86, point)]).bytes
  }
}

/// A card's static key for Chip Authentication as EF.CardSecurity tells it (TR-03110-3 A.1.1.3).
public struct ChipAuthenticationPublicKey: Hashable, Sendable {
  /// Standardised domain parameters.
  public let curve: Curve
  /// The uncompressed point.
  public let point: [UInt8]
  /// Which key.
  public let keyID: UInt8

  /// From its parts.
  public init(curve: Curve, point: [UInt8], keyID: UInt8 = 1) {
    self.curve = curve
    self.point = point
    self.keyID = keyID
  }

  /// ChipAuthenticationPublicKeyInfo: `SEQUENCE { id-PK-ECDH, SubjectPublicKeyInfo, INTEGER keyId }`.
  var info: BERTLV {
    let subject = BERTLV(0x30, [OID.standardised(curve), BERTLV(0x03, [0] + point)])
    return BERTLV(0x30, [BERTLV(0x06, OID.publicKeyECDH), subject, BERTLV(0x02, [keyID])])
  }
}

/// Object identifiers of TR-03110-3 Annex A as octets.
private enum OID {
  /// id-TA, 0.4.0.127.0.7.2.2.2.
  static let terminalAuthentication: [UInt8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x02]
  /// id-CA-ECDH, 0.4.0.127.0.7.2.2.3.2.
  static let chipAuthentication: [UInt8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03, 0x02]
  /// id-PK-ECDH, 0.4.0.127.0.7.2.2.1.2.
  static let publicKeyECDH: [UInt8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x01, 0x02]
  /// standardizedDomainParameters, 0.4.0.127.0.7.1.2.
  static let standardised: [UInt8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x02]

  /// AlgorithmIdentifier of standardised domain parameters (TR-03110-3 A.2.1.1).
  static func standardised(_ curve: Curve) -> BERTLV {
    BERTLV(0x30, [BERTLV(0x06, standardised), BERTLV(0x02, [curve.rawValue])])
  }

  static func standardisedCurve(_ algorithm: BERTLV) -> Curve? {
    guard algorithm.tag == 0x30, let parts = try? algorithm.children(), parts.map(\.tag) == [0x06, 0x02],
      parts[0].value == standardised, parts[1].value.count == 1
    else { return nil }
    return Curve(rawValue: parts[1].value[0])
  }
}

/// The SecurityInfos of EF.CardAccess and, signed, of EF.CardSecurity (TR-03110-3 A.1).
///
/// Layout: `SET { SEQUENCE { OBJECT IDENTIFIER, required, [optional] }… }`; infos of other protocols are passed over.
public struct SecurityInfos: Hashable, Sendable {
  /// Variants of PACE.
  public var pace: [PACEParameters]
  /// Whether Terminal Authentication version 2 is offered.
  public var hasTerminalAuthentication: Bool
  /// Variants of Chip Authentication version 2, each with its domain parameters.
  public var chipAuthentication: [ChipAuthenticationParameters]
  /// Static keys: in EF.CardSecurity only.
  public var chipPublicKeys: [ChipAuthenticationPublicKey]

  /// From its parts.
  public init(
    pace: [PACEParameters], hasTerminalAuthentication: Bool = false,
    chipAuthentication: [ChipAuthenticationParameters] = [], chipPublicKeys: [ChipAuthenticationPublicKey] = []
  ) {
    self.pace = pace
    self.hasTerminalAuthentication = hasTerminalAuthentication
    self.chipAuthentication = chipAuthentication
    self.chipPublicKeys = chipPublicKeys
  }

  /// The file's content.
  public var bytes: [UInt8] {
    var infos: [BERTLV] = []
    if hasTerminalAuthentication {
      infos.append(BERTLV(0x30, [BERTLV(0x06, OID.terminalAuthentication), BERTLV(0x02, [2])]))
    }
    infos += chipAuthentication.map(\.info)
    infos += pace.map(\.info)
    infos += chipAuthentication.map(\.domainParameterInfo)
    infos += chipPublicKeys.map(\.info)
    // Elements of a SET OF stand in rising order in DER (ISO/IEC 8825-1 §11.6).
    return BERTLV(0x31, infos.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }).bytes
  }

  /// Reads the content; what is not understood is passed over.
  public init(parsing octets: [UInt8]) throws(BERTLVError) {
    let set = try BERTLV(parsing: octets)
    guard set.tag == 0x31 else { throw .unexpectedTag(offset: 0) }
    self.init(pace: [])
    var variants: [(oid: [UInt8], keyID: UInt8)] = []
    var curves: [UInt8: Curve] = [:]
    for info in try set.children() where info.tag == 0x30 {
      let parts = try info.children()
      guard parts.count >= 2, parts[0].tag == 0x06 else { continue }
      let number = parts.count > 2 && parts[2].tag == 0x02 && parts[2].value.count == 1 ? parts[2].value[0] : nil
      switch parts[0].value {
      case OID.terminalAuthentication:
        if parts[1] == BERTLV(0x02, [2]) { hasTerminalAuthentication = true }
      case OID.chipAuthentication:
        if let curve = OID.standardisedCurve(parts[1]) { curves[number ?? 0] = curve }
      case OID.publicKeyECDH:
        if let key = Self.publicKey(parts[1], number ?? 0) { chipPublicKeys.append(key) }
      case let oid where oid.dropLast() == OID.chipAuthentication[...]:
        if parts[1] == BERTLV(0x02, [2]) { variants.append((oid, number ?? 0)) }
      default:
        if let offered = PACEParameters(info: info) { pace.append(offered) }
      }
    }
    for (oid, keyID) in variants {
      guard let curve = curves[keyID], let cipher = AESKeyLength(rawValue: 8 * Int(oid.last ?? 0)) else { continue }
      chipAuthentication.append(ChipAuthenticationParameters(curve: curve, cipher: cipher, keyID: keyID))
    }
  }

  private static func publicKey(_ subject: BERTLV, _ keyID: UInt8) -> ChipAuthenticationPublicKey? {
    guard subject.tag == 0x30, let parts = try? subject.children(), parts.count == 2, parts[1].tag == 0x03,
      let curve = OID.standardisedCurve(parts[0]), parts[1].value.count == 1 + curve.pointLength,
      parts[1].value[0] == 0
    else { return nil }
    return ChipAuthenticationPublicKey(curve: curve, point: Array(parts[1].value.dropFirst()), keyID: keyID)
  }
}
