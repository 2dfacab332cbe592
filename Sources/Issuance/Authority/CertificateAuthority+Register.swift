public import SecureChannel

/// What a revocation comes to.
public struct AuthorityRevocation: Hashable, Sendable {
  /// What was revoked.
  public let certificate: RegisteredCertificate
  /// Of a document verifier: what has to become the cards' minimum effective date of document verifiers (E2 8B).
  public let minimumVerifierDate: CVDate?
  /// Other document verifiers that cards refuse from then on, though they are not revoked: to be renewed first.
  public let refusedVerifiers: [String]
}

/// Looking things up, and revoking.
extension CertificateAuthority {
  /// Everything that was signed, oldest first.
  public func certificates() throws -> [RegisteredCertificate] { try read { try $0.certificates() } }

  /// The certificates of this name: of a later key of the CVCA two.
  ///
  /// - Throws: ``AuthorityError/unknownReference(_:)`` when there is none.
  public func certificates(named reference: String) throws -> [RegisteredCertificate] {
    let found = try read { try $0.named(reference) }
    guard !found.isEmpty else { throw AuthorityError.unknownReference(reference) }
    return found
  }

  /// The trust anchor for new cards: the CVCA's newest self-signed certificate.
  public func anchor() throws -> TrustAnchor {
    guard let anchor = try read({ try $0.newest(.root) }).flatMap({ TrustAnchor($0.certificate) }) else {
      throw AuthorityError.none
    }
    return anchor
  }

  /// The CVCA's self-signed certificate that `chain` begins under; `nil` when it begins elsewhere.
  public func anchor(under chain: CertificateChain) throws -> TrustAnchor? {
    try read { try $0.named(chain.anchor.description) }.first { $0.kind == .root }
      .flatMap { TrustAnchor($0.certificate) }
  }

  /// The day from which on document verifiers have to be signed for cards to take them; `nil` while none was revoked.
  public func minimumVerifierDate() throws -> CVDate? { try read { try $0.minimumVerifierDate() } }

  /// The chain of a terminal's certificate, as it was given out.
  public func chain(of terminal: RegisteredCertificate) throws -> CertificateChain {
    try read { try $0.chain(terminal.certificate) }
  }

  /// Every act, oldest first.
  public func acts() throws -> [AuthorityAct] { try read { try $0.acts.all().map(\.act) } }

  /// Holds acts and certificates against each other.
  public func check() throws -> RegisterCheck { try read { try $0.acts.check() } }

  /// Revokes a document verifier, or a terminal with all of its certificates.
  ///
  /// - Parameter reason: 1…200 characters on one line.
  public func revoke(_ reference: String, reason: String) throws -> AuthorityRevocation {
    guard Self.isText(reason) else { throw AuthorityError.text }
    return try write { session in
      let register = session.register
      guard let found = try register.named(reference).first else { throw AuthorityError.unknownReference(reference) }
      guard found.kind == .verifier || found.kind == .terminal else {
        throw AuthorityError.notRevocable(found.holder)
      }
      guard !found.isRevoked else { throw AuthorityError.revoked(found.holder) }
      try register.revoke(found)
      try register.acts.append(.revocation, reference, actor: session.actor, time: session.now, reason: reason)
      guard found.kind == .verifier, let minimum = try register.minimumVerifierDate() else {
        return AuthorityRevocation(certificate: found, minimumVerifierDate: nil, refusedVerifiers: [])
      }
      let refused = try register.certificates().filter {
        $0.kind == .verifier && !$0.isRevoked && $0.certificate.content.effective < minimum
          && $0.certificate.content.expiration >= session.today
      }
      return AuthorityRevocation(
        certificate: found, minimumVerifierDate: minimum, refusedVerifiers: refused.map(\.reference))
    }
  }

  /// Terminals that are revoked here, and of which the centre does not know it yet.
  public func pendingRevocations() throws -> [PendingRevocation] { try read { try $0.pending() } }

  /// Records that the centre knows of a revocation.
  public func markTold(_ revocation: PendingRevocation) throws {
    try write { session in
      guard try session.register.markTold(revocation, time: session.now) else { return }
      try session.register.acts.append(.told, revocation.terminal, actor: session.actor, time: session.now)
    }
  }
}
