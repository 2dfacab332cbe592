import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel

/// A day written as a number; for literals in tests, where another one is a bug of the test.
func day(_ yyyymmdd: UInt32) -> CVDate {
  guard let date = CVDate(yyyymmdd: yyyymmdd) else { preconditionFailure("no day: \(yyyymmdd)") }
  return date
}

/// A holder's name in Viet Nam; for literals in tests.
func holder(_ mnemonic: String, _ sequence: String = "00001") -> HolderReference {
  guard let name = HolderReference(country: "VN", mnemonic: mnemonic, sequence: sequence) else {
    preconditionFailure("no name: \(mnemonic) \(sequence)")
  }
  return name
}

/// A small hierarchy made for one test: CVCA, document verifier, terminal, each with its key.
struct TestPKI: Sendable {
  /// One certificate and the key it certifies.
  struct Holder: Sendable {
    let key: ECPrivateKey
    let certificate: CVCertificate

    var name: HolderReference { certificate.content.holder }
  }

  /// Object identifier of the tests' authorisation extension.
  static let identifier = octets("69010203")
  /// The day on which cards of the tests stand.
  static let today = day(2026_01_15)

  let curve: Curve
  /// The self-signed CVCA, 2026-01-01…2029-01-01.
  let root: Holder
  /// 2026-03-01…2026-08-31.
  let verifier: Holder
  /// 2026-03-10…2026-03-31.
  let terminal: Holder

  init(_ curve: Curve = .p256) throws {
    self.curve = curve
    root = try Self.issue("CVCA", .authority, on: curve)
    verifier = try Self.issue("HANOI", .verifierNonOfficial, under: root)
    terminal = try Self.issue("TERM", .terminal, under: verifier)
  }

  /// A certificate of `role` with that role's usual dates and rights, `change`d before it is signed by `authority`.
  static func issue(
    _ mnemonic: String, _ role: CertificateRole, _ sequence: String = "00001", under authority: Holder? = nil,
    on curve: Curve? = nil, signer: ECPrivateKey? = nil,
    changing change: (inout CVCertificateContent) -> Void = { _ in }
  ) throws -> Holder {
    let curve = curve ?? authority?.key.publicKey.curve ?? .p256
    let key = try ECPrivateKey(generate: curve)
    let name = holder(mnemonic, sequence)
    let defaults: (rights: AuthenticationTerminalRights, bitmap: String, from: UInt32, to: UInt32) =
      switch role {
      case .authority: (.all, "FFFF07", 2026_01_01, 2029_01_01)
      case .verifierNonOfficial, .verifierOfficial: (.all, "00FF07", 2026_03_01, 2026_08_31)
      case .terminal: ([.readAll, .canAllowed], "000F03", 2026_03_10, 2026_03_31)
      }
    var content = CVCertificateContent(
      authority: authority?.name ?? name, holder: name,
      publicKey: CVPublicKey(scheme: .ecdsaSHA256, curve: curve, point: key.publicKey.point),
      hasDomainParameters: role == .authority, authorization: HolderAuthorization(role, defaults.rights),
      effective: day(defaults.from), expiration: day(defaults.to),
      extensions: [AuthorizationExtension(identifier: identifier, bitmap: octets(defaults.bitmap))])
    change(&content)
    let signature = authority?.certificate.content.publicKey.scheme ?? .ecdsaSHA256
    return Holder(key: key, certificate: try content.signed(by: signer ?? authority?.key ?? key, signature))
  }

  /// What a card of this hierarchy trusts.
  func trust(on date: CVDate = today, minimum: CVDate? = nil) throws -> TerminalAuthenticationCard.Trust {
    try Self.trust([root.certificate], on: date, minimum: minimum)
  }

  static func trust(
    _ anchors: [CVCertificate], on date: CVDate = today, minimum: CVDate? = nil
  ) throws -> TerminalAuthenticationCard.Trust {
    let anchors = try anchors.map { certificate in
      guard let anchor = TrustAnchor(certificate) else { throw CVCertificateError.value(0x7F4C) }
      return anchor
    }
    return TerminalAuthenticationCard.Trust(anchors: anchors, date: date, minimumVerifierDate: minimum)
  }

  /// Everything, the tests' extension included.
  static let everything = RequestedAuthorization(
    HolderAuthorization(.terminal, .all),
    extensions: [AuthorizationExtension(identifier: identifier, bitmap: octets("FFFF07"))])

  /// The card's ephemeral key of PACE in tests that run no PACE.
  static let cardEphemeral = [4] + (0..<64).map { UInt8($0) }

  func card(
    on date: CVDate = today, minimum: CVDate? = nil, requested: RequestedAuthorization = everything
  ) throws -> TerminalAuthenticationCard {
    TerminalAuthenticationCard(
      trust: try trust(on: date, minimum: minimum), requested: requested, cardEphemeral: Self.cardEphemeral)
  }

  /// The credential of the terminal.
  var credential: TerminalCredential? {
    TerminalCredential(verifier: verifier.certificate, terminal: terminal.certificate, signer: terminal.key)
  }
}

extension TerminalAuthenticationCard {
  /// Chooses the key and imports: `under` in place of the authority that the certificate names.
  @discardableResult
  mutating func present(
    _ certificate: CVCertificate, under authority: HolderReference? = nil
  ) throws(TerminalAuthenticationRefusal) -> CertificateImport {
    try selectKey((authority ?? certificate.content.authority).octets)
    return try importCertificate(certificate.unwrapped)
  }

  /// MSE:Set AT for `terminal` as an honest terminal sends it.
  static func template(
    _ terminal: TestPKI.Holder, key: [UInt8] = compressedKey, auxiliaryData: BERTLV? = nil
  ) -> [BERTLV] {
    let content = terminal.certificate.content
    return [BERTLV(0x80, content.publicKey.scheme.oid), BERTLV(0x83, content.holder.octets)]
      + (auxiliaryData.map { [$0] } ?? []) + [BERTLV(0x91, key)]
  }

  /// Comp(PK) in tests without Chip Authentication.
  static let compressedKey = [UInt8](repeating: 0x5C, count: 32)

  /// What `terminal` signs for `challenge`.
  static func signature(
    _ terminal: TestPKI.Holder, _ challenge: [UInt8], auxiliaryData: BERTLV? = nil
  ) throws -> [UInt8] {
    // ID_IC ‖ r_IC ‖ Comp(PK) ‖ auxiliary data, written out once more (TR-03110-2 §3.3).
    let input = Array(TestPKI.cardEphemeral[1...32]) + challenge + compressedKey + (auxiliaryData?.bytes ?? [])
    return try terminal.key.sign(input, digest: terminal.certificate.content.publicKey.scheme.digest)
  }

  /// Set AT, GET CHALLENGE, EXTERNAL AUTHENTICATE.
  mutating func prove(_ terminal: TestPKI.Holder) throws {
    try setTemplate(Self.template(terminal))
    let challenge = try makeChallenge(SystemRandom())
    try authenticate(Self.signature(terminal, challenge))
  }

  /// The verifier, the terminal and its proof.
  mutating func run(_ pki: TestPKI) throws {
    try present(pki.verifier.certificate)
    try present(pki.terminal.certificate)
    try prove(pki.terminal)
  }
}

/// The status a step is refused with, `9000` when it is not.
func status<Result>(_ body: () throws -> Result) -> String {
  do {
    _ = try body()
    return "9000"
  } catch let refusal as TerminalAuthenticationRefusal {
    return refusal.status.description
  } catch {
    return "\(error)"
  }
}
