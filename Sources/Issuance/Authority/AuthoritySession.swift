import CardCrypto
import SecureChannel
import VietnamReference

/// What one act needs: the register in its transaction, the keys, the day.
struct AuthoritySession {
  let register: AuthorityRegister
  let keys: any AuthorityKeys
  let actor: String
  /// Unix seconds.
  let now: Int64
  /// The day in UTC, which certificates are dated by.
  let today: CVDate
  /// The day in Vietnam, which provinces are looked up by.
  let vietnameseDay: CalendarDate

  func requireProvince(_ code: String) throws {
    guard ProvinceRegister.embedded.province(code: code, on: vietnameseDay) != nil else {
      throw AuthorityError.unknownProvince(code)
    }
  }

  /// A name of Vietnam's with a sequence number of five digits.
  func reference(_ mnemonic: String, _ sequence: Int) throws -> HolderReference {
    let digits = String(sequence)
    guard (1...99_999).contains(sequence),
      let reference = HolderReference(
        country: "VN", mnemonic: mnemonic, sequence: String(repeating: "0", count: 5 - digits.count) + digits)
    else { throw AuthorityError.usedUp }
    return reference
  }

  /// The sequence number after that of `holder`.
  func next(_ holder: HolderReference) throws -> Int {
    guard let number = Int(holder.sequence) else { throw AuthorityError.usedUp }
    return number + 1
  }

  /// The CVCA's newest certificate, which signs.
  func root() throws -> RegisteredCertificate {
    guard let root = try register.newest(.root) else { throw AuthorityError.none }
    try requireCurrent(root)
    return root
  }

  /// The newest document verifier of a province, as far as it may sign.
  func verifier(_ province: String) throws -> RegisteredCertificate {
    guard let verifier = try register.newest(.verifier, province: province) else {
      throw AuthorityError.noVerifier(province: province)
    }
    guard !verifier.isRevoked else { throw AuthorityError.revoked(verifier.holder) }
    try requireCurrent(verifier)
    // Cards that know of a revocation refuse it like an expired one.
    if let minimum = try register.minimumVerifierDate(), verifier.certificate.content.effective < minimum {
      throw AuthorityError.expired(verifier.holder, minimum)
    }
    return verifier
  }

  private func requireCurrent(_ certificate: RegisteredCertificate) throws {
    let content = certificate.certificate.content
    guard content.effective <= today else { throw AuthorityError.clock }
    guard content.expiration >= today else { throw AuthorityError.expired(content.holder, content.expiration) }
  }

  /// Number and next sequence number of the terminal with this key; a new one's are given out here.
  func terminal(_ keyHash: [UInt8], _ province: String, _ name: String) throws -> (number: Int, sequence: Int) {
    guard let known = try register.terminal(keyHash) else {
      return (try register.add(terminal: keyHash, province: province, name: name), 1)
    }
    guard let last = try register.terminalCertificates(known.province, known.number).last else {
      return (known.number, 1)
    }
    guard known.province == province else { throw AuthorityError.otherProvince(last.holder) }
    guard !last.isRevoked else { throw AuthorityError.revoked(last.holder) }
    return (known.number, try next(last.holder))
  }

  /// A self-signed certificate of the CVCA with a key of its own.
  func makeRoot(_ holder: HolderReference, _ curve: Curve) throws -> CVCertificate {
    let key = try keys.make(holder, curve)
    guard let end = today.adding(years: CertificateAuthority.rootYears) else { throw AuthorityError.clock }
    let content = CVCertificateContent(
      authority: holder, holder: holder,
      publicKey: CVPublicKey(scheme: .ecdsaSHA256, curve: curve, point: key.publicKey.point), hasDomainParameters: true,
      authorization: TerminalRights.all.authorization(.authority), effective: today, expiration: end,
      extensions: TerminalRights.all.extensions)
    let certificate = try signed(content, by: key)
    try record(certificate, .root, .root)
    return certificate
  }

  /// Signs, and checks the signature before anything is made of it: a token may be another one than is thought.
  private func signed(_ content: CVCertificateContent, by signer: any ECSigner) throws -> CVCertificate {
    let certificate = try content.signed(by: signer)
    guard signer.publicKey.verify(certificate.signature, of: certificate.body) else {
      throw CryptoError.verificationFailed
    }
    return certificate
  }

  /// The key of an authority, which has to be the one that its certificate names.
  private func signer(_ authority: CVCertificateContent) throws -> any ECSigner {
    let signer = try keys.signer(authority.holder, authority.publicKey.curve)
    guard signer.publicKey.point == authority.publicKey.point else { throw CryptoError.verificationFailed }
    return signer
  }

  /// What `root` says, signed by the key before it.
  func makeLink(_ root: CVCertificate, _ old: CVCertificate) throws -> CVCertificate {
    var content = root.content
    content.authority = old.content.holder
    let link = try signed(content, by: try signer(old.content))
    try record(link, .link, .link)
    return link
  }

  /// A certificate of `key` under `authority`, from today on.
  func sign(
    _ key: CVPublicKey, _ holder: HolderReference, under authority: CVCertificateContent, role: CertificateRole,
    rights: TerminalRights, days: Int
  ) throws -> CVCertificate {
    guard let end = today.lasting(days: days, atMost: authority.expiration) else { throw AuthorityError.clock }
    let content = CVCertificateContent(
      authority: authority.holder, holder: holder, publicKey: key, hasDomainParameters: false,
      authorization: rights.authorization(role), effective: today, expiration: end, extensions: rights.extensions)
    return try signed(content, by: try signer(authority))
  }

  /// Takes a certificate and its act into the register.
  func record(
    _ certificate: CVCertificate, _ kind: RegisteredCertificate.Kind, _ act: AuthorityAct.What,
    province: String? = nil, terminal: Int? = nil
  ) throws {
    try register.add(certificate, kind, province: province, terminal: terminal)
    try register.acts.append(
      act, certificate.content.holder.description, actor: actor, time: now, certificate: certificate.bytes)
  }
}

extension AuthorityRegister {
  /// The whole chain of a terminal's certificate: every link up to the key that signed its verifier.
  func chain(_ terminal: CVCertificate) throws -> CertificateChain {
    guard let verifier = try named(terminal.content.authority.description).first(where: { $0.kind == .verifier })
    else { throw AuthorityError.unknownReference(terminal.content.authority.description) }
    var links: [CVCertificate] = []
    for link in try self.links() {
      if links.isEmpty, link.certificate.content.authority == verifier.certificate.content.authority { break }
      links.append(link.certificate)
      if link.holder == verifier.certificate.content.authority { break }
    }
    return try CertificateChain(links: links, verifier: verifier.certificate, terminal: terminal)
  }
}
