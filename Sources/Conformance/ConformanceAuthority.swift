import CardApplication
import CardCrypto
import SecureChannel

/// A throw-away card-verifiable PKI in memory, with everything that goes wrong with certificates.
struct ConformanceAuthority {
  /// What a certificate may differ in from a good one.
  struct Change {
    var authority: HolderReference?
    var role: CertificateRole?
    var authorization: HolderAuthorization?
    var effective: CVDate?
    var expiration: CVDate?
    var extensions: [AuthorizationExtension]?
    var hasDomainParameters: Bool?
  }

  static let allPayoutRights: PayoutRights = [.online, .offline, .override, .ceiling(PayoutRights.ceilingSteps)]

  let curve: Curve
  let today: CVDate
  let until: CVDate
  let anchorKey: ECPrivateKey
  let anchor: CVCertificate
  let verifierKey: ECPrivateKey
  let verifier: CVCertificate
  private let time: Int64

  /// Certificates on `curve`, good from `time`, Unix seconds, for two years.
  init(_ curve: Curve, time: Int64) throws {
    self.curve = curve
    self.time = time
    today = try Self.date(time)
    until = try Self.date(time + 730 * 86_400)
    anchorKey = try ECPrivateKey(generate: curve)
    verifierKey = try ECPrivateKey(generate: curve)
    let root = try Self.name("CFCVCA", 1)
    anchor = try Self.content(root, root, anchorKey.publicKey, .authority, today, until).signed(by: anchorKey)
    verifier = try Self.content(
      try Self.name("CFDV", 1), root, verifierKey.publicKey, .verifierNonOfficial, today, until
    ).signed(by: anchorKey)
  }

  /// The day that is `days` after today.
  func day(_ days: Int64) throws -> CVDate { try Self.date(time + days * 86_400) }

  static func date(_ time: Int64) throws -> CVDate {
    guard let date = CVDate(yyyymmdd: CardDate(unixTime: time).yyyymmdd) else { throw CryptoError.malformed("date") }
    return date
  }

  static func name(_ mnemonic: String, _ sequence: Int) throws -> HolderReference {
    let digits = String(sequence)
    guard
      let name = HolderReference(
        country: "VN", mnemonic: mnemonic, sequence: String(repeating: "0", count: max(0, 5 - digits.count)) + digits)
    else { throw CryptoError.malformed("holder reference") }
    return name
  }

  private static func content(
    _ holder: HolderReference, _ authority: HolderReference, _ key: ECPublicKey, _ role: CertificateRole,
    _ from: CVDate, _ until: CVDate, _ rights: AuthenticationTerminalRights = .all,
    _ payout: PayoutRights = allPayoutRights
  ) -> CVCertificateContent {
    CVCertificateContent(
      authority: authority, holder: holder,
      publicKey: CVPublicKey(scheme: .ecdsaSHA256, curve: key.curve, point: key.point),
      hasDomainParameters: role == .authority, authorization: HolderAuthorization(role, rights), effective: from,
      expiration: until,
      extensions: payout.isEmpty
        ? [] : [AuthorizationExtension(identifier: PayoutRights.identifier, bitmap: payout.octets)])
  }

  private static func changed(_ content: CVCertificateContent, _ change: Change) -> CVCertificateContent {
    var content = content
    if let authority = change.authority { content.authority = authority }
    if let role = change.role {
      content.authorization = HolderAuthorization(role, content.authorization.rights)
    }
    if let authorization = change.authorization { content.authorization = authorization }
    if let effective = change.effective { content.effective = effective }
    if let expiration = change.expiration { content.expiration = expiration }
    if let extensions = change.extensions { content.extensions = extensions }
    if let hasParameters = change.hasDomainParameters { content.hasDomainParameters = hasParameters }
    return content
  }

  /// Another document verifier under the anchor or `signer`.
  func verifier(
    _ sequence: Int, key: ECPrivateKey, signer: ECPrivateKey? = nil, _ change: Change = Change()
  ) throws -> CVCertificate {
    let content = Self.content(
      try Self.name("CFDV", sequence), anchor.content.holder, key.publicKey, .verifierNonOfficial, today, until)
    return try Self.changed(content, change).signed(by: signer ?? anchorKey)
  }

  /// A link certificate from the anchor to `key`.
  func link(to key: ECPrivateKey) throws -> CVCertificate {
    try Self.content(
      try Self.name("CFCVCA", 2), anchor.content.holder, key.publicKey, .authority, today, until
    ).signed(by: anchorKey)
  }

  /// A terminal's certificate under the verifier or `signer`.
  func certificate(
    _ rights: AuthenticationTerminalRights, _ payout: PayoutRights, key: ECPrivateKey,
    verifier: CVCertificate? = nil, signer: ECPrivateKey? = nil, _ change: Change = Change()
  ) throws -> CVCertificate {
    let content = Self.content(
      try Self.name("CFT", 1), (verifier ?? self.verifier).content.holder, key.publicKey, .terminal, today, until,
      rights, payout)
    return try Self.changed(content, change).signed(by: signer ?? verifierKey)
  }

  /// A terminal with its key.
  func terminal(
    _ rights: AuthenticationTerminalRights = [], _ payout: PayoutRights = .online, key: ECPrivateKey? = nil,
    _ change: Change = Change()
  ) throws -> TerminalCredential {
    let key = try key ?? ECPrivateKey(generate: curve)
    let certificate = try certificate(rights, payout, key: key, change)
    guard let credential = TerminalCredential(verifier: verifier, terminal: certificate, signer: key) else {
      throw CryptoError.malformed("terminal")
    }
    return credential
  }
}
