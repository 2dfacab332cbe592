import CardCrypto
import SecureChannel

/// A CVCA, a document verifier and a terminal, made for a test.
struct CVCFamily {
  let rootKey: ECPrivateKey
  let verifierKey: ECPrivateKey
  let terminalKey: ECPrivateKey
  var root: CVCertificateContent
  var verifier: CVCertificateContent
  var terminal: CVCertificateContent

  static func name(_ mnemonic: String, _ sequence: Int = 1) throws -> HolderReference {
    let digits = String(sequence)
    let padded = String(repeating: "0", count: 5 - digits.count) + digits
    guard let name = HolderReference(country: "VN", mnemonic: mnemonic, sequence: padded) else {
      throw CryptoError.malformed(mnemonic)
    }
    return name
  }

  static func day(_ yyyymmdd: UInt32) throws -> CVDate {
    guard let day = CVDate(yyyymmdd: yyyymmdd) else { throw CryptoError.malformed("date") }
    return day
  }

  static func key(_ signer: ECPrivateKey) -> CVPublicKey {
    CVPublicKey(scheme: .ecdsaSHA256, curve: signer.publicKey.curve, point: signer.publicKey.point)
  }

  init(_ curve: Curve = .p256) throws {
    rootKey = try ECPrivateKey(generate: curve)
    verifierKey = try ECPrivateKey(generate: curve)
    terminalKey = try ECPrivateKey(generate: curve)
    let names = try (Self.name("ANSINH"), Self.name("DV79"), Self.name("79T00042"))
    root = CVCertificateContent(
      authority: names.0, holder: names.0, publicKey: Self.key(rootKey), hasDomainParameters: true,
      authorization: HolderAuthorization(.authority, .all), effective: try Self.day(20_260_101),
      expiration: try Self.day(20_351_231))
    verifier = CVCertificateContent(
      authority: names.0, holder: names.1, publicKey: Self.key(verifierKey), hasDomainParameters: false,
      authorization: HolderAuthorization(.verifierNonOfficial, [.canAllowed, .readAll]),
      effective: try Self.day(20_261_001), expiration: try Self.day(20_270_329))
    terminal = CVCertificateContent(
      authority: names.1, holder: names.2, publicKey: Self.key(terminalKey), hasDomainParameters: false,
      authorization: HolderAuthorization(.terminal, [.canAllowed, .pinManagement]),
      effective: try Self.day(20_261_101), expiration: try Self.day(20_261_121))
  }

  func chain(links: [CVCertificate] = []) throws -> CertificateChain {
    try CertificateChain(
      links: links, verifier: try verifier.signed(by: rootKey), terminal: try terminal.signed(by: verifierKey))
  }

  func anchor() throws -> TrustAnchor? { TrustAnchor(try root.signed(by: rootKey)) }

  /// The link certificate from `root` to a new key of the CVCA.
  func link(to key: ECPrivateKey, _ sequence: Int, from old: ECPrivateKey? = nil) throws -> CVCertificate {
    var content = root
    content.authority = try Self.name("ANSINH", sequence - 1)
    content.holder = try Self.name("ANSINH", sequence)
    content.publicKey = Self.key(key)
    return try content.signed(by: old ?? rootKey)
  }
}
