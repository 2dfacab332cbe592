public import CardCrypto
public import ISO7816

/// Why Terminal or Chip Authentication ended without its proof.
public enum EACError: Error, Sendable {
  /// The way to the card failed.
  case channel(CardChannelError)
  /// The card trusts none of the authorities that this terminal's certificates lead to; the names the card gave.
  case unknownAuthority([HolderReference])
  /// The card refused a certificate: expired for it, not signed by its authority, or withdrawn. It does not say which.
  case certificateRefused(HolderReference, status: StatusWord)
  /// The card refused the terminal's signature or another step.
  case refused(step: String, status: StatusWord)
  /// The card's answer to `step` has not the form the protocol gives it.
  case malformedAnswer(step: String)
  /// The card did not prove to have the key that its issuer signed: a copy, or a foreign card.
  case cardNotAuthentic
  /// EF.CardSecurity does not offer what is needed, or can't be trusted.
  case cardSecurity
  /// A cryptographic operation failed here.
  case crypto(CryptoError)
}

/// The certificates and the key by which a terminal proves itself.
public struct TerminalCredential: Sendable {
  /// Link certificates of the CVCA, oldest first; needed by cards that were made before the newest one.
  public let links: [CVCertificate]
  /// The document verifier's certificate.
  public let verifier: CVCertificate
  /// The terminal's own certificate.
  public let terminal: CVCertificate
  /// The terminal's key.
  public let signer: any ECSigner

  /// From its parts; `nil` when the certificates do not follow each other by name, or the last one is not for `signer`.
  public init?(
    links: [CVCertificate] = [], verifier: CVCertificate, terminal: CVCertificate, signer: any ECSigner
  ) {
    guard terminal.content.authority == verifier.content.holder,
      terminal.content.authorization.role == .terminal, verifier.content.authorization.role.isVerifier,
      terminal.content.publicKey.point == signer.publicKey.point,
      terminal.content.publicKey.curve == signer.publicKey.curve,
      zip(links, links.dropFirst()).allSatisfy({ $0.content.holder == $1.content.authority }),
      links.last.map({ $0.content.holder == verifier.content.authority }) ?? true
    else { return nil }
    self.links = links
    self.verifier = verifier
    self.terminal = terminal
    self.signer = signer
  }

  /// From a chain; `nil` when it is not for `signer`.
  public init?(_ chain: CertificateChain, signer: any ECSigner) {
    self.init(links: chain.links, verifier: chain.verifier, terminal: chain.terminal, signer: signer)
  }

  /// The certificates that lead from one of `authorities` to the terminal; `nil` when none does.
  public func chain(from authorities: [HolderReference]) -> [CVCertificate]? {
    if authorities.contains(verifier.content.authority) { return [verifier, terminal] }
    // The newest anchor of the card needs the fewest links.
    for authority in authorities {
      if let start = links.firstIndex(where: { $0.content.authority == authority }) {
        return Array(links[start...]) + [verifier, terminal]
      }
    }
    return nil
  }
}

/// What a terminal has proven and may go on with: its ephemeral key for Chip Authentication.
public struct TerminalProof: ~Copyable, Sendable {
  /// The ephemeral key's point, uncompressed.
  public let point: [UInt8]
  let scalar: SecretBytes
  let curve: Curve
}

/// The terminal's side of Terminal Authentication version 2 (TR-03110-2 §3.3, TR-03110-3 B.11.4–7): 2 APDUs a
/// certificate and 3 more.
public struct TerminalAuthenticator: Sendable {
  private let channel: any CardChannel
  private let random: any RandomSource

  /// A run over the channel that PACE has opened.
  public init(_ channel: any CardChannel, random: any RandomSource = SystemRandom()) {
    self.channel = channel
    self.random = random
  }

  /// Presents the certificates and answers the card's challenge.
  ///
  /// - Parameters:
  ///   - credential: the terminal's certificates and key.
  ///   - session: the PACE session: which anchors the card has, and its ephemeral key.
  ///   - curve: domain parameters of Chip Authentication, on which the ephemeral key is made.
  ///   - auxiliaryData: DO 67 with its tag and length, or nothing.
  public func run(
    _ credential: TerminalCredential, in session: PACESession, curve: Curve, auxiliaryData: [UInt8] = []
  ) async throws(EACError) -> TerminalProof {
    guard let chain = credential.chain(from: session.authorities) else {
      throw .unknownAuthority(session.authorities)
    }
    for certificate in chain { try await present(certificate) }
    let scalar = try crypto { () throws(CryptoError) in try curve.randomScalar(random) }
    let point = try crypto { () throws(CryptoError) in try curve.multiply(try curve.generator, by: scalar) }
    let compressed = TerminalAuthentication.compressed(point)
    let content = credential.terminal.content
    _ = try await send(
      "MSE:Set AT",
      CommandAPDU(
        ins: 0x22, p1: 0x81, p2: 0xA4,
        data: BERTLV(0x80, content.publicKey.scheme.oid).bytes + BERTLV(0x83, content.holder.octets).bytes
          + auxiliaryData + BERTLV(0x91, compressed).bytes))
    let challenge = try await send(
      "GET CHALLENGE", CommandAPDU(ins: 0x84, expectedLength: TerminalAuthentication.challengeLength))
    guard challenge.count == TerminalAuthentication.challengeLength else {
      throw .malformedAnswer(step: "GET CHALLENGE")
    }
    let input = TerminalAuthentication.signatureInput(
      cardEphemeral: session.cardEphemeral, challenge: challenge, compressedKey: compressed,
      auxiliaryData: auxiliaryData)
    let signature = try crypto { () throws(CryptoError) in
      try credential.signer.sign(input, digest: content.publicKey.scheme.digest)
    }
    _ = try await send("EXTERNAL AUTHENTICATE", CommandAPDU(ins: 0x82, data: signature))
    return TerminalProof(point: point, scalar: scalar, curve: curve)
  }

  /// MSE:Set DST and PSO: VERIFY CERTIFICATE.
  private func present(_ certificate: CVCertificate) async throws(EACError) {
    let authority = certificate.content.authority
    let chosen = try await exchange(
      CommandAPDU(ins: 0x22, p1: 0x81, p2: 0xB6, data: BERTLV(0x83, authority.octets).bytes))
    guard chosen.status.isSuccess else {
      guard chosen.status == .referencedDataNotFound else {
        throw .refused(step: "MSE:Set DST", status: chosen.status)
      }
      throw .unknownAuthority([authority])
    }
    let answer = try await exchange(CommandAPDU(ins: 0x2A, p1: 0x00, p2: 0xBE, data: certificate.unwrapped))
    guard answer.status.isSuccess else {
      throw .certificateRefused(certificate.content.holder, status: answer.status)
    }
  }

  private func send(_ step: String, _ command: CommandAPDU) async throws(EACError) -> [UInt8] {
    let response = try await exchange(command)
    guard response.status.isSuccess else { throw .refused(step: step, status: response.status) }
    return response.data
  }

  private func exchange(_ command: CommandAPDU) async throws(EACError) -> ResponseAPDU {
    do {
      return try await channel.transmit(command)
    } catch {
      throw .channel(error)
    }
  }
}

/// Runs a cryptographic operation and tells its failure as this layer's.
func crypto<Value: ~Copyable>(_ body: () throws(CryptoError) -> Value) throws(EACError) -> Value {
  do {
    return try body()
  } catch {
    throw .crypto(error)
  }
}
