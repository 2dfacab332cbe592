public import CardCrypto
public import ISO7816

/// A trust anchor as a card keeps it: the key of the CVCA with what its certificate says (TR-03110-3 §2.5.1).
public struct TrustAnchor: Hashable, Sendable {
  /// Octets of the certificate that brought the key: a self-signed one, or a link certificate.
  public let certificate: CVCertificate

  /// An anchor of `certificate`; `nil` when that is not a CVCA's, or brings no domain parameters.
  public init?(_ certificate: CVCertificate) {
    guard certificate.content.authorization.role == .authority, certificate.content.hasDomainParameters else {
      return nil
    }
    self.certificate = certificate
  }

  /// Whose key it is.
  public var holder: HolderReference { certificate.content.holder }
  /// Last day of the certificate.
  public var expiration: CVDate { certificate.content.expiration }
}

/// The terminal that has proven itself in a session.
public struct AuthenticatedTerminal: Hashable, Sendable {
  /// CAR of its certificate: the document verifier.
  public let authority: HolderReference
  /// CHR of its certificate.
  public let holder: HolderReference
  /// Its key.
  public let publicKey: CVPublicKey
  /// First day of its certificate.
  public let effective: CVDate
  /// Last day of its certificate.
  public let expiration: CVDate
  /// Rights left by the whole chain and by what was asked for in PACE.
  public let rights: AuthenticationTerminalRights
  /// The same for each authorisation extension that was asked for, by object identifier.
  public let extensions: [[UInt8]: [UInt8]]
  /// Comp(PK) of the ephemeral key that Chip Authentication has to use.
  public let compressedKey: [UInt8]
}

/// What the import of a certificate changes for good.
public enum CertificateImport: Hashable, Sendable {
  /// A link certificate: the new anchors, newest first, and the card date it moves to.
  case link(anchors: [TrustAnchor], date: CVDate)
  /// A document verifier: the card date it moves to.
  case verifier(date: CVDate)
  /// A terminal: nothing.
  case terminal
}

/// Why the card refuses a step of Terminal Authentication. The status says no more than that.
public struct TerminalAuthenticationRefusal: Error, Hashable, Sendable {
  /// 6300, 6982, 6985, 6A80 or 6A88.
  public let status: StatusWord

  /// With the status the card answers.
  public init(status: StatusWord) { self.status = status }
}

/// The card's side of Terminal Authentication version 2 within one PACE session (TR-03110-2 §3.3, TR-03110-3 B.11.4–7).
///
/// Keys imported in a session live in this value and go with it.
public struct TerminalAuthenticationCard: Sendable {
  /// The dates and anchors a card judges by.
  public struct Trust: Sendable {
    /// At most two, newest first.
    public var anchors: [TrustAnchor]
    /// The card date.
    public var date: CVDate
    /// Document verifiers from before this day are refused.
    public var minimumVerifierDate: CVDate?

    /// From its parts.
    public init(anchors: [TrustAnchor], date: CVDate, minimumVerifierDate: CVDate? = nil) {
      self.anchors = anchors
      self.date = date
      self.minimumVerifierDate = minimumVerifierDate
    }
  }

  private struct ImportedKey {
    let content: CVCertificateContent
    /// Authorisations of everything above, this certificate included; the anchor's first.
    let authorizations: [HolderAuthorization]
    let extensions: [[AuthorizationExtension]]
  }

  private struct Template {
    let key: ImportedKey
    let compressedKey: [UInt8]
    let auxiliaryData: [UInt8]
  }

  /// What the card judges by; moved on by imports.
  public private(set) var trust: Trust
  private let requested: RequestedAuthorization
  private let cardEphemeral: [UInt8]
  private let permitted: [SignatureScheme]
  private let curves: [Curve]
  private var imported: [ImportedKey] = []
  private var selected: HolderReference?
  private var template: Template?
  private var challenge: [UInt8]?
  /// The terminal, once it has proven itself.
  public private(set) var terminal: AuthenticatedTerminal?

  /// A run in a PACE session whose card key of step 3 was `cardEphemeral`, confined to `requested`.
  ///
  /// - Parameters:
  ///   - permitted: signature schemes that keys may have.
  ///   - curves: curves that keys may be on.
  public init(
    trust: Trust, requested: RequestedAuthorization, cardEphemeral: [UInt8],
    permitted: [SignatureScheme] = [.ecdsaSHA256], curves: [Curve] = Curve.scheme
  ) {
    self.trust = trust
    self.requested = requested
    self.cardEphemeral = cardEphemeral
    self.permitted = permitted
    self.curves = curves
  }

  /// Goes on with another trust. What was imported under the old one has to be shown again; a terminal that has proven
  /// itself keeps its rights until the session ends.
  public mutating func judge(by trust: Trust) {
    guard terminal == nil else { return }
    self.trust = trust
    imported = []
    selected = nil
    forgetTemplate()
  }

  /// MSE:Set DST (22 81 B6): chooses the key that verifies the next certificate.
  ///
  /// - Throws: 6985 after a terminal has proven itself, 6A88 for a key that is not here.
  public mutating func selectKey(_ reference: [UInt8]) throws(TerminalAuthenticationRefusal) {
    forgetTemplate()
    selected = nil
    try require(terminal == nil, .conditionsNotSatisfied)
    guard let wanted = HolderReference(reference), verifier(wanted) != nil else {
      throw TerminalAuthenticationRefusal(status: .referencedDataNotFound)
    }
    selected = wanted
  }

  /// PSO: VERIFY CERTIFICATE (2A 00 BE) with body and signature.
  ///
  /// - Returns: what the card has to keep before it answers.
  /// - Throws: 6985 without a chosen key, 6A80 for octets that are no certificate, 6300 for one that does not verify.
  public mutating func importCertificate(
    _ octets: [UInt8]
  ) throws(TerminalAuthenticationRefusal) -> CertificateImport {
    forgetTemplate()
    guard terminal == nil, let reference = selected, let signer = verifier(reference) else {
      throw TerminalAuthenticationRefusal(status: .conditionsNotSatisfied)
    }
    selected = nil
    let certificate: CVCertificate
    do {
      certificate = try CVCertificate(unwrapped: octets, curve: signer.content.publicKey.curve)
    } catch {
      throw TerminalAuthenticationRefusal(status: .incorrectData)
    }
    let content = certificate.content
    try require(content.authority == reference)
    try require(signer.content.publicKey.verifies(certificate.signature, of: certificate.body))
    try require(
      content.authorization.terminalType == signer.content.authorization.terminalType
        && content.authorization.template.count == signer.content.authorization.template.count)
    try require(permitted.contains(content.publicKey.scheme) && curves.contains(content.publicKey.curve))
    try require((try? ECPublicKey(content.publicKey.curve, point: content.publicKey.point)) != nil)
    try require(content.effective <= content.expiration)
    switch (signer.content.authorization.role, content.authorization.role) {
    case (.authority, .authority): return try link(certificate)
    case (.authority, let role) where role.isVerifier: return try verifier(content, under: signer)
    case (let role, .terminal) where role.isVerifier:
      try require(!content.hasDomainParameters && content.expiration >= trust.date)
      // One terminal at a time: a session has room for one verifier and one terminal.
      imported = imported.filter { $0.content.authorization.role.isVerifier } + [below(signer, content)]
      return .terminal
    default: throw TerminalAuthenticationRefusal(status: .authenticationFailed)
    }
  }

  /// A link certificate brings a new anchor; its own expiry is not checked (TR-03110-3 §2.5).
  private mutating func link(_ certificate: CVCertificate) throws(TerminalAuthenticationRefusal) -> CertificateImport {
    guard let anchor = TrustAnchor(certificate), !trust.anchors.contains(where: { $0.holder == anchor.holder }) else {
      throw TerminalAuthenticationRefusal(status: .authenticationFailed)
    }
    moveDate(to: certificate.content.effective)
    // Two anchors at most, so that terminals have time to change over; one that has expired goes at once.
    trust.anchors = [anchor] + trust.anchors.filter { $0.expiration >= trust.date }.prefix(1)
    return .link(anchors: trust.anchors, date: trust.date)
  }

  private mutating func verifier(
    _ content: CVCertificateContent, under signer: ImportedKey
  ) throws(TerminalAuthenticationRefusal) -> CertificateImport {
    // An expired anchor verifies links alone (TR-03110-3 §2.5.1).
    try require(signer.content.expiration >= trust.date)
    try require(!content.hasDomainParameters && content.expiration >= trust.date)
    if let minimum = trust.minimumVerifierDate { try require(content.effective >= minimum) }
    moveDate(to: content.effective)
    imported = [below(signer, content)]
    return .verifier(date: trust.date)
  }

  private func below(_ signer: ImportedKey, _ content: CVCertificateContent) -> ImportedKey {
    ImportedKey(
      content: content, authorizations: signer.authorizations + [content.authorization],
      extensions: signer.extensions + [content.extensions])
  }

  private mutating func moveDate(to date: CVDate) { trust.date = max(trust.date, date) }

  /// MSE:Set AT (22 81 A4): `80 scheme, 83 CHR, 91 Comp(PK), [67 auxiliary data]`, in any order.
  ///
  /// - Throws: 6985 after a terminal has proven itself, 6A80 for another layout, 6A88 for a key that was not imported.
  public mutating func setTemplate(_ objects: [BERTLV]) throws(TerminalAuthenticationRefusal) {
    forgetTemplate()
    try require(terminal == nil, .conditionsNotSatisfied)
    let values = Dictionary(objects.map { ($0.tag, $0) }) { first, _ in first }
    guard values.count == objects.count, Set(values.keys).isSubset(of: [0x80, 0x83, 0x91, 0x67]),
      let scheme = values[0x80]?.value, let holder = values[0x83]?.value, let key = values[0x91]?.value,
      (16...64).contains(key.count)
    else { throw TerminalAuthenticationRefusal(status: .incorrectData) }
    guard let found = imported.first(where: { $0.content.holder.octets == holder }),
      found.content.authorization.role == .terminal
    else { throw TerminalAuthenticationRefusal(status: .referencedDataNotFound) }
    try require(found.content.publicKey.scheme.oid == scheme, .incorrectData)
    template = Template(key: found, compressedKey: key, auxiliaryData: values[0x67]?.bytes ?? [])
  }

  /// GET CHALLENGE: good for the next EXTERNAL AUTHENTICATE alone.
  public mutating func makeChallenge(_ random: any RandomSource) throws(CryptoError) -> [UInt8] {
    let fresh = try random.bytes(TerminalAuthentication.challengeLength)
    challenge = fresh
    return fresh
  }

  /// EXTERNAL AUTHENTICATE (82): the terminal's signature.
  ///
  /// - Throws: 6985 without template or challenge, or when another kind of terminal was asked for in PACE (TR-03110-3
  ///   §2.7.1); 6300 for a signature that does not verify.
  public mutating func authenticate(_ signature: [UInt8]) throws(TerminalAuthenticationRefusal) {
    guard let template, let challenge else {
      forgetTemplate()
      throw TerminalAuthenticationRefusal(status: .conditionsNotSatisfied)
    }
    forgetTemplate()
    let wanted = requested.authorization.terminalType
    try require(template.key.authorizations.allSatisfy { $0.terminalType == wanted }, .conditionsNotSatisfied)
    let input = TerminalAuthentication.signatureInput(
      cardEphemeral: cardEphemeral, challenge: challenge, compressedKey: template.compressedKey,
      auxiliaryData: template.auxiliaryData)
    try require(template.key.content.publicKey.verifies(signature, of: input))
    terminal = authenticated(template)
  }

  private func authenticated(_ template: Template) -> AuthenticatedTerminal {
    let key = template.key
    let rights = key.authorizations.reduce(requested.authorization) { $0.and($1) }.rights
    var extensions: [[UInt8]: [UInt8]] = [:]
    for wanted in requested.extensions {
      let effective = AuthorizationExtension.effective(wanted.identifier, in: [requested.extensions] + key.extensions)
      if !effective.isEmpty { extensions[wanted.identifier] = effective }
    }
    return AuthenticatedTerminal(
      authority: key.content.authority, holder: key.content.holder, publicKey: key.content.publicKey,
      effective: key.content.effective, expiration: key.content.expiration, rights: rights, extensions: extensions,
      compressedKey: template.compressedKey)
  }

  private mutating func forgetTemplate() {
    template = nil
    challenge = nil
  }

  /// The key of that name: an anchor, or a verifier imported in this session.
  ///
  /// An anchor that has expired is among them. The card date also moves by the issuer's time, and a card that it moved
  /// past its anchors has to be led on by links.
  private func verifier(_ reference: HolderReference) -> ImportedKey? {
    if let found = imported.first(where: { $0.content.holder == reference && $0.content.authorization.role.isVerifier })
    {
      return found
    }
    guard let anchor = trust.anchors.first(where: { $0.holder == reference }) else { return nil }
    let content = anchor.certificate.content
    return ImportedKey(
      content: content, authorizations: [content.authorization], extensions: [content.extensions])
  }

  private func require(
    _ holds: Bool, _ status: StatusWord = .authenticationFailed
  ) throws(TerminalAuthenticationRefusal) {
    guard holds else { throw TerminalAuthenticationRefusal(status: status) }
  }
}
