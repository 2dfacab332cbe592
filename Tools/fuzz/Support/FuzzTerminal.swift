import CardApplication
import CardCrypto
import CardTestSupport
public import ISO7816

@testable import SecureChannel

/// A terminal that does single steps of PACE, Terminal and Chip Authentication as they should be, in whatever order an
/// input says.
public struct FuzzTerminal: Sendable {
  /// What a step is: the first octet of what ``perform(_:)`` takes.
  public enum Step: UInt8, CaseIterable, Sendable {
    /// PACE over the session: password, and the terminal it is for.
    case pace
    /// MSE:Set DST with the authority of a certificate.
    case selectKey
    /// PSO: VERIFY CERTIFICATE, with changes.
    case present
    /// MSE:Set AT for a terminal.
    case template
    /// GET CHALLENGE.
    case challenge
    /// EXTERNAL AUTHENTICATE by a terminal; odd: over the challenge before the last one.
    case authenticate
    /// Chip Authentication.
    case chip
    /// Everything of Terminal Authentication by a terminal.
    case terminal
  }

  private let card: WatchedCard
  private let scalar: [UInt8]
  private let point: [UInt8]
  private var challenges: [[UInt8]] = []
  private var pace: PACESession?
  /// The session; `nil` before one, and for a card without any.
  public private(set) var session: (any CardChannel)?

  /// A terminal before `card`, in a session that was opened in another way or none.
  public init(_ card: WatchedCard, session: (any CardChannel)?) throws {
    self.card = card
    self.session = session
    scalar = try Curve.p256.randomScalar(SeededRandom(seed: 31)).withOctets { $0 }
    point = try Curve.p256.multiply(try Curve.p256.generator, by: SecretBytes(scalar))
  }

  /// One step; the card's refusals are none of ours.
  public mutating func perform(_ octets: [UInt8]) async {
    var reader = InputReader(octets)
    let step = Step.allCases[Int(reader.octet()) % Step.allCases.count]
    let index = reader.octet()
    let credential = FuzzPKI.shared.credential(index)
    switch step {
    case .pace: await openSession(index, FuzzPKI.shared.credential(reader.octet()))
    case .selectKey:
      let name = FuzzPKI.shared.certificate(index).content.authority.octets
      _ = await send(CommandAPDU(ins: 0x22, p1: 0x81, p2: 0xB6, data: BERTLV(0x83, name).bytes))
    case .present:
      let certificate = FuzzPKI.changed(FuzzPKI.shared.certificate(index).unwrapped, reader)
      _ = await send(CommandAPDU(ins: 0x2A, p1: 0, p2: 0xBE, data: certificate))
    case .template:
      let content = credential.terminal.content
      let data = [
        BERTLV(0x80, content.publicKey.scheme.oid), BERTLV(0x83, content.holder.octets),
        BERTLV(0x91, TerminalAuthentication.compressed(point)),
      ]
      _ = await send(CommandAPDU(ins: 0x22, p1: 0x81, p2: 0xA4, data: data.flatMap(\.bytes)))
    case .challenge:
      let answer = await send(CommandAPDU(ins: 0x84, expectedLength: TerminalAuthentication.challengeLength))
      if let answer, answer.status.isSuccess { challenges.append(answer.data) }
    case .authenticate: await authenticate(credential, isStale: reader.octet() & 1 != 0)
    case .chip: await authenticateChip()
    case .terminal:
      guard let pace else { return }
      _ = try? await TerminalAuthenticator(pace.channel, random: SeededRandom(seed: 32))
        .run(credential, in: pace, curve: .p256)
    }
  }

  /// Sends one command through the session, if there is one.
  ///
  /// - Returns: `nil` when the session has ended, so that nothing was sent.
  public mutating func send(_ command: CommandAPDU) async -> ResponseAPDU? {
    guard let session else { return nil }
    return try? await session.transmit(command)
  }

  private mutating func openSession(_ password: UInt8, _ credential: TerminalCredential) async {
    let references = PACEPasswordReference.allCases
    let content = credential.terminal.content
    let payout = content.extensions.filter { $0.identifier == PayoutRights.identifier }
    var rights = content.authorization.rights
    // Payouts and PIN management never go together.
    if !payout.isEmpty { rights.subtract(.pinManagement) }
    let request = RequestedAuthorization(HolderAuthorization(.terminal, rights), extensions: payout)
    let opened = try? await card.openSession(
      references[Int(password & 0x7F) % references.count], request,
      through: password & 0x80 == 0 ? session ?? card : card)
    guard let opened else { return }
    pace = opened
    session = opened.channel
  }

  private mutating func authenticate(_ credential: TerminalCredential, isStale: Bool) async {
    guard let pace, let challenge = isStale ? challenges.dropLast().last : challenges.last else { return }
    let input = TerminalAuthentication.signatureInput(
      cardEphemeral: pace.cardEphemeral, challenge: challenge,
      compressedKey: TerminalAuthentication.compressed(point), auxiliaryData: [])
    guard let signature = try? credential.signer.sign(input, digest: .sha256) else { return }
    let answer = await send(CommandAPDU(ins: 0x82, data: signature))
    require(!isStale || answer?.status.isSuccess != true, "an old challenge is taken")
  }

  private mutating func authenticateChip() async {
    guard let session, let variant = FuzzCard.securityInfos.chipAuthentication.first else { return }
    let proof = TerminalProof(point: point, scalar: SecretBytes(scalar), curve: .p256)
    let key = await FuzzCard.delivered().chipKey
    if let opened = try? await ChipAuthenticator(session, over: card).run(variant, key: key, proof: proof) {
      self.session = opened
    }
  }
}
