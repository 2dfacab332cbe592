import CardApplication
import CardCrypto
import CardTestSupport
import ISO7816
public import SecureChannel

/// The terminals' certificates under test: the same keys in each process.
public struct FuzzPKI: Sendable {
  /// The one PKI of this process.
  public static let shared: FuzzPKI = {
    // Nothing to fuzz without it: see Fuzz.
    guard let pki = try? FuzzPKI() else { fatalError("certificates") }
    return pki
  }()

  /// The card's first trust anchor.
  public let anchor: CVCertificate
  /// From the anchor to its successor.
  public let link: CVCertificate
  /// Terminals: payouts of every kind; PIN management; the eID application; below the new anchor; expired; online only.
  public let credentials: [TerminalCredential]
  /// What a card may take: signed by who may sign it.
  public let authentic: [CVCertificate]
  /// What no card may ever take: signed by a stranger under our names, or by one of us who may not.
  public let refused: [CVCertificate]
  private let authenticBodies: Set<[UInt8]>

  private init() throws {
    let random = SeededRandom(seed: 21)
    let pki = try TestPKI(random: random)
    func key() throws -> ECPrivateKey { try ECPrivateKey(generate: .p256, random: random) }
    guard let moved = CVDate(yyyymmdd: 20_261_115), let late = CVDate(yyyymmdd: 20_261_215),
      let past = CVDate(yyyymmdd: 20_261_031)
    else { throw CryptoError.malformed("date") }
    let nextKey = try key()
    let (root, next) = (pki.anchor.content.holder, try TestPKI.name("ANSINH", 2))
    func content(
      _ holder: HolderReference, _ authority: HolderReference, _ key: ECPrivateKey, _ role: CertificateRole,
      _ rights: AuthenticationTerminalRights = .all, _ payout: PayoutRights = TestPKI.allPayoutRights,
      from first: CVDate
    ) -> CVCertificateContent {
      TestPKI.content(holder, by: authority, key.publicKey, role, rights, payout, first, pki.expiration)
    }
    link = try content(next, root, nextKey, .authority, from: late).signed(by: pki.anchorKey)
    let verifierKeys = [try key(), try key()]
    let verifiers = [
      try content(try TestPKI.name("DV79", 2), root, verifierKeys[0], .verifierOfficial, from: moved)
        .signed(by: pki.anchorKey),
      try content(try TestPKI.name("DV79", 3), next, verifierKeys[1], .verifierNonOfficial, from: late)
        .signed(by: nextKey),
    ]
    func below(
      _ index: Int, _ rights: AuthenticationTerminalRights, _ payout: PayoutRights, links: [CVCertificate] = []
    ) throws -> TerminalCredential {
      let own = try key()
      let certificate = try content(
        try TestPKI.name("79N", index), verifiers[index].content.holder, own, .terminal, rights, payout, from: late
      ).signed(by: verifierKeys[index])
      guard
        let credential = TerminalCredential(
          links: links, verifier: verifiers[index], terminal: certificate, signer: own)
      else { throw CryptoError.malformed("terminal") }
      return credential
    }
    credentials = [
      try pki.terminal([.canAllowed], payout: TestPKI.allPayoutRights, key: try key(), sequence: 1),
      try pki.terminal([.canAllowed, .pinManagement], payout: [], key: try key(), sequence: 2),
      try pki.terminal([.canAllowed, .readAll], payout: [], key: try key(), sequence: 3),
      try below(1, .all, TestPKI.allPayoutRights, links: [link]), try below(0, .all, [.online, .offline]),
      try pki.terminal([], payout: .online, key: try key(), sequence: 4, until: past),
      try pki.terminal([], payout: .online, key: try key(), sequence: 5),
    ]
    anchor = pki.anchor
    authentic = [pki.anchor, link, pki.verifier] + verifiers + credentials.map(\.terminal)
    let stranger = try TestPKI(random: SeededRandom(seed: 22))
    let strangeTerminal = try stranger.terminal(
      .all, payout: TestPKI.allPayoutRights, key: try key(), sequence: 1)
    let terminal = credentials[0]
    let other = try TestPKI.name("DV79", 9)
    var inspection = terminal.terminal.content
    inspection.authorization =
      HolderAuthorization(terminalType: TerminalType.inspection, template: [0x3F]) ?? inspection.authorization
    refused = [
      stranger.anchor, stranger.verifier, strangeTerminal.terminal,
      try content(next, root, try key(), .authority, from: late).signed(by: stranger.anchorKey),
      try content(other, pki.verifier.content.holder, try key(), .verifierOfficial, from: late)
        .signed(by: pki.verifierKey),
      try content(next, pki.verifier.content.holder, try key(), .authority, from: late).signed(by: pki.verifierKey),
      try content(other, terminal.terminal.content.holder, try key(), .terminal, from: late)
        .signed(by: terminal.signer),
      try content(other, root, try key(), .terminal, from: late).signed(by: pki.anchorKey),
      try inspection.signed(by: pki.verifierKey),
    ]
    authenticBodies = Set(authentic.map(\.body))
  }

  /// All of them; an index of an input stands for one, whatever it is.
  public func certificate(_ index: UInt8) -> CVCertificate {
    let all = authentic + refused
    return all[Int(index) % all.count]
  }

  /// One terminal by an index of an input.
  public func credential(_ index: UInt8) -> TerminalCredential { credentials[Int(index) % credentials.count] }

  /// Whether what PSO: VERIFY CERTIFICATE brings is one of ours, by its signed octets: of a signature there are two.
  public func isAuthentic(_ unwrapped: [UInt8]) -> Bool {
    guard let body = try? BERTLV.sequence(unwrapped).first else { return false }
    return authenticBodies.contains(body.bytes)
  }

  /// Whether `terminal` is one of ours and has no right that its certificate does not have.
  public func isAuthentic(_ terminal: AuthenticatedTerminal) -> Bool {
    credentials.contains { credential in
      let content = credential.terminal.content
      return terminal.publicKey == content.publicKey && terminal.holder == content.holder
        && terminal.authority == content.authority && terminal.effective == content.effective
        && terminal.expiration == content.expiration
        && content.authorization.rights.isSuperset(of: terminal.rights)
        && Self.payoutRights(content).isSuperset(of: Self.payoutRights(terminal))
    }
  }

  private static func payoutRights(_ content: CVCertificateContent) -> PayoutRights {
    content.extensions.first { $0.identifier == PayoutRights.identifier }
      .flatMap { PayoutRights(octets: $0.bitmap) } ?? []
  }

  private static func payoutRights(_ terminal: AuthenticatedTerminal) -> PayoutRights {
    terminal.extensions[PayoutRights.identifier].flatMap { PayoutRights(octets: $0) } ?? []
  }

  /// `octets` with changes of an input: place(2) and what is added to the octet there, as often as there are three.
  public static func changed(_ octets: [UInt8], _ reader: InputReader) -> [UInt8] {
    var (octets, reader) = (octets, reader)
    while !reader.isAtEnd, !octets.isEmpty {
      let place = Int(reader.octet()) << 8 | Int(reader.octet())
      octets[place % octets.count] &+= reader.octet()
    }
    return octets
  }
}
