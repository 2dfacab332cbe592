import CardCrypto
import ISO7816

/// Why certificates are no chain from an anchor to a terminal.
public enum CertificateChainError: Error, Hashable, Sendable {
  /// More octets or certificates than a chain has, or fewer than two.
  case size
  /// The certificate of this place, counted from 1, is none.
  case certificate(place: Int, CVCertificateError)
  /// The certificate of this place can't stand there: another role, or another authority than the one before.
  case order(place: Int)
  /// The chain does not begin at the anchor.
  case otherAnchor(HolderReference)
  /// The certificate of this holder is not valid yet.
  case notYetValid(HolderReference, CVDate)
  /// The certificate of this holder has expired.
  case expired(HolderReference, CVDate)
  /// The certificate of this holder is not its authority's, or a card would refuse it for another reason.
  case refused(HolderReference)
}

/// The certificates that lead from a trust anchor to a terminal: link certificates, oldest first, the document
/// verifier's, the terminal's.
///
/// Layout of a chain file: their 7F21 objects one after the other.
public struct CertificateChain: Hashable, Sendable {
  /// Most link certificates of a chain: with one key in ten years more than a century has.
  public static let maximumLinks = 14
  /// Most octets of a chain file.
  public static let maximumLength = (maximumLinks + 2) * CVCertificate.maximumLength

  /// Link certificates of the CVCA.
  public let links: [CVCertificate]
  /// The document verifier's certificate.
  public let verifier: CVCertificate
  /// The terminal's certificate.
  public let terminal: CVCertificate

  /// From its parts.
  ///
  /// - Throws: ``CertificateChainError/size`` and ``CertificateChainError/order(place:)``.
  public init(
    links: [CVCertificate] = [], verifier: CVCertificate, terminal: CVCertificate
  ) throws(CertificateChainError) {
    guard links.count <= Self.maximumLinks else { throw .size }
    for (index, link) in links.enumerated() {
      guard link.content.authorization.role == .authority, link.content.hasDomainParameters,
        link.content.authority != link.content.holder,
        index == 0 || links[index - 1].content.holder == link.content.authority
      else { throw .order(place: index + 1) }
    }
    guard verifier.content.authorization.role.isVerifier,
      links.last.map({ $0.content.holder == verifier.content.authority }) ?? true
    else { throw .order(place: links.count + 1) }
    guard terminal.content.authorization.role == .terminal, terminal.content.authority == verifier.content.holder
    else { throw .order(place: links.count + 2) }
    self.links = links
    self.verifier = verifier
    self.terminal = terminal
  }

  /// Oldest first.
  public var certificates: [CVCertificate] { links + [verifier, terminal] }

  /// CAR of the first certificate: the anchor that a card needs at least.
  public var anchor: HolderReference { certificates[0].content.authority }

  /// The chain file.
  public var bytes: [UInt8] { certificates.flatMap(\.bytes) }

  /// Reads a chain file. No signature is checked here.
  ///
  /// Keys of verifier and terminal are on the curve of the last link; without links on the one that the verifier's
  /// point is on.
  public init(parsing octets: [UInt8]) throws(CertificateChainError) {
    guard octets.count <= Self.maximumLength else { throw .size }
    let read = try Self.certificates(octets)
    guard (2...Self.maximumLinks + 2).contains(read.count) else { throw .size }
    try self.init(links: Array(read.dropLast(2)), verifier: read[read.count - 2], terminal: read[read.count - 1])
  }

  /// The certificates that stand in `octets` one after the other, of any roles, at most as many as a chain has.
  public static func certificates(_ octets: [UInt8]) throws(CertificateChainError) -> [CVCertificate] {
    guard octets.count <= maximumLength else { throw .size }
    var reader = BERTLVReader(octets, shortestLengths: true)
    var found: [CVCertificate] = []
    var curve: Curve?
    while !reader.isAtEnd {
      let place = found.count + 1
      guard place <= maximumLinks + 2 else { throw .size }
      let certificate: CVCertificate
      do throws(CVCertificateError) {
        let object = try CVCertificate.reading { () throws(BERTLVError) in try reader.next() }
        certificate = try Self.certificate(object, curve)
      } catch {
        throw .certificate(place: place, error)
      }
      curve = certificate.content.publicKey.curve
      found.append(certificate)
    }
    return found
  }

  /// One certificate whose key is on `curve`; without one, on the curve of the scheme that its point is on.
  private static func certificate(_ object: BERTLV, _ curve: Curve?) throws(CVCertificateError) -> CVCertificate {
    let certificate = try CVCertificate(parsing: object.bytes, curve: curve)
    let key = certificate.content.publicKey
    guard curve == nil, !certificate.content.hasDomainParameters,
      let found = Curve.scheme.first(where: { $0.isValid(key.point) }), found != key.curve
    else { return certificate }
    return try CVCertificate(parsing: object.bytes, curve: found)
  }

  /// What the whole chain leaves of the rights of its terminal.
  public var rights: AuthenticationTerminalRights {
    certificates.dropFirst().reduce(certificates[0].content.authorization) { $0.and($1.content.authorization) }.rights
  }

  /// What the whole chain leaves of an authorisation extension; empty when one certificate does not have it.
  public func rights(of identifier: [UInt8]) -> [UInt8] {
    AuthorizationExtension.effective(identifier, in: certificates.map(\.content.extensions))
  }

  /// Whether a card that trusts `anchor` would take these certificates on `date`.
  ///
  /// The rules are the card's own (``TerminalAuthenticationCard``); what a card can't know, the first day of the
  /// terminal's certificate, is checked too. Without an anchor the first link stands for it; without links too, only
  /// the terminal's certificate can be checked.
  ///
  /// - Throws: every case but ``CertificateChainError/size``, ``CertificateChainError/certificate(place:_:)`` and
  ///   ``CertificateChainError/order(place:)``.
  public func verify(from anchor: TrustAnchor?, on date: CVDate) throws(CertificateChainError) {
    for certificate in [verifier, terminal] {
      let content = certificate.content
      guard content.effective <= date else { throw .notYetValid(content.holder, content.effective) }
      guard content.expiration >= date else { throw .expired(content.holder, content.expiration) }
    }
    if let anchor {
      guard let first = certificates.firstIndex(where: { $0.content.authority == anchor.holder }) else {
        throw .otherAnchor(anchor.holder)
      }
      try present(certificates[first...], to: anchor, on: date)
    } else if let anchor = links.first.flatMap({ TrustAnchor($0) }) {
      try present(certificates.dropFirst(), to: anchor, on: date)
    } else {
      let key = verifier.content.publicKey
      guard key.verifies(terminal.signature, of: terminal.body), terminal.content.publicKey.curve == key.curve else {
        throw .refused(terminal.content.holder)
      }
    }
  }

  private func present(
    _ certificates: ArraySlice<CVCertificate>, to anchor: TrustAnchor, on date: CVDate
  ) throws(CertificateChainError) {
    guard anchor.expiration >= date else { throw .expired(anchor.holder, anchor.expiration) }
    var card = TerminalAuthenticationCard(
      trust: .init(anchors: [anchor], date: date),
      requested: RequestedAuthorization(HolderAuthorization(.terminal, [])), cardEphemeral: [])
    for certificate in certificates {
      do {
        try card.selectKey(certificate.content.authority.octets)
        _ = try card.importCertificate(certificate.unwrapped)
      } catch {
        throw .refused(certificate.content.holder)
      }
    }
  }
}
