import CardCrypto
import CardTestSupport
import EACPeer
import ISO7816
import SecureChannel
import Testing

/// Keys and certificates of a small hierarchy, and the cards that trust it.
struct PeerScene {
  static let can = Array("482913".utf8)
  static let rights: AuthenticationTerminalRights = [.canAllowed, .read(dataGroup: 4), .read(dataGroup: 8)]

  let curve: Curve
  let authorityKey: ECPrivateKey
  let verifierKey: ECPrivateKey
  let terminalKey: ECPrivateKey
  let chipKey: ECPrivateKey
  let authority: CVCertificate
  let verifier: CVCertificate
  let terminal: CVCertificate
  let chip: ChipAuthenticationParameters

  /// - Parameters:
  ///   - curve: of every key.
  ///   - extensions: what verifier and terminal have beside their rights; the CVCA too.
  init(
    _ curve: Curve, _ cipher: AESKeyLength = .aes128, extensions: [AuthorizationExtension] = []
  ) throws {
    self.curve = curve
    authorityKey = try ECPrivateKey(generate: curve)
    verifierKey = try ECPrivateKey(generate: curve)
    terminalKey = try ECPrivateKey(generate: curve)
    chipKey = try ECPrivateKey(generate: curve)
    chip = ChipAuthenticationParameters(curve: curve, cipher: cipher)
    let names = ("VNCVCA00001", "VNDV0100001", "VNTERM00001")
    authority = try Self.certificate(
      names.0, names.0, authorityKey, HolderAuthorization(.authority, .all), extensions, by: authorityKey)
    verifier = try Self.certificate(
      names.0, names.1, verifierKey, HolderAuthorization(.verifierNonOfficial, .all), extensions, by: authorityKey)
    terminal = try Self.certificate(
      names.1, names.2, terminalKey, HolderAuthorization(.terminal, Self.rights), extensions, by: verifierKey)
  }

  static func certificate(
    _ authority: String, _ holder: String, _ key: ECPrivateKey, _ authorization: HolderAuthorization,
    _ extensions: [AuthorizationExtension] = [], by signer: ECPrivateKey
  ) throws -> CVCertificate {
    try CVCertificateContent(
      authority: #require(HolderReference(Array(authority.utf8))),
      holder: #require(HolderReference(Array(holder.utf8))),
      publicKey: CVPublicKey(scheme: .ecdsaSHA256, curve: key.publicKey.curve, point: key.publicKey.point),
      hasDomainParameters: authorization.role == .authority, authorization: authorization,
      effective: #require(CVDate(yyyymmdd: 20_260_101)), expiration: #require(CVDate(yyyymmdd: 20_281_231)),
      extensions: extensions
    ).signed(by: signer)
  }

  var credential: TerminalCredential {
    get throws {
      try #require(TerminalCredential(verifier: verifier, terminal: terminal, signer: terminalKey))
    }
  }

  func infos(_ pace: PACEParameters, keys: [ChipAuthenticationPublicKey] = []) -> [UInt8] {
    SecurityInfos(pace: [pace], hasTerminalAuthentication: true, chipAuthentication: [chip], chipPublicKeys: keys).bytes
  }

  /// EF.CardSecurity: the infos with the chip's key, signed.
  func cardSecurity(_ pace: PACEParameters) throws -> [UInt8] {
    let signer = try ECPrivateKey(generate: .p256)
    let request = CertificateRequest(
      subject: "Test signer", serial: [1], publicKey: signer.publicKey, notBefore: 1_767_225_600,
      notAfter: 1_893_456_000, isAuthority: false)
    let certificate = try Certificate.issue(request, issuer: "Test signer", key: signer)
    let key = ChipAuthenticationPublicKey(curve: curve, point: chipKey.publicKey.point)
    return try SignedData.sign(
      content: infos(pace, keys: [key]), contentType: SignedData.securityObject, certificate: certificate, key: signer)
  }

  /// OpenPACE's card that trusts the authority; `chipKey` stands for another key than EF.CardSecurity tells.
  func openPACECard(_ pace: PACEParameters, anchor: CVCertificate? = nil, chipKey: ECPrivateKey? = nil) -> OpenPACECard
  {
    OpenPACECard(
      OpenPACECardContent(
        cardAccess: infos(pace), passwords: [PACEPasswordReference.can.rawValue: Self.can],
        trustAnchor: (anchor ?? authority).bytes, chipKeyPKCS8: Self.pkcs8(chipKey ?? self.chipKey)))
  }

  /// Our card that trusts the authority.
  func card(
    _ pace: PACEParameters, anchor: CVCertificate? = nil, cardSecurity: [UInt8] = [], chipKey: ECPrivateKey? = nil
  ) throws -> AuthenticatingCard {
    AuthenticatingCard(
      pace: pace, chip: chip, chipKey: chipKey ?? self.chipKey, password: Self.can,
      trust: TerminalAuthenticationCard.Trust(
        anchors: [try #require(TrustAnchor(anchor ?? authority))], date: try #require(CVDate(yyyymmdd: 20_260_301))),
      cardSecurity: cardSecurity)
  }

  /// The private key as PKCS #8 (RFC 5208, RFC 5915).
  static func pkcs8(_ key: ECPrivateKey) -> [UInt8] {
    let curve: [UInt8] =
      key.publicKey.curve == .p256
      ? [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07] : [0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07]
    let algorithm = BERTLV(0x30, [BERTLV(0x06, octets("2A8648CE3D0201")), BERTLV(0x06, curve)])
    let scalar = key.exportScalar().withOctets { Array($0) }
    let inner = BERTLV(
      0x30,
      [BERTLV(0x02, [1]), BERTLV(0x04, scalar), BERTLV(0xA1, [BERTLV(0x03, [0] + key.publicKey.point)])])
    return BERTLV(0x30, [BERTLV(0x02, [0]), algorithm, BERTLV(0x04, inner.bytes)]).bytes
  }
}
