import CardApplication
import CardCrypto
import CardTestSupport
import FuzzSupport
import ISO7816
import SecureChannel

/// The card's side of Terminal Authentication, step by step: only authentic chains and a fresh signature ever make a
/// terminal, and a refusal changes nothing.
///
/// Input: what was asked for in PACE and what the card requires(1), then steps, each with flags and length(2): a
/// step(1), which certificate or terminal(1), and changes. Flag 1: the octets behind the step are what the card gets.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.input(start, count) { octets in
    var reader = InputReader(octets)
    guard var run = Run(reader.octet()) else { return }
    var steps = 0
    while !reader.isAtEnd, steps < 32 {
      steps += 1
      let (flags, octets) = reader.string()
      run.step(octets, isRaw: flags & 1 != 0)
    }
  }
}

enum Step: UInt8, CaseIterable { case selectKey, present, presentSigned, template, challenge, authenticate, stale }

private struct Run {
  private static let point = FuzzCard.completionKey.publicKey.point
  private static let random = SeededRandom(seed: 61)
  private static let stranger = try? ECPrivateKey(generate: .p256, random: SeededRandom(seed: 62))

  private let pki = FuzzPKI.shared
  private let requested: RequestedAuthorization
  private let minimum: CVDate?
  private var card: TerminalAuthenticationCard
  private var challenges: [[UInt8]] = []
  private var hasSigned = false

  init?(_ first: UInt8) {
    let content = FuzzPKI.shared.credential(first & 0x07).terminal.content
    let authorization =
      first & 0x40 == 0
      ? content.authorization : HolderAuthorization(terminalType: TerminalType.inspection, template: [0x3F])
    guard let anchor = TrustAnchor(FuzzPKI.shared.anchor), let authorization,
      let date = CVDate(yyyymmdd: 20_261_101)
    else { return nil }
    requested = RequestedAuthorization(authorization, extensions: first & 0x20 == 0 ? content.extensions : [])
    minimum = first & 0x80 == 0 ? nil : date
    card = TerminalAuthenticationCard(
      trust: .init(anchors: [anchor], date: date, minimumVerifierDate: minimum), requested: requested,
      cardEphemeral: Self.point)
  }

  mutating func step(_ octets: [UInt8], isRaw: Bool) {
    var reader = InputReader(octets)
    let step = Step.allCases[Int(reader.octet()) % Step.allCases.count]
    let raw = reader.rest
    let index = reader.octet()
    let trust = card.trust
    let terminal = card.terminal
    do throws(TerminalAuthenticationRefusal) {
      try perform(step, index, isRaw ? raw : nil, reader)
      require(card.trust.date >= trust.date, "the card date falls")
    } catch {
      require(
        card.trust.date == trust.date && card.trust.anchors == trust.anchors, "trust changed by a refused \(step)")
      require(card.terminal == terminal, "a terminal by a refused \(step)")
    }
    require(card.trust.anchors.count <= 2 && !card.trust.anchors.isEmpty, "anchors")
    require(card.trust.anchors.allSatisfy { pki.isAuthentic($0.certificate.unwrapped) }, "a foreign anchor")
    if let now = card.terminal, now != terminal { check(now) }
  }

  private mutating func perform(
    _ step: Step, _ index: UInt8, _ raw: [UInt8]?, _ reader: InputReader
  ) throws(TerminalAuthenticationRefusal) {
    let content = pki.credential(index).terminal.content
    switch step {
    case .selectKey: try card.selectKey(raw ?? pki.certificate(index).content.authority.octets)
    case .present: try present(raw ?? FuzzPKI.changed(pki.certificate(index).unwrapped, reader))
    case .presentSigned: try presentSigned(pki.certificate(index), reader)
    case .template:
      let objects = [
        BERTLV(0x80, content.publicKey.scheme.oid), BERTLV(0x83, content.holder.octets),
        BERTLV(0x91, TerminalAuthentication.compressed(Self.point)),
      ]
      try card.setTemplate(raw.map { (try? BERTLV.sequence($0)) ?? [] } ?? objects)
    case .challenge:
      guard let challenge = try? card.makeChallenge(Self.random) else { return }
      challenges.append(challenge)
    case .authenticate: try authenticate(pki.credential(index), over: challenges.last, raw)
    case .stale: try authenticate(pki.credential(index), over: challenges.dropLast().last, raw)
    }
  }

  private mutating func present(_ octets: [UInt8]) throws(TerminalAuthenticationRefusal) {
    let before = card.trust
    let outcome = try card.importCertificate(octets)
    require(pki.isAuthentic(octets), "a certificate that is none of ours is taken")
    guard let certificate = try? CVCertificate(unwrapped: octets) else { return require(false, "no certificate") }
    let role = certificate.content.authorization.role
    switch outcome {
    case .link(let anchors, let date):
      require(role == .authority && anchors.first?.certificate == certificate, "a link")
      require(date == card.trust.date && date == max(before.date, certificate.content.effective), "date of a link")
    case .verifier(let date):
      require(role.isVerifier && certificate.content.expiration >= before.date, "a verifier")
      require(minimum.map { certificate.content.effective >= $0 } ?? true, "a verifier from before the minimum")
      require(date == card.trust.date && date == max(before.date, certificate.content.effective), "date of a verifier")
    case .terminal:
      require(role == .terminal && certificate.content.expiration >= before.date, "a terminal")
      require(card.trust.date == before.date, "a terminal's certificate moves the card date")
    }
  }

  /// A body with changes, signed by a stranger or a terminal.
  private mutating func presentSigned(
    _ certificate: CVCertificate, _ reader: InputReader
  ) throws(TerminalAuthenticationRefusal) {
    var reader = reader
    let signer: (any ECSigner)? = reader.octet() & 1 == 0 ? Self.stranger : pki.credential(0).signer
    let body = FuzzPKI.changed(certificate.body, reader)
    guard let signature = try? signer?.sign(body, digest: .sha256) else { return }
    _ = try card.importCertificate(body + BERTLV(0x5F37, signature).bytes)
    require(false, "a certificate is taken that neither the authority nor a verifier has signed")
  }

  private mutating func authenticate(
    _ credential: TerminalCredential, over challenge: [UInt8]?, _ raw: [UInt8]?
  ) throws(TerminalAuthenticationRefusal) {
    let input = TerminalAuthentication.signatureInput(
      cardEphemeral: Self.point, challenge: challenge ?? [],
      compressedKey: TerminalAuthentication.compressed(Self.point), auxiliaryData: [])
    let signature = raw ?? (try? credential.signer.sign(input, digest: .sha256)) ?? []
    try card.authenticate(signature)
    require(raw == nil && challenge == challenges.last, "a signature that no terminal made over this challenge")
    require(
      card.terminal?.publicKey == credential.terminal.content.publicKey, "another terminal than the one that signed")
  }

  private func check(_ terminal: AuthenticatedTerminal) {
    require(pki.isAuthentic(terminal), "a terminal that is none of ours: \(terminal)")
    require(
      requested.authorization.terminalType == TerminalType.authentication, "another kind of terminal was asked for")
    require(requested.authorization.rights.isSuperset(of: terminal.rights), "rights that were not asked for")
    let wanted = requested.extensions.map(\.identifier)
    require(terminal.extensions.keys.allSatisfy { wanted.contains($0) }, "payout rights that were not asked for")
  }
}

/// Changes step by step.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int, _ most: Int, _ seed: UInt32) -> Int {
  Records.mutate(start, count, most, seed)
}

/// Every chain from the anchor to a terminal, and each certificate that must be refused where it could be taken.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.seeds {
    let pki = FuzzPKI.shared
    func step(_ step: Step, _ index: UInt8, _ rest: UInt8...) -> [UInt8] {
      ([step.rawValue, index] + rest).string()
    }
    func raw(_ step: Step, _ octets: [UInt8]) -> [UInt8] { ([step.rawValue] + octets).string(flags: 1) }
    func present(_ certificates: [CVCertificate]) -> [UInt8] {
      certificates.flatMap { certificate in
        let index = UInt8((pki.authentic + pki.refused).firstIndex(of: certificate) ?? 0)
        return step(.selectKey, index) + step(.present, index)
      }
    }
    var seeds: [String: [UInt8]] = [:]
    for (index, credential) in pki.credentials.enumerated() {
      let chain = credential.links + [credential.verifier, credential.terminal]
      let end = step(.template, UInt8(index)) + step(.challenge, 0)
      seeds["chain-\(index)"] = [UInt8(index)] + present(chain) + end + step(.authenticate, UInt8(index))
      seeds["raw-\(index)"] =
        [UInt8(index)]
        + chain.flatMap { raw(.selectKey, $0.content.authority.octets) + raw(.present, $0.unwrapped) } + end
        + raw(.authenticate, [UInt8](repeating: 1, count: 64))
    }
    let first = present([pki.credential(0).verifier, pki.credential(0).terminal])
    seeds["inspection"] = [0x40] + first + step(.template, 0) + step(.challenge, 0) + step(.authenticate, 0)
    seeds["minimum"] = [0x80] + first
    seeds["stale"] = [0] + first + step(.challenge, 0) + step(.template, 0) + step(.challenge, 0) + step(.stale, 0)
    for (index, certificate) in pki.refused.enumerated() {
      seeds["refused-\(index)"] = [0] + first + present([certificate])
      seeds["signed-\(index)"] =
        [0] + first + step(.selectKey, UInt8(index)) + step(.presentSigned, UInt8(index), UInt8(index))
    }
    return seeds
  }
}
